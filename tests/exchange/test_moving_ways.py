"""Sealed records on their way: lost, turned round, damaged, refused; and two sites that do not know of each other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import (
    conflicts,
    plan_states,
    plans,
    recalling,
    recovery,
    sites,
    staff,
    sync,
    taking_back,
    today,
    transfers,
    trust,
    women,
)
from reentry_desktop.actions import moves as moving_acts
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem
from reentry_desktop.exchange import identity, incoming, outgoing, parcels
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, SET_ASIDE
from reentry_desktop.records import Participant, Plan, PlanItem
from reentry_desktop.records.local import ParcelHere
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..consents import consented
from ..sealed import damage, parcel_of, read_sealed, sealed_files, write_sealed
from ..stores import DAY, assert_whole, done_for_now, enrolled, exchange_cards
from . import moves as m
from .test_bundles import plan_of

SECRET = "Quetzalwalk"


# On the way


def test_a_lost_stick_costs_nothing_and_a_file_twice_changes_nothing(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    m.release(facility, her[0], "SOUTH")
    state.out(facility, state.office)  # lost
    again = state.out(facility, state.office)
    assert sync.take_in(state.office, [again])[0].sealed == 1
    assert sync.take_in(state.office, [again])[0].status == ALREADY
    state.out(state.office, south)  # lost
    file = state.out(state.office, south)
    assert [one.status for one in sync.take_in(south, [file])] == [APPLIED, APPLIED]
    assert [one.status for one in sync.take_in(south, [file])] == [ALREADY]
    before = m.story(south, her[0])
    state.up(facility)
    state.down(south)
    assert m.story(south, her[0]) == before
    assert m.women(south) == ["R1001"]


def test_a_trial_brings_nothing_and_says_that_something_is_sealed(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    m.release(facility, her[0], "SOUTH")
    with facility.read() as unit:
        assert outgoing.preview(unit, "OFFICE").sealed_for == ("South Facility",)
    file = state.out(facility, state.office)
    (taken,) = sync.take_in(state.office, [file], trial=True)
    assert (taken.status, taken.sealed) == (APPLIED, 1)
    assert not sealed_files(state.office)
    with state.office.read() as unit:
        assert not moving_acts.carried(unit)


def test_what_arrives_in_the_wrong_order_ends_the_same(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    m.release(facility, woman, "SOUTH")
    state.up(facility)
    first = state.out(state.office, south)
    m.release(facility, _other(facility), "SOUTH")
    state.up(facility)
    second = state.out(state.office, south)
    assert {one.status for one in sync.take_in(south, [second])} == {APPLIED}
    assert {one.status for one in sync.take_in(south, [first])} <= {APPLIED, ALREADY}
    m.accept(south)
    assert m.women(south) == ["R1001", "R2"]
    assert m.story(south, woman)
    assert_whole(south)
    state.carry(south, facility)
    assert {one.state for one in m.moves(facility).out} == {"taken"}


def _other(store: Store) -> Id:
    with store.read() as unit:
        return unit.session.scalars(sa.select(Participant.id).where(Participant.department_number == "R2")).one()


@pytest.mark.parametrize("again", [False, True])
def test_a_sealed_record_in_a_bundle_that_waited_is_opened_with_it(
    facility: Store, south: Store, office: Store, state: m.State, her: tuple[Id, Id], tmp_path: Path, again: bool
) -> None:
    """South's second PC gets the later bundle first: when the earlier one comes, or it is tried again."""
    with m.joined(south, tmp_path) as second:
        earlier = state.out(office, south)
        sync.take_in(south, [earlier])
        state.up(south)
        m.release(facility, her[0], "SOUTH")
        state.up(facility)
        later = state.out(office, south)
        assert [one.status for one in sync.take_in(second, [later])] == [incoming.WAITING]
        if again:
            assert incoming.take_in(second, earlier).status == incoming.APPLIED
            sync.try_again(second)
        else:
            sync.take_in(second, [earlier])
        assert m.women(second) == ["R1001"]


