"""The choices beside the pages, or above them where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from .. import tokens as t
from ..layouts import Stack
from ..style import em

NARROW = 56
"""em of width under which the pages stand below the choices."""
SIDE = 24
"""em of the choices beside the pages."""


class Beside(QWidget):
    """Beside the pages the choices scroll by themselves, so that the pages stay in sight. *pages* takes the room."""

    def __init__(self, side: Stack, over: QWidget, pages: QWidget, *instead: QWidget) -> None:
        super().__init__()
        self.side, self.pages = side, pages
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setProperty("ground", "page")
        self._scroll.setWidget(side)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(t.S3)
        column.addWidget(over)
        for widget in (pages, *instead):
            column.addWidget(widget, 1)
        self._columns: QBoxLayout = QVBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(t.S4)
        self._columns.addWidget(self._scroll)
        self._columns.addWidget(right, 1)

    def fit(self, width: int) -> None:
        """Stand as there is room for, in a page *width* pixels wide."""
        narrow, way = width < em(NARROW), QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        if narrow == (self._scroll.widget() is not None):
            self._move_side(narrow)
        self._scroll.setFixedWidth(em(SIDE))
        # Beside the choices the pages take the height there is; below them they need one of their own.
        down = QSizePolicy.Policy.Fixed if narrow else QSizePolicy.Policy.Ignored
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, down)
        self.pages.setMinimumHeight(em(18) if narrow else em(12))
        self.pages.setMaximumHeight(em(18) if narrow else 16_777_215)

    def _move_side(self, narrow: bool) -> None:
        """Where all scrolls as one, the choices must not scroll once more."""
        if narrow:
            self._scroll.takeWidget()
            self._columns.insertWidget(0, self.side)
            self.side.show()
        else:
            self._columns.removeWidget(self.side)
            self._scroll.setWidget(self.side)
        self._scroll.setVisible(not narrow)
