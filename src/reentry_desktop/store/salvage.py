"""What can be saved of a damaged database goes into a new one: the log entry by entry, the tables made from it.

Nothing is believed that is not proved: a page by its authentication, an entry by the chain. Entries that cannot be
read leave a hole. Where the chain's hash at its end is not known, the ``gap`` says so with an empty hash: what stands
after it is believed for its page, and what comes from another site later must fit both sides. What is missing is named
as far as the indexes still tell it.
"""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver

from ..base.ids import Id
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..records.base import Record
from ..records.change import from_payload
from ..records.entry import digest, first_hash, next_hash
from ..records.local import Local
from . import schema
from .damaged import UNFINISHED
from .engines import engine_for
from .erasing import empty_write_ahead_log
from .pages import INDEX_INSIDE, INDEX_LEAF, TABLE_LEAF, Pages
from .rebuild import rebuild

MADE_FROM_LOG = ("participant_word", "roll", "conflict", "waiting")
_KEPT = [table for table in Record.metadata.sorted_tables if table.name not in MADE_FROM_LOG]
_BATCH = 2_000
_ROWS, _TRIES = 1 << 16, 2_000  # of a table whose ends cannot be read; reads that fail before the rest is left


@dataclass(frozen=True)
class Run:
    """Consecutive entries of a device that are missing."""

    device: int
    first: int
    last: int


@dataclass(frozen=True)
class Saved:
    """What was saved: how many entries; which are missing; whom those were about; which other tables lost rows."""

    entries: int
    missing: tuple[Run, ...]
    women: tuple[Id, ...]
    tables: tuple[str, ...]
    pages: int
    """How many damaged pages were met."""

    @property
    def lost(self) -> int:
        """How many entries are missing."""
        return sum(run.last - run.first + 1 for run in self.missing)


@dataclass
class _Told:
    """What the indexes say that there was: device -> the last number, and the records of each row of the log."""

    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    ids: dict[int, set[str]] = field(default_factory=dict)


def save_what_can_be(
    database: Path, key: bytes, into: Path, store: str, more: Iterable[Path] = (), progress: Progress = untold
) -> Saved:
    """Make the database *into* from the damaged *database*. *more* are undamaged ones of earlier: of backups.

    *store* is the store's id. Raises ``Problem`` where nothing of the log can be read; *into* is then not there.
    """
    pages = Pages(database, key)
    engine = engine_for(into, key)
    try:
        with engine.execution_options(writing=True).begin() as connection:
            schema.create(connection)
            _entries(connection, pages, progress)
            lost = _local_tables(connection, database, key)
            told = _told(connection, pages, progress)
            for other in more:
                _from_backup(connection, other, key, lost, told)
            connection.exec_driver_sql("INSERT OR IGNORE INTO setting VALUES ('store', ?)", (store,))
            connection.exec_driver_sql("INSERT OR IGNORE INTO setting VALUES (?, 'yes')", (UNFINISHED,))
            missing = _prove(connection, proved=pages.proved)
            missing = _with_ends(connection, missing, told)
            entries = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
            if not entries:
                raise _nothing()
            rebuild(connection)
            women = _women(connection, told)
            progress(1)
        empty_write_ahead_log(engine)
        return Saved(entries, tuple(missing), tuple(women), tuple(sorted(lost)), len(pages.bad))
    except BaseException:
        engine.dispose()
        for end in ("", "-wal", "-shm"):
            into.with_name(into.name + end).unlink(missing_ok=True)
        raise
    finally:
        engine.dispose()
        pages.close()


def _nothing() -> Problem:
    return Problem(
        _("Nothing in this file can be read any more. It was not changed. Bring back the latest backup."),
        code="damaged",
    )


# The log

