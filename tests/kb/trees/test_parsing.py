"""From YAML to a tree: what is read, what is refused, and on which line."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.trees.parsing import TreeProblems, parse
from kb.trees.tree import Ask, Call, Try, Way

HEAD = "title: A\nstart: a\noutcomes:\n  done: {kind: solved, say: Done.}\n"


def problems(text):
    with pytest.raises(TreeProblems) as refused:
        parse(text)
    return refused.value.findings


def test_a_whole_diagnostic_is_read(lamp):
    tree = lamp()
    assert tree.title == "My lamp is dark"
    assert tree.front.review_by == "2030-01-01"
    assert list(tree.nodes) == ["line", "bulb", "fixes", "details"]
    assert isinstance(tree.nodes["fixes"], Try)
    assert tree.nodes["fixes"].steps == ("turn", "swap")
    assert tree.facts["place"].max == 80
    assert tree.walks[-1].answers["fixes.swap"] == "could_not"


def test_front_matter_is_that_of_a_guide(label_printer):
    front = label_printer.front
    assert front.topic == "printing-and-labels"
    assert front.audience == "public"
    assert "stickers won't print" in front.symptoms
    assert front.services == ("label-printing",)


def test_each_thing_knows_its_line(lamp, lamp_text):
    tree, lines = lamp(), lamp_text().splitlines()
    assert lines[tree.nodes["bulb"].line - 1].strip() == "bulb:"
    assert "say: The bulb is loose" in lines[tree.nodes["bulb"].options[1].line - 1]
    assert lines[tree.outcomes["send"].line - 1].strip().startswith("send:")


def test_yes_and_no_stay_words_as_values(lamp):
    tree = lamp(("say: Someone waits", "say: yes"), ("ends: call_us", "ends: call_us"))
    assert tree.nodes["line"].options[0].say == "yes"


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "true", "null", "007", "1_000"])
def test_a_bare_id_that_other_readers_change_is_refused(lamp_text, word):
    found = problems(lamp_text(("id: black", f"id: {word}")))
    assert [each.rule for each in found] == ["yaml-boolean"]


def test_a_bare_key_that_other_readers_change_is_refused(lamp_text):
    found = problems(lamp_text(("  bulb:\n", "  on:\n")))
    assert found[0].rule == "yaml-boolean"


def test_a_quoted_word_is_refused_only_where_it_is_no_name(lamp_text):
    assert problems(lamp_text(("id: black", "id: 'Not an id'")))[0].message.startswith(
        '"Not an id" cannot be a name'
    )
    parse(lamp_text(("id: black", "id: blackened")))


def test_a_way_may_be_retried_and_then_leads_elsewhere(lamp):
    tree = lamp(("not_fixed: details}", "not_fixed: {go: bulb, retry: 1, else: details}}"))
    assert tree.nodes["fixes"].not_fixed == Way("bulb", 1, "details")


def test_a_call_gives_facts_and_has_three_returns():
    tree = parse(
        HEAD + "nodes:\n  a: {call: other, give: {device: lamp}, fixed: done, not_fixed: done, stopped: done}"
    )
    assert tree.nodes["a"] == Call(
        "a", "other", {"device": "lamp"}, Way("done"), Way("done"), Way("done"), line=6
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("- a\n- b", "A block of names"),
        ("title: [", "cannot be read as YAML"),
        ("a: b: c", "cannot be read as YAML"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: &x 1", "anchor"),
        ("a: *x", "alias"),
        ("a: !!python/object:os.system 1", "tag"),
        ("a: !x 1", "tag"),
        ("a: " + "[" * 1000, "too many brackets"),
        ("title: A\ntitle: B", "given twice"),
        ("? [a]\n: b", "A list stands where a name"),
        ("a: \x00", "cannot be read"),
        ("a: " + "x" * 50_000, "larger than 48 kB"),
    ],
)
def test_what_the_format_does_not_know_is_refused_in_a_sentence(text, words):
    assert words in problems(text)[0].message


def test_a_problem_names_its_line():
    found = problems("title: A\nstart: a\nnodes:\n  a:\n    ask: What?\n    option: []\noutcomes: {}\n")
    assert (6, '"option" is not known here. Check the spelling.') in [
        (each.line, each.message) for each in found
    ]


def test_all_problems_are_told_at_once_in_file_order(lamp_text):
    found = problems(
        lamp_text(
            ("minutes: 1", "minutes: soon"), ("kind: solved", "kind: happy"), ("label: The bulb", "lable: x")
        )
    )
    assert len(found) >= 3
    assert [each.line for each in found] == sorted(each.line for each in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 1", "minutes: -1"),
        ("minutes: 1", "minutes: .inf"),
        ("max: 80", "max: 80000"),
        ("max: 80", "max: true"),
        ("type: text", "type: file"),
        ("try: [turn, swap]", "try: [turn, [swap]]"),
        ("try: [turn, swap]", "try: {turn: swap}"),
        ("urgency: now}, go", "urgency: later}, go"),
        ("review_by: 2030-01-01", "review_by: next year"),
        ("id: loose", "id: black"),
        ("id: loose", "id: not_sure"),
        ("ask: Is someone waiting?", "ask: Is someone waiting?\n    try: [turn]"),
        ("title: My lamp is dark", "title: true"),
        ("ends: solved", "ends: []"),
        ("answers: {line: waiting}", "answers: [line]"),
        ("kind: solved, say: There is light.", "say: There is light."),
    ],
)
def test_a_value_that_does_not_fit_is_refused(lamp_text, old, new):
    assert all(each.level == "error" for each in problems(lamp_text((old, new))))


def test_a_draft_may_be_unfinished(lamp):
    tree = lamp(("    not_sure: {go: fixes}\n", ""), (", go: bulb}", "}"))
    node = tree.nodes["bulb"]
    assert isinstance(node, Ask)
    assert node.not_sure is None
    assert tree.nodes["line"].options[1].way == Way("")


WORDS = "a|: |\n|  |- |{|}|[|]|,|'|\"|>|&a|*a|!!str|no|#|?|\t|---|...|title: |nodes:\n|ask: |options:\n|é|<<: |0x1F"
PIECES = st.sampled_from([*WORDS.split("|"), "|", "%YAML 1.1\n", "\u2028", "\ufeff", "\x85"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_is_a_tree_or_a_list_of_problems(text):
    began = time.process_time()
    try:
        parse(text)
    except TreeProblems as refused:
        assert refused.findings
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "piece", ["[", "{", "a: ", "- ", "? ", '"', "'", "|\n ", "a,", "#", "\n", "!", "&a ", "{a: ", "? a\n"]
)
def test_the_largest_hostile_file_is_answered_within_half_a_second(piece):
    text = (piece * 50_000)[: 48 * 1024 - 10]
    began = time.process_time()
    with pytest.raises(TreeProblems):
        parse(text)
    assert time.process_time() - began < 0.5
