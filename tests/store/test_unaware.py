"""What two people did who did not know of each other, and what a newer program wrote."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from reentry_desktop.actions import enrolling, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Participant, Program
from reentry_desktop.records.change import Change, from_payload
from reentry_desktop.store import Store, check, log
from reentry_desktop.store.projection import Intake

from ..stores import DAY, Clock, assert_whole, conflicts, enrolled, exchange_cards

# What two people did who did not know of each other


def both(facility: Store, office: Store) -> None:
    """Each sends the other all it has."""
    for giver, taker, name in ((facility, office, "OFFICE"), (office, facility, "NORTH")):
        sent = outgoing.send(giver, name, giver.folder.parent)
        assert incoming.take_in(taker, sent.file).status == incoming.APPLIED


@pytest.fixture
def two(facility: Store, office: Store) -> tuple[Store, Store, Id]:
    """A facility and an office that both have one woman."""
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility)
    both(facility, office)
    return facility, office, woman


def test_of_two_values_given_unaware_one_stands_both_are_kept_and_a_person_settles(
    two: tuple[Store, Store, Id],
) -> None:
    facility, office, woman = two
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 3", county_of_return="Hinds")
    with office.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 7", first_name="Anna")
    both(facility, office)
    standing = set()
    for store in two[:2]:
        with store.read() as unit:
            found = unit.get(Participant, woman)
            assert (found.first_name, found.county_of_return) == ("Anna", "Hinds")  # nobody disagrees on these
            standing.add(found.unit)
            assert conflicts(unit.connection) == {("participant", woman, "unit")}
            said = {c.read_values().get("unit") for _p, c in log.history(unit.connection, woman)}
            assert said >= {"Ward 3", "Ward 7"}
            assert women.page(unit, found).conflicts == 1
        assert_whole(store)
    assert len(standing) == 1
    with facility.work("correct") as unit:  # somebody who sees both says which
        women.correct(unit, woman, unit="Ward 9")
        assert conflicts(unit.connection) == set()
    both(facility, office)
    for store in two[:2]:
        with store.read() as unit:
            assert unit.get(Participant, woman).unit == "Ward 9"
            assert conflicts(unit.connection) == set()
        assert_whole(store)


def test_which_value_stands_does_not_depend_on_any_clock(two: tuple[Store, Store, Id], clock: Clock) -> None:
    facility, office, woman = two
    standing = []
    for year, mine, theirs in ((1980, "A", "B"), (2099, "C", "D")):
        facility.clock = Clock(dt.datetime(year, 1, 1, tzinfo=dt.UTC))
        with facility.work("correct") as unit:
            women.correct(unit, woman, unit=mine)
        with office.work("correct") as unit:
            women.correct(unit, woman, unit=theirs)
        both(facility, office)
        with facility.read() as unit, office.read() as there:
            standing.append(unit.get(Participant, woman).unit == mine)
            assert unit.get(Participant, woman).unit == there.get(Participant, woman).unit
        with facility.work("correct") as unit:
            women.correct(unit, woman, unit="settled")
        both(facility, office)
    assert standing[0] == standing[1]


def test_the_same_value_from_both_is_no_conflict(two: tuple[Store, Store, Id]) -> None:
    facility, office, woman = two
    for store in (facility, office):
        with store.work("correct") as unit:
            women.correct(unit, woman, unit="Ward 3")
    both(facility, office)
    for store in (facility, office):
        assert_whole(store)
        with store.read() as unit:
            assert conflicts(unit.connection) == set()


@pytest.mark.parametrize("later", [False, True])
def test_a_removal_beside_a_change_is_a_conflict_until_somebody_who_saw_both_has_written(
    two: tuple[Store, Store, Id], *, later: bool
) -> None:
    facility, office, woman = two
    with facility.work("remove") as unit:
        unit.remove(Participant, woman)
        if later:  # the removal is not the last thing she did
            women.correct(unit, woman, county_of_return="Hinds")
    with office.work("correct") as unit:
        women.correct(unit, woman, first_name="Anna")
    both(facility, office)
    for store in (facility, office):
        with store.read() as unit:
            assert unit.get(Participant, woman).removed
            assert unit.get(Participant, woman).first_name == "Anna"
            assert conflicts(unit.connection) == {("participant", woman, "removed")}
        assert_whole(store)
    with office.work("correct") as unit:  # any word by somebody who saw both
        women.correct(unit, woman, unit="Ward 1")
        assert conflicts(unit.connection) == set()
    both(facility, office)
    for store in (facility, office):
        with store.read() as unit:
            assert conflicts(unit.connection) == set()
        assert_whole(store)


# What a newer program writes


def test_what_a_newer_program_wrote_is_kept_and_passed_on(facility: Store, office: Store, tmp_path: Any) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility)
    program, unknown = new_id(), new_id()
    values = msgspec.Raw(b'{"name":"Bridges II","favorite_color":"green","deep":{"a":[1,2]}}')
    choice = msgspec.Raw(b'{"release_type":"teleport"}')
    with facility.work("newer") as unit:
        end = log.head(unit.connection, facility.device)
        for change in (
            Change(at="2031-01-01T00:00:00.000Z", act="create", kind="program", record=program, share="dates", depth=1,
                   new=True, values=values),
            Change(at="2031-01-01T00:00:00.000Z", act="create", kind="session_of_2031", record=unknown, share="dates",
                   participant=woman, depth=1, new=True, values=msgspec.Raw(b'{"minutes":45}')),
        ):  # fmt: skip
            end = log.append(unit.connection, facility.device, end, change)
        intake = Intake(unit.connection)
        rows = unit.connection.exec_driver_sql(
            "SELECT device, number, payload FROM entry WHERE record IN (?, ?)", (program, unknown)
        )
        intake.apply([((device, number), from_payload(payload)) for device, number, payload in rows])
        intake.finish()
        before = unit.get(Participant, woman)
        heads = check.fold(log.history(unit.connection, woman)).heads["dates"]
        change = Change(at="2031-01-01T00:00:00.000Z", act="x", kind="participant", record=woman, participant=woman,
                        share="dates", depth=heads.depth + 1, seen=heads.places, values=choice)  # fmt: skip
        end = log.append(unit.connection, facility.device, end, change)
        intake = Intake(unit.connection)
        intake.apply([((facility.device, end.number), change)])
        intake.finish()
        assert before.id == woman
    assert_whole(facility)
    taken = incoming.take_in(office, outgoing.send(facility, "OFFICE", tmp_path).file)
    assert taken.status == incoming.APPLIED
    assert_whole(office)
    with facility.read() as unit, office.read() as there:
        for record in (program, unknown, woman):
            mine, theirs = (
                u.connection.exec_driver_sql(
                    "SELECT number, payload FROM entry WHERE record = ? AND share = 'dates' ORDER BY number", (record,)
                ).all()
                for u in (unit, there)
            )
            assert mine
            assert mine == theirs
        assert there.get(Program, program).name == "Bridges II"
        assert there.get(Participant, woman).release_type == "teleport"
    with office.work("correct") as unit:  # and her record can still be written
        enrolling.release(unit, woman, DAY, "parole")
        assert unit.get(Participant, woman).release_type == "parole"
