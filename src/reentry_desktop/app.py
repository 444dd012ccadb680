"""Puts the program together: settings, language, crash page, unlock, store, window."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from .base import tries
from .base.clock import Clock, system_clock
from .base.crashes import crash_report
from .base.forgetting import overwrite_freed
from .base.paths import machine_folder
from .base.problems import Problem, StoreDamaged
from .base.slots import ERASING, FILE, RECORDS, read_slots
from .base.words import _
from .ui import style
from .ui.background import Backups
from .ui.pages.unlock import Unlocking
from .ui.settings import WindowSettings
from .ui.sweeping import Sweeper
from .ui.window import MainWindow

# SQLAlchemy, cryptography and ReportLab are loaded after the first window is painted.
if TYPE_CHECKING:
    from .actions.automatic_backups import Plan
    from .store import Store
    from .ui.pages.welcome import WelcomePage
    from .ui.while_closed import WhileClosed


def main(store: Path | None = None, user: str = "") -> int:
    """Open the window on *store*, or on the one this PC uses. Returns the exit code."""
    _leave_no_traces()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    QCoreApplication.setApplicationName("Re-entry Desktop")
    settings = _settings()
    style.load_fonts()
    style.apply(app, settings.text_size)
    Sweeper(app)
    program = Program(app, settings, store)
    sys.excepthook = program.crashed
    threading.excepthook = lambda args: program.crashed(
        args.exc_type, args.exc_value or RuntimeError(), args.exc_traceback
    )
    program.start(user)
    program.window.show()
    code = app.exec()
    program.backups.wait()  # the window is gone; the backup of this last lock ends
    return code


def _settings() -> WindowSettings:
    folder = machine_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return WindowSettings(folder / "window.ini")
    return WindowSettings()


def _leave_no_traces() -> None:
    """No crash dump of this process: it would hold names and the key."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
        with contextlib.suppress(AttributeError, OSError):
            ctypes.windll.wer.WerAddExcludedApplication(Path(sys.executable).name, False)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The system's own file dialogs keep a history of names; Qt's do not.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


