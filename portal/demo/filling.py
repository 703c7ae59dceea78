"""Filling an empty database with a demo: offices, people, 40 requests, a notice, searches, runs and a draft."""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.offices import Office
from auth.passwords import hash_of
from auth.roles import Reader
from auth.users import Group, GroupMember, User, UserRole
from portal.config import Config
from portal.demo.draft import add_draft
from portal.demo.people import COUNTIES, COURTS, PASSWORD, PEOPLE
from portal.demo.requests import REQUESTS
from portal.demo.runs import add_runs
from portal.demo.searches import add_searches
from portal.demo.shared_run import add_shared_run
from portal.demo.told import Told
from portal.site.context import Site, build_site
from portal.site.settings import all_settings
from portal.status.notices import Notice, NoticeReport, NoticeUpdate
from portal.status.services import Service
from portal.tickets.conversation import add_note, last_entry_id, reply_as_clerk, reply_as_desk
from portal.tickets.opening import Draft, open_ticket
from portal.tickets.progress import give_to, set_waiting, solve_as_desk
from portal.tickets.store import Store
from portal.tickets.ticket import Ticket

# The same seed gives the same demo, so that pictures of it stay true.
SEED = 2048


def fill_demo(session: Session, config: Config, *, now: datetime) -> None:
    """Everything the demo has. The caller commits."""
    chance = random.Random(SEED)  # noqa: S311 - invents a demo, guards nothing
    offices = add_offices(session, chance)
    people = add_people(session, offices, now)
    site = build_site(all_settings(session), (), now)
    for number, told in enumerate(REQUESTS):
        add_request(session, config, told, site, offices, people, chance, number, now)
    add_notice(session, offices, people, chance, now)
    add_searches(session, offices, chance, now=now)
    add_runs(session, [office.id for office in offices.values()], chance, now=now)
    add_shared_run(session, people["clerk"], people["alex"], now=now)
    add_draft(session, people["author"], now=now)


def add_offices(session: Session, chance: random.Random) -> dict[str, Office]:
    """The counties and courts, with invented numbers and equipment."""
    offices: dict[str, Office] = {}
    kinds = [(name, "county") for name in COUNTIES] + [(name, "court") for name in COURTS]
    for place, (name, kind) in enumerate(kinds):
        code = name.lower().replace(" ", "-")
        offices[code] = Office(
            code=code,
            name=f"{name} County" if kind == "county" else name,
            kind=kind,
            phone=f"406-555-{100 + place:04}",
            lead="Election administrator" if kind == "county" else "Clerk of court",
            local_it=f"406-555-{600 + place:04}, until 4:30 pm" if chance.random() < 0.6 else "",
            equipment=chance.choice(
                (
                    "1 label printer, 1 scanner",
                    "2 label printers, same model",
                    "1 label printer, 2 barcode readers",
                )
                if kind == "county"
                else ("Recorder with 4 microphones", "Recorder with 6 microphones, 1 video unit")
            ),
            line=chance.choice(("County network", "County network, cell fallback", "Own line")),
        )
    session.add_all(offices.values())
    session.flush()
    return offices


def add_people(session: Session, offices: dict[str, Office], now: datetime) -> dict[str, User]:
    """A person of every role. Their password is known to everyone, which is why a demo listens on loopback only."""
    groups = {group.slug: group for group in session.scalars(select(Group))}
    shared = hash_of(PASSWORD)
    people: dict[str, User] = {}
    for row in PEOPLE:
        office = offices.get(row.office)
        user = User(
            email=row.email,
            name=row.name,
            phone=office.phone if office else "406-555-0142",
            office_id=office.id if office else None,
            password_hash=shared,
            created_at=now,
            totp_confirmed_at=None,
        )
        user.roles = [UserRole(role=role) for role in row.roles]
        if row.group:
            user.memberships = [GroupMember(group=groups[row.group], group_id=groups[row.group].id)]
        session.add(user)
        people[row.email.split("@")[0]] = user
    session.flush()
    return people


