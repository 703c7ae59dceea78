"""Local facts in a diagnostic's texts: filled as plain text when it is read, and nowhere else."""

import dataclasses

from kb.trees.filling import filled, has_placeholders
from kb.trees.walking import resolve

VALUES = {"desk.phone": "406-555-0142", "citrix.disconnect_minutes": "30 <b>", "fallback.hotspot": ""}
PHONE = "406-555-0142"


def test_a_tree_without_placeholders_stays_as_it_is(lamp):
    assert not has_placeholders(lamp())
    assert filled(lamp(), VALUES, phone=PHONE) == lamp()


def test_every_text_is_filled_and_every_id_stays(lamp):
    tree = lamp()
    first = next(iter(tree.nodes))

    node = dataclasses.replace(
        tree.nodes[first],
        question="Is it {{ citrix.disconnect_minutes }}?",
        help="Ask at {{ desk.phone }}",
        why="{{ fallback.hotspot }}",
    )
    tree = dataclasses.replace(tree, nodes={**tree.nodes, first: node})
    assert has_placeholders(tree)
    done = filled(tree, VALUES, phone=PHONE)
    assert done.nodes[first].question == "Is it 30 <b>?"
    assert done.nodes[first].help == "Ask at 406-555-0142"
    assert done.nodes[first].why == "Ask the help desk: 406-555-0142."
    assert done.nodes[first].options == tree.nodes[first].options
    assert list(done.nodes) == list(tree.nodes)
    page = resolve(done, {}).current
    assert page is not None and page.address == first


def test_an_unknown_name_reads_ask_your_help_desk(lamp):

    tree = lamp()
    end = next(iter(tree.outcomes))
    outcome = dataclasses.replace(tree.outcomes[end], next="Wait for {{ nothing.here }} then go.")
    done = filled(dataclasses.replace(tree, outcomes={end: outcome}), VALUES, phone=PHONE)
    assert done.outcomes[end].next == "Wait for ask your help desk at 406-555-0142 then go."
