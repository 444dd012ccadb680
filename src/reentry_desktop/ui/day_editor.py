"""The editor of a day: typed, moved by keys, or picked from a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QMenu, QWidget, QWidgetAction

from ..base.problems import Problem
from ..base.words import _, language
from .days import read_day, show_day, step_day
from .editors import PRIVATE, Editor, LineEdit
from .style import em
from .widgets import Button

_UNITS = {Qt.Key.Key_D: "d", Qt.Key.Key_W: "w", Qt.Key.Key_M: "m", Qt.Key.Key_Y: "y"}


class Day(Editor):
    """A day, typed in any usual way or picked. ``=`` is today; + - d w m y move a day that stands there."""

    def __init__(self, *, today: Callable[[], dt.date] = dt.date.today) -> None:
        super().__init__()
        self.today = today
        self.edit = LineEdit()
        self.edit.setMaxLength(40)
        self.edit.setInputMethodHints(PRIVATE)
        self.edit.setPlaceholderText(_("like 11/23/2026"))
        self.edit.setToolTip(
            _(
                "Type 11/23/2026 or Nov 23 2026. Press = for today. "
                "+ and - move by a day; w, m and y by a week, month or year."
            )
        )
        self.edit.key = self._key
        self.edit.textEdited.connect(lambda _text: self.changed.emit())
        self.edit.left.connect(self._leave)
        self.pick = Button("", self._show_calendar, icon_name="calendar")
        self.pick.setToolTip(_("Pick the day from a calendar"))
        self.pick.setProperty("square", True)
        row = self._hold(self.edit, self.pick)
        row.addStretch()
        self.edit.setMinimumWidth(em(11))  # the example is not cut
        self.edit.setMaximumWidth(em(14))
        row.setStretch(0, 1)

    def name(self, words: str) -> None:
        super().name(words)
        self.pick.setAccessibleName(_("Calendar for {field}").format(field=words))

    def get(self) -> dt.date | None:
        return read_day(self.edit.text(), self.today())

    def set(self, value: Any) -> None:
        self.edit.setText(show_day(value) if isinstance(value, dt.date) else str(value or ""))

    def typed(self) -> str:
        return self.edit.text()

    def target(self) -> QWidget:
        return self.edit

    def _now(self) -> dt.date | None:
        try:
            return self.get()
        except Problem:
            return None

    def _put(self, day: dt.date) -> None:
        self.edit.setText(show_day(day))
        self.changed.emit()

    def _key(self, event: QKeyEvent) -> bool:
        """Take the keys that move the day. What is selected is being replaced, so those keys are then letters."""
        if event.text() == "=":
            self._put(self.today())
            return True
        now = self._now()
        if now is None or self.edit.hasSelectedText() or self.edit.text() != show_day(now):
            return False
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        step: tuple[int, str] | None = None
        if event.text() in ("+", "-"):
            step = (1 if event.text() == "+" else -1, "d")
        elif plain and (unit := _UNITS.get(Qt.Key(event.key()))):
            step = (-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1, unit)
        if step is None:
            return False
        try:
            self._put(step_day(now, *step))
        except (OverflowError, ValueError):
            return True
        return True

    def _leave(self) -> None:
        if (now := self._now()) is not None:
            self.edit.setText(show_day(now))
        self.left.emit()

    def _show_calendar(self) -> None:
        menu = QMenu(self)
        calendar = QCalendarWidget()
        calendar.setLocale(QLocale("es_US" if language() == "es" else "en_US"))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        now = self._now() or self.today()
        calendar.setSelectedDate(QDate(now.year, now.month, now.day))
        calendar.setMinimumSize(em(20), em(18))

        def picked(day: QDate) -> None:
            menu.close()
            self._put(dt.date(day.year(), day.month(), day.day()))
            self.edit.setFocus()

        calendar.clicked.connect(picked)
        calendar.activated.connect(picked)
        held = QWidgetAction(menu)
        held.setDefaultWidget(calendar)
        menu.addAction(held)
        calendar.setFocus()
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))
