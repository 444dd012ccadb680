"""What happens to work under way when somebody locks, closes the window, or does something else meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import backup_register as register
from reentry_desktop.actions import checking, lists, slips, staff
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui.while_closed import WhileClosed
from reentry_desktop.ui.worker import Job

from .. import papers
from ..stores import PASSPHRASE, USER, Clock, enrolled
from .paper import set_up
from .programs import NO_KEYS, begin, button, keys, page, press, said, settle, unlock


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, clock: Clock, facility: Store, tmp_path: Path) -> Program:
    return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "w.ini")


@pytest.fixture
def held(program: Program) -> Iterator[threading.Event]:
    """Something is under way; what is asked for waits behind it until the event is set."""
    end = threading.Event()

    def goes_on(job: Job) -> None:
        while not end.wait(0.01):
            job.say("…")

    program.window.desk.later(goes_on, lambda _done: None, lambda _error: None)
    yield end
    end.set()


def test_a_slip_that_was_interrupted_is_no_second_way(
    program: Program, qtbot: Any, facility: Store, held: threading.Event
) -> None:
    """Who locks meanwhile never saw the words, and the slip before opens nothing any more."""
    assert not held.is_set()
    program.window.show_page("second_way")
    settle()
    press(page(program), "Make the slip")
    program.window.lock()
    settle()
    unlock(program, qtbot)
    assert not program.window.desk.read(slips.has_second)
    program.window.show_page("second_way")
    assert "nobody said that it is in its envelope" in said(page(program))


def test_what_is_shown_once_stays_whatever_is_written_meanwhile(program: Program, qtbot: Any, facility: Store) -> None:
    window = program.window
    window.show_page("second_way")
    shown = page(program)
    press(shown, "Make the slip")
    qtbot.waitUntil(lambda: "to be used once:" in said(shown), timeout=20_000)
    window.desk.tell(None)  # a bundle came in, or another worker wrote something
    assert "to be used once:" in said(shown)
    press(shown, "It is in its envelope")
    assert "There is a second way in." in said(shown)


def cover_and_come_back(program: Program, qtbot: Any) -> None:
    """Somebody walks in, and goes again."""
    keys(program.window, Qt.Key.Key_F12, NO_KEYS)
    come_back(program, qtbot)


def come_back(program: Program, qtbot: Any) -> None:
    """From behind the cover."""
    cover: Any = program.window.stack.currentWidget()
    cover.ask()
    cover.passphrase.edit.setText(PASSPHRASE)
    cover.try_uncover()
    qtbot.waitUntil(lambda: program.window.windowTitle() != "Paused", timeout=10_000)
    settle()


def test_nothing_is_asked_over_the_cover_once_a_sheet_is_made(
    program: Program, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """F12 while the slip is being made: whoever walks in sees no question about a printer."""
    set_up(monkeypatch, tmp_path)
    asked: list[str] = []

    def close_questions() -> None:
        if (question := QApplication.activeModalWidget()) is not None:
            asked.append(said(question))
            question.close()

    looking = QTimer()
    looking.timeout.connect(close_questions)
    looking.start(50)
    window, end = program.window, threading.Event()
    window.show_page("second_way")
    shown = page(program)
    press(shown, "Make the slip")
    qtbot.waitUntil(lambda: "to be used once:" in said(shown), timeout=20_000)
    window.desk.later(lambda _job: end.wait(10), lambda _done: None, lambda _error: None)
    press(shown, "Print the slip")
    keys(window, Qt.Key.Key_F12, NO_KEYS)
    end.set()
    qtbot.waitUntil(lambda: not window.desk.at_work, timeout=10_000)
    assert asked == []
    come_back(program, qtbot)
    assert "Nothing was printed." in said(shown)
    press(shown, "Print the slip")
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    assert "Collect the paper" in asked[0]


@pytest.fixture
def woman(facility: Store) -> Id:
    return enrolled(facility)[0]


def test_a_passphrase_that_is_shown_once_still_stands_there_after_the_cover(
    program: Program, qtbot: Any, facility: Store
) -> None:
    staff.add_user(facility, name="reyes", passphrase="four quiet green rivers")
    program.window.show_page("settings", tab="staff")
    settle()
    tab = page(program).staff
    press(tab, "New passphrase: reyes")
    qtbot.waitUntil(lambda: "For reyes, to be used once:" in said(tab), timeout=10_000)
    cover_and_come_back(program, qtbot)
    assert "For reyes, to be used once:" in said(tab)
    program.window.show_page("today")
    program.window.show_page("settings", tab="staff")
    assert "to be used once" not in said(page(program))


def test_whose_one_time_passphrase_was_never_used_the_staff_list_says(
    program: Program, qtbot: Any, facility: Store
) -> None:
    """It was shown, and gone with the lock that came then; another administrator's is no second way in."""
    staff.add_user(facility, name="reyes", passphrase="four quiet green rivers", administrator=True)
    program.window.lock()
    settle()
    unlock(program, qtbot)
    assert "Only you can get in" in said(page(program))
    program.window.show_page("second_way")
    assert "Not in yet: reyes." in said(page(program))
    program.window.show_page("settings", tab="staff")
    assert said(page(program).staff.people).count("One-time passphrase not used yet") == 1


