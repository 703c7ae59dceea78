"""Going on after sign-in leads to our own pages and nowhere else."""

from __future__ import annotations

import pytest

from auth.roles import VISITOR, Reader, Role
from portal.account.onward import own_path, start_of


@pytest.mark.parametrize(
    "path", ["/", "/desk/", "/tickets/R-2048", "/search?q=label%20printer&page=2", "/articles/x#step-3"]
)
def test_our_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "desk",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/desk\\..\\x",
        "/\t/evil.example",
        "/\n/evil.example",
        " /desk",
        "/desk\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/é",
        "/" + "a" * 500,
        "/sign-in",
        "/sign-in/code",
        "/sign-out",
        "/forgot",
        "/reset/abc",
    ],
)
def test_anything_else_is_dropped(path: str) -> None:
    assert own_path(path) == ""


def test_people_start_where_they_work() -> None:
    assert start_of(Reader(1, roles=frozenset({Role.AGENT}))) == "/desk/"
    assert start_of(Reader(1, roles=frozenset({Role.AUTHOR}))) == "/author/"
    assert start_of(Reader(1, roles=frozenset({Role.ADMIN}))) == "/admin/people"
    assert start_of(Reader(1, roles=frozenset({Role.CLERK}))) == "/"
    assert start_of(VISITOR) == "/"
