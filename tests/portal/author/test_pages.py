"""Every page of the room has one heading of the first level, a title, unique ids, and words for each field."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from kb.articles import Article


def test_every_page_holds_together(newsroom: Any) -> None:
    slug, browser = newsroom.guide(symptoms=["blank"]), newsroom.browser(newsroom.author)
    newsroom.send(browser, slug, source="New words.\n\n## Title\n\nMore.")
    browser.press("/author/diagnostics/new", title="Printer is slow", topic="printing")
    with newsroom.door.session() as session:
        session.query(Article).filter_by(slug=slug).one().shipped_waiting = "Shipped.\n"
        session.commit()
    pages = [
        "/author/",
        "/author/?tab=all",
        "/author/diagnostics?tab=drafts",
        "/author/guides/new",
        "/author/pictures",
    ]
    for one in (f"/author/guides/{slug}", "/author/diagnostics/printer-is-slow"):
        rest = ("", "/publish", "/history", "/compare", "/retire", "/versions/1/bring-back")
        pages += [f"{one}{path}" for path in rest]
    for path in (*pages, f"/author/guides/{slug}/shipped"):
        answer = browser.open(path)
        assert answer.status_code == 200, path
        examine(answer.text, path)
    examine(newsroom.send(browser, slug, source="Other.", based_on="1").text, "two texts")
    examine(newsroom.send(browser, slug, title="").text, "a wrong field")
    examine(newsroom.send(browser, slug, action="join").text, "joining")


def examine(html: str, path: str) -> None:
    """What holds on every page."""
    assert len(re.findall(r"<h1\b", html)) == 1, path
    assert re.search(r"<title>[^<]+ · Signpost</title>", html), path
    ids = Counter(re.findall(r'\bid="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == [], path
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    for field in fields:
        if 'type="hidden"' not in field:
            name = re.search(r'\bid="([^"]+)"', field)
            assert name and name[1] in labelled, (path, field)
    assert not re.search(r"<script(?![^>]*nonce=)|\son[a-z]+=|\sstyle=", html), path
    assert "{{" not in re.sub(r"<textarea.*?</textarea>|<code>.*?</code>", "", html, flags=re.DOTALL), path
