"""Who may open the store: accounts, passphrases that work once, the last administrator."""

from __future__ import annotations

from typing import Any

import pytest

from reentry_desktop.actions import printing, record_files, staff
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records.people import Person
from reentry_desktop.store import Store, open_store

from ..stores import DAY, PASSPHRASE, USER, Clock, assert_well, enrolled

GIVEN, OWN = "seven green boats at noon", "four quiet lamps by night"


def named(store: Store, name: str) -> dict[str, Any]:
    with store.read() as unit:
        return {one["name"]: one for one in staff.users(unit)}[name]


def test_a_passphrase_given_works_until_she_has_her_own(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=GIVEN, full_name="Bo Marsh")
    assert named(facility, "bo") == {
        "id": bo, "name": "bo", "full_name": "Bo Marsh", "credential": "", "role": "coordinator", "scope": "all",
        "team": "",
        "administrator": False, "saves_open": False, "copies_out": False, "disabled_on": None, "closed_why": "",
        "clearance_until": None, "prea_until": None, "locked": False, "second": False,
        "one_time": True,
    }  # fmt: skip
    folder = facility.folder
    facility.close()
    with open_store(folder, "BO", GIVEN, Clock()) as store:
        assert store.who.id == bo
        with store.read() as unit:
            assert staff.has_one_time(unit)
        with pytest.raises(Problem):
            staff.change_passphrase(store, "not the one given", OWN)
        staff.change_passphrase(store, GIVEN, OWN)
        with store.read() as unit:
            assert not staff.has_one_time(unit)
        assert not named(store, "bo")["one_time"]
        enrolled(store)
    with pytest.raises(Problem):
        open_store(folder, "bo", GIVEN, Clock())
    with open_store(folder, "bo", OWN, Clock()) as store:
        assert_well(store)


def test_one_time_passphrases_differ_and_are_strong_enough(facility: Store) -> None:
    made = {staff.one_time_passphrase() for _n in range(20)}
    assert len(made) == 20
    assert all(len(words.split()) == 5 for words in made)
    staff.add_user(facility, name="bo", passphrase=made.pop())


@pytest.mark.parametrize("name", [USER, USER.upper()])
@pytest.mark.controls("IA-2", "164.312(a)(2)(i)")
def test_a_name_is_taken_once(facility: Store, name: str) -> None:
    with pytest.raises(Refused) as told:
        staff.add_user(facility, name=name, passphrase=GIVEN)
    assert list(told.value.fields) == ["name"]


def test_weak_passphrases_and_empty_names(facility: Store) -> None:
    for name, passphrase in (("bo", "short"), ("bo", ""), ("bo", "bo" * 2), (" ", GIVEN)):
        with pytest.raises(Problem):
            staff.add_user(facility, name=name, passphrase=passphrase)
    with facility.read() as unit:
        assert [one["name"] for one in staff.users(unit)] == [USER]
    assert len(facility.slots.users()) == 1


def test_a_closed_account_opens_nothing(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=GIVEN)
    staff.disable_user(facility, "BO")
    assert named(facility, "bo")["disabled_on"] == DAY
    with pytest.raises(NotFound):
        staff.disable_user(facility, "bo")
    with pytest.raises(Problem) as told:
        facility.sign_in(bo)
    assert told.value.code == "disabled"
    folder = facility.folder
    facility.close()
    with pytest.raises(Problem):
        open_store(folder, "bo", GIVEN, Clock())
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert_well(store)


def test_the_last_administrator_stays(facility: Store) -> None:
    with pytest.raises(Problem) as told:
        staff.disable_user(facility, USER)
    assert told.value.code == "last"
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    with pytest.raises(Problem) as told:
        staff.disable_user(facility, USER)
    assert told.value.code == "last"
    staff.add_user(facility, name="cy", passphrase=GIVEN, administrator=True)
    staff.disable_user(facility, "cy")
    with pytest.raises(Problem) as told:  # who has no account any more does not count
        staff.disable_user(facility, USER)
    assert told.value.code == "last"
    staff.add_user(facility, name="di", passphrase=GIVEN, administrator=True)
    staff.disable_user(facility, USER)
    assert named(facility, USER)["disabled_on"] == DAY


