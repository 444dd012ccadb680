"""The whole program over a real store, used as a person uses it: by keys, by words that are in sight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from reentry_desktop.app import Program
from reentry_desktop.base.clock import Clock
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.settings import WindowSettings

from ..stores import PASSPHRASE

NO_KEYS = Qt.KeyboardModifier.NoModifier


def begin(
    qapp: QApplication,
    qtbot: Any,
    folder: Path,
    clock: Clock,
    store: Store | None = None,
    ini: Path | None = None,
    *,
    makes_backups: bool = False,
) -> Program:
    """The program, with *store* open, or at its first page; locked again when the test ends."""
    program = Program(qapp, WindowSettings(ini), folder, clock, makes_backups=makes_backups)
    window = program.window
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.addWidget(window, before_close_func=lambda _window: window.lock())
    qtbot.waitUntil(window.isActiveWindow)
    if store is not None:
        program.opened(store, "today")
    else:
        program.start()
    settle()
    return program


def show_second_proof(program: Program, qtbot: Any, stick: Path, passphrase: str) -> None:
    """Set up the second proof that is asked for before all else: a key file on *stick*."""
    assert page(program).key == "settings"
    card = page(program).you.second
    card.passphrase.edit.setText(passphrase)
    stick.mkdir(exist_ok=True)
    card.write_to(stick)
    qtbot.waitUntil(lambda: page(program).key in ("today", "second_way"), timeout=10_000)
    if page(program).key == "second_way":  # nobody else could get in yet
        press(page(program), "Later")


def settle() -> None:
    """Let everything that was asked for happen."""
    for _round in range(5):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def page(program: Program) -> Any:
    """The page in sight."""
    found = program.window.page
    assert found is not None
    return found


def said(root: QWidget) -> str:
    """Every word in sight under *root*, once all that was just put there is shown."""
    settle()
    found = []
    for widget in root.findChildren(QWidget):
        if widget.isVisible():
            if isinstance(widget, QLabel | QPushButton | QLineEdit):
                found.append(widget.text())
            elif isinstance(widget, QPlainTextEdit):
                found.append(widget.toPlainText())
    return "\n".join(filter(None, found))


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    QAccessible.setActive(True)
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def reach(name: str, *, back: bool = False) -> QWidget:
    """Press Tab until the focus is on what is called *name*."""
    settle()
    seen = []
    for _step in range(150):
        now = QApplication.focusWidget()
        if now is not None:
            if name_of(now) == name:
                return now
            seen.append(name_of(now))
        QTest.keyClick(now or QApplication.activeWindow(), Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to “{name}”, only to {list(dict.fromkeys(seen))}")


def write(name: str, text: str) -> QWidget:
    """Tab to a field and type into it, over what stands there."""
    field = reach(name)
    if isinstance(field, QLineEdit | QPlainTextEdit):
        field.selectAll()
    type_keys(field, text)
    return field


def type_keys(field: QWidget, text: str) -> None:
    """Type *text*; letters that have no key of their own come as an input method sends them."""
    for letter in text:
        if letter.isascii():
            QTest.keyClick(field, letter)
        else:
            event = QInputMethodEvent()
            event.setCommitString(letter)
            QApplication.sendEvent(field, event)


def do(name: str) -> None:
    """Tab to a button and press it."""
    QTest.keyClick(reach(name), Qt.Key.Key_Space)
    settle()


def keys(window: QWidget, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    """A shortcut."""
    QTest.keyClick(window, key, how)
    settle()


def button(root: QWidget, words: str) -> QPushButton:
    """The button in sight with these words, or this accessible name."""
    found = [b for b in root.findChildren(QPushButton) if b.isVisible() and words in (b.text(), b.accessibleName())]
    assert found, f"no button “{words}” among {[b.text() for b in root.findChildren(QPushButton) if b.isVisible()]}"
    return found[0]


def press(root: QWidget, words: str) -> None:
    """Click the button with these words."""
    QTest.mouseClick(button(root, words), Qt.MouseButton.LeftButton)
    settle()


def unlock(program: Program, qtbot: Any, passphrase: str = PASSPHRASE) -> None:
    """Type the passphrase on the unlock page, and wait until the records are open."""
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    QTest.keyClicks(locked.passphrase.edit, passphrase)
    QTest.keyClick(locked.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    settle()
