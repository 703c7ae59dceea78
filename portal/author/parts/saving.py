"""Saving what a form says: one part of the text changed, and the draft saved as every draft is."""

from __future__ import annotations

import copy
import re
from typing import Any

from kb.trees.editing.changing import CannotChange, changed_parts
from kb.trees.parsing import TreeProblems, parse
from kb.trees.rules.quiet import SHORTEST_REASON
from kb.trees.source import Unreadable
from portal.author.drafts import Text
from portal.author.parts.blanks import Blank, Row, Rows, filled_in
from portal.author.parts.listing import with_rows
from portal.author.parts.making import Making, made_on_the_way
from portal.author.parts.opened import Opened
from portal.forms import Form, clean

QUIET = "quiet-"
LONGEST_REASON = 300
_RULE = re.compile(r"[a-z][a-z-]{1,40}")
KIND_WORDS = {"nodes": "Page", "steps": "Step", "outcomes": "End", "facts": "Line of the request"}


class NotSaved(Exception):
    """The text cannot take this change. The message is a sentence."""


def part_of(draft: Opened, section: str, name: str) -> dict[str, Any] | None:
    """A part as it stands in the text; the head of the file is the whole of it."""
    if section == "about":
        return draft.value
    found = (draft.value.get(section) or {}).get(name)
    return found if isinstance(found, dict) else None


def wanted_part(
    part: dict[str, Any], blanks: tuple[Blank, ...], form: Form, rows: Rows | None, listed: list[Row]
) -> dict[str, Any]:
    """The part as the form says it should be."""
    made = filled_in(blanks, form.values, part)
    if rows is not None:
        made = with_rows(made, rows, listed)
    return made


def with_reasons(part: dict[str, Any], reasons: dict[str, str]) -> dict[str, Any]:
    """The part with the reasons why warnings about it do not matter; an empty one takes a reason away."""
    quiet = dict(part.get("quiet") or {})
    for rule, reason in reasons.items():
        quiet.pop(rule, None)
        if reason:
            quiet[rule] = reason
    made = {name: each for name, each in part.items() if name != "quiet"}
    return made | ({"quiet": quiet} if quiet else {})


def reasons_sent(sent: Any, form: Form) -> dict[str, str]:
    """The reasons that were typed beside warnings, by rule; a word alone is no reason."""
    found = {}
    for name in sent:
        rule = name.removeprefix(QUIET)
        if not name.startswith(QUIET) or not _RULE.fullmatch(rule):
            continue
        reason = " ".join(clean(sent[name]).split())
        form.typed[name] = reason
        if reason and not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            form.fail(
                name, f"Say in {SHORTEST_REASON} to {LONGEST_REASON} letters why this does not matter here"
            )
        found[rule] = reason
    return found


def new_text(
    draft: Opened, section: str, name: str, wanted: dict[str, Any], based_on: int, *, words: str
) -> tuple[Text, Making]:
    """The draft with one part as wanted, and with the parts it asks for made. Raises ``NotSaved``."""
    making = Making(draft.tree)
    wanted = made_on_the_way(making, copy.deepcopy(wanted), f"after “{words}”")
    changes: list[tuple[list[str], Any]] = [([each, new], part) for each, new, part in making.made]
    changes.append(([] if section == "about" else [section, name], wanted))
    if section == "about":
        changes = changes[-1:]
    kind = "About this diagnostic" if section == "about" else f"{KIND_WORDS[section]}: {words}"
    return text_of(draft, changes, based_on, note=kind[:200]), making


def text_of(draft: Opened, changes: list[tuple[list[str], Any]], based_on: int, *, note: str) -> Text:
    """The draft with these changes, as it is saved. Raises ``NotSaved``."""
    try:
        source = changed_parts(draft.source, changes)
    except (CannotChange, Unreadable) as refused:
        raise NotSaved(
            "This part is written in a way that a form cannot change. Change it in the YAML."
        ) from refused
    return checked_text(draft, source, based_on, note=note)


def checked_text(draft: Opened, source: str, based_on: int, *, note: str) -> Text:
    """The text as it is saved. Raises ``NotSaved`` when it could not be opened in forms again."""
    try:
        parse(source, draft.article.slug)
    except TreeProblems as problems:
        raise NotSaved(problems.findings[0].message) from problems
    return Text(draft.revision.title, {}, source, note, based_on)
