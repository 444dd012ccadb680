"""The call-out sheet: who is called to this office on a day, and when. For custody staff: never why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from ...actions import printing as prints
from ...actions import use
from ...actions.women import Found, Woman, search
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, language, ngettext
from ...records.base import Right
from ...records.participant import Participant
from .. import tokens as t
from ..day_editor import Day
from ..editors import PRIVATE
from ..form import FieldRow
from ..layouts import Columns, SplitLayout, Stack
from ..page import Page
from ..style import em
from ..table import Column, Search, Table
from ..widgets import Card, EmptyState, LinkButton, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow


@dataclass
class _Chosen:
    """Who was chosen so far: ids and times, no names. It outlives a lock."""

    on: str = ""
    """The day as ISO says it, to be shown in the language of the screen; what was typed where that is no day."""
    times: dict[Id, str] = field(default_factory=dict)


_kept: dict[str, _Chosen] = {}


class CallOutPage(Page):
    """A search at the left adds a woman; the right is the sheet, with a time beside each."""

    key = "callout"
    title = N_("Call-out sheet")
    needs = Right.PRINT
    of_several = True
    icon = "calendar-days"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        store = self.shell.desk.store
        self.chosen = _kept.setdefault(f"{store.slots.store}/{store.who.id}", _Chosen())
        self.set_head(
            _("Call-out sheet"),
            _("Names, numbers, units and times for custody staff. Never why."),
            back=_("Participants"),
        )
        columns: list[Column[Woman]] = [
            Column(N_("Name"), lambda r: r.name, 10, stretch=True),
            Column(N_("Number"), lambda r: r.department_number, 5.5),
            Column(N_("Unit"), lambda r: r.unit, 7.5),
        ]
        self.table = Table(columns, _("Participants to add"), least_rows=6)
        self.table.opened.connect(self._add)
        self.search = Search(_("Name or number"), self.table)
        self.search.asked.connect(self._find)
        self.search.finished.connect(self._searched)
        self.day = Day(today=self._today)
        self.day.changed.connect(self._keep)
        self.sheet = Stack(space=t.S2)
        self.count = Sentence(tone="muted")
        self.go = PrimaryButton(_("Print the sheet"), self.print_page, icon_name="printer")
        whole = Columns(ratio=(1, 1))
        note = _("Enter adds her to the sheet.")
        whole.left.add(Card(_("Who is called?"), self.search, self.table, note=note), 1)
        whole.right.add(Card(_("The sheet"), FieldRow(_("For the day"), self.day), self.sheet, self.count, self.go))
        self.add(whole, 1)
        self.words = ""

    def open(self, participant: Id = Id(""), **_args: object) -> None:
        if participant and participant not in self.chosen.times:
            self.chosen.times[participant] = self._next_time()
        try:
            self.day.set(dt.date.fromisoformat(self.chosen.on))
        except ValueError:
            self.day.set(self.chosen.on or self._today() + dt.timedelta(days=1))
        self._find("")
        self._show_sheet()

    def refresh(self) -> None:
        self._find(self.words)
        self._show_sheet()

    def leave(self) -> None:
        self.search.finish()
        self._keep()

    def _searched(self, words: str) -> None:
        self.shell.desk.do(self, use.find, words, self.table.rows.rowCount())

    def begin(self) -> None:
        self.search.setFocus()

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    def _find(self, words: str) -> None:
        self.words = words

        def page(offset: int, limit: int) -> Found:
            return self.shell.desk.read(search, words, state="participant", offset=offset, limit=limit)

        self.table.show(lambda offset, limit: page(offset, limit).rows, page(0, 1).count)

    def _next_time(self) -> str:
        """Half an hour after the last one that can be read as a time."""
        for said in reversed(self.chosen.times.values()):
            hour, _colon, minute = said.partition(":")
            if hour.isdigit() and minute.isdigit():
                return f"{(int(hour) * 60 + int(minute) + 30) // 60 % 24}:{(int(minute) + 30) % 60:02}"
        return "9:00"

    def _add(self, row: Woman) -> None:
        if row.id not in self.chosen.times:
            self.chosen.times[row.id] = self._next_time()
            self._show_sheet()
        self.search.clear()

    def _keep(self) -> None:
        try:
            on = self.day.get()
            self.chosen.on = on.isoformat() if on is not None else ""
        except Problem:
            self.chosen.on = self.day.typed()
        self.chosen.times.update({woman: line.text().strip() for woman, line in self.lines.items()})

    def _show_sheet(self) -> None:
        for place in reversed(range(self.sheet.box.count())):
            item = self.sheet.box.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.lines: dict[Id, QLineEdit] = {}
        women = self.shell.desk.read(_women, list(self.chosen.times))
        self.chosen.times = {woman.id: self.chosen.times[woman.id] for woman in women}  # nobody who is not here
        for woman in women:
            self.sheet.add(self._row(woman))
        if not women:
            self.sheet.add(EmptyState("calendar-days", _("Nobody is on the sheet yet.")))
        n = len(women)
        self.count.setText(ngettext("{n} woman is called.", "{n} women are called.", n).format(n=n) if n else "")
        self.count.setVisible(bool(n))
        self.go.setEnabled(bool(n))

    def _row(self, woman: Participant) -> QWidget:
        time = QLineEdit(self.chosen.times[woman.id])
        time.setInputMethodHints(PRIVATE)
        time.setMaxLength(20)
        time.setFixedWidth(em(5.5))
        time.setAccessibleName(_("Time for {name}").format(name=woman.name))
        time.textEdited.connect(lambda _text: self._keep())
        self.lines[woman.id] = time
        drop = LinkButton(_("Take off"), lambda: self._drop(woman.id), icon_name="x")
        drop.setAccessibleName(_("Take {name} off").format(name=woman.name))
        who = ", ".join(filter(None, (woman.department_number, woman.unit)))
        said = Stack(Sentence(woman.name, role="strong", wide=True), Sentence(who, tone="muted", role="small"), space=0)
        first = QWidget()
        line = SplitLayout(first)
        line.addWidget(said)
        line.addWidget(time)
        whole = QWidget()
        split = SplitLayout(whole)
        split.addWidget(first)
        split.addWidget(drop)
        return whole

    def _drop(self, woman: Id) -> None:
        self._keep()
        self.chosen.times.pop(woman, None)
        self._show_sheet()

    def print_page(self) -> None:
        from ..printing import print_pdf

        self.problem.clear()
        self._keep()
        try:
            on = self.day.get()
            if on is None:
                raise Problem(_("Give the day first."))
            rows = sorted(self.chosen.times.items(), key=lambda row: _minutes(row[1]))
            if not rows:
                raise Problem(_("Nobody is on the sheet yet. Add a woman first."))
            pdf = self.shell.desk.read(prints.call_out_sheet, rows, on, language())
            done = print_pdf(self, pdf.data)
            if done is None:
                return
            women = [woman for woman, _time in rows]

            def print_call_out(unit: Unit) -> None:
                prints.record_call_out(unit, pdf, women, how="printed", printer=done[0])

            self.shell.desk.do(self, print_call_out)
        except Problem as problem:
            self.problem.show_problem(problem)
            self.ensureWidgetVisible(self.problem)
            return
        self.chosen.times.clear()
        self.chosen.on = ""
        self._show_sheet()
        self.shell.toast(_("Printed. Take it from the printer now."))


def _women(unit: Unit, ids: list[Id]) -> list[Participant]:
    return [found for woman in ids if (found := unit.find(Participant, woman)) is not None]


def _minutes(time: str) -> tuple[int, str]:
    """What a sheet is sorted by; a time that cannot be read stands at the end."""
    hour, _colon, rest = time.partition(":")
    minute = "".join(c for c in rest[:2] if c.isdigit())
    if not hour.strip().isdigit():
        return 10_000, time
    late = 12 if "p" in rest.lower() and int(hour) < 12 else 0
    return (int(hour) + late) * 60 + int(minute or 0), time
