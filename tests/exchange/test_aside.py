"""Files that were set aside are let go once all that is in them has come, and what is advised can be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reentry_desktop.actions import sync
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import outgoing, succeeding
from reentry_desktop.exchange.incoming import ALREADY, APPLIED, WAITING
from reentry_desktop.store import Store

from ..stores import assert_whole, enrolled
from . import moves as m
from .test_bundles import send
from .test_receipts import rename, take
from .test_revoking import revoke


def listed(store: Store) -> list[str]:
    with store.read() as unit:
        return [row.code for row in sync.set_aside(unit)]


def test_what_is_known_is_known_though_its_sender_was_revoked_since(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    file = send(facility, tmp_path / "stick")
    assert take(office, file).status == APPLIED
    revoke(office, "NORTH", None)
    assert take(office, file).status == ALREADY
    assert listed(office) == []


def test_what_was_sealed_to_old_keys_is_let_go_when_later_bundles_brought_it(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility)
    stick = tmp_path / "stick"
    late = send(facility, stick)
    succeeding.renew(office)
    succeeding.drop_old(office, now=True)
    assert take(office, late).code == "old-key"
    assert listed(office) == ["old-key"]
    take(facility, send(office, stick, "NORTH"))
    rename(facility, woman, "Ward 1")
    assert take(office, send(facility, stick)).status == APPLIED
    assert listed(office) == []
    assert take(office, late).status == ALREADY


# A second PC, and a sealed file that goes on from what the first one has

OTHER = "South Facility, other PC"


@pytest.fixture
def second(south: Store, state: m.State, tmp_path: Path) -> Iterator[Store]:
    assert state  # it trusts the office when the second PC joins
    with m.joined(south, tmp_path) as store:
        yield store


@pytest.fixture
def waits(facility: Store, south: Store, state: m.State, second: Store, her: tuple[Id, Id]) -> None:
    """The first PC has a record and confirmed it; the next sealed file goes on from there, and comes to the second."""
    m.release(facility, her[0], "SOUTH")
    state.carry(facility, south)
    state.carry(south, facility)
    other, _episode = enrolled(facility, "R3", first="Rosa", last="Vega")
    m.release(facility, other, "SOUTH")
    state.up(facility)
    state.up(second)  # who is heard last is served
    brought, *sealed = state.down(second)
    assert (brought.status, [one.status for one in sealed]) == (APPLIED, [WAITING])
    assert "Copy a bundle for your office" in sealed[0].reason
    assert "Copy a bundle for North" not in sealed[0].reason
    assert listed(second) == ["waiting"]


@pytest.mark.usefixtures("waits")
def test_it_is_brought_in_when_the_first_pc_brings_what_it_goes_on_from(
    south: Store, second: Store, state: m.State
) -> None:
    """What stayed at the sender's site after its last entry is known at the first PC, and is told to the second."""
    first, *more = sync.take_in(second, [outgoing.send(south, OTHER, state.stick).file])
    assert (first.status, [one.status for one in more]) == (APPLIED, [APPLIED])
    assert listed(second) == []
    assert m.women(second) == ["R1001", "R3"]
    assert_whole(second)


@pytest.mark.usefixtures("waits")
def test_it_is_let_go_when_the_first_pc_brought_all_of_it(south: Store, second: Store, state: m.State) -> None:
    state.down(south)
    taken = take(second, outgoing.send(south, OTHER, state.stick).file)
    assert taken.status == APPLIED
    assert listed(second) == []
    assert m.women(second) == ["R1001", "R3"]
    assert_whole(second)


@pytest.mark.usefixtures("waits")
def test_the_advice_to_copy_for_the_office_brings_it(facility: Store, second: Store, state: m.State) -> None:
    state.carry(second, facility)
    state.carry(facility, second)
    assert listed(second) == []
    assert m.women(second) == ["R1001", "R3"]
    assert_whole(second)
