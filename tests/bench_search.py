"""The benchmark of search: how fast, how large, and what publishing and rebuilding do to searches meanwhile.

``make bench`` prints it. Each engine gets the same texts and the same questions in the same run, in turns, so that
a busy moment of the machine falls on all. ``--only 1000`` or ``--only 10000`` measures one size, ``--short`` leaves
out the rebuild and the memory. ``SIGNPOST_SPEED_SETS`` names a folder with other texts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench_engines import ENGINES, Ask
from bench_texts import Text, questions, texts, where_from
from sqlalchemy import insert

from kb.articles import Article, Revision
from kb.indexing import catch_up
from portal.config import read_config
from portal.database import Database, open_database
from portal.running.index_upkeep import rebuild
from portal.site.context import Site, build_site
from search.index import Index
from search.meaning import load
from search.query import parse
from search.whoosh_index import WhooshIndex
from search.words import NO_WORDS

PUBLIC = frozenset({"public"})
WARM_UP, ASKED, ROUNDS = 60, 400, 5
NOW = datetime(2026, 11, 3, tzinfo=UTC)
HERE = Path(__file__).resolve().parent.parent
spawn = multiprocessing.get_context("spawn")


def main() -> None:
    """Measure and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--only", type=int, choices=(1_000, 10_000))
    wanted.add_argument("--short", action="store_true")
    chosen = wanted.parse_args()
    print(
        f"Search: {ASKED} questions in {ROUNDS} rounds, {where_from()}; meaning is {'on' if load() else 'off'}"
    )
    print("Build is seconds of processor, for a busy machine makes the others longer.")
    print(f"{'':28} {'articles':>8} {'build s':>8} {'median ms':>10} {'99th ms':>9} {'of Whoosh':>9}")
    for size in (1_000, 10_000):
        if chosen.only in (None, size):
            with tempfile.TemporaryDirectory(prefix="signpost-bench-") as place:
                measure(Path(place), size, whole=not chosen.short)


def measure(place: Path, size: int, *, whole: bool) -> None:
    """All rows of one size."""
    desk = Desk(place / "var", texts(size))
    engines: dict[str, Ask] = {"search, from text to page": desk.search}
    built = {"search, from text to page": desk.fill()}
    for name, build in ENGINES.items():
        began = time.process_time()
        engines[name] = build(place / name.split()[1].strip(","), desk.texts)
        built[name] = time.process_time() - began
    answered = in_turns(engines, questions(WARM_UP + ASKED))
    beside_whoosh = statistics.median(answered["raw Whoosh, any word"])
    for name, took in answered.items():
        show(name, size, built[name], took, statistics.median(took) / beside_whoosh)
    show("suggestions while typing", size, None, in_turns({"": desk.suggest}, beginnings())[""], None)
    if size == 10_000:
        beside(desk, "publish one article", desk.publish, size)
        if whole:
            beside(desk, "rebuild everything", desk.rebuild, size)
            for meaning in (True, False):
                remembered(desk, meaning=meaning)
    desk.close()


def in_turns(engines: dict[str, Ask], asked: list[str]) -> dict[str, list[float]]:
    """The milliseconds of each question, after the warm-up, for each engine; a part of the questions each round."""
    took: dict[str, list[float]] = {name: [] for name in engines}
    for question in asked[:WARM_UP]:
        for ask in engines.values():
            ask(question)
    for part in range(ROUNDS):
        for name, ask in engines.items():
            for question in asked[WARM_UP + part :: ROUNDS]:
                began = time.perf_counter()
                ask(question)
                took[name].append(1000 * (time.perf_counter() - began))
    return took


def beginnings() -> list[str]:
    """What is in the box while the questions are typed: two letters, half a word, three words and a half."""
    return [
        question[: 2 + (number * 7) % 24].strip() or question
        for number, question in enumerate(questions(WARM_UP + ASKED))
    ]


