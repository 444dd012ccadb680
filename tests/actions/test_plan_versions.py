"""Versions: what the plan said when it was done for now, what changed since, and words that come back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reentry_desktop.actions import plan_states, plan_versions, plans
from reentry_desktop.actions.plan_versions import word_changes
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound
from reentry_desktop.records import PlanItem
from reentry_desktop.records.pack import load_pack
from reentry_desktop.store import Store

from ..stores import DAY, Clock, Template, assert_well, enrolled

REQUIRED = [part for part in load_pack().parts().values() if part.required]


def fill(unit: object, plan: Id) -> None:
    """A few words wherever the pack asks for them."""
    for part in REQUIRED:
        if part.kind == "supporter":
            plans.add_supporter(unit, plan, name="Odette Marchetti")  # type: ignore[arg-type]
        elif part.kind == "answer":
            plans.answer(unit, plan, part.key, f"words for {part.key}")  # type: ignore[arg-type]
        else:
            plans.add_item(unit, plan, part.key, words=f"first of {part.key}")  # type: ignore[arg-type]


@pytest.fixture
def done(facility: Store) -> tuple[Store, Id]:
    """A plan that was done for now once, and changed since."""
    woman, _episode = enrolled(facility, share="words")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    return facility, plan


def tools(store: Store, plan: Id, version: int = 0) -> list[str]:
    with store.read() as unit:
        return [item.words for item in plan_versions.at_version(unit, plan, version).items["tools"]]


def test_the_plan_can_be_read_as_it_was_on_any_day(facility_template: Template, tmp_path: Path) -> None:
    clock = Clock()
    store = facility_template.copy(tmp_path / "store")
    with facility_template.open(store, clock) as opened:
        woman, _episode = enrolled(opened)
        with opened.work("start_plan") as unit:
            plan = plans.start_plan(unit, woman)
            tool = plans.add_item(unit, plan, "tools", words="Walk")
        clock.now += dt.timedelta(days=2)
        with opened.work("revise_item") as unit:
            plans.revise_item(unit, tool, words="Walk the yard")
            plans.add_item(unit, plan, "tools", words="Sing")
        clock.now += dt.timedelta(days=3)
        with opened.work("remove_item") as unit:
            plans.remove_item(unit, tool)

        def said(days: int) -> list[str]:
            with opened.read() as unit:
                then = plan_versions.on_day(unit, plan, DAY + dt.timedelta(days=days))
            return [item.words for item in then.items.get("tools", ())]

        assert [said(days) for days in (-1, 0, 1, 2, 4, 5, 90)] == [
            [], ["Walk"], ["Walk"], ["Walk the yard", "Sing"], ["Walk the yard", "Sing"], ["Sing"], ["Sing"],
        ]  # fmt: skip


def test_a_version_stays_as_it_was(done: tuple[Store, Id]) -> None:
    store, plan = done
    with store.work("write") as unit:
        tool = plans.contents(unit, plan).items["tools"][0].id
        plans.revise_item(unit, tool, words="Walk the yard twice")
        plans.add_item(unit, plan, "tools", words="Call my sister")
    assert tools(store, plan, 1) == ["first of tools"]
    assert tools(store, plan) == ["Walk the yard twice", "Call my sister"]
    with store.work("write") as unit:
        plans.remove_item(unit, tool)
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    assert tools(store, plan, 2) == ["Call my sister"]
    assert tools(store, plan, 1) == ["first of tools"]
    with store.read() as unit, pytest.raises(NotFound):
        plan_versions.at_version(unit, plan, 3)
    assert_well(store)


def test_what_changed_between_two_versions(done: tuple[Store, Id]) -> None:
    store, plan = done
    with store.work("write") as unit:
        whole = plans.contents(unit, plan)
        (tool,), (habit,) = whole.items["tools"], whole.items["every_day"]
        plans.revise_item(unit, tool.id, words="first of my tools", helpful=4)
        plans.remove_item(unit, habit.id)
        plans.add_item(unit, plan, "every_day", words="Breathe by the window")
        plans.answer(unit, plan, "well", "I laugh")
    with store.read() as unit:
        found = plan_versions.compare(unit, plan, 1)
        assert plan_versions.compare(unit, plan, 1, 1) == []
    assert [(d.part, d.how, d.before, d.after) for d in found] == [
        ("tools", "changed", "first of tools", "first of my tools"),
        ("well", "changed", "words for well", "I laugh"),
        ("every_day", "removed", "first of every_day", ""),
        ("every_day", "added", "", "Breathe by the window"),
    ]
    assert found[0].fields == (("helpful", None, 4),)


def test_an_earlier_wording_comes_back_as_a_new_change(done: tuple[Store, Id]) -> None:
    store, plan = done
    with store.work("write") as unit:
        tool = plans.contents(unit, plan).items["tools"][0].id
        plans.revise_item(unit, tool, words="something else", helpful=2)
    with store.work("write") as unit:
        plans.remove_item(unit, tool)
    with store.work("restore_words") as unit:
        assert plan_versions.restore_words(unit, plan, tool, 1)
    assert tools(store, plan) == ["first of tools"]
    with store.read() as unit:
        assert unit.get(PlanItem, tool).helpful is None
        with pytest.raises(NotFound):
            plan_versions.restore_words(unit, plan, plan, 1)


def test_a_slip_takes_its_version_away(done: tuple[Store, Id]) -> None:
    store, plan = done
    with store.work("not_done_yet") as unit:
        plan_states.not_done_yet(unit, plan)
    with store.read() as unit:
        assert not plan_states.versions(unit, plan)
        assert not plans.contents(unit, plan).plan.first_done_on
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, how="signed")
        assert [(v.number, v.how_confirmed) for v in plan_states.versions(unit, plan)] == [(2, "signed")]


def test_words_are_found_without_accents_and_capitals(done: tuple[Store, Id]) -> None:
    store, plan = done
    with store.work("write") as unit:
        item = plans.add_item(unit, plan, "stressors", words="Cuando llama José")
        whole = plans.contents(unit, plan)
    assert plan_versions.find_words(whole, "JOSE") == [("stressors", item, "Cuando llama José")]
    assert plan_versions.find_words(whole, "  ") == []
    assert plan_versions.find_words(whole, "nowhere") == []


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("I walk", "I walk", [("same", "I walk")]),
        ("", "I walk", [("added", "I walk")]),
        (
            "I walk at dawn",
            "I walk with Ana at dawn",
            [("same", "I walk "), ("added", "with Ana "), ("same", "at dawn")],
        ),
        ("one two", "one three", [("same", "one "), ("removed", "two"), ("added", "three")]),
    ],
)
def test_words_side_by_side(before: str, after: str, runs: list[tuple[str, str]]) -> None:
    assert word_changes(before, after) == runs
