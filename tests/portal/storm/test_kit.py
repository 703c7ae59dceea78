"""What the kit holds, for whom, and that a file can be trusted: signed, closed, and without a word of others."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from auth.roles import VISITOR, Reader, Role
from kb.articles import Article, Picture, Revision
from kb.trees.recalls import Recall
from portal.cli import signpost
from portal.config import Config
from portal.database import Database
from portal.site.settings import change_setting
from portal.storm.check import look_at
from portal.storm.checkup import LARGEST_BYTES, check_storm_kit, is_good
from portal.storm.kit_file import facts_in, file_name, kit_file
from portal.storm.signing import (
    Changed,
    NotSigned,
    OtherKey,
    checked,
    public_key,
    public_words,
    signed,
    signing_key,
)

DAY = date(2026, 9, 16)
LABELS = "label-printer-wont-print"
CLERK = Reader(user_id=1, roles=frozenset({Role.CLERK}))
AGENT = Reader(user_id=1, roles=frozenset({Role.AGENT}))
KEY = signing_key("a secret key of forty letters or more, 1234567890")


def held(file: bytes) -> dict[str, Any]:
    """What the scripts of a file read."""
    found = re.search(rb'<script type="application/json" id="kit-data">(.*?)</script>', file, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def hide(database: Database, slug: str, audience: str) -> None:
    with database.writing() as session:
        session.scalars(select(Article).where(Article.slug == slug)).one().audience = audience
        session.commit()


def test_the_kit_holds_what_is_marked_and_what_that_leads_to(make_kit: Any) -> None:
    kit = make_kit()
    slugs = {each.article.slug for each in (*kit.guides, *kit.sheets)}
    assert {LABELS, "poll-book-on-election-day", "the-poll-books-do-not-agree-with-each-other"} <= slugs
    assert "labels-come-out-blank" in slugs  # not marked itself; the diagnostic shows it
    assert "court-recording-or-video" not in slugs
    assert {name for each in kit.sheets for name in each.tree.guides} <= slugs


def test_what_a_reader_may_not_see_is_nowhere_in_the_file(make_kit: Any, database: Database) -> None:
    hide(database, LABELS, "staff")
    hide(database, "labels-come-out-blank", "clerks")
    public, clerks, staff = (kit_file(make_kit(reader), KEY) for reader in (VISITOR, CLERK, AGENT))
    title, color = b"My label printer won", b"What color is the light on the front of the printer"
    assert title not in public and color not in public
    assert title not in clerks and title in staff and color in staff
    assert b'id="guide-labels-come-out-blank"' not in public
    assert LABELS not in held(public)["trees"] and LABELS in held(staff)["trees"]


def test_a_recalled_diagnostic_is_left_out(make_kit: Any, database: Database, cast: Any) -> None:
    with database.writing() as session:
        article = session.scalars(select(Article).where(Article.slug == LABELS)).one()
        session.add(
            Recall(
                revision_id=article.published_id,
                article_id=article.id,
                reason="The outlet.",
                by_id=cast.lead.id,
                at=article.published_at,
            )
        )
        session.commit()
    assert LABELS not in {each.article.slug for each in make_kit().sheets}


def test_texts_hold_the_numbers_of_the_desk_and_no_placeholder(file: bytes, database: Database) -> None:
    assert b"{{" not in file
    assert b"406-555-0142" in file and b"On Election Day" in file and b"406-555-0199" in file


def test_the_file_asks_nobody_for_anything(file: bytes) -> None:
    text = file.decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy and policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1] and "http" not in policy[1]
    assert re.findall(r'(?:src|srcset|action)="(?!data:)[^"]*"', text) == []
    assert re.findall(r"url\((?!data:|\"\")", text) == []
    assert re.findall(r'href="(?!#|tel:|mailto:|https?://)[^"]*"', text) == []
    assert not re.search(r"\sstyle=|\son[a-z]+=", re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S))


def test_links_inside_the_kit_lead_to_something_in_it(file: bytes) -> None:
    text = file.decode()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    asked = {name for name in re.findall(r'href="#([^"]+)"', text) if not name.startswith("walk-")}
    assert asked - set(ids) == set()


def test_words_of_an_author_stay_words(make_kit: Any, database: Database) -> None:
    evil = '</script><script>alert(1)</script>"&<img src=x onerror=alert(1)>'
    with database.writing() as session:
        revision = session.scalars(select(Article).where(Article.slug == LABELS)).one().published
        assert revision is not None and revision.tree is not None
        tree = json.loads(json.dumps(revision.tree))
        tree["front"]["title"] = evil
        tree["nodes"]["light"]["question"] = evil
        tree["nodes"]["light"]["options"][0]["say"] = evil
        revision.tree, revision.title = tree, evil
        session.commit()
    file = kit_file(make_kit(), KEY)
    assert file.count(b"<script") == 4 and b"<img src=x" not in file
    assert held(file)["trees"][LABELS]["nodes"]["light"]["question"] == evil


def test_the_same_day_gives_the_same_bytes(make_kit: Any) -> None:
    assert kit_file(make_kit(), KEY) == kit_file(make_kit(), KEY)


def test_the_shipped_kit_is_small(file: bytes) -> None:
    assert 500_000 < len(file) < LARGEST_BYTES


def test_a_good_file_says_what_it_is(file: bytes, config: Config) -> None:
    facts = facts_in(file, signing_key(config.secret_key).public_key())
    assert (facts.made, facts.until, facts.audience) == (DAY, date(2026, 10, 16), "public")
    assert facts.sheets == 14 and facts.guides > 40


@pytest.mark.parametrize("place", [200, 50_000, -2_000])
def test_a_file_with_one_changed_letter_is_refused(file: bytes, config: Config, place: int) -> None:
    changed = bytearray(file)
    changed[place] ^= 1
    with pytest.raises(Changed):
        checked(bytes(changed), signing_key(config.secret_key).public_key())


def test_a_file_that_was_added_to_or_cut_is_refused(file: bytes, config: Config) -> None:
    key = signing_key(config.secret_key).public_key()
    for other in (file + b"<p>More</p>", file[:-1], file[: len(file) // 2], b"", b"\xff" * 500):
        with pytest.raises(NotSigned):
            checked(other, key)


def test_a_file_of_another_signpost_is_refused_and_told_apart(file: bytes) -> None:
    with pytest.raises(OtherKey):
        checked(file, KEY.public_key())
    # Somebody who writes our key's name on a file of their own gets nowhere either.
    mine = signed(b"<p>Hand out no ballots.</p>", signing_key("another secret key, as long as the first"))
    forged = re.sub(rb"kit 1 [0-9a-f]{16}", re.search(rb"kit 1 [0-9a-f]{16}", signed(b"", KEY))[0], mine)  # type: ignore[index]
    with pytest.raises(Changed):
        checked(forged, KEY.public_key())


def test_the_public_key_travels_as_digits() -> None:
    digits = public_words(KEY.public_key())
    assert re.fullmatch("[0-9a-f]{64}", digits)
    assert checked(signed(b"words", KEY), public_key(digits)) == b"words"
    with pytest.raises(ValueError):
        public_key("not a key")


def test_an_old_kit_of_ours_is_called_old(file: bytes, config: Config) -> None:
    key = signing_key(config.secret_key).public_key()
    assert not look_at(file, key, today=DAY + timedelta(days=30)).old
    late = look_at(file, key, today=DAY + timedelta(days=31))
    assert late.good and late.old and late.title == "This file is ours, but it is old"


def test_the_name_of_a_file_says_for_whom_it_is(make_kit: Any) -> None:
    assert file_name(make_kit()) == "signpost-storm-kit-2026-09-16.html"
    assert file_name(make_kit(AGENT)) == "signpost-storm-kit-staff-2026-09-16.html"


def test_the_command_writes_a_kit_and_checks_it(
    app: Flask, config: Config, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_DATA", str(config.folder))
    path, run = tmp_path / "kit.html", CliRunner()
    written = run.invoke(signpost, ["storm-kit", str(path), "--audience", "clerks"])
    assert written.exit_code == 0 and "for clerks" in written.output
    good = run.invoke(signpost, ["storm-kit", str(path), "--verify"])
    assert good.exit_code == 0 and "nobody changed it" in good.output
    digits = public_words(signing_key(config.secret_key).public_key())
    assert run.invoke(signpost, ["storm-kit", str(path), "--verify", "--key", digits]).exit_code == 0
    path.write_bytes(path.read_bytes().replace(b"Call 911", b"Call 912"))
    bad = run.invoke(signpost, ["storm-kit", str(path), "--verify"])
    assert bad.exit_code == 1 and "Do not use it" in bad.output
    assert run.invoke(signpost, ["storm-kit", str(path), "--verify", "--key", "12"]).exit_code == 2
    assert run.invoke(signpost, ["storm-kit", str(tmp_path / "none.html"), "--verify"]).exit_code == 2


def test_the_doctor_looks_at_the_kit(app: Flask, database: Database, config: Config) -> None:
    now = app.extensions["signpost"].clock()
    with database.reading() as session:
        found = check_storm_kit(session, config, now)
    assert found.state == "good" and "14 checklists" in found.sentence
    with database.reading() as session:
        late = check_storm_kit(session, config, now + timedelta(days=365))
    assert late.state == "warning" and "to be checked again" in late.sentence


def test_a_kit_of_another_key_or_with_a_changed_letter_is_not_good(file: bytes, config: Config) -> None:
    assert is_good(file, config.secret_key)
    assert not is_good(file, "another key, which no kit of ours was ever signed with")
    assert not is_good(file.replace(b"Call 911", b"Call 912"), config.secret_key)


def test_the_doctor_warns_when_nothing_is_marked(app: Flask, database: Database, config: Config) -> None:
    with database.writing() as session:
        for revision in session.scalars(select(Revision)):
            revision.front = revision.front | {"storm": False}
        session.flush()
        found = check_storm_kit(session, config, app.extensions["signpost"].clock())
    assert (found.state, found.sentence) == ("warning", "The storm kit is empty.")
    assert "In the storm kit" in found.advice


def test_the_doctor_warns_when_a_photo_makes_it_large(app: Flask, database: Database, config: Config) -> None:
    with database.writing() as session:
        session.get_one(Picture, "printer-plug.svg").body = b"x" * 3_000_000
        session.commit()
    with database.reading() as session:
        found = check_storm_kit(session, config, app.extensions["signpost"].clock())
    assert found.state == "warning" and "That is large." in found.sentence


def test_a_number_that_changes_is_in_the_next_kit(make_kit: Any, database: Database, app: Flask) -> None:
    with database.writing() as session:
        change_setting(session, "desk.phone", "406-555-0111", by=None, now=app.extensions["signpost"].clock())
        session.commit()
    assert make_kit().numbers.desk == "406-555-0111"
