"""What has the focus stays in sight, with what belongs to it, while all around it still finds its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from shiboken6 import isValid

from . import tokens as t

if TYPE_CHECKING:
    from PySide6.QtWidgets import QScrollArea

Around = Sequence[QWidget]
"""Widgets that should be in sight together."""
_TYPED = (QEvent.Type.KeyPress, QEvent.Type.InputMethod)
_HELD = 40
"""Milliseconds after which it is looked again whether the mouse let go: a button must not move under a click."""


class InSight(QObject):
    """Scrolls *area* to what has the focus, until a person scrolls it; each key typed there brings it back.

    *around* tells, for the widget with the focus, what should be in sight with it: the widest first, the most needed
    last. Where not all of it has room, the last ones win; while she types, the line she types in wins.
    """

    brought = Signal()

    def __init__(self, area: QScrollArea, around: Callable[[QWidget], Sequence[Around]]) -> None:
        super().__init__(area)
        self._area, self._around = area, around
        self._follows = self._typing = False
        self._watched: QWidget | None = None
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._bring)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, _most: self.again())
        bar.actionTriggered.connect(self._let_go)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def look(self) -> None:
        """Bring what has the focus into sight, and keep it there while things move."""
        self._follows, self._typing = True, False
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = QApplication.focusWidget()
        if self._watched is not None:
            self._watched.installEventFilter(self)
        self._turn.start(0)

    def again(self) -> None:
        """Something moved: follow it, where nobody scrolled away meanwhile."""
        if self._follows:
            self._turn.start(0)

    def _let_go(self, _action: int) -> None:
        self._follows = False

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        inside = self._area.widget()
        if new is not None and inside is not None and inside.isAncestorOf(new):
            self.look()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Any key typed where the focus is brings it into sight again."""
        if event.type() in _TYPED:
            self._follows = self._typing = True
            self._turn.start(0)
        return False

    def _bring(self) -> None:
        inside, content = QApplication.focusWidget(), self._area.widget()
        if not self._follows or inside is None or content is None or not content.isAncestorOf(inside):
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._turn.start(_HELD)
            return
        spans = [_span(content, [(widget, widget.rect()) for widget in around]) for around in self._around(inside)]
        if not spans:
            return
        spans.insert(len(spans) if self._typing else -1, _span(content, [_line(inside)]))
        bar = self._area.verticalScrollBar()
        top, room = bar.value(), self._area.viewport().height()
        for first, last in filter(None, spans):
            if first < top and last - first <= room:
                top = first
            elif last > top + room:
                top = last - room
        bar.setValue(top)
        self.brought.emit()


def _line(inside: QWidget) -> tuple[QWidget, QRect]:
    """Where she types: the line with the cursor, else the whole widget."""
    if isinstance(inside, QPlainTextEdit):
        return inside.viewport(), inside.cursorRect()
    return inside, inside.rect()


def _span(content: QWidget, parts: Sequence[tuple[QWidget, QRect]]) -> tuple[int, int] | None:
    """From where to where *parts* reach in *content*, as far as they are shown; a little room around them."""
    whole = QRect()
    for widget, part in parts:
        if not widget.isVisibleTo(content):
            continue
        rect, above = QRect(part), widget
        while above is not None and above is not content:
            rect.translate(above.pos())
            above = above.parentWidget()  # type: ignore[assignment]
            if above is not None and above is not content:
                rect &= QRect(QPoint(0, 0), above.size())  # what another area scrolls away is not there to be shown
        whole |= rect
    return (max(0, whole.top() - t.S2), min(content.height(), whole.bottom() + t.S2)) if not whole.isEmpty() else None
