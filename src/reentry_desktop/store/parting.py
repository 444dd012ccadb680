"""Gives the entries of a device after some number to another one, or lets go of them where they are there already."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..records.change import Change, Place, from_payload
from ..records.entry import SALT_SIZE, digest, first_hash, next_hash
from ..records.parting import Parting
from .log import Head, partings
from .projection import Intake

_AFTER = "FROM entry WHERE device = ? AND number > ?"


def move_tail(connection: sa.Connection, parting: Parting) -> Head:
    """Give what *device* wrote after *number* to *into*; where that one's chain ends then.

    The order of arrival stays. A number that is not here becomes one that was erased: it is not here either.
    """
    run = connection.exec_driver_sql
    rows = run(
        f"SELECT number, seq, salt, payload, digest {_AFTER} ORDER BY number", (parting.device, parting.number)
    ).all()
    end, moved, absent = Head(0, first_hash(parting.into)), [], []
    for number, seq, salt, payload, kept in rows:
        while end.number + 1 < number - parting.number:
            gone = os.urandom(32)
            end = Head(end.number + 1, next_hash(end.hash, end.number + 1, gone))
            absent.append((parting.into, end.number, gone, end.hash))
        if payload is not None:
            said = parting.moved(bytes(payload))
            salt = bytes(salt) if said == bytes(payload) else os.urandom(SALT_SIZE)
            payload, kept = said, digest(salt, said)
        end = Head(end.number + 1, next_hash(end.hash, end.number + 1, bytes(kept)))
        moved.append((parting.into, end.number, salt, payload, end.hash, seq))
    if moved:
        run("UPDATE entry SET device = ?, number = ?, salt = ?, payload = ?, hash = ? WHERE seq = ?", moved)
    if absent:
        run("INSERT INTO entry (device, number, share, digest, hash) VALUES (?, ?, 'site', ?, ?)", absent)
    run("DELETE FROM gap WHERE device = ? AND first > ?", (parting.device, parting.number))
    return end


def is_doubled(connection: sa.Connection, parting: Parting) -> bool:
    """Whether every entry that is here of *device* after *number* stands under *into* too: this history was moved."""
    rows = connection.exec_driver_sql(
        "SELECT old.payload, new.payload FROM entry old "
        "LEFT JOIN entry new ON new.device = ? AND new.number = old.number - ? "
        "WHERE old.device = ? AND old.number > ? AND old.payload IS NOT NULL",
        (parting.into, parting.number, parting.device, parting.number),
    ).all()
    return bool(rows) and all(new is not None and parting.moved(bytes(old)) == bytes(new) for old, new in rows)


def drop_tail(connection: sa.Connection, parting: Parting) -> list[Id]:
    """Let go of what *device* has here after *number*; the records it was about."""
    run, of = connection.exec_driver_sql, (parting.device, parting.number)
    records = run(f"SELECT DISTINCT record {_AFTER} AND record IS NOT NULL", of).scalars().all()
    run(f"DELETE {_AFTER}", of)
    run("DELETE FROM gap WHERE device = ? AND first > ?", of)
    run(
        "UPDATE gap SET last = ?, hash_after = ? WHERE device = ? AND last > ?",
        (parting.number, bytes.fromhex(parting.hash), *of),
    )
    return [Id(record) for record in records]


def who_means(connection: sa.Connection, parting: Parting, records: Iterable[Id]) -> dict[int, int]:
    """Device -> its last entry about *records* that names an entry which goes on under another number."""
    known, found = partings(connection), dict[int, int]()
    for record in records:
        for place, change in _entries(connection, record):
            if place[0] in (parting.device, parting.into):
                continue
            named = {known.meant(place, p) for p in (*change.seen, *change.lacking)}
            if any(map(parting.is_after, named)):
                found[place[0]] = max(place[1], found.get(place[0], 0))
    return found


def fold_again(connection: sa.Connection, records: Iterable[Id]) -> dict[str, set[Id]]:
    """Make the rows of *records* anew from the log; what was touched, by kind."""
    intake = Intake(connection)
    intake.again([one for record in records for one in _entries(connection, record)])
    intake.finish()
    return intake.touched


def records_of(connection: sa.Connection, device: int, after: int) -> list[Id]:
    """The records that entries of *device* after that number are about."""
    found: Any = connection.exec_driver_sql(
        f"SELECT DISTINCT record {_AFTER} AND record IS NOT NULL", (device, after)
    ).scalars()
    return list(found)


def _entries(connection: sa.Connection, record: Id) -> list[tuple[Place, Change]]:
    """Every entry about *record*, with the places as they stand there."""
    rows = connection.exec_driver_sql(
        "SELECT device, number, payload FROM entry WHERE record = ? AND payload IS NOT NULL", (record,)
    )
    return [((device, number), from_payload(payload)) for device, number, payload in rows]
