"""Some of the site's values as a form that saves what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication

from ...actions import staff
from ...base.problems import Problem, Refused
from ...records.base import fields
from ...records.people import Site
from ..form import RecordForm

if TYPE_CHECKING:
    from ..page import Page


class SiteValues(RecordForm):
    """Everything is saved as it is typed. Who is no administrator reads it."""

    after_pause = True
    kept = Signal(object)
    """The values that were just saved, by name."""

    def __init__(self, page: Page, names: Iterable[str]) -> None:
        super().__init__(fields(Site), only=names)
        self._page = page
        self._touched = False
        self.setEnabled(page.shell.desk.store.who.administrator)
        self.changed.connect(self._touch)
        self.settled.connect(self.keep)

    def refresh(self) -> None:
        """Show what stands in the records, but never under somebody's fingers."""
        here = QApplication.focusWidget()
        if here is None or not self.isAncestorOf(here):
            site = self._page.shell.desk.read(lambda unit: unit.get(Site, unit.store.site))
            self.show_values({name: getattr(site, name) for name in self.editors})

    def keep(self) -> None:
        """Write what was changed. What no rule allows is told under its field, and not written."""
        if not self._touched:
            return
        self._touched = False
        try:
            values: dict[str, Any] = self.values()
            self._page.shell.desk.do(self._page, staff.set_site, **values)
        except Refused as refused:
            self.show_problems(refused.fields)
        except Problem as problem:
            self._page.problem.show_problem(problem)
        else:
            self.kept.emit(values)

    def _touch(self) -> None:
        self._touched = True
