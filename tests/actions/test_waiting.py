"""What waits is listed in words: of whom, why, since when, from whom; not to whoever may not see its kind."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from reentry_desktop.actions import moves, sync, waiting, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.exchange.incoming import APPLIED
from reentry_desktop.records import Participant
from reentry_desktop.records.change import Change
from reentry_desktop.store import Store
from reentry_desktop.store.projection import set_waiting

from ..stores import assert_whole, enrolled, exchange_cards, too_long_a_name, write_as_newer


def new_record(kind: str, woman: Id, **values: object) -> Change:
    return Change(
        at="2031-01-01T00:00:00.000Z", act="create", kind=kind, record=new_id(), participant=woman, share="dates",
        depth=1, new=True, values=msgspec.Raw(msgspec.json.encode(values)),
    )  # fmt: skip


@pytest.fixture
def came(facility: Store, office: Store, tmp_path: Path) -> tuple[Store, Id]:
    """An office, and a woman of whom a newer program of her facility wrote something that does not fit."""
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    write_as_newer(
        facility,
        too_long_a_name(facility, woman),
        new_record("enrolment", woman, participant=woman, program=new_id()),
        replace(new_record("program", Id(""), name="P"), depth=7),
        replace(new_record("need_tag", woman, participant=woman), new=False, seen=((9, 9),), depth=2),
    )
    (taken,) = sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    assert (taken.status, taken.waiting) == (APPLIED, 4)
    return office, woman


def test_it_is_told_of_whom_why_since_when_and_from_whom(came: tuple[Store, Id]) -> None:
    office, woman = came
    with office.read() as unit:
        found = waiting.held(unit)
        assert [(one.name, one.number, one.kind, one.why, one.needs) for one in found] == [
            ("Ana Núñez", "R1001", "enrolment", "belongs", "program"),
            ("Ana Núñez", "R1001", "need_tag", "beginning", ""),
            ("Ana Núñez", "R1001", "participant", "unreadable", ""),
            ("", "", "program", "untrue", ""),
        ]
        assert {one.sender for one in found} == {"North Facility"}
        assert {one.since[:10] for one in found} == {"2026-11-23"}
        assert all(len(one.words) > 40 for one in found)
        assert found[2].title == "Ana Núñez · R1001 · Participant"
        her = women.page(unit, unit.get(Participant, woman))
        assert (her.waiting, her.woman.first_name, her.woman.unit) == (3, "Ana", "")
        assert waiting.count(unit) == 4
        assert moves.preview(unit, woman).waiting == 3
    assert_whole(office)


def test_what_is_kept_from_her_is_not_named_to_her_either(came: tuple[Store, Id]) -> None:
    office, woman = came
    with office.work("x") as unit:
        set_waiting(unit.connection, new_id(), "safety_report", woman, "")
    with office.read() as unit:
        assert waiting.count(unit, [woman]) == 4
        assert {one.why for one in waiting.held(unit)} >= {"beginning"}
    office.who = office.who._replace(administrator=False)
    with office.read() as unit:
        assert waiting.count(unit, [woman]) == 3
        assert "safety_report" not in {one.kind for one in waiting.held(unit)}
