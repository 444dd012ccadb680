"""A backup is the whole store in one file; what comes back from it is a device of its own."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, drafts, plans, restoring, women
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Participant
from reentry_desktop.records.local import Draft
from reentry_desktop.store import Store, vault

from ..stores import (
    PASSPHRASE,
    USER,
    Clock,
    assert_well,
    assert_whole,
    conflicts,
    enrolled,
    exchange_cards,
    identity_of,
    payloads,
    tables,
)


def everything(store: Store) -> object:
    with store.read() as unit:
        drafts = unit.rows(sa.select(Draft.record, Draft.text))
        return tables(unit.connection), drafts


@pytest.fixture
def saved(facility: Store, tmp_path: Path) -> tuple[Store, Path]:
    """A facility's store with a plan and a draft in it, and its backup."""
    woman, _episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.add_item(unit, plan, "tools", words="Walk")
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "half a wo")
    sha256, entries = checking.backup(facility, tmp_path / "one.backup")
    assert len(sha256) == 64
    with facility.read() as unit:
        assert entries == len(payloads(unit.connection)) - 1  # that it was opened is an entry too
    return facility, tmp_path / "one.backup"


@pytest.mark.embedded  # rows of a database are told in other types; what comes back of one: test_postgres.py
@pytest.mark.controls("CP-10", "164.308(a)(7)")
def test_all_of_it_comes_back_as_a_new_device(saved: tuple[Store, Path], tmp_path: Path) -> None:
    facility, backup = saved
    with restoring.restore(backup, tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        assert everything(back) == everything(facility)
        assert back.device != facility.device
        assert (back.site, back.slots.store) == (facility.site, facility.slots.store)
        assert identity_of(back)[:168] == identity_of(facility)[:168]
        assert identity_of(back)[168:] != identity_of(facility)[168:]
        assert_whole(back)
        assert_well(back)
        with back.work("register") as unit:
            women.register(unit, department_number="R9", first_name="Eva", last_name="Sol")
        with back.read() as unit:
            acts = {(e["act"]) for e in payloads(unit.connection)}
            own = unit.connection.exec_driver_sql(
                "SELECT count(*) FROM entry WHERE device = ?", (back.device,)
            ).scalar_one()
            old = unit.connection.exec_driver_sql(
                "SELECT count(*) FROM entry WHERE device <> ?", (back.device,)
            ).scalar_one()
        assert {"backup", "restore", "unlock", "register"} <= acts
        with facility.read() as unit:
            assert old == len(payloads(unit.connection)) - 1  # nothing was written in the old device's name
        assert own >= 3
        assert_whole(back)


def test_an_old_backup_brought_back_loses_nothing_at_the_office_and_shows_what_differs(
    saved: tuple[Store, Path], office: Store, tmp_path: Path
) -> None:
    facility, _backup = saved
    exchange_cards(facility, office)
    woman = women_of(facility)[0]
    checking.backup(facility, tmp_path / "two.backup")
    with facility.work("correct") as unit:  # after the backup: sent to the office, then the PC burns
        women.correct(unit, woman, unit="Ward 7", county_of_return="Hinds")
    assert incoming.take_in(office, outgoing.send(facility, "OFFICE", tmp_path).file).status == incoming.APPLIED
    facility.close()
    (tmp_path / "stick").mkdir()
    with restoring.restore(tmp_path / "two.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as back:
        with back.work("correct") as unit:
            women.correct(unit, woman, unit="Ward 3")
        taken = incoming.take_in(office, outgoing.send(back, "OFFICE", tmp_path / "stick").file)
        assert (taken.status, taken.conflicts) == (incoming.APPLIED, 1), taken.reason
        assert_whole(office)
        with office.read() as unit:
            assert unit.get(Participant, woman).county_of_return == "Hinds"
            assert conflicts(unit.connection) == {("participant", woman, "unit")}


def women_of(store: Store) -> list[str]:
    with store.read() as unit:
        return list(unit.session.scalars(sa.select(Participant.id)))


def test_a_damaged_backup_is_refused_and_leaves_nothing(saved: tuple[Store, Path], tmp_path: Path) -> None:
    _facility, backup = saved
    data = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        members = {info.filename: (info.header_offset, info.file_size) for info in archive.infolist()}
    assert set(members) == {"backup.json", "store.db", vault.FILE}
    dice = random.Random(1)
    spoiled = [data[:-1], data[: len(data) // 2], b"", b"PK", data[1:], b"\0" * len(data)]
    for name in ("store.db", vault.FILE):
        start, size = members[name]
        for place in (start + 40, start + size // 2, start + size, start + dice.randrange(60, size)):
            spoiled.append(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])  # noqa: PERF401
    for number, bad in enumerate(spoiled):
        file, folder = tmp_path / "bad.backup", tmp_path / f"bad-{number}"
        file.write_bytes(bad)
        with pytest.raises(Problem) as problem:
            restoring.restore(file, folder, USER, PASSPHRASE, Clock())
        assert problem.value.code == "damaged", number
        assert list(folder.iterdir()) == []
    with pytest.raises(Problem):
        restoring.restore(tmp_path / "nowhere.backup", tmp_path / "nowhere", USER, PASSPHRASE, Clock())


def test_a_backup_opens_with_its_passphrase_alone_and_only_into_an_empty_folder(
    saved: tuple[Store, Path], tmp_path: Path
) -> None:
    facility, backup = saved
    before = backup.read_bytes()
    with pytest.raises(Problem) as problem:
        restoring.restore(backup, tmp_path / "back", USER, "not the right words", Clock())
    assert problem.value.code == "wrong-passphrase"
    assert list((tmp_path / "back").iterdir()) == []
    with pytest.raises(Problem) as problem:
        restoring.restore(backup, facility.folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "not-empty"
    assert_whole(facility)
    assert backup.read_bytes() == before


def test_what_somebody_added_to_a_backup_is_laid_nowhere(saved: tuple[Store, Path], tmp_path: Path) -> None:
    _facility, backup = saved
    names = ["../outside", "sealed/../../outside", "sealed/outside", f"sealed/{'a' * 64}.bundle/../../../outside"]
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    note = json.loads(members.pop("backup.json"))
    note["sha256"] |= dict.fromkeys(names, hashlib.sha256(b"evil").hexdigest())
    with zipfile.ZipFile(tmp_path / "evil.backup", "w") as archive:
        archive.writestr("backup.json", json.dumps(note))
        for name, data in [*members.items(), *((name, b"evil") for name in names)]:
            archive.writestr(name, data)
    with restoring.restore(tmp_path / "evil.backup", tmp_path / "deep" / "back", USER, PASSPHRASE, Clock()):
        pass
    assert not list(tmp_path.rglob("*outside*"))
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"back"}


def test_a_backup_does_not_overwrite_and_leaves_no_half(saved: tuple[Store, Path], tmp_path: Path) -> None:
    facility, backup = saved
    before = backup.read_bytes()
    with pytest.raises(Problem) as problem:
        checking.backup(facility, backup)
    assert problem.value.code == "exists"
    assert backup.read_bytes() == before
    with pytest.raises(Problem) as problem:
        checking.backup(facility, tmp_path / "no such folder" / "x.backup")
    assert problem.value.code == "backup"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["facility", "one.backup"]
    assert_whole(facility)


def test_a_backup_of_a_newer_program_is_told_so(saved: tuple[Store, Path], tmp_path: Path) -> None:
    _facility, backup = saved
    newer = tmp_path / "newer.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(newer, "x") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, data.replace(b"reentry-backup/1", b"reentry-backup/2"))
    with pytest.raises(Problem) as problem:
        restoring.restore(newer, tmp_path / "back", USER, PASSPHRASE, Clock())
    assert problem.value.code == "newer"
