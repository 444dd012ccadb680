"""One page that has the screen to itself, while somebody who is not staff sits beside it and reads.

Full screen, half as large again, nothing of the program around it, in the reader's language. It is over, at the
cover, at the first sign that the two look elsewhere: Esc, another window, the Windows key, ten minutes of stillness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from ..base import words
from . import style
from .tongue import translate_qt

if TYPE_CHECKING:
    from .idle import Idle
    from .window import MainWindow

ZOOM = 1.5
"""24 px of body text where the desk has 16."""
STILL = 600
"""Seconds without a touch before the cover: somebody may be thinking."""


class Alone(QObject):
    """``begin`` gives the screen to one page, ``end`` takes it back."""

    def __init__(self, window: MainWindow, idle: Idle) -> None:
        super().__init__(window)
        self._shell, self._idle = window, idle
        self._waited = idle.seconds
        self.on = False
        self.zoom = 1.0
        self.geometry = QByteArray()
        """Where the window stood before."""
        self._before = Qt.WindowState.WindowNoState
        self._language = ""
        self._pages: list[str] = []
        self._keys: list[QShortcut] = []

    def begin(self, page: str) -> None:
        """Nothing but *page* is in sight from now on."""
        if page not in self._pages:
            self._pages.append(page)
        if self.on:
            return
        window = self._shell
        self.on, self.zoom = True, ZOOM
        self.geometry, self._before = window.saveGeometry(), window.windowState()
        window.sidebar.hide()
        window.status.hide()
        window.menuBar().hide()
        window.menuBar().setEnabled(False)
        style.apply(window.app, style.percent(), zoom=ZOOM)
        window.showFullScreen()
        self._idle.wait(STILL)
        for keys, act in (
            (("F12",), window.cover),
            (("Ctrl+L",), window.lock),
            (("Ctrl++", "Ctrl+="), window.text.larger),
            (("Ctrl+-",), window.text.smaller),
            (("Ctrl+0",), window.text.normal),
        ):
            for key in keys:
                shortcut = QShortcut(QKeySequence(key), window)
                shortcut.activated.connect(act)
                self._keys.append(shortcut)
        window.installEventFilter(self)
        window.app.applicationStateChanged.connect(self._on_state)

    def speak(self, language: str) -> None:
        """Every word from now on in the reader's language; the worker's own comes back by itself."""
        self._language = language
        self._use(language)

    def cover(self) -> None:
        """The cover speaks the worker's language, and behind it the usual minutes count."""
        if self.on:
            self._speak_as_before()
            self._idle.wait(self._waited)

    def uncover(self) -> None:
        """The page that stood alone is still there: go on with it."""
        if self._language:
            self.speak(self._language)
        self._idle.wait(STILL)

    def end(self) -> list[str]:
        """The program is around the pages again. Returns those that stood alone: nothing of theirs is to stay."""
        if not self.on:
            return []
        window = self._shell
        self.on, self.zoom = False, 1.0
        window.removeEventFilter(self)
        window.app.applicationStateChanged.disconnect(self._on_state)
        for shortcut in self._keys:
            shortcut.deleteLater()
        self._keys.clear()
        self._speak_as_before()
        style.apply(window.app, style.percent())
        if window.session is not None:
            self._idle.wait(self._waited)
            window.sidebar.show()
            window.status.show()
            window.menuBar().show()
            window.menuBar().setEnabled(True)
        window.setWindowState(self._before)
        gone, self._pages = self._pages, []
        return gone

    def _speak_as_before(self) -> None:
        language = self._shell.settings.language
        if words.language() != language:
            self._use(language)

    def _use(self, language: str) -> None:
        words.use(language)
        translate_qt(self._shell.app, language)
        self._shell.stripe.retell()

    # Somewhere else

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._shell.cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A list that drops down, and the report of a mistake, are this program itself in front of the two."""
        ours = QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None
        if event.type() == QEvent.Type.WindowDeactivate and not ours:
            self._shell.cover()
        return False
