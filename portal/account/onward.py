"""Where a person goes on after signing in: to one of our own pages, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from auth.roles import Reader

# One slash and then visible ASCII without a backslash. Browsers read "//host", "/\host" and a tab between
# the slashes as another host, so none of them comes through.
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
LONGEST = 500
# Going on to these would sign out, or lead round in a circle.
NOT_ONWARD = ("/sign-in", "/sign-out", "/forgot", "/reset")


def own_path(text: str) -> str:
    """The path when it is one of our own, else an empty text."""
    if len(text) > LONGEST or OWN_PATH.fullmatch(text) is None:
        return ""
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or any(_leads_to(parts.path, path) for path in NOT_ONWARD):
        return ""
    return text


def start_of(reader: Reader) -> str:
    """The page that a person starts from."""
    if reader.may("work tickets"):
        return "/desk/"
    if reader.may("write drafts"):
        return "/author/"
    return "/admin/people" if reader.may("manage people") else "/"


def _leads_to(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}/")
