"""Pages of a run: the guide it shows inside itself, the number it gives, and what to do until we call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from grounds import Clock
from sqlalchemy import select
from visitor import Page, Visitor
from walks import give_contact, new_version

from kb.trees.runs import Run
from kb.trees.sharing import Given
from kb.trees.tree import Ask, Front, Option, Outcome, Tree, Way
from kb.trees.walking import resolve
from portal.database import Database
from portal.diagnose.running import Walked
from portal.diagnose.shelf import Called, Label
from portal.site.settings import change_setting
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]


def test_a_run_shows_the_whole_guide_and_asks_if_it_helped(visit: Visit) -> None:
    page = visit().open("/diagnose/scanner-or-barcode-reader").press("Start now")
    for answer in ("no_line", "scanner", "refused"):
        page = page.press("Continue", answer=answer)
    assert page.heading == "The scan is refused or the file is too big"
    assert "Scan it again in black and white" in page.main
    assert "Leave out the part with the instructions." in page.main
    assert "Did that fix it?" in page
    assert page.press("Yes, it is fixed").heading == "Great. You can scan again."


def test_a_guide_of_a_called_diagnostic_is_shown_too(visit: Visit) -> None:
    page = visit().open("/diagnose/everything-is-slow").press("Start now")
    for answer in ("no_line", "websites", "my_office", "normal"):
        page = page.press("Continue", answer=answer)
    page = page.press("I could not do this step")
    assert page.heading == "There is no internet in the office"
    assert "Try a second computer." in page.main


def test_a_question_of_law_shows_the_number_of_elections_staff_first(visit: Visit) -> None:
    page = visit().open("/diagnose/id-check").press("Start now")
    page = page.press("Continue", answer="waiting").press("Continue", answer="nothing")
    assert page.heading.startswith("Call elections staff now.")
    assert (
        page.main.index("406-555-0150")
        < page.main.index("No answer there?")
        < page.main.index("406-555-0142")
    )
    assert "Save the record once, as pending." in page.main
    assert "We already have your request." in page.main


def test_any_other_call_shows_the_number_of_the_help_desk(visit: Visit) -> None:
    page = visit().open("/diagnose/everything-is-slow").press("Start now")
    page = page.press("Continue", answer="waiting")
    assert page.heading == "Call us now. Voters are waiting."
    assert "406-555-0142" in page.main
    assert "No answer there?" not in page.main


def test_the_check_page_says_what_to_do_until_we_call(visit: Visit) -> None:
    page = visit().open("/diagnose/system-will-not-open").press("Start now")
    for answer in ("no_line", "opens", "private", "stopped", "same", "votes.example.gov"):
        page = page.press("Continue", answer=answer)
    check = give_contact(page)
    assert "Stop here. Do not go on past the warning." in check.main
    assert "Work on a computer that has no warning." in check.main


def test_a_run_stopped_in_the_middle_promises_nothing(visit: Visit) -> None:
    page = visit().open("/diagnose/label-printer-wont-print").press("Start now")
    page = page.press("Continue", answer="no_line")
    check = give_contact(page.follow("Stop here and send what I have"))
    assert check.heading == "Check your answers before you send"
    assert "We have what we need." not in check.main


def test_local_facts_are_filled_in_a_diagnostic_and_escaped(
    visit: Visit, database: Database, clock: Clock
) -> None:
    new_version(
        database,
        ("ask: Are voters waiting in line right now?", 'ask: "Are voters waiting? {{ fallback.hotspot }}"'),
        ("say: Call us now. Tell us the code on this page.", 'say: "Call us now. Or {{ local_it.phone }}."'),
        clock=clock,
    )
    with database.writing() as session:
        change_setting(session, "placeholder.local_it.phone", "<b>406-555-0188</b>", by=None, now=clock())
        session.commit()
    page = visit().open("/diagnose/label-printer-wont-print").press("Start now")
    assert page.heading == "Are voters waiting? Ask the help desk: 406-555-0142."
    call = page.press("Continue", answer="waiting")
    assert "Or <b>406-555-0188</b>." in call.main
    assert "&lt;b&gt;<a" in call.answer.text and 'href="tel:+14065550188"' in call.answer.text
    with database.reading() as session:
        path = session.scalars(select(Ticket)).one().path
    assert path["answers"][0]["question"] == page.heading


def test_the_call_page_says_what_comes_next_and_the_sent_page_too(visit: Visit) -> None:
    page = visit().open("/diagnose/label-printer-wont-print").press("Start now")
    call = page.press("Continue", answer="waiting")
    assert "If the line is busy, stay on this page. We already have your request." in call.main
    with_next = visit().open("/diagnose/system-will-not-open").press("Start now")
    for answer in ("no_line", "opens", "private", "stopped", "same", "votes.example.gov"):
        with_next = with_next.press("Continue", answer=answer)
    check = give_contact(with_next)
    sent = check.press("Send to the help desk")
    assert "Work on a computer that has no warning." in sent.main


def test_the_words_of_a_call_are_shown_beside_who_waits(visit: Visit) -> None:
    page = visit().open("/diagnose/poll-book-on-election-day").press("Start now")
    page = page.press("Continue", answer="waiting").press("Continue", answer="no_book")
    assert page.heading == "Start your paper list now, and call us."
    assert "Voters are waiting. Say so first." in page.main


def test_in_a_diagnostic_of_a_court_it_is_the_court_that_waits(visit: Visit, app: Flask) -> None:
    label = Label("court", "Court", "court-technology", 1, ())
    walk = resolve(tree_with_line(), {"line": "waiting"})
    state = Walked(Run(), label, tree_with_line(), Called(), Given(), walk, None)
    assert state.waits == "The court is waiting."
    assert replace(state, label=replace(label, topic="printing-and-labels")).waits == "Voters are waiting."
    page = visit().open("/diagnose/court-recording-or-video").press("Start now")
    call = page.press("Continue", answer="in_session")
    assert call.heading == "Tell the judge first. When the judge knows, call us at this number."
    assert "Voters are waiting" not in call.main


def tree_with_line() -> Tree:
    option = Option("waiting", "Yes", Way("end"))
    node = Ask("line", "Does anyone wait?", (option,), save="line")
    front = Front(title="Court", topic="court-technology")
    return Tree("court", front, "line", {}, {"line": node}, {}, {"end": Outcome("end", "call_now")})


def test_an_alarm_leads_to_the_security_contact_by_name(
    visit: Visit, database: Database, clock: Clock
) -> None:
    def walk() -> Page:
        page = visit().open("/diagnose/duress-or-building-alarm").press("Start now")
        for answer in ("no_danger", "no_answer", "not_yet"):
            offered = [field["value"] for field in page.root.all("input") if field["name"] == "answer"]
            page = page.press("Continue", answer=answer if answer in offered else offered[1])
            if page.address.endswith("/end"):
                return page
        return page

    page = walk()
    assert "We have no number for the security contact here." in page.main
    assert "406-555-0142" in page.main
    with database.writing() as session:
        change_setting(
            session, "placeholder.security.contact", "Dana Reyes, 406-555-0177", by=None, now=clock()
        )
        session.commit()
    page = walk()
    assert "Security contact, Dana Reyes" in page.main
    assert (
        page.main.index("406-555-0177")
        < page.main.index("No answer there?")
        < page.main.index("406-555-0142")
    )
