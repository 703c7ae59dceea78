"""Runs to the letter: changes, versions that are recalled, other devices, links that bring an answer, nothing lost."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from cast import Cast
from flask import Flask
from grounds import Clock
from PIL import Image
from sqlalchemy import select
from visitor import HOME, Page, Visitor
from walks import LABELS, begin_labels, give_contact, new_version, send_labels, walk_labels

from auth.audit import AuditEntry
from kb.trees.runs import Run, RunAnswer
from portal.database import Database
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
SLUG = "label-printer-wont-print"
AUTHORS = f"/author/diagnostics/{SLUG}"
LIGHT = "What color is the light on the front of the printer?"
WHY = "Step 2 told you to open the lid while it runs."


def recall(author: Visitor, number: int = 1, reason: str = WHY, status: int = 200) -> Page:
    return author.open(f"{AUTHORS}/versions/{number}/recall").press(
        f"Recall version {number}", reason=reason, status=status
    )


def run_id_of(page: Page) -> str:
    return page.address.split("/")[2]


def change(check: Page, node: str) -> Page:
    """Follow the Change link of an answer."""
    found = [link["href"] for link in check.root.all("a") if link["href"].endswith(f"/{node}?from=check")]
    assert len(found) == 1
    return check.visitor.open(found[0])


def test_a_change_from_the_check_page_comes_back_when_nothing_new_is_asked(visit: Visit) -> None:
    check = give_contact(walk_labels(visit()))
    back = change(check, "place").press("Continue", answer="Back room")
    assert back.heading == "Check your answers before you send"
    assert "Back room" in back


def test_a_change_from_a_check_page_in_the_middle_comes_back_too(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="green")
    check = give_contact(page.follow("Stop here and send what I have"))
    light = change(check, "light")
    assert light.press("Continue", answer="green").heading == "Check your answers before you send"
    changed = change(check, "light").press("Continue", answer="red")
    assert changed.heading == "Turn the printer off and on"


def test_a_change_that_drops_answers_is_asked_on_a_page_that_may_be_read_again(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    light = clerk.open(f"/runs/{run_id_of(page)}/light")
    asked = light.press("Continue", answer="red")
    assert asked.address.endswith("/change-answer")
    assert "red" not in asked.address
    again = clerk.open(asked.address)
    assert again.heading == "If you change this, we drop 1 later answer"
    after = again.press("Change it")
    assert after.heading == "Turn the printer off and on"
    assert clerk.open(asked.address).heading == "Turn the printer off and on"


def test_a_kept_answer_leaves_the_run_as_it_was(visit: Visit, database: Database) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    asked = clerk.open(f"/runs/{run_id_of(page)}/light").press("Continue", answer="red")
    kept = asked.press("Keep it as it is")
    assert kept.address == page.address
    with database.reading() as session:
        held = session.scalars(select(RunAnswer.address)).all()
    assert sorted(held) == ["light", "line", "signs"]


def test_something_else_asks_for_words_on_a_page_that_may_be_read_again(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    asked = page.press("Something else is happening now")
    assert asked.address.endswith("?now=other")
    assert clerk.open(asked.address).button("Continue")
    missing = asked.press("Continue", note="", status=422)
    assert "Say what is happening now" in missing
    assert missing.press("Continue", note="It smells").heading == "Where is the printer?"


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "PNG")
    return drawn.getvalue()


@on_both
def test_a_picture_is_kept_while_a_change_is_asked_about(visit: Visit, database: Database, base: str) -> None:
    """The desk answers the photo page as left out; the clerk's picture, sent at the same time, is not asked again."""
    clerk = visit()
    page = walk_labels_to_photo(clerk)
    run_id = run_id_of(page)
    with database.writing() as session:
        run = session.get_one(Run, run_id)
        run.turn += 1
        session.add(
            RunAnswer(
                run_id=run_id, address="photo", value="skipped", said="", at=run.touched_at, turn=run.turn
            )
        )
        session.commit()
    met = page.press("Continue", files={"answer": (picture(), "front.png")})
    assert "You chose front.png" in met, met.main
    contact = met.press("Change it to “front.png”")
    check = give_contact(contact)
    assert "front.png" in check
    assert check.press("Send to the help desk").heading == "We have your request"


def walk_labels_to_photo(clerk: Visitor) -> Page:
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    return page.press("Continue", answer="Front counter")


