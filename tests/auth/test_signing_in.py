"""What an address and a password prove, for existing, missing and disabled accounts."""

from __future__ import annotations

import statistics
import time

import pytest
from sqlalchemy import event

from auth.passwords import Cost, hash_of
from auth.roles import Role
from auth.sessions import Stage
from auth.signing_in import claim_of, person_of, proves, stage_after_password

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
RIGHT, WRONG = "purple stapler rides uphill", "orange stapler rides uphill"


@pytest.fixture
def known(person):
    """Pat may sign in; Dee is disabled; Noel has no password yet."""
    person("pat", Role.CLERK, password_hash=hash_of(RIGHT, cost=CHEAP))
    person("dee", Role.CLERK, password_hash=hash_of(RIGHT, cost=CHEAP), active=False)
    person("noel", Role.CLERK)


def test_the_right_password_proves_the_claim(session, known) -> None:
    claim = claim_of(session, "PAT@county.example.gov")
    assert proves(claim, RIGHT, cost=CHEAP)
    assert person_of(session, claim).name == "Pat"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("pat@county.example.gov", WRONG),
        ("pat@county.example.gov", ""),
        ("dee@county.example.gov", RIGHT),
        ("noel@county.example.gov", ""),
        ("nobody@county.example.gov", RIGHT),
        ("", ""),
    ],
)
def test_everything_else_proves_nothing(session, known, email, password) -> None:
    assert not proves(claim_of(session, email), password, cost=CHEAP)


def test_a_password_changed_meanwhile_proves_nothing_any_more(session, known) -> None:
    claim = claim_of(session, "pat@county.example.gov")
    user = person_of(session, claim)
    user.password_hash = hash_of(WRONG, cost=CHEAP)
    assert person_of(session, claim) is None


def test_each_kind_of_account_costs_one_query_and_the_work_of_one_hash(session, engine, person) -> None:
    person("pat", Role.CLERK, password_hash=hash_of(RIGHT))
    person("dee", Role.CLERK, password_hash=hash_of(RIGHT), active=False)
    person("noel", Role.CLERK)
    session.commit()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def seconds(name: str) -> float:
        asked.clear()
        start = time.thread_time()
        assert not proves(claim_of(session, f"{name}@county.example.gov"), WRONG)
        assert len(asked) == 1
        return time.thread_time() - start

    names = ("pat", "dee", "noel", "nobody")
    taken = {name: min(seconds(name) for _ in range(5)) for name in names}
    middle = statistics.median(taken.values())
    assert all(one == pytest.approx(middle, rel=0.6) for one in taken.values()), taken


@pytest.mark.parametrize(
    ("role", "demo", "stage"),
    [
        (Role.CLERK, False, Stage.OPEN),
        (Role.SITE_LEAD, False, Stage.OPEN),
        (Role.SPECIALIST, False, Stage.SETUP),
        (Role.AGENT, False, Stage.SETUP),
        (Role.AUTHOR, False, Stage.SETUP),
        (Role.LEAD, False, Stage.SETUP),
        (Role.ADMIN, False, Stage.SETUP),
        (Role.ADMIN, True, Stage.OPEN),
    ],
)
def test_staff_set_up_a_second_step_first_except_in_a_demo(person, role, demo, stage) -> None:
    assert stage_after_password(person("kim", role), demo=demo) is stage


@pytest.mark.parametrize("demo", [True, False])
def test_whoever_has_a_second_step_must_give_it(person, now, demo) -> None:
    user = person("kim", Role.CLERK)
    user.totp_confirmed_at = now
    assert stage_after_password(user, demo=demo) is Stage.CODE
