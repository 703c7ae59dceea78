"""What is offered to somebody who writes a request."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from grounds import NOW

from auth.roles import VISITOR, Reader
from kb.articles import Article
from kb.questions import read_questions
from portal.database import Database
from portal.files import content_folder
from portal.tickets.helping.offer import Offer, Row, offer_for, slugs_in

BLANK = "The label printer prints blank labels since this morning."
Ask = Callable[..., Offer]


@pytest.fixture
def ask(app: Flask, database: Database) -> Ask:
    """Asks for what may help with these words; a visitor, unless somebody else is named."""
    parts = app.extensions["signpost"]

    def offered(words: str, *, reader: Reader = VISITOR, now: datetime = NOW, **more: object) -> Offer:
        with database.reading() as session:
            site = parts.sites.site(now)
            return offer_for(session, parts.finder, site, reader, words, now=now, **more)  # type: ignore[arg-type]

    return offered


def test_words_bring_guides_and_diagnostics_with_their_short_answers(ask: Ask) -> None:
    offer = ask(BLANK)
    assert {"labels-come-out-blank", "label-printer-wont-print"} <= set(offer.slugs)
    assert 1 <= len(offer.rows) <= 4
    guide = next(row for row in offer.rows if row.slug == "labels-come-out-blank")
    assert "The roll is most likely in upside down." in guide.answer
    assert "{{" not in guide.answer
    assert guide.url == "/articles/labels-come-out-blank"
    assert offer.sentence == f"{len(offer.rows)} guides may help"


@pytest.mark.parametrize(
    "words", ["", "   ", "Hello", "The", "My paycheck is wrong", "zxqv blorptag", "\x00\ud800", "🙂"]
)
def test_words_that_no_page_answers_bring_nothing(ask: Ask, words: str) -> None:
    assert ask(words).rows == ()


def test_a_story_of_twenty_thousand_letters_costs_as_much_as_its_beginning(ask: Ask) -> None:
    ask(BLANK)
    began = time.perf_counter()
    offer = ask(BLANK + " and then it said so again" * 800)
    assert time.perf_counter() - began < 0.5
    assert "labels-come-out-blank" in offer.slugs


def test_what_did_not_help_is_not_shown_again_and_others_take_its_place(ask: Ask) -> None:
    first = ask(BLANK)
    second = ask(BLANK, without=first.slugs[:1])
    assert first.slugs[0] not in second.slugs
    assert set(first.slugs[1:]) <= set(second.slugs)


def test_a_guide_is_shown_whole_when_it_is_asked_for_and_no_other(ask: Ask) -> None:
    offer = ask(BLANK, read="labels-come-out-blank")
    assert [row.slug for row in offer.rows if row.whole] == ["labels-come-out-blank"]
    assert offer.is_read
    assert "Scratch a label" in next(row.whole for row in offer.rows if row.whole)
    assert not ask(BLANK, read="i-forgot-my-password").is_read
    assert not ask(BLANK, read="label-printer-wont-print").is_read


def test_a_guide_for_staff_is_offered_to_staff_alone(ask: Ask, database: Database, cast: Cast) -> None:
    with database.writing() as session:
        session.query(Article).filter_by(slug="labels-come-out-blank").one().audience = "staff"
        session.commit()
    hidden = ask(BLANK, read="labels-come-out-blank")
    assert "labels-come-out-blank" not in hidden.slugs
    assert not hidden.is_read
    assert "labels-come-out-blank" in ask(BLANK, reader=cast.agent.as_reader()).slugs


def test_a_known_problem_comes_first_before_any_words_and_with_words_about_it(
    ask: Ask, make: Factory
) -> None:
    notice = make.notice("Absentee labels print slowly")
    before = ask("")
    assert [row.title for row in before.rows] == ["Absentee labels print slowly"]
    assert before.sentence == "1 known problem now"
    assert before.rows[0].too_url == f"/status/{notice.id}/too"
    offer = ask("Absentee labels print one a minute")
    assert offer.rows[0].kind == "notice"
    assert "Print each batch once only." in offer.rows[0].answer
    assert offer.sentence == f"1 known problem, {len(offer.rows) - 1} guides"
    assert all(row.kind != "notice" for row in ask("I forgot my password").rows)


def test_words_in_a_notice_are_shown_as_text(ask: Ask, make: Factory) -> None:
    make.notice("Labels <b>slow</b>", do_now="<script>alert(1)</script>")
    assert "<script>" not in ask("labels").rows[0].answer


def test_at_most_two_known_problems_are_shown(ask: Ask, make: Factory) -> None:
    for number in range(4):
        make.notice(f"Labels stop {number}")
    assert [row.kind for row in ask("labels come out blank").rows].count("notice") == 2


@pytest.mark.parametrize("text", ["", " ", "../../etc", "' OR 1=1 --", "x" * 9000, "a b " * 4000, "\x00"])
def test_a_list_of_slugs_is_read_from_any_text(text: str) -> None:
    assert len(slugs_in(text)) <= 30


def test_slugs_are_read_once_each_in_order() -> None:
    assert slugs_in("b-two a-one b-two") == ("b-two", "a-one")


def test_most_questions_are_shown_the_right_page_and_few_pages_each(ask: Ask) -> None:
    questions = read_questions((content_folder() / "questions.yaml").read_text("utf-8")).questions[::5]
    offers = [(question, ask(question.ask)) for question in questions]
    right = sum(bool(set(question.answers) & set(offer.slugs)) for question, offer in offers)
    assert right / len(offers) >= 0.75, f"{right} of {len(offers)}"
    assert sum(len(offer.rows) for _, offer in offers) / len(offers) <= 3.5


@pytest.mark.parametrize(
    ("rows", "searched", "sentence"),
    [
        ((), False, ""),
        ((), True, "No guide fits these words. A person will answer."),
        (("guide",), True, "1 guide may help"),
        (("guide", "diagnostic"), True, "2 guides may help"),
        (("notice", "guide"), True, "1 known problem, 1 guide"),
        (("notice", "notice"), True, "2 known problems now"),
    ],
)
def test_the_sentence_counts_what_there_is(rows: tuple[str, ...], searched: bool, sentence: str) -> None:
    listed = tuple(Row(kind, "a", "A", "/a", "") for kind in rows)  # type: ignore[arg-type]
    assert Offer(listed, searched=searched).sentence == sentence
