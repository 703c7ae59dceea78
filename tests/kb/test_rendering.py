"""Guides become pages: our shape, safe HTML, foreign files, and a limit on time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.dialect import plain_source, sanitise, to_html
from kb.page import page_of
from kb.page_tree import parse, serialise
from kb.rendering import MAX_SOURCE_BYTES, TooHard, render

GUIDE = """The roll is in upside down. Turn it over.

::: voter-waiting
Print from another computer.
:::

## What to do

1. **Open the lid.** Lift the roll out.
   ![A roll and a coin](label-roll.svg "Scratch it.")
2. **Print one label.** It worked if it is dark.

## Why this happens

Heat turns one side dark.

::: technician
Check the *media type*.
:::
"""


def html_of(source: str, title: str = "Title") -> str:
    return str(page_of(source, title)["html"])


def test_the_first_paragraph_is_the_short_answer() -> None:
    words = "<p>The roll is in upside down. Turn it over.</p>"
    assert html_of(GUIDE).startswith(
        f'<div class="sp-short"><span class="k">Short answer</span>{words}</div>'
    )


def test_the_waiting_box_asks_whether_a_voter_is_waiting() -> None:
    box = '<div class="sp-waiting"><div><p><b>Is a voter waiting?</b> Print from another computer.</p></div></div>'
    assert box in html_of(GUIDE).replace("\n", "")


def test_the_waiting_box_keeps_the_authors_own_question() -> None:
    html = html_of("Do this.\n\n::: voter-waiting\n**Is the court waiting?** Use paper.\n:::\n")
    assert "<p><b>Is the court waiting?</b> Use paper.</p>" in html
    assert "Is a voter waiting?" not in html


def test_steps_begin_with_what_to_do() -> None:
    html = html_of(GUIDE)
    assert '<ol class="sp-steps">' in html
    assert '<li><b class="do">Open the lid.</b> Lift the roll out.' in html


def test_a_picture_under_a_step_is_a_figure_with_its_caption() -> None:
    figure = (
        '<figure class="sp-fig"><img src="/pictures/label-roll.svg" alt="A roll and a coin" loading="lazy">'
        "<figcaption>Scratch it.</figcaption></figure></li>"
    )
    assert figure in html_of(GUIDE)


def test_the_reason_and_the_technicians_part_are_folded_one_after_the_other() -> None:
    html = html_of(GUIDE)
    assert '<details class="sp-more"><summary>Why this happens</summary><div id="s-why-this-happens">' in html
    assert '<summary>More detail for technicians</summary><div id="s-for-technicians">' in html
    assert "<h2" in html and "Why this happens</h2>" not in html
    assert "Check the <em>media type</em>." in html


def test_the_outline_has_each_section_with_its_anchor() -> None:
    sections = [(part["anchor"], part["heading"]) for part in page_of(GUIDE, "Title")["outline"]]
    assert sections == [
        ("", ""),
        ("s-what-to-do", "What to do"),
        ("s-why-this-happens", "Why this happens"),
        ("s-for-technicians", "More detail for technicians"),
    ]


def test_words_of_neighbouring_parts_do_not_run_together_in_the_outline() -> None:
    text = page_of(GUIDE, "Title")["outline"][1]["text"]
    assert "Open the lid. Lift the roll out. A roll and a coin Scratch it. Print one label." in text


def test_every_anchor_is_given_once() -> None:
    html = html_of("## Step\n\na\n\n## Step\n\nb\n\n::: technician\nx\n:::\n\n::: technician\ny\n:::\n")
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("block", ["::: banana\nText\n:::", "::: note\nText", "Text\n:::", ":::"])
def test_an_unknown_or_unclosed_block_stays_text(block: str) -> None:
    html = html_of(f"First.\n\n{block}\n")
    assert ":::" in html
    assert "sp-note" not in html


def test_a_block_inside_code_stays_code() -> None:
    html = html_of("First.\n\n```\n::: note\nx\n:::\n```\n")
    assert "<pre><code>::: note\nx\n:::\n</code></pre>" in html


def test_markdown_inside_a_block_is_markdown() -> None:
    html = html_of("First.\n\n::: note\n- one\n- **two**\n:::\n").replace("\n", "")
    assert '<div class="sp-note"><ul><li>one</li><li><strong>two</strong></li></ul></div>' in html


def test_nobody_can_write_the_marks_of_a_block_by_hand() -> None:
    html = html_of("First.\n\n\uf8e0technician\uf8e0\n\nx\n\n\uf8e1\n")
    assert "sp-more" not in html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](java\nscript:alert(1))",
        "<a href='data:text/html,x'>x</a>",
        "<svg onload=alert(1)><script>1</script></svg>",
        "<iframe src='https://evil.example'></iframe>",
        "<p id=main name=x class=sp-sign style='position:fixed'>x</p>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<form action=/sign-out><button>x</button></form>",
        "![x](https://evil.example/pixel.png)",
        "<base href='https://evil.example/'>",
        "`<script>`<img/src/onerror=alert(1)>",
        '![a" onerror="alert(1)](x.png "t\\" onload=\\"x")',
        '## x" onclick="alert(1)\n\ny',
    ],
)
def test_nothing_an_author_writes_can_run_load_or_pose_as_ours(attack: str) -> None:
    html = html_of(f"First.\n\n{attack}\n")
    tags = re.findall(r"<[^>]*>", html)
    names = {re.split(r"[\s>/]", tag.strip("</"))[0] for tag in tags}
    assert names <= {"div", "span", "p", "a", "code", "figure", "figcaption", "img", "h2"}
    for tag in tags:
        without_values = re.sub(r'"[^"]*"', '""', tag)
        assert not re.search(r"\bon\w+=|style=|name=", without_values)
        assert "javascript:" not in tag and "evil.example" not in tag and "sp-sign" not in tag


def test_safe_links_stay() -> None:
    html = html_of("[a](https://example.gov/x) [b](mailto:a@example.gov) [c](tel:+14065550142) [d](/status)")
    for href in ("https://example.gov/x", "mailto:a@example.gov", "tel:+14065550142", "/status"):
        assert f'href="{href}" rel="noopener"' in html


@pytest.mark.parametrize(
    "target",
    ["my-account-is-locked", "../accounts/my-account-is-locked.md", "/articles/my-account-is-locked"],
)
def test_all_ways_to_name_a_guide_lead_to_it(target: str) -> None:
    page = page_of(f"[My account is locked]({target}#what-to-do)", "Title")
    assert page["links"] == ["/articles/my-account-is-locked#s-what-to-do"]


def test_a_link_to_nowhere_becomes_its_words() -> None:
    assert html_of("See [the tool](../media/tool.zip).").endswith("<p>See the tool.</p></div>")


def test_a_first_heading_that_repeats_the_title_goes() -> None:
    assert "<h2" not in html_of("# My Title\n\nText.", "My title")


def test_other_first_headings_are_demoted_and_no_level_is_skipped() -> None:
    html = html_of("# Other\n\nx\n\n#### Deep\n\ny\n\n##### Deeper\n\nz\n\n## Two\n", "Title")
    assert re.findall(r"<(h\d)", html) == ["h2", "h3", "h4", "h2"]


def test_a_table_is_a_labelled_region_that_a_keyboard_reaches() -> None:
    html = html_of(
        "x\n\n## Ports\n\n| Port | Use |\n|--|--|\n| 1 | a |\n\n| Port | Use |\n|--|--|\n| 2 | b |\n"
    )
    assert (
        '<div class="sp-table" role="region" aria-label="Table: Ports" tabindex="0"><table class="usa-table">'
        in html
    )
    assert 'aria-label="Table: Ports (2)"' in html
    assert '<th scope="col">Port</th>' in html


def test_lists_indented_by_two_or_three_spaces_keep_their_levels() -> None:
    html = html_of("Text.\n\n1. one\n\n   more\n\n   - inner\n     - innermost\n\n2. two\n")
    tree = parse(html)
    steps = next(element for element in tree.walk() if element.tag == "ol")
    assert len([child for child in steps.elements() if child.tag == "li"]) == 2
    assert serialise(steps).count("<ul>") == 2


def test_code_inside_a_step_stays_in_the_step() -> None:
    html = html_of("Text.\n\n1. one\n\n   ```powershell\n   Get-It <name>\n     -All\n   ```\n\n2. two\n")
    assert "<pre><code>Get-It &lt;name&gt;\n  -All\n</code></pre></li>" in html
    assert html.count("<ol") == 1


def test_a_list_right_under_a_paragraph_is_a_list_but_a_year_is_not() -> None:
    assert "<ul>" in html_of("Text:\n- one\n- two\n")
    assert "<ol" not in html_of("It ended in\n2026. It began again.\n")


def test_words_in_angle_brackets_are_shown() -> None:
    assert "Ping &lt;server name&gt; now" in html_of("Ping <server name> now")


def test_pictures_and_notes_of_other_systems_are_understood() -> None:
    source = (
        'x\n\n:::image type="content" source="media/a/lid open.png" alt-text="The [open] lid.":::\n\n'
        "> [!NOTE]\n> Mind the lid.\n\n[!INCLUDE [Azure help](../../includes/azure-help.md)]\n"
    )
    page = page_of(source, "Title")
    assert page["pictures"] == ["lid-open.png"]
    assert 'alt="The open lid."' in page["html"]
    assert '<div class="sp-note"><p><b>Note:</b> Mind the lid.</p>' in page["html"]
    assert '<a href="/articles/azure-help" rel="noopener">Azure help</a>' in page["html"]


def test_a_note_right_after_a_quote_is_a_note_of_its_own() -> None:
    html = html_of("x\n\n> Said.\n\n> [!WARNING]\n> Hot.\n\n> [!TIP]\n>\n> - Wait.\n")
    assert "<blockquote>\n<p>Said.</p>" in html
    assert '<div class="sp-note"><p><b>Warning:</b> Hot.</p>' in html
    assert '<div class="sp-note"><p><b>Tip:</b> </p>' in html


def test_a_fence_on_the_line_of_a_list_item_is_code() -> None:
    html = html_of("x\n\n- ```console\n  netsh <a>\n  ```\n\n- two\n")
    assert html.count("<ul>") == 1
    assert "<pre><code>netsh &lt;a&gt;\n</code></pre>" in html


@pytest.mark.parametrize(
    "raw", ["<p class='x'>Open", "<div align=center>\nOpen", "<div>Open</div>", "<p>Open</p>"]
)
def test_markdown_goes_on_after_an_authors_wrapper(raw: str) -> None:
    html = html_of(f"First.\n\n{raw}\n\n- **one**\n")
    assert "<p>Open</p>" in html and "<li><strong>one</strong></li>" in html


def test_an_escaped_bracket_is_a_bracket() -> None:
    assert "Type &lt;name&gt; and \\\\host" in html_of("Type \\<name> and \\\\\\host")
    assert "<code>\\&lt;</code>" in html_of("Type `\\<`")


def test_a_picture_from_elsewhere_is_its_words() -> None:
    page = page_of("x\n\n![A red light](https://example.com/red.png)", "Title")
    assert page["pictures"] == []
    assert "<p>Picture: A red light</p>" in page["html"]


def test_placeholders_are_named_and_kept() -> None:
    page = page_of("Call {{ desk.phone }} or [this site]({{system.url}}).", "Title")
    assert page["placeholders"] == ["desk.phone", "system.url"]
    assert '<a href="{{system.url}}"' in page["html"]


MARKS = (
    "< > & \" ' ` * _ [ ] ( ) ! ::: {{ }} {{a.b}} x \x00 \uf8e0 é 1. - # | javascript: http://a &lt; &#x3c;"
)
TAGS = "<b> </b> <table> <td> <p <svg> <style> <!-- --> <a <details> <math> <li> </p> <script> <title> <template>"
PIECES = st.sampled_from(
    [*MARKS.split(" "), *TAGS.split(" "), "\n", "\n\n", " ", "    ", "::: note\n", "```\n", "<a href="]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_sanitising_twice_gives_the_same_bytes(source: str) -> None:
    once = sanitise(to_html(plain_source(source)))
    assert sanitise(once) == once
    assert serialise(parse(once)) == once


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_becomes_a_page_with_only_our_tags(source: str) -> None:
    html = html_of(source)
    assert not re.search(r"<(?:script|style|svg|iframe|form|input|object|math)\b", html)
    assert "\uf8e0" not in html and "\uf8e1" not in html


def test_the_child_gives_the_same_page() -> None:
    assert render(GUIDE, title="Title").html == html_of(GUIDE)


@pytest.mark.parametrize("source", ["[" * 20_000, "<a " * 20_000])
def test_hostile_nesting_ends_in_a_sentence_and_the_next_guide_is_fine(source: str) -> None:
    began = time.monotonic()
    with pytest.raises(TooHard, match="too long to turn into a page"):
        render(source, title="x", time_limit_seconds=0.5)
    assert time.monotonic() - began < 5
    assert "<p>Fine.</p>" in render("Fine.", title="x").html


def test_a_text_over_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    with pytest.raises(TooHard, match="longer than 256 kB"):
        render("x" * (MAX_SOURCE_BYTES + 1), title="x")
    assert render("x" * MAX_SOURCE_BYTES, title="x").html
