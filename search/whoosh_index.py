"""The index on disk, kept by Whoosh: a cache that may be thrown away and filled again at any time.

Whoosh keeps postings and entries; what a person typed never reaches its query language (see `whoosh_view.py`).
Its files are pickles and never synced to disk: a broken one shows as `IndexDamaged`; the answer is `reset()`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import writing
from whoosh.filedb import filestore
from whoosh.index import EmptyIndexError, create_in

from search import finding
from search.index import Hit, IndexBusy, IndexDamaged, Results
from search.meaning import Meaning
from search.query import Query
from search.whoosh_edit import WhooshEdit
from search.whoosh_fields import schema
from search.whoosh_files import Folder
from search.whoosh_folder import (
    LOCK,
    damage_named,
    empty_folder,
    generation,
    seal,
    seals_broken,
)
from search.whoosh_postings import codec
from search.whoosh_view import Opened, State, WhooshView
from search.whoosh_volume import Volume
from search.words import Words

FILES: Any = filestore  # Whoosh is half typed.
WRITING: Any = writing
# The folder's time stamp tells of most commits at once; two within one tick of the clock are told apart here.
RECHECK_SECONDS = 1.0
# Seconds to wait before each further try at opening an index that is being changed at this very moment.
OPENING_WAITS = (0.0, 0.01, 0.03, 0.1)
NOTHING_SEEN: tuple[int, State, float] = (0, (-1, 0, 0), 0.0)
_TOC = "_MAIN_*.toc"


class WhooshIndex:
    """An index in a folder; any number of processes may read while one changes it.

    Each thread that searches gets a searcher of its own; a commit of another process is seen by the next
    search, or one second later at the most.
    """

    def __init__(self, folder: Path, meaning: Meaning | None = None) -> None:
        """Take the index in the folder, or make an empty one where there is none.

        With a `meaning`, pages are also found by what they mean; an index filled without one needs a reset.
        A broken one is met by the first search, so that `reset()` can always be called.
        """
        self._folder = Path(folder)
        self._meaning = meaning
        self._free: list[Opened] = []
        self._volumes: dict[str, Volume] = {}
        self._seen = NOTHING_SEEN
        self._opening = threading.Lock()
        if not any(self._folder.glob(_TOC)):
            with damage_named():
                self._folder.mkdir(parents=True, exist_ok=True)
                create_in(str(self._folder), schema())

    @property
    def flavour(self) -> str:
        """What documents are kept with."""
        return "meaning" if self._meaning else "words"

    @contextmanager
    def edit(self, timeout_seconds: float = 0.0) -> Iterator[WhooshEdit]:
        """Open the one change; see `index.Index`. The lock is held by the operating system for this process."""
        edit = self._begun(timeout_seconds)
        try:
            yield edit
        except BaseException:
            edit.cancel()
            raise
        with damage_named():
            try:
                edit.finish()
            except BaseException:
                edit.cancel()
                raise
            seal(self._folder)

    def find(
        self,
        query: Query,
        audiences: frozenset[str],
        *,
        words: Words,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        exact: bool = False,
        priors: Mapping[str, float] | None = None,
    ) -> Results:
        """Find documents, best first; see `index.Index`."""
        page = finding.Page(limit=limit, offset=offset, topic=topic, exact=exact, priors=priors or {})
        with self._opened() as opened:
            return finding.find(WhooshView(opened, audiences, self._meaning), query, words, page)

    def suggest(self, text: str, audiences: frozenset[str], *, limit: int = 6) -> tuple[Hit, ...]:
        """Find titles and symptoms while they are typed; see `index.Index`."""
        with self._opened() as opened:
            return finding.suggest(WhooshView(opened, audiences, self._meaning), text, limit)

    def documents(self) -> int:
        """Count the documents held."""
        with self._opened() as opened:
            return int(opened.reader.doc_count())

    def checksum(self) -> dict[str, str]:
        """Give a digest of every document, made from what is stored; reads everything, and looks at the seals."""
        with damage_named():
            if broken := seals_broken(self._folder):
                raise IndexDamaged(f"{len(broken)} segments of the index are not as they were written")
        with self._opened() as opened:
            return opened.checksum()

    def reset(self) -> None:
        """Throw everything away and begin empty, also when nothing can be read any more."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FILES.FileStorage(str(self._folder)).lock(LOCK)
        if not lock.acquire(False):
            raise IndexBusy("the index is being changed")
        try:
            with self._opening:
                self._drop()
                empty_folder(self._folder)
                create_in(str(self._folder), schema())
        finally:
            lock.release()

    def close(self) -> None:
        """Let go of all files; the next search opens them again."""
        self._drop()

    def _begun(self, timeout_seconds: float) -> WhooshEdit:
        with damage_named():
            try:
                writer = self._stored().writer(timeout=max(timeout_seconds, 0.0), delay=0.02, codec=codec())
            except WRITING.LockError:
                raise IndexBusy("the index is being changed") from None
            try:
                return WhooshEdit(writer, self._meaning)
            except BaseException:
                # The lock would be held as long as somebody looks at the error.
                with suppress(Exception):
                    writer.cancel()
                raise

    @contextmanager
    def _opened(self) -> Iterator[Opened]:
        """Lend a searcher on the newest state; one that met an error is thrown away."""
        with damage_named():
            opened = self._take()
            try:
                yield opened
            except BaseException:
                opened.close()
                raise
            self._free.append(opened)

    def _take(self) -> Opened:
        """Take a searcher on the newest state; a commit may delete files just while they are being opened."""
        for wait in OPENING_WAITS:
            try:
                return self._taken(self._state())
            except (OSError, EmptyIndexError):
                time.sleep(wait)
        return self._taken(self._state())

    def _taken(self, state: State) -> Opened:
        while self._free:
            with suppress(IndexError):
                opened = self._free.pop()
                if opened.state == state:
                    return opened
                opened.close()
        with self._opening:
            searcher = self._stored().searcher()
            opened = Opened(searcher, state, self._volumes)
            self._volumes = opened.volumes
            return opened

    def _stored(self) -> Any:
        folder: Any = Folder(str(self._folder))
        return folder.open_index(schema=schema())

    def _state(self) -> State:
        """Tell which commit is the newest: its number, and the file it is in, so that a reset is seen too.

        One look at the folder's time stamp in most cases, a listing when it changed or a second has passed.
        """
        stamp = self._folder.stat().st_mtime_ns
        known, state, checked = self._seen
        now = time.monotonic()
        if known == stamp and now - checked < RECHECK_SECONDS:
            return state
        newest = max(self._folder.glob(_TOC), key=generation, default=None)
        if newest is None:
            raise IndexDamaged("the index folder holds no index")
        file = newest.stat()
        state = (generation(newest), file.st_ino, file.st_mtime_ns)
        self._seen = (stamp, state, now)
        return state

    def _drop(self) -> None:
        while self._free:
            with suppress(Exception):
                self._free.pop().close()
        self._volumes = {}
        self._seen = NOTHING_SEEN
