"""Two people on one text: the second is told, sees both, and nothing of either is lost."""

from __future__ import annotations

import html
import re
from typing import Any

from front_door import words


def overtaken(newsroom: Any) -> tuple[str, Any, Any]:
    """A guide that somebody else saved as version 2, and my answer when I save on version 1."""
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    newsroom.send(newsroom.browser(newsroom.other_author), slug, source="Their words stay.")
    answer = newsroom.send(browser, slug, source='My words & "more".', owner="Me", based_on="1", note="Mine")
    return slug, browser, answer


def carried(page: Any) -> dict[str, str]:
    """The fields that the page of two texts sends along."""
    form = page.text.split('<form class="sp-sec"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf"}


def test_an_overtaken_save_shows_both_texts_and_writes_nothing(newsroom: Any) -> None:
    slug, _, answer = overtaken(newsroom)
    assert answer.status_code == 409
    page = words(answer)
    assert "Second saved this guide at" in page
    assert "while you were writing. Nothing is lost. Compare the two texts." in page
    assert "Their" in page
    assert 'My words & "more".' in page
    assert "Owner theirs: none; yours: Me" in page
    assert newsroom.article(slug).latest.number == 2


def test_keep_mine_saves_mine_on_top_of_theirs(newsroom: Any) -> None:
    slug, browser, answer = overtaken(newsroom)
    saved = browser.press(f"/author/guides/{slug}", **carried(answer) | {"action": "save"})
    assert saved.status_code == 303
    latest = newsroom.article(slug).latest
    assert (latest.number, latest.source) == (3, 'My words & "more".\n')
    assert (latest.front["owner"], latest.note) == ("Me", "Mine")


def test_keep_theirs_leaves_mine_in_the_history(newsroom: Any) -> None:
    slug, browser, answer = overtaken(newsroom)
    kept = browser.press(f"/author/guides/{slug}", **carried(answer) | {"action": "theirs"})
    page = words(browser.open(kept.headers["Location"]))
    assert "The other text stays. Yours is version 3 in the history." in page
    latest = newsroom.article(slug).latest
    assert (latest.number, latest.source) == (4, "Their words stay.\n")
    assert "Mine" in words(browser.open(f"/author/guides/{slug}/history"))


def test_join_by_hand_shows_both_to_write_on(newsroom: Any) -> None:
    slug, browser, answer = overtaken(newsroom)
    page = browser.press(f"/author/guides/{slug}", **carried(answer) | {"action": "join"})
    assert page.status_code == 200
    assert "Their text, version 2, to copy from" in words(page)
    assert "Their words stay." in page.text
    assert "My words &amp; &#34;more&#34;.</textarea>" in page.text
    assert 'name="based_on" value="2"' in page.text
    newsroom.send(browser, slug, source="Both words.", based_on="2")
    assert newsroom.article(slug).latest.source == "Both words.\n"


def test_keep_theirs_after_a_third_save_shows_the_texts_again(newsroom: Any) -> None:
    slug, browser, answer = overtaken(newsroom)
    newsroom.send(newsroom.browser(newsroom.lead), slug, source="A third text.")
    again = browser.press(f"/author/guides/{slug}", **carried(answer) | {"action": "theirs"})
    assert again.status_code == 409
    assert "A third text." in again.text
    assert newsroom.article(slug).latest.number == 3


def test_saving_what_somebody_else_saved_too_is_no_conflict(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    newsroom.send(newsroom.browser(newsroom.other_author), slug, source="The same words.")
    same = newsroom.send(browser, slug, source="The same words.", based_on="1")
    assert same.status_code == 303
    assert newsroom.article(slug).latest.number == 2
