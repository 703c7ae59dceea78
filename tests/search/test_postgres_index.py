"""What only an index in a database goes through: other servers, lost tables, no extension, too little time."""

import multiprocessing
import os
import random
import signal
import time
import traceback

import pytest
from sqlalchemy import create_engine, text

from search.index import IndexBusy, IndexDamaged, Lacking
from search.meaning import load
from search.postgres_index import PostgresIndex
from search.postgres_tables import named_after
from search.query import parse
from search.words import NO_WORDS

from .conftest import CLERK, PAGES, PUBLIC, STAFF, page, postgres_index

pytestmark = pytest.mark.postgresql
spawn = multiprocessing.get_context("spawn")
TABLES = ("state", "pages", "weights", "spellings")


@pytest.fixture
def engine(index_database):
    filled(index_database)
    return index_database


def filled(engine, meaning=None):
    index = postgres_index(engine, meaning)
    with index.edit() as edit:
        for one in PAGES:
            edit.put(one)
    return index


def opened(engine, **options):
    return PostgresIndex(engine.connect, **({"statement_milliseconds": 20_000} | options))


def total(index, typed, audiences=PUBLIC):
    return index.find(parse(typed), audiences, words=NO_WORDS, exact=True).total


def run(engine, statement):
    """Do something to the tables behind the back of the index."""
    with engine.begin() as connection:
        own = connection.scalar(text("SELECT current_schema()"))
        connection.exec_driver_sql(statement.format(schema=named_after(own)))


def test_it_has_a_schema_of_its_own_and_leaves_the_applications_alone(engine):
    with engine.connect() as connection:
        own = connection.scalar(text("SELECT current_schema()"))
        rows = connection.execute(text("SELECT schemaname, tablename FROM pg_tables"))
        tables = {(row.schemaname, row.tablename) for row in rows}
    assert {(named_after(own), name) for name in TABLES} <= tables
    assert not {name for schema, name in tables if schema == own}


def test_a_schema_with_a_long_name_has_one_that_fits():
    assert named_after("public") == "signpost_search"
    assert named_after("help") == "help_search"
    assert len(named_after("x" * 63)) <= 63
    assert named_after("x" * 63) != named_after("x" * 62 + "y")


def test_a_connection_comes_back_as_it_was_lent(engine):
    total(opened(engine), "paper jam")
    with engine.connect() as connection:
        assert "_search" not in connection.scalar(text("SHOW search_path"))
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
        assert connection.scalar(text("SHOW transaction_read_only")) == "off"


# Several servers


def test_two_indexes_on_one_database_see_each_others_changes_at_once(engine):
    one, two = opened(engine), opened(engine)
    for number in range(12):
        with one.edit() as edit:
            edit.put(page("new", f"Quokka{number}", "x", version=str(number)))
        assert total(two, f"quokka{number}") == 1
        assert total(two, f"quokka{number + 1}") == 0


@pytest.mark.skipif(load() is None, reason="needs the extra for meaning")
def test_meanings_of_another_servers_pages_are_read_and_those_of_gone_ones_forgotten(index_database):
    one, two = filled(index_database, load()), opened(index_database, meaning=load())
    asked = "cannot get into my profile"
    for number in range(12):
        before = two.find(parse(asked), PUBLIC, words=NO_WORDS).hits
        assert "fresh" not in [hit.slug for hit in before]
        with one.edit() as edit:
            edit.put(page("fresh", "You cannot get into your profile", "x", version=str(number)))
        assert two.find(parse(asked), PUBLIC, words=NO_WORDS).hits[0].slug == "fresh"
        with one.edit() as edit:
            edit.remove("fresh")


def test_spellings_of_another_servers_pages_are_known(engine):
    one, two = opened(engine), opened(engine)
    find = lambda: two.find(parse("quoka"), PUBLIC, words=NO_WORDS).corrected  # noqa: E731
    assert find() is None
    with one.edit() as edit:
        edit.put(page("new", "Quokka", "x"))
    assert find() == "quokka"
    with one.edit() as edit:
        edit.remove("new")
    assert find() is None


def test_another_process_is_refused_while_a_change_is_open(engine):
    with opened(engine).edit():
        other = spawn.Process(target=_expect_busy, args=(engine.url.render_as_string(hide_password=False),))
        other.start()
        other.join()
    assert other.exitcode == 0


