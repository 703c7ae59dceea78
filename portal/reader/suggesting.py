"""Suggestions under a search field: the words typed, then diagnostics, guides and current notices, at most six."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from search.index import Hit

# More than six are not read; one row is for the words themselves and one for a problem that is known now.
MOST = 6
LONGEST_WORDS = 200


def suggestions(
    typed: str, hits: Sequence[Hit], notices: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows as the component takes them; none when nothing goes on from what is typed.

    ``notices`` are the cards of all that holds now; the first whose title goes on from the words is shown.
    """
    about = [card for card in notices if _goes_on(str(card["title"]), typed)]
    known = [_row("notice", str(card["title"]), str(card["url"]), typed) for card in about[:1]]
    pages = sorted(hits[: MOST - 1 - len(known)], key=lambda hit: hit.kind != "diagnostic")
    rows = [_row(hit.kind, hit.title, page_address(hit.kind, hit.slug), typed) for hit in pages]
    if not rows and not known:
        return []
    words = " ".join(typed.split())[:LONGEST_WORDS]
    return [{"kind": "search", "label": words, "url": f"/search?{urlencode({'q': words})}"}, *rows, *known]


def page_address(kind: str, slug: str) -> str:
    """Where an article of this kind is read."""
    return f"/diagnose/{slug}" if kind == "diagnostic" else f"/articles/{slug}"


def _goes_on(title: str, typed: str) -> bool:
    """Whether every word typed, the last one perhaps unfinished, begins a word of the title."""
    words, begun = title.casefold().split(), typed.casefold().split()
    return bool(begun) and all(any(word.startswith(one) for word in words) for one in begun)


def _row(kind: str, title: str, url: str, typed: str) -> dict[str, Any]:
    return {"kind": kind, "label": with_typed_letters(title, typed), "url": url}


def with_typed_letters(title: str, typed: str) -> Markup:
    """The title as safe HTML, with the letters that were typed in bold where a word begins with them."""
    words = sorted({re.escape(word) for word in typed.split()[:10]}, key=len, reverse=True)
    if not words:
        return escape(title)
    pieces = re.split(rf"\b({'|'.join(words)})", title, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<b>{}</b>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )
