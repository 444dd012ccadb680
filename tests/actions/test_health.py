"""How the store is: each thing in one sentence with one thing to do, and the worst first."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, health, sync
from reentry_desktop.base import standing_place
from reentry_desktop.base.problems import Problem
from reentry_desktop.store import Store
from reentry_desktop.store.engines import DATABASE, damaged_sentence

from ..stores import exchange_cards

pytestmark = pytest.mark.embedded


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def signs(store: Store) -> dict[str, health.Sign]:
    return {sign.key: sign for sign in health.quick(store)}


def test_every_sign_is_one_sentence_and_what_is_not_well_has_one_thing_to_do(facility: Store, tmp_path: Path) -> None:
    found = health.quick(facility)
    assert {sign.key for sign in found} == {"disk", "drive", "place", "clock", "backup", "kit", "check"}
    for sign in found:
        assert sign.title
        assert sign.sentence.endswith(".")
        assert (sign.state == health.WELL) == (sign.act == "")
    states = [sign.state for sign in found]
    assert states == sorted(states, key=["bad", "soon", "well"].index)
    needed = health.needs_somebody(facility)
    assert needed is not None
    assert needed.key == "backup"
    checking.backup(facility, tmp_path / "one.backup")
    told: list[float] = []
    after = {sign.key: sign.state for sign in health.look(facility, told.append)}
    assert set(after.values()) == {health.WELL}
    assert told[0] == 0
    assert told[-1] == 1
    assert health.needs_somebody(facility) is None


def test_an_old_backup_and_an_old_check_are_told(facility: Store, tmp_path: Path) -> None:
    checking.backup(facility, tmp_path / "one.backup")
    health.look(facility)
    for days, backup, check in ((8, "soon", "well"), (31, "bad", "soon")):
        facility.stated_day = dt.date(2026, 11, 23) + dt.timedelta(days=days)
        found = signs(facility)
        assert (found["backup"].state, found["check"].state) == (backup, check)
        assert str(days) in found["backup"].sentence


@pytest.mark.parametrize(("free", "state"), [(10 << 20, "bad"), (100 << 20, "soon"), (1 << 30, "well")])
def test_room_on_the_disk(free: int, state: str, facility: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1 << 40, 0, free))
    assert signs(facility)["disk"].state == state


def test_a_clock_behind_the_last_bundle_is_told(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    office.clock.now = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    sync.take_in(facility, [sync.send(office, "NORTH", tmp_path).file])
    facility.clock.now = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    assert signs(facility)["clock"].state == health.BAD


def test_errors_of_the_disk_are_told_until_everything_was_read_again(facility: Store, tmp_path: Path) -> None:
    checking.backup(facility, tmp_path / "one.backup")
    for _time in range(2):
        with pytest.raises(Problem), facility.told():
            raise sa.exc.OperationalError("SELECT", {}, Exception("disk I/O error"))
    found = signs(facility)["drive"]
    assert found.state == health.BAD
    assert "2 times since Nov 23, 2026" in found.sentence
    health.look(facility)
    assert signs(facility)["drive"].state == health.WELL


def test_a_place_where_no_store_should_be_is_told(facility: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing_place, "is_remote", lambda _folder: True)
    found = signs(facility)["place"]
    assert (found.state, found.sentence) == (health.BAD, "This folder lies on another computer.")


def test_a_damaged_page_is_found_and_repair_is_what_to_do_once_and_in_her_words(facility: Store) -> None:
    facility.engine.dispose()
    with (facility.folder / DATABASE).open("rb+") as file:
        file.seek(-3000, 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    found = next(sign for sign in health.look(facility) if sign.key == "database")
    assert (found.state, found.page) == (health.BAD, "repair")
    assert found.act.startswith("Lock, and save what can be saved")
    one = next(one for one in checking.check(facility) if one.code == "database")
    assert one.sentence == damaged_sentence()
    assert "HMAC" in one.detail
    for words in (found.sentence + found.act, one.sentence):
        assert not {"HMAC", "page", "bring back"} & set(words.split())
        assert words.casefold().count("save what can be saved") == 1
    assert facility.damaged  # whoever locks now is offered it
