"""A woman is moved to another facility: her record goes with her, sealed, and one site alone writes it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import moves as moving_acts
from reentry_desktop.actions import (
    plans,
    printing,
    safety,
    staff,
    sync,
    transfers,
    withholding,
    women,
)
from reentry_desktop.actions.consent_papers import account_print
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem, Refused
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Participant, Plan, PlanItem, Transfer
from reentry_desktop.records.transfer import Move, custody, may_write
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..reports.reading import squeezed, texts
from ..sealed import sealed_files
from ..stores import DAY, assert_well, assert_whole, enrolled, exchange_cards
from . import moves as m
from .test_bundles import plan_of

SECRET = "Quetzalwalk"


def test_her_whole_record_moves_unopened_and_both_sites_know_who_holds_it(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    office = state.office
    state.up(facility)
    assert m.held(facility, woman) == moving_acts.Held("", "", None, True, None, None)
    with facility.work("withhold") as unit:
        never = withholding.withhold(unit, woman, "South Facility")
    with pytest.raises(Problem) as told:  # she said that this place must never be told
        m.release(facility, woman, "SOUTH", "Closer to her children")
    assert told.value.code == "withheld"
    with facility.work("take_off_withheld") as unit:
        withholding.take_off_withheld(unit, never)
    m.release(facility, woman, "SOUTH", "Closer to her children")
    with pytest.raises(Problem) as told, facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 9")
    assert told.value.code == "moved"
    assert "released to South Facility" in told.value.sentence
    assert [one.state for one in m.moves(facility).out] == ["to_go"]
    state.up(facility)
    assert [one.state for one in m.moves(facility).out] == ["on_the_way"]
    # The office has the file and cannot read it.
    for word in (SECRET, "Xylophone", "Yarrow", "Prax", "parenting"):
        assert word.encode() not in everywhere(office)
    with office.read() as unit:
        (carried,) = moving_acts.carried(unit)
    assert (carried.sender, carried.to, carried.state) == ("North Facility", "South Facility", "to_go")
    state.down(facility)
    assert [one.state for one in m.moves(facility).out] == ["carried"]
    answers = state.down(south)
    assert [(one.status, one.sender) for one in answers] == [(APPLIED, "State Office"), (APPLIED, "North Facility")]
    assert m.women(south) == ["R1001"]
    assert "Zebrasong" not in m.said(south)
    assert "Prax" not in m.said(south)
    with south.read() as unit:
        assert {item.words for item in unit.all(sa.select(PlanItem))} == {SECRET, "Xylophone since"}
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM waiting").all()
    here = [row for row in m.story(facility, woman) if b"safety_report" not in row[2]]
    assert here == m.story(south, woman)
    assert_whole(south)
    # It is read at South only once a person took it over.
    with pytest.raises(Problem, match="not taken over yet"), south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1")
    (coming,) = m.moves(south).coming
    assert (coming.state, coming.name, coming.other) == ("here", "Ana Núñez", "North Facility")
    m.accept(south)
    assert m.held(south, woman) == moving_acts.Held("South Facility", "", DAY, True, None, None)
    with south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1")
    with south.read() as unit:  # what was told about her says so too
        assert "released to South Facility" in squeezed(" ".join(texts(account_print(unit, woman).pdf.data)))
    assert m.held(facility, woman).by == "North Facility"
    state.carry(south, facility)
    assert [one.state for one in m.moves(facility).out] == ["taken"]
    assert (m.held(facility, woman).by, m.held(facility, woman).writable) == ("South Facility", False)
    with pytest.raises(Problem, match="held by South Facility"), facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 9")
    with facility.read() as unit:
        assert unit.get(Participant, woman).unit == ""  # what is written there since is theirs
        assert {item.words for item in unit.all(sa.select(PlanItem))} > {SECRET}  # its copy can be read
    with facility.work("print_plan") as unit:  # and printed: who has the paper is what this site knows
        plan = unit.first(sa.select(Plan.id).where(Plan.participant == woman))
        printing.record_print(unit, printing.plan_print(unit, plan), how="printed")
    for store in (facility, south, office):
        assert_whole(store)
        assert_well(store)


def test_who_stops_between_two_bundles_has_what_came_sealed_in_the_first(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    state.up(facility)
    m.release(facility, her[0], "SOUTH", "Closer to her children")
    state.up(facility)
    files = [state.out(state.office, south) for _bundle in range(2)]

    class Stopped(BaseException):
        pass

    def stop(share: float) -> None:
        if share > 0.5:
            raise Stopped

    with pytest.raises(Stopped):
        sync.take_in(south, files, progress=stop)
    assert [one.state for one in m.moves(south).coming] == ["here"]


def test_nothing_goes_on_for_ever(facility: Store, south: Store, state: m.State, her: tuple[Id, Id]) -> None:
    """Once all is confirmed, no sealed file is made, carried or kept any more."""
    m.release(facility, her[0], "South Facility")
    state.carry(facility, south)
    m.accept(south)
    for _round in range(4):
        state.carry(south, facility)
        state.carry(facility, south)
    for store in (facility, south, state.office):
        with store.read() as unit:
            assert not unit.connection.exec_driver_sql("SELECT 1 FROM parcel").all()
        assert not sealed_files(store)
        with store.read() as unit:
            assert not unit.connection.exec_driver_sql("SELECT 1 FROM set_aside").all()
    assert state.up(facility)[0].sealed == 0


# Who holds her record


def _move(number: int, old: str, new: str, epoch: int, *, accepted: bool = False, off: bool = False) -> Move:
    return Move(Id(f"{number:032x}"), Id(old), Id(new), epoch, accepted, off)


@pytest.mark.parametrize(
    ("known", "holder", "coming"),
    [
        ([], "", None),
        ([_move(1, "a", "b", 1)], "a", 1),
        ([_move(1, "a", "b", 1, off=True)], "a", None),
        ([_move(1, "a", "b", 1, accepted=True)], "b", None),
        # Taken over and called off without knowing of each other: she is where she is.
        ([_move(1, "a", "b", 1, accepted=True, off=True)], "b", None),
        ([_move(1, "a", "b", 1, accepted=True), _move(2, "b", "c", 2)], "b", 2),
        ([_move(1, "a", "b", 1, accepted=True), _move(2, "b", "a", 2, accepted=True)], "a", None),
        # Called off and sent on, not knowing that she was taken over: she is where she is, and goes from there.
        ([_move(1, "a", "b", 1, accepted=True, off=True), _move(2, "a", "c", 2)], "b", None),
        ([_move(1, "a", "b", 1, accepted=True, off=True), _move(2, "b", "a", 2), _move(3, "a", "c", 2)], "b", 2),
        # Two PCs of one site released her twice: the one that was taken over stands, the other is void.
        ([_move(1, "a", "b", 1, accepted=True), _move(2, "a", "c", 1)], "b", None),
        ([_move(1, "a", "b", 1, accepted=True), _move(2, "a", "c", 1, accepted=True)], "c", None),
    ],
)
def test_who_holds_her_record_does_not_depend_on_the_order_of_arrival(
    known: list[Move], holder: str, coming: int | None
) -> None:
    for some in itertools.permutations(known):
        found = custody(some)
        assert found.holder == holder
        assert (found.coming.id if found.coming else None) == (Id(f"{coming:032x}") if coming else None)
    for site in "abc":
        writes = may_write(known, Id(site))
        if known and (site == holder or any(site in (m.from_site, m.to_site) for m in known)):
            assert writes == (site == holder and coming is None)


def test_nobody_releases_or_takes_over_for_another(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """South says that North released her, and that it took her over: North goes on as before."""
    woman, _episode = her
    with south.work("forge") as unit:
        unit.create(
            Transfer, participant=woman, from_site=facility.site, to_site=south.site, released_on=DAY, accepted_on=DAY,
            epoch=9,
        )  # fmt: skip
    state.carry(south, facility)
    with facility.read() as unit:
        assert len(unit.all(sa.select(Transfer))) == 1
    assert m.held(facility, woman).writable
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 3")


# What stays at the old site


@pytest.mark.parametrize("policy", ["keep", "dates", "delete"])
def test_after_the_receipt_the_old_site_keeps_what_it_decided(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], policy: str
) -> None:
    woman, _episode = her
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move=policy)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    state.carry(south, facility)  # it has come there; nobody has taken her over
    assert SECRET in m.said(facility)
    m.accept(south)
    state.carry(south, facility)
    here = everywhere(facility)
    assert (SECRET.encode() in here) == (policy == "keep")
    assert b"Zebrasong" in here
    with facility.read() as unit:
        found = unit.get(Participant, woman)  # a report that was passed on says whom it is about
        assert found.name == "Ana Núñez"
        assert len(unit.all(sa.select(PlanItem).where(PlanItem.participant == woman))) == (2 if policy == "keep" else 0)
        assert len(safety.reports_of(unit, woman)) == 1
        assert bool(women.current_episode(unit, woman)) == (policy != "delete")
    assert m.held(facility, woman).by == "South Facility"
    assert_whole(facility)
    assert_well(facility)
    state.carry(facility, south)
    assert SECRET in m.said(south)


def test_a_decision_made_after_she_moved_is_carried_out_with_the_next_bundle(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """Nothing of the facility that has her need come: the office's own, with nothing in it, is enough."""
    woman, _episode = her
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    state.up(facility)  # it says that all of South's came: the office carries that no more
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move="dates")
    assert SECRET in m.said(facility)
    (taken,) = state.down(facility)
    assert (taken.changes, SECRET.encode() in everywhere(facility)) == (0, False)
    assert_whole(facility)


