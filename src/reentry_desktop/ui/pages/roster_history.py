"""What was read before, and where the list and a record differ."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ...actions import lists
from ...actions.lists import Question
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.local import RosterReading
from ...records.participant import Participant
from ...rosters import FIELDS
from .. import tokens as t
from ..days import show_day
from ..desk import Desk
from ..layouts import Flow, SplitLayout, Stack
from ..table import Column, FewRows
from ..widgets import Button, Card, EmptyState, InlineProblem, LinkButton, Notice, Sentence
from .roster_preview import show_value

SHOWN = 12
"""Questions in sight at once."""


class QuestionsCard(Card):
    """The list says X, the record says Y: which stands is asked, never assumed."""

    def __init__(self, desk: Desk, open_woman: Callable[[str], object]) -> None:
        super().__init__(_("The list and the record differ"))
        self.desk, self.open_woman = desk, open_woman
        self.wrong = InlineProblem()
        self.refresh()

    def refresh(self) -> None:
        """Read again what is open."""
        found = self.desk.read(lists.questions)
        self.clear()
        if self.parentWidget() is not None:
            self.setVisible(bool(found))
        self.wrong = InlineProblem()
        self.add(self.wrong)
        for question in found[:SHOWN]:
            self.add(self._row(question))
        if len(found) > SHOWN:
            more = len(found) - SHOWN
            words = ngettext("{n} more waits behind these.", "{n} more wait behind these.", more)
            self.add(Sentence(words.format(n=more), tone="muted"))
        self.count = len(found)

    def _row(self, question: Question) -> QWidget:
        woman = self.desk.read(lambda unit: unit.get(Participant, question.woman))
        row = QWidget()
        split = SplitLayout(row, space=t.S3)
        name = LinkButton(woman.name, lambda: self.open_woman(question.woman))
        field = _(FIELDS[question.field])
        said = Sentence(
            _("{field}: the list says {theirs}; the record says {ours}.").format(
                field=field, theirs=show_value(question.theirs), ours=show_value(question.ours) or _("nothing")
            ),
            wide=True,
        )
        keep = Button(_("Keep the record"), lambda: self._answer(question, True))
        take = Button(_("Take the list"), lambda: self._answer(question, False))
        for button in (keep, take):
            button.setAccessibleName(f"{button.text()}: {woman.name}, {field}")
        split.addWidget(Stack(name, said, space=0))
        split.addWidget(Flow(keep, take, right=True))
        return row

    def _answer(self, question: Question, ours: bool) -> None:
        try:
            self.desk.do(self, lists.answer_question, question.woman, question.field, keep_ours=ours)
        except Problem as problem:
            self.wrong.show_problem(problem)
            return
        self.refresh()


class HistoryCard(Card):
    """Every reading, and the way back from the last one."""

    def __init__(self, desk: Desk, undone: Callable[[str], object]) -> None:
        super().__init__(_("Lists read so far"))
        self.desk, self._undone = desk, undone
        found = desk.read(lists.readings)
        if not found:
            words = _("No list was read yet.")
            self.add(EmptyState("file-text", words, more=_("Choose the department's list above to begin.")))
            return
        self.table = FewRows(_READINGS, _("Lists read so far"), most=6)
        self.table.show_rows(found)
        self.add(self.table)
        self.ask = Notice("", "warn")
        self.undo = LinkButton(_("Undo the last reading"), self._ask, icon_name="undo-2")
        self.add(self.undo)
        self.add(self.ask)

    def _ask(self) -> None:
        words = _(
            "New women from this list are taken out again if nobody offered them the program. "
            "Dates are as they were before."
        )
        self.sure = Button(_("Undo it"), self._undo, icon_name="undo-2")
        keep = Button(_("Keep it"), lambda: self.ask.say(""))
        self.ask.say(words, "warn", acts=[self.sure, keep])
        keep.setFocus()

    def _undo(self) -> None:
        try:
            name = self.desk.do(self, lists.undo_last_reading)
        except Problem as problem:
            self.ask.say(problem.sentence, "danger")
            return
        self._undone(name)


_READINGS: list[Column[RosterReading]] = [
    Column(N_("Date read"), lambda r: show_day(r.read_on), 8),
    Column(N_("File"), lambda r: r.file_name, 14, stretch=True),
    Column(N_("The list is of"), lambda r: show_day(r.dated), 8, spare=1),
    Column(N_("Lines"), lambda r: r.counts, 5, spare=2),
]
