"""The one log: who did what, when, to which record; numbered without gaps for each device and chained by hash.

What it costs is stated in ``docs/architecture.md``. The bytes kept here are the bytes that were hashed, that travel
in a bundle and that the history shows.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..records.base import Record
from ..records.change import Change, Place, from_payload, to_payload
from ..records.entry import chain_step, digest, first_hash, next_hash
from ..records.parting import Parting, Partings
from .engines import ALL_OF_THE_LOG, run, stream

# Entries that stay here or go whatever a woman lets out: few, so a bundle is counted without reading the log twice.
# Comparisons, for of a list SQLite makes a table at every entry that is written.
APART = "participant IS NULL OR share <> 'dates' AND share <> 'words' AND share <> 'plan'"


def _where(condition: str) -> dict[str, Any]:
    """An index over some of the rows, in either database."""
    return {f"{dialect}_where": sa.text(condition) for dialect in ("sqlite", "postgresql")}


entry = sa.Table(
    "entry",
    Record.metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),  # the order of arrival here
    sa.Column("device", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("record", sa.String(32)),
    sa.Column("participant", sa.String(32)),
    sa.Column("share", sa.String(12), nullable=False),
    sa.Column("salt", sa.LargeBinary),  # salt and payload go when an entry is erased; its digest then stays
    sa.Column("payload", sa.LargeBinary),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Index("entry_place", "device", "number", unique=True),
    sa.Index("entry_erased", "device", "number", **_where("payload IS NULL")),
    sa.Index("entry_plan", "participant", "seq", **_where("share = 'plan'")),
    sa.Index("entry_record", "record", **_where("record IS NOT NULL")),
    sa.Index("entry_apart", "device", "number", **_where(APART)),
    sa.Index("entry_participant", "participant", **_where("participant IS NOT NULL")),
)

_COLUMNS = ("device", "number", "record", "participant", "share", "salt", "payload", "hash")
INSERT = f"INSERT INTO entry ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PIECE = 4096  # entries read at once


class Head(NamedTuple):
    """The end of a device's chain here."""

    number: int
    hash: bytes


def head(connection: sa.Connection, device: int) -> Head:
    """The last entry of *device* that is here; number 0 where there is none."""
    row = run(
        connection, "SELECT number, hash FROM entry WHERE device = ? ORDER BY number DESC LIMIT 1", (device,)
    ).fetchone()
    return Head(*row) if row else Head(0, first_hash(device))


def devices(connection: sa.Connection) -> list[int]:
    """Every device that has an entry here: from one to the next through the index, whatever their entries count."""
    found = connection.exec_driver_sql(
        "WITH RECURSIVE seen(device) AS (SELECT min(device) FROM entry UNION ALL "
        "SELECT (SELECT min(device) FROM entry WHERE device > seen.device) FROM seen WHERE device IS NOT NULL) "
        "SELECT device FROM seen WHERE device IS NOT NULL"
    )
    return list(found.scalars())


def append(connection: sa.Connection, device: int, end: Head, change: Change) -> Head:
    """Write one entry of this store's own device after *end*."""
    payload, salt = to_payload(change), os.urandom(16)
    number = end.number + 1
    chained = next_hash(end.hash, number, digest(salt, payload))
    about, woman = change.record or None, change.participant or None
    run(connection, INSERT, (device, number, about, woman, change.share, salt, payload, chained))
    return Head(number, chained)


