"""Pages found by what they mean, where the extra is installed; and search that is whole without it."""

import dataclasses
import importlib.util

import pytest

from search import meaning
from search.entry import digest
from search.query import parse
from search.whoosh_index import WhooshIndex
from search.words import NO_WORDS

from .conftest import KINDS, PAGES, PUBLIC, STAFF, index_of, page

CAR = page("car", "Renew your vehicle registration", "Bring the papers of your automobile.", topic="cars")


@pytest.fixture(scope="module")
def vectors():
    loaded = meaning.load()
    if loaded is None:
        pytest.skip("the extra `meaning` is not installed")
    return loaded


@pytest.fixture(params=KINDS)
def index(request, tmp_path, vectors):
    index = index_of(request.param, request, tmp_path, vectors)
    with index.edit() as edit:
        for one in (*PAGES, CAR):
            edit.put(one)
    return index


def slugs(index, text, audiences=PUBLIC, **options):
    return [hit.slug for hit in index.find(parse(text), audiences, words=NO_WORDS, **options).hits]


def test_vectors_have_length_one_and_like_texts_are_near(vectors):
    rows = vectors.vectors(["a car", "an automobile", "paper jam in the printer", ""])
    assert rows.shape == (4, meaning.WIDTH)
    assert float(rows[0] @ rows[0]) == pytest.approx(1.0, abs=1e-5)
    assert float(rows[0] @ rows[1]) > float(rows[0] @ rows[2])
    assert float(rows[3] @ rows[3]) == 0.0


def test_any_text_has_a_vector(vectors):
    assert vectors.vectors(["\ud800", "\x00", "a" * 1_000_000]).shape == (3, meaning.WIDTH)


def test_a_page_with_none_of_the_words_is_found_by_its_meaning(index):
    assert slugs(index, "cars")[0] == "car"


def test_a_page_is_found_by_what_a_symptom_means(index):
    with index.edit() as edit:
        edit.put(page("form", "Form 12", "Fill it in.", "Send it.", symptoms=("where is the physician",)))
    assert slugs(index, "doctor")[0] == "form"


def test_exactly_what_was_typed_is_found_by_words_alone(index):
    assert slugs(index, "cars", exact=True) == []


@pytest.mark.parametrize("code", ["0x80070009", "0xc000021a", "406", "1007"])
def test_a_code_without_a_word_is_found_by_its_letters_alone(index, code):
    with index.edit() as edit:
        edit.put(page("numbers", "Long numbers change", "The digits 80070005 and 12345 lose their zeros."))
    assert slugs(index, code) == []
    assert slugs(index, "0x80070005") == ["locked-out"]
    assert parse("2fa").has_words and parse("error 0x80070009").has_words


def test_a_hidden_page_is_not_brought_up_by_its_meaning(index):
    with index.edit() as edit:
        edit.put(dataclasses.replace(CAR, audience="staff", version="2"))
    results = index.find(parse("cars"), PUBLIC, words=NO_WORDS)
    assert "car" not in [hit.slug for hit in results.hits] and "cars" not in dict(results.topics)
    assert slugs(index, "cars", STAFF)[0] == "car"


def test_a_removed_page_is_not_brought_up_by_its_meaning(index):
    with index.edit() as edit:
        edit.remove("car")
    assert "car" not in slugs(index, "cars")


def test_meaning_does_not_change_what_is_compared_at_night(index):
    assert index.checksum() == {one.slug: digest(one) for one in (*PAGES, CAR)}


def test_nothing_is_loaded_and_nothing_fails_without_the_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert meaning.load.__wrapped__() is None


def test_an_index_filled_without_meaning_still_answers_with_it(tmp_path, vectors):
    with WhooshIndex(tmp_path / "index").edit() as edit:
        edit.put(CAR)
    assert slugs(WhooshIndex(tmp_path / "index", vectors), "vehicle") == ["car"]