def test_parked_answers_are_shown_as_not_used_and_step_results_stay(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    asked = clerk.open(f"/runs/{run_id_of(page)}/light").press("Continue", answer="red")
    page = asked.press("Change it").press("I could not do this step")
    check = give_contact(page.follow("Stop here and send what I have"))
    assert "Nothing comes out" in check.main.partition("Not used any more")[2]
    assert "I could not do this step" in check.main.partition("What you tried")[2]


def test_parked_answers_are_dropped_when_the_request_is_sent_and_those_in_use_stay(
    visit: Visit, database: Database
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    run_id = run_id_of(page)
    page = clerk.open(f"/runs/{run_id}/light").press("Continue", answer="red").press("Change it")
    check = give_contact(page.press("I could not do this step").follow("Stop here and send what I have"))
    assert {"signs", "light"} <= answered(database, run_id)
    check.press("Send to the help desk")
    kept = answered(database, run_id)
    assert "signs" not in kept
    assert {"line", "light", "quick_fixes.off_and_on"} <= kept


def answered(database: Database, run_id: str) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(RunAnswer.address).where(RunAnswer.run_id == run_id)))


def test_only_steps_on_the_way_are_listed_as_not_tried(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    check = give_contact(page.press("No, same problem").follow("Stop here and send what I have"))
    not_tried = check.main.partition("Not tried")[2].partition("How we reach you")[0]
    assert "Take the labels out and put them back" in not_tried
    assert "power" not in not_tried


def test_who_walks_on_a_recalled_version_is_told_and_goes_on_with_every_answer_that_still_counts(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    clerk, author = visit(), visit(cast.author)
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    new_version(database, ("say: Red or orange", "say: Red or yellow"), clock=clock)
    history = recall(author)
    assert f"Recalled Today 11:42 am: {WHY}" in history
    told = clerk.open(page.address)
    assert told.heading == "We changed these questions"
    assert WHY in told
    onward = told.press("Go on with the new questions")
    assert onward.heading == "Turn the printer off and on"
    assert "Red or yellow" in onward
    with database.reading() as session:
        assert session.get_one(Run, run_id_of(page)).revision_id != 0
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "version recalled")).one()
        assert entry.details == {"version": 1, "reason": WHY}