def test_an_administrator_gives_a_passphrase_that_works_once(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=OWN)
    staff.reset_passphrase(facility, "bo", GIVEN)
    with pytest.raises(NotFound):
        staff.reset_passphrase(facility, "nobody", GIVEN)
    folder = facility.folder
    facility.close()
    with pytest.raises(Problem):
        open_store(folder, "bo", OWN, Clock())
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        with store.read() as unit:
            assert staff.has_one_time(unit)
        with pytest.raises(Problem) as told:
            staff.reset_passphrase(store, USER, GIVEN)
        assert told.value.code == "not-allowed"
        assert store.who.id == bo
        assert_well(store)


def test_roles_and_the_sites_values_are_an_administrators(facility: Store) -> None:
    bo = staff.add_user(facility, name="bo", passphrase=GIVEN)
    with facility.work("set_role") as unit:
        staff.set_role(unit, "BO", role="peer_supporter")
        staff.set_site(unit, lock_minutes=3)
    assert named(facility, "bo")["role"] == "peer_supporter"
    with pytest.raises(Refused), facility.work("set_role") as unit:
        staff.set_role(unit, "bo", role="queen")
    with pytest.raises(NotFound), facility.work("set_role") as unit:
        staff.set_role(unit, "nobody", role="supervisor")
    with pytest.raises(Refused), facility.work("set_site") as unit:
        staff.set_site(unit, lock_minutes=16)
    facility.sign_in(bo)
    for act in (
        lambda unit: staff.set_role(unit, "bo", role="supervisor"),
        lambda unit: staff.set_site(unit, due_months=1),
        lambda unit: unit.revise(Person, bo, administrator=True),
    ):
        with pytest.raises(Problem), facility.work("set_role") as unit:
            act(unit)
    with pytest.raises(Problem):
        staff.add_user(facility, name="cy", passphrase=GIVEN)
    with pytest.raises(Problem):
        staff.disable_user(facility, USER)
    assert named(facility, "bo")["role"] == "peer_supporter"


def test_who_may_save_a_print_without_a_passphrase(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    with facility.read() as unit:
        assert not printing.may_save_open(unit)  # nor may whoever set the store up at the window
    for on in (True, False):
        with facility.work("set_saves_open") as unit:
            staff.set_saves_open(unit, "BO", on=on)
            staff.set_saves_open(unit, USER, on=on)
        assert named(facility, "bo")["saves_open"] is on
        with facility.read() as unit:
            assert printing.may_save_open(unit) is on
    with pytest.raises(NotFound), facility.work("set_saves_open") as unit:
        staff.set_saves_open(unit, "nobody", on=True)
    folder = facility.folder
    facility.close()
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        with pytest.raises(Problem) as told, store.work("set_saves_open") as unit:
            staff.set_saves_open(unit, "bo", on=True)
        assert told.value.code == "not-allowed"
        assert not named(store, "bo")["saves_open"]


def test_an_administrator_is_made_and_the_last_one_stays(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    with pytest.raises(Problem) as told, facility.work("set_role") as unit:
        staff.set_role(unit, USER, administrator=False)
    assert told.value.code == "last"
    with facility.work("set_role") as unit:
        staff.set_role(unit, "bo", administrator=True)
        staff.set_role(unit, USER, administrator=False)
    assert (named(facility, "bo")["administrator"], named(facility, USER)["administrator"]) == (True, False)


def test_who_may_copy_records_out(facility: Store) -> None:
    staff.add_user(facility, name="bo", passphrase=GIVEN)
    assert named(facility, USER)["copies_out"]  # as on the command line
    assert not named(facility, "bo")["copies_out"]
    with facility.work("records_export") as unit:
        assert list(record_files.export(unit, "program")) == []
    for on in (False, True):
        with facility.work("set_copies_out") as unit:
            staff.set_copies_out(unit, USER, on=on)
    folder = facility.folder
    facility.close()
    with open_store(folder, "bo", GIVEN, Clock()) as store:
        for kind in ("program", "participant", "plan_item"):
            with pytest.raises(Problem) as told, store.work("records_export") as unit:
                list(record_files.export(unit, kind))
            assert told.value.code == "not-allowed"
        with pytest.raises(Problem), store.work("set_copies_out") as unit:
            staff.set_copies_out(unit, "bo", on=True)
        assert not named(store, "bo")["copies_out"]
