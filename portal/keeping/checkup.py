"""What a check of the doctor says: the part, how it is, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, WARNING, BAD = "good", "warning", "bad"


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report. ``advice`` is empty when there is nothing to do."""

    name: str
    state: str
    sentence: str
    advice: str = ""


def good(name: str, sentence: str) -> Check:
    return Check(name, GOOD, sentence)


def warning(name: str, sentence: str, advice: str) -> Check:
    return Check(name, WARNING, sentence, advice)


def bad(name: str, sentence: str, advice: str) -> Check:
    return Check(name, BAD, sentence, advice)
