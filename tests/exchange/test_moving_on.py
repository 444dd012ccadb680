"""What goes between facilities after a move, and what does not: faults that long schedules found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import (
    checking,
    conflicts,
    plans,
    recalling,
    restoring,
    setup,
    sites,
    staff,
    sync,
    taking_back,
    transfers,
    women,
)
from reentry_desktop.actions import moves as moving_acts
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange import identity, parcels
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Plan, PlanItem
from reentry_desktop.store import Store

from ..newer import write_as_newer
from ..sealed import damage, sealed_files
from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, done_for_now, exchange_cards
from . import moves as m
from .conftest import SECRET


@pytest.fixture
def three(facility: Store, south: Store, west: Store, state: m.State) -> tuple[Store, Store, Store]:
    exchange_cards(west, state.office)
    for store in (facility, south, west):
        state.down(store)
    return facility, south, west


def test_a_facility_that_says_no_keeps_nobody_else_from_reading(
    three: tuple[Store, Store, Store], state: m.State, her: tuple[Id, Id]
) -> None:
    """South asks all; West says no. What South then gives to North has no word of West's answer, and is read."""
    facility, south, west = three
    with south.work("register") as unit:
        new = women.register(unit, department_number="R1001", first_name="Ana", last_name="Nunez")
        transfers.ask_for_record(unit, new)
    with west.work("register") as unit:
        women.register(unit, department_number="R1001", first_name="Ana", last_name="Nuno")
    state.carry(south, west)
    (asked,) = m.moves(west).asked_here
    with west.work("refuse_record") as unit:
        transfers.refuse_record(unit, asked.id, "She is still here.")
    state.carry(west, south)
    assert [(one.state, one.why) for one in m.moves(south).asked] == [
        ("open", "West Facility said no: She is still here.")  # North has not answered yet
    ]
    answers = state.carry(south, facility)
    assert [(one.status, one.code) for one in answers] == [(APPLIED, ""), (APPLIED, "")]
    (asked,) = m.moves(facility).asked_here
    assert (asked.state, asked.found) == ("open", (her[0],))
    assert "She is still here." not in m.said(facility)
    with facility.work("refuse_record") as unit:
        transfers.refuse_record(unit, asked.id, "Not here.")
    state.carry(facility, south)
    (one,) = m.moves(south).asked
    assert (one.state, one.why.count("said no")) == ("refused", 2)
    with south.read() as unit:
        assert conflicts.inbox(unit) == []  # each speaks for itself
    m.release(facility, her[0], "SOUTH")  # she has her after all: it answers, though nobody named the request
    state.carry(facility, south)
    assert [one.state for one in m.moves(south).asked] == ["answered"]
    with pytest.raises(NotFound, match="Nobody asks this site"), south.work("refuse_record") as unit:
        transfers.refuse_record(unit, asked.id, "No")


def _asked_for_and_released(store: Store, asked: str, to: str) -> None:
    """A woman comes there, one facility is asked for her record, and hers is released to another."""
    with store.work("register") as unit:
        woman = women.register(unit, department_number="R7", first_name="Ana", last_name="Nunez")
        transfers.ask_for_record(unit, woman, asked)
    m.release(store, woman, to)


def test_who_is_asked_for_a_record_is_not_told_where_she_goes(
    three: tuple[Store, Store, Store], state: m.State
) -> None:
    facility, south, west = three
    _asked_for_and_released(west, "SOUTH", "NORTH")
    state.carry(west, south)
    assert [one.state for one in m.moves(south).asked_here] == ["open"]
    assert "released_on" not in m.said(south)
    state.down(facility)
    assert [one.state for one in m.moves(facility).coming] == ["here"]


def test_what_another_site_asked_is_not_handed_on(three: tuple[Store, Store, Store], state: m.State) -> None:
    """West asks North for a woman, and releases her to South. To ask North is West's: South does not, and is read."""
    facility, south, west = three
    _asked_for_and_released(west, "NORTH", "SOUTH")
    state.carry(west, south)
    assert [one.state for one in m.moves(south).coming] == ["here"]
    with state.office.read() as unit:
        (sealed,) = [one.sha256 for one in parcels.parcels(unit) if one.to_site == facility.site]
    damage(state.office, sealed)  # so that South's file for North comes there before West's
    with south.work("register") as unit:  # so that there is something sealed for North
        transfers.ask_for_record(unit, women.register(unit, department_number="R8", first_name="Eva"), "NORTH")
    answers = state.carry(south, facility)
    assert {(one.status, one.code) for one in answers} == {(APPLIED, "")}
    assert "R8" in m.said(facility)
    assert "R7" not in m.said(facility)
    with west.work("carry_again") as unit:
        assert parcels.carry_again(unit, facility.site)
    state.carry(west, facility)
    assert "R7" in m.said(facility)


