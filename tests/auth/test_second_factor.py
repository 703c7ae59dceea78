"""Six-digit codes and recovery codes: each opens once."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pyotp
from sqlalchemy.orm import Session

from auth import second_factor
from auth.roles import Role
from auth.second_factor import accepts, confirm, new_recovery_codes, new_secret, recovery_codes_left
from auth.users import User


def phone_of(session: Session, person, now: datetime) -> tuple[User, pyotp.TOTP]:
    """A person whose phone was set up five minutes ago."""
    user, secret = person("alex", Role.AGENT), new_secret()
    phone = pyotp.TOTP(secret)
    earlier = now - timedelta(minutes=5)
    assert confirm(session, user, secret, phone.at(earlier), earlier)
    return user, phone


def test_a_code_from_the_phone_makes_the_secret_the_persons_own(session, person, now) -> None:
    user, secret = person("alex", Role.AGENT), new_secret()
    assert not confirm(session, user, secret, "000000", now)
    assert not second_factor.has_second_factor(user)
    assert confirm(session, user, secret, pyotp.TOTP(secret).at(now), now)
    assert second_factor.has_second_factor(user)


def test_the_code_that_confirmed_the_phone_does_not_sign_in(session, person, now) -> None:
    user, secret = person("alex", Role.AGENT), new_secret()
    code = pyotp.TOTP(secret).at(now)
    confirm(session, user, secret, code, now)
    assert not accepts(session, user, code, now)


def test_a_code_opens_once(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    assert accepts(session, user, phone.at(now), now)
    assert not accepts(session, user, phone.at(now), now)


def test_a_code_typed_with_a_space_is_the_same_code(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    code = phone.at(now)
    assert accepts(session, user, f" {code[:3]} {code[3:]} ", now)


def test_a_clock_may_be_one_step_off_and_not_two(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    assert not accepts(session, user, phone.at(now - timedelta(seconds=60)), now)
    assert not accepts(session, user, phone.at(now + timedelta(seconds=60)), now)
    assert accepts(session, user, phone.at(now - timedelta(seconds=30)), now)
    assert accepts(session, user, phone.at(now + timedelta(seconds=30)), now)


def test_an_older_step_does_not_open_after_a_newer_one(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    assert accepts(session, user, phone.at(now), now)
    assert not accepts(session, user, phone.at(now - timedelta(seconds=30)), now)


def test_nothing_opens_an_account_without_a_second_step(session, person, now) -> None:
    user = person("pat", Role.CLERK)
    assert not accepts(session, user, "", now)
    assert not accepts(session, user, "000000", now)


def test_digits_of_another_alphabet_are_not_a_code(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    arabic = phone.at(now).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert not accepts(session, user, arabic, now)


def test_ten_recovery_codes_each_open_once(session, person, now) -> None:
    user, _ = phone_of(session, person, now)
    codes = new_recovery_codes(session, user, now)
    assert len(set(codes)) == 10
    assert accepts(session, user, codes[0], now)
    assert not accepts(session, user, codes[0], now)
    assert recovery_codes_left(session, user) == 9


def test_a_recovery_code_is_read_in_small_letters_and_without_dashes(session, person, now) -> None:
    user, _ = phone_of(session, person, now)
    code = new_recovery_codes(session, user, now)[3]
    assert accepts(session, user, code.lower().replace("-", " "), now)


def test_new_recovery_codes_stop_the_earlier_ones(session, person, now) -> None:
    user, _ = phone_of(session, person, now)
    earlier = new_recovery_codes(session, user, now)
    new_recovery_codes(session, user, now)
    assert not accepts(session, user, earlier[0], now)


def test_a_recovery_code_opens_no_other_account(session, person, now) -> None:
    user, _ = phone_of(session, person, now)
    code = new_recovery_codes(session, user, now)[0]
    other, secret = person("sam", Role.AGENT), new_secret()
    confirm(session, other, secret, pyotp.TOTP(secret).at(now), now)
    assert not accepts(session, other, code, now)


def test_recovery_codes_are_not_kept_readable(session, person, now) -> None:
    user, _ = phone_of(session, person, now)
    code = new_recovery_codes(session, user, now)[0]
    kept = session.query(second_factor.RecoveryCode).all()
    assert all(code.replace("-", "") not in row.code_hash for row in kept)


def test_removing_the_second_step_removes_phone_and_codes(session, person, now) -> None:
    user, phone = phone_of(session, person, now)
    code = new_recovery_codes(session, user, now)[0]
    second_factor.remove(session, user)
    assert not accepts(session, user, phone.at(now), now)
    assert not accepts(session, user, code, now)


def test_the_picture_is_svg_without_styles_scripts_or_outside_names() -> None:
    address = second_factor.address_of(new_secret(), email="a@b.example", issuer="Signpost")
    drawing = second_factor.picture_of(address)
    assert address.startswith("otpauth://totp/Signpost:a%40b.example?secret=")
    assert ElementTree.fromstring(drawing).tag == "svg"
    assert not any(word in drawing for word in ("style", "script", "http", "href"))
