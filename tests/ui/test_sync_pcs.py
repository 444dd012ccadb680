"""The page of USB sync where a site has two PCs, has been silent for long, or is not trusted any more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import sync, trust
from reentry_desktop.base.ids import show_device
from reentry_desktop.records import Site
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.sync import SyncPage
from reentry_desktop.ui.pages.sync_out import SyncOutPage

from ..exchange.moves import joined
from ..stores import Clock, exchange_cards
from .desks import SCREENS, check_page, open_window, press, resize
from .programs import press as press_words
from .programs import said


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def test_two_pcs_are_told_apart_and_each_can_confirm_by_phone(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    with facility.work("set") as unit:
        unit.revise(Site, facility.site, office_keeps="none")
    sync.take_in(office, [sync.send(facility, "OFFICE", usb).file])
    window = open_window(qapp, qtbot, office, [SyncPage, SyncOutPage])
    window.show_page("sync")
    page: Any = window.page
    press_words(page, "Confirm by phone")
    assert not page.phone.which.isVisible()
    with joined(facility, tmp_path) as second:
        for _number in range(2):
            sync.take_in(office, [sync.send(second, "OFFICE", usb).file])
        pcs = [show_device(store.device) for store in (second, facility)]
    page.refresh()
    assert f"PC {pcs[0]}: number 2 came last" in said(page)
    assert f"PC {pcs[1]}: number 1 came last" in said(page)
    press_words(page, "Confirm by phone")
    with office.read() as unit:
        codes = [sync.phone_code(unit, "NORTH", pc) for pc in pcs]
    assert page.phone.pcs.get() == pcs[0]
    assert page.phone.code.text() == codes[0][1]
    page.phone.pcs.box.setCurrentIndex(1)
    page.phone.pcs.box.activated.emit(1)
    assert page.phone.code.text() == codes[1][1]
    assert "It confirms their bundle 1." in said(page.phone)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    window.lock()


def test_a_site_that_is_silent_or_not_trusted_is_told_so(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path
) -> None:
    exchange_cards(facility, office)
    sync.take_in(office, [sync.send(facility, "OFFICE", usb).file])
    window = open_window(qapp, qtbot, office, [SyncPage, SyncOutPage])
    window.show_page("sync")
    page: Any = window.page
    assert "today, number 1" in said(page)
    assert "Silent" not in said(page)
    assert isinstance(office.clock, Clock)
    office.clock.now += dt.timedelta(weeks=5)
    page.refresh()
    assert "Silent for 5 weeks" in said(page)
    assert "5 weeks ago" in said(page)
    with office.work("revoke") as unit:
        trust.revoke(unit, "NORTH", "", "Stolen from a car")
    page.refresh()
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
        assert "Nothing is copied for it" in said(page)
        assert "Not trusted" in said(page)
    window.show_page("sync-out")
    out: Any = window.page
    out.choice.take(usb)
    press(out.next)
    qtbot.waitUntil(lambda: "Nothing is copied for it" in said(out), timeout=10_000)
    window.lock()
