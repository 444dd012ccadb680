"""Health: how the records are, each thing in one sentence with one thing to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions import health
from ...base.problems import Problem
from ...base.words import N_, _
from .. import tokens as t
from ..layouts import Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, Pill, PrimaryButton, Rule, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow
    from ..worker import Job

_LOOKS = {
    health.WELL: (N_("Well"), "ok", "circle-check"),
    health.SOON: (N_("Soon"), "info", "clock"),
    health.BAD: (N_("Now"), "warn", "triangle-alert"),
}


class HealthPage(Page):
    """Reached from Today, Settings and Help. The long look runs beside the window."""

    key = "health"
    title = N_("Health of the records")
    icon = "shield-check"
    under = "settings"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.go = PrimaryButton(_("Check everything"), self._look, icon_name="shield-check")

    def open(self, **_args: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        self._show(health.quick(self.shell.desk.store))

    def go_back(self) -> None:
        self.shell.show_page("settings", tab="safety")

    def _show(self, signs: list[health.Sign]) -> None:
        self.clear()
        self.go = PrimaryButton(_("Check everything"), self._look, icon_name="shield-check")
        about = _("Reads the records, their history and every signature, and says what is not well.")
        self.set_head(_(self.title), about, self.go, back=_("Settings"))
        card = Card("")
        for place, sign in enumerate(signs):
            if place:
                card.add(Rule())
            card.add(self._row(sign))
        self.add(card)
        more = Flow(
            Button(_("Holds and erasing"), lambda: self.shell.show_page("retention"), icon_name="archive"),
            Button(_("Update from a stick"), lambda: self.shell.show_page("update"), icon_name="usb"),
        )
        self.add(more)

    def _row(self, sign: health.Sign) -> QWidget:
        words, tone, icon = _LOOKS[sign.state]
        said = Stack(Sentence(sign.title, role="strong", wide=True), Sentence(sign.sentence, wide=True), space=t.S1)
        if sign.act:
            said.add(Sentence(sign.act, tone="muted", wide=True))
        acts = Flow(Pill(_(words), tone, icon_name=icon), space=t.S3, right=True)
        may_go = sign.page != "use" or self.shell.desk.may("list_use")
        if may_go and sign.page in ("settings", "backups", "kit", "sync", "repair", "use"):
            go = Button(_("Lock now") if sign.page == "repair" else _("Do it"), partial(self._go, sign.page))
            go.setAccessibleName(f"{go.text()}: {sign.title}")
            acts.add(go)
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(acts)
        return whole

    def _go(self, page: str) -> None:
        if page == "repair":
            self.shell.damage_found = True
            self.shell.lock()
        elif page == "settings":
            self.shell.show_page(page, tab="safety")
        else:
            self.shell.show_page(page)

    def _look(self) -> None:
        store = self.shell.desk.store

        def work(job: Job) -> list[health.Sign]:
            return health.look(store, job.reach)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.problem.show_problem(error)

        self.later(work, self._show, failed, waits=self.go)
