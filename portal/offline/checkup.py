"""The doctor's look at what browsers keep: the service worker's files, the kept kit, its size, and the address."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from portal.config import Config
from portal.files import FilesMissing, static_folder
from portal.keeping.checkup import Check, bad, good, warning
from portal.offline.keeping import OFF, SCRIPTS, WORKER, kept_assets, kept_kit, worker_script
from portal.site.settings import all_settings
from portal.storm.checkup import kit_for_everyone

NAME = "offline kit"
# A county's line at the counter fetches this much once an hour beside everything else; the kit alone has 3 MB at most.
LARGEST_BYTES = 4_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check_offline_kit(session: Session, config: Config, now: datetime) -> Check:
    """Make what a browser keeps, as a browser asks for it. Takes about a quarter of a second."""
    missing = _missing()
    if missing:
        return bad(
            NAME,
            f"Browsers can keep nothing: {', '.join(missing)} is not built.",
            "Build the page assets: run `make assets`, or install Signpost again.",
        )
    off = all_settings(session).get(OFF) is True
    worker = worker_script(off=off)
    if off:
        return warning(
            NAME,
            "Browsers keep nothing: the setting offline.off is yes.",
            "Set it to no when the harm is mended.",
        )
    return _judged(session, config, now, len(worker.encode()))


def missing_in(folder: Path) -> list[str]:
    """The scripts of the service worker and of the kept pages that are not built there."""
    try:
        names = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["manifest.json"]
    wanted = sorted({*WORKER, *SCRIPTS, "css/site.css"})
    return [name for name in wanted if not (folder / names.get(name, name)).is_file()]


def _missing() -> list[str]:
    try:
        return missing_in(static_folder())
    except FilesMissing:
        return ["the folder of page assets"]


def _judged(session: Session, config: Config, now: datetime, worker_size: int) -> Check:
    made = kit_for_everyone(session, config, now)
    # Made even when it is empty: a kit without a place for its top line is an error here, and not in a browser.
    size = len(kept_kit(made).html.encode()) + worker_size + _assets_size()
    host = urlsplit(config.base_url).hostname or ""
    if not config.secure and host not in LOOPBACK:
        return warning(
            NAME,
            f"Browsers keep nothing: they do so over https only, and people come to {config.base_url}.",
            "Put a server with https in front and set SIGNPOST_BASE_URL to its address.",
        )
    if made.kit.is_empty:
        return good(NAME, "Browsers keep an empty kit, because the storm kit is empty.")
    words = f"Browsers keep the kit for everyone and what it needs: {size / 1_000_000:.1f} MB."
    if size > LARGEST_BYTES:
        return warning(
            NAME, f"{words} That is large.", "Look for large photos in what is marked for the storm kit."
        )
    return good(NAME, words)


def _assets_size() -> int:
    """The files beside the kit, once for each browser."""
    return sum((static_folder().parent / address.lstrip("/")).stat().st_size for address in kept_assets())