def add_request(
    session: Session,
    config: Config,
    told: Told,
    site: Site,
    offices: dict[str, Office],
    people: dict[str, User],
    chance: random.Random,
    number: int,
    now: datetime,
) -> None:
    """One request with what happened to it since."""
    began = now - timedelta(minutes=told.minutes_ago)
    office = offices[told.office]
    agent = people["sam" if number % 2 else "alex"]
    draft = Draft(
        subject=told.subject,
        description=told.words,
        name=told.who,
        phone=office.phone,
        email="",
        office=office,
        office_words="",
        impact=told.impact,
        urgency=told.urgency,
        voter_waiting=told.waiting,
        channel=told.channel,
        service=told.service,
        group=told.group,
        path=dict(told.path),
        facts=list(told.facts),
        restricted=told.restricted,
    )
    by = (
        people["clerk"].as_reader()
        if told.office == "yellowstone" and told.channel in ("portal", "diagnostic")
        else Reader()
    )
    opened = open_ticket(
        session,
        draft,
        by=by,
        key=f"demo:{secrets.token_urlsafe(12)}",
        site=site,
        store=Store(config.attachments_folder),
        secret_key=config.secret_key,
        base_url=config.base_url,
        now=began,
    )
    tell_the_rest(session, config, opened.ticket, told, agent, began, chance)


def tell_the_rest(
    session: Session,
    config: Config,
    ticket: Ticket,
    told: Told,
    agent: User,
    began: datetime,
    chance: random.Random,
) -> None:
    """Answers, notes and the end of a request."""
    moment, desk = began, agent.as_reader()
    if told.taken:
        give_to(session, ticket, worker=agent, by=desk, now=moment + timedelta(minutes=4))
    for side, words in told.talk:
        moment += timedelta(minutes=chance.randint(6, 18))
        if side == "desk":
            reply_as_desk(
                session,
                ticket,
                text=words,
                by=desk,
                next_news_at=None,
                last_seen=last_entry_id(session, ticket),
                secret_key=config.secret_key,
                base_url=config.base_url,
                now=moment,
            )
        elif side == "note":
            add_note(session, ticket, text=words, by=desk, now=moment)
        else:
            reply_as_clerk(session, ticket, text=words, by=Reader(), now=moment)
    moment += timedelta(minutes=9)
    if told.waiting_for is not None:
        later = moment + timedelta(days=1)
        set_waiting(session, ticket, ask_again_at=later, waiting_for=told.waiting_for, by=desk, now=moment)
    if told.fixed_by:
        solve_as_desk(
            session,
            ticket,
            resolution=told.fixed_by,
            cause=told.cause,
            guide=told.guide,
            by=desk,
            secret_key=config.secret_key,
            base_url=config.base_url,
            now=moment,
        )


def add_notice(
    session: Session,
    offices: dict[str, Office],
    people: dict[str, User],
    chance: random.Random,
    now: datetime,
) -> None:
    """A slow service, with three updates and fourteen offices that have it."""
    service = session.scalar(select(Service).where(Service.slug == "label-printing"))
    notice = Notice(
        kind="slow",
        title="Absentee labels print slowly",
        do_now="Print only the labels you need now. Send big batches after 3 pm.",
        you_may_see="Labels take up to 5 minutes. They do come out.",
        service=service,
        starts_at=now - timedelta(hours=3),
        next_update_at=now + timedelta(hours=1),
        created_at=now - timedelta(hours=3),
        created_by_id=people["alex"].id,
    )
    notice.updates = [
        NoticeUpdate(text=words, at=now - timedelta(minutes=minutes), by_id=people["alex"].id)
        for minutes, words in (
            (175, "We see slow labels in several offices and look for the cause."),
            (100, "The print service is very busy with absentee batches."),
            (35, "More room was added. Labels are faster, but not yet as fast as normal."),
        )
    ]
    for code in sorted(chance.sample(sorted(code for code in offices if offices[code].kind == "county"), 14)):
        notice.reports.append(NoticeReport(office_id=offices[code].id, at=now - timedelta(minutes=90)))
    session.add(notice)
    session.flush()
