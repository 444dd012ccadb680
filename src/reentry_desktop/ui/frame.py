"""What is around the pages of the open program: the places at the left, the foot, and words that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ..base.words import _
from .sidebar import Entry, Sidebar
from .statusbar import StatusBar
from .toast import Toast

if TYPE_CHECKING:
    from .opened import Session
    from .window import MainWindow

PLACES = 8
"""How many places have a key of their own: Ctrl+1 and on."""


class Frame(QWidget):
    """``pages`` takes the pages. ``numbered(n)`` when the key of place *n*, from 0, is pressed."""

    numbered = Signal(int)

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__()
        self.sidebar = Sidebar(
            [Entry(kind.key, kind.title, kind.icon) for kind in session.pages if kind.sidebar and session.has(kind)]
        )
        self.pages = QStackedWidget()
        self.status = StatusBar(session.who, _(session.role), window.lock, window.cover)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.toast, self.warning = Toast(self.pages), Toast(self)
        for number in range(PLACES):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self.numbered.emit(number))

    def warn(self, seconds: int) -> None:
        """Nobody touched the PC for long: so many *seconds* until it locks; none where it does not after all."""
        sentence = _("Locking in {seconds} s. Press any key to stay.").format(seconds=seconds)
        if not seconds:
            self.warning.hide()
        elif self.warning.isVisible():
            self.warning.set_words(sentence)
        else:
            self.warning.say(sentence)
