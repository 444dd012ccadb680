"""A window over a real store, for tests of pages that work on records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui import style, tokens
from reentry_desktop.ui.desk import Desk
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.unlock import Unlocking
from reentry_desktop.ui.widgets import Sentence
from reentry_desktop.ui.window import MainWindow, Session

from .conftest import PeoplePage, TodayPage, asking

SCREENS = [(1366, 768, 100), (1024, 560, 100), (1024, 560, 150), (1024, 560, 200)]
_EVERY_TIME = [(SCREENS[0], "en"), (SCREENS[2], "es")]


def _size(screen: tuple[int, int, int]) -> str:
    width, height, percent = screen
    return f"{width}x{height}-{percent}"


EVERY_SCREEN = pytest.mark.parametrize(
    "screen",
    [pytest.param(s, id=_size(s), marks=() if s in dict(_EVERY_TIME) else pytest.mark.long) for s in SCREENS],
)
"""The usual screen, and the smallest with large text; with ``--long`` every one."""
ON_EVERY_SCREEN = pytest.mark.parametrize(
    ("screen", "tongue"),
    [
        pytest.param(s, tongue, id=f"{_size(s)}-{tongue}", marks=() if (s, tongue) in _EVERY_TIME else pytest.mark.long)
        for s, tongue in product(SCREENS, ("en", "es"))
    ],
)
"""Those in one of the two languages each; with ``--long`` every one in both."""


class WomanPage(Page):
    """Stands where a participant's own page will be; notes what it was opened with."""

    key, title, under = "participant", "Participant", "participants"
    opened: dict[str, Any]

    def open(self, **args: Any) -> None:
        self.opened = args


def open_window(qapp: QApplication, qtbot: Any, store: Store, pages: Sequence[type[Page]]) -> MainWindow:
    """The window, open on *store*, with *pages* beside a plain Today."""
    made = MainWindow(qapp)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    found = [TodayPage, PeoplePage, *pages, WomanPage]
    desk = Desk(store)

    def lock() -> Unlocking:
        desk.close()
        return asking()

    made.open_session(Session(desk, "lead", found, lambda _phrase: None, lock, role="Coordinator"))
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def entries(store: Store, act: str) -> int:
    """How many entries of an act the log holds."""
    with store.read() as unit:
        payloads = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE payload IS NOT NULL").scalars()
        return sum(f'"act":"{act}"'.encode() in bytes(payload) for payload in payloads)


def drafts(store: Store, woman: Id) -> dict[tuple[str, str], str]:
    """Every draft about a woman: (record, field) to text."""
    with store.read() as unit:
        rows = unit.connection.exec_driver_sql("SELECT record, field, text FROM draft WHERE participant = ?", (woman,))
        return {(row[0], row[1]): row[2] for row in rows}


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """The file of the store cannot grow meanwhile."""

    def limit(pages: int | None = None) -> int:
        with store.work("look") as unit:
            ask = unit.connection.exec_driver_sql
            before: int = ask("PRAGMA max_page_count").scalar_one()
            ask(f"PRAGMA max_page_count = {pages or ask('PRAGMA page_count').scalar_one()}")
        return before

    room = limit()
    yield
    if store.keys.records:  # else it was closed, and the limit with its connection
        limit(room)


def type_into(widget: QWidget, text: str) -> None:
    """Type *text* key by key."""
    widget.setFocus()
    QTest.keyClicks(widget, text)


def press(button: QWidget) -> None:
    """A click with the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def reachable(root: QWidget) -> list[QWidget]:
    """Whatever the Tab key comes to."""
    found = []
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(root) and not inner:
            found.append(widget)
    return found


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _faults(page: Page) -> list[object]:
    found: list[object] = []
    for widget in reachable(page):
        if not _name(widget):
            found.append(("no name", widget))
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.height() < tokens.TARGET:
            found.append(("low", widget))
        if isinstance(widget, QPushButton) and widget.width() < max(tokens.TARGET, widget.sizeHint().width()):
            found.append(("narrow", widget.text() or widget.accessibleName()))
        if isinstance(widget, QPlainTextEdit) and not widget.tabChangesFocus():
            found.append(("keeps the Tab key", widget))
    found += [
        ("cut", words.text())
        for words in page.findChildren(Sentence)
        if words.isVisible() and words.text() and words.height() < words.heightForWidth(words.width())
    ]
    if page.horizontalScrollBar().maximum():
        found.append(("wider than the page", page.widget().minimumSizeHint().width()))
    return found


def check_page(page: Page) -> None:
    """Named, big enough, nothing cut, nothing wider than the page: what every screen must hold once it stands."""
    QAccessible.setActive(True)
    QTest.qWait(20)
    assert reachable(page)
    for _round in range(40):  # layouts inside layouts settle over some turns of the event loop
        if not _faults(page):
            break
        QTest.qWait(25)
    found = _faults(page)
    assert not found, found
    QAccessible.setActive(False)


def resize(qapp: QApplication, window: MainWindow, screen: tuple[int, int, int]) -> None:
    """Another size of screen and text."""
    width, height, percent = screen
    style.apply(qapp, percent, plain=False)
    window.resize(width, height)
    QTest.qWait(30)
    assert (window.width(), window.height()) == (width, height)
