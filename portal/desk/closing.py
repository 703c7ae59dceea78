"""Closing: a request is solved with what fixed it, why it happened and the guide that says so, or none needed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from auth.roles import Reader
from portal.desk.guides import NONE_NEEDED, guide_named
from portal.forms import Field, Form, choice, text
from portal.vocabulary import CAUSES

SAY_WHAT = "Say what fixed it"
CHOOSE_CAUSE = "Choose a cause"
CHOOSE_GUIDE = "Choose a guide, or “None needed”"
NO_SUCH_GUIDE = "We have no guide with that name. Choose one from the list, or “None needed”"
OTHER = "other"


def closing_fields() -> tuple[Field, ...]:
    """What fixed it, the cause, and the guide: one of those that fit, another by name, or none needed."""
    return (
        Field("resolution", text(SAY_WHAT, longest=2000, lines=True)),
        Field("cause", choice(CAUSES, CHOOSE_CAUSE)),
        Field("guide", text(longest=160)),
        Field("other_guide", text(longest=300)),
    )


def closing_form() -> Form:
    """The form of the page "Close this request"."""
    return Form(closing_fields())


def chosen_guide(session: Session, form: Form, reader: Reader) -> str:
    """The slug that was chosen, or "none needed"; a problem on the form when it is neither."""
    chosen = str(form.values.get("guide") or "")
    other = str(form.values.get("other_guide") or "")
    if chosen == NONE_NEEDED:
        return NONE_NEEDED
    if chosen in ("", OTHER) and not other:
        form.fail("guide" if chosen != OTHER else "other_guide", CHOOSE_GUIDE)
        return ""
    slug = guide_named(session, other if chosen in ("", OTHER) else chosen, reader)
    if not slug:
        form.fail("other_guide" if other else "guide", NO_SUCH_GUIDE)
    return slug
