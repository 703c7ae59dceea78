"""A clerk who is not sure opens the lesson of a question and answers; with scripts, authors learn that it was hard."""

from __future__ import annotations

from browser.pages import Run, Screen

LIGHT = "What color is the light on the front of the printer?"
LESSON = "Find the round Feed button."


def at_the_light(person: Screen) -> Run:
    run = Run.begin(person, "label-printer-wont-print")
    run.answer("No, no one is waiting")
    assert run.heading == LIGHT
    return run


def test_the_lesson_opens_by_keyboard_is_told_once_and_leads_on_to_an_answer(
    clerk: Screen, scripts: bool
) -> None:
    run = at_the_light(clerk)
    told: list[int] = []
    run.page.on("response", lambda answer: told.append(answer.status) if "/looked" in answer.url else None)
    assert not run.page.get_by_text(LESSON).is_visible()
    run.page.locator("summary", has_text="Show me how to look").focus()
    for _ in range(3):  # open, closed, open
        run.page.keyboard.press("Enter")
    assert run.page.get_by_text(LESSON).is_visible()
    run.page.wait_for_timeout(500)
    run.answer("There is no light")
    assert run.heading == "Check that the printer has power"
    assert told == ([204] if scripts else [])
