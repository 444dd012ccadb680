"""A folder that was copied past the program is a new device before its first entry; one that stays is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import checking, opening, parting, restoring, sync
from reentry_desktop.base import places
from reentry_desktop.records import Participant
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, USER, Template, assert_whole, enrolled, exchange_cards

pytestmark = pytest.mark.embedded


def unlock(folder: Path) -> Store:
    return opening.unlock(folder, USER, PASSPHRASE)


@pytest.fixture
def folder(facility_template: Template, office: Store, tmp_path: Path) -> Path:
    facility_template.copy(tmp_path / "here")
    with unlock(tmp_path / "here") as store:
        exchange_cards(store, office)
        enrolled(store)
    return tmp_path / "here"


def device_of(folder: Path) -> int:
    with unlock(folder) as store:
        return store.device


def test_the_same_folder_stays_the_same_device(folder: Path) -> None:
    was = device_of(folder)
    assert device_of(folder) == was
    folder.rename(folder.with_name("renamed"))  # the same folder at another path
    assert device_of(folder.with_name("renamed")) == was
    with unlock(folder.with_name("renamed")) as store, store.read() as unit:
        assert parting.notices(unit) == []


def test_a_copy_is_a_new_device_and_both_go_everywhere(folder: Path, office: Store, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    with unlock(folder) as first, unlock(tmp_path / "copy") as copy:
        assert first.device != copy.device
        for store, number in ((first, "F1"), (copy, "C1")):
            enrolled(store, number)
            (tmp_path / number).mkdir()
            (taken,) = sync.take_in(office, [sync.send(store, "OFFICE", tmp_path / number).file])
            assert taken.status == "applied", taken
        with copy.read() as unit:
            (told,) = parting.notices(unit)
            assert "goes on as the new device" in told
        with copy.work("notices") as unit:
            parting.notices_read(unit)
            assert parting.notices(unit) == []
        for store in (first, copy):
            assert_whole(store)
    assert_whole(office)
    with office.read() as unit:
        assert set(unit.session.scalars(sa.select(Participant.department_number))) == {"R1001", "F1", "C1"}
    # The copy stays what it is, and the place is remembered: a stick that is plugged in elsewhere asks no more.
    assert device_of(tmp_path / "copy") == device_of(tmp_path / "copy")


def test_another_machine_with_the_same_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was copied to another PC: another id of the folder, another machine, the same path."""
    was = device_of(folder)
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)
    assert device_of(folder) == was  # on this machine it stands where it stood
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)
    monkeypatch.setattr(places, "machine", lambda: "another one")
    assert device_of(folder) != was


def test_what_the_system_does_not_say_makes_no_new_device(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = device_of(folder)
    shutil.copytree(folder, folder.with_name("copy"))
    for text in ("", "{", '{"folder":"","places":[]}'):
        (folder.with_name("copy") / places.FILE).write_text(text)
        assert not places.is_elsewhere(folder.with_name("copy"))
    monkeypatch.setattr(places, "machine", lambda: "")
    assert device_of(folder) == was

    def refuse(*_args: object) -> None:
        raise OSError("read-only")

    (folder / places.FILE).unlink()
    monkeypatch.setattr(places, "replace_file", refuse)
    assert device_of(folder) == was


def test_a_restored_store_notes_where_it_stands(folder: Path, tmp_path: Path) -> None:
    with unlock(folder) as store:
        checking.backup(store, tmp_path / "x.backup")
    with restoring.restore(tmp_path / "x.backup", tmp_path / "back", USER, PASSPHRASE) as back:
        device = back.device
    assert device_of(tmp_path / "back") == device
    shutil.copytree(tmp_path / "back", tmp_path / "again")
    assert device_of(tmp_path / "again") != device


def test_the_machine_has_a_name_or_none() -> None:
    assert isinstance(places.machine(), str)
