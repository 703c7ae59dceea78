"""Kits made once and kept in this process, until something on the site changes or the day ends."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from portal.storm.contents import Kit

# One for each audience in use, and room for a few groups.
MOST_KEPT = 8
Key = tuple[int, frozenset[str], str]


@dataclass(frozen=True)
class MadeKit:
    """A kit and its file."""

    kit: Kit
    file: bytes


class KeptKits:
    """Made kits by version of the site, audiences and day. A key names all that a kit depends on."""

    def __init__(self) -> None:
        self._kits: OrderedDict[Key, MadeKit] = OrderedDict()
        self._lock = threading.Lock()

    def kit(self, key: Key, make: Callable[[], MadeKit]) -> MadeKit:
        """The kit, made when it is not kept yet; two who ask at once wait for one making."""
        with self._lock:
            found = self._kits.get(key)
            if found is None:
                found = self._kits[key] = make()
                while len(self._kits) > MOST_KEPT:
                    self._kits.popitem(last=False)
            return found
