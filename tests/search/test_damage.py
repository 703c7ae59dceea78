"""An index that is cut, flipped, stopped or gone: an answer or `IndexDamaged`, never anything else.

Each round names its seed; a file that is cut while it is being read must not kill the reader, so those rounds run in
processes of their own, whose end is looked at.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import threading
import time

import pytest

from search import whoosh_view
from search.index import IndexBusy, IndexDamaged
from search.query import parse
from search.whoosh_folder import SEALS
from search.whoosh_index import WhooshIndex
from search.words import NO_WORDS

from .conftest import PAGES, PUBLIC, page

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
spawn = multiprocessing.get_context("spawn")
# Enough text that a segment has many blocks, so that most of its bytes are not the first ones of a file.
MANY = [page(f"p{n}", f"Quokka {n}", " ".join(f"word{n * m % 997}" for m in range(60))) for n in range(120)]
FLIPS = 200


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "index"
    for part in (PAGES, MANY):
        with WhooshIndex(folder).edit() as edit:
            for one in part:
                edit.put(one)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "index")


def total(index, text):
    return index.find(parse(text), PUBLIC, words=NO_WORDS, exact=True).total


def use_all(index):
    """Everything that reads and everything that writes."""
    total(index, "paper jam quokka word7")
    index.suggest("quo", PUBLIC)
    index.documents()
    index.checksum()
    with index.edit() as edit:
        edit.versions()
        edit.put(page("new", "Numbat", "x"))


def survives(index):
    """Tell whether the index is used without noticing anything; raises what callers do not expect."""
    try:
        use_all(index)
    except IndexDamaged:
        return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_a_file_cut_anywhere_is_an_answer_or_damage_and_is_mended_by_a_reset(whole, tmp_path, seed):
    chance = random.Random(seed)
    for number, name in enumerate(sorted(path.name for path in whole.iterdir() if path.stat().st_size)):
        folder = shutil.copytree(whole, tmp_path / str(number))
        os.truncate(folder / name, chance.randrange((folder / name).stat().st_size))
        survives(WhooshIndex(folder))
        index = WhooshIndex(folder)
        index.reset()
        with index.edit() as edit:
            edit.put(PAGES[1])
        assert total(index, "paper jam") == 1


def test_a_flipped_byte_is_an_answer_or_damage_and_the_nightly_look_finds_each_one(folder):
    segments = sorted(folder.glob("*.seg"))
    sizes = [path.stat().st_size for path in segments]
    for seed in range(FLIPS):
        chance = random.Random(seed)
        path = chance.choices(segments, sizes)[0]
        place, bit = chance.randrange(path.stat().st_size), 1 << chance.randrange(8)
        _flip(path, place, bit)
        index = WhooshIndex(folder)
        for ask in (lambda: total(index, "paper jam word7 quokka"), lambda: index.suggest("quo", PUBLIC)):  # noqa: B023
            try:
                ask()
            except IndexDamaged:
                index.close()
        with pytest.raises(IndexDamaged):
            index.checksum()
        index.close()
        _flip(path, place, bit)
    assert len(WhooshIndex(folder).checksum()) == len(PAGES) + len(MANY)


def test_a_lost_or_broken_list_of_seals_is_no_damage_and_is_made_anew(folder):
    for broken in (b"", b"{", b"[]", b'{"a": 1}'):
        (folder / SEALS).write_bytes(broken)
        assert len(WhooshIndex(folder).checksum()) == len(PAGES) + len(MANY)
    (folder / SEALS).unlink()
    with WhooshIndex(folder).edit() as edit:
        edit.put(page("new", "Numbat", "x"))
    segment = next(folder.glob("*.seg"))
    _flip(segment, segment.stat().st_size // 2, 1)
    with pytest.raises(IndexDamaged):
        WhooshIndex(folder).checksum()


@pytest.mark.parametrize("seed", range(4))
def test_a_process_lives_on_when_a_file_is_cut_while_it_reads(folder, seed):
    ready, go = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_read_on, args=(folder, ready, go))
    other.start()
    assert ready.wait(60)
    for path in folder.glob("*.seg"):
        os.truncate(path, random.Random(seed).randrange(path.stat().st_size))
    go.set()
    other.join(60)
    assert other.exitcode == 0


def test_a_folder_deleted_while_threads_read_is_damage_and_can_be_filled_again(folder):
    index, wrong, stop = WhooshIndex(folder), [], threading.Event()

    def search():
        while not stop.is_set():
            try:
                total(index, "quokka word7")
                index.suggest("quo", PUBLIC)
            except IndexDamaged:
                continue
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=search) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        shutil.rmtree(folder)
        time.sleep(0.05)
        index.reset()
        with index.edit() as edit:
            edit.put(PAGES[1])
        assert total(index, "paper jam") == 1
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_stopped_process_with_the_lock_holds_up_changes_and_no_search(folder):
    ready, go = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_change_slowly, args=(folder, ready, go))
    other.start()
    assert ready.wait(60)
    os.kill(other.pid, signal.SIGSTOP)
    try:
        index = WhooshIndex(folder)
        assert total(index, "quokka") == len(MANY)
        assert index.suggest("quokka 7", PUBLIC)
        began = time.monotonic()
        with pytest.raises(IndexBusy), index.edit(timeout_seconds=0.3):
            pass
        with pytest.raises(IndexBusy):
            index.reset()
        assert time.monotonic() - began < 10
    finally:
        os.kill(other.pid, signal.SIGCONT)
    go.set()
    other.join(60)
    assert other.exitcode == 0
    assert total(index, "numbat") == 1
    with index.edit() as edit:
        edit.remove("new")
    assert total(index, "numbat") == 0


def test_searches_go_on_while_everything_is_written_anew(folder):
    wrong, stop = [], threading.Event()

    def search():
        index = WhooshIndex(folder)
        while not stop.is_set():
            if total(index, "quokka") != len(MANY):
                wrong.append(total(index, "quokka"))

    reader = threading.Thread(target=search)
    reader.start()
    for _ in range(4):
        with WhooshIndex(folder).edit() as edit:
            for one in (*PAGES, *MANY):
                edit.put(one)
    stop.set()
    reader.join()
    assert wrong == []
    assert len(list(folder.glob("*.seg"))) == 1


def test_a_page_whose_key_is_damaged_is_not_there_twice_after_a_rebuild(folder, monkeypatch):
    index = WhooshIndex(folder)
    # What a damaged posting of the key does: the old page is not found when it is to be taken out.
    monkeypatch.setattr("whoosh.writing.SegmentWriter.delete_by_term", lambda *_, **__: 0)
    with index.edit() as edit:
        for one in (*PAGES, *MANY):
            edit.put(one)
    assert index.documents() == len(PAGES) + len(MANY)


def test_an_error_while_a_change_begins_leaves_no_lock(folder, monkeypatch):
    index = WhooshIndex(folder)
    with monkeypatch.context() as patch:
        patch.setattr("search.whoosh_edit._versions", lambda _: 1 / 0)
        with pytest.raises(IndexDamaged) as kept, index.edit():
            pass
    assert kept.value is not None
    with index.edit() as edit:
        edit.put(page("new", "Numbat", "x"))
    assert total(index, "numbat") == 1


def test_a_search_whose_time_is_up_before_it_begins_still_answers(folder, monkeypatch):
    monkeypatch.setattr(whoosh_view, "LONGEST_SECONDS", -1.0)
    assert total(WhooshIndex(folder), "quokka the") == len(MANY)


def _flip(path, place, bit):
    with path.open("r+b") as file:
        file.seek(place)
        old = file.read(1)[0]
        file.seek(place)
        file.write(bytes([old ^ bit]))


def _read_on(folder, ready, go):
    index = WhooshIndex(folder)
    total(index, "quokka")
    ready.set()
    go.wait(60)
    survives(index)
    survives(WhooshIndex(folder))


def _change_slowly(folder, ready, go):
    with WhooshIndex(folder).edit() as edit:
        edit.put(page("new", "Numbat", "x"))
        ready.set()
        go.wait(60)
