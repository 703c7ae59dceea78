"""A picture that was given stays with its run until somebody takes it out or chooses another one."""

from __future__ import annotations

import io
from collections.abc import Callable

from cast import Cast
from grounds import Clock
from PIL import Image
from visitor import Page, Visitor
from walks import begin_labels, give_contact, new_version

from portal.database import Database

Visit = Callable[..., Visitor]


def picture(color: str = "red") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(drawn, "PNG")
    return drawn.getvalue()


def photo_page(clerk: Visitor) -> Page:
    """The page that asks for a photo of the printer."""
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    return page.press("Continue", answer="Front counter")


def with_picture(clerk: Visitor) -> Page:
    """The same page again, after a picture was given on it."""
    page = photo_page(clerk)
    page.press("Continue", files={"answer": (picture(), "front.png")})
    return clerk.open(page.address)


def test_continue_keeps_the_picture_that_is_there(visit: Visit) -> None:
    clerk = visit()
    page = with_picture(clerk)
    assert "Kept: front.png" in page
    assert "front.png" in give_contact(page.press("Continue"))


def test_a_picture_is_taken_out_when_somebody_says_so(visit: Visit) -> None:
    check = give_contact(with_picture(visit()).press("Continue", picture="out"))
    assert "front.png" not in check


def test_another_picture_takes_its_place(visit: Visit) -> None:
    page = with_picture(visit())
    check = give_contact(page.press("Continue", files={"answer": (picture("blue"), "side.png")}))
    assert "side.png" in check and "front.png" not in check


def test_a_picture_that_is_needed_is_asked_for_once_and_cannot_be_taken_out(
    visit: Visit, database: Database, clock: Clock
) -> None:
    new_version(database, ("    type: photo\n    optional: true", "    type: photo"), clock=clock)
    clerk = visit()
    page = photo_page(clerk)
    assert "Choose a picture" in page.press("Continue", status=422)
    page.press("Continue", files={"answer": (picture(), "front.png")})
    page = clerk.open(page.address)
    assert "Do not send it" not in page
    assert "front.png" in give_contact(page.press("Continue"))


def test_the_desk_goes_on_with_the_picture_that_is_there(visit: Visit, cast: Cast) -> None:
    page = with_picture(visit())
    desk = visit(cast.agent).open(f"/desk/runs/{page.address.split('/')[2]}?at=photo")
    assert "front.png" in desk
    desk.press("Go on with it")
    assert "Kept: front.png" in page.visitor.open(page.address)


def test_the_desk_goes_on_without_a_picture(visit: Visit, cast: Cast) -> None:
    page = photo_page(visit())
    desk = visit(cast.agent).open(f"/desk/runs/{page.address.split('/')[2]}")
    assert "Left empty" in desk.press("Go on without it")


def test_a_file_that_is_no_picture_is_refused_with_what_to_do_and_the_kept_one_stays(visit: Visit) -> None:
    page = with_picture(visit())
    refused = page.press("Continue", files={"answer": (b"A line of text.\n", "notes.txt")}, status=422)
    assert "“notes.txt” is not a picture. Choose a PNG or JPG." in refused
    assert "front.png" in page.visitor.open(page.address)
