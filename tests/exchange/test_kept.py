"""A facility that lost its PC: its sealed backup at the office, and its own entries given back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import backups, restoring, sync
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.wordlist import to_words
from reentry_desktop.exchange import kept, parcels
from reentry_desktop.records import Site
from reentry_desktop.store import Store
from reentry_desktop.store.engines import DATABASE
from reentry_desktop.store.erasing import empty_write_ahead_log

from ..sealed import sealed_files
from ..stores import PASSPHRASE, USER, Template, assert_whole, enrolled, flip, unread_page
from . import moves as m


def up(store: Store, office: Store, stick: Path) -> Any:
    stick.mkdir(exist_ok=True)
    sent = sync.send(store, "OFFICE", stick)
    (taken,) = sync.take_in(office, [sent.file])
    assert taken.status == "applied", taken
    return sent, taken


def down(office: Store, store: Store, stick: Path) -> Any:
    sent = sync.send(office, "NORTH", stick)
    (taken,) = sync.take_in(store, [sent.file])
    return taken


def test_the_office_keeps_the_newest_backup_and_cannot_open_it(
    pair: tuple[Store, Store], clock: Any, tmp_path: Path
) -> None:
    facility, office = pair
    woman, _episode = enrolled(facility, share="dates")
    m.plan_of(facility, woman, "Quetzalwalk")
    sent, taken = up(facility, office, tmp_path / "stick")
    assert sent.backup > 0
    assert taken.backup
    assert taken.sealed == 0
    with office.read() as unit:
        (first,) = backups.backups(unit)
        assert (first.name, first.state, first.size) == ("North Facility", "whole", sent.backup)
        assert not m.moving_acts.carried(unit)
    # Not again within the week, nor once it was confirmed; and it never comes back by itself.
    up(facility, office, tmp_path / "stick")
    down(office, facility, tmp_path / "stick")
    sent, _taken = up(facility, office, tmp_path / "stick")
    assert sent.backup == 0
    with facility.read() as unit:
        assert not list(parcels.parcels(unit))
    facility.clock.now += dt.timedelta(days=7)
    sent, _taken = up(facility, office, tmp_path / "stick")
    assert sent.backup > 0
    with office.read() as unit:
        (second,) = backups.backups(unit)
    assert second.sha256 != first.sha256
    assert sealed_files(office) == {f"{second.sha256}.bundle"}
    # Nothing that the office holds says her words, nor does a key of its own open the file.
    canary = b"Quetzalwalk"
    for file in office.folder.rglob("*"):
        assert not file.is_file() or canary not in file.read_bytes()
    assert "Quetzalwalk" not in m.said(office)
    with pytest.raises(Stopped):  # whoever locks meanwhile waits for no gigabyte
        backups.hand_out(office, "NORTH", tmp_path / "given", stopped)
    assert list((tmp_path / "given").iterdir()) == []
    out, _sum = backups.hand_out(office, "NORTH", tmp_path / "given")
    with pytest.raises(Problem, match="two parts do not open"):
        restoring.restore(out, tmp_path / "opened", USER, "seven green boats at noon", texts=foreign_kit())
    assert not any((tmp_path / "opened").iterdir())


class Stopped(BaseException):
    """As a lock stops what is under way."""


def stopped(_share: float) -> None:
    raise Stopped


def foreign_kit() -> list[str]:
    """Two parts of another recovery kit."""
    return [f"Re-entry Desktop recovery part {p}\nstore 0\n{' '.join(to_words(bytes([9] * 32)))}" for p in "AB"]


def test_a_site_may_keep_its_backup_to_itself(pair: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = pair
    with facility.work("set") as unit:
        unit.revise(Site, facility.site, office_keeps="none")
    sent, taken = up(facility, office, tmp_path / "stick")
    assert (sent.backup, taken.backup, sent.no_backup) == (0, False, "")
    with pytest.raises(Problem, match="No backup of a site called NORTH"):
        backups.hand_out(office, "NORTH", tmp_path)


def test_a_backup_that_does_not_fit_keeps_no_bundle_from_going(
    pair: tuple[Store, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facility, office = pair
    monkeypatch.setattr(kept, "LARGEST", 10)
    sent, taken = up(facility, office, tmp_path / "stick")
    assert "above 500 MB" in sent.no_backup
    assert not taken.backup
    monkeypatch.setattr(kept, "LARGEST", 1 << 40)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(
        "reentry_desktop.exchange.outgoing.shutil.disk_usage", lambda _path: usage._replace(free=100_000)
    )
    sent, taken = up(facility, office, tmp_path / "stick")
    assert "no room for the backup" in sent.no_backup
    monkeypatch.undo()
    sent, taken = up(facility, office, tmp_path / "stick")
    assert taken.backup


@pytest.mark.embedded
def test_a_backup_that_does_not_open_does_not_go_along_and_the_bundle_does(
    pair: tuple[Store, Store], tmp_path: Path
) -> None:
    facility, office = pair
    enrolled(facility, share="dates")
    place = unread_page(facility.folder, facility.keys.records)
    empty_write_ahead_log(facility.engine)
    flip(facility.folder / DATABASE, place)
    sent, taken = up(facility, office, tmp_path / "stick")
    assert "does not go along. The file with the records is damaged." in sent.no_backup
    assert sent.changes > 0
    assert not taken.backup
    assert facility.damaged  # Today and Health lead to what can be saved
    assert not list(facility.folder.glob("sealed/*"))
    flip(facility.folder / DATABASE, place)
    _sent, taken = up(facility, office, tmp_path / "stick")
    assert taken.backup


@pytest.mark.parametrize("with_kit", [False, True])
def test_a_lost_facility_comes_back_from_what_the_office_keeps(
    pair: tuple[Store, Store], facility_template: Template, tmp_path: Path, with_kit: bool
) -> None:
    facility, office = pair
    stick = tmp_path / "stick"
    first, _episode = enrolled(facility, share="words")
    m.plan_of(facility, first, "Before the backup")
    up(facility, office, stick)
    second, _episode = enrolled(facility, "R2", first="Luz", last="Ortega", share="words")
    m.plan_of(facility, second, "After the backup")
    hidden, _episode = enrolled(facility, "R3", first="Ada", last="Reyes")
    m.plan_of(facility, hidden, "Never shared")
    up(facility, office, stick)
    facility.close()  # and gone

    file, _sum = backups.hand_out(office, "North Facility", tmp_path / "given")
    kit = [facility_template.kit.text(part).decode() for part in "AC"] if with_kit else []
    phrase = "a new passphrase here" if with_kit else PASSPHRASE
    back = restoring.restore(file, tmp_path / "back", USER, phrase, office.clock, texts=kit)
    with back:
        assert back.device != facility.device
        assert m.women(back) == ["R1001"]
        third, _episode = enrolled(back, "R4", first="Eva", last="Soto", share="words")
        up(back, office, stick)
        taken = down(office, back, stick)
        assert taken.status == "applied", taken
        assert taken.own > 0
        assert m.women(back) == ["R1001", "R2", "R3", "R4"]
        assert m.story(back, second) == m.story(office, second)
        assert "After the backup" in m.said(back)
        assert "Never shared" not in m.said(back)  # nobody else ever had it
        assert_whole(back)
        # It goes on: what was given back, changed, reaches the office, and nothing comes twice.
        with back.work("share") as unit:
            unit.revise(m.Participant, second, first_name="Lucia")
        up(back, office, stick)
        assert down(office, back, stick).own == 0
        m.plan_of(back, third, "A new plan")
        up(back, office, stick)
        for woman in (first, second, third):
            assert set(m.story(office, woman)) <= set(m.story(back, woman))
        assert "A new plan" in m.said(office)
        assert_whole(office)
        assert_whole(back)


def test_nobody_else_gets_them(state: m.State, facility: Store, south: Store, office: Store, tmp_path: Path) -> None:
    woman, _episode = enrolled(facility, share="words")
    m.plan_of(facility, woman, "Ibisfeather")
    state.up(facility)
    state.up(south)
    state.down(south)
    assert "Ibisfeather" not in m.said(south)
    assert "Ibisfeather" in m.said(office)


def test_a_late_bundle_of_the_lost_pc_fills_up(pair: tuple[Store, Store], tmp_path: Path) -> None:
    """The last stick of the lost PC turns up when the restored one works already."""
    facility, office = pair
    stick = tmp_path / "stick"
    up(facility, office, stick)
    enrolled(facility, share="words")
    late = sync.send(facility, "OFFICE", stick)
    facility.close()
    file, _sum = backups.hand_out(office, "NORTH", tmp_path)
    with restoring.restore(file, tmp_path / "back", USER, PASSPHRASE, office.clock) as back:
        up(back, office, stick)
        (taken,) = sync.take_in(office, [late.file])
        assert taken.status == "applied"
        down(office, back, stick)
        up(back, office, stick)
        down(office, back, stick)
        assert m.women(back) == ["R1001"]
        assert_whole(back)


def test_only_a_backup_that_is_here_is_handed_out(pair: tuple[Store, Store], office: Store) -> None:
    facility, _office = pair
    with pytest.raises(Problem, match="No backup of that site"):
        kept.hand_out(office, facility.site, office.folder / "x.backup")
