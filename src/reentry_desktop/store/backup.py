"""A whole encrypted copy of a store in one file, and a store made from it.

The file is a plain zip of members that are already encrypted: ``store.db`` under the same key, ``store.keys``, and what
lies sealed in the store, but for backups. SHA-256 of each member stands in ``backup.json``; damage inside is found by
SQLCipher's page authentication.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import zipfile
from pathlib import Path

import msgspec
import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver

from ..base.files import move, sync_folder
from ..base.problems import Problem
from ..base.slots import slots_text
from ..base.words import _
from . import schema, vault
from .engines import engine_for
from .erasing import empty_write_ahead_log
from .moving import compare_tables, copy_tables
from .sealed import FOLDER, PIECE, Sealed

FORMAT = "reentry-backup/1"
_MEMBERS = ("store.db", vault.FILE)
_SEALED = re.compile(rf"{FOLDER}/[0-9a-f]{{64}}\.bundle")


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """What a backup says of itself."""

    format: str
    entries: int
    sha256: dict[str, str]


def write_backup(engine: sa.Engine, folder: Path, out: Path, key: bytes) -> tuple[str, int]:
    """Copy the store in *folder* to *out*, read it back and compare. It holds a file under *key*, wherever they lay.

    Returns the file's SHA-256 and how many entries its log has. Raises ``Problem``; a half-written file never stays.
    """
    copy, part = out.with_name(out.name + ".copy"), out.with_name(out.name + ".part")
    if out.exists():
        raise Problem(
            _("A file of that name is already there. Nothing was written. Choose another name."), code="exists"
        )
    _clear(copy, part)  # of a backup that was cut off
    try:
        entries = _copy_records(engine, copy, key)
        keys = slots_text(msgspec.structs.replace(vault.read_slots(folder), database=b""))
        sums = {"store.db": _sha256(copy), vault.FILE: hashlib.sha256(keys).hexdigest()}
        with zipfile.ZipFile(part, "x", zipfile.ZIP_STORED) as archive:
            archive.write(copy, "store.db")
            archive.writestr(vault.FILE, keys)
            sums |= _add_sealed(archive, engine, folder)
            archive.writestr("backup.json", msgspec.json.encode(Note(FORMAT, entries, sums)))
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        read_note(part)
        move(part, out)
        sync_folder(out.parent)
    except (OSError, sa.exc.DatabaseError, driver.DatabaseError, zipfile.BadZipFile) as error:
        _clear(part)
        raise Problem(
            _("The backup could not be written there. The records are safe. Check that there is room, then try again."),
            code="backup",
        ) from error
    finally:
        _clear(copy)
    return _sha256(out), entries


def _copy_records(engine: sa.Engine, copy: Path, key: bytes) -> int:
    """All records in a file of their own under *key*; how many entries their log has."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.connection.driver_connection.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[union-attr]
            return int(connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
    file = engine_for(copy, key)
    try:
        with engine.connect() as source, file.execution_options(writing=True).begin() as target:
            schema.create(target)
            copy_tables(source, target)
            compare_tables(source, target)
            count = int(target.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
        empty_write_ahead_log(file)
    finally:
        file.dispose()
    return count


def _add_sealed(archive: zipfile.ZipFile, engine: sa.Engine, folder: Path) -> dict[str, str]:
    """The sealed files that go along: member -> SHA-256. A damaged one is left out, and told with the next copy."""
    added = {}
    with engine.connect() as connection:
        sealed = Sealed(connection, folder)
        for sha256 in filter(sealed.is_whole, sealed.for_a_backup()):
            name = f"{FOLDER}/{sha256}.bundle"
            with sealed.opened(sha256) as source, archive.open(name, "w", force_zip64=True) as member:
                shutil.copyfileobj(source, member, PIECE)
            added[name] = sha256
    return added


def _clear(*paths: Path) -> None:
    """Remove what is half written, where the drive still lets anything be removed."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def read_note(file: Path) -> Note:
    """What the backup says of itself, after comparing every byte of its members. Raises ``Problem``."""
    try:
        with zipfile.ZipFile(file) as archive:
            note = msgspec.json.decode(archive.read("backup.json"), type=Note)
            for name in {*_MEMBERS, *note.sha256}:
                with archive.open(name) as member:
                    if hashlib.file_digest(member, "sha256").hexdigest() != note.sha256.get(name):  # type: ignore[arg-type]
                        raise Problem(
                            _("This backup is damaged. Nothing was changed. Try an older one."), code="damaged"
                        )
    except (OSError, KeyError, zipfile.BadZipFile, msgspec.DecodeError) as error:
        raise Problem(
            _("This file is not a whole backup. Nothing was changed. Try an older one."), code="damaged"
        ) from error
    if note.format != FORMAT:
        raise Problem(_("This backup was made by a newer program. Update this program first."), code="newer")
    return note


def unpack_backup(file: Path, folder: Path) -> Note:
    """Lay the store out in the empty *folder*. It still is the old device: give it a new identity before any use."""
    note = read_note(file)
    try:
        with zipfile.ZipFile(file) as archive:
            for name in [*_MEMBERS, *filter(_SEALED.fullmatch, note.sha256)]:
                (folder / name).parent.mkdir(exist_ok=True)
                with archive.open(name) as source, (folder / name).open("xb") as target:
                    shutil.copyfileobj(source, target)
                    target.flush()
                    os.fsync(target.fileno())
        sync_folder(folder)
    except (OSError, zipfile.BadZipFile) as error:
        for name in _MEMBERS:
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        raise Problem(
            _("The backup could not be laid out there. The backup itself is untouched. Check that there is room."),
            code="disk",
        ) from error
    return note


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
