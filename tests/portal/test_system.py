"""The pages around the product: health, metrics for the right asker, pages for machines, pictures and privacy."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from front_door import Browser, FrontDoor, words

from auth import tokens
from auth.roles import Role
from kb.articles import Article, Picture, Revision
from portal.mail.outbox import post
from portal.site.settings import SiteVersion, change_setting
from portal.system import for_machines, readiness
from portal.system.metrics import Metric
from search.index import IndexDamaged
from search.memory_index import MemoryIndex

NOW = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def door(tmp_path: Path) -> FrontDoor:
    return FrontDoor(tmp_path)


def set_settings(door: FrontDoor, **values: Any) -> None:
    with door.session() as session:
        for name, value in values.items():
            change_setting(session, name.replace("__", "."), value, by=None, now=NOW)
        session.commit()


def published(
    door: FrontDoor, slug: str, *, audience: str = "public", kind: str = "guide", live: bool = True
) -> None:
    with door.session() as session:
        article = Article(
            slug=slug,
            kind=kind,
            title=slug,
            audience=audience,
            status="published" if live else "draft",
            created_at=NOW,
            published_at=NOW,
        )
        session.add(article)
        session.flush()
        revision = Revision(
            article_id=article.id,
            number=1,
            title=slug,
            source="",
            front={},
            outline=[],
            hash="",
            created_at=NOW,
        )
        session.add(revision)
        session.flush()
        article.published_id = revision.id if live else None
        session.commit()


def asked_by(browser: Browser, peer: str, **headers: str) -> int:
    return browser.client.get(
        "/metrics", environ_overrides={"REMOTE_ADDR": peer}, headers=headers
    ).status_code


def test_health_answers_without_a_database(door: FrontDoor) -> None:
    door.database.engine.dispose()
    for file in Path(door.application.extensions["signpost"].config.folder).glob("signpost.db*"):
        file.unlink()
    page = door.browser().open("/healthz")
    assert (page.status_code, page.json) == (200, {"status": "ok"})
    assert page.headers["Cache-Control"] == "no-store"


def test_a_whole_system_is_ready(door: FrontDoor) -> None:
    door.application.extensions["signpost"].finder.index.reset()
    page = door.browser().open("/readyz")
    assert (page.status_code, page.json) == (200, {"status": "ready"})


def test_a_damaged_index_is_named(door: FrontDoor) -> None:
    door.application.extensions["signpost"].finder.index = DamagedIndex()
    page = door.browser().open("/readyz")
    assert page.status_code == 503
    assert list(page.json["problems"]) == ["index"]


def test_an_empty_database_is_named(door: FrontDoor) -> None:
    door.application.extensions["signpost"].finder.index.reset()
    with door.session() as session:
        session.query(SiteVersion).delete()
        session.commit()
    page = door.browser().open("/readyz")
    assert page.status_code == 503
    assert list(page.json["problems"]) == ["database"]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(1, 1, 5 * 1024 * 1024))
    assert readiness.disk_problem(tmp_path) == "Only 5 MB are free in the data folder."


def test_this_machine_reads_the_metrics_and_another_finds_no_page(door: FrontDoor) -> None:
    browser = door.browser()
    assert asked_by(browser, "127.0.0.1") == 200
    assert asked_by(browser, "::1") == 200
    assert asked_by(browser, "192.0.2.7") == 404


def test_a_proxy_that_nobody_declared_does_not_open_the_metrics(door: FrontDoor) -> None:
    assert asked_by(door.browser(), "127.0.0.1", **{"X-Forwarded-For": "192.0.2.7"}) == 404
    assert asked_by(door.browser(), "127.0.0.1", Forwarded="for=192.0.2.7") == 404


def test_a_token_without_the_scope_does_not_open_the_metrics(door: FrontDoor) -> None:
    ann = door.person("ann", Role.ADMIN)
    with door.session() as session:
        issued = tokens.issue(session, ann, ["tickets:read"], now=door.moment)
        session.commit()
    assert asked_by(door.browser(), "192.0.2.7", Authorization=f"Bearer {issued.text}") == 404


@pytest.mark.skipif("metrics:read" not in tokens.SCOPES, reason="no token carries this scope yet")
def test_a_token_with_the_scope_opens_the_metrics(door: FrontDoor) -> None:
    ann = door.person("ann", Role.ADMIN)
    with door.session() as session:
        issued = tokens.issue(session, ann, ["metrics:read"], now=door.moment)
        session.commit()
    assert asked_by(door.browser(), "192.0.2.7", Authorization=f"Bearer {issued.text}") == 200


def test_the_metrics_count_and_name_nobody(door: FrontDoor) -> None:
    with door.session() as session:
        post(session, to="ann@county.gov", subject="R-2001", text="x", now=NOW, kind="ticket")
        session.commit()
    page = door.browser().open("/metrics")
    assert page.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = page.text.splitlines()
    assert 'signpost_tickets_open{priority="P1"} 0' in lines
    assert 'signpost_mails{state="waiting"} 1' in lines
    assert 'signpost_mails{state="quarantine"} 0' in lines
    assert "signpost_searches_total 0" in lines
    assert "# TYPE process_start_time_seconds gauge" in lines
    assert "ann@county.gov" not in page.text


def test_a_metric_is_written_as_prometheus_reads_it() -> None:
    metric = Metric("signpost_mails", "gauge", "Mails.", {"waiting": 2}, "state")
    assert metric.lines() == [
        "# HELP signpost_mails Mails.",
        "# TYPE signpost_mails gauge",
        'signpost_mails{state="waiting"} 2',
    ]


def test_security_txt_names_the_desk_and_a_day_in_the_future(door: FrontDoor) -> None:
    set_settings(door, desk__email="helpdesk@example.gov")
    page = door.browser().open("/.well-known/security.txt")
    assert page.mimetype == "text/plain"
    assert "Contact: mailto:helpdesk@example.gov\n" in page.text
    assert "Expires: 2027-02-01T00:00:00Z\n" in page.text


def test_security_txt_is_not_there_without_an_address(door: FrontDoor) -> None:
    assert door.browser().open("/.well-known/security.txt").status_code == 404


def test_the_security_address_and_day_may_be_set() -> None:
    text = for_machines.security(
        {"desk.email": "a@b.gov", "security.email": "safe@b.gov", "security.expires": "2027-06-01"},
        "https://help.example.gov",
        NOW,
    )
    assert "mailto:safe@b.gov" in text
    assert "Expires: 2027-06-01T00:00:00Z" in text


def test_robots_are_kept_from_tickets_and_shown_the_map(door: FrontDoor) -> None:
    text = door.browser().open("/robots.txt").text
    assert "Disallow: /tickets/\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml\n" in text


def test_a_browser_can_add_our_search(door: FrontDoor) -> None:
    set_settings(door, desk__name="Elections <& courts>")
    page = door.browser().open("/opensearch.xml")
    assert page.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(page.data)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.attrib["template"] == "http://127.0.0.1:8000/search?q={searchTerms}"


def test_the_map_holds_public_articles_and_no_other(door: FrontDoor) -> None:
    published(door, "blank-labels")
    published(door, "cannot-sign-in", kind="diagnostic")
    published(door, "for-clerks", audience="clerks")
    published(door, "for-staff", audience="staff")
    published(door, "a-draft", live=False)
    page = door.browser().open("/sitemap.xml")
    root = ElementTree.fromstring(page.data)
    found = [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [
        f"http://127.0.0.1:8000{path}"
        for path in ("/", "/status", "/articles/blank-labels", "/diagnose/cannot-sign-in")
    ]


def test_the_map_is_the_same_for_staff(door: FrontDoor) -> None:
    published(door, "for-staff", audience="staff")
    lead = door.signed_in(door.person("lee", Role.LEAD))
    assert "for-staff" not in lead.open("/sitemap.xml").text


def test_a_picture_has_its_type_and_can_run_nothing(door: FrontDoor) -> None:
    with door.session() as session:
        session.add(
            Picture(
                name="reload.svg", media_type="image/svg+xml", sha256="ab" * 32, body=DRAWING, added_at=NOW
            )
        )
        session.commit()
    page = door.browser().open("/pictures/reload.svg")
    assert (page.status_code, page.data, page.mimetype) == (200, DRAWING, "image/svg+xml")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert page.headers["Cache-Control"] == "public, max-age=86400"


def test_a_picture_that_the_browser_has_is_not_sent_again(door: FrontDoor) -> None:
    with door.session() as session:
        session.add(
            Picture(
                name="reload.svg", media_type="image/svg+xml", sha256="ab" * 32, body=DRAWING, added_at=NOW
            )
        )
        session.commit()
    client = door.browser().client
    again = client.get("/pictures/reload.svg", headers={"If-None-Match": f'"{"ab" * 32}"'})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["none.svg", "..%2f..%2fsecret_key", "%00"])
def test_a_picture_that_is_not_there_is_not_found(door: FrontDoor, name: str) -> None:
    assert door.browser().open(f"/pictures/{name}").status_code == 404


def test_the_old_icon_address_leads_to_the_icon(door: FrontDoor) -> None:
    page = door.browser().open("/favicon.ico")
    assert page.status_code == 301
    assert page.headers["Location"].startswith("/static/img/favicon.")


@pytest.mark.parametrize(("path", "heading"), [("/privacy", "Privacy"), ("/accessibility", "Accessibility")])
def test_the_plain_word_pages_open_for_anyone(door: FrontDoor, path: str, heading: str) -> None:
    page = door.browser().open(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert f"<h1>{heading}</h1>" in page.text


def test_the_plain_word_pages_name_the_phone_when_there_is_one(door: FrontDoor) -> None:
    assert "Send us a request." in words(door.browser().open("/privacy"))
    set_settings(door, desk__phone="406-555-0142")
    assert "Call 406-555-0142" in words(door.browser().open("/privacy"))


def test_the_sentences_of_the_plain_word_pages_are_short(door: FrontDoor) -> None:
    for path in ("/privacy", "/accessibility"):
        main = door.browser().open(path).text.split("<h1>")[1].split("sp-rail")[0]
        for sentence in (
            main.replace("</b>", "")
            .replace("</h2>", ". ")
            .replace("</li>", ". ")
            .replace("</p>", ". ")
            .split(". ")
        ):
            assert len(words_in(sentence)) <= 20, sentence


def words_in(sentence: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", sentence).split()


def test_the_design_page_is_for_the_desk(door: FrontDoor) -> None:
    assert door.signed_in(door.person("ann", Role.AGENT)).open("/design").status_code == 200
    assert door.signed_in(door.person("cleo", Role.CLERK)).open("/design").status_code == 403
    assert door.browser().open("/design").status_code == 302


class DamagedIndex(MemoryIndex):
    """An index that cannot be read."""

    def documents(self) -> int:
        raise IndexDamaged
