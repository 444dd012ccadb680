"""Backups that are made by themselves, where they lie, which stay, how they are tried, and what is said of them."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentry_desktop.actions import (
    automatic_backups,
    checking,
    old_backups,
    repairing,
    restore_drill,
    restoring,
    women,
)
from reentry_desktop.actions import backup_register as register
from reentry_desktop.actions import health as records_health
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.engines import DATABASE
from reentry_desktop.store.folder import GENERATION

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled, flip, payloads, unread_page

pytestmark = pytest.mark.embedded


@pytest.fixture
def stick(facility: Store, tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    automatic_backups.choose_place(facility, folder)
    return folder


def rows(store: Store) -> list[tuple[str, str, bool, bool]]:
    """Of each backup that stands: its place, its name, whether it was opened, whether its file is there."""
    with store.read() as unit:
        return [
            (Path(one.place).name, one.file_name, bool(one.verified_at), (Path(one.place) / one.file_name).exists())
            for one in register.standing(unit)
        ]


def health(store: Store) -> tuple[str, str]:
    with store.read() as unit:
        found = register.health(unit)
    return found.act, found.sentence


def test_the_first_unlock_of_a_day_makes_one_here_and_one_at_the_second_place_and_opens_it(
    facility: Store, stick: Path
) -> None:
    made = automatic_backups.run(facility)
    assert made.here is not None
    assert made.second is not None
    assert made.here.read_bytes() == made.second.read_bytes()
    name = made.here.name
    assert name.startswith("NORTH-")
    assert name.endswith("-2026-11-23.backup")
    assert sorted(rows(facility)) == [("backups", name, True, True), ("stick", name, True, True)]
    assert automatic_backups.run(facility) == automatic_backups.Made(None, None)  # one a day
    with facility.read() as unit:
        acts = [entry["act"] for entry in payloads(unit.connection)]
    assert acts.count("verify_backup") == 1
    assert sorted(path.name for path in made.here.parent.iterdir()) == [name]


def test_what_comes_back_is_the_store_as_it_was_at_that_moment(facility: Store, stick: Path, tmp_path: Path) -> None:
    enrolled(facility)
    made = automatic_backups.run(facility)
    with facility.work("register") as unit:
        women.register(unit, department_number="R9", first_name="Eva", last_name="Sol")
    assert made.second is not None
    with restoring.restore(made.second, tmp_path / "back", USER, PASSPHRASE, Clock()) as back, back.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM participant").scalar_one() == 1
        assert_whole(back)


def test_a_stick_that_is_not_there_holds_nothing_up_and_is_said(facility: Store, stick: Path) -> None:
    stick.rmdir()
    made = automatic_backups.run(facility)
    assert (made.here is not None, made.second) == (True, None)
    assert "not there" in made.sentence
    assert health(facility)[0] == "stick"


def test_without_room_here_it_goes_to_the_second_place_alone_and_without_both_it_says_so(
    facility: Store, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(10**9, 10**9, 10**6))  # type: ignore[attr-defined]
    made = automatic_backups.run(facility)
    assert (made.here, made.second is not None) == (None, True)
    stick.rename(stick.with_name("gone"))
    facility.clock.now += dt.timedelta(days=1)  # type: ignore[attr-defined]
    with pytest.raises(Problem) as problem:
        automatic_backups.run(facility)
    assert problem.value.code == "backup"
    assert health(facility) == ("make", problem.value.sentence)


def locked(store: Store) -> automatic_backups.Plan:
    """Close the store, and make the backup that follows a lock."""
    with store.read() as unit:
        plan = automatic_backups.plan(unit)
    store.close()
    automatic_backups.run_locked(plan)
    return plan


def test_locking_makes_one_without_a_key_beside_the_good_one_and_the_next_unlock_opens_it(
    facility: Store, facility_template: Template, stick: Path
) -> None:
    made = automatic_backups.run(facility)
    assert made.here is not None
    good = made.here.read_bytes()
    enrolled(facility)
    folder = facility.folder
    plan = locked(facility)
    waiting = [register.not_opened(file) for file in (plan.here, stick / plan.here.name)]
    assert plan.here.read_bytes() == (stick / plan.here.name).read_bytes() == good
    newer = waiting[0].read_bytes()
    assert waiting[1].read_bytes() == newer != good
    with facility_template.open(folder) as again:
        assert {opened for _place, _name, opened, _there in rows(again)} == {True}
        before = rows(again)
        assert automatic_backups.run(again) == automatic_backups.Made(None, None)
        assert rows(again) == before  # it takes the place of that day's
        assert plan.here.read_bytes() == (stick / plan.here.name).read_bytes() == newer
        assert not [file for file in waiting if file.exists()]
        with again.read() as unit:
            entries = {one.entries for one in register.standing(unit)}
            assert unit.connection.exec_driver_sql("SELECT count(*) FROM participant").scalar_one() == 1
            acts = [entry["act"] for entry in payloads(unit.connection)]
        assert len(entries) == 1
        assert acts.count("verify_backup") == 2  # what lies at both places is opened once
        found = restore_drill.drill(again, plan.here, USER, PASSPHRASE)
        assert found.women == 1


@pytest.mark.controls("CP-9", "164.308(a)(7)(ii)(A)")
def test_damaged_records_cost_no_good_backup_and_the_way_to_repair_is_told_until_it_is_done(
    facility: Store, facility_template: Template, stick: Path, clock: Clock
) -> None:
    """A page that the day's work does not touch: only who opens the new backup can tell."""
    enrolled(facility)
    made = automatic_backups.run(facility)
    assert made.here is not None
    good = made.here.read_bytes()
    folder, key = facility.folder, facility.keys.records
    plan = locked(facility)
    flip(folder / DATABASE, unread_page(folder, key))
    automatic_backups.run_locked(plan)
    clock.now += dt.timedelta(days=1)
    with facility_template.open(folder, clock) as again:
        for _time in range(2):  # a failure does not erase itself
            with pytest.raises(Problem) as problem:
                automatic_backups.run(again)
            assert problem.value.code == "database"
            assert health(again) == ("repair", problem.value.sentence)
            assert "Lock, and save what can be saved." in problem.value.sentence
            needed = records_health.needs_somebody(again)
            assert needed is not None
            assert (needed.key, needed.page) == ("database", "repair")
        with pytest.raises(Problem) as problem:
            checking.backup(again, stick / "hand.backup")
        assert problem.value.code == "database"
        assert (stick / "hand-not-opened.backup").exists()  # it may be all there is of today
        assert not (stick / "hand.backup").exists()
        with again.read() as unit:
            assert str(register.last_backup(unit)) == "2026-11-23"
        assert {(name, opened) for _place, name, opened, _there in rows(again)} == {(plan.here.name, True)}
    assert plan.here.read_bytes() == (stick / plan.here.name).read_bytes() == good
    repairing.repair(folder, USER, PASSPHRASE, clock=clock)
    with open_store(folder, USER, PASSPHRASE, clock) as saved:
        automatic_backups.run(saved)
        assert health(saved)[0] == ""
        assert records_health.needs_somebody(saved) is None
        assert records_health.look_is_due(saved)