def test_the_records_that_two_pcs_of_a_site_released_both_arrive(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], tmp_path: Path
) -> None:
    """Each PC has a sealed file of its own on the way; neither takes the place of the other."""
    with m.joined(facility, tmp_path) as second:
        state.down(second)  # with South's card
        other, _episode = enrolled(second, "R7", first="Rosa", last="Campos")
        m.plan_of(second, other, "Written at the second PC")
        m.release(second, other, "SOUTH")
        state.up(second)
        m.release(facility, her[0], "SOUTH")
        state.up(facility)
        with state.office.read() as unit:
            assert len(moving_acts.carried(unit)) == 2
        state.down(south)
        assert m.women(south) == ["R1001", "R7"]
        assert "Written at the second PC" in m.said(south)
        m.accept(south)
        state.up(south)
        for store in (facility, second):
            state.down(store)
            assert {one.state for one in m.moves(store).out} == {"taken"}
        with south.read() as unit:
            assert not parcels.unopened(unit)
        for store in (facility, second, south, state.office):
            assert_whole(store)


def test_a_program_that_dies_between_bringing_in_and_opening_goes_on(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    assert incoming.take_in(south, state.out(state.office, south)).status == APPLIED  # and here the power fails
    assert m.women(south) == []
    assert [one.sender for one in sync.take_in(south, [])] == ["North Facility"]
    assert m.women(south) == ["R1001"]
    assert_whole(south)


def test_bringing_in_that_is_stopped_leaves_nothing_behind(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """Stopped at its last step, as by a cut: neither half of a file nor a word of the record stays."""
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    file = state.out(state.office, south)

    def stop(share: float) -> None:
        if share == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync.take_in(south, [file], progress=stop)
    with south.read() as unit:
        assert not list(parcels.unopened(unit))
    assert sync.take_in(south, []) == []
    parcels.sweep(south)
    assert not sealed_files(south)
    assert m.women(south) == []
    assert [one.status for one in sync.take_in(south, [file])] == [APPLIED, APPLIED]
    assert m.women(south) == ["R1001"]


def test_a_file_that_was_damaged_at_the_office_is_told_there_and_not_sent(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    damage(state.office, parcel_of(state.office))
    assert [one.status for one in state.down(south)] == [APPLIED]
    with state.office.read() as unit:
        assert [one.state for one in moving_acts.carried(unit)] == ["damaged"]
    state.down(facility)
    with facility.work("seal_again") as unit:
        transfers.seal_again(unit, m.moves(facility).out[0].id)
    state.carry(facility, south)
    assert m.women(south) == ["R1001"]
    state.up(south)
    state.down(south)
    with state.office.read() as unit:  # South's answer alone is on its way
        assert [(one.sender, one.state) for one in moving_acts.carried(unit)] == [("South Facility", "to_go")]


@pytest.mark.parametrize(
    ("harm", "code"),
    [("altered", "altered"), ("cut", "truncated"), ("swapped", "wrong-receiver"), ("junk", "not-a-bundle")],
)
def test_a_sealed_file_that_is_not_as_it_was_is_set_aside(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], harm: str, code: str, tmp_path: Path
) -> None:
    """Somebody with the office's keys puts another file in its place: nothing of it is applied, and it is said why."""
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    data = read_sealed(state.office, parcel_of(state.office))
    own = state.out(facility, state.office).read_bytes()
    other = data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    bad = {"altered": other, "cut": data[:-50], "swapped": own, "junk": b"junk"}[harm]
    sha256 = write_sealed(state.office, bad)
    with state.office.work("swap") as unit:
        unit.local(sa.update(ParcelHere).values(sha256=sha256, size=len(bad)))
    before = m.said(south)
    answers = state.down(south)
    assert [(one.status, one.code) for one in answers] == [(APPLIED, ""), (SET_ASIDE, code)]
    assert "Nothing was read in" in answers[1].reason
    assert m.women(south) == []
    assert not m.moves(south).coming
    assert "R1001" not in m.said(south)[len(before) :]
    with south.read() as unit:
        assert not list(parcels.unopened(unit))
    assert_whole(south)


def test_an_office_takes_no_file_of_another_sender(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """South wraps what it got into a bundle of its own, as if it had made it."""
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    data = read_sealed(state.office, parcel_of(state.office))
    sha256 = write_sealed(south, data)
    with south.work("wrap") as unit:
        unit.local(
            sa.insert(ParcelHere).values(
                from_site=south.site, to_site=facility.site, device=south.device, number=1, sha256=sha256,
                size=len(data), at="2026",
            )
        )  # fmt: skip
    (taken,) = state.up(south)
    assert (taken.status, taken.code) == (SET_ASIDE, "unknown-sender")
    with state.office.read() as unit:
        assert len(moving_acts.carried(unit)) == 1


# What is refused


def test_what_is_refused_is_said_in_words(facility: Store, south: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility)
    for name in ("SOUTH", "Nowhere"):
        with pytest.raises(NotFound, match="No card of a facility called") as told:
            m.release(facility, woman, name)
        assert "her words are safe" in told.value.sentence
    exchange_cards(south, office)
    state = m.State(office, tmp_path / "stick")
    state.down(facility)
    with pytest.raises(NotFound, match="No card of a facility called OFFICE"):
        m.release(facility, woman, "OFFICE")
    with pytest.raises(NotFound), facility.work("take_over") as unit:
        transfers.take_over(unit, Id("0" * 32))
    m.release(facility, woman, "SOUTH")
    with pytest.raises(Problem, match="does not hold her record"):
        m.release(facility, woman, "SOUTH")
    with pytest.raises(Problem), facility.work("ask_for_record") as unit:
        transfers.refuse_record(unit, Id("0" * 32), "No")


def test_a_sealed_file_for_a_site_that_was_revoked_stays_and_is_told(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """At the office that carries it, and at the facility that sealed it before it knew."""
    m.release(facility, her[0], "SOUTH")
    state.up(facility)
    with state.office.work("revoke") as unit:
        trust.revoke(unit, "SOUTH", "", "Keys were stolen")
    with pytest.raises(Problem, match="Nothing is copied for it"):
        state.out(state.office, south)
    with state.office.read() as unit:
        assert [one.state for one in moving_acts.carried(unit)] == ["revoked"]
    with facility.work("seal_again") as unit:
        transfers.seal_again(unit, m.moves(facility).out[0].id)
    state.down(facility)
    assert [one.state for one in m.moves(facility).out] == ["revoked"]
    with facility.read() as unit:
        found = outgoing.preview(unit, "OFFICE")
    assert (found.sealed_for, found.sealed_stays) == ((), ("South Facility",))
    sent = sync.send(facility, "OFFICE", state.stick)
    assert (sent.sealed_for, sent.sealed_stays) == ((), ("South Facility",))


def test_a_site_that_was_revoked_gets_nothing(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    with state.office.work("revoke") as unit:
        trust.revoke(unit, "SOUTH", "", "Keys were stolen")
    m.release(facility, _other(facility), "SOUTH")  # North does not know yet
    state.down(facility)
    with pytest.raises(Problem, match="not trusted since Nov 23, 2026: Keys were stolen") as told:
        m.release(facility, her[0], "SOUTH")
    assert told.value.code == "revoked"
    state.up(facility)
    with state.office.read() as unit:
        assert not moving_acts.carried(unit)
    # What was released before is called off, and written here again.
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, moving_acts.moves(unit).out[0].id)
    with facility.work("correct") as unit:
        women.correct(unit, _other(facility), unit="Ward 2")


def test_a_facility_that_was_only_introduced_can_be_revoked_here(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    with facility.work("revoke") as unit:
        trust.revoke(unit, "SOUTH", "", "We do not know them")
    with pytest.raises(Problem, match="not trusted since"):
        m.release(facility, her[0], "SOUTH")
    with south.work("register") as unit:
        transfers.ask_for_record(unit, women.register(unit, department_number="R1001", first_name="A", last_name="N"))
    state.up(south)
    assert [(one.status, one.code) for one in state.down(facility)] == [(APPLIED, ""), (SET_ASIDE, "revoked")]
    assert not m.moves(facility).asked_here


def test_the_office_brings_cards_and_does_not_overwrite_what_people_compared(
    facility: Store, south: Store, state: m.State
) -> None:
    with facility.read() as unit:
        (found,) = transfers.other_facilities(unit)
        assert [peer.name for peer, _card in identity.peers(unit)] == ["State Office"]
        assert sites.site_states(unit)[0].site == "State Office"
    card, data = identity.own_card(south)
    assert (found.name, found.fingerprint, found.introduced_by) == ("South Facility", card.fingerprint, "State Office")
    with facility.work("trust_card") as unit:
        identity.trust(unit, card, data, " ".join(card.fingerprint))
    state.down(facility)
    with facility.read() as unit:
        (found,) = transfers.other_facilities(unit)
    assert found.introduced_by == ""


# Two histories


def test_she_is_called_off_and_taken_over_without_knowing_of_each_other(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    """She is where she was taken over; what the old site wrote meanwhile comes there, and what differs is shown."""
    woman, _episode = her
    move = m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, move)
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1", county_of_return="Hinds")
    m.accept(south)
    with south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 2")
    state.carry(south, facility)
    assert (m.held(facility, woman).by, m.held(facility, woman).writable) == ("South Facility", False)
    state.carry(facility, south)
    with south.read() as unit:
        found = unit.get(Participant, woman)
        assert found.county_of_return == "Hinds"
        assert conflicts.count(unit, woman) == 1
    assert_whole(south)
    with pytest.raises(Problem, match="already"), facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, move)


def test_a_move_that_was_called_off_leaves_nothing_at_the_other_site(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    move = m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    with facility.work("call_off_move") as unit:
        transfers.call_off_move(unit, move)
    state.carry(facility, south)
    assert m.women(south) == []
    assert SECRET.encode() not in everywhere(south)
    assert [one.state for one in m.moves(south).coming] == ["off"]
    with pytest.raises(Problem, match="called off"), south.work("take_over") as unit:
        transfers.take_over(unit, move)
    assert m.held(facility, woman).writable
    m.release(facility, woman, "SOUTH")  # she goes after all
    state.carry(facility, south)
    m.accept(south)
    assert SECRET in m.said(south)
    assert_whole(south)


def test_steps_plans_and_papers_that_are_due_are_the_other_sites(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    with facility.work("write") as unit:
        recovery.add_step(unit, recovery.add_goal(unit, woman, "work", "Cook"), "Ask", due_on=DAY)
        plan_states.look_again_on(unit, unit.all(sa.select(Plan).where(Plan.participant == woman))[0].id, DAY)
        consented(unit, woman, expires_on=DAY + dt.timedelta(days=9))

    def due(store: Store) -> list[int]:
        with store.read() as unit:
            found = today.today(unit)
            return [some.count for some in (found.goal_steps, found.to_review, found.consents)]

    assert due(facility) == [1, 1, 1]
    m.release(facility, woman, "SOUTH")
    assert due(facility) == [0, 0, 0]
    state.carry(facility, south)
    m.accept(south)
    assert due(south) == [1, 1, 1]
    assert due(facility) == [0, 0, 0]


def test_she_moves_while_two_versions_stand(facility: Store, south: Store, state: m.State, her: tuple[Id, Id]) -> None:
    woman, _episode = her
    state.up(facility)
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1")
    with state.office.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 2")
    state.down(facility)
    with facility.read() as unit:
        assert moving_acts.preview(unit, woman).conflicts == 1
        assert today.today(unit).conflicts == 1
    m.release(facility, woman, "SOUTH")
    with facility.read() as unit:  # nobody there can settle it any more
        assert conflicts.count(unit, woman) == 0
        assert today.today(unit).conflicts == 0
    state.carry(facility, south)
    with south.read() as unit:
        assert conflicts.count(unit, woman) == 1
    m.accept(south)
    with south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 3")
    with south.read() as unit:
        assert conflicts.count(unit, woman) == 0
    state.up(south)
    for store in (facility, south, state.office):
        assert_whole(store)


def test_the_office_learns_from_the_new_site_what_the_old_one_had_not_sent(
    facility: Store, south: Store, state: m.State
) -> None:
    """Words that were not done for now when she moved, and are since."""
    woman, _episode = enrolled(facility, share="words")
    plan = plan_of(facility, woman, "Early words")
    with facility.work("write") as unit:
        late = plans.add_item(unit, plan, "tools", words="Late words")
    state.up(facility)
    assert "Late words" not in m.said(state.office)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.up(south)
    assert "Late words" not in m.said(state.office)
    with south.work("write") as unit:
        plans.revise_item(unit, late, words="Later words")
        done_for_now(unit, plan)
    state.up(south)
    with state.office.read() as unit:
        words = {item.words for item in unit.all(sa.select(PlanItem).where(PlanItem.participant == woman))}
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM waiting").all()
    assert words == {"Early words", "Later words"}
    assert_whole(state.office)
    state.down(south)
    state.down(facility)
    assert state.up(south)[0].changes == 0


def test_two_facilities_that_trust_each_other_need_no_office(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], tmp_path: Path
) -> None:
    exchange_cards(facility, south)
    m.release(facility, her[0], "SOUTH")
    with facility.read() as unit:
        before = outgoing.preview(unit, "SOUTH")
    sent = outgoing.send(facility, "SOUTH", tmp_path)
    assert (sent.changes, sent.records) == (before.changes, before.records)
    assert [one.status for one in sync.take_in(south, [sent.file])] == [APPLIED]
    assert m.women(south) == ["R1001"]
    m.accept(south)
    sync.take_in(facility, [outgoing.send(south, "NORTH", tmp_path).file])
    assert m.held(facility, her[0]).by == "South Facility"
    outgoing.send(facility, "SOUTH", tmp_path)  # it confirms what came
    assert state.up(facility)[0].sealed == 0
    with facility.read() as unit:
        assert {row.site: row.waiting for row in sites.site_states(unit)}["South Facility"] == 0


def test_the_office_gets_of_one_who_came_back_what_was_deleted_before_it_ever_heard_of_her(
    facility: Store, south: Store, office: Store, state: m.State, tmp_path: Path
) -> None:
    """North keeps nothing of women who moved: its first bundle for the office has none of her. Then she comes back."""
    exchange_cards(facility, south)
    woman, _episode = enrolled(facility)
    with facility.work("set_site") as unit:
        staff.set_site(unit, after_move="delete")

    def carry(sender: Store, to: str, receiver: Store) -> None:
        assert sync.take_in(receiver, [outgoing.send(sender, to, tmp_path).file])[0].status == APPLIED

    m.release(facility, woman, "SOUTH")
    carry(facility, "SOUTH", south)
    m.accept(south)
    carry(south, "NORTH", facility)
    assert m.women(facility) == []
    state.up(facility)
    assert m.women(office) == []
    state.down(facility)
    m.release(south, woman, "NORTH")
    carry(south, "NORTH", facility)
    m.accept(facility)
    state.up(facility)
    assert m.women(office) == m.women(facility) == ["R1001"]
    assert_whole(office)


def test_what_is_due_for_a_woman_who_moved_is_the_other_sites(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    with facility.read() as unit:
        assert her[0] in {row.id for row in today.today(unit).next_steps.rows}
        assert sum(row.waiting for row in today.sync_states(unit)) > 0
    m.release(facility, her[0], "SOUTH")
    with facility.read() as unit:
        assert her[0] not in {row.id for row in today.today(unit).next_steps.rows}
    state.carry(facility, south)
    m.accept(south)
    with south.read() as unit:
        assert her[0] in {row.id for row in today.today(unit).next_steps.rows}


def test_words_called_back_after_a_move_are_asked_of_the_office(facility: Store, south: Store, state: m.State) -> None:
    """The office had them from the old site; the new one asks, and says nothing of them any more."""
    woman, episode = enrolled(facility, share="words")
    plan_of(facility, woman, SECRET)
    state.up(facility)
    assert SECRET in m.said(state.office)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    with south.work("share") as unit:
        recalling.share(unit, episode, "dates")
    state.up(south)
    with state.office.work("delete_here") as unit:
        (asked,) = recalling.to_delete(unit)
        recalling.delete_here(unit, asked.recall)
    taking_back.finish_taking_back(state.office)
    assert SECRET.encode() not in everywhere(state.office)
    state.down(south)
    state.up(south)
    assert SECRET not in m.said(state.office)
    assert_whole(state.office)
