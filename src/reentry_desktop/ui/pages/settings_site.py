"""The site's own values, and the programs women are enrolled under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from ...actions import enrolling
from ...base.problems import Problem
from ...base.words import _
from ..editors import PRIVATE
from ..layouts import Columns
from ..tabs import Tab
from ..widgets import Button, Card, Notice, Sentence
from .settings_values import SiteValues

if TYPE_CHECKING:
    from .settings import SettingsPage

VALUES = (
    "due_months", "due_rule", "listed_days", "lock_minutes", "second_factor", "volunteers",
    "banner", "registered_sticks_only", "after_move", "emergency_erase",
)  # fmt: skip
NAMES = ("name", "code")


class SiteTab(Tab):
    """Everything is saved as it is typed. Who is no administrator reads it."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        self.may = page.shell.desk.store.who.administrator
        self.forms = [SiteValues(page, VALUES), SiteValues(page, NAMES)]
        self.forms[0].kept.connect(self._keep_banner)
        self.problem = Notice("", "danger")
        columns = Columns(ratio=(3, 2))
        note = _("Saved as you type. The time of locking counts from the next unlock.")
        columns.left.add(Card(_("How this site works"), self.forms[0], note=note if self.may else ""))
        columns.right.add(Card(_("Who you are"), self.forms[1]))
        self.programs = Card(_("Programs"))
        columns.right.add(self.programs)
        if not self.may:
            self.add(Notice(_("Only an administrator changes these values. Ask one of them.")))
        self.add(self.problem)
        self.add(columns)

    def refresh(self) -> None:
        for form in self.forms:
            form.refresh()
        self.programs.clear()
        programs = self.page.shell.desk.read(enrolling.programs)
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

    def leave(self) -> None:
        """Write what was changed and not yet kept."""
        for form in self.forms:
            form.keep()

    def _keep_banner(self, values: dict[str, Any]) -> None:
        """The unlock page shows it before anything is open: it lies beside the window's settings."""
        shell = self.page.shell
        shell.settings.keep_banner(shell.desk.store.slots.store, values["banner"])

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
