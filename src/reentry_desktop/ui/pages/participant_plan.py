"""Her plan on a woman's page: where it stands, its versions, what happened to it, and the ways to all of them.

The 30 days are the program's, not hers: they are said here, never in red, and not at all once she said no or not now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions import plan_states, plans
from ...actions.plan_history import Made, runs, shelf
from ...actions.plan_states import STATES, plan_day
from ...base.ids import Id
from ...base.words import _
from ...records.base import choice_label, fields
from ...records.participant import Enrolment
from ...records.plan import EventKind, Plan, PlanEvent
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, Stack
from ..widgets import Button, Card, LinkButton, Pill, PrimaryButton, Rule, Sentence
from .versions import told
from .versions_words import name_of

if TYPE_CHECKING:
    from ...actions.women import Page as HerPage
    from ...store import Unit
    from .participant import ParticipantPage

DAYS = 30
SHOWN = 3
"""Versions named on this page; the others are on their own."""
LOOKS = {
    "offered": ("circle-dashed", "plain"),
    "declined": ("circle-pause", "plain"),
    "not_now": ("circle-pause", "plain"),
    "started": ("pencil", "info"),
    "in_progress": ("pencil", "info"),
    "done_for_now": ("circle-check", "ok"),
    "updated": ("circle-check", "ok"),
    "used_in_crisis": ("heart-handshake", "info"),
    "withdrawn": ("circle-pause", "plain"),
}
"""state -> (icon, tone)"""


@dataclass(frozen=True)
class Stands:
    """Where her plan stands, read for this page."""

    state: str
    versions: list[Made]
    events: Sequence[PlanEvent]
    others: bool
    """Whether she has plans of other times."""


def plan_here(found: HerPage) -> Plan | None:
    """The plan of the episode that is shown; one of an earlier episode is for reading only."""
    plan, episode = found.plan, found.episode
    return plan if plan is not None and episode is not None and plan.enrolment == episode.id else None


def being_written(plan: Plan | None) -> bool:
    """Whether she writes in it: begun, and she did not say no or not now."""
    return plan is not None and plan.started_on is not None and not plan.resting


def stands(unit: Unit, plan: Plan) -> Stands:
    """What this page says of a plan."""
    found = shelf(unit, plan.participant, plan.id)
    events = plan_states.events(unit, plan.id)
    return Stands(plan_states.state(unit, plan), found.versions, events, bool(found.others))


def day_pill(episode: Enrolment, plan: Plan | None, today: dt.date) -> Pill | None:
    """The program's day n of 30; nothing where it does not run."""
    n = plan_day(episode, plan, today)
    return (
        Pill(_("Plan: day {n} of 30").format(n=n), "info", icon_name="clock") if n is not None and n <= DAYS else None
    )


def state_pill(state: str) -> Pill:
    """Where her plan stands, in words."""
    icon, tone = LOOKS[state]
    return Pill(_(STATES[state]), tone, icon_name=icon)


def banner_acts(page: ParticipantPage, found: HerPage) -> list[Button]:
    """What can be done from the banner: the plan, sitting together, the day before she leaves, paper."""
    woman, show = page.woman, page.shell.show_page
    plan = plan_here(found)
    printed = [Button(_("Print"), page.print_page, icon_name="printer")] if found.plan is not None else []
    if not page.held.writable:  # another site writes her record, or it is to be taken over first
        return printed
    leaves = Button(_("She leaves tomorrow"), lambda: show("leaving", participant=woman), icon_name="house")
    if found.episode is None or found.state in ("offered", "declined", "closed", "not_eligible", "waiting"):
        words = _("Go on with the offer") if found.state in ("offered", "waiting") else _("Offer the program")
        offer = PrimaryButton(words, lambda: show("enrol", participant=woman), icon_name="heart-handshake")
        return [offer] if found.woman.actual_release or found.state == "closed" else [offer, leaves]
    acts: list[Button] = []
    if being_written(plan):
        go_on = _("Go on with the plan")
        acts.append(PrimaryButton(go_on, lambda: show("plan", participant=woman), icon_name="file-text"))
        together = Button(_("Sit together"), lambda: show("sit", participant=woman), icon_name="users")
        together.setToolTip(_("Key: F11"))
        acts.append(together)
    elif plan is None or not plan.resting:
        start = _("Start the plan")
        acts.append(PrimaryButton(start, lambda: show("plan", participant=woman), icon_name="file-text"))
    if not found.woman.actual_release:
        acts.append(leaves)
    acts += printed
    sheet = _("Call-out sheet")
    acts.append(Button(sheet, lambda: show("callout", participant=woman), icon_name="calendar-days"))
    return acts


