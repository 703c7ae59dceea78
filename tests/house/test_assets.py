"""The built page assets and the components: sizes, names, and nothing inline."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from auth.roles import RIGHTS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "portal" / "static"
TEMPLATES = ROOT / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts)
FRAME = ("base.html", "staff.html")
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(")

# A clerk on a slow line waits for these before the first page is whole.
LARGEST_STYLES = 60_000
LARGEST_SCRIPTS = 40_000
# Nobody waits for these: the service worker, and what is asked for only where a request was kept without a line.
APART = ("js/service_worker.js", "js/offline_list.js", "js/offline_request.js", "js/offline_store.js")
LARGEST_APART = 7_000
DAY_SECONDS = 24 * 60 * 60

# The one number that hints and errors may show as an example; all others come from settings.
SAMPLE_NUMBER = "406-555-0117"


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    """Logical names and the hashed names they are published under."""
    path = STATIC / "manifest.json"
    assert path.is_file(), "The page assets are not built. Run `make assets`."
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def test_the_stylesheet_is_small(manifest: dict[str, str]) -> None:
    assert squeezed(STATIC / manifest["css/site.css"]) <= LARGEST_STYLES


def test_all_scripts_together_are_small(manifest: dict[str, str]) -> None:
    scripts = [logical for logical in manifest if logical.startswith("js/") and logical not in APART]
    assert sum(squeezed(STATIC / manifest[name]) for name in scripts) <= LARGEST_SCRIPTS
    assert sum(squeezed(STATIC / manifest[name]) for name in APART) <= LARGEST_APART


def test_every_name_of_the_manifest_is_a_file(manifest: dict[str, str]) -> None:
    assert [name for name in manifest.values() if not (STATIC / name).is_file()] == []


def test_every_published_file_stands_in_the_manifest_or_is_kept_a_day_for_a_running_server(
    manifest: dict[str, str],
) -> None:
    paths = [path for path in STATIC.rglob("*") if path.is_file() and path.name != "manifest.json"]
    named = {path.relative_to(STATIC).as_posix(): path.stat().st_mtime for path in paths}
    assert set(manifest.values()) <= set(named)
    built = (STATIC / "manifest.json").stat().st_mtime
    assert [name for name in named.keys() - set(manifest.values()) if built - named[name] > DAY_SECONDS] == []


def test_every_name_carries_a_hash_of_its_content(manifest: dict[str, str]) -> None:
    assert [name for name in manifest.values() if not re.search(r"\.[0-9a-f]{12}\.\w+$", name)] == []


def test_every_source_script_is_published(manifest: dict[str, str]) -> None:
    sources = {f"js/{path.name}" for path in (ROOT / "portal/assets/js").glob("*.js")}
    assert sources <= set(manifest)


def test_templates_name_only_assets_that_exist(manifest: dict[str, str]) -> None:
    asked = {(page.name, name) for page in PAGES for name in re.findall(r"asset\('([^']+)'\)", text(page))}
    assert {pair for pair in asked if pair[1] not in manifest} == set()


def test_scripts_import_only_published_files(manifest: dict[str, str]) -> None:
    names = {Path(name).name for name in manifest.values()}
    for name in manifest.values():
        if name.startswith("js/"):
            imported = re.findall(r'(?:from|import)\s*\(?\s*"\./([^"]+)"', text(STATIC / name))
            assert set(imported) <= names, name


def test_the_stylesheet_asks_only_for_published_files(manifest: dict[str, str]) -> None:
    addresses = re.findall(r'url\("?([^")]+)"?\)', text(STATIC / manifest["css/site.css"]))
    assert addresses
    assert {address for address in addresses if address.removeprefix("../") not in manifest.values()} == set()


def test_nothing_asks_another_server(manifest: dict[str, str]) -> None:
    ours = [
        name
        for logical, name in manifest.items()
        if logical.endswith((".css", ".js")) and "htmx" not in logical
    ]
    assert [name for name in ours if re.search(r"https?://", text(STATIC / name))] == []


def test_our_scripts_run_under_the_content_policy() -> None:
    for path in (ROOT / "portal/assets/js").glob("*.js"):
        assert not re.search(r"\beval\(|new Function|innerHTML|setAttribute\(\"style\"", text(path)), (
            path.name
        )


def test_the_lock_names_no_server() -> None:
    lock = text(ROOT / "package-lock.json")
    assert '"resolved"' not in lock
    assert '"node_modules/htmx.org": {\n      "version": "4.0.1"' in lock


def test_the_sprite_holds_every_icon_that_a_template_shows(manifest: dict[str, str]) -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', text(STATIC / manifest["img/sprite.svg"])))
    shown = {name for page in PAGES for name in re.findall(r"\bicon\('(\w+)'\)", text(page))}
    assert shown
    assert shown - drawn == set()


def test_templates_ask_only_for_rights_that_exist() -> None:
    side_bar = text(TEMPLATES / "components/staff_sidebar.html")
    asked = {right for page in PAGES for right in re.findall(r"\bmay\('([^']+)'\)", text(page))}
    asked |= set(re.findall(r"'[a-z_]+', '([a-z ]+)'\)", side_bar))
    assert "enter the desk" in asked
    assert asked - set(RIGHTS) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_nothing_inline(page: Path) -> None:
    source = re.sub(r"{#.*?#}", "", text(page), flags=re.DOTALL)
    assert "<style" not in source
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"javascript:|\bhx-on\b|js:", source)
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script and "nonce=" in script and 'type="module"' in script


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_file_holds_one_macro_of_its_own_name(component: Path) -> None:
    assert MACRO.findall(text(component)) == [component.stem]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_what_it_is_first(component: Path) -> None:
    assert re.match(r"{# [A-Z\"].+? #}\n", text(component))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_the_design_page_shows_the_component(component: Path) -> None:
    shown = text(TEMPLATES / "design.html") + "".join(text(TEMPLATES / name) for name in FRAME)
    assert re.search(rf"{{{{ {component.stem}\(|call {component.stem}\(|[ (\[]{component.stem}\(", shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_no_phone_number(page: Path) -> None:
    numbers = re.findall(r"\b\d{3}-\d{3}-\d{4}\b", text(page))
    assert page.name == "design.html" or set(numbers) <= {SAMPLE_NUMBER}


def text(path: Path) -> str:
    """The file as text."""
    return path.read_text(encoding="utf-8")


def squeezed(path: Path) -> int:
    """The size in bytes that a browser loads."""
    return len(gzip.compress(path.read_bytes(), 9))
