"""Pictures come in under names of their own, and the text gets or is told the line that shows them."""

from __future__ import annotations

import io
from typing import Any

from front_door import words

from kb.articles import Picture


def upload(body: bytes, name: str) -> Any:
    return (io.BytesIO(body), name)


def test_a_picture_added_in_the_editor_stands_at_the_end_of_the_text(newsroom: Any, picture: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.specialist)
    page = newsroom.send(
        browser, slug, source="My words.", action="picture", pictures=upload(picture("red"), "My Screen.PNG")
    )
    assert page.status_code == 200
    assert "My words.\n\n![](my-screen.png)\n</textarea>" in page.text
    assert "Say in the square brackets what it shows." in words(page)
    assert "There is no picture" not in words(page)
    assert newsroom.article(slug).latest.number == 1
    assert newsroom.door.row(Picture, "my-screen.png").media_type == "image/png"
    assert newsroom.door.browser().open("/pictures/my-screen.png").status_code == 200


def test_a_picture_sent_with_save_is_saved_with_the_text(newsroom: Any, picture: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    newsroom.send(browser, slug, source="My words.", pictures=upload(picture("red"), "lid.png"))
    assert newsroom.article(slug).latest.source == "My words.\n\n![](lid.png)\n"


def test_a_bad_picture_is_refused_with_a_sentence_and_the_text_kept(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    for body, name, sentence in (
        (b"no picture", "lid.png", "This is no PNG picture, though its name says so."),
        (b"x", "lid.exe", "Use a PNG, JPEG or SVG picture."),
        (b"", "lid.png", "The file is empty. Choose another one."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", "which is not allowed."),
    ):
        page = newsroom.send(browser, slug, source="My words.", pictures=upload(body, name))
        assert page.status_code == 422
        assert words(page).count(sentence) == 2
        assert "My words.</textarea>" in page.text
    assert newsroom.article(slug).latest.number == 1
    assert len(newsroom.door.rows(Picture)) == 1


def test_the_button_without_a_picture_says_what_is_missing(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    page = newsroom.send(browser, slug, action="picture")
    assert page.status_code == 422
    assert "Choose a picture first" in words(page)


def test_another_picture_of_the_same_name_gets_a_number_and_the_same_one_does_not(
    newsroom: Any, picture: Any
) -> None:
    browser = newsroom.browser(newsroom.author)
    before = newsroom.door.row(Picture, "roll.png").sha256
    other = browser.press("/author/pictures", pictures=upload(picture("red"), "roll.png"))
    assert "![](roll-2.png)" in other.text
    same = browser.press("/author/pictures", pictures=upload(picture(), "roll.png"))
    assert 'value="![](roll.png)"' in same.text
    assert newsroom.door.row(Picture, "roll.png").sha256 == before
    assert len(newsroom.door.rows(Picture)) == 2


def test_the_page_of_its_own_answers_with_the_line_to_paste(newsroom: Any, picture: Any) -> None:
    browser = newsroom.browser(newsroom.specialist)
    assert browser.open("/author/pictures").status_code == 200
    page = browser.press("/author/pictures", pictures=upload(picture("red"), "lid.png"))
    assert "The picture is kept." in words(page)
    assert 'value="![](lid.png)"' in page.text
    empty = browser.press("/author/pictures")
    assert empty.status_code == 422
    assert words(empty).count("Choose a picture first") == 2


def test_a_clerk_adds_no_picture(newsroom: Any, picture: Any) -> None:
    browser = newsroom.browser(newsroom.clerk)
    assert browser.press("/author/pictures", pictures=upload(picture("red"), "lid.png")).status_code == 403
    assert len(newsroom.door.rows(Picture)) == 1
