"""Looking at a page in the browser as it is drawn: rules of the house, axe-core, width, and what the console says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WIDE, PHONE, SMALLEST = 1280, 360, 320
# The browser itself notes every answer that is not a 200, and pages under test are refused on purpose; and a window
# that keeps no kit notes that.
ON_PURPOSE = (
    "Failed to load resource: the server responded with a status of 4",
    "Service Worker registration blocked",
)

FRAME = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  const fields = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')];
  return {
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    emptyHeadings: [...document.querySelectorAll('h1, h2, h3, h4')].filter(one => !one.textContent.trim()).length,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    unnamed: fields.filter(one => !one.labels?.length && !one.ariaLabel).map(one => one.outerHTML),
    leftovers: [...document.body.querySelectorAll('*:not(textarea, code, pre, option)')]
      .map(one => one.children.length ? '' : one.textContent.trim())
      .filter(words => ['None', 'undefined', 'Undefined'].includes(words) || /\\{\\{|\\{%/.test(words)),
  };
}"""

# What is wider than the window, except what scrolls in a region of its own.
TOO_WIDE = """() => {
  const limit = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= limit) return [];
  return [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > limit || one.scrollWidth > limit)
    .map(one => one.tagName + '.' + one.className).slice(0, 5).concat(['page']);
}"""

AXE_FINDINGS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')}`)"""


class Console:
    """What the browser complained about: scripts that broke, and everything that the content policy stopped."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ON_PURPOSE):
            self.said.append(message.text)

    def take(self) -> list[str]:
        """What was said since the last time."""
        said, self.said = self.said, []
        return said


def complaints(page: Page, console: Console) -> list[str]:
    """Everything that is wrong with the page in front of us; empty when it is well."""
    found = frame_problems(page.evaluate(FRAME))
    found += [f"console: {words}" for words in console.take()]
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"axe at {width}: {finding}" for finding in axe_findings(page)]
    page.set_viewport_size({"width": SMALLEST, "height": 900})
    found += [f"wider than {SMALLEST}: {element}" for element in page.evaluate(TOO_WIDE)]
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def frame_problems(frame: dict[str, Any]) -> list[str]:
    """The rules that hold on every page."""
    found = []
    title = frame["title"]
    if not title.endswith(" · Signpost") or title.replace("Error:", "").strip().startswith("·"):
        found.append(f"title: {title}")
    if frame["headings"] != 1 or frame["emptyHeadings"]:
        found.append(f"{frame['headings']} h1, {frame['emptyHeadings']} headings without words")
    for name in ("twice", "unnamed", "leftovers"):
        if frame[name]:
            found.append(f"{name}: {frame[name]}")
    return found


def axe_findings(page: Page) -> list[str]:
    """What axe-core finds. Its text goes in by the debugging line, which no content policy stops."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    findings: list[str] = page.evaluate(AXE_FINDINGS)
    return findings
