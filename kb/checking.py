"""Checking content files before they are anywhere: guides and diagnostics of a folder against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.findings import Finding
from kb.folder import BadFile, Found, files_in
from kb.page_links import slug_of
from kb.pictures import BadPicture, checked
from kb.plain_yaml import read
from kb.proofing import Known, proof_file
from kb.trees.around import Around
from kb.trees.checks import check
from kb.trees.parsing import TreeProblems, parse
from kb.trees.tree import Tree
from kb.words import BadWords, rows_from

SITE_BYTES = 256 * 1024
# Filled in by the portal from other settings, so no list of placeholders names them.
DESK_PLACEHOLDERS = (
    "desk.phone",
    "desk.phone_electionday",
    "desk.email",
    "desk.oncall",
    "desk.hours",
    "elections.phone",
)


def check_content(
    folder: Path, *, only: Sequence[Path] = (), today: date | None = None, strict: bool = True
) -> list[tuple[str, Finding]]:
    """The findings of a content folder with their paths. ``only`` names files or folders in it; empty means all.

    Guides are checked against the folder's own articles, pictures and ``site.yaml``. A path with nothing to check
    is an error, so that a slip in its name never passes for a clean check.
    """
    # The product's own manual lies beside the guides and is read by the people who run it, not by clerks.
    files = [found for found in files_in(folder) if not found.path.startswith("handbook/")]
    around = _Around(files, site_of(folder), today)
    chosen = [path.resolve() for path in only]
    found = [
        (each.path, finding)
        for each in files
        if not chosen or any(each.place.is_relative_to(path) for path in chosen)
        for finding in around.findings(each, strict)
    ]
    return [*_empty(files, only or (folder,)), *found]


def known_from(
    site: dict[str, Any], *, slugs: frozenset[str], pictures: frozenset[str], today: date | None
) -> Known:
    """What guides are checked against, from the values of a ``site.yaml``."""

    def slugs_of(key: str) -> frozenset[str] | None:
        return frozenset(str(each["slug"]) for each in site[key]) if site.get(key) else None

    placeholders = frozenset([*(site.get("placeholders") or {}), *DESK_PLACEHOLDERS])
    return Known(
        slugs=slugs,
        topics=slugs_of("topics"),
        services=slugs_of("services"),
        groups=slugs_of("groups"),
        placeholders=placeholders if site else None,
        pictures=pictures,
        avoid=avoid_of(site),
        today=today,
    )


def avoid_of(site: dict[str, Any]) -> dict[str, str]:
    """The words to avoid, with the plain ones, from the values of a ``site.yaml``."""
    return {str(word): str(plain or "") for word, plain in (site.get("words.avoid") or {}).items()}


def site_of(folder: Path) -> dict[str, Any]:
    """The values of the ``site.yaml`` beside the articles, empty when there is none. Raises ``BadYaml``."""
    for place in (folder, *folder.resolve().parents[:2]):
        if (place / "site.yaml").is_file():
            value = read((place / "site.yaml").read_text("utf-8"), cap_bytes=SITE_BYTES)
            return value if isinstance(value, dict) else {}
    return {}


class _Around:
    """What the files of a folder are checked against, and the check for each kind."""

    def __init__(self, files: list[Found], site: dict[str, Any], today: date | None) -> None:
        slugs = frozenset(slug_of(each.stem) for each in files if each.kind in ("guide", "diagnostic"))
        self._pictures = {each.name: each.place.stat().st_size for each in files if each.kind == "picture"}
        self._known = known_from(site, slugs=slugs, pictures=frozenset(self._pictures), today=today)
        self._guides = frozenset(slug_of(each.stem) for each in files if each.kind == "guide")
        # Read once, for each is looked up by those that call it and then checked itself.
        self._read = {each.place: _tree_in(each) for each in files if each.kind == "diagnostic"}
        self._library = {tree.slug: tree for tree in self._read.values() if isinstance(tree, Tree)}

    def findings(self, found: Found, strict: bool) -> list[Finding]:
        try:
            return self._findings(found, strict)
        except (BadFile, BadPicture, BadWords, OSError) as error:
            return [Finding(1, "file", "error", str(error))]

    def _findings(self, found: Found, strict: bool) -> list[Finding]:
        if found.kind == "guide":
            return proof_file(found.text(), known=self._known, strict=strict)
        if found.kind == "diagnostic":
            return self._diagnostic(found, strict)
        if found.kind == "picture":
            checked(found.name, found.body())
        elif found.kind == "words":
            rows_from(found.text())
        else:
            raise BadFile(found.reason)
        return []

    def _diagnostic(self, found: Found, strict: bool) -> list[Finding]:
        tree = self._read[found.place]
        if isinstance(tree, TreeProblems):
            return list(tree.findings)
        if isinstance(tree, Exception):
            raise tree
        around = Around(
            library=self._library,
            guides=self._guides,
            pictures=self._pictures,
            avoid=self._known.avoid,
            placeholders=self._known.placeholders,
            strict=strict,
        )
        return list(check(tree, around))


def _empty(files: Sequence[Found], paths: Sequence[Path]) -> Iterator[tuple[str, Finding]]:
    """The paths in which there is nothing to check."""
    for path in paths:
        if not any(each.place.is_relative_to(path.resolve()) for each in files):
            message = "There is nothing to check here: no guide, no diagnostic, no words.yaml and no picture."
            yield str(path), Finding(1, "nothing-to-check", "error", message)


def _tree_in(found: Found) -> Tree | TreeProblems | BadFile | OSError:
    """The diagnostic in a file, or what is wrong with it."""
    try:
        return parse(found.text(), slug_of(found.stem))
    except (TreeProblems, BadFile, OSError) as wrong:
        return wrong
