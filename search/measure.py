"""Measures of a ranking against judgments, each with its formula; all give a number from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Ranking = Sequence[str]
Grades = Mapping[str, int]


def ndcg(ranking: Ranking, grades: Grades, k: int = 10) -> float:
    """Discounted gain over the best possible: sum of (2^grade - 1) / log2(rank + 1), Jarvelin 2002."""
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    gains = [max(grades.get(one, 0), 0) for one in ranking[:k]]
    return _gain(gains) / _gain(best) if best else 0.0


def success(ranking: Ranking, grades: Grades, k: int = 3) -> float:
    """1 when any right answer is among the first k, else 0."""
    return 1.0 if any(grades.get(one, 0) > 0 for one in ranking[:k]) else 0.0


def recall(ranking: Ranking, grades: Grades, k: int = 10) -> float:
    """Right answers among the first k, of all right answers."""
    right = _right(grades)
    return len(right & set(ranking[:k])) / len(right) if right else 0.0


def precision(ranking: Ranking, grades: Grades, k: int = 10) -> float:
    """Right answers among the first k, of k."""
    return sum(grades.get(one, 0) > 0 for one in ranking[:k]) / k


def reciprocal_rank(ranking: Ranking, grades: Grades, k: int = 10) -> float:
    """1 / rank of the first right answer within the first k, else 0; its mean is MRR."""
    for rank, one in enumerate(ranking[:k], start=1):
        if grades.get(one, 0) > 0:
            return 1 / rank
    return 0.0


def average_precision(ranking: Ranking, grades: Grades) -> float:
    """Mean over the right answers of the precision at their rank, 0 where one is missing; its mean is MAP."""
    right, found, total = _right(grades), 0, 0.0
    for rank, one in enumerate(ranking, start=1):
        if one in right:
            found += 1
            total += found / rank
    return total / len(right) if right else 0.0


def mean(values: Sequence[float]) -> float:
    """The mean, and 0 of nothing."""
    return math.fsum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed (nearest rank)."""
    if not values:
        return 0.0
    row = sorted(values)
    return row[max(0, math.ceil(share * len(row)) - 1)]


def _right(grades: Grades) -> set[str]:
    return {one for one, grade in grades.items() if grade > 0}


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
