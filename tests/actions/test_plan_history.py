"""Her plans over time: which one is current, what stays for reading, what comes before the next word."""

from __future__ import annotations

import datetime as dt

import pytest

from reentry_desktop.actions import enrolling, leaving, plan_history, plan_states, plan_versions, plans, women
from reentry_desktop.actions.leaving import FIRST_72
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem, Refused
from reentry_desktop.records.pack import load_pack
from reentry_desktop.store import Store

from ..stores import DAY, assert_well, enrolled
from .test_plan_versions import fill


def again(store: Store, woman: Id, on: dt.date = DAY) -> Id:
    """The episode that runs is closed, and another one begins. Returns it."""
    with store.work("enrol") as unit:
        before = women.current_episode(unit, woman)
        assert before is not None
        enrolling.close(unit, before.id, on, "completed")
        episode = enrolling.offer(unit, woman, enrolling.programs(unit)[0].id, on)
        enrolling.told_limits(unit, episode, on, "en")
        enrolling.enrol(unit, episode, agreed_on=on, on=on)
    return episode


def test_the_current_plan_is_the_one_of_her_latest_episode_however_little_is_in_it(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        old = plans.start_plan(unit, woman)
    again(facility, woman)
    with facility.read() as unit:
        assert women.current_plan(unit, woman).id == old  # type: ignore[union-attr]
        found = plan_history.shelf(unit, woman)
        assert not found.living
    with facility.work("offer_plan") as unit:
        new = plan_states.offer_plan(unit, woman)
        assert new == plan_states.offer_plan(unit, woman)
    with facility.work("decline_plan") as unit:
        plan_states.decline_plan(unit, woman)
    with facility.read() as unit:
        found = plan_history.shelf(unit, woman)
        assert found.plan is not None
        assert (found.plan.id, found.living, [plan.id for plan in found.others]) == (new, True, [old])
        assert plan_history.shelf(unit, woman, old).living is False
    assert_well(facility)


def test_each_version_says_who_was_there_and_how(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
        plan_states.done_for_now(unit, plan, how="signed")
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, how="marked")
    with facility.read() as unit:
        made = plan_history.made_versions(unit, plan)
    assert [(v.number, v.done_on, v.confirmed_with, v.how) for v in made] == [
        (2, DAY, "lead", "Her mark on paper"),
        (1, DAY, "lead", "Signed on paper"),
    ]


def test_what_comes_before_the_next_word(facility: Store) -> None:
    woman, episode = enrolled(facility)
    with facility.work("register") as unit:
        other = women.register(unit, department_number="R2", last_name="Cole")
        waiting = enrolling.offer(unit, other, enrolling.programs(unit)[0].id, DAY)
    with facility.read() as unit:
        assert plan_history.comes_first(unit, woman) == ""
        assert plan_history.comes_first(unit, other) == "enroll"
    with facility.work("enrol") as unit:
        enrolling.enrol(unit, waiting, agreed_on=DAY, on=DAY)
        enrolling.close(unit, episode, DAY, "completed")
    with facility.read() as unit:
        assert plan_history.comes_first(unit, other) == "limits"
        assert plan_history.comes_first(unit, woman) == "enroll"


def test_her_no_was_a_slip_and_what_stood_before_stands_again(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
    for rest in (plan_states.decline_plan, plan_states.not_now, plan_states.withdraw_plan):
        with facility.work("rest") as unit:
            rest(unit, plan if rest is plan_states.withdraw_plan else woman)
            assert women.current_plan(unit, woman).resting  # type: ignore[union-attr]
        with facility.work("offer_stands") as unit:
            plan_states.offer_stands(unit, plan)
            found = women.current_plan(unit, woman)
            assert found is not None
            assert (found.resting, found.started_on) == (False, DAY)


def test_two_versions_are_read_at_once_and_what_is_the_same_is_one_record(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
        plan_states.done_for_now(unit, plan)
        tool = plans.contents(unit, plan).items["tools"][0].id
        plans.revise_item(unit, tool, words="Other words", helpful=3)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    with facility.read() as unit:
        first, second, now = plan_versions.at_versions(unit, plan, 1, 2, 0)
        assert first.answers["well"] is second.answers["well"]
        assert first.items["tools"][0].words != second.items["tools"][0].words == now.items["tools"][0].words
        for name in ("helpful", "tool_kind", "phone", "target_on", "in_my_room", "position", "part"):
            assert getattr(second.items["tools"][0], name) == getattr(now.items["tools"][0], name)
        assert plan_versions.compare(unit, plan, 2) == []


def test_the_pack_has_all_five_parts_of_the_first_72_hours() -> None:
    assert set(FIRST_72) <= set(load_pack().parts())


def test_the_first_72_hours_begin_her_plan_and_are_a_part_of_it(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.read() as unit:
        found = leaving.first_72(unit, woman)
    assert found.whole is None
    bed, medicine = (next(p for p in found.parts if p.key == key) for key in ("h72_bed", "h72_medicine"))
    assert found.record(bed) is None
    with facility.work("write_first_72") as unit:
        record = leaving.write_first_72(unit, woman, bed, None, {"words": "My mother's", "phone": "555-0199"})
        leaving.write_first_72(unit, woman, medicine, None, {"words": "Thirty days"})
    with facility.work("write_first_72") as unit:
        assert leaving.write_first_72(unit, woman, bed, record, {"words": "My aunt's", "phone": ""}) == record
    with facility.read() as unit:
        after = leaving.first_72(unit, woman)
        assert after.plan == found.plan == women.current_plan(unit, woman).id  # type: ignore[union-attr]
        assert (after.record(bed).words, after.record(bed).phone, after.more(bed)) == ("My aunt's", "", 0)
        assert after.record(medicine).words == "Thirty days"
    with facility.work("write_first_72") as unit, pytest.raises(Refused):
        leaving.write_first_72(unit, woman, bed, None, {"phone": "555-0199"})
    assert_well(facility)


def test_before_she_was_told_nothing_of_the_first_72_hours_is_written(facility: Store) -> None:
    with facility.work("register") as unit:
        woman = women.register(unit, department_number="R2", last_name="Cole")
    with facility.read() as unit:
        found = leaving.first_72(unit, woman)
        assert found.first == "enroll"
    with facility.work("write_first_72") as unit, pytest.raises(Problem, match="not enrolled yet"):
        leaving.write_first_72(unit, woman, found.parts[0], None, {"words": "A bed"})
