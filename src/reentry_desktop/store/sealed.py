"""Sealed files that a store keeps as they came: records on their way, a facility's backup, what was set aside.

They lie in the store's folder; where the records lie in PostgreSQL, there too, in pieces, so that every worker of the
office has them. Each is named by its SHA-256. One that nobody names any more, in the tables, is swept away.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from ..base.files import sync_folder

FOLDER = "sealed"
PIECE = 1 << 20
"""Bytes of a row, of a file in PostgreSQL."""
_NAMED = "SELECT sha256 FROM parcel UNION SELECT sha256 FROM set_aside"
# A backup leaves out backups: one that holds the one before it would grow each week, and a new one comes each week.
_FOR_A_BACKUP = "SELECT sha256 FROM parcel WHERE from_site <> to_site UNION SELECT sha256 FROM set_aside"


def workplace(folder: Path) -> Path:
    """Where a sealed file of the store in *folder* is written before it is kept. Raises ``OSError``."""
    made = folder / FOLDER
    made.mkdir(exist_ok=True)
    return made


class Sealed:
    """The sealed files of a store, as one transaction sees them."""

    def __init__(self, connection: sa.Connection, folder: Path) -> None:
        self._connection, self._folder = connection, folder / FOLDER
        self._served = connection.dialect.name != "sqlite"

    def keep(self, part: Path, sha256: str) -> None:
        """Keep what was written whole to *part*, in the ``workplace``; it stands once a table names it.

        Raises ``OSError``.
        """
        if not self._served:
            part.replace(self._place(sha256))
            sync_folder(self._folder)
            return
        with part.open("rb") as file:
            copy_in(self._connection, file, sha256)
        part.unlink()

    def opened(self, sha256: str) -> BinaryIO:
        """To be read within this transaction. Raises ``OSError`` where it is not here."""
        if not self._served:
            return self._place(sha256).open("rb")
        return io.BufferedReader(_Pieces(self._connection, sha256), PIECE)

    def size(self, sha256: str) -> int:
        """Bytes of one that is here. Raises ``OSError``."""
        with self.opened(sha256) as file:
            return file.seek(0, os.SEEK_END)

    def is_here(self, sha256: str) -> bool:
        """Whether it is here at all."""
        if not self._served:
            return self._place(sha256).exists()
        return _length(self._connection, sha256) is not None

    def is_whole(self, sha256: str) -> bool:
        """Whether it is here as it came. Reads all of it."""
        try:
            with self.opened(sha256) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256  # type: ignore[arg-type]
        except OSError:
            return False

    def named(self) -> list[str]:
        """Every one that the tables name."""
        return sorted(self._connection.exec_driver_sql(_NAMED).scalars())

    def for_a_backup(self) -> list[str]:
        """Those that go along with a backup of this store."""
        return sorted(self._connection.exec_driver_sql(_FOR_A_BACKUP).scalars())

    def sweep(self) -> None:
        """Remove what no table names, and what was cut off while it was written.

        In a writing transaction of its own: then nothing is just being written, and no name can be rolled back.
        """
        if self._served:
            self._connection.exec_driver_sql(f"DELETE FROM sealed_piece WHERE sha256 NOT IN ({_NAMED})")
        kept = set() if self._served else {self._place(sha256) for sha256 in self.named()}
        with contextlib.suppress(OSError):
            for file in set(self._folder.glob("?" * 64 + ".*")) - kept:
                file.unlink()

    def _place(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.bundle"


# In PostgreSQL


def copy_in(connection: sa.Connection, file: BinaryIO, sha256: str) -> None:
    """Put a file into the database, over one of that name. Nothing of it is there unless the transaction commits."""
    from .postgres import copy_rows

    connection.exec_driver_sql("DELETE FROM sealed_piece WHERE sha256 = ?", (sha256,))
    pieces = iter(lambda: file.read(PIECE), b"")
    copy_rows(connection, "sealed_piece", ("sha256", "place", "data"), ((sha256, *one) for one in enumerate(pieces)))


def _length(connection: sa.Connection, sha256: str) -> int | None:
    """Bytes of a file in the database; None where it is not there."""
    statement = "SELECT sum(octet_length(data)) FROM sealed_piece WHERE sha256 = ?"
    found: int | None = connection.exec_driver_sql(statement, (sha256,)).scalar_one()
    return found


class _Pieces(io.RawIOBase):
    """A file in the database, read piece by piece in the transaction of *connection*."""

    def __init__(self, connection: sa.Connection, sha256: str) -> None:
        length = _length(connection, sha256)
        if length is None:
            raise FileNotFoundError(sha256)
        self._connection, self._sha256, self._length = connection, sha256, length
        self._at, self._place, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        place, begin = divmod(self._at, PIECE)
        if place != self._place and self._at < self._length:
            statement = "SELECT data FROM sealed_piece WHERE sha256 = ? AND place = ?"
            self._piece = self._connection.exec_driver_sql(statement, (self._sha256, place)).scalar_one()
            self._place = place
        given = self._piece[begin : begin + len(buffer)] if place == self._place else b""
        buffer[: len(given)] = given
        self._at += len(given)
        return len(given)
