"""Writing a file so that it is either the old one or the new one, whatever happens in between."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def in_file_name(words: str) -> str:
    """*words* as a piece of a file's name: what is neither letter, digit nor ``-`` becomes ``-``, so it is no path."""
    return "".join(c if c.isalnum() else "-" for c in words)


def replace_file(path: Path, data: bytes) -> None:
    """Write *data* beside *path*, force it to disk, and put it in place in one step.

    Raises ``OSError``; the old file then still stands.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between two tries while another program holds a file."""
_HELD = (5, 32, 33)  # Windows: access denied, sharing violation, lock violation


def move(source: Path, target: Path) -> None:
    """Give a file its name, over the old one. Raises ``OSError``.

    On Windows a scanner may hold either for a moment: then it is tried again.
    """
    _when_let_go(lambda: source.replace(target))


def remove(path: Path) -> None:
    """Delete a file, where it is there. Raises ``OSError``; a scanner that holds it is waited for as in ``move``."""
    _when_let_go(lambda: path.unlink(missing_ok=True))


def _when_let_go(act: Callable[[], object]) -> None:
    for pause in PAUSES:
        try:
            act()
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
            time.sleep(pause)
        else:
            return
    act()


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to disk. Windows has no such call and does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
