"""A new key for the records: everything is encrypted anew into a second file, which takes the place of the first.

The two files, records and key slots, cannot be replaced in one step. So the new records lie whole and forced to disk
beside the old ones first; then the key file is replaced: from then on the new records count; then they take the place
of the old ones. Whoever opens the store next finishes what was cut off: the key she has opens either the one file or
the other, never both.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver

from ..base.files import sync_folder
from ..base.problems import Problem
from ..base.words import _
from .backup import chain_ends
from .engines import DATABASE, connect, disk_sentence, engine_for
from .erasing import empty_write_ahead_log

if TYPE_CHECKING:
    from .folder import Store
    from .vault import Keys, SlotFile

COPY = f"{DATABASE}.new"
_TAILS = ("-wal", "-shm", "-journal")


@contextmanager
def copied(store: Store, new: Keys) -> Iterator[sa.Engine]:
    """All records of *store* under a new key, to be written to before they count; compared with those that are here.

    At the end the copy is closed and forced to disk. Raises ``Problem``; then no copy is left.
    """
    copy = store.folder / COPY
    clear(copy)
    try:
        if not empty_write_ahead_log(store.everything):
            raise Problem(
                _("The program is busy with another task. Nothing was changed. Wait a moment and try again."),
                code="busy",
            )
        _export(store, copy, new.records)
        engine = engine_for(copy, new.records)
        try:
            _compare(store, engine)
            yield engine
            if not empty_write_ahead_log(engine):
                raise OSError("the copy is still being read")
        finally:
            engine.dispose()
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        sync_folder(store.folder)
    except BaseException as error:
        clear(copy)
        if isinstance(error, driver.DatabaseError | sa.exc.DatabaseError):
            raise Problem(disk_sentence(error), code="disk") from error
        if isinstance(error, OSError):
            raise Problem(_not_written(), code="disk") from error
        raise


def _not_written() -> str:
    return _(
        "The records could not be written under a new key. The old key still counts, and the records are safe. "
        "Check that there is room, then try again."
    )


def _export(store: Store, copy: Path, key: bytes) -> None:
    with contextlib.closing(connect(store.folder / DATABASE, store.keys.records)) as source:
        source.execute(f"ATTACH DATABASE ? AS new KEY \"x'{key.hex()}'\"", (str(copy),))
        source.execute("BEGIN IMMEDIATE")
        source.execute("SELECT sqlcipher_export('new')")
        source.execute("COMMIT")
        source.execute("DETACH DATABASE new")


def _compare(store: Store, copy: sa.Engine) -> None:
    """Raise ``Problem`` where the copy is not sound, or not all of what is here."""
    from .check import check_pages  # it knows of folders, and a folder of this

    with copy.connect() as there, store.everything.connect() as here:
        if check_pages(there) or contents(here) != contents(there):
            raise Problem(
                _("The copy is not the same as the records here. Nothing was changed. Check the disk, then try again."),
                code="differs",
            )


def contents(connection: sa.Connection) -> tuple[dict[str, int], list[tuple[int, int, bytes]]]:
    """How many rows each table has, and where the chain of each device ends."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    rows = {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in sorted(names)}
    return rows, chain_ends(connection)


def switch(store: Store, slots: SlotFile, new: Keys) -> None:
    """Let the records that ``copied`` has left count: *slots* hold the *new* keys. Nobody else uses the store now.

    Raises ``Problem``: the old key then still counts, but where all that is left to do is done at the next unlock.
    """
    store.let_go()  # the last connection empties the write-ahead log
    if any(_size(store.folder / (DATABASE + tail)) for tail in ("-wal", "-journal")):
        raise Problem(
            _("The program is busy with another task. Nothing was changed. Wait a moment and try again."), code="busy"
        )
    store.save_slots(slots)
    store.keys = new
    store.reconnect()
    finish(store.folder, new.records)
    store.set_mark()  # what it noted before stood under the old key


def finish(folder: Path, key: bytes) -> None:
    """Before a store is opened with *key*: end a change of the key that was cut off, whichever way it had to go.

    Raises ``Problem`` where the disk does not let it; both files then stay as they are.
    """
    copy, database = folder / COPY, folder / DATABASE
    if not copy.exists():
        return
    try:
        # First whether the records that count so far do: then the copy never did, and is not even opened. One that was
        # cut off early is rolled back to nothing when it is opened, and nothing opens with any key.
        if _has_records(database, key):
            clear(copy)
        elif _has_records(copy, key):
            for tail in _TAILS:  # of the old file: written before, and under the old key
                (folder / (DATABASE + tail)).unlink(missing_ok=True)
            copy.replace(database)
            sync_folder(folder)
            clear(copy)
    except OSError as error:
        raise Problem(
            _(
                "The records have a new key, but their file could not be put in place yet. Nothing is lost. "
                "Close other programs that use the folder, then unlock again."
            ),
            code="disk",
        ) from error


def _has_records(file: Path, key: bytes) -> bool:
    """Whether *file* is a store's and opens with *key*."""
    if not _size(file):
        return False
    try:
        with contextlib.closing(connect(file, key)) as opened:
            return opened.execute("SELECT 1 FROM setting WHERE key = 'store'").fetchone() is not None
    except Problem as problem:
        if problem.code == "disk":
            raise
        return False
    except driver.DatabaseError:  # it has no such table
        return False


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def clear(copy: Path) -> None:
    """Remove a copy that does not count, where the disk lets anything be removed."""
    for name in ("", *_TAILS):
        with contextlib.suppress(OSError):
            copy.with_name(copy.name + name).unlink()
