"""Kept pages: what every visitor sees alike is built once a minute and once a change, and given out many times.

The token and the nonce of each answer are put in afterwards, in the place of marks that no text can contain.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_KEPT = 2_000


class KeptPages:
    """Pages by key. A key names everything that the page depends on, so that nothing is ever taken back."""

    def __init__(self) -> None:
        # New in each process, so that nobody can write a mark into a page.
        secret = secrets.token_hex(16)
        self.token_mark = f"token-{secret}"
        self.nonce_mark = f"nonce-{secret}"
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, build: Callable[[], str]) -> str:
        """The page with its marks, built when it is not kept yet."""
        found = self._pages.get(key)
        if found is None:
            found = build()
            with self._lock:
                self._pages[key] = found
                while len(self._pages) > MOST_KEPT:
                    self._pages.popitem(last=False)
        return found

    def filled(self, page: str, *, token: str, nonce: str) -> str:
        """The page for one answer."""
        return page.replace(self.token_mark, token).replace(self.nonce_mark, nonce)
