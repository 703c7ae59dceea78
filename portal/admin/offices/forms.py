"""The form of an office; a line of a CSV file goes through the same rules."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict

from auth.offices import OFFICE_KINDS, Office, OfficeFacts, facts_of
from portal.desk.calls.forms import OTHER_OFFICE
from portal.forms import Field, Form, Problem, Rule, choice, phone, text
from portal.tickets.forms import NOT_LISTED

KIND_WORDS = {"county": "County", "court": "Court", "division": "Division", "state": "State office"}
# What each fact is called, on forms and on the first line of a file.
FACT_WORDS = {
    "code": "Code",
    "name": "Name",
    "kind": "Kind",
    "phone": "Phone",
    "lead": "Lead",
    "local_it": "Local IT",
    "equipment": "Equipment",
    "line": "Line",
}
LONGEST_CODE = 60
# Forms already use these in place of a code.
RESERVED_CODES = (OTHER_OFFICE, NOT_LISTED)
CODE = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
TAKEN = "Another office has this code. Choose a different one."


def office_form(names: Collection[str] = tuple(FACT_WORDS)) -> Form:
    """The fields of an office, or only those that are named."""
    rules: dict[str, Rule] = {
        "code": code,
        "name": text("Enter the name", longest=120),
        "kind": kind,
        "phone": phone(),
        "lead": text(longest=120),
        "local_it": text(longest=200),
        "equipment": text(longest=500),
        "line": text(longest=200),
    }
    return Form(tuple(Field(name, rule) for name, rule in rules.items() if name in names))


def filled(office: Office) -> Form:
    """The form with what is stored."""
    form = office_form()
    form.typed = asdict(facts_of(office))
    return form


def facts_in(form: Form) -> OfficeFacts:
    """The facts of a good form."""
    return OfficeFacts(**form.values)


def code(value: str) -> str:
    """The rule for a code: small letters, digits and single hyphens. Capitals become small."""
    small = value.lower()
    if not small:
        raise Problem("Enter a code, like gallatin or ravalli-court")
    if len(small) > LONGEST_CODE:
        raise Problem(f"Use at most {LONGEST_CODE} letters. This has {len(small)}.")
    if not CODE.fullmatch(small):
        raise Problem("Use only letters from a to z, digits and hyphens, like ravalli-court")
    if small in RESERVED_CODES:
        raise Problem(f"Choose another code. Forms already use “{small}”.")
    return small


def kind(value: str) -> str:
    """The rule for a kind. A file may write it with capitals."""
    rule = choice(OFFICE_KINDS, "Choose a kind: county, court, division or state")
    return str(rule(value.lower()))
