"""Trust that is taken back: by the site itself, by an office, and by nobody else; what comes then is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import aside_words, restoring, sync, trust
from reentry_desktop.base.ids import Id, show_device
from reentry_desktop.base.problems import NotFound, Refused
from reentry_desktop.exchange import outgoing
from reentry_desktop.exchange.incoming import APPLIED, SET_ASIDE
from reentry_desktop.records import Participant, Revocation
from reentry_desktop.store import Store

from ..stores import DAY, PASSPHRASE, USER, Clock, Template, assert_whole, enrolled, exchange_cards
from .test_bundles import send
from .test_receipts import rename, take


@pytest.fixture
def met(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, Store, Id, Path]:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    assert take(office, send(facility, stick)).status == APPLIED
    return facility, office, woman, stick


def revoke(store: Store, site: str, device: int | None) -> Id:
    with store.work("revoke") as unit:
        return trust.revoke(unit, site, show_device(device) if device else "", "Stolen from a car")


def test_what_a_revoked_pc_sends_is_set_aside_and_can_be_looked_at(met: tuple[Store, Store, Id, Path]) -> None:
    facility, office, woman, stick = met
    made = revoke(office, "NORTH", facility.device)
    rename(facility, woman, "Ward 1")
    file = send(facility, stick)
    taken = take(office, file)
    assert (taken.status, taken.code) == (SET_ASIDE, "revoked")
    assert "is not believed since Nov 23, 2026: Stolen from a car" in taken.reason
    with office.read() as unit:
        (kept,) = sync.set_aside(unit)
        assert unit.get(Participant, woman).unit == ""
        assert aside_words.from_whom(unit, kept) == "Bundle 2 from North Facility"
        assert "may be nowhere else" in aside_words.what_goes(unit, kept)
    inside = sync.look_inside(office, kept.sha256)
    assert (inside.status, inside.changes, inside.women) == (APPLIED, 1, 1)
    assert aside_words.inside(inside) == ["Ana Núñez, R1001: Participant 1"]
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == ""
    with office.work("trust_again") as unit:
        trust.trust_again(unit, made)
    assert [one.status for one in sync.try_again(office)] == [APPLIED]
    assert_whole(office)


def test_what_a_damaged_file_held_comes_again(met: tuple[Store, Store, Id, Path]) -> None:
    """So it says before it is let go, and so it is."""
    facility, office, woman, stick = met
    rename(facility, woman, "Ward 1")
    file = send(facility, stick)
    damaged = bytearray(file.read_bytes())
    damaged[-20] ^= 1
    file.write_bytes(damaged)
    assert take(office, file).code == "altered"
    with office.read() as unit:
        (kept,) = sync.set_aside(unit)
        assert "The next bundle of North Facility brings" in aside_words.what_goes(unit, kept)
    sync.let_go(office, kept.sha256)
    assert take(office, send(facility, stick)).status == APPLIED
    with office.read() as unit:
        assert unit.get(Participant, woman).unit == "Ward 1"


def test_a_whole_site_can_be_revoked(met: tuple[Store, Store, Id, Path]) -> None:
    facility, office, _woman, stick = met
    revoke(office, "North Facility", None)
    assert take(office, send(facility, stick)).code == "revoked"
    with office.read() as unit:
        own, north = trust.site_pcs(unit)
    assert (own.name, [pc.here for pc in own.pcs]) == ("State Office", [True])
    assert [(pc.device, pc.revoked is not None) for pc in north.pcs] == [(show_device(facility.device), True)]


def test_a_site_revokes_the_pc_it_lost(met: tuple[Store, Store, Id, Path], tmp_path: Path) -> None:
    """Brought back from a backup as a new device, it tells the office which one is gone."""
    from reentry_desktop.actions import checking

    facility, office, woman, stick = met
    checking.backup(facility, tmp_path / "facility.backup")
    lost = send(facility, stick)  # by whoever has the PC now
    facility.close()
    with restoring.restore(tmp_path / "facility.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        revoke(back, "NORTH", facility.device)
        rename(back, woman, "Ward 2")
        assert take(office, outgoing.send(back, "OFFICE", stick).file).status == APPLIED
    assert take(office, lost).code == "revoked"
    assert_whole(office)


def test_a_facility_cannot_silence_another(
    met: tuple[Store, Store, Id, Path], tmp_path: Path, facility_template: Template
) -> None:
    """Only the site itself, an office, or this site's own administrators."""
    facility, office, _woman, stick = met
    third = Template.make(tmp_path / "third-made", "facility", "South Facility", "SOUTH")
    with third.open(tmp_path / "south") as south:
        exchange_cards(south, office)
        exchange_cards(south, facility)
        with south.work("revoke") as unit:
            unit.create(
                Revocation, site=facility.site, device=show_device(facility.device), revoked_on=DAY, why="Rivalry"
            )
        assert take(office, send(south, stick)).status == APPLIED
    assert take(office, send(facility, stick)).status == APPLIED


def test_what_is_refused(met: tuple[Store, Store, Id, Path]) -> None:
    _facility, office, _woman, _stick = met
    for site, device, why, error in (
        ("Nowhere", "", "Lost", NotFound),
        ("NORTH", "AAAA-AAAA", "Lost", NotFound),
        ("OFFICE", "", "Lost", Refused),
        ("NORTH", "", " ", Refused),
    ):
        with pytest.raises(error), office.work("revoke") as unit:
            trust.revoke(unit, site, device, why)
    with office.read() as unit:
        assert not trust.revocations(unit)
