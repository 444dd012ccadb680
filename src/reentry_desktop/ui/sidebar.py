"""The list of places at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..base.words import _
from . import tokens as t
from .icons import pixmap
from .style import em


@dataclass(frozen=True)
class Entry:
    """One place of the sidebar: its page's key, its name (to be translated), its icon."""

    key: str
    title: str
    icon: str


class _Drawn(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state = option.state
        here = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = rect.adjusted(t.S2, 2, -t.S2, -2)
        if here or over:
            painter.setBrush(QColor(t.SIDEBAR_ACTIVE if here else t.SIDEBAR_HOVER))
            painter.drawRoundedRect(box, t.RADIUS, t.RADIUS)
        if here:
            painter.setBrush(QColor(t.AMBER))
            painter.drawRoundedRect(QRect(box.left(), box.top() + 6, 4, box.height() - 12), 2, 2)
        colour = t.SIDEBAR_TEXT
        side = em(1.25)
        x = box.left() + t.S4
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(
            x, box.center().y() - side // 2 + 1, pixmap(index.data(Qt.ItemDataRole.UserRole + 1), colour, side, ratio)
        )
        font = QFont(option.font)
        font.setWeight(QFont.Weight.Bold if here else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        widget = option.widget
        if not (isinstance(widget, Sidebar) and widget.folded):
            words = QRect(x + side + t.S3, box.top(), box.right() - x - side - t.S3, box.height())
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), index.data())
        if here and widget is not None and widget.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.AMBER), 3))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), t.RADIUS, t.RADIUS)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(em(3), t.control_height(em()) + 4)


class Sidebar(QListWidget):
    """Names with icons; an amber bar and bold words mark the one that is shown. One stop of the Tab key.

    Where the names would take more than a third of the window, the icons stand alone, with the names as hints.
    """

    chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.folded = False
        self.setProperty("part", "places")
        self.setAccessibleName(_("Places"))
        self.setItemDelegate(_Drawn(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for number, entry in enumerate(entries, 1):
            item = QListWidgetItem(_(entry.title))
            item.setData(Qt.ItemDataRole.UserRole, entry.key)
            item.setData(Qt.ItemDataRole.UserRole + 1, entry.icon)
            item.setToolTip(_("{place} (Ctrl+{number})").format(place=_(entry.title), number=number))
            self.addItem(item)
        self.currentItemChanged.connect(self._on_current)
        self._measure()

    def mark(self, key: str) -> None:
        """Show *key* as the place she is at; none is marked for a page that belongs to no place."""
        keys = [self.key(number) for number in range(self.count())]
        blocked = self.blockSignals(True)
        self.setCurrentRow(keys.index(key) if key in keys else -1)
        self.blockSignals(blocked)
        self.viewport().update()

    def key(self, number: int) -> str | None:
        """The key of the place at *number*, counted from 0."""
        return self.item(number).data(Qt.ItemDataRole.UserRole) if 0 <= number < self.count() else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming here goes nowhere yet: Qt would take the first place where none is marked."""
        row = self.currentRow()
        blocked = self.blockSignals(True)
        super().focusInEvent(event)
        self.setCurrentRow(row)
        self.blockSignals(blocked)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _measure(self) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold)
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(self.item(n).text()) for n in range(self.count())), default=0)
        whole = widest + em(1.25) + t.S2 * 2 + t.S4 * 2 + t.S3
        self.folded = whole > self.window().width() / 3
        bar = self.verticalScrollBar().sizeHint().width()
        self.setFixedWidth(em(1.25) + t.S2 * 2 + t.S4 * 2 + bar if self.folded else whole)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._measure()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and self.count():
            self._measure()
            self.scheduleDelayedItemsLayout()
