"""The sticks page, and the gate sheet where a bundle was just copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication, QFileDialog

from reentry_desktop.actions import media, staff, sync
from reentry_desktop.records import Carriage, Site, Stick
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui import printing
from reentry_desktop.ui import sticks as plugged
from reentry_desktop.ui.pages.media import SticksPage
from reentry_desktop.ui.pages.settings import SettingsPage
from reentry_desktop.ui.pages.sync import SyncPage
from reentry_desktop.ui.pages.sync_in import SyncInPage
from reentry_desktop.ui.pages.sync_out import SyncOutPage
from reentry_desktop.ui.window import MainWindow

from ..reports.reading import squeezed, texts
from ..sticks import plug_in
from ..stores import Clock, enrolled, exchange_cards
from .desks import EVERY_SCREEN, check_page, entries, open_window, press, resize, type_into
from .programs import button, said, settle

PAGES = [SticksPage, SyncPage, SyncOutPage, SyncInPage, SettingsPage]


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that is in."""
    folder = plug_in(monkeypatch, tmp_path / "usb", "E0D55EA5")
    monkeypatch.setattr(plugged, "sticks", lambda: [plugged.Stick("BLUE", folder, 14_200_000_000, 16_000_000_000)])
    return folder


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store, office: Store) -> Iterator[MainWindow]:
    exchange_cards(facility, office)
    made = open_window(qapp, qtbot, facility, PAGES)
    yield made
    made.lock()


def _open(window: MainWindow, key: str, **args: Any) -> Any:
    window.show_page(key, **args)
    settle()
    assert window.page is not None
    assert window.page.key == key
    return window.page


def _copy(window: MainWindow, qtbot: Any, usb: Path) -> Any:
    page = _open(window, "sync-out")
    page.choice.take(usb)
    press(page.next)
    qtbot.waitUntil(lambda: hasattr(page, "copy") and page.copy.isVisible(), timeout=10_000)
    press(page.copy)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    settle()
    return page


def _press(root: Any, words: str) -> None:
    press(button(root, words))
    settle()


# The register


def test_a_stick_is_registered_in_two_clicks(window: MainWindow, facility: Store, usb: Path) -> None:
    sync_page = _open(window, "sync")
    _press(sync_page, "Sticks, and who carried them")  # the first
    page: Any = window.page
    assert page.key == "sticks"
    words = said(page)
    assert "BLUE, 16.0 GB, 14.2 GB free" in words
    assert "Not registered. Its serial: E0D55EA5" in words
    assert "No stick is registered yet." in words
    _press(page, "Register this stick")  # the second
    with facility.read() as unit:
        (stick,) = media.sticks(unit)
    assert (stick.label, stick.serial) == ("S-01", "E0D55EA5")
    assert "Registered as S-01." in said(page)
    assert list(page.sticks) == [stick.id]
    page.go_back()
    assert window.page is not None
    assert window.page.key == "sync"


