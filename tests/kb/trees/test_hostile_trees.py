"""Trees made to hurt: the largest that fit, in circles, in chains, all ways to all: refused within a second."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from kb.trees.around import Around
from kb.trees.checks import blocks, check
from kb.trees.outline import outline
from kb.trees.parsing import TreeProblems, parse
from kb.trees.source import LARGEST_BYTES
from kb.trees.walking import resolve

HEAD = "title: T\nstart: n0\noutcomes:\n  done: {kind: solved, say: Good.}\nnodes:\n"


def question(name: str, *targets: str) -> str:
    options = ", ".join(f"{{id: o{place}, say: A{place}, go: {to}}}" for place, to in enumerate(targets))
    return f"  {name}: {{ask: Q{name}?, options: [{options}], not_sure: {{go: {targets[0]}}}}}\n"


def chain(place: int, count: int) -> str:
    return question(f"n{place}", f"n{place + 1}" if place + 1 < count else "done", "done")


def circle(place: int, count: int) -> str:
    return question(f"n{place}", f"n{(place + 1) % count}", f"n{place // 2}")


def ladder(place: int, count: int) -> str:
    """Every rung leads to the next two: as many paths as there are rabbits."""
    return question(f"n{place}", *(f"n{to}" if to < count else "done" for to in (place + 1, place + 2)))


def tangle(place: int, count: int) -> str:
    chance = random.Random(place)
    return question(f"n{place}", *(f"n{chance.randrange(count)}" for _ in range(8)))


def calls(place: int, count: int) -> str:
    return f"  n{place}: {{call: t, fixed: n{(place + 1) % count}, not_fixed: done, stopped: done}}\n"


SHAPES = {each.__name__: each for each in (chain, circle, ladder, tangle, calls)}


def largest(shape: Callable[[int, int], str]) -> str:
    """The largest tree of a shape that a file may hold."""
    count = 1
    while len(HEAD) + sum(len(shape(place, count * 2)) for place in range(count * 2)) < LARGEST_BYTES:
        count *= 2
    return HEAD + "".join(shape(place, count) for place in range(count))


@pytest.mark.parametrize("name", SHAPES)
def test_the_largest_tree_of_each_shape_is_refused_within_a_second(name: str) -> None:
    began = time.process_time()
    tree = parse(largest(SHAPES[name]), "t")
    found = check(tree, Around(library={"t": tree}))
    assert blocks(found)
    assert all(each.line and (each.where or each.line == 1) for each in found if each.level == "error")
    assert time.process_time() - began < 2  # a second, and as much again for a busy machine


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_outlined_and_walked_in_a_draft_all_the_same(name: str) -> None:
    tree = parse(largest(SHAPES[name]), "t")
    began = time.process_time()
    outline(tree)
    answers = {f"{node}{visit}": "o0" for node in tree.nodes for visit in ("", "~2", "~3")}
    walk = resolve(tree, answers, library={"t": tree})
    assert (walk.current is None) != (walk.outcome is None)
    assert time.process_time() - began < 2


def test_a_hundred_thousand_nodes_are_refused_at_once() -> None:
    text = HEAD + "".join(chain(place, 100_000) for place in range(100_000))
    began = time.process_time()
    with pytest.raises(TreeProblems, match="larger than 48 kB"):
        parse(text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: " + "{b: " * 10_000, "too many brackets or levels"),
        ("a:\n" + "".join(" " * depth + "b:\n" for depth in range(1, 290)), "too many brackets or levels"),
        ("a: &a [x]\n" + "b: [" + ", ".join(["*a"] * 9) + "]", "anchor"),
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("start: x\nstart: y", "given twice"),
    ],
)
def test_what_other_readers_choke_on_is_named_with_its_line(text: str, words: str) -> None:
    began = time.process_time()
    with pytest.raises(TreeProblems) as refused:
        parse(text)
    assert words in refused.value.findings[0].message
    assert refused.value.findings[0].line >= 1
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "https://example.org/", "//example.org", "../x", "data:text/html,x"]
)
def test_a_way_leads_only_to_a_name_of_the_tree(target: str) -> None:
    text = HEAD + f"  n0: {{ask: Q?, options: [{{id: a, say: A, go: '{target}'}}], not_sure: {{go: done}}}}\n"
    found = [each for each in check(parse(text, "t")) if each.rule == "unknown-target"]
    assert [(each.level, each.where) for each in found] == [("error", "n0.a")]


@pytest.mark.parametrize("article", ["javascript:alert(1)", "../../etc/passwd", "//example.org/x"])
def test_a_guide_is_named_by_its_slug(article: str) -> None:
    text = HEAD + f"  n0: {{read: '{article}', fixed: done, not_fixed: done}}\n"
    found = check(parse(text, "t"), Around(guides={"a"}))
    assert "broken-article" in {each.rule for each in found if each.level == "error"}
