"""Forms: fields with rules, values that are kept when something is wrong, and sentences that say what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.mail.addresses import is_address

# Text that a browser sends and no page shows: controls other than tab and line ends, lone surrogates.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Problem(Exception):
    """A value cannot be used. The text is the sentence that people read."""


Rule = Callable[[str], Any]


@dataclass(frozen=True)
class Field:
    """One field: its name, its rule, and whether it may hold several values."""

    name: str
    rule: Rule
    many: bool = False


@dataclass
class Form:
    """What was sent, cleaned. ``values`` holds good values, ``typed`` what to show again, ``problems`` sentences."""

    fields: tuple[Field, ...]
    typed: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not self.problems

    def read(self, sent: Mapping[str, Any]) -> Form:
        """Read what was sent; ``sent`` is a form of werkzeug or any mapping."""
        for one in self.fields:
            if one.many:
                self._read_many(one, sent)
            else:
                self._read_one(one, sent)
        return self

    def lines(self, **first: str) -> list[dict[str, str]]:
        """The problems as the error box takes them; ``first`` names the id to jump to where it is not the field's."""
        return [{"field": first.get(name, name), "words": words} for name, words in self.problems.items()]

    def fail(self, name: str, sentence: str) -> None:
        """Add a problem that only the whole form can see."""
        self.problems.setdefault(name, sentence)

    def _read_one(self, one: Field, sent: Mapping[str, Any]) -> None:
        text = clean(str(sent.get(one.name) or ""))
        self.typed[one.name] = text
        try:
            self.values[one.name] = one.rule(text)
        except Problem as problem:
            self.problems[one.name] = str(problem)

    def _read_many(self, one: Field, sent: Mapping[str, Any]) -> None:
        listed = sent.getlist(one.name) if hasattr(sent, "getlist") else list(sent.get(one.name) or [])
        texts = [clean(str(text)) for text in listed]
        self.typed[one.name] = texts
        good = []
        for text in texts:
            try:
                good.append(one.rule(text))
            except Problem as problem:
                self.problems[one.name] = str(problem)
        self.values[one.name] = good


def clean(text: str) -> str:
    """Text as people meant it: one form of each letter, no unseen characters, plain line ends, no outer space."""
    plain = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", plain).strip()


def text(missing: str = "", *, longest: int = 200, lines: bool = False) -> Rule:
    """Any text up to a length; ``missing`` is the sentence when it is empty, or empty when it may be left out."""

    def rule(value: str) -> str:
        if not value and missing:
            raise Problem(missing)
        if len(value) > longest:
            raise Problem(f"Use at most {longest:,} letters. This has {len(value):,}.")
        return value if lines else " ".join(value.split())

    return rule


def choice(allowed: Mapping[str, Any] | tuple[str, ...], missing: str, *, empty: bool = False) -> Rule:
    """One of a list."""

    def rule(value: str) -> str:
        if value == "" and empty:
            return value
        if value not in allowed:
            raise Problem(missing)
        return value

    return rule


def phone(missing: str = "") -> Rule:
    """A number to call back, with area code."""
    wrong = "Enter a number with area code, like 406-555-0117"

    def rule(value: str) -> str:
        if not value:
            if missing:
                raise Problem(missing)
            return ""
        digits = re.sub(r"\D", "", value)
        if not 10 <= len(digits) <= 15 or len(value) > 40 or re.search(r"[^0-9 ()+.\-xXext,#/]", value):
            raise Problem(wrong)
        return " ".join(value.split())

    return rule


def email(missing: str = "") -> Rule:
    """A mail address."""

    def rule(value: str) -> str:
        if not value:
            if missing:
                raise Problem(missing)
            return ""
        if not is_address(value):
            raise Problem("Enter an e-mail address like name@county.example.gov")
        return value

    return rule


def yes(value: str) -> bool:
    """A tick box or a yes/no field."""
    return value in ("yes", "on", "true", "1")
