"""Who is trusted: each site's PCs, one revoked and trusted again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import keys, staff, sync, trust
from reentry_desktop.actions.staff_elsewhere import users_there
from reentry_desktop.base.ids import show_device
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.sync import SyncPage
from reentry_desktop.ui.pages.trust import TrustPage
from reentry_desktop.ui.window import MainWindow

from ..stores import enrolled, exchange_cards
from .desks import EVERY_SCREEN, SCREENS, check_page, open_window, resize
from .programs import press, said, settle, write


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store, office: Store, tmp_path: Path) -> Iterator[MainWindow]:
    """The office, to which the facility sent one bundle."""
    exchange_cards(facility, office)
    enrolled(facility)
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    made = open_window(qapp, qtbot, office, [SyncPage, TrustPage])
    made.show_page("sync")
    press(made, "Who is trusted")
    yield made
    made.lock()


def test_a_pc_is_revoked_with_a_reason_and_trusted_again(window: MainWindow, facility: Store, office: Store) -> None:
    device = show_device(facility.device)
    page: Any = window.page
    assert "State Office" in said(page)
    assert "This PC" in said(page)
    press(page, f"Revoke: {device}")
    press(page.form.parentWidget(), "Revoke")
    assert "Please fill this in." in said(page)
    write("Why", "Stolen from a car")
    press(page.form.parentWidget(), "Revoke")
    assert "Stolen from a car" in said(page)
    with office.read() as unit:
        (made,) = trust.revocations(unit)
    assert (made.device, made.why) == (device, "Stolen from a car")
    press(page, f"Trust it again: {device}")
    with office.read() as unit:
        assert not trust.revocations(unit)
    assert "Stolen" not in said(page)


def test_a_whole_site_is_revoked(window: MainWindow, office: Store) -> None:
    press(window, "Revoke every PC of this site: North Facility")
    write("Why", "Its keys were copied")
    page: Any = window.page
    press(page.form.parentWidget(), "Revoke")
    with office.read() as unit:
        (made,) = trust.revocations(unit)
    assert made.device == ""
    assert "Revoke every PC of this site" not in said(page)


@EVERY_SCREEN
def test_it_fits(qapp: QApplication, window: MainWindow, facility: Store, screen: Any) -> None:
    press(window, f"Revoke: {show_device(facility.device)}")
    resize(qapp, window, screen)
    settle()
    page: Any = window.page
    check_page(page)


def test_new_keys_are_made_after_asking_once_more(qapp: QApplication, window: MainWindow, office: Store) -> None:
    before = " ".join(keys.own_words(office))
    page: Any = window.page
    press(page, "Make new keys…")
    assert "stolen PC" in said(page)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    press(page, "Make new keys")
    now = keys.own_words(office)
    assert " ".join(now) != before
    assert all(word in said(page) for word in now)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    press(page, "Back to USB sync")
    assert " ".join(window.page.own.card.fingerprint) == " ".join(now)  # type: ignore[union-attr]
    press(window, "Who is trusted")
    press(window, "Let the keys before go now")
    assert "can be opened until" not in said(window)


def test_an_account_of_a_facility_is_closed_and_opened_again(
    qapp: QApplication, window: MainWindow, facility: Store, office: Store, tmp_path: Path
) -> None:
    staff.add_user(facility, name="ana", passphrase="four quiet lamps by night", full_name="Ana Marsh")
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    page: Any = window.page
    press(page, "Who works there: North Facility")
    assert "Ana Marsh" in said(page)
    press(page, "Close the account: ana")
    assert "Close the account of ana at North Facility?" in said(page)
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    press(page.staff.asked, "Close the account")
    assert "Closed on" in said(page)
    with office.read() as unit:
        found = {one["name"]: bool(one["disabled_on"]) for one in users_there(unit, "NORTH")}
    assert found == {"ana": True, "lead": False}
    press(page, "Open it again: ana")
    assert "Closed on" not in said(page)
    press(page, "Close the account: lead")
    press(page.staff.asked, "Close the account")
    assert "lead is the last administrator of North Facility." in said(page)
    press(page, "Who works there: North Facility")
    assert "Ana Marsh" not in said(page)
