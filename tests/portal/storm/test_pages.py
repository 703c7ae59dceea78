"""The pages of the kit: the file for each reader, the check of a file, the binder, and a diagnostic on paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from cast import Cast
from flask import Flask
from sqlalchemy import select
from visitor import HOME, Visitor

from kb.articles import Article
from kb.trees.recalls import Recall
from portal.database import Database
from portal.site.settings import touch_site

Visit = Callable[..., Visitor]
LABELS = "label-printer-wont-print"


def hide(database: Database, slug: str) -> None:
    with database.writing() as session:
        session.scalars(select(Article).where(Article.slug == slug)).one().audience = "staff"
        touch_site(session)
        session.commit()


def test_the_page_says_when_it_was_made_how_large_it_is_and_how_to_keep_it(visit: Visit) -> None:
    page = visit().open("/storm-kit")
    assert page.heading == "Storm kit"
    assert "Made September 16, 2026. Good until October 16, 2026. " in page
    assert "MB, 14 checklists and" in page
    assert "Copy it to a USB stick" in page


def test_everyone_downloads_the_kit_of_their_own_audience(
    visit: Visit, cast: Cast, database: Database
) -> None:
    hide(database, LABELS)
    public = visit().ask("GET", "/storm-kit/file")
    staff = visit(cast.agent).ask("GET", "/storm-kit/file")
    assert "signpost-storm-kit-2026-09-16.html" in public.headers["Content-Disposition"]
    assert "signpost-storm-kit-staff-2026-09-16.html" in staff.headers["Content-Disposition"]
    assert public.headers["Content-Disposition"].startswith("attachment")
    assert b"My label printer won" in staff.data and b"My label printer won" not in public.data
    assert staff.headers["Cache-Control"] == "no-store"


def test_a_change_makes_a_new_kit_at_once(visit: Visit, database: Database) -> None:
    before = visit().ask("GET", "/storm-kit/file").data
    hide(database, LABELS)
    assert visit().ask("GET", "/storm-kit/file").data != before


def test_a_file_is_checked_on_the_page(visit: Visit) -> None:
    browser = visit()
    file = browser.ask("GET", "/storm-kit/file").data
    assert "nobody changed it" in check(browser, file)
    assert "This file was changed after we made it" in check(browser, file.replace(b"Call 911", b"Call 912"))
    assert "This is not a storm kit file as we made it" in check(browser, b"<p>Hello</p>")


def test_checking_without_a_file_says_what_to_do(visit: Visit) -> None:
    browser = visit()
    page = browser.open("/storm-kit/check").press("Check the file", 422)
    assert "Choose the file of the storm kit" in page


def test_a_diagnostic_on_paper_has_numbers_answers_and_the_phone(visit: Visit) -> None:
    page = visit().open(f"/diagnose/{LABELS}/paper")
    assert page.heading == "My label printer won't print"
    assert "There is no light" in page and "406-555-0142" in page
    assert "version 1" in page and "after March 1, 2027, print a new copy" in page


def test_a_diagnostic_that_a_reader_may_not_see_has_no_paper(
    visit: Visit, cast: Cast, database: Database
) -> None:
    hide(database, LABELS)
    assert visit().ask("GET", f"/diagnose/{LABELS}/paper").status_code == 404
    assert visit(cast.clerk).ask("GET", f"/diagnose/{LABELS}/paper").status_code == 404
    assert visit(cast.agent).ask("GET", f"/diagnose/{LABELS}/paper").status_code == 200
    assert visit().ask("GET", "/diagnose/labels-come-out-blank/paper").status_code == 404


def test_a_sheet_names_no_guide_that_the_reader_may_not_see(visit: Visit, database: Database) -> None:
    hide(database, "labels-come-out-blank")
    assert (
        'href="/articles/labels-come-out-blank"' not in visit().ask("GET", f"/diagnose/{LABELS}/paper").text
    )


def test_a_recalled_diagnostic_has_no_paper(visit: Visit, cast: Cast, database: Database, app: Flask) -> None:
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == LABELS)).one()
        now = app.extensions["signpost"].clock()
        recalled = Recall(
            revision_id=article.published_id,
            article_id=article.id,
            reason="Wrong.",
            by_id=cast.lead.id,
            at=now,
        )
        session.add(recalled)
        touch_site(session)
        session.commit()
    assert visit().ask("GET", f"/diagnose/{LABELS}/paper").status_code == 404
    assert "/paper" not in visit().ask("GET", f"/diagnose/{LABELS}").text


def test_the_binder_holds_all_sheets_and_guides_with_a_list(visit: Visit) -> None:
    text = visit().ask("GET", "/storm-kit/binder").text
    assert text.count('<article class="sp-sheet') == 14
    assert 'href="#sheet-label-printer-wont-print"' in text and 'id="sheet-label-printer-wont-print"' in text
    assert 'src="/pictures/printer-plug.svg"' in text and "data:image" not in text


def test_an_author_puts_a_guide_into_the_kit(visit: Visit, cast: Cast, database: Database) -> None:
    slug = "moving-our-office-to-a-gov-address"
    author = visit(cast.author)
    mark = f'id="guide-{slug}"'.encode()
    assert mark not in visit().ask("GET", "/storm-kit/file").data
    page = author.open(f"/author/guides/{slug}").press("Save and publish…", storm="yes")
    assert mark not in visit().ask("GET", "/storm-kit/file").data
    page.press("Publish version 2")
    assert mark in visit().ask("GET", "/storm-kit/file").data


def check(browser: Visitor, file: bytes) -> str:
    sent = {"csrf": browser.open("/storm-kit/check").value("csrf"), "file": (BytesIO(file), "kit.html")}
    answer = browser.ask("POST", "/storm-kit/check", data=sent, headers={"Origin": HOME})
    # The test client keeps a large body in a file, and leaves it open.
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 200
    return answer.text
