"""Questions in clerks' own words with the articles that answer them: read, checked, and used to measure search."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.findings import Finding
from kb.plain_yaml import BadYaml, read
from search import measure

MAX_BYTES = 512 * 1024
# Search keeps so many letters of what is typed.
MOST_LETTERS = 256
# Below this every article is asked about by chance only.
FEWEST_PER_ARTICLE = 2
# One question in a hundred may move for a reason that nobody needs to look into.
ALLOWED_FALL = 0.01
DEPTH = 10

_ASK = re.compile(r"\s*-\s*\{?\s*[\"']?ask[\"']?\s*:")
_MEASURED = re.compile(r"^measured:.*\n(?:[ \t]+.*\n)*\n?", re.MULTILINE)
_QUESTIONS = re.compile(r"^questions:", re.MULTILINE)


class BadQuestions(Exception):
    """A file of questions that cannot be read; the message is a sentence."""


@dataclass(frozen=True)
class Question:
    """What a clerk types, and the slugs that answer it, the best one first. ``line`` counts from 1."""

    ask: str
    answers: tuple[str, ...]
    line: int = 1


@dataclass(frozen=True)
class Figures:
    """How well search did, each from 0 to 1: the right answer first, among the first three, and the mean of 1/rank."""

    questions: int
    success_1: float
    success_3: float
    mrr: float


@dataclass(frozen=True)
class QuestionSet:
    """The questions of a file, and the figures of the last release by the way that was measured."""

    questions: tuple[Question, ...]
    measured: Mapping[str, Figures]


@dataclass(frozen=True)
class Miss:
    """A question without a right answer among the first three. ``rank`` is 0 when none is among the first ten."""

    question: Question
    rank: int
    found: tuple[str, ...]

    @property
    def cause(self) -> str:
        """Too low, not found, or nothing found at all."""
        if not self.found:
            return "nothing found"
        return "too low" if self.rank else "not found"


@dataclass(frozen=True)
class Measured:
    """The figures of one way to search, and the questions that it missed."""

    figures: Figures
    misses: tuple[Miss, ...]


def read_questions(text: str) -> QuestionSet:
    """The questions of a ``questions.yaml``. Raises ``BadQuestions``, which names the line or the question."""
    try:
        value = read(text, cap_bytes=MAX_BYTES)
    except BadYaml as error:
        raise BadQuestions(f"Line {error.line}: {error.message}") from None
    rows = value.get("questions") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise BadQuestions("The file must hold “questions:” and a list.")
    lines = _lines_of(text, len(rows))
    questions = [
        _question(row, number, line) for number, (row, line) in enumerate(zip(rows, lines, strict=True))
    ]
    return QuestionSet(tuple(questions), _figures_by_way(value.get("measured")))


def question_findings(
    questions: Sequence[Question], *, slugs: Collection[str], said: Mapping[str, str]
) -> list[Finding]:
    """What is wrong with the questions. ``slugs`` can be found; ``said`` gives where a phrase stands already.

    A phrase that search was given word for word is a note: two people may say the same thing, but when many
    questions are known to search, it is measured on what it was told.
    """
    return [*_each(questions, slugs, said), *_all(questions, slugs)]


def measure_questions(questions: Sequence[Question], find: Callable[[str], Sequence[str]]) -> Measured:
    """Ask every question. ``find`` gives slugs for a typed text, best first; it is called once for each."""
    asked = [(question, tuple(find(question.ask))[:DEPTH]) for question in questions]
    misses = [Miss(question, rank_of(question, found), found) for question, found in asked]
    return Measured(figures_of(asked), tuple(miss for miss in misses if not 1 <= miss.rank <= 3))


def figures_of(asked: Sequence[tuple[Question, Sequence[str]]]) -> Figures:
    """The figures of questions, each with the slugs that were found for it, best first."""
    ranked = [(found[:DEPTH], dict.fromkeys(question.answers, 1)) for question, found in asked]
    return Figures(
        questions=len(asked),
        success_1=measure.mean([measure.success(found, grades, 1) for found, grades in ranked]),
        success_3=measure.mean([measure.success(found, grades, 3) for found, grades in ranked]),
        mrr=measure.mean([measure.reciprocal_rank(found, grades, DEPTH) for found, grades in ranked]),
    )


def rank_of(question: Question, found: Sequence[str]) -> int:
    """The place of the first right answer, counted from 1; 0 when none is found."""
    return next((place for place, slug in enumerate(found, start=1) if slug in question.answers), 0)


def falls(now: Figures, before: Figures) -> list[str]:
    """The figures that fell by more than a point, each as a sentence."""
    pairs = {
        "success@1": (now.success_1, before.success_1),
        "success@3": (now.success_3, before.success_3),
        "MRR": (now.mrr, before.mrr),
    }
    return [
        f"{name} fell from {was:.3f} to {is_now:.3f}."
        for name, (is_now, was) in pairs.items()
        if was - is_now > ALLOWED_FALL
    ]


def with_figures(text: str, measured: Mapping[str, Figures]) -> str:
    """The file with these figures in its header, and every other line as it was."""
    rows = [
        f"  {way}: {{questions: {row.questions}, success_1: {row.success_1:.4f}, "
        f"success_3: {row.success_3:.4f}, mrr: {row.mrr:.4f}}}\n"
        for way, row in measured.items()
    ]
    header = "measured:\n" + "".join(rows) + "\n"
    return _QUESTIONS.sub(f"{header}questions:", _MEASURED.sub("", text, count=1), count=1)


def same_words(text: str) -> str:
    """A phrase without case, marks and spare spaces, to tell whether two are the same."""
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())


def _lines_of(text: str, count: int) -> list[int]:
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _ASK.match(line)]
    return lines if len(lines) == count else [1] * count


def _question(row: Any, number: int, line: int) -> Question:
    place = f"Question {number + 1}"
    if not isinstance(row, dict) or not isinstance(row.get("answers"), list):
        raise BadQuestions(f"{place} needs “ask” and a list of “answers”.")
    ask = " ".join(str(row.get("ask") or "").split())
    answers = tuple(dict.fromkeys(str(slug) for slug in row["answers"] if slug))
    if not ask or not answers:
        raise BadQuestions(f"{place} needs “ask” and at least one of “answers”.")
    return Question(ask, answers, line)


def _figures_by_way(value: Any) -> dict[str, Figures]:
    if value is None:
        return {}
    try:
        return {
            str(way): Figures(
                int(row["questions"]), float(row["success_1"]), float(row["success_3"]), float(row["mrr"])
            )
            for way, row in value.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadQuestions("“measured” needs questions, success_1, success_3 and mrr for each way.") from None


def _each(
    questions: Sequence[Question], slugs: Collection[str], said: Mapping[str, str]
) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for question in questions:
        words, line = same_words(question.ask), question.line
        for slug in question.answers:
            if slug not in slugs:
                message = f"“{question.ask}”: there is no article {slug} that a clerk may read."
                yield Finding(line, "unknown-answer", "error", message)
        if len(question.ask) > MOST_LETTERS:
            yield Finding(
                line, "long-question", "error", f"Search reads the first {MOST_LETTERS} letters only."
            )
        if words in seen:
            yield Finding(line, "asked-twice", "error", f"“{question.ask}” stands in line {seen[words]} too.")
        if words in said:
            yield Finding(line, "known-phrase", "note", f"“{question.ask}” also stands in {said[words]}.")
        seen.setdefault(words, line)


def _all(questions: Sequence[Question], slugs: Collection[str]) -> Iterator[Finding]:
    counts = dict.fromkeys(sorted(slugs), 0)
    for question in questions:
        for slug in question.answers:
            counts[slug] = counts.get(slug, 0) + 1
    for slug, count in counts.items():
        if slug in slugs and count < FEWEST_PER_ARTICLE:
            message = f"{slug} answers {count} of the questions. Write {FEWEST_PER_ARTICLE} or more for it."
            yield Finding(1, "few-questions", "warning", message)
