"""Health, holds, erasing by two, an update and a repair, in the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import automatic_backups, checking, disposing, retention, updating
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.slots import add_disk_error
from reentry_desktop.records.retention import WhyErased
from reentry_desktop.store import Store, vault
from reentry_desktop.store.engines import DATABASE
from reentry_desktop.ui.pages import repair
from reentry_desktop.ui.window import MainWindow

from ..actions.test_updating import PUBLIC, made, tool  # noqa: F401  (fixtures)
from ..exchange.test_erasing_whole import second_administrator
from ..stores import PASSPHRASE, USER, Clock, enrolled
from .desks import SCREENS, check_page, resize
from .programs import begin, press, said, settle, write

pytestmark = pytest.mark.embedded


def window_on(qapp: QApplication, qtbot: Any, store: Store, page: str, **args: Any) -> MainWindow:
    window = begin(qapp, qtbot, store.folder, Clock(), store).window
    window.show_page(page, **args)
    settle()
    return window


def until(qtbot: Any, window: MainWindow, words: str) -> None:
    qtbot.waitUntil(lambda: words in said(window), timeout=20_000)


def test_health_is_shown_and_everything_is_checked(
    qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    checking.backup(facility, tmp_path / "one.backup")
    window = window_on(qapp, qtbot, facility, "settings", tab="safety")
    press(window, "Health of the records")
    assert "They were not checked yet. " not in said(window)
    assert "They were not checked yet." in said(window)
    press(window.page, "Check everything")
    until(qtbot, window, "All was well today.")
    for size in SCREENS:
        resize(qapp, window, size)
        check_page(window.page)


def test_a_sign_leads_to_where_it_is_done(qapp: QApplication, qtbot: Any, facility: Store) -> None:
    window = window_on(qapp, qtbot, facility, "health")
    assert "No backup was made yet." in said(window)
    press(window.page, "Do it: Backup")
    assert window.page is not None
    assert window.page.key == "backups"


def test_today_has_one_line_where_the_records_need_a_person(qapp: QApplication, qtbot: Any, facility: Store) -> None:
    add_disk_error(facility.folder, facility.clock)
    window = window_on(qapp, qtbot, facility, "today")
    assert "The disk did not answer 1 time since Nov 23, 2026." in said(window)
    press(window, "See what to do")
    assert "ask your IT officer for a new disk" in said(window)


def test_a_hold_is_set_from_her_and_a_record_is_erased_by_two(
    qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    woman, _episode = enrolled(facility)
    checking.backup(facility, tmp_path / "one.backup")
    window = window_on(qapp, qtbot, facility, "participant", participant=woman, tab="details")
    press(window, "Hold or erase her record")
    write("Who asks for it", "Attorney General")
    press(window.page, "Set a legal hold")
    assert "Attorney General" in said(window)
    assert "Propose to erase her record" not in said(window)
    window.show_page("participant", participant=woman)
    assert "A legal hold stands on her record" in said(window)
    window.show_page("retention")
    press(window.page, "Lift the hold: Ana N., R1001")
    assert "No legal hold stands." in said(window)
    with facility.work("propose_erasure") as unit:
        disposing.propose_erasure(unit, woman, WhyErased.ORDER, "A court")
    window.page.refresh()
    settle()
    assert "Nobody else here can agree." in said(window)
    for size in SCREENS:
        resize(qapp, window, size)
        check_page(window.page)
    second_administrator(facility)
    window.page.refresh()
    settle()
    press(window.page, "Erase it for good: Ana N., R1001")
    assert "The record is erased. Where it may still be:" in said(window)
    assert "1 backup made before." in said(window)
    with facility.read() as unit:
        assert disposing.proposals(unit)[0].state == "erased"
    window.show_page("backups")
    settle()
    assert "It may hold a record that was erased." in said(window)
    for size in SCREENS:
        resize(qapp, window, size)
        check_page(window.page)
    press(window.page, "Delete this file: one.backup")
    assert "Make a new backup first" in said(window)
    assert (tmp_path / "one.backup").exists()
    automatic_backups.make_now(facility)
    press(window.page, "Delete this file: one.backup")
    assert not (tmp_path / "one.backup").exists()
    assert "It may hold a record that was erased." not in said(window)
    assert "one.backup" not in said(window)


def test_the_time_of_a_kind_is_changed(qapp: QApplication, qtbot: Any, facility: Store) -> None:
    window = window_on(qapp, qtbot, facility, "retention")
    page: Any = window.page
    press(page, "Change: Her record: plan, goals, needs, dates")
    form = page.rules["record"]
    form.show_values({"years": 12, "authority": "State schedule"})
    press(page, "Keep this time")
    with facility.read() as unit:
        assert retention.schedule(unit)[0].years == 12
    assert "12 years. State schedule" in said(window)


def test_an_update_is_shown_before_anything_is_done(
    qapp: QApplication,
    qtbot: Any,
    facility: Store,
    made: Any,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "publisher.key").write_text(PUBLIC)
    monkeypatch.setattr(updating, "PUBLISHER", tmp_path / "publisher.key")
    monkeypatch.setattr(updating, "machine_folder", lambda: tmp_path / "machine")
    (tmp_path / "machine").mkdir()
    (tmp_path / "none.key").write_text("\n")
    with monkeypatch.context() as patched:  # as this source is, until somebody publishes builds
        patched.setattr(updating, "PUBLISHER", tmp_path / "none.key")
        window = window_on(qapp, qtbot, facility, "update")
        assert "built without a publisher's key" in said(window)
        assert "Choose the update" not in said(window)
    window.show_page("help")
    settle()
    press(window, "Update from a stick")
    page: Any = window.page
    (tmp_path / "wrong").write_bytes(b"no")
    page.look_at(tmp_path / "wrong")
    assert "This is not an update of this program." in said(window)
    page.look_at(made())
    assert "Plans print faster." in said(window)
    assert not list((tmp_path / "machine").iterdir())
    for size in SCREENS:
        resize(qapp, window, size)
        check_page(window.page)
    press(page, "Lay it out")
    until(qtbot, window, "Version 9.1.0 is ready")
    assert "your IT officer copies that folder" in said(window)


def test_damaged_records_are_saved_from_the_unlock_page(
    qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    enrolled(facility)
    folder = facility.folder
    program = begin(qapp, qtbot, folder, Clock(), facility)
    window = program.window
    facility.let_go()
    data = bytearray((folder / DATABASE).read_bytes())
    data[200] ^= 1
    (folder / DATABASE).write_bytes(data)
    with pytest.raises(Problem):
        facility.set_mark()
    window.lock()
    link = "The records are damaged: save what can be saved"
    until(qtbot, window, link)  # met at work: it is offered at once, and when somebody unlocks
    program.start()
    page: Any = window.stack.currentWidget()
    assert not page.repair.isVisible()
    page.choose(USER)
    page.passphrase.edit.setText(PASSPHRASE)
    page.try_unlock()
    until(qtbot, window, "The records are damaged: save what can be saved")
    press(window, "The records are damaged: save what can be saved")
    write("Sign-in name", USER)
    write("Passphrase", PASSPHRASE)
    press(window, "Save what can be saved")
    until(qtbot, window, "entries are saved.")
    assert "The damaged file is kept as damaged-" in said(window)
    press(window, "Unlock")


def test_a_lost_key_file_is_what_the_first_page_is_about(
    qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking.backup(facility, tmp_path / "one.backup")
    enrolled(facility)
    folder = facility.folder
    facility.close()
    (folder / vault.FILE).unlink()
    program = begin(qapp, qtbot, folder, Clock())
    window = program.window
    assert "The key file of this store is damaged or missing." in said(window)
    for size in SCREENS:
        resize(qapp, window, size)
        check_page(window.stack.currentWidget())
    write("Sign-in name", USER)
    write("Passphrase", PASSPHRASE)
    press(window, "Save what can be saved")
    settle()
    assert "with your newest backup" in said(window)
    monkeypatch.setattr(repair, "choose_file", lambda *_asked: tmp_path / "one.backup")
    press(window, "Choose the newest backup")
    press(window, "Save what can be saved")
    until(qtbot, window, "The records are whole: nothing is missing.")
    press(window, "Unlock")
    until(qtbot, window, "Who is working?")
