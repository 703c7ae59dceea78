"""A run that goes on after its request is there: the request takes over what is new, and what the desk did stays."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from cast import Cast
from grounds import Clock
from PIL import Image
from sqlalchemy import select
from visitor import Page, Visitor
from walks import begin_labels, give_contact

from kb.articles import Article, Revision
from portal.database import Database
from portal.mail.outbox import OutgoingMail
from portal.tickets.ticket import Entry, Ticket

Visit = Callable[..., Visitor]
SIGN_IN = "/diagnose/cannot-sign-in"
DESK = "/desk/tickets/R-2001"
on_both = pytest.mark.parametrize(
    "base", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "PNG")
    return drawn.getvalue()


def call_about_sign_in(clerk: Visitor) -> Page:
    """Someone waits: the page that says to call, with a request that everybody of the desk sees."""
    return clerk.open(SIGN_IN).press("Start now").press("Continue", answer="waiting")


def turn_to_security(call: Page) -> Page:
    """Nobody waits after all, and somebody else locked the account: the call about security."""
    page = call.follow("No one is waiting after all").press("Continue", answer="no_line")
    return page.press("Continue", answer="locked").press("Continue", answer="few_tries")


def walk_on_to_check(call: Page) -> Page:
    """Nobody waits after all: red light, three steps, the place and a picture."""
    page = call.follow("No one is waiting after all").press("Continue", answer="no_line")
    page = page.press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    page = page.press("Continue", answer="Front counter")
    return page.press("Continue", files={"answer": (picture(), "front.png")})


def only_ticket(database: Database) -> Ticket:
    with database.reading() as session:
        return session.scalars(select(Ticket)).one()


def said(database: Database, kind: str = "event") -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Entry.text).where(Entry.kind == kind).order_by(Entry.id)))


def rank_by_hand(agent: Visitor, **more: str) -> None:
    fields = {"waiting": "no", "urgency": "today", "impact": "medium", "reason": "One voter, served by hand"}
    agent.open(f"{DESK}/priority").press("Change the priority", **fields | more)


@on_both
def test_a_call_that_turns_out_to_be_about_security_is_restricted_from_then_on(
    visit: Visit, cast: Cast, database: Database, base: str
) -> None:
    call = call_about_sign_in(visit(cast.clerk))
    assert "Restricted" not in visit(cast.agent).open(DESK).main
    assert "R-2001" in visit(cast.site_lead).open("/requests").main
    turn_to_security(call)
    ticket = only_ticket(database)
    assert (ticket.restricted, ticket.group_slug) == (True, "security-contact")
    assert ticket.subject != "Cannot sign in"
    for person in (cast.agent, cast.specialist, cast.site_lead):
        visit(person).open(DESK, 404 if person is not cast.site_lead else 403)
    assert "R-2001" not in visit(cast.agent).open("/desk/").main
    assert "R-2001" not in visit(cast.site_lead).open("/requests").main
    lead = visit(cast.lead).open(DESK)
    assert "Restricted" in lead.main
    assert "Only the people of the help desk named for it can see this request now" in lead.main
    assert "before: “Yes, someone is waiting”" in lead.main
    assert "R-2001" in visit(cast.clerk).open("/requests").main


def test_the_agent_who_works_on_it_goes_on_seeing_it_and_another_does_not(
    visit: Visit, cast: Cast, database: Database
) -> None:
    call = call_about_sign_in(visit())
    agent = visit(cast.agent)
    agent.open(DESK).press("Take it")
    turn_to_security(call)
    assert "Restricted" in agent.open(DESK).main
    visit(cast.other_agent).open(DESK, 404)
    assert only_ticket(database).worker_id == cast.agent.id


def test_a_later_answer_does_not_take_the_restriction_away(
    visit: Visit, cast: Cast, database: Database
) -> None:
    clerk = visit()
    page = turn_to_security(call_about_sign_in(clerk))
    run = page.address.rsplit("/", 1)[0]
    page = give_contact(clerk.open(f"{run}/contact"))
    assert "Only the people of the help desk named for it" in clerk.open(f"{run}/check").main
    page = clerk.open(f"{run}/line").press("Continue", answer="waiting")
    page = page.press("Yes, change it") if page.button("Yes, change it") else page
    ticket = only_ticket(database)
    assert "waiting" in str(ticket.facts)
    assert (ticket.restricted, ticket.group_slug) == (True, "security-contact")
    visit(cast.agent).open(DESK, 404)


def test_it_is_hidden_as_soon_as_the_answers_say_so_and_not_only_when_they_are_sent(
    visit: Visit, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        revision = session.scalars(select(Revision).join(Article, Article.published_id == Revision.id)
                                   .where(Article.slug == "cannot-sign-in")).one()  # fmt: skip
        assert revision.tree is not None
        ends = revision.tree["outcomes"]
        call = ends["call_security"]
        revision.tree = revision.tree | {"outcomes": ends | {"call_security": call | {"kind": "ticket"}}}
        session.commit()
    contact = turn_to_security(call_about_sign_in(visit()))
    assert contact.heading == "How we reach you"
    assert only_ticket(database).restricted
    visit(cast.agent).open(DESK, 404)
    assert "Restricted" in visit(cast.lead).open(DESK).main


def test_a_link_given_out_before_opens_nothing_once_it_is_restricted_and_the_new_one_is_mailed(
    visit: Visit, database: Database
) -> None:
    clerk = visit()
    call = give_contact(
        call_about_sign_in(clerk).follow("Give us a number to call back"), email="c@example.gov"
    )
    turn_to_security(clerk.open(call.address))
    with database.reading() as session:
        mails = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
    before, after = (re.search(r"http://\S+?(/tickets/\S+)", mail.text) for mail in mails)
    assert before is not None and after is not None
    visit().open(before[1], 404)
    assert "Only" in visit().open(after[1]).main
    assert all("sign in" not in mail.text.lower() for mail in mails)


def test_the_group_moves_with_the_answers_and_not_where_the_desk_moved_it(
    visit: Visit, cast: Cast, database: Database
) -> None:
    call = call_about_sign_in(visit())
    to = {"to": "group:systems-analyst", "note": "Please look at the directory."}
    visit(cast.agent).open(f"{DESK}/give").press("Give it", **to)
    turn_to_security(call)
    ticket = only_ticket(database)
    assert (ticket.restricted, ticket.group_slug) == (True, "systems-analyst")


@on_both
def test_the_picture_the_subject_and_the_steps_of_the_new_end_join_the_request(
    visit: Visit, cast: Cast, database: Database, base: str
) -> None:
    check = give_contact(walk_on_to_check(begin_labels(visit()).press("Continue", answer="waiting")))
    sent = check.press("Send to the help desk")
    assert sent.heading == "We have your request"
    ticket = only_ticket(database)
    assert ticket.subject == "Label printer will not print (light: Red or orange)"
    assert (ticket.priority, ticket.voter_waiting) == ("P3", False)
    page = visit(cast.agent).open(DESK)
    assert "front.png" in page.main
    assert "Turn the printer off and on" in page.main
    news = said(database)[-1]
    for words in ("the subject", "the answers", "the steps", "the contact details", "how urgent it is"):
        assert words in news, news


def test_a_guide_on_the_way_can_be_changed_on_the_check_page_and_is_named_in_the_request(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    clerk = visit()
    page = clerk.open(SIGN_IN).press("Start now").press("Continue", answer="no_line")
    guide = page.press("Continue", answer="expired")
    title = guide.heading
    clock.later(seconds=100)
    page = guide.press("No, same problem")
    check = give_contact(page.follow("Stop here and send what I have"))
    assert f"{title} No, same problem Guide Change : {title}" in check.main
    assert clerk.open(guide.address + "?from=check").heading == title
    mine = check.press("Send to the help desk").follow("Open my request")
    assert f"Guides you opened {title}: No, same problem" in mine.main
    page = visit(cast.agent).open(DESK)
    assert f"Guides opened: {title} (No, same problem)." in page.main
    assert "Not asked: " in page.main


def test_a_step_says_how_long_it_took_from_its_page_to_its_result(
    visit: Visit, cast: Cast, clock: Clock
) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="red")
    clock.later(seconds=100)
    page = page.press("No, same problem").press("No, same problem")
    clock.later(hours=2)
    page = page.press("No, same problem")
    give_contact(page.follow("Stop here and send what I have")).press("Send to the help desk")
    main = visit(cast.agent).open(DESK).main
    assert "Turn the printer off and on: No, same problem 1 min 40 s" in main
    assert " min" not in main.split("1 min 40 s")[1].split("Not tried")[0]


def test_what_was_sent_already_is_not_said_twice(visit: Visit, cast: Cast, database: Database) -> None:
    clerk = visit()
    call = begin_labels(clerk).press("Continue", answer="waiting")
    call = give_contact(call.follow("Give us a number to call back"))
    news = said(database)
    assert news == ["Brought up to date: the contact details."]
    give_contact(clerk.open(call.address.rsplit("/", 1)[0] + "/contact"))
    assert said(database) == news


def test_a_number_to_call_leaves_the_rank_that_the_desk_gave(
    visit: Visit, cast: Cast, database: Database, clock: Clock
) -> None:
    call = begin_labels(visit()).press("Continue", answer="waiting")
    rank_by_hand(visit(cast.agent))
    clock.later(minutes=1)
    give_contact(call.follow("Give us a number to call back"))
    ticket = only_ticket(database)
    assert (ticket.priority, ticket.voter_waiting, ticket.phone) == ("P2", False, "406-555-0117")
    assert ticket.priority_reason.endswith("(One voter, served by hand)")
    assert not any("The answers now say" in words for words in said(database))


def test_a_number_to_call_leaves_the_answer_that_set_the_rank(visit: Visit, database: Database) -> None:
    call = begin_labels(visit()).press("Continue", answer="waiting")
    before = only_ticket(database).priority_reason
    assert before.startswith("Yes, voters are waiting: ")
    give_contact(call.follow("Give us a number to call back"))
    assert only_ticket(database).priority_reason == before


def test_answers_that_are_more_urgent_than_the_rank_of_the_desk_are_told_and_change_nothing(
    visit: Visit, cast: Cast, database: Database
) -> None:
    clerk = visit()
    call = call_about_sign_in(clerk)
    check = call.follow("No one is waiting after all").press("Continue", answer="no_line")
    check = check.follow("Stop here and send what I have")
    give_contact(check)
    rank_by_hand(visit(cast.agent), impact="low", urgency="this_week", reason="It can wait")
    run = call.address.rsplit("/", 1)[0]
    clerk.open(f"{run}/line").press("Continue", answer="waiting")
    ticket = only_ticket(database)
    assert (ticket.priority, ticket.voter_waiting) == ("P4", False)
    assert "The answers now say: Yes, someone is waiting" in said(database)
    assert "The answers now say: Yes, someone is waiting" in visit(cast.agent).open(DESK).main


def test_answers_that_are_calmer_than_the_rank_of_the_desk_change_nothing_and_say_nothing(
    visit: Visit, cast: Cast, database: Database
) -> None:
    call = begin_labels(visit()).press("Continue", answer="waiting")
    rank_by_hand(visit(cast.agent))
    give_contact(walk_on_to_check(call)).press("Send to the help desk")
    ticket = only_ticket(database)
    assert (ticket.priority, ticket.subject) == ("P2", "Label printer will not print (light: Red or orange)")
    assert not any("The answers now say" in words for words in said(database))


def test_it_got_worse_is_not_taken_back_by_calmer_answers(
    visit: Visit, cast: Cast, database: Database
) -> None:
    clerk = visit(cast.clerk)
    call = begin_labels(clerk).press("Continue", answer="waiting")
    worse = clerk.open("/tickets/R-2001").follow("It got worse")
    worse.press("Tell the help desk", what="A line forms.", waiting="yes")
    check = walk_on_to_check(clerk.open(call.address))
    (give_contact(check) if check.heading == "How we reach you" else check).press("Send to the help desk")
    assert only_ticket(database).priority == "P1"


def test_a_request_that_the_desk_closed_comes_back_when_the_clerk_sends_more(
    visit: Visit, cast: Cast, database: Database
) -> None:
    call = begin_labels(visit()).press("Continue", answer="waiting")
    with database.writing() as session:
        session.scalars(select(Ticket)).one().state = "solved"
        session.commit()
    contact = give_contact(call.follow("Give us a number to call back"))
    assert only_ticket(database).state == "solved"
    check = walk_on_to_check(contact)
    check.press("Send to the help desk")
    assert only_ticket(database).state == "new"
    assert "It came back" in said(database)


def test_words_of_the_desk_are_still_found_after_an_update(
    visit: Visit, cast: Cast, database: Database
) -> None:
    call = begin_labels(visit()).press("Continue", answer="waiting")
    visit(cast.agent).open(DESK).press("Send to Caller", text="Try the zanzibar roll.")
    give_contact(call.follow("Give us a number to call back"))
    assert "zanzibar" in only_ticket(database).search_text
