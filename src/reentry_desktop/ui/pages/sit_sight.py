"""In Sit together what has the focus stays in sight; once something is done there, what belongs to it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from .. import tokens as t

if TYPE_CHECKING:
    from .sit_frame import SitFrame


class SitSight(QObject):
    """Scrolls the area of *frame* as the focus moves, and as what is in there finds its place.

    *around* tells of the widget with the focus which is the first and which the last of what belongs to it.
    """

    def __init__(self, frame: SitFrame, around: Callable[[QWidget], tuple[QWidget, QWidget]]) -> None:
        super().__init__(frame)
        self._frame, self._area, self._around = frame, frame.area, around
        self._moved = False
        self._soon = QTimer(self, singleShot=True, interval=20)
        self._soon.timeout.connect(self._look)
        self._area.verticalScrollBar().rangeChanged.connect(lambda _least, _most: self._soon.start())
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]

    def fresh(self) -> None:
        """Another screen: nothing was done on it yet."""
        self._moved = False

    def moved(self) -> None:
        """Something was done on it."""
        self._moved = True

    def typed(self) -> None:
        """A letter was typed."""
        self._moved = True
        self._soon.start()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and new is not None and self._area.isAncestorOf(new):
            self._moved = self._moved or self._frame.isAncestorOf(old)
            self._soon.start()

    def _look(self) -> None:
        inside, content = QApplication.focusWidget(), self._area.widget()
        if inside is None or content is None or not self._area.isAncestorOf(inside):
            return
        first, last = self._around(inside)
        last = last if self._moved else inside
        bar, room = self._area.verticalScrollBar(), self._area.viewport().height()
        top, above = (w.mapTo(content, QPoint(0, 0)).y() - t.S2 for w in (inside, first))
        under = last.mapTo(content, QPoint(0, last.height())).y() + t.S2
        highest = above if under - above <= room else top
        bar.setValue(min(max(bar.value(), under - room), max(0, highest)))
