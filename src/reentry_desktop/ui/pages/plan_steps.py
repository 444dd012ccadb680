"""Small steps of the plan's page: one question, one act, in place of the part; the way back is always there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..day_editor import Day
from ..form import FieldRow
from ..layouts import Flow, Reading, Stack
from ..widgets import Button, Card, Heading, PrimaryButton, Sentence


class Step(Card):
    """A card that asks one thing. ``over`` when she goes back to the plan."""

    over = Signal()

    def __init__(self, title: str, *words: str, width: float = 40) -> None:
        super().__init__()
        self.stack = Stack(space=t.S4)
        self.stack.add(Heading(title))
        for sentence in words:
            self.stack.add(Sentence(sentence))
        self.add(Reading(self.stack, width=width))
        self.back_button = Button(_("Back to the plan"), self.leave, icon_name="arrow-left")

    def acts(self, *buttons: Button) -> None:
        """Put the buttons at the end, the way back last."""
        self.stack.add(Flow(*buttons, self.back_button, space=t.S3))

    def begin(self) -> None:
        """Put the focus where the step begins."""
        self.back_button.setFocus()

    def leave(self) -> None:
        """Go back to the plan; a step with something unfinished may ask first."""
        self.over.emit()

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*, the most needed last."""
        return [[inside]]

    def keep(self) -> None:
        """The step is left without its act."""


class DayStep(Step):
    """A kind sentence, a day, and one act of that day."""

    def __init__(
        self,
        title: str,
        words: str,
        verb: str,
        act: Callable[[dt.date | None], object],
        today: Callable[[], dt.date],
    ) -> None:
        super().__init__(title, words)
        self._act = act
        self.day = Day(today=today)
        self.day.set(today())
        self.row = FieldRow(_("On which day"), self.day)
        self.row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.stack.add(self.row)
        self.act_button = PrimaryButton(verb, self._go, icon_name="check")
        self.acts(self.act_button)

    def _go(self) -> None:
        try:
            self._act(self.day.get())
        except Problem as problem:
            self.row.show_problem(problem.sentence)

    def begin(self) -> None:
        self.act_button.setFocus()
