"""What comes by two ways: an entry may be here before one that its author had seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import women
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store

from ..disagreeing import all_know, pass_on, shared
from ..stores import Template, assert_whole, conflicts


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
