"""The first page, by keyboard alone; and what must not be loaded before it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.passphrase import caps_lock
from reentry_desktop.ui.window import MainWindow

from .conftest import PEOPLE, SECRET, asking
from .test_kit import _reachable

HEAVY = ("sqlalchemy", "alembic", "sqlcipher3", "cryptography", "reportlab", "pypdfium2", "openpyxl", "msgspec")


def _page(window: MainWindow) -> UnlockPage:
    page = window.stack.currentWidget()
    assert isinstance(page, UnlockPage)
    return page


def _press(text: str) -> QKeyEvent:
    shift = Qt.KeyboardModifier.ShiftModifier if text.startswith("^") else Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, shift, text.removeprefix("^"))


def test_nothing_heavy_is_loaded_before_the_first_window() -> None:
    script = (
        "import sys\n"
        "import reentry_desktop.ui.window, reentry_desktop.ui.style, reentry_desktop.ui.widgets\n"
        "import reentry_desktop.ui.pages.unlock, reentry_desktop.ui.page\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


@pytest.mark.controls("AC-14")
def test_a_locked_window_shows_no_menu_and_no_state(window: MainWindow) -> None:
    assert window.menuBar().isHidden()
    assert window.windowTitle() == "Re-entry Desktop"
    shown = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert "saved" not in shown
    assert "Every use is written down." in shown


def test_every_control_is_reached_with_tab(window: MainWindow, qtbot: Any) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    page = _page(window)
    wanted = {w for w in _reachable(page) if w.isEnabled()}
    seen = set()
    for _step in range(len(wanted) * 3):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    # Of buttons that exclude each other one is a stop; the arrow keys reach the others.
    assert {w for w in wanted if w not in seen} <= {*page._chips, *page._tongue_buttons.values()}
    assert page.passphrase.edit in seen
    assert page.button in seen


def test_unlocking_by_keyboard(window: MainWindow, qtbot: Any) -> None:
    page = _page(window)
    chip = page._chips[1]
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert page.name() == PEOPLE[1]
    QTest.keyClicks(page.passphrase.edit, SECRET)
    with qtbot.waitSignal(page.unlocked, timeout=3000) as told:
        QTest.keyClick(page.passphrase.edit, Qt.Key.Key_Return)
    assert told.args == [PEOPLE[1]]
    assert page.passphrase.edit.text() == ""


def test_a_wrong_passphrase_is_one_sentence_and_an_empty_line(window: MainWindow, qtbot: Any) -> None:
    page = _page(window)
    page.choose("M. Cole")
    page.passphrase.edit.setText("wrong")
    page.try_unlock()
    qtbot.waitUntil(lambda: "not the passphrase" in page.problem.text())
    assert page.passphrase.edit.text() == ""
    assert page.button.isEnabled()


def test_the_next_try_waits_and_says_how_long(window: MainWindow, qtbot: Any) -> None:
    left = [2.4]
    window.show_locked(asking(wait=lambda: left[0]))
    page = _page(window)
    assert not page.button.isEnabled()
    assert page.button.text() == "Wait 3 s"
    page.choose("M. Cole")
    page.passphrase.edit.setText(SECRET)
    page.try_unlock()
    assert page.passphrase.edit.text() == SECRET
    left[0] = 0
    qtbot.waitUntil(page.button.isEnabled, timeout=2000)
    assert page.button.text() == "Unlock"


def test_nobody_chosen_and_nothing_typed_are_said(window: MainWindow) -> None:
    page = _page(window)
    page.try_unlock()
    assert page.problem.text() == "Choose your name first."
    page.choose("M. Cole")
    page.try_unlock()
    assert page.problem.text() == "Type your passphrase first."


def test_caps_lock_is_told_from_the_letters() -> None:
    assert caps_lock(_press("A")) is True
    assert caps_lock(_press("^a")) is True
    assert caps_lock(_press("a")) is False
    assert caps_lock(_press("^A")) is False
    assert caps_lock(_press("7")) is None


def test_caps_lock_is_said_beside_the_line(window: MainWindow) -> None:
    line = _page(window).passphrase
    QTest.keyClick(line.edit, "a")
    assert not line.caps.isVisible()
    QTest.sendKeyEvent(QTest.KeyAction.Press, line.edit, Qt.Key.Key_A, "A", Qt.KeyboardModifier.NoModifier)
    assert line.caps.text() == "Caps Lock is on."
    assert line.caps.isVisible()
    QTest.keyClick(line.edit, "b")
    assert not line.caps.isVisible()


@pytest.mark.controls("IA-6")
def test_showing_what_is_typed_ends_with_the_try(window: MainWindow) -> None:
    line = _page(window).passphrase
    assert line.edit.echoMode() == QLineEdit.EchoMode.Password
    line.show_typed.setChecked(True)
    assert line.edit.echoMode() == QLineEdit.EchoMode.Normal
    line.edit.setText("words")
    assert line.take() == "words"
    assert line.edit.echoMode() == QLineEdit.EchoMode.Password
    assert line.edit.text() == ""


def test_another_language_keeps_what_was_typed(window: MainWindow) -> None:
    page = _page(window)
    page.choose("P. Santos")
    page.passphrase.edit.setText("half a phr")
    page._tongue_buttons["es"].click()
    assert window.settings.language == "en"  # nothing is kept without a file
    assert page.passphrase.edit.text() == "half a phr"
    assert page.name() == "P. Santos"


def test_forgot_it_says_whom_to_ask(window: MainWindow) -> None:
    page = _page(window)
    assert not page.forgot_words.isVisible()
    page.forgot.click()
    assert page.forgot_words.isVisible()
    assert "another administrator" in page.forgot_words.text()
