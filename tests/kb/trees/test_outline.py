"""The numbered outline: every page once, then "goes to"."""

from kb.trees.outline import outline


def test_pages_are_numbered_in_reading_order_and_ends_lettered(lamp):
    drawn = outline(lamp())
    assert [(each.mark, each.id) for each in drawn.pages] == [
        ("1", "line"),
        ("2", "bulb"),
        ("3", "fixes"),
        ("4", "details"),
    ]
    assert [(each.mark, each.id) for each in drawn.ends] == [("A", "solved"), ("B", "send"), ("C", "call_us")]
    assert drawn.apart == ()


def test_a_page_stands_where_it_is_first_reached_and_is_pointed_to_elsewhere(lamp):
    root = outline(lamp()).roots[0]
    assert root.heading == "Is someone waiting?"
    waiting, empty, unsure = root.branches
    assert (waiting.words, waiting.mark, waiting.entry) == ("Someone waits", "C", None)
    bulb = empty.entry
    assert bulb.heading == "What does the bulb look like?"
    assert bulb.branches[0].entry.id == "fixes"
    assert bulb.branches[0].entry.lines == ("Turn the bulb", "Put in a new bulb")
    assert (bulb.branches[1].entry, bulb.branches[1].mark) == (None, "3")
    assert (unsure.words, unsure.mark) == ("I'm not sure", "C")


def test_a_page_no_answer_leads_to_stands_apart(lamp):
    drawn = outline(lamp(("  details: {", "  spare: {collect: [place], go: send}\n  details: {")))
    assert [each.id for each in drawn.apart] == ["spare"]


def test_a_very_deep_tree_starts_again_at_the_left(lamp):
    chain = "".join(f"  p{n}: {{collect: [place], go: p{n + 1}}}\n" for n in range(500))
    drawn = outline(
        lamp(
            ("  details: {", chain + "  p500: {collect: [place], go: send}\n  details: {"),
            ("go: bulb}", "go: p0}"),
        )
    )
    assert len(drawn.pages) == 502
    assert len(drawn.roots) > 50


def test_every_shipped_diagnostic_is_drawn_whole(shipped):
    for tree in shipped.values():
        drawn = outline(tree)
        assert len(drawn.pages) == len(tree.nodes)
        assert all(branch.mark for page in drawn.pages for branch in page.branches)
