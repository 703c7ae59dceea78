"""The doctor's look at the storm kit: it can be made, its signature holds, it is small, and nothing in it is old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.roles import VISITOR
from kb.articles import Article
from portal.config import Config
from portal.formatting import day_words, plural
from portal.keeping.checkup import Check, bad, good, warning
from portal.site.context import build_site
from portal.site.settings import all_settings
from portal.storm.contents import Kit, kit_of
from portal.storm.kept import MadeKit
from portal.storm.kit_file import facts_in, kit_file
from portal.storm.signing import Changed, NotSigned, OtherKey, signing_key

# It must go through a mail and onto an old stick; a bigger one has a photo that is too large.
LARGEST_BYTES = 3_000_000


def check_storm_kit(session: Session, config: Config, now: datetime) -> Check:
    """Make the kit for everyone and check it as an office would. Takes about a quarter of a second."""
    made = kit_for_everyone(session, config, now)
    if made.kit.is_empty:
        return _empty(session)
    if not is_good(made.file, config.secret_key):
        return bad(
            "storm kit",
            "The signature of a new storm kit does not hold, so /storm-kit/check would refuse it.",
            "Do not hand kits out. Restart the service, and if it stays so, install Signpost again.",
        )
    return _judged(made.kit, len(made.file))


def kit_for_everyone(session: Session, config: Config, now: datetime) -> MadeKit:
    """The kit as a visitor gets it at this moment, signed; notices and modes do not matter to it."""
    site = build_site(all_settings(session), (), now)
    today = now.astimezone(site.zone).date()
    kit = kit_of(session, VISITOR, site, today=today, base_url=config.base_url)
    return MadeKit(kit, kit_file(kit, signing_key(config.secret_key)))


def is_good(file: bytes, secret_key: str) -> bool:
    """Whether an office that checks this file would be told that it is ours and unchanged."""
    try:
        facts_in(file, signing_key(secret_key).public_key())
    except (NotSigned, OtherKey, Changed):
        return False
    return True


def _empty(session: Session) -> Check:
    if session.scalar(select(Article.id).where(Article.status == "published").limit(1)) is None:
        return good("storm kit", "Nothing is published yet, so the storm kit is empty.")
    advice = "Mark guides and diagnostics: “In the storm kit” beside the text, or storm: true."
    return warning("storm kit", "The storm kit is empty.", advice)


def _judged(kit: Kit, size: int) -> Check:
    held = f"{plural(len(kit.sheets), 'checklist')} and {plural(len(kit.guides), 'guide')}"
    words = f"The storm kit holds {held} in {size / 1_000_000:.1f} MB, and its signature is good."
    if size > LARGEST_BYTES:
        return warning(
            "storm kit", f"{words} That is large.", "Look for large photos in what is marked for it."
        )
    if kit.review_first is not None and kit.review_first < kit.made:
        late = f"Something in it was to be checked again by {day_words(kit.review_first)}."
        return warning(
            "storm kit", f"{words} {late}", "Look at the articles whose check is due, under Write."
        )
    return good("storm kit", words)