def test_where_nothing_stays_she_is_not_found_any_more(facility: Store, south: Store, state: m.State) -> None:
    woman, _episode = enrolled(facility)
    plan_of(facility, woman, SECRET)
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move="delete")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    assert m.women(facility) == []
    with facility.read() as unit:
        assert not women.search(unit, "Ana", limit=5).rows
        (moved,) = moving_acts.moves(unit).out
    assert (moved.state, moved.number, moved.name) == ("taken", "R1001", "")
    assert SECRET.encode() not in everywhere(facility)
    assert_whole(facility)
    assert_well(facility)


def test_a_woman_goes_on_and_comes_back(
    facility: Store, south: Store, west: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """North, South, West, North; each deletes what it does not hold, and has it again when she comes back."""
    woman, _episode = her
    exchange_cards(west, state.office)
    for store in (facility, south, west):
        state.down(store)
        with store.work("set_site") as unit:
            staff.set_site(unit, after_move="delete")
    before = [row for row in m.story(facility, woman) if b"safety_report" not in row[2]]
    stops = [(facility, south), (south, west), (west, facility), (facility, south)]
    for number, (old, new) in enumerate(stops):
        if number:
            with old.work("write") as unit:
                plans.add_item(unit, plans.start_plan(unit, woman), "tools", words=f"Words {number}")
        m.release(old, woman, new.site)
        state.carry(old, new)
        m.accept(new)
        state.carry(new, old)
        state.carry(old, new)
        assert m.held(new, woman).writable
        assert not m.held(old, woman).writable
        assert SECRET.encode() not in everywhere(old)
        for store in (facility, south, west, state.office):
            assert_whole(store)
    with south.read() as unit:
        items = {item.words for item in unit.all(sa.select(PlanItem).where(PlanItem.participant == woman))}
    assert items == {SECRET, "Xylophone since", "Words 1", "Words 2", "Words 3"}
    assert set(before) <= set(m.story(south, woman))
    assert m.held(facility, woman).by == "South Facility"
    with west.read() as unit:
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM waiting").all()


# In the night


def test_a_woman_who_came_before_her_record_is_asked_for(
    facility: Store, south: Store, west: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    exchange_cards(west, state.office)
    state.down(west)
    state.down(south)
    with south.work("register") as unit:
        new = women.register(unit, department_number="R1001", first_name="Ana", last_name="Nunez")
    with south.work("ask_for_record") as unit:
        transfers.ask_for_record(unit, new)
    with pytest.raises(Problem, match="asked for already"), south.work("ask_for_record") as unit:
        transfers.ask_for_record(unit, new)
    state.carry(south, facility)
    state.down(west)
    assert b"Nunez" not in everywhere(state.office)  # she has not agreed to anything: the office is not told of her
    assert m.moves(west).asked_here == ()
    (asked,) = m.moves(facility).asked_here
    assert (asked.state, asked.number, asked.name, asked.other, asked.found) == (
        "open", "R1001", "Ana Nunez", "South Facility", (her[0],),
    )  # fmt: skip
    # A person compares, and says no; then yes.
    with pytest.raises(Refused), facility.work("refuse_record") as unit:
        transfers.refuse_record(unit, asked.id, " ")
    with facility.work("refuse_record") as unit:
        transfers.refuse_record(unit, asked.id, "She is still here.")
    state.carry(facility, south)
    (answer,) = m.moves(south).asked
    assert (answer.state, answer.why) == ("open", "North Facility said no: She is still here.")  # West was asked too
    m.release(facility, her[0], "South Facility", request=asked.id)
    state.carry(facility, south)
    assert [one.state for one in m.moves(south).asked] == ["answered"]
    m.accept(south)
    with south.read() as unit:
        pair = women.likely_same(unit, first="", last="", born=None, number="R1001")
        assert {row.id for row in pair} == {new, her[0]}
        assert moving_acts.registered_twice(unit, her[0])
    assert_whole(south)
    assert_whole(facility)


def test_a_record_that_was_released_before_the_request_came_answers_it(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    move = m.release(facility, her[0], "SOUTH")
    with south.work("ask_for_record") as unit:
        new = women.register(unit, department_number="R1001", first_name="Ana", last_name="Nunez")
        transfers.ask_for_record(unit, new)
    state.carry(south, facility)
    assert [one.state for one in m.moves(facility).asked_here] == ["answered"]
    assert [one.state for one in m.moves(south).asked] == ["open"]
    state.carry(facility, south)
    assert [one.state for one in m.moves(south).asked] == ["answered"]
    with facility.work("call_off_move") as unit:  # she stays: now it is to be answered
        transfers.call_off_move(unit, move)
    assert [one.state for one in m.moves(facility).asked_here] == ["open"]
    m.accept(south)
    state.carry(south, facility)
    for found in (m.moves(south).asked, m.moves(facility).asked_here):
        assert [one.state for one in found] == ["answered"]


def test_one_facility_is_asked_by_name(
    facility: Store, south: Store, west: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    exchange_cards(west, state.office)
    for store in (west, south):
        state.down(store)
    with south.work("register") as unit:
        new = women.register(unit, first_name="Ana", last_name="Núñez", date_of_birth=dt.date(1990, 1, 2))
        transfers.ask_for_record(unit, new, "NORTH")
    state.carry(south, facility)
    state.down(west)
    assert "Núñez" not in m.said(west)
    (asked,) = m.moves(facility).asked_here
    assert asked.found == (her[0],)  # without a number, by name and birth date
    with south.work("call_off_move") as unit:
        transfers.call_off_move(unit, _asked(south))
    state.carry(south, facility)
    assert [one.state for one in m.moves(facility).asked_here] == ["off"]


def _asked(store: Store) -> Id:
    (one,) = m.moves(store).asked
    return one.id
