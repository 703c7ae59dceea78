"""The sheet one writes on: what the editor's form sent, whatever button was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.articles import Article, Revision
from portal.author.about import cleaned_source, front_with
from portal.author.drafts import Text
from portal.forms import Form

# Buttons that show the page again and save nothing.
LOOKING = frozenset({"preview", "check", "join", "picture"})
# What a page that comes back must not send again by itself.
NOT_CARRIED = frozenset({"csrf", "action", "based_on"})


@dataclass
class Sheet:
    """The fields beside the text, the text, the button, and the version one began from."""

    form: Form
    source: str
    action: str = ""
    based_on: int = 0
    sent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The fields as a page of choices sends them along, with the text as it is now."""
        kept = [(name, value) for name, value in self.sent if name not in NOT_CARRIED | {"source"}]
        return [*kept, ("source", self.source)]

    def text(self, article: Article, latest: Revision) -> Text:
        """What to save. A field with a problem keeps what it said before."""
        values = self.form.values
        title = str(values.get("title") or latest.title)
        front = front_with(latest.front, values) if article.kind == "guide" else {}
        return Text(title, front, self.source, str(values.get("note") or ""), self.based_on)


def sheet_from(form: Form, sent: Mapping[str, Any], items: list[tuple[str, str]]) -> Sheet:
    """Read the form; ``items`` are all its fields in order."""
    return Sheet(
        form=form.read(sent),
        source=cleaned_source(str(sent.get("source") or "")),
        action=str(sent.get("action") or ""),
        based_on=number_in(sent.get("based_on")),
        sent=items,
    )


def number_in(text: Any) -> int:
    """A version number as it was sent; 0 for anything else."""
    said = str(text or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
