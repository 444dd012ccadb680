"""The choices beside the pages, or above them where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from .. import tokens as t
from ..layouts import Stack
from ..style import em
from ..widgets import reveal

NARROW = 56
"""em of width under which the pages stand below the choices."""
SIDE = 24
"""em of the choices beside the pages."""


class Beside(QWidget):
    """Beside the pages the choices scroll by themselves, so that the pages stay in sight.

    *over* stands above both; *instead* are shown in place of *pages*.
    """

    def __init__(self, side: Stack, over: QWidget, pages: QWidget, *instead: QWidget) -> None:
        super().__init__()
        self.side, self.pages = side, pages
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setProperty("ground", "page")
        self._scroll.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)  # it takes what there is
        self._scroll.setWidget(side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(t.S3)
        whole.addWidget(over)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(t.S4)
        self._columns.addWidget(self._scroll)
        for widget in (pages, *instead):
            self._columns.addWidget(widget, 1)
        whole.addLayout(self._columns, 1)

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

    def show_side(self, on: bool) -> None:
        """The choices are out of the way while something else is asked."""
        reveal(self.side, on)
        reveal(self._scroll, on and self._scroll.widget() is not None)

    def _move_side(self, narrow: bool) -> None:
        """Where all scrolls as one, the choices must not scroll once more."""
        if narrow:
            self._scroll.takeWidget()
            hidden = self.side.isHidden()
            self._columns.insertWidget(0, self.side)
            reveal(self.side, not hidden)
        else:
            self._columns.removeWidget(self.side)
            self._scroll.setWidget(self.side)
        reveal(self._scroll, not narrow and not self.side.isHidden())
