"""Every page, as it is drawn: axe-core at two widths, nothing sideways at 320 px, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from browser.conftest import Cookies
from browser.looking import Console, complaints
from browser.pages import Contact, Run, Screen
from playwright.sync_api import Browser

LABELS = "label-printer-wont-print"
GUIDE = "/articles/labels-come-out-blank"

VISITOR_PAGES = (
    "/",
    "/search",
    "/search?q=",
    "/search?q=lable+printer+wont+print",
    "/search?q=lable+printer+wont+print&topic=printing-and-labels",
    "/search?q=lable+printer+wont+print&page=2",
    "/search?q=zzyzx+qwortle",
    "/topics",
    "/topics/printing-and-labels",
    GUIDE,
    f"{GUIDE}?print=1",
    f"{GUIDE}/not-solved",
    f"{GUIDE}/next/not_mine",
    f"{GUIDE}/next/did_not_help",
    f"{GUIDE}/next/could_not",
    f"{GUIDE}/next/not_clear",
    f"{GUIDE}/next/wrong",
    f"/diagnose/{LABELS}",
    f"/diagnose/{LABELS}/paper",
    "/storm-kit",
    "/storm-kit/binder",
    "/storm-kit/check",
    "/offline",
    "/offline/request",
    "/tickets/new",
    "/tickets/new?words=labels+come+out+blank",
    "/tickets/find",
    "/tickets/find?asked=yes",
    "/status",
    "/status/1",
    "/status/1/too",
    "/status/1/tell",
    "/status/stop/nobody",
    "/sign-in",
    "/sign-in/code",
    "/forgot",
    "/reset/nothing",
    "/kept/nothing",
    "/privacy",
    "/accessibility",
    "/design",
    "/nothing-here",
    "/articles/nothing-here",
    "/tickets/R-1/wrongkey",
    "/requests",
)
CLERK_PAGES = ("/", "/requests", "/account", "/account/codes", "/tickets/new", "/desk/")
DESK_PAGES = (
    "/desk/",
    "/desk/?view=mine",
    "/desk/?view=waiting",
    "/desk/?view=closed",
    "/desk/order",
    "/desk/search?q=label",
    "/desk/search?q=zzyzx",
    "/desk/calls/new",
    "/desk/runs",
    "/desk/offices/",
    "/desk/offices/yellowstone",
    "/desk/notices",
    "/desk/notices/new",
    "/desk/notices/1",
    "/desk/tickets/R-2002",
    "/desk/tickets/R-2002/give",
    "/desk/tickets/R-2002/priority",
    "/desk/tickets/R-2002/waiting",
    "/desk/tickets/R-2002/solve",
    "/desk/tickets/R-9999",
    "/account",
)
AUTHOR_PAGES = (
    "/author/",
    "/author/diagnostics",
    "/author/guides/new",
    "/author/diagnostics/new",
    "/author/pictures",
    "/author/unanswered",
    "/author/unanswered?tab=aside",
    "/author/unanswered/question?words=signature+pad+not+working",
    "/author/guides/new?question=signature+pad+not+working",
    "/author/guides/labels-come-out-blank",
    "/author/guides/labels-come-out-blank/publish",
    "/author/guides/labels-come-out-blank/history",
    "/author/guides/labels-come-out-blank/retire",
    "/author/diagnostics/label-printer-wont-print",
    "/author/diagnostics/label-printer-wont-print/yaml",
    "/author/diagnostics/label-printer-wont-print/about",
    "/author/diagnostics/label-printer-wont-print/nodes/light",
    "/author/diagnostics/label-printer-wont-print/nodes/quick_fixes",
    "/author/diagnostics/label-printer-wont-print/nodes/light/removal",
    "/author/diagnostics/label-printer-wont-print/nodes/light/id",
    "/author/diagnostics/label-printer-wont-print/steps/off_and_on",
    "/author/diagnostics/label-printer-wont-print/outcomes/call_us",
    "/author/diagnostics/label-printer-wont-print/facts/place",
    "/author/diagnostics/label-printer-wont-print/add",
    "/author/diagnostics/label-printer-wont-print/play",
    "/author/diagnostics/label-printer-wont-print/tests",
    "/author/diagnostics/label-printer-wont-print/publish",
    "/author/diagnostics/label-printer-wont-print/map",
    "/author/diagnostics/label-printer-wont-print/history",
    "/author/diagnostics/label-printer-wont-print/versions/1/recall",
    "/author/diagnostics/label-printer-wont-print/evidence",
    "/author/guides/nothing-here",
    "/author/guides/a-voter-says-no-ballot-came/questions",
    "/author/questions",
    "/author/words",
    "/author/words?tab=ours",
    "/author/words?tab=waiting",
    "/author/words/heard",
    "/author/words/new",
    "/author/words/1",
    "/author/words/1/take-out",
)
ADMIN_PAGES = (
    "/admin/people",
    "/admin/people/new",
    "/admin/people/1",
    "/admin/offices",
    "/admin/offices/new",
    "/admin/offices/1",
    "/admin/offices/import",
    "/admin/settings",
    "/admin/settings/desk",
    "/admin/settings/hours",
    "/desk/",
)

# Forms that are sent empty: the page, and the button that is pressed.
EMPTY_FORMS = (
    ("", f"{GUIDE}/not-solved", "Send and see what to do next"),
    ("", "/tickets/new", "Send to the help desk"),
    ("", "/tickets/find", "Send me the link"),
    ("", "/status/1/too", "Add my office"),
    ("", "/sign-in", "Continue"),
    ("", "/forgot", "Send me a link"),
    ("clerk@demo.example", "/account", "Save my new password"),
    ("alex@demo.example", "/desk/calls/new", "Save call"),
    ("alex@demo.example", "/desk/runs", "Open the run"),
    ("alex@demo.example", "/desk/notices/new", "Post the notice"),
    ("alex@demo.example", "/desk/tickets/R-2003", "Send to"),
    ("alex@demo.example", "/desk/tickets/R-2003", "Save internal note"),
    ("alex@demo.example", "/desk/tickets/R-2003/solve", "Close this request"),
    ("alex@demo.example", "/desk/tickets/R-2003/waiting", "Set waiting"),
    ("alex@demo.example", "/desk/tickets/R-2003/give", "Give it"),
    ("alex@demo.example", "/desk/tickets/R-2003/priority", "Change the priority"),
    ("author@demo.example", "/author/guides/new", "Begin a draft"),
    ("author@demo.example", "/author/diagnostics/new", "Begin a draft"),
    (
        "author@demo.example",
        "/author/diagnostics/label-printer-wont-print/versions/1/recall",
        "Recall version 1",
    ),
    ("author@demo.example", "/author/unanswered/question?words=timesheet", "Set aside as answered"),
    ("author@demo.example", "/author/unanswered/question?words=timesheet", "Set aside as not ours"),
    ("author@demo.example", "/author/words/new", "See what it does"),
    ("admin@demo.example", "/admin/people/new", "Add this person"),
)


@dataclass
class Looker:
    """A person whose window stays open, and what their console said."""

    screen: Screen
    console: Console

    def complaints(self) -> list[str]:
        return complaints(self.screen.page, self.console)


Lookers = Callable[[str], Looker]


@pytest.fixture(scope="module")
def lookers(browser: Browser, address: str, cookies: Cookies) -> Iterator[Lookers]:
    """One window for each person, kept for the whole file."""
    open_now: dict[str, Looker] = {}

    def looker(email: str) -> Looker:
        if email not in open_now:
            context = browser.new_context(base_url=address, service_workers="block")
            context.set_default_timeout(15_000)
            context.add_cookies(cookies(email) if email else [])
            page = context.new_page()
            open_now[email] = Looker(Screen(page), Console(page))
        return open_now[email]

    yield looker
    for one in open_now.values():
        one.screen.page.context.close()


@pytest.mark.parametrize("place", VISITOR_PAGES)
def test_a_page_for_everyone_is_whole(lookers: Lookers, place: str) -> None:
    look_at(lookers(""), place)


@pytest.mark.parametrize("place", CLERK_PAGES)
def test_a_page_of_a_clerk_is_whole(lookers: Lookers, place: str) -> None:
    look_at(lookers("clerk@demo.example"), place)


@pytest.mark.parametrize("place", DESK_PAGES)
def test_a_page_of_the_desk_is_whole(lookers: Lookers, place: str) -> None:
    look_at(lookers("alex@demo.example"), place)


@pytest.mark.parametrize("place", AUTHOR_PAGES)
def test_a_page_of_an_author_is_whole(lookers: Lookers, place: str) -> None:
    look_at(lookers("author@demo.example"), place)


@pytest.mark.parametrize("place", ADMIN_PAGES)
def test_a_page_of_an_admin_is_whole(lookers: Lookers, place: str) -> None:
    look_at(lookers("admin@demo.example"), place)


@pytest.mark.parametrize(("email", "place", "button"), EMPTY_FORMS)
def test_a_form_that_was_sent_empty_is_whole(lookers: Lookers, email: str, place: str, button: str) -> None:
    looker = lookers(email)
    looker.screen.open(place)
    looker.screen.press(button)
    assert looker.screen.page.title().startswith("Error: "), looker.screen.page.title()
    assert looker.screen.error_box().count() == 1
    assert looker.complaints() == []


def test_every_page_of_a_run_is_whole(lookers: Lookers) -> None:
    looker = lookers("")
    for name in walk_every_kind_of_page(looker.screen):
        assert (name, looker.complaints()) == (name, [])


def test_every_page_of_a_call_is_whole(lookers: Lookers) -> None:
    looker = lookers("")
    run = Run.begin(looker.screen, LABELS)
    run.answer("Yes, voters are waiting")
    assert looker.complaints() == []
    emergency = Run.begin(looker.screen, "something-suspicious")
    emergency.page.locator("main label").first.click()
    emergency.press("Continue")
    assert emergency.heading.startswith("Call 911 now.")
    assert looker.complaints() == []


def look_at(looker: Looker, place: str) -> None:
    looker.screen.open(place)
    assert looker.complaints() == []


def walk_every_kind_of_page(clerk: Screen) -> Iterator[str]:
    """Stops at each kind of page of a run, in the order in which a clerk meets them."""
    run = Run.begin(clerk, LABELS)
    yield "question"
    run.press("Continue")
    yield "question with an error"
    run.answer("No, no one is waiting")
    run.answer("Green")
    yield "many answers"
    run.answer("The labels come out blank")
    yield "guide in a run"
    run.report("No, same problem")
    yield "step"
    run.change("What color is the light on the front of the printer?")
    run.answer("There is no light")
    yield "a change that drops answers"
    run.press("Change it")
    run.report("Something else is happening now")
    yield "what is happening now"
    run.press("Continue")
    yield "what is happening now, with an error"
    run.page.locator("#note").fill("The plug sparks")
    run.press("Continue")
    yield "fact"
    run.press("Continue")
    yield "fact with an error"
    run.give("Front counter")
    yield "photo"
    run.skip()
    yield "contact"
    run.press("Continue")
    yield "contact with an error"
    Contact(clerk).give()
    yield "check"
    sent = run.send()
    yield "sent"
    request = sent.open_request()
    yield "request"
    request.press("Send")
    yield "request with an error"
    request.follow("It got worse")
    yield "it got worse"
    request.press("Tell the help desk")
    yield "it got worse, with an error"
    request.page.go_back()
    request.follow("Back to the request", within="body")
    request.press("Solved, thank you")
    yield "solved request"
    solved = Run.begin(clerk, LABELS)
    solved.answer("No, no one is waiting")
    solved.answer("I’m not sure")
    solved.report("Yes, it is fixed")
    yield "solved run"
