"""The bytes of scanned papers: in pieces in the same database as the records, encrypted with them, never a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from ..base.ids import Id

PIECE = 256 << 10
"""Bytes of a row."""


def put_scan(connection: sa.Connection, record: Id, data: bytes) -> str:
    """Keep the bytes of *record*, over what was there; their SHA-256."""
    drop_scan(connection, record)
    for place, at in enumerate(range(0, len(data), PIECE)):
        connection.exec_driver_sql(
            "INSERT INTO attachment_piece (attachment, place, data) VALUES (?, ?, ?)",
            (record, place, data[at : at + PIECE]),
        )
    return hashlib.sha256(data).hexdigest()


def has_scan(connection: sa.Connection, record: Id) -> bool:
    """Whether any of its bytes are here."""
    found = connection.exec_driver_sql("SELECT 1 FROM attachment_piece WHERE attachment = ? LIMIT 1", (record,))
    return found.first() is not None


def scan_bytes(connection: sa.Connection, record: Id, sha256: str) -> bytes | None:
    """Its bytes; None where they are not here, or have not the SHA-256 that its record says."""
    rows = connection.exec_driver_sql(
        "SELECT data FROM attachment_piece WHERE attachment = ? ORDER BY place", (record,)
    ).scalars()
    data = b"".join(bytes(piece) for piece in rows)
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def drop_scan(connection: sa.Connection, record: Id) -> None:
    """Let its bytes go."""
    connection.exec_driver_sql("DELETE FROM attachment_piece WHERE attachment = ?", (record,))


def harmed_scans(connection: sa.Connection) -> Iterator[tuple[Id, str, bool]]:
    """Scans that are not what their record says: its id, its name, and whether anything is here at all.

    Altered is any whose bytes differ; missing is one that this PC itself kept.
    """
    rows = connection.exec_driver_sql(
        "SELECT a.id, a.name, a.sha256, (SELECT e.device FROM entry e WHERE e.record = a.id ORDER BY e.seq LIMIT 1) "
        "IN (SELECT device FROM device) FROM attachment a ORDER BY a.id"
    ).all()
    for id, name, sha256, elsewhere in rows:
        here = has_scan(connection, Id(id))
        if (here and scan_bytes(connection, Id(id), sha256) is None) or not (here or elsewhere):
            yield Id(id), name, here
