"""If something serious comes up: the facility's steps, whom to call, and three facts of the report. No story.

Opened beside her (``beside=True``) it has the screen to itself and ends at the cover; else it is a page of the desk.
Beside her she reads first what is for her, large and in her language; the steps are the worker's, small and folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ...actions import drafts, safety, withholding
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import LANGUAGES, N_, _, in_language
from ...records.access import SAFETY_DRAFT
from ...records.base import Right, fields
from ...records.participant import Participant
from ...records.safety import SafetyReport
from .. import tokens as t
from ..days import show_day, show_time
from ..form import RecordForm
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..widgets import Button, Card, Heading, Icon, LinkButton, Notice, Pill, PrimaryButton, Sentence, announce, reveal

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

STEPS = (
    N_("Stay with her. Do not leave her alone."),
    N_("Listen. Do not ask for details, and do not promise to keep it secret."),
    N_("Follow your facility’s rule now, not later."),
    N_("Tell her what you do next, and who will come."),
)
CALL = (
    N_("The shift commander."),
    N_("Mental health staff on duty."),
    N_("Outside, or where there is a phone: call or text 988, day or night."),
)
FOR_HER = (N_("I have to pass this on."), N_("I stay with you."))
FACTS = ("made_on", "made_at", "to_whom")


def now_here(unit: Unit) -> str:
    """The time it is on this PC's clock, as people write it."""
    return show_time(unit.store.clock().astimezone())


