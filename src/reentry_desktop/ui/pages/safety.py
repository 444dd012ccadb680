"""If something serious comes up: the facility's steps, whom to call, and three facts of the report. No story.

Opened beside her (``beside=True``) it has the screen to itself and ends at the cover; else it is a page of the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...actions import drafts, safety
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import fields
from ...records.participant import Participant
from ...records.safety import SafetyReport
from .. import tokens as t
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..widgets import Button, Card, Icon, Notice, Pill, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

STEPS = (
    N_("Stay with her. Do not leave her alone."),
    N_("Listen. Do not ask for details, and do not promise to keep it secret."),
    N_("Follow your facility's rule now, not later."),
    N_("Tell her what you do next, and who will come."),
)
CALL = (
    N_("The shift commander."),
    N_("Mental health staff on duty."),
    N_("Outside, or where there is a phone: call or text 988, day or night."),
)
FACTS = ("made_on", "made_at", "to_whom")
DRAFT = "/safety"
"""How the drafts of this page are named: whom they are about stands before it."""


def now_here(unit: Unit) -> str:
    """The time it is on this PC's clock, as people write it."""
    moment = unit.store.clock().astimezone()
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


class SafetyPage(Page):
    """``show_page("safety", participant=ID, part=KEY, beside=True)``."""

    key = "safety"
    title = N_("If something serious comes up")
    icon = "shield-check"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.beside = False
        self._part = ""
        self._args: dict[str, Any] = {}
        self._unkept: set[str] = set()
        """The facts that could not be kept as they were typed."""
        self.form: RecordForm | None = None

    @classmethod
    def stands_alone(cls, args: Mapping[str, Any]) -> bool:
        return bool(args.get("beside"))

    def desk_place(self) -> tuple[str, dict[str, Any]]:
        """Her plan; this page itself while something could not be kept."""
        if self._unkept:
            return self.key, self._args
        return "plan", {"participant": self.woman, "part": self._part}

    # Opening

    def open(self, **args: Any) -> None:
        """Show what to do now, and what was passed on about her before."""
        self._args, self._unkept = args, set()
        self.woman, self._part = Id(args.get("participant") or ""), str(args.get("part") or "")
        self.beside = bool(args.get("beside"))
        if self.beside and self.shell.alone is not None:
            self.shell.alone.speak(self.shell.settings.language)
        self.form = None
        self._build()

    def refresh(self) -> None:
        """Read again; what is typed stays."""
        self.leave()
        if not self._unkept:
            self._build()

    def _build(self) -> None:
        self.setFocus()
        self.clear()
        desk = self.shell.desk
        closing = Button(_("Close and cover"), self.shell.cover, icon_name="eye-off")
        name = ""
        try:
            if self.woman and not self.beside:
                name = desk.read(lambda unit: unit.get(Participant, self.woman)).name
        except Problem as problem:
            self.problem.show_problem(problem)
            self.woman = Id("")
        under = _("Her words are kept. The plan can wait.") if self.beside else name
        self.set_head(_(self.title), under, *([closing] if self.beside else []))
        steps = desk.read(safety.safety_steps)
        columns = Columns(ratio=(1, 1), narrow=50)
        columns.left.add(_listed(_("What to do now"), steps.steps, STEPS, numbered=True))
        columns.left.add(_listed(_("Whom to call"), steps.call, CALL, numbered=False))
        if self.woman:
            columns.right.add(self._facts())
            columns.right.add(self._reports())
        self.add(columns)

    # Three facts

    def _facts(self) -> Card:
        desk = self.shell.desk
        self.form = RecordForm(fields(SafetyReport), only=FACTS, today=lambda: desk.read(lambda unit: unit.today()))
        kept = {key: desk.read(drafts.draft_of, self._draft, key) for key in FACTS}
        usual = {"made_on": desk.read(lambda unit: unit.today()), "made_at": desk.read(now_here)}
        self.form.show_values({key: kept[key] or usual.get(key, "") for key in FACTS})
        self.form.rows["made_on"].label.setText(_("On what day"))
        self.form.editors["made_on"].name(_("On what day"))
        self.form.settled.connect(self._keep_draft)
        self.save = PrimaryButton(_("Keep these three facts"), self._pass_on, icon_name="check")
        card = Card(_("Report passed on"))
        card.add(Notice(_("Three facts, and nothing else. What happened is never written here, nor in the plan.")))
        card.add(self.form)
        card.add(self.save)
        card.add(Sentence(_("Only you and administrators see this. It never leaves this place."), tone="muted"))
        return card

    @property
    def _draft(self) -> str:
        """What the draft of a report about her is kept under."""
        return self.woman + DRAFT

    def _keep_draft(self, field: str, text: str) -> None:
        try:
            self.shell.desk.do(self, drafts.save_draft, self._draft, field, self.woman, text)
        except Problem as problem:
            self._unkept.add(field)
            self.problem.show_problem(problem)
        else:
            self._unkept.discard(field)

    def _pass_on(self) -> None:
        form, desk = self.form, self.shell.desk
        if form is None:
            return
        try:
            facts = form.values()
            desk.do(self, safety.pass_on, self.woman, facts["to_whom"], facts["made_on"], facts["made_at"])
        except Refused as refused:
            form.show_problems(refused.fields)
            return
        for key in FACTS:
            desk.do(self, drafts.drop_draft, self._draft, key)
        form.show_values({})
        self._build()
        self.problem.say(_("Kept: when, at what time, to whom."), "ok")

    def leave(self) -> None:
        """Whom it was told is not typed twice."""
        if self.form is not None:
            self.form.flush()
            typed = self.form.typed()
            for field in sorted(self._unkept):
                self._keep_draft(field, typed[field])

    # What was passed on

    def _reports(self) -> QWidget:
        found = self.shell.desk.read(safety.reports_of, self.woman)
        place = Stack(space=t.S3)
        if not found:
            return place
        card = Card(_("Passed on before"))
        for report in found:
            card.add(self._report(report))
        place.add(card)
        return place

    def _report(self, report: SafetyReport) -> QWidget:
        when = " · ".join(filter(None, (show_day(report.made_on), report.made_at)))
        line = Stack(Sentence(report.to_whom, role="strong"), Sentence(when, tone="muted"), space=t.S1)
        if report.closed_on is not None:
            done = _("Handed over on {day}").format(day=show_day(report.closed_on))
            line.add(Flow(Pill(done, "ok", icon_name="circle-check")))
        else:
            over = Button(_("Handed over"), lambda: self._hand_over(Id(report.id)), icon_name="check")
            over.setAccessibleName(_("Handed over: {who}, {when}").format(who=report.to_whom, when=when))
            line.add(Flow(Pill(_("Not handed over yet"), "info", icon_name="circle-dot"), over, space=t.S3))
        return line

    def _hand_over(self, report: Id) -> None:
        self.leave()
        self.shell.desk.do(self, safety.hand_over, report)
        self._build()
        self.begin()

    def begin(self) -> None:
        """At whom it was told: day and time are there already."""
        if self.form is not None:
            self.form.editors["to_whom"].setFocus()
        else:
            super().begin()


def _listed(title: str, own: str, usual: tuple[str, ...], *, numbered: bool) -> Card:
    """What the site wrote down, line by line; else what holds anywhere."""
    card = Card(title)
    lines = [line.strip() for line in own.splitlines() if line.strip()] or [_(line) for line in usual]
    for number, words in enumerate(lines, 1):
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        if numbered:
            row.addWidget(Sentence(f"{number}."), 0, Qt.AlignmentFlag.AlignTop)
        else:
            row.addWidget(Icon("phone", t.PRIMARY), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Sentence(words), 1)
        card.add(line)
    return card
