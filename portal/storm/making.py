"""The kit of this request's site: made when it is asked for, and kept by this process."""

from __future__ import annotations

from datetime import date

from auth.roles import Reader
from portal.request import db, now, settings, site, wiring
from portal.storm.contents import kit_of
from portal.storm.kept import MadeKit
from portal.storm.kit_file import kit_file
from portal.storm.signing import signing_key


def made_kit(who: Reader) -> MadeKit:
    """Today's kit for a reader, made once after each change of the site and kept by this process."""
    key = (site().version, who.audiences, today().isoformat())
    return wiring().kits.kit(key, lambda: make_kit(who))


def make_kit(who: Reader) -> MadeKit:
    kit = kit_of(db(), who, site(), today=today(), base_url=settings().base_url)
    return MadeKit(kit, kit_file(kit, signing_key(settings().secret_key)))


def today() -> date:
    """The day at the desk."""
    return now().astimezone(site().zone).date()
