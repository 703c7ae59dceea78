"""The contract of an index; every test runs on every kind of index that is shipped."""

import dataclasses
import threading

import pytest

from search.entry import digest
from search.index import Edit, Index, IndexBusy
from search.query import parse
from search.words import NO_WORDS, words_from

from .conftest import CLERK, PAGES, PUBLIC, STAFF, page


def find(index, text, audiences=PUBLIC, **options):
    options.setdefault("words", NO_WORDS)
    return index.find(parse(text), audiences, **options)


def slugs(results):
    return [hit.slug for hit in results.hits]


def test_it_is_an_index(index):
    assert isinstance(index, Index)
    with index.edit() as edit:
        assert isinstance(edit, Edit)


# Finding


def test_the_page_about_the_thing_comes_first(index):
    assert slugs(find(index, "labels do not print"))[0] == "labels-stuck"


def test_a_clerks_own_words_are_found_in_the_symptoms(index):
    assert slugs(find(index, "nothing comes out"))[0] == "labels-stuck"


def test_tags_are_found(index):
    assert slugs(find(index, "dymo"))[0] == "labels-stuck"


def test_other_forms_of_a_word_are_found(index):
    assert "labels-stuck" in slugs(find(index, "printing label"))


def test_an_error_code_is_found_whole(index):
    assert slugs(find(index, "0x80070005")) == ["locked-out"]


def test_an_acronym_is_found(index):
    assert slugs(find(index, "PDF")) == ["reports"]


@pytest.mark.parametrize("typed", ["login", "log in", "log-in", "Log In"])
def test_a_compound_word_is_found_however_it_is_written(index, typed):
    assert slugs(find(index, typed))[0] == "log-in-first"


def test_a_hyphenated_word_is_found_as_one_word(index):
    assert slugs(find(index, "epollbook", CLERK)) == ["poll-book-offline"]


def test_words_run_together_are_read_apart(index):
    results = find(index, "printqueue")
    assert slugs(results)[0] == "labels-stuck"
    assert results.corrected == "print queue"


def test_accents_and_case_do_not_matter(index):
    assert slugs(find(index, "ÀCCOUNT LOCKED"))[0] == "locked-out"


def test_a_phrase_in_quotes_must_stand_as_it_is(index):
    assert slugs(find(index, '"print queue"')) == ["labels-stuck"]
    assert find(index, '"queue print"').total == 0


def test_a_message_quoted_in_a_question_is_looked_for_as_it_is_first(index):
    assert slugs(find(index, 'labels "print queue"')) == ["labels-stuck"]


def test_a_message_that_is_quoted_wrongly_does_not_hide_the_answer(index):
    assert slugs(find(index, 'labels "queue print"'))[0] == "labels-stuck"
    assert find(index, 'labels "queue print"', exact=True).total == 0


def test_words_typed_side_by_side_count_more_where_they_stand_so(empty_index):
    with empty_index.edit() as edit:
        edit.put(page("apart", "Doors", "The side of the building has one. Lock the door at night."))
        edit.put(page("beside", "Doors", "The side door has one. Lock the building at the night."))
    assert slugs(find(empty_index, "side door")) == ["beside", "apart"]
    assert slugs(find(empty_index, "building lock night"))[0] == "beside"


@pytest.mark.parametrize("typed", ["it won't print", "it cannot print", "it cant print", "it does not print"])
def test_every_way_to_say_not_is_the_same_word(empty_index, typed):
    with empty_index.edit() as edit:
        edit.put(page("wont", "Labels", "The labels won't stick."))
        edit.put(page("not", "Printer", "It will not print."))
    assert slugs(find(empty_index, typed))[0] == "not"


def test_the_end_of_a_long_question_is_read_too(index):
    filler = (
        "so this morning two people came in and both of them asked me the same thing over and over again "
    )
    assert slugs(find(index, filler + "labels"))[0] == "labels-stuck"


def test_only_common_words_are_still_looked_for(index):
    assert slugs(find(index, "for the")) != []


