"""What runs teach: events of a walk, how runs ended, figures for authors, a better order, and the desk's verdict."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from cast import Cast
from factories import Factory
from flask import Flask
from grounds import Clock
from sqlalchemy import select
from visitor import Page, Visitor
from walks import begin_labels, send_labels

from auth.offices import Office
from kb.articles import Article
from kb.trees.figures.day_counts import NodeDay
from kb.trees.figures.orders import OrderSuggestion
from kb.trees.runs import Run, RunEvent, begin, finish
from kb.writing import save_revision
from portal.database import Database
from portal.demo.runs import add_runs
from portal.running.evidence_nights import count_runs
from portal.site.settings import Setting, touch_site
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
SLUG = "label-printer-wont-print"
PAGE = f"/author/diagnostics/{SLUG}/evidence"
MOVING = "Moving “Clear the list of waiting labels” before “Take the labels out and put them back”"


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["signpost"].database
    return found


@pytest.fixture
def walked(database: Database, clock: Clock) -> None:
    """Six weeks of invented runs, counted as a night counts them."""
    with database.writing() as session:
        offices = session.scalars(select(Office.id)).all()
        add_runs(session, offices, random.Random(2048), now=clock())
        session.commit()


def night(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        count_runs(session, clock())
        session.commit()


def events(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        rows = session.execute(
            select(RunEvent.kind, RunEvent.address, RunEvent.option).order_by(RunEvent.at, RunEvent.seq)
        )
        return [tuple(row) for row in rows]


def results(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Run.result).order_by(Run.created_at)))


def test_a_walk_leaves_what_happened_and_nothing_that_was_typed(visit: Visit, database: Database) -> None:
    send_labels(visit())
    found = events(database)
    assert found[:4] == [
        ("view", "line", ""),
        ("answer", "line", "no_line"),
        ("view", "light", ""),
        ("answer", "light", "red"),
    ]
    assert ("step_result", "quick_fixes.reload", "not_fixed") in found
    assert ("outcome", "send", "sent") in found
    assert "Front counter" not in str(found)
    assert "Casey" not in str(found)


def test_going_back_and_asking_for_a_person_are_noted_where_they_happen(
    visit: Visit, database: Database
) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line")
    page = page.follow("Back")
    assert events(database)[-2:] == [("back", "light", ""), ("view", "line", "")]
    page.follow("Stop here and send what I have")
    assert ("person_clicked", "line", "") in events(database)


def test_looking_writes_after_the_answer_and_not_in_it(visit: Visit, make: Factory, app: Flask) -> None:
    run = make.run()
    browser = visit()
    later = app.extensions["signpost"].later
    waiting: list[object] = []
    real, later.put = later.put, waiting.extend
    try:
        browser.open(f"/runs/{run}/line")
    finally:
        later.put = real
    assert waiting
    assert events(app.extensions["signpost"].database) == []
    real(waiting)
    assert events(app.extensions["signpost"].database) == [("view", "line", "")]


def solved_run(database: Database, clock: Clock, *, office: str = "yellowstone") -> None:
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == SLUG)).one()
        place = session.scalars(select(Office.id).where(Office.code == office)).one()
        assert article.published_id is not None
        run = begin(
            session, article_id=article.id, revision_id=article.published_id, now=clock(), office_id=place
        )
        finish(session, run, "solved", now=clock(), outcome="solved")
        session.commit()


def test_solved_counts_after_three_days_and_only_when_the_office_did_not_come_back(
    database: Database, clock: Clock
) -> None:
    solved_run(database, clock)
    clock.later(hours=1)
    solved_run(database, clock, office="missoula")
    clock.later(hours=60)
    night(database, clock)
    assert results(database) == ["", ""]
    solved_run(database, clock, office="missoula")
    clock.later(hours=13)
    night(database, clock)
    assert results(database) == ["solved", "reopened", ""]


def test_a_request_of_the_same_office_about_the_same_service_takes_solved_back(
    database: Database, clock: Clock, make: Factory
) -> None:
    solved_run(database, clock)
    clock.later(hours=20)
    make.ticket(service="label-printing")
    clock.later(hours=60)
    night(database, clock)
    assert results(database) == ["reopened"]


def test_a_run_that_nobody_came_back_to_was_left_and_coming_back_takes_that_away(
    visit: Visit, database: Database, clock: Clock
) -> None:
    browser = visit()
    page = begin_labels(browser)
    clock.later(days=7, minutes=1)
    night(database, clock)
    assert results(database) == ["left"]
    page.press("Continue", answer="no_line")
    assert results(database) == [""]


def test_two_nights_in_a_row_count_the_same(database: Database, clock: Clock, walked: None) -> None:
    def counts() -> list[object]:
        with database.reading() as session:
            rows = session.scalars(select(NodeDay).order_by(NodeDay.day, NodeDay.address, NodeDay.mode))
            return [(row.article_id, row.day, row.address, row.counts) for row in rows]

    before = counts()
    assert len(before) > 100
    night(database, clock)
    assert counts() == before


def test_events_go_after_thirteen_months_and_the_counts_stay(
    database: Database, clock: Clock, walked: None
) -> None:
    clock.later(days=500)
    night(database, clock)
    assert results(database) == []
    with database.reading() as session:
        days = session.scalars(select(NodeDay).where(NodeDay.address == "")).all()
        assert sum(day.counts["runs"] for day in days) == 410


def test_an_author_reads_the_figures_and_too_few_are_not_shown(
    visit: Visit, cast: Cast, walked: None
) -> None:
    page = visit(cast.author).open(PAGE)
    assert page.heading == "What the runs say"
    assert "How 320 runs ended" in page
    assert "Left without a word" in page
    assert "Never counted as solved" in page
    assert "too few:" in page
    assert "÷" in page
    assert MOVING in page


def test_a_clerk_does_not_read_the_figures_and_an_author_does(visit: Visit, cast: Cast) -> None:
    assert visit(cast.clerk).ask("GET", PAGE).status_code in (403, 404)
    assert visit(cast.author).ask("GET", PAGE).status_code == 200


def test_figures_of_a_kind_of_day_without_runs_say_so(visit: Visit, cast: Cast, walked: None) -> None:
    page = visit(cast.author).open(f"{PAGE}?mode=election_day&days=30")
    assert "No run was counted in the last 30 days on a day of this kind." in page
    assert visit(cast.author).ask("GET", f"{PAGE}?mode=x&days=<b>").status_code == 200


def test_accepting_makes_a_draft_with_the_reason_and_readers_keep_the_old_order(
    visit: Visit, cast: Cast, walked: None, database: Database
) -> None:
    page = visit(cast.author).open(PAGE).press("Make a draft with the new order")
    assert "A draft has the new order" in page
    with database.reading() as session:
        article = session.scalars(select(Article).where(Article.slug == SLUG)).one()
        assert article.latest is not None and article.published is not None
        assert "try: [off_and_on, clear_queue, reload]" in article.latest.source
        assert "try: [off_and_on, reload, clear_queue]" in article.published.source
        changed = set(article.latest.source.split("\n")) ^ set(article.published.source.split("\n"))
        assert len(changed) == 2
        assert article.latest.note.startswith(f"New order of steps. {MOVING}")
        row = session.scalars(select(OrderSuggestion)).one()
        assert (row.state, row.by_id) == ("accepted", cast.author.id)
    again = visit(cast.author)
    assert MOVING not in again.open(PAGE)
    assert "a draft was made with" in again.open(PAGE)


def test_keeping_the_order_is_remembered_with_its_reason(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = visit(cast.author)
    page = browser.open(PAGE).press("Keep the order", reason="The list opens only for admins.")
    assert "The order stays." in page
    assert "The list opens only for admins." in page
    night(database, clock)
    assert MOVING not in browser.open(PAGE)


def test_a_reason_that_is_too_long_is_kept_on_the_page_and_decides_nothing(
    visit: Visit, cast: Cast, walked: None
) -> None:
    browser = visit(cast.author)
    page = browser.open(PAGE).press("Keep the order", reason="x" * 301, status=422)
    assert "Use at most 300 letters." in page
    assert page.value("reason") == "x" * 301
    assert MOVING in browser.open(PAGE)


def test_a_draft_that_has_another_order_is_not_touched(
    visit: Visit, cast: Cast, walked: None, database: Database
) -> None:
    page = visit(cast.author).open(PAGE)
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == SLUG)).one()
        assert article.latest is not None
        latest = article.latest
        save_revision(
            session,
            article,
            title=article.title,
            front=latest.front,
            source=latest.source.replace(
                "try: [off_and_on, reload, clear_queue]", "try: [reload, off_and_on]"
            ),
            author_id=None,
            based_on=latest.number,
            note="",
            now=latest.created_at,
        )
        session.commit()
    refused = page.press("Make a draft with the new order", status=409)
    assert "Nothing was changed." in refused


def test_before_an_election_nothing_is_suggested_and_nothing_accepted(
    visit: Visit, cast: Cast, walked: None, database: Database, clock: Clock
) -> None:
    browser = visit(cast.author)
    page = browser.open(PAGE)
    with database.writing() as session:
        soon = (clock() + timedelta(days=13)).date().isoformat()
        window = {"from": f"{soon}T05:00", "to": f"{soon}T23:00", "mode": "election_day"}
        session.get_one(Setting, "modes").value = [window]
        touch_site(session)
        session.commit()
    refused = page.press("Make a draft with the new order", status=409)
    assert "Nothing was changed." in refused
    held = browser.open(PAGE)
    assert "Held back until" in held
    assert not held.button("Make a draft with the new order")
    with database.writing() as session:
        session.delete(session.scalars(select(OrderSuggestion)).one())
        session.commit()
    night(database, clock)
    with database.reading() as session:
        assert session.scalars(select(OrderSuggestion)).all() == []


def test_the_check_notes_a_question_that_many_cannot_answer(visit: Visit, cast: Cast, walked: None) -> None:
    page = visit(cast.author).open(f"/author/diagnostics/{SLUG}/yaml")
    assert "clerks were not sure. Say how to look, or ask another way." in page


def test_the_map_shows_how_many_took_each_answer(visit: Visit, cast: Cast, walked: None) -> None:
    page = visit(cast.author).open(f"/author/diagnostics/{SLUG}/map")
    assert "A number beside an answer says how many runs of the last 90 days took it" in page


def test_an_agent_says_what_really_fixed_it_and_it_stays_with_the_run(
    visit: Visit, cast: Cast, database: Database
) -> None:
    send_labels(visit())
    with database.reading() as session:
        reference = session.scalars(select(Ticket)).one().reference
    agent = visit(cast.agent)
    page = agent.open(f"/desk/tickets/{reference}/solve")
    assert "What really fixed it?" in page
    said = {"resolution": "Cleared the list.", "cause": "unknown", "guide": "none needed"}
    refused = page.press("Close this request", verdict="step:clear_queue", resolution="", status=422)
    refused.press("Close this request", **said)  # the verdict is still chosen
    assert events(database)[-2:] == [("desk_verdict", "", "step:clear_queue"), ("desk_closed", "", "")]


def closed_as_something_else(visit: Visit, cast: Cast, database: Database, words: str) -> str:
    """A request from a run that the desk closed with these words; its reference."""
    send_labels(visit())
    with database.reading() as session:
        reference = session.scalars(select(Ticket.number).order_by(Ticket.id.desc())).first()
    page = visit(cast.agent).open(f"/desk/tickets/R-{reference}/solve")
    said = {"resolution": words, "cause": "unknown", "guide": "none needed", "verdict": "something_else"}
    page.press("Close this request", **said)
    return f"R-{reference}"


def test_what_the_desk_wrote_where_something_else_fixed_it_is_read_by_who_works_on_requests(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    reference = closed_as_something_else(visit, cast, database, "Put in a new <b>print head</b>.")
    night(database, clock)
    page = visit(cast.lead).open(PAGE)
    assert "Put in a new <b>print head</b>." in page
    assert page.links(reference) == [f"/desk/tickets/{reference}"]
    assert "Too few verdicts: 1. From 20 on there are figures." in page
    with database.writing() as session:
        session.scalars(select(Ticket)).one().restricted = True
        session.commit()
    assert "print head" not in visit(cast.lead).open(PAGE)


def test_an_author_who_may_not_open_the_request_reads_nothing_of_it(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    reference = closed_as_something_else(visit, cast, database, "Put in a new print head.")
    night(database, clock)
    page = visit(cast.author).open(PAGE)
    assert "print head" not in page
    assert reference not in page
    assert "Put in a new print head." in visit(cast.agent).open(PAGE)


def test_a_question_that_sets_how_urgent_it_is_is_not_weighed(visit: Visit, cast: Cast, walked: None) -> None:
    words = visit(cast.author).open(PAGE).words
    assert "stays first, not weighed It sets how urgent the request is." in words
    assert re.search(r"(saves|costs) [\d.]+ min", words)


def test_each_plan_says_whether_its_kind_of_day_has_enough_runs_of_its_own(
    visit: Visit, cast: Cast, walked: None
) -> None:
    words = visit(cast.author).open(PAGE).words
    assert re.search(r"Normal day \d+ of these days", words)
    assert re.search(r"Election Day \d+ of all days", words)
    assert re.search(r"runs, Normal day only\)", words)


def test_the_verdict_may_be_left_empty_and_a_made_up_one_is_not_kept(
    visit: Visit, cast: Cast, database: Database
) -> None:
    send_labels(visit())
    with database.reading() as session:
        reference = session.scalars(select(Ticket)).one().reference
    page = visit(cast.agent).open(f"/desk/tickets/{reference}/solve")
    page.press("Close this request", resolution="Done.", cause="unknown", guide="none needed")
    assert "desk_verdict" not in [kind for kind, _, _ in events(database)]


def test_a_request_that_was_typed_is_closed_without_the_question(
    visit: Visit, cast: Cast, make: Factory
) -> None:
    page = visit(cast.agent).open(f"/desk/tickets/{make.ticket().reference}/solve")
    assert "What really fixed it?" not in page


TICK = "I ask for facts that are missing"


def request_of_a_run(visit: Visit, database: Database) -> str:
    """The desk's page of a request that a clerk sent at the end of a run."""
    send_labels(visit())
    with database.reading() as session:
        return f"/desk/tickets/{session.scalars(select(Ticket)).one().reference}"


