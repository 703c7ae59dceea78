"""Typed fields taken out of a YAML mapping, with a finding for everything that does not fit."""

import re
from dataclasses import dataclass, field

from kb.findings import Finding
from kb.trees.source import Value, is_doubtful

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_TEXT = 2000


@dataclass
class Problems:
    """The findings gathered while one file is read."""

    found: list[Finding] = field(default_factory=list)

    def add(self, line: int, message: str, where: str = "", rule: str = "shape") -> None:
        """Note an error at a line."""
        self.found.append(Finding(line, rule, "error", message, where))


class Fields:
    """One mapping of the file. What is asked for is taken; `close` names what nobody asked for."""

    def __init__(self, value: Value, where: str, problems: Problems) -> None:
        self.line = value.key_line or value.line
        self.where = where
        self.problems = problems
        self._known: set[str] = set()
        self._of: dict[str, Value] = value.of if isinstance(value.of, dict) else {}
        if not isinstance(value.of, dict):
            problems.add(self.line, "A block of names and values is needed here.", where)

    def has(self, key: str) -> bool:
        """Is the key there?"""
        return key in self._of

    def names(self) -> tuple[str, ...]:
        """The keys in file order."""
        return tuple(self._of)

    def value(self, key: str) -> Value | None:
        """The raw value of a key, now taken."""
        self._known.add(key)
        return self._of.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A text. A bare number counts as its text; a bare true or null does not."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value.of, str):
            text = value.of.strip()
        elif isinstance(value.of, int | float) and not isinstance(value.of, bool):
            text = value.bare
        else:
            return self._wrong(value, f'"{key}" needs a text. Put it in quotes.', default)
        if len(text) > LONGEST_TEXT:
            return self._wrong(value, f'"{key}" is longer than {LONGEST_TEXT} letters.', default)
        return text

    def name(self, key: str) -> str:
        """An id of ours: small letters, digits and underscores."""
        value = self.value(key)
        if value is None:
            return ""
        check_name(value.bare or value.of, value.line, bool(value.bare), self.where, self.problems)
        return str(value.bare or value.of)

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        """A number between two bounds."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value.of, bool) or not isinstance(value.of, int | float) or not low <= value.of <= high:
            self.problems.add(value.line, f'"{key}" needs a number from {low:g} to {high:g}.', self.where)
            return default
        return float(value.of)

    def switch(self, key: str) -> bool:
        """true or false; absent means false."""
        value = self.value(key)
        if value is not None and not isinstance(value.of, bool):
            self.problems.add(value.line, f'"{key}" needs true or false.', self.where)
            return False
        return value is not None and value.of is True

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of a few words."""
        value = self.value(key)
        if value is None:
            return default
        if value.of not in choices:
            return self._wrong(value, f'"{key}" needs one of: {", ".join(choices)}.', default)
        return str(value.of)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one bare text counts as a list of one."""
        value = self.value(key)
        if value is None:
            return ()
        items = value.of if isinstance(value.of, list) else [value]
        return tuple(text for text in (self._listed(key, item) for item in items) if text)

    def blocks(self, key: str) -> dict[str, "Fields"]:
        """A block of named blocks, such as `nodes:`; the names are ids."""
        value = self.value(key)
        if value is None:
            return {}
        inner = Fields(value, self.where, self.problems)
        found = {}
        for name, item in inner._of.items():
            check_name(name, item.key_line, item.key_is_bare, name, self.problems)
            found[name] = Fields(item, name, self.problems)
        return found

    def close(self) -> None:
        """Name each key that the format does not know."""
        for key, value in self._of.items():
            if key not in self._known:
                message = f'"{key}" is not known here. Check the spelling.'
                self.problems.add(value.key_line, message, self.where)

    def _listed(self, key: str, item: Value) -> str:
        if isinstance(item.of, str) and item.of.strip():
            return item.of.strip()
        if item.bare and item.of is not None and not isinstance(item.of, bool):
            return item.bare
        return self._wrong(item, f'"{key}" needs a list of texts. Put each in quotes.', "")

    def _wrong(self, value: Value, message: str, default: str) -> str:
        self.problems.add(value.line, message, self.where)
        return default


def check_name(name: object, line: int, is_bare: bool, where: str, problems: Problems) -> None:
    """Note an id that is not one, and a bare one that other YAML readers turn into something else."""
    if is_bare and is_doubtful(str(name)):
        message = f"Some programs read a bare {name} as true, false, nothing or a number. Choose another."
        problems.add(line, message, where, "yaml-boolean")
    elif not isinstance(name, str) or not NAME.fullmatch(name):
        message = f'"{name}" cannot be a name. Use small letters, digits and underscores, a letter first.'
        problems.add(line, message, where)
