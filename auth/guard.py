"""The guard: every view says who may enter, and a view that does not say so does not run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from auth.roles import RIGHTS, Reader

ANYONE = "anyone"
SIGNED_IN = "signed in"

View = TypeVar("View", bound=Callable[..., Any])


class Undeclared(Exception):
    """A view was asked for that does not declare who may enter. It is treated like a page that is not there."""


def admit(*rights: str) -> Callable[[View], View]:
    """Declare that holders of any of these rights may enter. Put it directly under the route decorator."""
    unknown = set(rights) - set(RIGHTS) - {ANYONE, SIGNED_IN}
    if unknown or not rights:
        raise ValueError(f"admit() does not know {sorted(unknown)}")

    def declare(view: View) -> View:
        view.admits = rights  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """The rights a view declares. Raises Undeclared when it declares none."""
    rights: tuple[str, ...] | None = getattr(view, "admits", None)
    if not rights:
        raise Undeclared(getattr(view, "__qualname__", "no view"))
    return rights


def lets_in(view: Callable[..., Any] | None, reader: Reader) -> bool:
    """Whether this reader may enter the view. Raises Undeclared."""
    rights = declared(view)
    if ANYONE in rights:
        return True
    if SIGNED_IN in rights and reader.signed_in:
        return True
    return any(reader.may(right) for right in rights if right in RIGHTS)
