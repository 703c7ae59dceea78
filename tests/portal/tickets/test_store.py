"""The store: what may be kept, what is dropped from it, what is refused, and that it survives."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portal.tickets.store import FileRefused, Store, clean_file, clean_name

OFFICE_KIND = "application/vnd.openxmlformats-officedocument"
WORD, SHEET = "word/document.xml", "xl/workbook.xml"


def picture(format_name: str, size: tuple[int, int] = (8, 6), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, format_name, **more)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("a.png", picture("PNG"), "image/png"),
        ("a.JPG", picture("JPEG"), "image/jpeg"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.pdf", b"%PDF-1.7\n%rest", "application/pdf"),
        ("a.txt", "Grüße".encode(), "text/plain"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"),
        ("a.log", b"\xe9 in latin 1", "text/plain"),
        (
            "a.docx",
            archive(**{WORD: b"<w/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "a.xlsx",
            archive(**{SHEET: b"<w/>"}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_what_people_send_is_taken_with_the_type_of_its_bytes(name: str, body: bytes, kind: str) -> None:
    assert clean_file(name, body).media_type == kind


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.exe", b"MZ\x90"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg onload='x()'/>"),
        ("a.gif", picture("GIF")),
        ("a", b"words"),
        ("a.pdf", b"MZ not a pdf"),
        ("a.txt", b"a\x00b"),
        ("a.docx", b"words"),
        ("a.png", b"<html>"),
        ("a.txt.exe", b"words"),
    ],
)
def test_anything_else_is_refused_and_named(name: str, body: bytes) -> None:
    with pytest.raises(FileRefused, match=name.split(".")[0]):
        clean_file(name, body)


def test_a_picture_under_another_pictures_name_is_refused() -> None:
    with pytest.raises(FileRefused, match="is not a picture we can read"):
        clean_file("a.png", picture("JPEG"))
    with pytest.raises(FileRefused, match="is not a picture we can read"):
        clean_file("a.jpg", picture("PNG"))


def test_an_empty_file_and_a_large_one_say_what_to_do() -> None:
    with pytest.raises(FileRefused, match=r"is empty\. Choose it again."):
        clean_file("a.txt", b"")
    with pytest.raises(FileRefused, match="This file is larger than 10 MB"):
        clean_file("a.txt", b"a" * (10 * 1024 * 1024 + 1))
    with pytest.raises(FileRefused, match="This picture is larger than 10 MB"):
        clean_file("a.png", b"a" * (10 * 1024 * 1024 + 1))


def test_where_a_picture_was_taken_and_its_comments_are_dropped() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    body = picture("JPEG", exif=exif.tobytes(), comment=b"taken at home")
    assert b"Secret Camera" in body
    kept = clean_file("a.jpg", body).body
    assert b"Secret Camera" not in kept
    assert b"taken at home" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_the_words_inside_a_drawing_file_are_dropped_too() -> None:
    words = PngInfo()
    words.add_text("Author", "Secret Author")
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    body = picture("PNG", pnginfo=words, exif=exif.tobytes())
    assert b"Secret Author" in body
    kept = clean_file("a.png", body).body
    assert b"Secret" not in kept


def test_a_picture_is_turned_upright_before_its_data_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = clean_file("a.jpg", picture("JPEG", (8, 6), exif=exif.tobytes())).body
    assert Image.open(io.BytesIO(kept)).size == (6, 8)


def test_what_is_hidden_behind_a_picture_is_dropped() -> None:
    kept = clean_file("a.png", picture("PNG") + b"PK\x03\x04 hidden archive").body
    assert b"hidden archive" not in kept


def test_a_picture_with_too_many_pixels_is_refused_from_its_header() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    body = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(FileRefused):
        clean_file("bomb.png", body)
    with pytest.raises(FileRefused, match="too many pixels"):
        clean_file("long.png", picture("PNG", (8001, 1)))


@pytest.mark.parametrize(
    "members",
    [
        {WORD: b"0" * 30_000_000},
        {WORD: b"<w/>", "word/vbaProject.bin": b"macro"},
        {"other.xml": b"<w/>"},
        {WORD: b"<w/>"} | {f"m{number}": b"" for number in range(2_001)},
    ],
    ids=["bomb", "macros", "not a document", "too many parts"],
)
def test_documents_that_could_do_harm_are_refused(members: dict[str, bytes]) -> None:
    with pytest.raises(FileRefused, match=r"Save it as PDF and send that\."):
        clean_file("a.docx", archive(**members))


def test_a_damaged_document_is_refused() -> None:
    with pytest.raises(FileRefused, match="is damaged"):
        clean_file("a.docx", archive(**{WORD: b"<w/>"})[:-30])


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\list.csv", "list.csv"),
        ("a\x00b\u202etxt.png", "abtxt.png"),
        ("..hidden.txt", "hidden.txt"),
        ("<script>.txt", "script.txt"),
        ("", "file"),
        ("x" * 300 + ".txt", "x" * 90 + ".txt"),
    ],
)
def test_names_are_only_names(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_bytes_come_back_and_damage_is_noticed(tmp_path: Path) -> None:
    store, file = Store(tmp_path), clean_file("a.txt", b"what it said")
    name = store.keep(file)
    assert store.read(name, file.sha256) == b"what it said"
    assert list(store.names()) == [name]
    (tmp_path / name[:2] / name).write_bytes(b"something else")
    with pytest.raises(OSError, match="is damaged"):
        store.read(name, file.sha256)


@pytest.mark.parametrize("name", ["../secret_key", "x", "", "g" * 40, "../" + "a" * 37])
def test_only_storage_names_are_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="not a storage name"):
        Store(tmp_path).read(name, "")
