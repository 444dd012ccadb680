"""What comes by two ways: an entry may be here before one that its author had seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import enrolling, sync, women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, looking, outgoing
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import NeedTag
from reentry_desktop.store import Store

from ..disagreeing import all_know, pass_on, shared
from ..stores import DAY, Template, assert_whole, conflicts, enrolled, exchange_cards


@pytest.fixture(scope="module")
def second_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.make(tmp_path_factory.mktemp("template") / "second", "office", "Second Office", "SECOND")


def correct(store: Store, woman: Id, **values: str) -> None:
    with store.work("correct") as unit:
        women.correct(unit, woman, **values)


def test_who_writes_over_what_had_not_come_to_her_has_not_seen_it(
    facility: Store, office: Store, second_template: Template, tmp_path: Path
) -> None:
    with second_template.open(tmp_path / "second") as second:
        woman, _episode = shared(facility, office, second, share="dates")
        correct(second, woman, unit="Ward 3")
        pass_on(second, office)
        correct(office, woman, county_of_return="Hinds")
        pass_on(office, facility)  # the second office's own stick is late
        correct(facility, woman, unit="Ward 7")
        correct(facility, woman, first_name="Anna")
        all_know(facility, office, second)
        for store in (facility, office, second):
            with store.read() as unit:
                assert conflicts(unit.connection) == {("participant", woman, "unit")}
            assert_whole(store)
        correct(second, woman, unit="Ward 9")
        all_know(facility, office, second)
        for store in (facility, office, second):
            with store.read() as unit:
                assert not conflicts(unit.connection)
            assert_whole(store)


def test_records_whose_parents_are_missing_wait_and_come_in_later(
    facility: Store, office: Store, second_template: Template, tmp_path: Path
) -> None:
    """What another office wrote of a woman whose own facility's stick is late."""
    with second_template.open(tmp_path / "second") as second:
        exchange_cards(facility, office, second)
        woman, episode = enrolled(facility, "R9", first="Eva", last="Sol", share="words")
        pass_on(facility, second)
        with second.work("write") as unit:
            enrolling.set_next_step(unit, episode, "Call Luz", DAY)
            need = enrolling.note_need(unit, woman, "parenting", "she_said", DAY, may_be_recorded=True)
        taken = incoming.take_in(office, outgoing.send(second, "OFFICE", tmp_path).file)
        assert (taken.status, taken.waiting, taken.women) == (APPLIED, 2, 1)  # she is not shown yet
        assert_whole(office)
        with office.read() as unit:
            assert unit.find(NeedTag, need) is None
        (tmp_path / "late").mkdir()
        taken = incoming.take_in(office, outgoing.send(facility, "OFFICE", tmp_path / "late").file)
        assert (taken.status, taken.waiting, taken.women) == (APPLIED, 0, 1)
        assert_whole(office)
        with office.read() as unit:
            assert women.current_episode(unit, woman).next_step == "Call Luz"
            assert unit.get(NeedTag, need).need == "parenting"  # here since the first bundle, for want of her
            assert women.search(unit, "eva sol").count == 1


def test_of_several_sites_bundles_on_one_stick_each_is_told_where_it_goes(
    facility: Store, south: Store, office: Store, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    exchange_cards(south, office)
    files = [sync.send(office, "SOUTH", tmp_path).file, sync.send(south, "OFFICE", tmp_path).file]
    before = sync.take_in(facility, files)  # South is not known there yet
    sync.take_in(facility, [sync.send(office, "NORTH", tmp_path).file])
    for taken, site in ((before, "another site"), (sync.take_in(facility, files), "South Facility")):
        assert [one.is_dropped for one in taken] == [True, True]
        assert taken[0].reason.startswith(f"This bundle is for {site}. ")
        assert taken[0].reason.endswith("Bring it there.")
        assert taken[1].reason.startswith("This bundle is for State Office. ")
    assert looking.look(files[1], store=facility).problems[0].sentence == before[1].reason
    with facility.read() as unit:
        assert not sync.set_aside(unit)
