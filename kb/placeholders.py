"""Placeholders such as ``{{ desk.phone }}``: filled when a page is read, with text that is escaped and never blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape

from kb.page_tree import INLINE

PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\s*\}\}")

_TAG = re.compile(r'<[a-zA-Z/!](?:[^<>"]|"[^"]*")*>')
_LINKABLE = re.compile(
    r"(?P<phone>(?<![\w-])(?:\+?1[-. ])?\(?[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-]))"
    r"|(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])"
)
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s]+", re.IGNORECASE)


def fill(html: str, values: Mapping[str, str], *, phone: str, tel: str) -> str:
    """A stored page with its placeholders filled. ``values`` has every known name; an empty value is unfilled.

    An unfilled or unknown name becomes "ask your help desk" with the number: ``phone`` as people read it, ``tel``
    as in ``tel:``. In code, an unknown name stays as it is: there it is somebody's template, not ours.
    Costs nothing on a page without placeholders.
    """
    return _Filling(values, phone, tel).page(html) if "{{" in html else html


def fill_text(text: str, values: Mapping[str, str], *, phone: str) -> str:
    """Plain text filled the same way, for the index and for mail. The result is not escaped."""

    def filled(match: re.Match[str]) -> str:
        value = values.get(match.group(1), "").strip()
        return value or _phrase(phone, text[: match.start()], text[match.end() :])

    return PLACEHOLDER.sub(filled, text)


def names_in(source: str) -> list[str]:
    """The names of the placeholders in a text, each once, in order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(source)))


def tel_of(phone: str) -> str:
    """A North American number as ``tel:`` wants it, ``+14065550142``; other text gives its digits."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 10:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) > 10 else digits


@dataclass
class _Filling:
    """One page being filled: what has been said since the last block began, and whether we are in a link or code."""

    values: Mapping[str, str]
    phone: str
    tel: str
    before: str = ""
    in_link: int = 0
    in_code: int = 0

    def page(self, html: str) -> str:
        pieces: list[str] = []
        position = 0
        for tag in _TAG.finditer(html):
            pieces.append(self._text(html[position : tag.start()], html[tag.start() :]))
            pieces.append(self._tag(tag.group(0)))
            position = tag.end()
        pieces.append(self._text(html[position:], ""))
        return "".join(pieces)

    def _tag(self, tag: str) -> str:
        name = re.sub(r"[^a-z0-9].*", "", tag.strip("</").lower(), flags=re.DOTALL)
        step = -1 if tag.startswith("</") else 1
        if name == "a":
            self.in_link = max(0, self.in_link + step)
        if name in ("code", "pre"):
            self.in_code = max(0, self.in_code + step)
        if (
            name not in INLINE
            or 'class="do"' in tag
            or (name == "b" and step < 0 and self.before.endswith("."))
        ):
            self.before = ""
        return self._attributes(tag) if "{{" in tag else tag

    def _attributes(self, tag: str) -> str:
        tag = re.sub(r'href="([^"]*)"', lambda match: f'href="{self._address(match.group(1))}"', tag)
        # What is left stands in an alt text or a title.
        return PLACEHOLDER.sub(
            lambda match: escape(
                self.values.get(match.group(1), "").strip() or f"ask your help desk at {self.phone}",
                quote=True,
            ),
            tag,
        )

    def _address(self, href: str) -> str:
        if not PLACEHOLDER.search(href):
            return href
        filled = PLACEHOLDER.sub(lambda match: self.values.get(match.group(1), "").strip(), unescape(href))
        whole = PLACEHOLDER.fullmatch(href)
        if whole and (found := _LINKABLE.fullmatch(filled)):
            return escape(_address_for(found), quote=True)
        return escape(filled if _SAFE_ADDRESS.fullmatch(filled) else f"tel:{self.tel}", quote=True)

    def _text(self, text: str, rest: str) -> str:
        pieces: list[str] = []
        position = 0
        for match in PLACEHOLDER.finditer(text):
            plain = text[position : match.start()]
            self.before += plain
            pieces.append(plain)
            pieces.append(self._filled(match, text[match.end() :] or _words_after(rest)))
            position = match.end()
        self.before += text[position:]
        pieces.append(text[position:])
        return "".join(pieces)

    def _filled(self, match: re.Match[str], after: str) -> str:
        name = match.group(1)
        if self.in_code and name not in self.values:
            return match.group(0)
        value = self.values.get(name, "").strip()
        text = value or _phrase(self.phone, self.before, after)
        self.before += text
        if self.in_link or self.in_code:
            return escape(text, quote=True)
        return linked(text) if value else _linked_number(text, self.phone, self.tel)


def linked(text: str) -> str:
    """Plain text as HTML, with its phone numbers, mail and web addresses made links."""
    pieces: list[str] = []
    position = 0
    for match in _LINKABLE.finditer(text):
        pieces.append(escape(text[position : match.start()], quote=True))
        pieces.append(_link(_address_for(match), match.group(0), phone=match.lastgroup == "phone"))
        position = match.end()
    return "".join([*pieces, escape(text[position:], quote=True)])


def _address_for(match: re.Match[str]) -> str:
    if match.lastgroup == "phone":
        return f"tel:{tel_of(match.group(0))}"
    return f"mailto:{match.group(0)}" if match.lastgroup == "mail" else match.group(0)


def _link(address: str, words: str, *, phone: bool) -> str:
    extra = ' class="nowrap"' if phone else ' rel="noopener"'
    return f'<a{extra} href="{escape(address, quote=True)}">{escape(words, quote=True)}</a>'


def _linked_number(phrase: str, phone: str, tel: str) -> str:
    before, _, after = phrase.rpartition(phone)
    return f"{escape(before, quote=True)}{_link(f'tel:{tel}', phone, phone=True)}{escape(after, quote=True)}"


def _phrase(phone: str, before: str, after: str) -> str:
    """ "Ask the help desk: 406-555-0142." as a sentence of its own, else "ask your help desk at 406-555-0142"."""
    said = unescape(before).rstrip()
    if said and not said.endswith((".", "?", "!", ".”", "?”", '."')):
        return f"ask your help desk at {phone}"
    stop = "" if after.lstrip()[:1] in (".", ",", ";", ":", "?", "!") and after.strip() else "."
    return f"Ask the help desk: {phone}{stop}"


def _words_after(rest: str) -> str:
    """What a reader sees right after this place, up to the end of the block."""
    words = ""
    for piece in re.split(r"(<[^>]*>)", rest[:400]):
        name = (
            re.sub(r"[^a-z0-9].*", "", piece.strip("</").lower(), flags=re.DOTALL)
            if piece.startswith("<")
            else ""
        )
        if name and name not in INLINE:
            break
        words += "" if name else piece
        if words.strip():
            break
    return words
