"""Ways back, what another diagnostic is told, what a link may bring, law and storms: by forms, and letter by letter."""

from __future__ import annotations

from typing import Any

import pytest
from page import Element
from visitor import Page, Visitor

from kb.trees.editing.renaming import without
from kb.trees.parsing import parse
from kb.writing import go_live, save_revision, start_article

HERE = "/author/diagnostics/printer"
PRINTER = """\
# The first line stays.
title: My printer
topic: printing   # so does this
audience: public
review_by: 2027-03-01
legal: true
note: First version
facts:
  light: {label: Light}
  place: {label: Where it is, ask: Where is it?, type: text, max: 80}
start: light
nodes:
  light:
    ask: What color is the light?   # the small one
    choose: one
    save: light
    options:
      # the good one
      - {id: green, say: Green, go: fixes, shareable: true, ticket: {impact: low}}
      - id: red      # or orange
        say: 'It''s red'
        go: network
      - {id: dark, say: Dark, go: light, retry: 1, else: send, was: [off]}
    not_sure: {go: light, retry: 2, else: fixes, tell: "Look again, please"}
  fixes:
    try: [wait]
    order: fixed   # not by figures
    fixed: solved
    not_fixed: {go: light, retry: 1, else: details}
  network:
    call: network
    give: {trouble: slow, where: light, said: "it, hums"}   # what we know
    fixed: solved
    not_fixed: fixes
    stopped: send
  details: {collect: [place], go: send}
steps:
  wait: {do: Wait, how: [One.], minutes: 2, guess: 0.30, risk: none}
outcomes:
  solved: {kind: solved, say: Good.}
  send: {kind: ticket, say: We look at it., group: help-desk, impact: low, urgency: today}
"""
NETWORK = """\
title: The network
topic: printing
audience: public
facts:
  trouble: {label: What is wrong}
  where: {label: Where it hurts}
  said: {label: What you said, ask: What?, type: text, max: 80}
  place: {label: Room}
  photo: {label: Photo, ask: A photo, type: photo}
start: trouble
nodes:
  trouble:
    ask: What is wrong?
    save: trouble
    options:
      - {id: slow, say: It is slow, go: send}
      - {id: light, say: The light is off, go: send}
outcomes:
  send: {kind: ticket, say: We look at it., group: help-desk, impact: low, urgency: today}
"""


@pytest.fixture
def author(newsroom: Any) -> Visitor:
    """An author; the diagnostic about the network is live, the one about the printer is a draft."""
    add(newsroom, "network", NETWORK, live=True)
    add(newsroom, "printer", PRINTER, live=False)
    visitor = Visitor(newsroom.door.application)
    visitor.keep_cookie("signpost", newsroom.browser(newsroom.author).cookie())
    return visitor


def add(newsroom: Any, slug: str, source: str, *, live: bool) -> None:
    with newsroom.door.session() as session:
        moment = newsroom.door.moment
        article = start_article(session, slug=slug, kind="diagnostic", title=slug, now=moment)
        revision = save_revision(
            session,
            article,
            title=slug,
            front={},
            source=source,
            author_id=newsroom.author.id,
            based_on=0,
            now=moment,
        )
        if live:
            go_live(session, article, revision, by_id=None, now=moment)
        session.commit()


def source(newsroom: Any) -> str:
    text: str = newsroom.article("printer").latest.source
    return text


def field(page: Page, id_: str) -> Element:
    return page.root.all("input", "select", "textarea", id=id_)[0]


def chosen(page: Page, id_: str) -> str:
    """The words that are chosen in a list."""
    return next((one.words for one in field(page, id_).all("option") if "selected" in one), "")


def words_at(page: Page, place: int) -> str:
    return field(page, f"give-{place}-words")["value"]


def sent_rows(page: Page, name: str, place: int, value: str) -> list[str]:
    """What the fields of one name hold, with another value in one row."""
    fields = page.root.all("input", "select", name=name)
    held = [
        next((each["value"] for each in one.all("option") if "selected" in each), "")
        if one.tag == "select"
        else one["value"]
        for one in fields
    ]
    held[place] = value
    return held


@pytest.mark.parametrize(
    "part",
    (
        *("/about", "/nodes/light", "/nodes/fixes", "/nodes/network", "/nodes/details", "/steps/wait"),
        *("/outcomes/send", "/outcomes/solved", "/facts/light", "/facts/place"),
    ),
)
def test_a_form_that_nobody_touched_changes_no_letter(author: Visitor, newsroom: Any, part: str) -> None:
    page = author.open(HERE + part).press("Save")
    assert "Nothing was different, so there is no new version." in page.main
    assert source(newsroom) == PRINTER


