"""Going live and out of use: what stands in the way, who will see it, and the change with its audit row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from auth.audit import record
from auth.roles import Reader
from kb.articles import Article, Revision
from kb.findings import Finding
from kb.front_matter import understand
from kb.trees.editing.accepted import accept
from kb.trees.editing.accepted import accepted as accepted_walks
from kb.trees.figures.two_orders import reordered
from kb.trees.parsing import TreeProblems, parse
from kb.trees.rules.quiet import SHORTEST_REASON
from kb.trees.rules.walk_rules import Change, changed_walks
from kb.trees.tree import Tree
from kb.writing import Checks, findings_of, may_publish, publish, retire
from portal.author.drafts import audience_in, latest_of
from portal.author.proof import Remark, remarks_of
from portal.formatting import when_words
from portal.site.context import Site
from portal.site.freeze import frozen_until
from portal.site.settings import touch_site

WALK_CHANGED = "walk-changed"
NOT_YOURS = "You may not publish to these readers. Ask an author or the lead."
SAY_WHY = "Say in ten letters or more why it goes live with these warnings"
SAY_WHY_NOW = "Say in ten letters or more why the order changes before the election"
HELD = (
    "The order of steps at “{places}” is another one. Offices have learned the order, so it stays until {until}. "
    "Put these steps in their order, and the other changes can be published today."
)
SECOND_PERSON = "A second person must publish this. Ask an author or the lead to read it."


class NoReason(Exception):
    """Warnings are left, or an order is held back, and nobody said why it goes live all the same. Asks for it."""


class OrderHeld(Exception):
    """Before an election only a lead changes the order of steps. The message is a sentence."""


@dataclass(frozen=True)
class Outlook:
    """What publishing the latest version would meet. ``refusal`` is a sentence, or empty; ``walks`` are test
    walks of a diagnostic that end differently now, each to be accepted by name; ``needs_reason`` when a
    diagnostic has warnings, so that somebody says why it goes live all the same; ``held`` says in a sentence
    that the order of steps stays before an election, and a lead may publish all the same, with a reason."""

    revision: Revision
    audience: str
    must_fix: tuple[Remark, ...]
    better: tuple[Remark, ...]
    walks: tuple[Change, ...]
    refusal: str
    is_live: bool
    needs_reason: bool = False
    held: str = ""

    @property
    def may_go(self) -> bool:
        return not (self.must_fix or self.refusal or self.is_live)


def outlook(article: Article, checks: Checks, reader: Reader, *, site: Site, now: datetime) -> Outlook:
    """Look ahead. Costs no query: the article comes with its revisions, the checks with what they need."""
    held, urgent = held_back(article, latest_of(article), site, now), may_change_order(reader)
    revision = latest_of(article)
    findings = findings_of(article, revision, checks)
    errors = [each for each in findings if each.level == "error" and each.rule != WALK_CHANGED]
    return Outlook(
        revision=revision,
        audience=audience_in(revision.front) or "public",
        must_fix=remarks_of(errors),
        better=remarks_of(each for each in findings if each.level != "error"),
        walks=changes_of(article, revision, checks),
        refusal=refusal(article, revision, reader, second_person=needs_second_person(site))
        or ("" if urgent else held),
        is_live=article.status == "published" and article.published_id == revision.id,
        needs_reason=needs_reason(article, findings) or bool(held),
        held=held,
    )


def changes_of(article: Article, revision: Revision, checks: Checks) -> tuple[Change, ...]:
    """The test walks of what readers see that end differently in a version of a diagnostic."""
    if article.kind != "diagnostic" or checks.around.before is None:
        return ()
    try:
        tree = parse(revision.source, article.slug)
    except TreeProblems:
        return ()
    return changed_walks(checks.around.before, tree, checks.around.library)


def needs_reason(article: Article, findings: list[Finding]) -> bool:
    """Whether warnings are left that somebody must give a reason for."""
    return article.kind == "diagnostic" and any(each.level == "warning" for each in findings)


def held_back(article: Article, revision: Revision, site: Site, now: datetime) -> str:
    """Why the order of steps in a version waits, as a sentence; empty when no election is near or no order changes.

    Whether a suggestion, a form or the YAML changed it is the same to those who learned it.
    """
    until = frozen_until(site.settings, now)
    live = article.published if article.status == "published" else None
    if until is None or live is None or not live.tree or not revision.tree:
        return ""
    places = reordered(Tree.from_json(live.tree), Tree.from_json(revision.tree))
    words = ", ".join(place.replace("_", " ").capitalize() for place in places)
    end = when_words(until, now=now, zone=site.zone)
    return HELD.format(places=words, until=end) if places else ""


def may_change_order(reader: Reader) -> bool:
    """Whether this person may change an order before an election, such as to undo harm: a lead."""
    return reader.may("edit desk settings")


def refusal(article: Article, revision: Revision, reader: Reader, *, second_person: bool) -> str:
    """Why this person may not publish, as ``publish`` will say it; empty when they may."""
    audiences = {audience_in(revision.front) or "public"}
    if article.status == "published":
        audiences.add(article.audience)
    if not all(may_publish(audience, reader) for audience in audiences):
        return NOT_YOURS
    alone = revision.author_id is not None and revision.author_id == reader.user_id
    is_legal = understand(revision.front).legal or article.legal
    return SECOND_PERSON if alone and (second_person or is_legal) else ""


def put_live(
    session: Session,
    article: Article,
    revision: Revision,
    *,
    by: Reader,
    checks: Checks,
    accepted: frozenset[str],
    site: Site,
    now: datetime,
    reason: str = "",
) -> None:
    """Publish, with the walks whose new ends were accepted: now, by this person, or before, by anybody.

    Raises as ``kb.writing.publish`` does, ``OrderHeld`` before an election, and ``NoReason`` when warnings are left
    or a lead changes an order then, and nobody says why.
    """
    findings = findings_of(article, revision, checks)
    held = held_back(article, revision, site, now)
    if held and not may_change_order(by):
        raise OrderHeld(held)
    if (held or needs_reason(article, findings)) and len(reason) < SHORTEST_REASON:
        raise NoReason(SAY_WHY_NOW if held else SAY_WHY)
    changes = changes_of(article, revision, checks)
    for change in changes:
        if change.name in accepted:
            accept(session, article.id, change, by_id=by.user_id, now=now)
    if _all_accepted(findings, frozenset(accepted_walks(session, article.id, changes))):
        checks = replace(checks, around=replace(checks.around, before=None))
    publish(
        session,
        article,
        revision,
        by=by,
        now=now,
        checks=checks,
        second_person=needs_second_person(site),
        reason=reason,
    )
    details = {"version": revision.number, "audience": article.audience}
    details |= {"reason": reason} if reason else {}
    details |= {"order changed before an election": True} if held else {}
    details |= {"accepted walks": [change.name for change in changes]} if changes else {}
    record(session, by.user_id, "article published", f"article {article.slug}", details, now)
    touch_site(session)


def take_out(session: Session, article: Article, *, by: Reader, replaced_by: str, now: datetime) -> None:
    """Retire an article. Raises ``MayNotPublish``. A second time changes nothing and records nothing."""
    before = (article.status, article.replaced_by)
    retire(session, article, by=by, replaced_by=replaced_by, now=now)
    if before == (article.status, article.replaced_by):
        return
    details = {"replaced by": replaced_by}
    record(session, by.user_id, "article retired", f"article {article.slug}", details, now)
    touch_site(session)


def needs_second_person(site: Site) -> bool:
    """Whether every article needs a second person here; legal ones always do."""
    return site.settings.get("second_person.required") is True


def _all_accepted(findings: list[Finding], accepted: frozenset[str]) -> bool:
    """Nothing but changed walks stands against the published tree, and each of them was accepted."""
    against = [each for each in findings if each.level == "error"]
    return bool(against) and all(each.rule == WALK_CHANGED and each.where in accepted for each in against)
