"""What the service worker is made of, and the public kit as a browser keeps it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from html import unescape

from portal.files import static_folder
from portal.formatting import day_words
from portal.storm.kept import MadeKit

# The pages that are kept. None of them depends on who asks, and each is fetched without a cookie.
KIT, REQUEST, DOWN = "/offline/kit", "/offline/request", "/offline"
# What the pages need to look right and to work; the kit has everything inside.
SCRIPTS = ("js/offline_request.js", "js/offline_list.js", "js/offline_store.js")
LOOKS = ("css/", "img/", "fonts/PublicSans-Regular", "fonts/PublicSans-Bold")
WORKER = ("js/offline_store.js", "js/service_worker.js")
# A switch for the day when a worker does harm: browsers ask for the script anew and it takes itself away.
OFF = "offline.off"

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
_SIGNATURE = "\n<!-- signpost-storm-kit "
_TOP = '<main id="main" class="sp-main"><div class="sp-wrap">'


@dataclass(frozen=True)
class KeptKit:
    """The page that is shown without a line, and the content policy that its own scripts need."""

    html: str
    policy: str


def kept_kit(made: MadeKit) -> KeptKit:
    """The kit with a line on top. It is another page than the signed file, so it carries no signature."""
    html = made.file.decode().rpartition(_SIGNATURE)[0]
    found = _POLICY.search(html)
    if found is None or _TOP not in html:
        raise ValueError("The storm kit has no place for the line on top")
    line = (
        '<div class="sp-waiting kit-kept"><div><p><b>There is no connection.</b> '
        "This is the copy kept on this computer from "
        f'{day_words(made.kit.made)}.</p><p><a href="/">Try again</a> or <a href="{REQUEST}">write a request</a>. '
        "We keep it on this computer and send it when the line is back.</p></div></div>"
    )
    policy = f"{unescape(found[1])}; frame-ancestors 'none'"
    return KeptKit(html.replace(_TOP, f"{_TOP}\n{line}", 1), policy)


@cache
def worker_script(*, off: bool) -> str:
    """The service worker as one script. With ``off`` it deletes what it kept and takes itself away."""
    folder, names = static_folder(), _manifest()
    held = {"off": off, "kit": KIT, "request": REQUEST, "down": DOWN, "assets": kept_assets()}
    scripts = [(folder / names[name]).read_text(encoding="utf-8") for name in WORKER]
    return "\n".join([f"self.offline = {json.dumps(held)};", *scripts])


def kept_assets() -> list[str]:
    """The addresses of the files that the kept pages need; each carries a hash of its content."""
    wanted = [name for name in _manifest() if name in SCRIPTS or name.startswith(LOOKS)]
    return [f"/static/{_manifest()[name]}" for name in sorted(wanted)]


@cache
def _manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads((static_folder() / "manifest.json").read_text(encoding="utf-8"))
    return names