def test_who_does_not_hold_her_any_more_sends_her_nowhere(
    three: tuple[Store, Store, Store], state: m.State, her: tuple[Id, Id]
) -> None:
    """South took her over; North, which does not know, calls that off and releases her to West.

    South goes on writing, and its own word alone lets go of what it wrote. As North hears of it, it calls its release
    off by itself, and West keeps nothing of her.
    """
    facility, south, west = three
    woman, _episode = her
    first = m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, first)
    m.release(facility, woman, "WEST")
    state.carry(facility, west)
    assert "R1001" in m.women(west)
    for _round in range(2):
        state.carry(south, facility)
        state.carry(facility, south)
        state.carry(facility, west)
    assert m.held(south, woman).writable
    assert m.held(facility, woman).by == m.held(west, woman).by == "South Facility"
    assert [one.state for one in m.moves(facility).out] == ["off", "taken"]
    assert [one.state for one in m.moves(west).coming] == ["off"]
    assert m.women(west) == []
    assert SECRET not in m.said(west)
    with south.work("write") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Said at South")
    m.release(south, woman, "NORTH")
    for one in (facility, west):
        state.carry(south, one)
    m.accept(facility)
    assert m.held(facility, woman).writable
    assert "Said at South" in m.said(facility)
    assert "Said at South" not in m.said(west)


def test_once_she_is_back_nothing_more_goes_where_she_was(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    m.release(south, woman, "NORTH")
    state.carry(south, facility)
    m.accept(facility)
    with facility.work("write") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Said after she came back")
    for _round in range(2):
        state.carry(facility, south)
        state.carry(south, facility)
    assert "Said after she came back" not in m.said(south)
    assert m.held(south, woman).by == "North Facility"
    assert_whole(south)


def test_what_is_not_to_stay_goes_also_where_she_went_back_to(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """South confirmed entries of North's own device once: that stays known, though they go no more."""
    woman, _episode = her
    with south.work("set_site") as unit:
        staff.set_site(unit, after_move="delete")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    m.release(south, woman, "NORTH")
    state.carry(south, facility)
    m.accept(facility)
    with facility.work("write") as unit:
        women.correct(unit, woman, unit="Ward 4")
    for _round in range(2):
        state.carry(facility, south)
        state.carry(south, facility)
    assert m.women(south) == []
    assert SECRET not in m.said(south)
    with facility.read() as unit:
        assert SECRET in {item.words for item in unit.all(sa.select(PlanItem))}
    assert_whole(south)


def test_what_came_with_a_way_back_that_was_called_off_does_not_stay(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """South released her back to North and called it off: what South wrote meanwhile is at North, which keeps none."""
    woman, _episode = her
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move="dates")
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    with south.work("plan") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Said at South")
    back = m.release(south, woman, "NORTH")
    state.carry(south, facility)
    assert "Said at South" in m.said(facility)
    with south.work("call_off") as unit:
        transfers.call_off_move(unit, back)
    for _round in range(2):
        state.carry(south, facility)
        state.carry(facility, south)
    assert "Said at South" not in m.said(facility)
    assert SECRET not in m.said(facility)
    assert "Said at South" in m.said(south)
    assert_whole(facility)


def test_words_are_not_taken_back_where_she_is_no_more(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """They went with her, so they would not be gone."""
    woman, _episode = her
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    with facility.read() as unit:
        item = unit.first(sa.select(PlanItem.id).where(PlanItem.words == "Xylophone since"))
    with pytest.raises(Problem, match="released to South Facility") as told, facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, item)
    assert told.value.code == "moved"
    assert "Xylophone since" in m.said(facility)


@pytest.mark.parametrize("policy", ["dates", "delete"])
def test_what_a_newer_program_wrote_of_her_does_not_stay_either(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], policy: str
) -> None:
    woman, _episode = her
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move=policy)
        write_as_newer(unit, "letter_of_2031", Id("7" * 32), woman, "words", {"text": "Dear Vireo"})
        write_as_newer(unit, "plan_item", unit.first(sa.select(PlanItem.id)), woman, "plan", {"mood": "Vireo"})
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    assert m.said(south).count("Vireo") == 2
    state.carry(south, facility)
    assert "Vireo" not in m.said(facility)
    assert_whole(facility)
    with facility.read() as unit:
        assert moving_acts.moves(unit).out[0].state == "taken"


@pytest.mark.parametrize(("policy", "cross"), [("dates", False), ("delete", True)])
def test_what_was_called_off_too_late_does_not_stay_either(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], policy: str, cross: bool
) -> None:
    """North calls off what South took over, so its next file is without her, and South confirms that one.

    It gives her once more, and South, to which nothing of that is new, confirms it all the same; then nothing more is
    sealed, also where their files *cross*.
    """
    woman, _episode = her
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move=policy)
    first = m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, first)
    for _round in range(6):
        state.up(facility)
        if not cross:
            state.down(south)
        state.up(south)
        for store in (south, facility):
            state.down(store)
    assert m.held(facility, woman).by == "South Facility"
    assert SECRET not in m.said(facility)
    assert SECRET in m.said(south)
    for store in (facility, south, state.office):
        assert_whole(store)
        assert not sealed_files(store)


