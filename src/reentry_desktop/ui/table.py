"""A list of any length: the model holds the few rows in sight, the query does the finding and sorting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ..base.words import _
from . import tokens as t
from .editors import PRIVATE
from .icons import icon, pixmap
from .style import em

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
BLOCK = 100
KEPT = 6
PAUSE = 120
"""Milliseconds after the last key before a search is asked."""
FINISHED = 2_500
"""Milliseconds after the last key before a search counts as finished."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. ``state`` gives (icon, tone) beside the words; ``sort`` is what the page's query calls it."""

    title: str
    words: Callable[[Row], str]
    width: float = 9
    state: Callable[[Row], tuple[str, str]] | None = None
    stretch: bool = False
    sort: str = ""
    spare: int = 0
    """Where there is no room for all, the column with the highest number goes first; 0 always stays."""


class TableModel(QAbstractTableModel, Generic[Row]):
    """Read-only, windowed: blocks of 100 rows are fetched when they come into sight, and few are kept.

    Fewer names lie in memory, and 100,000 rows cost what 100 do.
    """

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = list(columns)
        self._count = 0
        self._fetch: Callable[[int, int], Sequence[Row]] = lambda _offset, _limit: ()
        self._blocks: dict[int, Sequence[Row]] = {}

    def show(self, fetch: Callable[[int, int], Sequence[Row]], count: int) -> None:
        """List *count* rows that ``fetch(offset, limit)`` gives."""
        self.beginResetModel()
        self._fetch, self._count = fetch, count
        self._blocks.clear()
        self.endResetModel()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List a few rows that are at hand."""
        self.show(lambda offset, limit: rows[offset : offset + limit], len(rows))

    def row(self, number: int) -> Row | None:
        """The row at *number*, or none where it has gone meanwhile."""
        start = number - number % BLOCK
        block = self._blocks.pop(start, None)
        if block is None:
            block = self._fetch(start, BLOCK)
            while len(self._blocks) >= KEPT:
                del self._blocks[next(iter(self._blocks))]
        self._blocks[start] = block
        place = number - start
        return block[place] if place < len(block) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        roles = Qt.ItemDataRole
        if role not in (roles.DisplayRole, roles.AccessibleTextRole, roles.DecorationRole, roles.ToolTipRole):
            return None
        if not index.isValid() or (row := self.row(index.row())) is None:
            return None
        column = self.columns[index.column()]
        if role == roles.DecorationRole:
            if column.state is None:
                return None
            name, tone = column.state(row)
            return icon(name, t.TONES[tone][0], em(1.15)) if name else None
        words = column.words(row)
        if role == roles.AccessibleTextRole:
            return _("{column}: {words}").format(column=_(column.title), words=words or _("empty"))
        return words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _(self.columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class _Cells(QStyledItemDelegate):
    """Cells as wide as their heading says, a hairline under each row, no dotted box around one cell."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = option.rect
        inner = QStyleOptionViewItem(option)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, option.palette.highlight())
        inner.rect = rect.adjusted(t.S3 - 3, 0, -t.S2, -1)
        super().paint(painter, inner, index)
        painter.setPen(option.palette.midlight().color())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class Table(QTableView):
    """Enter opens, letters jump to a name, Tab leaves. ``opened(row)`` carries the row itself."""

    opened = Signal(object)
    sort_asked = Signal(str, bool)
    """(``Column.sort``, descending)"""

    def __init__(self, columns: Sequence[Column[Any]], name: str, *, least_rows: int = 6) -> None:
        super().__init__()
        self.rows: TableModel[Any] = TableModel(columns)
        self.least_rows = least_rows
        self.jump: Callable[[str], int | None] | None = None
        """Given the first letters typed, the number of the row to go to."""
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(any(column.sort for column in columns))
        head.sectionClicked.connect(self._sort)
        self.activated.connect(self._open)
        self._sorted: tuple[int, bool] = (-1, False)
        self._measure()

    def show(self, *args: Any) -> None:
        """``show()`` as a widget; ``show(fetch, count)`` lists rows and keeps the place where it can."""
        if not args:
            super().show()
            return
        place = self.currentIndex().row()
        self.rows.show(*args)
        if args[1]:
            self.setCurrentIndex(self.rows.index(min(max(place, 0), args[1] - 1), 0))

    def show_rows(self, rows: Sequence[Any]) -> None:
        """List rows that are at hand."""
        self.show(lambda offset, limit: rows[offset : offset + limit], len(rows))

    def _open(self, index: QModelIndex) -> None:
        if (row := self.rows.row(index.row())) is not None:
            self.opened.emit(row)

    def _sort(self, section: int) -> None:
        key = self.rows.columns[section].sort
        if key:
            before, down = self._sorted
            self._sorted = (section, not down if before == section else False)
            self.horizontalHeader().setSortIndicatorShown(True)
            order = Qt.SortOrder.DescendingOrder if self._sorted[1] else Qt.SortOrder.AscendingOrder
            self.horizontalHeader().setSortIndicator(section, order)
            self.sort_asked.emit(key, self._sorted[1])

    def keyboardSearch(self, search: str) -> None:
        if self.jump is None:
            return  # Qt's own would read every row
        number = self.jump(search)
        if number is not None:
            self.setCurrentIndex(self.rows.index(number, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(0, 0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_sorted"):
            self._measure()

    def _measure(self) -> None:
        height = t.row_height(em())
        self.verticalHeader().setDefaultSectionSize(height)
        self.setMinimumHeight(height * (self.least_rows + 1) + 4)
        head = self.horizontalHeader()
        head.setFixedHeight(height)
        self.setIconSize(QSize(em(1.15), em(1.15)))
        for number, column in enumerate(self.rows.columns):
            stretch = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
            head.setSectionResizeMode(number, stretch)
            self.setColumnWidth(number, em(column.width))
        self._fit()

    def _fit(self) -> None:
        """Leave out columns that can be spared, so that a name is never cut down to a few letters."""
        room = self.viewport().width()
        columns = self.rows.columns
        hidden = set()
        for number in sorted(range(len(columns)), key=lambda n: -columns[n].spare):
            needed = sum(em(c.width) for n, c in enumerate(columns) if n not in hidden)
            if needed <= room or not columns[number].spare:
                break
            hidden.add(number)
        for number in range(len(columns)):
            self.setColumnHidden(number, number in hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class FewRows(Table):
    """A list inside a card: as high as its rows, and from ``most`` rows on it scrolls by itself."""

    def __init__(self, columns: Sequence[Column[Any]], name: str, *, most: int = 8) -> None:
        self.most = most
        super().__init__(columns, name, least_rows=1)

    def show(self, *args: Any) -> None:
        super().show(*args)
        if args:
            self.least_rows = max(1, min(args[1], self.most))
            self._measure()

    def _measure(self) -> None:
        super()._measure()
        self.setMaximumHeight(self.minimumHeight())


class Search(QLineEdit):
    """Search as she types. ``asked(words)`` comes when she pauses; Escape empties it; Down goes to the list.

    ``finished(words)`` comes once for each search: when she goes on to what was found, or types no more.
    """

    asked = Signal(str)
    finished = Signal(str)

    def __init__(self, name: str, into: Table | None = None) -> None:
        super().__init__()
        self.into = into
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setInputMethodHints(PRIVATE)
        self._measure()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(lambda: self.asked.emit(self.text().strip()))
        self._told = ""
        self._end = QTimer(self, singleShot=True, interval=FINISHED)
        self._end.timeout.connect(self.finish)
        self.textChanged.connect(self._typed)

    def _typed(self) -> None:
        self._pause.start()
        self._end.start()

    def finish(self) -> None:
        """What stands here was searched for."""
        self._end.stop()
        words = self.text().strip()
        if self._pause.isActive():  # the window may be locked before the pause is over
            self._pause.stop()
            self.asked.emit(words)
        if words and words != self._told:
            self.finished.emit(words)
        self._told = words

    def _measure(self) -> None:
        self.setTextMargins(em(1.75), 0, 0, 0)
        self.setMinimumWidth(min(em(24), self.fontMetrics().horizontalAdvance(self.placeholderText()) + em(4)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()
        elif event.type() == QEvent.Type.EnabledChange and not self.isEnabled():  # locked: there is nothing to ask
            self._pause.stop()
            self._end.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = em(1.15)
        drawn = pixmap("search", t.MUTED, side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(em(0.75), (self.height() - side) // 2, drawn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.into is not None:
            self._pause.start()
            self.finish()
            self.into.setFocus()
        else:
            super().keyPressEvent(event)
