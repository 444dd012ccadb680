"""Offering the program and enrolling her: one step after another, each hers to refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QRadioButton

from ...actions import enrolling, limits, women
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import LANGUAGES, N_, _
from ...records.base import Right
from ...records.local import Listed
from ...records.participant import Enrolment, NotEligible, Participant, WhatOfficeHas
from ..day_editor import Day
from ..days import show_day
from ..form import FieldRow
from ..layouts import Columns, Flow
from ..page import Page, Stepper
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Sentence
from .participant import who

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow


def _look(unit: Unit, woman: Id) -> tuple[Participant | Listed, Enrolment | None]:
    found: Participant | Listed | None = unit.find(Participant, woman) or unit.session.get(Listed, woman)
    if found is None:
        raise Problem(_("This woman is not on the list (any more). Nothing was changed."))
    return found, women.current_episode(unit, woman)


class EnrolPage(Page):
    """Offer, what must be passed on, agreement: the page shows the step she stands at."""

    key = "enrol"
    title = N_("Offer and enroll")
    needs = Right.MEET
    icon = "heart-handshake"
    under = "participants"
    writes_her = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.tongue = ""
        """The language the limits are read in, where somebody chose another one."""
        self.steps = Stepper([_("Offer"), _("What I must pass on"), _("Agree"), _("Enrolled")])

    def open(self, participant: Id = Id(""), **_args: object) -> None:
        self.woman = participant
        self.tongue = ""
        self.refresh()

    def refresh(self) -> None:
        her, episode = self.shell.desk.read(_look, self.woman)
        name = her.name if isinstance(her, Participant) else f"{her.first_name} {her.last_name}"
        self.clear()
        self.set_head(name, who(her), back=_("Participants"))
        self.steps = Stepper(self.steps.steps)
        self.add(self.steps)
        running = episode is not None and not (episode.closed_on or episode.declined_on or episode.not_eligible_on)
        if episode is None or not running:
            self.steps.show_step(0)
            self._offer(her, episode)
        elif not episode.limits_told_on:
            self.steps.show_step(1)
            self._limits(episode, her)
        elif not episode.enrolled_on:
            self.steps.show_step(2)
            self._agree(episode)
        else:
            self.steps.show_step(4)
            self._done(episode)

    def _day(self) -> Day:
        day = Day(today=self._today)
        day.set(self._today())
        return day

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    def _offer(self, her: Participant | Listed, before: Enrolment | None) -> None:
        dates = [
            f"{_('Parole hearing')}: {show_day(her.parole_hearing)}" if her.parole_hearing else "",
            f"{_('Tentative release')}: {show_day(her.expected_release)}" if her.expected_release else "",
        ]
        columns = Columns()
        facts = Card(_("Why now"))
        for words in filter(None, dates):
            facts.add(Sentence(words))
        if not any(dates):
            facts.add(Sentence(_("The list gives no date."), tone="muted"))
        if before is not None and before.declined_on:
            facts.add(
                Notice(
                    _("She said no on {day}. That is a choice to be respected.").format(
                        day=show_day(before.declined_on)
                    )
                )
            )
        columns.right.add(facts)
        programs = self.shell.desk.read(enrolling.programs)
        card = Card(_("Offer the program"))
        box = QComboBox()
        box.setAccessibleName(_("Program"))
        for program in programs:
            box.addItem(program.name, program.id)
        day = self._day()
        if not programs:
            new = QLineEdit()
            new.setAccessibleName(_("Name of the program"))
            new.setPlaceholderText(_("Name of the program or grant"))

            def add() -> None:
                self._do(enrolling.add_program, name=new.text())

            card.add(Sentence(_("No program is set up yet. What is it called?")))
            card.add(new)
            card.add(PrimaryButton(_("Add the program"), add, icon_name="plus"))
        else:
            card.add(Sentence(_("Program"), role="strong"))
            card.add(box)
            card.add(FieldRow(_("Offered on"), day))
            card.add(
                PrimaryButton(
                    _("Note the offer"),
                    lambda: self._do(enrolling.offer, self.woman, box.currentData(), day.get),
                    icon_name="heart-handshake",
                )
            )
        columns.left.add(card)
        self.add(columns)

    def _limits(self, episode: Enrolment, her: Participant | Listed) -> None:
        tongue = self.tongue or (str(her.language) if isinstance(her, Participant) else "")
        tongue = tongue if tongue in LANGUAGES else "en"
        told = limits.limits(tongue)
        columns = Columns(ratio=(3, 2))
        card = Card(told.title, Sentence(told.intro))
        card.add(Sentence(told.keep_title, role="strong"))
        for line in told.keep:
            card.add(Sentence(f"• {line}"))
        card.add(Sentence(told.pass_on_title, role="strong"))
        for line in told.must_pass_on:
            card.add(Sentence(f"• {line}"))
        card.add(Sentence(told.closing))
        columns.left.add(card)
        day = self._day()
        language = QComboBox()
        language.setAccessibleName(_("Language it was told in"))
        for code, name in LANGUAGES.items():
            language.addItem(name, code)
        language.setCurrentIndex(language.findData(tongue))
        language.activated.connect(lambda _index: self._read_in(str(language.currentData())))
        tongue_label = Sentence(_("Language it was told in"), role="strong")
        tell = Card(_("Read it out"), FieldRow(_("Told on"), day), tongue_label, language)
        tell.add(
            PrimaryButton(
                _("It was read out"),
                lambda: self._do(enrolling.told_limits, episode.id, day.get, language.currentData()),
                icon_name="check",
            )
        )
        columns.right.add(tell)
        columns.right.add(self._answers(episode))
        self.add(columns)

    def _read_in(self, tongue: str) -> None:
        self.tongue = tongue
        self.refresh()

    def _agree(self, episode: Enrolment) -> None:
        columns = Columns(ratio=(3, 2))
        day = self._day()
        dates = QRadioButton(_("Dates only. Her words stay in this office."))
        words = QRadioButton(_("Her words too."))
        dates.setChecked(True)
        card = Card(
            _("Taking part"),
            FieldRow(_("Agreed on"), day),
            Sentence(_("What may the office have?"), role="strong"),
            dates,
            words,
            note=_("She can change her mind about this at any time."),
        )
        card.add(
            PrimaryButton(
                _("Enroll"),
                lambda: self._enrol(episode, day, WhatOfficeHas.WORDS if words.isChecked() else WhatOfficeHas.DATES),
                icon_name="circle-check",
            )
        )
        columns.left.add(card)
        columns.right.add(self._answers(episode))
        self.add(columns)

    def _enrol(self, episode: Enrolment, day: Day, what: WhatOfficeHas) -> None:
        self._do(enrolling.enrol, episode.id, agreed_on=day.get, on=day.get, office_has=what)

    def _answers(self, episode: Enrolment) -> Card:
        """The other answers there are: no, not now, not for her."""
        card = Card(_("Or"))
        card.add(
            Button(
                _("The answer is no"),
                lambda: self._do(enrolling.decline, episode.id, self._today()),
                icon_name="circle-pause",
            )
        )
        if not episode.waiting_on:
            card.add(
                Button(
                    _("There is no place yet"),
                    lambda: self._do(enrolling.wait, episode.id, self._today()),
                    icon_name="clock",
                )
            )
        why = QComboBox()
        why.setAccessibleName(_("Why not eligible"))
        for reason in NotEligible:
            why.addItem(_(reason.label), reason)
        card.add(Sentence(_("The program is not for her now:"), tone="muted"))
        card.add(why)
        card.add(
            Button(
                _("Note it"),
                lambda: self._do(enrolling.not_eligible, episode.id, self._today(), str(why.currentData())),
            )
        )
        return card

    def _done(self, episode: Enrolment) -> None:
        words = _("Enrolled on {day}.").format(day=show_day(episode.enrolled_on))
        woman = self.woman
        self.add(
            Card(
                _("Next"),
                Sentence(words),
                Flow(
                    PrimaryButton(
                        _("Start the plan"),
                        lambda: self.shell.show_page("plan", participant=woman),
                        icon_name="file-text",
                    ),
                    LinkButton(_("Open the page"), lambda: self.shell.show_page("participant", participant=woman)),
                ),
            )
        )

    def _do(self, command: Callable[..., Any], *args: Any, **more: Any) -> None:
        """Carry *command* out; an argument that is a function is asked first (a day that may be mistyped)."""
        self.problem.clear()
        try:
            given = [a() if callable(a) else a for a in args]
            named = {k: v() if callable(v) else v for k, v in more.items()}
            self.shell.desk.do(self, command, *given, **named)
        except Refused as refused:
            self.problem.show_problem(refused.sentence)
        except Problem as problem:
            self.problem.show_problem(problem)
        else:
            self.refresh()
