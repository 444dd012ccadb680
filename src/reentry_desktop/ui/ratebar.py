"""A rate drawn: how far it is, where the goal stands, and between which bounds the true share likely lies."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..base.words import _
from . import tokens as t
from .style import em


def percent(share: float) -> str:
    """``72 %`` for 0.72."""
    return _("{n} %").format(n=round(share * 100))


class RateBar(QWidget):
    """A bar from 0 to 100 %, a mark at the goal, and under it the line of the interval.

    Its name and description say in words whatever it draws.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rate: float | None = None
        self.target = 0.0
        self.interval: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rate(
        self, name: str, rate: float | None, target: float, direction: str, interval: tuple[float, float] | None
    ) -> None:
        """Draw shares from 0 to 1; a *rate* of None draws the goal alone. *direction*: "at_least" or "at_most"."""
        self.rate, self.target, self.interval = rate, target, interval
        self.setAccessibleName(name)
        goal = _("Goal: at least {share}.") if direction == "at_least" else _("Goal: at most {share}.")
        said = [_("Now: {share}.").format(share=percent(rate)) if rate is not None else _("There is no number yet.")]
        said.append(goal.format(share=percent(target)))
        if interval is not None:
            words = _("The true share likely lies from {low} to {high}.")
            said.append(words.format(low=percent(interval[0]), high=percent(interval[1])))
        self.setAccessibleDescription(" ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(em(20), self._above() + em(1.25) + em(0.95) + self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(em(12), self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _above(self) -> int:
        return self._line() + em(0.35)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, top, high = float(self.width()), float(self._above()), float(em(1.25))
        bar = QRectF(0.5, top, width - 1, high)
        shape = QPainterPath()
        shape.addRoundedRect(bar, t.RADIUS, t.RADIUS)
        painter.fillPath(shape, QColor(t.PLAIN_SOFT))
        if self.rate is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.fillRect(QRectF(0, top, width * self.rate, high), QColor(t.PRIMARY))
            painter.restore()
        painter.setPen(QPen(QColor(t.BORDER), 1))
        painter.drawPath(shape)
        self._draw_goal(painter, width, top, high)
        if self.interval is not None:
            self._draw_interval(painter, width, top + high + em(0.5))
        painter.setPen(QColor(t.MUTED))
        place = QRectF(0, self.height() - self._line(), width, self._line())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, percent(0))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, percent(1))

    def _draw_goal(self, painter: QPainter, width: float, top: float, high: float) -> None:
        x = min(max(width * self.target, 2.0), width - 2)
        for colour, thick in ((t.SURFACE, 6.0), (t.TEXT, 3.0)):
            painter.setPen(QPen(QColor(colour), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, top - em(0.3)), QPointF(x, top + high))
        words = _("Goal {share}").format(share=percent(self.target))
        long = self.fontMetrics().horizontalAdvance(words)
        left = min(max(0.0, x - long / 2), width - long)
        painter.setPen(QColor(t.TEXT))
        painter.drawText(QRectF(left, 0, long + 2, self._line()), Qt.AlignmentFlag.AlignLeft, words)

    def _draw_interval(self, painter: QPainter, width: float, y: float) -> None:
        assert self.interval is not None
        low, high = (min(max(width * share, 1.5), width - 1.5) for share in self.interval)
        painter.setPen(QPen(QColor(t.MUTED), 2))
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        cap = em(0.3)
        for x in (low, high):
            painter.drawLine(QPointF(x, y - cap), QPointF(x, y + cap))
