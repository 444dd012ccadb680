"""The one window: locked, open or covered. Its title never carries a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

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
from .trail import Step, Trail

# What is needed only once the records are open is imported then, so that the first window comes fast.
if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from .alone import Alone
    from .cover import Cover
    from .desk import Desk
    from .idle import Idle
    from .page import Page
    from .toast import Toast
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
        self._trail = Trail()
        self.damage_found = False  # the unlock page then offers to save what can be saved
        self._places: dict[tuple[str, str], Step] = {}
        self._pages: dict[str, Page] = {}
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
        self._warning: Toast | None = None
        self._toast: Toast | None = None
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
        from .pages.shortcuts import ShortcutsPage
        from .undoing import Undoing

        self.session = session
        kinds: list[type[Page]] = [*session.pages, ShortcutsPage]
        self._trail.kinds = {kind.key: kind for kind in kinds}
        self._trail.clear()
        frame = Frame(self, session)
        frame.sidebar.chosen.connect(self._to_place)
        frame.numbered.connect(self._go)
        self.sidebar, self.pages, self.status = frame.sidebar, frame.pages, frame.status
        self._toast, self._warning = frame.toast, frame.warning
        self._show_only(frame)
        self.stripe.retell()
        self.stripe.setVisible(session.practice)
        self._undoing = Undoing(*fill_menus(self, dict(session.acts)))
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
        return self._pages.get(self._trail.last[0])

    def show_page(self, key: str, **args: Any) -> None:
        """Go to a page. *args* are ids and the like, never words of hers: they are remembered over a lock."""
        if self.session is None:
            return
        if self.session.must and key not in self._trail.kinds:
            key, args = "settings", {}  # there is nothing else before that is done
        if self._trail.last == (key, args) and self.page is not None:
            self.page.refresh()
            return
        if not self.session.has(self._trail.kinds[key]):
            self.toast(_("Your role here does not include this. Ask your supervisor or an administrator."))
            return
        self.keep()
        if self._trail.kinds[key].writes_her and self.desk.is_held_elsewhere(args.get("participant", "")):
            key, args = "participant", {"participant": args["participant"]}  # it says who holds her record
        self.show_over(key, **args)

    def show_over(self, key: str, **args: Any) -> None:
        """Show what cannot wait. The page in sight stays behind it with all that stands there, kept or not."""
        self._trail.go(key, args)
        self._show_last()

    def back(self) -> None:
        """To the page before this one; a page that stands alone ends at the cover."""
        if self._trail.stands_alone():
            self.cover()
        elif len(self._trail) > 1:
            self.keep()
            self._trail.back()
            self._show_last()

    def _to_place(self, key: str) -> None:
        self.show_page(key)

    def sit_together(self) -> None:
        """From her page or her plan: the plan, full screen, one question at a time."""
        key, args = self._trail.last
        if self._trail.stands_alone() or self._cover is not None:
            return
        if key not in ("participant", "plan") or not args.get("participant"):
            self.toast(_("Open her page or her plan first. Then press F11."))
            return
        part = str(getattr(getattr(self.page, "body", None), "here", ""))
        self.show_page("sit", participant=args["participant"], part=part)

    def _stand(self) -> None:
        """Give the screen to a page that stands alone, or take it back."""
        assert self.alone is not None
        if self._trail.stands_alone():
            if self._toast is not None:
                self._toast.hide()  # it may name somebody
            self.alone.begin(self._trail.last[0])
        elif self.alone.on:
            for gone in {*self.alone.end(), self._trail.last[0]} & self._pages.keys():  # the next one reads anew
                page = self._pages.pop(gone)
                self.pages.removeWidget(page)
                page.deleteLater()

    def _show_last(self) -> None:
        self._stand()
        key, args = self._trail.last
        by_list = self.sidebar.hasFocus()  # a page that is hidden hands its focus on, so it is asked before
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._trail.kinds[key](self)
            self.pages.addWidget(page)
        page.problem.clear()
        try:
            if self.session is not None and self.session.looked is not None:
                self.session.looked(key, str(args.get("participant", "")))  # without an entry nothing is shown
            page.open(**args)
        except Problem as problem:
            page.problem.show_problem(problem)
        self.pages.setCurrentWidget(page)
        if self._undoing is not None:
            self._undoing.follow(page)
        page.verticalScrollBar().setValue(0)
        self.sidebar.mark(page.under or page.key)
        if not by_list:
            page.begin()

    def keep(self) -> None:
        """Keep every typed word in hand: before a page is left, at lock, at the end of the PC's session.

        Raises the first ``Problem`` met, once every page in hand has kept what it could.
        """
        pages = self._in_hand()
        if not pages:
            return
        from .kept import keep_typed

        problems = []
        for page in pages:
            for keep in (page.leave, partial(keep_typed, page)):
                try:
                    keep()
                except Problem as problem:
                    problems.append(problem)
        if problems:
            raise problems[0]

    def _in_hand(self) -> list[Page]:
        """The page in sight, and those that stood alone right before it: they hold what could not be kept."""
        return [self._pages[key] for key in self._trail.in_hand() if key in self._pages]

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
        if self.session is None or self._cover is not None or self._trail.stands_alone():
            return
        if key := self.sidebar.key(number):
            self.show_page(key)

    def print_page(self) -> None:
        """Print what the page in sight is about."""
        if self.page is not None:
            self.page.print_page()

    def toast(self, sentence: str, undo: Callable[[], object] | None = None, *, act: str = "") -> None:
        """Say at the foot that something was done; *undo* takes it back, also from the Edit menu under *act*."""
        if self._toast is None or self._undoing is None:
            return
        undoing = self._undoing

        def once() -> None:
            undoing.offer("", None)
            if undo is not None:
                undo()

        self._toast.say(sentence, once if undo is not None else None)
        undoing.offer(act, once if undo is not None else None)

    def end_toast(self) -> None:
        """Something else was done since: what the foot offers to undo is no more the last act."""
        if self._toast is not None and self._undoing is not None:
            self._toast.hide()
            self._undoing.offer("", None)

    def undo(self) -> None:
        """Take back the last act that can be taken back."""
        if self._toast is not None and self._undoing is not None:
            self._toast.hide()
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
        self._trail.to_desk(self._pages)
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
            if self.pages.currentWidget() is not self.page:
                self._show_last()
                return
        else:
            self.menuBar().show()
            self.menuBar().setEnabled(True)
        if self.page is not None:
            self.page.begin()

    def lock(self) -> None:
        """Keep what was typed, forget the key, throw the pages away, and show who may unlock."""
        session = self.session
        if session is None:
            return
        unkept = None
        try:
            self.keep()
        except Problem as problem:
            unkept = problem
        finally:
            self._trail.to_desk(self._pages)
            if self._trail:
                self._places = {(session.store, session.who): self._trail.last}
            self._end_session(session)
            self.session = None
            self.menuBar().clear()
            self.menuBar().setEnabled(True)
            if self.alone is not None:
                self.alone.end()
            self.show_locked(session.lock(), session.who)
            self.locked.emit()
        if unkept is not None:
            self.tell(unkept)

    def _end_session(self, session: Session) -> None:
        """Stop watching, and throw the pages away."""
        if (shell := self.stack.widget(0)) is not None:
            shell.setEnabled(False)  # the field with the focus is left now, while its page still has its records
        if self._idle is not None:
            self._idle.stop()
            self._idle.deleteLater()
            self._idle = None
        self._close_others()
        self._warning = None
        self._toast = None
        if self._undoing is not None:
            self._undoing.follow(None)
            self._undoing = None
        self._cover = None
        self._pages.clear()
        self._trail.clear()
        session.desk.changed.disconnect(self._on_changed)
        session.desk.saved.disconnect(self._on_saved)

    def renew(self) -> None:
        """What had to be done first is done: the same person goes on with every page."""
        session = self.session
        if session is not None and session.renew is not None:
            self.keep()
            self._end_session(session)
            self.open_session(session.renew())

    def _close_others(self) -> None:
        for widget in self.app.topLevelWidgets():
            if widget is not self and widget.isVisible():
                widget.close()

    def _nobody_there(self) -> None:
        """Nobody touched the PC: lock; where she may just be thinking, cover. Sleep always locks."""
        assert self._idle is not None
        if self._trail.stands_alone() and self._cover is None and not self._idle.slept:
            self.cover()
        else:
            self.lock()

    def _warn(self, seconds: int) -> None:
        if self._trail.stands_alone() and self.page is not None:
            self.page.soon_over(soon=bool(seconds))
            return
        sentence = _("Locking in {seconds} s. Press any key to stay.").format(seconds=seconds)
        if self._warning is None:
            return
        if not seconds:
            self._warning.hide()
        elif self._warning.isVisible():
            self._warning.set_words(sentence)
        else:
            self._warning.say(sentence)

    # Language and spelling

    def speak(self, code: str) -> None:
        """Show everything in the language *code*, and remember it. The page in sight stays, with what was typed."""
        self.keep()
        words.use(code)
        translate_qt(self.app, code)
        self.stripe.retell()
        self.settings.language = code
        page, session = self.stack.currentWidget(), self.session
        if session is not None:
            self._places = {(session.store, session.who): self._trail.last}
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
