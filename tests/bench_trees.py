"""The benchmark of diagnostics: replay, check, map and plan, on the shipped ones and on one of sixty pages.

``make bench`` prints it. Nothing here is a test: a busy machine is no failure.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from kb.trees.checks import check
from kb.trees.drawing import drawn, unlinked
from kb.trees.parsing import parse
from kb.trees.tree import Tree
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


def show(name: str, deed: Callable[[], object], aim: str) -> None:
    """One line of the table."""
    deed()
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        deed()
        took.append((time.process_time() - began) * 1000)
    print(f"{name:34} {statistics.median(took):>8.2f} {max(took):>8.2f} {aim:>6}")


if __name__ == "__main__":
    main()
