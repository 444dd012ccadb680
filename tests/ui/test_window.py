"""The window over its life: open, covered, locked, opened again."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLabel, QMenu, QMessageBox, QWidget

from reentry_desktop.base.problems import Problem
from reentry_desktop.ui import style, tokens
from reentry_desktop.ui.idle import Idle
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.settings import WindowSettings
from reentry_desktop.ui.window import MainWindow
from reentry_desktop.ui.worker import Cancelled, Job, Worker

from .conftest import SECRET, asking, session
from .programs import settle


def _key(window: QWidget, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    QTest.keyClick(window, key, how)
    QApplication.processEvents()


@pytest.fixture
def shown(window: MainWindow, qtbot: Any) -> MainWindow:
    """An open, active window."""
    window.open_session(session())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_the_sidebar_marks_the_page_that_is_shown(shown: MainWindow) -> None:
    for number, key in enumerate(["today", "participants", "referrals"]):
        _key(shown, Qt.Key(Qt.Key.Key_1 + number))
        assert shown.page is not None
        assert shown.page.key == key
        assert shown.sidebar.key(shown.sidebar.currentRow()) == key
        assert shown.pages.currentWidget() is shown.page
    shown.show_page("shortcuts")
    assert shown.sidebar.currentRow() == -1


def test_work_starts_under_the_heading(shown: MainWindow) -> None:
    shown.show_page("referrals")
    page: Any = shown.page
    assert QApplication.focusWidget() is page.form.editors["name"].target()


def test_escape_goes_back_one_level(shown: MainWindow) -> None:
    shown.show_page("participants")
    shown.show_page("referrals", record="a" * 32)
    assert shown.page is not None
    QTest.keyClick(shown.page, Qt.Key.Key_Escape)
    assert shown.page.key == "participants"
    shown.back()
    shown.back()
    assert shown.page.key == "today"


def test_leaving_a_page_keeps_what_was_typed(shown: MainWindow) -> None:
    shown.show_page("referrals")
    page: Any = shown.page
    QTest.keyClicks(page.form.editors["name"].target(), "Mar")
    shown.show_page("today")
    assert page.kept == ["name=Mar"]


def test_lock_throws_the_pages_away_and_forgets_no_place(shown: MainWindow, qtbot: Any) -> None:
    shown.show_page("referrals", record="b" * 32)
    page: Any = shown.page
    QTest.keyClicks(page.form.editors["name"].target(), "Mar")
    kept = page.kept
    gone: list[bool] = []
    page.destroyed.connect(lambda: gone.append(True))
    del page
    _key(shown, Qt.Key.Key_L)
    assert kept == ["name=Mar"]
    locked = shown.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    assert locked.name() == "J. Reyes"
    assert shown.session is None
    assert shown.menuBar().isHidden()
    assert not shown.menuBar().actions()
    qtbot.waitUntil(lambda: gone == [True])
    texts = [label.text() for label in shown.findChildren(QLabel)]
    assert "New referral" not in texts
    shown.open_session(session())
    assert shown.page is not None
    assert shown.page.key == "referrals"
    assert shown.page.opened == [{"record": "b" * 32}]  # type: ignore[attr-defined]
    shown.lock()
    shown.open_session(session("M. Cole"))
    assert shown.page is not None
    assert shown.page.key == "today"  # another person starts at the start


def test_the_cover_hides_everything_and_needs_the_passphrase(shown: MainWindow, qtbot: Any) -> None:
    shown.show_page("referrals")
    QTest.keyClick(shown, Qt.Key.Key_F12)
    cover: Any = shown.stack.currentWidget()
    assert cover is shown._cover
    assert "Re-entry" not in shown.windowTitle()
    assert shown.menuBar().isHidden()
    page = shown.page
    _key(shown, Qt.Key.Key_1)
    _key(shown, Qt.Key.Key_P)
    assert shown.page is page
    assert shown.stack.currentWidget() is cover
    QTest.keyClick(cover, Qt.Key.Key_A)
    QTest.keyClicks(cover.passphrase.edit, "no")
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(cover.problem.text()))
    assert shown.stack.currentWidget() is cover
    QTest.keyClicks(cover.passphrase.edit, SECRET)
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown._cover is None)
    assert shown.menuBar().isVisible()
    assert shown.windowTitle() == "Re-entry Desktop"
    _key(shown, Qt.Key.Key_1)
    assert shown.page is not page


class StubbornPage(Page):
    """Cannot keep what was typed."""

    key, title, icon, sidebar = "stubborn", "Stubborn", "send", True

    def leave(self) -> None:
        raise Problem("The disk is full. Nothing was lost.", code="disk")


def test_the_cover_comes_also_where_nothing_can_be_kept(window: MainWindow) -> None:
    window.open_session(replace(session(), pages=[StubbornPage], first="stubborn"))
    window.cover()
    assert window.stack.currentWidget() is window._cover
    assert window.windowTitle() == "Paused"
    window._uncover()
    assert window.page is not None
    assert window.page.problem.isVisible()
    assert window.page.problem.text() == "The disk is full. Nothing was lost."
    window.page.leave = lambda: None  # type: ignore[method-assign]


def test_every_letter_after_alt_is_used_once(shown: MainWindow) -> None:
    def letters(names: list[str]) -> list[str]:
        return [name[name.index("&") + 1].lower() for name in names]

    menus = [action.menu() for action in shown.menuBar().actions()]
    tops = letters([menu.title() for menu in menus if isinstance(menu, QMenu)])
    assert len(tops) == len(set(tops)) == 4
    for menu in menus:
        assert isinstance(menu, QMenu)
        inside = letters([action.text() for action in menu.actions() if not action.isSeparator()])
        assert len(inside) == len(set(inside)), menu.title()


def test_undo_stands_in_the_menu_under_the_acts_name(shown: MainWindow) -> None:
    undone: list[int] = []
    shown.toast("Removed one row.", lambda: undone.append(1), act="remove a row")
    assert shown._undoing is not None
    action = shown._undoing.undo_action
    assert action.text() == "&Undo: remove a row"
    shown.undo()
    shown.undo()
    assert undone == [1]
    assert not action.isEnabled()


def test_text_grows_and_shrinks_and_is_remembered(qapp: QApplication, qtbot: Any, tmp_path: Path) -> None:
    kept = tmp_path / "window.ini"
    made = MainWindow(qapp, WindowSettings(kept))
    qtbot.addWidget(made)
    for percent in (115, 130, 150, 200, 200):
        made.text.larger()
        assert made.text.percent() == percent
    made.text.smaller()
    assert WindowSettings(kept).text_size == 150
    assert style.em() == 24
    made.text.normal()
    assert style.em() == tokens.BASE


def test_settings_that_make_no_sense_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[window]\ntext=9999\nlanguage=xx\ngeometry=@Invalid()\n")
    found = WindowSettings(file)
    assert (found.text_size, found.language, found.geometry) == (100, "en", None)


def test_the_stripe_marks_practice_on_every_screen(window: MainWindow) -> None:
    assert not window.stripe.isVisible()
    window.open_session(session(practice=True))
    for key in ("today", "participants", "referrals"):
        window.show_page(key)
        assert window.stripe.isVisible()
    window.cover()
    assert window.stripe.isVisible()
    window._uncover()


def test_what_is_qts_own_speaks_the_language_of_the_screen(window: MainWindow, qtbot: Any) -> None:
    def cancel() -> str:
        asked = QFileDialog()
        asked.setOption(QFileDialog.Option.DontUseNativeDialog)
        qtbot.addWidget(asked)
        buttons = asked.findChild(QDialogButtonBox)
        assert buttons is not None
        return buttons.button(QDialogButtonBox.StandardButton.Cancel).text()

    try:
        for code, said in (("en", "Cancel"), ("es", "Cancelar"), ("es", "Cancelar"), ("en", "Cancel")):
            window.speak(code)
            assert cancel() == said
    finally:
        window.speak("en")


def test_the_stripe_speaks_the_language_of_the_screen_while_locked(window: MainWindow) -> None:
    try:
        window.speak("es")
        assert "Práctica" in window.stripe.words
    finally:
        window.speak("en")
    assert "Practice" in window.stripe.words


class _Clocks:
    def __init__(self) -> None:
        self.now, self.wall = 1000.0, 5_000_000.0

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


def test_idle_warns_for_30_seconds_then_locks(qapp: QApplication) -> None:
    clocks = _Clocks()
    idle = Idle(qapp, 300, now=lambda: clocks.now, wall=lambda: clocks.wall)
    told: list[int] = []
    locked: list[int] = []
    idle.warned.connect(told.append)
    idle.over.connect(lambda: locked.append(1))
    for _second in range(275):
        clocks.pass_(1)
        idle.look()
    assert told[0] == 30
    assert told[-1] == 25
    idle.touched()
    assert told[-1] == 0
    assert not locked
    for _second in range(300):
        clocks.pass_(1)
        idle.look()
    assert locked == [1]


def test_sleep_locks_at_once(qapp: QApplication) -> None:
    clocks = _Clocks()
    idle = Idle(qapp, 300, now=lambda: clocks.now, wall=lambda: clocks.wall)
    locked: list[int] = []
    idle.over.connect(lambda: locked.append(1))
    clocks.pass_(1)
    idle.look()
    assert not locked
    clocks.wall += 3600  # the monotonic clock stood still meanwhile
    idle.look()
    assert locked == [1]


def test_a_key_and_the_mouse_in_any_window_count_as_a_touch(shown: MainWindow, qtbot: Any) -> None:
    idle = shown._idle
    assert idle is not None
    over = QMessageBox(shown)
    for widget in (shown, over):
        widget.show()
        window: Any = widget.windowHandle()
        qtbot.waitUntil(partial(_has_the_keys, window))
        for touch in (
            partial(QTest.keyClick, window, Qt.Key.Key_Shift),
            partial(QTest.mouseMove, window, QPoint(5, 5)),
            partial(QTest.mouseClick, window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(9, 9)),
        ):
            idle._last -= 1000
            assert idle.still > 900
            touch()
            settle()
            assert idle.still < 10
    over.close()


def _has_the_keys(window: QWindow) -> bool:
    return QGuiApplication.focusWindow() is window


def test_the_warning_is_said_and_taken_back(shown: MainWindow) -> None:
    shown._warn(30)
    assert shown._frame is not None
    warning: Any = shown._frame.warning
    assert warning.isVisible()
    shown._warn(29)
    assert "29 s" in warning._words.text()
    shown._warn(0)
    assert not warning.isVisible()


def test_work_runs_beside_and_reports_on_the_windows_thread(qtbot: Any) -> None:
    worker = Worker()
    got: list[Any] = []
    said: list[tuple[str, float]] = []

    def work(job: Job) -> str:
        job.say("Packing", 0.5)
        return threading.current_thread().name

    job = worker.run(work, lambda name: got.append((name, threading.current_thread())), got.append)
    job.progress.connect(lambda words, share: said.append((words, share)))
    qtbot.waitUntil(lambda: bool(got))
    assert got == [("work", threading.main_thread())]
    worker.close()


def test_work_that_fails_or_is_cancelled_says_so(qtbot: Any) -> None:
    worker = Worker()
    got: list[BaseException] = []

    def fail(_job: Job) -> None:
        raise Problem("The stick is full.")

    go = threading.Event()

    def long(job: Job) -> None:
        go.wait(5)
        job.say("Writing")

    worker.run(fail, lambda _none: None, got.append)
    job = worker.run(long, lambda _none: None, got.append)
    job.cancel()
    go.set()
    qtbot.waitUntil(lambda: len(got) == 2)
    assert isinstance(got[0], Problem)
    assert isinstance(got[1], Cancelled)
    worker.close()


class _Windows(QObject):
    """Notes whatever is shown as a window of its own."""

    def __init__(self, but: QWidget) -> None:
        super().__init__()
        self.but, self.seen = but, list[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and watched is not self.but:
            self.seen.append(type(watched).__name__)
        return False


def test_no_piece_flashes_as_a_window_of_its_own(qapp: QApplication, window: MainWindow) -> None:
    watch = _Windows(window)
    qapp.installEventFilter(watch)
    window.show_locked(asking())
    window.open_session(session(practice=True))
    for key in ("today", "participants", "referrals", "shortcuts"):
        window.show_page(key)
    window.toast("Saved.")
    window.cover()
    window.lock()
    qapp.removeEventFilter(watch)
    assert watch.seen == []


def test_the_focus_on_the_places_goes_nowhere_by_itself(shown: MainWindow) -> None:
    shown.show_page("shortcuts")
    shown.sidebar.setFocus()
    QApplication.processEvents()
    assert shown.page is not None
    assert shown.page.key == "shortcuts"
    assert shown.sidebar.currentRow() == -1
    _key(shown.sidebar, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    assert shown.page.key == "today"


def test_a_page_that_is_left_for_another_gives_it_the_focus(shown: MainWindow) -> None:
    shown.show_page("referrals")
    shown.show_page("participants")
    assert shown.page is not None
    focus = QApplication.focusWidget()
    assert focus is not None
    assert shown.page.isAncestorOf(focus)


def test_garbage_is_collected_on_this_thread_alone(qapp: QApplication, qtbot: Any) -> None:
    """A worker that makes much garbage never runs the collector; the window's own look does."""
    import gc
    import threading

    from reentry_desktop.ui.sweeping import YOUNG, Sweeper

    sweeper = Sweeper(qapp)
    ran_in: set[str] = set()
    note = lambda phase, _info: ran_in.add(threading.current_thread().name)  # noqa: E731
    gc.callbacks.append(note)
    try:
        kept: list[list[Any]] = []
        worker = threading.Thread(target=lambda: kept.extend([] for _time in range(YOUNG * 5)), name="work")
        worker.start()
        worker.join()
        assert ran_in == set()
        sweeper.look()
        assert ran_in == {threading.main_thread().name}
    finally:
        gc.callbacks.remove(note)
        sweeper.deleteLater()
