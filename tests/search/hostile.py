"""What nobody would type, and somebody will: texts made from a seed to be searched for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "ANDNOT",
    "ANDMAYBE",
    "REQUIRE",
    "TO",
    "NEAR/3",
    "&&",
    "||",
    "-",
    "+",
    "!",
    "^9",
    "~",
    "~2",
]
BRACKETS = ["(", ")", "[", "]", "{", "}", "<", ">", "[a TO z]", "{* TO *]", "((((((", "))))"]
STARS = ["*", "?", "**", "*a*", "??", ".*", "a*?b", "[^a]*", "(a+)+$", "\\", "\\\\*", "%", "_"]
QUOTES = ['"', "'", "“", "”", "„", "«", "»", "`", "´", '""', '"""', "'a ANDMAYBE '"]
FIELDS = [
    "title:",
    "audience:staff",
    "key:",
    "_id:1",
    "words:*",
    "title:^2",
    "lexicon:staff\x1f",
    "*:*",
    "kind:guide",
]
LETTERS = [
    "\x00",
    "\x1f",
    "\x1b[31m",
    "\x7f",
    "\u0085",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ufffe",
    "\U0010ffff",
    "\ud800",
    "\udfff",
    "\ud83d",
    "\ue000",
    "\ue001",
    "\u0301" * 40,
    "e\u0301\u0323\u20dd",
    "Z\u0351\u034c\u0339\u0321" * 9,
    "ﬀ",
    "ﷺ",
    "ß",
    "İ",
    "ı",
    "Ⅷ",
    "½",
    "①",
    "ǆ",
    "ſ",
    "K",
    "Å",
    "ﬁle",
    "print",
    "ｐｒｉｎｔ",
]
ALPHABETS = [
    "البحث عن الطابعة",
    "חיפוש מדפסת",
    "打印机坏了",
    "프린터",
    "принтер",
    "εκτυπωτής",
    "เครื่องพิมพ์",
    "प्रिंटर",
    "👩🏽‍💻🖨️🔥",
    "🇺🇸",
    "👍" * 30,
]
NUMBERS = [
    "0",
    "-1",
    "1e309",
    "NaN",
    "0x80070005",
    "406-555-0117",
    "9" * 300,
    "1.2.3.4",
    "2026-11-03",
    "12:34:56",
    "$1,000",
    "٣٤",
]
ADDRESSES = [
    "https://example.gov/a?b=c&d=%00#e",
    "http://[::1]:80/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "a@b.gov",
    "\\\\server\\share",
    "C:\\Windows\\System32",
    "../../../etc/passwd",
    "%2e%2e%2f",
    "data:text/html,<script>",
]
PROGRAMS = [
    "' OR 1=1 --",
    "'; DROP TABLE articles; --",
    "UNION SELECT 1",
    "a & !b | c:*",
    "a <-> b",
    "NEAR(a b)",
    "{{ 7*7 }}",
    "${7*7}",
    "<script>alert(1)</script>",
    "<mark>",
    "</mark><img src=x>",
    "&lt;mark&gt;",
    "%s%n",
    "{0}",
    "__import__('os')",
    "\r\nSet-Cookie: a=b",
]
JOINTS = ["", " ", "-", "‐", ".", "/", "&", "'", "’", "_", ",", "\n", "\t", "\u00a0", "\u00ad", "--", " - "]
LENGTHS = (300, 5_000, 100_000, 1_000_000)


def typed(seed: int, number: int, words: Sequence[str]) -> str:
    """One text; the same for the same seed and number. About one in a hundred is long, up to a megabyte."""
    chance = random.Random(f"{seed}:{number}")
    kinds: list[Callable[[], str]] = [
        *(
            lambda row=row: chance.choice(row)
            for row in (
                OPERATORS,
                BRACKETS,
                STARS,
                QUOTES,
                FIELDS,
                LETTERS,
                ALPHABETS,
                NUMBERS,
                ADDRESSES,
                PROGRAMS,
            )
        ),
        lambda: chance.choice(words),
        lambda: chance.choice(words),
        lambda: chance.choice(words),
        lambda: _slipped(chance, chance.choice(words)),
        lambda: chance.choice(words)[: chance.randint(1, 4)],
        lambda: "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 8))),
    ]
    parts = [chance.choice(kinds)() for _ in range(chance.choice((1, 1, 2, 3, 4, 6, 10, 20)))]
    text = "".join(part + chance.choice(JOINTS) for part in parts)
    if chance.random() < 0.01:
        length = chance.choice(LENGTHS)
        text = (text * (length // max(1, len(text)) + 1))[:length]
    return text


def shortened(text: str, fails: Callable[[str], bool]) -> str:
    """Cut pieces out of a text that fails as long as it still does; at most some hundred tries."""
    size = max(1, len(text) // 2)
    for _ in range(300):
        at = next((at for at in range(0, len(text), size) if fails(text[:at] + text[at + size :])), None)
        if at is not None:
            text = text[:at] + text[at + size :]
        elif size == 1:
            break
        size = max(1, min(size, len(text)) // (1 if at is not None else 2))
    return text


def _slipped(chance: random.Random, word: str) -> str:
    place = chance.randrange(len(word))
    return (
        word[:place] + chance.choice(("", word[place] * 2, chance.choice("qwertyuiop"))) + word[place + 1 :]
    )
