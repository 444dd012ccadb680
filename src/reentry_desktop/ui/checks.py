"""A box to check whose words may take several lines, so that large letters fit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from . import tokens as t
from .style import em
from .widgets import Sentence


class _Words(Sentence):
    """A click on the words is a click on the box."""

    def __init__(self, words: str, box: QCheckBox) -> None:
        super().__init__(words)
        self._box = box
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._box.click()


class Check(QWidget):
    """``box`` is what is checked; its name is the words beside it."""

    def __init__(self, words: str, *, on: bool = False) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setFixedWidth(em(2.5))
        self.box.setAccessibleName(words)
        self.box.setChecked(on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        row.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_Words(words, self.box), 1, Qt.AlignmentFlag.AlignVCenter)
