"""Pictures of guides: what may come in, how it is made harmless, and where it is kept."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from datetime import datetime
from xml.etree.ElementTree import (
    Element,
    ParseError,
    fromstring,
)

from PIL import Image, UnidentifiedImageError
from sqlalchemy.orm import Session

from kb.articles import Picture

MAX_BYTES = 10 * 1024 * 1024
MAX_SVG_BYTES = 256 * 1024
# A drawing or a screen photo; a decompression bomb has more.
MAX_PIXELS = 40_000_000
# Wider than any page shows it.
MAX_SIDE_PIXELS = 2400
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}

_NAME = re.compile(r"[\w][\w.()+-]{0,150}\.(?:svg|png|jpe?g)", re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath marker "  # noqa: SIM905
    "clipPath mask pattern linearGradient radialGradient stop switch".split()
)
_ATTRIBUTES = frozenset(
    "id class x y x1 y1 x2 y2 cx cy r rx ry fx fy d points width height viewBox preserveAspectRatio version "  # noqa: SIM905
    "transform fill fill-opacity fill-rule clip-rule stroke stroke-width stroke-opacity stroke-linecap "
    "stroke-linejoin stroke-dasharray stroke-dashoffset stroke-miterlimit opacity color font-family font-size "
    "font-weight font-style text-anchor dominant-baseline alignment-baseline letter-spacing word-spacing dx dy "
    "rotate textLength lengthAdjust text-decoration offset stop-color stop-opacity gradientUnits "
    "gradientTransform spreadMethod clip-path mask clipPathUnits maskUnits maskContentUnits patternUnits "
    "patternContentUnits patternTransform markerWidth markerHeight markerUnits refX refY orient marker-start "
    "marker-mid marker-end role aria-labelledby aria-describedby aria-label aria-hidden focusable href display "
    "visibility overflow vector-effect paint-order shape-rendering text-rendering startOffset lang".split()
)
_LOCAL = re.compile(r"#[\w.-]+")
_URL = re.compile(r"url\(\s*(?!['\"]?#[\w.-]+['\"]?\s*\))", re.IGNORECASE)


class BadPicture(Exception):
    """A picture that is not taken in; the message is a sentence that says why."""


def add_picture(session: Session, name: str, body: bytes, *, now: datetime) -> str:
    """Check a picture, make it harmless and keep it: created, updated or unchanged. Raises ``BadPicture``."""
    if not _NAME.fullmatch(name):
        raise BadPicture(
            "The file's name must be letters, digits and hyphens, and end in .svg, .png or .jpg."
        )
    kept = session.get(Picture, name)
    if kept is not None and kept.sha256 == hashlib.sha256(body).hexdigest():
        return "unchanged"
    media_type, harmless = checked(name, body)
    digest = hashlib.sha256(harmless).hexdigest()
    if kept is not None and kept.sha256 == digest:
        return "unchanged"
    outcome = "updated" if kept else "created"
    if kept is None:
        kept = Picture(name=name)
        session.add(kept)
    kept.media_type, kept.sha256, kept.body, kept.added_at = media_type, digest, harmless, now
    session.flush()
    return outcome


def checked(name: str, body: bytes) -> tuple[str, bytes]:
    """The media type and harmless bytes of a picture. Raises ``BadPicture``."""
    if len(body) > MAX_BYTES:
        raise BadPicture(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    ending = "." + name.rsplit(".", 1)[-1].lower()
    media_type = MEDIA_TYPES.get(ending)
    if media_type is None:
        raise BadPicture("Use a PNG, JPEG or SVG picture.")
    if media_type == "image/svg+xml":
        _check_drawing(body)
        return media_type, body
    return media_type, _encoded_again(body, "PNG" if media_type == "image/png" else "JPEG")


def _encoded_again(body: bytes, kind: str) -> bytes:
    """The picture's points and nothing else: no place, no camera, no hidden file behind the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=[kind]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise BadPicture("The picture has too many points. Make it smaller.")
                opened.load()
                plain = _plain(opened, kind)
    except BadPicture:
        raise
    except UnidentifiedImageError:
        raise BadPicture(f"This is no {kind} picture, though its name says so.") from None
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ):
        raise BadPicture("The picture is damaged and cannot be read.") from None
    out = io.BytesIO()
    plain.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return out.getvalue()


def _plain(opened: Image.Image, kind: str) -> Image.Image:
    mode = (
        "RGB"
        if kind == "JPEG"
        else "RGBA"
        if "A" in opened.getbands() or "transparency" in opened.info
        else "RGB"
    )
    copy = Image.new(mode, opened.size)
    copy.paste(opened.convert(mode))
    copy.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return copy


def _check_drawing(body: bytes) -> None:
    """Refuse a drawing that could run, load or hide anything. Nothing in it is changed."""
    if len(body) > MAX_SVG_BYTES:
        raise BadPicture(f"The drawing is larger than {MAX_SVG_BYTES // 1024} kB.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadPicture("The drawing is not written in UTF-8.") from None
    if re.search(r"<!(?!--)", text) or re.search(r"<\?(?!xml\s)", text):
        raise BadPicture(
            "The drawing has a document type, an entity or a processing instruction. Take it out."
        )
    try:
        root = fromstring(text)  # noqa: S314  see above
    except (ParseError, RecursionError, ValueError):
        raise BadPicture("The drawing cannot be read as SVG.") from None
    if root.tag != f"{_SVG}svg":
        raise BadPicture("The drawing cannot be read as SVG.")
    for element in root.iter():
        _check_element(element)


def _check_element(element: Element) -> None:
    name = str(element.tag).removeprefix(_SVG)
    if name not in _ELEMENTS:
        raise BadPicture(f"The drawing has “{name.rsplit('}', 1)[-1]}” in it, which is not allowed.")
    for attribute, value in element.attrib.items():
        plain = attribute.rsplit("}", 1)[-1]
        if plain not in _ATTRIBUTES:
            raise BadPicture(f"The drawing has the attribute “{plain}”, which is not allowed.")
        if (plain == "href" and not _LOCAL.fullmatch(value)) or _URL.search(value):
            raise BadPicture("The drawing points to something outside itself. Take that out.")