def by_desk(database: Database) -> list[tuple[str, str]]:
    return [(kind, option) for kind, _, option in events(database) if kind.startswith("desk_")]


def reply(page: Page, words: str, **more: str) -> Page:
    return page.press("Send to Yellowstone County", text=words, **more)


def test_the_first_reply_says_whether_it_asks_for_facts_and_the_second_is_not_asked(
    visit: Visit, cast: Cast, database: Database
) -> None:
    address, agent = request_of_a_run(visit, database), visit(cast.agent)
    page = agent.open(address)
    assert TICK in page
    refused = page.press("Send to Yellowstone County", text="", asks="yes", status=422)
    reply(refused, "Which printer is it?")  # the box is still ticked
    assert TICK not in agent.open(address)
    reply(agent.open(address), "And which roll?")
    assert by_desk(database) == [("desk_reply", "asks")]


def test_a_first_reply_without_the_tick_is_counted_as_one_that_does_not_ask(
    visit: Visit, cast: Cast, database: Database
) -> None:
    address = request_of_a_run(visit, database)
    reply(visit(cast.agent).open(address), "Press the green button.")
    assert by_desk(database) == [("desk_reply", "")]


def test_a_request_that_was_typed_is_answered_without_the_box(
    visit: Visit, cast: Cast, make: Factory, database: Database
) -> None:
    page = visit(cast.agent).open(f"/desk/tickets/{make.ticket().reference}")
    assert TICK not in page
    reply(page, "Press the green button.")
    assert events(database) == []


