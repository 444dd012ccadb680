"""The recovery support plan: what she wants in each part of life, in her own words, and the steps to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ...actions import drafts, plans, recovery, women
from ...actions.plan_history import comes_first
from ...actions.recovery import WholeGoal
from ...actions.registrations import named
from ...base.ids import Id
from ...base.words import N_, _
from ...records.base import Right
from ...records.participant import Participant
from ...records.recovery import Domain, GoalState
from ..page import Page
from ..widgets import Button, Card, EmptyState, Notice, PrimaryButton, Sentence
from .leaving_first import ComesFirst
from .recovery_goals import Fields, GoalCard, KeptForm, Make, goal_specs

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

DRAFT = "recovery/"
"""How the drafts of this page are named: what they are of stands behind it."""


class RecoveryPage(Page):
    """``show_page("recovery", participant=ID)``. Each key is a draft; it counts when the form or the page is left."""

    key = "recovery"
    title = N_("Recovery support plan")
    needs = Right.PLAN
    icon = "flag"
    under = "participants"
    of_one = True
    writes_her = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.registrations: dict[Id, str] = {}
        self.tools: dict[Id, str] = {}
        self.forms: dict[str, KeptForm] = {}
        """What is open to be written in, by what its drafts are of."""
        self.cards: dict[Id, GoalCard] = {}
        self.lands: dict[str, QWidget] = {}
        """Where the focus goes after an act, by what the act was about."""
        self._open: set[str] = set()
        self._drafts: dict[tuple[str, str], str] = {}

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        self._open = set()
        self.build()

    def refresh(self) -> None:
        """Read again; what is being typed is kept and stays, with the focus."""
        self.flush()
        here = self._where()
        self.build()
        if here is not None:
            self._land(*here)

    def leave(self) -> None:
        """What was typed becomes part of the plan; what cannot yet stays a draft."""
        self.flush()
        for form in list(self.forms.values()):
            if form.has_words():
                form.keep()

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        for form in self.forms.values():
            form.flush()

    def begin(self) -> None:
        QTimer.singleShot(0, self, super().begin)

    def print_page(self) -> None:
        self.leave()
        self.shell.show_page("preview", participant=self.woman, layout="recovery", back=self.key)

    # Showing

    def build(self) -> None:
        """Show everything as it stands now."""
        place = self.verticalScrollBar().value()
        desk = self.shell.desk
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        found = desk.read(recovery.goals, self.woman)
        first = desk.read(comes_first, self.woman)
        self.registrations = desk.read(named, self.woman)
        self.tools = desk.read(_tools, self.woman)
        self._drafts = {(d.record, d.field): d.text for d in desk.read(drafts.unfinished)}
        self.clear()
        self.forms, self.cards, self.lands = {}, {}, {}
        acts = [Button(_("Preview and print"), self.print_page, icon_name="printer")] if found else []
        self.set_head(_(self.title), her.name, *acts, way_back=_("Back"))
        if first and not (first == "enroll" and found):
            self.add(ComesFirst(self, self.woman, first, self.build))
            return
        if first:
            self.add(Notice(_("No episode is open. Her goals stay to be read.")))
        domains = [str(domain) for domain in Domain]
        order = sorted(found, key=lambda g: domains.index(g.goal.domain) if g.goal.domain in domains else len(domains))
        for whole in order:
            card = self.cards[whole.goal.id] = GoalCard(self, whole, living=not first)
            self.add(card)
        if not first:
            self.add(self._new_goal(first_one=not found))
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))

    def _new_goal(self, *, first_one: bool) -> Card:
        form = self.form(f"{self.woman}/goal", goal_specs(), ("words", "domain"), {}, self._add_goal)
        card = Card(_("What does she want?") if first_one else _("A new goal"))
        if first_one:
            words = _("One goal is enough to begin with. Her own words come first, just as she says them.")
            card.add(EmptyState("flag", words))
        else:
            card.add(Sentence(_("Her own words come first, just as she says them."), tone="muted"))
        card.add(form)
        card.add(PrimaryButton(_("Add the goal"), lambda: self.act(form.keep, form), icon_name="plus"))
        return card

    # What the cards ask of the page

    def form(self, of: str, specs: Fields, keys: tuple[str, ...], values: dict[str, Any], make: Make) -> KeptForm:
        """A form whose drafts are of *of*; what was being typed stands in it."""
        record = DRAFT + of
        typed = {field: text for (known, field), text in self._drafts.items() if known == record}
        form = KeptForm(self, record, specs, keys, values | typed, make)
        self.forms[of] = form
        return form

    def is_open(self, of: str) -> bool:
        """Whether somebody opened this form, or left words in it."""
        return of in self._open or any(record == DRAFT + of for record, _field in self._drafts)

    def open_form(self, of: str) -> None:
        """Write here."""
        self.flush()
        self._open.add(of)
        self.build()
        self._land(of)

    def close_form(self, of: str, *, forget: bool) -> None:
        """Close a form; *forget* what was typed in it."""
        self.flush()
        if forget:
            self.forget(DRAFT + of)
        self._open.discard(of)
        self.build()
        self._land(of)

    def keep_draft(self, record: str, field: str, text: str) -> None:
        """Keep what is being typed."""
        if text.strip() != self._drafts.get((record, field), "").strip():
            self.shell.desk.do(self, drafts.save_draft, record, field, self.woman, text)
            self._drafts[record, field] = text

    def forget(self, record: str) -> None:
        """Drop every draft of a record."""
        for known, field in list(self._drafts):
            if known == record:
                self.shell.desk.do(self, drafts.drop_draft, record, field)
                del self._drafts[known, field]

    def act(self, keep: Callable[[], bool], form: KeptForm) -> None:
        """Take what stands in a form as it is, and show it; a form that is refused says so and stays."""
        form.flush()
        if keep():
            of = form.record.removeprefix(DRAFT)
            self._open.discard(of)
            self.build()
            self._land(of)

    def do(self, about: str, command: Callable[..., Any], *args: Any, **more: Any) -> None:
        """Carry out a command, show what it made, and put the focus on what it was *about*."""
        self.flush()
        self.shell.desk.do(self, command, *args, **more)
        self.build()
        self._land(about)

    def today(self) -> dt.date:
        """The day it is."""
        return self.shell.desk.read(lambda unit: unit.today())

    def _add_goal(self, values: dict[str, Any]) -> None:
        self.shell.desk.do(self, recovery.add_goal, self.woman, values["domain"], values["words"])

    def set_state(self, whole: WholeGoal, state: GoalState) -> None:
        """Reached, not now, or on the way again; each can be taken back."""
        goal, before = whole.goal.id, str(whole.goal.state)
        self.do(goal, recovery.revise_goal, goal, state=str(state))
        self.shell.toast(
            _("Noted: {state}.").format(state=_(state.label)),
            lambda: self.do(goal, recovery.revise_goal, goal, state=before),
            act=_("change a goal"),
        )

    # Focus

    def _where(self) -> tuple[str, str] | None:
        """The form and the field that is being typed in."""
        inside = QApplication.focusWidget()
        for of, form in self.forms.items():
            for key, editor in form.fields.editors.items():
                if inside is not None and (editor is inside or editor.isAncestorOf(inside)):
                    return of, key
        return None

    def _land(self, of: str, key: str = "") -> None:
        """Put the focus into a form that is open, or on the first act beside what is shown."""

        def land() -> None:
            if (form := self.forms.get(of)) is not None:
                editors = form.fields.editors
                widget: QWidget = editors.get(key) or next(iter(editors.values()))
            elif (widget := self.lands.get(of)) is None:  # type: ignore[assignment]
                self.begin()
                return
            widget.setFocus()
            self.ensureWidgetVisible(widget)

        QTimer.singleShot(0, self, land)  # once what was just laid out is shown


def _tools(unit: Unit, woman: Id) -> dict[Id, str]:
    """The tools of her plan, in her order."""
    plan = women.current_plan(unit, woman)
    if plan is None:
        return {}
    return {item.id: item.words for item in plans.contents(unit, plan.id).items.get("tools", ()) if item.words}