class Desk:
    """A set-up Signpost with so many articles in its database and its index."""

    def __init__(self, folder: Path, found: list[Text]) -> None:
        self.folder, self.texts = folder, found
        environment = os.environ | {"SIGNPOST_DATA": str(folder)}
        setup = [sys.executable, "-m", "portal.cli", "setup"]
        subprocess.run(setup, env=environment, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
        self.config = read_config({"SIGNPOST_DATA": str(folder)})
        self.database: Database = open_database(self.config.database_url)
        self.index: Index = WhooshIndex(self.config.index_folder, load())
        self.site: Site = build_site({}, (), NOW)
        with self.database.writing() as session:
            for number, one in enumerate(found, start=100_000):
                write(session, number, one)
            session.commit()

    def fill(self) -> float:
        """Index everything; the seconds of processor it took."""
        began = time.process_time()
        self.rebuild()
        return time.process_time() - began

    def search(self, question: str) -> Any:
        """One search."""
        return self.index.find(parse(question), PUBLIC, words=NO_WORDS)

    def suggest(self, beginning: str) -> Any:
        """Suggestions for one beginning."""
        return self.index.suggest(beginning, PUBLIC, limit=5)

    def publish(self) -> str:
        """Publish an article as a press of the button does; gives a word that only it holds."""
        with self.database.writing() as session:
            write(session, 99_999, Text("quokkawallaby", "Quokkawallaby", "A new article. " * 100))
            session.commit()
        with self.database.reading() as session:
            catch_up(session, self.index, values=self.site.placeholders, phone=self.site.desk_phone)
        return "quokkawallaby"

    def rebuild(self) -> str:
        """Write every document anew."""
        with self.database.reading() as session:
            rebuild(session, self.index, self.site)
        return ""

    def close(self) -> None:
        """Let go of the files."""
        self.database.engine.dispose()


def write(session: Any, number: int, one: Text) -> None:
    """Put one live article into the database, as the editor would have left it."""
    outline = [{"anchor": "", "heading": "", "text": one.text}]
    article = {
        "id": number, "slug": one.slug, "kind": "guide", "status": "published", "title": one.title[:200],
        "topic": f"topic-{number % 9}", "created_at": NOW, "published_at": NOW,
    }  # fmt: skip
    revision = {
        "id": number, "article_id": number, "number": 1, "title": one.title[:200], "source": "", "front": {},
        "outline": outline, "hash": str(number), "created_at": NOW,
    }  # fmt: skip
    session.execute(insert(Article).values(article))
    session.execute(insert(Revision).values(revision))
    session.execute(Article.__table__.update().where(Article.id == number).values(published_id=number))


def beside(desk: Desk, name: str, change: Callable[[], str], size: int) -> None:
    """Do it while another process searches without a pause; how long it took, and the slowest search meanwhile."""
    orders, answers = spawn.Queue(), spawn.Queue()
    other = spawn.Process(target=go_on_searching, args=(desk.config.index_folder, orders, answers))
    other.start()
    answers.get(timeout=120)
    began, began_work = time.monotonic(), time.process_time()
    word = change()
    work = time.process_time() - began_work
    orders.put(word)
    found, took = answers.get(timeout=120)
    other.join()
    until = "found by another process" if word else "served by another process"
    seconds, slowest = found - began, max(took)
    print(
        f"{name:28} {size:8,}   {seconds:.2f} s until {until} ({work:.2f} s of processor); "
        f"{len(took):,} searches meanwhile, "
        f"median {statistics.median(took):.1f} ms, slowest {slowest:.0f} ms",
        flush=True,
    )


def go_on_searching(folder: Path, orders: Any, answers: Any) -> None:
    """Search until told a word, and until that word is found; an empty word is found at once."""
    index = WhooshIndex(folder, load())
    asked = questions(WARM_UP + ASKED)
    for question in asked[:WARM_UP]:
        index.find(parse(question), PUBLIC, words=NO_WORDS)
    answers.put("ready")
    took: list[float] = []
    word: str | None = None
    while True:
        for question in asked:
            began = time.perf_counter()
            index.find(parse(question), PUBLIC, words=NO_WORDS)
            took.append(1000 * (time.perf_counter() - began))
            if word is None:
                try:
                    word = orders.get_nowait()
                except queue.Empty:
                    continue
            if not word or index.find(parse(word), PUBLIC, words=NO_WORDS, exact=True).total:
                answers.put((time.monotonic(), took))
                return


def remembered(desk: Desk, *, meaning: bool) -> None:
    """The memory of a web process that has answered all questions."""
    said = subprocess.run(
        [sys.executable, __file__, "--remember", str(desk.folder), str(int(meaning))],
        capture_output=True, text=True, check=True, cwd=HERE,
        env=os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{HERE / 'tests'}", "SIGNPOST_DATA": str(desk.folder)},
    )  # fmt: skip
    before, after = json.loads(said.stdout.splitlines()[-1])
    name = "memory with meaning" if meaning else "memory without meaning"
    print(
        f"{name:28} {len(desk.texts):8,}   {after:.0f} MB a web process, {before:.0f} MB before the first search"
    )


def remember(folder: str, *, meaning: bool) -> None:
    """In a process of its own: the application, all questions as pages, and its size before and after."""
    if not meaning:
        from search import meaning as room

        room.load = lambda: None  # type: ignore[assignment]
    from portal.app import create_app

    app = create_app(read_config({"SIGNPOST_DATA": folder}))
    client = app.test_client()
    before = resident()
    for number, question in enumerate(questions(WARM_UP + ASKED)):
        address = "/suggest" if number % 3 == 2 else "/search"
        answer = client.get(address, query_string={"q": question}, base_url="http://127.0.0.1")
        assert answer.status_code == 200, answer.status
    print(json.dumps([before, resident()]))


def resident() -> float:
    """Megabytes of this process that lie in memory, shared ones included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def show(name: str, size: int, built: float | None, took: list[float], share: float | None) -> None:
    took.sort()
    last = took[min(len(took) - 1, int(len(took) * 0.99))]
    seconds = f"{built:8.1f}" if built is not None else " " * 8
    of_whoosh = f"{share:9.0%}" if share is not None else ""
    print(
        f"{name:28} {size:8,} {seconds} {statistics.median(took):10.1f} {last:9.1f} {of_whoosh}", flush=True
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--remember"]:
        remember(sys.argv[2], meaning=sys.argv[3] == "1")
    else:
        main()
