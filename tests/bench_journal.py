"""Two busy writers and a reader on one SQLite file, with each journal: how much is read, and how long reading stalls.

This is the measurement behind the choice of the journal; ``make bench`` prints it after the pages.
"""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from portal.database import choose_sqlite

SECONDS = 3.0
JOURNALS = ("wal", "delete")


def main() -> None:
    """Measure each journal that is safe with the library that was chosen, and print a line for each."""
    choice = choose_sqlite()
    journals = JOURNALS if choice.journal == "wal" else ("delete",)
    print(f"SQLite {choice.version}, two writers and a reader for {SECONDS:g} s")
    print(f"{'journal':10} {'reads':>8} {'median ms':>10} {'worst ms':>9} {'writes':>8}")
    for journal in journals:
        reads, writes = measure(journal)
        worst, median = max(reads) * 1000, statistics.median(reads) * 1000
        print(f"{journal:10} {len(reads):8,} {median:10.2f} {worst:9.1f} {writes:8,}")


def measure(journal: str) -> tuple[list[float], int]:
    """Seconds of each read, and how many writes were done beside them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        connection = opened(path, journal)
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, words TEXT)")
        connection.executemany("INSERT INTO rows (words) VALUES (?)", [("word " * 40,)] * 2000)
        done: Any = multiprocessing.Value("i", 0)
        writers = [multiprocessing.Process(target=write, args=(path, journal, done)) for _ in range(2)]
        for writer in writers:
            writer.start()
        reads = read(connection)
        for writer in writers:
            writer.join()
        return reads, done.value


def read(connection: Any) -> list[float]:
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.execute("SELECT count(*), max(words) FROM rows WHERE id > 1900").fetchone()
        times.append(time.perf_counter() - began)
        time.sleep(0.002)
    return times


def write(path: Path, journal: str, done: Any) -> None:
    connection = opened(path, journal)
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (words) VALUES (?)", ("word " * 40,))
        connection.execute("COMMIT")
        with done.get_lock():
            done.value += 1


def opened(path: Path, journal: str) -> Any:
    connection = choose_sqlite().module.connect(path, timeout=15)
    connection.isolation_level = None
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


if __name__ == "__main__":
    main()