def test_nothing_typed_finds_nothing(index):
    for typed in ("", "   ", "?!*"):
        results = find(index, typed)
        assert results.hits == () and results.total == 0 and results.topics == ()


def test_a_synonym_finds_and_counts_less_than_the_word_itself(index):
    words = words_from([{"say": ["frozen"], "means": ["paper jam"]}])
    assert find(index, "frozen", exact=True).total == 0
    assert slugs(find(index, "frozen", words=words))[0] == "paper-jam"
    assert slugs(find(index, "frozen account", words=words))[0] == "locked-out"


def test_a_synonym_is_read_one_way_only(index):
    words = words_from([{"say": ["account"], "means": ["paper jam"]}])
    assert "locked-out" not in slugs(find(index, "paper jam", words=words))


def test_a_hit_tells_where_to_look(index):
    hit = find(index, "delete waiting job").hits[0]
    assert (hit.anchor, hit.heading) == ("s1", "Part 1")
    assert "<mark>Delete</mark> every <mark>waiting</mark> <mark>job</mark>" in hit.snippet_html
    assert (hit.kind, hit.title, hit.topic) == ("guide", "Labels do not print", "printing")


def test_diagnostics_are_found_beside_guides(index):
    assert find(index, "poll book offline", CLERK).hits[0].kind == "diagnostic"


def test_a_topic_narrows_the_hits_but_not_the_topics(index):
    everything = find(index, "account print")
    narrowed = find(index, "account print", topic="signing-in")
    assert set(slugs(narrowed)) == {"locked-out"}
    assert narrowed.total == 1 and narrowed.topics == everything.topics
    assert dict(everything.topics)["signing-in"] == 1


def test_pages_of_results_follow_each_other_without_a_gap(empty_index):
    with empty_index.edit() as edit:
        for number in range(45):
            edit.put(page(f"p{number:02}", "Printer page", "word " * number + "printer"))
    whole = slugs(find(empty_index, "printer", limit=100))
    assert len(whole) == 45 == find(empty_index, "printer").total
    apart = [slug for start in range(0, 50, 10) for slug in slugs(find(empty_index, "printer", offset=start))]
    assert sorted(apart) == sorted(whole)
    assert slugs(find(empty_index, "printer", offset=100)) == []


def test_scores_never_rise_down_the_list(index):
    scores = [hit.score for hit in find(index, "printer account paper label", STAFF).hits]
    assert scores == sorted(scores, reverse=True)


def test_a_prior_moves_near_equals_and_no_more(empty_index):
    with empty_index.edit() as edit:
        edit.put(page("old", "Reset the printer", "Turn it off."))
        edit.put(page("solved", "Reset the printer", "Turn it off."))
        edit.put(page("far", "Paper", "A printer needs paper, and here is much more about other things."))
    assert slugs(find(empty_index, "reset the printer", priors={"solved": 1.2}))[0] == "solved"
    assert slugs(find(empty_index, "reset the printer", priors={"far": 1000.0}))[0] == "old"


# Corrections


def test_a_slip_is_only_offered_when_the_typed_words_find_something(index):
    results = find(index, "papr jam")
    assert results.offered == "paper jam" and results.corrected is None
    assert slugs(results)[0] == "paper-jam"


def test_a_correction_is_used_and_named_when_nothing_else_matches(index):
    results = find(index, "spoolr")
    assert results.corrected == "spooler" and results.offered is None
    assert slugs(results) == ["labels-stuck"]
    assert results.query == "spoolr"


def test_a_correction_that_leaves_an_unknown_word_is_not_used(index):
    assert find(index, "spoolr").corrected == "spooler"
    results = find(index, "quantum spoolr")
    assert (results.total, results.corrected) == (0, None)


def test_exactly_what_was_typed_is_never_corrected(index):
    results = find(index, "spoolr", exact=True)
    assert (results.total, results.offered, results.corrected) == (0, None, None)


