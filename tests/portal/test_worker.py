"""The worker: one at a time, every step on its own, and what time does to tickets, notices and sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.base import Base
from auth.sessions import LoginSession, Stage, begin
from auth.users import User
from kb.articles import Article, Revision
from kb.trees.runs import Run, RunAnswer, RunEvent
from portal.config import Config, read_config
from portal.database import Database, open_database
from portal.mail.mailers import MemoryMailer
from portal.mail.outbox import OutgoingMail, post
from portal.running import housekeeping, lease
from portal.running.index_upkeep import Upkeep, compare, upkeep_of
from portal.running.worker import AnotherWorker, Step, last_night, run_worker, standing_work
from portal.site.context import SiteCache
from portal.site.settings import SiteVersion, touch_site
from portal.status.notices import Notice, NoticeFollower
from portal.tickets.ticket import Entry, Ticket
from search.index import Document, IndexBusy, Section
from search.memory_index import MemoryIndex
from search.whoosh_index import WhooshIndex

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    Base.metadata.create_all(opened.engine)
    with opened.writing() as session:
        session.add(SiteVersion(id=1))
        session.commit()
    yield opened
    opened.engine.dispose()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return read_config({"SIGNPOST_DATA": str(tmp_path), "SIGNPOST_BASE_URL": "https://help.example.gov"})


def a_ticket(number: int, **columns: Any) -> Ticket:
    return Ticket(
        number=number,
        subject="Labels come out blank",
        impact="low",
        urgency="today",
        priority="P3",
        priority_reason="low and today",
        channel="portal",
        name="Ann",
        facts=[],
        path={},
        created_at=NOW - timedelta(days=30),
        changed_at=NOW - timedelta(days=30),
        **columns,
    )


def test_one_worker_holds_the_lease_at_a_time(database: Database) -> None:
    with database.writing() as session:
        assert lease.take(session, lease.WORKER, "first", NOW)
        assert not lease.take(session, lease.WORKER, "second", NOW)
        assert lease.take(session, lease.WORKER, "first", NOW + timedelta(seconds=30))
        assert lease.holder_of(session, lease.WORKER, NOW) == "first"


def test_a_lease_that_ran_out_goes_to_the_next_worker(database: Database) -> None:
    with database.writing() as session:
        lease.take(session, lease.WORKER, "first", NOW)
        assert not lease.take(session, lease.WORKER, "second", NOW + lease.LASTS - timedelta(seconds=1))
        assert lease.take(session, lease.WORKER, "second", NOW + lease.LASTS)
        assert not lease.take(session, lease.WORKER, "first", NOW + lease.LASTS)


def test_a_lease_given_back_is_free_and_another_s_is_not_given_back(database: Database) -> None:
    with database.writing() as session:
        lease.take(session, lease.WORKER, "first", NOW)
        lease.give_back(session, lease.WORKER, "second")
        assert not lease.take(session, lease.WORKER, "second", NOW)
        lease.give_back(session, lease.WORKER, "first")
        assert lease.take(session, lease.WORKER, "second", NOW)


def test_once_says_so_when_another_worker_is_at_work(database: Database) -> None:
    with database.writing() as session:
        lease.take(session, lease.WORKER, "other:1", datetime.now(UTC))
        session.commit()
    with pytest.raises(AnotherWorker, match="other:1"):
        run_worker([], database, once=True)


def test_a_failing_step_does_not_stop_the_others(database: Database) -> None:
    done: list[str] = []

    def fail(now: datetime) -> int:
        raise OSError("no")

    work = [Step("bad", fail), Step("good", lambda now: done.append("good") or 1)]
    assert run_worker(work, database, once=True) is False
    assert done == ["good"]


def test_once_says_when_every_step_went_well_and_frees_the_lease(database: Database) -> None:
    assert run_worker([Step("good", lambda now: 0)], database, once=True) is True
    with database.reading() as session:
        assert lease.holder_of(session, lease.WORKER, datetime.now(UTC)) == ""


def test_a_failed_step_waits_longer_each_time_and_at_most_five_minutes() -> None:
    def fail(now: datetime) -> int:
        raise OSError("no")

    step = Step("bad", fail)
    step.attempt(NOW)
    assert not step.is_due(NOW + timedelta(seconds=5))
    assert step.is_due(NOW + timedelta(seconds=6))
    for _ in range(40):
        step.attempt(NOW)
    assert not step.is_due(NOW + timedelta(minutes=4))
    assert step.is_due(NOW + timedelta(minutes=5))


def test_a_nightly_step_runs_once_a_night() -> None:
    step = Step("night", lambda now: 0, nightly=True)
    step.attempt(NOW)
    assert not step.is_due(NOW + timedelta(hours=10))
    assert step.is_due(datetime(2026, 11, 4, 9, 0, tzinfo=UTC))
    assert last_night(NOW) == datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    assert last_night(datetime(2026, 11, 3, 8, 59, tzinfo=UTC)) == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_stopping_finishes_the_step_at_hand_and_begins_no_other(database: Database) -> None:
    stop, begun, may_end, done = Event(), Event(), Event(), []

    def slow(now: datetime) -> int:
        begun.set()
        may_end.wait(5)
        done.append("slow")
        return 1

    work = [Step("slow", slow), Step("next", lambda now: done.append("next") or 1)]
    worker = Thread(target=run_worker, args=(work, database), kwargs={"stop": stop, "pause_seconds": 0.01})
    worker.start()
    assert begun.wait(5)
    stop.set()
    may_end.set()
    worker.join(5)
    assert not worker.is_alive()
    assert done == ["slow"]


def test_a_solved_ticket_closes_after_its_days_and_not_before(database: Database) -> None:
    with database.writing() as session:
        session.add(a_ticket(1, state="solved", solved_at=NOW - timedelta(days=14)))
        session.add(a_ticket(2, state="solved", solved_at=NOW - timedelta(days=13)))
        session.add(a_ticket(3, state="working"))
        session.flush()
        assert housekeeping.close_solved(session, NOW, after=timedelta(days=14)) == 1
        session.commit()
    with database.reading() as session:
        states = dict(session.execute(select(Ticket.number, Ticket.state)).all())
        entry = session.scalars(select(Entry)).one()
    assert states == {1: "closed", 2: "solved", 3: "working"}
    assert (entry.kind, entry.side, entry.text) == (
        "event",
        "system",
        "Closed: nothing came back in 14 days",
    )


@pytest.mark.parametrize(("value", "days"), [(None, 14), (7, 7), (0, 14), (-3, 14), ("soon", 14), (True, 14)])
def test_the_days_until_closing_come_from_the_settings(value: object, days: int) -> None:
    settings = {} if value is None else {housekeeping.CLOSE_SETTING: value}
    assert housekeeping.close_after(settings) == timedelta(days=days)


def a_notice(session: Session, **columns: Any) -> Notice:
    notice = Notice(
        kind="outage",
        title="Labels print slowly",
        starts_at=NOW - timedelta(days=1),
        created_at=NOW,
        changed_at=NOW,
        **columns,
    )
    session.add(notice)
    session.flush()
    session.add(NoticeFollower(notice_id=notice.id, email="ann@county.gov", key=f"k{notice.id}", at=NOW))
    session.flush()
    return notice


def test_followers_are_told_once_when_a_notice_is_over(database: Database) -> None:
    with database.writing() as session:
        a_notice(session, ends_at=NOW - timedelta(minutes=1))
        assert housekeeping.tell_of_ends(session, NOW, base_url="https://help.example.gov") == 1
        assert housekeeping.tell_of_ends(session, NOW, base_url="https://help.example.gov") == 0
        mail = session.scalars(select(OutgoingMail)).one()
        assert session.scalar(select(func.count()).select_from(NoticeFollower)) == 0
    assert (mail.to, mail.kind) == ("ann@county.gov", "notice_over")


def test_followers_of_a_notice_that_goes_on_are_not_told(database: Database) -> None:
    with database.writing() as session:
        a_notice(session, ends_at=None)
        a_notice(session, ends_at=NOW + timedelta(hours=1))
        assert housekeeping.tell_of_ends(session, NOW, base_url="https://help.example.gov") == 0


def test_sessions_that_are_over_are_deleted_and_others_stay(database: Database) -> None:
    with database.writing() as session:
        user = User(email="ann@county.gov", name="Ann", created_at=NOW)
        session.add(user)
        session.flush()
        begin(session, user, stage=Stage.OPEN, now=NOW - timedelta(days=3))
        begin(session, user, stage=Stage.OPEN, now=NOW)
        housekeeping.forget_sign_ins(session, NOW)
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 1


def a_run(session: Session, article: Article, run_id: str, *, days_ago: int, ticket_id: int | None) -> None:
    at = NOW - timedelta(days=days_ago)
    session.add(
        Run(
            id=run_id,
            article_id=article.id,
            revision_id=article.latest_id or 0,
            visitor="v",
            mode="normal",
            created_at=at,
            touched_at=at,
            code="CDFGHJ",
            code_until=at,
            ticket_id=ticket_id,
        )
    )
    session.flush()
    session.add(RunAnswer(run_id=run_id, address="name", value="typed", said="Ann Smith", at=at))
    session.add(RunEvent(run_id=run_id, seq=1, at=at, address="name", kind="view", mode="normal"))


@pytest.mark.parametrize(("value", "days"), [(None, 30), (10, 10), (0, 30), ("x", 30), (True, 30)])
def test_how_long_a_run_is_kept_is_a_setting(value: Any, days: int) -> None:
    settings = {} if value is None else {"runs.keep_days": value}
    assert housekeeping.keep_runs_for(settings) == timedelta(days=days)


def test_old_runs_without_a_request_lose_what_was_typed_and_keep_their_counts(database: Database) -> None:
    with database.writing() as session:
        article = an_article(session)
        a_run(session, article, "old", days_ago=31, ticket_id=None)
        a_run(session, article, "sent", days_ago=31, ticket_id=7)
        a_run(session, article, "young", days_ago=29, ticket_id=None)
        session.flush()
        keep = housekeeping.keep_runs_for({})
        assert housekeeping.forget_runs(session, NOW, keep=keep) == 1
        assert housekeeping.forget_runs(session, NOW, keep=keep) == 0
        session.commit()
    with database.reading() as session:
        assert set(session.scalars(select(RunAnswer.run_id))) == {"sent", "young"}
        assert set(session.scalars(select(Run.id).where(Run.visitor.is_(None)))) == {"old"}
        assert session.scalar(select(func.count()).select_from(RunEvent)) == 3


@pytest.mark.parametrize(("value", "days"), [(None, None), (0, None), (400, 400), ("x", None), (True, None)])
def test_how_long_a_sent_run_is_kept_is_a_setting_and_for_ever_unless_set(
    value: Any, days: int | None
) -> None:
    settings = {} if value is None else {"runs.sent_keep_days": value}
    wanted = None if days is None else timedelta(days=days)
    assert housekeeping.keep_sent_runs_for(settings) == wanted


def test_a_sent_run_is_forgotten_only_so_long_after_its_request_closed(database: Database) -> None:
    with database.writing() as session:
        article = an_article(session)
        for number, (name, state, days) in enumerate(
            [("old", "closed", 401), ("young", "closed", 399), ("open", "working", None)], start=2001
        ):
            closed = None if days is None else NOW - timedelta(days=days)
            ticket = a_ticket(number, state=state, closed_at=closed)
            session.add(ticket)
            session.flush()
            a_run(session, article, name, days_ago=500, ticket_id=ticket.id)
        assert housekeeping.forget_sent_runs(session, NOW, keep=None) == 0
        assert housekeeping.forget_sent_runs(session, NOW, keep=timedelta(days=400)) == 1
        assert housekeeping.forget_sent_runs(session, NOW, keep=timedelta(days=400)) == 0
        session.commit()
    with database.reading() as session:
        assert set(session.scalars(select(RunAnswer.run_id))) == {"young", "open"}
        assert session.scalar(select(func.count()).select_from(Ticket)) == 3


def an_article(session: Session, slug: str = "blank-labels") -> Article:
    article = Article(
        slug=slug, kind="guide", title="Labels come out blank", status="published", created_at=NOW
    )
    session.add(article)
    session.flush()
    revision = Revision(
        article_id=article.id,
        number=1,
        title="Labels come out blank",
        source="Reload the labels.",
        front={"title": "Labels come out blank"},
        outline=[{"anchor": "", "heading": "", "text": "Call {{ desk.phone }}."}],
        hash="h",
        created_at=NOW,
    )
    session.add(revision)
    session.flush()
    article.latest_id = article.published_id = revision.id
    session.flush()
    return article


def test_upkeep_fills_an_index_and_finds_it_whole(database: Database) -> None:
    index = MemoryIndex()
    upkeep = upkeep_of(index, SiteCache(database, mode_override="", mail_works=False), clock=lambda: NOW)
    with database.writing() as session:
        an_article(session)
        session.commit()
    with database.reading() as session:
        assert upkeep.catch_up(session) == 1
        assert compare(index.checksum(), upkeep.expected(session)).count == 0


def test_upkeep_sees_a_text_that_differs_under_the_same_version_and_writes_it_anew(
    database: Database,
) -> None:
    index = MemoryIndex()
    upkeep = upkeep_of(index, SiteCache(database, mode_override="", mail_works=False), clock=lambda: NOW)
    with database.writing() as session:
        article = an_article(session)
        an_article(session, "locked-out")
        session.commit()
    with database.writing() as session:
        upkeep.catch_up(session)
        session.get_one(Revision, article.latest_id).outline = [{"anchor": "", "heading": "", "text": "New."}]
        session.commit()
    with database.reading() as session:
        assert compare(index.checksum(), upkeep.expected(session)).changed == ("blank-labels",)
        assert upkeep.rebuild(session) == 2
        assert compare(index.checksum(), upkeep.expected(session)).count == 0


def test_the_round_catches_up_delivers_and_compares(database: Database, config: Config) -> None:
    shelf = Shelf()
    mailer = MemoryMailer()
    with database.writing() as session:
        post(session, to="ann@county.gov", subject="R-2001", text="We have it.", now=NOW, kind="ticket")
        session.commit()
    work = standing_work(config, database, mailer, shelf.upkeep())
    assert run_worker(work, database, once=True) is True
    assert shelf.caught_up == 1
    assert [message["To"] for message in mailer.sent] == ["ann@county.gov"]


def test_the_index_is_left_alone_until_something_changes(database: Database, config: Config) -> None:
    shelf = Shelf()
    index_step = standing_work(config, database, MemoryMailer(), shelf.upkeep())[0]
    index_step.run(NOW)
    index_step.run(NOW + timedelta(seconds=3))
    assert shelf.caught_up == 1
    with database.writing() as session:
        touch_site(session)
        session.commit()
    index_step.run(NOW + timedelta(seconds=6))
    assert shelf.caught_up == 2
    index_step.run(NOW + timedelta(minutes=6))
    assert shelf.caught_up == 3


def test_a_busy_index_is_tried_again_in_the_next_round(database: Database, config: Config) -> None:
    shelf = Shelf(busy=1)
    index_step = standing_work(config, database, MemoryMailer(), shelf.upkeep())[0]
    assert index_step.run(NOW) == 0
    index_step.run(NOW + timedelta(seconds=3))
    assert shelf.caught_up == 1


def test_an_index_that_differs_is_built_anew(database: Database, config: Config) -> None:
    shelf = Shelf()
    shelf.wanted = {"blank-labels": "1" * 32}
    compare_step = comparing(standing_work(config, database, MemoryMailer(), shelf.upkeep()))
    assert compare_step.run(NOW) == 1
    assert shelf.rebuilt == 1


def comparing(work: list[Step]) -> Step:
    return next(step for step in work if step.name == "compare")


def test_damage_that_no_search_would_notice_is_found_at_night_and_mended(
    database: Database, config: Config, tmp_path: Path
) -> None:
    index = WhooshIndex(tmp_path / "index")
    upkeep = upkeep_of(index, SiteCache(database, mode_override="", mail_works=False), clock=lambda: NOW)
    with database.writing() as session:
        for slug in ("blank-labels", "locked-out"):
            an_article(session, slug)
        session.commit()
    with database.reading() as session:
        upkeep.catch_up(session)
    segment = next((tmp_path / "index").glob("*.seg"))
    kept = segment.read_bytes()
    segment.write_bytes(kept[:2000] + bytes([kept[2000] ^ 1]) + kept[2001:])
    step = comparing(standing_work(config, database, MemoryMailer(), upkeep))
    assert step.run(NOW) == 2
    with database.reading() as session:
        assert compare(index.checksum(), upkeep.expected(session)).count == 0
    assert step.run(NOW) == 0


def test_an_index_that_is_whole_is_not_touched(database: Database, config: Config) -> None:
    shelf = Shelf()
    shelf.put("blank-labels")
    shelf.wanted = shelf.index.checksum()
    compare_step = comparing(standing_work(config, database, MemoryMailer(), shelf.upkeep()))
    assert compare_step.run(NOW) == 0
    assert shelf.rebuilt == 0


def test_a_gap_names_what_is_missing_what_is_too_much_and_what_is_old() -> None:
    gap = compare({"a": "1", "b": "1"}, {"b": "2", "c": "1"})
    assert (gap.missing, gap.extra, gap.changed) == (("c",), ("a",), ("b",))
    assert gap.words == "1 missing, 1 that should be gone, 1 with an old text"
    assert compare({"a": "1"}, {"a": "1"}).count == 0


class Shelf:
    """A memory index with a count of what was asked of it."""

    def __init__(self, busy: int = 0) -> None:
        self.index = MemoryIndex()
        self.caught_up = self.rebuilt = 0
        self.wanted: Mapping[str, str] = {}
        self._busy = busy

    def upkeep(self) -> Upkeep:
        return Upkeep(
            index=self.index,
            catch_up=self.catch_up,
            expected=lambda session: self.wanted,
            rebuild=self.rebuild,
        )

    def catch_up(self, session: Session) -> int:
        if self._busy:
            self._busy -= 1
            raise IndexBusy
        self.caught_up += 1
        return 0

    def rebuild(self, session: Session) -> int:
        self.rebuilt += 1
        return 1

    def put(self, slug: str) -> None:
        with self.index.edit() as edit:
            edit.put(
                Document(
                    slug,
                    "1",
                    "guide",
                    "Blank labels",
                    "printing",
                    "public",
                    (),
                    (),
                    (Section("", "", "Reload."),),
                )
            )
