"""Find words in the plan: a slim bar above the part, each find a line, Enter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from ...actions import plan_versions
from ...base.folding import fold
from ...base.words import _, ngettext
from .. import tokens as t
from ..style import em
from ..table import Search
from ..widgets import Sentence, announce
from .plan_form import IconButton

if TYPE_CHECKING:
    from .plan_writing import Writing

_FOUND = Qt.ItemDataRole.UserRole
SHOWN = 5
"""Finds in sight at once; the list scrolls."""


def place_of(wanted: str, text: str) -> tuple[int, int] | None:
    """Where *wanted* stands in *text*, accents and capitals ignored: first place and length, in Qt's own count."""
    folded, places = "", []
    for place, letter in enumerate(text):
        alike = fold(letter)
        folded += alike
        places += [place] * len(alike)
    needle = fold(wanted).strip()
    at = folded.find(needle) if needle else -1
    if at < 0:
        return None
    first, last = places[at], places[at + len(needle) - 1] + 1
    return _units(text[:first]), _units(text[first:last])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def mark_in_box(box: QPlainTextEdit, wanted: str) -> bool:
    """Mark the words in a box, with the cursor behind them; a key typed there replaces nothing. Whether they are."""
    found = place_of(wanted, box.toPlainText())
    if found is None:
        return False
    cursor = QTextCursor(box.document())
    cursor.setPosition(found[0])
    cursor.setPosition(sum(found), QTextCursor.MoveMode.KeepAnchor)
    mark = QTextEdit.ExtraSelection()
    mark.cursor = cursor
    mark.format.setBackground(QColor(t.AMBER))
    box.setExtraSelections([mark])
    behind = QTextCursor(cursor)
    behind.clearSelection()
    box.setTextCursor(behind)
    box.ensureCursorVisible()
    return True


def mark_in_words(place: QWidget, wanted: str) -> bool:
    """Mark the words in the sentences of *place*, where they stand first. Whether they stand in one."""
    for words in place.findChildren(Sentence):
        found = place_of(wanted, words.text())
        if found is not None:
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setSelection(*found)
            return True
    return False


class FindBar(QFrame):
    """``chosen(part, record)`` goes there; ``closed`` goes back to the part. Capitals and accents do not matter."""

    chosen = Signal(str, str)
    closed = Signal()

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self.writing = writing
        self.setProperty("part", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(t.S3, t.S2, t.S2, t.S2)
        box.setSpacing(t.S2)
        line = QHBoxLayout()
        line.setSpacing(t.S2)
        self.search = Search(_("Find in the plan"))
        self.search.asked.connect(self.look)
        self.search.installEventFilter(self)
        self.count = Sentence(tone="muted", role="small", wide=True)
        self.close_button = IconButton("x", _("Close the search"), self.close_bar)
        line.addWidget(self.search, 1)
        line.addWidget(self.count)
        line.addWidget(self.close_button)
        box.addLayout(line)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Found in the plan"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.list.hide()
        box.addWidget(self.list)

    def open_bar(self) -> None:
        """Show it, with the words that were looked for last."""
        self.show()
        self.search.setFocus()
        self.search.selectAll()
        if self.search.text().strip():
            self.look(self.search.text().strip())

    def close_bar(self) -> None:
        """Hide it, and go back to the part."""
        self.hide()
        self.closed.emit()

    def look(self, wanted: str) -> None:
        """List every place where the words stand."""
        self.list.clear()
        found = plan_versions.find_words(self.writing.whole, wanted) if wanted else []
        parts = self.writing.parts
        for part, record, words in found:
            title = self.writing.text(parts[part].title) if part in parts else part
            item = QListWidgetItem(f"{title}: {' '.join(words.split())}", self.list)
            item.setData(_FOUND, (part, str(record)))
        height = max(t.TARGET, self.list.sizeHintForRow(0)) if found else 0
        self.list.setFixedHeight(height * min(SHOWN, len(found)) + 4)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentRow(0)
        said = ngettext("{count} place", "{count} places", len(found)).format(count=len(found))
        if wanted and not found:
            said = _("Not in this plan")
        self.count.setText(said if wanted else "")
        self.count.setMinimumWidth(min(em(10), self.count.sizeHint().width()))
        announce(self, self.count.text())

    def _go(self, item: QListWidgetItem) -> None:
        part, record = item.data(_FOUND)
        self.chosen.emit(part, record)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the field: Enter goes to the find that is marked, Down and Up choose one, Esc closes."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.look(self.search.text().strip())
                if (item := self.list.currentItem()) is not None:
                    self._go(item)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.list.count():
                by = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + by)))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.hasFocus():
            if (item := self.list.currentItem()) is not None:
                self._go(item)
            return
        super().keyPressEvent(event)