def test_a_right_word_is_never_corrected(index):
    results = find(index, "labels")
    assert results.offered is None and results.corrected is None


def test_a_word_of_the_word_list_is_no_slip(index):
    words = words_from([{"say": ["papr"], "means": ["tabulator"]}])
    assert find(index, "papr jam", words=words).offered is None


# Suggestions


def test_a_title_is_suggested_while_its_last_word_is_typed(index):
    assert [hit.slug for hit in index.suggest("paper j", PUBLIC)] == ["paper-jam"]
    assert next(hit.slug for hit in index.suggest("labels do not pr", PUBLIC)) == "labels-stuck"


def test_a_symptom_is_suggested_and_shown(index):
    hit = index.suggest("nothing com", PUBLIC)[0]
    assert hit.slug == "labels-stuck"
    assert hit.snippet_html == "<mark>nothing</mark> comes out of the dymo"


def test_suggestions_start_at_two_letters(index):
    assert index.suggest("p", PUBLIC) == ()
    assert index.suggest("pa", PUBLIC) != ()


def test_no_more_is_suggested_than_was_asked_for(index):
    assert len(index.suggest("th", STAFF, limit=1)) == 1
    assert index.suggest("th", STAFF, limit=0) == ()


# What a reader may see


def test_a_reader_of_the_audience_sees_the_page(index):
    assert slugs(find(index, "zirconium", STAFF)) == ["vendor-passcodes"]
    assert slugs(find(index, "xenolith", STAFF)) == ["vendor-line"]
    assert [hit.slug for hit in index.suggest("tabulator va", STAFF)] == ["vendor-passcodes"]


@pytest.mark.parametrize("audiences", [PUBLIC, CLERK, frozenset()])
def test_a_hidden_page_is_not_a_hit_a_count_a_topic_or_a_suggestion(index, audiences):
    for typed in ("zirconium vault", "tabulator", "printer labels", '"zirconium passphrase"'):
        results = find(index, typed, audiences, limit=100)
        assert not {"vendor-passcodes", "vendor-line"} & set(slugs(results))
        assert results.total == len(results.hits)
        assert "secret-work" not in dict(results.topics)
    assert index.suggest("tabulator va", audiences) == ()
    assert index.suggest("the vault wi", audiences) == ()


def test_a_hidden_word_is_never_a_spelling(index):
    assert find(index, "zirconum", STAFF).corrected == "zirconium"
    for typed in ("zirconum", "zirconium", "account zirconum"):
        results = find(index, typed, CLERK)
        assert "zirconium" not in f"{results.offered or ''} {results.corrected or ''}".split()


def test_a_word_is_no_spelling_once_its_page_is_hidden(index):
    assert find(index, "spoolr", PUBLIC).corrected == "spooler"
    with index.edit() as edit:
        edit.put(dataclasses.replace(PAGES[0], audience="staff", version="2"))
    assert find(index, "spoolr", PUBLIC).corrected is None
    assert find(index, "spooler", PUBLIC).total == 0
    assert index.suggest("labels do", PUBLIC) == ()


def test_no_audience_sees_nothing(index):
    assert find(index, "printer", frozenset()).total == 0


# Changing


def test_a_change_is_seen_by_the_next_search(index):
    assert find(index, "quokka").total == 0
    with index.edit() as edit:
        edit.put(page("new", "Quokka", "A new page."))
    assert slugs(find(index, "quokka")) == ["new"]
    assert index.documents() == len(PAGES) + 1


def test_the_old_words_of_a_page_are_no_longer_found(index):
    with index.edit() as edit:
        edit.put(page("paper-jam", "Clear a blockage", "Call the vendor.", version="2"))
    assert "paper-jam" not in slugs(find(index, "jam"))
    assert slugs(find(index, "blockage")) == ["paper-jam"]
    assert index.documents() == len(PAGES)


def test_the_last_of_two_puts_in_one_change_stays(index):
    with index.edit() as edit:
        edit.put(page("new", "First quokka", "x"))
        edit.put(page("new", "Second wallaby", "x", version="2"))
    assert find(index, "quokka").total == 0 and find(index, "wallaby").total == 1