def test_a_paper_that_is_being_added_or_looked_at_still_stands_there_after_the_cover(
    program: Program, qtbot: Any, facility: Store, woman: Id, tmp_path: Path
) -> None:
    (tmp_path / "scan.jpg").write_bytes(papers.with_a_place())
    program.window.show_page("papers", participant=woman)
    page(program).take(tmp_path / "scan.jpg")
    qtbot.waitUntil(lambda: page(program).scan is not None, timeout=10_000)
    page(program).form.editors["name"].set("Consent of May")
    cover_and_come_back(program, qtbot)
    press(page(program), "Keep this paper")
    assert "1 paper" in said(page(program))
    press(page(program), "Look: Consent of May")
    assert page(program).data
    program.window.showMinimized()
    program.window.showNormal()
    assert page(program).data
    shown = page(program)
    program.window.show_page("today")
    assert not shown.data


def test_sticks_are_still_looked_for_after_the_cover(program: Program, qtbot: Any) -> None:
    program.window.show_page("sync-in")
    cover_and_come_back(program, qtbot)
    shown = page(program)
    assert shown._again.isActive()
    program.window.show_page("today")
    assert not shown._again.isActive()


def test_the_window_does_not_close_while_the_records_are_written_anew(program: Program, qtbot: Any) -> None:
    """What comes of it is shown once: passphrases of colleagues, the parts of a kit."""
    window = program.window
    end = threading.Event()

    def work(_folder: Path, _job: Job) -> None:
        end.wait(10)
        raise Problem("It went on.")

    window.closed_work.emit(WhileClosed("A new key", "Writing…", work, lambda _made: pytest.fail("it was refused")))
    assert not window.close()
    assert window.isVisible()
    assert "This has to end first" in said(window)
    end.set()
    qtbot.waitUntil(lambda: "It went on." in said(window), timeout=10_000)
    assert window.close()


def test_the_window_does_not_close_while_a_store_is_made(
    qapp: QApplication, qtbot: Any, clock: Clock, tmp_path: Path
) -> None:
    window = begin(qapp, qtbot, tmp_path / "store", clock).window
    welcome: Any = window.stack.currentWidget()
    end = threading.Event()
    welcome.later(lambda _job: end.wait(10), lambda _made: None, "Making the store…")
    assert not window.close()
    assert "This has to end first" in said(window)
    end.set()
    qtbot.waitUntil(welcome.isEnabled, timeout=10_000)
    assert window.close()


def test_who_locks_at_the_cover_waits_until_her_passphrase_was_looked_at(
    program: Program, qtbot: Any, facility: Store
) -> None:
    window = program.window
    keys(window, Qt.Key.Key_F12, NO_KEYS)
    cover: Any = window.stack.currentWidget()
    check, begun, open_then = cover.check, threading.Event(), list[bool]()

    def slowly(passphrase: str) -> None:
        """As on a PC where it takes a second."""
        begun.set()
        threading.Event().wait(0.5)
        open_then.append(bool(facility.keys.records))
        check(passphrase)

    cover.check = slowly
    cover.ask()
    cover.passphrase.edit.setText(PASSPHRASE)
    cover.try_uncover()
    assert begun.wait(10)
    press(cover, "Lock instead")
    assert open_then == [True]
    assert facility.keys.records == b""
    qtbot.wait(700)
    assert not [thread for thread in threading.enumerate() if thread.name == "work"]


