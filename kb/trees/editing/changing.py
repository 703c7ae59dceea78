"""One part of a diagnostic's text changed; comments, order and form of everything else stay as they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.trees.editing.spots import Spot, spots
from kb.trees.editing.yaml_text import entry, inline, item, quoted, scalar
from kb.trees.source import Unreadable

ORDER = (
    # The whole file.
    *(
        "title",
        "slug",
        "status",
        "topic",
        "audience",
        "storm",
        "legal",
        "symptoms",
        "tags",
        "services",
        "owner",
    ),
    *("review_by", "related", "have", "note", "facts", "start", "nodes", "steps", "outcomes", "walks"),
    # Its parts: what leads comes first, where it goes comes last.
    *("id", "kind", "label", "ask", "do", "try", "read", "collect", "call", "say", "next", "meanwhile"),
    *(
        "line",
        "ticket_too",
        "group",
        "subject",
        "name",
        "mode",
        "give",
        "order",
        "how",
        "help",
        "look",
        "why",
    ),
    *("picture", "choose", "save", "options", "none", "not_sure", "ticket", "tell", "never", "shareable"),
    *("impact", "urgency", "needs", "busy", "restricted", "type", "max", "optional", "minutes", "guess"),
    *("pin", "after", "place", "risk", "insult", "go", "fixed", "not_fixed", "stopped", "retry", "else"),
    *("answers", "ends", "was", "quiet"),
)
"""Where a new name goes among those that stand there: behind the last one that comes before it here."""

Path = Sequence[str]
_Edit = tuple[int, int, str]


class CannotChange(Exception):
    """The text is written in a way in which this part cannot be changed without touching another."""


def changed(text: str, path: Path, wanted: Any) -> str:
    """The text with what stands at ``path`` saying ``wanted``; None takes it away.

    Only the letters that must change do. Raises ``CannotChange``, and ``Unreadable`` for a text that is no YAML.
    Costs reading the text twice: what comes out is read again and compared.
    """
    return changed_parts(text, [(path, wanted)])


def changed_parts(text: str, changes: Sequence[tuple[Path, Any]]) -> str:
    """Several parts changed one after another, as ``changed`` does."""
    for path, wanted in changes:
        text = _changed(text, list(path), wanted)
    return text


def _changed(text: str, path: list[str], wanted: Any) -> str:
    whole = spots(text)
    target = _with(whole.value(), path, wanted)
    made = applied(text, _edits(text, whole, target))
    try:
        if spots(made).same(target):
            return made
    except Unreadable as broken:
        raise CannotChange("The text would no longer be readable.") from broken
    raise CannotChange("Another part would change with it.")


def applied(text: str, edits: Sequence[_Edit]) -> str:
    """The text after these replacements, which do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _with(value: Any, path: list[str], wanted: Any) -> Any:
    """The value with ``wanted`` at the path; a mapping that is not there yet is made."""
    if not path:
        return wanted
    inner = value if isinstance(value, dict) else {}
    found = _with(inner.get(path[0]), path[1:], wanted)
    kept = {name: each for name, each in inner.items() if name != path[0] or found is not None}
    return kept | ({path[0]: found} if found is not None else {})


def _edits(text: str, spot: Spot, wanted: Any) -> list[_Edit]:
    if spot.same(wanted):
        return []
    if isinstance(wanted, dict) and wanted and spot.kind == "map" and spot.entries:
        return _map_edits(text, spot, wanted)
    if isinstance(wanted, list) and wanted and spot.kind == "list" and spot.items:
        return _list_edits(text, spot, wanted)
    if spot.kind == "scalar" and not isinstance(wanted, dict | list):
        return [(spot.start, spot.end, _in_its_form(text, spot, wanted))]
    return [(spot.start, spot.end, inline(wanted))]


def _in_its_form(text: str, spot: Spot, wanted: Any) -> str:
    """A new text in the quotes of the old one, so that a change of words changes nothing else."""
    space = "" if spot.start and text[spot.start - 1] in " \n[{" else " "
    if isinstance(wanted, str) and spot.style == '"':
        return quoted(wanted)
    if isinstance(wanted, str) and spot.style == "'" and wanted.isprintable():
        return "'" + wanted.replace("'", "''") + "'"
    return space + scalar(wanted)


def _map_edits(text: str, spot: Spot, wanted: Mapping[str, Any]) -> list[_Edit]:
    edits: list[_Edit] = []
    for name, inner in spot.entries.items():
        if name not in wanted:
            continue
        both = isinstance(wanted[name], dict | list) and wanted[name]
        if both and not spot.flow and (inner.kind == "scalar" or inner.value() in ({}, [])):
            edits.append((spot.keys[name][0], inner.end, entry(name, wanted[name], spot.column)))
        else:
            edits += _edits(text, inner, wanted[name])
    gone = [name for name in spot.entries if name not in wanted]
    edits += _removals(text, spot, gone)
    new = [name for name in wanted if name not in spot.entries]
    return edits + _additions(text, spot, {name: wanted[name] for name in new}, frozenset(gone))


