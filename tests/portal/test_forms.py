"""Forms: values cleaned, problems in sentences, what was typed kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from portal.forms import Field, Form, Problem, Rule, choice, clean, email, phone, text, yes
from portal.mail.addresses import is_address


def problem_of(rule: Rule, value: str) -> str:
    with pytest.raises(Problem) as caught:
        rule(value)
    return str(caught.value)


def test_good_values_and_what_was_typed_are_both_kept() -> None:
    form = Form((Field("name", text("Enter your name")), Field("phone", phone("Enter a number")))).read(
        {"name": "  Casey\t Clerk ", "phone": "12"}
    )
    assert not form.good
    assert form.values == {"name": "Casey Clerk"}
    assert form.typed == {"name": "Casey\t Clerk", "phone": "12"}
    assert form.lines() == [{"field": "phone", "words": "Enter a number with area code, like 406-555-0117"}]
    assert form.lines(phone="phone-1")[0]["field"] == "phone-1"


def test_the_first_problem_of_a_field_stays() -> None:
    form = Form(())
    form.fail("office", "Choose your office")
    form.fail("office", "Something else")
    assert form.problems == {"office": "Choose your office"}


def test_a_field_with_several_values_reads_each() -> None:
    field = Field("signs", choice(("a", "b"), "Select one of these"), many=True)
    assert Form((field,)).read(MultiDict([("signs", "a"), ("signs", "b")])).values["signs"] == ["a", "b"]
    assert not Form((field,)).read(MultiDict([("signs", "a"), ("signs", "x")])).good
    assert Form((field,)).read({}).values["signs"] == []


def test_unseen_letters_are_dropped_and_lines_are_plain() -> None:
    assert clean(" a\x00b\x1b\r\nc\rd\ud800 ") == "ab\nc\nd"
    assert clean("e\u0301") == "é"


@given(some.text())
def test_cleaning_twice_is_cleaning_once(words: str) -> None:
    assert clean(clean(words)) == clean(words)


def test_text_is_cut_nowhere_and_refused_when_too_long() -> None:
    assert problem_of(text(longest=5), "abcdef") == "Use at most 5 letters. This has 6."
    assert text(longest=5)("") == ""
    assert problem_of(text("Enter your name"), "") == "Enter your name"
    assert text(lines=True)("a\nb") == "a\nb"
    assert text()("a\nb") == "a b"


def test_a_choice_is_one_of_the_list() -> None:
    rule = choice(("yes", "no"), "Select yes or no")
    assert rule("yes") == "yes"
    assert problem_of(rule, "maybe") == problem_of(rule, "") == "Select yes or no"
    assert choice(("yes",), "Select", empty=True)("") == ""


@pytest.mark.parametrize(
    "good", ["406-555-0117", "(406) 555-0117 x12", "+1 406 555 0117", "406.555.0117 ext. 4"]
)
def test_numbers_as_people_write_them_are_taken(good: str) -> None:
    assert phone("Enter a number")(good) == good


@pytest.mark.parametrize(
    "bad", ["555-0117", "call me", "406-555-0117<script>", "1" * 16, "406-555-0117;ext=1 or 2"]
)
def test_other_numbers_are_asked_for_again(bad: str) -> None:
    assert problem_of(phone("Enter a number"), bad) == "Enter a number with area code, like 406-555-0117"


@pytest.mark.parametrize("good", ["casey@county.example.gov", "o'neil+desk@a-b.example", "a@b.co"])
def test_plain_addresses_are_taken(good: str) -> None:
    assert email()(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        "casey", "casey@county", "a@b@c.example", "casey@county..gov", ".casey@county.gov", "casey.@county.gov",
        "alice@county.gov <bob@evil.example>", '"a b"@county.gov', "casey@county.gov\nBcc: x@y.example",
        "casey@-county.gov", "casey@county.gov,", "a" * 65 + "@county.gov", "cäsey@county.gov",
    ],
)  # fmt: skip
def test_anything_else_is_not_an_address(bad: str) -> None:
    assert not is_address(bad)
    assert problem_of(email(), bad) == "Enter an e-mail address like name@county.example.gov"


def test_ticks_are_read() -> None:
    assert [yes(value) for value in ("yes", "on", "true", "1", "no", "")] == [True] * 4 + [False] * 2
