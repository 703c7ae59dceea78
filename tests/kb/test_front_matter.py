"""Front matter and plain YAML: read with care, written back the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.front_matter import faults, first_heading, join, key_line, split, understand
from kb.plain_yaml import BadYaml, read, write


def test_a_file_parts_into_front_matter_and_body() -> None:
    parts = split("---\ntitle: Labels\nms.date: 05/22/2020\n---\n\nText\n")
    assert parts.front == {"title": "Labels", "ms.date": "05/22/2020"}
    assert (parts.body, parts.body_line) == ("Text\n", 6)


def test_no_front_matter_at_all_is_fine() -> None:
    parts = split("# A title\n\nText")
    assert (parts.front, parts.body_line) == ({}, 1)
    assert first_heading(parts.body) == "A title"


def test_a_byte_order_mark_and_foreign_line_ends_are_fine() -> None:
    assert split("\ufeff---\r\ntitle: A\r\n---\r\nText\r\n").front == {"title": "A"}


def test_yaml_1_2_reads_no_and_on_as_words() -> None:
    assert read("a: no\nb: on\nc: true\nd: 007\ne: 1.10\nf: 2027-03-01\ng: 12\nh: ~", cap_bytes=1000) == {
        "a": "no",
        "b": "on",
        "c": True,
        "d": "007",
        "e": "1.10",
        "f": "2027-03-01",
        "g": 12,
        "h": None,
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: &x 2", 2, "Anchors and aliases"),
        ("a: *x", 1, "Anchors and aliases"),
        ("a: !!python/object:os.system x", 1, "Tags"),
        ("a: 1\na: 2", 2, "twice"),
        ("[" * 1000, 1, "brackets"),
        ("a: 'x", 1, "cannot be read"),
        ("x" * 2000, 1, "longer than 1 kB"),
        ("\n".join(" " * depth + "a:" for depth in range(40)), 25, "nested"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(BadYaml, match=words) as refused:
        read(text, cap_bytes=1024)
    assert refused.value.line == line


def test_a_fault_in_front_matter_is_on_its_line_of_the_file() -> None:
    with pytest.raises(BadYaml) as refused:
        split("---\ntitle: A\ntags: &x b\n---\nText")
    assert refused.value.line == 3


def test_front_matter_that_never_ends_is_refused() -> None:
    with pytest.raises(BadYaml, match="not closed"):
        split("---\ntitle: A\n")


def test_what_we_know_is_understood() -> None:
    front = understand(
        {
            "title": "A",
            "review_by": "2027-03-01",
            "tags": "one, two",
            "symptoms": ["x", 3],
            "legal": True,
            "permalink": "/help/My-Page/",
        }
    )
    assert front.review_by == date(2027, 3, 1)
    assert (front.tags, front.symptoms, front.legal, front.slug) == (
        ("one", "two"),
        ("x", "3"),
        True,
        "my-page",
    )


def test_wrong_kinds_are_left_out_and_named() -> None:
    front: dict[str, Any] = {
        "title": ["a"],
        "tags": {"a": 1},
        "review_by": "soon",
        "legal": "yes",
        "audience": "all of us",
    }
    assert understand(front).title == ""
    assert [key for key, _ in faults(front)] == ["title", "tags", "review_by", "legal", "audience"]
    assert faults({"title": "A", "audience": "group:lead", "review_by": "2027-03-01", "legal": False}) == []


def test_keys_are_found_on_their_line() -> None:
    assert key_line("---\ntitle: A\ntopic: b\n---\ntopic: no", "topic") == 3


def test_days_are_written_without_quotes() -> None:
    assert join({"review_by": "2027-03-01", "x": "2027-03-01"}, "Body\n") == (
        "---\nreview_by: 2027-03-01\nx: '2027-03-01'\n---\nBody\n"
    )


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(blacklist_categories=("Cs", "Cc"))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z][a-z._]{0,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z][a-z._]{0,8}", fullmatch=True), VALUES, max_size=5))
def test_what_is_written_reads_the_same(value: dict[str, Any]) -> None:
    assert (read(write(value), cap_bytes=1 << 20) or {}) == value


@pytest.mark.parametrize(
    "text", ["a\nb\n", "\na", " a\nb", "a\n\n\nb", "a\nb\n\n", "1", "true", "2027-03-01", "~", "#", "a: b"]
)
def test_awkward_texts_read_the_same(text: str) -> None:
    assert read(write({"a": text}), cap_bytes=1000) == {"a": text}
