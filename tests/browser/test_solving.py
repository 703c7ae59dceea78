"""The whole way of a clerk: from words typed in a hurry to a request that is solved."""

from __future__ import annotations

from browser.pages import AskForm, Contact, DeskTicket, Home, Request, Run, Screen

LABELS = "label-printer-wont-print"
LIGHT = "What color is the light on the front of the printer?"


def test_a_clerk_finds_walks_files_and_is_answered(clerk: Screen, agent: Screen, scripts: bool) -> None:
    # A second try of one office within a day is more urgent, so each walk is of another office.
    number, guide = search_walk_and_file(clerk, office="treasure" if scripts else "wibaux")
    private_link = clerk.place

    ticket = DeskTicket(agent, number)
    assert "What color is the light on the front of the printer? Red or orange" in ticket.story
    assert "Turn the printer off and on: I could not do this step" in ticket.story
    assert "Take the labels out and put them back: No, same problem" in ticket.story
    assert "Not tried: none left." in ticket.story
    assert f"Opened first: {guide}" in ticket.story
    assert "Searched: “lable printer wont print”" in ticket.story
    assert "one person, needed today" in ticket.priority
    ticket.reply("Press both front corners of the lid until you hear a click.")
    assert ticket.shows("Press both front corners of the lid until you hear a click.")

    clerk.open(private_link)
    request = Request(clerk)
    assert request.messages[-1].startswith("Help desk")
    assert "Press both front corners of the lid" in request.messages[-1]
    request.press("Solved, thank you")
    assert request.state.startswith("Solved")
    assert request.shows("How did we do?")


def search_walk_and_file(clerk: Screen, *, office: str) -> tuple[str, str]:
    """Search, read a guide, walk the diagnostic with a change of mind, send. The number, and the guide read."""
    found = Home(clerk).search("lable printer wont print")
    assert {"Step by step", "Guide"} <= set(found.kinds)
    found.open_result(found.guides[0])
    guide = clerk.heading
    clerk.back()
    found.open_result("My label printer won't print")
    clerk.press("Start now")
    run = Run(clerk)
    run.answer("No, no one is waiting")
    run.answer("There is no light")
    assert run.heading == "Check that the printer has power"
    run.change(LIGHT)
    assert run.is_chosen("There is no light")
    run.answer("Red or orange")
    assert run.heading == "Turn the printer off and on"
    run.report("I could not do this step")
    assert run.heading == "Take the labels out and put them back"
    run.report("No, same problem")
    run.report("No, same problem")
    run.give("Front counter, main office")
    run.skip()
    assert run.heading == "How we reach you"
    Contact(clerk).give(office=office)
    assert run.heading == "Check your answers before you send"
    assert run.shows("Red or orange") and run.shows("I could not do this step") and run.shows("County")
    sent = run.send()
    assert sent.heading == "We have your request"
    number = sent.number
    request = sent.open_request()
    assert request.state == "We have it"
    assert request.shows(number)
    return number, guide


def test_a_step_that_helps_ends_solved_without_a_request(clerk: Screen) -> None:
    run = Run.begin(clerk, LABELS)
    run.answer("No, no one is waiting")
    run.answer("I’m not sure")
    assert run.shows("The next steps are safe for any light.")
    run.report("Yes, it is fixed")
    assert run.heading == "Great. Your label printer works again."


def test_nothing_found_leads_to_a_request_with_the_words_kept(clerk: Screen, agent: Screen) -> None:
    nothing = Home(clerk).search("quantum toaster")
    assert nothing.heading == "We have no guide for “quantum toaster” yet"
    nothing.press("Continue")
    form = AskForm(clerk)
    assert form.heading == "Ask the help desk"
    assert form.typed == "quantum toaster"
    assert form.error_box().count() == 0

    sent = form.send()
    assert sent.heading == "We have your request"
    ticket = DeskTicket(agent, sent.number)
    assert ticket.shows("quantum toaster")
    assert "Searched: “quantum toaster”" in ticket.story


def test_what_is_missing_is_said_at_the_top_and_at_the_field(clerk: Screen) -> None:
    clerk.open("/tickets/new")
    clerk.type("What is happening?", "The scanner is slow")
    clerk.press("Send to the help desk")
    assert "Choose your office" in clerk.error_box().inner_text()
    assert clerk.page.title().startswith("Error: ")
    assert AskForm(clerk).typed == "The scanner is slow"
    clerk.error_box().get_by_role("link", name="Enter your name").click()
    assert clerk.place.endswith("#name")
