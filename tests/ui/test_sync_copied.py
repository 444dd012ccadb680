"""A copied folder in the window: one sentence and one button, where a bundle says so and on the page of the stick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import sync, women
from reentry_desktop.base.ids import show_device
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.sync import SyncPage
from reentry_desktop.ui.pages.sync_in import SyncInPage

from ..stores import Clock, Template, assert_whole, enrolled, exchange_cards
from .desks import SCREENS, check_page, open_window, resize
from .programs import press, said


def give(sender: Store, to: str, receiver: Store, folder: Path) -> Any:
    folder.mkdir()
    file = sync.send(sender, to, folder).file
    return file, sync.take_in(receiver, [file])[0]


@pytest.mark.embedded
def test_the_copy_goes_on_as_a_new_device(
    qapp: QApplication, qtbot: Any, facility_template: Template, office: Store, tmp_path: Path
) -> None:
    with facility_template.open(tmp_path / "first") as first:
        exchange_cards(first, office)
        woman, _episode = enrolled(first)
        give(first, "OFFICE", office, tmp_path / "1")
    facility_template.copy_of(first, tmp_path / "second")
    with facility_template.open(tmp_path / "first", Clock()) as first:
        with first.work("correct") as unit:
            women.correct(unit, woman, unit="First")
        give(first, "OFFICE", office, tmp_path / "2")
    copy = facility_template.open(tmp_path / "second", Clock())
    with copy.work("correct") as unit:
        women.correct(unit, woman, unit="Second")
    give(copy, "OFFICE", office, tmp_path / "3")
    (tmp_path / "4").mkdir()
    answer = sync.send(office, "NORTH", tmp_path / "4").file
    window = open_window(qapp, qtbot, copy, [SyncPage, SyncInPage])
    window.show_page("sync")
    page: Any = window.page
    assert "A copied folder" not in said(page)
    window.show_page("sync-in")
    page = window.page
    page.look_into([answer])
    qtbot.waitUntil(lambda: "Go on as a new device" in said(page), timeout=10_000)
    assert "There is nothing to bring in." in said(page)
    window.show_page("sync")  # it says so there until it is done
    page = window.page
    assert "State Office already has what the other one wrote" in said(page)
    for place, screen in enumerate(SCREENS):
        resize(qapp, window, screen)
        check_page(page)
        if folder := os.environ.get("PICTURES"):
            window.grab().save(f"{folder}/copied-{place}.png")
    was = copy.device
    press(page, f"Go on as a new device: {show_device(was)}")
    qtbot.waitUntil(lambda: "Now copy a bundle for each site." in said(page), timeout=20_000)
    assert "A copied folder" not in said(page)
    assert copy.device != was
    assert show_device(copy.device) in said(page)
    assert_whole(copy)
    window.lock()
    copy.close()
