"""Writing her plan: the parts at the left, one question at a time at the right, every key kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ...actions import enrolling, plan_states, plans, women
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.participant import Participant
from ..days import show_day
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, PrimaryButton
from .plan_body import PlanBody
from .plan_limits import LimitsView
from .plan_writing import Writing

if TYPE_CHECKING:
    from ..window import MainWindow


class PlanPage(Page):
    """``show_page("plan", participant=ID, part=KEY)``; without a part it opens where words are missing first."""

    key = "plan"
    title = N_("Plan")
    icon = "book-open"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.part = ""
        self.writing: Writing | None = None
        self.body: PlanBody | None = None
        self.limits: LimitsView | None = None
        self._shown: QWidget | None = None
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]

    # Opening

    def open(self, **args: Any) -> None:
        """Show her plan, or what comes before it."""
        if self.woman != args["participant"]:
            self.part = ""
            self.body = None
        self.woman = Id(args["participant"])
        self.part = args.get("part") or self.part
        self._build()

    def refresh(self) -> None:
        """Read again; what is being typed is kept first and stays."""
        self.leave()
        if self.woman:
            self._build()

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
        plan = desk.read(women.current_plan, self.woman)
        runs = episode is not None and episode.enrolled_on is not None and episode.closed_on is None
        if plan is None or (runs and episode is not None and plan.enrolment != episode.id):
            self.set_head(_("Plan with {name}").format(name=participant.name))
            self._begin_first(participant, runs=runs, told=bool(episode and episode.limits_told_on))
            return
        self.writing = Writing(self, plan.id)
        self._show_head()
        parts = list(self.writing.whole.pack.parts())
        self.body = PlanBody(self.writing)
        self.body.warned = warned
        if self.part in parts:
            self.body.here = self.part  # she was there before: no second warning
        self.body.end.connect(self.print_page)
        self.body.failed.connect(self.problem.show_problem)
        self.body.folded.connect(self._folded)
        self._show(self.body)
        first = next((key for key in parts if not self.writing.whole.written(key)), parts[0])
        self.body.show_part(self.part if self.part in parts else first)

    def _begin_first(self, participant: Participant, *, runs: bool, told: bool) -> None:
        """What comes before the first word: she is enrolled, and she was told what must be passed on."""
        if not runs:
            go = Button(_("Open her page"), lambda: self.shell.show_page("participant", participant=self.woman))
            more = _("Offer the program and enroll her first. Then her plan can begin.")
            self._show(Card("", EmptyState("book-open", _("She is not enrolled yet."), go, more=more)))
        elif not told:
            self._show_limits(str(participant.language), ask=True)
        else:
            begin = PrimaryButton(_("Begin her plan"), self._start, icon_name="pencil")
            more = _("She writes what she likes, and skips what she likes. Nothing has to be done today.")
            self._show(Card("", EmptyState("book-open", _("No plan yet."), begin, more=more)))

    def _start(self) -> None:
        self._try(lambda: self.shell.desk.do(self, plans.start_plan, self.woman))
        self._build()
        self.begin()

    def _try(self, act: Callable[[], object]) -> bool:
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
            self.part, self.body = self.body.here, None
        if widget is not self.limits:
            self.limits = None
        self._shown = widget
        if widget is not None:
            self.add(widget, 1)

    def _show_head(self) -> None:
        assert self.writing is not None
        whole = self.writing.whole
        episode = self.shell.desk.read(women.current_episode, self.woman)
        said = [_("Started {day}").format(day=show_day(whole.plan.started_on))]
        day = plan_states.plan_day(episode, whole.plan, self.writing.today()) if episode is not None else None
        if whole.plan.done_on:
            said.append(_("Done for now since {day}").format(day=show_day(whole.plan.done_on)))
        elif day is not None and day <= 30:
            said.append(_("Day {day} of 30").format(day=day))
        elif day is not None:
            said.append(_("Day {day}. There is no hurry for her.").format(day=day))
        self.parts_button = Button(_("All parts"), self._toggle_parts, icon_name="list-checks")
        self.parts_button.setVisible(bool(self.body and self.body.narrow))
        self.limits_button = Button(_("What I must pass on"), self.show_limits, icon_name="info")
        self.limits_button.setToolTip(_("Key: F1"))
        self.print_button = Button(_("Preview and print"), self.print_page, icon_name="printer")
        done = _("Not done yet after all") if whole.plan.done_on else _("Done for now")
        self.done_button = Button(done, self.done, icon_name="undo-2" if whole.plan.done_on else "circle-check")
        name = _("Plan with {name}").format(name=whole.woman.name)
        acts = (self.parts_button, self.limits_button, self.print_button, self.done_button)
        self.set_head(name, " · ".join(said), *acts)

    def _folded(self, narrow: bool) -> None:
        self.parts_button.setVisible(narrow)

    def _toggle_parts(self) -> None:
        if self.body is not None:
            self.body.toggle_parts()

    def begin(self) -> None:
        if self.body is not None:
            self.body.begin()
        elif self.limits is not None:
            self.limits.begin()
        else:
            super().begin()

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
            back = Button(_("Back to the plan"), self._from_limits, icon_name="arrow-left")
        self.limits = LimitsView(language, ask=ask, way_on=back)
        self.limits.told.connect(self._told)
        if self.writing is not None:
            self.set_head(_("Plan with {name}").format(name=self.writing.whole.woman.name), _("What I must pass on"))
        self._show(self.limits)
        self.verticalScrollBar().setValue(0)
        self.limits.begin()

    def _from_limits(self) -> None:
        self._build()
        self.begin()

    def _told(self, language: str) -> None:
        def note() -> None:
            desk = self.shell.desk
            episode = desk.read(women.current_episode, self.woman)
            if episode is not None:
                desk.do(self, enrolling.told_limits, episode.id, desk.read(lambda unit: unit.today()), language)

        if self._try(note):
            self.shell.toast(_("Noted: she was told today."))
            self._from_limits()

    # Keeping

    def leave(self) -> None:
        if self.body is not None:
            self.body.keep_part()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if self.body is not None and old is not None and new is not None:
            self.body.focus_moved(old, new)

    # Done for now, print

    def done(self) -> None:
        """She says it is done for now, or takes that back."""
        if self.writing is None or self.body is None:
            return
        self.leave()
        self.body.notice.hide()
        if self.writing.whole.plan.done_on:
            self._not_done()
            return
        try:
            self.writing.do(plan_states.done_for_now, self.writing.plan)
        except Refused as refused:
            self._missing(self.body, self.writing, refused)
            return
        self._show_head()
        self.done_button.setFocus()
        self.shell.toast(_("The plan is done for now."), self._not_done, act=_("done for now"))

    def _not_done(self) -> None:
        if self.writing is not None:
            self.writing.do(plan_states.not_done_yet, self.writing.plan)
            self._show_head()
            self.done_button.setFocus()

    def _missing(self, body: PlanBody, writing: Writing, refused: Refused) -> None:
        """Name the parts that ask for a few words yet, each a way to it."""
        parts = writing.whole.pack.parts()
        self.missing_links = []
        for key in refused.fields:
            link = LinkButton(writing.text(parts[key].title).replace("&", "&&"), icon_name="arrow-right")
            link.clicked.connect(lambda _on=False, key=key: body.choose(key))
            self.missing_links.append(link)
        words = _("Her words are safe. Before it is done for now, these parts ask for a few words:")
        body.notice.say(words, "info", acts=self.missing_links)
        self.missing_links[0].setFocus()

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
            return
        super().keyPressEvent(event)
