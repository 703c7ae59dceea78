"""Lists indented as CommonMark has them, rewritten with the four spaces that Python-Markdown wants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MARKER = re.compile(r"^( *)([-*+]|\d{1,9}[.)])( +)(\S.*)$")
_RULE = re.compile(r"^ {0,3}([-*_])(?: *\1){2,} *$")
_SPECIAL = re.compile(r"^ {0,3}(?:#|>|\||:::|[\uf8e0\uf8e1])")


def with_four_space_lists(lines: list[str]) -> list[str]:
    """The same text, each level of a list indented by four spaces. Linear in the number of lines."""
    levels = _Levels()
    for line in lines:
        levels.take(line)
    return levels.written


@dataclass
class _Levels:
    """The open list items, each by the column where its text begins, and the lines written so far."""

    columns: list[int] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    after_blank: bool = True
    after_paragraph: bool = False

    def take(self, line: str) -> None:
        if not line.strip():
            self.written.append("")
            self.after_blank, self.after_paragraph = True, False
            return
        marker = None if _RULE.match(line) else _MARKER.match(line)
        if marker and self._begins_an_item(len(marker.group(1)), marker.group(2)):
            self._item(marker)
        else:
            self._text(line)
        self.after_blank = False

    def _begins_an_item(self, indent: int, sign: str) -> bool:
        """Four spaces more than the text around it is code; a paragraph's line "2026. It ..." is no list."""
        if self.after_paragraph and sign[0].isdigit() and sign[:-1] != "1" and not self.columns:
            return False
        return indent < 4 + (self.columns[-1] if self.columns else 0)

    def _item(self, marker: re.Match[str]) -> None:
        indent, sign, gap, text = len(marker.group(1)), marker.group(2), marker.group(3), marker.group(4)
        while self.columns and indent < self._least(len(self.columns) - 1):
            self.columns.pop()
        if self.after_paragraph:
            self.written.append("")
        depth = len(self.columns)
        sign = sign[:-1] + "." if sign.endswith(")") else sign
        self.written.append(" " * 4 * depth + f"{sign} {text}")
        self.columns.append(indent + len(sign) + (len(gap) if len(gap) <= 4 else 1))
        self.after_paragraph = False

    def _text(self, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        if (
            line.lstrip(" ").startswith(">")
            and self.written
            and self.written[-1].lstrip(" ")[:1] not in ("", ">")
        ):
            # A quote right under a line of text is a quote in CommonMark, but not to Python-Markdown.
            self.written.append("")
        if self.columns and (self.after_blank or _SPECIAL.match(line)):
            while self.columns and indent < self._least(len(self.columns) - 1):
                self.columns.pop()
        if not self.columns:
            self.written.append(line)
            self.after_paragraph = not _SPECIAL.match(line)
            return
        self.after_paragraph = self.after_paragraph or self.after_blank
        rest = max(0, indent - self.columns[-1])
        # One to three spaces too many are a slip; four are code inside the item.
        kept = " " * rest if rest >= 4 and self.after_blank else ""
        self.written.append(" " * 4 * len(self.columns) + kept + line.lstrip(" "))

    def _least(self, level: int) -> int:
        """The least indent that still belongs to the item of this level: two spaces do for a number."""
        parent = self.columns[level - 1] if level else 0
        return min(self.columns[level], parent + 2)
