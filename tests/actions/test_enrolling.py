"""Offering and enrolling: every state with its date, every step hers to refuse."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reentry_desktop.actions import enrolling, plans, recalling, women
from reentry_desktop.actions.limits import limits
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records.participant import Enrolment, Participant
from reentry_desktop.store import Store

from ..stores import DAY, enrolled, payloads
from .listing import ANA, read

LATER = DAY + dt.timedelta(days=40)


@pytest.fixture
def offered(facility: Store) -> tuple[Store, Id, Id]:
    """A woman who was offered the program: the store, her id, her episode's."""
    with facility.work("offer") as unit:
        woman = women.register(unit, department_number="R1", first_name="Ana", last_name="Núñez")
        episode = enrolling.offer(unit, woman, enrolling.add_program(unit, name="Bridges"), DAY)
    return facility, woman, episode


def state(store: Store, woman: Id) -> str:
    with store.read() as unit:
        assert women.search(unit, "", state="participant").rows[0].status == women.states(unit, [woman])[woman]
        return women.page(unit, unit.get(Participant, woman)).state


def test_from_the_list_to_follow_up_and_closed(facility: Store, tmp_path: Path) -> None:
    read(facility, tmp_path / "list.csv", ANA)
    with facility.work("offer") as unit:
        listed = women.find_woman(unit, "R1001").id
        episode = enrolling.offer(unit, listed, enrolling.add_program(unit, name="Bridges"), DAY)
        woman = women.by_number(unit, "R1001")
        assert (woman.id, woman.parole_hearing) == (listed, dt.date(2027, 5, 1))
    seen = [state(facility, listed)]
    with facility.work("wait") as unit:
        enrolling.wait(unit, episode, DAY)
    seen.append(state(facility, listed))
    with facility.work("enrol") as unit:
        enrolling.told_limits(unit, episode, DAY, "es")
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
        assert unit.get(Enrolment, episode).limits_told_by == facility.who.id
    seen.append(state(facility, listed))
    with facility.work("release") as unit:
        enrolling.release(unit, listed, LATER, "parole")
    seen.append(state(facility, listed))
    with facility.work("follow_up") as unit:
        enrolling.follow_up(unit, episode, LATER)
    seen.append(state(facility, listed))
    with facility.work("close") as unit:
        enrolling.close(unit, episode, LATER, "completed")
    assert [*seen, state(facility, listed)] == [
        "offered", "waiting", "enrolled", "released", "follow_up", "closed",
    ]  # fmt: skip


def test_she_agrees_before_she_is_enrolled(offered: tuple[Store, Id, Id]) -> None:
    store, woman, episode = offered
    with pytest.raises(Refused) as told, store.work("enrol") as unit:
        unit.revise(Enrolment, episode, enrolled_on=DAY)
    assert list(told.value.fields) == ["agreed_on"]
    with pytest.raises(Refused) as told, store.work("enrol") as unit:
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY - dt.timedelta(1))
    assert list(told.value.fields) == ["enrolled_on"]
    assert state(store, woman) == "offered"


def test_her_words_wait_until_she_is_enrolled_and_was_told_the_limits(offered: tuple[Store, Id, Id]) -> None:
    store, woman, episode = offered
    with pytest.raises(Problem) as told, store.work("start_plan") as unit:
        plans.start_plan(unit, woman)
    assert told.value.code == "enrol"
    with store.work("enrol") as unit:
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
    with pytest.raises(Problem) as told, store.work("start_plan") as unit:
        plans.start_plan(unit, woman)
    assert told.value.code == "limits"
    with store.work("start_plan") as unit:
        enrolling.told_limits(unit, episode, DAY, "en")
        plan = plans.start_plan(unit, woman)
        assert plans.start_plan(unit, woman) == plan
    with store.work("close") as unit:
        enrolling.close(unit, episode, DAY, "declined")
    with pytest.raises(Problem) as told, store.work("start_plan") as unit:
        plans.start_plan(unit, woman)
    assert told.value.code == "enrol"


def test_one_episode_at_a_time_and_after_a_no_a_new_offer_is_a_new_one(offered: tuple[Store, Id, Id]) -> None:
    store, woman, episode = offered
    with pytest.raises(Problem) as told, store.work("offer") as unit:
        enrolling.offer(unit, woman, enrolling.programs(unit)[0].id, DAY)
    assert told.value.code == "open"
    with store.work("decline") as unit:
        enrolling.decline(unit, episode, DAY)
    assert state(store, woman) == "declined"
    with store.work("offer") as unit:
        second = enrolling.offer(unit, woman, enrolling.programs(unit)[0].id, LATER)
        assert second != episode
        first = unit.get(Enrolment, episode)
        assert (first.declined_on, first.closed_on) == (DAY, None)
        assert women.current_episode(unit, woman).id == second
    assert state(store, woman) == "offered"


