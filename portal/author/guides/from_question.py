"""A guide begun from a question that nobody answered: the words people used become its symptoms."""

from __future__ import annotations

from portal.author.guides.from_request import Beginning
from portal.author.unanswered.board import days_in, question_asked

# More ways to say one thing than these are for the author to choose from.
MOST_SYMPTOMS = 5


def from_question(words: str, days: str) -> Beginning:
    """The beginning that a question gives. Raises ``Missing`` for words that nobody searched in this time.

    Only what people searched comes along, in the words they typed: the author reads it again for names.
    """
    question = question_asked(words, days_in(days))
    symptoms = tuple(said[:200] for said, _ in question.wordings[:MOST_SYMPTOMS])
    return Beginning(question=question.words, days=days_in(days), symptoms=symptoms)
