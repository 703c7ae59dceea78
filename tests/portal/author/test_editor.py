"""The editor keeps every word, saves each text once, shows what readers will see and says what to mend."""

from __future__ import annotations

import re
from typing import Any

import pytest
from front_door import words

LONG = (
    "This sentence goes on and on and never stops for breath because nobody told the writer that twenty words "
    "are enough. "
)


def test_a_new_guide_begins_as_a_draft(newsroom: Any) -> None:
    browser = newsroom.browser(newsroom.specialist)
    answer = browser.press("/author/guides/new", title="VPN will not connect", topic="signing-in")
    assert answer.status_code == 303
    page = browser.open(answer.headers["Location"])
    assert "Your draft is saved. Only people who write see it." in words(page)
    article = newsroom.article("vpn-will-not-connect")
    assert (article.status, article.topic, article.audience) == ("draft", "signing-in", "public")
    assert newsroom.door.browser().open("/articles/vpn-will-not-connect").status_code == 404


def test_a_guide_without_a_title_is_not_begun_and_what_was_chosen_is_kept(newsroom: Any) -> None:
    answer = newsroom.browser(newsroom.author).press("/author/guides/new", title=" ", topic="printing")
    assert answer.status_code == 422
    assert words(answer).count("Give the guide a title, in the words of a clerk") == 2
    assert '<option value="printing" selected>' in answer.text


def test_a_taken_title_gets_a_number_and_tells_nothing_about_hidden_guides(newsroom: Any) -> None:
    newsroom.guide("Secret steps", audience="group:security")
    answer = newsroom.browser(newsroom.author).press("/author/guides/new", title="Secret steps", topic="")
    assert answer.headers["Location"].startswith("/author/guides/secret-steps-2?")
    new = newsroom.browser(newsroom.author).press("/author/guides/new", title="New", topic="")
    assert new.headers["Location"].startswith("/author/guides/new-2?")


def test_the_preview_equals_the_published_page(newsroom: Any) -> None:
    text = (
        "The **roll** is in upside down. We use {{ printer.model }}.\n\n::: voter-waiting\nMay it be written by hand? "
        "{{ absentee.label_required }}\n:::\n\n## Title\n\n1. **Turn it off.** Lift it.\n   ![The roll](roll.png)\n"
        "2. **Look.** ![Gone](gone.png)\n\n::: technician\nReset it.\n:::\n"
    )
    slug = newsroom.guide(source=text)
    browser = newsroom.browser(newsroom.author)
    saved = preview_in(browser.open(f"/author/guides/{slug}").text)
    assert "Model 4" in saved
    assert saved in browser.open(f"/articles/{slug}").text
    typed = browser.press(f"/author/guides/{slug}/preview", title="Any", source=text)
    assert typed.text.strip() == saved
    again = newsroom.send(browser, slug, action="preview")
    assert preview_in(again.text) == saved


def test_preview_and_check_keep_the_text_and_save_nothing(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    for action in ("preview", "check"):
        page = newsroom.send(
            browser, slug, source="Brand new words.\r\n\r\n### Too deep", title="Other", action=action
        )
        assert page.status_code == 200
        assert "Brand new words.\n\n### Too deep</textarea>" in page.text
        assert 'value="Other"' in page.text
        assert "Line 3: This heading skips a level. Use ## here." in words(page)
        assert newsroom.article(slug).latest.number == 1


def test_a_saved_text_is_a_new_version_and_the_same_text_is_the_same_version(newsroom: Any) -> None:
    slug, browser = (
        newsroom.guide(symptoms=["white labels", "a, b"], tags=["x", "y"], extra=7),
        newsroom.browser(newsroom.author),
    )
    same = newsroom.send(browser, slug)
    assert "said=same" in same.headers["Location"]
    assert newsroom.article(slug).latest.number == 1
    saved = newsroom.send(browser, slug, source="Turn the roll over.", note="Shorter")
    assert "Saved as version 2. Readers do not see it" in words(browser.open(saved.headers["Location"]))
    latest = newsroom.article(slug).latest
    assert (latest.number, latest.source, latest.note) == (2, "Turn the roll over.\n", "Shorter")
    assert latest.author_id == newsroom.author.id
    assert (latest.front["extra"], latest.front["symptoms"]) == (7, ["white labels", "a, b"])
    assert newsroom.article(slug).published.number == 1


def test_what_is_said_about_a_guide_is_saved(newsroom: Any) -> None:
    newsroom.guide("I forgot my password")
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    newsroom.send(
        browser,
        slug,
        audience="clerks",
        topic="signing-in",
        owner="Technician 2",
        review_by="2027-06-30",
        symptoms="blank\r\n\r\nwhite  stickers",
        tags="a, b,,a",
        services=["label-printing"],
        related="I forgot my password",
        legal="yes",
    )
    front = newsroom.article(slug).latest.front
    assert front == {
        "title": "Labels come out blank",
        "topic": "signing-in",
        "audience": "clerks",
        "owner": "Technician 2",
        "review_by": "2027-06-30",
        "symptoms": ["blank", "white stickers"],
        "tags": ["a", "b"],
        "services": ["label-printing"],
        "related": ["i-forgot-my-password"],
        "legal": True,
    }
    newsroom.send(browser, slug, owner="", services=[], related="", tags="", legal="")
    front = newsroom.article(slug).latest.front
    assert set(front) == {"title", "topic", "audience", "review_by", "symptoms"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Give the guide a title"),
        ("topic", "nowhere", "Choose a topic from the list"),
        ("audience", "group:security", "Choose who can read it"),
        ("review_by", "soon", "Enter a day, like 2027-03-01"),
        ("related", "Nothing like this", "We have no article named “Nothing like this”"),
        ("services", ["moon"], "Choose services from the list"),
        ("symptoms", "x" * 201, "Use at most 200 letters in a line"),
    ],
)
def test_a_wrong_field_is_named_twice_and_the_text_is_kept(
    newsroom: Any, field: str, value: Any, sentence: str
) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    page = newsroom.send(browser, slug, **{"source": "Kept words."} | {field: value})
    assert page.status_code == 422
    assert words(page).count(sentence) >= 2
    assert "<title>Error: " in page.text
    assert "Kept words.</textarea>" in page.text
    assert newsroom.article(slug).latest.number == 1