class SafetyPage(Page):
    """``show_page("safety", participant=ID, part=KEY, beside=True, language=CODE)``; the language is the reader's.

    ``kept=False``: her last words could not be kept, and stand on the page behind this one.
    """

    key = "safety"
    title = N_("If something serious comes up")
    needs = Right.SEE
    icon = "shield-check"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.beside = False
        self._part = ""
        self._args: dict[str, Any] = {}
        self._unkept: dict[str, Problem] = {}
        """Why a fact could not be kept as it was typed."""
        self.form: RecordForm | None = None
        self.steps = Stack()
        self.unfold: LinkButton | None = None

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
        self._args, self._unkept = args, {}
        self.woman, self._part = Id(args.get("participant") or ""), str(args.get("part") or "")
        self.beside = bool(args.get("beside"))
        if self.beside and self.shell.alone is not None:
            self.shell.alone.speak(self.shell.settings.language)
        self.form = None
        self._build()

    def refresh(self) -> None:
        """Read again; what is typed stays."""
        if self._keep():
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
        kept = _("Her words are kept. The plan can wait.")
        unkept = _("The disk did not take her last words: they stay on the screen behind this. The plan can wait.")
        words = kept if self._args.get("kept", True) else unkept
        self.set_head(_(self.title), words if self.beside else name, *([closing] if self.beside else []))
        columns = Columns(ratio=(1, 2) if self.beside else (1, 1), narrow=50)
        self.unfold = None
        self.steps = self._steps()
        if self.beside:
            columns.left.add(self._for_her())
            self.unfold = LinkButton(_("For the worker: what to do now"), self.show_steps, icon_name="chevron-right")
            self.unfold.setProperty("role", "aside")
            self.unfold.setToolTip(_("Key: F1"))
            columns.left.add(Flow(self.unfold))
            reveal(self.steps, False)
        columns.left.add(self.steps)
        if self.woman:
            columns.right.add(self._facts())
            columns.right.add(self._reports())
        self.add(columns)

    # What to do now

    def _steps(self) -> Stack:
        found, role = self.shell.desk.read(safety.safety_steps), "aside" if self.beside else ""
        lists = (
            (_("What to do now"), _listed(lines_of(found.steps, STEPS), numbered=True, role=role)),
            (_("Whom to call"), _listed(lines_of(found.call, CALL), numbered=False, role=role)),
        )
        if not self.beside:
            return Stack(*(Card(title, listed) for title, listed in lists))
        small = (part for title, listed in lists for part in (Sentence(title, tone="muted", role=role), listed))
        return Stack(Card("", *small))

    def _for_her(self) -> Card:
        """What she may read, before anything else."""
        code = str(self._args.get("language") or "")
        say = in_language(code if code in LANGUAGES else self.shell.settings.language).gettext
        words = QWidget()
        grid = QGridLayout(words)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(t.S3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Icon("heart-handshake", t.PRIMARY), 0, 0, Qt.AlignmentFlag.AlignTop)
        for row, line in enumerate(FOR_HER):
            grid.addWidget(Heading(say(line)), row, 1)
        return Card("", words)

    def show_steps(self) -> None:
        """The worker's steps, or away with them."""
        if self.unfold is None:
            return
        on = self.steps.isHidden()
        reveal(self.steps, on)
        self.unfold.set_icon("chevron-down" if on else "chevron-right")
        if on:
            announce(self.steps, "\n".join(label.text() for label in self.steps.findChildren(Sentence)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 shows the worker's steps beside her; at the desk they stand there anyway."""
        if self.unfold is not None and event.key() == Qt.Key.Key_F1:
            self.show_steps()
            return
        super().keyPressEvent(event)

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
        self.warning = Notice("", "warn")
        self.form.editors["to_whom"].left.connect(self._warn)
        card.add(self.warning)
        card.add(self.form)
        card.add(self.save)
        card.add(Sentence(_("Only you and administrators see this. It never leaves this place."), tone="muted"))
        return card

    def _warn(self) -> None:
        """Whom it is passed on to may be whom she fears."""
        if self.form is not None:
            found = self.shell.desk.read(withholding.matches, self.woman, self.form.typed()["to_whom"])
            self.warning.say(" ".join(match.sentence for match in found), "warn")

    @property
    def _draft(self) -> str:
        """What the draft of a report about her is kept under."""
        return self.woman + SAFETY_DRAFT

    def _keep_draft(self, field: str, text: str) -> None:
        try:
            self.shell.desk.do(self, drafts.save_draft, self._draft, field, self.woman, text)
        except Problem as problem:
            self._unkept[field] = problem
            self.problem.show_problem(problem)
        else:
            self._unkept.pop(field, None)

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
        self._unkept = {}
        self._build()
        self.problem.say(_("Kept: when, at what time, to whom."), "ok")

    def _keep(self) -> bool:
        """Whom it was told is not typed twice. False where it is only on the screen."""
        if self.form is not None:
            self.form.flush()
            typed = self.form.typed()
            for field in sorted(self._unkept):
                self._keep_draft(field, typed[field])
        return not self._unkept

    def leave(self) -> None:
        if not self._keep():
            raise next(iter(self._unkept.values()))

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
        if not self._keep():
            return
        self.shell.desk.do(self, safety.hand_over, report)
        self._build()
        self.begin()

    def begin(self) -> None:
        """At whom it was told: day and time are there already."""
        if self.form is not None:
            self.form.editors["to_whom"].setFocus()
        else:
            super().begin()


def lines_of(own: str, usual: tuple[str, ...]) -> list[str]:
    """What the site wrote down, line by line; else what holds anywhere."""
    return [line.strip() for line in own.splitlines() if line.strip()] or [_(line) for line in usual]


def _listed(lines: list[str], *, numbered: bool, role: str) -> QWidget:
    place = QWidget()
    grid = QGridLayout(place)  # the words begin at one line, however wide the numbers are
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(t.S3)
    grid.setVerticalSpacing(t.S2 if role else t.S3)
    grid.setColumnStretch(1, 1)
    for row, words in enumerate(lines):
        sign = Sentence(f"{row + 1}.", role=role) if numbered else Icon("phone", t.PRIMARY, size=0.9 if role else 1.25)
        grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Sentence(words, role=role), row, 1)
    return place
