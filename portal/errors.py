"""From an error to a page: the only map of that kind. Each page is a sentence, what to do next, and a number."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

# No letters or digits that are taken for one another when read aloud.
REFERENCE_LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"


class Missing(Exception):
    """Not here, or not for this reader: the two look the same."""


class Refused(Exception):
    """The reader is known, and this is not theirs to do. The text says what to do instead."""


class Unsafe(Exception):
    """A request that changes something did not prove that it came from our own page."""


class TooMany(Exception):
    """Too many requests of this kind. ``seconds`` says when to try again."""

    def __init__(self, seconds: int = 60) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TooBusy(Exception):
    """The server cannot take this now; what is typed stays in the browser."""


@dataclass(frozen=True)
class ErrorPage:
    """What a person reads when something did not work."""

    status: int
    title: str
    sentence: str
    next_step: str = ""


MISSING = ErrorPage(
    404,
    "We cannot find that page",
    "The address may be old, or the page is not for you.",
    "Search for it, or call us.",
)
REFUSED = ErrorPage(
    403,
    "You cannot open this page",
    "Your account does not have the right for it.",
    "Ask the lead of the help desk, or go back.",
)
UNSAFE = ErrorPage(
    400,
    "We could not check where this came from",
    "The page may have been open for a long time. Nothing was changed.",
    "Go back, load the page again and send it once more.",
)
TOO_MANY = ErrorPage(
    429,
    "That was a lot in a short time",
    "Wait a minute and try again. Nothing you typed is lost if you go back.",
    "If it is urgent, call us.",
)
TOO_BUSY = ErrorPage(
    503,
    "We are very busy right now",
    "We could not take this. Nothing was changed.",
    "Wait a minute and try again, or call us.",
)
TOO_LARGE = ErrorPage(
    413,
    "That is too large for us",
    "All files together may be 25 MB. Go back and choose smaller ones.",
    "The rest of your request is still on the page before this one.",
)
BROKEN = ErrorPage(
    500,
    "Something broke on our side",
    "Nothing was half saved. Go back: what you typed is still there.",
    "Try again, or call us and say the number below.",
)
NOT_ALLOWED = ErrorPage(405, "That page cannot take this", "The address is not made for this.", "Go back.")
BAD_REQUEST = ErrorPage(
    400, "We could not read that", "The request was cut off or damaged on its way.", "Go back and try again."
)

BY_STATUS = {
    page.status: page
    for page in (BAD_REQUEST, REFUSED, MISSING, NOT_ALLOWED, TOO_LARGE, TOO_MANY, BROKEN, TOO_BUSY)
}


def error_reference() -> str:
    """A short number that joins a page to its line in the log, such as E-7K3M."""
    return "E-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(4))
