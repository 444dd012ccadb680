"""Garbage is collected on the window's thread alone.

Python's collector runs in whatever thread happens to allocate. Beside the window that would take widgets apart while
Qt uses them, and the program would crash at another time and place.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE = 1000
"""Milliseconds between two looks."""
YOUNG, MIDDLE, OLD = 700, 10, 10
"""Python's own thresholds."""


class Sweeper(QObject):
    """Turns the automatic collector off and does its work from a timer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what Python would have collected by now."""
        young, middle, old = gc.get_count()
        if young > YOUNG:
            gc.collect(2 if old > OLD and middle > MIDDLE else 1 if middle > MIDDLE else 0)
