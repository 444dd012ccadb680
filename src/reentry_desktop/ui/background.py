"""The program's own backups, beside the window: after an unlock with the records, after a lock without their key.

Neither ever holds up the window, a lock or an unlock: whoever locks waits only while the register is being written, and
whoever unlocks while one piece of a file is.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ..base.problems import Problem

if TYPE_CHECKING:
    from ..actions.automatic_backups import Plan
    from ..store import Store


class _Stopped(BaseException):
    """Raised inside the work once it is to stop."""


class Backups(QObject):
    """One at a time, in a thread of its own. ``made`` comes on the window's thread when one was made."""

    made = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._noting = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, store: Store) -> None:
        """Somebody unlocked: today's backup, if none was made."""
        from ..actions import automatic_backups

        def work(stop: threading.Event) -> None:
            automatic_backups.run(store, _asking(stop), lambda: self._hold(stop))
            self.made.emit()

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
            with contextlib.suppress(_Stopped, Problem, OSError):  # why, is kept with the records and told on Today
                work(stop)

        self._thread = threading.Thread(target=go, name="backup", daemon=True)
        self._thread.start()

    @contextmanager
    def _hold(self, stop: threading.Event) -> Iterator[None]:
        with self._noting:
            if stop.is_set():
                raise _Stopped
            yield


def _asking(stop: threading.Event) -> Progress:
    def progress(_share: float) -> None:
        if stop.is_set():
            raise _Stopped

    return progress


if TYPE_CHECKING:
    from collections.abc import Callable

    from ..base.progress import Progress

    Worker = Callable[[threading.Event], None]
