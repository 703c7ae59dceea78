"""The test questions: asked after each publish and not without cause, kept, and shown by article and since when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from front_door import words

from kb.articles import Article
from kb.exporting import export_to
from kb.local_questions import LocalQuestion
from kb.question_runs import QuestionRun
from kb.questions import BadQuestions, read_questions
from kb.writing import retire
from portal.author.questions import asking
from portal.author.questions.asking import questions_step
from portal.reports.endings import record_solved
from portal.reports.events import Asker, record_opening, record_search
from portal.site.settings import touch_site

FILE = """\
measured:
  words: {questions: 3, success_1: 0.5, success_3: 0.6667, mrr: 0.6}
  meaning: {questions: 3, success_1: 0.5, success_3: 0.6667, mrr: 0.6}

questions:
  - {ask: "blank labels", answers: [labels-come-out-blank]}
  - {ask: "scanner gun dead", answers: [the-barcode-reader-beeps, labels-come-out-blank]}
  - {ask: "labels for the vault", answers: [never-written-here]}
  - {ask: "barcode labels", answers: [the-barcode-reader-beeps]}
"""
READER = "Point the reader at the barcode.\n"


class Desk:
    """The newsroom, with questions of its own and the worker's step."""

    def __init__(self, newsroom: Any) -> None:
        self.newsroom = newsroom
        self.door = newsroom.door
        parts = self.door.application.extensions["signpost"]
        self._step = questions_step(parts.database, parts.finder, parts.sites)

    def publish(self, title: str, source: str = READER, **front: Any) -> str:
        slug = str(self.newsroom.guide(title, source, author=self.newsroom.author, **front))
        self.touch()
        return slug

    def change(self, slug: str, **changes: Any) -> None:
        """Save and publish a change as its author does."""
        browser = self.newsroom.browser(self.newsroom.author)
        assert self.newsroom.send(browser, slug, **changes).status_code == 303
        number = str(self.newsroom.article(slug).latest.number)
        said = browser.press(f"/author/guides/{slug}/publication", number=number)
        assert said.headers["Location"].endswith("?said=published")

    def touch(self) -> None:
        with self.door.session() as session:
            touch_site(session)
            session.commit()

    def ask(self, minutes: float = 1) -> int:
        """A round of the worker, a little later."""
        self.door.later(minutes=minutes)
        return self._step(self.door.moment)

    def runs(self) -> list[QuestionRun]:
        return sorted(self.door.rows(QuestionRun), key=lambda run: run.id)

    def page(self, address: str, person: Any = None) -> str:
        return words(self.newsroom.browser(person or self.newsroom.author).open(address))


