"""What a print needs to know of its reader: which supporter, how many days, which pages, and her signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton

from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _
from ...records.pack import Pack
from ...records.plan import Supporter
from .. import tokens as t
from ..day_editor import Day
from ..form import FieldRow
from ..layouts import Stack
from ..widgets import Button, Card, LinkButton, Sentence, reveal
from .preview_options import Choice, labelled

OFFICIALS = {"parole-board": N_("Parole board"), "warden": N_("Warden"), "court": N_("Court")}


class Asked(Stack):
    """Nothing more is asked. ``changed`` when the pages must be made anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(space=t.S2)

    def values(self) -> dict[str, Any]:
        """What it adds to the print that is asked for."""
        return {}

    def missing(self) -> str:
        """What must be said before there are pages to show."""
        return ""


class WhichSupporter(Asked):
    """One of those who may have a copy; the others stand there with the reason."""

    def __init__(self, supporters: Sequence[Supporter], go_to_plan: Callable[[], object]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[Id, QRadioButton] = {}
        for supporter in supporters:
            button = QRadioButton(supporter.name)
            why = ""
            if not supporter.agreed_to_copy:
                why = _("She has not said that this person may have a copy.")
            elif not supporter.agreed:
                why = _("This person has not agreed to help yet.")
            button.setEnabled(not why)
            button.clicked.connect(lambda _on=False: self.changed.emit())
            self._group.addButton(button)
            self.buttons[supporter.id] = button
            row = Stack(button, space=0)
            if why:
                button.setAccessibleDescription(why)
                button.setProperty("tone", "muted")
                row.add(Sentence(why, tone="muted", role="small"))
            self.add(row)
        if not supporters:
            self.add(Sentence(_("No supporter stands in her plan yet."), tone="muted"))
        if not any(button.isEnabled() for button in self.buttons.values()):
            self.add(LinkButton(_("Open her plan"), go_to_plan, icon_name="arrow-right"))

    def values(self) -> dict[str, Any]:
        return {"supporter": next((key for key, b in self.buttons.items() if b.isChecked()), Id(""))}

    def missing(self) -> str:
        if self.values()["supporter"]:
            return ""
        if not any(button.isEnabled() for button in self.buttons.values()):
            return _("Nobody may have a copy yet. Her plan says who may, and who agreed to help.")
        return _("Choose the supporter.")


class HowManyDays(Asked):
    """A week or a month of check-in sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice(_("For how long"), [("7", _("A week")), ("31", _("A month"))])
        self.choice.set("7")
        self.choice.chosen.connect(self.changed)
        self.add(labelled(_("For how long"), self.choice))

    def values(self) -> dict[str, Any]:
        return {"days": int(self.choice.get())}


class WhichSections(Asked):
    """Which sections she wants to write by hand."""

    def __init__(self, pack: Pack, language: str) -> None:
        super().__init__()
        self.checks: dict[str, QCheckBox] = {}
        rows = Stack(space=0)
        for section in pack.everything:
            check = QCheckBox(section.title[language])
            check.clicked.connect(lambda _on=False: self.changed.emit())
            self.checks[section.key] = check
            rows.add(check)
        self.add(Sentence(_("Which pages?"), role="strong"))
        self.add(rows)

    def values(self) -> dict[str, Any]:
        return {"sections": tuple(key for key, check in self.checks.items() if check.isChecked())}

    def missing(self) -> str:
        return "" if self.values()["sections"] else _("Choose the pages she wants to write on.")


class Signature(Card):
    """Her signature for this very print. ``changed`` when it is there or gone; ``closed`` when she would rather not."""

    changed = Signal()
    closed = Signal()

    def __init__(self, today: Callable[[], dt.date]) -> None:
        super().__init__(_("Her signature"))
        self.today = today
        self.number = Sentence(role="strong")
        self.to = Choice(_("Who gets it"), [(key, _(words)) for key, words in OFFICIALS.items()])
        self.day = Day(today=today)
        self.row = FieldRow(
            _("She signed for this print on"), self.day, help=_("Without it nothing is printed and nothing is saved.")
        )
        self.add(Sentence(_("This print leaves the program. It goes only if she wants it to, and signs for it.")))
        self.add(labelled(_("Who gets it"), self.to))
        self.add(self.number)
        self.add(self.row)
        self.add(Button(_("She would rather not: close"), self.closed.emit))
        self.add(Sentence(_("If you close, nothing is written down."), tone="muted", role="small"))
        self.day.changed.connect(self.changed)
        self.day.left.connect(self._check)
        self.to.chosen.connect(self._other)
        self._sha256 = ""

    def begin(self) -> None:
        """Nobody was named, and nothing is signed."""
        self._sha256 = ""
        for chip in self.to.chips.values():
            group = chip.group()
            if group is not None:
                group.setExclusive(False)
            chip.setChecked(False)
            if group is not None:
                group.setExclusive(True)
        self._forget()

    def begin_here(self) -> None:
        """Put the focus on the first question."""
        next(iter(self.to.chips.values())).setFocus()

    def show_print(self, number: str, sha256: str) -> None:
        """She signs for one print: once the pages are others, she is asked again."""
        self.number.setText(_("Print number {number}").format(number=number))
        if sha256 != self._sha256:
            self._sha256 = sha256
            self._forget()

    def _other(self) -> None:
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self.day.set(None)
        self.row.show_problem("")

    def signed_on(self) -> dt.date | None:
        """The day she signed; None while it is not said, still to come, or nobody was named to get it."""
        try:
            day = self.day.get()
        except Problem:
            return None
        return day if day is not None and day <= self.today() and self.to.get() else None

    def _check(self) -> None:
        try:
            day = self.day.get()
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            return
        self.row.show_problem(_("This day is still to come.") if day is not None and day > self.today() else "")
        self.changed.emit()


class LeftOut(Card):
    """Lines of hers that this print must not carry, each with the reason."""

    def __init__(self) -> None:
        super().__init__(_("Left out, and why"))

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show them, or nothing at all."""
        self.clear()
        for reason in dict.fromkeys(why for _words, why in lines):
            said = [Sentence(words) for words, why in lines if why == reason]
            self.add(Stack(Sentence(reason, role="strong"), *said, space=t.S1))
        reveal(self, bool(lines))
