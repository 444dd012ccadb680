"""The goals of the program, each with its number, its definition and the list behind it.

A number that is not measured is said to be so; it never stands as 0.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ...actions.measures import Case, Measure, cases, filters, measures
from ...base.problems import Problem
from ...base.words import N_, _, language, ngettext
from ...records.base import Right
from ...records.pack import load_pack
from .. import tokens as t
from ..day_editor import Day
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..ratebar import RateBar, percent
from ..table import Column, Table
from ..widgets import Card, Chip, LinkButton, Notice, Pill, Rule, Sentence, reveal

if TYPE_CHECKING:
    from ..window import MainWindow

PAUSE = 400
"""Milliseconds after the last key in the date before the numbers are made anew."""
_OUTCOMES = {"yes": N_("Counted"), "no": N_("Not yet"), "excluded": N_("Left out")}
_STATES = {"yes": ("circle-check", "ok"), "no": ("circle-dashed", "warn"), "excluded": ("circle-pause", "plain")}


def _goal(measure: Measure) -> str:
    words = _("Goal: at least {share}") if measure.direction == "at_least" else _("Goal: at most {share}")
    return words.format(share=percent(measure.target))


class MeasureCard(Card):
    """One goal that is measured: n of N, the bar, what is not known, and how it is counted."""

    def __init__(self) -> None:
        super().__init__(" ")
        top = QWidget()
        split = SplitLayout(top, space=t.S4)
        self.figure = Sentence("", role="figure", wide=True)
        self.share = Sentence("", tone="muted", wide=True)
        self.state = Pill("", "plain")
        split.addWidget(Stack(self.figure, self.share, space=0))
        split.addWidget(self.state)
        self.add(top)
        self.bar = RateBar()
        self.add(self.bar)
        self.line = Sentence("", tone="muted")
        self.add(self.line)
        self.few = Notice("", "warn")
        self.add(self.few)
        self.unknown = Sentence("")
        self.add(self.unknown)
        self.how = LinkButton(_("How it is counted"), self._toggle, icon_name="chevron-right")
        self.definition = Sentence("")
        self.parameters = Sentence("", tone="muted", role="small")
        self.told = Stack(self.definition, self.parameters, space=t.S2)
        self.told.hide()
        self.add(self.how)
        self.add(self.told)

    def _toggle(self) -> None:
        self.told.setVisible(not self.told.isVisibleTo(self))

    def show_measure(self, measure: Measure) -> None:
        """Show what *measure* says."""
        self.heading.setText(_(measure.title))
        all_of_them = measure.denominator
        self.figure.setText(
            _("{n} of {all}").format(n=measure.numerator, all=all_of_them) if all_of_them else _("No number yet")
        )
        rate = measure.rate
        self.share.setText(
            _("{share} of the women whose 30 days are over").format(share=percent(rate))
            if rate is not None
            else _("On this day no woman had been enrolled for 30 days.")
        )
        if measure.met is None:
            self.state.show_state(_goal(measure), "plain", icon_name="target")
        elif measure.met:
            self.state.show_state(_("Goal reached"), "ok")
        else:
            self.state.show_state(_("Below the goal"), "warn")
        self.bar.show_rate(_(measure.title), rate, measure.target, measure.direction, measure.interval)
        interval = measure.interval
        self.line.setText(
            _("The thin line: the true share likely lies from {low} to {high} (95 %).").format(
                low=percent(interval[0]), high=percent(interval[1])
            )
            if interval
            else ""
        )
        reveal(self.line, interval is not None)
        few = _("Too few to conclude: one woman more or less changes much. Wait for more before you decide anything.")
        self.few.say(few if measure.too_few else "", "info")
        self.unknown.setText(_left_out(measure))
        self.definition.setText(_(measure.definition))
        self.parameters.setText(_parameters(measure))


def _left_out(measure: Measure) -> str:
    said = [_("Not known: {n}").format(n=measure.unknown)]
    count = sum(measure.excluded.values())
    said.append(_("Left out: {n}").format(n=count))
    for reason, number in measure.excluded.items():
        said.append(f"    {number}  {_(reason)}")
    return "\n".join(said)


def _parameters(measure: Measure) -> str:
    found = measure.parameters
    parts = load_pack().parts()
    names = [
        parts[key].title.get(language(), parts[key].title["en"]) for key in found["counts_as_plan"] if key in parts
    ]
    lines = [
        _("Days: {n}, from the day of enrollment").format(n=found["days"]),
        _("Parts that count: {parts}").format(parts=", ".join(names)),
        _("Counted on: {day}").format(day=show_day(dt.date.fromisoformat(found["as_of"]))),
        _("Site: {name}").format(name=found["site"] or _("all")),
        _("Program: {name}").format(name=found["program"] or _("all")),
        _("Version of the definition: {version}").format(version=measure.definition_version),
    ]
    return "\n".join(lines)


class LaterRow(Stack):
    """One goal that has no number yet, and why."""

    def __init__(self, measure: Measure) -> None:
        super().__init__(space=t.S1)
        self.add(Sentence(_(measure.title), role="strong", wide=True))
        self.add(Sentence(_("{goal}. {reason}").format(goal=_goal(measure), reason=_(measure.reason)), tone="muted"))


class GoalsPage(Page):
    """What the program set out to do, and how far it is."""

    key = "goals"
    title = N_("Goals")
    needs = Right.MEASURES
    icon = "target"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.found: dict[str, Measure] = {}
        self.outcome = ""
        self.set_head(_("Goals"), _("Internal: not for passing on. Small numbers can point to one woman."))
        sites, programs = self.shell.desk.read(filters)
        self.day = Day(today=lambda: self.shell.desk.read(lambda unit: unit.today()))
        self.day.set(self.day.today())
        self.day_row = FieldRow(_("Counted on"), self.day)
        self.site = ChoiceBox([(name, name) for name in sites])
        self.program = ChoiceBox([(name, name) for name in programs])
        chosen = Flow(self.day_row, space=t.S5)
        for box, label, names, all_of_it in (
            (self.site, _("Site"), sites, _("All sites")),
            (self.program, _("Program"), programs, _("All programs")),
        ):
            if len(names) > 1 or (names and box is self.site):
                box.box.setItemText(0, all_of_it)
                chosen.add(FieldRow(label, box))
                box.changed.connect(self.refresh)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self.day.changed.connect(self._pause.start)
        self.day.left.connect(self._left)
        self.add(chosen)
        columns = Columns(ratio=(3, 2), narrow=56)
        self.card = MeasureCard()
        self.unmeasured = Card(_("Not measured yet"))
        columns.left.add(self.card)
        columns.right.add(self.unmeasured)
        self.add(columns)
        self._add_list()

    def _add_list(self) -> None:
        self.chips: dict[str, Chip] = {}
        flow = Flow()
        for outcome in ("", *_OUTCOMES):
            chip = Chip("", checkable=True)
            chip.setAutoExclusive(True)
            chip.setChecked(outcome == "")
            chip.clicked.connect(lambda _on=False, outcome=outcome: self._show_only(outcome))
            self.chips[outcome] = chip
            flow.add(chip)
        self.table = Table(_COLUMNS, _("The women behind the number"), least_rows=6)
        self.table.opened.connect(lambda case: self.shell.show_page("participant", participant=case.participant))
        self.nobody = Sentence(_("Nobody was enrolled by this day."), tone="muted")
        self.list = Card(
            _("The women behind the number"), flow, self.nobody, self.table, note=_("Enter opens her page.")
        )
        self.add(self.list, 1)

    def _left(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self.refresh()

    def put_away(self) -> None:
        self._pause.stop()

    def refresh(self) -> None:
        try:
            day = self.day.get()
            self.day_row.show_problem("")
        except Problem as problem:
            self.day_row.show_problem(problem.sentence)
            return
        self.problem.clear()
        try:
            self.found = self.shell.desk.count(measures, as_of=day, site=self.site.get(), program=self.program.get())
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.card.show_measure(self.found["wrap_30_days"])
        self.unmeasured.clear()
        first = True
        for measure in self.found.values():
            if measure.status == "measured":
                continue
            if not first:
                self.unmeasured.add(Rule())
            self.unmeasured.add(LaterRow(measure))
            first = False
        self._show_only(self.outcome)

    def _show_only(self, outcome: str) -> None:
        """List the women of one outcome, or all."""
        self.outcome = outcome
        measure = self.found["wrap_30_days"]
        asked, counts = measure.asked, {"": sum(measure.counts.values()), **measure.counts}
        assert asked is not None
        for key, chip in self.chips.items():
            count = counts[key]
            words = _(_OUTCOMES[key]) if key else _("All")
            chip.setText(_("{what} ({n})").format(what=words, n=count))
            chip.setAccessibleName(
                ngettext("{what}: {n} woman", "{what}: {n} women", count).format(what=words, n=count)
            )
            chip.setChecked(key == outcome)

        def fetch(offset: int, limit: int) -> list[Case]:
            return self.shell.desk.read(cases, asked, outcome, offset=offset, limit=limit)

        self.table.show(fetch, counts[outcome])
        reveal(self.table, bool(counts[""]))
        reveal(self.nobody, not counts[""])


_COLUMNS: list[Column[Case]] = [
    Column(N_("Name"), lambda c: c.name, 12, stretch=True),
    Column(N_("Number"), lambda c: c.department_number, 7, spare=3),
    Column(N_("Enrolled"), lambda c: show_day(c.enrolled_on), 8, spare=1),
    Column(N_("Plan done for now"), lambda c: show_day(c.plan_done_on), 10, spare=2),
    Column(N_("How it counts"), lambda c: _(_OUTCOMES[c.outcome]), 9, lambda c: _STATES[c.outcome]),
    Column(N_("Why"), lambda c: _(c.reason), 15, spare=4),
]
