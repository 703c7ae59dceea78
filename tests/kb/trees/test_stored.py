"""A tree stored as JSON comes back equal."""

import json

import pytest

from kb.trees.tree import Tree


def test_every_shipped_tree_comes_back_equal(shipped):
    for tree in shipped.values():
        assert Tree.from_json(tree.as_json()) == tree


def test_the_values_of_a_json_column_do_as_well(label_printer):
    assert Tree.from_json(json.loads(label_printer.as_json())) == label_printer


def test_a_tree_stored_by_an_older_version_takes_defaults(lamp):
    stored = json.loads(lamp().as_json())
    del stored["front"]["legal"]
    stored["outcomes"]["send"]["colour"] = "green"
    assert Tree.from_json(stored) == lamp()


def test_a_node_of_no_known_kind_is_an_error_of_ours(lamp):
    stored = json.loads(lamp().as_json())
    stored["nodes"]["bulb"]["kind"] = "dance"
    with pytest.raises(ValueError, match="dance"):
        Tree.from_json(stored)
