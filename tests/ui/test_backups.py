"""Backups in the window: made by themselves without holding anything up, tried, a new key, a second way in."""

from __future__ import annotations

import datetime as dt
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import automatic_backups, checking, emergency, health, staff
from reentry_desktop.actions import backup_register as register
from reentry_desktop.app import Program
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui import background
from reentry_desktop.ui.background import Backups
from reentry_desktop.ui.pages.erase_pc import ErasedPage

from ..stores import PASSPHRASE, USER, Clock, assert_well, enrolled
from .programs import begin, page, press, said, settle, unlock

pytestmark = pytest.mark.embedded
HERS = "four quiet green rivers"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    return begin(qapp, qtbot, facility.folder, clock, facility)


def _page(program: Program, key: str) -> Any:
    program.window.show_page(key)
    settle()
    return page(program)


def test_the_first_unlock_makes_one_and_locking_another_without_anybody_waiting(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "QUIET", 0.0)
    folder = facility.folder
    made = begin(qapp, qtbot, folder, clock, facility, makes_backups=True)
    made.backups.wait()
    (file,) = (folder / "backups").glob("*.backup")
    first = file.read_bytes()
    enrolled(facility)
    made.window.lock()
    made.backups.wait()
    assert file.read_bytes() == first
    assert register.not_opened(file).exists()  # with what was written since
    assert not any(thread.name == "backup" and thread.is_alive() for thread in threading.enumerate())
    unlock(made, qtbot)
    made.backups.wait()
    assert made.store is not None
    assert file.read_bytes() != first
    with made.store.read() as unit:
        (one,) = register.standing(unit)
        assert one.verified_at


