"""Nothing that can be typed raises or is slow: 200,000 generated texts in ``make soak``, a hundredth otherwise.

Each text goes through `parse`, a search and suggestions on each index. The limit is the processor time of the thread
that searches, not the time on the wall: on a busy machine a search waits for its turn, and that is no fault of the
text. The searches' own limit goes by the wall, and has a test of its own at the end.
"""

from __future__ import annotations

import os
import random
import re
import time
from pathlib import Path

import pytest

from search import meaning, whoosh_view
from search.index import Document, Section
from search.postgres_index import PostgresIndex
from search.query import MOST_LETTERS, MOST_WORDS, parse
from search.whoosh_index import WhooshIndex
from search.words import words_from

from .conftest import CLERK, KINDS, PAGES, PUBLIC, STAFF, index_of
from .hostile import shortened, typed

SOAK = os.environ.get("SIGNPOST_SOAK") == "1"
COUNT = 200_000 if SOAK else 2_000
SEED = int(os.environ.get("SIGNPOST_TEST_SEED", "20261103"))
LIMIT_SECONDS = 0.3
KEPT = "signpost/hostile-queries"
WORDS = words_from([{"say": ["frozen", "acts up", "lable"], "means": ["paper jam", "label printer"]}])
GUIDES = sorted((Path(__file__).parents[2] / "content" / "articles").glob("*.md"))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [*PAGES, *map(_guide, GUIDES)]


@pytest.fixture(scope="module", params=KINDS)
def index(request, tmp_path_factory, documents):
    made = index_of(request.param, request, tmp_path_factory.mktemp("hostile"), meaning.load())
    with made.edit() as edit:
        for one in documents:
            edit.put(one)
    return made


@pytest.mark.soaked
def test_no_text_raises_or_is_slow(index, documents, request):
    words = sorted({word for one in documents for part in one.sections for word in part.text.split()})
    cache, slowest, began = request.config.cache, (0.0, ""), time.monotonic()
    # A server is asked over a socket: fewer texts take as long.
    count = COUNT // 10 if isinstance(index, PostgresIndex) else COUNT
    kept = [(-1, text) for text in cache.get(KEPT, [])]
    for number, text in [*kept, *((number, "") for number in range(count))]:
        text = text if number < 0 else typed(SEED, number, words)
        wrong, took = _wrong(index, number, text)
        for _ in range(
            2
        ):  # the collector of a large test process may have run in it: a slow text is slow again
            if took > LIMIT_SECONDS:
                wrong, took = _wrong(index, number, text)
        slowest = max(slowest, (took, text[:60]))
        if wrong:
            short = shortened(text, lambda one: bool(_wrong(index, number, one)[0]))  # noqa: B023
            cache.set(KEPT, [*(text for _, text in kept), short])
            pytest.fail(
                f"Seed {SEED}, number {number}: {wrong}: {short[:200]!r}, {len(short)} of {len(text)} letters"
            )
    print(
        f"seed {SEED}: {count} texts in {time.monotonic() - began:.0f} s; slowest {slowest[0]:.3f} s: {slowest[1]!r}"
    )


def test_a_megabyte_costs_no_more_than_a_line():
    for text in (
        "a" * 1_000_000,
        "'a ANDMAYBE '" * 80_000,
        "\u0301" * 1_000_000,
        "ﷺ" * 1_000_000,
        '"a b" ' * 170_000,
    ):
        began = time.thread_time()
        query = parse(text)
        assert len(query.text) <= MOST_LETTERS and len(query.words) <= MOST_WORDS
        assert time.thread_time() - began < 0.05


def test_a_failing_text_is_cut_to_what_fails():
    assert shortened("the label \x00 printer " * 50, lambda text: "\x00" in text) == "\x00"


@pytest.mark.slow
def test_a_search_through_huge_posting_lists_stops_in_time_and_still_answers(tmp_path, monkeypatch):
    """Forty words that 10,000 pages have, typed and meant, and one that a single page has."""
    common = [f"common{letter}{other}" for letter in "abcd" for other in "abcdefghij"]
    words = words_from([{"say": common[:1], "means": common[15:]}])
    index, chance = WhooshIndex(tmp_path / "index"), random.Random(SEED)
    with index.edit() as edit:
        for number in range(10_000):
            text = " ".join(word for word in common for _ in range(chance.randint(1, 3)))
            title = "Zanzibar" if number == 5_000 else "Page"
            edit.put(
                Document(f"p{number}", "1", "guide", title, "t", "public", (), (), (Section("", "", text),))
            )
    question = parse(" ".join([*common[:15], "zanzibar"]))

    def ask():
        return index.find(question, PUBLIC, words=words)

    ask()  # what is read from the disk once is not the words' fault
    monkeypatch.setattr(whoosh_view, "LONGEST_SECONDS", 1000.0)
    without = min(_took(ask) for _ in range(3))
    monkeypatch.setattr(whoosh_view, "LONGEST_SECONDS", 0.0)
    within = min(_took(ask) for _ in range(3))
    # The most telling word is read first, so the page that it names comes first all the same.
    assert ask().hits[0].slug == "p5000"
    assert within < without / 2


def _wrong(index, number: int, text: str) -> tuple[str, float]:
    """Say what is wrong with the answer to one text, or nothing; and the seconds of the slowest part."""
    audiences = (PUBLIC, CLERK, STAFF, frozenset())[number % 4]
    longest = 0.0
    try:
        began = time.thread_time()
        query = parse(text)
        for deed in (
            lambda: index.find(
                query, audiences, words=WORDS, exact=number % 5 == 0, offset=(0, 10, 10**9)[number % 3]
            ),
            lambda: index.suggest(text, audiences),
        ):
            found = deed()
            longest, began = max(longest, time.thread_time() - began), time.thread_time()
            hits = getattr(found, "hits", found)
            if any(_unsafe(hit.snippet_html) for hit in hits):
                return "unsafe HTML", longest
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200], longest
    return f"{longest:.2f} s" if longest > LIMIT_SECONDS else "", longest


def _unsafe(html: str) -> bool:
    return "<" in re.sub(r"</?mark>", "", html)


def _took(deed) -> float:
    began = time.thread_time()
    deed()
    return time.thread_time() - began


def _guide(path: Path) -> Document:
    front, _, body = path.read_text("utf-8")[4:].partition("\n---\n")
    title = re.search(r"^title: *(.+)$", front, re.M)
    parts = tuple(
        Section(f"s{number}", "", part) for number, part in enumerate(re.split(r"^## .*$", body, flags=re.M))
    )
    symptoms = tuple(re.findall(r"^  - (.+)$", front, re.M))
    return Document(
        path.stem, "1", "guide", title.group(1) if title else "", "t", "public", symptoms, (), parts
    )
