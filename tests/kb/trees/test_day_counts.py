"""Counts by day: each run once, twice counted is once, and they stay when the runs are gone."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from auth.base import Base
from auth.users import User, UserRole
from kb.articles import Article, Revision
from kb.trees.figures.day_counts import (
    NodeDay,
    counted,
    happenings,
    roll_up,
    share_of_times,
    summed,
    time_class,
)
from kb.trees.figures.measures import Share, desk_measured, traffic_of
from kb.trees.figures.orders import OrderSuggestion, decide, renew, suggestions_of
from kb.trees.figures.records import Happened, Record, records_between, records_of
from kb.trees.figures.results import EndOfRun, result_of
from kb.trees.figures.seeing import note_looked, note_seen
from kb.trees.figures.suggesting import Suggestion
from kb.trees.runs import EVENT_KINDS, Run, RunEvent, answer, begin
from kb.trees.tree import Ask, Front, Option, Tree

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
TODAY = date(2026, 9, 1)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        found = Article(slug="lamp", kind="diagnostic", status="draft", title="Lamp", created_at=NOON)
        opened.add(found)
        opened.flush()
        fields = {"title": "Lamp", "source": "", "front": {}, "tree": {}, "outline": [], "hash": "0"}
        opened.add(Revision(article_id=found.id, number=1, created_at=NOON, **fields))
        opened.flush()
        yield opened
    engine.dispose()


def begun(session, now=NOON):
    return begin(session, article_id=1, revision_id=1, now=now)


def kinds(session, run):
    rows = session.execute(
        select(RunEvent.kind, RunEvent.address).where(RunEvent.run_id == run.id).order_by(RunEvent.seq)
    )
    return [tuple(row) for row in rows]


def test_a_run_counts_once_at_a_page_however_often_it_came_there():
    seen = tuple(
        Happened(NOON + timedelta(seconds=n), f"light{'~2' if n else ''}", "view", "") for n in range(2)
    )
    said = (
        Happened(NOON + timedelta(seconds=9), "light", "answer", "red"),
        Happened(NOON + timedelta(seconds=20), "light", "change", "not_sure"),
        Happened(NOON + timedelta(seconds=25), "fix.off", "step_result", "fixed"),
    )
    found = happenings(Record(NOON, "normal", "solved", 1, 1, seen + said))
    assert found[""] == {"runs", "solved"}
    assert found["light"] == {"viewed", "answered", "changed", "option:not_sure", "not_sure", "seconds:10"}
    assert found["fix.off"] == {"viewed", "answered", "fixed"}


def test_a_question_counts_ten_minutes_at_most_and_a_step_thirty():
    def events(kind, address, option):
        later = NOON + timedelta(minutes=55)
        return (Happened(NOON, address, "view", ""), Happened(later, address, kind, option))

    def times(*event):
        return happenings(Record(NOON, "normal", "", 1, 1, events(*event)))[event[1]]

    assert "seconds:600" in times("answer", "light", "red")
    assert "seconds:600" in times("change", "light", "green")
    assert "seconds:1800" in times("step_result", "fix.off", "fixed")
    assert "seconds:1800" in times("change", "fix.off", "not_fixed")


def test_who_left_is_counted_at_the_page_in_view_only_when_the_run_was_left():
    events = (Happened(NOON, "light", "answer", "red"), Happened(NOON, "signs", "view", ""))
    assert "left" in happenings(Record(NOON, "normal", "left", 1, 1, events))["signs"]
    assert "left" not in happenings(Record(NOON, "normal", "", 1, 1, events))["signs"]


def test_what_the_desk_does_counts_for_the_whole_run_once():
    said = [("desk_reply", "asks"), ("desk_ranked", ""), ("desk_ranked", ""), ("desk_closed", "")]
    events = tuple(Happened(NOON, "", kind, option) for kind, option in said)
    found = happenings(Record(NOON, "normal", "ticket", 1, 1, events))
    assert found == {"": {"runs", "ticket", "desk_worked", "desk_replied", "desk_asked", "desk_ranked"}}
    plain = happenings(Record(NOON, "normal", "ticket", 1, 1, (Happened(NOON, "", "desk_reply", ""),)))
    assert plain[""] == {"runs", "ticket", "desk_worked", "desk_replied"}


def test_a_reply_that_asks_is_measured_against_first_replies_and_a_new_rank_against_all_worked_on():
    whole = Counter(desk_worked=40, desk_replied=25, desk_asked=10, desk_ranked=4, runs=90)
    found = desk_measured({"": whole})
    assert (found.asked, found.ranked) == (Share(10, 25), Share(4, 40))
    assert (found.asked.is_shown, found.asked.percent) == (True, 40)
    assert found.asked.between == pytest.approx((23.4, 59.3), abs=0.1)
    few = desk_measured({"": Counter(desk_worked=19, desk_replied=19, desk_ranked=1)})
    assert not few.asked.is_shown and not few.ranked.is_shown
    assert desk_measured({}).ranked.whole == 0


def test_the_map_has_no_counts_of_a_page_that_fewer_than_twenty_answered():
    light = Ask("light", "Light?", (Option("red", "Red"), Option("dark", "Dark")))
    tree = Tree("lamp", Front("Lamp"), "light", nodes={"light": light})
    few = Counter({"option:red": 16, "option:dark": 3})
    assert traffic_of(tree, {"light": few}) == {}
    found = traffic_of(tree, {"light": few + Counter({"option:red": 1})})
    assert found == {("light", "red"): 17, ("light", "dark"): 3}


def test_a_run_of_staff_is_a_trial_and_not_read_and_that_of_a_clerk_is(session):
    for number, role in enumerate(("author", "agent", "clerk", "site_lead"), start=1):
        session.add(User(id=number, email=f"{role}@county.example.gov", name=role, created_at=NOON))
        session.add(UserRole(user_id=number, role=role))
    session.flush()
    for person in (None, 1, 2, 3, 4):
        run = begin(session, article_id=1, revision_id=1, now=NOON, user_id=person)
        note_seen(session, run.id, "light", was_answered=False, now=NOON)
    session.flush()
    assert len(records_of(session, 1, since=NOON)) == 3
    assert len(records_between(session, NOON, NOON + timedelta(days=1))) == 3


def test_modes_and_versions_are_counted_apart():
    events = (Happened(NOON, "light", "view", ""),)
    runs = [
        Record(NOON, mode, "", 1, number, events)
        for mode, number in (("normal", 1), ("normal", 2), ("busy", 2))
    ]
    assert len([spot for spot in counted(runs) if spot.address == "light"]) == 3


def test_counting_a_day_twice_counts_once_and_keeps_what_is_deleted(session):
    for _ in range(3):
        run = begun(session)
        note_seen(session, run.id, "light", was_answered=False, now=NOON)
        answer(session, run, "light", "red", now=NOON + timedelta(seconds=8))
    begun_later = begun(session, NOON + timedelta(days=1))
    note_seen(session, begun_later.id, "light", was_answered=False, now=NOON + timedelta(days=1))
    session.flush()
    assert roll_up(session, TODAY) == roll_up(session, TODAY) == 2
    assert summed(session, 1, since=TODAY)["light"] == {
        "viewed": 3, "answered": 3, "option:red": 3, "seconds:10": 3,
    }  # fmt: skip
    assert len(session.scalars(select(NodeDay)).all()) == 2
    session.execute(delete(Run))
    session.execute(delete(RunEvent))
    assert roll_up(session, TODAY) == 0
    assert summed(session, 1, since=TODAY)[""]["runs"] == 3
    assert summed(session, 1, since=TODAY + timedelta(days=1)) == {}
    assert summed(session, 1, since=TODAY, mode="election_day") == {}


@pytest.mark.parametrize(("seconds", "limit"), [(0, 5), (5, 5), (5.1, 10), (1800, 1800), (99999, 1800)])
def test_a_time_falls_into_a_class(seconds, limit):
    assert time_class(seconds) == limit


def test_the_median_is_read_off_the_classes():
    assert share_of_times({"seconds:10": 50, "seconds:20": 50}, 0.5) == 10
    assert share_of_times({"seconds:10": 100}, 0.5) == 7.5
    assert share_of_times({"seconds:30": 10, "seconds:60": 10}, 0.9) == pytest.approx(57)
    assert share_of_times({}, 0.5) == 0


def test_a_page_opened_again_after_half_an_hour_is_coming_back(session):
    run = begun(session)
    for minutes in (0, 20, 40, 60, 75):
        note_seen(session, run.id, "light", was_answered=True, now=NOON + timedelta(minutes=minutes))
    session.flush()
    assert kinds(session, run) == [("view", "light"), ("view", "light"), ("view", "light")]
    session.refresh(run)
    assert run.touched_at == NOON + timedelta(minutes=75)


def test_who_looked_on_the_fifth_day_has_not_left_on_the_eighth(session):
    run = begun(session)
    note_seen(session, run.id, "light", was_answered=False, now=NOON)
    note_seen(session, run.id, "light", was_answered=False, now=NOON + timedelta(days=5))
    session.refresh(run)
    for day, result in ((8, ""), (11, ""), (13, "left")):
        assert result_of(EndOfRun(run.state, run.touched_at), NOON + timedelta(days=day)) == result


def test_opening_a_page_that_was_answered_is_going_back_from_the_one_before(session):
    run = begun(session)
    note_seen(session, run.id, "light", was_answered=False, now=NOON)
    answer(session, run, "light", "red", now=NOON)
    note_seen(session, run.id, "signs", was_answered=False, now=NOON)
    note_seen(session, run.id, "signs", was_answered=False, now=NOON)
    note_seen(session, run.id, "light", was_answered=True, now=NOON)
    assert kinds(session, run) == [
        ("view", "light"), ("answer", "light"), ("view", "signs"), ("back", "signs"), ("view", "light"),
    ]  # fmt: skip


def test_a_person_is_asked_for_on_the_page_before_and_a_guide_opened_on_this_one(session):
    run = begun(session)
    note_seen(session, run.id, "guide", was_answered=False, also=[("article_open", "lamps")], now=NOON)
    note_seen(session, run.id, "check", was_answered=False, also=[("person_clicked", "")], now=NOON)
    assert kinds(session, run) == [
        ("article_open", "guide"), ("view", "guide"), ("person_clicked", "guide"), ("view", "check"),
    ]  # fmt: skip


def test_a_lesson_counts_once_for_each_page_and_is_no_step_of_the_way(session):
    run = begun(session)
    note_seen(session, run.id, "light", was_answered=False, now=NOON)
    for _ in range(2):
        note_looked(session, run.id, "light", now=NOON)
    note_seen(session, run.id, "light", was_answered=False, now=NOON)
    assert kinds(session, run) == [("view", "light"), ("help_open", "light")]
    answer(session, run, "light", "red", now=NOON)
    note_seen(session, run.id, "signs", was_answered=False, now=NOON)
    note_looked(session, run.id, "signs", now=NOON)
    note_seen(session, run.id, "light", was_answered=True, now=NOON)
    assert kinds(session, run)[4:] == [("help_open", "signs"), ("back", "signs"), ("view", "light")]


def test_a_lesson_of_a_page_that_was_never_opened_or_of_no_run_counts_nothing(session):
    run = begun(session)
    note_looked(session, run.id, "light", now=NOON)
    note_looked(session, "gone", "light", now=NOON)
    assert kinds(session, run) == []


def test_seeing_a_run_that_is_gone_writes_nothing(session):
    note_seen(session, "gone", "light", was_answered=False, now=NOON)
    assert not session.new


def test_a_result_is_told_from_an_answer_and_an_answer_takes_back_that_somebody_left(session):
    run = begun(session)
    run.result = "left"
    answer(session, run, "fix.off", "fixed", now=NOON, is_result=True)
    assert kinds(session, run) == [("step_result", "fix.off")]
    assert run.result == ""
    assert "step_result" in EVENT_KINDS


SAID = Suggestion("fix", ("off", "reload"), ("reload", "off"), 1.4, 0.95, 212)


def test_a_suggestion_is_brought_up_to_date_and_is_over_when_the_runs_say_so_no_more(session):
    assert len(renew(session, 1, [SAID], now=NOON)) == 1
    again = Suggestion("fix", SAID.before, SAID.after, 2.0, 0.99, 300)
    assert renew(session, 1, [again], now=NOON) == []
    (row,) = suggestions_of(session, 1)
    assert (row.runs, row.minutes_saved, row.moved) == (300, 2.0, ("reload", "off"))
    renew(session, 1, [], now=NOON)
    assert row.state == "over"
    assert len(renew(session, 1, [SAID], now=NOON)) == 1


def test_an_order_that_was_kept_is_not_suggested_again_for_a_season(session):
    (row,) = renew(session, 1, [SAID], now=NOON)
    decide(row, "kept", reason="The lid breaks.", by_id=None, now=NOON)
    assert renew(session, 1, [SAID], now=NOON + timedelta(days=89)) == []
    assert len(renew(session, 1, [SAID], now=NOON + timedelta(days=91))) == 1
    with pytest.raises(ValueError, match="not open"):
        decide(row, "accepted", by_id=None, now=NOON)
    assert session.get(OrderSuggestion, row.id).reason == "The lid breaks."
