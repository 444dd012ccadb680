"""Registering a woman who is on no list, with women who may be her shown while typing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ...actions import women
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import fields
from ...records.participant import Participant
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns
from ..page import Page
from ..widgets import Card, LinkButton, Notice, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow

ASKED = (
    "first_name", "last_name", "department_number", "date_of_birth", "middle_name", "preferred_name", "unit",
    "parole_hearing", "expected_release", "county_of_return", "language", "large_print",
)  # fmt: skip


class RegisterPage(Page):
    """Nothing is kept until "Register": this is not her plan, and half a registration helps nobody."""

    key = "register"
    title = N_("Register")
    icon = "user-plus"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.set_head(_("Register a participant"), _("For a woman who is on no list."), back=_("Participants"))
        self.form = RecordForm(fields(Participant), only=ASKED, today=lambda: self.shell.desk.read(lambda u: u.today()))
        self.form.changed.connect(lambda _key: self._look())
        self.twins = Card(_("May be her"))
        self.columns = Columns(ratio=(2, 1))
        self.columns.left.add(Card("", self.form, PrimaryButton(_("Register"), self._register, icon_name="user-plus")))
        self.columns.right.add(self.twins)
        self.add(self.columns)

    def open(self, name: str = "", **_args: object) -> None:
        self.form.show_values({"language": "en"})
        if name:
            key = "department_number" if any(c.isdigit() for c in name) else "last_name"
            self.form.editors[key].set(name)
        self._look()

    def refresh(self) -> None:
        self._look()

    def begin(self) -> None:
        self.form.editors["first_name"].setFocus()

    def _look(self) -> None:
        """Show who may be this woman, by what is typed so far."""
        typed = self.form.typed()
        try:
            born = self.form.editors["date_of_birth"].get()
        except Problem:
            born = None
        found = self.shell.desk.read(
            women.likely_same,
            first=typed["first_name"],
            last=typed["last_name"],
            born=born if isinstance(born, dt.date) else None,
            number=typed["department_number"],
        )
        self.twins.deleteLater()
        self.twins = Card(_("May be her"))
        for row in found:
            year = _("born {year}").format(year=row.birth_year) if row.birth_year else ""
            words = ", ".join(filter(None, (row.name, row.department_number, year, show_day(row.hearing))))
            self.twins.add(LinkButton(words, lambda row=row: self._open(row), icon_name="user"))
        if not found:
            self.twins.add(Sentence(_("Nobody here looks like her."), tone="muted"))
        else:
            self.twins.add(Notice(_("Open her instead if it is the same woman."), "info"))
        self.columns.right.add(self.twins)

    def _open(self, row: women.Woman) -> None:
        self.shell.show_page("enrol" if row.status == "listed" else "participant", woman=row.id)

    def _register(self) -> None:
        self.problem.clear()
        try:
            made = self.shell.desk.do(self, women.register, **self.form.values())
        except Refused as refused:
            self.form.show_problems(refused.fields)
        except Problem as problem:
            self.problem.show_problem(problem)
        else:
            self.form.show_values({})
            self.shell.toast(_("Registered."))
            self.shell.show_page("enrol", woman=made)
