"""A facility is closed: its office gives on what it holds of the women there, also if it comes back after all."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import closing, enrolling, plans, recalling, transfers, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.exchange.closing import closed
from reentry_desktop.records import Enrolment, Participant, PlanItem, SiteClosure, Transfer
from reentry_desktop.records.transfer import Move, custody, may_write
from reentry_desktop.store import Store

from ..stores import DAY, assert_well, assert_whole, done_for_now, enrolled, exchange_cards
from . import moves as m

SHARED, HELD_BACK, LATE, OTHER = "Heronfeather", "Quetzalwalk", "Ibisfeather", "Zebrasong"


@pytest.fixture
def hers(facility: Store, state: m.State) -> tuple[Id, Id]:
    """At North: Ana, who shares her words with the office, and Luz, who shares her dates. The office has both."""
    ana, episode = enrolled(facility, share="words")
    luz, _episode = enrolled(facility, "R2", first="Luz", last="Ortega")
    plan = m.plan_of(facility, ana, SHARED)
    with facility.work("done") as unit:
        done_for_now(unit, plan)
        enrolling.set_next_step(unit, episode, f"Bring {SHARED} papers", DAY)
    with facility.work("write") as unit:
        plans.add_item(unit, plan, "tools", words=f"{HELD_BACK} since")
    m.plan_of(facility, luz, OTHER)
    state.up(facility)
    return ana, luz


def close(office: Store, why: str = "The wing was shut") -> Id:
    with office.work("close_site") as unit:
        return closing.close_site(unit, "NORTH", why)


def give(office: Store, to: str, *women: Id) -> list[Id]:
    with office.work("give_on") as unit:
        return closing.give_on(unit, "NORTH", to, women or None)


def words(store: Store) -> set[str]:
    with store.read() as unit:
        return {item.words for item in unit.all(sa.select(PlanItem))}


def holders(woman: Id, *stores: Store) -> list[str]:
    return [m.held(store, woman).by for store in stores]


def test_what_the_office_holds_of_her_goes_to_the_facility_it_names_and_nothing_else(
    facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    ana, luz = hers
    close(state.office)
    state.down(south)
    assert m.women(south) == []  # a closed facility alone lets nothing out
    give(state.office, "SOUTH", ana)
    (taken,) = state.down(south)
    assert taken.status == "applied", taken
    # Searched: all that came is about her, and what she did not let out is not among it.
    assert m.women(south) == ["R1001"]
    for word in (HELD_BACK, OTHER, "Luz", "Ortega", luz):
        assert word not in m.said(south)
    assert SHARED in m.said(south)
    with south.read() as unit:
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM waiting").all()
    (coming,) = m.moves(south).coming
    assert (coming.state, coming.other, coming.by) == ("here", "North Facility", "State Office")
    with pytest.raises(Problem, match="not taken over yet"), south.work("correct") as unit:
        women.correct(unit, ana, unit="Ward 1")
    m.accept(south)
    with south.work("correct") as unit:
        women.correct(unit, ana, unit="Ward 1")
    state.up(south)
    assert holders(ana, south, state.office) == ["South Facility"] * 2
    with state.office.read() as unit:
        assert unit.get(Participant, ana).unit == "Ward 1"
        assert [(her.id, her.to) for her in closing.women_there(unit, facility.site)] == [(luz, "")]
    for store in (south, state.office):
        assert_whole(store)
        assert_well(store)


def test_nothing_goes_on_for_ever(facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]) -> None:
    close(state.office)
    give(state.office, "SOUTH")
    state.down(south)
    m.accept(south)
    for _round in range(3):
        state.up(south)
        state.down(south)
    assert [one.changes for one in (*state.up(south), *state.down(south))] == [0, 0]


def test_it_comes_back_after_all_and_nothing_is_lost(
    facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    ana, luz = hers
    close(state.office)
    give(state.office, "SOUTH")
    state.down(south)
    m.accept(south)
    # North does not know, and writes on.
    with facility.work("correct") as unit:
        women.correct(unit, ana, county_of_return="Tarn")
        plan = unit.all(sa.select(PlanItem).where(PlanItem.participant == ana))[0].plan
        plans.add_item(unit, plan, "tools", words=LATE)
    with south.work("correct") as unit:
        women.correct(unit, ana, unit="Ward 1")
    state.up(south)
    state.up(facility)
    state.down(facility)
    state.down(south)
    assert holders(ana, facility, south, state.office) == ["South Facility"] * 3
    assert holders(luz, facility, south, state.office) == ["South Facility"] * 3
    for store in (facility, south, state.office):
        with store.read() as unit:
            her = unit.get(Participant, ana)
            assert her.county_of_return == "Tarn", store  # what North wrote meanwhile is merged
    with south.read() as unit:
        assert unit.get(Participant, ana).unit == "Ward 1"
    with facility.read() as unit:
        here = closing.closed_here(unit)
    assert here is not None
    assert (here.name, here.why) == ("State Office", "The wing was shut")
    with pytest.raises(Problem, match="held by South Facility"), facility.work("correct") as unit:
        women.correct(unit, ana, unit="Ward 9")
    # What she kept from the office is at North alone until a person there lets it go, sealed.
    for _round in range(2):
        state.carry(facility, south)
        state.carry(south, facility)
    assert HELD_BACK not in m.said(south)
    (out,) = [one for one in m.moves(facility).out if one.participant == ana]
    assert (out.state, out.rest, out.by) == ("taken", True, "State Office")
    with facility.work("let_rest_go") as unit:
        transfers.let_rest_go(unit, out.id)
    state.carry(facility, south)
    assert words(south) >= {f"{HELD_BACK} since", LATE}
    assert OTHER not in m.said(south)  # Luz's is another move
    state.carry(south, facility)
    assert m.held(facility, ana).by == "South Facility"
    assert not [one for one in m.moves(facility).out if one.participant == ana and one.rest]
    assert [row for row in m.story(facility, ana) if row not in m.story(south, ana)] == []
    for store in (facility, south, state.office):
        assert_whole(store)
        assert_well(store)


def test_it_comes_back_before_she_was_taken_over_and_calls_it_off(
    facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    ana, _luz = hers
    close(state.office)
    give(state.office, "SOUTH", ana)
    state.down(south)
    state.down(facility)
    (out,) = m.moves(facility).out
    assert (out.state, out.rest) == ("given", True)
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, out.id)
    assert m.held(facility, ana).writable
    state.up(facility)
    state.down(south)
    assert m.women(south) == []  # what came is deleted there
    for store in (facility, south, state.office):
        assert_whole(store)


def test_the_office_calls_it_off(facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]) -> None:
    ana, _luz = hers
    close(state.office)
    (move,) = give(state.office, "SOUTH", ana)
    with state.office.work("call_off_move") as unit:
        transfers.call_off_move(unit, move)
        assert [her.move for her in closing.women_there(unit, facility.site)] == ["", ""]
    state.down(south)
    assert m.women(south) == []


def test_both_released_her_without_knowing_of_each_other(
    facility: Store, south: Store, west: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    """North to West, the office to South, each taken over: all sites agree where she is, whatever came first."""
    ana, _luz = hers
    exchange_cards(west, state.office)
    for store in (west, facility, south, west):
        state.down(store)
    m.release(facility, ana, "WEST")
    close(state.office)
    give(state.office, "SOUTH", ana)
    state.down(south)
    m.accept(south)
    state.carry(facility, west)
    m.accept(west)
    for _round in range(3):
        for store in (south, west, facility):
            state.up(store)
        for store in (west, facility, south):
            state.down(store)
    found = holders(ana, facility, south, west, state.office)
    assert len(set(found)) == 1
    assert found[0] in ("South Facility", "West Facility")
    writing = [m.held(store, ana).writable for store in (facility, south, west)]
    assert writing.count(True) == 1


def _move(number: int, old: str, new: str, epoch: int, *, accepted: bool = False, by: str = "") -> Move:
    return Move(Id(f"{number:032x}"), Id(old), Id(new), epoch, accepted, called_off=False, by=Id(by), whole=not by)


@pytest.mark.parametrize(
    ("known", "holder"),
    [
        ([_move(1, "a", "b", 1, by="o")], "a"),
        ([_move(1, "a", "b", 1, accepted=True, by="o")], "b"),
        ([_move(1, "a", "c", 1, accepted=True), _move(2, "a", "b", 1, accepted=True, by="o")], "b"),
        ([_move(1, "a", "b", 1, accepted=True, by="o"), _move(2, "b", "c", 2, accepted=True)], "c"),
    ],
)
def test_who_holds_her_depends_on_no_order(known: list[Move], holder: str) -> None:
    for some in itertools.permutations(known):
        assert custody(some).holder == holder
        assert [site for site in "abc" if holder == site and may_write(some, Id(site))] == (
            [holder] if custody(some).coming is None else []
        )


# Whose word counts


def test_a_facility_says_nothing_for_another_one(
    facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    """South notes North as closed and writes that the office gave it Luz: nothing is given, North goes on."""
    ana, luz = hers
    with south.work("forge") as unit:
        unit.create(SiteClosure, site=facility.site, closed_on=DAY, why="Rivalry")
        for by in (state.office.site, south.site):
            unit.create(
                Transfer, participant=luz, from_site=facility.site, to_site=south.site, released_on=DAY, released_by=by,
                accepted_on=DAY, epoch=9,
            )  # fmt: skip
    state.carry(south, facility)
    state.down(south)
    for store in (state.office, facility):
        with store.read() as unit:
            assert closed(unit, facility.site) is None
    assert m.women(south) == []
    assert m.held(facility, luz).writable
    # Nor does it lead elsewhere what the office released.
    close(state.office)
    (move,) = give(state.office, "SOUTH", ana)
    state.down(south)
    with south.work("forge") as unit:
        unit.revise(Transfer, move, participant=luz, released_by=south.site)
    state.up(south)
    state.down(south)
    state.up(facility)
    state.down(facility)
    assert m.women(south) == ["R1001"]
    assert m.held(facility, luz).writable
    state.carry(facility, south)
    for word in (OTHER, HELD_BACK):
        assert word not in m.said(south)


def test_what_a_facility_released_is_led_nowhere_else(
    facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]
) -> None:
    """The same of an ordinary release: South writes another woman into it, and her record does not go."""
    ana, luz = hers
    move = m.release(facility, ana, "SOUTH")
    state.carry(facility, south)
    with south.work("forge") as unit:
        unit.revise(Transfer, move, participant=luz)
    state.carry(south, facility)
    state.carry(facility, south)
    assert OTHER not in m.said(south)
    assert m.held(facility, luz).writable


def test_what_is_refused(facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]) -> None:
    office = state.office
    with pytest.raises(Problem, match="not noted as closed"):
        give(office, "SOUTH")
    with pytest.raises(Problem, match="Only an office"), south.work("close_site") as unit:
        closing.close_site(unit, "NORTH", "Rivalry")
    with pytest.raises(Refused), office.work("close_site") as unit:
        closing.close_site(unit, "NORTH", "")
    with pytest.raises(NotFound), office.work("close_site") as unit:
        closing.close_site(unit, "Nowhere", "It was shut")
    made = close(office)
    with pytest.raises(Problem, match="closed already"):
        close(office)
    with pytest.raises(Problem, match="is closed since"):
        give(office, "NORTH")
    with pytest.raises(NotFound):
        give(office, "SOUTH", Id("0" * 32))
    state.down(south)
    woman, _episode = enrolled(south, "R9", first="Eva", last="Sol")
    with south.read() as unit:
        assert [one.name for one in transfers.other_facilities(unit)] == []
    with pytest.raises(Problem, match="is closed since"):
        m.release(south, woman, "NORTH")
    with office.work("open_again") as unit:
        closing.open_again(unit, made)
    state.down(south)
    m.release(south, woman, "NORTH")


def test_words_called_back_are_not_given_on(facility: Store, south: Store, state: m.State, hers: tuple[Id, Id]) -> None:
    """She shares her dates only since: what of her words the office still holds stays there."""
    ana, _luz = hers
    with facility.work("share") as unit:
        (episode,) = unit.all(sa.select(Enrolment).where(Enrolment.participant == ana))
        recalling.share(unit, episode.id, "dates")
    state.up(facility)
    close(state.office)
    give(state.office, "SOUTH", ana)
    state.down(south)
    assert m.women(south) == ["R1001"]
    assert SHARED not in m.said(south)