def test_a_way_back_is_written_and_taken_out(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/fixes")
    back = {"fixed": "light", "fixed-retry": "2", "fixed-else": "solved"}
    page.press("Save", **back)
    assert source(newsroom) == PRINTER.replace(
        "    fixed: solved\n", "    fixed: {go: light, retry: 2, else: solved}\n", 1
    )
    page = author.open(f"{HERE}/nodes/fixes").press(
        "Save", **{"fixed": "solved", "fixed-retry": "", "fixed-else": ""}
    )
    assert "fixed: {go: solved}\n" in source(newsroom)
    assert parse(source(newsroom)).nodes["fixes"].fixed.go == "solved"  # type: ignore[union-attr]


def test_a_way_back_that_is_half_done_is_refused_at_its_field(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/fixes")
    page = page.press("Save", status=422, **{"fixed": "light", "fixed-retry": "1"})
    assert page.main.count("Choose where it goes then") == 2
    assert field(page, "fixed-else")["aria-invalid"] == "true"
    assert page.root.all("details")[0].attributes.keys() == {"class", "open"}
    page = page.press("Save", status=422, **{"fixed-retry": "", "fixed-else": "send"})
    assert page.main.count("Choose how often it may lead back, or take out where it goes then") == 2
    page = page.press("Save", status=422, **{"fixed-retry": "1", "fixed-else": "light"})
    assert page.main.count("Choose another place. It has been back there by then") == 2
    page = page.press("Save", status=422, **{"fixed": "", "fixed-else": "send"})
    assert page.main.count("Choose where it leads back to") == 2
    answer = author.ask("POST", f"{HERE}/nodes/fixes", data=typed(page, **{"fixed-retry": "3"}))
    assert author.arrive(answer, 422).main.count("Choose no, once or twice") == 2
    assert source(newsroom) == PRINTER


def test_an_answer_gets_a_way_back_and_its_neighbors_stay(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/light")
    assert field(page, "options-2-retry").all("option", value="1")[0].attributes.keys() == {
        "value",
        "selected",
    }
    rows = {
        "options-retry": sent_rows(page, "options-retry", 1, "1"),
        "options-else": sent_rows(page, "options-else", 1, "send"),
    }
    page.press("Save", **rows)
    assert source(newsroom) == PRINTER.replace(
        "        go: network\n", "        go: network\n        retry: 1\n        else: send\n"
    )


def test_a_way_back_of_an_answer_that_is_half_done_is_refused(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/light")
    page = page.press("Save", status=422, **{"options-retry": sent_rows(page, "options-retry", 0, "1")})
    assert page.main.count("Choose where it goes then") == 2
    assert field(page, "options-0-else")["aria-invalid"] == "true"
    assert field(page, "options-0-retry").all("option", value="1")[0]["selected"] == ""
    assert source(newsroom) == PRINTER


def test_a_new_part_is_made_for_where_it_goes_after_a_way_back(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/details")
    made = page.press("Save", **{"go": "light", "go-retry": "1", "go-else": "new:ticket"})
    assert made.heading.startswith("New end after")
    assert "details: {collect: [place], go: light, retry: 1, else: new_end_after_" in source(newsroom)


def test_what_a_link_may_bring_is_ticked_at_an_answer(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/light")
    assert "checked" in field(page, "options-0-shareable")
    page.press("Save", **{"options-shareable": ["1"]})
    assert source(newsroom) == PRINTER.replace("go: fixes, shareable: true", "go: fixes").replace(
        "        go: network\n", "        shareable: true\n        go: network\n"
    )


def test_a_tick_moves_with_its_answer(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/light")
    moved = author.arrive(author.ask("POST", f"{HERE}/nodes/light", data=typed(page, action="down:0")))
    assert "checked" in field(moved, "options-1-shareable")
    assert "checked" not in field(moved, "options-0-shareable")
    moved.press("Save")
    tree = parse(source(newsroom))
    assert {each.id: each.shareable for each in tree.nodes["light"].options} == {  # type: ignore[union-attr]
        "red": False,
        "green": True,
        "dark": False,
    }


def test_not_sure_and_none_of_these_say_how_urgent_it_is(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/light").press("Save", **{"not_sure-urgency": "now"})
    assert source(newsroom) == PRINTER.replace("not_sure: {go:", "not_sure: {ticket: {urgency: now}, go:")
    wrong = page.press("Save", status=422, **{"none-impact": "high"})
    assert wrong.main.count("Write the words, such as None of these, or take out where it goes") == 2
    wrong.press("Save", **{"none-say": "None of these", "none-go": "fixes"})
    assert "none: {say: None of these, go: fixes, ticket: {impact: high}}" in source(newsroom)


def test_what_the_other_diagnostic_is_told_shows_lines_answers_and_words(author: Visitor) -> None:
    page = author.open(f"{HERE}/nodes/network")
    shown = [
        (chosen(page, f"give-{place}-to"), chosen(page, f"give-{place}-from"), words_at(page, place))
        for place in range(3)
    ]
    assert shown == [
        ("What is wrong", "It is slow", ""),
        ("Where it hurts", "Light", ""),
        ("What you said", "", "it, hums"),
    ]
    offered = [one.words for one in field(page, "give-0-to").all("option")]
    assert offered == ["Choose one", "What is wrong", "Where it hurts", "What you said", "Room"]
    # An answer that is named like a line here would mean that line, so it is not offered.
    assert "The light is off" not in field(page, "give-0-from").words


def test_telling_the_other_diagnostic_changes_only_that(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/nodes/network")
    rows = {
        "give-to": ["trouble", "where", "said", "place"],
        "give-from": ["answer:trouble:slow", "line:light", "", "line:place"],
        "give-words": ["", "", "yes", ""],
        "give-gone": ["", "remove", "", ""],
    }
    page.press("Save", **rows)
    told = 'give: {place: place, trouble: slow, said: "yes"}'
    assert source(newsroom) == PRINTER.replace('give: {trouble: slow, where: light, said: "it, hums"}', told)
    author.open(f"{HERE}/nodes/network").press("Save", **{"give-gone": ["remove", "remove", "remove", ""]})
    assert source(newsroom) == PRINTER.replace(
        '    give: {trouble: slow, where: light, said: "it, hums"}   # what we know\n', ""
    )


@pytest.mark.parametrize(
    ("to", "from_", "told", "sentence", "at"),
    [
        ("", "line:light", "", "Choose what it asks for, or take the answer out", "to"),
        ("where", "line:light", "", "Another row is about this too. Remove one of them", "to"),
        ("place", "", "", "Choose what is known, or write it, or remove the row", "from"),
        ("place", "line:light", "red", "Choose from the list or write words, not both", "words"),
        (
            "place",
            "answer:trouble:slow",
            "",
            "This is no answer to “Room”. Choose one of its answers",
            "from",
        ),
        ("place", "", "light", "“light” is the name of a line here. Use other words", "words"),
    ],
)
def test_what_cannot_be_told_is_refused_at_its_field(
    author: Visitor, newsroom: Any, to: str, from_: str, told: str, sentence: str, at: str
) -> None:
    page = author.open(f"{HERE}/nodes/network")
    rows = {
        "give-to": ["trouble", "where", "said", to],
        "give-from": ["answer:trouble:slow", "line:light", "", from_],
        "give-words": ["", "", "it, hums", told],
    }
    refused = page.press("Save", status=422, **rows)
    assert refused.main.count(sentence) == 2
    assert field(refused, f"give-3-{at}")["aria-invalid"] == "true"
    assert field(refused, "give-3-words")["value"] == told
    assert source(newsroom) == PRINTER


def test_another_diagnostic_is_told_what_it_asks_for(author: Visitor, newsroom: Any) -> None:
    add(newsroom, "power", NETWORK.replace("The network", "Power").replace("trouble", "device"), live=True)
    page = author.open(f"{HERE}/nodes/network")
    met = author.arrive(
        author.ask("POST", f"{HERE}/nodes/network", data=typed(page, call="power", action="more"))
    )
    offered = [one["value"] for one in field(met, "give-0-to").all("option")]
    assert "device" in offered


def test_law_and_storms_are_ticked_at_the_head(author: Visitor, newsroom: Any) -> None:
    page = author.open(f"{HERE}/about")
    assert "checked" in field(page, "legal")
    assert "checked" not in field(page, "storm")
    page.press("Save", legal=[], storm="yes")
    tree = parse(source(newsroom))
    assert (tree.front.legal, tree.front.storm) == (False, True)
    assert source(newsroom) == PRINTER.replace("legal: true\n", "").replace(
        "audience: public\n", "audience: public\nstorm: true\n"
    )
    assert newsroom.article("printer").latest.number == 2


def test_words_that_look_like_a_new_part_are_words(author: Visitor, newsroom: Any) -> None:
    author.open(f"{HERE}/nodes/light").press("Save", ask="new: what is lit?", help="new:ask")
    node = parse(source(newsroom)).nodes["light"]
    assert (node.question, node.help) == ("new: what is lit?", "new:ask")  # type: ignore[union-attr]


def test_a_line_that_is_taken_out_is_no_longer_told() -> None:
    made = parse(without(PRINTER, "facts", "light"))
    assert made.nodes["network"].give == {"trouble": "slow", "said": "it, hums"}  # type: ignore[union-attr]


def typed(page: Page, **changed: Any) -> dict[str, Any]:
    """The fields of the part's form as a browser would send them, with some of them changed."""
    form = next(form for form in page.root.all("form") if form.all("input", name="based_on"))
    fields: dict[str, list[str]] = {}
    for one in form.all("input", "select", "textarea"):
        if one["type"] == "checkbox" and "checked" not in one:
            continue
        chosen = next((each["value"] for each in one.all("option") if "selected" in each), "")
        value = {"select": chosen, "textarea": one.raw_text}.get(one.tag, one["value"])
        fields.setdefault(one["name"], []).append(value)
    return fields | {"action": "save"} | changed
