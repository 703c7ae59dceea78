"""The small parts that nodes and steps share: ways, hints, pictures and former names."""

from dataclasses import replace

from kb.trees.fields import Fields
from kb.trees.source import Value
from kb.trees.tree import IMPACTS, URGENCIES, Hint, NotSure, Option, Picture, Way

MOST_RETRIES = 2
# A step has at most seven lines before the check warns; nobody names a later one than this.
MOST_LINES = 20


def read_way(block: Fields, key: str) -> Way:
    """A way written as `key: node`, or as `key: {go: node, retry: 1, else: other}`."""
    value = block.value(key)
    if value is None:
        return Way()
    if isinstance(value.of, dict):
        inner = Fields(replace(value, key_line=0), block.where, block.problems)
        way = read_inline_way(inner)
        inner.close()
        return way
    return Way(block.text(key))


def read_inline_way(block: Fields) -> Way:
    """A way whose parts `go`, `retry` and `else` stand among the other keys of an answer."""
    return Way(
        go=block.text("go"),
        retry=int(block.number("retry", 0, low=1, high=MOST_RETRIES)),
        otherwise=block.text("else"),
    )


def read_hint(block: Fields) -> Hint:
    """What `ticket: {impact: high, urgency: now}` says."""
    value = block.value("ticket")
    if value is None:
        return Hint()
    inner = Fields(value, block.where, block.problems)
    hint = Hint(inner.choice("impact", IMPACTS), inner.choice("urgency", URGENCIES))
    inner.close()
    return hint


def read_picture(block: Fields) -> Picture | None:
    """What `picture: {file: light.svg, alt: "..."}` says; a bare file name has no words beside it."""
    value = block.value("picture")
    if value is None:
        return None
    if not isinstance(value.of, dict):
        return Picture(block.text("picture"))
    inner = Fields(value, block.where, block.problems)
    beside = int(inner.number("beside", 0, low=1, high=MOST_LINES))
    picture = Picture(inner.text("file"), inner.text("alt"), beside)
    inner.close()
    return picture


def read_quiet(block: Fields) -> dict[str, str]:
    """What `quiet: {double-question: "One form has both names."}` says: rules and the reasons against them."""
    value = block.value("quiet")
    if value is None:
        return {}
    inner = Fields(value, block.where, block.problems)
    return {rule: inner.text(rule) for rule in inner.names()}


def read_was(block: Fields) -> tuple[str, ...]:
    """The former ids, so that runs and figures follow a renamed thing."""
    return block.texts("was")


def read_option(value: Value, block: Fields, fixed_id: str = "") -> Option:
    """One answer of a question; the answer "none of these" has a fixed id."""
    inner = Fields(value, block.where, block.problems)
    option = Option(
        id=fixed_id or inner.name("id"),
        say=inner.text("say"),
        way=read_inline_way(inner),
        hint=read_hint(inner),
        shareable=inner.switch("shareable"),
        was=read_was(inner),
        line=value.line,
    )
    if not option.id or not option.say:
        block.problems.add(value.line, 'An answer needs an "id" and a "say".', block.where)
    inner.close()
    return option


def read_not_sure(block: Fields) -> NotSure | None:
    """What happens when the clerk is not sure."""
    value = block.value("not_sure")
    if value is None:
        return None
    if not isinstance(value.of, dict):
        return NotSure(Way(block.text("not_sure")), line=value.line)
    inner = Fields(value, block.where, block.problems)
    not_sure = NotSure(
        way=read_inline_way(inner),
        tell=inner.text("tell"),
        hint=read_hint(inner),
        never=inner.text("never"),
        line=value.line,
    )
    inner.close()
    return not_sure
