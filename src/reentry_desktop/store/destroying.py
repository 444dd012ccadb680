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

from ..base.files import replace_file, sync_folder
from ..base.locks import FolderLock
from ..base.problems import Problem
from ..base.slots import FILE, read_slots
from .folder import LOCK
from .unlocking import discard

MARK = "store.erasing"
_KEYS_AT_MOST = 1 << 20
"""Bytes at the end of a backup that are overwritten: its key file, and what says where things lie in it."""


def destroy(folder: Path, backups: Iterable[Path] = ()) -> None:
    """Destroy the store in *folder*, which nobody has open, and the *backups* that can be reached.

    Raises ``OSError`` where the disk does not let it begin; then nothing is destroyed.
    """
    files = [str(file.resolve()) for file in backups]
    replace_file(folder / MARK, "\n".join(files).encode(errors="surrogateescape"))
    _go_on(folder)


def finish(folder: Path) -> list[str] | None:
    """Go on with what was cut off; the backups elsewhere that are left then. None where there was nothing to end.

    Whoever can write in the folder can put a mark there, so a mark alone destroys nothing: while the key file can be
    read nothing was destroyed yet, and nothing is. And nothing outside the folder is touched: it is named. Raises
    ``Problem`` where another is at it.
    """
    if not (folder / MARK).exists():
        return None
    with contextlib.suppress(Problem):
        read_slots(folder)
        (folder / MARK).unlink(missing_ok=True)
        return None
    return [str(file) for file in _go_on(folder, outside=False) if file.exists()]


def _go_on(folder: Path, *, outside: bool = True) -> list[Path]:
    """Destroy what there is; the backups *outside* the folder too, or they are left. Gives those."""
    lock = FolderLock(folder / LOCK)
    try:
        for keys in folder.glob(FILE + "*"):
            _overwrite(keys, keys.stat().st_size)
            keys.unlink(missing_ok=True)
        named = (folder / MARK).read_bytes().decode(errors="surrogateescape").splitlines()
        elsewhere = [Path(name) for name in named if name]
        inside = [*folder.glob("*.backup*"), *folder.glob("backups/*.backup*"), *folder.glob("damaged*.keys")]
        for file in [*inside, *(elsewhere if outside else [])]:
            with contextlib.suppress(OSError):  # a stick that was taken out meanwhile
                _overwrite(file, _KEYS_AT_MOST)
                file.unlink(missing_ok=True)
        shutil.rmtree(folder / "backups", ignore_errors=True)
        for more in (*folder.glob("store.db*"), *folder.glob("before-*"), *folder.glob("damaged*")):
            more.unlink(missing_ok=True)
    finally:
        lock.release()
    discard(folder)
    (folder / MARK).unlink(missing_ok=True)
    sync_folder(folder)
    return elsewhere


def _overwrite(file: Path, last: int) -> None:
    """Put chance over the *last* bytes of a file, and force it to disk."""
    size = file.stat().st_size
    with file.open("rb+") as opened:
        opened.seek(max(0, size - last))
        opened.write(os.urandom(min(size, last)))
        opened.flush()
        os.fsync(opened.fileno())
