"""Scanned papers in the store: encrypted, whole or named, in every backup, gone with her record."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.actions import attachments, checking, health, restoring, retention, taking_back
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.scans import PIECE

from .. import papers
from ..stores import IN_POSTGRES, PASSPHRASE, USER, Clock, assert_well, assert_whole, enrolled
from .test_taking_back import everywhere


@pytest.fixture
def woman(facility: Store) -> Id:
    return enrolled(facility)[0]


def attach(store: Store, woman: Id, data: bytes | None = None) -> Id:
    scan = read_scan(data or papers.noise(900), 5 << 20)
    with store.work("attach") as unit:
        return attachments.attach(unit, woman, scan, "Letter from Judge Marlowe")


@pytest.mark.controls("164.312(a)(2)(iv)", "SC-28")
@pytest.mark.embedded
def test_a_paper_lies_encrypted_in_pieces_and_nowhere_as_a_file(facility: Store, woman: Id) -> None:
    data = papers.noise(900)
    scan = read_scan(data, 5 << 20)
    assert len(scan.data) > 2 * PIECE
    attach(facility, woman, data)
    with facility.read() as unit:
        count = unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar()
        assert count == len(scan.data) // PIECE + 1
        (paper,) = attachments.papers(unit, woman)
        assert (paper.record.kind, paper.record.size) == ("png", len(scan.data))
    assert scan.data[1000:1100] in everywhere(facility)  # once it is opened with the key
    for file in facility.folder.rglob("*"):
        if file.is_file():
            told = file.read_bytes()
            assert scan.data[1000:1100] not in told
            assert b"Judge Marlowe" not in told
    assert_whole(facility)


@pytest.mark.parametrize(("harm", "says"), [("altered", "not any more as it was kept"), ("gone", "is missing")])
@pytest.mark.controls("164.312(c)(1)", "SI-7")
def test_a_paper_whose_bytes_are_altered_or_missing_is_named(facility: Store, woman: Id, harm: str, says: str) -> None:
    paper = attach(facility, woman)
    assert_well(facility)
    with facility.work("harm") as unit:
        if harm == "gone":
            unit.connection.exec_driver_sql("DELETE FROM attachment_piece")
        else:
            unit.connection.exec_driver_sql("UPDATE attachment_piece SET data = ? WHERE place = 1", (b"x" * PIECE,))
    signs = {one.key: one.sentence for one in health.look(facility)}
    assert "Judge Marlowe" in signs["scan"]  # told to whoever looks, and kept nowhere
    assert {one.key: one.sentence for one in health.quick(facility)}["scan"] == "1 scanned paper is damaged or missing."
    with facility.read() as unit:
        assert "Marlowe" not in unit.setting("health")
    found = {one.code: one.sentence for one in checking.check(facility)}
    assert "“Letter from Judge Marlowe”" in found["scan"]
    assert says in found["scan"]
    with pytest.raises(Problem) as told, facility.work("look_at_paper") as unit:
        attachments.look_at_paper(unit, paper)
    assert told.value.code == ("not-here" if harm == "gone" else "damaged")


def test_a_backup_takes_it_along(facility: Store, woman: Id, tmp_path: Path) -> None:
    paper = attach(facility, woman)
    with facility.work("look_at_paper") as unit:
        before = attachments.look_at_paper(unit, paper)
    checking.backup(facility, tmp_path / "b.backup")
    facility.close()
    with restoring.restore(tmp_path / "b.backup", tmp_path / "back", USER, PASSPHRASE, Clock()) as store:
        assert_well(store)
        with store.work("look_at_paper") as unit:
            assert attachments.look_at_paper(unit, paper) == before


def test_erased_it_is_nowhere_any_more(facility: Store, woman: Id) -> None:
    data = papers.noise(900)
    paper = attach(facility, woman, data)
    told = read_scan(data, 5 << 20).data[1000:1100]
    assert IN_POSTGRES or told in everywhere(facility)  # there the rows alone are read
    with facility.work("remove_paper") as unit:
        attachments.remove_paper(unit, paper, "The wrong woman")
    with facility.work("add_hold") as unit:
        hold = retention.add_hold(unit, woman, authority="Attorney General")
    with facility.work("erase_paper") as unit, pytest.raises(Problem) as problem:
        attachments.erase_paper(unit, paper)
    assert problem.value.code == "held"
    with facility.work("lift_hold") as unit:
        retention.lift_hold(unit, hold)
    with facility.work("erase_paper") as unit:
        attachments.erase_paper(unit, paper)
    taking_back.finish_taking_back(facility)
    with facility.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar() == 0
        payloads = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE payload IS NOT NULL").scalars()
        assert not any(b"Marlowe" in bytes(payload) for payload in payloads)
    assert told not in everywhere(facility)  # pages that were freed and the write-ahead log are searched too
    assert_whole(facility)
    assert_well(facility)


def test_a_write_that_fails_leaves_no_piece(facility: Store, woman: Id) -> None:
    scan = read_scan(papers.picture(), 5 << 20)
    for name, more in (("", {}), ("x" * 200, {}), ("A letter", {"of_kind": "plan", "of_record": Id("0" * 32)})):
        with pytest.raises(Problem), facility.work("attach") as unit:
            attachments.attach(unit, woman, scan, name, **more)
    with facility.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar() == 0
    folder = facility.folder
    facility.close()
    with open_store(folder, USER, PASSPHRASE) as store:
        assert_well(store)
