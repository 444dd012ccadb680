"""Sheets that are printed after one question: a part of the recovery kit, and the call-out sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import setup
from reentry_desktop.store import Store
from reentry_desktop.ui import printing

from ..stores import PASSPHRASE, Clock, enrolled, payloads
from .programs import begin, page, press, said, settle


class _Paper(QPrinter):
    """A printer that puts its pages into a file, in place of the hardware."""

    file = ""
    names: list[str] = []  # noqa: RUF012

    def setPrinterName(self, name: str) -> None:  # noqa: N802
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(self.file)
        self.names.append(name)

    def setDocName(self, name: str) -> None:  # noqa: N802
        super().setDocName(name)
        self.names.append(name)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where what is printed goes."""
    names = ["Front desk", "Microsoft Print to PDF", "Fax", "Send To OneNote 2016"]
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: names)
    monkeypatch.setattr(QPrinterInfo, "defaultPrinterName", lambda: "Microsoft Print to PDF")
    monkeypatch.setattr(_Paper, "file", str(tmp_path / "paper.pdf"))
    monkeypatch.setattr(printing, "QPrinter", _Paper)
    _Paper.names.clear()
    return tmp_path / "paper.pdf"


def _answer(*, copies: int = 1, print_it: bool = True) -> None:
    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, printing.PrinterQuestion) and widget.isVisible():
                widget.copies.setValue(copies)
                (widget.go.click if print_it else widget.reject)()
                return
        QTimer.singleShot(50, answer)

    QTimer.singleShot(50, answer)


def _pages(file: Path) -> int:
    document = pypdfium2.PdfDocument(str(file))
    try:
        return len(document)
    finally:
        document.close()


def test_printers_that_make_files_are_left_out(paper: Path) -> None:
    assert printing.printers() == ["Front desk"]
    assert printing.usual_printer() == "Front desk"


def test_the_call_out_sheet_is_printed_and_written_down(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, paper: Path
) -> None:
    woman, _episode = enrolled(facility)
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    program.window.show_page("callout", participant=woman)
    settle()
    _answer(print_it=False)
    press(page(program), "Print the sheet")
    assert not paper.exists()
    assert woman in page(program).chosen.times
    _answer(copies=2)
    press(page(program), "Print the sheet")
    assert not page(program).problem.text()
    assert _pages(paper) in (1, 2)  # a printer that makes copies itself is sent one
    assert _Paper.names == ["Front desk", "Document"]
    assert not page(program).chosen.times
    with facility.read() as unit:
        told = [entry for entry in payloads(unit.connection) if entry["act"] == "print_call_out"]
    assert [(entry["participant"], entry["values"]["printer"]) for entry in told] == [(woman, "Front desk")]


def test_a_sheet_of_the_kit_is_printed_and_typed_back(
    qapp: QApplication, qtbot: Any, tmp_path: Path, clock: Clock, paper: Path
) -> None:
    from reentry_desktop.ui.pages import kit as kit_page

    store, kit = setup.create(setup.NewStore(tmp_path / "new", "facility", "North", "rosalind", PASSPHRASE), clock)
    kit_page.keep(store, kit)
    program = begin(qapp, qtbot, store.folder, clock, store)
    card = page(program).cards[0]
    press(page(program), "Print the sheet: part A")
    assert "First write who keeps this part." in said(card)
    card.keeper.setText("Odette")
    _answer()
    press(page(program), "Print the sheet: part A")
    qtbot.waitUntil(card.typed.isVisible, timeout=10_000)
    assert _pages(paper) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"recovery part" in path.read_bytes()]
