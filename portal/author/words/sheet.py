"""The form of a row of the word list: what was typed, the row it is about, and the version one began from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.word_checks import problems_of, row_from, texts_of
from kb.words import Synonym
from portal.author.sheet import number_in
from portal.forms import Field, Form, text

# More than all the lines that a row may have; a browser's mishap is stopped here, with a sentence.
LONGEST_FIELD = 10_000
# Left over where a long number was masked in the words of a search; it is no word of anybody's.
MASKED = "(number left out)"

FIELDS = (
    Field("say", text(longest=LONGEST_FIELD, lines=True)),
    Field("means", text(longest=LONGEST_FIELD, lines=True)),
    Field("note", text(longest=LONGEST_FIELD)),
)


@dataclass
class WordSheet:
    """The typed fields. ``word_id`` is 0 for a new row; ``based_on`` is the number of the row that was opened."""

    form: Form
    word_id: int = 0
    based_on: int = 0

    @property
    def row(self) -> dict[str, Any]:
        """The row as typed. Only a good form has one."""
        values = self.form.values
        return row_from(texts_of(values["say"]), texts_of(values["means"]), values["note"])


def sheet_sent(sent: Mapping[str, Any]) -> WordSheet:
    """Read what was sent; a row that cannot be one has a sentence at its field."""
    form = Form(FIELDS).read(sent)
    if form.good:
        values = form.values
        wrong = problems_of(texts_of(values["say"]), texts_of(values["means"]), values["note"])
        for name, sentence in wrong.items():
            form.fail(name, sentence)
    return WordSheet(form, number_in(sent.get("word_id")), number_in(sent.get("based_on")))


def sheet_of(synonym: Synonym, *, shipped: bool = False) -> WordSheet:
    """The form of a row that is there; with ``shipped``, filled with the newer row of the product that waits."""
    waiting = synonym.waiting if shipped else None
    row = waiting or {"say": synonym.say, "means": synonym.means, "note": synonym.note}
    return WordSheet(
        Form((), typed=typed(row["say"], row["means"], row.get("note", ""))), synonym.id, synonym.number
    )


def sheet_begun(said: str, means: str) -> WordSheet:
    """The form of a new row, with what another page brought along."""
    words = " ".join(said.replace(MASKED, " ").split())
    return WordSheet(Form((), typed=typed([words[:160]], [" ".join(means.split())[:160]], "")))


def typed(say: list[str], means: list[str], note: str) -> dict[str, str]:
    return {"say": "\n".join(say), "means": "\n".join(means), "note": note}
