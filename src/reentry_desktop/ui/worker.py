"""One thread beside the window's own, for work that takes longer than a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from ..base.words import _

T = TypeVar("T")


class Cancelled(BaseException):
    """Raised inside the work, by ``Job.say``, after ``Job.cancel``. It is no error: nothing notes it as one."""


class Job(QObject):
    """Work under way. The work calls ``say``; the page shows ``progress`` and may ``cancel``."""

    progress = Signal(str, float)
    """(words, share done 0 to 1, or -1 where it is unknown)"""

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether she asked to stop."""
        return self._stop.is_set()

    def say(self, words: str, share: float = -1) -> None:
        """Tell how far it is. Called by the work, from its thread. Raises ``Cancelled`` where it shall stop."""
        if self._stop.is_set():
            raise Cancelled
        self.progress.emit(words, share)

    def reach(self, share: float) -> None:
        """As ``say``, where the share that is done tells all."""
        self.say(_("Done: {n} %").format(n=int(share * 100)), share)


class Worker(QObject):
    """Runs one piece of work at a time, in order; results come back on the window's thread."""

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._under_way: list[Job] = []
        self._finished.connect(self._deliver)
        queue = self._queue
        self.destroyed.connect(lambda: queue.put(None))  # a page that is thrown away leaves no thread behind

    def run(
        self, work: Callable[[Job], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> Job:
        """Do *work* soon. Then either ``done(result)`` or ``failed(error)``; after a cancel ``failed(Cancelled())``."""
        job = Job()
        self._under_way.append(job)

        def go() -> None:
            try:
                result: Any = work(job)
            except BaseException as error:  # noqa: BLE001  (handed to ``failed``; nothing is swallowed)
                self._finished.emit((failed, error, job))
            else:
                self._finished.emit((done, result, job))

        self._queue.put(go)
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="work", daemon=True)
            self._thread.start()
        return job

    def _loop(self) -> None:
        while (go := self._queue.get()) is not None:
            go()

    def _deliver(self, item: tuple[Callable[[Any], object], Any, Job]) -> None:
        then, value, job = item
        if job in self._under_way:
            self._under_way.remove(job)
            then(value)

    @property
    def at_work(self) -> bool:
        """Whether something is under way."""
        return bool(self._under_way)

    def close(self) -> None:
        """Ask what is under way to stop at its next safe point, wait for that, and tell nobody of it."""
        for job in self._under_way:
            job.cancel()
        self._under_way = []
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