class PlanTab(Stack):
    """Her plan, as whoever works with her needs to know of it."""

    def __init__(self, page: ParticipantPage, found: HerPage) -> None:
        super().__init__()
        self.page, self.found = page, found
        self.woman = page.woman
        self.plan = plan_here(found)
        self.living = found.episode is not None and runs(found.episode)
        shown = self.plan or found.plan
        self.stands = page.shell.desk.read(stands, shown) if shown is not None else None
        columns = Columns()
        columns.left.add(self._state())
        if shown is not None and shown.started_on:
            columns.left.add(self._crises(shown))
        columns.right.add(self._versions(shown))
        columns.right.add(self._beside())
        self.add(columns)

    # Where it stands

    def _state(self) -> Card:
        card = Card(_("Her plan"))
        plan, episode = self.plan, self.found.episode
        if plan is None or self.stands is None:
            if self.found.plan is not None and not self.living:
                card.add(Sentence(_("The episode is closed. Her plan stays to be read.")))
            elif not self.living:
                card.add(
                    Sentence(_("No plan yet. It begins when she is enrolled and was told what must be passed on."))
                )
            else:
                pill = day_pill(episode, None, self.page.today()) if episode is not None else None
                if pill is not None:
                    card.add(Flow(pill))
                card.add(Sentence(_("No plan yet. She can begin any day, or say no.")))
                card.add(self._choices(offered=False))
            return card
        pills = Flow(state_pill(self.stands.state))
        if episode is not None and (pill := day_pill(episode, plan, self.page.today())) is not None:
            pills.add(pill)
        card.add(pills)
        for name in ("offered_on", "declined_on", "not_now_on", "started_on", "done_on", "withdrawn_on"):
            if on := getattr(plan, name):
                card.add(Sentence(f"{_(fields(Plan)[name].label)}: {show_day(on)}"))
        if not self.living:
            card.add(Sentence(_("The episode is closed. Her plan stays to be read.")))
            card.add(Button(_("Read the plan"), lambda: self._show("versions", version=0), icon_name="book-open"))
        elif plan.resting:
            card.add(Sentence(_("That is her choice. It can change any day."), tone="muted"))
            card.add(self._begin(_("She wants to write it now")))
        elif plan.started_on is None:
            card.add(self._choices(offered=True))
        else:
            card.add(self._writing(plan))
        return card

    def _choices(self, *, offered: bool) -> QWidget:
        """She begins, waits, or says no; all three are fine."""
        acts = Flow(self._begin(_("Begin the plan")), space=t.S3)
        if not offered:
            acts.add(LinkButton(_("It was offered"), partial(self._note, plan_states.offer_plan), icon_name="check"))
        acts.add(self._rest(_("Not now"), plan_states.not_now))
        acts.add(self._rest(_("She chose not to"), plan_states.decline_plan))
        return acts

    def _begin(self, words: str) -> Button:
        def begin() -> None:
            page = self.page
            page.attempt(lambda: page.shell.desk.do(page, plans.start_plan, self.woman), None)
            if not page.problem.text():
                page.shell.show_page("plan", participant=self.woman)

        return Button(words, begin, icon_name="pencil")

    def _rest(self, words: str, command: Callable[[Unit, Id], None]) -> Button:
        return LinkButton(words, lambda: self._note(command, undo=True), icon_name="circle-pause")

    def _note(self, command: Callable[[Unit, Id], object], *, undo: bool = False) -> None:
        """Carry *command* out about her; the offer stands again where that was a slip."""
        page, woman = self.page, self.woman
        page.do(command, woman)
        if page.problem.text():
            return

        def back() -> None:
            plan = page.page.plan
            if page.woman == woman and plan is not None:
                page.do(plan_states.offer_stands, plan.id)

        page.shell.toast(_("Noted."), back if undo else None, act=_("what she said about the plan"))

    def _writing(self, plan: Plan) -> QWidget:
        acts = Flow(space=t.S4)
        if plan.done_on is None:
            acts.add(self._rest(_("Not now"), plan_states.not_now))
        take = LinkButton(_("She takes her plan back"), lambda: self._withdraw(plan), icon_name="circle-pause")
        acts.add(take)
        return acts

    def _withdraw(self, plan: Plan) -> None:
        page = self.page
        page.do(plan_states.withdraw_plan, plan.id)
        words = _("Noted: she took her plan back. Her words are kept and are hers.")
        page.shell.toast(words, lambda: page.do(plan_states.offer_stands, plan.id), act=_("taking the plan back"))

    # What happened to it

    def _crises(self, plan: Plan) -> Card:
        card = Card(
            _("Looking at it again"), note=_("A plan that was used is looked at again, together, within two weeks.")
        )
        if (day := plan.look_again_on) is not None:
            when = Sentence(_("Look at it again on {day}").format(day=show_day(day)))
            card.add(Stack(when, Flow(Button(_("Looked at again"), lambda: self._looked(plan.id, day),
                                             icon_name="check")), space=t.S2))  # fmt: skip
        events = self.stands.events if self.stands is not None else ()
        open_ones = [event for event in events if event.reviewed_on is None]
        for event in events:
            said = f"{choice_label(EventKind, event.kind)}: {show_day(event.happened_on)}"
            if event.reviewed_on:
                more = _("Looked at again {day}").format(day=show_day(event.reviewed_on))
            else:
                more = _("Look at it again by {day}").format(day=show_day(event.review_by))
            card.add(Stack(Sentence(said), Sentence(more, tone="muted", role="small"), space=0))
        if not events and plan.look_again_on is None:
            card.add(Sentence(_("Nothing is noted."), tone="muted"))
        if open_ones:
            ids = [event.id for event in open_ones]
            card.add(Button(_("Looked at again"), lambda: self._looked_at(ids), icon_name="check"))
        if self.living:
            card.add(self._note_event(plan))
        return card

    def _looked(self, plan: Id, day: dt.date) -> None:
        page = self.page
        page.do(plan_states.looked_again, plan)
        page.shell.toast(
            _("Noted: looked at again."), lambda: page.do(plan_states.look_again_on, plan, day),
            act=_("looking at it again"),
        )  # fmt: skip

    def _looked_at(self, events: list[Id]) -> None:
        page = self.page
        page.do(_reviewed, events)
        page.shell.toast(
            _("Noted: looked at again."), lambda: page.do(_still_to_review, events), act=_("looking at it again")
        )

    def _note_event(self, plan: Plan) -> QWidget:
        """A link that unfolds to what and when; never what happened."""
        page = self.page
        self.event_form = form = RecordForm(fields(PlanEvent), only=("kind", "happened_on"), today=page.today)
        form.show_values({"happened_on": page.today()})

        def note() -> None:
            values = form.values()
            made = page.shell.desk.do(page, plan_states.log_event, plan.id, values["kind"], values["happened_on"])
            page.refresh()
            page.shell.toast(_("Noted."), lambda: page.do(plan_states.drop_event, made), act=_("noting a crisis"))

        whole = Stack(form, Flow(Button(_("Note it"), lambda: page.attempt(note, form), icon_name="check")), space=t.S3)
        whole.hide()
        link = LinkButton(_("Note a crisis, or the time after"), icon_name="plus")

        def unfold() -> None:
            link.hide()
            whole.show()
            form.editors["kind"].setFocus()

        link.clicked.connect(unfold)
        return Stack(Flow(link), whole, space=0)

    # Versions, and what stands beside

    def _versions(self, plan: Plan | None) -> Card:
        card = Card(_("Versions"))
        made = self.stands.versions if self.stands is not None else []
        if not made:
            card.add(Sentence(_("No version yet. Each “done for now” makes one, and nothing can alter it.")))
        for version in made[:SHOWN]:
            link = LinkButton(name_of(version.number), partial(self._show, "versions", version=version.number))
            link.setAccessibleName(f"{_('Read')}: {link.text()}")
            card.add(Stack(Flow(link), Sentence(told(version), tone="muted", role="small"), space=0))
        ways = Stack(space=0)
        if made:
            card.add(Rule())
            ways.add(Flow(LinkButton(_("All versions, and what changed"), lambda: self._show("versions"),
                                     icon_name="history")))  # fmt: skip
        elif plan is not None and plan.started_on:
            read = LinkButton(_("Read the plan as it stands"), lambda: self._show("versions", version=0))
            ways.add(Flow(read))
        if self.stands is not None and self.stands.others:
            ways.add(Flow(LinkButton(_("Her other plans"), lambda: self._show("versions"), icon_name="archive")))
        card.add(ways)
        return card

    def _beside(self) -> Card:
        ways = Stack(space=0)
        for words, key, icon in (
            (_("Recovery support plan"), "recovery", "flag"),
            (_("Copies that were given"), "copies", "copy"),
            (_("If something serious comes up"), "safety", "shield-check"),
        ):
            ways.add(Flow(LinkButton(words, partial(self._show, key), icon_name=icon)))
        return Card(_("Beside the plan"), ways)

    def _show(self, key: str, **args: int) -> None:
        self.page.shell.show_page(key, participant=self.woman, **args)


def _reviewed(unit: Unit, events: list[Id]) -> None:
    for event in events:
        plan_states.reviewed(unit, event)


def _still_to_review(unit: Unit, events: list[Id]) -> None:
    for event in events:
        plan_states.still_to_review(unit, event)
