"""Locks when nobody touches the PC, when it slept, and when its clock was set."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
WARNING = 30
"""Seconds of warning before the lock."""
SLEPT = 60
"""Seconds the wall clock may jump between two looks, ahead or back, before it counts as sleep."""


class Idle(QObject):
    """Counts seconds since the last touch. ``warned(seconds left)``; 0 takes the warning back; ``over`` locks."""

    warned = Signal(int)
    over = Signal()

    def __init__(
        self,
        app: QGuiApplication,
        seconds: int = 300,
        *,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(app)
        self._app, self.seconds, self._now, self._wall = app, seconds, now, wall
        self._last, self._seen, self._warning = now(), wall(), False
        self.slept = False
        """Whether it was sleep or a jump of the clock that ended it, not somebody's stillness."""
        self._ran = now()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to watch."""
        self._last, self._seen, self._ran = self._now(), self._wall(), self._now()
        for window in self._app.topLevelWindows():
            self._watch(window)
        self._app.focusWindowChanged.connect(self._watch)
        self._tick.start()

    def stop(self) -> None:
        """Stop watching: there is nothing to lock."""
        self._tick.stop()
        self._app.focusWindowChanged.disconnect(self._watch)
        for window in self._app.topLevelWindows():
            window.removeEventFilter(self)
        self._unwarn()

    def _watch(self, window: QWindow | None) -> None:
        # What a hand does comes to a window first; a filter on the program is called for every event of every widget.
        if window is not None:
            window.installEventFilter(self)

    def look(self) -> None:
        """Compare the clocks. Called each second."""
        seen, self._seen = self._seen, self._wall()
        ran, self._ran = self._ran, self._now()
        left = self._last + self.seconds - self._ran
        ahead = self._seen - seen
        self.slept = ahead > SLEPT or ahead < self._ran - ran - SLEPT
        if left <= 0 or self.slept:
            self._unwarn()
            self.over.emit()
        elif left <= WARNING:
            self._warning = True
            self.warned.emit(max(1, round(left)))

    def wait(self, seconds: int) -> None:
        """Begin to count anew, to *seconds*."""
        self.seconds = seconds
        self.touched()

    def touched(self) -> None:
        """Somebody is there."""
        self._last = self._now()
        if self._warning:
            self._unwarn()

    @property
    def still(self) -> float:
        """Seconds since somebody touched the PC."""
        return self._now() - self._last

    def _unwarn(self) -> None:
        if self._warning:
            self._warning = False
            self.warned.emit(0)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touched()
        return False
