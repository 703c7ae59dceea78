"""The mails about an account: a link to set a password, and the news that it was changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from auth import resets
from auth.users import User, user_by_email
from portal.mail.outbox import post


def send_reset(session: Session, *, email: str, base_url: str, phone: str, now: datetime) -> None:
    """Mail a link to the person with this address; nobody gets anything when nobody has it."""
    user = user_by_email(session, email)
    if user is None or not user.active:
        return
    address = link(base_url, resets.offer(session, user, now=now))
    text = (
        "Somebody asked for a new password for your Signpost account.\n\n"
        f"Open this link to choose one. It works once, for 60 minutes:\n{address}\n\n"
        f"You did not ask? Then do nothing. Your password stays as it is.{_call(phone)}\n"
    )
    post(session, to=user.email, subject="Choose a new password", text=text, now=now, kind="password reset")


def send_welcome(session: Session, user: User, *, address: str, phone: str, now: datetime) -> None:
    """Mail a new person the link with which they set their first password."""
    text = (
        "You have a Signpost account.\n\n"
        f"Open this link to choose your password. It works once, for 3 days:\n{address}\n\n"
        f"After that you sign in with this e-mail address.{_call(phone)}\n"
    )
    post(session, to=user.email, subject="Choose your Signpost password", text=text, now=now, kind="welcome")


def send_changed(session: Session, user: User, *, phone: str, now: datetime) -> None:
    """Tell a person that their password was changed, so that a stranger cannot do it unseen."""
    text = (
        "The password of your Signpost account was changed.\n\n"
        f"You did it? Then there is nothing to do.\n\nIt was not you? Tell us at once.{_call(phone)}\n"
    )
    post(
        session,
        to=user.email,
        subject="Your password was changed",
        text=text,
        now=now,
        kind="password changed",
    )


def link(base_url: str, token: str) -> str:
    """The address of the page where a password is set."""
    return f"{base_url}/reset/{token}"


def _call(phone: str) -> str:
    return f"\n\nQuestions? Call the help desk: {phone}" if phone else ""
