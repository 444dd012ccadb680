"""Scanned papers follow a record that moves: asked for by whoever lacks them, given by whoever may, to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import attachments, sync
from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import Parcel
from reentry_desktop.exchange import scans, writing
from reentry_desktop.exchange.incoming import APPLIED, SET_ASIDE
from reentry_desktop.records import Site
from reentry_desktop.records.people import AfterMove
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store
from reentry_desktop.store.scans import drop_scan, scan_bytes

from .. import papers
from ..actions.test_taking_back import everywhere
from ..stores import assert_well, assert_whole, enrolled
from . import moves as m
from .test_joining import OTHER, give

SCAN = read_scan(papers.pdf(pages=2, content=b"0 0 m 77 88 l S"), 5 << 20)


def attach(store: Store, woman: Id, name: str = "Letter to the board") -> Id:
    with store.work("attach") as unit:
        return attachments.attach(unit, woman, SCAN, name)


def has(store: Store, paper: Id) -> bool:
    with store.read() as unit:
        found = unit.connection.exec_driver_sql("SELECT sha256 FROM attachment WHERE id = ?", (paper,)).scalar()
        return bool(found) and scan_bytes(unit.connection, paper, str(found)) == SCAN.data


def pieces(store: Store) -> int:
    with store.read() as unit:
        count: int = unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar_one()
        return count


def test_a_paper_follows_her_record_and_is_not_at_the_office(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    paper, other = attach(facility, woman), attach(facility, enrolled(facility, "R9")[0])
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    assert not has(south, paper)
    with south.read() as unit:
        (listed,) = attachments.papers(unit, woman)
    assert not listed.here
    assert_well(south)  # it has not come yet: nothing is missing
    state.carry(south, facility)  # South asks
    state.carry(facility, south)  # and gets it, sealed, by way of the office
    assert has(south, paper)
    assert pieces(south) == 1
    assert pieces(state.office) == 0
    assert SCAN.data[:200] not in everywhere(state.office)
    state.carry(south, facility)
    with facility.read() as unit:  # once is enough
        assert scans.going(unit, _card(facility, south)) == ()
        assert scans.arrived_there(unit, woman, south.site)
    assert has(facility, other)
    for store in (facility, south, state.office):
        assert_whole(store)
        assert_well(store)


def _card(store: Store, of: Store) -> object:
    from reentry_desktop.bundle import read_card
    from reentry_desktop.records.local import Peer

    with store.read() as unit:
        peer = unit.session.get(Peer, of.site)
        assert peer is not None
        return read_card(peer.card)


@pytest.mark.parametrize("decided", [AfterMove.DATES, AfterMove.DELETE])
def test_nothing_is_deleted_where_she_was_before_the_papers_have_arrived(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], decided: str
) -> None:
    woman, _episode = her
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, after_move=decided)
    paper = attach(facility, woman)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)  # South confirms every entry, and asks for the paper
    assert has(facility, paper)
    state.carry(facility, south)
    assert has(south, paper)
    state.carry(south, facility)
    assert pieces(facility) == 0  # the bytes go with the record that named them
    assert_whole(facility)
    assert_well(facility)


def test_a_program_that_knows_nothing_of_papers_gets_none_and_reads_everything_else(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], monkeypatch: pytest.MonkeyPatch
) -> None:
    woman, _episode = her
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, after_move=AfterMove.DELETE)
    paper = attach(facility, woman)
    m.release(facility, woman, "SOUTH")
    ours = scans.exchanged
    monkeypatch.setattr(scans, "exchanged", lambda unit, card: unit.store is not south and ours(unit, card))
    monkeypatch.setattr(scans, "is_due", lambda _unit, _site, _card: False)
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    assert [one.status for one in state.carry(facility, south)] == [APPLIED] * 2
    assert not has(south, paper)
    assert has(facility, paper)  # nobody says that it has arrived


def test_a_second_pc_of_the_site_gets_every_paper(pair: tuple[Store, Store], second: Store, tmp_path: Path) -> None:
    facility, _office = pair
    paper = attach(facility, enrolled(facility)[0])
    for there, here in ((facility, second), (second, facility), (facility, second)):
        give(there, OTHER, here, tmp_path / "own")
    assert has(second, paper)
    assert_well(second)


def test_what_nobody_asked_for_is_not_kept_and_an_office_takes_none(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A facility that was altered sends bytes that no record names, and some to the office."""
    woman, _episode = her
    paper = attach(facility, woman)
    with facility.read() as unit:
        sha256 = unit.connection.exec_driver_sql("SELECT sha256 FROM attachment").scalar_one()

    def pushed(_unit: object, card: object) -> tuple[scans.Going, ...]:
        return (scans.Going(Parcel(facility.site, card.site, sha256, len(SCAN.data)), paper),)  # type: ignore[attr-defined]

    m.release(facility, woman, "SOUTH")
    with monkeypatch.context() as altered:
        altered.setattr(writing.scans, "going", pushed)
        refused = sync.take_in(state.office, [state.out(facility, state.office)])
        assert [one.status for one in refused] == [SET_ASIDE]
    assert pieces(state.office) == 0
    with monkeypatch.context() as altered:
        altered.setattr(
            writing.scans,
            "going",
            lambda unit, card: pushed(unit, card) if unit.store is facility and card.kind != "office" else (),
        )
        with south.work("set") as unit:  # a record here that names the same bytes would get them
            assert unit.connection.exec_driver_sql("SELECT count(*) FROM attachment").scalar() == 0
        state.carry(facility, south)
    assert pieces(south) == 1  # her record came with the same bundle, and names them


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_paper_that_is_harmed_where_it_lies_is_not_given(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id], harm: str
) -> None:
    woman, _episode = her
    paper = attach(facility, woman)
    m.release(facility, woman, "SOUTH")
    state.carry(facility, south)
    m.accept(south)
    state.carry(south, facility)
    with facility.work("harm") as unit:
        if harm == "gone":
            drop_scan(unit.connection, paper)
        else:
            unit.connection.exec_driver_sql("UPDATE attachment_piece SET data = ?", (b"%PDF-1.7 another",))
    state.carry(facility, south)
    assert not has(south, paper)
    assert pieces(south) == 0