def test_a_killed_change_leaves_no_lock_and_no_trace(engine):
    ready = spawn.Event()
    url = engine.url.render_as_string(hide_password=False)
    other = spawn.Process(target=_put_and_hang, args=(url, ready))
    other.start()
    assert ready.wait(30)
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    index = opened(engine)
    assert total(index, "quokka") == 0
    with index.edit(timeout_seconds=10) as edit:
        edit.put(page("new", "Quokka", "x"))
    assert total(index, "quokka") == 1


# Damage


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("blow", ["DROP TABLE {{schema}}.{0} CASCADE", "TRUNCATE {{schema}}.{0}"])
def test_a_lost_or_emptied_table_is_named_damage_and_mended(engine, table, blow):
    index = opened(engine)
    assert total(index, "paper jam") > 0
    run(engine, blow.format(table))
    for call in (lambda: total(index, "paper jam"), lambda: index.suggest("paper", PUBLIC), index.documents):
        with pytest.raises(IndexDamaged):
            call()
    index.reset()
    with index.edit() as edit:
        assert edit.versions() == {}
        edit.put(PAGES[1])
    assert total(index, "paper jam") == 1


def test_a_lost_schema_is_named_damage_and_made_again_by_the_next_change(engine):
    index = opened(engine)
    run(engine, "DROP SCHEMA {schema} CASCADE")
    with pytest.raises(IndexDamaged):
        total(index, "paper jam")
    with index.edit() as edit:
        assert edit.versions() == {}
        for one in PAGES:
            edit.put(one)
    assert total(index, "paper jam") > 0


def test_tables_of_another_release_are_made_anew_by_the_next_change(engine):
    index = opened(engine)
    run(engine, "UPDATE {schema}.state SET layout = 99")
    with pytest.raises(IndexDamaged):
        total(index, "paper jam")
    with index.edit() as edit:
        assert edit.versions() == {}
    assert index.documents() == 0


def test_broken_bytes_are_named_damage_and_never_another_error(engine):
    chance = random.Random(7)
    for column in ("entry", "packed"):
        for _ in range(10):
            place = chance.randrange(40)
            run(
                engine,
                f"UPDATE {{schema}}.pages SET {column} ="
                f" set_byte({column}, {place}, 255 - get_byte({column}, {place}))",
            )
            with pytest.raises(IndexDamaged):
                opened(engine).checksum()
            filled(engine)


def test_a_database_that_is_not_there_is_a_connection_error():
    engine = create_engine("postgresql+psycopg://127.0.0.1:1/nowhere")
    index = PostgresIndex(engine.connect)
    for call in (lambda: total(index, "paper"), index.documents, index.reset):
        with pytest.raises(ConnectionError):
            call()


def test_an_error_of_the_database_does_not_carry_what_was_typed(engine):
    index = opened(engine)
    run(engine, "DROP TABLE {schema}.weights")
    with pytest.raises(IndexDamaged) as caught:
        total(index, "printer")
    assert "[parameters" not in "".join(traceback.format_exception(caught.value))


# Spelling with and without the extension


def test_without_the_extension_slips_are_mended_all_the_same(engine):
    index = opened(engine)
    run(engine, "DROP INDEX IF EXISTS {schema}.spellings_near")
    assert isinstance(index, Lacking)
    assert "CREATE EXTENSION pg_trgm" in index.lacks()[0]
    for typed, meant in SLIPS:
        assert index.find(parse(typed), STAFF, words=NO_WORDS).corrected == meant
    assert index.find(parse("zirconum"), CLERK, words=NO_WORDS).corrected is None


def test_with_the_extension_the_database_offers_near_words(engine):
    index = opened(engine)
    if index.lacks():
        pytest.skip("pg_trgm cannot be installed here")
    for typed, meant in SLIPS:
        assert index.find(parse(typed), STAFF, words=NO_WORDS).corrected == meant
    assert index.find(parse("zirconum"), CLERK, words=NO_WORDS).corrected is None
    assert index.find(parse("absen"), frozenset(), words=NO_WORDS).corrected is None


SLIPS = [("spoolr", "spooler"), ("zirconum", "zirconium"), ("absen", "absentee"), ("printqueue", "print queue"),
         ("tabulater", "tabulator"), ("reconnectz", "reconnects")]  # fmt: skip


