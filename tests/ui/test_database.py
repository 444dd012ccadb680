"""An office moves its records into PostgreSQL from the window, and a worker gets a folder for her own PC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from sqlalchemy import make_url

from reentry_desktop.actions import staff
from reentry_desktop.app import Program
from reentry_desktop.records.people import SiteKind
from reentry_desktop.store import Store, open_store, vault
from reentry_desktop.store.moving import MOVED
from reentry_desktop.ui.desk import LISTENED

from .. import postgres
from ..stores import Clock, enrolled
from .programs import begin, button, do, page, press, said, settle, write

HERS = "river lantern orchard stone"
SAID = "river @song/%"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, office: Store, clock: Clock) -> Iterator[Program]:
    made = begin(qapp, qtbot, office.folder, clock, office)
    yield made
    made.window.lock()


@pytest.mark.embedded
def test_an_office_moves_and_a_worker_gets_a_folder(
    program: Program, office: Store, qtbot: Any, tmp_path: Path
) -> None:
    enrolled(office)
    staff.add_user(office, name="rosa", passphrase=HERS)
    window = program.window
    window.show_page("settings", tab="safety")
    settle()
    place = page(program).safety.place
    press(place, "Move the records there")
    assert "Please fill this in." in said(place)
    place.form.show_values({"address": "postgresql://ada@db.example.gov/x?sslmode=disable"})
    press(place, "Move the records there")
    qtbot.waitUntil(lambda: "sslmode=verify-full" in said(place))
    assert not office.slots.database
    address = postgres.server().database()
    place.form.show_values({"address": address.replace("owner@", "owner:river%20song@")})
    press(place, "Move the records there")
    assert "There is a password in this address" in said(place)
    assert not office.slots.database
    place.form.show_values({"address": address})
    write("Password of the database", SAID)
    assert place.form.password.edit.echoMode() == QLineEdit.EchoMode.Password
    press(place, "Move the records there")
    qtbot.waitUntil(lambda: "each compared" in said(place), timeout=20000)
    assert postgres.name_of(address) in said(place)
    assert make_url(vault.unseal_database(office.slots, office.keys)).password == SAID
    assert not place.form.password.typed()
    assert not place.way.isVisible()
    assert (office.folder / MOVED).exists()
    window.show_page("settings", tab="staff")
    settle()
    assert button(page(program), "A folder for another PC").accessibleName() == "A folder for another PC: rosa"
    page(program).staff.make_folder("rosa", tmp_path / "rosa")
    qtbot.waitUntil(lambda: "is ready" in said(page(program)), timeout=20000)
    with open_store(tmp_path / "rosa", "rosa", HERS, Clock()) as hers:
        assert hers.who.name == "rosa"
    tab = page(program).staff
    settle()
    press(tab, "New passphrase: rosa")
    qtbot.waitUntil(lambda: "For rosa, to be used once:" in said(tab), timeout=20000)
    assert "Make a new folder for rosa." in said(tab)
    settle()
    press(tab, "Close the account: rosa")
    press(tab.problem, "Close the account")
    qtbot.waitUntil(lambda: "The account is closed." in said(tab), timeout=20000)
    settle()
    press(tab, "Open it again: rosa")
    qtbot.waitUntil(lambda: "Make a new folder for rosa." in said(tab), timeout=20000)
    window.desk.hear()
    assert _connected(address)
    window.lock()
    qtbot.wait(LISTENED + 200)
    assert not _connected(address)


def _connected(address: str) -> int:
    """How many connections to that database there are."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with postgres.server().connect() as connection:
        found: int = connection.execute(asked, (postgres.name_of(address),)).fetchone()[0]  # type: ignore[index]
        return found


def test_only_an_office_is_asked_for_a_database_at_set_up(
    qapp: QApplication, qtbot: Any, tmp_path: Path, clock: Clock
) -> None:
    program = begin(qapp, qtbot, tmp_path / "store", clock)
    welcome: Any = program.window.stack.currentWidget()
    welcome.show_form()
    settle()
    assert not welcome.database.isVisible()
    QTest.keyClick(welcome.site.editors["kind"].target(), Qt.Key.Key_Down)
    settle()
    assert welcome.site.typed()["kind"] == SiteKind.OFFICE
    assert welcome.database.isVisible()
    for field, text in (
        ("Name of this site", "State Office"), ("Short code", "OFFICE"),
        ("Address of a PostgreSQL database", postgres.server().database()),
        ("Password of the database", SAID), ("Sign-in name", "ada"),
        ("Passphrase", HERS), ("Passphrase again", HERS),
    ):  # fmt: skip
        write(field, text)
    do("Make the store")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=20000)
    assert page(program).key == "kit"
    store = program.window.desk.store
    assert make_url(vault.unseal_database(store.slots, store.keys)).password == SAID
    assert not (tmp_path / "store" / "store.db").exists()
