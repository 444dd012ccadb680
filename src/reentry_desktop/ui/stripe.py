"""The stripe over practice records."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..base.words import _
from . import tokens as t
from .style import em


class PracticeStripe(QWidget):
    """Says on every screen that nothing here is real."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.retell()
        self.hide()

    def retell(self) -> None:
        """Say it in the language of the screen."""
        self.words = _("Practice. These women are invented. Nothing here is real.")
        self.setAccessibleName(self.words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, em(1.9))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, em(1.9))

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(t.WARN_SOFT))
        painter.setPen(QPen(QColor(t.STRIPE), 8))
        for x in range(-self.height(), self.width() + self.height(), 26):
            painter.drawLine(x, self.height() + 4, x + self.height() + 4, -4)
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        room = self.width() - 2 * t.S4
        while (wide := QFontMetrics(font).horizontalAdvance(self.words)) > room and font.pixelSize() > t.BASE // 2:
            font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(font)
        wide += 2 * t.S4
        ground = QRect((self.width() - wide) // 2, 0, wide, self.height())
        painter.fillRect(ground, QColor(t.WARN_SOFT))
        painter.setPen(QColor(t.WARN))
        painter.drawText(ground, int(Qt.AlignmentFlag.AlignCenter), self.words)
