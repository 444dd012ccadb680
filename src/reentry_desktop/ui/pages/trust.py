"""Who is trusted: each site with its PCs, and taking trust back where one was lost or stolen."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ...actions import sync, trust
from ...actions.trust import Pc, SitePcs
from ...base.files import in_file_name
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Right, fields
from ...records.trust import Revocation
from .. import tokens as t
from ..choosing import choose_new_file
from ..days import show_day, show_day_of
from ..form import RecordForm
from ..kept import Kept, keep_typed
from ..layouts import Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, LinkButton, Notice, Pill, Rule, Sentence
from .cards import stick_place
from .trust_keys import KeysCard
from .trust_staff import StaffThere


class TrustPage(Page):
    """``show_page("trust")``. Everybody may read it; an administrator revokes, and takes a revocation back."""

    key = "trust"
    title = N_("Who is trusted")
    needs = Right.SYNC
    icon = "shield-check"
    under = "sync"

    def open(self, **_args: object) -> None:
        self._asked: tuple[str, str] | None = None
        self._keys = ""
        self._staff = ""
        self.refresh()

    def ask_keys(self) -> None:
        """Ask once more before new keys are made."""
        self._keys = "asked"
        self.refresh()
        self.keys.go.setFocus()
        self.show_soon(self.keys)

    def close_keys(self, *_args: object, new: bool = False) -> None:
        self._keys = "new" if new else ""
        self.refresh()
        self.show_soon(self.keys)

    def refresh(self) -> None:
        keep_typed(self)
        self.clear()
        self.set_head(_(self.title), _("A PC that was lost or stolen is revoked: what comes from it is set aside."),
                      back=_("USB sync"))  # fmt: skip
        for site in self.shell.desk.read(trust.site_pcs):
            self.add(self._site(site))
        if self._may:
            self.keys = KeysCard(self, asked=self._keys == "asked", new=self._keys == "new")
            self.add(self.keys)

    def go_back(self) -> None:
        self.shell.show_page("sync")

    def _site(self, site: SitePcs) -> Card:
        card = Card(site.name)
        for place, pc in enumerate(site.pcs):
            if place:
                card.add(Rule())
            card.add(self._pc(site, pc))
            if self._asked == (site.site, pc.device):
                card.add(self._ask(site, pc.device))
        if not site.pcs:
            card.add(Sentence(_("No bundle came from it yet."), tone="muted"))
        acts = Flow(space=t.S4)
        if site.compared:
            save = LinkButton(_("Save their card"), partial(self._save_card, site), icon_name="download")
            save.setAccessibleName(f"{save.text()}: {site.name}")
            acts.add(save)
        others = all(not pc.here for pc in site.pcs)
        if self._may and others and self.shell.desk.store.slots.kind == "office" and site.kind == "facility":
            staff = LinkButton(_("Who works there"), partial(self.show_staff, site.site), icon_name="users")
            staff.setAccessibleName(f"{staff.text()}: {site.name}")
            acts.add(staff)
        if self._may and others and not all(pc.revoked for pc in site.pcs):
            whole = LinkButton(_("Revoke every PC of this site"), partial(self._open, site.site, ""), icon_name="x")
            whole.setAccessibleName(f"{whole.text()}: {site.name}")
            acts.add(whole)
        if self._may and site.compared and site.kind == "facility" and self.shell.desk.store.slots.kind == "office":
            gone = LinkButton(
                _("It is closed…"), partial(self.shell.show_page, "closed", note=site.site), icon_name="house"
            )
            gone.setAccessibleName(f"{gone.text()}: {site.name}")
            acts.add(gone)
        if acts.flow.count():
            card.add(acts)
        if self._asked == (site.site, ""):
            card.add(self._ask(site, ""))
        if self._staff == site.site:
            self.staff = StaffThere(self, site)
            card.add(self.staff)
        return card

    def _save_card(self, site: SitePcs) -> None:
        start = (stick_place() or Path.home()) / f"{in_file_name(site.code) or 'site'}{sync.CARD_ENDING}"
        path = choose_new_file(self, _("Where does their card go?"), _("Cards (*.card)"), start)
        if path is None:
            return
        try:
            sync.save_card(self.shell.desk.store, path, site.name)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        words = _("{file} is saved. If they lost their PC without a backup, they start again with it.")
        self.problem.say(words.format(file=path.name), "ok")
        self.show_soon(self.problem)

    def show_staff(self, site: str) -> None:
        """Show who works at a facility, or no longer."""
        self._staff = "" if self._staff == site else site
        self.refresh()
        if self._staff:
            self.ensureWidgetVisible(self.staff)

    @property
    def _may(self) -> bool:
        return self.shell.desk.store.who.administrator

    def _pc(self, site: SitePcs, pc: Pc) -> QWidget:
        said = Stack(Sentence(pc.device, role="strong"), space=t.S1)
        if pc.came:
            words = _("Its last bundle came on {day}.").format(day=show_day_of(pc.came))
            said.add(Sentence(words, tone="muted", role="small"))
        acts = Flow(space=t.S4, right=True)
        if pc.here:
            said.add(Flow(Pill(_("This PC"), "primary", icon_name="house")))
        if pc.revoked is not None:
            words = _("Revoked on {day}: {why}").format(day=show_day(pc.revoked.revoked_on), why=pc.revoked.why)
            said.add(Flow(Pill(_("Revoked"), "danger", icon_name="triangle-alert")))
            said.add(Sentence(words))
            act = LinkButton(_("Trust it again"), partial(self._again, Id(pc.revoked.id)), icon_name="undo-2")
        else:
            act = LinkButton(_("Revoke"), partial(self._open, site.site, pc.device), icon_name="x")
        act.setAccessibleName(f"{act.text()}: {pc.device}")
        if self._may and not (pc.here and pc.revoked is None):
            acts.add(act)
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(acts)
        return whole

    def _open(self, site: str, device: str) -> None:
        self._asked = (site, device)
        self.refresh()
        self.form.editors["why"].setFocus()
        self.show_soon(self.form)

    def _ask(self, site: SitePcs, device: str) -> Stack:
        """Since when, and why; then what it means, and the one button."""
        self.form = RecordForm(fields(Revocation), only=("why", "revoked_on"), today=self._today)
        self.form.show_values({"revoked_on": self._today()})
        self._kept = Kept(self, self.form.editors).show(f"{self.key}/{site.name}/{device}")
        means = Notice(
            _(
                "What comes from it is set aside from now on. What was brought in before stays. "
                "Other sites are told with the next bundles."
            ),
            "warn",
        )  # fmt: skip
        go = Button(_("Revoke"), partial(self._revoke, site, device), kind="danger")
        return Stack(self.form, means, Flow(go, LinkButton(_("Close"), self._close, icon_name="x"), space=t.S3))

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    def _close(self) -> None:
        if self._asked is not None:
            self._kept.done()
        self._asked = None
        self.refresh()
        self.begin()

    def _revoke(self, site: SitePcs, device: str) -> None:
        try:
            values = self.form.values()
            self.shell.desk.do(self, trust.revoke, site.name, device, values["why"], values["revoked_on"])
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._close()
        self.shell.toast(_("Revoked. Make a bundle for each site, so that it knows."))

    def _again(self, revocation: Id) -> None:
        try:
            self.shell.desk.do(self, trust.trust_again, revocation)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._close()
        self.shell.toast(_("What comes from there is believed again."))
