"""The forms of the account pages. Passwords are read as they were typed: spaces at the ends are part of them."""

from __future__ import annotations

from collections.abc import Mapping

from auth.passwords import problem_with
from auth.throttle import Allowance
from portal.account.onward import own_path
from portal.formatting import plural
from portal.forms import Field, Form, email, text

NO_MATCH = "That e-mail and password do not match."
NO_CODE = "That code is not right, or it was used before. Wait for the next one on your phone."


def sign_in_form() -> Form:
    """Address and password, and where to go on afterwards."""
    return Form((Field("email", email("Enter your work e-mail")), Field("next", own_path)))


def code_form() -> Form:
    """A code of the phone or a recovery code."""
    return Form(
        (
            Field("code", text("Enter the 6-digit code from your phone", longest=60)),
            Field("next", own_path),
        )
    )


def forgot_form() -> Form:
    """The address of somebody who forgot the password."""
    return Form((Field("email", email("Enter your work e-mail")),))


def new_password(form: Form, sent: Mapping[str, str], *, name: str, address: str) -> str:
    """The new password, typed twice. What is wrong with it becomes a problem of the form."""
    password, again = sent.get("password", ""), sent.get("again", "")
    if not password:
        form.fail("password", "Enter a new password")
    elif problem := problem_with(password, name=name, email=address):
        form.fail("password", problem)
    elif again != password:
        form.fail("again", "Enter the same password again")
    return password


def refusal(words: str, allowance: Allowance) -> str:
    """What went wrong and how often it may be tried again."""
    if allowance.tries_left:
        more = "1 more try" if allowance.tries_left == 1 else f"{allowance.tries_left} more tries"
        return f"{words} You have {more}."
    return f"{words} Sign-in is stopped for 15 minutes. You can still send a request."


def stopped(allowance: Allowance) -> str:
    """For how long sign-in is stopped from this place, and what still works."""
    return (
        f"Sign-in is stopped for {plural(allowance.stopped_minutes, 'minute')}. You can still send a request."
    )
