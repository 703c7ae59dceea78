"""What a web process runs first: it learns to end with its parent before it loads anything large."""

from __future__ import annotations

import ctypes
import signal
from typing import Any

PR_SET_PDEATHSIG = 1


def web_app() -> Any:
    """The application, for granian.

    A process that was forked has its parent's answer to SIGTERM until granian gives it its own; a signal in
    between would be lost, and the end would wait for the grace to run out. So it ends at once while it loads.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent()
    from portal.app import create_app

    return create_app()


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent of this process ends, in whatever way."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
