"""Sites that trust each other: a facility and an office, and more facilities that the office introduced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reentry_desktop.actions import enrolling, plans, safety, women
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Site
from reentry_desktop.store import Store

from ..stores import DAY, Template, enrolled, exchange_cards
from . import moves as m

SECRET = "Quetzalwalk"


@pytest.fixture
def pair(facility: Store, office: Store) -> tuple[Store, Store]:
    exchange_cards(facility, office)
    return facility, office


@pytest.fixture
def second(pair: tuple[Store, Store], tmp_path: Path) -> Iterator[Store]:
    """A second PC of the facility, which has no records yet."""
    facility, _office = pair
    with facility.work("set") as unit:
        unit.revise(Site, facility.site, office_keeps="none", due_months=9)
    with m.joined(facility, tmp_path) as store:
        yield store


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
    """Each facility trusts the office and the office each of them; it has brought them each other's card.

    Their backups stay with them: what lies at the office is what it carries.
    """
    for store in (facility, south):
        with store.work("set") as unit:
            unit.revise(Site, store.site, office_keeps="none")
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
    m.plan_of(facility, other, "Zebrasong")
    plan = m.plan_of(facility, woman, SECRET)
    with facility.work("write") as unit:
        plans.add_item(unit, plan, "tools", words="Xylophone since")
        enrolling.note_need(unit, woman, "parenting", "she_said", DAY, may_be_recorded=True)
        enrolling.set_next_step(unit, episode, "Bring Yarrow papers", DAY)
        safety.pass_on(unit, woman, "Captain Prax")
    with facility.work("open_page") as unit:
        women.open_page(unit, woman)
    return woman, episode
