"""The staff of a facility at the office: an account there is closed, and opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import staff_elsewhere
from ...actions.trust import SitePcs
from ...base.problems import Problem
from ...base.words import _
from ...records.base import choice_label
from ...records.people import Role
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, LinkButton, Notice, Pill, Rule, Sentence

if TYPE_CHECKING:
    from .trust import TrustPage


class StaffThere(Stack):
    """In the card of a facility, for an administrator of the office. Closing asks once more."""

    def __init__(self, page: TrustPage, site: SitePcs) -> None:
        super().__init__(space=t.S3)
        self._page, self._site = page, site
        self.asked = Notice("", "warn")
        self.asked.hide()
        people = page.shell.desk.read(staff_elsewhere.users_there, site.name)
        people.sort(key=lambda row: (row["disabled_on"] is not None, row["name"].casefold()))
        for row in people:
            self.add(Rule())
            self.add(self._row(row))
        if not people:
            self.add(Sentence(_("None of its bundles told who works there yet."), tone="muted"))
        self.add(self.asked)

    def _row(self, row: dict[str, Any]) -> QWidget:
        name = row["name"]
        told = ", ".join(filter(None, (row["full_name"], row["credential"], choice_label(Role, row["role"]))))
        said = Stack(Sentence(name, role="strong", wide=True), Sentence(told, tone="muted", role="small"), space=t.S1)
        pills = Flow()
        if row["administrator"]:
            pills.add(Pill(_("Administrator"), "info", icon_name="shield-check"))
        if row["disabled_on"]:
            pills.add(Pill(_("Closed on {day}").format(day=show_day(row["disabled_on"])), "plain", icon_name="archive"))
            act = LinkButton(_("Open it again"), partial(self._open, name), icon_name="undo-2")
        else:
            act = LinkButton(_("Close the account"), partial(self._ask, name), icon_name="archive")
        act.setAccessibleName(f"{act.text()}: {name}")
        said.add(pills)
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(Flow(act, right=True))
        return whole

    def _ask(self, name: str) -> None:
        words = _(
            "Close the account of {name} at {site}? Once {site} has our next bundle, the passphrase opens the records "
            "there no more; backups made before still open with it. What {name} wrote stays."
        )
        self.asked.say(
            words.format(name=name, site=self._site.name),
            "warn",
            acts=[
                Button(_("Close the account"), partial(self._close, name), kind="danger"),
                Button(_("Leave it open"), lambda: self.asked.say("")),
            ],
        )
        self._page.ensureWidgetVisible(self.asked)

    def _close(self, name: str) -> None:
        done = _("Closed. Make a bundle for {site}, so that it knows.")
        self._do(staff_elsewhere.close_there, name, done)

    def _open(self, name: str) -> None:
        done = _("Open again. Make a bundle for {site}, so that it knows.")
        self._do(staff_elsewhere.open_there, name, done)

    def _do(self, act: Callable[..., None], name: str, done: str) -> None:
        page = self._page
        try:
            page.shell.desk.do(page, act, self._site.name, name)
        except Problem as problem:
            self.asked.say(problem.sentence, "danger")
            page.ensureWidgetVisible(self.asked)
            return
        page.refresh()
        page.begin()
        page.shell.toast(done.format(site=self._site.name))
