"""Writing a plan: answers, entries in their order, tools, supporters, drafts, done for now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from reentry_desktop.actions import drafts, plan_states, plans, staff
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records.plan import Plan, PlanAnswer
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store

from ..stores import DAY, Template, assert_whole, enrolled, payloads

REQUIRED = (
    "tools", "well", "every_day", "stressors", "early_signs", "down_signs", "crisis_signs", "crisis_supporters",
)  # fmt: skip


@pytest.fixture
def begun(facility: Store) -> tuple[Store, Id]:
    """A store with a plan that was begun, and the plan's id."""
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        return facility, plans.start_plan(unit, woman)


def words(store: Store, plan: Id, part: str) -> list[str]:
    with store.read() as unit:
        return [item.words for item in plans.contents(unit, plan).items.get(part, [])]


# Answers and drafts


def test_an_answer_replaces_the_one_before_and_ends_its_draft(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    record = named_id(plan, "well")
    with store.work("save_draft") as unit:
        drafts.save_draft(unit, record, "words", unit.get(Plan, plan).participant, "I am")
        drafts.save_draft(unit, record, "words", unit.get(Plan, plan).participant, "I am loud")
        assert [(u.record, u.text, u.name) for u in drafts.unfinished(unit)] == [(record, "I am loud", "Ana N.")]
    with store.work("answer") as unit:
        plans.answer(unit, plan, "well", "I am loud and I sing", "dictated")
        assert drafts.draft_of(unit, record, "words") == ""
        assert drafts.unfinished(unit) == []
        plans.answer(unit, plan, "well", "I sing")
    with store.read() as unit:
        assert {part: a.words for part, a in plans.contents(unit, plan).answers.items()} == {"well": "I sing"}
        log = [e["values"]["words"] for e in payloads(unit.connection) if e.get("kind") == "plan_answer"]
    assert log == ["I am loud and I sing", "I sing"]  # what she said first is in its history, a draft never


def test_an_empty_answer_is_none_until_there_was_one(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("answer") as unit:
        plans.answer(unit, plan, "well", "  \n ")
        assert unit.find(PlanAnswer, named_id(plan, "well")) is None
        plans.answer(unit, plan, "well", "I sing")
        plans.answer(unit, plan, "well", "")
        assert not plans.contents(unit, plan).written("well")


def test_a_draft_is_offered_to_nobody_else(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    author = store.who.id
    other = staff.add_user(store, name="bo", passphrase="seven green boats at noon")
    with store.work("save_draft") as unit:
        woman = unit.get(Plan, plan).participant
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "Walk")
        entries = len(payloads(unit.connection))
    store.sign_in(other)
    with store.work("save_draft") as unit:
        assert drafts.unfinished(unit) == []
        assert drafts.draft_of(unit, f"{plan}/tools", "words") == ""
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "Sing")
        drafts.drop_draft(unit, f"{plan}/tools", "words")
        assert len(payloads(unit.connection)) == entries  # a draft is no entry
    store.sign_in(author)
    with store.work("save_draft") as unit:
        assert drafts.draft_of(unit, f"{plan}/tools", "words") == "Walk"
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "   ")
        assert drafts.unfinished(unit) == []


def test_a_new_entry_and_a_changed_one_end_their_drafts(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("add_item") as unit:
        woman = unit.get(Plan, plan).participant
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "Wal")
        item = plans.add_item(unit, plan, "tools", words="Walk")
        drafts.save_draft(unit, item, "words", woman, "Walk wi")
        plans.revise_item(unit, item, words="Walk with Luz")
        assert drafts.unfinished(unit) == []


# Entries


def test_an_entry_has_words_and_the_columns_of_its_kind(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with pytest.raises(Refused) as told, store.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="  ")
    assert list(told.value.fields) == ["words"]
    with pytest.raises(Refused) as told, store.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Walk", helpful=6)
    assert list(told.value.fields) == ["helpful"]
    with store.work("add_item") as unit:
        item = unit.get(PlanItem, plans.add_item(unit, plan, "tools", words="Walk", helpful=5, phone="555"))
        assert (item.kind, item.helpful, item.phone) == ("tool", 5, "")
        contact = unit.get(PlanItem, plans.add_item(unit, plan, "early_tell", person="Luz", phone="555"))
        assert (contact.kind, contact.person, contact.phone, contact.words) == ("contact", "Luz", "555", "")