def test_a_text_that_takes_too_long_comes_back_with_a_sentence(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    page = newsroom.send(browser, slug, source="x" * (256 * 1024 + 1))
    assert page.status_code == 422
    assert "This text is longer than 256 kB." in words(page)
    assert newsroom.article(slug).latest.number == 1


def test_the_writing_check_names_lines_levels_and_empty_facts(newsroom: Any) -> None:
    slug = newsroom.guide(
        source=f"Short answer.\n\n{LONG * 3}\n\n![](roll.png)\n\nBy hand? {{{{ absentee.label_required }}}}\n"
    )
    page = words(newsroom.browser(newsroom.author).open(f"/author/guides/{slug}"))
    assert "Must fix Line 5: Say in words what the picture shows." in page
    assert "Better Line 3: This sentence has 21 words." in page
    assert "longest sentence 21 words" in page
    assert "Note “absentee.label_required” is empty in settings. Clerks see “Ask the help desk”." in page
    assert page.index("Must fix Line 5") < page.index("Better Line 3")


def test_a_guide_for_others_looks_missing_and_the_group_may_write_it(newsroom: Any) -> None:
    slug = newsroom.guide("Secret steps", audience="group:security")
    for path in ("", "/publish", "/history", "/compare", "/retire"):
        assert newsroom.browser(newsroom.lead).open(f"/author/guides/{slug}{path}").status_code == 404
        assert newsroom.browser(newsroom.lead).open(f"/author/guides/no-such-guide{path}").status_code == 404
    assert newsroom.browser(newsroom.lead).press(f"/author/guides/{slug}", source="x").status_code == 404
    newsroom.join(newsroom.specialist, "security")
    assert newsroom.browser(newsroom.specialist).open(f"/author/guides/{slug}").status_code == 200


def test_a_draft_for_a_group_hides_a_public_guide_from_other_writers(newsroom: Any) -> None:
    slug = newsroom.guide()
    newsroom.join(newsroom.specialist, "security")
    newsroom.send(newsroom.browser(newsroom.specialist), slug, audience="group:security", source="For us.")
    assert newsroom.browser(newsroom.lead).open(f"/author/guides/{slug}").status_code == 404
    assert newsroom.browser(newsroom.specialist).open(f"/author/guides/{slug}").status_code == 200
    assert "Labels come out blank" not in words(newsroom.browser(newsroom.lead).open("/author/?tab=all"))


def test_a_clerk_may_not_write_and_nothing_changes(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.clerk)
    for path in ("", "/preview", "/publication", "/retirement", "/versions/1/bring-back"):
        assert browser.press(f"/author/guides/{slug}{path}", source="Mine", number="1").status_code == 403
    assert newsroom.article(slug).latest.number == 1


def test_a_post_without_our_token_is_refused(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    assert browser.client.post(f"/author/guides/{slug}", data={"source": "x"}).status_code == 400
    assert browser.client.post(f"/author/guides/{slug}/preview", data={"source": "x"}).status_code == 400


def test_a_text_is_never_a_program(newsroom: Any) -> None:
    slug, browser = newsroom.guide(), newsroom.browser(newsroom.author)
    evil = "<script>alert(1)</script> {{ 7 * 7 }} </textarea><b onclick=x>"
    page = newsroom.send(browser, slug, source=evil, title=evil, action="preview")
    assert "<script>alert" not in page.text
    assert "onclick=x>" not in re.sub(
        r"&[a-z#0-9]+;", "", page.text.split("data-preview>")[1].split("</section>")[0]
    )
    assert "</textarea><b" not in page.text


def test_who_finds_it_is_shown_for_a_live_guide_and_not_for_a_draft(newsroom: Any) -> None:
    slug = newsroom.guide(live=False, symptoms=["blank labels", "zebra crossing"])
    browser = newsroom.browser(newsroom.author)
    assert "Who finds it" not in words(browser.open(f"/author/guides/{slug}"))
    browser.press(f"/author/guides/{slug}/publication", number="1")
    assert "Who finds it" in words(browser.open(f"/author/guides/{slug}"))
    assert "“blank labels” first" in words(browser.open(f"/author/guides/{slug}/questions"))


def preview_in(html: str) -> str:
    """The preview of an editor page."""
    found = re.search(r"<div class=\"sp-prose\" data-preview>(.*?)</div></div>\s*</section>", html, re.DOTALL)
    assert found is not None
    return found[1].strip()
