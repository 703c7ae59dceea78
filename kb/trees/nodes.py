"""The five kinds of node, told apart by their leading key, read from their YAML blocks."""

from collections.abc import Callable

from kb.trees.fields import Fields
from kb.trees.tree import Ask, Call, Collect, Node, Option, Read, Try
from kb.trees.ways import (
    read_inline_way,
    read_not_sure,
    read_option,
    read_picture,
    read_quiet,
    read_was,
    read_way,
)

RESERVED_ANSWERS = ("not_sure", "none")


def read_node(name: str, block: Fields) -> Node:
    """The node of one block. A block of no known kind becomes a question without words, and a finding."""
    kinds = [kind for kind in _READERS if block.has(kind)]
    if len(kinds) != 1:
        message = f"The node needs exactly one of: {', '.join(_READERS)}."
        block.problems.add(block.line, message, name)
        return Ask(id=name, question="", line=block.line)
    node = _READERS[kinds[0]](name, block)
    block.close()
    return node


def _ask(name: str, block: Fields) -> Ask:
    none = block.value("none")
    return Ask(
        id=name,
        question=block.text("ask"),
        options=_options(name, block),
        not_sure=read_not_sure(block),
        many=block.choice("choose", ("one", "many"), "one") == "many",
        none=read_option(none, block, "none") if none else None,
        why=block.text("why"),
        help=block.text("help"),
        look=block.texts("look"),
        picture=read_picture(block),
        save=block.name("save"),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )


def _options(name: str, block: Fields) -> tuple[Option, ...]:
    value = block.value("options")
    if value is None or not isinstance(value.of, list):
        block.problems.add(block.line, "The question needs a list of answers.", name)
        return ()
    options = tuple(read_option(item, block) for item in value.of)
    seen: set[str] = set()
    for option in options:
        if option.id in seen or option.id in RESERVED_ANSWERS:
            block.problems.add(option.line, f'The answer id "{option.id}" is taken. Choose another.', name)
        seen.add(option.id)
    return options


def _try(name: str, block: Fields) -> Try:
    return Try(
        id=name,
        steps=block.texts("try"),
        order=block.choice("order", ("fixed", "suggest"), "fixed"),
        fixed=read_way(block, "fixed"),
        not_fixed=read_way(block, "not_fixed"),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )


def _read(name: str, block: Fields) -> Read:
    return Read(
        id=name,
        article=block.text("read"),
        fixed=read_way(block, "fixed"),
        not_fixed=read_way(block, "not_fixed"),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )


def _collect(name: str, block: Fields) -> Collect:
    return Collect(
        id=name,
        facts=block.texts("collect"),
        way=read_inline_way(block),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )


def _call(name: str, block: Fields) -> Call:
    give = block.value("give")
    given = Fields(give, name, block.problems) if give else None
    return Call(
        id=name,
        tree=block.text("call"),
        give={key: given.text(key) for key in given.names()} if given else {},
        fixed=read_way(block, "fixed"),
        not_fixed=read_way(block, "not_fixed"),
        stopped=read_way(block, "stopped"),
        was=read_was(block),
        quiet=read_quiet(block),
        line=block.line,
    )


_READERS: dict[str, Callable[[str, Fields], Node]] = {
    "ask": _ask,
    "try": _try,
    "read": _read,
    "collect": _collect,
    "call": _call,
}
