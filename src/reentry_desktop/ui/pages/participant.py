"""One woman's page: who she is and where she stands on top, then tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions import drafts, enrolling, moves, recalling, retention, women
from ...actions.plan_states import state as plan_state
from ...actions.sites import there_of_her
from ...actions.women import STATES
from ...actions.women import Page as HerPage
from ...base.folding import fold
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Right, choice_label, fields
from ...records.local import Listed
from ...records.participant import Closure, Enrolment, Language, Participant, WhatOfficeHas
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..tabs import Tabs
from ..widgets import Button, Card, LinkButton, Notice, Pill, Sentence
from .consents import ConsentsCard
from .participant_move import MoveCard, holds, take_button
from .participant_papers import papers_card
from .participant_plan import PlanTab, banner_acts, day_pill, plan_here, state_pill
from .participant_recall import DeletePanel, called_back
from .participant_tabs import NeedsTab, elsewhere_card, history
from .participant_workers import WorkersCard
from .participants import STATE_LOOKS
from .same_woman import registrations_card

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

DETAILS = (
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "aliases", "department_number",
    "date_of_birth", "unit", "admitted_on", "parole_hearing", "expected_release", "county_of_return", "language",
    "large_print",
)  # fmt: skip

TABS = {
    "overview": N_("Overview"),
    "plan": N_("Plan"),
    "details": N_("Details"),
    "needs": N_("Needs"),
    "history": N_("History"),
}
SOON = 90
"""Days before her release from which on they are counted; before that the day says more."""


class ParticipantPage(Page):
    """Opening it is an entry of the log; showing it again after a change is not."""

    key = "participant"
    title = N_("Participant")
    needs = Right.SEE
    icon = "user"
    under = "participants"
    of_one = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.tabs = Tabs(_("Participant"), {key: _(title) for key, title in TABS.items()})
        self.pills = Flow()
        self.twin = Notice("", "warn")
        self.versions = Notice()
        self.waits = Notice()
        self.holder = Notice("", "warn")
        self.add(self.holder)
        self.add(self.twin)
        self.add(self.versions)
        self.add(self.waits)
        self.add(self.pills)
        self.add(self.tabs, 1)
        self.details: RecordForm | None = None
        self.step: RecordForm | None = None

    def open(self, participant: Id = Id(""), tab: str = "", **_args: object) -> None:
        """*tab* names one of ``TABS``."""
        self._forget()
        self.tabs.turn_to(tab or "overview")
        found = self.shell.desk.do(self, women.open_page, participant)
        self.woman = found.woman.id
        self._show(found)

    def refresh(self) -> None:
        woman = self.woman
        self._show(self.shell.desk.read(lambda unit: women.page(unit, unit.get(Participant, woman))))

    def leave(self) -> None:
        if self.details is not None:
            self._keep_details(self.details)
        if self.step is not None:
            self._keep_step(self.step)

    def print_page(self) -> None:
        self.shell.show_page("preview", participant=self.woman, back=self.key)

    # The banner

    def _show(self, page: HerPage) -> None:
        her, self.page = page.woman, page
        self.held = self.shell.desk.read(moves.held, her.id)
        self.set_head(
            her.name,
            who(her),
            *banner_acts(self, page),
            back=_("Participants"),
        )
        hold = self.shell.desk.read(retention.held, her.id)
        on_hold = _("A legal hold stands on her record: nothing of it is erased.") if hold else ""
        self.holder.say(holds(self.held) or on_hold, "warn", acts=take_button(self, self.held))
        others = self.shell.desk.read(_same_name, her)
        words = _("Another woman here has the same name: {others}. Check number and birth year.")
        twice = LinkButton(_("Registered twice?"), lambda: self.shell.show_page("same-woman"), icon_name="users")
        self.twin.say(words.format(others="; ".join(others)) if others else "", "warn", acts=[twice] if others else ())
        self.pills.clear()
        icon, tone = STATE_LOOKS[page.state]
        self.pills.add(Pill(_(STATES[page.state]), tone, icon_name=icon))
        day = self.shell.desk.read(lambda unit: unit.today())
        if her.expected_release and not her.actual_release:
            days = (her.expected_release - day).days
            words = ngettext("Leaves in {n} day", "Leaves in {n} days", days).format(n=days)
            if days < 0:
                words = _("Check the release date")
            elif days > SOON:
                words = _("Leaves {day}").format(day=show_day(her.expected_release))
            self.pills.add(Pill(words, "warn" if days < 60 else "plain", icon_name="house"))
        self.pills.add(Pill(choice_label(Language, her.language), "plain", icon_name="languages"))
        if her.large_print:
            self.pills.add(Pill(_("Large print"), "info", icon_name="maximize"))
        if page.registrations:
            n = len(page.registrations)
            words = ngettext("{n} registration", "{n} registrations", n)
            self.pills.add(Pill(words.format(n=n), "info", icon_name="users"))
        if page.episode:
            self.pills.add(
                Pill(_("Shares words") if page.shares_words else _("Shares dates only"), "plain", icon_name="send")
            )
            if (pill := day_pill(page.episode, plan_here(page), day)) is not None:
                self.pills.add(pill)
        words = ngettext(
            "{n} thing was changed by two people.", "{n} things were changed by two people.", page.conflicts
        )
        see = Button(_("See both versions"), lambda: self.shell.show_page("conflicts", participant=her.id))
        self.versions.say(words.format(n=page.conflicts) if page.conflicts else "", "info", acts=[see])
        words = _("Something about her came in and cannot be shown yet. It is kept.")
        look = Button(_("See what waits"), lambda: self.shell.show_page("sync"))
        self.waits.say(words if page.waiting else "", "info", acts=[look] if page.waiting else ())
        self._show_tabs(page)

    def _forget(self) -> None:
        """Nothing of the woman who was in sight stays, and no field of hers may still write."""
        self.details = self.step = None
        for tab in self.tabs.pages.values():
            tab.begin(None)
        self.set_head(_(self.title), back=_("Participants"))
        self.pills.clear()
        self.holder.say("")
        self.twin.say("")
        self.versions.say("")
        self.waits.say("")

    def _show_tabs(self, page: HerPage) -> None:
        self.details = self.step = None
        number, show = page.woman.department_number, self.tabs.pages
        show["overview"].begin(lambda: self._overview(page))
        show["plan"].begin(lambda: PlanTab(self, page))
        show["details"].begin(lambda: self._who(page.woman))
        show["needs"].begin(lambda: NeedsTab(self, page))
        show["history"].begin(lambda: history(self, number))

    # The tabs

    def _overview(self, page: HerPage) -> QWidget:
        columns = Columns()
        episode, may = page.episode, self.shell.desk.may
        if episode is None:
            columns.left.add(Card(_("Next"), Sentence(_("She was not offered the program yet."))))
        else:
            if self.held.writable and may("set_next_step"):
                columns.left.add(self._next_step(episode))
            columns.left.add(self._episode(page, episode))
        facility = self.shell.desk.store.slots.kind == "facility" and may("release_record")
        if facility and self.held.by:
            columns.right.add(MoveCard(self, self.held))
        columns.right.add(self._plan_card(page))
        if may("draft_consent"):
            columns.right.add(ConsentsCard(self, self.woman))
        if episode and episode.enrolled_on and not episode.closed_on and self.held.writable:
            if may("share"):
                columns.right.add(self._office(episode, shares=page.shares_words, stopped=page.words_stopped))
            if may("release"):
                columns.right.add(self._leaving(page, episode))
        for asked in self.shell.desk.read(recalling.to_delete):
            if asked.participant in page.hers:
                columns.left.add(DeletePanel(self, asked))
        if facility and not self.held.by:
            columns.right.add(MoveCard(self, self.held))
        if elsewhere := self.shell.desk.read(there_of_her, self.woman):
            columns.right.add(elsewhere_card(elsewhere))
        columns.right.add(papers_card(self))
        if page.registrations:
            columns.left.add(registrations_card(self))
        if may("assign"):
            columns.right.add(WorkersCard(self, self.woman))
        return columns

    def _next_step(self, episode: Enrolment) -> Card:
        self.step = form = RecordForm(fields(Enrolment), only=("next_step", "next_step_on"), today=self.today)
        draft = self.shell.desk.read(drafts.draft_of, episode.id, "next_step")
        form.show_values({"next_step": draft or episode.next_step, "next_step_on": episode.next_step_on})
        for editor in form.editors.values():
            editor.left.connect(partial(self._keep_step, form))

        def keep_draft(key: str, text: str) -> None:
            if key == "next_step" and text.strip() != self._episode_now().next_step:
                self.shell.desk.do(self, drafts.save_draft, episode.id, key, self.woman, text)

        form.settled.connect(keep_draft)
        return Card(_("What comes next"), form, note=_("Saved as you type. The Today page shows it on its day."))

    def _episode_now(self) -> Enrolment:
        episode = self.shell.desk.read(women.current_episode, self.woman)
        assert episode is not None
        return episode

    def _keep_step(self, form: RecordForm) -> None:
        """The words become the next step when she leaves the field."""
        if form is not self.step:
            return
        try:
            values = form.values()
            self.shell.desk.do(
                self, _set_next_step, self._episode_now().id, values["next_step"], values["next_step_on"]
            )
        except Refused as refused:
            form.show_problems(refused.fields)
        except Problem as problem:
            self.problem.show_problem(problem)

    def _episode(self, page: HerPage, episode: Enrolment) -> Card:
        card = Card(_("How it went so far"))
        if page.registrations:
            card.add(Sentence(page.registrations[episode.participant], tone="muted"))
        for name in (
            "offered_on",
            "waiting_on",
            "limits_told_on",
            "agreed_on",
            "enrolled_on",
            "follow_up_on",
            "declined_on",
            "closed_on",
        ):
            if on := getattr(episode, name):
                card.add(Sentence(f"{_(fields(Enrolment)[name].label)}: {show_day(on)}"))
        if page.woman.actual_release:
            card.add(Sentence(f"{_('Released on')}: {show_day(page.woman.actual_release)}"))
        return card

    def _plan_card(self, page: HerPage) -> Card:
        plan = plan_here(page)
        more = LinkButton(_("More about her plan"), lambda: self.tabs.turn_to("plan"),
                          icon_name="arrow-right")  # fmt: skip
        if plan is None:
            words = _("No plan yet. It begins when she is enrolled and was told what must be passed on.")
            return Card(_("Wellness plan"), Sentence(words), more)
        state = self.shell.desk.read(lambda unit: plan_state(unit, plan))
        card = Card(_("Wellness plan"), Flow(state_pill(state)))
        if plan.done_on:
            card.add(Sentence(_("Done for now on {day}.").format(day=show_day(plan.done_on))))
        elif plan.started_on:
            card.add(Sentence(_("Started on {day}.").format(day=show_day(plan.started_on))))
        card.add(more)
        return card

    def _office(self, episode: Enrolment, *, shares: bool, stopped: bool) -> Card:
        words = _("The office gets dates only. Her words stay here. She can say yes at any time.")
        if shares:
            words = _(
                "The office gets her dates and her words. She can say no at any time: then it is asked to delete them."
            )
        elif stopped:
            words = _(women.WORDS_STOPPED)
        card = Card(_("What the office may have"), Sentence(words))
        acts = [(WhatOfficeHas.DATES, _("Dates only")) if shares else (WhatOfficeHas.WORDS, _("Words too"))]
        if stopped:
            acts.insert(0, (WhatOfficeHas.DATES, _("Call back her words")))
        share = partial(self.do, recalling.share, episode.id)
        card.add(Flow(*(Button(ask, partial(share, what), icon_name="send") for what, ask in acts)))
        if (called := self.shell.desk.read(recalling.called_back, self.woman)) is not None:
            card.add(called_back(called))
        return card

    def _leaving(self, page: HerPage, episode: Enrolment) -> Card:
        woman = self.woman
        if page.woman.actual_release is None:
            form = RecordForm(fields(Participant), only=("actual_release", "release_type"), today=self.today)

            def released() -> None:
                values = form.values()
                if values["actual_release"] is None:
                    raise Refused({"actual_release": _("Please fill this in.")})
                self.do(enrolling.release, woman, values["actual_release"], values["release_type"], form=form)

            return Card(
                _("She left"),
                form,
                Button(_("Note the release"), lambda: self.attempt(released, form), icon_name="house"),
            )
        if not episode.follow_up_on:
            begin = Button(
                _("Begin the follow-up year"), lambda: self.do(enrolling.follow_up, episode.id, self.today())
            )
            return Card(_("After release"), begin)
        form = RecordForm(fields(Enrolment), only=("closed_on", "closed_reason"), today=self.today)

        def end() -> None:
            values = form.values()
            if values["closed_on"] is None or values["closed_reason"] not in set(Closure):
                raise Refused({"closed_on": _("Give the day and the reason.")})
            self.do(enrolling.close, episode.id, values["closed_on"], values["closed_reason"], form=form)

        return Card(_("Close"), form, Button(_("Close this episode"), lambda: self.attempt(end, form)))

    def _who(self, her: Participant) -> QWidget:
        self.details = RecordForm(fields(Participant), only=DETAILS, today=self.today)
        self.details.show_values({name: getattr(her, name) for name in DETAILS})
        self.details.setEnabled(self.held.writable and self.shell.desk.may("correct"))
        for editor in self.details.editors.values():
            editor.left.connect(partial(self._keep_details, self.details))
        note = _(
            "What you write here stands; a list that says something else will ask first. "
            "Everything is saved as you type."
        )
        tab = Stack(Card("", self.details, note=note))
        if self.shell.desk.may("add_hold"):
            words, woman = _("Hold or erase her record"), self.woman
            go = LinkButton(words, lambda: self.shell.show_page("retention", participant=woman), icon_name="archive")
            tab.add(Flow(go))
        return tab

    def _keep_details(self, form: RecordForm) -> None:
        if form is not self.details:
            return
        try:
            self.shell.desk.do(self, women.correct, self.woman, **form.values())
        except Refused as refused:
            form.show_problems(refused.fields)
        except Problem as problem:
            self.problem.show_problem(problem)

    # Doing

    def today(self) -> dt.date:
        """The day it is."""
        return self.shell.desk.read(lambda unit: unit.today())

    def do(self, command: Callable[..., object], *args: object, form: RecordForm | None = None, **more: object) -> None:
        self.attempt(lambda: self.shell.desk.do(self, command, *args, **more), form)
        if not self.problem.text() and (form is None or form.isVisible()):
            self.refresh()

    def attempt(self, act: Callable[[], object], form: RecordForm | None) -> None:
        """Do *act*, and say what went wrong."""
        self.problem.clear()
        try:
            act()
        except Refused as refused:
            if form is not None:
                form.show_problems(refused.fields)
            self.problem.show_problem(refused.sentence)
        except Problem as problem:
            self.problem.show_problem(problem)


def who(her: Participant | Listed) -> str:
    """What tells her from every other woman of her name, for the line under it."""
    return ", ".join(
        filter(
            None,
            (
                _("Number {number}").format(number=her.department_number) if her.department_number else _("No number"),
                _("born {year}").format(year=her.date_of_birth.year) if her.date_of_birth else "",
                _("unit {unit}").format(unit=her.unit) if her.unit else "",
            ),
        )
    )


def _same_name(unit: Unit, her: Participant) -> list[str]:
    first = her.preferred_name or her.first_name
    found = women.search(unit, f"{first} {her.last_name}", limit=20).rows
    mine = fold(f"{her.last_name}, {first}")
    return [
        ", ".join(filter(None, (row.department_number, str(row.birth_year or ""))))
        for row in found
        if row.id != her.id and fold(row.name) == mine
    ]


def _set_next_step(unit: Unit, episode: Id, words: str, on: dt.date | None) -> None:
    enrolling.set_next_step(unit, episode, words, on)
    drafts.drop_draft(unit, episode, "next_step")
