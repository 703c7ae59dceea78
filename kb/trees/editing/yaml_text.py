"""Values as YAML text in the form in which diagnostics are written: short things in brackets, the rest in lines."""

from __future__ import annotations

import json
import re
from typing import Any

from kb.trees.source import is_doubtful

WIDEST = 100
"""A line that is longer is hard to read beside the outline; what does not fit stands in lines of its own."""

_PLAIN = re.compile(r"[^\W_][^\x00-\x1f\x7f\x85\ufeff\u2028\u2029\ufffe\uffff]*")
_UNPRINTED = re.compile("[\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff]")


def scalar(value: Any, *, flow: bool = True) -> str:
    """A text, number or truth value; a text without quotes where every reader takes it for the same text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, str):
        return str(value)
    return value if _needs_no_quotes(value, flow=flow) else quoted(value)


def quoted(text: str) -> str:
    """A text in double quotes. A text in JSON is the same text in YAML 1.2 once nothing unprinted is left in it."""
    return _UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def inline(value: Any) -> str:
    """A value in one line, lists and mappings in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {inline(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    return scalar(value)


def entry(name: str, value: Any, indent: int, *, flow: bool = False) -> str:
    """``name: value``, without the indent of its first line. Lines that follow are indented."""
    if flow or not isinstance(value, dict | list) or not value:
        return f"{name}: {inline(value) if flow else _flat(value)}"
    if _fits(value, indent + len(name) + 2):
        return f"{name}: {inline(value)}"
    if isinstance(value, dict):
        return f"{name}:\n" + "\n".join(
            " " * (indent + 2) + entry(key, each, indent + 2) for key, each in value.items()
        )
    return f"{name}:\n" + "\n".join(" " * (indent + 2) + item(each, indent + 2) for each in value)


def item(value: Any, indent: int) -> str:
    """One line of a list, from its dash on; a mapping that does not fit takes a line for each name."""
    if isinstance(value, dict) and not _fits(value, indent + 2):
        lines = [entry(key, each, indent + 2) for key, each in value.items()]
        return "- " + ("\n" + " " * (indent + 2)).join(lines)
    return f"- {_flat(value)}"


def _flat(value: Any) -> str:
    return inline(value) if isinstance(value, dict | list) else scalar(value, flow=False)


def _fits(value: Any, column: int) -> bool:
    """Short enough for one line, and no sentences or answers of a question in it, which want lines."""
    if isinstance(value, list) and any(isinstance(each, dict) or " " in str(each) for each in value):
        return False
    if isinstance(value, dict) and any(isinstance(each, dict | list) and each for each in value.values()):
        inner = [each for each in value.values() if isinstance(each, dict | list) and each]
        if any(not _fits(each, column) for each in inner):
            return False
    return column + len(inline(value)) <= WIDEST


def _needs_no_quotes(text: str, *, flow: bool) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and text == text.strip()
        and not is_doubtful(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not (flow and re.search(r"[,\[\]{}]|:$", text))
        and _UNPRINTED.search(text) is None
    )