def test_while_the_records_are_being_opened_there_is_no_other_way_to_go(program: Program, qtbot: Any) -> None:
    program.window.lock()
    settle()
    locked: Any = program.window.stack.currentWidget()
    locked.forgot.click()
    locked.passphrase.edit.setText(PASSPHRASE)
    locked.try_unlock()
    assert not locked.recover.isEnabled()
    assert not program.window.close()
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    settle()


def test_the_language_stays_while_something_is_under_way_that_comes_back_to_its_page(
    program: Program, qtbot: Any, facility: Store, held: threading.Event
) -> None:
    """Changing it makes the pages anew, and what a passphrase is shown on would be gone."""
    program.window.show_page("settings", tab="staff")
    settle()
    shown = page(program)
    shown.staff.form.show_values({"name": "reyes", "full_name": "", "role": "coordinator", "administrator": False})
    press(shown.staff, "Add")
    shown.tabs.setCurrentIndex(0)
    press(shown, "Language: Español")
    assert "Something is under way. The language stays as it is." in said(shown)
    assert [code for code, chip in shown.you._tongues.items() if chip.isChecked()] == ["en"]
    shown.tabs.setCurrentIndex(1)
    held.set()
    qtbot.waitUntil(lambda: "For reyes, to be used once:" in said(shown), timeout=10_000)


def test_who_presses_twice_adds_her_once_and_sees_her_passphrase(program: Program, qtbot: Any, facility: Store) -> None:
    program.window.show_page("second_way")
    shown = page(program)
    shown.form.show_values({"name": "reyes", "full_name": ""})
    add = button(shown, "Add")
    for _press in range(2):
        QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not program.window.desk.at_work, timeout=10_000)
    assert "For reyes, to be used once:" in said(shown)
    assert shown.isEnabled()


def test_a_lock_waits_for_no_backup_and_no_half_of_one_stays_nor_is_called_a_failure(
    program: Program, qtbot: Any, facility: Store, held: threading.Event
) -> None:
    program.window.show_page("backups")
    press(page(program), "Make a backup now")
    program.window.show_page("use")
    press(page(program), "Check all of it")
    program.window.lock()
    assert not held.is_set()
    assert list((facility.folder / "backups").glob("*")) == []
    settle()
    unlock(program, qtbot)
    program.window.show_page("backups")
    assert "No backup was made yet." in said(page(program))
    assert "could not be written" not in said(page(program))


def test_a_lock_waits_for_no_trial_restore_and_no_list(
    program: Program, facility: Store, held: threading.Event, tmp_path: Path
) -> None:
    window, folder = program.window, facility.folder
    checking.backup(facility, tmp_path / "one.backup")
    lines = "DOC Number,Last Name,First Name\n" + "".join(f"L{n},Stone,Vera\n" for n in range(20))
    (tmp_path / "list.csv").write_text(lines, encoding="utf-8")
    window.show_page("roster")
    page(program).look([tmp_path / "list.csv"])
    page(program)._run(trial=False)
    window.show_page("backups")
    page(program).phrase.edit.setText(PASSPHRASE)
    press(page(program), "Bring it back to try")
    window.lock()
    assert not held.is_set()
    assert list((folder / "backups").glob("*")) == []
    with open_store(folder, USER, PASSPHRASE) as store, store.read() as unit:
        assert lists.readings(unit) == []
        assert unit.setting(register.DRILLED) == ""


def test_a_window_that_waits_for_its_work_is_there_again_after_a_lock(
    program: Program, qtbot: Any, held: threading.Event
) -> None:
    """As while the records move to a database, when the PC goes to sleep."""
    window = program.window
    page(program).later(lambda _job: None, lambda _done: None, waits=window)
    assert not window.isEnabled()
    window.left()
    settle()
    assert window.isEnabled()
    unlock(program, qtbot)
    assert not held.is_set()
