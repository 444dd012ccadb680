"""Moves between facilities: what was released here, what comes, what is asked for; what an office carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...actions import closing, moves, transfers
from ...actions.moves import ASKED, CARRIED, COMING, RELEASED, Carried, Moved
from ...actions.transfers import Facility
from ...base.ids import Id
from ...base.media import show_size
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Right, fields
from ...records.transfer import Transfer
from .. import tokens as t
from ..days import show_day, show_day_of
from ..form import RecordForm
from ..kept import Kept
from ..layouts import Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Icon, LinkButton, Notice, Rule, Sentence
from .closed import closed_words

_LOOKS = {
    "taken": "circle-check", "answered": "circle-check", "here": "circle-alert", "refused": "x", "off": "x",
    "void": "x", "damaged": "triangle-alert",
}  # fmt: skip


class State(QWidget):
    """How far a move is: a sentence with its icon. It is too long for a pill."""

    def __init__(self, state: str, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        row.addWidget(Icon(_LOOKS.get(state, "clock"), t.PRIMARY), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Sentence(words, wide=True), 1)


class TransfersPage(Page):
    """``show_page("transfers")``. Names stand here as on her page: whoever opens it works with her record."""

    key = "transfers"
    title = N_("Moves between facilities")
    needs = Right.MOVE
    icon = "send"
    under = "sync"

    def open(self, **_args: object) -> None:
        self._refusing = Id("")
        self.refresh()

    def refresh(self) -> None:
        desk = self.shell.desk
        found, carried = desk.read(moves.moves), desk.read(moves.carried)
        known = desk.read(transfers.other_facilities)
        self.clear()
        told = _("A woman's record goes with her, sealed for the facility she moves to. One site alone writes it.")
        self.set_head(_(self.title), told, back=_("USB sync"))
        if words := closed_words(desk.read(closing.closed_here)):
            self.add(Notice(words, "warn"))
        self._primary = True  # the first record that can be taken over has the page's one primary button
        self._card(_("Coming here"), found.coming, self._coming, *self._given(found.coming))
        self._card(_("Asked of this site"), found.asked_here, self._asked_here)
        self._card(_("Released here"), found.out, self._out, *_rest(found.out))
        self._card(_("Asked by this site"), found.asked, self._asked)
        if carried:
            self.add(_carried(carried))
        if not any((found.coming, found.asked_here, found.out, found.asked, carried)):
            more = _("A record is released, or asked for, on the page of the woman it is about.")
            self.add(Card("", EmptyState("send", _("Nobody moves."), more=more)))
        self.add(_facilities(known))

    def go_back(self) -> None:
        self.shell.show_page("sync")

    def _card(self, title: str, rows: Sequence[Moved], show: Callable[[Moved], QWidget], *first: QWidget) -> None:
        if not rows:
            return
        card = Card(title, *first)
        for place, row in enumerate(rows):
            if place:
                card.add(Rule())
            card.add(show(row))
        self.add(card)

    # One row

    def _row(self, one: Moved, about: str, states: dict[str, str], acts: Sequence[Button], *more: QWidget) -> QWidget:
        name = ", ".join(filter(None, (one.name or _("Nothing of her is here any more"), one.number)))
        said = Stack(
            Sentence(name, role="strong", wide=True), Sentence(about, tone="muted", wide=True),
            State(one.state, _(states[one.state])), space=t.S1,
        )  # fmt: skip
        if one.why:
            said.add(Sentence(_("Why: {words}").format(words=one.why), wide=True))
        for act in acts:
            act.setAccessibleName(f"{act.text()}: {name}")
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        if acts:
            split.addWidget(Flow(*acts, space=t.S3, right=True))
        return Stack(whole, *more, space=t.S3) if more else whole

    def _coming(self, one: Moved) -> QWidget:
        about = _("From {site}, {day}").format(site=one.other, day=show_day(one.on))
        acts: list[Button] = []
        if one.state == "here":
            kind = "primary" if self._primary else ""
            acts = [Button(_("Take her record over"), partial(self._take_over, one), icon_name="check", kind=kind)]
            self._primary = False
        more: list[QWidget] = []
        if one.state in ("here", "taken") and self.shell.desk.read(moves.registered_twice, one.participant):
            words = _("Another registration of her number is here. Look whether the two are one woman.")
            twice = Button(_("Registered twice"), lambda: self.shell.show_page("same-woman"), icon_name="users")
            more.append(Notice(words, "info"))
            more.append(Flow(twice))
        return self._row(one, about, COMING, [*acts, *self._her_page(one)], *more)

    def _given(self, coming: Sequence[Moved]) -> list[QWidget]:
        """What comes from a closed facility by way of the office: said once, and all of it taken over at once."""
        given = [one for one in coming if one.by and one.state in ("here", "on_the_way")]
        if not given:
            return []
        words = _(
            "{site} is closed. {office} gives on what it holds of the women there. What a woman did not share with "
            "the office is not in it."
        )
        said = Notice(words.format(office=given[0].by, site=given[0].other), "info")
        here = [one.id for one in given if one.state == "here"]
        if len(here) < 2:
            return [said]
        words = ngettext("Take all {n} records over", "Take all {n} records over", len(here)).format(n=len(here))
        return [said, Flow(Button(words, partial(self._do, transfers.take_over_all, here), icon_name="check"))]

    def _out(self, one: Moved) -> QWidget:
        about = _("To {site}, {day}").format(site=one.other, day=show_day(one.on))
        acts: list[Button] = []
        if one.state not in ("taken", "off", "void"):
            acts.append(LinkButton(_("Call it off"), partial(self._do, transfers.call_off_move, one.id), icon_name="x"))
        if one.state == "carried" or one.damaged:
            again = partial(self._do, transfers.seal_again, one.id)
            acts.append(LinkButton(_("Give it to the office again"), again, icon_name="refresh-cw"))
        more: list[QWidget] = []
        if one.rest:
            acts.append(Button(_("Release the rest too"), partial(self._do, transfers.let_rest_go, one.id)))
        if one.damaged:
            words = _("The sealed file was damaged on this PC. Her record is safe: give it to the office again.")
            more.append(Notice(words, "warn"))
        return self._row(one, about, RELEASED, [*acts, *self._her_page(one)], *more)

    def _asked(self, one: Moved) -> QWidget:
        whom = one.other or _("Every facility known here")
        about = _("Asked: {site}, {day}").format(site=whom, day=show_day(one.on))
        acts: list[Button] = []
        if one.state == "open":
            acts.append(LinkButton(_("Call it off"), partial(self._do, transfers.call_off_move, one.id), icon_name="x"))
        return self._row(one, about, ASKED, [*acts, *self._her_page(one)])

    def _asked_here(self, one: Moved) -> QWidget:
        """Who asks, and the women here who may be meant: a person compares."""
        born = _("born {day}").format(day=show_day(one.born)) if one.born else ""
        about = " · ".join(
            filter(None, (born, _("{site} asks for her record").format(site=one.other), show_day(one.on)))
        )
        if one.state != "open":
            return self._row(one, about, ASKED, [])
        more: list[QWidget] = []
        for woman in one.found:
            her = self.shell.desk.read(moves.of_her, woman)
            if her is None:
                continue
            born = _("born {day}").format(day=show_day(her.date_of_birth)) if her.date_of_birth else ""
            name = ", ".join(filter(None, (her.name, her.department_number)))
            whole = ", ".join(filter(None, (name, born)))
            words = _("Here: {name}. Compare number, name and birth date.").format(name=whole)
            go = Button(
                _("Release her record…"),
                partial(self.shell.show_page, "move", participant=woman, request=one.id), icon_name="send",
            )  # fmt: skip
            look = LinkButton(_("Her page"), partial(self._open, woman), icon_name="user")
            for act in (go, look):
                act.setAccessibleName(f"{act.text()}: {name}")
            more.append(Stack(Sentence(words, wide=True), Flow(go, look, space=t.S3), space=t.S2))
        if not one.found:
            more.append(Sentence(_("No woman of that number or name is here."), tone="muted"))
        if self._refusing == one.id:
            self.form = RecordForm(fields(Transfer), only=("refused_why",))
            self._kept = Kept(self, self.form.editors).show(f"{self.key}/{one.id}")
            say = Button(_("Say no"), partial(self._refuse, one.id), kind="danger")
            more.append(Stack(self.form, Flow(say, LinkButton(_("Close"), self._close, icon_name="x"), space=t.S3)))
        else:
            no = LinkButton(_("Say no"), partial(self._ask_why, one.id), icon_name="x")
            no.setAccessibleName(f"{no.text()}: {', '.join(filter(None, (one.name, one.number)))}")
            more.append(Flow(no))
        return self._row(one, about, ASKED, [], *more)

    def _her_page(self, one: Moved) -> list[Button]:
        if self.shell.desk.read(moves.of_her, one.participant) is None:
            return []
        return [LinkButton(_("Her page"), partial(self._open, one.participant), icon_name="user")]

    # What a person does

    def _open(self, woman: Id) -> None:
        self.shell.show_page("participant", participant=woman)

    def _do(self, command: Callable[..., object], move: Id | Sequence[Id]) -> None:
        self.problem.clear()
        try:
            self.shell.desk.do(self, command, move)
        except Problem as problem:
            self.refresh()
            self.problem.show_problem(problem)
            return
        self.refresh()
        self.begin()
        self.shell.toast(_("Noted. The next copy for the office takes it along."))

    def _take_over(self, one: Moved) -> None:
        self._do(transfers.take_over, one.id)

    def _ask_why(self, request: Id) -> None:
        self._refusing = request
        self.refresh()
        self.form.editors["refused_why"].setFocus()
        self.show_soon(self.form)

    def _close(self) -> None:
        if self._refusing:
            self._kept.done()
        self._refusing = Id("")
        self.refresh()
        self.begin()

    def _refuse(self, request: Id) -> None:
        try:
            self.shell.desk.do(self, transfers.refuse_record, request, self.form.values()["refused_why"])
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._close()
        self.shell.toast(_("Noted. The next copy for the office takes it along."))


def _rest(out: Sequence[Moved]) -> list[QWidget]:
    """What an office could not give on: said once."""
    if not any(one.rest for one in out):
        return []
    words = _(
        "Of women whose records the office gave on, what they did not share with it is only here. Let it go too if she "
        "is there: it is sealed for that facility, and the office cannot read it."
    )
    return [Notice(words, "info")]


def _carried(carried: Sequence[Carried]) -> Card:
    """What this office has of other facilities, locked: it says of nobody."""
    card = Card(
        _("Carried unopened"),
        note=_("These files are locked for the facility they are for. Nobody here can open them."),
    )
    for place, one in enumerate(carried):
        if place:
            card.add(Rule())
        words = _("From {old} for {new}").format(old=one.sender, new=one.to)
        about = " · ".join((show_day_of(one.at), show_size(one.size)))
        card.add(
            Stack(
                Sentence(words, role="strong", wide=True), Sentence(about, tone="muted"),
                State(one.state, _(CARRIED[one.state])), space=t.S1,
            )
        )  # fmt: skip
    return card


def _facilities(known: Sequence[Facility]) -> Card:
    """Where a record can go, and why that card is believed."""
    card = Card(_("Other facilities"))
    for place, site in enumerate(known):
        if place:
            card.add(Rule())
        by = (
            _("Its card was brought by {site}.").format(site=site.introduced_by)
            if site.introduced_by
            else _("People compared its twelve words.")
        )
        words = " ".join(site.fingerprint)
        card.add(Stack(Sentence(site.name, role="strong"), Sentence(by), Sentence(words, tone="muted"), space=t.S1))
    if not known:
        more = _("Your office brings the cards of the facilities it trusts with its next bundle.")
        card.add(EmptyState("key-round", _("No other facility is known here."), more=more))
    return card
