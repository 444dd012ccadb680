"""Takes a store off this PC for good: what opens it goes first, so that whatever is left afterwards says nothing.

A mark is set first: from then on it goes on to the end, after a power cut at the next start. On an SSD what was
overwritten may still lie in cells that nothing reaches any more but a laboratory; without the passphrases it says
nothing either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from ..base.files import replace_file, sync_folder
from ..base.locks import FolderLock
from ..base.slots import FILE
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


def finish(folder: Path) -> bool:
    """Go on with what was cut off, if there is any; whether there was. Raises ``Problem`` where another is at it."""
    if not (folder / MARK).exists():
        return False
    _go_on(folder)
    return True


def _go_on(folder: Path) -> None:
    lock = FolderLock(folder / LOCK)
    try:
        for keys in folder.glob(FILE + "*"):
            _overwrite(keys, keys.stat().st_size)
            keys.unlink(missing_ok=True)
        named = (folder / MARK).read_bytes().decode(errors="surrogateescape").splitlines()
        for file in [*folder.glob("*.backup*"), *folder.glob("backups/*.backup*"), *map(Path, filter(None, named))]:
            with contextlib.suppress(OSError):  # a stick that was taken out meanwhile
                _overwrite(file, _KEYS_AT_MOST)
                file.unlink(missing_ok=True)
        shutil.rmtree(folder / "backups", ignore_errors=True)
        for more in (*folder.glob("store.db*"), *folder.glob("before-*")):
            more.unlink(missing_ok=True)
    finally:
        lock.release()
    discard(folder)
    (folder / MARK).unlink(missing_ok=True)
    sync_folder(folder)


def _overwrite(file: Path, last: int) -> None:
    """Put chance over the *last* bytes of a file, and force it to disk."""
    size = file.stat().st_size
    with file.open("rb+") as opened:
        opened.seek(max(0, size - last))
        opened.write(os.urandom(min(size, last)))
        opened.flush()
        os.fsync(opened.fileno())
