"""The bytes of scanned papers: in pieces in the same database as the records, encrypted with them, never a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

PIECE = 256 << 10
"""Bytes of a row."""


def put_scan(connection: sa.Connection, data: bytes) -> str:
    """Keep *data*; its SHA-256, which is its name. The same bytes are kept once."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not has_scan(connection, sha256):
        for place, at in enumerate(range(0, len(data), PIECE)):
            connection.exec_driver_sql(
                "INSERT INTO attachment_piece (sha256, place, data) VALUES (?, ?, ?)",
                (sha256, place, data[at : at + PIECE]),
            )
    return sha256


def has_scan(connection: sa.Connection, sha256: str) -> bool:
    """Whether any of it is here."""
    found = connection.exec_driver_sql("SELECT 1 FROM attachment_piece WHERE sha256 = ? LIMIT 1", (sha256,))
    return found.first() is not None


def scan_bytes(connection: sa.Connection, sha256: str) -> bytes | None:
    """Its bytes, compared with its name; None where they are not here, or not any more as they were kept."""
    rows = connection.exec_driver_sql(
        "SELECT data FROM attachment_piece WHERE sha256 = ? ORDER BY place", (sha256,)
    ).scalars()
    data = b"".join(bytes(piece) for piece in rows)
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def drop_scan(connection: sa.Connection, sha256: str) -> None:
    """Let its bytes go, unless a record still names them."""
    connection.exec_driver_sql(
        "DELETE FROM attachment_piece WHERE sha256 = ? AND sha256 NOT IN (SELECT sha256 FROM attachment)", (sha256,)
    )


def harmed_scans(connection: sa.Connection) -> Iterator[tuple[str, str, bool]]:
    """Scans that are not what their record says: its id, its name, and whether anything is here at all.

    Altered is any whose bytes differ; missing is one that this PC itself kept.
    """
    rows = connection.exec_driver_sql(
        "SELECT a.id, a.name, a.sha256, (SELECT e.device FROM entry e WHERE e.record = a.id ORDER BY e.seq LIMIT 1) "
        "IN (SELECT device FROM device) FROM attachment a ORDER BY a.id"
    ).all()
    for record, name, sha256, elsewhere in rows:
        here = has_scan(connection, sha256)
        if (here and scan_bytes(connection, sha256) is None) or not (here or elsewhere):
            yield record, name, here
