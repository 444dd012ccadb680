"""The program's own backups, beside the window: after an unlock with the records, after a lock without their key.

Once a week everything is looked at too, when nobody has touched the PC for some seconds. None of it ever holds up the
window, a lock or an unlock: whoever locks waits only while the register is being written, and whoever unlocks while one
piece of a file is.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..base.problems import Problem

if TYPE_CHECKING:
    from ..actions.automatic_backups import Plan
    from ..store import Store


class _Stopped(BaseException):
    """Raised inside the work once it is to stop."""


QUIET = 15.0
"""Seconds for which nobody touched the PC before the long look begins."""


class Backups(QObject):
    """One at a time, in a thread of its own.

    ``looked`` comes on the window's thread after a long look, and where a backup failed: Today tells of both.
    """

    looked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._noting = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, store: Store, still: Callable[[], float] = lambda: 0.0) -> None:
        """Somebody unlocked: today's backup, if none was made, and the long look, if it is due.

        *still* says for how many seconds nobody has touched the PC.
        """
        from ..actions import automatic_backups, health

        def work(stop: threading.Event) -> None:
            try:
                automatic_backups.run(store, _asking(stop), lambda: self._hold(stop))
            except Problem:  # why, is kept with the records
                self.looked.emit()
            if not health.look_is_due(store):
                return
            while still() < QUIET:
                _wait(stop, 1.0)
            health.look(store, _gently(stop), lambda: self._hold(stop), beside=True)
            self.looked.emit()

        self._run(work)

    def stop(self) -> None:
        """The records are about to be closed: from now on nothing more is written there."""
        with self._noting:
            self._stop.set()

    def begin_locked(self, plan: Plan) -> None:
        """They are closed: copy them as they lie there."""
        from ..actions import automatic_backups

        self._run(lambda stop: automatic_backups.run_locked(plan, _asking(stop)))

    def wait(self) -> None:
        """Until the last one has ended."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, work: Worker) -> None:
        before, stop = self._thread, threading.Event()
        self._stop = stop

        def go() -> None:
            if before is not None:
                before.join()  # it was told to stop
            try:
                with contextlib.suppress(_Stopped, Problem, OSError):
                    work(stop)
            except Exception:
                if not stop.is_set():  # the records were closed under it
                    raise

        self._thread = threading.Thread(target=go, name="backup", daemon=True)
        self._thread.start()

    @contextmanager
    def _hold(self, stop: threading.Event) -> Iterator[None]:
        with self._noting:
            if stop.is_set():
                raise _Stopped
            yield


def _wait(stop: threading.Event, seconds: float) -> None:
    if stop.wait(seconds):
        raise _Stopped


def _gently(stop: threading.Event) -> Progress:
    """Between two steps the window has the PC for itself."""
    return lambda _share: _wait(stop, 0.005)


def _asking(stop: threading.Event) -> Progress:
    def progress(_share: float) -> None:
        if stop.is_set():
            raise _Stopped

    return progress


if TYPE_CHECKING:
    from ..base.progress import Progress

    Worker = Callable[[threading.Event], None]
