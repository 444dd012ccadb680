"""Two tabs of a woman's page: what she may want help with, and what was done about her."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions import enrolling, record_files, use
from ...actions.sites import ThereOfHer
from ...actions.use import Looked
from ...base.words import N_, _
from ...records.base import choice_label, fields
from ...records.participant import Need, NeedSource, NeedTag
from .. import tokens as t
from ..days import show_day, show_moment
from ..form import RecordForm
from ..layouts import Columns, SplitLayout, Stack
from ..table import Column, FewRows, Table
from ..widgets import Button, Card, LinkButton, Notice, Rule, Sentence

if TYPE_CHECKING:
    from ...actions.women import Page as HerPage
    from .participant import ParticipantPage


def elsewhere_card(found: Sequence[ThereOfHer]) -> Card:
    """What other sites have of what was written here about her."""
    card = Card(_("At other sites"))
    for there in found:
        card.add(Stack(Sentence(there.site, role="strong"), *map(Sentence, there.words()), space=t.S1))
    return card


class NeedsTab(Stack):
    """Nothing is written down here without her yes."""

    def __init__(self, page: ParticipantPage, found: HerPage) -> None:
        super().__init__()
        self.page, self.registrations = page, found.registrations
        needs = found.needs
        note = _("Only what she says may be written down. No list and no page of names shows it.")
        card = Card(_("Help that is wanted"), note=note)
        for number, need in enumerate(needs):
            if number:
                card.add(Rule())
            card.add(self._row(need))
        if not needs:
            card.add(Sentence(_("Nothing is written down."), tone="muted"))
        self.form = RecordForm(fields(NeedTag), only=("need", "source", "may_be_recorded"), today=page.today)
        self.form.show_values({"source": NeedSource.SHE_SAID})
        add = Button(_("Write it down"), lambda: page.attempt(self._add, self.form), icon_name="plus")
        columns = Columns()
        columns.left.add(card)
        if page.held.writable and page.shell.desk.may("note_need"):
            columns.right.add(Card(_("Add"), self.form, add))
        self.add(columns)

    def _row(self, need: NeedTag) -> QWidget:
        words = choice_label(Need, need.need)
        where = self.registrations.get(need.participant, "")
        said = f"{choice_label(NeedSource, need.source)}, {show_day(need.noted_on)}"
        more = " · ".join(filter(None, (said, where)))
        drop = LinkButton(_("Take away"), partial(self.page.do, enrolling.drop_need, need.id), icon_name="trash-2")
        drop.setAccessibleName(f"{drop.text()}: {words}")
        whole = QWidget()
        split = SplitLayout(whole)
        split.addWidget(Stack(Sentence(words, role="strong"), Sentence(more, tone="muted", role="small"), space=0))
        if self.page.held.writable and self.page.shell.desk.may("drop_need"):
            split.addWidget(drop)
        return whole

    def _add(self) -> None:
        values = self.form.values()
        self.page.do(
            enrolling.note_need, self.page.woman, values["need"], values["source"], self.page.today(),
            may_be_recorded=bool(values["may_be_recorded"]), form=self.form,
        )  # fmt: skip


def history(page: ParticipantPage, number: str) -> QWidget:
    """Who looked, and every change and every look, the newest first. *number* is her department number."""
    desk, woman = page.shell.desk, page.woman
    lines = desk.read(record_files.story, woman)
    columns: list[Column[dict[str, str]]] = [
        Column(N_("When"), lambda r: show_moment(r["at"]), 13),
        Column(N_("Who"), lambda r: r["who"], 9),
        Column(N_("What"), lambda r: r["what"], 16, stretch=True),
    ]
    if any(line["registration"] for line in lines):
        columns.append(Column(N_("Registration"), lambda r: r["registration"], 18, spare=1))
    table = Table(columns, _("History"), least_rows=8)
    table.show_rows(lines)
    looked: list[Column[Looked]] = [
        Column(N_("Who has looked at her record"), lambda r: r.who, 14, stretch=True),
        Column(N_("Times"), lambda r: f"{r.times:,}", 6),
        Column(N_("Last"), lambda r: show_moment(r.last), 13),
    ]
    who = FewRows(looked, _("Who has looked at her record"), most=5)
    who.show_rows(desk.read(use.who_looked, woman))
    made = Stack(Notice(_("Every change and every look at her record. Nothing here can be altered.")), who, table)
    if desk.may("list_use") and number:
        words = _("See it in the record of use")
        made.add(LinkButton(words, lambda: page.shell.show_page("use", number=number), icon_name="history"))
    return made
