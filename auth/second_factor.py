"""The second step of signing in: six-digit codes from a phone, and recovery codes on paper."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import datetime

import pyotp
import segno
from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base
from auth.users import User

STEP_SECONDS = 30
# A phone's clock may be one step early or late; more would only help a guesser.
DRIFT_STEPS = 1
RECOVERY_CODES = 10
# Letters and digits that are not taken for one another. Sixteen of them hold 74 bits, so a plain hash keeps them.
PLAIN_CHARACTERS = "34679ACDEFGHJKMNPQRTUVWXY"
GROUPS, GROUP_LENGTH = 4, 4


class RecoveryCode(Base):
    """A code that stands in once for the phone. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def new_secret() -> str:
    """A fresh secret for an authenticator app: 160 bits in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, issuer: str) -> str:
    """The ``otpauth`` address that an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def picture_of(address: str) -> str:
    """The address as a QR code in SVG, without outside names, styles or scripts; dark on its own white ground."""
    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=False, nl=False)
    return drawing.getvalue().decode()


def has_second_factor(user: User) -> bool:
    """Whether this person must give a code after the password."""
    return user.totp_confirmed_at is not None


def confirm(session: Session, user: User, secret: str, code: str, now: datetime) -> bool:
    """Make the secret the person's own once a code shows that the phone has it. False leaves all as it was."""
    step = _step_of(secret, code, now)
    if step is None:
        return False
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = secret, now, step
    session.flush()
    return True


def accepts(session: Session, user: User, typed: str, now: datetime) -> bool:
    """Whether this is a code of the phone or a recovery code, used for the first time. It is used up by asking."""
    if not has_second_factor(user):
        return False
    return _take_step(session, user, typed, now) or _take_recovery_code(session, user, typed, now)


def remove(session: Session, user: User) -> None:
    """Forget phone and recovery codes, so that the next sign-in leads to setting them up again."""
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = "", None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def new_recovery_codes(session: Session, user: User, now: datetime) -> list[str]:
    """Ten new codes to print, once. Every earlier code stops working."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(code), made_at=now) for code in codes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, user: User) -> int:
    """How many recovery codes still work."""
    left = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    digits = "".join(typed.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    codes = pyotp.TOTP(secret)
    today = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(today - DRIFT_STEPS, today + DRIFT_STEPS + 1):
        if secrets.compare_digest(codes.generate_otp(step), digits):
            found = step
    return found


def _take_step(session: Session, user: User, typed: str, now: datetime) -> bool:
    step = _step_of(user.totp_secret, typed, now)
    if step is None:
        return False
    # One statement decides: of two requests with the same code only one finds the older step.
    taken = session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(User.id)
    )
    return taken.first() is not None


def _take_recovery_code(session: Session, user: User, typed: str, now: datetime) -> bool:
    unused = (RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    taken = session.execute(
        update(RecoveryCode)
        .where(*unused, RecoveryCode.code_hash == _hash(typed))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None


def _random_code() -> str:
    groups = ("".join(secrets.choice(PLAIN_CHARACTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _hash(code: str) -> str:
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
