"""The pages of unanswered questions: what an author sees, what is done about a question, and bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from front_door import words
from sqlalchemy import select

from kb.articles import Article
from portal.reports.events import AnswerWanted, Asker, SearchMade, record_search
from portal.reports.setting_aside import QuestionSetAside

LIST = "/author/unanswered"
ONE = "/author/unanswered/question"


def ask(newsroom: Any, text: str, *visitors: str, shown: tuple[str, ...] = (), days: float = 1) -> None:
    """People search and leave."""
    with newsroom.door.session() as session:
        for visitor in visitors or ("casey",):
            at = newsroom.door.moment - timedelta(days=days)
            record_search(session, by=Asker(visitor), words=text, shown=shown, total=len(shown), now=at)
        session.commit()


def aside(newsroom: Any) -> list[QuestionSetAside]:
    with newsroom.door.session() as session:
        return list(session.scalars(select(QuestionSetAside)))


def test_the_list_says_what_people_typed_why_it_is_here_and_what_was_shown(newsroom: Any) -> None:
    slug = newsroom.guide("Labels come out blank")
    ask(newsroom, "signature pad broken", "a", "b", shown=(slug,))
    ask(newsroom, "voter 123456789 moved", "c")
    page = words(newsroom.browser(newsroom.author).open(LIST))
    assert "2 open questions" in page
    assert "signature pad broken" in page and "Nobody opened a result twice." in page
    assert "Labels come out blank" in page
    assert "voter (number left out) moved" in page and "123456789" not in page
    assert "Found nothing once." in page


def test_an_empty_list_says_so(newsroom: Any) -> None:
    page = words(newsroom.browser(newsroom.author).open(LIST))
    assert "Nobody was left without an answer in the last 30 days." in page
    assert "Nobody outside the help desk has searched yet." in page
    assert "Nothing is set aside." in words(newsroom.browser(newsroom.author).open(f"{LIST}?tab=aside"))


@pytest.mark.parametrize("days", ["", "0", "31", "-7", "abc", "９", "1e9", "7 or 1=1"])
def test_a_strange_time_range_is_the_usual_one(newsroom: Any, days: str) -> None:
    page = newsroom.browser(newsroom.author).open(f"{LIST}?days={days}")
    assert '<option value="30" selected>' in page.text


def test_seven_days_show_less_than_ninety(newsroom: Any) -> None:
    ask(newsroom, "signature pad broken", days=40)
    browser = newsroom.browser(newsroom.author)
    assert "signature pad broken" not in words(browser.open(f"{LIST}?days=7"))
    assert "signature pad broken" in words(browser.open(f"{LIST}?days=90"))


def test_a_guide_for_others_is_not_named_among_what_was_shown(newsroom: Any) -> None:
    slug = newsroom.guide("Secret alarm codes", audience="group:security")
    ask(newsroom, "alarm keeps going", shown=(slug,))
    browser = newsroom.browser(newsroom.author)
    for place in (LIST, f"{ONE}?words=alarm+keeps+going"):
        assert "Secret alarm" not in browser.open(place).text


def test_a_question_nobody_asked_is_missing(newsroom: Any) -> None:
    browser = newsroom.browser(newsroom.author)
    for place in (ONE, f"{ONE}?words=", f"{ONE}?words=never+asked", f"{ONE}?words=%00%ff"):
        assert browser.open(place).status_code == 404
    assert browser.press(ONE, question="never asked", kind="not_ours", reason="no").status_code == 404
    assert browser.open("/author/guides/new?question=never+asked").status_code == 404


def test_a_clerk_and_a_visitor_do_not_see_the_questions(newsroom: Any) -> None:
    ask(newsroom, "signature pad broken")
    for person in (newsroom.author, newsroom.specialist, newsroom.agent):
        assert newsroom.browser(person).open(LIST).status_code == 200
    answer = newsroom.browser(newsroom.clerk).open(LIST)
    assert answer.status_code != 200 and "signature pad" not in answer.text


def test_a_question_with_an_answer_is_set_aside_and_put_back(newsroom: Any) -> None:
    slug = newsroom.guide("Labels come out blank")
    ask(newsroom, "stickers are empty")
    browser = newsroom.browser(newsroom.author)
    browser.open(f"{ONE}?words=stickers+are+empty")
    answer = browser.press(ONE, question="stickers are empty", kind="answered", article=slug, days="30")
    assert answer.status_code == 303
    page = words(browser.open(answer.headers["Location"]))
    assert "It comes back when people look for it" in page and "0 open questions" in page
    shelf = browser.open(f"{LIST}?tab=aside")
    assert "Answered by Labels come out blank" in words(shelf)
    (row,) = aside(newsroom)
    assert (row.by_id, row.wordings) == (newsroom.author.id, ["empti sticker"])
    assert browser.press(f"{LIST}/{row.id}/back").status_code == 303
    assert "1 open question" in words(browser.open(LIST))


def test_not_ours_needs_a_reason_and_keeps_what_was_typed(newsroom: Any) -> None:
    ask(newsroom, "mileage form")
    browser = newsroom.browser(newsroom.author)
    browser.open(f"{ONE}?words=mileage+form")
    answer = browser.press(ONE, question="mileage form", kind="not_ours", reason="")
    assert answer.status_code == 422
    assert "Say who answers it instead, or why" in words(answer)
    answer = browser.press(ONE, question="mileage form", kind="not_ours", reason="x" * 301)
    assert answer.status_code == 422 and "Use at most 300 letters." in words(answer)
    assert "x" * 301 in answer.text
    assert aside(newsroom) == []
    assert browser.press(ONE, question="mileage form", kind="not_ours", reason="Payroll").status_code == 303
    assert "Not ours: Payroll" in words(browser.open(f"{LIST}?tab=aside"))


@pytest.mark.parametrize("article", ["", "no-such-guide", "hidden-guide", "draft-guide", "'; --"])
def test_only_a_published_article_for_this_reader_answers(newsroom: Any, article: str) -> None:
    newsroom.guide("Hidden guide", audience="group:security")
    newsroom.guide("Draft guide", live=False)
    ask(newsroom, "stickers are empty")
    browser = newsroom.browser(newsroom.author)
    page = browser.open(f"{ONE}?words=stickers+are+empty")
    assert "Hidden guide" not in page.text and "Draft guide" not in page.text
    answer = browser.press(ONE, question="stickers are empty", kind="answered", article=article)
    assert answer.status_code == 422
    assert "Choose the guide or diagnostic that answers it" in words(answer)
    assert aside(newsroom) == []


def test_an_unknown_kind_does_nothing(newsroom: Any) -> None:
    ask(newsroom, "stickers are empty")
    browser = newsroom.browser(newsroom.author)
    browser.open(LIST)
    assert browser.press(ONE, question="stickers are empty", kind="delete").status_code == 422
    assert aside(newsroom) == []


def test_a_draft_begins_with_the_words_people_typed(newsroom: Any) -> None:
    ask(newsroom, "signature pad broken", "a", "b")
    ask(newsroom, "the signature pad is broken", "c")
    browser = newsroom.browser(newsroom.author)
    page = browser.open("/author/guides/new?question=signature+pads+broken")
    assert "Their words become its symptoms" in words(page)
    assert 'value="Signature pad broken"' in page.text
    fields = {
        "title": "The signature pad is dead",
        "topic": "",
        "question": "signature pad broken",
        "days": "30",
    }
    assert browser.press("/author/guides/new", **fields).status_code == 303
    latest = newsroom.article("the-signature-pad-is-dead").latest
    assert latest.front["symptoms"] == ["signature pad broken", "the signature pad is broken"]
    assert latest.note == "Begun from an unanswered question"


def test_people_who_wait_to_be_told_are_named_by_number_only(newsroom: Any) -> None:
    with newsroom.door.session() as session:
        session.add(AnswerWanted(words="mileage form", email="pat@county.gov", at=newsroom.door.moment))
        session.commit()
    browser = newsroom.browser(newsroom.author)
    for place in (LIST, f"{ONE}?words=mileage+form"):
        page = browser.open(place)
        assert "1 person waits to be told" in words(page)
        assert "pat@" not in page.text


def test_a_hostile_wording_stays_text(newsroom: Any) -> None:
    ask(newsroom, "<script>alert(1)</script> {{ 7*7 }} pad")
    browser = newsroom.browser(newsroom.author)
    page = browser.open(LIST)
    assert "<script>alert" not in page.text and "{{ 7*7 }}" in words(page)
    with newsroom.door.session() as session:
        assert session.scalars(select(SearchMade)).one().words.startswith("<script>")
    assert session.scalars(select(Article)).all() == []