def test_a_copy_that_changed_is_found_told_and_made_anew(facility: Store, stick: Path, clock: Clock) -> None:
    made = automatic_backups.run(facility)
    assert made.here is not None
    copy = stick / made.here.name
    flip(copy, copy.stat().st_size // 2)
    made = automatic_backups.run(facility)
    assert made.second == copy
    assert f"{copy.name} is damaged where it lies. The records are safe." in made.sentence
    assert health(facility) == ("make", made.sentence)
    assert checking.verify_backup(facility, copy, "") > 0
    assert automatic_backups.run(facility) == automatic_backups.Made(None, None)
    assert health(facility)[0] == ""
    copy.unlink()  # somebody took it away
    assert automatic_backups.run(facility).second == copy
    flip(copy, copy.stat().st_size // 2)
    clock.now += dt.timedelta(days=1)
    assert "is damaged where it lies" in automatic_backups.run(facility).sentence
    assert [opened for place, name, opened, _there in rows(facility) if (place, name) == ("stick", copy.name)] == [
        False
    ]
    assert (facility.folder / "backups" / copy.name).exists()  # no other of that day is good


def test_a_second_place_that_takes_nothing_is_told_until_a_copy_lies_there(
    facility: Store, stick: Path, clock: Clock
) -> None:
    with facility.read() as unit:
        plan = automatic_backups.plan(unit)
    (stick / f"{plan.here.name}.part").mkdir()  # as a full stick: nothing can be written under that name
    for _unlock in range(2):
        with pytest.raises(Problem) as problem:
            automatic_backups.run(facility)
        assert problem.value.code == "second"
        assert health(facility) == ("place", problem.value.sentence)
        assert records_health.needs_somebody(facility) is None
        assert [sign.sentence for sign in records_health.quick(facility) if sign.key == "backup"] == [
            problem.value.sentence
        ]
    assert plan.here.exists()
    stick.rename(stick.with_name("in a drawer"))
    clock.now += dt.timedelta(days=8)
    automatic_backups.run(facility)
    assert health(facility) == ("place", problem.value.sentence)  # not: it was not there
    stick.with_name("in a drawer").rename(stick)
    assert automatic_backups.run(facility).second is not None
    assert health(facility)[0] == ""


def test_only_a_good_backup_at_the_place_of_now_counts(facility: Store, stick: Path, tmp_path: Path) -> None:
    automatic_backups.run(facility)
    assert health(facility)[0] == ""
    (tmp_path / "another").mkdir()
    automatic_backups.choose_place(facility, tmp_path / "another")
    assert health(facility) == ("stick", "No good backup lies at the second place yet.")
    assert automatic_backups.run(facility).second is not None  # at once, not tomorrow
    assert health(facility)[0] == ""


def test_no_file_that_lies_there_holds_a_backup_up(
    facility: Store, facility_template: Template, stick: Path, tmp_path: Path, clock: Clock
) -> None:
    """Another name, no day of any calendar, one that cannot be read, one of another history under today's name."""
    made = automatic_backups.run(facility)
    assert made.here is not None
    family = made.here.name.removesuffix("2026-11-23.backup")
    for end in ("antes", "2026-13-45", "2026-11-23-antes"):
        for place in (made.here.parent, stick):
            shutil.copy(made.here, place / f"{family}{end}.backup")
    (stick / f"{family}2026-11-22-not-opened.backup").mkdir()
    with facility_template.open(tmp_path / "copy") as other:  # the same store, which went on otherwise
        enrolled(other)
        checking.backup(other, tmp_path / "other.backup")
    clock.now += dt.timedelta(days=1)
    today = stick / f"{family}2026-11-24.backup"
    shutil.copy(tmp_path / "other.backup", today)
    made = automatic_backups.run(facility)
    assert made.here is not None
    assert made.second == today
    assert today.read_bytes() == made.here.read_bytes()
    assert "another history" in made.sentence
    (aside,) = stick.glob("*-other-*")
    assert aside.read_bytes() == (tmp_path / "other.backup").read_bytes()
    assert len(list(stick.glob("*antes*"))) == 2


def test_what_copies_while_locked_holds_the_lock_and_stops_when_asked(facility: Store) -> None:
    with facility.read() as unit:
        plan = automatic_backups.plan(unit)
    with pytest.raises(Problem) as problem:
        automatic_backups.run_locked(plan)  # it is open
    assert problem.value.code == "in-use"
    facility.close()

    class Asked(Exception):
        pass

    def stop(_share: float) -> None:
        raise Asked

    with pytest.raises(Asked):
        automatic_backups.run_locked(plan, stop)
    assert list(plan.here.parent.iterdir()) == []


@given(
    days=st.sets(st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)), min_size=1, max_size=60),
    daily=st.integers(1, 9), weekly=st.integers(0, 6), monthly=st.integers(0, 13),
)  # fmt: skip
def test_the_grandfather_scheme(days: set[dt.date], daily: int, weekly: int, monthly: int) -> None:
    stay = old_backups.kept(days, daily, weekly, monthly)
    ordered = sorted(days, reverse=True)
    assert set(ordered[:daily]) <= stay <= days
    assert len(stay) <= daily + weekly + monthly
    if monthly:
        months = sorted({(day.year, day.month) for day in days}, reverse=True)[:monthly]
        assert {max(d for d in days if (d.year, d.month) == month) for month in months} <= stay
    if weekly:
        weeks = sorted({day.isocalendar()[:2] for day in days}, reverse=True)[:weekly]
        assert {max(d for d in days if d.isocalendar()[:2] == week) for week in weeks} <= stay
    assert old_backups.kept(stay, daily, weekly, monthly) == stay  # letting go again lets nothing go


