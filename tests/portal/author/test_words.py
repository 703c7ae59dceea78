"""The word list as pages: read by all who write, changed by authors after a look at the effect, never silently."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from front_door import words

from auth.audit import AuditEntry
from auth.roles import Role
from kb.words import Synonym, WordChange, ship_words
from portal.author.going_live.views import bring_index_up
from portal.reports.events import Asker, record_opening, record_search

SHIPPED = [
    {"say": ["stickers", "decals"], "means": ["labels"]},
    {"say": ["ink"], "means": ["toner"], "note": "thermal printers have none"},
]


@pytest.fixture
def listed(newsroom: Any) -> Any:
    """The newsroom with two shipped rows, two live guides, and search up to date."""
    with newsroom.door.session() as session:
        ship_words(session, SHIPPED)
        session.commit()
    newsroom.guide("Labels come out blank")
    newsroom.guide("The barcode reader beeps", "Point the reader at the barcode.\n")
    index_up(newsroom)
    return newsroom


def index_up(newsroom: Any) -> None:
    with newsroom.door.application.test_request_context():
        assert bring_index_up()


def row(newsroom: Any, key: str) -> Synonym:
    found: Synonym = next(one for one in newsroom.door.rows(Synonym) if one.key == key)
    return found


def fields(say: str, means: str, word: Synonym | None = None, **more: str) -> dict[str, str]:
    own = {"word_id": str(word.id if word else 0), "based_on": str(word.number if word else 0), "note": ""}
    return {"say": say, "means": means} | own | more


def searched(newsroom: Any, text: str, *, browsers: int, then: str = "", slug: str = "") -> None:
    """A search in vain from so many browsers, and perhaps what each typed next and opened."""
    moment = newsroom.door.moment - timedelta(days=1)
    with newsroom.door.session() as session:
        for number in range(browsers):
            by = Asker(visitor=f"{text}-{number}")
            record_search(session, by=by, words=text, shown=[], total=0, now=moment)
            if then:
                later = moment + timedelta(minutes=1)
                record_search(session, by=by, words=then, shown=[slug], total=1, now=later)
                record_opening(session, by=by, slug=slug, now=later)
        session.commit()


def test_all_who_write_read_the_list_and_only_authors_change_it(listed: Any) -> None:
    for person in (listed.specialist, listed.agent):
        browser = listed.browser(person)
        page = browser.open("/author/words")
        assert "stickers, decals" in words(page)
        assert "/author/words/new" not in page.text
        one = browser.open(f"/author/words/{row(listed, 'ink').id}")
        assert "Authors and the lead change words." in words(one)
        assert "<textarea" not in one.text
        assert browser.open("/author/words/new").status_code == 403
        assert browser.press("/author/words/save", **fields("a1", "b1")).status_code == 403
    admin = listed.door.person("admin", Role.ADMIN)
    for person in (listed.author, listed.lead, admin):
        assert listed.browser(person).open("/author/words/new").status_code == 200
    assert listed.browser(listed.clerk).open("/author/words").status_code == 403


def test_the_list_is_looked_through_by_words_of_either_side(listed: Any) -> None:
    browser = listed.browser(listed.author)
    assert "2 rows in use" in words(browser.open("/author/words"))
    for looked_for in ("DECALS", "labels", "decals labels"):
        page = words(browser.open(f"/author/words?q={looked_for}"))
        assert "stickers, decals" in page
        assert "toner" not in page
    assert "No row here has “zebra”." in words(browser.open("/author/words?q=zebra"))


def test_long_lists_have_pages(listed: Any) -> None:
    with listed.door.session() as session:
        ship_words(session, [{"say": [f"thing{number:03}"], "means": ["labels"]} for number in range(60)])
        session.commit()
    browser = listed.browser(listed.author)
    assert "thing059" not in words(browser.open("/author/words"))
    assert "thing059" in words(browser.open("/author/words?page=2"))
    assert browser.open("/author/words?page=99").status_code == 200


def test_the_effect_is_shown_and_nothing_is_saved(listed: Any) -> None:
    searched(listed, "clicker wont beep", browsers=3)
    searched(listed, "clicker of Mrs Miller", browsers=1)
    browser = listed.browser(listed.author)
    page = browser.press("/author/words/effect", **fields("clicker", "barcode reader"))
    said = words(page)
    assert page.status_code == 200
    assert "Nothing is saved yet" in said
    assert "clicker nothing The barcode reader beeps" in said
    assert "“clicker wont beep” 3" in said
    assert "Miller" not in page.text
    assert "1 more search with these words came to nothing. 1 would find other pages." in said
    assert len(listed.door.rows(Synonym)) == 2
    assert listed.door.rows(WordChange) == []


def test_saving_is_one_press_after_the_effect_and_search_reads_it_at_once(listed: Any) -> None:
    visitor = listed.door.browser()
    assert "The barcode reader beeps" not in words(visitor.open("/search?q=clicker"))
    browser = listed.browser(listed.author)
    effect = browser.press(
        "/author/words/effect", **fields("clicker\r\nzapper", "barcode reader", note="hand held")
    )
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', effect.text))
    assert hidden["say"] == "clicker\nzapper"
    saved = browser.press("/author/words/save", **fields(hidden["say"], hidden["means"], note=hidden["note"]))
    assert saved.status_code == 303
    page = words(browser.open(saved.headers["Location"]))
    assert "Saved. Search reads the new row from now on." in page
    assert "Author" in page
    assert "The barcode reader beeps" in words(visitor.open("/search?q=clicker"))
    change = listed.door.rows(WordChange)[0]
    assert (change.old, change.new["say"], change.by_id) == (None, ["clicker", "zapper"], listed.author.id)
    audit = listed.door.rows(AuditEntry)[-1]
    assert (audit.action, audit.subject, audit.actor_id) == ("words added", "words clicker", listed.author.id)


def test_a_change_tells_who_and_when_and_what_was(listed: Any) -> None:
    browser, word = listed.browser(listed.author), row(listed, "stickers")
    browser.press("/author/words/save", **fields("stickers", "labels\r\nrolls", word))
    page = words(browser.open(f"/author/words/{word.id}"))
    assert "Changed here" in page
    assert "stickers, decals → labels stickers → labels, rolls" in page
    listing = words(browser.open("/author/words?tab=ours"))
    assert "stickers labels, rolls Changed here" in listing
    assert "ink" not in listing.split("Clerks say")[1]


def test_saving_the_same_saves_nothing(listed: Any) -> None:
    word = row(listed, "stickers")
    saved = listed.browser(listed.author).press(
        "/author/words/save", **fields("stickers\r\ndecals", "labels", word)
    )
    assert saved.headers["Location"].endswith("?done=same")
    assert listed.door.rows(WordChange) == []


def test_who_comes_second_sees_both_rows_and_loses_nothing(listed: Any) -> None:
    word = row(listed, "stickers")
    mine = fields("stickers", "labels\r\nrolls", word)
    listed.browser(listed.lead).press("/author/words/save", **fields("stickers", "tags", word))
    browser = listed.browser(listed.author)
    met = browser.press("/author/words/save", **mine)
    said = words(met)
    assert met.status_code == 409
    assert "Lead changed this row meanwhile. Nothing of yours is lost." in said
    assert "Theirs, saved" in said
    assert "Yours, not saved yet" in said
    assert "rolls</textarea>" in met.text
    assert row(listed, "stickers").means == ["tags"]
    based_on = re.search(r'name="based_on" value="(\d+)"', met.text)
    assert based_on
    again = browser.press("/author/words/save", **mine | {"based_on": based_on[1]})
    assert again.status_code == 303
    assert row(listed, "stickers").means == ["labels", "rolls"]


def test_a_row_goes_out_of_use_after_its_effect_and_comes_back(listed: Any) -> None:
    browser, word = listed.browser(listed.author), row(listed, "stickers")
    page = browser.open(f"/author/words/{word.id}/take-out")
    assert "What taking it out does" in words(page)
    assert "stickers Labels come out blank nothing" in words(page)
    assert row(listed, "stickers").active
    browser.press(f"/author/words/{word.id}/removal", based_on=str(word.number))
    assert not row(listed, "stickers").active
    assert "Labels come out blank" not in words(listed.door.browser().open("/search?q=decals"))
    assert "stickers, decals" in words(browser.open("/author/words?tab=out"))
    assert "Save it to bring it back." in words(browser.open(f"/author/words/{word.id}"))
    browser.press("/author/words/save", **fields("stickers\r\ndecals", "labels", row(listed, "stickers")))
    assert row(listed, "stickers").active
    assert browser.open(f"/author/words/{word.id}/take-out").status_code == 200


def test_taking_out_what_a_colleague_changed_is_met(listed: Any) -> None:
    word = row(listed, "stickers")
    listed.browser(listed.lead).press("/author/words/save", **fields("stickers", "tags", word))
    met = listed.browser(listed.author).press(f"/author/words/{word.id}/removal", based_on=str(word.number))
    assert met.status_code == 409
    assert row(listed, "stickers").active


def test_a_shipped_row_that_waits_is_taken_or_put_aside(listed: Any) -> None:
    browser, word = listed.browser(listed.author), row(listed, "stickers")
    browser.press("/author/words/save", **fields("stickers", "our labels", word))
    with listed.door.session() as session:
        ship_words(session, [{"say": ["stickers"], "means": ["labels", "rolls"]}])
        session.commit()
    assert "New shipped words are available." in words(browser.open("/author/words?tab=waiting"))
    page = browser.open(f"/author/words/{word.id}")
    assert "was not taken over" in words(page)
    assert "our labels</textarea>" in page.text
    assert "labels\nrolls</textarea>" in browser.open(f"/author/words/{word.id}?shipped=yes").text
    browser.press(f"/author/words/{word.id}/keep")
    assert row(listed, "stickers").waiting is None
    assert "was not taken over" not in words(browser.open(f"/author/words/{word.id}"))


@pytest.mark.parametrize(
    ("say", "means", "sentence"),
    [
        ("", "", "Type what clerks say, one a line"),
        ("clicker\nClicker", "reader", "Keep “Clicker” once. It stands there twice."),
        ("reader", "reader", "“reader” means itself. Type other words that guides use."),
        ("the\nit", "reader", "Add a word that says more: “the” has only common words"),
        ("x" * 161, "reader", "a line can have 160 letters, and this has 161."),
        ("clicker", "\n".join(f"m{n}" for n in range(13)), "Keep at most 12 meanings in a row. This has 13."),
        ("y" * 10_001, "reader", "Use at most 10,000 letters. This has 10,001."),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
    listed: Any, say: str, means: str, sentence: str
) -> None:
    browser = listed.browser(listed.author)
    for address in ("/author/words/effect", "/author/words/save"):
        page = browser.press(address, **fields(say, means))
        assert page.status_code == 422
        assert page.text.count("data-error-box") == 1
        assert sentence in words(page)
        assert means in page.text
    assert len(listed.door.rows(Synonym)) == 2


def test_a_name_that_is_taken_is_refused_when_it_is_saved(listed: Any) -> None:
    page = listed.browser(listed.author).press("/author/words/save", **fields("ink", "barcode"))
    assert page.status_code == 422
    assert "There is a row for “ink” already. Change that one." in words(page)
    renamed = listed.browser(listed.author).press(
        "/author/words/save", **fields("ink", "labels", row(listed, "stickers"))
    )
    assert renamed.status_code == 422
    assert row(listed, "ink").means == ["toner"]


def test_words_from_another_page_open_the_form_or_the_row_that_has_them(listed: Any) -> None:
    browser = listed.browser(listed.author)
    there = browser.open("/author/words?said=Decals")
    assert there.headers["Location"] == f"/author/words/{row(listed, 'stickers').id}"
    new = browser.open("/author/words?said=clicker%20(number%20left%20out)%20beeps&x=1")
    assert new.headers["Location"].startswith("/author/words/new?said=clicker")
    assert ">\nclicker beeps</textarea>" in browser.open(new.headers["Location"]).text


def test_words_typed_in_vain_are_proposed_and_fill_the_form(listed: Any) -> None:
    searched(listed, "clicker", browsers=3, then="barcode reader", slug="the-barcode-reader-beeps")
    searched(listed, "zebulon", browsers=2)
    searched(listed, "labels", browsers=5)
    browser = listed.browser(listed.author)
    page = browser.open("/author/words/heard")
    said = words(page)
    assert "clicker 3 3 barcode reader 3 browsers searched again with other words and opened a guide." in said
    assert "zebulon" not in said
    assert "labels" not in said
    link = re.search(r'href="(/author/words/new\?said=clicker[^"]+)"', page.text)
    assert link
    form = browser.open(link[1].replace("&amp;", "&")).text
    assert ">\nclicker</textarea>" in form
    assert ">\nbarcode reader</textarea>" in form
    assert len(listed.door.rows(Synonym)) == 2


def test_searches_of_the_help_desk_are_not_clerks_words(listed: Any) -> None:
    with listed.door.session() as session:
        for number in range(4):
            by = Asker(visitor=f"desk-{number}", is_staff=True)
            record_search(session, by=by, words="clicker", shown=[], total=0, now=listed.door.moment)
        session.commit()
    assert "clicker" not in words(listed.browser(listed.author).open("/author/words/heard"))


def test_a_title_that_is_not_for_the_author_is_not_named(listed: Any) -> None:
    listed.guide("Zirconium vault steps", "Open the vault.\n", audience="group:security")
    index_up(listed)
    page = listed.browser(listed.author).press("/author/words/effect", **fields("clicker", "zirconium"))
    assert page.status_code == 200
    assert "Zirconium vault steps" not in page.text


def test_a_row_that_is_not_there_is_missing(listed: Any) -> None:
    browser = listed.browser(listed.author)
    for address in ("/author/words/9999", "/author/words/9999/take-out"):
        assert browser.open(address).status_code == 404
    assert browser.press("/author/words/9999/removal", based_on="1").status_code == 404
    assert browser.press("/author/words/save", **fields("a", "b") | {"word_id": "9999"}).status_code in (
        404,
        422,
    )


def test_a_row_is_never_a_program(listed: Any) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }}"
    browser = listed.browser(listed.author)
    assert "<script>alert" not in browser.press("/author/words/effect", **fields(evil, "barcode")).text
    saved = browser.press("/author/words/save", **fields(evil, "barcode"))
    assert "<script>alert" not in browser.open(saved.headers["Location"]).text
    assert "<script>alert" not in browser.open("/author/words").text
