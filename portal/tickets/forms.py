"""The forms of a request: what is wrong, whom to call back, and the files that come along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from auth.offices import Office, open_office
from auth.roles import Reader
from auth.users import User
from portal.forms import Field, Form, choice, email, phone, text
from portal.tickets.handoff import Contact
from portal.tickets.helping.offer import slugs_in
from portal.tickets.store import LARGEST_TOGETHER, MOST_FILES, CleanFile, FileRefused, clean_file

NOT_LISTED = "not-listed"

REACH = {
    "me": "Only me",
    "office": "Others in my office too",
    "others": "Other offices too",
    "unknown": "I do not know",
}
URGENCY = {"now": "I cannot go on", "today": "I need it today", "this_week": "This week is fine"}


def contact_fields() -> tuple[Field, ...]:
    """Office, name, number to call back and e-mail."""
    return (
        Field("office", text("Choose your office", longest=60)),
        Field("office_words", text(longest=120)),
        Field("name", text("Enter your name", longest=120)),
        Field("phone", phone("Enter a number with area code, like 406-555-0117")),
        Field("email", email()),
    )


def request_form() -> Form:
    """The plain request."""
    return Form(
        (
            Field("words", text("Tell us what is happening", longest=5000, lines=True)),
            Field(
                "waiting", choice(("yes", "no"), "Select yes if a voter, candidate, judge or jury is waiting")
            ),
            Field("reach", choice(REACH, "Select who has this problem")),
            Field("urgency", choice(URGENCY, "Select how soon you need it")),
            *contact_fields(),
            Field("key", text(longest=60)),
            Field("service", text(longest=60)),
            Field("about", text(longest=300)),
            Field("without", slugs_in),
        )
    )


def contact_form() -> Form:
    """The contact page of a run."""
    return Form(contact_fields())


def contact_of(session: Session, form: Form) -> Contact | None:
    """The contact, with its office looked up; None, and a problem on the form, when the office is not one."""
    if not form.good:
        return None
    values = form.values
    office, words = None, ""
    if values["office"] == NOT_LISTED:
        words = values["office_words"]
        if not words:
            form.fail("office_words", "Enter the name of your office")
            return None
    else:
        office = open_office(session, values["office"])
        if office is None:
            form.fail("office", "Choose your office")
            return None
    return Contact(values["name"], values["phone"], values["email"], office, words)


def office_choices(offices: list[Office]) -> list[dict[str, Any]]:
    """Offices in groups, with "not listed" at the end."""
    names = {"county": "Counties", "court": "Courts", "division": "Divisions", "state": "State"}
    groups = [
        {
            "group": name,
            "choices": [
                {"value": office.code, "label": office.name} for office in offices if office.kind == kind
            ],
        }
        for kind, name in names.items()
    ]
    last: dict[str, Any] = {"value": NOT_LISTED, "label": "My office is not listed"}
    return [group for group in groups if group["choices"]] + [last]


def listed_office(form: Form) -> str:
    """The code of the office that was chosen, or nothing when it is not a listed one."""
    code = str(form.values.get("office") or "")
    return "" if code == NOT_LISTED else code


def known_contact(session: Session, reader: Reader, *, office: str) -> dict[str, Any]:
    """What is known of the person before they type: the office of this browser, and their own account."""
    user = session.get(User, reader.user_id) if reader.signed_in else None
    if user is None:
        return {"office": office}
    own = user.office.code if user.office is not None else office
    return {"office": own, "name": user.name, "phone": user.phone, "email": user.email}


def clean_files(form: Form, uploads: Iterable[Any]) -> tuple[CleanFile, ...]:
    """The files that may be kept; the first refusal becomes a problem at the field."""
    named = [upload for upload in uploads if upload.filename]
    if len(named) > MOST_FILES:
        form.fail("files", f"Choose at most {MOST_FILES} files.")
        return ()
    files: list[CleanFile] = []
    try:
        for upload in named:
            files.append(clean_file(upload.filename, upload.read(LARGEST_TOGETHER)))
    except FileRefused as refused:
        form.fail("files", str(refused))
    if sum(len(file.body) for file in files) > LARGEST_TOGETHER:
        form.fail("files", "All files together may be 25 MB. Choose fewer or smaller ones.")
    return tuple(files)