def test_a_question_that_changed_its_answers_is_asked_again(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    new_version(
        database,
        ("{id: red, say: Red or orange,", "{id: orange, say: Orange,"),
        ("light: red", "light: orange"),
        clock=clock,
    )
    recall(visit(cast.author))
    onward = clerk.open(page.address).press("Go on with the new questions")
    assert onward.heading == LIGHT


def test_an_answer_that_meets_the_recall_is_kept(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    new_version(database, ("say: Red or orange", "say: Red or yellow"), clock=clock)
    recall(visit(cast.author))
    told = page.press("Continue", answer="red")
    assert told.heading == "We changed these questions"
    assert told.press("Go on with the new questions").heading == "Turn the printer off and on"


def test_a_live_version_that_is_recalled_is_not_started_and_its_runs_go_to_a_person(
    visit: Visit, cast: Cast
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    recall(visit(cast.lead))
    start = visit().open(LABELS)
    assert "These questions are not in use right now." in start and WHY in start
    assert not start.button("Start now")
    told = clerk.open(page.address)
    assert told.heading == "We took these questions back"
    sent = give_contact(told.follow("Send what I have")).press("Send to the help desk")
    assert sent.heading == "We have your request"


def test_a_sent_run_is_not_told_of_a_recall(visit: Visit, cast: Cast) -> None:
    sent = send_labels(visit())
    recall(visit(cast.author))
    assert sent.visitor.open(sent.address).heading == "We have your request"


def test_a_recall_needs_a_reason_the_right_and_a_version_that_was_live(visit: Visit, cast: Cast) -> None:
    author = visit(cast.author)
    assert "Say what is wrong, so that people know what not to do" in recall(author, reason=" ", status=422)
    assert author.ask("GET", f"{AUTHORS}/versions/7/recall").status_code == 404
    assert visit(cast.agent).ask("GET", f"{AUTHORS}/versions/1/recall").status_code == 403
    recall(author)
    again = author.open(f"{AUTHORS}/versions/1/recall")
    assert "This version was recalled" in again and not again.button("Recall version 1")
    assert author.open(f"{AUTHORS}/history").links("Recall version 1…") == []


def test_a_link_brings_a_shareable_answer_and_the_address_is_clean(visit: Visit, database: Database) -> None:
    clerk = visit()
    start = clerk.open(f"{LABELS}?light=red")
    assert start.address == LABELS
    assert "We know this already" in start and "Red or orange" in start
    with database.reading() as session:
        assert session.scalars(select(Run)).all() == []
    page = start.press("Start now").press("Continue", answer="no_line")
    assert page.heading == "Turn the printer off and on"
    assert "We know this already" not in clerk.open(LABELS)


@pytest.mark.parametrize(
    "query", ["line=waiting", "light=purple", "light=", "light=" + "x" * 3000, "light=red%00"]
)
def test_a_link_brings_nothing_that_is_not_shareable(visit: Visit, query: str) -> None:
    start = visit().open(f"{LABELS}?{query}")
    assert start.address == LABELS
    assert "We know this already" not in start


def test_a_changed_cookie_brings_nothing(visit: Visit) -> None:
    clerk = visit()
    clerk.client.set_cookie(f"brought-{SLUG}", "line=waiting&light=blue", path=LABELS)
    assert clerk.open(LABELS).press("Start now").heading == "Are voters waiting in line right now?"


def test_the_link_for_another_device_opens_the_same_page(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line")
    device = page.follow("Go on from another device")
    link = device.root.all("textarea")[0].raw_text.strip()
    assert link.endswith(f"/runs/{run_id_of(page)}")
    assert device.root.all("svg")
    phone = visit()
    assert phone.open(f"/runs/{run_id_of(page)}").heading == LIGHT


def test_home_says_where_to_carry_on(visit: Visit, cast: Cast, clock: Clock) -> None:
    clerk = visit(cast.clerk)
    begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    clock.later(minutes=30)
    other = visit(cast.clerk).open("/")
    assert "Carry on: My label printer won't print" in other
    assert "Step 3, Today 11:42 am" in other
    visitor = visit()
    begin_labels(visitor).press("Continue", answer="no_line")
    assert "Step 2" in visitor.open("/")


def test_a_run_of_a_person_is_not_offered_to_the_next_one_at_the_computer(visit: Visit, cast: Cast) -> None:
    clerk = visit(cast.clerk)
    begin_labels(clerk)
    clerk.client.delete_cookie("signpost")
    assert "Carry on" not in clerk.open("/")


def test_nothing_is_lost_by_a_restart_and_an_ended_session(
    visit: Visit, cast: Cast, start: Callable[[], Flask], clock: Clock
) -> None:
    clerk = visit(cast.clerk)
    page = begin_labels(clerk).press("Continue", answer="no_line")
    clock.later(hours=20)
    again = Visitor(start())
    for name in ("visitor", "signpost"):
        kept = clerk.client.get_cookie(name)
        assert kept is not None
        again.keep_cookie(name, kept.value)
    onward = again.open(page.address).press("Continue", answer="red")
    assert onward.heading == "Turn the printer off and on"


@on_both
def test_a_second_try_of_the_office_within_a_day_is_more_urgent(
    visit: Visit, database: Database, clock: Clock, base: str
) -> None:
    send_labels(visit())
    clock.later(hours=3)
    send_labels(visit())
    clock.later(hours=30)
    send_labels(visit())
    with database.reading() as session:
        found = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        assert [ticket.urgency for ticket in found] == ["today", "now", "today"]


def test_another_office_is_not_a_second_try(visit: Visit, database: Database) -> None:
    send_labels(visit())
    send_labels(visit(), office="missoula")
    with database.reading() as session:
        assert [ticket.urgency for ticket in session.scalars(select(Ticket))] == ["today", "today"]


def test_pressing_continue_twice_keeps_one_answer(visit: Visit, database: Database) -> None:
    clerk = visit()
    page = begin_labels(clerk)
    token = page.root.all("meta", name="csrf-token")[0]["content"]
    for _ in range(2):
        clerk.ask(
            "POST",
            page.address,
            data={"csrf": token, "answer": "no_line", "turn": "0"},
            headers={"Origin": HOME},
        )
    with database.reading() as session:
        assert [row.value for row in session.scalars(select(RunAnswer))] == ["no_line"]
    assert clerk.open(f"/runs/{run_id_of(page)}").heading == LIGHT


def test_two_tabs_do_not_overwrite_each_other_in_silence(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    other = clerk.open(page.address)
    page.press("Continue", answer="green")
    met = other.press("Continue", answer="red")
    assert met.heading == "Somebody answered this while you did"
    assert "Answered already Green" in met
