"""Writing her plan: the parts at the left, one question at a time at the right, every key kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ...actions import enrolling, plans, women
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _
from ...records.base import Right
from ...records.participant import Participant
from .. import tokens as t
from ..page import Page
from ..sight import InSight
from ..spelling import Spelling
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, PrimaryButton
from .plan_body import PlanBody
from .plan_done import ask_done
from .plan_limits import LimitsView
from .plan_more import go_on, more_menu, reviewed
from .plan_standing import (
    Standing,
    decline_step,
    in_a_line,
    not_now_step,
    resting_words,
    review_words,
    where_it_stands,
)
from .plan_steps import Step
from .plan_undo import ActStack
from .plan_writing import Writing

if TYPE_CHECKING:
    from ...records.plan import Plan
    from ..window import MainWindow


class PlanPage(Page):
    """``show_page("plan", participant=ID, part=KEY, focus=RECORD)``; without a part where words are missing first."""

    key = "plan"
    title = N_("Plan")
    needs = Right.PLAN
    icon = "book-open"
    under = "participants"
    writes_her = True
    of_one = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.part = ""
        self.writing: Writing | None = None
        self.body: PlanBody | None = None
        self.limits: LimitsView | None = None
        self.step: Step | None = None
        self.missing_links: list[LinkButton] = []
        """The parts that ask for a few words before "done for now", as they were named last."""
        self._shown: QWidget | None = None
        self._focus_on = Id("")
        self.sight = InSight(self, self._around)
        self.acts = ActStack(self)
        self.undo_stack = self.acts.stack
        self.acts.moved.connect(self._after_undo)
        self.acts.failed.connect(self.problem.show_problem)
        self.spelling = Spelling(self, on=window.spelling)
        window.spelling_switched.connect(self.spelling.switch)
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.find_words)

    # Opening

    def open(self, **args: Any) -> None:
        """Show her plan, or what comes before it."""
        if self.woman != args["participant"]:
            self.part = ""
            self.body = None
        elif self.body is not None:
            self.part = self.body.here
        self.woman = Id(args["participant"])
        self.part = args.get("part") or self.part
        self._focus_on = Id(args.get("focus") or "")
        self._build()

    def refresh(self) -> None:
        """Something was changed elsewhere: read again. What is being typed stays where it is, with the focus."""
        if not self.woman:
            return
        plan = self._plan()
        if self.writing is None or plan is None or plan.id != self.writing.plan:
            self.leave()
            self.part = self.body.here if self.body is not None else self.part
            self._build()
        elif self.body is not None:
            self.body.read_again()
            self._show_head()
        else:
            self.writing.read()

    def _plan(self) -> Plan | None:
        return self.shell.desk.read(women.current_plan, self.woman)

    def _build(self) -> None:
        desk = self.shell.desk
        warned = self.body.warned if self.body is not None else set()
        self._show(None)
        try:
            participant = desk.read(lambda unit: unit.get(Participant, self.woman))
        except Problem as problem:
            self.set_head(_(self.title))
            self.problem.show_problem(problem)
            return
        episode = desk.read(women.current_episode, self.woman)
        plan = self._plan()
        runs = episode is not None and episode.enrolled_on is not None and episode.closed_on is None
        old = plan is not None and runs and episode is not None and plan.enrolment != episode.id
        if plan is None or old or plan.started_on is None:
            self._write_in(None)
            self.set_head(_("Plan with {name}").format(name=participant.name), way_back=_("Back"))
            begun = None if old else plan
            self._begin_first(participant, begun, runs=runs, told=bool(episode and episode.limits_told_on))
            return
        writing = self._write_in(plan)
        assert writing is not None
        parts = list(writing.parts)
        self.body = PlanBody(writing)
        self.body.warned = warned
        if self.part in parts:
            self.body.here = self.part  # she was there before: no second warning
        self.body.end.connect(self.print_page)
        self.body.failed.connect(self.problem.show_problem)
        self.body.folded.connect(self._folded)
        self.body.brought.connect(self.sight.again)
        self._show_head()
        self._show(self.body)
        wanted = writing.part_of(self._focus_on) if self._focus_on else ""
        if wanted:
            self.body.warned.add(writing.section_of(wanted).key)  # she asked for these very words
        asked = wanted or (self.part if self.part in parts else writing.first_empty())
        self.body.show_part(asked)

    def _write_in(self, plan: Plan | None) -> Writing | None:
        """The plan that is written in from now on; the acts of another one cannot be taken back any more."""
        if plan is not None and self.writing is not None and self.writing.plan == plan.id:
            self.writing.read()
        else:
            self.acts.clear()
            if self.writing is not None:
                self.writing.deleteLater()
            self.writing = Writing(self, plan.id, self.spelling, self.acts) if plan is not None else None
        if self.writing is not None:
            self.spelling.speak(self.writing.language)
        return self.writing

    def _begin_first(self, participant: Participant, plan: Plan | None, *, runs: bool, told: bool) -> None:
        """What comes before the first word: she is enrolled, and she was told what must be passed on."""
        if not runs:
            go = Button(_("Open her page"), lambda: self.shell.show_page("participant", participant=self.woman))
            more = _("Offer the program and enroll her first. Then her plan can begin.")
            self._show(Card("", EmptyState("book-open", _("She is not enrolled yet."), go, more=more)))
        elif not told:
            self._show_limits(str(participant.language), ask=True)
        else:
            resting = resting_words(plan) if plan is not None else ""
            begin = _("She wants to write it now") if resting else _("Begin her plan")
            more = _("She writes what she likes, and skips what she likes. Nothing has to be done today.")
            acts: list[Button] = [PrimaryButton(begin, self._start, icon_name="pencil")]
            if not resting:
                acts.append(Button(_("Not now"), lambda: self.show_step(not_now_step(self))))
                acts.append(Button(_("She chose not to"), lambda: self.show_step(decline_step(self))))
            words = resting or _("No plan yet.")
            self._show(Card("", EmptyState("book-open", words, *acts, more=more)))

    def _start(self) -> None:
        self.attempt(lambda: self.shell.desk.do(self, plans.start_plan, self.woman))
        self._build()
        self.begin()

    def attempt(self, act: Callable[[], object]) -> bool:
        """Carry out *act*; a problem is shown on the page. Whether it was done."""
        try:
            act()
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        return True

    def _show(self, widget: QWidget | None) -> None:
        """Show one thing under the heading."""
        if self._shown is not None:
            self.setFocus()
            self.box.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        if self.body is not None and widget is not self.body:
            self.part, self.body = self.part if widget is None else self.body.here, None
        if widget is not self.limits:
            self.limits = None
        if widget is not self.step:
            self.step = None
        self._shown = widget
        if widget is not None:
            fills = widget is self.body or widget is self.limits
            self.box.setStretch(self.box.count() - 1, 1)  # what is over stays below a card, and does not pull it apart
            self.add(widget, int(fills)).show()  # only what is shown can take the focus

    def _show_head(self) -> None:
        assert self.writing is not None
        whole = self.writing.whole
        self.standing: Standing = self.shell.desk.read(where_it_stands, whole)
        self.parts_button = Button(_("All parts"), self._toggle_parts, icon_name="list-checks")
        self.parts_button.setVisible(bool(self.body and self.body.narrow))
        self.sit_button = Button(_("Sit together"), self.sit, icon_name="maximize")
        self.sit_button.setToolTip(_("Key: F11"))
        self.limits_button = Button(_("What I must pass on"), self.show_limits, icon_name="info")
        self.limits_button.setToolTip(_("Key: F1"))
        self.print_button = Button(_("Print"), self.print_page, icon_name="printer")
        self.print_button.setAccessibleName(_("Preview and print"))
        self.done_button = Button(_("Done for now"), self.done, icon_name="circle-check")
        self.more_button = Button(_("More"), self._open_more)
        name = _("Plan with {name}").format(name=whole.woman.name)
        acts = (
            self.parts_button, self.sit_button, self.limits_button, self.print_button, self.done_button,
            self.more_button,
        )  # fmt: skip
        self.set_head(name, in_a_line(whole.plan, self.standing), *acts)
        if self.body is not None:
            self._show_standing(self.body.standing, whole.plan)

    def _show_standing(self, notice: Notice, plan: Plan) -> None:
        """What stays above the parts: that the plan rests, or waits to be looked at again."""
        if words := resting_words(plan):
            notice.say(words, "info", acts=[Button(_("Go on with the plan"), lambda: go_on(self))])
        elif self.standing.review is not None:
            again = Button(_("Looked at again with her"), lambda: reviewed(self), icon_name="check")
            notice.say(review_words(self.standing.review), "info", acts=[again])
        else:
            notice.say("")

    def _folded(self, narrow: bool) -> None:
        self.parts_button.setVisible(narrow)

    def _toggle_parts(self) -> None:
        if self.body is not None:
            self.body.toggle_parts()

    def begin(self) -> None:
        wanted, self._focus_on = self._focus_on, Id("")
        if self.body is not None and wanted:
            self.body.show_record(wanted)
        elif self.body is not None:
            self.body.begin()
        elif self.step is not None:
            self.step.begin()
        elif self.limits is not None:
            self.limits.begin()
        else:
            super().begin()

    def today(self) -> dt.date:
        """The day it is for this store."""
        return self.shell.desk.read(lambda unit: unit.today())

    def toast_room(self) -> QRect | None:
        """Over the list of parts: at the foot it would lie on the way back."""
        if self.body is None or self.body.narrow:
            return None
        parts = self.body.nav
        return QRect(parts.mapTo(self, QPoint(t.S2, 0)), parts.size() - QSize(2 * t.S2, t.S2))

    # What I must pass on

    def show_limits(self) -> None:
        """The page to read together; F1 shows it from anywhere in the plan."""
        if self.writing is None or self.limits is not None:
            return
        self.leave()
        episode = self.shell.desk.read(women.current_episode, self.woman)
        ask = episode is not None and episode.closed_on is None and episode.limits_told_on is None
        self._show_limits(self.writing.language, ask=ask)

    def _show_limits(self, language: str, *, ask: bool) -> None:
        back = None
        if self.writing is not None:
            back = Button(_("Back to the plan"), self.to_plan, icon_name="arrow-left")
        self.limits = LimitsView(language, ask=ask, way_on=back)
        self.limits.told.connect(self._told)
        if self.writing is not None:
            self.set_head(_("Plan with {name}").format(name=self.writing.whole.woman.name), _("What I must pass on"))
        self._show(self.limits)
        self.verticalScrollBar().setValue(0)
        self.limits.begin()

    def to_plan(self, part: str = "") -> None:
        """Back to the part that was in sight, or to *part*."""
        self.part = part or self.part
        self._build()
        self.begin()

    def _told(self, language: str) -> None:
        def note() -> None:
            desk = self.shell.desk
            episode = desk.read(women.current_episode, self.woman)
            if episode is not None:
                desk.do(self, enrolling.told_limits, episode.id, desk.read(lambda unit: unit.today()), language)

        if self.attempt(note):
            self.shell.toast(_("Noted: she was told today."))
            self.to_plan()

    # Keeping, and taking back

    def leave(self) -> None:
        if self.body is not None:
            self.body.keep_part()
        elif self.step is not None:
            self.step.keep()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if self.body is not None and old is not None and new is not None:
            self.body.focus_moved(old, new)

    def _around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with what has the focus, where the page scrolls as one."""
        if self._shown is None or not self._shown.isAncestorOf(inside):
            return []
        shown = self.body or self.step
        return shown.around(inside) if shown is not None else [[inside]]

    def undo(self) -> None:
        self.acts.undo()

    def redo(self) -> None:
        self.acts.redo()

    def _after_undo(self, part: str, record: str) -> None:
        self.problem.clear()
        if self.writing is None:
            self._build()
            return
        self.writing.read()
        if self.body is not None:
            self._show_head()
            self.body.after_undo(part, record)
        elif self.limits is None:
            self.to_plan()

    # Small steps in place of the part

    def show_step(self, step: Step) -> None:
        """Ask one thing, in place of the part."""
        self.leave()
        self.step = step
        step.over.connect(self.to_plan)
        self.set_head(self.head.title.text(), self.head.subtitle.text())
        self._show(step)
        self.verticalScrollBar().setValue(0)
        step.begin()

    def noted(self, name: str, back: Callable[[], object], again: Callable[[], object]) -> None:
        """A step is done: back to the plan, with a word at the foot and the way back."""
        act = self.acts.push(name, "", (), back, again)
        self.to_plan()
        self.shell.toast(_("Noted."), lambda: self.acts.undo_this(act), act=name)

    def find_words(self) -> None:
        """Ctrl+F: find words in the plan."""
        if self.body is not None:
            self.body.find_bar.open_bar()

    def sit(self) -> None:
        """The plan, full screen, one question at a time."""
        self.leave()
        here = self.body.here if self.body is not None else self.part
        self.shell.show_page("sit", participant=self.woman, part=here)

    def _open_more(self) -> None:
        menu = more_menu(self, self.standing)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def done(self) -> None:
        """She says that it is done for now: a version of its own, as often as she says so."""
        ask_done(self)

    def print_page(self) -> None:
        if self.writing is not None:
            self.leave()
            self.shell.show_page("preview", participant=self.woman)

    # F1: the menu's own is help; while a plan is open the page that must be at hand comes first.

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and event.key() == Qt.Key.Key_F1 and getattr(self, "writing", None) is not None:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1 and self.writing is not None:
            self.show_limits()
        elif event.key() == Qt.Key.Key_Escape and self.step is not None:
            self.step.leave()
        else:
            super().keyPressEvent(event)
