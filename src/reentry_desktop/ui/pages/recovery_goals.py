"""One goal with its steps, each written where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ...actions import recovery
from ...actions.recovery import WholeGoal
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import _
from ...records.base import Field, choice_label, fields
from ...records.recovery import Domain, Goal, GoalState, GoalStep
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox, Note
from ..form import RecordForm
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, Card, Icon, LinkButton, Pill, Rule, Sentence
from .erasing import TakingBackPanel
from .versions_words import HerWords

if TYPE_CHECKING:
    from .recovery import RecoveryPage

STATES: dict[str, tuple[str, str]] = {
    GoalState.OPEN: ("plain", "circle-dot"),
    GoalState.REACHED: ("ok", "circle-check"),
    GoalState.PAUSED: ("plain", "circle-pause"),
}
STEP = ("words", "owner", "due_on", "tool")
LONGEST = 60  # letters of a tool in the list to choose from


Fields = Mapping[str, Field]
Make = Callable[[dict[str, Any]], object]


class KeptForm(QWidget):
    """Fields whose every key is kept as a draft; ``keep`` makes them part of the plan."""

    def __init__(
        self, page: RecoveryPage, record: str, specs: Fields, keys: tuple[str, ...], values: dict[str, Any], make: Make
    ) -> None:
        super().__init__()
        self.page, self.record, self._make = page, record, make
        self.fields = RecordForm(specs, only=keys, today=page.today)
        for key, editor in self.fields.editors.items():
            if isinstance(editor, Note):
                editor.lines = 2
                editor._grow()
            elif isinstance(editor, ChoiceBox) and key == "tool":
                _say_as_she_did(editor, dict(specs[key].choices or ()))
        self.fields.show_values(values)
        self._known = self.fields.typed()
        self.fields.settled.connect(lambda key, text: page.keep_draft(record, key, text))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.fields)

    def has_words(self) -> bool:
        """Whether there is something that can become part of the plan."""
        return bool(self.fields.typed().get("words", "").strip())

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.fields.flush()

    def keep(self) -> bool:
        """Make it part of the plan. What is refused stays, with what is wrong beside it."""
        try:
            self._make(self.fields.values())
        except Refused as refused:
            self.fields.show_problems(refused.fields)
            return False
        except Problem as problem:
            self.page.problem.show_problem(problem)
            return False
        self.page.forget(self.record)
        return True


def _say_as_she_did(editor: ChoiceBox, words: dict[str, str]) -> None:
    """Her words are never looked up as words of the program."""
    for place in range(editor.box.count()):
        if (tool := editor.box.itemData(place)) in words:
            editor.box.setItemText(place, words[tool])


def goal_specs() -> Fields:
    """A goal's fields."""
    return fields(Goal)


