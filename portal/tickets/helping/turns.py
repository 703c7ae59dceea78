"""Turns: looking for guides while somebody types is the first thing to give way when a server is busy."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

# Half of the requests that a web process answers at once; the other half is for people who send, search and read.
AT_ONCE = 2
# One look after each pause while typing; nobody pauses so often. A program might.
MOST_LOOKS, IN = 60, timedelta(minutes=1)
MOST_BROWSERS = 5_000


class Turns:
    """A few looks at once in this process, and so many a minute for one browser. Who gets none goes without guides."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._looks: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def take(self, visitor: str, now: datetime) -> Iterator[bool]:
        """Whether this browser may look now. Waits for nobody."""
        if not self._within_pace(visitor, now) or not self._places.acquire(blocking=False):
            yield False
            return
        try:
            yield True
        finally:
            self._places.release()

    def _within_pace(self, visitor: str, now: datetime) -> bool:
        with self._lock:
            looks = self._looks.setdefault(visitor, deque())
            self._looks.move_to_end(visitor)
            while len(self._looks) > MOST_BROWSERS:
                self._looks.popitem(last=False)
            while looks and looks[0] <= now - IN:
                looks.popleft()
            if len(looks) >= MOST_LOOKS:
                return False
            looks.append(now)
            return True
