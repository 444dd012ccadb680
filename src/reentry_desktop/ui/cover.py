"""A neutral screen over everything: the time, and one word. Only the passphrase takes it away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ..base.problems import Problem
from ..base.words import _
from . import tokens as t
from .layouts import Reading, Stack
from .passphrase import PassphraseEdit
from .widgets import Button, Card, InlineProblem, PrimaryButton
from .worker import Worker


class Cover(QScrollArea):
    """``check(passphrase)`` raises ``Problem``; it runs beside the window. ``uncovered`` when it did not."""

    uncovered = Signal()
    lock_asked = Signal()

    def __init__(self, check: Callable[[str], None]) -> None:
        super().__init__()
        self.check = check
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inside = QFrame()
        inside.setProperty("part", "dark")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Paused. Press a key to go on."))
        self._worker = Worker(self)
        self.clock = QLabel()
        self.word = QLabel(_("Paused"))
        self.hint = QLabel(_("Press a key to go on."))
        for label, role, tone in (
            (self.clock, "clock", "on-dark"),
            (self.word, "h1", "on-dark"),
            (self.hint, "", "quiet-on-dark"),
        ):
            label.setProperty("role", role)
            label.setProperty("tone", tone)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.passphrase = PassphraseEdit()
        self.passphrase.returned.connect(self.try_uncover)
        self.problem = InlineProblem()
        label = QLabel(_("Passphrase"))
        label.setProperty("role", "strong")
        label.setBuddy(self.passphrase.edit)
        self.button = PrimaryButton(_("Go on"), self.try_uncover)
        lock = Button(_("Lock instead"), self.lock_asked.emit, icon_name="lock")
        acts = QWidget()
        row = QHBoxLayout(acts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        row.addWidget(self.button)
        row.addWidget(lock)
        row.addStretch()
        self._card = Card("", Stack(label, self.passphrase, space=t.S1), self.problem, acts)
        self._ask = Reading(self._card, width=26, centred=True)
        self._ask.hide()
        box = QVBoxLayout(inside)
        box.setContentsMargins(t.S4, t.S4, t.S4, t.S4)
        box.setSpacing(t.S3)
        box.addStretch(1)
        for widget in (self.clock, self.word, self.hint):
            box.addWidget(widget)
        box.addSpacing(t.S3)
        box.addWidget(self._ask)
        box.addStretch(1)
        self.setWidget(inside)
        self._tick = QTimer(self, interval=5000)
        self._tick.timeout.connect(self._tell_time)
        self._tick.start()
        self._tell_time()

    def _tell_time(self) -> None:
        now = dt.datetime.now().astimezone()
        self.clock.setText(f"{now.hour % 12 or 12}:{now:%M}")

    def ask(self) -> None:
        """Show where the passphrase goes."""
        self._ask.show()
        self.hint.hide()
        self.passphrase.edit.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._ask.isVisible():
            self.passphrase.clear()
            self.problem.clear()
            self._ask.hide()
            self.hint.show()
            self.setFocus()
            return
        self.ask()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.ask()

    def try_uncover(self) -> None:
        """Check the passphrase."""
        if not self.button.isEnabled():
            return
        typed = self.passphrase.take()
        if not typed:
            self.problem.show_problem(_("Type your passphrase first."))
            return
        self.button.setEnabled(False)
        self._worker.run(lambda _job: self.check(typed), lambda _none: self.uncovered.emit(), self._failed)

    def _failed(self, error: BaseException) -> None:
        self.button.setEnabled(True)
        self.passphrase.edit.setFocus()
        if not isinstance(error, Problem):
            raise error
        if error.code == "locked":  # five wrong ones: the account is locked, and so is the program
            self.lock_asked.emit()
            return
        self.problem.show_problem(error, support=False)
