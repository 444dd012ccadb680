"""Moving an entry with the mouse: a grip to take it by, and a line where it will land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from ...base.words import _
from .. import tokens as t
from ..style import em
from ..widgets import Icon

if TYPE_CHECKING:
    from ...base.ids import Id
    from .plan_entries import Entries
    from .plan_row import EntryRow


class Grip(Icon):
    """Take an entry here and drag it. The keyboard has Alt+Up and Alt+Down for it."""

    def __init__(self, row: EntryRow) -> None:
        super().__init__("grip-vertical", t.MUTED)
        self._row = row
        self._dragged = False
        self.setMinimumSize(em(1.5), t.TARGET)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(_("Drag to move it. Keys: Alt+Up and Alt+Down"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
            self._row.entries.drop.begin(self._row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._row.entries.drop.over(self.mapTo(self._row.entries, event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged:
            self._let_go()
            self._row.entries.drop.land()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is dragged, Esc lets it stay where it was."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not self._dragged or event.key() != Qt.Key.Key_Escape:
            return False
        self._let_go()
        self._row.entries.drop.cancel()
        return True

    def _let_go(self) -> None:
        self._dragged = False
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.setCursor(Qt.CursorShape.OpenHandCursor)


class DropLine(QFrame):
    """Where the dragged entry will stand: a line between two others."""

    def __init__(self, entries: Entries) -> None:
        super().__init__(entries)
        self._entries = entries
        self._row: EntryRow | None = None
        self._after: Id | None = None
        self._moves = False
        self.setStyleSheet(f"background: {t.PRIMARY}; border-radius: 2px;")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def begin(self, row: EntryRow) -> None:
        """An entry was taken."""
        self._row, self._moves = row, False

    def over(self, at: QPoint) -> None:
        """It is held over *at*, in the list's own measure."""
        row = self._row
        if row is None:
            return
        others = [r for r in self._entries.rows.values() if r is not row]
        place = sum(1 for other in others if other.geometry().center().y() < at.y())
        self._after = others[place - 1].record_id if place else None
        self._moves = list(self._entries.rows).index(row.record_id) != place
        gap = t.S2 // 2
        y = others[place - 1].geometry().bottom() + gap if place else others[0].geometry().top() - gap if others else 0
        self.setGeometry(0, max(0, y - 1), self._entries.width(), 4)
        self.setVisible(self._moves)
        self.raise_()
        self._scroll(at)

    def _scroll(self, at: QPoint) -> None:
        """Near the edge of what is in sight, the list moves along."""
        above: QWidget | None = self._entries
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and (inside := above.widget()) is not None:
            point = self._entries.mapTo(inside, at)
            above.ensureVisible(point.x(), point.y(), 0, em(3))

    def land(self) -> None:
        """It was let go: it moves there."""
        row, self._row = self._row, None
        self.hide()
        if row is not None and self._moves:
            self._entries.move_behind(row, self._after)

    def cancel(self) -> None:
        """It stays where it was."""
        self._row = None
        self.hide()
