"""Texts and questions to measure search with: a folder's own, or made from the guides that ship."""

from __future__ import annotations

import bisect
import itertools
import json
import os
import random
import re
from dataclasses import dataclass
from pathlib import Path

CONTENT = Path(__file__).resolve().parent.parent / "content"
# A folder with `docs.1k.jsonl`, `docs.10k.jsonl` and `queries.jsonl`, each line with `id`, `title` and `text`.
FOLDER = os.environ.get("SIGNPOST_SPEED_SETS", "")
FILES = {1_000: "docs.1k.jsonl", 10_000: "docs.10k.jsonl"}
# Of a real collection of 10,000 support articles: its words in an article, and how seldom most of them are.
MEAN_WORDS, RARE_WORDS, RARE_SHARE = 620, 60_000, 0.08


@dataclass(frozen=True)
class Text:
    """One article as plain text."""

    slug: str
    title: str
    text: str


def texts(size: int) -> list[Text]:
    """So many articles; the same each time."""
    if FOLDER:
        rows = _rows(Path(FOLDER) / FILES[size])
        return [Text(f"a{number}", row["title"], row["text"]) for number, row in enumerate(rows)]
    return _made(size)


def questions(count: int) -> list[str]:
    """So many questions in people's words; the same each time."""
    if FOLDER:
        asked = [row["text"] for row in _rows(Path(FOLDER) / "queries.jsonl")]
    else:
        asked = re.findall(r'ask: "([^"]+)"', (CONTENT / "questions.yaml").read_text("utf-8"))
    random.Random(1).shuffle(asked)
    return list(itertools.islice(itertools.cycle(asked), count))


def where_from() -> str:
    """Say which texts these are."""
    return f"texts of {Path(FOLDER).name}" if FOLDER else "texts made from the guides that ship"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _made(size: int) -> list[Text]:
    """Sentences of two or three guides in a new order, with names that each stand in few articles only.

    The rare names follow Zipf's law, as the words of a real collection do.
    """
    guides = [_sentences(path) for path in sorted((CONTENT / "articles").glob("*.md"))]
    chance = random.Random(2026)
    names = ["".join(chance.choices("bdfgklmnprstvz", k=1)[0] + chance.choice("aeiou") for _ in range(4)) +
             chance.choice(("", "n", "x", "ter", "io", "365")) for _ in range(RARE_WORDS)]  # fmt: skip
    ladder = list(itertools.accumulate(1 / (rank + 10) for rank in range(RARE_WORDS)))

    def rare() -> str:
        return names[bisect.bisect_left(ladder, chance.random() * ladder[-1])]

    found = []
    for number in range(size):
        mixed = [line for guide in chance.sample(guides, 3) for line in guide[1]]
        words: list[str] = []
        most = chance.lognormvariate(0, 0.6) * MEAN_WORDS * 0.83
        while len(words) < most:
            words += chance.choice(mixed).split()
            if chance.random() < 0.2:
                words[-1] += "\n\n"
        words = [rare() if chance.random() < RARE_SHARE else word for word in words]
        title = f"{chance.choice(guides)[0]} {rare()}"
        found.append(Text(f"a{number}", title, " ".join(words)))
    return found


def _sentences(path: Path) -> tuple[str, list[str]]:
    text = path.read_text("utf-8")
    title = re.search(r"^title: *(.+)$", text, re.M)
    body = text.split("\n---\n", 1)[1]
    plain = re.sub(r"[#*>|`_\[\]{}:]+|\(.*?\)", " ", body)
    lines = [" ".join(line.split()) for line in re.split(r"(?<=[.?!])\s+|\n", plain)]
    return (title.group(1).strip("'\"") if title else path.stem), [line for line in lines if line]
