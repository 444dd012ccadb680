"""Her copies: every print that was made, for whom, and what became of each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import copies
from ...actions import printing as prints
from ...actions.registrations import named
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right, choice_label
from ...records.paper import Became, CopyGiven, Layout
from ...records.participant import Participant
from .. import tokens as t
from ..day_editor import Day
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Heading, Sentence, reveal

if TYPE_CHECKING:
    from ..window import MainWindow

STEP = 20
"""So many copies are shown at once; a year of prints is long."""


class CopiesPage(Page):
    """``show_page("copies", participant=ID)``."""

    key = "copies"
    title = N_("Her copies")
    needs = Right.PRINT
    icon = "copy"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self._way_back = ""
        self.rows: dict[Id, CopyCard] = {}
        self._shown = STEP
        self.list = Stack(space=t.S3)
        self.more = Button(_("Show earlier ones"), self._show_more, icon_name="chevron-down")
        to_print = Button(_("Print her plan"), self.print_page, icon_name="printer")
        self.empty = EmptyState("copy", _("Nothing was printed for her yet."), to_print)
        self.add(self.empty)
        self.add(self.list)
        self.add(self.more)

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        self._way_back = _("Back to the print") if args.get("back") == "preview" else _("Back to her page")
        self._shown = STEP
        self._forget()
        self.refresh()

    def refresh(self) -> None:
        desk = self.shell.desk
        woman = desk.read(lambda unit: unit.get(Participant, self.woman))
        self.set_head(_(self.title), woman.name, way_back=self._way_back)
        found = desk.read(copies.copies_of, self.woman)
        names = desk.read(copies.receivers, self.woman)
        registrations = desk.read(named, self.woman)
        shown = found[: self._shown]
        if list(self.rows) != [copy.id for copy in shown]:
            self._forget()
            for copy in shown:
                self.rows[copy.id] = CopyCard(self, copy)
                self.list.add(self.rows[copy.id])
        for copy in shown:
            self.rows[copy.id].show_copy(copy, names.get(copy.id, ""), registrations.get(copy.participant, ""))
        reveal(self.empty, not found)
        reveal(self.more, len(found) > len(shown))

    def leave(self) -> None:
        for row in self.rows.values():
            row.keep_day()

    def print_page(self) -> None:
        self.shell.show_page("preview", participant=self.woman, back=self.key)

    def _show_more(self) -> None:
        at = len(self.rows)
        self._shown += STEP
        self.refresh()
        list(self.rows.values())[at].became.target().setFocus()

    def _forget(self) -> None:
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {}


class CopyCard(Card):
    """One print, and what became of it: chosen in place, kept at once."""

    def __init__(self, page: CopiesPage, copy: CopyGiven) -> None:
        super().__init__()
        self.page, self.copy = page, copy.id
        self.what = Heading()
        self.about = Sentence(wide=True)
        self.number = Sentence(tone="muted", role="small", wide=True)
        self.became = ChoiceBox(Became)
        self.became.box.setItemText(0, _("Not known yet"))
        self.since = Day(today=lambda: page.shell.desk.read(lambda unit: unit.today()))
        self.became_row = FieldRow(_("What became of it"), self.became)
        self.since_row = FieldRow(_("Since"), self.since)
        self.became.changed.connect(self._chosen)
        self.since.left.connect(self.keep_day)
        self._known: dt.date | None = None
        fields = QWidget()
        pair = SplitLayout(fields, ratio=(3, 2), narrow=26)
        pair.addWidget(self.became_row)
        pair.addWidget(self.since_row)
        whole = QWidget()
        split = SplitLayout(whole, ratio=(1, 1), narrow=48)
        split.addWidget(Stack(self.what, self.about, self.number, space=t.S1))
        split.addWidget(fields)
        self.add(whole)

    def show_copy(self, copy: CopyGiven, to_whom: str, registration: str) -> None:
        """Show it as it is written down, and under which registration where she has several."""
        words = _(choice_label(Layout, copy.layout))
        self.what.setText(words)
        self.about.setText(_about(copy, to_whom))
        number = _("Print number {number}").format(number=copy.print_number)
        self.number.setText(" · ".join(filter(None, (number, registration))))
        for row in (self.became_row, self.since_row):
            name = _("{what}: {copy}").format(what=row.label.text(), copy=f"{words}, {copy.print_number}")
            row.editor.name(name)
        self.became.set(copy.became)
        self._known = copy.became_on
        self.since.set(copy.became_on)
        reveal(self.since_row, bool(copy.became))
        self.since_row.show_problem("")

    def _chosen(self) -> None:
        """Another fate begins today, unless somebody says another day."""
        self._keep(None)

    def keep_day(self) -> None:
        """Keep the day that was typed."""
        try:
            day = self.since.get()
        except Problem as problem:
            self.since_row.show_problem(problem.sentence)
            return
        if self.became.get() and day is not None and day != self._known:
            self._keep(day)

    def _keep(self, day: dt.date | None) -> None:
        desk = self.page.shell.desk
        try:
            desk.do(self.page, copies.copy_became, self.copy, self.became.get(), day)
        except Problem as problem:
            self.since_row.show_problem(problem.sentence)
            return
        self.page.refresh()


def _about(copy: CopyGiven, to_whom: str) -> str:
    """For whom, when, which version, how much paper; each as its own short piece."""
    pieces = [_(prints.FOR_WHOM.get(copy.for_whom, copy.for_whom)), to_whom]
    if copy.printed_on:
        pieces.append(show_day(copy.printed_on))
    if copy.version:
        pieces.append(_("version {n}").format(n=copy.version))
    if copy.pages:
        pieces.append(ngettext("{n} page", "{n} pages", copy.pages).format(n=copy.pages))
    if copy.copies and copy.copies > 1:
        pieces.append(ngettext("{n} copy", "{n} copies", copy.copies).format(n=copy.copies))
    if copy.signed_on:
        pieces.append(_("she signed on {day}").format(day=show_day(copy.signed_on)))
    return " · ".join(filter(None, pieces))
