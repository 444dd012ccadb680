"""What is left in sight and in memory when nobody is at the desk."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from reentry_desktop.actions import demo, staff
from reentry_desktop.app import Program
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.window import NAME
from reentry_desktop.ui.worker import Job

from ..stores import PASSPHRASE, Clock, enrolled, payloads
from .programs import NO_KEYS, begin, keys, page, said, settle, type_keys, unlock

OTHER = "another long passphrase"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path) -> Program:
    """Two members of staff, one woman; her page in sight."""
    staff.add_user(facility, name="odette", passphrase=OTHER, administrator=False)
    woman, _episode = enrolled(facility)
    made = begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")
    made.window.show_page("participant", participant=woman)
    settle()
    return made


def _locked(program: Program) -> UnlockPage:
    found = program.window.stack.currentWidget()
    assert isinstance(found, UnlockPage)
    return found


@pytest.mark.controls("AC-11", "AC-14")
def test_ctrl_l_leaves_no_page_no_key_and_no_name(program: Program, facility: Store) -> None:
    for key in ("today", "participants", "register", "settings"):
        program.window.show_page(key)
    keys(program.window, Qt.Key.Key_L)
    gc.collect()
    settle()
    assert not program.window.findChildren(Page)
    assert not [w for w in QApplication.allWidgets() if isinstance(w, Page) and w.window() is program.window]
    assert program.store is None
    assert facility.keys.records == b""
    words = said(program.window)
    assert "Núñez" not in words
    assert "Ana" not in words
    assert not program.window.menuBar().isVisible()


def test_a_wrong_passphrase_is_told_in_place_and_the_next_try_waits(program: Program, qtbot: Any) -> None:
    program.window.lock()
    locked = _locked(program)
    type_keys(locked.passphrase.edit, "not the passphrase")
    QTest.keyClick(locked.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "do not open this store" in said(locked), timeout=10_000)
    assert program.window.session is None
    assert locked.passphrase.edit.text() == ""
    assert 0 < locked.ask.wait() <= 0.5
    assert not locked.button.isEnabled()
    assert "Wait" in locked.button.text()
    qtbot.waitUntil(locked.button.isEnabled, timeout=10_000)
    unlock(program, qtbot)
    assert page(program).key == "participant"


def test_another_person_begins_at_her_own_place(program: Program, qtbot: Any) -> None:
    keys(program.window, Qt.Key.Key_L)
    locked = _locked(program)
    assert locked.name() == "lead"
    locked.choose("odette")
    unlock(program, qtbot, OTHER)
    assert program.store is not None
    assert program.store.who.name == "odette"
    assert page(program).key == "settings"  # her passphrase was given to her
    assert "Núñez" not in said(page(program))


def test_one_cannot_open_with_the_passphrase_of_the_other(program: Program, qtbot: Any) -> None:
    program.window.lock()
    locked = _locked(program)
    locked.choose("odette")
    type_keys(locked.passphrase.edit, PASSPHRASE)
    QTest.keyClick(locked.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "do not open this store" in said(locked), timeout=10_000)


@pytest.mark.controls("AC-11")
def test_the_cover_needs_the_passphrase_of_whoever_is_at_the_desk(program: Program, qtbot: Any) -> None:
    window = program.window
    keys(window, Qt.Key.Key_F12, NO_KEYS)
    cover: Any = window.stack.currentWidget()
    assert "Paused" in said(cover)
    assert window.windowTitle() == "Paused"
    assert not window.sidebar.isVisible()
    QTest.keyClick(cover, Qt.Key.Key_A)
    for typed in (OTHER, ""):
        type_keys(cover.passphrase.edit, typed)
        QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: cover.button.isEnabled() and cover.problem.isVisible(), timeout=10_000)
        assert window.stack.currentWidget() is cover
    for shortcut in (Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_1):
        keys(window, shortcut)
        assert window.stack.currentWidget() is cover
        assert page(program).key == "participant"
    type_keys(cover.passphrase.edit, PASSPHRASE)
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.windowTitle() == NAME, timeout=10_000)
    assert page(program).key == "participant"
    assert program.store is not None
    with program.store.read() as unit:
        said_of = [entry["act"] for entry in payloads(unit.connection)]
    assert said_of[-2:] == ["unlock_failed", "uncover"]
    window.lock()
    unlock(program, qtbot)
    with program.store.read() as unit:  # what was told is not told again
        assert [entry["act"] for entry in payloads(unit.connection)].count("unlock_failed") == 1


def test_the_end_of_the_pcs_session_locks_and_keeps(program: Program) -> None:
    step = page(program).step.editors["next_step"].edit
    step.setFocus()
    type_keys(step, "Bring the map")
    assert program.window.app.receivers("2commitDataRequest(QSessionManager&)") >= 1
    program.window.end_of_session()
    settle()
    assert isinstance(program.window.stack.currentWidget(), UnlockPage)
    assert program.store is None


@pytest.mark.controls("AC-11", "164.312(a)(2)(iii)")
def test_idle_locks_after_the_minutes_of_the_site(program: Program, facility: Store, qtbot: Any) -> None:
    with facility.work("set_site") as unit:
        staff.set_site(unit, lock_minutes=3)
    program.window.lock()
    unlock(program, qtbot)
    idle = program.window._idle
    assert idle is not None
    assert idle.seconds == 180
    idle._last -= 170
    idle.look()
    assert "Locking in" in said(program.window)
    idle._last -= 20
    idle.look()
    settle()
    assert isinstance(program.window.stack.currentWidget(), UnlockPage)


def test_neither_title_nor_settings_name_anybody(program: Program, tmp_path: Path) -> None:
    for key in ("today", "participants", "settings"):
        program.window.show_page(key)
        assert program.window.windowTitle() == NAME
    program.window.close()
    kept = (tmp_path / "window.ini").read_text()
    for name in ("Ana", "Núñez", "N%F", "R1001", "lead", "odette"):
        assert name not in kept


def test_words_for_the_unlock_page_stand_there(program: Program, facility: Store) -> None:
    program.window.show_page("settings", tab="site")
    form = page(program).site.forms[0]
    form.editors["banner"].edit.setFocus()
    type_keys(form.editors["banner"].edit, "For staff of the program only.")
    program.window.lock()
    settle()
    assert "For staff of the program only." in said(program.window)


def test_practice_carries_a_stripe_on_every_page(
    qapp: QApplication, qtbot: Any, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    demo.open_practice(tmp_path / "re-entry-desktop" / "practice", people=12).close()
    program = begin(qapp, qtbot, tmp_path / "re-entry-desktop" / "store", clock)
    from .programs import press

    press(program.window.stack.currentWidget(), "Practice")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=30_000)
    for key in ("today", "participants", "settings"):
        program.window.show_page(key)
        settle()
        assert program.window.stripe.isVisible()
    assert "invented" in program.window.stripe.words
    program.window.lock()
    locked = _locked(program)
    told = next(line for line in said(locked).splitlines() if line.startswith("Practice. The passphrase is: "))
    unlock(program, qtbot, told.removeprefix("Practice. The passphrase is: "))
    program.window.lock()
    press(_locked(program), "Back to the real records")
    assert not program.window.stripe.isVisible()
    assert "Set up" in said(program.window)  # there are none yet


def test_real_records_carry_no_stripe(program: Program) -> None:
    assert not program.window.stripe.isVisible()


def test_a_place_is_remembered_for_its_own_records_alone(
    program: Program, qapp: QApplication, qtbot: Any, office: Store
) -> None:
    program.window.lock()
    program.opened(office, "today")
    settle()
    assert page(program).key == "today"


def test_a_mistake_of_the_program_is_told_without_a_name(program: Program) -> None:
    try:
        raise ValueError("Ana Núñez R1001")
    except ValueError as error:
        program.crashed(type(error), error, error.__traceback__)
    settle()
    shown = [w for w in QApplication.topLevelWidgets() if w is not program.window and w.isVisible()]
    told = "\n".join(said(w) for w in shown if isinstance(w, QWidget))
    assert "The program made a mistake" in told
    assert "ValueError" in told
    assert "Núñez" not in told
    assert "R1001" not in told
    for widget in shown:
        widget.close()


@pytest.fixture
def work(program: Program) -> Iterator[threading.Event]:
    """Something is under way that writes; it ends when the event is set, or when it is asked to stop."""
    desk, end, begun = program.window.desk, threading.Event(), threading.Event()

    def goes_on(job: Job) -> None:
        with desk.store.work("set_site") as unit:
            staff.set_site(unit, banner="Half of it")
            begun.set()
            while not end.wait(0.01):
                job.say("…")

    desk.later(goes_on, lambda _done: None, lambda _error: pytest.fail("nobody is there to be told"))
    assert begun.wait(10)
    yield end
    end.set()


def test_who_locks_stops_what_is_under_way_and_nothing_of_it_stays(
    program: Program, facility: Store, qtbot: Any, work: threading.Event
) -> None:
    desk = program.window.desk
    program.window.lock()
    assert not [thread for thread in threading.enumerate() if thread.name == "work"]
    assert facility.keys.records == b""
    _locked(program)
    settle()
    assert not isValid(desk)
    unlock(program, qtbot)
    assert program.window.desk.read(lambda unit: unit.get(Site, facility.site).banner) == ""
    assert not work.is_set()


@pytest.mark.controls("AC-11")
def test_what_is_under_way_goes_on_behind_the_cover_and_then_the_records_are_locked(
    program: Program, qtbot: Any, work: threading.Event
) -> None:
    window = program.window
    idle = window._idle
    assert idle is not None
    idle._last -= 10_000
    for _second in range(3):
        idle.look()
        settle()
    assert window.windowTitle() == "Paused"
    assert program.store is not None
    store = program.store
    work.set()
    qtbot.waitUntil(lambda: not window.desk.at_work, timeout=10_000)
    assert window.desk.read(lambda unit: unit.get(Site, store.site).banner) == "Half of it"
    idle.look()
    settle()
    _locked(program)
    assert program.store is None


def test_sleep_locks_also_what_is_under_way(program: Program, work: threading.Event) -> None:
    idle = program.window._idle
    assert idle is not None
    idle._seen -= 10_000
    idle.look()
    settle()
    _locked(program)
    assert not work.is_set()
