"""Reach: which office is asking, and which offices a notice concerns, as a form says it in one choice."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from auth.offices import OFFICE_KINDS, Office, office_by_code, offices_in_order
from auth.roles import Reader
from portal.status.cards import KIND_OFFICES
from portal.status.notices import KINDS, Notice
from portal.status.services import services_in_order

EVERYONE = "everyone"
KIND = "kind:"
OFFICE = "office:"


def office_here(session: Session, reader: Reader, remembered: str) -> Office | None:
    """The office of the person who is signed in, else the one that the cookie remembers. At most one query."""
    if reader.office_id is not None:
        return session.get(Office, reader.office_id)
    return office_by_code(session, remembered[:60]) if remembered else None


def writing_choices(session: Session) -> dict[str, Any]:
    """What the desk chooses from when it writes a notice. Two queries."""
    return {
        "kinds": [{"value": kind, "label": words} for kind, words in KINDS.items()],
        "services": [{"value": one.slug, "label": one.name} for one in services_in_order(session)],
        "concerns": concern_choices(session),
    }


def concern_choices(session: Session) -> list[dict[str, Any]]:
    """Every office, the offices of one kind, or one office, as the select takes them. One query."""
    offices = offices_in_order(session)
    kinds = [kind for kind in OFFICE_KINDS if any(office.kind == kind for office in offices)]
    return [
        {"value": EVERYONE, "label": "Every office"},
        *({"value": f"{KIND}{kind}", "label": f"{KIND_OFFICES[kind]} only"} for kind in kinds),
        *(
            {
                "group": f"One of: {KIND_OFFICES[kind]}",
                "choices": [
                    {"value": f"{OFFICE}{office.code}", "label": office.name}
                    for office in offices
                    if office.kind == kind
                ],
            }
            for kind in kinds
        ),
    ]


def concern_of(notice: Notice) -> str:
    """The choice that stands for whom a notice concerns."""
    if notice.office is not None:
        return f"{OFFICE}{notice.office.code}"
    return f"{KIND}{notice.office_kind}" if notice.office_kind else EVERYONE


def read_concern(session: Session, chosen: str) -> tuple[str, int | None] | None:
    """The kind and the office behind a choice; None when it is not one."""
    if chosen == EVERYONE:
        return "", None
    if chosen.startswith(KIND) and chosen.removeprefix(KIND) in OFFICE_KINDS:
        return chosen.removeprefix(KIND), None
    office = office_by_code(session, chosen.removeprefix(OFFICE)) if chosen.startswith(OFFICE) else None
    return ("", office.id) if office else None
