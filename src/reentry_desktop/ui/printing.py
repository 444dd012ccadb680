"""Paper: which printers there are, and a PDF of the memory painted onto one. No file is written on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from ..base.problems import Problem
from ..base.words import _, ngettext
from . import tokens as t
from .style import em
from .widgets import Button, Heading, PrimaryButton, Sentence

DPI = 300
JOB = "Document"
"""What the print queue, which others may read, calls every print."""
_FILES = ("print to pdf", "xps", "onenote", "fax", "cups-pdf", "save as", "adobe pdf")


def printers() -> list[str]:
    """The printers that put something on paper; those that write a file or send a fax are left out."""
    return [name for name in QPrinterInfo.availablePrinterNames() if not any(f in name.lower() for f in _FILES)]


def usual_printer() -> str:
    """The system's usual printer where it is one of ``printers``, else the first; nothing where there is none."""
    found, usual = printers(), QPrinterInfo.defaultPrinterName()
    return usual if usual in found else found[0] if found else ""


def both_sides(name: str) -> bool:
    """Whether the printer can turn the sheet."""
    return any(m != QPrinter.DuplexMode.DuplexNone for m in QPrinterInfo.printerInfo(name).supportedDuplexModes())


def page_sizes(data: bytes) -> list[tuple[float, float]]:
    """Width and height in points of each page of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return [document.get_page_size(number) for number in range(len(document))]
    finally:
        document.close()


def page_images(data: bytes, dpi: float, *, gray: bool = True) -> Iterator[QImage]:
    """Each page of a PDF as an image on white, one at a time: a page at 300 dpi takes 8 MB."""
    import pypdfium2

    document: Any = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(document)):
            bitmap = document[number].render(scale=dpi / 72, grayscale=gray, rev_byteorder=not gray)
            kind = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
            yield QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, kind).copy()
            bitmap.close()
    finally:
        document.close()


def printing(data: bytes, name: str, *, copies: int = 1, duplex: bool = False) -> Iterator[tuple[int, int]]:
    """Print a PDF, one page at each step; yields (pages sent, pages). Raises ``Problem`` where there is no answer.

    Left unfinished, the job is thrown away: nothing is printed.
    """
    sizes = page_sizes(data)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    printer.setDocName(JOB)
    printer.setCreator("")
    printer.setResolution(DPI)
    printer.setFullPage(True)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide if duplex else QPrinter.DuplexMode.DuplexNone)
    printer.setPageSize(QPageSize(QSizeF(*sizes[0]), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    by_printer = printer.supportsMultipleCopies()
    if by_printer:
        printer.setCopyCount(copies)
        printer.setCollateCopies(True)
    rounds = 1 if by_printer else copies
    painter = QPainter()
    if not painter.begin(printer):
        raise Problem(
            _("The printer does not answer. Nothing was printed. Check that it is on, then try again."), code="printer"
        )
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    sent = 0
    done = False
    try:
        for _round in range(rounds):
            for image in page_images(data, DPI):
                if sent and not printer.newPage():
                    raise Problem(
                        _("The printer stopped. Some pages may be missing. Look at the paper, then print again."),
                        code="printer",
                    )
                painter.drawImage(QRectF(painter.viewport()), image)
                sent += 1
                yield sent, len(sizes) * rounds
        done = True
    finally:
        if not done:
            printer.abort()
        painter.end()


class PrinterQuestion(QDialog):
    """Which printer, and how often."""

    def __init__(self, parent: QWidget, pages: int, copies: int = 1) -> None:
        super().__init__(parent)
        self.setWindowTitle("Re-entry Desktop")
        self.pages = pages
        box = QVBoxLayout(self)
        box.setContentsMargins(t.S5, t.S4, t.S5, t.S5)
        box.setSpacing(t.S3)
        box.addWidget(Heading(_("Print")))
        self.printer = QComboBox()
        self.printer.addItems(printers())
        self.printer.setCurrentText(usual_printer())
        self.copies = QSpinBox()
        self.copies.setRange(1, 20)
        self.copies.setValue(copies)
        self.copies.valueChanged.connect(self._tell)
        for label, widget in ((_("Printer"), self.printer), (_("Copies"), self.copies)):
            words = Sentence(label, role="strong")
            words.setBuddy(widget)
            widget.setAccessibleName(label)
            box.addWidget(words)
            box.addWidget(widget)
        note = _("Collect the paper at once. A copy passes through this computer's print queue.")
        box.addWidget(Sentence(note, tone="muted", role="small"))
        row = QHBoxLayout()
        self.go = PrimaryButton("", self.accept, icon_name="printer")
        self.go.setDefault(True)
        row.addWidget(self.go)
        row.addWidget(Button(_("Cancel"), self.reject))
        row.addStretch()
        box.addLayout(row)
        self.setMinimumWidth(em(24))
        self._tell()

    def _tell(self) -> None:
        n = self.pages * self.copies.value()
        self.go.setText(ngettext("Print {n} page", "Print {n} pages", n).format(n=n))


def print_pdf(parent: QWidget, data: bytes, *, copies: int = 1) -> tuple[str, int] | None:
    """Ask for a printer and print. Returns (printer, copies), or None where she thought better of it.

    For a sheet or two: the window waits meanwhile. Raises ``Problem`` where there is no printer, or it does not answer.
    """
    if not printers():
        raise Problem(
            _("This computer has no printer. Nothing was printed. Ask whoever set it up to add one."), code="no-printer"
        )
    asked = PrinterQuestion(parent, len(page_sizes(data)), copies)
    agreed = asked.exec() == QDialog.DialogCode.Accepted
    name, times = asked.printer.currentText(), asked.copies.value()
    asked.deleteLater()
    if not agreed:
        return None
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        for _sent in printing(data, name, copies=times):
            pass
    finally:
        QGuiApplication.restoreOverrideCursor()
    return name, times