def test_old_ones_go_by_the_values_of_the_site_and_a_clock_that_jumps_lets_nothing_go(
    facility: Store, stick: Path, clock: Clock
) -> None:
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, backup_daily=2, backup_weekly=0, backup_monthly=0)
    for _day in range(4):
        automatic_backups.run(facility)
        clock.now += dt.timedelta(days=1)
    assert len(list(stick.glob("*.backup"))) == 2
    assert len(list((facility.folder / "backups").glob("*.backup"))) == 1  # one on this PC, where the others are
    with facility.read() as unit:
        gone = [one for one in register.backups(unit) if one.destroyed_on is not None]
    assert gone
    assert {one.destroyed_by for one in gone} == {""}
    clock.now += dt.timedelta(days=9000)
    automatic_backups.run(facility)
    assert len(list(stick.glob("*.backup"))) == 2  # by number, not by age


def test_another_stick_and_a_clock_that_was_ahead_take_no_backup_away(
    facility: Store, tmp_path: Path, clock: Clock
) -> None:
    """Old ones stay on the PC until they lie at the second place too; today's stays though another seems newer."""

    def here() -> list[str]:
        return sorted(file.name[-17:-7] for file in (facility.folder / "backups").glob("*.backup"))

    for _day in range(3):  # no second place yet
        automatic_backups.run(facility)
        clock.now += dt.timedelta(days=1)
    assert here() == ["2026-11-23", "2026-11-24", "2026-11-25"]
    (tmp_path / "stick").mkdir()
    automatic_backups.choose_place(facility, tmp_path / "stick")
    automatic_backups.run(facility)
    assert here() == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
    clock.now += dt.timedelta(days=3000)  # somebody set the year wrong
    automatic_backups.run(facility)
    clock.now -= dt.timedelta(days=2999)
    automatic_backups.run(facility)
    assert "2026-11-27" in here()
    assert "2026-11-26" not in here()  # on the stick


