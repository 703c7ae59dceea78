"""The child process that renders guides: one line of JSON in, one line of JSON out, until its input ends."""

from __future__ import annotations

import contextlib
import json
import resource
import sys

from kb.page import page_of

# Markdown of hostile nesting grows before it is slow; a child that needs more than this is lost anyway.
MEMORY_BYTES = 1 << 30


def main() -> None:
    """Answer each request with ``{"page": ...}`` or ``{"error": ...}``. Nothing that happens here ends the loop."""
    # Some systems forbid lowering the limit; the parent's clock still stands guard.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for line in sys.stdin:
        sys.stdout.write(_answer(line) + "\n")
        sys.stdout.flush()


def _answer(line: str) -> str:
    try:
        asked = json.loads(line)
        return json.dumps({"page": page_of(asked["source"], asked["title"])})
    except Exception as error:
        return json.dumps({"error": type(error).__name__})


if __name__ == "__main__":
    main()
