"""A question with a typing slip: made the same each time, measured like the question itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from search.evaluation import evaluate_on
from search.memory_index import MemoryIndex
from search.mistyping import mistyped
from search.spelling import slips
from search.whoosh_index import WhooshIndex


@pytest.mark.parametrize("number", range(200))
def test_a_slip_is_one_slip_in_one_longer_word(number):
    text = "the label printer is not on"
    typed = mistyped(text, 1, str(number)).split()
    changed = [(one, other) for one, other in zip(text.split(), typed, strict=True) if one != other]
    assert len(changed) == 1
    meant, wrong = changed[0]
    assert meant in ("label", "printer") and meant[0] == wrong[0]
    assert 0 < slips(wrong, meant) <= 1


def test_the_same_seed_makes_the_same_slips_and_another_seed_others():
    def typed(seed):
        return [mistyped("my printer prints blank labels", seed, str(number)) for number in range(20)]

    assert typed(1) == typed(1) != typed(2)


@pytest.mark.parametrize("text", ["", "no", "ENR 7", "принтер", "\x00"])
def test_a_text_without_a_longer_word_stays_as_it_is(text):
    assert mistyped(text, 1, "q") == text


def test_questions_are_measured_with_a_slip_in_each(tmp_path):
    (tmp_path / "docs.jsonl").write_text(json.dumps({"id": "a", "title": "Printer", "text": "Zanzibar"}))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "q", "text": "zanzibar"}))
    (tmp_path / "qrels.tsv").write_text("q\ta\t1\n")
    asked = []

    class Listening(MemoryIndex):
        def find(self, query, *arguments, **options):
            asked.append(query.text)
            return super().find(query, *arguments, **options)

    for seed in (None, 1):
        assert evaluate_on(Listening(), tmp_path, slips=seed)["success@3"] == 1.0
    assert asked[0] == "zanzibar" != asked[1]


@pytest.mark.outside("SIGNPOST_JUDGED_SETS")
@pytest.mark.parametrize("name", ["doc2dial-val", "stackfaq-threads", "cacm"])
def test_nine_in_ten_questions_that_are_answered_are_answered_with_a_slip(name, tmp_path):
    from search.meaning import load

    folder = Path(os.environ["SIGNPOST_JUDGED_SETS"]) / name
    plain, slipped = (
        evaluate_on(WhooshIndex(tmp_path / str(seed), load()), folder, slips=seed)["success@3"]
        for seed in (None, 1)
    )
    assert slipped >= 0.9 * plain
