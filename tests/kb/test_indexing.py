"""What makes an index take a page in anew."""

from kb import indexing


def version():
    return indexing.values_version({"desk phone": "406-555-0100"}, "406-555-0100", "words")


def test_nothing_new_is_the_same_version():
    assert version() == version()


def test_pages_that_are_prepared_in_another_way_are_taken_in_anew(monkeypatch):
    before = version()
    monkeypatch.setattr(indexing, "LAYOUT", indexing.LAYOUT + 1)
    assert version() != before
