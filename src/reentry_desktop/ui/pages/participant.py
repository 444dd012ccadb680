"""One woman's page: who she is and where she stands on top, then tabs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QWidget

from ...actions import enrolling, record_files, women
from ...actions.plans import plan_day
from ...actions.women import STATES
from ...actions.women import Page as HerPage
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import choice_label, fields
from ...records.participant import Closure, Enrolment, Language, Need, NeedSource, NeedTag, Participant, WhatOfficeHas
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..table import Column, Table
from ..widgets import Button, Card, LinkButton, Notice, Pill, PrimaryButton, Sentence
from .participants import STATE_LOOKS

if TYPE_CHECKING:
    from ..window import MainWindow

DETAILS = (
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "aliases", "department_number",
    "date_of_birth", "unit", "admitted_on", "parole_hearing", "expected_release", "county_of_return", "language",
    "large_print",
)  # fmt: skip


class ParticipantPage(Page):
    """Opening it is an entry of the log; showing it again after a change is not."""

    key = "participant"
    title = N_("Participant")
    icon = "user"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.pills = Flow()
        self.add(self.pills)
        self.add(self.tabs, 1)
        self.details: RecordForm | None = None

    def open(self, woman: Id = Id(""), **_args: object) -> None:
        self.woman = woman
        self.tabs.setCurrentIndex(0)
        self._show(self.shell.desk.do(self, women.open_page, woman))

    def refresh(self) -> None:
        woman = self.woman
        self._show(self.shell.desk.read(lambda unit: women.page(unit, unit.get(Participant, woman))))

    def leave(self) -> None:
        if self.details is not None:
            self._keep_details()

    def print_page(self) -> None:
        self.shell.show_page("preview", woman=self.woman)

    # The banner

    def _show(self, page: HerPage) -> None:
        her, self.page = page.woman, page
        self.set_head(
            her.name,
            _("Number {number}, unit {unit}").format(
                number=her.department_number or _("none"), unit=her.unit or _("not known")
            ),
            *self._acts(page),
            back=_("Participants"),
        )
        self.pills.clear()
        icon, tone = STATE_LOOKS[page.state]
        self.pills.add(Pill(_(STATES[page.state]), tone, icon_name=icon))
        day = self.shell.desk.read(lambda unit: unit.today())
        if her.expected_release and not her.actual_release:
            days = (her.expected_release - day).days
            words = ngettext("Leaves in {n} day", "Leaves in {n} days", days).format(n=days)
            self.pills.add(
                Pill(
                    words if days >= 0 else _("Check the release date"),
                    "warn" if days < 60 else "plain",
                    icon_name="house",
                )
            )
        self.pills.add(Pill(choice_label(Language, her.language), "plain", icon_name="languages"))
        if her.large_print:
            self.pills.add(Pill(_("Large print"), "info", icon_name="maximize"))
        if page.episode:
            shared = page.episode.office_has == WhatOfficeHas.WORDS
            self.pills.add(Pill(_("Shares her words") if shared else _("Shares dates only"), "plain", icon_name="send"))
            if (n := plan_day(page.episode, page.plan, day)) is not None and n <= 30:
                self.pills.add(Pill(_("Plan: day {n} of 30").format(n=n), "info", icon_name="clock"))
        if page.conflicts:
            self.pills.add(Pill(_("Two versions to look at"), "warn"))
        keep = self.tabs.currentIndex()
        while self.tabs.count():
            old = self.tabs.widget(0)
            self.tabs.removeTab(0)
            old.deleteLater()
        self.details = None
        self.tabs.addTab(self._overview(page), _("Overview"))
        self.tabs.addTab(self._who(her), _("Who she is"))
        self.tabs.addTab(self._needs(page), _("Needs"))
        self.tabs.addTab(self._history(), _("History"))
        self.tabs.setCurrentIndex(max(keep, 0))

    def _acts(self, page: HerPage) -> list[Button]:
        woman = self.woman
        if page.episode is None or page.state in ("offered", "declined", "closed", "not_eligible", "waiting"):
            words = _("Go on with the offer") if page.state in ("offered", "waiting") else _("Offer the program")
            return [
                PrimaryButton(words, lambda: self.shell.show_page("enrol", woman=woman), icon_name="heart-handshake")
            ]
        plan = _("Go on with the plan") if page.plan else _("Start the plan")
        return [
            PrimaryButton(plan, lambda: self.shell.show_page("plan", woman=woman), icon_name="file-text"),
            Button(_("Print"), self.print_page, icon_name="printer"),
        ]

    # The tabs

    def _overview(self, page: HerPage) -> QWidget:
        columns = Columns()
        episode = page.episode
        if episode is None:
            columns.left.add(Card(_("Next"), Sentence(_("She was not offered the program yet."))))
        else:
            columns.left.add(self._next_step(episode))
            columns.left.add(self._episode(page, episode))
        columns.right.add(self._plan_card(page))
        if episode and episode.enrolled_on and not episode.closed_on:
            columns.right.add(self._office(episode))
            columns.right.add(self._leaving(page, episode))
        return Stack(columns)

    def _next_step(self, episode: Enrolment) -> Card:
        form = RecordForm(fields(Enrolment), only=("next_step", "next_step_on"), today=self._today)
        form.show_values({"next_step": episode.next_step, "next_step_on": episode.next_step_on})

        def keep() -> None:
            values = form.values()
            self._do(enrolling.set_next_step, episode.id, values["next_step"], values["next_step_on"], form=form)

        return Card(_("Next step"), form, Button(_("Keep"), keep, icon_name="check"))

    def _episode(self, page: HerPage, episode: Enrolment) -> Card:
        card = Card(_("How it went so far"))
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
        plan = page.plan
        if plan is None:
            words = _("No plan yet. It begins when she is enrolled and was told what must be passed on.")
        elif plan.done_on:
            words = _("Done for now on {day}.").format(day=show_day(plan.done_on))
        else:
            words = _("Started on {day}.").format(day=show_day(plan.started_on))
        return Card(_("Wellness plan"), Sentence(words))

    def _office(self, episode: Enrolment) -> Card:
        shares = episode.office_has == WhatOfficeHas.WORDS
        words = (
            _("The office gets her dates and her words. She can say no at any time; what was sent stays there.")
            if shares
            else _("The office gets dates only. Her words stay here. She can say yes at any time.")
        )
        other = WhatOfficeHas.DATES if shares else WhatOfficeHas.WORDS
        ask = _("She says: dates only") if shares else _("She says: my words too")
        return Card(
            _("What the office may have"),
            Sentence(words),
            Button(ask, lambda: self._do(enrolling.let_office_have, episode.id, other), icon_name="send"),
        )

    def _leaving(self, page: HerPage, episode: Enrolment) -> Card:
        woman = self.woman
        if page.woman.actual_release is None:
            form = RecordForm(fields(Participant), only=("actual_release", "release_type"), today=self._today)

            def released() -> None:
                values = form.values()
                if values["actual_release"] is None:
                    raise Refused({"actual_release": _("Please fill this in.")})
                self._do(enrolling.release, woman, values["actual_release"], values["release_type"], form=form)

            return Card(
                _("She left"), form, Button(_("Note the release"), lambda: self._try(released, form), icon_name="house")
            )
        if not episode.follow_up_on:
            begin = Button(
                _("Begin the follow-up year"), lambda: self._do(enrolling.follow_up, episode.id, self._today())
            )
            return Card(_("After release"), begin)
        form = RecordForm(fields(Enrolment), only=("closed_on", "closed_reason"), today=self._today)

        def end() -> None:
            values = form.values()
            if values["closed_on"] is None or values["closed_reason"] not in set(Closure):
                raise Refused({"closed_on": _("Give the day and the reason.")})
            self._do(enrolling.close, episode.id, values["closed_on"], values["closed_reason"], form=form)

        return Card(_("Close"), form, Button(_("Close this episode"), lambda: self._try(end, form)))

    def _who(self, her: Participant) -> QWidget:
        self.details = RecordForm(fields(Participant), only=DETAILS, today=self._today)
        self.details.show_values({name: getattr(her, name) for name in DETAILS})
        self.details.settled.connect(lambda _key, _text: self._keep_details())
        note = _(
            "What you write here stands; a list that says something else will ask first. Everything is saved as you type."
        )
        return Stack(Card("", self.details, note=note))

    def _keep_details(self) -> None:
        if self.details is None:
            return
        try:
            self.shell.desk.do(self, women.correct, self.woman, **self.details.values())
        except Refused as refused:
            self.details.show_problems(refused.fields)
        except Problem as problem:
            self.problem.show_problem(problem)

    def _needs(self, page: HerPage) -> QWidget:
        stack = Stack()
        note = _("Only what she says may be written down. No list and no page of names shows it.")
        card = Card(_("What she may want help with"), note=note)
        for need in page.needs:
            source = choice_label(NeedSource, need.source)
            words = f"{choice_label(Need, need.need)} ({source}, {show_day(need.noted_on)})"
            drop = LinkButton(
                _("Take away"), lambda need=need: self._do(enrolling.drop_need, need.id), icon_name="trash-2"
            )
            drop.setAccessibleName(f"{_('Take away')}: {words}")
            card.add(Flow(Sentence(words), drop))
        if not page.needs:
            card.add(Sentence(_("Nothing is written down."), tone="muted"))
        form = RecordForm(fields(NeedTag), only=("need", "source", "may_be_recorded"), today=self._today)
        form.show_values({"source": NeedSource.SHE_SAID, "may_be_recorded": False})
        woman = self.woman

        def add() -> None:
            values = form.values()
            self._do(
                enrolling.note_need, woman, values["need"], values["source"], self._today(),
                may_be_recorded=bool(values["may_be_recorded"]), form=form,
            )  # fmt: skip

        stack.add(card)
        stack.add(Card(_("Add"), form, Button(_("Write it down"), add, icon_name="plus")))
        return stack

    def _history(self) -> QWidget:
        woman = self.woman
        lines = self.shell.desk.read(record_files.story, woman)
        columns: list[Column[dict[str, str]]] = [
            Column(N_("When"), lambda r: _moment(r["at"]), 11),
            Column(N_("Who"), lambda r: r["who"], 9),
            Column(N_("What"), lambda r: r["what"], 20, stretch=True),
        ]
        table = Table(columns, _("History"), least_rows=8)
        table.show_rows(lines)
        return Stack(Notice(_("Every change and every look at her record. Nothing here can be altered.")), table)

    # Doing

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    def _do(self, command: object, *args: object, form: RecordForm | None = None, **more: object) -> None:
        self._try(lambda: self.shell.desk.do(self, command, *args, **more), form)  # type: ignore[arg-type]
        if not self.problem.text() and (form is None or form.isVisible()):
            self.refresh()

    def _try(self, act: object, form: RecordForm | None) -> None:
        self.problem.clear()
        try:
            act()  # type: ignore[operator]
        except Refused as refused:
            if form is not None:
                form.show_problems(refused.fields)
            self.problem.show_problem(refused.sentence)
        except Problem as problem:
            self.problem.show_problem(problem)


def _moment(at: str) -> str:
    when = dt.datetime.fromisoformat(at).astimezone()
    return f"{show_day(when.date())}, {when:%H:%M}"