def _removals(text: str, spot: Spot, gone: Sequence[str]) -> list[_Edit]:
    names, edits = list(spot.entries), []
    for place, name in enumerate(names):
        if name not in gone:
            continue
        start, end = spot.keys[name][0], max(spot.entries[name].end, spot.keys[name][1] + 1)
        line_start, line_end = _line_start(text, start), _line_end(text, end)
        if not spot.flow and not text[line_start:start].strip():
            edits.append((line_start, min(line_end + 1, len(text)), ""))
        elif place + 1 < len(names):
            edits.append((start, spot.keys[names[place + 1]][0], ""))
        else:
            before = next((each for each in reversed(names[:place]) if each not in gone), None)
            edits.append((spot.entries[before].end if before else start, end, ""))
    return _joined(edits)


def _joined(edits: list[_Edit]) -> list[_Edit]:
    """Removals that overlap as one; two neighbours in brackets may both reach for the comma between them."""
    joined: list[_Edit] = []
    for start, end, _ in sorted(edits):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), "")
        else:
            joined.append((start, end, ""))
    return joined


def _additions(text: str, spot: Spot, new: Mapping[str, Any], gone: frozenset[str]) -> list[_Edit]:
    """The new names, each behind the last kept one that comes before it; those at one place stand in one edit."""
    kept = [name for name in spot.entries if name not in gone]
    behind: dict[str, list[str]] = {}
    for name in sorted(new, key=_rank):
        before = [each for each in kept if _rank(each) <= _rank(name)] if _rank(name) < len(ORDER) else kept
        behind.setdefault(before[-1] if before else "", []).append(name)
    edits = []
    for before_name, names in behind.items():
        parts = [entry(name, new[name], spot.column, flow=spot.flow) for name in names]
        edits.append(_addition(text, spot, before_name, kept, parts))
    return edits


def _addition(text: str, spot: Spot, before: str, kept: Sequence[str], parts: Sequence[str]) -> _Edit:
    if spot.flow:
        if before:
            end = spot.entries[before].end
            return (end, end, "".join(f", {part}" for part in parts))
        after = spot.start + 1
        return (after, after, ", ".join(parts) + (", " if kept else ""))
    indent = "\n" + " " * spot.column
    if not before:
        return (spot.start, spot.start, "".join(part + indent for part in parts))
    end = _line_end(text, max(spot.entries[before].end, spot.keys[before][1] + 1))
    gap = "\n" if _is_spaced(text, spot) else ""
    return (end, end, "".join(gap + indent + part for part in parts))


def _is_spaced(text: str, spot: Spot) -> bool:
    """Whether an empty line stands between the last two parts, as between questions."""
    names = list(spot.entries)
    if len(names) < 2:
        return False
    return "\n\n" in text[spot.entries[names[-2]].end : spot.keys[names[-1]][0]]


def _list_edits(text: str, spot: Spot, wanted: Sequence[Any]) -> list[_Edit]:
    """A list changed item by item when as many stand in the same order, else put together anew of what is there."""
    partners = _partners(spot, wanted)
    if partners == list(range(len(spot.items))):
        return [edit for place, each in enumerate(wanted) for edit in _edits(text, spot.items[place], each)]
    if spot.flow:
        texts = [
            inline(each) if place is None else _own(text, spot.items[place], each)
            for place, each in zip(partners, wanted, strict=True)
        ]
        return [(spot.start, spot.end, f"[{', '.join(texts)}]")]
    chunks = _chunks(text, spot)
    indent = " " * spot.column
    lines = [
        indent + item(each, spot.column)
        if place is None
        else _own(text, spot.items[place], each, chunks[place])
        for place, each in zip(partners, wanted, strict=True)
    ]
    return [(chunks[0][0], chunks[-1][1], "\n".join(lines))]


def _own(text: str, spot: Spot, wanted: Any, chunk: tuple[int, int] | None = None) -> str:
    """The text of an item, or of the lines it stands in, with its changes."""
    start, end = chunk or (spot.start, spot.end)
    edits = [(first - start, last - start, new) for first, last, new in _edits(text, spot, wanted)]
    return applied(text[start:end], edits)


def _chunks(text: str, spot: Spot) -> list[tuple[int, int]]:
    """The lines of each item, with the comments above it."""
    chunks: list[tuple[int, int]] = []
    for each in spot.items:
        dash = text.rfind("-", 0, each.start)
        start = chunks[-1][1] + 1 if chunks else _with_comments_above(text, _line_start(text, dash))
        chunks.append((start, _line_end(text, each.end)))
    return chunks


def _with_comments_above(text: str, start: int) -> int:
    """Where the comments begin that stand right above a line; they belong to what follows."""
    while start and text[_line_start(text, start - 1) : start].lstrip().startswith("#"):
        start = _line_start(text, start - 1)
    return start


def _partners(spot: Spot, wanted: Sequence[Any]) -> list[int | None]:
    """For each wanted item the place of the one that it was: same id or text, or its place when only words changed."""
    ids = [_id_of(each.value()) for each in spot.items]
    free = list(range(len(spot.items)))
    found: list[int | None] = []
    for each in wanted:
        place = next((place for place in free if ids[place] == _id_of(each)), None)
        if place is not None:
            free.remove(place)
        found.append(place)
    if len(wanted) == len(spot.items):
        # Texts have no id: one that was reworded is the one that stood in its place.
        found = [
            here if place is None and here in free and not isinstance(wanted[here], dict) else place
            for here, place in enumerate(found)
        ]
    return found


def _id_of(value: Any) -> Any:
    if isinstance(value, dict):
        return ("id", value.get("id") or value.get("name"))
    return " ".join(str(value).split())


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
