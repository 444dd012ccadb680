"""Takes a store off this PC for good: what opens it goes first, so that whatever is left afterwards says nothing.

A mark is set first: once the key file is gone it goes on to the end, after a power cut at the next start. On an SSD
what was overwritten may still lie in cells that nothing reaches any more but a laboratory; without the passphrases it
says nothing either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..base.files import remove, replace_file, sync_folder
from ..base.locks import FolderLock
from ..base.problems import Problem
from ..base.slots import ERASING, FILE, read_slots
from .folder import LOCK
from .unlocking import discard

MARK = ERASING
_KEYS_AT_MOST = 1 << 20
"""Bytes at the end of a file that are overwritten: all of a key file; of a backup its own, and where things lie."""


class Left(NamedTuple):
    """What is not deleted: ``backups``, which may still open, and ``files`` of the folder, which nothing opens."""

    backups: list[Path]
    files: list[Path]


def destroy(folder: Path, backups: Iterable[Path] = ()) -> Left:
    """Destroy the store in *folder*, which nobody has open, and the *backups* that can be reached.

    Raises ``OSError`` where the key file does not let itself be destroyed; then everything still opens. A file that
    somebody holds afterwards stops nothing: it is left, and tried again at the next start.
    """
    files = [str(file.resolve()) for file in backups]
    replace_file(folder / MARK, "\n".join(files).encode(errors="surrogateescape"))
    return _go_on(folder)


def finish(folder: Path) -> Left | None:
    """Go on with what was cut off; what is left then. None where there was nothing to end.

    Whoever can write in the folder can put a mark there, so a mark alone destroys nothing: while the key file can be
    read nothing was destroyed yet, and nothing is. And nothing outside the folder is touched: it is named. Raises
    ``Problem`` where another is at it.
    """
    if not (folder / MARK).exists():
        return None
    if _reads(folder):
        (folder / MARK).unlink(missing_ok=True)
        return None
    return _go_on(folder, outside=False)


def _reads(folder: Path) -> bool:
    """Whether the key file is there still, so that the records open."""
    try:
        read_slots(folder)
    except Problem:
        return False
    return True


def _go_on(folder: Path, *, outside: bool = True) -> Left:
    """Destroy what there is; the backups *outside* the folder too, or they are left."""
    lock = FolderLock(folder / LOCK)
    try:
        try:
            _destroy(folder / FILE)
        except OSError:
            if _reads(folder):
                (folder / MARK).unlink(missing_ok=True)
                raise
        named = (folder / MARK).read_bytes().decode(errors="surrogateescape").splitlines()
        elsewhere = [Path(name) for name in named if name]
        inside = [*folder.glob("*.backup*"), *folder.glob("backups/*.backup*")]
        for file in [*folder.glob(FILE + "*"), *folder.glob("damaged*.keys"), *inside, *(elsewhere if outside else [])]:
            with contextlib.suppress(OSError):  # a stick that was taken out meanwhile, a file that somebody holds
                _destroy(file)
        shutil.rmtree(folder / "backups", ignore_errors=True)
        for more in (*folder.glob("store.db*"), *folder.glob("before-*"), *folder.glob("damaged*")):
            with contextlib.suppress(OSError):
                remove(more)
    finally:
        lock.release()
    discard(folder)
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != MARK]
    if not files:  # else the next start tries again
        (folder / MARK).unlink(missing_ok=True)
    sync_folder(folder)
    return Left(
        [file for file in [*elsewhere, *inside] if file.exists()], [file for file in files if file not in inside]
    )


def _destroy(file: Path) -> None:
    """Overwrite what opens it, where it is there, and delete it. Raises ``OSError``."""
    with contextlib.suppress(FileNotFoundError):
        _overwrite(file, _KEYS_AT_MOST)
    remove(file)


def _overwrite(file: Path, last: int) -> None:
    """Put chance over the *last* bytes of a file, and force it to disk."""
    size = file.stat().st_size
    with file.open("rb+") as opened:
        opened.seek(max(0, size - last))
        opened.write(os.urandom(min(size, last)))
        opened.flush()
        os.fsync(opened.fileno())