def test_not_eligible_and_closing_say_why(offered: tuple[Store, Id, Id]) -> None:
    store, woman, episode = offered
    with pytest.raises(Refused) as told, store.work("not_eligible") as unit:
        enrolling.not_eligible(unit, episode, DAY, "")
    assert list(told.value.fields) == ["not_eligible_reason"]
    with pytest.raises(Refused) as told, store.work("close") as unit:
        enrolling.close(unit, episode, DAY, "")
    assert list(told.value.fields) == ["closed_reason"]
    with pytest.raises(Refused), store.work("close") as unit:
        enrolling.close(unit, episode, DAY, "a whim")
    with store.work("not_eligible") as unit:
        enrolling.not_eligible(unit, episode, DAY, "leaving_state")
    assert state(store, woman) == "not_eligible"


def test_nothing_but_dates_leaves_unless_she_says_so(facility: Store) -> None:
    _woman, episode = enrolled(facility)
    with facility.work("share") as unit:
        assert unit.get(Enrolment, episode).office_has == "dates"
        recalling.share(unit, episode, "words")
        assert unit.get(Enrolment, episode).office_has == "words"
    with pytest.raises(Refused), facility.work("share") as unit:
        recalling.share(unit, episode, "everything")


def test_a_need_is_kept_only_with_her_yes(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with pytest.raises(Refused) as told, facility.work("note_need") as unit:
        enrolling.note_need(unit, woman, "housing_insecurity", "she_said", DAY, may_be_recorded=False)
    assert list(told.value.fields) == ["may_be_recorded"]
    with facility.read() as unit:
        assert "housing_insecurity" not in str(payloads(unit.connection))
    with facility.work("note_need") as unit:
        need = enrolling.note_need(unit, woman, "housing_insecurity", "she_said", DAY, may_be_recorded=True)
        assert [n.id for n in women.page(unit, unit.get(Participant, woman)).needs] == [need]
        enrolling.drop_need(unit, need)
        assert women.page(unit, unit.get(Participant, woman)).needs == []


def test_the_next_step_goes_with_its_day(facility: Store) -> None:
    _woman, episode = enrolled(facility)
    with facility.work("set_next_step") as unit:
        enrolling.set_next_step(unit, episode, "Call the clinic", LATER)
        assert unit.get(Enrolment, episode).next_step_on == LATER
        enrolling.set_next_step(unit, episode, "", LATER)
        assert (unit.get(Enrolment, episode).next_step, unit.get(Enrolment, episode).next_step_on) == ("", None)


def test_one_program_of_a_name(facility: Store) -> None:
    with facility.work("add_program") as unit:
        first = enrolling.add_program(unit, name="Bridges", funder="State")
        assert enrolling.add_program(unit, name=" bridges ") == first
        assert enrolling.add_program(unit, name="Roots") != first
        assert [p.name for p in enrolling.programs(unit)] == ["Bridges", "Roots"]
    with pytest.raises(Refused), facility.work("add_program") as unit:
        enrolling.add_program(unit, name="  ")


def test_enrolling_by_number_is_whole_or_nothing(facility: Store, tmp_path: Path) -> None:
    read(facility, tmp_path / "list.csv", ANA)
    with facility.work("add_program") as unit:
        enrolling.add_program(unit, name="Bridges")
    for number, program in (("R9999", "Bridges"), ("R1001", "Nowhere")):
        with pytest.raises(NotFound), facility.work("enrol") as unit:
            enrolling.enrol_by_number(unit, number, program, DAY)
    with facility.work("enrol") as unit:
        assert women.count_women(unit) == {"listed": 1, "participants": 0}
        episode = unit.get(Enrolment, enrolling.enrol_by_number(unit, "r-1001", "BRIDGES", DAY))
        assert (episode.state, episode.office_has, episode.limits_told_on) == ("enrolled", "dates", DAY)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_limits_are_whole_in_each_language(language: str) -> None:
    said, other = limits(language), limits("es" if language == "en" else "en")
    assert all(said)
    assert (len(said.keep), len(said.must_pass_on)) == (len(other.keep), len(other.must_pass_on))
    assert not set(said.keep) & set(other.keep)
