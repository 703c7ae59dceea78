"""API tokens: who they speak for, and the scopes that limit them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auth.roles import Role
from auth.tokens import (
    ARTICLES_READ,
    RUNS_WRITE,
    TICKETS_READ,
    TICKETS_WRITE,
    ApiToken,
    UnknownScope,
    bearer_of,
    issue,
    revoke,
    revoke_all,
    tokens_of,
)


def test_a_token_speaks_for_its_person_within_its_scopes(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    bearer = bearer_of(session, issue(session, user, [ARTICLES_READ], now=now).text, now)
    assert bearer.reader == user.as_reader()
    assert bearer.may(ARTICLES_READ)
    assert not bearer.may(TICKETS_READ)
    assert not bearer.may(RUNS_WRITE)
    assert not bearer.may("everything")


def test_writing_tickets_includes_reading_them_and_not_the_other_way_round(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    writer = bearer_of(session, issue(session, user, [TICKETS_WRITE], now=now).text, now)
    reader = bearer_of(session, issue(session, user, [TICKETS_READ], now=now).text, now)
    assert writer.may(TICKETS_READ)
    assert not reader.may(TICKETS_WRITE)


@pytest.mark.parametrize("scopes", [[], ["tickets:delete"], [TICKETS_READ, "admin"]])
def test_a_scope_that_does_not_exist_is_refused(session, person, now, scopes) -> None:
    with pytest.raises(UnknownScope):
        issue(session, person("alex", Role.AGENT), scopes, now=now)


def test_the_token_is_printed_once_and_not_kept(session, person, now) -> None:
    issued = issue(session, person("alex", Role.AGENT), [TICKETS_READ], now=now)
    assert issued.text.startswith("signpost_")
    assert issued.text not in session.query(ApiToken).one().token_hash
    assert bearer_of(session, issued.token.token_hash, now) is None
    assert bearer_of(session, "", now) is None


def test_a_revoked_token_opens_nothing(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    issued = issue(session, user, [TICKETS_READ], now=now)
    assert tokens_of(session, user.id) == [issued.token]
    revoke(session, issued.token.id, now)
    assert bearer_of(session, issued.text, now) is None
    assert tokens_of(session, user.id) == []


def test_a_token_ends_on_its_day(session, person, now) -> None:
    day = timedelta(days=1)
    issued = issue(session, person("alex", Role.AGENT), [TICKETS_READ], now=now, expires_at=now + day)
    assert bearer_of(session, issued.text, now)
    assert bearer_of(session, issued.text, now + day) is None


def test_a_token_of_a_disabled_person_opens_nothing(session, person, now) -> None:
    user = person("alex", Role.AGENT)
    issued = issue(session, user, [TICKETS_READ], now=now)
    user.active = False
    session.flush()
    assert bearer_of(session, issued.text, now) is None


def test_all_tokens_of_one_person_end_and_no_others(session, person, now) -> None:
    user, other = person("alex", Role.AGENT), person("sam", Role.AGENT)
    mine, theirs = (issue(session, one, [TICKETS_READ], now=now) for one in (user, other))
    revoke_all(session, user.id, now)
    assert bearer_of(session, mine.text, now) is None
    assert bearer_of(session, theirs.text, now)
