"""The history shows every version, compares any two and brings an old one back as a new one."""

from __future__ import annotations

from typing import Any

from front_door import words

from portal.author.comparing import compared


def three_versions(newsroom: Any) -> tuple[str, Any]:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    newsroom.send(browser, slug, source="Turn the roll over now.\n\nNew line.", note="Shorter", owner="Me")
    newsroom.send(browser, slug, source="Turn the roll around now.\n\nNew line.")
    return slug, browser


def test_the_history_names_versions_people_and_publications(newsroom: Any) -> None:
    slug, browser = three_versions(newsroom)
    browser.press(f"/author/guides/{slug}/publication", number="3")
    page = words(browser.open(f"/author/guides/{slug}/history"))
    assert "Version 3 Live" in page
    assert "Shorter" in page
    assert "came with the product or an import" in page
    assert "published, version 3, by Author" in page


def test_two_versions_stand_side_by_side_with_words_for_screen_readers(newsroom: Any) -> None:
    slug, browser = three_versions(newsroom)
    page = words(browser.open(f"/author/guides/{slug}/compare?older=2&newer=3"))
    assert "1 place: 1 reworded" in page
    assert "Turn the roll removed: over now." in page
    assert "Turn the roll added: around now." in page
    settings = words(browser.open(f"/author/guides/{slug}/compare"))
    assert "Version 1, live" in settings
    assert "Settings that changed Owner Me, was none" in settings


def test_an_unknown_version_is_a_missing_page(newsroom: Any) -> None:
    slug, browser = three_versions(newsroom)
    assert browser.open(f"/author/guides/{slug}/compare?older=1&newer=9").status_code == 404
    assert browser.open(f"/author/guides/{slug}/versions/9/bring-back").status_code == 404
    assert browser.press(f"/author/guides/{slug}/versions/9/bring-back").status_code == 404
    assert browser.open(f"/author/guides/{slug}/compare?older=x&newer=-1").status_code == 200


def test_an_old_version_comes_back_as_a_new_one(newsroom: Any) -> None:
    slug, browser = three_versions(newsroom)
    page = words(browser.open(f"/author/guides/{slug}/versions/1/bring-back"))
    assert "This makes a new version 4 with the text of 1. Nothing is deleted." in page
    answer = browser.press(f"/author/guides/{slug}/versions/1/bring-back")
    assert "The text of version 1 is back, as the latest version." in words(
        browser.open(answer.headers["Location"])
    )
    latest = newsroom.article(slug).latest
    assert (latest.number, latest.note) == (4, "Back to version 1")
    again = browser.press(f"/author/guides/{slug}/versions/1/bring-back")
    assert "said=same" in again.headers["Location"]
    assert newsroom.article(slug).latest.number == 4


def test_a_version_written_for_a_group_stays_hidden_from_others(newsroom: Any) -> None:
    slug = newsroom.guide(live=False)
    newsroom.join(newsroom.specialist, "security")
    inside, outside = newsroom.browser(newsroom.specialist), newsroom.browser(newsroom.author)
    newsroom.send(inside, slug, audience="group:security", source="The secret word.")
    newsroom.send(inside, slug, audience="public", source="Nothing secret.")
    assert "Version 2" in words(inside.open(f"/author/guides/{slug}/history"))
    assert "Version 2" not in words(outside.open(f"/author/guides/{slug}/history"))
    assert inside.open(f"/author/guides/{slug}/compare?older=2&newer=3").status_code == 200
    assert outside.open(f"/author/guides/{slug}/compare?older=2&newer=3").status_code == 404
    assert outside.open(f"/author/guides/{slug}/versions/2/bring-back").status_code == 404
    assert outside.press(f"/author/guides/{slug}/versions/2/bring-back").status_code == 404


def test_equal_lines_are_folded_and_changes_counted() -> None:
    old = "one\ntwo\nthree\nfour\nfive\nsix is here today\nseven\n"
    new = "one\ntwo\nthree\nfour\nfive\nsix is there today\nseven\neight\n"
    result = compared(({}, old), ({"legal": True, "tags": ["a"]}, new))
    assert result.words == "2 places: 1 added, 1 reworded"
    assert result.rows[0] == {"gap": "5 lines are the same."}
    assert result.rows[1]["left"] == [
        {"words": "six is ", "mark": ""},
        {"words": "here ", "mark": "removed"},
        {"words": "today", "mark": ""},
    ]
    assert result.settings == [("Tags", "none", "a"), ("Legal", "no", "yes")]


def test_the_same_text_has_no_changes_and_a_huge_one_is_not_compared() -> None:
    assert compared(({}, "a\n"), ({}, "a\n")).words == "The text is the same."
    huge = compared(({}, "a\n" * 4000), ({}, "b\n" * 4000))
    assert huge.rows == [{"gap": "These texts are too long to show side by side."}]
