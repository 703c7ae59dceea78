"""What is said about a file that somebody brings to be checked: ours and good, ours and old, changed, or not ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.formatting import day_words
from portal.storm.contents import FOR_WHOM
from portal.storm.kit_file import Facts, facts_in
from portal.storm.signing import Changed, NotSigned, OtherKey


@dataclass(frozen=True)
class Answer:
    """The answer in words. ``good`` means ours and unchanged; ``old`` that a new one should be made."""

    good: bool
    title: str
    words: str
    old: bool = False


DO_NOT_USE = (
    "Do not use it. Get a new one from the storm kit page, and tell the help desk where this one came from."
)


def look_at(file: bytes, key: Ed25519PublicKey, *, today: date) -> Answer:
    """The answer on a file. Never raises for what a file holds."""
    try:
        facts = facts_in(file, key)
    except Changed:
        return Answer(False, "This file was changed after we made it", DO_NOT_USE)
    except OtherKey:
        words = "It was signed with another key than ours is today. " + DO_NOT_USE
        return Answer(False, "We cannot say that this file is ours", words)
    except NotSigned:
        words = (
            "It has no signature at its end. A browser that saves a page writes another file: "
            "use the one that was downloaded. " + DO_NOT_USE
        )
        return Answer(False, "This is not a storm kit file as we made it", words)
    return _good(facts, today)


def _good(facts: Facts, today: date) -> Answer:
    words = (
        f"Made {day_words(facts.made)} for {FOR_WHOM[facts.audience]}. Good until {day_words(facts.until)}. "
        f"It holds {facts.sheets} checklists and {facts.guides} guides. Version {facts.version}."
    )
    if today > facts.until:
        return Answer(True, "This file is ours, but it is old", f"{words} Get a new one.", old=True)
    return Answer(True, "This file is ours, and nobody changed it", words)
