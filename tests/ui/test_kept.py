"""The sealed backup that an office keeps: it comes along, is in sight, is copied out, and is brought back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import backups, sync
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.settings import SettingsPage
from reentry_desktop.ui.pages.sync import SyncPage

from ..stores import Clock, Template, enrolled, exchange_cards
from .desks import SCREENS, check_page, open_window, resize
from .programs import begin, press, said, settle


def test_the_office_copies_a_kept_backup_for_its_facility(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange_cards(facility, office)
    enrolled(facility)
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    window = open_window(qapp, qtbot, office, [SyncPage])
    window.show_page("sync")
    page: Any = window.page
    assert "Kept backups" in said(page)
    assert "Nobody here can open it." in said(page)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    (tmp_path / "stick").mkdir()
    monkeypatch.setattr("reentry_desktop.ui.pages.sync_kept.choose_folder", lambda *_args: tmp_path / "stick")
    press(page, "Copy it for the facility: North Facility")
    qtbot.waitUntil(lambda: "was read back" in said(page))
    (file,) = (tmp_path / "stick").iterdir()
    assert file.name.startswith("NORTH-2026-11-23")
    press(page, "Copy it for the facility: North Facility")
    qtbot.waitUntil(lambda: "already there" in said(page))
    window.lock()


def test_a_facility_says_whether_it_goes_along(qapp: QApplication, qtbot: Any, facility: Store) -> None:
    window = open_window(qapp, qtbot, facility, [SettingsPage])
    window.show_page("settings", tab="safety")
    page: Any = window.page
    assert "The office keeps our sealed backup" in said(page)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    window.lock()


def test_a_backup_is_brought_back_with_two_parts_of_the_kit(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, facility_template: Template, clock: Clock,
    tmp_path: Path,
) -> None:  # fmt: skip
    exchange_cards(facility, office)
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    file, _sum = backups.hand_out(office, "NORTH", tmp_path)
    program = begin(qapp, qtbot, tmp_path / "new", clock)
    welcome: Any = program.window.stack.currentWidget()
    welcome.restoring.show_backup(file)
    settle()
    press(welcome, "No passphrase? Use the recovery kit")
    for part, words in zip("AC", welcome.restoring.kit.parts, strict=True):
        words.setPlainText(facility_template.kit.text(part).decode())
    welcome.restoring.person.show_values({"user": "lead"})
    welcome.restoring.new.first.edit.setText("another long passphrase")
    welcome.restoring.new.again.edit.setText("another long passphrase")
    press(welcome, "Give the new passphrase")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    settle()
