"""On paper: every folded part is open, and what cannot be pressed on paper is gone."""

from __future__ import annotations

from browser.pages import Guide, Screen

HEIGHT_OF_FOLDED = "parts => parts.map(part => part.getBoundingClientRect().height)"
FOLDED = "details.sp-more > div"
GUIDE = "labels-come-out-blank"


def test_printing_a_guide_opens_all_folded_parts(clerk: Screen) -> None:
    guide = Guide(clerk, GUIDE)
    guide.page.emulate_media(media="print")
    heights = guide.page.locator(FOLDED).evaluate_all(HEIGHT_OF_FOLDED)
    assert heights and min(heights) > 10
    assert not guide.page.locator("#solved").is_visible()
    assert not guide.page.get_by_role("navigation", name="Main").is_visible()
    assert guide.page.locator(".sp-contact .big").is_visible()
    assert guide.page.locator("p.print-only").is_visible()


def test_the_print_view_shows_them_on_the_screen_too(clerk: Screen) -> None:
    clerk.open(f"/articles/{GUIDE}?print=1")
    heights = clerk.page.locator(FOLDED).evaluate_all(HEIGHT_OF_FOLDED)
    assert heights and min(heights) > 10
    assert clerk.page.locator("#solved").count() == 0


def test_print_this_guide_leads_to_the_print_view_or_prints(clerk: Screen, scripts: bool) -> None:
    guide = Guide(clerk, GUIDE)
    guide.follow("Print this guide")
    if scripts:
        folded = guide.page.locator("details.sp-more").count()
        assert guide.page.locator("details.sp-more[open]").count() == folded > 0
    else:
        assert guide.place == f"/articles/{GUIDE}?print=1"


def test_call_now_prints_the_number_the_code_and_what_to_do_meanwhile(clerk: Screen) -> None:
    clerk.open("/diagnose/label-printer-wont-print")
    clerk.press("Start now")
    clerk.choose("Yes, voters are waiting")
    clerk.press("Continue")
    clerk.page.emulate_media(media="print")
    assert clerk.shows("Tell us this code") and clerk.shows("406-555-0142")
    assert clerk.shows("While you wait")