def test_a_priority_that_stays_what_it_was_is_no_change_and_another_is(
    visit: Visit, cast: Cast, database: Database
) -> None:
    address, agent = request_of_a_run(visit, database), visit(cast.agent)
    agent.open(f"{address}/priority").press("Change the priority", reason="I looked at it.")
    assert by_desk(database) == []
    page = agent.open(f"{address}/priority")
    page.press("Change the priority", waiting="yes", urgency="now", impact="high", reason="A line.")
    assert by_desk(database) == [("desk_ranked", "")]


def test_the_page_counts_what_the_desk_had_to_add_by_day_and_hides_few(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    address, agent = request_of_a_run(visit, database), visit(cast.agent)
    reply(agent.open(address), "Which printer is it?", asks="yes")
    night(database, clock)
    with database.reading() as session:
        whole = session.scalars(select(NodeDay).where(NodeDay.address == "")).one()
        assert [whole.counts[f"desk_{name}"] for name in ("asked", "replied", "worked")] == [1, 1, 1]
    page = visit(cast.author).open(PAGE)
    assert "What the desk had to add" in page
    assert "First reply asks for facts too few: 1" in page
    assert "Priority changed too few: 1" in page


def test_the_demo_shows_both_measures_with_their_range(visit: Visit, cast: Cast, walked: None) -> None:
    page = visit(cast.author).open(PAGE)
    assert re.search(r"First reply asks for facts \d+ % of \d+ \(\d+ to \d+\)", page.words)
    assert re.search(r"Priority changed \d+ % of \d+ \(\d+ to \d+\)", page.words)
    assert "so it is a lower bound" in page
    assert re.search(r"Opened how to look", page.words)


def test_a_run_that_staff_try_out_is_not_counted_and_that_of_a_clerk_is(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    begin_labels(visit(cast.author)).press("Continue", answer="no_line")
    begin_labels(visit(cast.clerk)).press("Continue", answer="no_line")
    begin_labels(visit()).press("Continue", answer="no_line")
    night(database, clock)
    with database.reading() as session:
        whole = session.scalars(select(NodeDay).where(NodeDay.address == "")).one()
        assert whole.counts["runs"] == 2


def test_a_page_that_only_the_desk_looked_at_is_not_reached_by_the_clerk(
    visit: Visit, cast: Cast, database: Database
) -> None:
    run = begin_labels(visit()).address.split("/")[2]
    before = events(database)
    visit(cast.agent).open(f"/desk/runs/{run}")
    assert events(database) == before


def test_the_desk_says_what_fixed_it_when_it_ends_a_run_without_a_request(
    visit: Visit, cast: Cast, database: Database
) -> None:
    run = begin_labels(visit()).address.split("/")[2]
    page = visit(cast.agent).open(f"/desk/runs/{run}")
    assert "What really fixed it?" in page
    page.press("It is solved", verdict="step:reload")
    assert events(database)[-2:] == [("outcome", "desk", "solved"), ("desk_verdict", "", "step:reload")]
    page.press("It is solved", verdict="step:clear_queue")  # an old tab
    assert by_desk(database) == [("desk_verdict", "step:reload")]


def test_the_desk_may_end_a_run_without_saying_what_fixed_it(
    visit: Visit, cast: Cast, database: Database
) -> None:
    run = begin_labels(visit()).address.split("/")[2]
    page = visit(cast.agent).open(f"/desk/runs/{run}").press("It is solved")
    assert "This run has ended" in page
    assert by_desk(database) == []


@pytest.mark.postgresql
def test_on_postgresql_the_desk_adds_to_a_run_and_the_night_leaves_trials_out(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    address, agent = request_of_a_run(visit, database), visit(cast.agent)
    begin_labels(visit(cast.author)).press("Continue", answer="no_line")
    reply(agent.open(address), "Which printer is it?", asks="yes")
    page = agent.open(f"{address}/priority")
    page.press("Change the priority", waiting="yes", urgency="now", reason="A line is waiting.")
    night(database, clock)
    assert by_desk(database) == [("desk_reply", "asks"), ("desk_ranked", "")]
    with database.reading() as session:
        whole = session.scalars(select(NodeDay).where(NodeDay.address == "")).one()
        assert (whole.counts["runs"], whole.counts["desk_asked"], whole.counts["desk_ranked"]) == (1, 1, 1)


@pytest.mark.postgresql
def test_on_postgresql_a_walk_is_noted_and_the_night_counts_the_same_twice(
    visit: Visit, cast: Cast, database: Database, clock: Clock, walked: None
) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line")
    page.follow("Back")
    with database.reading() as session:
        kinds = session.scalars(
            select(RunEvent.kind).join(Run, Run.id == RunEvent.run_id).where(Run.created_at >= clock())
        ).all()
    assert sorted(kinds) == ["answer", "back", "view", "view", "view"]
    clock.later(days=4)
    night(database, clock)
    night(database, clock)
    assert MOVING in visit(cast.author).open(PAGE)