def step_specs(tools: dict[Id, str]) -> dict[str, Field]:
    """A step's fields; its tool is chosen from hers."""
    short = [(tool, words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…") for tool, words in tools.items()]
    choices: Any = short
    found = {key: fields(GoalStep)[key] for key in STEP}
    found["tool"] = dataclasses.replace(found["tool"], editor="choice", choices=choices)
    return found


class GoalCard(Card):
    """Her words, how far it is, and the steps."""

    def __init__(self, page: RecoveryPage, whole: WholeGoal, *, living: bool) -> None:
        super().__init__()
        self.page, self.whole, self.living = page, whole, living
        self.panel: TakingBackPanel | None = None
        self.setAccessibleName(whole.goal.words)
        goal = whole.goal
        if page.is_open(goal.id) and living:
            self._form(goal.id, goal_specs(), ("words", "domain"), goal, partial(self._revise_goal, goal.id))
        else:
            self.add(self._head(goal))
        for step in whole.steps:
            self.add(Rule())
            if page.is_open(step.id) and living:
                self._form(step.id, step_specs(self._tools(step)), STEP, step, partial(self._revise_step, step.id))
            else:
                self.add(self._step(step))
        if living and goal.state == GoalState.OPEN:
            self.add(Rule())
            self._new_step(goal)

    # The goal

    def _head(self, goal: Goal) -> QWidget:
        words = HerWords(goal.words)
        words.setProperty("role", "strong")
        tone, icon = STATES.get(goal.state, ("plain", "circle-dot"))
        state = choice_label(GoalState, goal.state)
        if goal.state == GoalState.REACHED and goal.reached_on:
            state = _("Reached {day}").format(day=show_day(goal.reached_on))
        domain = Pill(choice_label(Domain, goal.domain), "primary", icon_name="flag")
        pills = Flow(domain, Pill(state, tone, icon_name=icon))
        head = Stack(words, pills, space=t.S2)
        if where := self.page.registrations.get(goal.participant):
            head.add(Sentence(where, tone="muted", role="small"))
        return beside(head, self._acts(goal)) if self.living else head

    def _acts(self, goal: Goal) -> QWidget:
        change = LinkButton(_("Change"), lambda: self.page.open_form(goal.id), icon_name="pencil")
        self.page.lands[goal.id] = change
        acts = Flow(change, space=t.S4, right=True)
        if goal.state == GoalState.OPEN:
            acts.add(LinkButton(_("Reached"), lambda: self._state(GoalState.REACHED), icon_name="circle-check"))
            acts.add(LinkButton(_("Not now"), lambda: self._state(GoalState.PAUSED), icon_name="circle-pause"))
        else:
            acts.add(LinkButton(_("On the way again"), lambda: self._state(GoalState.OPEN), icon_name="circle-dot"))
        acts.add(LinkButton(_("Remove"), self._remove, icon_name="trash-2"))
        acts.add(LinkButton(_("Erase for good"), lambda: self._ask_erase(goal.id), icon_name="x"))
        _name_all(acts, goal.words)
        return acts

    def _state(self, state: GoalState) -> None:
        self.page.set_state(self.whole, state)

    def _ask_erase(self, record: Id) -> None:
        """She takes these words back: say what that means first, under the goal."""
        page = self.page
        page.flush()
        if self.panel is not None:
            self.panel.hide()
            self.panel.deleteLater()
        self.panel = TakingBackPanel(
            page, self.whole.goal.participant, record, closed=page.build, erased=page.build, told=page.shell.toast
        )
        self.add(self.panel)
        self.panel.show()
        self.panel.begin()
        page.ensureWidgetVisible(self.panel)

    def _remove(self) -> None:
        goal, page = self.whole.goal.id, self.page
        page.do("", recovery.remove_goal, goal)
        back = partial(page.do, goal, recovery.restore_goal, goal)
        page.shell.toast(_("Removed one goal."), back, act=_("remove a goal"))

    def _revise_goal(self, goal: Id, values: dict[str, Any]) -> None:
        self.page.shell.desk.do(self.page, recovery.revise_goal, goal, **values)

    # Its steps

    def _step(self, step: GoalStep) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(t.S3)
        done = step.done_on is not None
        mark = Icon("circle-check" if done else "circle", t.OK if done else t.BORDER, size=1.4)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = Stack(HerWords(step.words), space=t.S1)
        if more := self._more(step):
            words.add(Sentence(more, tone="muted", role="small"))
        if not done and step.due_on and step.due_on < self.page.today():
            words.add(Flow(Pill(_("This day has passed"), "info", icon_name="clock")))
        line.addWidget(beside(words, self._step_acts(step)) if self.living else words, 1)
        return row

    def _more(self, step: GoalStep) -> str:
        """Who does it, until when or when it was done, and the tool that helps."""
        said = [step.owner]
        if step.done_on:
            said.append(_("Done {day}").format(day=show_day(step.done_on)))
        elif step.due_on:
            said.append(_("Until {day}").format(day=show_day(step.due_on)))
        if tool := self.whole.tools.get(step.tool, ""):
            said.append(_("Tool: {words}").format(words=tool))
        return " · ".join(filter(None, said))

    def _step_acts(self, step: GoalStep) -> QWidget:
        page = self.page
        if step.done_on:
            undo = partial(page.do, step.id, recovery.step_not_done, step.id)
            first: Button = LinkButton(_("Not done after all"), undo, icon_name="undo-2")
        else:
            first = Button(_("Done"), lambda: self._done(step.id), icon_name="check")
        page.lands[step.id] = first
        acts = Flow(first, space=t.S4, right=True)
        acts.add(LinkButton(_("Change"), lambda: page.open_form(step.id), icon_name="pencil"))
        acts.add(LinkButton(_("Remove"), lambda: self._remove_step(step.id), icon_name="trash-2"))
        acts.add(LinkButton(_("Erase for good"), lambda: self._ask_erase(step.id), icon_name="x"))
        _name_all(acts, step.words)
        return acts

    def _done(self, step: Id) -> None:
        page = self.page
        page.do(step, recovery.step_done, step)
        page.shell.toast(
            _("Noted: done."), partial(page.do, step, recovery.step_not_done, step), act=_("noting a step as done")
        )

    def _remove_step(self, step: Id) -> None:
        page = self.page
        page.do(self.whole.goal.id, recovery.remove_step, step)
        back = partial(page.do, step, recovery.restore_step, step)
        page.shell.toast(_("Removed one step."), back, act=_("remove a step"))

    def _revise_step(self, step: Id, values: dict[str, Any]) -> None:
        self.page.shell.desk.do(self.page, recovery.revise_step, step, **values)

    def _new_step(self, goal: Goal) -> None:
        of = f"{goal.id}/step"
        if self.page.is_open(of):
            self._form(of, step_specs(self.page.tools), STEP, None, partial(self._add_step, goal.id))
            return
        add = LinkButton(_("Add a step"), lambda: self.page.open_form(of), icon_name="plus")
        add.setAccessibleName(f"{add.text()}: {goal.words[:60]}")
        self.page.lands[of] = add
        self.add(add)

    def _add_step(self, goal: Id, values: dict[str, Any]) -> None:
        self.page.shell.desk.do(self.page, recovery.add_step, goal, **values)

    # Writing

    def _tools(self, step: GoalStep) -> dict[Id, str]:
        """Her tools, and the one that is named here though it is no longer among them."""
        tools = dict(self.page.tools)
        if step.tool and step.tool not in tools:
            tools[step.tool] = self.whole.tools.get(step.tool) or _("A tool that was taken out")
        return tools

    def _form(self, of: str, specs: Fields, keys: tuple[str, ...], record: Any, make: Make) -> None:
        page = self.page
        values = {key: getattr(record, key) for key in keys} if record is not None else {}
        form = page.form(of, specs, keys, values, make)
        words = _("Keep the change") if record is not None else _("Add the step")
        keep = Button(words, lambda: page.act(form.keep, form), icon_name="check" if record is not None else "plus")
        drop_words = _("Leave it as it was") if record is not None else _("Not now")
        drop = LinkButton(drop_words, lambda: page.close_form(of, forget=True), icon_name="undo-2")
        self.add(form)
        self.add(Flow(keep, drop, space=t.S3))


def beside(words: QWidget, acts: QWidget) -> QWidget:
    """Words with their acts at the right, or below where there is no room."""
    whole = QWidget()
    split = SplitLayout(whole, least=24, space=t.S3)
    split.addWidget(words)
    split.addWidget(acts)
    return whole


def _name_all(acts: Flow, words: str) -> None:
    """Tell a screen reader what each button is about."""
    for button in acts.findChildren(Button):
        button.setAccessibleName(f"{button.text()}: {words[:60]}")
