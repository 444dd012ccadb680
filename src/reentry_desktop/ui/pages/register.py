"""Registering a woman who is on no list, with women who may be her shown while typing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions import drafts, women
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Right, fields
from ...records.participant import Language, Participant
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Rule, Sentence

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

ASKED = (
    "first_name", "last_name", "department_number", "date_of_birth", "middle_name", "preferred_name", "unit",
    "county_of_return", "parole_hearing", "expected_release", "language", "large_print",
)  # fmt: skip
DRAFT = "register"
"""What the drafts of this page belong to, until she has a record."""
_NEW = {"language": Language.ENGLISH, "large_print": False}


class RegisterPage(Page):
    """No record begins before "Register". What is typed until then is a draft: it outlives a lock."""

    key = "register"
    title = N_("Register")
    needs = Right.MEET
    icon = "user-plus"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.set_head(_("Register a participant"), _("For a woman who is on no list."), back=_("Participants"))
        self.form = RecordForm(fields(Participant), only=ASKED, today=lambda: self.shell.desk.read(lambda u: u.today()))
        self.form.changed.connect(lambda _key: self._look())
        self.form.settled.connect(self._keep)
        self.twins = Card(_("Already here?"))
        self.columns = Columns(ratio=(2, 1), narrow=56)
        self.empty = LinkButton(_("Empty the form"), self._empty, icon_name="trash-2")
        self.columns.left.add(Card("", self.form))
        acts = QWidget()
        split = SplitLayout(acts)
        split.addWidget(PrimaryButton(_("Register"), self._register, icon_name="user-plus"))
        split.addWidget(self.empty)
        self.columns.left.add(acts)
        self.columns.right.add(self.twins)
        self.add(self.columns)

    def open(self, name: str = "", **_args: object) -> None:
        drafts = self.shell.desk.read(_drafts)
        self.form.show_values(_NEW | drafts)
        if name and not drafts:
            key = "department_number" if any(c.isdigit() for c in name) else "last_name"
            self.form.editors[key].set(name)
        self._look()

    def refresh(self) -> None:
        self._look()

    def leave(self) -> None:
        self.form.flush()

    def begin(self) -> None:
        self.form.editors["first_name"].setFocus()

    def _keep(self, key: str, text: str) -> None:
        self.shell.desk.do(self, drafts.save_draft, DRAFT, key, Id(""), text)

    def _empty(self) -> None:
        self.form.show_values(_NEW)
        self.shell.desk.do(self, _drop_draft)
        self._look()
        self.begin()

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
        self.empty.setVisible(any(typed[key] for key in ASKED if key not in _NEW))
        self.twins.clear()
        for row in found:
            if row is not found[0]:
                self.twins.add(Rule())
            self.twins.add(self._twin(row))
        if found:
            self.twins.add(Notice(_("Is it the same woman? Then open her, and register nobody."), "info"))
        else:
            self.twins.add(Sentence(_("Nobody here looks like her so far."), tone="muted"))

    def _twin(self, row: women.Woman) -> QWidget:
        year = _("born {year}").format(year=row.birth_year) if row.birth_year else ""
        release = _("leaves {day}").format(day=show_day(row.release)) if row.release else ""
        words = ", ".join(filter(None, (row.department_number, year, row.unit, release)))
        open_her = Button(_("Open"), lambda: self._open(row))
        open_her.setAccessibleName(f"{_('Open')}: {row.name}, {words}")
        whole = QWidget()
        split = SplitLayout(whole)
        said = Stack(Sentence(row.name, role="strong"), Sentence(words, tone="muted", role="small"), space=0)
        split.addWidget(said)
        split.addWidget(open_her)
        return whole

    def _open(self, row: women.Woman) -> None:
        self.shell.show_page("enrol" if row.status == "listed" else "participant", participant=row.id)

    def _register(self) -> None:
        self.problem.clear()
        try:
            made = self.shell.desk.do(self, _register, **self.form.values())
        except Refused as refused:
            self.form.show_problems(refused.fields)
        except Problem as problem:
            self.problem.show_problem(problem)
            self.ensureWidgetVisible(self.problem)
        else:
            self.form.show_values(_NEW)
            self.shell.toast(_("Registered."))
            self.shell.show_page("enrol", participant=made)


def _drafts(unit: Unit) -> dict[str, str]:
    kept = {key: drafts.draft_of(unit, DRAFT, key) for key in ASKED}
    return {key: text for key, text in kept.items() if text}


def _drop_draft(unit: Unit) -> None:
    for key in ASKED:
        drafts.drop_draft(unit, DRAFT, key)


def _register(unit: Unit, /, **values: object) -> Id:
    made = women.register(unit, **values)
    _drop_draft(unit)
    return made
