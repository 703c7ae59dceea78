"""An author who never saw YAML changes a diagnostic by forms, plays it, keeps the walk as a test, and publishes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Cast
from sqlalchemy import func, select
from visitor import Page, Visitor

from kb.articles import Article, Publication
from kb.trees.editing.accepted import AcceptedWalk
from kb.trees.runs import Run
from portal.database import Database
from portal.tickets.ticket import Ticket

Visit = Callable[..., Visitor]
HERE = "/author/diagnostics/label-printer-wont-print"


@pytest.fixture
def author(visit: Visit, cast: Cast) -> Visitor:
    return visit(cast.author)


def source(database: Database) -> str:
    with database.reading() as session:
        article = session.scalars(select(Article).where(Article.slug == "label-printer-wont-print")).one()
        assert article.latest is not None
        return article.latest.source


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in after.split("\n") if line not in before.split("\n")]


def test_a_reworded_answer_changes_one_line_and_no_id(author: Visitor, database: Database) -> None:
    before = source(database)
    page = author.open(f"{HERE}/nodes/light")
    page = page.press("Save", ask="What color is the small light?")
    assert "Saved as version 2" in page.main
    assert page.heading == "What color is the small light?"
    assert changed_lines(before, source(database)) == ["    ask: What color is the small light?"]
    again = page.press("Save")
    assert "there is no new version" in again.main


def test_a_new_question_is_made_from_where_it_is_needed(author: Visitor, database: Database) -> None:
    page = author.open(f"{HERE}/nodes/light")
    sent = page.visitor.ask("POST", f"{HERE}/nodes/light", data=form_of(page, **{"not_sure-go": "new:ask"}))
    made = page.visitor.arrive(sent)
    assert "with this new part" in made.main
    assert made.heading.startswith("New question after")
    assert "The question needs" not in made.main
    assert "Must fix" in made.main
    done = made.press("Save", ask="Is it plugged in?")
    assert done.heading == "Is it plugged in?"
    assert "go: question_after" in source(database) or "go: new_question" in source(database)


def test_a_row_moves_without_saving_and_two_answers_with_the_same_words_are_refused(
    author: Visitor, database: Database
) -> None:
    page = author.open(f"{HERE}/nodes/light")
    moved = author.arrive(author.ask("POST", f"{HERE}/nodes/light", data=form_of(page, action="down:0")))
    assert "Not saved yet" in moved.main
    assert moved.main.index("16. Power") > 0
    form = form_of(page)
    form["options-say"] = ["Green", "green ", "There is no light", ""]
    wrong = author.arrive(author.ask("POST", f"{HERE}/nodes/light", data=form), 422)
    assert wrong.main.count("Another answer says “green” too. Reword one of them") == 2
    assert 'value="green"' in wrong.answer.text
    saved = author.arrive(author.ask("POST", f"{HERE}/nodes/light", data=form_of(moved, action="save")))
    assert "Saved as version 2" in saved.main
    assert source(database).index("id: red") < source(database).index("id: green")


def test_a_goal_that_is_not_there_and_a_taken_id_are_refused(author: Visitor) -> None:
    page = author.open(f"{HERE}/nodes/quick_fixes")
    wrong = author.arrive(
        author.ask("POST", f"{HERE}/nodes/quick_fixes", data=form_of(page, fixed="nowhere")), 422
    )
    assert wrong.main.count("Choose one from the list") == 2
    taken = author.open(f"{HERE}/nodes/light/id").press("Change the id", status=422, id="signs")
    assert taken.main.count("“signs” is taken. Choose another") == 2
    odd = taken.press("Change the id", status=422, id="Yes!")
    assert "Use small letters, digits and underscores" in odd.main


def test_an_id_changes_everywhere_and_stays_as_a_former_one(author: Visitor, database: Database) -> None:
    page = author.open(f"{HERE}/nodes/light/id").press("Change the id", id="light_color")
    assert page.address.startswith(f"{HERE}/nodes/light_color")
    assert "was: [light]" in source(database)
    assert "light: red" not in source(database)


def test_a_part_goes_out_when_it_is_said_where_its_answers_go(author: Visitor, database: Database) -> None:
    page = author.open(f"{HERE}/nodes/light/removal")
    assert "Are voters waiting in line right now?: No, no one is waiting" in page.main
    refused = page.press("Take it out", status=422)
    assert refused.main.count("Choose where these go instead") == 2
    done = refused.press("Take it out", instead="signs")
    assert "without that part" in done.main
    assert "What color is the light" not in done.main
    assert "was: [light]" in source(database)


def test_a_text_that_cannot_be_read_leads_to_its_line(author: Visitor, database: Database) -> None:
    page = author.open(f"{HERE}/yaml")
    author.arrive(
        author.ask(
            "POST",
            HERE,
            data=form_of(page, action="save", source=source(database).replace("start: line", "start: [line")),
        )
    )
    page = author.open(f"{HERE}/nodes/light")
    assert "Mend the text first" in page.main
    assert f"{HERE}/yaml?line=" in page.answer.text


def test_two_who_write_at_once_see_both_texts(author: Visitor, visit: Visit, cast: Cast) -> None:
    mine = author.open(f"{HERE}/nodes/light")
    visit(cast.lead).open(f"{HERE}/nodes/signs").press("Save", ask="What comes out?")
    met = mine.press("Save", status=409, ask="What color is it?")
    assert met.heading == "Two texts met"
    assert "Lee Lead saved this diagnostic" in met.main
    assert "comes out" in met.main
    assert "ask: What color is it?" in met.answer.text


def test_a_play_leaves_no_trace_and_becomes_a_test(author: Visitor, database: Database) -> None:
    before = count(database, Run), count(database, Ticket)
    page = author.open(f"{HERE}/play").press("Start")
    assert "Nothing is sent, and nothing is counted." in page.main
    page = page.press("Continue", answer="no_line").press("Continue", answer="green")
    assert page.heading == "What happens when you print a label?"
    refused = page.press("Continue", status=422)
    assert "Select all that apply" in refused.main
    page = author.open(f"{HERE}/play/line")
    page = page.press("Continue", answer="waiting")
    assert page.address == f"{HERE}/play/end"
    assert "This would be sent" in page.main
    assert "Voters waiting" in page.main
    kept = page.press("Keep as a test", name="played by hand")
    assert "Kept as a test" in kept.main
    assert "{name: played by hand, answers: {line: waiting}, ends: call_us}" in source(database)
    assert (count(database, Run), count(database, Ticket)) == before


def test_a_play_from_the_middle_cannot_be_a_test(author: Visitor) -> None:
    page = author.open(f"{HERE}/play?from=power").press("Start", begin="power")
    page = page.press("Yes, it is fixed")
    assert "a test begins at the first page" in page.main
    assert not page.button("Keep as a test")


def test_each_changed_walk_is_accepted_by_name_before_publishing(
    author: Visitor, database: Database, cast: Cast
) -> None:
    author.open(f"{HERE}/nodes/power").press("Save", fixed="call_us")
    author.open(f"{HERE}/about").press("Save", note="Ask again after the plug")
    page = author.open(f"{HERE}/tests")
    assert "1 of 26 walks now ends differently" in page.main
    assert (
        "Ends at Great. Your label printer works again. Call us now. Tell us the code on this page."
        in page.main
    )
    while "Accept : " in page.main:
        page = press_first(page, "Accept : ")
    assert "Accepted by" in page.main
    with database.reading() as session:
        assert session.scalars(select(AcceptedWalk.by_id)).first() == cast.author.id
    publish = author.open(f"{HERE}/publish")
    assert "Accepted by" in publish.main


def press_first(page: Page, words: str) -> Page:
    """Press the first of several buttons with these words."""
    form = next(form for form in page.root.all("form") if words in form.words)
    fields = {
        field.attributes.get("name", ""): field.attributes.get("value", "") for field in form.all("input")
    }
    return page.visitor.arrive(page.visitor.ask("POST", form.attributes["action"], data=fields))


def test_warnings_need_a_reason_that_stays_in_the_history(author: Visitor, database: Database) -> None:
    author.open(f"{HERE}/nodes/light").press("Save", ask="Is the light on and is it green?")
    author.open(f"{HERE}/about").press("Save", note="Shorter words")
    page = author.open(f"{HERE}/publish")
    assert "Why it goes live with the warnings below" in page.main
    refused = page.press("Publish version 3", status=422, reason="because")
    assert refused.main.count("Say in ten letters or more why it goes live with these warnings") == 2
    done = refused.press("Publish version 3", reason="The two lights are one lamp here.")
    assert "Published" in done.main
    with database.reading() as session:
        assert session.scalars(select(Publication.reason).order_by(Publication.id.desc())).first() == (
            "The two lights are one lamp here."
        )
    assert "because: The two lights are one lamp here." in author.open(f"{HERE}/history").main


def test_a_warning_is_kept_quiet_with_a_reason(author: Visitor, database: Database) -> None:
    page = author.open(f"{HERE}/nodes/light").press("Save", ask="Is the light on and is it green?")
    assert "Ask one thing at a time." in page.main
    refused = page.press("Save", status=422, **{"quiet-double-question": "no"})
    assert "Say in 10 to 300 letters why this does not matter here" in refused.main
    saved = refused.press("Save", **{"quiet-double-question": "It is one lamp with one color."})
    assert "quiet: {double-question: It is one lamp with one color.}" in source(database)
    assert "Note Ask one thing at a time." in saved.main


def test_every_kind_of_part_can_be_added(author: Visitor) -> None:
    for kind, words in {
        "ask": "Is it hot?",
        "step": "Wait a while",
        "fact": "Heat",
        "call_now": "Call us",
    }.items():
        page = author.open(f"{HERE}/add").press("Add it", kind=kind, words=words)
        assert "with this new part" in page.main
        assert words in page.main or words in page.answer.text
    assert (
        author.open(f"{HERE}/add")
        .press("Add it", status=422, kind="ask", words="")
        .main.count("Write a few words")
        == 2
    )


def test_only_those_who_write_see_the_forms(visit: Visit, cast: Cast) -> None:
    for place in ("", "/yaml", "/nodes/light", "/about", "/add", "/play", "/tests", "/nodes/light/removal"):
        assert visit(cast.clerk).ask("GET", HERE + place).status_code in (403, 404)
        assert visit(cast.author).ask("GET", HERE + place).status_code == 200
    assert visit(cast.author).ask("GET", f"{HERE}/nodes/nothing").status_code == 404


def form_of(page: Page, **changed: Any) -> dict[str, Any]:
    """The fields of the page's form, as a browser would send them, with some of them changed."""
    form = next(
        form
        for form in page.root.all("form")
        if "based_on" in str([f.attributes.get("name") for f in form.all("input")])
    )
    fields: dict[str, Any] = {}
    for field in (*form.all("input"), *form.all("select"), *form.all("textarea")):
        kind, name = field.attributes.get("type", ""), field.attributes.get("name", "")
        if kind in ("checkbox", "radio") and "checked" not in field.attributes:
            continue
        value = field.attributes.get("value", "") if not field.all("option") else chosen(field)
        fields.setdefault(name, []).append(value if value or field.all("option") else field.words)
    return fields | {"action": "save"} | changed


def chosen(field: Any) -> str:
    return next(
        (o.attributes.get("value", "") for o in field.all("option") if "selected" in o.attributes), ""
    )
