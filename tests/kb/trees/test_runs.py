"""Runs in the database: begun, answered, resumed, found by the spoken code, and ended once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import Session

from auth.base import Base
from auth.offices import Office
from auth.users import User
from kb.articles import Article, Revision
from kb.trees import runs
from kb.trees.repeats import is_repeat
from kb.trees.runs import Run, RunAnswer, RunEvent
from kb.trees.sharing import given
from kb.trees.walking import resolve

NOW = datetime(2026, 11, 3, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
HOUR_LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def article(session):
    found = Article(
        slug="lamp",
        kind="diagnostic",
        status="draft",
        title="Lamp",
        created_at=NOW,
        review_by=date(2030, 1, 1),
    )
    session.add_all([found, Office(code="yellowstone", name="Yellowstone County", kind="county")])
    session.add(User(email="pat@county.gov", name="Pat", office_id=None, created_at=NOW))
    session.flush()
    revision = Revision(
        article_id=found.id,
        number=1,
        title="Lamp",
        source="",
        front={},
        tree={},
        outline=[],
        hash="0",
        created_at=NOW,
    )
    session.add(revision)
    session.flush()
    found.published_id = revision.id
    session.flush()
    return found


@pytest.fixture
def run(session, article):
    return begin(session, article)


def begin(session, article, **given):
    return runs.begin(
        session, article_id=article.id, revision_id=article.published_id, **({"now": NOW} | given)
    )


def events(session, run):
    rows = session.scalars(select(RunEvent).where(RunEvent.run_id == run.id).order_by(RunEvent.seq))
    return [(each.seq, each.kind, each.address, each.option) for each in rows]


def test_a_run_has_an_id_nobody_can_guess_and_a_code_anybody_can_read_out(run):
    assert len(run.id) == 22
    assert run.state == "walking"
    assert len(run.code) == 6
    assert not set(run.code) & set("AEIOU0O1IL5S8B2Z")
    assert runs.spoken("K7M4QD") == "K7M 4QD"


def test_the_answers_of_a_run_are_walked(session, run, lamp):
    runs.answer(session, run, "line", "no_line", now=NOW)
    runs.answer(session, run, "bulb", "black", now=NOW)
    runs.answer(session, run, "fixes.turn", "other", "It smells", now=LATER)
    runs.answer(session, run, "place", runs.TYPED, "Hall", now=LATER)
    answers = runs.answers_of(session, run)
    assert answers == {"line": "no_line", "bulb": "black", "fixes.turn": "other", "place": "Hall"}
    assert given(session, run).said == {"fixes.turn": "It smells"}
    walk = resolve(lamp(), answers, said=given(session, run).said)
    assert walk.outcome.id == "send"
    assert walk.tried[0].said == "It smells"
    assert given(session, run).times["place"] == LATER


def test_a_fact_may_also_be_kept_as_it_was_typed(session, run):
    runs.answer(session, run, "place", "Hall", now=NOW)
    assert runs.answers_of(session, run) == {"place": "Hall"}


def test_answering_again_replaces_the_answer_and_is_noted_as_a_change(session, run):
    runs.answer(session, run, "line", "waiting", now=NOW)
    runs.answer(session, run, "line", "waiting", now=NOW)
    runs.answer(session, run, "line", "no_line", now=LATER)
    assert runs.answers_of(session, run) == {"line": "no_line"}
    assert session.scalar(select(func.count()).select_from(RunAnswer)) == 1
    assert [kind for _, kind, _, _ in events(session, run)] == ["answer", "answer", "change"]
    assert run.touched_at == LATER


def test_events_hold_no_typed_text(session, run):
    runs.answer(session, run, "place", runs.TYPED, "Next to Pat's desk", now=NOW)
    runs.answer(session, run, "fixes.turn", "other", "Smoke", now=NOW)
    assert events(session, run) == [(1, "answer", "place", ""), (2, "answer", "fixes.turn", "other")]


def test_an_answer_can_be_taken_back(session, run):
    runs.answer(session, run, "line", "waiting", now=NOW)
    runs.forget(session, run, "line", now=LATER)
    runs.forget(session, run, "never_given", now=LATER)
    assert runs.answers_of(session, run) == {}


@pytest.mark.parametrize(
    ("address", "value", "said"), [("a" * 301, "b", ""), ("a", "b" * 501, ""), ("a", "b", "c" * 4001)]
)
def test_what_does_not_fit_a_row_is_refused(session, run, address, value, said):
    with pytest.raises(ValueError, match="too long"):
        runs.answer(session, run, address, value, said, now=NOW)


def test_a_code_opens_the_run_for_24_hours_however_it_is_typed(session, run):
    spoken = runs.spoken(run.code).lower()
    assert runs.find_by_code(session, spoken, NOW + timedelta(hours=23)) is run
    assert runs.find_by_code(session, f" {run.code[:2]}-{run.code[2:]}", NOW) is run
    assert runs.find_by_code(session, run.code, NOW + timedelta(hours=24)) is None
    assert runs.find_by_code(session, run.code[:5], NOW) is None
    assert runs.find_by_code(session, "", NOW) is None


def test_a_code_is_renewed_only_when_it_is_about_to_end(session, run):
    first = run.code
    assert runs.renew_code(session, run, NOW + timedelta(hours=22)) == first
    second = runs.renew_code(session, run, NOW + timedelta(hours=30))
    assert runs.find_by_code(session, second, NOW + timedelta(hours=50)) is run


def test_no_two_live_runs_have_one_code(session, article, monkeypatch):
    letters = iter("CCCCCC" + "CCCCCC" + "DDDDDD")
    monkeypatch.setattr(runs.secrets, "choice", lambda _: next(letters))
    assert [begin(session, article).code, begin(session, article).code] == ["CCCCCC", "DDDDDD"]


def test_a_visitor_carries_on_with_their_own_runs_only(session, article):
    mine = begin(session, article, visitor="v1")
    begin(session, article, visitor="v2")
    assert runs.unfinished(session, now=LATER, visitor="v1") == [mine]
    assert runs.unfinished(session, now=LATER, visitor="v3") == []
    assert runs.unfinished(session, now=LATER) == []
    assert runs.unfinished(session, now=NOW + timedelta(days=8), visitor="v1") == []


def test_runs_of_a_person_are_not_shown_to_the_visitor_of_the_same_browser(session, article):
    user_id = session.scalar(select(User.id))
    theirs = begin(session, article, visitor="v1", user_id=user_id)
    assert runs.unfinished(session, now=LATER, visitor="v1") == []
    assert runs.unfinished(session, now=LATER, user_id=user_id) == [theirs]


def test_a_run_that_was_sent_stays_sent(session, run):
    runs.finish(session, run, "sent", now=NOW, outcome="send", ticket_id=7)
    runs.finish(session, run, "solved", now=LATER, outcome="solved", ticket_id=8)
    assert (run.state, run.ticket_id) == ("sent", 7)
    assert events(session, run) == [(1, "outcome", "send", "sent")]
    assert runs.unfinished(session, now=LATER, visitor=run.visitor) == []


def test_only_known_states_and_kinds_are_kept(session, run):
    with pytest.raises(ValueError, match="state"):
        runs.finish(session, run, "lost", now=NOW)
    with pytest.raises(ValueError, match="kind"):
        runs.note(session, run, "dance", "line", now=NOW)
    runs.note(session, run, "view", "line", now=NOW, mode="election_day")
    assert session.scalars(select(RunEvent.mode)).one() == "election_day"


def second_of_the_day(session, article, **given):
    """A first run of an office, and the second one, an hour later."""
    office_id = session.scalar(select(Office.id))
    first = begin(session, article, office_id=office_id)
    return first, begin(session, article, **({"office_id": office_id, "now": HOUR_LATER} | given))


def test_a_second_run_after_one_that_was_sent_is_a_repeat_within_a_day(session, article):
    first, second = second_of_the_day(session, article)
    assert not is_repeat(session, second, HOUR_LATER)
    runs.finish(session, first, "sent", now=NOW)
    assert is_repeat(session, second, HOUR_LATER)
    assert not is_repeat(session, first, HOUR_LATER)
    assert not is_repeat(session, second, NOW + timedelta(hours=25))
    assert not is_repeat(session, begin(session, article), HOUR_LATER)


def test_a_run_that_told_to_call_counts_until_it_is_solved(session, article):
    first, second = second_of_the_day(session, article)
    runs.note(session, first, "outcome", "call_us", option="called", now=NOW)
    first.ticket_id = 7
    assert is_repeat(session, second, HOUR_LATER)
    runs.finish(session, first, "solved", now=LATER)
    assert not is_repeat(session, second, HOUR_LATER)


@pytest.mark.parametrize("result", ["not_fixed", "could_not", "other"])
def test_a_run_that_was_left_after_a_step_that_did_not_help_counts(session, article, result):
    first, second = second_of_the_day(session, article)
    runs.answer(session, first, "fixes.turn", result, now=NOW, is_result=True)
    assert not is_repeat(session, second, NOW + timedelta(minutes=20))
    assert is_repeat(session, second, HOUR_LATER)


def test_answers_without_a_step_are_no_contact_and_neither_is_what_was_fixed(session, article):
    first, second = second_of_the_day(session, article)
    runs.answer(session, first, "line", "other", now=NOW)
    assert not is_repeat(session, second, HOUR_LATER)
    runs.answer(session, first, "fixes.turn", "fixed", now=NOW, is_result=True)
    assert not is_repeat(session, second, HOUR_LATER)


def test_the_id_alone_finds_a_run_and_nothing_else_does(session, run):
    assert runs.find(session, run.id) is run
    assert runs.find(session, run.code) is None


def test_a_run_must_point_at_a_revision(session, article):
    with pytest.raises(Exception, match="FOREIGN KEY"):
        runs.begin(session, article_id=article.id, revision_id=999, now=NOW)


def test_answers_go_with_their_run(session, run):
    runs.answer(session, run, "line", "waiting", now=NOW)
    session.flush()
    session.delete(run)
    session.flush()
    assert session.scalar(select(func.count()).select_from(RunAnswer)) == 0
    assert session.scalar(select(func.count()).select_from(Run)) == 0
