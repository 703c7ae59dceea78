"""How well and how fast the product finds, on a folder of questions with judged answers."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search import meaning, measure
from search.index import Document, Index, Section
from search.mistyping import mistyped
from search.query import parse
from search.whoosh_index import WhooshIndex
from search.words import NO_WORDS

DEPTH = 10


def evaluate(folder: Path, queries: int | None = None) -> dict[str, float]:
    """Build a temporary index of the folder's `docs.jsonl`, ask its questions, and compare with `qrels.tsv`.

    `queries` asks only so many of the judged questions. Times are of the whole search, from the text to
    results with marked passages. Raises `OSError` or `ValueError` when a file is missing or not as it should be.
    """
    with tempfile.TemporaryDirectory(prefix="signpost-eval-") as place:
        index = WhooshIndex(Path(place) / "index", meaning.load())
        try:
            return evaluate_on(index, folder, queries)
        finally:
            index.close()


def evaluate_on(
    index: Index, folder: Path, queries: int | None = None, *, slips: int | None = None
) -> dict[str, float]:
    """Do the same with an index of your own, which is filled here.

    With `slips`, a seed, each question has one typing slip, the same ones for the same seed.
    """
    grades = _grades(folder / "qrels.tsv")
    asked = [row for row in _rows(folder / "queries.jsonl") if any(grades.get(row["id"], {}).values())]
    asked = asked[: queries if queries is not None else len(asked)]
    start = time.perf_counter()
    documents = fill(index, folder / "docs.jsonl")
    built = time.perf_counter() - start
    rankings, took = [], []
    for row in asked:
        text = row["text"] if slips is None else mistyped(row["text"], slips, row["id"])
        start = time.perf_counter()
        results = index.find(parse(text), frozenset({"public"}), words=NO_WORDS, limit=DEPTH)
        took.append(1000 * (time.perf_counter() - start))
        rankings.append(([hit.slug for hit in results.hits], grades[row["id"]]))
    return {
        "docs": documents,
        "queries": len(asked),
        "ndcg@10": round(measure.mean([measure.ndcg(*one) for one in rankings]), 4),
        "success@3": round(measure.mean([measure.success(*one) for one in rankings]), 4),
        "recall@10": round(measure.mean([measure.recall(*one) for one in rankings]), 4),
        "mrr@10": round(measure.mean([measure.reciprocal_rank(*one) for one in rankings]), 4),
        "p50_ms": round(measure.percentile(took, 0.5), 2),
        "p99_ms": round(measure.percentile(took, 0.99), 2),
        "build_s": round(built, 2),
    }


def fill(index: Index, path: Path) -> int:
    """Put every line of a `docs.jsonl` into the index as a public guide; give the number held."""
    with index.edit() as edit:
        for row in _rows(path):
            text = (Section("", "", str(row.get("text", ""))),)
            edit.put(Document(row["id"], "1", "guide", str(row.get("title", "")), "", "public", (), (), text))
    return index.documents()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict) or "id" not in row:
                    raise ValueError(f"{path.name} line {number} has no `id`")
                yield {**row, "id": str(row["id"])}


def _grades(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            parts = line.rstrip("\r\n").split("\t")
            if len(parts) == 3 and parts[2].strip().lstrip("-").isdigit():
                grades.setdefault(parts[0], {})[parts[1]] = int(parts[2])
            elif line.strip() and number > 1:
                raise ValueError(f"{path.name} line {number} needs query, document and grade")
    return grades
