"""Twenty-four rules for people who are not technical, one test each, over the pages of all shipped diagnostics.

What only a real browser can show (rules 2, 3 and 22 among them) stands in tests/browser/test_shared_run.py as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from grounds import Clock
from page import Element
from visitor import Page, Visitor
from walks import begin_labels, give_contact, send_labels, walk_labels

from kb.checking import check_content
from kb.findings import Finding
from kb.trees.parsing import parse
from kb.trees.tree import Ask

Visit = Callable[..., Visitor]
CONTENT = Path(__file__).parents[3] / "content"
TREES = {
    file.stem: parse(file.read_text("utf-8"), file.stem) for file in (CONTENT / "diagnostics").glob("*.yaml")
}
FEWEST_DIAGNOSTICS = 17
# The pages of one walk through each diagnostic; they are the same in every test, so they are walked once.
_walked: list[tuple[str, str, Page]] = []
_found: list[tuple[str, Finding]] = []


@pytest.fixture
def pages(visit: Visit) -> list[tuple[str, str, Page]]:
    """Diagnostic, kind of page, and page: start, questions, steps, facts, guides, contact, check and ends."""
    if not _walked:
        for slug, tree in sorted(TREES.items()):
            for walk in (tree.walks[0], max(tree.walks, key=lambda each: len(each.answers))):
                _walked.extend((slug, *rest) for rest in walk_of(visit(), slug, walk.answers))
    return _walked


def walk_of(browser: Visitor, slug: str, answers: dict[str, str]) -> list[tuple[str, Page]]:
    """Every page of a walk that gives these answers."""
    found: list[tuple[str, Page]] = [("start", browser.open(f"/diagnose/{slug}"))]
    page = found[0][1].press("Start now")
    while (kind := kind_of(page)) in ("ask", "fact", "step"):
        found.append((kind, page))
        value = answers.get(page.address.rpartition("/")[2], "")
        if kind == "step":
            page = page.press(
                {"fixed": "Yes, it is fixed", "could_not": "I could not do this step"}.get(
                    value, "No, same problem"
                )
            )
        elif kind == "fact":
            page = page.press("Continue", **({"answer": value} if value else {}))
        else:
            page = page.press("Continue", answer=value.split("+"))
    found.append((kind, page))
    if kind == "contact":
        found.append(("check", give_contact(page)))
    return found


def kind_of(page: Page) -> str:
    if page.address.endswith("/contact"):
        return "contact"
    if page.address.endswith(("/end", "/check")):
        return "end"
    if page.root.all("legend"):
        return "ask"
    return "step" if "Did that fix it?" in page else "fact"


def of_kind(pages: list[tuple[str, str, Page]], *kinds: str) -> list[Page]:
    found = [page for _, kind, page in pages if kind in kinds]
    assert found
    return found


def findings(*rules: str) -> list[tuple[str, Finding]]:
    """What the check says about the shipped diagnostics under these rules."""
    if not _found:
        _found.extend(check_content(CONTENT, only=[CONTENT / "diagnostics"], today=date(2026, 9, 16)))
    return [(path, each) for path, each in _found if each.rule in rules and each.level != "note"]


def main_of(page: Page) -> Element:
    return page.root.all("main")[0]


def test_all_diagnostics_are_walked(pages: list[tuple[str, str, Page]]) -> None:
    assert len({slug for slug, _, _ in pages}) == len(TREES) >= FEWEST_DIAGNOSTICS
    assert {"start", "ask", "step", "fact", "contact", "check", "end"} <= {kind for _, kind, _ in pages}


def test_rule_01_one_question_per_page_is_its_only_heading_and_the_legend(
    pages: list[tuple[str, str, Page]],
) -> None:
    for page in of_kind(pages, "ask"):
        (legend,) = page.root.all("legend")
        (heading,) = page.root.all("h1")
        assert legend.all("h1") == [heading], page.address
        assert len([form for form in main_of(page).all("form") if form["method"] == "post"]) == 1


def test_rule_02_nothing_on_a_page_is_revealed_by_an_answer(pages: list[tuple[str, str, Page]]) -> None:
    for page in of_kind(pages, "ask", "step", "fact"):
        for form in main_of(page).all("form"):
            hidden = [
                part for part in form.all("div", "p", "fieldset", "textarea") if "hidden" in part.attributes
            ]
            assert hidden == [], page.address
            assert not [
                name for part in form.all("input", "button") for name in part.attributes if "hx" in name
            ]


def test_rule_03_a_back_link_stands_before_the_main_part_of_every_page(
    pages: list[tuple[str, str, Page]],
) -> None:
    for page in of_kind(pages, "ask", "step", "fact", "contact", "check", "end"):
        html = page.answer.text
        assert html.index('class="sp-back"') < html.index("<main"), page.address


def test_rule_04_the_button_says_continue_and_the_last_one_what_happens(
    pages: list[tuple[str, str, Page]],
) -> None:
    for page in of_kind(pages, "ask", "fact", "contact"):
        assert [
            button.words for button in main_of(page).all("button") if "usa-button" in button["class"]
        ] == ["Continue"]
    for page in of_kind(pages, "check"):
        assert page.button("Send to the help desk")


def test_rule_05_nothing_is_chosen_before_and_not_sure_is_the_last_after_or(
    pages: list[tuple[str, str, Page]],
) -> None:
    for slug, kind, page in pages:
        if kind != "ask":
            continue
        choices = [field for field in page.root.all("input") if field["name"] == "answer"]
        assert not [field for field in choices if "checked" in field.attributes], page.address
        node = node_at(slug, page)
        if node is None or (node.not_sure and not node.not_sure.never):
            assert choices[-1]["value"] == "not_sure", page.address
            assert "or" in [line.words for line in page.root.all("p") if line["class"] == "sp-or"]


def node_at(slug: str, page: Page) -> Ask | None:
    node = TREES[slug].nodes.get(page.address.rpartition("/")[2])
    return node if isinstance(node, Ask) else None


def test_rule_06_the_order_of_the_answers_stays(visit: Visit) -> None:
    for slug, tree in TREES.items():
        first = visit().open(f"/diagnose/{slug}").press("Start now")
        second = visit().open(f"/diagnose/{slug}").press("Start now")
        assert values_of(first) == values_of(second)
        node = tree.nodes[tree.start]
        if isinstance(node, Ask):
            assert values_of(first)[: len(node.options)] == [option.id for option in node.options]


def values_of(page: Page) -> list[str]:
    return [field["value"] for field in page.root.all("input") if field["name"] == "answer"]


def test_rule_07_tick_boxes_say_select_all_and_none_of_these_is_alone(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="green")
    assert "Select all that apply." in page and "None of these" in page
    wrong = page.press("Continue", answer=["blank", "none"], status=422)
    assert "Select “None of these” on its own, or the answers that apply" in wrong
    wrong = page.press("Continue", answer=["blank", "not_sure"], status=422)
    assert "Select “I'm not sure” on its own" in wrong


def test_rule_08_a_question_that_sets_how_urgent_it_is_says_why_it_is_asked(
    pages: list[tuple[str, str, Page]],
) -> None:
    assert findings("why-asked") == []
    for slug, kind, page in pages:
        node = node_at(slug, page) if kind == "ask" else None
        if node is not None and node.why:
            assert node.why in page, page.address


def test_rule_09_hints_are_one_short_sentence_without_a_link() -> None:
    assert findings("hint-too-long", "link-in-text") == []


def test_rule_10_no_stepper_and_no_step_of_how_many(pages: list[tuple[str, str, Page]]) -> None:
    for _, kind, page in pages:
        assert "usa-step-indicator" not in page.answer.text
        assert " of 9" not in page.main and "Step 1 of" not in page.main
        if kind == "start":
            assert "About " in page.main and " minute" in page.main
    later = of_kind(pages, "step", "fact")
    assert all("Your answers so far" in page for page in later)


def test_rule_11_the_start_page_says_what_it_does_how_long_and_that_it_can_be_left(
    pages: list[tuple[str, str, Page]],
) -> None:
    for page in of_kind(pages, "start"):
        for words in (
            "We ask one question at a time and find the way to fix it.",
            "About ",
            "Your answers are saved. You can stop and come back.",
            "goes to the help desk only if you send it",
        ):
            assert words in page, page.address
    # Who is in danger or sees a broken alarm has nothing to fetch first.
    assert {slug for slug, tree in TREES.items() if not tree.front.have} == {"duress-or-building-alarm"}
    for slug, kind, page in pages:
        if kind == "start" and TREES[slug].front.have:
            assert "Have this at hand" in page
            assert all(thing in page for thing in TREES[slug].front.have), slug


def test_rule_12_help_from_a_person_is_on_every_page_with_number_and_code(
    pages: list[tuple[str, str, Page]],
) -> None:
    for _, kind, page in pages:
        links = [link["href"] for link in page.root.all("a") if link["href"].startswith("tel:")]
        assert "tel:+14065550142" in links, page.address
        if kind in ("ask", "step", "fact", "contact", "check"):
            assert "Get help from a person" in page and "Say this code." in page, page.address
            assert "Answering now, until 5 pm" in page


def test_rule_13_an_error_is_said_on_top_at_the_field_and_in_the_title(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", status=422)
    (box,) = [part for part in page.root.all("div") if "data-error-box" in part.attributes]
    words = "Select an answer, or “I'm not sure”"
    assert "There is a problem" in box.words and words in box.words
    assert page.title.startswith("Error: ")
    assert page.main.count(words) == 2
    ids = {part["id"] for part in page.root.all("input")}
    assert box.all("a")[0]["href"].removeprefix("#") in ids
    long = walk_to_place(visit()).press("Continue", answer="x" * 200, status=422)
    assert long.value("answer") == "x" * 200


def walk_to_place(browser: Visitor) -> Page:
    page = begin_labels(browser).press("Continue", answer="no_line").press("Continue", answer="red")
    for _ in range(3):
        page = page.press("No, same problem")
    return page


def test_rule_14_steps_are_numbered_lines_with_one_action_and_a_check_at_the_end(
    pages: list[tuple[str, str, Page]],
) -> None:
    assert findings("steps-shape") == []
    for slug, tree in TREES.items():
        for step in tree.steps.values():
            assert 3 <= len(step.how) <= 7, (slug, step.id)
    for page in of_kind(pages, "step"):
        if "sp-steps" in page.answer.text:
            assert [part for part in page.root.all("ol") if "sp-steps" in part["class"]]


def test_rule_14_a_picture_stands_beside_the_line_that_it_shows(visit: Visit) -> None:
    page = begin_labels(visit()).press("Continue", answer="no_line").press("Continue", answer="dark")
    line = next(item for item in main_of(page).all("li") if item.all("img"))
    assert line.words.startswith("Push both ends of the cord in firmly.")


def test_rule_15_every_step_asks_if_it_helped_with_four_equal_buttons(
    pages: list[tuple[str, str, Page]],
) -> None:
    for page in of_kind(pages, "step"):
        box = next(form for form in main_of(page).all("form") if "sp-fixbox" in form["class"])
        buttons = box.all("button")
        assert [button["value"] for button in buttons] == ["fixed", "not_fixed", "could_not", "other"]
        assert len({button["class"] for button in buttons}) == 1


def test_rule_16_the_check_page_has_a_change_link_for_every_answer_that_names_the_question(
    visit: Visit,
) -> None:
    check = give_contact(walk_labels(visit()))
    for question in (
        "What color is the light on the front of the printer?",
        "Where is the printer?",
        "Your name",
    ):
        (link,) = [one for one in check.root.all("a") if one.words.endswith(f": {question}")]
        assert link.words.startswith("Change")
        assert [part for part in link.all("span") if part["class"] == "sr"]


def test_rule_17_a_change_that_drops_answers_says_which_before_it_happens(visit: Visit) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line").press("Continue", answer="green")
    page = page.press("Continue", answer="nothing")
    asked = clerk.open(page.address.rpartition("/")[0] + "/light").press("Continue", answer="red")
    assert "What happens when you print a label? Nothing comes out" in asked
    assert "Steps that you tried stay in your list." in asked


def test_rule_18_after_sending_there_is_the_number_what_happens_next_and_a_copy_to_keep(visit: Visit) -> None:
    sent = send_labels(visit())
    for words in (
        "R-2001",
        "What happens next",
        "If it gets worse",
        "406-555-0142",
        "Save or bookmark this page.",
    ):
        assert words in sent
    assert sent.links("Open my request") and "Print this page" in sent


def test_rule_19_the_words_are_plain() -> None:
    assert findings("reading-grade", "long-sentence", "wall-of-text", "negative-question") == []
    for slug, tree in TREES.items():
        for end in tree.outcomes.values():
            assert " simply " not in f" {end.say} {end.next} ".lower(), (slug, end.id)


def test_rule_20_a_solved_page_still_has_a_way_to_a_person(visit: Visit) -> None:
    for slug, tree in TREES.items():
        solving = [walk for walk in tree.walks if tree.outcomes[walk.ends].kind == "solved"]
        if solving:
            kind, page = walk_of(visit(), slug, min(solving, key=lambda each: len(each.answers)).answers)[-1]
            assert kind == "end"
            assert page.follow("None of this fits. Ask the help desk.").heading == "How we reach you", slug


def test_rule_21_the_urgent_question_is_first_and_a_call_has_its_request_already(visit: Visit) -> None:
    assert findings("urgent-late") == []
    for slug, tree in TREES.items():
        calling = [walk for walk in tree.walks if tree.outcomes[walk.ends].kind == "call_now"]
        if not calling:
            continue
        walk = min(calling, key=lambda each: len(each.answers))
        _, page = walk_of(visit(), slug, walk.answers)[-1]
        phones = [link for link in page.root.all("a") if link["class"] == "tel"]
        assert phones and phones[0]["href"].startswith("tel:") and phones[0].words.strip(), slug
        if tree.outcomes[walk.ends].ticket_too:
            assert "We already have your request." in page, slug


def test_rule_22_every_page_works_without_scripts(pages: list[tuple[str, str, Page]]) -> None:
    """The visitor runs none. Here: every form posts by itself, and no button needs a script to do something."""
    for page in of_kind(pages, "start", "ask", "step", "fact", "contact", "check"):
        for form in main_of(page).all("form"):
            assert form["action"].startswith("/") and form["method"] == "post", page.address
        assert not [part for part in main_of(page).all("a") if part["href"] in ("#", "")]


def test_rule_23_a_run_is_saved_at_once_and_opens_where_it_was_with_a_line_of_context(
    visit: Visit, clock: Clock
) -> None:
    clerk = visit()
    page = begin_labels(clerk).press("Continue", answer="no_line")
    clock.later(days=6)
    back = clerk.open("/").follow("Carry on: My label printer won't print")
    assert back.address == page.address
    assert "You were here" in back and "Your answers are kept." in back


def test_rule_24_an_answer_sent_after_the_session_ended_is_kept(visit: Visit, clock: Clock) -> None:
    page = begin_labels(visit())
    clock.later(days=3)
    page.visitor.client.delete_cookie("signpost")
    assert page.press("Continue", answer="no_line").heading.startswith("What color is the light")