def test_a_page_put_and_removed_in_one_change_was_never_there(index):
    with index.edit() as edit:
        edit.put(page("new", "Quokka", "x"))
        edit.remove("new")
        edit.remove("never-was")
    assert find(index, "quokka").total == 0 and index.documents() == len(PAGES)


def test_a_removed_page_is_gone(index):
    with index.edit() as edit:
        edit.remove("paper-jam")
    assert "paper-jam" not in slugs(find(index, "paper jam"))
    assert index.suggest("clear a", PUBLIC) == ()


def test_an_error_in_a_change_changes_nothing(index):
    before = index.checksum()
    with pytest.raises(RuntimeError, match="power"), index.edit() as edit:
        edit.put(page("new", "Quokka", "x"))
        edit.remove("paper-jam")
        raise RuntimeError("power cut")
    assert index.checksum() == before and find(index, "quokka").total == 0
    with index.edit() as edit:
        edit.put(page("new", "Quokka", "x"))
    assert find(index, "quokka").total == 1


def test_versions_are_those_from_before_the_change(index):
    with index.edit() as edit:
        edit.put(page("new", "Quokka", "x", version="7"))
        assert edit.versions() == {one.slug: one.version for one in PAGES}
    with index.edit() as edit:
        assert edit.versions()["new"] == "7"


def test_a_second_change_is_refused_while_one_is_open(index):
    refused = []

    def second():
        try:
            with index.edit():
                refused.append(False)
        except IndexBusy:
            refused.append(True)

    with index.edit():
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert refused == [True]
    with index.edit():
        pass


def test_a_second_change_may_wait_for_the_first(index):
    waited = []

    def second():
        with index.edit(timeout_seconds=10):
            waited.append(True)

    with index.edit():
        other = threading.Thread(target=second)
        other.start()
    other.join()
    assert waited == [True]


def test_checksums_equal_those_of_the_documents(index):
    assert index.checksum() == {one.slug: digest(one) for one in PAGES}


def test_reset_leaves_an_empty_index_that_can_be_filled(index):
    index.reset()
    assert index.documents() == 0 and find(index, "printer").total == 0
    with index.edit() as edit:
        assert edit.versions() == {}
        edit.put(PAGES[1])
    assert slugs(find(index, "jam")) == ["paper-jam"]


def test_reset_is_refused_while_a_change_is_open(index):
    with index.edit(), pytest.raises(IndexBusy):
        index.reset()
    assert index.documents() == len(PAGES)


@pytest.mark.parametrize("slug", ["a b", "ä/ö#3_0", "x" * 500, "quote'\"", "", "\t", "\ud800", "0"])
def test_any_text_can_be_a_slug(empty_index, slug):
    for version in "12":
        with empty_index.edit() as edit:
            edit.put(page(slug, "Quokka", "x", version=version))
    assert slugs(find(empty_index, "quokka")) == [slug]
    with empty_index.edit() as edit:
        assert edit.versions() == {slug: "2"}
        edit.remove(slug)
    assert empty_index.documents() == 0


def test_an_empty_index_finds_nothing(empty_index):
    assert find(empty_index, "printer").total == 0
    assert empty_index.suggest("pri", PUBLIC) == ()
    assert empty_index.documents() == 0 and empty_index.checksum() == {}


def test_a_page_without_text_is_found_by_its_title(empty_index):
    with empty_index.edit() as edit:
        edit.put(page("bare", "Quokka"))
    assert find(empty_index, "quokka").hits[0].snippet_html == ""


def test_searches_go_on_while_the_index_changes(index):
    stop, wrong = threading.Event(), []

    def search():
        while not stop.is_set():
            if "paper-jam" not in slugs(find(index, "paper jam")):
                wrong.append(True)

    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(6):
        with index.edit() as edit:
            edit.put(page("new", f"Quokka {number}", "x", version=str(number)))
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
