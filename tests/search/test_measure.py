"""The measures, on rankings small enough to work out by hand, and one published figure."""

import json
import math
import os
from collections import Counter
from pathlib import Path

import pytest

from search import measure
from search.tokens import STOP_WORDS, tokens


def test_a_perfect_ranking_has_full_marks():
    assert measure.ndcg(["a", "b"], {"a": 2, "b": 1}) == 1.0
    assert measure.average_precision(["a", "b", "x"], {"a": 1, "b": 1}) == 1.0


def test_gain_is_discounted_by_rank():
    assert measure.ndcg(["x", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))


def test_higher_grades_gain_more():
    grades = {"a": 2, "b": 1}
    swapped = (1 / 1 + 3 / math.log2(3)) / (3 / 1 + 1 / math.log2(3))
    assert measure.ndcg(["b", "a"], grades) == pytest.approx(swapped)


def test_what_comes_after_k_does_not_count():
    assert measure.ndcg(["x"] * 10 + ["a"], {"a": 1}, 10) == 0.0
    assert measure.success(["x", "y", "z", "a"], {"a": 1}, 3) == 0.0
    assert measure.success(["x", "y", "a"], {"a": 1}, 3) == 1.0


def test_precision_divides_by_k_and_recall_by_all_right_answers():
    assert measure.precision(["a", "x"], {"a": 1, "b": 1}, 10) == 0.1
    assert measure.recall(["a", "x"], {"a": 1, "b": 1}, 10) == 0.5


def test_reciprocal_rank_looks_at_the_first_right_answer():
    assert measure.reciprocal_rank(["x", "a", "b"], {"a": 1, "b": 1}) == 0.5


def test_average_precision_counts_a_missing_answer_as_nothing():
    assert measure.average_precision(["a", "x", "b"], {"a": 1, "b": 1, "c": 1}) == pytest.approx(
        (1 + 2 / 3) / 3
    )


def test_a_grade_of_nothing_is_not_an_answer():
    assert measure.ndcg(["a"], {"a": 0}) == 0.0
    assert measure.average_precision(["a"], {}) == 0.0


def test_percentiles_are_values_that_were_measured():
    assert measure.percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert measure.percentile([4.0, 1.0, 3.0, 2.0], 0.99) == 4.0
    assert measure.percentile([], 0.5) == 0.0


@pytest.mark.outside("SIGNPOST_JUDGED_SETS")
def test_the_published_figures_of_plain_bm25_on_cacm_are_met():
    """MAP .3123 and P@30 .1942, the figures of Anserini for BM25 with k1 .9 and b .4."""
    folder = Path(os.environ["SIGNPOST_JUDGED_SETS"]) / "cacm"
    pages = {row["id"]: _stems(row["full"]) for row in _rows(folder / "docs.jsonl")}
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        asked, answer, grade = line.split("\t")
        grades.setdefault(asked, {})[answer] = int(grade)
    rank = _bm25(pages)
    found = {
        row["id"]: rank(_stems(row["text"])) for row in _rows(folder / "queries.jsonl") if row["id"] in grades
    }
    precision = [measure.average_precision(ranking, grades[asked]) for asked, ranking in found.items()]
    at_30 = [measure.precision(ranking, grades[asked], 30) for asked, ranking in found.items()]
    assert measure.mean(precision) == pytest.approx(0.3123, abs=0.02)
    assert measure.mean(at_30) == pytest.approx(0.1942, abs=0.02)


def _rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def _stems(text):
    return Counter(token.stem for token in tokens(text) if token.word not in STOP_WORDS)


def _bm25(pages, k1=0.9, b=0.4):
    """Plain BM25 as it is written in the books, to try the measures on."""
    pages_with = Counter(stem for page in pages.values() for stem in page)
    length = {key: sum(page.values()) for key, page in pages.items()}
    mean = sum(length.values()) / len(length)

    def rank(query):
        scores = Counter()
        for key, page in pages.items():
            for stem in query:
                if stem in page:
                    rarity = math.log(1 + (len(pages) - pages_with[stem] + 0.5) / (pages_with[stem] + 0.5))
                    half = k1 * (1 - b + b * length[key] / mean)
                    scores[key] += query[stem] * rarity * page[stem] / (page[stem] + half)
        return [key for key, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))][:1000]

    return rank
