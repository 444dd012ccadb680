"""Her recovery support plan: what she wants in each part of life, and the steps to it."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import recovery, women
from ..base.words import _
from ..records.base import choice_label
from ..records.recovery import Domain, Goal, GoalState, GoalStep
from ..store import Store
from .answers import Answer, as_values, opened, read_words, typed_id


def list_goals(args: argparse.Namespace) -> Answer:
    """Every goal of hers with its steps."""
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        found = [_goal(one) for one in recovery.goals(unit, woman.id)]
    for goal in found:
        state = choice_label(GoalState, goal["state"])
        args.say(f"{choice_label(Domain, goal['domain'])}: {goal['words']}  ({state})")
        for step in goal["steps"]:
            done = _("done on {day}").format(day=step["done_on"]) if step["done_on"] else ""
            until = _("until {day}").format(day=step["due_on"]) if step["due_on"] and not done else ""
            args.say("  - " + "  ".join(filter(None, (step["words"], step["owner"], step["tool_words"], until, done))))
    if not found:
        args.say(_("No goal is written yet."))
    return Answer({"participant": woman.department_number, "goals": found})


def _goal(whole: recovery.WholeGoal) -> dict[str, Any]:
    steps = [as_values(step) | {"tool_words": whole.tools.get(step.tool, "")} for step in whole.steps]
    return as_values(whole.goal) | {"steps": steps}


def add(args: argparse.Namespace) -> Answer:
    """A new goal, in her own words."""
    words = read_words(args)
    with opened(args) as store:
        with store.work("add_goal") as unit:
            goal = recovery.add_goal(unit, women.by_number(unit, args.participant).id, args.domain, words)
        return _shown(store, args, Goal, goal)


def step(args: argparse.Namespace) -> Answer:
    """A step to a goal."""
    words = read_words(args)
    with opened(args) as store:
        with store.work("add_step") as unit:
            more = {"owner": args.owner, "due_on": args.due, "tool": typed_id(args.tool)}
            made = recovery.add_step(unit, typed_id(args.goal), words, **more)
        return _shown(store, args, GoalStep, made)


def done(args: argparse.Namespace) -> Answer:
    """A step is done, or a goal is reached."""
    with opened(args) as store:
        if args.step:
            with store.work("step_done") as unit:
                recovery.step_done(unit, typed_id(args.step), args.on)
            return _shown(store, args, GoalStep, args.step)
        with store.work("revise_goal") as unit:
            more = {"reached_on": args.on} if args.on else {}
            recovery.revise_goal(unit, typed_id(args.goal), state=GoalState.REACHED, **more)
        return _shown(store, args, Goal, args.goal)


def state(args: argparse.Namespace) -> Answer:
    """How far a goal is."""
    with opened(args) as store:
        with store.work("revise_goal") as unit:
            recovery.revise_goal(unit, typed_id(args.goal), state=args.state)
        return _shown(store, args, Goal, args.goal)


def remove(args: argparse.Namespace) -> Answer:
    """Take a goal or a step out; it stays in the history."""
    with opened(args) as store, store.work("remove_step" if args.step else "remove_goal") as unit:
        record = typed_id(args.step or args.goal)
        (recovery.remove_step if args.step else recovery.remove_goal)(unit, record)
    args.say(_("Taken out. It stays in the history."))
    return Answer({"id": record})


def _shown(store: Store, args: argparse.Namespace, cls: type[Goal | GoalStep], record: str) -> Answer:
    with store.read() as unit:
        values = as_values(unit.get(cls, typed_id(record)))
    args.say(_("Written, and saved."))
    return Answer(values)
