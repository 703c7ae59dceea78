"""Placeholders: filled as escaped text, linked where that helps, never blank and never braces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.page import page_of
from kb.placeholders import fill, fill_text, linked, names_in, tel_of

VALUES = {
    "desk.phone": "406-555-0142",
    "desk.email": "helpdesk@example.gov",
    "system.url": "https://vote.example.gov/a?b=1&c=2",
    "lockout.minutes": "15 minutes",
    "rule.cure": "",
    "evil": '<script>"x"</script>',
}
NUMBER = '<a class="nowrap" href="tel:+14065550142">406-555-0142</a>'


def filled(source: str) -> str:
    html = str(page_of(source, "Title")["html"])
    return fill(html, VALUES, phone="406-555-0142", tel="+14065550142")


def test_a_value_stands_where_its_name_stood() -> None:
    assert "<p>Wait 15 minutes.</p>" in filled("Wait {{ lockout.minutes }}.")


def test_a_phone_number_is_a_link_that_calls() -> None:
    assert f"Call {NUMBER}." in filled("Call {{ desk.phone }}.")


def test_an_address_is_a_link() -> None:
    assert (
        'href="https://vote.example.gov/a?b=1&amp;c=2">https://vote.example.gov/a?b=1&amp;c=2</a>'
        in filled("Open {{ system.url }}")
    )
    assert 'href="mailto:helpdesk@example.gov"' in filled("Write to {{ desk.email }}.")


def test_a_value_is_text_and_never_markup() -> None:
    html = filled("Say {{ evil }}")
    assert "&lt;script&gt;&quot;x&quot;&lt;/script&gt;" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("May we? {{ rule.cure }}", f"May we? Ask the help desk: {NUMBER}."),
        ("{{ rule.cure }}", f"Ask the help desk: {NUMBER}."),
        ("The rule here: {{ rule.cure }}.", f"The rule here: ask your help desk at {NUMBER}."),
        ("Wait {{ rule.cure }}, then go on.", f"Wait ask your help desk at {NUMBER}, then go on."),
        ("1. **Wait.** {{ rule.cure }}\n2. Go.", f'<b class="do">Wait.</b> Ask the help desk: {NUMBER}.'),
        ("A. {{ not.known }}", f"A. Ask the help desk: {NUMBER}."),
    ],
)
def test_an_unfilled_or_unknown_name_asks_the_help_desk(source: str, words: str) -> None:
    assert words in filled(source)


def test_no_link_is_made_inside_a_link() -> None:
    html = filled("[Call {{ desk.phone }}](tel:{{ desk.phone }})")
    assert html.count("<a ") == 1
    assert 'href="tel:406-555-0142"' in html


def test_a_link_without_its_address_calls_the_desk() -> None:
    assert '<a href="tel:+14065550142" rel="noopener">Reset page</a>' in filled(
        "[Reset page]({{ rule.cure }})"
    )
    assert '<a href="https://vote.example.gov/a?b=1&amp;c=2" rel="noopener">Open</a>' in filled(
        "[Open]({{ system.url }})"
    )


def test_a_value_in_an_address_cannot_leave_the_attribute() -> None:
    html = filled("[x](https://a.example/{{evil}})")
    assert 'href="https://a.example/&lt;script&gt;&quot;x&quot;&lt;/script&gt;"' in html


def test_words_of_a_picture_are_filled_without_links() -> None:
    html = filled('x\n\n![Call {{ desk.phone }}](a.svg "See {{ desk.phone }}")')
    assert 'alt="Call 406-555-0142"' in html
    assert f"<figcaption>See {NUMBER}</figcaption>" in html


def test_an_unknown_name_in_code_is_somebodys_template() -> None:
    assert "<code>{{ansible.host}}</code>" in filled("Use `{{ ansible.host }}`.")
    assert "<code>15 minutes</code>" in filled("Use `{{ lockout.minutes }}`.")


def test_plain_text_is_filled_for_the_index() -> None:
    text = fill_text("Wait {{lockout.minutes}}. May we? {{ rule.cure }}", VALUES, phone="406-555-0142")
    assert text == "Wait 15 minutes. May we? Ask the help desk: 406-555-0142."


def test_names_are_listed_once_in_order() -> None:
    assert names_in("{{ b.c }} {{a}} {{b.c}} {{ A }} {{ x y }}") == ["b.c", "a"]


@pytest.mark.parametrize(
    ("phone", "tel"), [("406-555-0142", "+14065550142"), ("1 (406) 555-0142", "+14065550142"), ("911", "911")]
)
def test_a_number_is_written_as_phones_want_it(phone: str, tel: str) -> None:
    assert tel_of(phone) == tel


def test_only_numbers_and_addresses_become_links() -> None:
    assert linked("Room 12-34, 406-555-0142 & more") == f"Room 12-34, {NUMBER} &amp; more"


@given(st.text(max_size=60), st.text(max_size=30))
def test_whatever_the_values_no_braces_of_ours_and_no_tags_of_theirs_remain(before: str, value: str) -> None:
    html = fill(
        f"<p>{before.replace('<', '').replace('{', '')} {{{{a.b}}}}</p>", {"a.b": value}, phone="1", tel="1"
    )
    if "{{" not in value:
        assert "{{a.b}}" not in html
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "a", "/a"}
