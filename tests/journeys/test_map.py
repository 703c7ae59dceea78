"""The map of a diagnostic: for its authors with what the check says, for the desk with the way a clerk went."""

from __future__ import annotations

import re
from collections.abc import Callable

from cast import Cast
from factories import Factory
from sqlalchemy import select
from visitor import Visitor
from walks import begin_labels, give_contact, send_labels

from kb.articles import Article
from kb.writing import save_revision
from portal.database import Database

Visit = Callable[..., Visitor]
MAP = "/author/diagnostics/label-printer-wont-print/map"
WALKED = "#005ea2"


def draft(database: Database, change: tuple[str, str]) -> None:
    """A new draft of the label printer's diagnostic with one piece of its text replaced."""
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == "label-printer-wont-print")).one()
        assert article.latest is not None
        latest = article.latest
        assert change[0] in latest.source
        save_revision(
            session,
            article,
            title=article.title,
            front=latest.front,
            source=latest.source.replace(*change),
            author_id=None,
            based_on=latest.number,
            note="A change",
            now=latest.created_at,
        )
        session.commit()


def test_an_author_sees_every_page_and_goes_to_its_form(visit: Visit, cast: Cast) -> None:
    page = visit(cast.author).open("/author/diagnostics/label-printer-wont-print").follow("Map")
    assert page.heading == "Map"
    assert "<desc>Are voters waiting in line right now?</desc>" in page.answer.text
    assert "/author/diagnostics/label-printer-wont-print/nodes/line" in page.answer.text
    assert "flowchart LR" in page.answer.text
    assert "A triangle marks" not in page.main


def test_what_the_check_speaks_about_is_marked(visit: Visit, cast: Cast, database: Database) -> None:
    draft(database, ("say: Green, go: signs", "say: Green, go: sings"))
    page = visit(cast.author).open(MAP)
    assert re.search(r"A triangle marks what the check speaks about: \d+ things? to mend", page.main)
    assert "(must be mended)" in page.answer.text
    assert "Leads nowhere" in page.answer.text
    live = page.follow("What readers see, version 1")
    assert "A triangle marks" not in live.main


def test_a_text_that_cannot_be_read_has_no_map_and_names_the_line(
    visit: Visit, cast: Cast, database: Database
) -> None:
    draft(database, ("start: line", "start: [line"))
    author = visit(cast.author)
    page = author.open(MAP)
    assert "The map shows when the text can be read." in page.main
    assert "Line " in page.main
    assert author.ask("GET", MAP + ".svg").status_code == 404


def test_the_file_is_the_map_of_that_version(visit: Visit, cast: Cast) -> None:
    answer = visit(cast.author).ask("GET", MAP + ".svg")
    assert answer.mimetype == "image/svg+xml"
    assert 'filename="label-printer-wont-print-version-1.svg"' in answer.headers["Content-Disposition"]
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns=')
    assert "<a " not in answer.text


def test_the_desk_sees_the_way_of_a_request_and_a_clerk_does_not(visit: Visit, cast: Cast) -> None:
    clerk = visit(cast.clerk)
    send_labels(clerk)
    agent = visit(cast.agent)
    page = agent.open("/desk/tickets/R-2001").follow("See the path on the map")
    assert page.heading == "The way the clerk went"
    assert "My label printer won't print, version 1." in page.main
    assert page.answer.text.count(f'stroke="{WALKED}" stroke-width="3.5"') >= 3
    assert clerk.ask("GET", "/desk/tickets/R-2001/way").status_code in (403, 404)


def test_the_way_through_a_called_diagnostic_is_drawn_on_its_own_map(visit: Visit, cast: Cast) -> None:
    page = visit().open("/diagnose/it-will-not-print").press("Start now")
    page = page.press("Continue", answer="no_line").press("Continue", answer="label")
    page = page.press("Continue", answer="red")
    give_contact(page.follow("Stop here and send what I have")).press("Send to the help desk")
    page = visit(cast.agent).open("/desk/tickets/R-2001/way")
    assert "Then: My label printer won't print" in page.main
    called = page.answer.text.split("Then: ")[1]
    assert f'stroke="{WALKED}"' in called


def test_a_request_without_a_run_has_no_way(visit: Visit, cast: Cast, make: Factory) -> None:
    ticket = make.ticket(by=cast.clerk)
    agent = visit(cast.agent)
    assert "See the path on the map" not in agent.open(f"/desk/tickets/{ticket.reference}").main
    assert agent.ask("GET", f"/desk/tickets/{ticket.reference}/way").status_code == 404


def test_a_visitor_never_sees_a_map(visit: Visit) -> None:
    begin_labels(visit())
    assert visit().ask("GET", MAP).status_code in (302, 303, 403, 404)