def test_a_label_that_is_taken_is_told_beside_it(
    window: MainWindow, facility: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with facility.work("register_stick") as unit:
        media.register_stick(unit, usb, "S-07")
    plug_in(monkeypatch, usb, "")
    page = _open(window, "sticks")
    (row,) = page.here.values()
    assert "cannot read the serial" in said(page)
    row.label.set("s-07")
    _press(page, "Register this stick")
    assert row.row.error.text() == "Another stick has this label. Choose another one."
    row.label.set("S-09")
    usb.rmdir()
    _press(page, "Register this stick")
    assert "is not there" in row.wrong.text()
    page.look()
    assert not page.here
    assert "No stick is in." in said(page)


def test_a_stick_goes_out_of_use(window: MainWindow, facility: Store, usb: Path) -> None:
    with facility.work("register_stick") as unit:
        stick = media.register_stick(unit, usb)
    page = _open(window, "sticks")
    _press(page, "Take it out of use: S-01")
    row = page.sticks[stick]
    assert row.became.target().hasFocus()
    _press(row, "Out of use from today")
    assert row.row.error.text()
    _press(row, "Keep it in use")
    assert not row.asking.isVisibleTo(page)
    _press(page, "Take it out of use: S-01")
    row.became.set("lost")
    _press(row, "Out of use from today")
    with facility.read() as unit:
        assert unit.get(Stick, stick).became == "lost"
    words = said(page)
    assert "Lost, since" in words
    assert "Not registered." in words


def test_who_is_no_administrator_sees_the_register(
    qapp: QApplication, qtbot: Any, facility: Store, usb: Path, clock: Clock
) -> None:
    with facility.work("register_stick") as unit:
        media.register_stick(unit, usb)
    staff.add_user(facility, name="ana", passphrase="violet anchor meadow tin")
    folder = facility.folder
    facility.close()
    with open_store(folder, "ana", "violet anchor meadow tin", clock) as hers:
        window = open_window(qapp, qtbot, hers, PAGES)
        page = _open(window, "sticks")
        assert "Registered as S-01." in said(page)
        (row,) = page.sticks.values()
        assert not row.retire.isVisibleTo(page)
        with hers.work("carry") as unit:
            unit.connection.exec_driver_sql("UPDATE stick SET serial = 'other'")
        page.refresh()
        assert "An administrator can register it." in said(page)
        window.lock()


# The transport log, and the gate


def test_the_carrier_is_named_and_the_sheet_saved_where_it_was_copied(
    window: MainWindow, facility: Store, usb: Path, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(facility, share="words")
    page = _copy(window, qtbot, usb)
    assert page.finished.hasFocus()
    type_into(page.gate.carrier.target(), "Officer Day")
    out = tmp_path / "gate"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(out), ""))
    press(page.gate.save)
    assert page.gate.state.text() == "Saved as gate.pdf."
    read = squeezed(" ".join(texts(out.with_suffix(".pdf").read_bytes())))
    (bundle,) = usb.iterdir()
    for words in (bundle.name, "E0D55EA5", "Officer Day", "North Facility", "State Office"):
        assert words in read
    assert "Núñez" not in read
    assert entries(facility, "save_gate_sheet") == 1
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(tmp_path / "no" / "gate.pdf"), ""))
    press(page.gate.save)
    assert "could not be written there" in page.gate.state.text()
    assert entries(facility, "save_gate_sheet") == 1
    with facility.read() as unit:
        (line,) = media.transport_log(unit)
    assert line.carriage.carrier == "Officer Day"
    assert line.carriage.left_on


def test_a_name_that_was_typed_is_kept_when_the_page_is_left(
    window: MainWindow, facility: Store, usb: Path, qtbot: Any
) -> None:
    page = _copy(window, qtbot, usb)
    type_into(page.gate.carrier.target(), "Officer Day")
    press(page.finished)
    with facility.read() as unit:
        assert media.transport_log(unit)[0].carriage.carrier == "Officer Day"
    assert entries(facility, "carry") == 1


class _Paper(QPrinter):
    """A printer that puts its pages into a file, in place of the hardware."""

    file = ""

    def setPrinterName(self, name: str) -> None:  # noqa: N802
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(self.file)