def test_a_damaged_backup_is_found_by_opening_it_and_said(facility: Store, stick: Path) -> None:
    made = automatic_backups.run(facility)
    assert made.here is not None
    data = bytearray(made.here.read_bytes())
    data[len(data) // 2] ^= 1
    made.here.write_bytes(data)
    with facility.read() as unit:
        sha256 = register.standing(unit)[0].sha256
    with pytest.raises(Problem) as problem:
        checking.verify_backup(facility, made.here, sha256)
    assert problem.value.code == "damaged"


def test_a_backup_of_another_history_is_not_called_ours(
    facility: Store, facility_template: Template, tmp_path: Path
) -> None:
    with facility_template.open(tmp_path / "copy") as other:  # the same store, which went on otherwise
        enrolled(other)
        sha256, _entries = checking.backup(other, tmp_path / "other.backup")
    with pytest.raises(Problem) as problem:
        checking.verify_backup(facility, tmp_path / "other.backup", sha256)
    assert problem.value.code == "other-history"


def test_the_second_place_is_not_in_the_store_and_must_take_files(facility: Store, tmp_path: Path) -> None:
    for bad in (facility.folder, facility.folder / "backups", tmp_path / "nowhere"):
        with pytest.raises(Problem) as problem:
            automatic_backups.choose_place(facility, bad)
        assert problem.value.code == "place"
    (tmp_path / "same disk").mkdir()
    assert "same disk" in automatic_backups.choose_place(facility, tmp_path / "same disk")
    assert automatic_backups.choose_place(facility, None) == ""


def test_the_drill_brings_it_back_compares_and_leaves_nothing(facility: Store, stick: Path, tmp_path: Path) -> None:
    enrolled(facility)
    made = automatic_backups.run(facility)
    assert made.here is not None
    assert health(facility)[0] == ""
    facility.clock.now += dt.timedelta(days=91)  # type: ignore[attr-defined]
    made = automatic_backups.run(facility)
    assert made.here is not None
    assert health(facility)[0] == "drill"
    with pytest.raises(Problem) as problem:
        restore_drill.drill(facility, made.here, USER, "not the right words")
    assert problem.value.code == "wrong-passphrase"
    found = restore_drill.drill(facility, made.here, USER, PASSPHRASE)
    assert (found.women, found.women_now, found.newer) == (1, 1, False)
    assert 0 < found.entries < found.entries_now
    assert "1 woman" in found.words()
    assert not list(made.here.parent.glob("tmp*"))
    with facility.read() as unit:
        assert [e for e in payloads(unit.connection) if e["act"] == "restore_drill"][-1]["values"]["women"] == 1
    assert health(facility)[0] == ""
    facility.clock.now += dt.timedelta(days=91)  # type: ignore[attr-defined]
    automatic_backups.run(facility)
    assert health(facility)[0] == "drill"


def test_a_drill_says_that_a_backup_is_newer_than_the_store(
    facility: Store, facility_template: Template, tmp_path: Path
) -> None:
    old = facility_template.copy_of(facility, tmp_path / "old")
    enrolled(facility)
    checking.backup(facility, tmp_path / "new.backup")
    facility.close()
    with facility_template.open(old) as back:  # an old copy of the folder was put back
        found = restore_drill.drill(back, tmp_path / "new.backup", USER, PASSPHRASE)
    assert found.newer
    assert "older" in found.words()


def test_a_drill_of_another_store_is_refused(facility: Store, office: Store, tmp_path: Path) -> None:
    checking.backup(office, tmp_path / "office.backup")
    with pytest.raises(Problem) as problem:
        restore_drill.drill(facility, tmp_path / "office.backup", USER, PASSPHRASE)
    assert problem.value.code == "foreign"


def test_one_thing_is_said_at_a_time(facility: Store, tmp_path: Path) -> None:
    assert health(facility)[0] == "make"
    automatic_backups.run(facility)
    assert health(facility)[0] == "place"
    (tmp_path / "stick").mkdir()
    automatic_backups.choose_place(facility, tmp_path / "stick")
    assert health(facility)[0] == "stick"
    checking.backup(facility, tmp_path / "stick" / "by hand.backup")
    assert health(facility)[0] == ""


def test_older_keys_are_listed_until_somebody_confirms_by_name(facility: Store, stick: Path) -> None:
    automatic_backups.run(facility)
    with facility.work("as a new key would") as unit:
        unit.set_setting(GENERATION, "2")
    assert health(facility)[0] == "destroy"
    with facility.read() as unit:
        sha256 = register.to_destroy(unit)[0].sha256
    with facility.work("backup_destroyed") as unit:
        with pytest.raises(Refused):
            register.destroyed(unit, sha256, " ")
        with pytest.raises(Refused):
            register.destroyed(unit, sha256, "J. Reyes", dt.date(2026, 11, 24))
        for bad in ("", "zz", "f" * 64):
            with pytest.raises(NotFound):
                register.destroyed(unit, bad, "J. Reyes")
        assert register.destroyed(unit, sha256[:12], "J. Reyes") == 2  # here and at the second place
    with facility.read() as unit:
        assert register.to_destroy(unit) == []
        assert {(one.destroyed_by, str(one.destroyed_on)) for one in register.backups(unit)} == {
            ("J. Reyes", "2026-11-23")
        }
        assert payloads(unit.connection)[-1]["act"] == "backup_destroyed"


def test_practice_makes_none(tmp_path: Path) -> None:
    practice = Template.make(tmp_path / "practice", "facility", "Practice", "PRAC", practice=True)
    with practice.open(practice.folder) as store:
        assert automatic_backups.run(store) == automatic_backups.Made(None, None)


def test_one_by_hand_that_is_stopped_anywhere_leaves_nothing_where_somebody_chose(
    facility: Store, tmp_path: Path
) -> None:
    class Stopped(BaseException):
        pass

    (tmp_path / "stick").mkdir()
    out = tmp_path / "stick" / "ours.backup"

    def stop_at(last: int) -> bool:
        """Whether it was stopped at that step."""
        steps = 0

        def progress(_share: float) -> None:
            nonlocal steps
            steps += 1
            if steps == last:
                raise Stopped

        try:
            checking.backup(facility, out, progress=progress)
        except Stopped:
            return True
        return False

    step = 1
    while stop_at(step):
        assert list(out.parent.iterdir()) == []
        step += 1
    assert step > 2  # while it is written, and once it was opened
    assert list(out.parent.iterdir()) == [out]


def test_a_second_backup_waits_until_the_first_has_ended_and_takes_nothing_of_it(facility: Store, stick: Path) -> None:
    """Who presses “Make a backup now”, or copies onto a stick, while the program makes its own."""
    writing, go_on = threading.Event(), threading.Event()
    made: list[object] = []

    def slowly(share: float) -> None:
        if share:
            writing.set()
            go_on.wait(10)

    def kept(work: object, *args: object) -> threading.Thread:
        def run() -> None:
            try:
                made.append(work(*args))  # type: ignore[operator]
            except Problem as problem:
                made.append(problem)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    others = stick / "AZ-1-K7Q2-M9XD-2026-05-01.backup.part"
    others.write_bytes(b"what another PC is writing")
    threads = [kept(automatic_backups.run, facility, slowly)]
    assert writing.wait(10)
    threads.append(kept(automatic_backups.make_now, facility))
    threads.append(kept(checking.backup, facility, stick / "by hand.backup"))

    def stopped(_share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):  # who waits can be told to stop, as by a lock
        automatic_backups.make_now(facility, stopped)
    for thread in threads[1:]:
        thread.join(0.3)
        assert thread.is_alive()
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert not [one for one in made if isinstance(one, Problem)]
    assert len(made) == 3
    assert others.exists()
    assert [file for file in stick.glob("*.part") if file != others] == []
