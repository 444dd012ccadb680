"""The list at the left of a plan: its sections, then the re-entry pages; each part with its state as icon and word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ...base.words import N_, _, ngettext
from .. import tokens as t
from ..icons import pixmap
from ..style import em
from .plan_writing import EMPTY, PAGES, PLAN, STARTED, WRITTEN

if TYPE_CHECKING:
    from .plan_writing import Writing

ICONS = {EMPTY: ("circle-dashed", t.MUTED), STARTED: ("circle-dot", t.INFO), WRITTEN: ("circle-check", t.OK)}
WORDS = {EMPTY: N_("empty"), STARTED: N_("started"), WRITTEN: N_("written")}
_STATE = Qt.ItemDataRole.UserRole + 1
_KEY = Qt.ItemDataRole.UserRole
_NOTE = Qt.ItemDataRole.UserRole + 2
_GROUP = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


class _Drawn(QStyledItemDelegate):
    """Section rows bold with how many are written; part rows with an icon, the title and the word for the state."""

    def __init__(self, parts: PartList) -> None:
        super().__init__(parts)
        self._list = parts

    def _places(self, rect: QRect, index: Index, font: QFont) -> tuple[QRect, QRect, QFont, QFont]:
        section = not index.data(_STATE)
        if index.data(_GROUP):
            return self._group_places(rect, font)
        words = QFont(font)
        words.setWeight(
            QFont.Weight.DemiBold if section or index.data(_KEY) == self._list.here else QFont.Weight.Normal
        )
        small = QFont(font)
        small.setPixelSize(max(14, round(font.pixelSize() * t.SMALL)))
        note = QFontMetrics(small).horizontalAdvance(str(index.data(_NOTE))) + 2
        left = rect.left() + (t.S4 if section else t.S4 + em(1.25) + t.S2)
        right = rect.right() - t.S3
        return (
            QRect(left, rect.top(), right - note - t.S3 - left, rect.height()),
            QRect(right - note, rect.top(), note, rect.height()),
            words,
            small,
        )

    @staticmethod
    def _group_places(rect: QRect, font: QFont) -> tuple[QRect, QRect, QFont, QFont]:
        small = QFont(font)
        small.setPixelSize(max(14, round(font.pixelSize() * t.SMALL)))
        small.setWeight(QFont.Weight.DemiBold)
        inside = rect.adjusted(t.S4, t.S3, -t.S3, 0)
        return inside, QRect(), small, small

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = max(self._list.viewport().width(), em(12))
        words, _note, font, _small = self._places(QRect(0, 0, width, 0), index, self._list.font())
        bounds = QFontMetrics(font).boundingRect(
            QRect(0, 0, max(words.width(), 40), 9999), int(Qt.TextFlag.TextWordWrap), str(index.data())
        )
        if index.data(_GROUP):
            return QSize(em(10), bounds.height() + t.S4 + t.S2)
        return QSize(em(10), max(t.TARGET, bounds.height() + t.S4))

    def _paint_group(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The name over a group of sections, under a hairline."""
        words, _note, font, _small = self._places(rect, index, self._list.font())
        painter.fillRect(rect.left() + t.S4, rect.top() + t.S2, rect.width() - 2 * t.S4, 1, QColor(t.HAIRLINE))
        painter.setPen(QColor(t.MUTED))
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), str(index.data()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        here = index.data(_KEY) == self._list.here and bool(index.data(_STATE))
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(_GROUP):
            self._paint_group(painter, rect, index)
            painter.restore()
            return
        if here or over:
            painter.fillRect(rect, QColor(t.PRIMARY_SOFT if here else t.SURFACE_SOFT))
        if here:
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()), QColor(t.PRIMARY))
        words, note, font, small = self._places(rect, index, self._list.font())
        if state := index.data(_STATE):
            side = em(1.15)
            name, colour = ICONS[state]
            at = rect.center().y() - side // 2 + 1
            painter.drawPixmap(rect.left() + t.S4, at, pixmap(name, colour, side, painter.device().devicePixelRatio()))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(t.TEXT))
        painter.setFont(font)
        painter.drawText(words, middle | int(Qt.TextFlag.TextWordWrap), str(index.data()))
        painter.setPen(QColor(t.MUTED))
        painter.setFont(small)
        painter.drawText(note, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), str(index.data(_NOTE)))
        if self._list.hasFocus() and index.row() == self._list.currentRow():
            painter.setPen(QPen(QColor(t.FOCUS), 3))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), t.RADIUS, t.RADIUS)
        painter.restore()


class PartList(QListWidget):
    """``chosen(part)`` on a click or Enter; the arrows only look. One section is open at a time."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.here = ""
        self._shown: tuple[str, dict[str, str]] = ("", {})
        self.setAccessibleName(_("Parts of the plan"))
        self.setItemDelegate(_Drawn(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.itemClicked.connect(self._choose)

    def fill(self, writing: Writing) -> None:
        """List every section and part, and between them what the next ones are."""
        self.clear()
        self._shown = ("", {})
        shown = PLAN
        for group, section in writing.groups:
            if group != shown:
                words = _("Re-entry pages") if group == PAGES else _("From another template pack")
                over = QListWidgetItem(words, self)
                over.setData(_GROUP, group)
                over.setFlags(Qt.ItemFlag.NoItemFlags)
                shown = group
            head = QListWidgetItem(writing.text(section.title), self)
            head.setData(_KEY, section.parts[0].key)
            for part in section.parts:
                item = QListWidgetItem(writing.text(part.title), self)
                item.setData(_KEY, part.key)
        self.show_states(writing)

    def show_states(self, writing: Writing) -> None:
        """Say of each part what stands there, and open the section of the part in sight."""
        known = writing.states()
        shown = (self.here, known)
        if shown == self._shown:
            return
        self._shown = shown
        place = 0
        for _group, section in writing.groups:
            if self.item(place).data(_GROUP):
                place += 1
            states = [known[part.key] for part in section.parts]
            head = self.item(place)
            written = sum(writing.whole.written(part.key) for part in section.parts)
            note = _("{count} of {all}").format(count=written, all=len(states))
            head.setData(_NOTE, note)
            head.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                ngettext(
                    "Section {title}: {count} part written", "Section {title}: {count} parts written", len(states)
                ).format(title=head.text(), count=note),
            )
            within = any(part.key == self.here for part in section.parts)
            place += 1
            for part, state in zip(section.parts, states, strict=True):
                item = self.item(place)
                item.setData(_STATE, state)
                item.setData(_NOTE, _(WORDS[state]))
                item.setData(
                    Qt.ItemDataRole.AccessibleTextRole,
                    _("{title}: {state}").format(title=item.text(), state=_(WORDS[state])),
                )
                item.setHidden(not within)
                if part.key == self.here:
                    self.setCurrentItem(item)
                    self.scrollToItem(item)
                place += 1
        self.viewport().update()

    def show_here(self, part: str, writing: Writing) -> None:
        """Mark the part in sight."""
        self.here = part
        self.show_states(writing)

    def _choose(self, item: Any) -> None:
        self.chosen.emit(str(item.data(_KEY)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentItem() is not None:
            self._choose(self.currentItem())
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
