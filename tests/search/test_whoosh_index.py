"""What only an index on disk can go through: other processes, lost files, broken files."""

import multiprocessing
import os
import random
import shutil
import signal
import time

import pytest

from search.index import IndexBusy, IndexDamaged
from search.query import parse
from search.whoosh_index import WhooshIndex
from search.words import NO_WORDS

from .conftest import PAGES, PUBLIC, page

# Whoosh leaves a broken file open until it is collected.
leaves_a_file_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
spawn = multiprocessing.get_context("spawn")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "index"
    with WhooshIndex(folder).edit() as edit:
        for one in PAGES:
            edit.put(one)
    return folder


def total(index, text):
    return index.find(parse(text), PUBLIC, words=NO_WORDS, exact=True).total


def test_an_index_opened_again_still_holds_its_pages(folder):
    assert total(WhooshIndex(folder), "paper jam") > 0
    assert WhooshIndex(folder).documents() == len(PAGES)


def test_two_indexes_on_one_folder_see_each_others_changes_at_once(folder):
    one, two = WhooshIndex(folder), WhooshIndex(folder)
    for number in range(5):
        with one.edit() as edit:
            edit.put(page("new", f"Quokka{number}", "x", version=str(number)))
        assert total(two, f"quokka{number}") == 1
        assert total(two, f"quokka{number + 1}") == 0


def test_a_change_of_another_process_is_seen_within_two_seconds(folder):
    index = WhooshIndex(folder)
    assert total(index, "quokka") == 0
    other = spawn.Process(target=_put, args=(folder,))
    other.start()
    other.join()
    assert other.exitcode == 0
    deadline = time.monotonic() + 2
    while not total(index, "quokka") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert total(index, "quokka") == 1


def test_a_reset_of_another_index_is_seen(folder):
    one, two = WhooshIndex(folder), WhooshIndex(folder)
    assert total(two, "paper jam") > 0
    one.reset()
    assert total(two, "paper jam") == 0
    with one.edit() as edit:
        edit.put(PAGES[1])
    assert total(two, "paper jam") == 1


def test_another_process_is_refused_while_a_change_is_open(folder):
    with WhooshIndex(folder).edit():
        other = spawn.Process(target=_expect_busy, args=(folder,))
        other.start()
        other.join()
    assert other.exitcode == 0


def test_a_killed_change_leaves_no_lock_and_no_trace(folder):
    ready = spawn.Event()
    other = spawn.Process(target=_put_and_hang, args=(folder, ready))
    other.start()
    assert ready.wait(30)
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    index = WhooshIndex(folder)
    assert total(index, "quokka") == 0
    with index.edit() as edit:
        edit.put(page("new", "Quokka", "x"))
    assert total(index, "quokka") == 1


def test_a_lost_folder_is_named_damage_and_reset_begins_anew(folder):
    index = WhooshIndex(folder)
    assert total(index, "paper jam") > 0
    shutil.rmtree(folder)
    with pytest.raises(IndexDamaged):
        total(index, "paper jam")
    with pytest.raises(IndexDamaged):
        index.suggest("paper", PUBLIC)
    index.reset()
    with index.edit() as edit:
        edit.put(PAGES[1])
    assert total(index, "paper jam") == 1


def test_an_emptied_folder_is_named_damage(folder):
    index = WhooshIndex(folder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(IndexDamaged):
        total(index, "paper jam")
    with pytest.raises(IndexDamaged), index.edit():
        pass


@leaves_a_file_open
def test_a_broken_table_of_contents_is_named_damage_and_can_be_reset(folder):
    next(folder.glob("*.toc")).write_bytes(b"not an index")
    index = WhooshIndex(folder)
    with pytest.raises(IndexDamaged):
        total(index, "paper jam")
    with pytest.raises(IndexDamaged), index.edit():
        pass
    index.reset()
    assert index.documents() == 0


@leaves_a_file_open
def test_broken_bytes_give_damage_or_an_answer_and_never_another_error(folder):
    chance = random.Random(7)
    whole = {path: path.read_bytes() for path in folder.iterdir() if path.suffix in (".seg", ".toc")}
    noticed = 0
    for _ in range(60):
        path = chance.choice(sorted(whole))
        broken = bytearray(whole[path])
        for _ in range(8):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            index = WhooshIndex(folder)
            total(index, "paper jam account")
            index.suggest("pap", PUBLIC)
            index.checksum()
        except IndexDamaged:
            noticed += 1
        path.write_bytes(whole[path])
    assert noticed > 10
    assert total(WhooshIndex(folder), "paper jam") > 0


def test_an_unchanged_change_writes_nothing(folder):
    before = sorted(folder.glob("*.toc"))
    with WhooshIndex(folder).edit():
        pass
    assert sorted(folder.glob("*.toc")) == before


def test_many_changes_leave_few_files(folder):
    index = WhooshIndex(folder)
    for number in range(40):
        with index.edit() as edit:
            edit.put(page(f"p{number % 7}", f"Quokka {number}", "x", version=str(number)))
    assert len(list(folder.iterdir())) < 30
    assert total(index, "quokka") == 7


def test_it_waits_for_the_lock_no_longer_than_asked(folder):
    index = WhooshIndex(folder)
    with index.edit():
        start = time.monotonic()
        with pytest.raises(IndexBusy), WhooshIndex(folder).edit(timeout_seconds=0.2):
            pass
        assert time.monotonic() - start < 5


def _put(folder):
    with WhooshIndex(folder).edit() as edit:
        edit.put(page("new", "Quokka", "x"))


def _expect_busy(folder):
    try:
        with WhooshIndex(folder).edit():
            os._exit(1)
    except IndexBusy:
        os._exit(0)


def _put_and_hang(folder, ready):
    with WhooshIndex(folder).edit() as edit:
        edit.put(page("new", "Quokka", "x"))
        ready.set()
        time.sleep(60)
