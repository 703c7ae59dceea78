"""What is shown of a hit is safe, short, and marked where the words were found."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from search import marks
from search.entry import entry_of
from search.ranking import Statistics, scale

from .conftest import page


def test_found_words_are_marked_in_every_form():
    assert marks.marked("Printing labels", {"print"}) == "<mark>Printing</mark> labels"


def test_everything_else_is_escaped():
    shown = marks.snippet('<script>print("x")</script> & more', {"print"})
    assert shown == "&lt;script&gt;<mark>print</mark>(&quot;x&quot;)&lt;/script&gt; &amp; more"


def test_private_letters_in_a_text_make_no_marks():
    shown = marks.snippet(f"a {marks.OPEN}b{marks.CLOSE} print", {"print"})
    assert shown == "a b <mark>print</mark>"


def test_a_long_text_is_cut_around_the_words_and_says_so():
    shown = marks.snippet("before " * 200 + "the printer jams " + "after " * 200, {"printer", "jam"})
    assert "<mark>printer</mark> <mark>jams</mark>" in shown
    assert shown.startswith("… ") and shown.endswith(" …") and len(shown) < 300


def test_a_short_text_is_shown_whole():
    assert marks.snippet("Open the cover.", {"jam"}) == "Open the cover."


def test_the_best_passage_and_its_section_are_shown():
    entry = entry_of(page("a", "Labels", "Nothing here.", "Delete every waiting job.", "Nothing there."))
    weighing = scale({"wait": 1.0, "job": 1.0}, Statistics(1, entry.weight, lambda _: 1))
    assert marks.place(weighing.weigh(entry)) == ("Delete every waiting job.", "s1", "Part 1")


def test_a_page_found_by_its_title_shows_its_beginning():
    entry = entry_of(page("a", "Labels", "First words.", "Second words."))
    weighing = scale({"label": 1.0}, Statistics(1, entry.weight, lambda _: 1))
    assert marks.place(weighing.weigh(entry))[0] == "First words."


@given(st.text(max_size=400), st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_no_text_gets_any_tag_out_but_mark(text, word):
    stems = {"print", word, *text.split()[:3]}
    for shown in (marks.snippet(text, stems, 80), marks.marked(text, stems)):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare and ">" not in bare and '"' not in bare
        assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", bare)
        assert re.fullmatch(r"(?s)[^<]*(?:<mark>[^<]*</mark>[^<]*)*", shown)
