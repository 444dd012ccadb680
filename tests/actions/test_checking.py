"""Whether all is well: the clock, the folder, the record of use, backups, and what everybody is told once."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from reentry_desktop.actions import backup_register, checking, restoring, setup, staff, use_export
from reentry_desktop.base.days import show_day
from reentry_desktop.store import Store

from ..stores import DAY, PASSPHRASE, USER, Clock, Template, assert_well, enrolled


def codes(store: Store) -> set[str]:
    return {finding.code for finding in checking.check(store)} - {"disk"}


def test_a_new_store_is_well(facility: Store) -> None:
    enrolled(facility)
    assert_well(facility)
    with facility.read() as unit:
        assert checking.notices(unit) == []


@pytest.mark.parametrize(
    ("days", "said"), [(-2, "was set back"), (-0.5, ""), (0, ""), (300, ""), (366, "jumped ahead"), (-9000, "set back")]
)
def test_the_clock(facility: Store, clock: Clock, days: float, said: str) -> None:
    enrolled(facility)
    clock.now += dt.timedelta(days)
    with facility.read() as unit:
        sentence = checking.clock_sentence(unit)
        assert (said in sentence) if said else (sentence == "")
        assert checking.notices(unit) == ([sentence] if said else [])
        if said:
            assert show_day(DAY) in sentence
            assert show_day(clock.now.date()) in sentence
    assert ("clock" in codes(facility)) == bool(said)


@pytest.mark.skipif(os.name == "nt", reason="the bits of a mode are Unix's")
@pytest.mark.parametrize(("mode", "open_to_others"), [(0o770, False), (0o700, False), (0o775, True), (0o772, True)])
def test_a_folder_that_others_can_read(facility: Store, mode: int, open_to_others: bool) -> None:
    facility.folder.chmod(mode)
    assert checking.others_can_read(facility.folder) is open_to_others
    assert ("folder" in codes(facility)) is open_to_others


def test_a_kit_that_was_not_tested(facility: Store) -> None:
    setup.new_kit(facility)
    assert "kit" in codes(facility)


def test_a_changed_table_and_a_changed_log_are_found(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("x") as unit:
        unit.connection.exec_driver_sql("UPDATE participant SET unit = 'Z' WHERE id = ?", (woman,))
    assert "tables" in codes(facility)
    assert checking.verify_log(facility)["ok"]
    with facility.work("x") as unit:
        query = "SELECT seq, payload FROM entry WHERE participant = ? ORDER BY seq"
        seq, payload = unit.connection.exec_driver_sql(query, (woman,)).first() or (0, b"")
        assert b"Ana" in payload
        unit.connection.exec_driver_sql(
            "UPDATE entry SET payload = ? WHERE seq = ?", (payload.replace(b"Ana", b"Eva"), seq)
        )
    found = checking.verify_log(facility)
    assert not found["ok"]
    assert found["first_bad"]
    assert found["entries"] > 0
    assert "log" in codes(facility)


def test_the_record_of_use_line_by_line(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("export_log") as unit:
        lines = list(use_export.log_lines(unit))
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert len({line["hash"] for line in lines}) == len(lines)
    hers = [line for line in lines if line["participant"] == woman]
    assert {line["who"] for line in hers} == {USER}
    assert {line["kind"] for line in hers} == {"participant", "enrolment"}
    assert hers[0]["values"]["first_name"] == "Ana"
    assert hers[0]["at"].startswith(DAY.isoformat())
    assert lines[0]["act"] == "create_store"


def test_a_backup_is_told_and_dated(facility: Store, tmp_path: Path) -> None:
    with facility.read() as unit:
        assert backup_register.last_backup(unit) is None
    sha256, entries = checking.backup(facility, tmp_path / "north.backup")
    assert len(sha256) == 64
    with facility.read() as unit:
        assert backup_register.last_backup(unit) == DAY
    assert entries > 0
    assert entries <= checking.verify_log(facility)["entries"]


def test_everybody_is_told_once_that_the_kit_was_used(facility_template: Template, tmp_path: Path) -> None:
    folder, clock = tmp_path / "store", Clock()
    with facility_template.open(folder, clock) as store:
        other = staff.add_user(store, name="bo", passphrase="seven green boats at noon")
    kit = facility_template.kit
    restoring.recover(folder, [kit.text(p).decode() for p in "AC"], USER, PASSPHRASE + " anew", clock)
    with facility_template.open(folder, clock) as store:
        for person in (facility_template.person, other):
            store.sign_in(person)
            with store.work("unlock") as unit:
                (sentence,) = checking.notices(unit)
                assert show_day(DAY) in sentence
                checking.notices_read(unit)
                assert checking.notices(unit) == []
    clock.now += dt.timedelta(1)
    restoring.recover(folder, [kit.text(p).decode() for p in "BC"], "bo", PASSPHRASE + " again", clock)
    with facility_template.open(folder, clock) as store, store.read() as unit:
        assert show_day(DAY + dt.timedelta(1)) in checking.notices(unit)[0]  # used again: told again