def insert_many(connection: sa.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Write verified entries of other devices: rows in the order of ``INSERT``."""
    if rows and connection.dialect.name != "sqlite":
        from .postgres import copy_rows

        copy_rows(connection, ALL_OF_THE_LOG, _COLUMNS, rows)
    elif rows:
        connection.exec_driver_sql(INSERT, rows)


def hash_at_or_none(connection: sa.Connection, device: int, number: int) -> bytes | None:
    """The chain's hash after an entry; None where that is not here."""
    row = run(connection, "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, number)).fetchone()
    return bytes(row[0]) if row else None


def hash_known(connection: sa.Connection, device: int, number: int) -> bytes:
    """The chain's hash after *number*: of an entry that is here, or at the end of a gap; else nothing."""
    if not number:
        return first_hash(device)
    if (here := hash_at_or_none(connection, device, number)) is not None:
        return here
    gap = run(connection, "SELECT hash_after FROM gap WHERE device = ? AND last = ?", (device, number)).fetchone()
    return bytes(gap[0]) if gap else b""


class Piece(NamedTuple):
    """Consecutive entries of a device, column by column."""

    numbers: range
    salts: list[bytes]
    payloads: list[bytes]
    records: list[str]

    @property
    def whole(self) -> bool:
        """Whether each of its entries is there."""
        return len({*map(len, self)}) == 1


def run_of(connection: sa.Connection, device: int, begin: int, last: int) -> Generator[Piece, None, None]:
    """The entries of *device* from *begin* to *last*, some thousand at a time; it ends early where one is missing.

    A thread reads the next piece while the caller works on this one: close the iterator before the connection.
    """
    with ThreadPoolExecutor(1, "reader") as beside:
        coming = beside.submit(_piece, connection, device, begin, last)
        for first in range(begin + _PIECE, last + 1 + _PIECE, _PIECE):
            piece = coming.result()
            if not piece.whole:
                return
            if first <= last:
                coming = beside.submit(_piece, connection, device, first, last)
            yield piece


def _piece(connection: sa.Connection, device: int, first: int, end: int) -> Piece:
    if connection.dialect.name != "sqlite":
        return _piece_by_row(connection, device, first, end)
    # One row holds them all: Python runs on while SQLite makes a row, and has to stand still between two of them.
    last = min(first + _PIECE - 1, end)
    salts, payloads, records = run(
        connection,
        "SELECT group_concat(hex(coalesce(salt, zeroblob(16))), ''), "  # erased entries keep their place
        "CAST(group_concat(CAST(coalesce(payload, '') AS TEXT), char(10)) AS BLOB), "
        "group_concat(coalesce(record, '')) FROM (SELECT salt, payload, record FROM entry "
        "WHERE device = ? AND number BETWEEN ? AND ? ORDER BY number)",
        (device, first, last),
    ).fetchone()
    salted = bytes.fromhex(salts or "")
    return Piece(
        range(first, last + 1),
        [salted[at : at + 16] for at in range(0, len(salted), 16)],
        (payloads or b"").split(b"\n"),
        (records or "").split(","),
    )


def _piece_by_row(connection: sa.Connection, device: int, first: int, end: int) -> Piece:
    last = min(first + _PIECE - 1, end)
    statement = "SELECT salt, payload, record FROM entry WHERE device = ? AND number BETWEEN ? AND ? ORDER BY number"
    rows = run(connection, statement, (device, first, last)).fetchall()
    return Piece(
        range(first, last + 1),
        [salt or bytes(16) for salt, _payload, _record in rows],  # erased entries keep their place
        [payload or b"" for _salt, payload, _record in rows],
        [record or "" for _salt, _payload, record in rows],
    )


def history(connection: sa.Connection, record: Id) -> list[tuple[Place, Change]]:
    """Every entry about *record* that is here and was not erased, in the order of arrival."""
    rows = connection.exec_driver_sql(
        "SELECT device, number, payload FROM entry WHERE record = ? AND payload IS NOT NULL ORDER BY seq", (record,)
    )
    known = partings(connection)
    return [(place := (device, number), known.read(place, from_payload(payload))) for device, number, payload in rows]


PARTINGS = "partings"
"""The setting that keeps what the log says of partings, for whoever reads places in it."""


REPAIRED = "repaired"
"""The setting that keeps what was missing when a damaged store was repaired (``actions/repairing.py``)."""


def partings(connection: sa.Connection) -> Partings:
    """Every parting that is known here."""
    rows = run(
        connection, "SELECT key, value FROM setting WHERE key = ? OR key LIKE 'met %' AND value <> ''", (PARTINGS,)
    )
    found = dict(rows.fetchall())
    known = msgspec.json.decode(found.pop(PARTINGS, "[]"), type=list[Parting])
    met = map(msgspec.json.decode, found.values())  # as ``exchange.forks`` keeps it
    return Partings(known, {said["device"]: said["marks"][-1]["number"] for said in met})


class Verified(NamedTuple):
    """What a walk along the chains found: how many entries, and what is ``altered`` or ``missing`` of which device."""

    entries: int
    faults: list[tuple[str, int, int, int]]
    """(code, device, first, last)"""

    @property
    def bad(self) -> str:
        """The first place that is wrong; ``""`` where all is well."""
        for code, device, first, last in self.faults:
            return f"{device}/{last + 1 if code == 'missing' else first}"
        return ""


Heard = Callable[[int, int, bytes], object]


_STRIDE = 1000
"""Entries that are walked at once."""


def verify(
    connection: sa.Connection,
    gaps: Iterable[tuple[int, int, int, bytes]] = (),
    *,
    of: int = 0,
    after: Mapping[int, Head] | None = None,
    heard: Heard | None = None,
    between: Callable[[int], object] = lambda _count: None,
) -> Verified:
    """Walk every device's chain, or that *of* one device. *heard* is told each entry that is what it was when written.

    *between* two thousands of entries whoever waits is told how many were walked; it may raise to stop the walk.

    *gaps* are runs that are not here: (device, first, last, hash after); an empty hash is not known: ``salvage`` leaves
    it where a damaged disk lost entries. A walk begins *after* what is known
    to be whole. ``heard(device, number, payload)`` is not called for what was erased.
    """
    beyond = {(device, first): (last, chained) for device, first, last, chained in gaps}
    sha256, step = hashlib.sha256, chain_step
    known, count, faults = after or {}, 0, list[tuple[str, int, int, int]]()
    pause = _STRIDE
    device, number, end = -1, 0, b""
    for of_device, at, salt, payload, kept, chained in _walk(connection, of, known):
        if of_device != device:
            device, (number, end) = of_device, known.get(of_device, Head(0, first_hash(of_device)))
        number += 1
        while number != at and (device, number) in beyond:
            number, end = beyond[device, number]
            number += 1
        if number != at:
            faults.append(("missing", device, number, at - 1))
        else:
            lost = not end  # after entries that a damaged disk lost
            try:
                end = sha256(step(end, at, kept if payload is None else sha256(salt + payload).digest())).digest()
            except (TypeError, struct.error):  # somebody put there what no program writes
                end = b""
            end = chained if lost else end
        if number == at and end != chained:
            faults.append(("altered", device, at, at))
        elif heard is not None and payload is not None:
            heard(device, at, payload)
        number, end = at, chained
        count += 1
        if count == pause:
            between(count)
            pause += _STRIDE
    return Verified(count, faults)


def _walk(connection: sa.Connection, of: int, known: Mapping[int, Head]) -> Iterator[Any]:
    """Every entry in the order of its chain: on a file through the driver itself, which takes half the time."""
    begin = known[of].number if of in known else 0
    where = f"WHERE device = {int(of)} AND number > {int(begin)}" if of else ""
    asked = f"SELECT device, number, salt, payload, digest, hash FROM entry {where} ORDER BY device, number"
    if connection.dialect.name == "sqlite":
        yield from run(connection, asked)
    else:
        yield from map(tuple, stream(connection, asked))
