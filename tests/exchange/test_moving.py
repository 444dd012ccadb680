"""A woman is moved to another facility: her record goes with her, sealed, and one site alone writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import enrolling, plans, safety, transfers, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.exchange.incoming import ALREADY, APPLIED
from reentry_desktop.exchange.parcels import FOLDER
from reentry_desktop.records import Participant, PlanItem, Transfer
from reentry_desktop.store import Store

from ..actions.test_taking_back import everywhere
from ..stores import DAY, Template, assert_well, assert_whole, enrolled, exchange_cards
from . import moves as m
from .test_bundles import plan_of

SECRET = "Quetzalwalk"


@pytest.fixture(scope="session")
def south_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.make(tmp_path_factory.mktemp("template") / "south", "facility", "South Facility", "SOUTH")


@pytest.fixture(scope="session")
def west_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.make(tmp_path_factory.mktemp("template") / "west", "facility", "West Facility", "WEST")


@pytest.fixture
def south(south_template: Template, tmp_path: Path) -> Iterator[Store]:
    with south_template.open(tmp_path / "south") as store:
        yield store


@pytest.fixture
def west(west_template: Template, tmp_path: Path) -> Iterator[Store]:
    with west_template.open(tmp_path / "west") as store:
        yield store


@pytest.fixture
def state(facility: Store, south: Store, office: Store, tmp_path: Path) -> m.State:
    """Each facility trusts the office and the office each of them; it has brought them each other's card."""
    exchange_cards(facility, office)
    exchange_cards(south, office)
    met = m.State(office, tmp_path / "stick")
    met.down(facility)
    met.down(south)
    return met


@pytest.fixture
def her(facility: Store, state: m.State) -> tuple[Id, Id]:
    """A woman with a plan whose words she does not share, beside another woman."""
    woman, episode = enrolled(facility)
    other, _hers = enrolled(facility, "R2", first="Luz", last="Ortega", share="words")
    plan_of(facility, other, "Zebrasong")
    plan = plan_of(facility, woman, SECRET)
    with facility.work("write") as unit:
        plans.add_item(unit, plan, "tools", words="Xylophone since")
        enrolling.note_need(unit, woman, "parenting", "she_said", DAY, may_be_recorded=True)
        enrolling.set_next_step(unit, episode, "Bring Yarrow papers", DAY)
        safety.pass_on(unit, woman, "Captain Prax")
    with facility.work("open_page") as unit:
        women.open_page(unit, woman)
    return woman, episode


def test_her_whole_record_moves_unopened_and_both_sites_know_who_holds_it(
    facility: Store, south: Store, state: m.State, her: tuple[Id, Id]
) -> None:
    woman, _episode = her
    office = state.office
    state.up(facility)
    assert m.held(facility, woman) == transfers.Held("", "", None, True, None, None)
    m.release(facility, woman, "SOUTH", "Closer to her children")
    with pytest.raises(Problem) as told, facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 9")
    assert told.value.code == "moved"
    assert "released to South Facility" in told.value.sentence
    assert [one.state for one in m.moves(facility).out] == ["to_go"]
    state.up(facility)
    assert [one.state for one in m.moves(facility).out] == ["on_the_way"]
    # The office has the file and cannot read it.
    for word in (SECRET, "Xylophone", "Yarrow", "Prax", "parenting"):
        assert word.encode() not in everywhere(office)
    with office.read() as unit:
        (carried,) = transfers.carried(unit)
    assert (carried.sender, carried.to, carried.state) == ("North Facility", "South Facility", "to_go")
    state.down(facility)
    assert [one.state for one in m.moves(facility).out] == ["carried"]
    answers = state.down(south)
    assert [(one.status, one.sender) for one in answers] == [(APPLIED, "State Office"), (APPLIED, "North Facility")]
    assert m.women(south) == ["R1001"]
    assert "Zebrasong" not in m.said(south)
    assert "Prax" not in m.said(south)
    with south.read() as unit:
        assert {item.words for item in unit.all(sa.select(PlanItem))} == {SECRET, "Xylophone since"}
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM waiting").all()
    here = [row for row in m.story(facility, woman) if b"safety_report" not in row[2]]
    assert here == m.story(south, woman)
    assert_whole(south)
    # It is read at South only once a person took it over.
    with pytest.raises(Problem, match="not taken over yet"), south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1")
    (coming,) = m.moves(south).coming
    assert (coming.state, coming.name, coming.other) == ("here", "Ana Núñez", "North Facility")
    m.accept(south)
    assert m.held(south, woman) == transfers.Held("South Facility", "", DAY, True, None, None)
    with south.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1")
    assert m.held(facility, woman).by == "North Facility"
    state.carry(south, facility)
    assert [one.state for one in m.moves(facility).out] == ["taken"]
    assert (m.held(facility, woman).by, m.held(facility, woman).writable) == ("South Facility", False)
    with pytest.raises(Problem, match="held by South Facility"), facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 9")
    with facility.read() as unit:
        assert unit.get(Participant, woman).unit == ""  # what is written there since is theirs
        assert {item.words for item in unit.all(sa.select(PlanItem))} > {SECRET}  # its copy can be read
    for store in (facility, south, office):
        assert_whole(store)
        assert_well(store)


def test_nothing_goes_on_for_ever(facility: Store, south: Store, state: m.State, her: tuple[Id, Id]) -> None:
    """Once all is confirmed, no sealed file is made, carried or kept any more."""
    m.release(facility, her[0], "South Facility")
    state.carry(facility, south)
    m.accept(south)
    for _round in range(4):
        state.carry(south, facility)
        state.carry(facility, south)
    for store in (facility, south, state.office):
        with store.read() as unit:
            assert not unit.connection.exec_driver_sql("SELECT 1 FROM parcel").all()
        assert not list((store.folder / FOLDER).iterdir())
        with store.read() as unit:
            assert not unit.connection.exec_driver_sql("SELECT 1 FROM set_aside").all()
    assert state.up(facility)[0].sealed == 0
