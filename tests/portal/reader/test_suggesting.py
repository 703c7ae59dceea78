"""What is offered while somebody types."""

from __future__ import annotations

from typing import Any

from portal.reader.suggesting import suggestions, with_typed_letters
from search.index import Hit

SLOW = {"title": "Absentee labels print slowly", "url": "/status/1"}


def hit(slug: str, title: str, kind: str = "guide") -> Hit:
    """A hit with what a suggestion needs of it."""
    found: dict[str, Any] = dict.fromkeys(Hit.__dataclass_fields__, "")
    return Hit(**found | {"slug": slug, "title": title, "kind": kind})


def test_the_words_come_first_then_step_by_step_then_guides_then_what_is_known() -> None:
    hits = [hit("blank", "Labels come out blank"), hit("walk", "My label printer won't print", "diagnostic")]
    rows = suggestions("labe", hits, [SLOW])
    assert [row["kind"] for row in rows] == ["search", "diagnostic", "guide", "notice"]
    assert [row["url"] for row in rows] == [
        "/search?q=labe",
        "/diagnose/walk",
        "/articles/blank",
        "/status/1",
    ]


def test_there_are_six_at_most() -> None:
    hits = [hit(str(number), f"Labels {number}") for number in range(9)]
    assert len(suggestions("labels", hits, [SLOW])) == 6
    assert len(suggestions("labels", hits, [])) == 6


def test_a_notice_about_something_else_is_not_offered() -> None:
    assert suggestions("scanner", [], [SLOW]) == []
    assert [row["kind"] for row in suggestions("lab pri", [], [SLOW])] == ["search", "notice"]


def test_the_typed_letters_are_bold_where_a_word_begins_and_nothing_else_is_html() -> None:
    assert with_typed_letters("Labels & unlabeled", "label") == "<b>Label</b>s &amp; unlabeled"
    assert with_typed_letters("<i>Scan</i>", "scan (") == "&lt;i&gt;<b>Scan</b>&lt;/i&gt;"
