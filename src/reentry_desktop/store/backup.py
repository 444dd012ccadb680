"""A whole encrypted copy of a store in one file, and a store made from it.

The file is a plain zip of members that are already encrypted: ``store.db`` under the same key, ``store.keys``, and what
lies sealed in the store, but for backups. SHA-256 of each member stands in ``backup.json``; damage inside is found by
SQLCipher's page authentication.

A file of records is copied page by page as it lies there, which takes a fifth of what reading and encrypting it anew
takes. It stands still meanwhile: a read that began when all was moved out of the write-ahead log keeps every later
change in that log (SQLite, "Write-ahead Log", and ``wal.c`` on WAL_READ_LOCK(0)).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver

from ..base.files import move, sync_folder
from ..base.locks import in_turn
from ..base.problems import Problem, StoreDamaged
from ..base.progress import Progress, untold
from ..base.slots import slots_in, slots_text
from ..base.words import _
from . import log, schema, vault
from .engines import DATABASE, connect, damaged_sentence, engine_for
from .erasing import empty_write_ahead_log
from .moving import compare_tables, copy_tables
from .sealed import FOLDER, PIECE, Sealed

FORMAT = "reentry-backup/1"
BACKUPS = "backups"
"""In the store's folder: the backup that lies on this PC, and where backups are opened."""
_MEMBERS = (DATABASE, vault.FILE)
_SEALED = re.compile(rf"{FOLDER}/[0-9a-f]{{64}}\.bundle")
_AT_ONCE = 32 * 1024 * 1024
"""Bytes after which what was written is forced to disk: a save beside it never waits for a gigabyte."""


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """What a backup says of itself. ``entries`` is 0 where nobody counted them: it was made with the store locked."""

    format: str
    entries: int
    sha256: dict[str, str]


def write_backup(
    engine: sa.Engine, folder: Path, out: Path, key: bytes, *, over: bool = False, progress: Progress = untold
) -> tuple[str, int]:
    """Copy the store in *folder* to *out*, read it back and compare. It holds a file under *key*, wherever they lay.

    Returns the file's SHA-256 and how many entries its log has. With *over* it takes the place of an older *out*.
    Raises ``Problem``, or what *progress* raises to stop it; a half-written file never stays.
    """
    check_name(out, over=over)
    if engine.dialect.name != "sqlite":
        from .seats import refuse_a_part

        refuse_a_part(engine)
    copy = out.with_name(out.name + ".copy")
    try:
        with _standing_still(engine, folder, copy, key) as (database, entries), engine.connect() as connection:
            sealed = Sealed(connection, folder)
            return _write(out, folder, database, entries, sealed, progress), entries
    except (sa.exc.DatabaseError, driver.DatabaseError) as error:
        raise not_written() from error
    finally:
        _clear(copy)


def write_locked(folder: Path, out: Path, *, progress: Progress = untold) -> str:
    """The same of a store that nobody has open, without any key: for when it was just locked. It takes *out*'s place.

    What lies sealed in the store stays out: which of it goes along, the records say. Hold the store's lock meanwhile.
    """
    log = folder / (DATABASE + "-wal")
    if log.exists() and log.stat().st_size:  # its last user was cut off: whoever unlocks next moves it over
        raise not_written()
    return _write(out, folder, folder / DATABASE, 0, None, progress)


def check_name(out: Path, *, over: bool) -> None:
    """Raise ``Problem`` where *out* is there already, unless the new backup takes its place."""
    if out.exists() and not over:
        raise Problem(
            _("A file of that name is already there. Nothing was written. Choose another name."), code="exists"
        )


def not_written() -> Problem:
    """What to tell where a backup found no place."""
    return Problem(
        _("The backup could not be written there. The records are safe. Check that there is room, then try again."),
        code="backup",
    )


@contextmanager
def _standing_still(engine: sa.Engine, folder: Path, copy: Path, key: bytes) -> Iterator[tuple[Path, int]]:
    """A file with all records, which nothing is written into meanwhile, and how many entries their log has."""
    if engine.dialect.name == "sqlite":
        for _try in range(5):
            empty_write_ahead_log(engine)
            with engine.connect() as connection:
                count = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
                log = folder / (DATABASE + "-wal")
                if not log.exists() or not log.stat().st_size:
                    yield folder / DATABASE, count
                    return
    _clear(copy)  # of a backup that was cut off
    yield copy, _copy_records(engine, copy, key)


