"""Pictures: what comes in is harmless, and what could run, load or hide something is refused."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from kb.articles import Picture
from kb.pictures import BadPicture, add_picture, checked

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def photo(kind: str, size: tuple[int, int] = (6, 4), **extra: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **extra)
    return out.getvalue()


@pytest.mark.parametrize(
    "inside",
    [
        "<title>A lid</title><rect width='3' height='3' fill='url(#g)'/>",
        "<defs><g id='a'><path d='M0 0h9'/></g></defs><use href='#a'/><use xlink:href='#a'/>",
        "<!-- a note --><text x='1' font-family='Public Sans'>Lid &amp; roll</text>",
    ],
)
def test_a_calm_drawing_comes_in_as_it_is(inside: str) -> None:
    body = f"{HEAD}{inside}</svg>".encode()
    assert checked("lid.svg", body) == ("image/svg+xml", body)


@pytest.mark.parametrize(
    "body",
    [
        f"{HEAD}<script>alert(1)</script></svg>",
        f"{HEAD}<rect onclick='alert(1)'/></svg>",
        f"{HEAD}<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject></svg>",
        f"{HEAD}<image href='https://evil.example/x.png'/></svg>",
        f"{HEAD}<a href='https://evil.example'><rect/></a></svg>",
        f"{HEAD}<use href='https://evil.example/x.svg#a'/></svg>",
        f"{HEAD}<use xlink:href='data:image/svg+xml,x'/></svg>",
        f"{HEAD}<rect fill='url(https://evil.example/x)'/></svg>",
        f"{HEAD}<style>@import 'https://evil.example'</style></svg>",
        f"{HEAD}<rect style='background:url(x)'/></svg>",
        f"{HEAD}<animate attributeName='href' to='javascript:alert(1)'/></svg>",
        f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{HEAD}&a;</svg>",
        f"<?xml-stylesheet href='x.css'?>{HEAD}</svg>",
        "<svg>no namespace</svg>",
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        f"{HEAD}<rect>",
        f"{HEAD}{'<g>' * 100_000}",
    ],
)
def test_a_drawing_that_could_run_or_load_something_is_refused(body: str) -> None:
    with pytest.raises(BadPicture):
        checked("lid.svg", body.encode())


def test_a_photo_loses_its_place_and_keeps_its_points() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Secret Camera"
    body = photo("JPEG", exif=exif)
    assert b"Secret Camera" in body
    media_type, clean = checked("a.jpg", body)
    assert media_type == "image/jpeg"
    assert b"Secret Camera" not in clean
    with Image.open(io.BytesIO(clean)) as opened:
        assert (opened.size, len(opened.getexif())) == ((6, 4), 0)


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    assert b"<script>" not in checked("a.png", photo("PNG") + b"<script>alert(1)</script>")[1]


def test_a_wide_picture_is_made_narrower() -> None:
    with Image.open(io.BytesIO(checked("a.png", photo("PNG", (4800, 10)))[1])) as opened:
        assert opened.width == 2400


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.png", b"<svg/>", "no PNG picture"),
        ("a.png", photo("JPEG"), "no PNG picture"),
        ("a.jpg", photo("JPEG")[:200], "damaged"),
        ("a.gif", photo("GIF"), "Use a PNG, JPEG or SVG"),
        ("a.png", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        ("a.png", photo("PNG", (30_000, 2_000)), "too many points"),
    ],
)
def test_what_is_no_picture_of_its_kind_is_refused(name: str, body: bytes, words: str) -> None:
    with pytest.raises(BadPicture, match=words):
        checked(name, body)


def test_a_picture_is_kept_once(session: Session, now: datetime) -> None:
    body = photo("JPEG")
    assert add_picture(session, "a.jpg", body, now=now) == "created"
    assert add_picture(session, "a.jpg", body, now=now) == "unchanged"
    assert add_picture(session, "a.jpg", session.get_one(Picture, "a.jpg").body, now=now) == "unchanged"
    assert add_picture(session, "a.jpg", photo("JPEG", (9, 9)), now=now) == "updated"


@pytest.mark.parametrize(
    "name", ["../a.png", "a/b.png", ".png", "a.html", "a b.png", "a.png\n", "x" * 200 + ".png"]
)
def test_a_name_that_is_no_plain_file_name_is_refused(session: Session, now: datetime, name: str) -> None:
    with pytest.raises(BadPicture):
        add_picture(session, name, photo("PNG"), now=now)
