"""A woman registered twice: found, merged by a person, seen once with all that is hers, and taken apart again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.actions import (
    conflicts,
    copies,
    due,
    enrolling,
    lists,
    measures,
    plan_history,
    plans,
    recalling,
    record_files,
    recovery,
    registrations,
    same_woman,
    taking_back,
    women,
)
from reentry_desktop.actions.today import today
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.records import Participant, SameWoman
from reentry_desktop.records.paper import CopyGiven
from reentry_desktop.records.same_woman import Said, id_of
from reentry_desktop.store import Store

from ..disagreeing import beside
from ..stores import DAY, Template, assert_whole
from ..twice import BEGAN, apart, enrol, merge, offered, plan_done, registered, shown


@pytest.fixture
def twice(facility: Store) -> tuple[Store, Id, Id]:
    """One woman, registered under two numbers, enrolled under both at the same time: store, first, second."""
    first = registered(facility, "R1001")
    second = registered(facility, "R2002", "Anna", "Nunez", expected_release=DAY + dt.timedelta(20))
    return facility, first, second


def rows(store: Store, words: str = "", **more: str) -> list[Id]:
    with store.read() as unit:
        found = women.search(unit, words, **more)  # type: ignore[arg-type]
        assert found.more or found.count == len(found.rows)
        return [row.id for row in found.rows]


# Found


def test_found_by_number_whatever_stands_around_it(facility: Store) -> None:
    first = registered(facility, "K48771")
    second = registered(facility, "k-48771", "Luz", "Ortega", date_of_birth=None)
    registered(facility, "", "Mia", "Sol", date_of_birth=None)
    registered(facility, "", "Una", "Ray", date_of_birth=None)  # no number is no reason
    assert offered(facility) == [({first, second}, "number")]


def test_found_by_name_or_its_sound_and_the_birth_date(facility: Store) -> None:
    first = registered(facility, "R1", "Katherine", "Núñez")
    same = registered(facility, "R2", "KATHERINE", "Nunez")
    sounds = registered(facility, "R3", "Cathryn", "Nunes")
    registered(facility, "R4", "Katherine", "Núñez", date_of_birth=dt.date(1990, 1, 3))
    registered(facility, "R5", "Katherine", "Núñez", date_of_birth=None)
    found = offered(facility)
    assert found[0] == ({first, same}, "name_and_birth")
    assert sorted(map(sorted, (pair for pair, why in found if why == "sound_and_birth"))) == sorted(
        map(sorted, ({first, sounds}, {same, sounds}))
    )
    assert len(found) == 3


def test_each_side_says_who_she_is_and_where_she_stands(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    plan_done(store, second, enrol(store, second))
    with store.read() as unit:
        (pair,) = same_woman.registered_twice(unit).pairs
        assert [side.id for side in pair.sides] == [second, first]  # who is enrolled comes first
        left, right = pair.sides
        assert (left.name, left.number, left.born, left.site) == (
            "Anna Nunez", "R2002", dt.date(1990, 1, 2), "North Facility",
        )  # fmt: skip
        assert (left.state, left.enrolled_on, left.plan) == ("enrolled", BEGAN, "done_for_now")
        assert (right.number, right.state, right.enrolled_on, right.plan) == ("R1001", "registered", None, "")
        assert pair.id == id_of(first, second) == id_of(second, first)
        assert same_woman.registered_twice(unit, 0) == same_woman.Possible([], 1)


def test_who_was_removed_is_nobodys_second(twice: tuple[Store, Id, Id]) -> None:
    store, _first, second = twice
    with store.work("remove") as unit:
        unit.remove(Participant, second)
    assert offered(store) == []


def test_two_women_are_not_shown_again(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    with store.work("two_women") as unit:
        link = same_woman.two_women(unit, second, first)
    assert offered(store) == []
    with store.read() as unit:
        assert registrations.ids_of(unit, first) == [first]
        (said,) = same_woman.decided(unit, second)
        assert (said.id, said.one, said.who) == (link, False, "lead")
        assert sorted(said.sides) == ["Ana Núñez, R1001", "Anna Nunez, R2002"]  # two of one moment: by chance
    third = registered(store, "R1001", "Zoe", "Abbott")
    assert offered(store) == [({first, third}, "number")]
    merge(store, first, third)
    assert offered(store) == []  # she is another woman than the second, under whichever number
    apart(store, link)
    assert offered(store) == [({first, second}, "sound_and_birth")]


def test_a_list_shows_nobody_as_a_duplicate_of_herself(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    with store.read() as unit:
        assert len(lists.possible_duplicates(unit)) == 1
    link = merge(store, first, second)
    with store.read() as unit:
        assert lists.possible_duplicates(unit) == []
    apart(store, link)
    with store.work("two_women") as unit:
        same_woman.two_women(unit, first, second)
    with store.read() as unit:
        assert lists.possible_duplicates(unit) == []


# Merged: she is there once, with all that is hers


@pytest.mark.parametrize("stands", [0, 1])
def test_she_is_found_once_by_either_name_or_number(twice: tuple[Store, Id, Id], stands: int) -> None:
    store, *ids = twice
    her, other = ids[stands], ids[1 - stands]
    other_woman = registered(store, "R3003", "Zoe", "Nunez")
    assert len(rows(store, "nun")) == 3
    merge(store, her, other)
    for words in ("ana", "anna", "r1001", "R-2002", "ana r2002", "nunez anna r1001"):
        assert rows(store, words) == [her], words
    assert set(rows(store, "nun")) == {her, other_woman}
    assert set(rows(store)) == set(rows(store, state="participant")) == {her, other_woman}
    assert rows(store, "ana", state="listed") == []
    with store.read() as unit:
        assert {women.by_number(unit, number).id for number in ("R1001", "R2002")} == {her}
        assert women.count_women(unit)["participants"] == 2
        likely = women.likely_same(unit, first="Ana", last="Nunez", born=dt.date(1990, 1, 2), number="R2002")
        assert [one.id for one in likely if one.id in ids] == [her]


def test_of_words_that_many_have_she_is_found_too(twice: tuple[Store, Id, Id], monkeypatch: pytest.MonkeyPatch) -> None:
    from reentry_desktop.actions import finding

    store, first, second = twice
    registered(store, "R3003", "Ana", "Abbott")
    merge(store, first, second)
    monkeypatch.setattr(finding, "_FEW", 1)  # two are many
    assert rows(store, "an") == [rows(store, "abbott")[0], first]
    assert rows(store, "ana r2002") == [first]
    assert rows(store, "an n r") == [first]
    assert rows(store, "an", state="participant") == [rows(store, "abbott")[0], first]


def test_lists_and_goals_count_her_once(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    with store.read() as unit:
        assert len(due.due(unit).due) + len(due.due(unit).no_date) == 2
    link = merge(store, second, first)
    with store.read() as unit:
        found = due.due(unit)
        assert [one.id for one in (*found.due, *found.no_date)] == [second]
    apart(store, link)
    episode = enrol(store, first)
    plan_done(store, second, enrol(store, second, BEGAN + dt.timedelta(1)))
    with store.work("set_next_step") as unit:
        enrolling.set_next_step(unit, episode, "Call her sister.", DAY)
    before = shown(store)
    assert before["measures"][1] == 2
    link = merge(store, second, first)
    with store.read() as unit:
        found, now = due.due(unit), today(unit)
        assert not (*found.due, *found.no_date, *found.check_date)  # she is enrolled, under whichever number
        assert [row.id for row in now.leaving.rows] == [row.id for row in now.next_steps.rows] == [second]
        assert now.leaving.count == 1
        assert now.plan_days.rows == []  # her plan is done
        goal = measures.measures(unit)["wrap_30_days"]
        assert (goal.numerator, goal.denominator) == (1, 1)
        assert goal.asked is not None
        (case,) = measures.cases(unit, goal.asked)
        assert (case.participant, case.department_number, case.outcome) == (second, "R2002", "yes")
    apart(store, link)
    assert shown(store) == before
    merge(store, first, second)  # now the other stands: her episode there has no plan
    with store.read() as unit:
        goal = measures.measures(unit)["wrap_30_days"]
        assert (goal.numerator, goal.denominator) == (0, 1)


def test_a_list_goes_to_the_registration_that_stands(facility: Store, tmp_path: Path) -> None:
    first, second = registered(facility, "R1001"), registered(facility, "R1001")
    file = tmp_path / "list.csv"
    for stands, other, day in ((first, second, "03/01/2027"), (second, first, "04/01/2027")):
        link = merge(facility, stands, other)
        file.write_text(f"DOC Number,Last Name,First Name,Parole Hearing\nR1001,Núñez,Ana,{day}\n", "utf-8")
        lists.read_lists(facility, [file])
        with facility.read() as unit:
            assert unit.get(Participant, stands).parole_hearing == dt.date(2027, int(day[:2]), 1)
        apart(facility, link)


def test_an_export_has_both_rows_with_her_state(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    enrol(store, second)
    merge(store, first, second)
    with store.work("records_export") as unit:
        rows_out = {row["id"]: row["status"] for row in record_files.export(unit, "participant")}
        assert rows_out == {first: "enrolled", second: "enrolled"}
        assert [row["said"] for row in record_files.export(unit, "same_woman")] == ["first"]


def test_episodes_one_after_the_other_count_each(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    episode = enrol(store, first, BEGAN - dt.timedelta(100))
    with store.work("close") as unit:
        enrolling.close(unit, episode, BEGAN, "returned")
    enrol(store, second)
    merge(store, second, first)
    with store.read() as unit:
        assert measures.measures(unit)["wrap_30_days"].denominator == 2  # as under one number


def test_her_history_is_under_one_roof(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    old = enrol(store, first, BEGAN - dt.timedelta(100), "words")
    with store.work("words") as unit:
        earlier = plans.start_plan(unit, first)
        plans.add_item(unit, earlier, "tools", words="Walk at noon")
        enrolling.note_need(unit, first, "parenting", "she_said", DAY, may_be_recorded=True)
        recovery.add_goal(unit, first, "housing", "A room of my own")
        unit.create(CopyGiven, participant=first, print_number="A", layout="full", printed_on=DAY)
    with store.work("close") as unit:
        enrolling.close(unit, old, BEGAN, "returned")
    enrol(store, second)
    with store.work("words") as unit:
        plan = plans.start_plan(unit, second)
        enrolling.note_need(unit, second, "substance_use", "she_said", DAY, may_be_recorded=True)
        recovery.add_goal(unit, second, "work", "Drive a truck")
    before = shown(store)
    link = merge(store, second, first)
    for given_id in (first, second):
        with store.read() as unit:
            page = women.page(unit, unit.get(Participant, given_id))
            assert (page.woman.id, page.hers) == (second, [second, first])
            assert {need.need for need in page.needs} == {"parenting", "substance_use"}
            assert page.plan is not None
            assert page.plan.id == plan
            shelf = plan_history.shelf(unit, given_id)
            assert (shelf.woman.id, [one.id for one in shelf.others]) == (second, [earlier])
            assert plan_history.shelf(unit, given_id, earlier).living is False
            assert {one.goal.words for one in recovery.goals(unit, given_id)} == {"A room of my own", "Drive a truck"}
            assert [one.print_number for one in copies.copies_of(unit, given_id)] == ["A"]
            told = record_files.story(unit, given_id)
            assert {line["registration"] for line in told} == {"R2002, North Facility", "R1001, North Facility"}
            assert [line["registration"] for line in told if line["what"] == "Closed the episode"] == [
                "R1001, North Facility"
            ]
            assert plans.contents(unit, earlier).woman.department_number == "R2002"
    with store.work("open_page") as unit:
        women.open_page(unit, first)
    with store.read() as unit:
        for one in (first, second):
            assert sum(line["what"] == "Opened her page" for line in record_files.story(unit, one)) == 2
    apart(store, link)
    assert shown(store) == before
    assert_whole(store)


def test_what_is_written_stays_with_the_registration_of_her_episode(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    enrol(store, second)
    link = merge(store, first, second)
    with store.work("words") as unit:
        plan = plans.start_plan(unit, first)
        tool = plans.add_item(unit, plan, "tools", words="Quetzalwalk")
        goal = recovery.add_goal(unit, first, "work", "Drive a truck")
        enrolling.note_need(unit, first, "parenting", "she_said", DAY, may_be_recorded=True)
        with pytest.raises(Problem, match="open episode"):
            enrolling.offer(unit, first, enrolling.add_program(unit, name="Other"), DAY)
    with store.work("take_back") as unit:  # asked of her, whichever number
        assert taking_back.take_back(unit, first, tool).entries == 1
        with pytest.raises(NotFound):
            taking_back.take_back(unit, Id("0" * 32), goal)
    apart(store, link)
    with store.read() as unit:
        assert women.current_plan(unit, first) is None
        assert recovery.goals(unit, first) == []
        page = women.page(unit, unit.get(Participant, second))
        assert page.plan is not None
        assert (page.plan.id, len(page.needs), len(recovery.goals(unit, second))) == (plan, 1, 1)


def test_dates_only_is_said_of_all_that_is_hers(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    old = enrol(store, first, BEGAN - dt.timedelta(100), "words")
    with store.work("close") as unit:
        enrolling.close(unit, old, BEGAN, "returned")
    episode = enrol(store, second)
    merge(store, second, first)
    with store.read() as unit:
        page = women.page(unit, unit.get(Participant, second))
        assert (page.shares_words, page.words_stopped) == (False, True)  # her yes was of the earlier time
    with store.work("share") as unit:
        recalling.share(unit, episode, "dates")
    with store.read() as unit:
        page = women.page(unit, unit.get(Participant, second))
        assert (page.shares_words, page.words_stopped) == (False, False)
    with store.work("share") as unit:
        recalling.share(unit, episode, "words")
    with store.read() as unit:
        assert women.page(unit, unit.get(Participant, second)).shares_words
        assert {one.id: one.office_has for one in women.latest_episodes(unit, [first, second])} == {
            old: "dates", episode: "words",
        }  # fmt: skip


# Taken apart


def test_taken_apart_is_exactly_what_was_before(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    plan_done(store, first, enrol(store, first))
    enrol(store, second)
    before = shown(store)
    link = merge(store, first, second)
    assert shown(store) != before
    apart(store, link)
    assert shown(store) == before
    assert offered(store) == [({first, second}, "sound_and_birth")]
    with store.work("take_apart") as unit, pytest.raises(NotFound):
        same_woman.take_apart(unit, link)
    with store.work("say_again") as unit:
        same_woman.say_again(unit, link)
    assert rows(store, "r2002") == [first]
    assert_whole(store)


def test_a_third_registration(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    third = registered(store, "R3003", "Ana", "Nunez")
    assert len(offered(store)) == 3
    one = merge(store, second, first)
    assert {frozenset(pair) for pair, _why in offered(store)} == {frozenset({second, third})}
    two = merge(store, third, first)  # of the first the second stands: the two that stand are tied
    assert offered(store) == []
    with store.read() as unit:
        assert registrations.ids_of(unit, first) == [third, first, second]
        assert [said.sides for said in same_woman.decided(unit, first)] == [
            ("Ana Nunez, R3003", "Anna Nunez, R2002"), ("Anna Nunez, R2002", "Ana Núñez, R1001"),
        ]  # fmt: skip
        assert list(registrations.named(unit, first)) == [third, first, second]
    assert rows(store) == [third]
    with store.work("same_woman") as unit, pytest.raises(Problem, match="one woman already"):
        same_woman.same_woman(unit, first, third)
    with store.work("two_women") as unit, pytest.raises(Problem, match="Take them apart first"):
        same_woman.two_women(unit, first, third)
    apart(store, two)
    with store.read() as unit:
        assert registrations.ids_of(unit, first) == [second, first]
        assert registrations.ids_of(unit, third) == [third]
    apart(store, one)
    assert len(rows(store)) == 3


def test_what_cannot_be_is_refused(twice: tuple[Store, Id, Id]) -> None:
    store, first, _second = twice
    with store.work("same_woman") as unit:
        with pytest.raises(Problem, match="Name two"):
            same_woman.same_woman(unit, first, first)
        with pytest.raises(NotFound):
            same_woman.same_woman(unit, first, Id("0" * 32))
        for typed in ("R7777", "", "-", "0" * 32):
            with pytest.raises(NotFound):
                same_woman.registration(unit, typed)
        assert same_woman.registration(unit, "r-1001") == same_woman.registration(unit, first.upper()) == first
    twin = registered(store, "R1001")
    with store.read() as unit, pytest.raises(NotFound, match=f"{first}, {twin}"):
        same_woman.registration(unit, "R1001")


# Which one stands: the rule


def by_the_rule(here: list[Id], ties: list[tuple[Id, Id, str]]) -> dict[Id, Id]:
    """The rule again, in plain steps."""
    groups = {one: {one} for one in (*here, *(end for tie in ties for end in tie[:2]))}
    for first, second, said in ties:
        if said != Said.TWO:
            whole = groups[first] | groups[second]
            groups |= dict.fromkeys(whole, whole)
    gives_way = {second if said == Said.FIRST else first for first, second, said in ties if said != Said.TWO}
    found = {}
    for one in here:
        may = sorted(groups[one] & set(here))
        found[one] = next((other for other in may if other not in gives_way), may[0])
    return found


IDS = [Id(f"{n:032x}") for n in range(1, 8)]


@settings(max_examples=150)
@given(
    said=st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(list(Said))), max_size=9),
    order=st.randoms(use_true_random=False),
)
def test_which_stands_is_the_same_in_any_order(
    rule_store: Store, said: list[tuple[Id, Id, Said]], order: random.Random
) -> None:
    ties = {id_of(a, b): (min(a, b), max(a, b), str(s)) for a, b, s in said if a != b}
    here = IDS[:-2]  # two are not here
    lines = list(ties.values())
    order.shuffle(lines)
    with rule_store.work("test") as unit:
        for (old,) in unit.rows(sa.select(SameWoman.id).where(SameWoman.removed.is_(False))):
            unit.remove(SameWoman, old)
        for first, second, what in lines:
            if unit.find(Participant, first) is None:
                continue  # what is kept under a woman who is not here waits
            link = id_of(first, second)
            if unit.find(SameWoman, link) is None:
                unit.create(SameWoman, link, participant=first, other=second, said=what)
            else:
                unit.revise(SameWoman, link, said=what, removed=False)
        known = [line for line in lines if line[0] in here]
        expected = by_the_rule(here, known)
        away = registrations.gave_way(unit)
        assert {one: away.get(one, one) for one in here} == expected
        for one in here:
            hers = registrations.ids_of(unit, one)
            assert set(hers) == {other for other in here if expected[other] == expected[one]}
            assert hers[0] == expected[one]


@pytest.fixture(scope="module")
def rule_store(facility_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with facility_template.open(tmp_path_factory.mktemp("rule") / "store") as store:
        with store.work("register") as unit:
            for number, one in enumerate(IDS[:-2]):
                unit.create(Participant, one, last_name=f"N{number}", site=store.site)
        yield store


def test_a_conflict_about_the_two_names_both(twice: tuple[Store, Id, Id]) -> None:
    store, first, second = twice
    link = merge(store, first, second)
    with store.work("beside") as unit:
        beside(unit, 0xA123456789, SameWoman, link, said="two")
        (found,) = conflicts.inbox(unit, second)
        assert conflicts.inbox(unit, first) == [found]
        assert found.about == "First: Ana Núñez, R1001. Second: Anna Nunez, R2002."
        assert {version.words for version in found.versions} == {
            "One woman; the first registration stands", "Two women",
        }  # fmt: skip
        conflicts.settle_conflict(unit, link, "said", conflicts.THEIRS)
        assert conflicts.inbox(unit) == []
