"""The site's own values, and the programs women are enrolled under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QLineEdit

from ...actions import enrolling, staff
from ...base.problems import Problem, Refused
from ...base.words import _
from ...records.base import fields
from ...records.people import PlanTitle, Site
from ..editors import PRIVATE
from ..form import RecordForm
from ..layouts import Columns, Stack
from ..widgets import Button, Card, Notice, Sentence

if TYPE_CHECKING:
    from .settings import SettingsPage

VALUES = ("due_months", "due_rule", "listed_days", "lock_minutes", "plan_title", "banner")
NAMES = ("name", "code")


class SiteTab(Stack):
    """Everything is saved as it is typed. Who is no administrator reads it."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        desk = page.shell.desk
        self.may = desk.store.who.administrator
        self.forms = [RecordForm(fields(Site), only=VALUES), RecordForm(fields(Site), only=NAMES)]
        self.changed: list[RecordForm] = []
        self.title = Notice("", "info")
        self.problem = Notice("", "danger")
        columns = Columns(ratio=(3, 2))
        note = _("Saved as you type. The time of locking counts from the next unlock.")
        columns.left.add(Card(_("How this site works"), self.forms[0], self.title, note=note if self.may else ""))
        columns.right.add(Card(_("Who you are"), self.forms[1]))
        self.programs = Card(_("Programs"))
        columns.right.add(self.programs)
        for form in self.forms:
            form.setEnabled(self.may)
            form.changed.connect(lambda _key, form=form: self._note(form))
            form.settled.connect(lambda _key, _text: self.keep())
        if not self.may:
            self.add(Notice(_("Only an administrator changes these values. Ask one of them.")))
        self.add(self.problem)
        self.add(columns)

    def refresh(self) -> None:
        desk = self.page.shell.desk
        site = desk.read(lambda unit: unit.get(Site, unit.store.site))
        for form, names in zip(self.forms, (VALUES, NAMES), strict=True):
            here = QApplication.focusWidget()
            if here is None or not form.isAncestorOf(here):
                form.show_values({name: getattr(site, name) for name in names})
        self._tell_title(site.plan_title)
        self.programs.clear()
        programs = desk.read(enrolling.programs)
        for program in programs:
            self.programs.add(Sentence(", ".join(filter(None, (program.name, program.funder)))))
        if not programs:
            self.programs.add(Sentence(_("None yet."), tone="muted"))
        self.new = QLineEdit()
        self.new.setAccessibleName(_("Name of a further program"))
        self.new.setPlaceholderText(_("Name of a further program"))
        self.new.setInputMethodHints(PRIVATE)
        self.new.setMaxLength(120)
        self.new.returnPressed.connect(self._add_program)
        self.programs.add(self.new)
        self.programs.add(Button(_("Add the program"), self._add_program, icon_name="plus"))

    def _note(self, form: RecordForm) -> None:
        if form not in self.changed:
            self.changed.append(form)

    def _tell_title(self, title: str) -> None:
        words = _("WRAP is a registered name. Use it only if your site has the right to, with its trademark notice.")
        self.title.say(words if title == PlanTitle.WRAP else "")

    def keep(self) -> None:
        """Write what was changed."""
        if not self.may:
            return
        self.problem.say("")
        changed, self.changed = self.changed, []
        for form in changed:
            try:
                values: dict[str, Any] = form.values()
                self.page.shell.desk.do(self.page, staff.set_site, **values)
            except Refused as refused:
                form.show_problems(refused.fields)
            except Problem as problem:
                self.problem.say(problem.sentence, "danger")
            else:
                if "banner" in values:
                    self._tell_title(values["plan_title"])
                    self.page.shell.settings.keep_banner(self.page.shell.desk.store.slots.store, values["banner"])

    def _add_program(self) -> None:
        if not self.new.text().strip():
            self.new.setFocus()
            return
        try:
            self.page.shell.desk.do(self.page, enrolling.add_program, name=self.new.text())
        except Problem as problem:
            self.problem.say(problem.sentence, "danger")
        else:
            self.refresh()
            self.new.setFocus()
