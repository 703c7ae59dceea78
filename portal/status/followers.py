"""Followers: people who asked to be told when a notice is over. They are told once, then forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auth.users import plain_email
from portal.errors import TooMany
from portal.mail.outbox import post
from portal.status.notices import Notice, NoticeFollower

# Each request of a visitor mails an address that nobody has checked. A state has about 1,000 clerks, so this
# many in ten minutes for one notice is more than all of them would send.
MOST_AT_ONCE = 300
AT_ONCE = timedelta(minutes=10)


def follow(
    session: Session, notice: Notice, email: str, *, now: datetime, base_url: str, confirm: bool = True
) -> bool:
    """Remember an address until the notice is over. False when it is there already; then nothing is sent.

    ``confirm`` mails the way to stop at once; it is left out for a person's own address after sign-in.
    Raises TooMany.
    """
    address = plain_email(email)
    if is_following(session, notice, address):
        return False
    if confirm:
        _slow_down(session, notice, now)
    follower = NoticeFollower(notice_id=notice.id, email=address, key=secrets.token_urlsafe(24), at=now)
    try:
        with session.begin_nested():
            session.add(follower)
    except IntegrityError:
        return False
    if confirm:
        _mail_first(session, notice, follower, now, base_url)
    return True


def is_following(session: Session, notice: Notice, email: str) -> bool:
    """Whether this address is told when the notice is over."""
    found = session.scalar(
        select(NoticeFollower.id).where(
            NoticeFollower.notice_id == notice.id, NoticeFollower.email == plain_email(email)
        )
    )
    return found is not None


def stop_following(session: Session, key: str) -> None:
    """Forget the address behind a link. A key that is not known, or no longer, changes nothing."""
    follower = session.scalar(select(NoticeFollower).where(NoticeFollower.key == key))
    if follower is not None:
        session.delete(follower)
        session.flush()


def notices_to_tell_of(session: Session, now: datetime) -> list[Notice]:
    """Notices that are over and still have followers. One query when there are none."""
    followed = select(NoticeFollower.notice_id)
    return list(session.scalars(select(Notice).where(Notice.ends_at <= now, Notice.id.in_(followed))))


def tell_followers(session: Session, notice: Notice, now: datetime, base_url: str) -> int:
    """Mail everyone who asked, and delete their addresses. Returns how many; 0 while the notice is not over."""
    if not notice.is_over(now):
        return 0
    followers = list(session.scalars(select(NoticeFollower).where(NoticeFollower.notice_id == notice.id)))
    for follower in followers:
        _mail_over(session, notice, follower, now, base_url)
        session.delete(follower)
    session.flush()
    return len(followers)


def _slow_down(session: Session, notice: Notice, now: datetime) -> None:
    lately = session.scalar(
        select(func.count()).where(NoticeFollower.notice_id == notice.id, NoticeFollower.at > now - AT_ONCE)
    )
    if (lately or 0) >= MOST_AT_ONCE:
        raise TooMany(int(AT_ONCE.total_seconds()))


def _mail_first(
    session: Session, notice: Notice, follower: NoticeFollower, now: datetime, base_url: str
) -> None:
    post(
        session,
        to=follower.email,
        subject="We will tell you when it is over",
        text=(
            f"You asked us to tell you when this is over:\n{notice.title}\n\n"
            "We write to you once more. Then we delete your address.\n\n"
            f"See how it stands:\n{base_url}/status/{notice.id}\n\n"
            f"You did not ask for this, or want to stop? Open this page:\n{base_url}/status/stop/{follower.key}\n"
        ),
        kind="notice_followed",
        now=now,
    )


def _mail_over(
    session: Session, notice: Notice, follower: NoticeFollower, now: datetime, base_url: str
) -> None:
    called_off = notice.was_called_off
    post(
        session,
        to=follower.email,
        subject=f"{'Called off' if called_off else 'It is over'}: {notice.title}",
        text=(
            f"{'This was called off:' if called_off else 'This is over:'}\n{notice.title}\n\n"
            f"Read what we know:\n{base_url}/status/{notice.id}\n\n"
            f"Do you still have the problem? Tell us:\n{base_url}/tickets/new\n\n"
            "You asked us to write when it is over. We have deleted your address.\n"
        ),
        kind="notice_over",
        now=now,
    )