def test_an_extension_that_is_installed_later_is_used_after_the_next_change(engine):
    index = opened(engine)
    if index.lacks():
        pytest.skip("pg_trgm cannot be installed here")
    run(engine, "DROP INDEX {schema}.spellings_near")
    assert index.lacks()
    with index.edit():
        pass
    assert index.lacks() == ()


# Bad input and little time


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b printer", "\ud800 printer", "'; DROP TABLE pages; --", "\\", "'a' & !b | (c", ":*", "%_%",
              "x" * 1_000_000, "printer " * 50_000, "ﷺ" * 400, "🖨️ printer", "a:*ABC printer"],
)  # fmt: skip
def test_nothing_typed_raises(engine, typed):
    index = opened(engine)
    index.find(parse(typed), PUBLIC, words=NO_WORDS)
    index.suggest(typed, PUBLIC)
    assert total(index, "paper jam", frozenset({"public", "\x00", "\ud800"})) > 0


@pytest.mark.parametrize("letter", ["\x00", "\ud800", "'", "\\", "ß", "𝒳"])
def test_any_letter_may_stand_in_a_page(engine, letter):
    index = opened(engine)
    strange = page(
        "odd" + letter, f"Quokka {letter}", f"{letter} body{letter}", topic=letter, symptoms=(letter,)
    )
    with index.edit() as edit:
        edit.put(strange)
    hit = index.find(parse("quokka"), PUBLIC, words=NO_WORDS).hits[0]
    assert (hit.slug, hit.topic) == ("odd" + letter, letter)
    with index.edit() as edit:
        assert edit.versions()["odd" + letter] == "1"


def test_a_page_with_more_words_than_a_vector_takes_is_kept_with_its_weightiest(engine):
    index = opened(engine)
    many = " ".join(f"w{number}x{number * 7919}y" for number in range(60_000))
    with index.edit() as edit:
        edit.put(page("book", "Quokka almanac", many))
    assert [hit.slug for hit in index.find(parse("quokka almanac"), PUBLIC, words=NO_WORDS).hits] == ["book"]
    with index.edit() as edit:
        edit.remove("book")
    assert total(index, "quokka") == 0


def test_a_search_without_time_ends_soon_and_says_so(engine):
    index = opened(engine, statement_milliseconds=120)
    total(index, "paper jam")
    own = engine.connect()
    with own, own.begin():
        schema = named_after(own.scalar(text("SELECT current_schema()")))
        own.exec_driver_sql(f"LOCK TABLE {schema}.weights IN ACCESS EXCLUSIVE MODE")
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            total(index, "printer account")
        assert time.monotonic() - start < 1
    assert total(index, "printer account") > 0


def test_a_reset_that_meets_a_table_in_use_is_busy(engine):
    index = opened(engine)
    own = engine.connect()
    with own, own.begin():
        schema = named_after(own.scalar(text("SELECT current_schema()")))
        own.exec_driver_sql(f"LOCK TABLE {schema}.pages IN ACCESS SHARE MODE")
        with pytest.raises(IndexBusy):
            index.reset()
    index.reset()


def test_an_unchanged_change_writes_nothing(engine):
    index = opened(engine)
    with index.edit() as edit:
        edit.remove("never-was")
    with engine.connect() as connection:
        schema = named_after(connection.scalar(text("SELECT current_schema()")))
        assert connection.scalar(text(f"SELECT generation FROM {schema}.state")) == 1


def test_nothing_is_left_of_pages_that_are_gone(engine):
    index = opened(engine)
    for round in range(3):
        with index.edit() as edit:
            for one in PAGES:
                edit.put(page(one.slug, f"Quokka {round}", "text", version=str(round)))
    with index.edit() as edit:
        for one in PAGES:
            edit.remove(one.slug)
    with engine.connect() as connection:
        schema = named_after(connection.scalar(text("SELECT current_schema()")))
        for table in ("pages", "weights", "spellings"):
            assert connection.scalar(text(f"SELECT count(*) FROM {schema}.{table}")) == 0
    assert total(index, "quokka") == 0


def _expect_busy(url):
    engine = create_engine(url)
    try:
        with PostgresIndex(engine.connect).edit():
            os._exit(1)
    except IndexBusy:
        os._exit(0)


def _put_and_hang(url, ready):
    engine = create_engine(url)
    with PostgresIndex(engine.connect).edit() as edit:
        edit.put(page("new", "Quokka", "x"))
        ready.set()
        time.sleep(60)
