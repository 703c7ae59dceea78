"""The storm kit as one file: pages, pictures, fonts, scripts and their policy, with the signature at the end."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from kb.articles import Picture
from kb.page_tree import parse, text_of
from kb.placeholders import linked
from kb.trees.tree import Tree
from portal.files import static_folder, templates_folder
from portal.formatting import day_words, plural, tel
from portal.storm.contents import Kit, KitGuide, KitSheet
from portal.storm.finding import Document, search_table
from portal.storm.signing import checked, signed

# Without a network a request cannot be sent, so a diagnostic ends as it does on a busy day: with a call.
MODE = "election_day"
SCRIPTS = ("js/storm_walk.js", "js/storm_find.js", "js/storm_kit.js")
# The weights of a field are those of a reader's eye: a title says more than a sentence in the middle.
TITLE, SYMPTOM, TAG, TEXT = 4.0, 3.0, 2.0, 1.0
# What a tree holds for authors and for the desk, and no walk needs.
NOT_WALKED = frozenset(
    {"front", "walks", "line", "quiet", "guess", "hint", "group", "subject", "needs", "shareable"}
)


@dataclass(frozen=True)
class Facts:
    """What a good file says about itself."""

    made: date
    until: date
    audience: str
    guides: int
    sheets: int
    version: str


def kit_file(kit: Kit, key: Ed25519PrivateKey) -> bytes:
    """The whole file. The same kit on the same day gives the same bytes. Costs some tens of milliseconds."""
    style, scripts = _style(), [_asset(name) for name in SCRIPTS]
    data = _data(kit)
    pictures = {name: data_address(picture) for name, picture in kit.pictures.items()}
    shown = replace(kit, guides=tuple(_with_pictures(guide, pictures) for guide in kit.guides))
    template = _environment().get_template("storm/kit.html")
    body = template.render(kit=shown, pictures=pictures, places=_places(kit), today=kit.made)
    facts = _facts_of(kit, body, data)
    return signed(_page(style, scripts, body, data, facts).encode(), key)


def facts_in(file: bytes, key: Ed25519PublicKey) -> Facts:
    """What a file says about itself, if it is ours and unchanged. Raises as ``checked`` does."""
    text = checked(file, key).decode()
    found = re.search(r'<meta name="storm-kit" content="([^"]*)">', text)
    said = json.loads(unescape(found[1])) if found else {}
    return Facts(
        made=date.fromisoformat(said["made"]),
        until=date.fromisoformat(said["until"]),
        audience=said["audience"],
        guides=said["guides"],
        sheets=said["sheets"],
        version=said["version"],
    )


def file_name(kit: Kit) -> str:
    """Such as signpost-storm-kit-2026-11-02.html; a kit that is not for everyone says so."""
    whom = "" if kit.audience == "public" else f"-{kit.audience}"
    return f"signpost-storm-kit{whom}-{kit.made.isoformat()}.html"


def _page(style: str, scripts: list[str], body: str, data: str, facts: dict[str, Any]) -> str:
    said = escape(json.dumps(facts, separators=(",", ":")), quote=True)
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, scripts)}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f'<meta name="storm-kit" content="{said}">\n',
            f"<title>Storm kit · Signpost</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n",
            f'<script type="application/json" id="kit-data">{data}</script>\n',
            *(f"<script>{script}</script>\n" for script in scripts),
            "</body>\n</html>",
        ]
    )


def _policy(style: str, scripts: list[str]) -> str:
    """Only these scripts and this style sheet run; nothing is loaded from anywhere, and nothing is sent."""
    allowed = " ".join(_hash_of(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash_of(style)}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _facts_of(kit: Kit, body: str, data: str) -> dict[str, Any]:
    version = sha256((body + data).encode()).hexdigest()[:8]
    return {
        "made": kit.made.isoformat(),
        "until": kit.until.isoformat(),
        "audience": kit.audience,
        "guides": len(kit.guides),
        "sheets": len(kit.sheets),
        "version": version,
    }


def data_address(picture: Picture) -> str:
    """The picture itself as an address, so that no file and no server is asked for it."""
    return f"data:{picture.media_type};base64,{b64encode(picture.body).decode()}"


_SHOWN = re.compile(r'<img src="/pictures/([^"]+)"( alt="[^"]*")[^>]*>')


def _with_pictures(guide: KitGuide, pictures: Mapping[str, str]) -> KitGuide:
    def inlined(match: re.Match[str]) -> str:
        return f'<img src="{pictures[unescape(match[1])]}"{match[2]} data-picture="{match[1]}">'

    html = _SHOWN.sub(inlined, str(guide.html))
    return replace(guide, html=Markup(html))  # noqa: S704 - only addresses of our own pictures were changed


def _places(kit: Kit) -> dict[str, str]:
    guides = {each.article.slug: f"#guide-{each.article.slug}" for each in kit.guides}
    return guides | {each.article.slug: f"#sheet-{each.article.slug}" for each in kit.sheets}


def _data(kit: Kit) -> str:
    """Everything the scripts need, as JSON that cannot end its own element."""
    documents = [*_guide_documents(kit), *_sheet_documents(kit)]
    held = {
        "mode": MODE,
        "until": kit.until.isoformat(),
        "site": kit.base_url,
        "busy": kit.numbers.busy,
        "desk": {"who": "Help desk", "phone": kit.numbers.desk, "tel": tel(kit.numbers.desk)},
        "trees": {each.article.slug: _walkable(each) for each in kit.sheets},
        "documents": [shown for shown, _ in documents],
        "search": search_table([searched for _, searched in documents], kit.words),
    }
    text = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _guide_documents(kit: Kit) -> list[tuple[dict[str, str], Document]]:
    found = []
    for each in kit.guides:
        article, page = each.article, parse(str(each.html))
        lead = next((text_of(part) for part in page.walk() if part.tag == "p"), "")
        shown = {"id": f"guide-{article.slug}", "title": article.title, "kind": "Guide", "lead": lead[:200]}
        found.append(
            (shown, _document(article.title, article.front.symptoms, article.front.tags, text_of(page)))
        )
    return found


def _sheet_documents(kit: Kit) -> list[tuple[dict[str, str], Document]]:
    found = []
    for each in kit.sheets:
        article = each.article
        shown = {"id": f"walk-{article.slug}", "title": article.title, "kind": "Step by step", "lead": ""}
        text = " ".join(part for section in article.outline for part in (section["heading"], section["text"]))
        found.append((shown, _document(article.title, article.front.symptoms, article.front.tags, text)))
    return found


def _document(title: str, symptoms: tuple[str, ...], tags: tuple[str, ...], text: str) -> Document:
    return Document(((TITLE, title), (SYMPTOM, " ".join(symptoms)), (TAG, " ".join(tags)), (TEXT, text)))


def _walkable(each: KitSheet) -> dict[str, Any]:
    """The tree as the walk in the file reads it, its ends in the words that hold without our pages."""
    tree = as_walked(each.tree)
    ends = {end.outcome.id: end for end in each.paper.ends}
    for name, outcome in tree["outcomes"].items():
        end, call = ends.get(name), each.calls[name]
        outcome["say"], outcome["next"] = (end.say, end.next) if end else ("", "")
        outcome["call"] = {"who": call.who, "phone": call.phone, "tel": call.tel}
    return tree


def as_walked(tree: Tree) -> dict[str, Any]:
    """A tree as the walk in the file reads it."""
    plain: dict[str, Any] = _plain(tree)
    return plain | {"title": tree.title}


def _plain(part: Any) -> Any:
    """Dataclasses as JSON has them, without what is empty and what only authors and the desk need."""
    if is_dataclass(part) and not isinstance(part, type):
        named = {
            field.name: getattr(part, field.name) for field in fields(part) if field.name not in NOT_WALKED
        }
        return {name: _plain(value) for name, value in named.items() if value or isinstance(part, Tree)}
    if isinstance(part, Mapping):
        return {name: _plain(value) for name, value in part.items()}
    if isinstance(part, tuple | list):
        return [_plain(each) for each in part]
    return part


@cache
def _environment() -> Environment:
    """Templates without an application around them: the command has none."""
    environment = Environment(
        loader=FileSystemLoader(templates_folder()), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(plural=plural, tel=tel)
    environment.filters.update(
        day=lambda day: day_words(day.date() if isinstance(day, datetime) else day),
        linked=lambda text: Markup(linked(str(text))),  # noqa: S704 - escaped there, links are our own
    )
    return environment


@cache
def _manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads((static_folder() / "manifest.json").read_text(encoding="utf-8"))
    return names


@cache
def _asset(name: str) -> str:
    """A script as it stands in the file. None of ours may end its own element."""
    text = (static_folder() / _manifest()[name]).read_text(encoding="utf-8")
    if "</" in text:
        raise ValueError(f"{name} holds the end of an element")
    return text


# The weights that a kit shows; the others fall back to what the computer has.
FONTS = ("PublicSans-Regular", "PublicSans-Bold")
MEDIA = {".woff2": "font/woff2", ".svg": "image/svg+xml"}


@cache
def _style() -> str:
    """The site's own style sheet with its fonts and drawings inside."""
    folder = static_folder()
    text = (folder / _manifest()["css/site.css"]).read_text(encoding="utf-8").removeprefix("\ufeff")
    text = re.sub(
        r"@font-face\{[^}]*\}", lambda face: face[0] if any(name in face[0] for name in FONTS) else "", text
    )

    def inside(match: re.Match[str]) -> str:
        path = folder / match[1]
        return f"url(data:{MEDIA[Path(match[1]).suffix]};base64,{b64encode(path.read_bytes()).decode()})"

    return re.sub(r'url\("?\.\./([^")]+)"?\)', inside, text)
