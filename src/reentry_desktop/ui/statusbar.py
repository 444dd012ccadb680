"""The foot of the window: whether everything is saved, who is working, lock, cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from ..base.words import _
from . import tokens as t
from .days import show_time
from .style import em
from .widgets import Button, Icon


class Elided(QLabel):
    """One line that is cut with an ellipsis where there is no room; the whole stays in the tooltip."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setProperty("role", "small")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def setText(self, words: str) -> None:
        super().setText(words)
        self.setToolTip(words)

    def minimumSizeHint(self) -> QSize:
        return QSize(em(2), super().minimumSizeHint().height())

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), words)


class StatusBar(QFrame):
    """Nothing in it names a participant."""

    def __init__(self, who: str, role: str, lock: Callable[[], object], cover: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(t.S4, 0, t.S4, 0)
        row.setSpacing(t.S2)
        self._saved_icon = Icon("circle-check", t.OK, size=1.1)
        self.saved = Elided(_("All changes saved"))
        self._who_icon = Icon("user", t.MUTED, size=1.1)
        self._who, self._role = who, role
        self.who = Elided()
        self.lock = Button(_("Lock"), lock, icon_name="lock", kind="quiet")
        self.lock.setToolTip("Ctrl+L")
        self.cover = Button(_("Cover"), cover, icon_name="eye-off", kind="quiet")
        self.cover.setToolTip(_("Cover the screen for privacy (F12)"))
        self.cover.setAccessibleName(_("Cover the screen for privacy"))
        row.addWidget(self._saved_icon)
        row.addWidget(self.saved, 1)
        row.addWidget(self._who_icon)
        row.addWidget(self.who)
        row.addSpacing(t.S3)
        row.addWidget(self.lock)
        row.addWidget(self.cover)

    def say_saved(self, moment: dt.datetime) -> None:
        """Something was written at *moment* (local time)."""
        self.saved.setText(_("All changes saved at {time}").format(time=show_time(moment)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = f"{self._who} · {self._role}" if self._role and self.width() > em(52) else self._who
        self.who.setText(whole)