class Program:
    """What lives as long as the program runs: the window and the folder it works on."""

    def __init__(
        self,
        app: QApplication,
        settings: WindowSettings,
        folder: Path | None,
        clock: Clock = system_clock,
        *,
        makes_backups: bool = True,
    ) -> None:
        self.window = MainWindow(app, settings)
        self.folder = self._home = folder or machine_folder() / "store"
        self.clock = clock
        self._failed_at = 0.0  # by the monotonic clock; 0 where nobody failed
        self.store: Store | None = None
        self._first = "today"
        self.window.unlocked.connect(self._unlocked)
        # Once the pages that were thrown away are gone.
        self.window.locked.connect(lambda: QTimer.singleShot(100, self.window, overwrite_freed))
        self.window.closed_work.connect(self._while_closed)
        self.backups = Backups(self.window)
        self.backups.looked.connect(self._looked)
        self.makes_backups = makes_backups

    def start(self, user: str = "") -> None:
        """The unlock page where there is a store, otherwise the first page of all.

        Where its key file is lost, the way to one; where it was being erased, that is ended and told.
        """
        try:
            if (self.folder / ERASING).exists():
                from .actions.opening import end_erasing

                end_erasing(self.folder)
            if any((self.folder / name).exists() for name in (FILE, RECORDS)):
                self.window.show_locked(self._asking(), user)
            else:
                self.set_up()
        except StoreDamaged as problem:
            self.repair(problem)
        except Problem as problem:
            self.set_up(problem)

    def set_up(self, problem: Problem | None = None) -> None:
        """Make a store, open another folder, bring back a backup, or practice."""
        page = self._welcome()
        if problem is not None:
            page.problem.show_problem(problem)

    def _choose(self, folder: Path, user: str = "") -> None:
        """Work on the store in *folder* from now on."""
        self.folder = folder
        self.start(user)

    def practice(self) -> None:
        """Go to the practice records, made when they are first asked for."""
        self._welcome().practice()

    def recover(self) -> None:
        """Ask for two parts of the recovery kit."""
        self._welcome().restoring.show_kit()

    def repair(self, problem: Problem | None = None) -> None:
        """Save what can be saved of damaged records; with a *problem* of a key file without which nothing opens."""
        from .ui.pages.repair import RepairSteps

        page = self._welcome()
        RepairSteps(page, opens=problem is None)
        page.begin()
        if problem is not None:
            page.problem.show_problem(problem)

    def _welcome(self) -> WelcomePage:
        from .ui.pages.welcome import WelcomePage

        page = WelcomePage(self.window, self.folder, self.clock)
        page.opened.connect(self.opened)
        page.chosen.connect(self._choose)
        page.ended.connect(self.start)
        self.window.show_alone(page)
        page.begin()
        return page

    def _asking(self) -> Unlocking:
        slots = read_slots(self.folder)
        folder = self.folder

        banner = self._practice_words() if slots.practice else self.window.settings.banner(slots.store)
        must_agree = bool(banner) and not slots.practice

        def unlock(name: str, passphrase: str, shown: str) -> None:
            from .actions.opening import unlock as unlock_store

            self.backups.stop()
            self.backups.wait()
            try:
                self.store = unlock_store(
                    folder, name, passphrase, self.clock, shown=shown, banner=banner if must_agree else "",
                    waited=waited(),
                )  # fmt: skip
            except Problem:
                self._failed_at = time.monotonic()
                raise

        def waited() -> float:
            return time.monotonic() - self._failed_at if self._failed_at else 0.0

        def wait() -> float:  # another program's failures are waited for while it opens
            return max(0.0, tries.wait_seconds(folder) - waited()) if self._failed_at else 0.0

        def second(name: str) -> tuple[str, bool, int]:
            return read_slots(folder).asked(name)

        def is_locked(name: str) -> bool:
            slot = read_slots(folder).user(name)
            return slot is not None and slot.id in tries.read(folder).locked

        def challenge() -> str:
            from .actions.accounts import challenge as said

            return said(folder)

        def release(name: str, words: str) -> None:
            from .actions.accounts import release_by_phone

            release_by_phone(folder, name, words, self.clock)

        return Unlocking(
            [slot.name for slot in slots.users()],
            unlock,
            wait=wait,
            banner=banner,
            must_agree=must_agree,
            second=second,
            is_locked=is_locked,
            challenge=challenge,
            release=release,
            practice=None if slots.practice else self.practice,
            leave=self._leave if slots.practice and self._home != folder else None,
            recover=None if slots.practice else self.recover,
            repair=None if slots.practice else self.repair,
        )

    def _practice_words(self) -> str:
        """Nobody in there is real: the passphrase stands on the unlock page."""
        from .actions.demo import practice_passphrase

        said = practice_passphrase(self.folder)
        return _("Practice. The passphrase is: {words}").format(words=said) if said else ""

    def _leave(self) -> None:
        """From the practice records back to where the program began."""
        self._choose(self._home)

    def opened(self, store: Store, first: str) -> None:
        """A store that was just made or brought back."""
        self.folder, self.store, self._first = store.folder, store, first
        if not store.practice:
            self._home = store.folder
        self._unlocked(store.who.name)

    def _unlocked(self, _name: str) -> None:
        from .ui.session import begin

        assert self.store is not None
        store, first = self.store, self._first
        self._first = "today"
        self.window.open_session(begin(store, self.window, self._locker(store), first))
        if self.makes_backups and not store.practice:
            self.backups.begin(store, lambda: self.window.still)

    def _looked(self) -> None:
        """Everything was looked at beside the window: pages that tell of it are read again."""
        page = self.window.page
        if page is not None and page.key in ("today", "health"):
            page.refresh()

    def _locker(self, store: Store) -> Callable[[], Unlocking]:
        def lock() -> Unlocking:
            self.backups.stop()
            plan = self._plan(store)
            self.window.damage_found |= store.damaged
            store.close()
            self.store = None
            if plan is not None:
                self.backups.begin_locked(plan)
            return self._asking()

        return lock

    def _plan(self, store: Store) -> Plan | None:
        """Where the backup goes that is made now that the store is locked; None where none is made."""
        if store.practice or store.slots.database or not self.makes_backups:
            return None
        from .actions.automatic_backups import plan

        with contextlib.suppress(Problem), store.read() as unit:
            return plan(unit)
        return None

    def _while_closed(self, asked: WhileClosed) -> None:
        """Close the records, do what a page asked for, and go on with what comes of it."""
        from .ui.while_closed import ClosedPage

        session = self.window.session
        if session is None:
            return
        user = session.who
        self.window.lock()
        self.backups.stop()
        self.backups.wait()
        page = ClosedPage(asked, self.folder)

        def ended(result: Any) -> None:
            then = asked.done(result)
            if isinstance(then, tuple):
                self.opened(*then)
            else:
                self.window.show_alone(then)

        def failed(error: BaseException) -> None:
            self.start(user)
            if not isinstance(error, Problem):
                raise error
            self.window.tell(error)

        page.ended.connect(ended)
        page.failed.connect(failed)
        self.window.show_alone(page)

    def crashed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A mistake of the program: say so, with a report that names nobody. What was saved is safe."""
        if issubclass(kind, KeyboardInterrupt):
            QTimer.singleShot(0, self.window.close)
            return
        report = crash_report(error.with_traceback(trace))
        if sys.stderr is not None:
            sys.stderr.write(report + "\n")

        def show() -> None:
            from .ui.crash import show_crash

            if isinstance(error, Problem):
                self.window.tell(error)
            else:
                show_crash(self.window, report)

        QTimer.singleShot(0, self.window, show)