def test_a_facility_brought_back_from_before_her_record_came_gets_it_again(
    three: tuple[Store, Store, Store], state: m.State, her: tuple[Id, Id], tmp_path: Path
) -> None:
    """North has it confirmed that South has her record; then South is as it was before, and knows of nothing."""
    facility, south, _west = three
    checking.backup(south, tmp_path / "south.backup")
    m.release(facility, her[0], "SOUTH")
    state.carry(facility, south)
    state.carry(south, facility)
    assert m.women(south) == ["R1001"]
    south.close()
    with restoring.restore(tmp_path / "south.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert m.women(back) == []
        state.carry(back, facility)
        state.carry(facility, back)
        m.accept(back)
        assert m.women(back) == ["R1001"]
        assert m.story(back, her[0])
        assert_whole(back)


def test_a_facility_that_lost_its_pc_and_has_no_backup_gets_her_record_again(
    three: tuple[Store, Store, Store], state: m.State, her: tuple[Id, Id], south_template: Template, tmp_path: Path
) -> None:
    facility, south, _west = three
    m.release(facility, her[0], "SOUTH")
    state.carry(facility, south)
    state.carry(south, facility)
    _card, card = identity.own_card(south)
    south.close()
    parts = [south_template.kit.text(part).decode() for part in "AB"]
    new = setup.successor(tmp_path / "anew", card, "lead", PASSPHRASE, parts=parts)
    store, kit = setup.create(replace(new, details={}), Clock())
    with store as anew:
        setup.test_kit(anew, {part: kit.text(part).decode() for part in "ABC"})
        card_of, data = identity.own_card(state.office)
        with anew.work("trust_card") as unit:
            identity.trust(unit, card_of, data, " ".join(card_of.fingerprint))
        for _round in range(2):  # the office first hears of the new keys, and brings the other facilities' cards
            state.carry(anew, facility)
            state.carry(facility, anew)
        m.accept(anew)
        assert m.women(anew) == ["R1001"]
        assert m.held(anew, her[0]).writable
        assert not m.held(facility, her[0]).writable
        assert_whole(anew)


def test_what_is_handed_on_of_a_woman_who_came_is_counted_until_it_is_confirmed(
    south: Store, facility: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """The office has nothing of it from her former site, so it gets it from the one that took her over."""

    def of_her() -> tuple[int, int]:
        with south.read() as unit:
            (there,) = [one for one in sites.there_of_her(unit, her[0]) if one.site == "State Office"]
        return there.waiting, there.on_the_way

    def of_all() -> tuple[int, int]:
        with south.read() as unit:
            (there,) = [one for one in sites.site_states(unit) if one.site == "State Office"]
        return there.waiting, there.unconfirmed

    m.release(facility, her[0], "SOUTH")
    state.carry(facility, south)
    state.up(south)
    state.down(south)
    assert (of_her(), of_all()) == ((0, 0), (0, 0))
    m.accept(south)
    with south.read() as unit:
        goes = sync.preview(unit, "OFFICE").changes
    written = 2  # that she was taken over, here
    assert of_all() == (goes + 1, 0)  # the sealed file for her former site is one
    assert of_her()[0] > written
    file = state.out(south, state.office)
    assert of_all() == (0, goes)
    assert of_her()[0] == 0
    assert of_her()[1] > written
    sync.take_in(state.office, [file])
    state.down(south)
    assert (of_her(), of_all()) == ((0, 0), (0, 0))


def test_what_a_woman_who_came_holds_back_is_named_whoever_wrote_it(
    south: Store, facility: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """What her former site wrote, until she says it may go."""

    def staying() -> list[tuple[str, int, str]]:
        with south.read() as unit:
            (there,) = [one for one in sites.there_of_her(unit, her[0]) if one.site == "State Office"]
            named = [(one.name, one.changes, one.why) for one in sync.preview(unit, "OFFICE").held_back]
        assert there.stays == sum(changes for _name, changes, _why in named)
        return named

    m.release(facility, her[0], "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    ((name, many, why),) = staying()
    assert (name, why) == ("Ana Núñez", "dates-only")
    state.up(south)
    with state.office.read() as unit:  # her former site counts what it wrote
        assert {one.site: one.stays for one in sites.site_states(unit)}["South Facility"] == {}
    assert SECRET not in m.said(state.office)
    with south.work("share") as unit:
        recalling.share(unit, her[1], "words")
    ((name, fewer, why),) = staying()
    assert (name, why) == ("Ana Núñez", "not-done")  # what her former site said is done lets nothing out here
    assert 0 < fewer < many
    with south.work("done_for_now") as unit:
        done_for_now(unit, unit.first(sa.select(Plan.id)))
    assert staying() == []
    state.up(south)
    assert SECRET in m.said(state.office)
