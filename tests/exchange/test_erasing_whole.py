"""A whole record is erased by two persons: everywhere, for good, each chain still provable; never under a hold."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from reentry_desktop.actions import (
    backup_register,
    checking,
    disposing,
    enrolling,
    moves,
    plans,
    recalling,
    retention,
    safety,
    same_woman,
    staff,
    sync,
    taking_back,
    women,
)
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Erasure, ErasureAnswer, LegalHold
from reentry_desktop.records.access import Who
from reentry_desktop.records.people import AfterMove, Role, Site
from reentry_desktop.records.retention import Kept, SaidOfErasure, WhyErased
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..stores import DAY, PASSPHRASE, assert_well, assert_whole, enrolled, exchange_cards
from . import moves as m
from .test_bundles import plan_of, send
from .test_receipts import take

SECRET, NAME, NUMBER = "Quetzalwalk", "Zenobiax", "R8841907"
ORDER = "Order 26-1117 of Tulsa County"


@pytest.fixture
def known(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Id, Path]:
    """A woman whose words are here and at the office."""
    facility, office = pair
    woman, _episode = enrolled(facility, NUMBER, first=NAME, share="words")
    plan_of(facility, woman, SECRET, f"{SECRET} again")
    stick = tmp_path / "stick"
    assert take(office, send(facility, stick)).status == APPLIED
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED
    return facility, office, woman, stick


def says(store: Store, word: str) -> bool:
    return word.encode() in everywhere(store)


def propose(store: Store, woman: Id, why: str = WhyErased.ORDER) -> Id:
    with store.work("propose_erasure") as unit:
        return disposing.propose_erasure(unit, woman, why, ORDER)[0]


def agree(store: Store, erasure: Id) -> disposing.Erased:
    with store.work("agree_to_erase") as unit:
        entries = disposing.agree_to_erase(unit, erasure)
    return disposing.finish_erasing(store, entries)


def hold(store: Store, woman: Id, **more: object) -> Id:
    with store.work("add_hold") as unit:
        return retention.add_hold(unit, woman, authority="Attorney General, letter of Nov 3", **more)  # type: ignore[arg-type]


def second_administrator(store: Store, role: str = Role.COORDINATOR) -> Who:
    """Another administrator sits down. Whoever was there is given back."""
    before = store.who
    person = staff.add_user(store, name="other", passphrase=PASSPHRASE + " two", role=role, administrator=True)
    store._seat(Who(person, "other", administrator=True, role=role))
    return before


def state(store: Store) -> list[str]:
    with store.read() as unit:
        return [one.state for one in disposing.proposals(unit)]


# Two persons


def test_one_person_alone_erases_nothing(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    erasure = propose(facility, woman)
    with pytest.raises(Problem) as problem:
        agree(facility, erasure)
    assert problem.value.code == "second"
    assert "second person" in problem.value.sentence
    assert says(facility, SECRET)
    assert state(facility) == ["waits"]
    with facility.read() as unit:
        assert disposing.needs_office(unit)
        (one,) = disposing.proposals(unit)
        assert (one.name, one.number, one.authority, one.mine) == (f"{NAME} N.", NUMBER, ORDER, False)


def test_two_administrators_erase_all_of_her_and_the_chain_is_whole(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    with facility.work("pass_on") as unit:
        women.open_page(unit, woman)
    erasure = propose(facility, woman)
    lead = second_administrator(facility)
    with facility.read() as unit:
        assert disposing.proposals(unit)[0].mine
        assert not disposing.needs_office(unit)
    done = agree(facility, erasure)
    assert done.entries > 5
    assert not says(facility, SECRET)
    assert not says(facility, NAME)
    assert not says(facility, NUMBER)
    facility.who = lead
    with facility.read() as unit:
        with pytest.raises(NotFound):
            women.by_number(unit, NUMBER)
        left = unit.connection.exec_driver_sql(
            "SELECT payload FROM entry WHERE participant = ? AND payload IS NOT NULL", (woman,)
        ).scalars()
        acts = {msgspec.json.decode(payload)["act"] for payload in left}
        (one,) = disposing.proposals(unit)
    assert "pass_on" in acts  # who looked at her page stays in the record of use, and no word of hers
    assert (one.state, one.name, one.number) == ("erased", "", "")
    assert_whole(facility)
    assert_well(facility)


def test_the_second_one_is_an_administrator_and_not_the_first_at_another_pc(
    known: tuple[Store, Store, Id, Path],
) -> None:
    facility, _office, woman, _stick = known
    erasure = propose(facility, woman)
    worker = staff.add_user(facility, name="ana", passphrase=PASSPHRASE + " two")
    lead, facility.who = facility.who, Who(worker, "ana", administrator=False)
    with pytest.raises(Problem) as problem:
        agree(facility, erasure)
    assert problem.value.code in ("second", "not-allowed")
    facility.who = Who(Id(""), "", administrator=True)  # nobody has signed in
    with pytest.raises(Problem):
        agree(facility, erasure)
    facility.who = lead
    assert says(facility, SECRET)


@pytest.mark.controls("AC-6")
def test_who_sees_a_part_only_does_not_agree(known: tuple[Store, Store, Id, Path]) -> None:
    """It would be said to be erased, and be there."""
    facility, _office, woman, _stick = known
    erasure = propose(facility, woman)
    lead = second_administrator(facility, role=Role.IT)
    with facility.read() as unit:
        (one,) = disposing.proposals(unit)
        assert not one.mine
    with pytest.raises(Problem) as problem:
        agree(facility, erasure)
    assert problem.value.code == "part"
    with facility.work("refuse_to_erase") as unit:  # a no erases nothing
        disposing.refuse_to_erase(unit, erasure)
    facility._seat(lead)
    assert state(facility) == ["no"]
    with facility.read() as unit:
        assert disposing.needs_office(unit)  # nobody else here could agree
    assert says(facility, SECRET)


def test_a_no_of_the_second_one_stands(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    erasure = propose(facility, woman)
    second_administrator(facility)
    with facility.work("refuse_to_erase") as unit:
        disposing.refuse_to_erase(unit, erasure)
    assert state(facility) == ["no"]
    with pytest.raises(NotFound):
        agree(facility, erasure)
    assert says(facility, SECRET)


def test_what_was_called_off_is_not_erased(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    erasure = propose(facility, woman)
    take(office, send(facility, stick))
    with facility.work("call_off_erasure") as unit:
        disposing.call_off_erasure(unit, erasure)
    agree(office, erasure)  # before it heard
    take(facility, send(office, stick, "NORTH"))
    assert state(facility) == ["off"]
    assert says(facility, SECRET)


# The office agrees, and every copy obeys


def test_at_a_site_of_one_person_the_office_agrees_by_bundle(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    erasure = propose(facility, woman)
    take(office, send(facility, stick))
    with office.read() as unit:
        (asked,) = disposing.proposals(unit)
        assert (asked.mine, asked.at, asked.name) == (True, "North Facility", f"{NAME} N.")
    done = agree(office, erasure)
    assert done.entries
    assert not says(office, SECRET)
    assert not says(office, NAME)
    assert says(facility, SECRET)  # until the answer comes
    (taken,) = sync.take_in(facility, [send(office, stick, "NORTH")])
    assert taken.deleted
    assert not says(facility, SECRET)
    assert not says(facility, NAME)
    assert state(facility) == ["erased"]
    take(office, send(facility, stick))
    with office.read() as unit:
        (one,) = disposing.proposals(unit)
    assert {words.split(":")[0] for words in one.sites if "Erased" in words} == {"State Office", "North Facility"}
    for store in (facility, office):
        assert_whole(store)
        assert_well(store)


def test_the_office_erases_its_copy_when_two_at_the_facility_agreed(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    erasure = propose(facility, woman)
    second_administrator(facility)
    agree(facility, erasure)
    (taken,) = sync.take_in(office, [send(facility, stick)])
    assert taken.deleted
    assert not says(office, SECRET)
    assert not says(office, NAME)
    assert_whole(office)


def test_what_comes_late_is_erased_as_it_comes(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    plan_of(facility, woman, "Zebrasong")
    late = send(facility, stick)
    erasure = propose(facility, woman)
    second_administrator(facility)
    agree(facility, erasure)
    newest = send(facility, stick)
    sync.take_in(office, [newest])
    assert [taken.status for taken in sync.take_in(office, [late])] == [APPLIED]
    assert not says(office, "Zebrasong")
    assert not says(office, NAME)
    assert_whole(office)


def test_nobody_else_can_say_it(known: tuple[Store, Store, Id, Path], south: Store) -> None:
    """A facility that does not hold her record proposes and agrees: nobody obeys."""
    facility, office, woman, stick = known
    exchange_cards(south, office)
    with south.work("forge") as unit:
        erasure = unit.create(Erasure, woman=woman, why=WhyErased.MISTAKE, authority="Nobody", proposed_on=DAY)
        south.who = Who(Id("f" * 32), "forged", administrator=True)
        unit.create(
            ErasureAnswer, named_id(erasure, "forged"), erasure=erasure, site=office.site, said=SaidOfErasure.YES,
            said_on=DAY,
        )  # fmt: skip
    take(office, send(south, stick))
    assert says(office, SECRET)
    take(facility, send(office, stick, "NORTH"))
    assert says(facility, SECRET)
    with pytest.raises(Problem):  # nor may this site propose what another one holds
        propose(office, woman)


def test_the_facility_she_was_at_before_erases_its_copy(
    facility: Store, south: Store, office: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """Proposed where her record is now, agreed there; the office carries the word on, sealed.

    Where something about her was passed on she stays as long as that is kept: nobody else knows of it.
    """
    woman, _episode = her
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    assert b"Quetzalwalk" in everywhere(facility)
    with pytest.raises(Problem) as problem:
        propose(facility, woman)
    assert problem.value.code == "moved"
    erasure = propose(south, woman)
    second_administrator(south)
    agree(south, erasure)
    assert b"Quetzalwalk" not in everywhere(south)
    state.carry(south, facility)
    state.carry(south, facility)
    assert b"Captain Prax" in everywhere(facility)
    with facility.read() as unit:
        assert [one.state for one in disposing.proposals(unit)] == ["held"]
    facility.clock.now = dt.datetime(2037, 1, 1, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    state.carry(south, facility)
    for store in (facility, office):
        assert b"Quetzalwalk" not in everywhere(store)
        assert_whole(store)


# Holds


def test_a_woman_on_hold_is_neither_proposed_nor_erased(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    standing = hold(facility, woman, reason="A suit about the clinic", until=DAY + dt.timedelta(days=90))
    with pytest.raises(Problem) as problem:
        propose(facility, woman)
    assert problem.value.code == "held"
    assert "legal hold" in problem.value.sentence
    with facility.read() as unit:
        (one,) = retention.holds(unit)
        assert retention.held(unit, woman) == one
        assert (one.name, one.reason, one.ask_again(DAY)) == (f"{NAME} N.", "A suit about the clinic", False)
        assert one.ask_again(DAY + dt.timedelta(days=90))  # a day that passes lifts nothing
    with facility.work("lift_hold") as unit:
        assert retention.lift_hold(unit, standing, "The suit is over") == 0
    with facility.read() as unit:
        assert retention.held(unit, woman) is None
    propose(facility, woman)


def test_a_hold_set_after_the_proposal_stops_it_and_its_end_lets_it_go(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    erasure = propose(facility, woman)
    take(office, send(facility, stick))
    agree(office, erasure)
    standing = hold(facility, woman)
    take(facility, send(office, stick, "NORTH"))
    assert says(facility, SECRET)
    assert state(facility) == ["held"]
    take(office, send(facility, stick))
    with office.read() as unit:
        assert any("legal hold" in words for one in disposing.proposals(unit) for words in one.sites)
    with facility.work("lift_hold") as unit:
        entries = retention.lift_hold(unit, standing)
    assert disposing.finish_erasing(facility, entries).entries
    assert not says(facility, SECRET)
    assert state(facility) == ["erased"]
    assert_whole(facility)


def test_an_office_with_a_hold_of_its_own_keeps_its_copy(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    hold(office, woman)
    erasure = propose(facility, woman)
    second_administrator(facility)
    agree(facility, erasure)
    take(office, send(facility, stick))
    assert says(office, SECRET)
    assert state(office) == ["held"]


def test_neither_taken_back_nor_called_back_words_go_while_a_hold_stands(known: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = known
    with facility.work("start_plan") as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        item = plans.add_item(unit, plan.id, "tools", words="Words of today")
    hold(facility, woman)
    with pytest.raises(Problem) as problem, facility.work("take_back") as unit:
        taking_back.take_back(unit, woman, item)
    assert problem.value.code == "held"
    with facility.work("share") as unit:
        episode = women.current_episode(unit, woman)
        assert episode is not None
        recalling.share(unit, episode.id, "dates")
    take(office, send(facility, stick))
    with pytest.raises(Problem) as problem, office.work("delete_here") as unit:
        recalling.delete_here(unit, recalling.to_delete(unit)[0].recall)
    assert problem.value.code == "held"
    assert says(office, SECRET)


def test_a_facility_that_keeps_nothing_of_moved_women_keeps_one_on_hold(
    facility: Store, south: Store, office: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, after_move=AfterMove.DELETE)
    hold(facility, woman)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    for _round in range(2):
        state.carry(south, facility)
        state.carry(facility, south)
    assert b"Quetzalwalk" in everywhere(facility)
    with south.read() as unit:  # the hold moved with her record
        assert retention.held(unit, woman) is not None
    with facility.work("lift_hold") as unit:
        retention.lift_hold(unit, retention.holds(unit)[0].id)
    for _round in range(2):  # until the other one confirmed that it has all of it
        state.carry(facility, south)
        state.carry(south, facility)
    assert b"Quetzalwalk" not in everywhere(facility)
    with facility.read() as unit:
        assert moves.held(unit, woman).by


def test_only_an_administrator_sets_a_hold(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    facility.who = Who(Id("e" * 32), "ana", administrator=False)
    with pytest.raises(Problem) as problem:
        hold(facility, woman)
    assert problem.value.code == "not-allowed"


def test_a_hold_names_who_asks_for_it(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    with pytest.raises(Refused), facility.work("add_hold") as unit:
        retention.add_hold(unit, woman, authority=" ")
    with pytest.raises(Refused), facility.work("add_hold") as unit:
        retention.add_hold(unit, woman, authority="A court", until=DAY - dt.timedelta(days=1))


# The schedule, and what is due


def test_the_schedule_has_a_time_and_an_authority_for_each_kind(facility: Store) -> None:
    with facility.read() as unit:
        rules = retention.schedule(unit)
    assert [one.key for one in rules] == [*map(str, Kept), "", ""]
    assert all(one.what and one.time and one.authority for one in rules)
    with facility.work("set_rule") as unit:
        retention.set_rule(unit, Kept.RECORD, 12, "State schedule 2026-04, line 9")
        retention.set_rule(unit, Kept.RECORD, 13, "State schedule 2026-04, line 9")
    with facility.read() as unit:
        first = retention.schedule(unit)[0]
        assert (first.years, first.authority, first.own) == (13, "State schedule 2026-04, line 9", True)
    for years, authority in ((5, ""), (0, "Us"), (101, "Us")):
        with pytest.raises(Refused), facility.work("set_rule") as unit:
            retention.set_rule(unit, Kept.RECORD, years, authority)


def test_who_is_due_and_who_is_not(facility: Store) -> None:
    """Closed long ago and nothing written since; not who is enrolled, was written of lately, or is proposed already."""
    clock = facility.clock
    clock.now = dt.datetime(2015, 3, 1, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    ended, episode = enrolled(facility, "R1", first="Ida")
    runs, _still = enrolled(facility, "R2", first="Eva")
    lately, other = enrolled(facility, "R3", first="Ann")
    with facility.work("close") as unit:
        for one in (episode, other):
            enrolling.close(unit, one, dt.date(2026, 11, 24), "completed")
    clock.now = dt.datetime(2033, 11, 23, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    with facility.read() as unit:
        assert disposing.due(unit) == []
    with facility.work("correct") as unit:
        women.correct(unit, lately, county_of_return="Tulsa")
    clock.now = dt.datetime(2033, 11, 25, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    with facility.read() as unit:
        (one,) = disposing.due(unit)
        assert (one.participant, one.number, one.due_on, one.held) == (ended, "R1", dt.date(2033, 11, 24), "")
    standing = hold(facility, ended)
    with facility.read() as unit:
        assert disposing.due(unit)[0].held  # listed, and why it stays
    with facility.work("lift_hold") as unit:
        retention.lift_hold(unit, standing)
    propose(facility, ended, WhyErased.TIME_OVER)
    with facility.read() as unit:
        assert disposing.due(unit) == []
    assert runs


def test_a_report_that_was_passed_on_has_its_own_time(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Captain Prax")
    with pytest.raises(Problem) as problem:
        propose(facility, woman)
    assert problem.value.code == "report"
    assert "2036" in problem.value.sentence
    facility.clock.now = dt.datetime(2037, 1, 1, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    assert propose(facility, woman)


def test_a_report_passed_on_after_it_was_proposed_keeps_her_record_too(
    known: tuple[Store, Store, Id, Path],
) -> None:
    """Weeks may lie between the two persons, and the office that agrees knows of no report."""
    facility, office, woman, stick = known
    erasure = propose(facility, woman)
    assert take(office, send(facility, stick)).status == APPLIED
    agree(office, erasure)
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Captain Prax")
    assert take(facility, send(office, stick, "NORTH")).status == APPLIED
    assert says(facility, SECRET)
    assert state(facility) == ["held"]
    second_administrator(facility)
    with pytest.raises(Problem) as problem:
        agree(facility, erasure)
    assert problem.value.code == "report"
    assert says(facility, SECRET)
    facility.clock.now = dt.datetime(2037, 1, 1, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    assert agree(facility, erasure).entries
    assert not says(facility, SECRET)


def test_where_she_may_still_be_is_named(known: tuple[Store, Store, Id, Path], tmp_path: Path) -> None:
    facility, _office, woman, _stick = known
    checking.backup(facility, tmp_path / "one.backup")
    (facility.folder / "damaged-20261101T0800.db").write_bytes(b"what a repair kept")
    erasure = propose(facility, woman)
    second_administrator(facility)
    with facility.read() as unit:
        assert backup_register.holding_erased(unit) == []
    said = " ".join(agree(facility, erasure).still_in)
    for word in ("1 backup made before", "damaged-20261101T0800.db", "locked backup", "State Office", "Paper"):
        assert word in said
    checking.backup(facility, tmp_path / "two.backup")  # this one has her no more
    with facility.read() as unit:
        (one,) = backup_register.holding_erased(unit)
        health = backup_register.health(unit)
    assert one.file_name == "one.backup"
    assert (health.act, health.sentence) == ("destroy", "1 backup may still hold a record that was erased.")
    with facility.work("backup_destroyed") as unit:
        backup_register.destroyed(unit, one.sha256, "J. Reyes")
        assert backup_register.holding_erased(unit) == []


def test_a_backup_made_while_locked_is_told_apart_by_its_entries(known: tuple[Store, Store, Id, Path]) -> None:
    """It is noted at the next unlock, when she may be erased: its moment says nothing, what is in it does."""
    facility, _office, woman, _stick = known
    with facility.read() as unit:
        before = unit.connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    erasure = propose(facility, woman)
    second_administrator(facility)
    agree(facility, erasure)
    file = facility.folder / "backup of last night"
    file.write_bytes(b"sealed")
    with facility.work("automatic_backup") as unit:
        backup_register.note(unit, file, "ab" * 32, before, backup_register.AUTO)
        assert [one.file_name for one in backup_register.holding_erased(unit)] == [file.name]


def test_every_registration_of_hers_is_erased(known: tuple[Store, Store, Id, Path]) -> None:
    facility, _office, woman, _stick = known
    again, _episode = enrolled(facility, "R8841908", first="Zenobiay")
    with facility.work("same_woman") as unit:
        same_woman.same_woman(unit, woman, again)
    standing = hold(facility, again)
    with pytest.raises(Problem):
        propose(facility, woman)  # the hold is on her, whichever number it was set under
    with facility.work("lift_hold") as unit:
        retention.lift_hold(unit, standing)
    with facility.work("propose_erasure") as unit:
        both = disposing.propose_erasure(unit, woman, WhyErased.ORDER, ORDER)
    assert len(both) == 2
    second_administrator(facility)
    for one in both:
        agree(facility, one)
    for word in ("Zenobiax", "Zenobiay", "R8841908"):
        assert not says(facility, word)
    assert_whole(facility)
    with facility.read() as unit:
        assert unit.find(LegalHold, standing) is None
