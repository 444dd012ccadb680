"""The window's one way to the records: read, do, do later; and tell every page what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from ..actions import moves
from ..base.ids import Id
from ..records.access import may
from ..store import Changed
from .worker import Job, Worker

if TYPE_CHECKING:
    from ..store import Store, Unit

P = ParamSpec("P")
T = TypeVar("T")

LISTENED = 1_000
"""Milliseconds from one look at what other workers wrote to the next."""


class Desk(QObject):
    """Pages hold no session and write no query: they call functions of ``actions`` through here."""

    changed = Signal(object, object)
    """(``Changed``, origin). Who caused it may skip reading again."""
    saved = Signal()
    """Something was written."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._worker = Worker(self)
        self._listening = QTimer(self, interval=LISTENED)
        self._listening.timeout.connect(self.hear)

    def read(self, query: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer to *query*, at once. For what takes a few milliseconds."""
        with self.store.read() as unit:
            return query(unit, *args, **kwargs)

    def count(self, query: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer to *query*, counted from all records; for who may do what it is called. It names nobody."""
        with self.store.whole(_act(query)) as unit:
            return query(unit, *args, **kwargs)

    def may(self, act: str) -> bool:
        """Whether whoever is at the desk may do *act*: else its button is not shown."""
        return may(self.store.who, act)

    def is_held_elsewhere(self, woman: str) -> bool:
        """Whether another site holds the record of *woman*, so that it is only read here."""
        return bool(woman) and not self.read(moves.held, Id(woman)).writable

    def do(self, origin: object, command: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Carry out *command*, wholly or not at all. Raises ``Refused`` with the sentences by field."""
        with self.store.work(_act(command)) as unit:
            result = command(unit, *args, **kwargs)
        if unit.changed.touched:
            self.saved.emit()
            self.changed.emit(unit.changed, origin)
        return result

    def tell(self, origin: object) -> None:
        """Much was written past ``do``: bundles were taken in, lists read. The page in sight reads anew."""
        self.saved.emit()
        self.changed.emit(Changed(), origin)

    def listen(self) -> None:
        """Look now and then at what other workers write, where the records lie in one database for several."""
        if self.store.slots.database:
            self._listening.start()

    def hear(self) -> Changed | None:
        """What other workers of this office wrote until now; the pages are told. None for nothing."""
        heard = self.store.heard()
        if heard is not None:
            self.changed.emit(heard, self)
        return heard

    def later(
        self, work: Callable[[Job], T], done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> Job:
        """Run *work* beside the window: copying, printing, backup. It gets the ``Job`` to report to."""
        return self._worker.run(work, done, failed)

    def do_later(
        self,
        origin: object,
        command: Callable[[Unit, Job], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> Job:
        """As ``do``, beside the window. ``done`` comes after the pages were told."""

        def work(job: Job) -> tuple[T, Unit]:
            with self.store.work(_act(command)) as unit:
                return command(unit, job), unit

        def finished(got: tuple[T, Unit]) -> None:
            result, unit = got
            if unit.changed.touched:
                self.saved.emit()
                self.changed.emit(unit.changed, origin)
            done(result)

        return self._worker.run(work, finished, failed)

    @property
    def at_work(self) -> bool:
        """Whether something asked for with ``later`` is under way."""
        return self._worker.at_work

    def close(self) -> None:
        """Listen no more, and wait until work under way has stopped. The store is closed by whoever opened it."""
        self._listening.stop()
        self._worker.close()


def _act(command: Callable[..., object]) -> str:
    """What the log calls it: the command's own name; one that a page makes of several begins with ``_``."""
    return getattr(command, "__name__", type(command).__name__).lstrip("_")
