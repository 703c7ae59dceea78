"""Tables as lines of JSON: how a backup of PostgreSQL is written and read, without any tool beside our own.

Everything is read from the database's own description, so that the files fit the schema they came from.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.schema import sort_tables_and_constraints
from sqlalchemy.types import Date

from portal.keeping.backup_archive import DamagedBackup

AT_ONCE = 500
# Its one row is the revision, which the manifest holds; the migrations themselves write it.
MIGRATIONS = "alembic_version"

Row = dict[str, Any]


def dump(connection: Connection, folder: Path) -> dict[str, int]:
    """Write each table into a file of its own, parents before children. Returns the rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    for number, table in enumerate(tables_in_order(connection)):
        path = folder / f"{number:03}-{table.name}.jsonl"
        counts[table.name] = _dump_table(connection, table, path)
    return counts


def load(connection: Connection, folder: Path) -> dict[str, int]:
    """Read the files back into empty tables, in the transaction of the connection. Returns the rows by table.

    Raises DamagedBackup when a file names a table that the schema does not have.
    """
    tables = {table.name: table for table in tables_in_order(connection)}
    order = list(tables)
    counts: dict[str, int] = {}
    files = [(path, _name_of(path)) for path in sorted(folder.glob("*.jsonl"))]
    for path, name in files:
        if name not in tables:
            raise DamagedBackup(f"The backup has a table {name!r} that this schema does not know.")
        counts[name] = _load_table(connection, tables[name], path, _late(tables[name], order))
    for path, name in files:
        _fill_late(connection, tables[name], path, _late(tables[name], order))
    if connection.dialect.name == "postgresql":
        _move_sequences(connection, tables.values())
    return counts


def count_rows(connection: Connection) -> dict[str, int]:
    """The rows of every table. Reads the whole of each on PostgreSQL."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables_in_order(connection)
    }


def tables_in_order(connection: Connection) -> list[Table]:
    """Every table but that of the migrations, those that others point at first; circles are broken at any place."""
    metadata = MetaData()
    metadata.reflect(connection)
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    ordered = sort_tables_and_constraints(tables)  # type: ignore[no-untyped-call]
    return [table for table, _keys in ordered if table is not None and table.name != MIGRATIONS]


def _dump_table(connection: Connection, table: Table, path: Path) -> int:
    """The first line names the columns, each further line is one row."""
    columns = [_readable(column) for column in table.columns]
    written = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(_line(table.columns.keys()))
        rows = connection.execution_options(yield_per=AT_ONCE).execute(
            select(*columns).order_by(*table.primary_key.columns)
        )
        for row in rows:
            out.write(_line([_plain(value) for value in row]))
            written += 1
    return written


def _line(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _readable(column: Column[Any]) -> Any:
    """JSON is read as its text: only so a null of the database and a null of JSON stay two things."""
    if isinstance(column.type, JSON):
        return cast(column, Text) if _is_postgresql(column) else type_coerce(column, Text)
    return column


def _is_postgresql(column: Column[Any]) -> bool:
    return type(column.type).__module__.startswith("sqlalchemy.dialects.postgresql")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return moment.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def _load_table(connection: Connection, table: Table, path: Path, late: set[str]) -> int:
    """Write the rows, with nothing yet in the columns that point at rows to come."""
    statement = insert(table).values({column.name: _writable(column) for column in table.columns})
    loaded = 0
    rows = _rows(table, path)
    while batch := list(islice(rows, AT_ONCE)):
        connection.execute(statement, [_bound(row, without=late) for row in batch])
        loaded += len(batch)
    return loaded


def _fill_late(connection: Connection, table: Table, path: Path, late: set[str]) -> None:
    if not late:
        return
    keys = [column.name for column in table.primary_key.columns]
    found = update(table).where(*(table.c[name] == bindparam(f"v_{name}") for name in keys))
    statement = found.values({name: bindparam(f"v_{name}") for name in late})
    rows = (row for row in _rows(table, path) if any(row[name] is not None for name in late))
    while batch := list(islice(rows, AT_ONCE)):
        wanted = [*keys, *late]
        connection.execute(statement, [{f"v_{name}": row[name] for name in wanted} for row in batch])


def _rows(table: Table, path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        try:
            names = json.loads(next(lines))
            columns = [table.columns[name] for name in names]
            for line in lines:
                yield {
                    column.name: _value(column, held)
                    for column, held in zip(columns, json.loads(line), strict=True)
                }
        except (StopIteration, ValueError, KeyError, TypeError) as problem:
            raise DamagedBackup(
                f"The table {table.name!r} of the backup cannot be read: {problem}"
            ) from problem


def _value(column: Column[Any], held: Any) -> Any:
    if held is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(held)
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return date.fromisoformat(held)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(held, validate=True)
    return bool(held) if isinstance(column.type, Boolean) else held


def _writable(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        held = bindparam(f"v_{column.name}", type_=Text())
        return cast(held, column.type) if _is_postgresql(column) else held
    return bindparam(f"v_{column.name}", type_=column.type)


def _bound(row: Row, *, without: set[str]) -> Row:
    return {f"v_{name}": None if name in without else value for name, value in row.items()}


def _late(table: Table, order: list[str]) -> set[str]:
    """Columns that may point at rows which are loaded later: of tables further down, or of the table itself."""
    own = order.index(table.name)
    return {
        key.parent.name
        for key in table.foreign_keys
        if key.parent.nullable and order.index(key.column.table.name) >= own
    }


def _move_sequences(connection: Connection, tables: Any) -> None:
    """Let the next row get a number of its own."""
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            )
            if sequence:
                highest = connection.scalar(select(func.max(column))) or 0
                connection.execute(
                    text("SELECT setval(:sequence, :value, :used)"),
                    {"sequence": sequence, "value": max(highest, 1), "used": highest > 0},
                )


def _name_of(path: Path) -> str:
    return re.sub(r"^[0-9]{3}-", "", path.stem)
