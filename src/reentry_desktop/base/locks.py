"""One program at a time on one store, one backup at a time in a program."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .problems import Problem
from .progress import Progress, untold
from .words import _


class FolderLock:
    """Held from opening to closing a store; the system releases it when the program ends.

    Raises ``Problem`` where another program holds it.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Problem(
                _("This PC does not let the program use the store's folder. Nothing was changed. Ask your IT officer."),
                code="folder",
            ) from error
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise Problem(
                _("This store is open in another window or program. Nothing was changed. Close that one first."),
                code="in-use",
            ) from error

    def release(self) -> None:
        """Let another program in. Twice is once: the handle's number may by then be another file's."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


_TURN = threading.RLock()


@contextmanager
def in_turn(progress: Progress = untold) -> Iterator[None]:
    """Backups are written, opened and tidied up one after another: a second one waits until the first has ended.

    The program makes its own beside the window. *progress* may raise meanwhile, where nobody waits any more.
    """
    while not _TURN.acquire(timeout=0.1):
        progress(0)
    try:
        progress(0)
        yield
    finally:
        _TURN.release()