@pytest.fixture
def desk(newsroom: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    file = tmp_path / "questions.yaml"
    file.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(asking, "question_file", lambda: file)
    return Desk(newsroom)


def test_before_they_were_asked_the_pages_say_so(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    assert "They were not asked yet." in desk.page("/author/questions")
    assert "The test questions were not asked yet." in desk.page(f"/author/guides/{slug}/questions")
    assert "The test questions were not asked yet." in desk.page(f"/author/guides/{slug}")


def test_they_are_asked_after_a_publish_and_not_again_without_a_change(desk: Desk) -> None:
    desk.publish("Labels come out blank")
    assert desk.ask() == 1
    assert desk.ask() == 0
    desk.touch()
    assert desk.ask() == 0
    desk.publish("The barcode reader beeps")
    assert desk.ask() == 1
    assert [(run.questions, run.is_first) for run in desk.runs()] == [(2, True), (3, False)]


def test_a_question_whose_answers_are_not_in_use_here_is_not_asked(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    desk.publish("The barcode reader beeps")
    desk.ask()
    assert desk.runs()[-1].questions == 3
    author, known = desk.newsroom.reader(desk.newsroom.author), desk.newsroom.article(slug)
    with desk.door.session() as session:
        retire(session, session.get_one(Article, known.id), by=author, now=desk.door.moment)
        touch_site(session)
        session.commit()
    desk.ask()
    assert desk.runs()[-1].questions == 2


def test_publishing_tells_what_was_lost_and_won_by_name(desk: Desk) -> None:
    labels = desk.publish("Labels come out blank")
    desk.publish("The barcode reader beeps")
    desk.ask()
    assert "You have not published anything yet." in desk.page("/author/questions", desk.newsroom.lead)
    desk.door.later(minutes=5)
    desk.change(labels, title="Stickers", source="Turn the roll.\n\n## Steps\n\n1. **Turn it.** Close it.\n")
    desk.ask()
    page = desk.page("/author/questions")
    assert "1 question lost, 0 won since you published" in page
    assert "“blank labels”: its answer was 1, now not found" in page
    assert "Stickers, published" in page
    own = desk.page(f"/author/guides/{labels}/questions")
    assert "Since it was published" in own
    assert "1 question lost, 0 won . Lost: “blank labels”" in own
    assert "1 question lost, 0 won" in desk.page(f"/author/guides/{labels}")
    desk.door.later(minutes=5)
    desk.change(labels, title="Blank labels", symptoms="labels are blank")
    desk.ask()
    page = desk.page("/author/questions")
    assert "0 questions lost, 1 won since you published" in page
    assert "No question won or lost since" in page


def test_an_article_shows_its_questions_with_places_worst_first(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank", symptoms=["white stickers"])
    desk.publish("The barcode reader beeps")
    desk.ask()
    page = desk.page(f"/author/guides/{slug}/questions")
    assert "2 test questions name it as an answer: 1 good, 0 low, 1 not found" in page
    assert "“scanner gun dead” Not found" in page
    assert "“blank labels” 1, good this guide" in page
    assert "“barcode labels”" in page.split("it is not their answer")[1]
    assert "“white stickers” first" in page


def test_an_article_that_is_not_for_the_author_is_not_named(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    desk.publish("Secret label vault", "Labels labels blank blank.\n", audience="group:security")
    desk.ask()
    assert "Secret" not in desk.page("/author/questions")
    assert "Secret" not in desk.page(f"/author/guides/{slug}/questions")
    hidden = desk.newsroom.browser(desk.newsroom.author).open("/author/guides/secret-label-vault/questions")
    assert hidden.status_code == 404


def test_real_searches_that_opened_it_are_shown_from_three_browsers_on(desk: Desk) -> None:
    slug, moment = desk.publish("Labels come out blank"), desk.door.moment - timedelta(days=2)
    with desk.door.session() as session:
        for words_typed, browsers, age in (
            ("white labels", 3, 0),
            ("mrs miller label", 2, 0),
            ("old words", 5, 95),
        ):
            for number in range(browsers):
                by, at = Asker(visitor=f"{words_typed}{number}"), moment - timedelta(days=age)
                record_search(session, by=by, words=words_typed, shown=[slug], total=1, now=at)
                record_opening(session, by=by, slug=slug, now=at + timedelta(seconds=9))
        session.commit()
    page = desk.page(f"/author/guides/{slug}/questions")
    assert "“white labels” 3 3" in page
    assert "miller" not in page
    assert "old words" not in page
    assert "2 searches more opened it in the last 90 days." in page


def test_all_who_write_see_the_questions_and_clerks_do_not(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    for address in ("/author/questions", f"/author/guides/{slug}/questions"):
        assert desk.newsroom.browser(desk.newsroom.specialist).open(address).status_code == 200
        assert desk.newsroom.browser(desk.newsroom.clerk).open(address).status_code == 403
        assert desk.door.browser().open(address).status_code == 302


def test_the_figures_stand_beside_those_of_the_release(desk: Desk) -> None:
    desk.publish("Labels come out blank")
    desk.publish("The barcode reader beeps")
    desk.ask()
    page = desk.page("/author/questions")
    assert "Measured when it was released" in page
    assert "66.7 %" in page
    assert "this release was set up" in page


def test_a_broken_file_of_questions_fails_the_step_and_no_page(desk: Desk) -> None:
    desk.publish("Labels come out blank")
    desk.ask()
    asking.question_file().write_text("questions: 3\n", encoding="utf-8")
    desk.touch()
    with pytest.raises(BadQuestions, match="must hold"):
        desk.ask()
    assert "Test questions" in desk.page("/author/questions")


def solved(desk: Desk, words_typed: str, slug: str, browsers: int) -> None:
    """Searches after which so many browsers said that the article solved it."""
    article = desk.newsroom.article(slug)
    with desk.door.session() as session:
        for number in range(browsers):
            by = Asker(visitor=f"{words_typed}{number}")
            made = record_search(
                session, by=by, words=words_typed, shown=[slug], total=1, now=desk.door.moment
            )
            record_solved(
                session, by=by, article_id=article.id, where="guide", search_id=made.id, now=desk.door.moment
            )
        session.commit()


def test_a_real_search_becomes_a_test_question_when_an_author_approves_it(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    desk.ask()
    solved(desk, "white stickers", slug, 3)
    solved(desk, "mrs miller", slug, 2)
    browser = desk.newsroom.browser(desk.newsroom.author)
    page = words(browser.open("/author/questions"))
    assert "“white stickers” Labels come out blank 3" in page
    assert "miller" not in page
    assert "Not this" not in desk.page("/author/questions", desk.newsroom.agent)
    said = browser.press("/author/questions/proposed", key="white stickers", action="approve")
    assert "It is a test question now." in words(browser.open(said.headers["Location"]))
    assert desk.ask() == 1
    assert desk.runs()[-1].questions == 3
    assert "“white stickers”" in desk.page(f"/author/guides/{slug}/questions")
    own = desk.door.rows(LocalQuestion)[0]
    browser.press(f"/author/questions/own/{own.id}/removal")
    assert "Take out" not in words(browser.open("/author/questions"))
    assert desk.ask() == 1
    assert desk.runs()[-1].questions == 2


def test_a_proposal_that_is_refused_does_not_come_back(desk: Desk) -> None:
    slug = desk.publish("Labels come out blank")
    solved(desk, "white stickers", slug, 3)
    browser = desk.newsroom.browser(desk.newsroom.author)
    browser.press("/author/questions/proposed", key="white stickers", action="refuse")
    again = browser.press("/author/questions/proposed", key="white stickers", action="approve")
    assert "Somebody decided about it already." in words(browser.open(again.headers["Location"]))
    assert "white stickers" not in words(browser.open("/author/questions"))
    assert browser.press("/author/questions/proposed", key="x", action="y").status_code == 404
    agent = desk.newsroom.browser(desk.newsroom.agent)
    assert agent.press("/author/questions/proposed", key="x", action="approve").status_code == 403


def test_own_questions_are_exported(desk: Desk, tmp_path: Path) -> None:
    slug = desk.publish("Labels come out blank")
    solved(desk, "white stickers", slug, 3)
    browser = desk.newsroom.browser(desk.newsroom.author)
    browser.press("/author/questions/proposed", key="white stickers", action="approve")
    with desk.door.session() as session:
        export_to(session, tmp_path / "out")
    asked = read_questions((tmp_path / "out" / "questions.yaml").read_text("utf-8")).questions
    assert [(one.ask, one.answers) for one in asked] == [("white stickers", (slug,))]