def test_behind_another_first_and_last(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("add_item") as unit:
        a, c = (plans.add_item(unit, plan, "early_steps", words=w) for w in "ac")
        plans.add_item(unit, plan, "early_steps", words="b", after=a)
        plans.move_item(unit, c, None)
    assert words(store, plan, "early_steps") == ["c", "a", "b"]


def test_behind_an_entry_that_is_not_there(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("add_item") as unit:
        tool = plans.add_item(unit, plan, "tools", words="Walk")
        step = plans.add_item(unit, plan, "early_steps", words="Rest")
    for after in (tool, Id("0" * 32)):
        with pytest.raises(NotFound), store.work("add_item") as unit:
            plans.add_item(unit, plan, "early_steps", words="Sleep", after=after)
        with pytest.raises(NotFound), store.work("move_item") as unit:
            plans.move_item(unit, step, after)
    assert words(store, plan, "early_steps") == ["Rest"]


def test_an_entry_brought_back_shares_its_place_with_nobody(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("add_item") as unit:
        a = plans.add_item(unit, plan, "early_steps", words="a")
        plans.remove_item(unit, a)
        plans.add_item(unit, plan, "early_steps", words="c")
        plans.restore_item(unit, a)
        plans.add_item(unit, plan, "early_steps", words="b", after=a)
    assert words(store, plan, "early_steps") == ["a", "b", "c"]


class Order(RuleBasedStateMachine):
    """The entries of one part against a plain list: removed ones keep their place in it."""

    def __init__(self, template: Template, folder: Path) -> None:
        super().__init__()
        self.store = template.open(folder / str(len(list(folder.iterdir()))))
        self.list: list[tuple[Id, bool]] = []  # id, alive
        self.made = 0

    @initialize()
    def begin(self) -> None:
        woman, _episode = enrolled(self.store)
        with self.store.work("start_plan") as unit:
            self.plan = plans.start_plan(unit, woman)

    def at(self, record: Id | None) -> int:
        return [i for i, _alive in self.list].index(record) if record else -1

    def one(self, data: st.DataObject, *, alive: bool, but: Id | None = None) -> Id | None:
        return data.draw(st.sampled_from([None, *(i for i, a in self.list if a is alive and i != but)]))

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        after = self.one(data, alive=True)
        with self.store.work("add_item") as unit:
            item = plans.add_item(unit, self.plan, "early_steps", after=after, words=f"step {self.made}")
        self.made += 1
        if after is None:
            self.list.append((item, True))
        else:
            self.list.insert(self.at(after) + 1, (item, True))

    @precondition(lambda self: any(alive for _item, alive in self.list))
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from([i for i, alive in self.list if alive]))
        after = self.one(data, alive=True, but=item)
        with self.store.work("move_item") as unit:
            plans.move_item(unit, item, after)
        self.list.remove((item, True))
        self.list.insert(self.at(after) + 1, (item, True))

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if item := self.one(data, alive=True):
            with self.store.work("remove_item") as unit:
                plans.remove_item(unit, item)
            self.list[self.at(item)] = (item, False)

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        if item := self.one(data, alive=False):
            with self.store.work("restore_item") as unit:
                plans.restore_item(unit, item)
            self.list[self.at(item)] = (item, True)

    def check_invariants(self, *args: Any, **more: Any) -> None:
        super().check_invariants(*args, **more)
        if hasattr(self, "plan"):
            with self.store.read() as unit:
                shown = [item.id for item in plans.contents(unit, self.plan).items.get("early_steps", [])]
            assert shown == [item for item, alive in self.list if alive]

    def teardown(self) -> None:
        try:
            assert_whole(self.store)
        finally:
            self.store.close()


def test_the_order_is_the_one_she_made(facility_template: Template, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: Order(facility_template, tmp_path),
        settings=settings(settings.get_profile("unshrunk"), max_examples=5, stateful_step_count=20),
    )


# Tools and supporters


def test_a_tool_is_written_once_and_named_everywhere(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with store.work("link_tool") as unit:
        tool = plans.add_item(unit, plan, "tools", words="Walk")
        early = plans.add_item(unit, plan, "early_steps", words="Go out")
        down = plans.add_item(unit, plan, "down_steps", words="Go out again")
        for step in (early, down, early):
            plans.link_tool(unit, step, tool)
        plans.revise_item(unit, tool, words="Walk with Luz")
        whole = plans.contents(unit, plan)
        assert whole.uses == {early: [tool], down: [tool]}
        assert sorted(whole.used_in[tool]) == sorted([early, down])
        assert [i.words for i in whole.items["tools"]] == ["Walk with Luz"]
        plans.unlink_tool(unit, down, tool)
        assert plans.contents(unit, plan).used_in == {tool: [early]}
        plans.link_tool(unit, down, tool)
        plans.remove_item(unit, tool)
        assert plans.contents(unit, plan).uses == {}
        plans.restore_item(unit, tool)
        assert plans.contents(unit, plan).uses == {early: [tool], down: [tool]}


def test_supporters(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with pytest.raises(Refused) as told, store.work("add_supporter") as unit:
        plans.add_supporter(unit, plan, name=" ", phone="555")
    assert list(told.value.fields) == ["name"]
    with store.work("add_supporter") as unit:
        luz, bo = (plans.add_supporter(unit, plan, name=name) for name in ("Luz", "Bo"))
        assert [s.name for s in plans.contents(unit, plan).supporters] == ["Luz", "Bo"]
        assert not plans.contents(unit, plan).supporters[0].agreed  # asked first
        plans.revise_supporter(unit, luz, agreed=True, asked_on=DAY)
        plans.remove_supporter(unit, bo)
        assert [(s.name, s.agreed) for s in plans.contents(unit, plan).supporters] == [("Luz", True)]


# Done for now


def fill(store: Store, plan: Id, *, without: str = "") -> None:
    with store.work("add_item") as unit:
        for part in REQUIRED:
            if part == without:
                continue
            if part == "well":
                plans.answer(unit, plan, part, "I sing")
            elif part == "crisis_supporters":
                plans.add_supporter(unit, plan, name="Luz")
            else:
                plans.add_item(unit, plan, part, words="Some words")


def test_done_for_now_names_what_is_missing(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    with pytest.raises(Refused) as told, store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    assert tuple(told.value.fields) == REQUIRED
    assert "Small tools" in told.value.sentence
    with store.work("set_language") as unit:
        plans.set_language(unit, plan, "es")
    with pytest.raises(Refused, match="Herramientas sencillas"), store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)


@pytest.mark.parametrize("part", REQUIRED)
def test_each_part_that_is_asked_for_counts(begun: tuple[Store, Id], part: str) -> None:
    store, plan = begun
    fill(store, plan, without=part)
    with pytest.raises(Refused) as told, store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    assert list(told.value.fields) == [part]
    with store.read() as unit:
        assert unit.get(Plan, plan).done_on is None


def test_the_first_day_stands_when_it_is_done_again(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    fill(store, plan)

    def act(on: dt.date | None) -> tuple[dt.date | None, dt.date | None, bool]:
        with store.work("done_for_now") as unit:
            plan_states.done_for_now(unit, plan, on) if on else plan_states.not_done_yet(unit, plan)
            found = unit.get(Plan, plan)
            return found.first_done_on, found.done_on, bool(found.confirmed_by and found.parts_written)

    first, second, third = (DAY + dt.timedelta(days) for days in (5, 40, 80))
    assert act(first) == (first, first, True)
    assert act(None) == (None, None, False)  # that day was a slip
    assert act(second) == (second, second, True)
    assert act(third) == (second, third, True)
    assert act(None) == (second, second, True)  # the one before it stands again
    with store.read() as unit:
        assert set(plans.contents(unit, plan).missing()) == set()
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, third)
        assert set(unit.get(Plan, plan).parts_written.split()) == set(REQUIRED)


def test_a_plan_is_not_done_before_it_began(begun: tuple[Store, Id]) -> None:
    store, plan = begun
    fill(store, plan)
    with pytest.raises(Refused) as told, store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, DAY - dt.timedelta(1))
    assert list(told.value.fields) == ["done_on"]


def test_a_plan_that_is_not_there(facility: Store) -> None:
    nobody = Id("0" * 32)
    for act in (plans.contents, plan_states.done_for_now, plan_states.not_done_yet):
        with pytest.raises(Problem), facility.work("answer") as unit:
            act(unit, nobody)
