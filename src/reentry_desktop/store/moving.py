"""All records of a store in another database: from the file to PostgreSQL, or from there into a file for a backup.

Tables are copied as they stand, log and local tables with them, and then compared row by row. Sealed files go along
into PostgreSQL; a backup has those it needs beside the tables (``backup.py``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..base.problems import Problem
from ..base.words import _
from ..records.base import Record
from . import schema, sealed, vault
from .engines import ALL_OF_THE_LOG, DATABASE

if TYPE_CHECKING:
    from .folder import Store

MOVED = f"{DATABASE}.moved"
_BATCH, _OF_SCANS = 5_000, 20  # rows at a time; a piece of a scanned paper has 256 KiB


def copy_tables(source: sa.Connection, target: sa.Connection) -> int:
    """Fill the empty tables of *target*; how many rows they have then. Both are in a transaction of the caller's."""
    target.exec_driver_sql("DELETE FROM setting")
    count = 0
    for table in Record.metadata.sorted_tables:
        for rows in _batches(source, table):
            _put(target, table, rows)
            count += len(rows)
    if target.dialect.name == "postgresql":
        target.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{ALL_OF_THE_LOG}', 'seq'), (SELECT max(seq) FROM {ALL_OF_THE_LOG}))"
        )
    return count


def compare_tables(source: sa.Connection, target: sa.Connection) -> int:
    """How many rows both have, each the same in every column. Raises ``Problem`` for the first that is not."""
    count = 0
    for table in Record.metadata.sorted_tables:
        pairs = itertools.zip_longest(_rows(source, table), _rows(target, table))
        for here, there in pairs:
            if here != there:
                raise _differs(table.name)
            count += 1
    return count


def _differs(table: str) -> Problem:
    return Problem(
        _(
            "The copy is not the same as the records here, at {table}. The records here are as they were; "
            "nothing was moved. Tell your program office."
        ).format(table=table),
        code="differs",
    )


def move_records(store: Store, address: str) -> int:
    """Copy everything into the empty database at *address*, compare, and let the store go on there.

    Returns how many rows there are. Nobody writes meanwhile. What lay in the file stays in it, under another name.
    """
    from .postgres import engine_for

    there = engine_for(address)
    try:
        # Whoever moves them may see a part only: everything goes.
        here = store.everything.execution_options(writing=True)
        with store.told(), here.begin() as source, there.execution_options(writing=True).begin() as target:
            schema.create(target)
            copy_tables(source, target)
            count = compare_tables(source, target)
            _copy_sealed(store, source, target)
    finally:
        there.dispose()
    store.save_slots(vault.with_database(store.slots, store.keys, address))
    store.reconnect()
    (store.folder / DATABASE).replace(store.folder / MOVED)
    return count


def _copy_sealed(store: Store, source: sa.Connection, target: sa.Connection) -> None:
    """The sealed files too, each read back. One that is damaged here does not go; it is told as it would be here."""
    here, there = sealed.Sealed(source, store.folder), sealed.Sealed(target, store.folder)
    for sha256 in here.named():
        if here.is_whole(sha256):
            with here.opened(sha256) as file:
                sealed.copy_in(target, file, sha256)
            if not there.is_whole(sha256):
                raise _differs("sealed_piece")


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    for rows in _batches(connection, table):
        yield from rows


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a table in the order of its key, which is the same in both databases."""
    statement = sa.select(*table.columns).order_by(*table.primary_key.columns)
    most = _OF_SCANS if table.name == "attachment_piece" else _BATCH
    with connection.execute(statement, execution_options={"yield_per": most}) as found:
        for rows in found.partitions():
            yield [tuple(row) for row in rows]


def _put(target: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    if target.dialect.name != "postgresql":
        names = [column.name for column in table.columns]
        target.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    from .postgres import copy_rows

    into = ALL_OF_THE_LOG if table.name == "entry" else table.name
    copy_rows(target, into, [column.name for column in table.columns], rows)
