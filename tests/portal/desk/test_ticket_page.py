"""One request on the desk, in the browser."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.articles import Article
from portal.mail.outbox import OutgoingMail
from portal.tickets.conversation import last_entry_id, reply_as_clerk
from portal.tickets.store import CleanFile
from portal.tickets.ticket import Attachment, Entry, Ticket

NOW = datetime(2026, 9, 16, 17, 42, tzinfo=UTC)
SignIn = Callable[[Any], Any]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
PATH = {
    "answers": [{"question": "What color is the light on the printer?", "words": "Red or orange"}],
    "tried": [
        {"step": "Turn the printer off and on", "result": "No, same problem", "seconds": 130, "said": ""},
        {"step": "Clear the list", "result": "I could not do this step", "said": "no rights"},
    ],
    "not_tried": ["Try another roll"],
    "not_asked": ["Where the printer is", "Photo"],
    "guides_read": [{"slug": "set-the-size", "title": "Set the label size", "result": "No, same problem"}],
    "opened": [{"slug": "labels-come-out-blank", "title": "Labels come out blank"}],
    "searched": ["lable printer wont print"],
    "diagnostic": {"slug": "label-printer-wont-print", "title": "Label printer", "version": 7},
    "code": "K7M4QD",
    "seconds": 320,
}


def address(ticket: Ticket, rest: str = "") -> str:
    return f"/desk/tickets/{ticket.reference}{rest}"


def hidden(html: str, form: str, name: str) -> str:
    found = re.search(rf'form="{form}" name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def reply_fields(browser: Any, ticket: Ticket, **more: str) -> dict[str, str]:
    html = browser.get(address(ticket))
    return {
        "text": "Press both corners of the lid.",
        "next_news": "",
        "last_seen": hidden(html, "reply", "last_seen"),
        "key": hidden(html, "reply", "key"),
    } | more


def entries(session: Session, ticket: Ticket, kind: str = "message") -> list[Entry]:
    session.expire_all()
    return list(
        session.scalars(
            select(Entry).where(Entry.ticket_id == ticket.id, Entry.kind == kind).order_by(Entry.id)
        )
    )


def test_the_page_shows_what_the_clerk_answered_and_tried(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(
        channel="diagnostic", path=PATH, facts=[{"label": "Light on the printer", "words": "Red or orange"}]
    )
    html = sign_in(world.ada).get(address(ticket))
    for words in (
        "What the clerk answered and tried (Label printer, version 7, 5 min)",
        "Not asked: Where the printer is, Photo.",
        "Guides opened: Set the label size (No, same problem).",
        "What color is the light on the printer? <b>Red or orange</b>",
        'Turn the printer off and on: <b>No, same problem</b> <span class="muted">2 min 10 s</span>',
        "I could not do this step “no rights”",
        "Not tried: Try another roll.",
        "Opened first: Labels come out blank.",
        "Searched: “lable printer wont print”.",
        "Diagnostic, K7M 4QD",
        "<dt>Light on the printer</dt><dd>Red or orange</dd>",
        "one person, needed today",
        "Clerk not signed in",
    ):
        assert words in html, words


def test_a_clerk_who_signed_in_is_not_marked(world: Any, sign_in: SignIn) -> None:
    assert "Clerk not signed in" not in sign_in(world.ada).get(address(world.ticket(by=world.cora)))


def test_the_reply_and_the_note_are_two_forms(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket()
    html = sign_in(world.ada).get(address(ticket))
    forms = re.findall(r'<form class="st-compose[^>]*action="([^"]+)"', html)
    assert forms == [f"{address(ticket)}/reply?view=open", f"{address(ticket)}/notes?view=open"]
    assert "Send to Yellowstone County" in html
    assert "Only the help desk sees this. Nothing is sent." in html


def test_a_reply_goes_to_the_clerk_and_answers_the_promise(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    ticket = world.ticket(by=world.cora, email="cora@example.gov")
    browser = sign_in(world.ada)
    answer = browser.post(address(ticket, "/reply"), reply_fields(browser, ticket, next_news="2:30 pm"))
    html = browser.get(answer.location)
    assert "Your reply is saved." in html
    assert "Sent to the clerk" in html
    sent = entries(session, ticket)[-1]
    assert (sent.side, sent.text, sent.author_name) == ("desk", "Press both corners of the lid.", "Ada Agent")
    stored = session.get(Ticket, ticket.id)
    assert stored is not None
    assert stored.worker_id == world.ada.id
    assert stored.answer_due_at is None
    assert stored.next_news_at == datetime(2026, 9, 16, 20, 30, tzinfo=UTC)
    mails = session.scalars(select(OutgoingMail.subject)).all()
    assert f"{ticket.reference}: the help desk answered" in mails


def test_a_reply_sent_twice_is_sent_once(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    fields = reply_fields(browser, ticket)
    browser.post(address(ticket, "/reply"), fields)
    browser.post(address(ticket, "/reply"), fields)
    assert len([one for one in entries(session, ticket) if one.side == "desk"]) == 1
    again = reply_fields(browser, ticket)
    browser.post(address(ticket, "/reply"), again)
    assert len([one for one in entries(session, ticket) if one.side == "desk"]) == 2


def test_a_reply_past_a_colleague_is_kept_and_not_sent(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    ada, ben = sign_in(world.ada), sign_in(world.ben)
    late = reply_fields(ben, ticket, text="My own answer.")
    ada.post(address(ticket, "/reply"), reply_fields(ada, ticket))
    answer = ben.post(address(ticket, "/reply"), late, 409)
    assert "Ada Agent sent a reply at 11:42 am. Read it first. Your text is kept." in answer.text
    assert "My own answer." in answer.text
    assert len([one for one in entries(session, ticket) if one.side == "desk"]) == 1
    fields = late | {"last_seen": hidden(answer.text, "reply", "last_seen")}
    ben.post(address(ticket, "/reply"), fields)
    assert entries(session, ticket)[-1].text == "My own answer."


def test_a_reply_past_the_clerk_is_kept_too(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket(by=world.cora)
    browser = sign_in(world.ada)
    fields = reply_fields(browser, ticket)
    reply_as_clerk(
        session, session.get(Ticket, ticket.id), text="It works now.", by=world.cora.as_reader(), now=NOW
    )
    session.commit()
    assert (
        "The clerk sent a message at 11:42 am." in browser.post(address(ticket, "/reply"), fields, 409).text
    )


def test_an_empty_reply_and_a_wrong_time_say_what_to_do(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    empty = browser.post(address(ticket, "/reply"), reply_fields(browser, ticket, text="  "), 422)
    assert "Write a reply, or add a file" in empty.text
    assert "<title>Error: " in empty.text
    wrong = browser.post(address(ticket, "/reply"), reply_fields(browser, ticket, next_news="soon"), 422)
    assert "Enter a time like 3:30 pm, or tomorrow 9 am" in wrong.text
    assert "Press both corners of the lid." in wrong.text


def test_a_note_stays_inside(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket(by=world.cora, email="cora@example.gov")
    browser = sign_in(world.ada)
    key = hidden(browser.get(address(ticket)), "note", "key")
    before = session.scalar(select(func.count(OutgoingMail.id)))
    for _ in range(2):
        answer = browser.post(address(ticket, "/notes"), {"text": "Spare is on shelf 2.", "key": key})
    html = browser.get(answer.location)
    assert "Internal note" in html
    assert "Spare is on shelf 2." in html
    assert [one.text for one in entries(session, ticket, "note")] == ["Spare is on shelf 2."]
    assert session.scalar(select(func.count(OutgoingMail.id))) == before
    assert last_entry_id(session, ticket) == entries(session, ticket)[0].id


def test_an_empty_note_says_what_to_do(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket()
    assert "Write a note" in sign_in(world.ada).post(address(ticket, "/notes"), {"text": ""}, 422).text


def test_files_come_as_downloads_and_only_from_their_own_request(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    ticket = world.ticket(files=(CleanFile("light.png", "image/png", PNG),))
    other = world.ticket("Another")
    file = session.scalars(select(Attachment)).one()
    browser = sign_in(world.ada)
    assert f'href="{address(ticket)}/files/{file.id}"' in browser.get(address(ticket))
    answer = browser.client.get(address(ticket, f"/files/{file.id}"))
    assert answer.data == PNG
    assert answer.headers["Content-Disposition"] == "attachment; filename=light.png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    browser.get(address(other, f"/files/{file.id}"), 404)
    browser.get(address(ticket, "/files/9999"), 404)


def test_a_reply_carries_files_and_refuses_bad_ones(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    fields: dict[str, Any] = dict(reply_fields(browser, ticket))
    bad = fields | {"files": (io.BytesIO(b"MZ"), "tool.exe")}
    assert "We cannot take “tool.exe”" in browser.post(address(ticket, "/reply"), bad, 422).text
    browser.post(address(ticket, "/reply"), fields | {"files": (io.BytesIO(b"hello"), "log.txt")})
    assert session.scalars(select(Attachment.name)).all() == ["log.txt"]


def test_a_guide_is_inserted_without_sending_and_keeps_the_text(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    session.add(
        Article(
            slug="labels-blank",
            kind="guide",
            status="published",
            title="Labels come out blank",
            created_at=NOW,
        )
    )
    ticket = world.ticket()
    browser = sign_in(world.ada)
    fields = reply_fields(browser, ticket, text="Try this:") | {"insert": "labels-blank"}
    html = browser.post(address(ticket, "/reply"), fields, 200).text
    assert "Try this:\n\nLabels come out blank: http://localhost/articles/labels-blank" in html
    assert len(entries(session, ticket)) == 1
    assert "Labels come out blank: http://localhost" in browser.get(address(ticket, "?insert=labels-blank"))


def test_a_guide_that_the_clerk_may_not_read_is_not_inserted(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    for audience in ("clerks", "staff"):
        session.add(
            Article(
                slug=audience,
                kind="guide",
                status="published",
                title=f"For {audience}",
                audience=audience,
                created_at=NOW,
            )
        )
    visitors, clerks = world.ticket("One"), world.ticket("Two", by=world.cora)
    browser = sign_in(world.ada)
    assert "For clerks: http" not in browser.get(address(visitors, "?insert=clerks"))
    assert "For clerks: http" in browser.get(address(clerks, "?insert=clerks"))
    assert "For staff: http" not in browser.get(address(clerks, "?insert=staff"))


def test_previous_and_next_follow_the_tab(world: Any, sign_in: SignIn) -> None:
    first = world.ticket("First", voter_waiting=True, worker=world.ada)
    world.ticket("Not mine", voter_waiting=True)
    last = world.ticket("Last", worker=world.ada)
    browser = sign_in(world.ada)
    html = browser.get(address(first, "?view=mine"))
    assert "1 of 2, Mine" in html
    assert f'href="{address(last)}?view=mine">Next' in html
    assert ">Previous" not in html
    assert "1 of 3" in browser.get(address(first))


def test_the_rail_shows_the_office_and_its_other_requests(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket("Labels skip")
    other = world.ticket("Locked out")
    world.ticket("Secret matter", restricted=True)
    elsewhere = world.ticket("Cascade matter", office=world.cascade)
    html = sign_in(world.ada).get(address(ticket))
    assert f"{other.reference} Locked out" in html
    assert "Secret matter" not in html
    assert elsewhere.reference not in html
    assert "2 label printers" in html


def test_it_is_taken_and_a_second_taker_is_told(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    ada, ben = sign_in(world.ada), sign_in(world.ben)
    ben.get(address(ticket))
    ada.post(address(ticket, "/take"), {"seen": "0"})
    answer = ben.post(address(ticket, "/take"), {"seen": "0"}, 409)
    assert "Ada Agent has it now. Nothing was changed." in answer.text
    session.expire_all()
    assert session.get(Ticket, ticket.id).worker_id == world.ada.id


def test_it_is_given_to_a_person_to_nobody_and_to_a_group_with_a_note(
    world: Any, sign_in: SignIn, session: Session
) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    browser.post(address(ticket, "/give"), {"to": str(world.ben.id), "seen": "0"})
    session.expire_all()
    assert session.get(Ticket, ticket.id).worker_id == world.ben.id
    browser.post(address(ticket, "/give"), {"to": "nobody", "seen": str(world.ben.id)})
    missing = browser.post(address(ticket, "/give"), {"to": "group:systems-analyst", "seen": "0"}, 422)
    assert "Say what the group needs to know" in missing.text
    browser.post(address(ticket, "/give"), {"to": "group:systems-analyst", "note": "Batch log", "seen": "0"})
    session.expire_all()
    stored = session.get(Ticket, ticket.id)
    assert (stored.worker_id, stored.group_slug) == (None, "systems-analyst")
    for wrong in ("", "9999", str(world.cora.id), "group:nobody"):
        browser.post(address(ticket, "/give"), {"to": wrong, "seen": "0", "note": "x"}, 422)


def test_a_specialist_who_hands_it_away_lands_in_the_queue(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(group="systems-analyst")
    browser = sign_in(world.sam)
    answer = browser.post(
        address(ticket, "/give"), {"to": "group:help-desk", "note": "Not ours", "seen": "0"}
    )
    assert answer.location == "/desk/?said=given"
    browser.get(address(ticket), 404)


def test_waiting_needs_a_day(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket(worker=world.ada)
    browser = sign_in(world.ada)
    refused = browser.post(address(ticket, "/waiting"), {"ask_again": "", "waiting_for": "the vendor"}, 422)
    assert "Choose when to ask again" in refused.text
    assert 'value="the vendor"' in refused.text
    browser.post(address(ticket, "/waiting"), {"ask_again": "2026-09-18", "waiting_for": "the vendor"})
    session.expire_all()
    stored = session.get(Ticket, ticket.id)
    assert (stored.state, stored.waiting_for) == ("waiting", "the vendor")
    assert stored.ask_again_at == datetime(2026, 9, 18, 15, 0, tzinfo=UTC)
    assert "Waiting for the vendor" in browser.get(address(ticket))
    browser.post(address(ticket, "/working"), {})
    session.expire_all()
    assert session.get(Ticket, ticket.id).state == "working"


def test_a_closed_request_does_not_wait(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(state="solved")
    browser = sign_in(world.ada)
    answer = browser.post(address(ticket, "/waiting"), {"ask_again": "2026-09-18"}, 409)
    assert "This request is closed already." in answer.text


def test_closing_asks_for_resolution_cause_and_guide(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket(worker=world.ada)
    browser = sign_in(world.ada)
    refused = browser.post(address(ticket, "/solve"), {}, 422).text
    for words in ("Say what fixed it", "Choose a cause", "Choose a guide, or “None needed”"):
        assert refused.count(words) >= 2
    wrong = {"resolution": "New roll", "cause": "local_equipment", "guide": "other", "other_guide": "no such"}
    assert "We have no guide with that name." in browser.post(address(ticket, "/solve"), wrong, 422).text
    browser.post(address(ticket, "/solve"), wrong | {"guide": "none needed", "other_guide": ""})
    session.expire_all()
    stored = session.get(Ticket, ticket.id)
    assert (stored.state, stored.resolution, stored.cause, stored.guide) == (
        "solved",
        "New roll",
        "local_equipment",
        "none needed",
    )
    assert "How it ended" in browser.get(address(ticket))
    browser.post(address(ticket, "/reopen"), {})
    session.expire_all()
    assert session.get(Ticket, ticket.id).is_open


@pytest.mark.parametrize(
    "named", ["labels-blank", "Labels come out BLANK", "http://localhost/articles/labels-blank?x=1"]
)
def test_the_guide_is_named_by_slug_title_or_address(
    world: Any, sign_in: SignIn, session: Session, named: str
) -> None:
    session.add(
        Article(
            slug="labels-blank",
            kind="guide",
            status="published",
            title="Labels come out blank",
            created_at=NOW,
        )
    )
    ticket = world.ticket()
    browser = sign_in(world.ada)
    fields = {"resolution": "New roll", "cause": "local_equipment", "guide": "other", "other_guide": named}
    browser.post(address(ticket, "/solve"), fields)
    session.expire_all()
    assert session.get(Ticket, ticket.id).guide == "labels-blank"


def test_a_change_of_priority_needs_a_reason(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    fields = {"impact": "high", "urgency": "now", "waiting": "no", "reason": ""}
    assert "Say why it changes" in browser.post(address(ticket, "/priority"), fields, 422).text
    browser.post(address(ticket, "/priority"), fields | {"reason": "Three counties called"})
    session.expire_all()
    stored = session.get(Ticket, ticket.id)
    assert stored.priority == "P1"
    assert "Three counties called" in stored.priority_reason


ACTIONS = (
    ("/reply", {"text": "x", "last_seen": "99999", "next_news": "", "key": "k"}),
    ("/notes", {"text": "x", "key": "k"}),
    ("/take", {"seen": "0"}),
    ("/give", {"to": "nobody", "seen": "0"}),
    ("/waiting", {"ask_again": "2026-09-18"}),
    ("/working", {}),
    ("/reopen", {}),
    ("/solve", {"resolution": "x", "cause": "unknown", "guide": "none needed"}),
    ("/priority", {"impact": "low", "urgency": "today", "waiting": "no", "reason": "x"}),
)


@pytest.mark.parametrize(("action", "fields"), ACTIONS)
def test_what_a_reader_may_not_see_looks_missing_and_is_not_changed(
    world: Any, sign_in: SignIn, session: Session, action: str, fields: dict[str, str]
) -> None:
    secret = world.ticket("Secret", restricted=True)
    agent, lead = sign_in(world.ada), sign_in(world.lea)
    hidden_answer = agent.post(address(secret, action), fields, 404).text
    missing_answer = agent.post(f"/desk/tickets/R-9999{action}", fields, 404).text
    assert _plain(hidden_answer) == _plain(missing_answer)
    session.expire_all()
    assert session.get(Ticket, secret.id).state == "new"
    assert session.scalar(select(func.count(Entry.id)).where(Entry.ticket_id == secret.id)) == 1
    lead.post(address(secret, action), fields)


@pytest.mark.parametrize(("action", "fields"), ACTIONS)
def test_a_specialist_works_the_own_group_and_no_other(
    world: Any, sign_in: SignIn, action: str, fields: dict[str, str]
) -> None:
    own, other = world.ticket("Own", group="systems-analyst"), world.ticket("Other")
    browser = sign_in(world.sam)
    browser.post(address(other, action), fields, 404)
    browser.post(address(own, action), fields)


@pytest.mark.parametrize("page", ["", "/give", "/waiting", "/solve", "/priority"])
def test_pages_of_hidden_requests_look_missing_and_those_of_others_open(
    world: Any, sign_in: SignIn, page: str
) -> None:
    secret, plain = world.ticket("Secret", restricted=True), world.ticket("Plain")
    browser = sign_in(world.ada)
    browser.get(address(secret, page), 404)
    browser.get(address(plain, page))
    sign_in(world.cora).get(address(plain, page), 403)


def test_a_post_without_our_token_changes_nothing(world: Any, sign_in: SignIn, session: Session) -> None:
    ticket = world.ticket()
    browser = sign_in(world.ada)
    answer = browser.client.post(address(ticket, "/notes"), data={"text": "x"})
    assert answer.status_code == 400
    assert entries(session, ticket, "note") == []


def test_typed_words_stay_words(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(
        "<b>x</b>",
        description="<img src=x onerror=alert(1)>",
        name="<i>n</i>",
        office=None,
        office_words="<u>o</u>",
    )
    html = sign_in(world.ada).get(address(ticket))
    assert "<img src=x" not in html
    assert "<i>n" not in html
    assert "<u>o" not in html


def test_a_late_promise_is_shown_as_late(world: Any, sign_in: SignIn) -> None:
    ticket = world.ticket(answer_due_at=NOW - timedelta(minutes=25))
    assert "25 min late" in sign_in(world.ada).get(address(ticket))


def _plain(html: str) -> str:
    return re.sub(r'nonce="[^"]+"|content="[0-9a-f]{64}"|value="[0-9a-f]{64}"', "", html)
