"""The files of a folder that can come in: guides, diagnostics, words and pictures, found without leaving it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.page_links import slug_of

MAX_FILE_BYTES = 10 * 1024 * 1024
PICTURE_ENDINGS = (".svg", ".png", ".jpg", ".jpeg")

# Names that say nothing; such a file is named after its folder.
_INDEX_NAMES = ("index", "readme", "default")

# The parts of a diagnostic at the left edge. Two of them tell one from other YAML, even when it is broken.
_PARTS_OF_DIAGNOSTIC = re.compile(rb"^(title|start|facts|nodes|steps|outcomes|walks)\s*:", re.MULTILINE)
_FEWEST_PARTS = 2


class BadFile(Exception):
    """A file that cannot come in; the message is a sentence that says why."""


@dataclass(frozen=True)
class Found:
    """A file that was found. ``path`` is relative, with slashes. ``kind`` is guide, diagnostic, words, picture or
    refused; ``reason`` says why it was refused."""

    place: Path
    path: str
    kind: str
    root_name: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def stem(self) -> str:
        return self.name.rsplit(".", 1)[0]

    @property
    def topic(self) -> str:
        """The slug of the folder the file lies in; a folder called articles is no topic."""
        folders = self.path.split("/")[:-1] or [self.root_name]
        slug = slug_of(folders[-1])
        return "" if slug in ("articles", "content", "diagnostics", "docs") else slug[:80].strip("-")

    def topic_title(self, topic: str) -> str:
        """A title for the topic, from the folder's own name where it fits."""
        folders = self.path.split("/")[:-1] or [self.root_name]
        words = folders[-1] if slug_of(folders[-1]) == topic else topic
        return words.replace("-", " ").replace("_", " ").strip().capitalize()

    def slugs(self) -> Iterator[str]:
        """Slugs for this file in order of preference: its name, then with more and more folders before it."""
        parts = [slug_of(part) for part in [*self.path.split("/")[:-1], self.stem]]
        parts = [part for part in parts if part] or ["article"]
        if parts[-1] in _INDEX_NAMES and len(parts) > 1:
            parts.pop()
        for count in range(1, len(parts) + 1):
            yield "-".join(parts[-count:])[:150].strip("-")
        for number in range(2, 100):
            yield f"{parts[-1][:140]}-{number}"

    def body(self) -> bytes:
        """The bytes of the file. Raises ``BadFile`` and ``OSError``."""
        if self.place.stat().st_size > MAX_FILE_BYTES:
            raise BadFile(f"The file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB.")
        return self.place.read_bytes()

    def text(self) -> str:
        """The text of the file. Raises ``BadFile`` when it is not UTF-8."""
        body = self.body()
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadFile("The file is not written in UTF-8. Save it as UTF-8 and import it again.") from None
        if "\x00" in text:
            raise BadFile("The file is not text.")
        return text


def files_in(folder: Path) -> Iterator[Found]:
    """The files of a folder and the folders in it: pictures first, then the rest by path.

    Hidden files are passed over. A link that leads out of the folder is refused, not followed.
    """
    root = folder.resolve()
    found = sorted(_walk(root), key=lambda each: (each.kind != "picture", each.path))
    yield from found


def _walk(root: Path) -> Iterator[Found]:
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(parent)
        for name in folders:
            if (here / name).is_symlink() and not _inside(here / name, root):
                yield _refused(here / name, root)
        for name in names:
            if not name.startswith(".") and (kind := _kind(here, name)):
                place = here / name
                path = place.relative_to(root).as_posix()
                # A link to a file inside is passed over: the file itself is read.
                if place.is_symlink():
                    yield from () if _inside(place, root) else (_refused(place, root),)
                elif place.is_file():
                    yield Found(place, path, kind, root.name)


def _kind(folder: Path, name: str) -> str:
    lower = name.lower()
    if lower.endswith((".md", ".markdown")):
        return "guide"
    if lower.endswith(PICTURE_ENDINGS):
        return "picture"
    if lower.endswith((".yaml", ".yml")):
        if folder.name == "diagnostics":
            return "diagnostic"
        if lower == "words.yaml":
            return "words"
        return "diagnostic" if _is_diagnostic(folder / name) else ""
    return ""


def _is_diagnostic(place: Path) -> bool:
    """Does this YAML have the parts of a diagnostic? A link and an unreadable file are none."""
    if place.is_symlink() or not place.is_file():
        return False
    try:
        with place.open("rb") as file:
            found = _PARTS_OF_DIAGNOSTIC.findall(file.read(MAX_FILE_BYTES))
    except OSError:
        return False
    return len(set(found)) >= _FEWEST_PARTS and bool({b"nodes", b"outcomes"} & set(found))


def _inside(place: Path, root: Path) -> bool:
    try:
        return place.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _refused(place: Path, root: Path) -> Found:
    reason = "This is a link that leads out of the folder, or to nothing. It was not followed."
    return Found(place, place.relative_to(root).as_posix(), "refused", root.name, reason)
