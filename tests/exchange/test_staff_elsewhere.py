"""An office closes the account of a facility's worker: it travels, is obeyed where she unlocks, and is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import staff
from reentry_desktop.actions.staff_elsewhere import close_there, open_there, users_there
from reentry_desktop.actions.use_export import log_lines
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import outgoing
from reentry_desktop.exchange.incoming import APPLIED, SET_ASIDE
from reentry_desktop.records import Person
from reentry_desktop.records.local import Waiting
from reentry_desktop.store import Store, open_store

from ..stores import DAY, PASSPHRASE, USER, Clock, assert_whole, exchange_cards
from .test_bundles import send
from .test_receipts import take

SAID = "four quiet lamps by night"


@pytest.fixture
def met(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Path]:
    """The office knows who works at the facility: ana, and the administrator who set it up."""
    facility, office = pair
    staff.add_user(facility, name="ana", passphrase=SAID)
    stick = tmp_path / "stick"
    assert take(office, send(facility, stick)).status == APPLIED
    return facility, office, stick


def close(office: Store, name: str = "ana") -> None:
    with office.work("close_there") as unit:
        close_there(unit, "NORTH", name)


def code_of(store: Path, name: str, said: str) -> str:
    with pytest.raises(Problem) as told:
        open_store(store, name, said, Clock()).close()
    return told.value.code


def test_it_is_obeyed_at_the_next_unlock_and_taken_back(met: tuple[Store, Store, Path]) -> None:
    facility, office, stick = met
    close(office, "ANA")
    file, folder = send(office, stick, "north"), facility.folder
    facility.close()
    with open_store(folder, "ana", SAID, Clock()) as hers:  # it has not come yet, and she brings it in herself
        assert take(hers, file).status == APPLIED
        assert_whole(hers)
    assert code_of(folder, "ana", SAID) == "disabled"
    with open_store(folder, USER, PASSPHRASE, Clock()) as back:
        with back.read() as unit:
            (line,) = [line for line in log_lines(unit) if line.get("act") == "close_there"]
            assert {one["name"]: one["disabled_on"] for one in staff.users(unit)} == {"ana": DAY, USER: None}
        with office.read() as unit:
            (there,) = [one for one in log_lines(unit) if one.get("act") == "close_there"]
        assert there["who"] == USER  # who did it stands in both records of use
        assert (line["device"], line["number"]) == (there["device"], there["number"])
        with office.work("open_there") as unit:
            open_there(unit, "NORTH", "ana")
        assert take(back, send(office, stick, "NORTH")).status == APPLIED
    open_store(folder, "ana", SAID, Clock()).close()


def test_the_last_administrator_stays(met: tuple[Store, Store, Path]) -> None:
    _facility, office, _stick = met
    with pytest.raises(Problem, match="last administrator of North Facility") as told:
        close(office, USER)
    assert told.value.code == "last"


def test_two_sites_that_each_close_one_of_the_last_two_lock_nobody_out(met: tuple[Store, Store, Path]) -> None:
    facility, office, stick = met
    staff.add_user(facility, name="cy", passphrase=SAID, administrator=True)
    assert take(office, send(facility, stick)).status == APPLIED
    close(office, "cy")
    folder = facility.folder
    facility.close()
    with open_store(folder, "cy", SAID, Clock()) as hers:
        staff.disable_user(hers, USER)
        assert take(hers, send(office, stick, "NORTH")).status == APPLIED
    with open_store(folder, "cy", SAID, Clock()) as hers:
        staff.add_user(hers, name="di", passphrase=SAID, administrator=True)
    assert code_of(folder, "cy", SAID) == "disabled"  # now somebody else is there
    open_store(folder, "di", SAID, Clock()).close()


def test_what_its_own_site_closed_only_that_site_mends(met: tuple[Store, Store, Path]) -> None:
    facility, office, stick = met
    staff.disable_user(facility, "ana")
    assert take(office, send(facility, stick)).status == APPLIED
    with pytest.raises(Problem, match="closed this account itself") as told, office.work("open_there") as unit:
        open_there(unit, "NORTH", "ana")
    assert told.value.code == "closed-there"
    with pytest.raises(Problem, match="closed already"):
        close(office)


def test_what_is_refused(met: tuple[Store, Store, Path]) -> None:
    facility, office, _stick = met
    for store, site, name, words in (
        (office, "NORTH", "nobody", "a user called nobody"),
        (office, "Nowhere", "ana", "a site called Nowhere"),
        (facility, "OFFICE", USER, "Only an office"),
    ):
        with pytest.raises(Problem, match=words), store.work("close_there") as unit:
            close_there(unit, site, name)
    with pytest.raises(Problem, match="open already"), office.work("open_there") as unit:
        open_there(unit, "NORTH", "ana")
    staff.add_user(office, name="bo", passphrase=SAID)
    folder = office.folder
    office.close()
    with open_store(folder, "bo", SAID, Clock()) as hers, pytest.raises(Problem, match="Only an administrator"):
        close(hers)


def test_no_other_facility_hears_of_it_or_may_do_it(met: tuple[Store, Store, Path], south: Store) -> None:
    facility, office, stick = met
    exchange_cards(south, office)
    exchange_cards(south, facility)
    close(office)
    assert take(south, send(office, stick, "SOUTH")).status == APPLIED
    with south.read() as unit:
        assert unit.first(sa.select(sa.func.count()).select_from(Waiting)) == 0
        assert not [line for line in log_lines(unit) if line.get("act") == "close_there"]
        assert_whole(south)
    # One that was told of her by other ways than the program's writes about her all the same.
    with facility.read() as unit:
        (ana,) = [Id(one["id"]) for one in staff.users(unit) if one["name"] == "ana"]
    with south.work("close_there") as unit:
        unit.create(Person, ana, name="ana", site=facility.site, disabled_on=DAY)
    came = take(facility, outgoing.send(south, "NORTH", stick).file)
    assert (came.status, came.code) == (SET_ASIDE, "malformed")
    with facility.read() as unit:
        assert unit.get(Person, ana).disabled_on is None
    with office.read() as unit:
        assert [one["name"] for one in users_there(unit, "NORTH")] == ["ana", USER]