def _write(out: Path, folder: Path, database: Path, entries: int, sealed: Sealed | None, progress: Progress) -> str:
    """Pack it all beside *out*, read it back, and put it in place. Returns its SHA-256."""
    part = out.with_name(out.name + ".part")
    _clear(part)
    try:
        with part.open("xb") as file, ThreadPoolExecutor(1) as beside:
            hashed = _Hashed(file, beside)
            with zipfile.ZipFile(hashed, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
                sums = {DATABASE: _add_database(archive, database, progress)}
                keys = slots_text(msgspec.structs.replace(vault.read_slots(folder), database=b""))
                archive.writestr(vault.FILE, keys)
                sums |= {vault.FILE: hashlib.sha256(keys).hexdigest()} | (
                    _add_sealed(archive, sealed) if sealed else {}
                )
                archive.writestr("backup.json", msgspec.json.encode(Note(FORMAT, entries, sums)))
            sha256 = hashed.done()
        if _sha256(part) != sha256:
            raise OSError("what was written is not what is read")
        _note_of(part)
        move(part, out)
        sync_folder(out.parent)
    except (OSError, zipfile.BadZipFile) as error:
        _clear(part)
        raise not_written() from error
    except BaseException:
        _clear(part)
        raise
    return sha256


class _Hashed:
    """The file being written: SHA-256 of all of it is taken beside the writing, which never goes back."""

    def __init__(self, file: BinaryIO, beside: ThreadPoolExecutor) -> None:
        self._file, self._beside = file, beside
        self._sha256, self._since = hashlib.sha256(), 0
        self._under_way: Future[None] | None = None

    def write(self, data: bytes) -> int:
        if self._under_way is not None:
            self._under_way.result()
        self._under_way = self._beside.submit(self._sha256.update, data)
        self._file.write(data)
        self._since += len(data)
        if self._since >= _AT_ONCE:
            self._to_disk()
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def _to_disk(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._since = 0

    def done(self) -> str:
        """Force the rest to disk; the SHA-256 of all of it."""
        self._to_disk()
        if self._under_way is not None:
            self._under_way.result()
        return self._sha256.hexdigest()


def _add_database(archive: zipfile.ZipFile, database: Path, progress: Progress) -> str:
    """The file of the records as it lies there; its SHA-256."""
    sha256, size, done = hashlib.sha256(), database.stat().st_size, 0
    with database.open("rb") as source, archive.open(DATABASE, "w", force_zip64=size >= zipfile.ZIP64_LIMIT) as member:
        while done < size and (piece := source.read(min(PIECE, size - done))):
            sha256.update(piece)
            member.write(piece)
            done += len(piece)
            progress(done / size)
    return sha256.hexdigest()


def _copy_records(engine: sa.Engine, copy: Path, key: bytes) -> int:
    """All records in a file of their own under *key*; how many entries their log has."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.connection.driver_connection.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[union-attr]
        with contextlib.closing(connect(copy, key)) as made:
            return int(made.execute("SELECT count(*) FROM entry").fetchone()[0])
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


def _add_sealed(archive: zipfile.ZipFile, sealed: Sealed) -> dict[str, str]:
    """The sealed files that go along: member -> SHA-256. A damaged one is left out, and told with the next copy."""
    added = {}
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


def _note_of(file: Path) -> Note:
    """What the backup says of itself. Raises ``OSError``, ``KeyError``, ``BadZipFile`` or ``DecodeError``."""
    with zipfile.ZipFile(file) as archive:
        return msgspec.json.decode(archive.read("backup.json"), type=Note)


def read_note(file: Path) -> Note:
    """What the backup says of itself, after comparing every byte of its members. Raises ``Problem``."""
    try:
        note = _note_of(file)
        with zipfile.ZipFile(file) as archive:
            for name in {*_MEMBERS, *note.sha256}:
                with archive.open(name) as member:
                    if hashlib.file_digest(member, "sha256").hexdigest() != note.sha256.get(name):  # type: ignore[arg-type]
                        raise Problem(
                            _("This backup is damaged. Nothing was changed. Try an older one."), code="damaged"
                        )
    except (OSError, KeyError, zipfile.BadZipFile, msgspec.DecodeError) as error:
        raise _not_whole() from error
    if note.format != FORMAT:
        raise Problem(_("This backup was made by a newer program. Update this program first."), code="newer")
    return note


def read_key_file(file: Path) -> vault.SlotFile:
    """The key file in a backup; the rest of it is not looked at. Raises ``Problem``."""
    try:
        with zipfile.ZipFile(file) as archive:
            return slots_in(archive.read(vault.FILE))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _not_whole() from error


def _not_whole() -> Problem:
    return Problem(_("This file is not a whole backup. Nothing was changed. Try an older one."), code="damaged")


def read_heads(file: Path, key: bytes) -> tuple[list[tuple[int, int, bytes]], vault.SlotFile]:
    """How far the log in a backup goes, as (device, number, hash), and its key file. Raises ``Problem``.

    The records are looked at in a folder of their own, still encrypted, which is gone afterwards.
    """
    read_note(file)
    with tempfile.TemporaryDirectory(prefix="backup-") as beside:
        folder = Path(beside)
        unpack_backup(file, folder)
        slots = vault.read_slots(folder)
        engine = engine_for(folder / "store.db", key)
        try:
            with engine.connect() as connection:
                return [(device, *log.head(connection, device)) for device in log.devices(connection)], slots
        finally:
            engine.dispose()


def unpack_backup(file: Path, folder: Path, progress: Progress = untold) -> Note:
    """Lay the store out in the empty *folder*. It still is the old device: give it a new identity before any use."""
    note, done, whole = read_note(file), 0, max(1, file.stat().st_size)
    try:
        with zipfile.ZipFile(file) as archive:
            for name in [*_MEMBERS, *filter(_SEALED.fullmatch, note.sha256)]:
                (folder / name).parent.mkdir(exist_ok=True)
                with archive.open(name) as source, (folder / name).open("xb") as target:
                    for piece in iter(partial(source.read, PIECE), b""):
                        progress(min(1.0, done / whole))
                        done += target.write(piece)
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


class Opened(NamedTuple):
    """What was found in a backup that was opened: entries of its log, and where the chain of each device ends."""

    entries: int
    ends: list[tuple[int, int, bytes]]


def open_backup(file: Path, keys: vault.Keys, workplace: Path, progress: Progress = untold) -> Opened:
    """Unpack a backup into *workplace*, open it with *keys*, check every page, and remove it again.

    Raises ``Problem``: ``other-key`` where these keys are not of this backup, else what is wrong with it.
    """
    from .check import check_pages  # it knows of folders, and a folder of backups

    workplace.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=workplace))
    damaged = Problem(_("This backup is damaged. Nothing was changed. Try an older one."), code="damaged")
    try:
        unpack_backup(file, folder, progress)
        try:
            vault.unseal_identity(vault.read_slots(folder), keys)
        except Problem as problem:
            raise Problem(
                _("This backup has another key than the records have now, so it was not opened."), code="other-key"
            ) from problem
        engine = engine_for(folder / DATABASE, keys.records)
        try:
            with engine.connect() as connection:
                if check_pages(connection):
                    raise damaged
                count = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
                return Opened(count, chain_ends(connection))
        except (sa.exc.DatabaseError, driver.DatabaseError) as error:  # its first page, for one
            raise damaged from error
        finally:
            engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_opened(engine: sa.Engine, folder: Path, out: Path, keys: vault.Keys, progress: Progress = untold) -> str:
    """The same as ``write_backup``, and it counts only once it was opened with *keys*. Returns its SHA-256.

    Raises ``Problem``, and leaves no file then: ``StoreDamaged`` where it is the records that are damaged.
    """
    from .check import check_pages

    with in_turn(progress):
        sha256, _entries = write_backup(engine, folder, out, keys.records, progress=progress)
        try:
            open_backup(out, keys, folder / BACKUPS, progress)
        except BaseException as error:
            _clear(out)
            if not isinstance(error, Problem) or error.code != "damaged":
                raise
            with engine.connect() as connection:
                if check_pages(connection):
                    raise StoreDamaged(damaged_sentence()) from error
            raise Problem(
                _(
                    "The backup did not open after it was written, so nothing more was done. The records are as they "
                    "were. Try again. If it happens again, this disk may be failing: ask your IT officer."
                ),
                code="damaged",
            ) from error
    return sha256


def chain_ends(connection: sa.Connection) -> list[tuple[int, int, bytes]]:
    """Where the chain of each device ends: (device, number, hash)."""
    rows = connection.exec_driver_sql(
        "SELECT e.device, e.number, e.hash FROM entry AS e JOIN "
        "(SELECT device, max(number) AS last FROM entry GROUP BY device) AS ends "
        "ON e.device = ends.device AND e.number = ends.last ORDER BY e.device"
    )
    return [(device, number, bytes(chained)) for device, number, chained in rows]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
