"""Closed facilities: an office notes one by two steps, and gives on what it holds of the women there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from ...actions import closing, transfers
from ...actions.closing import ClosedSite, HerThere
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Right, fields
from ...records.local import Peer
from ...records.trust import SiteClosure
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..kept import Kept, forget, keep_typed
from ..layouts import Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, PrimaryButton, Rule, Sentence


def closed_words(here: ClosedSite | None) -> str:
    """What a facility is told that its office noted as closed; ``""`` where it did not."""
    if here is None:
        return ""
    words = _(
        "{office} noted on {day} that this site is closed: {why}. It may give your women's records to other "
        "facilities. Is that wrong? Call them today. What you write here is safe and goes along as always."
    )
    return words.format(office=here.name, day=show_day(here.closed_on), why=here.why)


class ClosedPage(Page):
    """``show_page("closed")`` lists them and notes another; with *site* it gives on the records of one.

    A facility can read the list. Names stand here as on the page of moves.
    """

    key = "closed"
    title = N_("Closed facilities")
    needs = Right.MOVE
    icon = "house"
    under = "sync"

    def open(self, site: Id = Id(""), note: Id = Id(""), **_args: object) -> None:
        self.site, self._note = site, note
        self._asked: dict[str, Any] = {}
        self._typed: dict[str, Any] = {}
        self.refresh()

    def refresh(self) -> None:
        keep_typed(self)
        self.clear()
        self.problem.clear()
        found = self.shell.desk.read(closing.closed_sites)
        one = next((one for one in found if one.site == self.site), None)
        if one is not None:
            self._show_one(one)
        else:
            self._show_all(found)

    def go_back(self) -> None:
        if self.site:
            self.shell.show_page("closed")
        else:
            self.shell.show_page("sync")

    @property
    def _office(self) -> bool:
        return self.shell.desk.store.slots.kind == "office"

    @property
    def _may_note(self) -> bool:
        return self._office and self.shell.desk.store.who.administrator

    def _do(self, command: Callable[..., Any], *args: Any) -> bool:
        try:
            self.shell.desk.do(self, command, *args)
        except Problem as problem:
            self.problem.show_problem(problem)
            self.show_soon(self.problem)
            return False
        return True

    # All of them

    def _show_all(self, found: list[ClosedSite]) -> None:
        told = _("A facility that is shut, or whose PCs are gone for good, can release nobody's record any more.")
        self.set_head(_(self.title), told, back=_("USB sync"))
        if self._asked:
            self.add(self._ask_again())
            return
        card = Card("" if not found else _("Noted as closed"))
        for place, one in enumerate(found):
            if place:
                card.add(Rule())
            card.add(self._row(one))
        if not found:
            card.add(EmptyState("house", _("No facility is noted as closed.")))
        self.add(card)
        if self._may_note:
            self.add(self._ask())

    def _row(self, one: ClosedSite) -> QWidget:
        about = _("Closed on {day}: {why}").format(day=show_day(one.closed_on), why=one.why)
        said = Stack(Sentence(one.name, role="strong", wide=True), Sentence(about, wide=True), space=t.S1)
        acts = Flow(space=t.S3, right=True)
        if self._office:
            hers = self.shell.desk.read(closing.women_there, one.site)
            left = sum(not her.move for her in hers)
            words = ngettext("{n} record is not given on.", "{n} records are not given on.", left).format(n=left)
            said.add(Sentence(words, tone="muted"))
            acts.add(self._named(Button(_("Their records"), partial(self._open, one.site), icon_name="send"), one.name))
        if self._may_note:
            again = LinkButton(_("It is open again"), partial(self._open_again, one), icon_name="undo-2")
            acts.add(self._named(again, one.name))
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(acts)
        return whole

    def _named(self, act: Button, name: str) -> Button:
        act.setAccessibleName(f"{act.text()}: {name}")
        return act

    def _open(self, site: Id) -> None:
        self.shell.show_page("closed", site=site)

    def _open_again(self, one: ClosedSite) -> None:
        if self._do(closing.open_again, one.closure):
            self.refresh()
            self.begin()
            self.shell.toast(_("Taken back. What was given on stays so, until each is called off."))

    def _ask(self) -> Card:
        """The first step: which, since when, and why."""
        card = Card(_("Note a facility as closed"))
        self.which = QButtonGroup(self)
        self._open_ones: list[Peer] = self.shell.desk.read(closing.facilities_open)
        for place, peer in enumerate(self._open_ones):
            button = QRadioButton(peer.name.replace("&", "&&"))
            button.setChecked(peer.site == self._note)
            self.which.addButton(button, place)
            card.add(button)
        if not self._open_ones:
            card.add(Sentence(_("No facility is trusted here that could be closed."), tone="muted"))
            return card
        self.form = RecordForm(fields(SiteClosure), only=("closed_on", "why"), today=self._today)
        self.form.show_values({"closed_on": self._today()} | self._typed)
        Kept(self, self.form.editors).show(self.key)
        card.add(self.form)
        card.add(Button(_("Go on…"), self._go_on, icon_name="arrow-right"))
        return card

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    def _go_on(self) -> None:
        place = self.which.checkedId()
        if place < 0:
            self.problem.show_problem(_("Choose the facility first."))
            self.show_soon(self.problem)
            return
        try:
            values = self.form.values()
            if missing := [name for name, value in values.items() if not value]:
                raise Refused(dict.fromkeys(missing, _("Please fill this in.")))
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        self._typed = values
        self._asked = {"peer": self._open_ones[place], **values}
        self.refresh()
        self.go.setFocus()
        self.show_soon(self.go)

    def _ask_again(self) -> Card:
        """The second step: what it means, and the one button."""
        peer, day = self._asked["peer"], show_day(self._asked["closed_on"])
        hers = self.shell.desk.read(closing.women_there, peer.site)
        self.go = Button(_("Note it as closed"), self._close_it, kind="danger")
        return Card(
            _("Is {site} closed?").format(site=peer.name),
            Sentence(_("Closed on {day}: {why}").format(day=day, why=self._asked["why"]), role="strong"),
            Sentence(
                ngettext("{n} woman's record is held there.", "{n} women's records are held there.", len(hers)).format(
                    n=len(hers)
                )
            ),
            Notice(
                _(
                    "From then on your office may give those records to another facility. Every site is told, and no "
                    "record is released to {site} any more."
                ).format(site=peer.name),
                "warn",
            ),
            Sentence(
                _(
                    "What comes from there after all is still taken in, so nothing is lost. Was a PC stolen? Then "
                    "revoke it too, under “Who is trusted”."
                )
            ),
            Flow(self.go, LinkButton(_("Back"), self._back_to_first, icon_name="arrow-left"), space=t.S3),
        )

    def _back_to_first(self) -> None:
        self._note = self._asked["peer"].site
        self._asked = {}
        self.refresh()
        self.begin()

    def _close_it(self) -> None:
        peer = self._asked["peer"]
        if self._do(closing.close_site, peer.site, self._asked["why"], self._asked["closed_on"]):
            forget(self, self.key, ("why",))
            self._open(peer.site)
            self.shell.toast(_("Noted. The next copies tell every site."))

    # One of them

    def _show_one(self, one: ClosedSite) -> None:
        about = _("Closed on {day}: {why}").format(day=show_day(one.closed_on), why=one.why)
        self.set_head(one.name, about, back=_(self.title))
        desk = self.shell.desk
        hers = desk.read(closing.women_there, one.site)
        left = [her for her in hers if not her.move]
        if left:
            self._give_card(one, left)
        else:
            more = _("Whoever was there is given on, or moved before.") if hers else ""
            words = _("No record is left there to be given on.")
            self.add(Card("", EmptyState("circle-check", words, more=more)))
        if given := [her for her in hers if her.move]:
            self.add(self._given(given))

    def _give_card(self, one: ClosedSite, left: list[HerThere]) -> None:
        self._facilities = [site for site in self.shell.desk.read(transfers.other_facilities) if not site.introduced_by]
        where = Card(_("Where do they go?"))
        self.to = QButtonGroup(self)
        for place, site in enumerate(self._facilities):
            button = QRadioButton(site.name.replace("&", "&&"))
            button.setChecked(len(self._facilities) == 1)
            self.to.addButton(button, place)
            where.add(button)
        if not self._facilities:
            where.add(Notice(_("No other facility is trusted here. Exchange cards with it first."), "info"))
        self.add(where)
        self.every = QCheckBox(
            ngettext("{n} woman, all of them", "{n} women, all of them", len(left)).format(n=len(left))
        )
        self.every.setChecked(True)
        self.each = {her.id: QCheckBox(_line(her)) for her in left}
        self._list = Stack(*self.each.values(), space=0)
        self._list.hide()
        self.every.toggled.connect(lambda on: self._list.setVisible(not on))
        whom = Card(_("Whose records?"), self.every, self._list)
        whom.add(
            Notice(
                _(
                    "What goes is what your office holds: her dates, and her words where she shares them with you. "
                    "What she did not share was never here. If {site} comes back, people there can let it go too."
                ).format(site=one.name),
                "info",
            )
        )
        self.go = PrimaryButton(_("Give their records on"), partial(self._give, one), icon_name="send")
        whom.add(self.go)
        whom.add(
            Sentence(
                _("They go with the next copy for that facility. There a person takes each of them over."), tone="muted"
            )
        )
        self.add(whom)

    def _give(self, one: ClosedSite) -> None:
        place = self.to.checkedId()
        if place < 0:
            self.problem.show_problem(_("Choose the facility first."))
            self.show_soon(self.problem)
            return
        chosen = None if self.every.isChecked() else [her for her, box in self.each.items() if box.isChecked()]
        if chosen == []:
            self.problem.show_problem(_("Choose at least one woman."))
            self.show_soon(self.problem)
            return
        to = self._facilities[place]
        if self._do(closing.give_on, one.site, to.site, chosen):
            self.refresh()
            self.begin()
            self.shell.toast(_("Given on. Copy for {site} now, so that they go.").format(site=to.name))

    def _given(self, given: list[HerThere]) -> Card:
        card = Card(_("On their way"))
        for place, her in enumerate(given):
            if place:
                card.add(Rule())
            whole = QWidget()
            split = SplitLayout(whole, space=t.S3)
            words = _("To {site}. It is not taken over there yet, as far as is known here.").format(site=her.to)
            split.addWidget(
                Stack(Sentence(_name(her), role="strong", wide=True), Sentence(words, wide=True), space=t.S1)
            )
            if her.ours:
                off = LinkButton(_("Call it off"), partial(self._call_off, her.move), icon_name="x")
                split.addWidget(Flow(self._named(off, _name(her)), right=True))
            card.add(whole)
        return card

    def _call_off(self, move: Id) -> None:
        if self._do(transfers.call_off_move, move):
            self.refresh()
            self.begin()


def _name(her: HerThere) -> str:
    return ", ".join(filter(None, (her.name, her.number)))


def _line(her: HerThere) -> str:
    """Her name, and what the office has of her."""
    shared = _("dates and words") if her.words else _("dates only")
    return f"{_name(her)} · {shared}".replace("&", "&&")
