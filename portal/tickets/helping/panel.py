"""The panel of this request: what is offered to the person who writes it, if this server has a moment to look."""

from __future__ import annotations

from collections.abc import Sequence

from portal.request import db, now, reader, site, visitor, wiring
from portal.tickets.helping.offer import Offer, offer_for
from portal.tickets.helping.turns import Turns

turns = Turns()


def offer_here(words: str, without: Sequence[str] = (), *, read: str = "") -> Offer | None:
    """What may help with these words; None when this server is too busy to look, or this browser asks too often."""
    with turns.take(visitor(), now()) as may_look:
        if not may_look:
            return None
        return offer_for(
            db(), wiring().finder, site(), reader(), words, now=now(), without=without, read=read
        )
