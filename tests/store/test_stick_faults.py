"""A stick that takes no writing, or on which an earlier copy was cut off."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reentry_desktop.actions import backup_register, checking
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.store import Store

from ..stores import enrolled, exchange_cards


@pytest.fixture
def protected(tmp_path: Path) -> Iterator[Path]:
    """A stick with its switch on."""
    stick = tmp_path / "protected"
    stick.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(stick)], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("mounting needs root on Linux")
    try:
        yield stick
    finally:
        subprocess.run(["umount", "-l", str(stick)], check=True)


def test_a_protected_stick_is_told(facility: Store, office: Store, protected: Path) -> None:
    exchange_cards(facility, office)
    with pytest.raises(Problem) as problem:
        outgoing.send(facility, "OFFICE", protected)
    assert problem.value.code == "stick"
    assert "does not let the program write" in problem.value.sentence
    with facility.read() as unit:
        assert outgoing.preview(unit, "OFFICE").number == 1  # nothing counts as sent


def test_a_backup_to_a_protected_stick_is_told(facility: Store, protected: Path) -> None:
    with pytest.raises(Problem) as problem:
        checking.backup(facility, protected / "one.backup")
    assert problem.value.code == "backup"
    with facility.read() as unit:
        assert backup_register.last_backup(unit) is None


def test_a_backup_that_was_cut_off_does_not_stand_in_the_way(facility: Store, tmp_path: Path) -> None:
    out = tmp_path / "one.backup"
    for end in ("", ".copy", ".part"):
        out.with_name(f"one-not-opened.backup{end}").write_bytes(b"half a backup")
    checking.backup(facility, out)
    assert [path.name for path in tmp_path.glob("one.*")] == ["one.backup"]


def test_a_stick_that_is_gone_is_told(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    with pytest.raises(Problem) as problem:
        outgoing.send(facility, "OFFICE", tmp_path / "not there")
    assert problem.value.code == "stick"


def test_a_copy_that_was_cut_off_does_not_stand_in_the_way(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    enrolled(facility)
    stick, other = tmp_path / "stick", tmp_path / "hers.txt"
    stick.mkdir()
    name = outgoing.send(facility, "OFFICE", stick).file.name.replace("-0001", "-0002")
    (stick / f"{name}.part").write_bytes(b"half a bundle")
    other.write_text("nothing to do with it")
    sent = outgoing.send(facility, "OFFICE", stick)
    assert sent.file.name == name
    assert not list(stick.glob("*.part"))
    assert incoming.take_in(office, sent.file).status == incoming.APPLIED
    (stick / f"{name.replace('-0002', '-0003')}.part").symlink_to(other)  # a trap: it must not be written through
    assert outgoing.send(facility, "OFFICE", stick).number == 3
    assert other.read_text() == "nothing to do with it"
