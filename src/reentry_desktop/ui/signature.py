"""Where somebody signs with a mouse, a finger or a pen. What is drawn is kept as lines, never as a picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..base.strokes import HIGH, WIDE, Point, from_text, is_signature, to_text
from ..base.words import _
from . import tokens as t
from .style import em


class SignaturePad(QWidget):
    """A white field with a line to sign on. ``changed`` after each stroke. Who cannot draw signs on paper."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.strokes: list[list[Point]] = []
        self._drawing = False
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(em(40))
        self.setAccessibleName(_("Sign here with the mouse or a finger"))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, self.maximumWidth()) * HIGH // WIDE

    def sizeHint(self) -> QSize:
        return QSize(em(30), em(30) * HIGH // WIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(em(14), em(14) * HIGH // WIDE)

    def text(self) -> str:
        """What was drawn, as it is kept; ``""`` where nothing was, or too little to have been meant."""
        try:
            drawn = to_text(self.strokes)
        except ValueError:
            return ""
        return drawn if is_signature(drawn) else ""

    def show_text(self, text: str) -> None:
        """Show a signature that is kept; one that is none is not shown."""
        self.strokes = from_text(text) if is_signature(text) else []
        self.update()

    def clear(self) -> None:
        """She signs anew."""
        self.strokes = []
        self.update()
        self.changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self._drawing = True
            self.strokes.append([self._point(event.position())])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self.strokes[-1].append(self._point(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drawing and event.button() == Qt.MouseButton.LeftButton:
            self._drawing = False
            self.strokes[-1].append(self._point(event.position()))
            self.update()
            self.changed.emit()

    def _point(self, at: QPointF) -> Point:
        x, y = int(at.x() * WIDE / max(1, self.width())), int(at.y() * HIGH / max(1, self.height()))
        return min(max(x, 0), WIDE - 1), min(max(y, 0), HIGH - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("white"))
        painter.setPen(QPen(QColor(t.BORDER), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        line = self.height() * 3 // 4
        painter.drawLine(em(1), line, self.width() - em(1), line)
        painter.setPen(QPen(QColor("#1A2329"), 2.2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        across, down = self.width() / WIDE, self.height() / HIGH
        for stroke in self.strokes:
            points = [QPointF(x * across, y * down) for x, y in stroke]
            painter.drawPolyline(QPolygonF(points if len(points) > 1 else [*points, points[0] + QPointF(0.1, 0)]))
        painter.end()
