"""Her recovery support plan: what she wants in each part of life, and the steps to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..records.participant import Enrolment, Participant
from ..records.plan_item import PlanItem
from ..records.position import between
from ..records.recovery import Goal, GoalState, GoalStep
from ..store import Unit
from .registrations import ids_of, joined
from .women import written_under


@dataclass(frozen=True)
class WholeGoal:
    """A goal with its steps in order; ``tools`` are the words of the tools named in them, by tool."""

    goal: Goal
    steps: Sequence[GoalStep]
    tools: dict[Id, str]


def goals(unit: Unit, woman: Id) -> list[WholeGoal]:
    """Every goal of hers with its steps: by part of life, then in her order."""
    hers = ids_of(unit, woman)
    mine = unit.all(
        sa.select(Goal).where(Goal.participant.in_(hers), Goal.removed.is_(False)).order_by(Goal.position, Goal.id)
    )
    steps = unit.all(
        sa.select(GoalStep)
        .where(GoalStep.participant.in_(hers), GoalStep.removed.is_(False))
        .order_by(GoalStep.position, GoalStep.id)
    )
    named = {step.tool for step in steps if step.tool}
    tools = unit.all(sa.select(PlanItem).where(PlanItem.id.in_(named), PlanItem.removed.is_(False)))
    words = {tool.id: tool.words for tool in tools}
    return [WholeGoal(goal, [step for step in steps if step.goal == goal.id], words) for goal in mine]


def add_goal(unit: Unit, woman: Id, domain: str, words: str) -> Id:
    """A new goal, in her own words. Raises ``Refused`` without them."""
    hers = ids_of(unit, woman)
    last = unit.first(sa.select(Goal.position).where(Goal.participant.in_(hers)).order_by(Goal.position.desc()))
    return unit.create(
        Goal,
        participant=written_under(unit, woman),
        domain=domain,
        words=words,
        position=between(last or "", ""),
        set_on=unit.today(),
    )


def revise_goal(unit: Unit, goal: Id, /, **values: Any) -> bool:
    """Change a goal. One that is reached gets today as its day."""
    if values.get("state") == GoalState.REACHED and "reached_on" not in values:
        values["reached_on"] = unit.get(Goal, goal).reached_on or unit.today()
    elif "state" in values and "reached_on" not in values:
        values["reached_on"] = None
    return unit.revise(Goal, goal, **values)


def remove_goal(unit: Unit, goal: Id) -> None:
    """Take a goal out; it stays in the history."""
    unit.remove(Goal, goal)


def restore_goal(unit: Unit, goal: Id) -> None:
    """Bring a goal back, with its steps."""
    unit.revise(Goal, goal, removed=False)


def add_step(unit: Unit, goal: Id, /, words: str, **values: Any) -> Id:
    """A step to a goal. Raises ``Refused`` without words."""
    found = unit.get(Goal, goal)
    last = unit.first(sa.select(GoalStep.position).where(GoalStep.goal == goal).order_by(GoalStep.position.desc()))
    return unit.create(
        GoalStep, participant=found.participant, goal=goal, words=words, position=between(last or "", ""), **values
    )


def revise_step(unit: Unit, step: Id, /, **values: Any) -> bool:
    """Change a step."""
    return unit.revise(GoalStep, step, **values)


def step_done(unit: Unit, step: Id, on: dt.date | None = None) -> None:
    """The step is done."""
    unit.revise(GoalStep, step, done_on=on or unit.today())


def step_not_done(unit: Unit, step: Id) -> None:
    """The step is not done after all."""
    unit.revise(GoalStep, step, done_on=None)


def remove_step(unit: Unit, step: Id) -> None:
    """Take a step out; it stays in the history."""
    unit.remove(GoalStep, step)


def restore_step(unit: Unit, step: Id) -> None:
    """Bring a step back where it stood."""
    unit.revise(GoalStep, step, removed=False)


@dataclass(frozen=True)
class Due:
    """A step whose day is near or past: whose, and until when. What the step is stays on her page."""

    participant: Id
    name: str
    due_on: dt.date


def due_steps(unit: Unit, until: dt.date, most: int, without: Collection[Id] = ()) -> tuple[list[Due], int]:
    """The first *most* steps to be done by *until* of women with an open episode, and how many there are.

    One row a woman: her earliest step; none of those *without*.
    """
    first = (
        sa.select(GoalStep.participant, sa.func.min(GoalStep.due_on).label("due_on"))
        .join(Goal, Goal.id == GoalStep.goal)
        .where(
            GoalStep.removed.is_(False), GoalStep.done_on.is_(None), GoalStep.due_on <= until,
            Goal.removed.is_(False), Goal.state == GoalState.OPEN,
        )
        .group_by(GoalStep.participant)
        .subquery()
    )  # fmt: skip
    running = sa.exists().where(Enrolment.participant == first.c.participant, Enrolment.is_open())
    day = sa.func.min(first.c.due_on)
    found = joined(sa.select(Participant, day).select_from(first), first.c.participant)
    found = found.where(Participant.removed.is_(False), Participant.id.not_in(without), running)
    found = found.group_by(Participant.id)
    rows = unit.rows(found.order_by(day, Participant.id).limit(most))
    count = len(rows)
    if count == most:
        count = unit.first(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    return [Due(woman.id, woman.short_name, day) for woman, day in rows], count
