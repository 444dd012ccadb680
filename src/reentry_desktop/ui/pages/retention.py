"""Legal holds, how long records are kept, and erasing a woman's whole record by two persons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from ...actions import disposing, retention
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import fields
from ...records.participant import Participant
from ...records.retention import Erasure, LegalHold, RetentionRule
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..kept import Kept, keep_typed
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, LinkButton, Notice, Pill, Rule, Sentence


class RetentionPage(Page):
    """``show_page("retention")`` shows all; with *participant* what is decided of one woman."""

    key = "retention"
    title = N_("Holds and erasing")
    icon = "archive"
    of_several = True
    under = "settings"

    def open(self, participant: Id = Id(""), **_args: object) -> None:
        self.woman = participant
        self.refresh()

    def refresh(self) -> None:
        keep_typed(self)
        self.clear()
        self.problem.clear()
        if self.woman:
            self._show_her()
        else:
            self._show_all()

    def go_back(self) -> None:
        if self.woman:
            self.shell.show_page("participant", participant=self.woman)
        else:
            self.shell.show_page("health")

    def _do(
        self, act: str, command: Callable[..., Any], *args: Any, form: RecordForm | None = None, **more: Any
    ) -> Any:
        """Carry *command* out; None where it was refused, which is then said."""
        if not self.shell.desk.may(act):
            self.problem.show_problem(_("Only an administrator may do this. Nothing was changed."))
            return None
        try:
            return self.shell.desk.do(self, command, *args, **more) or True
        except Refused as refused:
            if form is not None:
                form.show_problems(refused.fields)
            self.problem.show_problem(refused.sentence)
        except Problem as problem:
            self.problem.show_problem(problem)
        self.show_soon(self.problem)
        return None

    # One woman

    def _show_her(self) -> None:
        desk = self.shell.desk
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        self.set_head(_(self.title), her.name, back=her.name)
        columns = Columns()
        standing = desk.read(retention.holds_of, self.woman)
        for hold in standing:
            columns.left.add(self._hold(hold))
        may = desk.may("add_hold")
        if not may:
            columns.left.add(Card("", Sentence(_("An administrator sets and lifts holds, and proposes to erase."))))
        if may and not standing:
            self.hold = RecordForm(fields(LegalHold), only=("authority", "reason", "until"), today=self._today)
            self._kept = Kept(self, self.hold.editors).show(f"{self.key}/hold/{self.woman}", self.woman)
            note = _("Nothing of her record is erased while it stands, whatever else is decided. A day lifts nothing.")
            go = Button(_("Set a legal hold"), self._set_hold, icon_name="lock")
            columns.left.add(Card(_("Legal hold"), self.hold, go, note=note))
        if may and not standing:
            self.erase = RecordForm(fields(Erasure), only=("why", "authority"), today=self._today)
            self._proposed = Kept(self, self.erase.editors).show(f"{self.key}/erase/{self.woman}", self.woman)
            note = _("All of it, here and at every site that has a copy, for good. A second person has to agree.")
            go = Button(_("Propose to erase her record"), self._propose, kind="danger")
            columns.right.add(Card(_("Erase her whole record"), self.erase, go, note=note))
        self.add(columns)

    def _today(self) -> Any:
        return self.shell.desk.read(lambda unit: unit.today())

    def _set_hold(self) -> None:
        try:
            values = self.hold.values()
        except Refused as refused:
            self.hold.show_problems(refused.fields)
            return
        if self._do("add_hold", retention.add_hold, self.woman, form=self.hold, **values):
            self._kept.done()
            self.refresh()
            self.shell.toast(_("A legal hold stands on her record now."))

    def _propose(self) -> None:
        try:
            values = self.erase.values()
        except Refused as refused:
            self.erase.show_problems(refused.fields)
            return
        more = (values["why"], values["authority"])
        if self._do("propose_erasure", disposing.propose_erasure, self.woman, *more, form=self.erase):
            self._proposed.done()
            self.shell.show_page("retention")
            self.shell.toast(_("Proposed. Nothing is erased before a second person agrees."))

    # All

    def _show_all(self) -> None:
        desk = self.shell.desk
        self.set_head(_(self.title), _("What must stay, how long the rest is kept, and what goes."), back=_("Health"))
        columns = Columns()
        columns.left.add(self._proposals())
        holds = desk.read(retention.holds)
        if not holds or desk.store.who.narrowed:
            columns.right.add(Card(_("Legal holds"), Sentence(self._counted(), tone="muted")))
        for hold in holds:
            columns.right.add(self._hold(hold))
        due = desk.read(disposing.due)
        card = Card(_("Over their time"))
        for place, one in enumerate(due):
            if place:
                card.add(Rule())
            words = _("Kept until {day}.").format(day=show_day(one.due_on))
            kept = _("It stays: {authority}").format(authority=one.held) if one.held else ""
            see = Button(_("Decide"), partial(self.shell.show_page, "retention", participant=one.participant))
            card.add(self._row(f"{one.name}, {one.number}".strip(" ,"), words, kept, see))
        if not due:
            card.add(Sentence(_("No record is over the time it is kept."), tone="muted"))
        columns.left.add(card)
        columns.right.add(self._schedule())
        self.add(columns)

    def _counted(self) -> str:
        """On how many women a hold stands, also of those whom whoever is at the desk does not see."""
        desk = self.shell.desk
        if not desk.store.who.narrowed:
            return _("No legal hold stands. Set one from her page.")
        try:
            return retention.counted_words(desk.count(retention.count_holds))
        except Problem as problem:
            return problem.sentence

    def _row(self, name: str, words: str, more: str, *acts: QWidget) -> QWidget:
        said = Stack(Sentence(name, role="strong", wide=True), Sentence(words, wide=True), space=t.S1)
        if more:
            said.add(Sentence(more, tone="muted", wide=True))
        for act in acts:
            if isinstance(act, Button):
                act.setAccessibleName(f"{act.text()}: {name}")
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(Flow(*acts, space=t.S3, right=True))
        return whole

    def _hold(self, hold: retention.Hold) -> Card:
        card = Card(_("Legal hold"))
        name = f"{hold.name}, {hold.number}".strip(" ,") or _("A woman who is not here")
        day = show_day(hold.since) if hold.since else ""
        words = _("Since {day}: {authority}").format(day=day, authority=hold.authority)
        lift = LinkButton(_("Lift the hold"), partial(self._lift, hold.id), icon_name="undo-2")
        card.add(self._row(name, words, hold.reason, lift))
        if hold.ask_again(self._today()):
            card.add(Notice(_("Ask whether it still stands. Until somebody lifts it, nothing is erased."), "warn"))
        return card

    def _lift(self, hold: Id) -> None:
        count = self._do("lift_hold", retention.lift_hold, hold)
        if count is None:
            return
        done = disposing.finish_erasing(self.shell.desk.store, 0 if count is True else count)
        self.refresh()
        self._say_done(done)

    def _proposals(self) -> Card:
        card = Card(_("Proposed to be erased"))
        found = self.shell.desk.read(disposing.proposals)
        alone = self.shell.desk.read(disposing.needs_office)
        for place, one in enumerate(found):
            if place:
                card.add(Rule())
            name = f"{one.name}, {one.number}".strip(" ,") or _("A woman whose record is not here")
            words = f"{one.why}. {one.authority}. {one.at}"
            acts: list[QWidget] = [Pill(_(disposing.STATES[one.state]), "info", icon_name="clock")]
            if one.mine:
                acts.append(Button(_("Erase it for good"), partial(self._agree, one.id), kind="danger"))
                acts.append(LinkButton(_("Say no"), partial(self._answer, "refuse_to_erase", one.id), icon_name="x"))
            elif one.state == "waits" and one.here:
                off = partial(self._answer, "call_off_erasure", one.id)
                acts.append(LinkButton(_("Call it off"), off, icon_name="x"))
            card.add(self._row(name, words, "  ".join(one.sites), *acts))
            if one.state == "waits" and one.here and not one.mine and alone:
                words = _("Nobody else here can agree. Copy a bundle for the office; its next one brings the answer.")
                card.add(Notice(words, "info"))
        if not found:
            card.add(Sentence(_("Nothing is proposed."), tone="muted"))
        return card

    def _agree(self, erasure: Id) -> None:
        count = self._do("agree_to_erase", disposing.agree_to_erase, erasure)
        if count is None:
            return
        done = disposing.finish_erasing(self.shell.desk.store, 0 if count is True else count)
        self.refresh()
        self._say_done(done)

    def _say_done(self, done: disposing.Erased) -> None:
        if not done.entries:
            self.shell.toast(_("Noted. It goes with the next bundle."))
            return
        self.problem.say(_("The record is erased. Where it may still be:") + " " + " ".join(done.still_in), "ok")
        self.show_soon(self.problem)

    def _answer(self, act: str, erasure: Id) -> None:
        if self._do(act, getattr(disposing, act), erasure):
            self.refresh()

    def _schedule(self) -> Card:
        card = Card(_("How long records are kept"))
        self.rules: dict[str, RecordForm] = {}
        for place, one in enumerate(self.shell.desk.read(retention.schedule)):
            if place:
                card.add(Rule())
            about = Sentence(f"{one.time}. {one.authority}", wide=True)
            card.add(Stack(Sentence(one.what, role="strong", wide=True), about, space=t.S1))
            if one.key and self.shell.desk.may("set_rule"):
                change = LinkButton(_("Change"), partial(self._change, card, one), icon_name="pencil")
                change.setAccessibleName(f"{change.text()}: {one.what}")
                card.add(Flow(change))
        return card

    def _change(self, card: Card, one: retention.Rule) -> None:
        if one.key in self.rules:
            return
        form = self.rules[one.key] = RecordForm(fields(RetentionRule), only=("years", "authority"), today=self._today)
        form.show_values({"years": one.years, "authority": one.authority if one.own else ""})
        kept = Kept(self, form.editors).show(f"{self.key}/rule/{one.key}")

        def keep() -> None:
            try:
                values = form.values()
            except Refused as refused:
                form.show_problems(refused.fields)
                return
            if self._do("set_rule", retention.set_rule, one.key, values["years"] or 0, values["authority"], form=form):
                kept.done()
                self.refresh()

        go = Flow(Button(_("Keep this time"), keep, icon_name="check"))
        card.add(Stack(Sentence(one.what, role="strong"), form, go))
