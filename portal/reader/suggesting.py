"""Suggestions under a search field: the words typed, then diagnostics, guides, past searches, notices; six at most."""

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
    typed: str, hits: Sequence[Hit], notices: Sequence[Mapping[str, Any]], past: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows as the component takes them; none when nothing goes on from what is typed.

    ``notices`` are the cards of all that holds now; the first whose title goes on from the words is shown. ``past``
    are searches that helped others; one is shown where pages fill the list, more where they do not.
    """
    about = [card for card in notices if _goes_on(str(card["title"]), typed)]
    known = [_row("notice", str(card["title"]), str(card["url"]), typed) for card in about[:1]]
    others = [words for words in past if words.casefold() not in {hit.title.casefold() for hit in hits}]
    others = others[: max(1, MOST - 1 - len(known) - len(hits))]
    searched = [_row("past", words, search_address(words), typed) for words in others]
    pages = in_order(hits[: MOST - 1 - len(known) - len(searched)])
    rows = [
        _row(hit.kind, hit.title, page_address(hit.kind, hit.slug), typed) | {"slug": hit.slug}
        for hit in pages
    ]
    if not rows and not known and not searched:
        return []
    words = " ".join(typed.split())[:LONGEST_WORDS]
    return [
        {"kind": "search", "label": words, "url": search_address(words)},
        *rows,
        *searched,
        *known,
    ]


def search_address(words: str) -> str:
    """Where these words are searched."""
    return f"/search?{urlencode({'q': words})}"


def in_order(hits: Sequence[Hit]) -> list[Hit]:
    """The hits as they are shown: step by step help first."""
    return sorted(hits, key=lambda hit: hit.kind != "diagnostic")


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