_INSERT = (
    "INSERT OR IGNORE INTO entry (seq, device, number, record, participant, share, salt, payload, digest, hash) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _entries(connection: sa.Connection, pages: Pages, progress: Progress) -> None:
    batch = []
    for _kind, seq, values in pages.cells(TABLE_LEAF):
        if _is_entry(values):
            batch.append((seq, *values[1:]))
        if len(batch) == _BATCH:
            connection.exec_driver_sql(_INSERT, batch)
            batch = []
            progress(0.3)
    if batch:
        connection.exec_driver_sql(_INSERT, batch)
    progress(0.4)


def _is_entry(values: list[Any]) -> bool:
    """Whether a row is one of the log: by the types of its columns, and what they can be."""
    if len(values) != 10 or values[0] is not None:
        return False
    _seq, device, number, record, woman, share, salt, payload, kept, chained = values
    texts = all(text is None or isinstance(text, str) for text in (record, woman))
    whole = isinstance(salt, bytes) and isinstance(payload, bytes) and kept is None
    erased = salt is None and payload is None and isinstance(kept, bytes)
    numbers = isinstance(device, int) and isinstance(number, int) and number > 0 and device > 0
    return texts and numbers and isinstance(share, str) and isinstance(chained, bytes) and (whole or erased)


def _prove(connection: sa.Connection, *, proved: bool) -> list[Run]:
    """Walk every chain: drop what does not fit, and note each hole. Returns the runs that are missing."""
    run = connection.exec_driver_sql
    missing, drop, keep = list[Run](), list[tuple[int, int]](), list[tuple[int, int, int, bytes, bytes]]()

    def hole(device: int, first: int, last: int, before: bytes, after: bytes) -> None:
        missing.append(Run(device, first, last))
        keep.append((device, first, last, before, after))

    device, end, before = -1, 0, b""
    for place, first, last, begins, known, chained in _items(connection):
        if place != device:
            device, end, before = place, 0, first_hash(place)
        if first <= end:  # a run that stayed elsewhere, of which something is here after all
            continue
        if known is None:  # it stayed at its site
            if first > end + 1:
                hole(device, end + 1, first - 1, before, begins)
            keep.append((device, first, last, begins, chained))
        elif first > end + 1 and not proved:  # whether this one is as it was nobody can tell; what comes after it can
            hole(device, end + 1, first, before, chained)
            drop.append((device, first))
        elif first > end + 1:
            hole(device, end + 1, first - 1, before, b"")
        elif next_hash(before, first, known) != chained:
            hole(device, first, first, before, b"" if proved else chained)
            drop.append((device, first))
        end, before = last, chained
    for at in range(0, len(drop), _BATCH):
        run("DELETE FROM entry WHERE device = ? AND number = ?", drop[at : at + _BATCH])
    run("DELETE FROM gap")
    if keep:
        run("INSERT INTO gap (device, first, last, hash_before, hash_after) VALUES (?, ?, ?, ?, ?)", keep)
    return missing


def _items(connection: sa.Connection) -> Iterator[tuple[int, int, int, bytes, bytes | None, bytes]]:
    """What is here of each chain in order: device, first and last number, hash before, digest, hash after.

    A run that stayed at its site has no digest; an entry says no hash before it.
    """
    run = connection.exec_driver_sql
    gaps = [(d, a, b, bytes(x), None, bytes(y)) for d, a, b, x, y in run(
        "SELECT device, first, last, hash_before, hash_after FROM gap ORDER BY device, first").all()]  # fmt: skip
    rows = run("SELECT device, number, salt, payload, digest, hash FROM entry ORDER BY device, number").all()
    entries = (
        (device, number, number, b"", digest(salt, payload) if payload is not None else bytes(kept), bytes(chained))
        for device, number, salt, payload, kept, chained in rows
    )
    yield from heapq.merge(gaps, entries, key=lambda item: item[:2])


# What the indexes tell


def _told(connection: sa.Connection, pages: Pages, progress: Progress) -> _Told:
    here = set(connection.exec_driver_sql("SELECT seq FROM entry").scalars())
    told = _Told()
    for _kind, _row, values in pages.cells(INDEX_LEAF, INDEX_INSIDE):
        seq = values[-1] if values else None
        if not isinstance(seq, int) or seq in here:
            continue
        if len(values) == 3 and isinstance(values[0], int) and isinstance(values[1], int):
            told.rows[seq] = (values[0], values[1])
        elif len(values) == 2 and isinstance(values[0], str) and len(values[0]) == 32:
            told.ids.setdefault(seq, set()).add(values[0])
    progress(0.8)
    return told


def _with_ends(connection: sa.Connection, missing: list[Run], told: _Told) -> list[Run]:
    """With what was behind the last entry of each device that could be read."""
    found = list(missing)
    ends = connection.exec_driver_sql("SELECT device, max(number) FROM entry GROUP BY device")
    last: dict[int, int] = dict(ends.all())
    known = set(last) | set(connection.exec_driver_sql("SELECT device FROM device").scalars())
    for device in sorted({device for device, _number in told.rows.values()} & known):
        numbers = [number for of, number in told.rows.values() if of == device and number > last.get(device, 0)]
        if numbers:
            found.append(Run(device, last.get(device, 0) + 1, max(numbers)))
    return found


def _women(connection: sa.Connection, told: _Told) -> list[Id]:
    """Whom the missing entries were about, of the women whose record is here; and whose entries name one of them."""
    women: set[Id] = set(connection.exec_driver_sql("SELECT id FROM participant").scalars())
    of_record: dict[str, Id] = dict(
        connection.exec_driver_sql("SELECT DISTINCT record, participant FROM entry WHERE record IS NOT NULL").all()
    )
    ids = {id for some in told.ids.values() for id in some}
    found = {of_record.get(id) or Id(id) for id in ids} & women
    holes = connection.exec_driver_sql("SELECT device, first, last FROM gap WHERE hash_after = x''").all()
    if holes:
        rows = connection.exec_driver_sql("SELECT participant, payload FROM entry WHERE payload IS NOT NULL")
        for woman, payload in rows.all():
            if woman in women and woman not in found:
                seen = from_payload(bytes(payload)).seen
                if any(d == device and a <= n <= b for d, n in seen for device, a, b in holes):
                    found.add(woman)
    return sorted(found)


# The other tables


def _local_tables(connection: sa.Connection, database: Path, key: bytes) -> set[str]:
    """Copy what SQLite still reads of the tables outside the log; the names of those that lost something."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    lost = {table.name for table in _local()}
    with contextlib.suppress(driver.Error), contextlib.closing(_opened(database, key)) as source:
        lost = {table.name for table in _local() if not _copy(connection, source, table)}
    _drop_orphans(connection)
    return lost


def _opened(database: Path, key: bytes) -> Any:
    """A database to be read alone. Raises the driver's errors."""
    source = driver.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        source.execute("PRAGMA cipher_log_level = NONE")
        source.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.Error:
        source.close()
        raise
    return source


def _local() -> list[sa.Table]:
    mapped = {mapper.local_table.name for mapper in Local.registry.mappers if isinstance(mapper.local_table, sa.Table)}
    return [table for table in _KEPT if table.name in mapped]


def _copy(connection: sa.Connection, source: Any, table: sa.Table) -> bool:
    """Row by row, by halves where some cannot be read; whether all could."""
    try:
        have = {row[1] for row in source.execute(f'PRAGMA table_info("{table.name}")')}
    except driver.Error:
        return False
    names = [column.name for column in table.columns if column.name in have]
    columns = ", ".join(f'"{name}"' for name in names)
    put = f'INSERT OR IGNORE INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(names))})'
    try:
        low, high = source.execute(f'SELECT min(rowid), max(rowid) FROM "{table.name}"').fetchone()
    except driver.Error:
        low, high = 1, _ROWS
    if low is None:
        return True
    whole, spans, tries = True, [(low, high)], 0
    while spans and tries < _TRIES:
        low, high = spans.pop()
        try:
            found = source.execute(
                f'SELECT {columns} FROM "{table.name}" WHERE rowid BETWEEN ? AND ?', (low, high)
            ).fetchall()
        except driver.Error:
            whole, tries = False, tries + 1
            if low < high:
                middle = (low + high) // 2
                spans += [(low, middle), (middle + 1, high)]
            continue
        if found:
            connection.exec_driver_sql(put, [tuple(row) for row in found])
    return whole


def _drop_orphans(connection: sa.Connection) -> None:
    """Rows whose parent could not be read."""
    for table in _local():
        for key in table.foreign_keys:
            ours, theirs = key.parent.name, f'SELECT "{key.column.name}" FROM "{key.column.table.name}"'
            connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE "{ours}" NOT IN ({theirs})')


def _from_backup(connection: sa.Connection, other: Path, key: bytes, lost: set[str], told: _Told) -> None:
    """What a backup still has of the log, in its place there, and of the tables that *lost* something."""
    places = {place: seq for seq, place in told.rows.items()}
    names = ["device", "number", "record", "participant", "share", "salt", "payload", "digest", "hash"]
    put = f"INSERT OR IGNORE INTO entry (seq, {', '.join(names)}) VALUES (?{', ?' * len(names)})"
    with contextlib.closing(_opened(other, key)) as source:
        rows = source.execute(f"SELECT {', '.join(names)} FROM entry ORDER BY seq")
        while some := rows.fetchmany(_BATCH):
            connection.exec_driver_sql(put, [(places.get(row[:2]), *row) for row in some])
        for table in _local():
            if table.name in lost:
                _copy(connection, source, table)
    _drop_orphans(connection)
    here = set(connection.exec_driver_sql("SELECT seq FROM entry").scalars())
    for seq in here.intersection(told.ids.keys() | told.rows.keys()):
        told.ids.pop(seq, None)
        told.rows.pop(seq, None)
