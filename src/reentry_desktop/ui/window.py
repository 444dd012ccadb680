"""The one window: locked, open or covered. Its title never carries a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ..base import words
from ..base.problems import Problem
from ..base.words import _
from . import style
from .away import Away
from .opened import Session
from .pages.unlock import Unlocking, UnlockPage
from .settings import WindowSettings
from .stripe import PracticeStripe
from .textsize import TextSize
from .tongue import translate_qt
from .worker import Worker

# What is needed only once the records are open is imported then, so that the first window comes fast.
if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from .alone import Alone
    from .cover import Cover
    from .desk import Desk
    from .frame import Frame
    from .idle import Idle
    from .page import Page
    from .trail import Step, Trail
    from .undoing import Undoing

NAME = "Re-entry Desktop"
__all__ = ["NAME", "MainWindow", "Session"]


class MainWindow(QMainWindow):
    """``show_locked`` first; on ``unlocked(name)`` the program makes a ``Session`` and calls ``open_session``."""

    unlocked = Signal(str)
    locked = Signal()
    closed_work = Signal(object)
    """A page asks for a ``WhileClosed``: work that is done with the records closed."""
    spelling_switched = Signal(bool)

    def __init__(self, app: QApplication, settings: WindowSettings | None = None) -> None:
        super().__init__()
        self.app = app
        self.settings = settings or WindowSettings()
        self.spelling = self.settings.spelling
        self.session: Session | None = None
        self._cover: Cover | None = None
        self._idle: Idle | None = None
        self.alone: Alone | None = None
        self._trail: Trail | None = None
        self.damage_found = False  # the unlock page then offers to save what can be saved
        self._places: dict[tuple[str, str], Step] = {}
        self._frame: Frame | None = None
        self._undoing: Undoing | None = None
        self.setWindowTitle(NAME)
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.stripe = PracticeStripe()
        self.stack = QStackedWidget()
        box.addWidget(self.stripe)
        box.addWidget(self.stack, 1)
        self.setCentralWidget(middle)
        self.menuBar().hide()
        app.commitDataRequest.connect(self.end_of_session)
        self._away = Away(app, self.left)
        self.text = TextSize(app, self.settings, lambda: self.alone.zoom if self.alone is not None else 1)
        words.use(self.settings.language)
        translate_qt(app, self.settings.language)
        self.resize(1120, 720)
        if (geometry := self.settings.geometry) is not None:
            self.restoreGeometry(geometry)

    # Locked

    def show_locked(self, ask: Unlocking, name: str = "") -> None:
        """Show who may unlock, with *name* chosen. Nothing else is in sight."""
        page = UnlockPage(ask)
        page.unlocked.connect(self.unlocked)
        page.language_asked.connect(self.speak)
        if self.damage_found:
            page.offer_repair()
            self.damage_found = False
        self._show_only(page)
        self.menuBar().hide()
        self.setWindowTitle(NAME)
        if name:
            page.choose(name)
        else:
            page.begin()

    def show_alone(self, widget: QWidget) -> None:
        """Show *widget* and nothing else: setting up, before there is anything to lock."""
        self.menuBar().hide()
        self.stripe.hide()
        self.setWindowTitle(NAME)
        self._show_only(widget)

    def _show_only(self, widget: QWidget) -> None:
        while old := self.stack.widget(0):
            self.stack.removeWidget(old)
            old.deleteLater()
        self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)

    # Open

    def open_session(self, session: Session) -> None:
        """Show the places and the page she was at, or the first one."""
        from .alone import Alone
        from .frame import Frame
        from .idle import Idle
        from .menus import fill_menus
        from .trail import Trail
        from .undoing import Undoing

        self.session = session
        frame = self._frame = Frame(self, session)
        frame.sidebar.chosen.connect(self._to_place)
        frame.numbered.connect(self._go)
        self.sidebar, self.pages, self.status = frame.sidebar, frame.pages, frame.status
        self._show_only(frame)
        self.stripe.retell()
        self.stripe.setVisible(session.practice)
        self._undoing = Undoing(frame.toast, *fill_menus(self, dict(session.acts)))
        self._trail = Trail(self, session, frame, self._undoing)
        self.menuBar().show()
        session.desk.changed.connect(self._on_changed)
        session.desk.saved.connect(self._on_saved)
        self._idle = Idle(self.app, session.idle)
        self._idle.warned.connect(self._warn)
        self._idle.over.connect(self._nobody_there)
        self._idle.start()
        if self.alone is not None:
            self.alone.deleteLater()
        self.alone = Alone(self, self._idle)
        place = self._places.pop((session.store, session.who), None)
        key, args = place if place is not None and not session.must else (session.first, {})
        self.show_page(key, **args)
        QTimer.singleShot(0, style.load_fallbacks)

    @property
    def still(self) -> float:
        """Seconds for which nobody has touched the PC; 0 while locked."""
        return self._idle.still if self._idle is not None else 0.0

    @property
    def desk(self) -> Desk:
        """The way to the records. Only while open."""
        assert self.session is not None
        return self.session.desk

    @property
    def page(self) -> Page | None:
        """The page in sight, or none while locked."""
        return self._trail.page if self._trail is not None else None

    def show_page(self, key: str, **args: Any) -> None:
        """Go to a page. *args* are ids and the like, never words of hers: they are remembered over a lock."""
        if self._trail is not None:
            self._trail.ask(key, args)

    def show_over(self, key: str, **args: Any) -> None:
        """Show what cannot wait. The page in sight stays behind it with all that stands there, kept or not."""
        if self._trail is not None:
            self._trail.go(key, args)

    def back(self) -> None:
        """To the page before this one."""
        if self._trail is not None:
            self._trail.back()

    def _to_place(self, key: str) -> None:
        self.show_page(key)

    def sit_together(self) -> None:
        """From her page or her plan: the plan, full screen, one question at a time."""
        if self._trail is not None and self._cover is None:
            self._trail.sit_together()

    def keep(self) -> None:
        """Keep every typed word: before a page is left, at lock, at the end of the PC's session. Raises ``Problem``."""
        if self._trail is not None:
            self._trail.keep()

    def tell(self, problem: Problem) -> None:
        """Say on the page in sight what could not be done; while locked, above the passphrase."""
        from .page import ScrollPage

        page = self.page or self.stack.currentWidget()
        if isinstance(page, ScrollPage | UnlockPage):
            page.problem.show_problem(problem)

    def left(self) -> None:
        """Windows was locked, another user came, or the PC goes to sleep: lock."""
        self.lock()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._away.watch(int(self.winId()))

    def end_of_session(self, _manager: object = None) -> None:
        """The PC shuts down or somebody signs out: keep every word, and forget the key."""
        self.lock()

    def _on_changed(self, _changed: object, origin: object) -> None:
        if self.page is not None and origin is not self.page:
            self.page.refresh()

    def _on_saved(self) -> None:
        self.status.say_saved(dt.datetime.now().astimezone())

    def _go(self, number: int) -> None:
        if self.session is None or self._cover is not None or self._stands_alone():
            return
        if key := self.sidebar.key(number):
            self.show_page(key)

    def print_page(self) -> None:
        """Print what the page in sight is about."""
        if self.page is not None:
            self.page.print_page()

    def toast(self, sentence: str, undo: Callable[[], object] | None = None, *, act: str = "") -> None:
        """Say at the foot that something was done; *undo* takes it back, also from the Edit menu under *act*."""
        if self._undoing is not None:
            self._undoing.say(sentence, undo, act)

    def end_toast(self) -> None:
        """Something else was done since: what the foot offers to undo is no more the last act."""
        if self._undoing is not None:
            self._undoing.forget()

    def undo(self) -> None:
        """Take back the last act that can be taken back."""
        if self._undoing is not None:
            self._undoing.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._undoing is not None:
            self._undoing.redo()

    # Cover and lock

    def cover(self) -> None:
        """Hide everything behind a neutral screen; the records stay open behind it.

        It comes whatever happens: what cannot be kept stays on the page behind it, which says why.
        """
        if self.session is None or self._cover is not None:
            return
        try:
            self.keep()
        except Problem as problem:
            self.tell(problem)
        finally:
            self._hide_behind_cover(self.session)

    def _hide_behind_cover(self, session: Session) -> None:
        from .cover import Cover

        self._close_others()
        if self._trail is not None:
            self._trail.to_desk()
        if self.alone is not None:
            self.alone.cover()
        self._cover = Cover(session.check)
        self._cover.uncovered.connect(self._uncover)
        self._cover.lock_asked.connect(self.lock)
        self.stack.addWidget(self._cover)
        self.stack.setCurrentWidget(self._cover)
        self.menuBar().hide()
        self.menuBar().setEnabled(False)
        self.setWindowTitle(_("Paused"))
        self._cover.setFocus()

    def _uncover(self) -> None:
        if self._cover is None or self.session is None:
            return
        self.stack.removeWidget(self._cover)
        self._cover.deleteLater()
        self._cover = None
        self.setWindowTitle(NAME)
        if self.alone is not None and self.alone.on:
            self.alone.uncover()
            if self._trail is not None and self.pages.currentWidget() is not self.page:
                self._trail.show_last()
                return
        else:
            self.menuBar().show()
            self.menuBar().setEnabled(True)
        if self.page is not None:
            self.page.begin()

    def lock(self) -> None:
        """Keep what was typed, stop what is under way, forget the key, throw the pages away, show who may unlock."""
        session = self.session
        if session is None:
            return
        unkept = None
        try:
            self.keep()
        except Problem as problem:
            unkept = problem
        finally:
            if self._trail is not None:
                self._trail.to_desk()
            self._remember_place(session)
            self._end_session(session)
            self.session = None
            self.menuBar().clear()
            self.menuBar().setEnabled(True)
            if self.alone is not None:
                self.alone.end()
            self.setEnabled(True)  # what had it wait tells nobody of its end
            if session.desk.at_work:
                self._show_only(QLabel(_("Stopping what is under way…"), alignment=Qt.AlignmentFlag.AlignCenter))
                self.repaint()
            session.desk.close()
            session.desk.deleteLater()
            self.show_locked(session.lock(), session.who)
            self.locked.emit()
        if unkept is not None:
            self.tell(unkept)

    def _remember_place(self, session: Session) -> None:
        if self._trail is not None and self._trail.last[0]:
            self._places = {(session.store, session.who): self._trail.last}

    def _end_session(self, session: Session) -> None:
        """Stop watching, and throw the pages away."""
        if self._trail is not None:
            self._trail.put_away()
        for worker in self._workers():  # the cover may be asking the records whose passphrase that is
            worker.close()
        if self._frame is not None:
            self._frame.setEnabled(False)  # the field with the focus is left now, while its page still has its records
        if self._idle is not None:
            self._idle.stop()
            self._idle.deleteLater()
            self._idle = None
        self._close_others()
        if self._undoing is not None:
            self._undoing.follow(None)
        self._frame = self._undoing = self._cover = self._trail = None
        session.desk.changed.disconnect(self._on_changed)
        session.desk.saved.disconnect(self._on_saved)

    def renew(self) -> None:
        """What had to be done first is done: the same person goes on with every page."""
        session = self.session
        if session is not None and session.renew is not None:
            self.keep()
            self._end_session(session)
            self.open_session(session.renew())

    def _workers(self) -> list[Worker]:
        """Of pages that work beside the window by themselves, as nobody has the records open."""
        return self.stack.findChildren(Worker)

    def _close_others(self) -> None:
        for widget in self.app.topLevelWidgets():
            if widget is not self and widget.isVisible():
                widget.close()

    def _nobody_there(self) -> None:
        """Nobody touched the PC: lock; where she may be thinking, or work is under way, cover. Sleep always locks."""
        assert self._idle is not None
        at_work = self.session is not None and self.session.desk.at_work
        if self._idle.slept or not (at_work or (self._stands_alone() and self._cover is None)):
            self.lock()
        else:
            self.cover()

    def _warn(self, seconds: int) -> None:
        if self._stands_alone() and self.page is not None:
            self.page.soon_over(soon=bool(seconds))
        elif self._frame is not None:
            self._frame.warn(seconds)

    def _stands_alone(self) -> bool:
        return self._trail is not None and self._trail.stands_alone()

    # Language and spelling

    def speak(self, code: str) -> None:
        """Show everything in the language *code*, and remember it. The page in sight stays, with what was typed.

        Raises ``Problem`` while something is under way: it would come back to a page that is gone.
        """
        if self.session is not None and self.session.desk.at_work:
            raise Problem(
                _("Something is under way. The language stays as it is. Choose it again once that has ended.")
            )
        self.keep()
        words.use(code)
        translate_qt(self.app, code)
        self.stripe.retell()
        self.settings.language = code
        page, session = self.stack.currentWidget(), self.session
        if session is not None:
            self._remember_place(session)
            self._end_session(session)
            self.open_session(session)
        elif isinstance(page, UnlockPage):
            page.retell()

    def check_spelling(self, on: bool) -> None:
        """Mark words that no dictionary knows, or no longer; and remember it."""
        self.spelling = self.settings.spelling = on
        self.spelling_switched.emit(on)

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        try:
            if self.session is None and any(worker.at_work for worker in self._workers()):
                # Records are being made, opened or written anew; what comes of it may be shown only once.
                raise Problem(_("This has to end first; nothing is lost. Wait until it has, then close the window."))
            self.keep()
        except Problem as problem:  # her words are only on the screen: it stays; who must go, locks first
            self.tell(problem)
            event.ignore()
            return
        alone = self.alone.geometry if self.alone is not None and self.alone.on else None
        self.settings.geometry = alone or self.saveGeometry()
        self.settings.flush()
        self.lock()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.windowState() & Qt.WindowState.WindowMinimized:
            self.keep()