def test_the_way_of_a_bundle_is_noted_and_printed_on_the_page(
    window: MainWindow, facility: Store, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with facility.work("register_stick") as unit:
        stick = media.register_stick(unit, usb)
    sent = sync.send(facility, "OFFICE", usb)
    page = _open(window, "sticks")
    (row,) = page.carriages.values()
    assert "for State Office · S-01 · copied on" in said(row)
    assert "Nobody is named who carries it." in said(row)
    _press(page, f"Carrier and gate sheet: {sent.file.name}")
    assert row.gate.carrier.target().hasFocus()
    type_into(row.gate.carrier.target(), "Officer Day")
    monkeypatch.setattr(printing, "QPrinter", _Paper)
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Front desk"])
    monkeypatch.setattr(QPrinterInfo, "defaultPrinterName", lambda: "Front desk")
    monkeypatch.setattr(printing.PrinterQuestion, "exec", lambda _asked: printing.PrinterQuestion.DialogCode.Accepted)
    for what, act in (("Print the gate sheet", "print_gate_sheet"), ("Print its label: S-01", "print_label")):
        monkeypatch.setattr(_Paper, "file", str(tmp_path / f"{act}.pdf"))
        _press(page, what)
        assert (tmp_path / f"{act}.pdf").stat().st_size
        assert entries(facility, act) == 1
    assert "with Officer Day" in row.way.text()
    _press(page, f"The stick came back: {sent.file.name}")
    assert "back on" in row.way.text()
    assert not row.back.isVisibleTo(page)
    with facility.read() as unit:
        one = unit.get(Carriage, row.carriage)
        assert (one.stick, one.carrier) == (stick, "Officer Day")
        assert one.returned_on


def test_without_a_printer_it_is_told(
    window: MainWindow, facility: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    with facility.work("register_stick") as unit:
        media.register_stick(unit, usb)
    sync.send(facility, "OFFICE", usb)
    page = _open(window, "sticks")
    (row,), (stick,) = page.carriages.values(), page.sticks.values()
    press(row.open)
    press(row.gate.print)
    assert "no printer" in row.gate.state.text()
    press(stick.label)
    assert "no printer" in stick.wrong.text()


def test_a_stick_is_wiped_after_one_question(window: MainWindow, facility: Store, usb: Path) -> None:
    sent = sync.send(facility, "OFFICE", usb)
    (usb / "list.xlsx").write_bytes(b"hers")
    page = _open(window, "sticks")
    (row,) = page.here.values()
    press(row.wipe)
    assert sent.file.name in row.asking.text()
    assert "proves nothing" in said(row)
    assert row.stay.hasFocus()
    press(row.stay)
    assert not row.asking.isVisibleTo(page)
    assert sent.file.exists()
    press(row.wipe)
    press(row.go)
    settle()
    assert [path.name for path in usb.iterdir()] == ["list.xlsx"]
    assert "1 bundle was deleted." in page.problem.text()
    assert "What protects the records is that each bundle is encrypted." in said(page)
    (line,) = page.carriages.values()
    assert "wiped on" in line.way.text()


def test_earlier_bundles_are_shown_when_asked_for(window: MainWindow, facility: Store, usb: Path) -> None:
    for _number in range(12):
        sync.send(facility, "OFFICE", usb)
    page = _open(window, "sticks")
    assert len(page.carriages) == 10
    press(page.more)
    assert len(page.carriages) == 12
    assert list(page.carriages.values())[10].open.hasFocus()
    assert not page.more.isVisibleTo(page)


def test_a_folder_stands_for_a_stick_that_does_not_appear(
    window: MainWindow, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugged, "sticks", list)
    page = _open(window, "sticks")
    assert not page.here
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_more: str(usb))
    _press(page, "Another folder")
    assert list(page.here) == [usb]


# Only registered sticks


def test_a_stick_that_is_not_registered_is_refused_on_both_pages(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    bundle = sync.send(office, "NORTH", usb).file
    settings = _open(window, "settings", tab="site")
    form = settings.site.forms[0]
    form.editors["registered_sticks_only"].set(True)
    form._touch()
    form.keep()
    with facility.read() as unit:
        assert unit.get(Site, facility.site).registered_sticks_only
    page = _open(window, "sync-out")
    page.choice.take(usb)
    press(page.next)
    assert "This stick is not registered" in page.problem.text()
    assert page.steps.now == 0
    page = _open(window, "sync-in")
    page.look_into([bundle])
    qtbot.waitUntil(lambda: page.steps.now == 0 and bool(page.problem.text()), timeout=10_000)
    assert "This stick is not registered" in page.problem.text()
    page = _open(window, "sticks")
    assert "Only registered sticks are taken at this site." in said(page)
    _press(page, "Register this stick")
    page = _open(window, "sync-in")
    page.look_into([bundle])
    qtbot.waitUntil(lambda: hasattr(page, "go"), timeout=10_000)
    _copy(window, qtbot, usb)


def test_other_files_and_several_bundles_are_one_sentence_each(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reentry_desktop.ui.pages import sync_in

    monkeypatch.setattr(sync_in, "sticks", plugged.sticks)
    page = _open(window, "sync-in")
    assert not page.several.isVisibleTo(page)
    assert not page.others.isVisibleTo(page)
    for _number in range(2):
        sync.send(office, "NORTH", usb)
    (usb / "photos.zip").write_bytes(b"x")
    page._look()
    words = said(page)
    assert "Earlier bundles of a site are brought in first." in words
    assert "Other files are on the stick too. They are left alone." in words
    page = _open(window, "sync-out")
    page.choice.take(usb)
    press(page.next)
    qtbot.waitUntil(lambda: hasattr(page, "copy"), timeout=10_000)
    assert "they are not locked" in said(page)


@EVERY_SCREEN
def test_every_screen_holds_it(
    window: MainWindow, qapp: QApplication, qtbot: Any, facility: Store, usb: Path, screen: tuple[int, int, int]
) -> None:
    resize(qapp, window, screen)
    check_page(_open(window, "sticks"))
    page = _copy(window, qtbot, usb)
    check_page(page)
    page = _open(window, "sticks")
    _press(page, "Register this stick")
    (row,), (stick,), (here,) = page.carriages.values(), page.sticks.values(), page.here.values()
    press(row.open)
    press(stick.retire)
    press(here.wipe)
    check_page(page)
