"""Goals and their steps: her words, whose turn it is, until when, and what helps."""

from __future__ import annotations

import datetime as dt

import pytest

from reentry_desktop.actions import plans, recovery
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Refused
from reentry_desktop.records import Goal
from reentry_desktop.store import Store

from ..stores import DAY, assert_well, enrolled

OWN = "A door of my own"


@pytest.fixture
def woman(facility: Store) -> Id:
    """A woman who is enrolled."""
    return enrolled(facility)[0]


def test_goals_and_steps_keep_their_order_and_their_words(facility: Store, woman: Id) -> None:
    with facility.work("add_goal") as unit:
        first = recovery.add_goal(unit, woman, "housing", OWN)
        recovery.add_goal(unit, woman, "work", "Cook again")
        for words in ("Call", "Write", "Visit"):
            recovery.add_step(unit, first, words)
    with facility.read() as unit:
        found = recovery.goals(unit, woman)
    assert [whole.goal.words for whole in found] == [OWN, "Cook again"]
    assert [step.words for step in found[0].steps] == ["Call", "Write", "Visit"]
    assert found[0].goal.set_on == DAY
    assert_well(facility)


def test_without_words_or_a_part_of_life_it_is_refused(facility: Store, woman: Id) -> None:
    with facility.work("add_goal") as unit:
        goal = recovery.add_goal(unit, woman, "housing", OWN)
    for act in (
        lambda unit: recovery.add_goal(unit, woman, "housing", "  "),
        lambda unit: recovery.add_goal(unit, woman, "", OWN),
        lambda unit: recovery.add_step(unit, goal, ""),
    ):
        with facility.work("refused") as unit, pytest.raises(Refused):
            act(unit)


def test_a_tool_is_named_by_its_words_now_and_a_removed_one_by_none(facility: Store, woman: Id) -> None:
    with facility.work("add_item") as unit:
        plan = plans.start_plan(unit, woman)
        tool = plans.add_item(unit, plan, "tools", words="Walk")
        goal = recovery.add_goal(unit, woman, "health", "Sleep")
        recovery.add_step(unit, goal, "Walk every day", tool=tool)
    with facility.work("revise_item") as unit:
        plans.revise_item(unit, tool, words="Walk the yard")
    with facility.read() as unit:
        assert recovery.goals(unit, woman)[0].tools == {tool: "Walk the yard"}
    with facility.work("remove_item") as unit:
        plans.remove_item(unit, tool)
    with facility.read() as unit:
        assert recovery.goals(unit, woman)[0].tools == {}


def test_reached_gets_its_day_and_the_way_back_takes_it(facility: Store, woman: Id) -> None:
    with facility.work("add_goal") as unit:
        goal = recovery.add_goal(unit, woman, "housing", OWN)
    with facility.work("revise_goal") as unit:
        recovery.revise_goal(unit, goal, state="reached")
    with facility.work("revise_goal") as unit:
        recovery.revise_goal(unit, goal, words="My own door")
        assert unit.get(Goal, goal).reached_on == DAY
    with facility.work("revise_goal") as unit:
        recovery.revise_goal(unit, goal, state="paused")
        assert unit.get(Goal, goal).reached_on is None


def test_what_was_taken_out_comes_back_where_it_stood(facility: Store, woman: Id) -> None:
    with facility.work("add_goal") as unit:
        goals = [recovery.add_goal(unit, woman, "work", words) for words in ("One", "Two", "Three")]
        steps = [recovery.add_step(unit, goals[1], words) for words in ("a", "b", "c")]
        recovery.step_done(unit, steps[0], DAY - dt.timedelta(days=1))
        recovery.remove_goal(unit, goals[1])
        recovery.remove_step(unit, steps[1])
    with facility.read() as unit:
        assert [whole.goal.words for whole in recovery.goals(unit, woman)] == ["One", "Three"]
    with facility.work("restore_goal") as unit:
        recovery.restore_goal(unit, goals[1])
        recovery.restore_step(unit, steps[1])
        recovery.step_not_done(unit, steps[0])
    with facility.read() as unit:
        found = recovery.goals(unit, woman)
    assert [whole.goal.words for whole in found] == ["One", "Two", "Three"]
    assert [(step.words, step.done_on) for step in found[1].steps] == [("a", None), ("b", None), ("c", None)]