def test_a_lock_and_an_unlock_do_not_wait_for_a_backup(
    facility: Store, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is so slow that a backup would take a minute."""
    begun = threading.Event()

    def slowly(_store: Store, progress: Any, _noting: Any) -> None:
        for _piece in range(6000):
            begun.set()
            progress(0)
            time.sleep(0.01)

    monkeypatch.setattr(automatic_backups, "run", slowly)
    monkeypatch.setattr(automatic_backups, "run_locked", lambda plan, progress: slowly(plan, progress, None))
    backups = Backups(qapp)
    for start in (lambda: backups.begin(facility), lambda: backups.begin_locked(None)):  # type: ignore[arg-type]
        begun.clear()
        start()
        assert begun.wait(5)
        began = time.monotonic()
        backups.stop()
        backups.wait()
        assert time.monotonic() - began < 0.5


def test_once_a_week_everything_is_looked_at_while_nobody_touches_the_pc(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "QUIET", 0.05)
    enrolled(facility)
    made = begin(qapp, qtbot, facility.folder, clock, facility, makes_backups=True)
    shown = _page(made, "health")
    qtbot.waitUntil(lambda: "All was well today." in said(shown), timeout=20_000)  # nobody pressed anything
    made.backups.wait()
    assert made.store is not None
    clock.now += dt.timedelta(days=6)
    assert not health.look_is_due(made.store)
    clock.now += dt.timedelta(days=1)
    assert health.look_is_due(made.store)
    with made.store.work("harm") as unit:
        unit.connection.exec_driver_sql("UPDATE participant SET first_name = 'Eva'")
    made.backups.begin(made.store, lambda: 1.0)
    qtbot.waitUntil(lambda: "differs from its history" in said(shown), timeout=20_000)
    assert "differs from its history" in said(_page(made, "today"))


def test_a_long_look_begins_when_nobody_is_there_and_ends_with_the_lock(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither begins while somebody types, nor holds up the lock, nor writes anything after it."""
    monkeypatch.setattr(automatic_backups, "run", lambda *_args: None)
    began = threading.Event()
    real = checking.check_log

    def slowly(unit: Any, progress: Any) -> Any:
        for _piece in range(6000):
            began.set()
            progress(0)
            time.sleep(0.01)
        return real(unit, progress)

    monkeypatch.setattr(checking, "check_log", slowly)
    backups = Backups(qapp)
    backups.begin(facility, lambda: 0.0)  # somebody types
    assert not began.wait(0.3)
    backups.stop()
    backups.wait()
    folder = facility.folder
    backups.begin(facility, lambda: background.QUIET)
    assert began.wait(10)
    enrolled(facility)  # nobody waits for it
    at = time.monotonic()
    backups.stop()
    facility.close()
    assert time.monotonic() - at < 1
    backups.wait()
    monkeypatch.undo()
    with open_store(folder, USER, PASSPHRASE, clock) as store:
        assert health.look_is_due(store)
        assert_well(store)


def test_nothing_is_written_once_the_lock_has_begun(facility: Store, qapp: QApplication) -> None:
    backups = Backups(qapp)
    stop = backups._stop
    backups.stop()
    with pytest.raises(BaseException) as stopped, backups._hold(stop):  # noqa: PT011
        raise AssertionError("it was let in")
    assert type(stopped.value).__name__ == "_Stopped"


def test_a_backup_is_made_and_tried_in_the_window(
    program: Program, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    enrolled(facility)
    shown = _page(program, "backups")
    assert "No backup was made yet." in said(shown)
    (tmp_path / "stick").mkdir()
    shown.choose(tmp_path / "stick")
    assert "same disk" in said(shown)
    press(shown, "Make a backup now")
    qtbot.waitUntil(lambda: "was opened to see that it is good" in said(shown), timeout=20_000)
    assert "Backups are made, and lie in two places." in said(shown)
    shown.phrase.edit.setText(PASSPHRASE)
    press(shown, "Bring it back to try")
    qtbot.waitUntil(lambda: "The backup opens." in said(shown), timeout=20_000)
    assert "It holds 1 woman" in said(shown)
    shown.phrase.edit.setText("not the right words")
    press(shown, "Bring it back to try")
    qtbot.waitUntil(lambda: "do not open this store" in said(shown), timeout=20_000)


def test_the_records_get_a_new_key_and_older_backups_are_confirmed_destroyed(
    program: Program, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    staff.add_user(facility, name="reyes", passphrase=HERS)
    automatic_backups.run(facility)
    (tmp_path / "stick").mkdir()
    with facility.read() as unit:
        (old,) = register.standing(unit)
    (Path(old.place) / old.file_name).rename(tmp_path / "elsewhere.backup")
    with facility.work("automatic_backup") as unit:
        register.note(unit, tmp_path / "elsewhere.backup", old.sha256, old.entries, register.HAND)
    shown = _page(program, "rekey")
    shown.phrase.edit.setText("not the right words")
    press(shown, "Write the records under a new key")
    qtbot.waitUntil(lambda: program.window.session is None and "Unlock" in said(program.window), timeout=20_000)
    assert "do not open this store" in said(program.window)
    (facility.folder / "store.tries").unlink()
    program._failed_at = 0
    unlock(program, qtbot)
    shown = _page(program, "rekey")
    shown.phrase.edit.setText(PASSPHRASE)
    press(shown, "Write the records under a new key")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=30_000)
    shown = page(program)
    assert shown.key == "rekey"
    assert "For reyes, to be used once:" in said(shown)
    program.window.desk.tell(None)  # something is written meanwhile
    assert "For reyes, to be used once:" in said(shown)
    press(shown, "See the backups")
    shown = page(program)
    assert "still open" in said(shown)
    press(shown, "It is destroyed: elsewhere.backup")
    assert "Please fill this in." in said(shown)
    shown.by.show_values({"by": "J. Reyes"})
    press(shown, "It is destroyed: elsewhere.backup")
    assert "elsewhere.backup" not in said(shown.older)
    program.window.show_page("kit")
    settle()
    assert "Test all three" in said(page(program))


def test_a_second_way_in(program: Program, qtbot: Any, facility: Store) -> None:
    assert "Only you can get in" in said(page(program))
    press(page(program), "Make a second way in")
    shown = page(program)
    press(shown, "Make the slip")
    qtbot.waitUntil(lambda: "For emergency, to be used once:" in said(shown), timeout=20_000)
    press(shown, "It is in its envelope")
    assert "There is a second way in." in said(shown)
    press(shown, "Go on to Today")
    assert "Only you can get in" not in said(page(program))
    shown = _page(program, "second_way")
    shown.form.show_values({"name": "cole", "full_name": ""})
    press(shown, "Add")
    qtbot.waitUntil(lambda: "For cole, to be used once:" in said(shown), timeout=20_000)


def test_erasing_says_why_not_and_then_asks_both(
    program: Program, qtbot: Any, facility: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = _page(program, "erase_pc")
    assert "This site does not allow it." in said(shown)
    staff.add_user(facility, name="reyes", passphrase=HERS, role=Role.SUPERVISOR)
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, emergency_erase=True)
    shown.refresh()
    assert "No office is trusted" in said(shown)
    monkeypatch.setattr(emergency, "why_not", lambda _unit: [])
    monkeypatch.setattr(emergency, "_office", lambda _unit: "State Office")
    shown.refresh()
    settle()
    press(shown, "Erase the records on this PC")
    assert "Both passphrases" in said(shown)
    shown.second.show_values({"name": "reyes"})
    for field, words in zip(shown.phrases, (PASSPHRASE, HERS), strict=True):
        field.edit.setText(words)
    press(shown, "Erase the records on this PC")
    qtbot.waitUntil(lambda: isinstance(program.window.stack.currentWidget(), ErasedPage), timeout=20_000)
    assert "Call State Office and say:" in said(program.window)
    with pytest.raises(Problem):
        open_store(facility.folder, USER, PASSPHRASE, Clock())
