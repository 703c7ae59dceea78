"""The benchmark of diagnostics: replay, check, map and suggested order, on the shipped ones and on one of sixty pages.

``make bench`` prints it. Nothing here is a test: a busy machine is no failure.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kb.trees.checks import check
from kb.trees.drawing import drawn, unlinked
from kb.trees.evidence import Visit, added_up
from kb.trees.figures.chances import Ending
from kb.trees.figures.suggesting import Suggestion, suggestion
from kb.trees.parsing import parse
from kb.trees.tree import Front, Step, Tree, Try
from kb.trees.walking import resolve

SHIPPED = Path(__file__).resolve().parent.parent / "content" / "diagnostics"
ROUNDS = 30


def main() -> None:
    """Measure and print, in milliseconds of processor: the median of the rounds, the slowest, and the aim."""
    shipped = {
        path.stem: parse(path.read_text("utf-8"), path.stem) for path in sorted(SHIPPED.glob("*.yaml"))
    }
    labels = shipped["label-printer-wont-print"]
    source = (SHIPPED / "label-printer-wont-print.yaml").read_text("utf-8")
    chain, sixty = long_tree(30), long_tree(60)
    answers = {f"n{place}": "o0" for place in range(30)}
    print(f"Diagnostics: median of {ROUNDS} rounds, milliseconds of processor")
    print(f"{'':34} {'median':>8} {'slowest':>8} {'aim':>6}")
    show("replay of a run of 30 answers", lambda: resolve(chain, answers), "1")
    show("reading a YAML of 10 kB", lambda: parse(source, "label-printer-wont-print"), "")
    show("check of a shipped diagnostic", lambda: check(labels), "")
    show("map of a shipped diagnostic", lambda: drawn(labels, unlinked), "")
    show("suggested order from 300 runs", lambda: suggested(300), "500")
    show("suggested order from 4,000 runs", lambda: suggested(4_000), "3000", rounds=3)
    show("map of 60 pages with 300 ways", lambda: drawn(sixty, unlinked), "100")


def long_tree(count: int) -> Tree:
    """A diagnostic of so many pages, each with four answers that lead to pages further on."""
    head = "title: Long\nstart: n0\noutcomes:\n  done: {kind: solved, say: Good.}\nnodes:\n"
    nodes = []
    for place in range(count):
        to = [f"n{place + step}" if place + step < count else "done" for step in (1, 2, 5, 9)]
        options = ", ".join(f"{{id: o{n}, say: Answer {n} of them, go: {each}}}" for n, each in enumerate(to))
        nodes.append(
            f"  n{place}: {{ask: What is it {place}?, options: [{options}], not_sure: {{go: done}}}}\n"
        )
    return parse(head + "".join(nodes), "long")


def suggested(count: int) -> Suggestion | None:
    """A better order with its 200 draws, from so many invented runs of six steps of which the last helps most."""
    names, dice = [f"s{n}" for n in range(6)], random.Random(1)
    place = Try("fixes", tuple(names), order="suggest")
    steps = {name: Step(name, name, minutes=2 + n % 3, guess=0.1) for n, name in enumerate(names)}
    visits, seconds = Counter[Visit](), dict[str, list[float]]()
    for _ in range(count):
        cause = dice.choices([*names, ""], [2, 3, 4, 6, 9, 16, 4])[0]
        seen = names[: names.index(cause) + 1] if cause else names
        done = [(name, "fixed" if name == cause else "not_fixed") for name in seen]
        ending = Ending(cause) if cause else Ending(None, frozenset(names))
        visits[Visit(ending, tuple(done))] += 1
        for name in seen:
            seconds.setdefault(name, []).append(dice.uniform(60, 300))
    tree = Tree("bench", Front("Bench"), "fixes", nodes={"fixes": place}, steps=steps)
    return suggestion(tree, place, added_up(names, visits, seconds), 120)


def show(name: str, deed: Callable[[], object], aim: str, *, rounds: int = ROUNDS) -> None:
    """One line of the table."""
    deed()
    took = []
    for _ in range(rounds):
        began = time.process_time()
        deed()
        took.append((time.process_time() - began) * 1000)
    print(f"{name:34} {statistics.median(took):>8.2f} {max(took):>8.2f} {aim:>6}")


if __name__ == "__main__":
    main()
