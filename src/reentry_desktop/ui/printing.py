"""A PDF of the memory painted onto paper, one side after another. No file is written on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from ..actions import use
from ..base.problems import Problem
from ..base.words import _, ngettext
from . import tokens as t
from .imposition import ONE_SIDE, Run, Side, runs
from .printers import printers, usual_printer
from .style import em
from .widgets import Button, Heading, PrimaryButton, Sentence

if TYPE_CHECKING:
    from .desk import Desk

DPI = 300
JOB = "Document"
"""What the print queue, which others may read, calls every print."""


def page_sizes(data: bytes) -> list[tuple[float, float]]:
    """Width and height in points of each page of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return [document.get_page_size(number) for number in range(len(document))]
    finally:
        document.close()


def page_image(document: Any, number: int, dpi: float) -> QImage:
    """Page *number* of an open PDF, grey on white: at 300 dpi it takes 8 MB, so one at a time is held."""
    page = document[number]
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    image = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_Grayscale8).copy()
    bitmap.close()
    page.close()
    return image


def printing(data: bytes, name: str, run: Run | None = None, *, copies: int = 1) -> Iterator[tuple[int, int]]:
    """Print a PDF, one side at each step; yields (sides sent, sides). Raises ``Problem`` where there is no answer.

    Without *run* every page goes onto a sheet of its own. Left unfinished, the job is thrown away: nothing is printed.
    """
    import pypdfium2

    sizes = page_sizes(data)
    run = run or runs(len(sizes), ONE_SIDE, turns=False)[0]
    printer = _printer(name, sizes[0], run)
    by_printer = printer.supportsMultipleCopies()
    if by_printer:
        printer.setCopyCount(copies)
        printer.setCollateCopies(True)
    sides = run.sides * (1 if by_printer else copies)
    painter = QPainter()
    if not painter.begin(printer):
        raise Problem(
            _(
                "The printer refused. Nothing was printed, and her words are safe. "
                "Check that it is on and has paper, then try again."
            ),
            code="printer",
        )
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    document: Any = pypdfium2.PdfDocument(data)
    done = False
    try:
        for sent, side in enumerate(sides):
            if sent and not printer.newPage():
                raise Problem(
                    _(
                        "The printer stopped. Her words are safe. Some pages may have come out: "
                        "take them, then print again."
                    ),
                    code="printer",
                )
            _draw(painter, document, side)
            yield sent + 1, len(sides)
        done = True
    finally:
        document.close()
        if not done:
            printer.abort()
        painter.end()


def _printer(name: str, size: tuple[float, float], run: Run) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(name)
    printer.setDocName(JOB)
    printer.setCreator("")
    printer.setResolution(DPI)
    printer.setFullPage(True)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)
    ways = QPrinter.DuplexMode
    printer.setDuplex(ways.DuplexNone if not run.turns else ways.DuplexShortSide if run.folded else ways.DuplexLongSide)
    printer.setPageSize(QPageSize(QSizeF(*size), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch))
    if run.folded:
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    return printer


def _draw(painter: QPainter, document: Any, side: Side) -> None:
    """Draw the pages of one side, each as large as its share of the sheet allows, in the middle of it."""
    sheet = QRectF(painter.viewport())
    share = sheet.width() / len(side)
    for place, number in enumerate(side):
        if number is None:
            continue
        across, down = document.get_page_size(number)
        scale = min(share / across, sheet.height() / down)  # dots of the printer for each point of the page
        where = QRectF(0, 0, across * scale, down * scale)
        where.moveCenter(QRectF(sheet.x() + place * share, sheet.y(), share, sheet.height()).center())
        painter.drawImage(where, page_image(document, number, min(DPI, 72 * scale)))


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

    For a sheet or two: the window waits meanwhile. Raises ``Problem`` where there is no printer, or it cannot print;
    where *parent* is out of sight, as the sheet was made beside the window: nothing is asked over the cover.
    """
    if not parent.isVisible():
        raise Problem(
            _("Another screen was in front when the sheet was ready. Nothing was printed. Print it once more."),
            code="out-of-sight",
        )
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


def print_words(parent: QWidget, desk: Desk, data: bytes, sheet: str) -> bool:
    """Print words that open or prove something, which is an entry naming the *sheet*; whether it was printed.

    Raises ``Problem`` as ``print_pdf``.
    """
    done = print_pdf(parent, data)
    if done is not None:
        desk.do(parent, use.print_words, sheet, done[0])
    return done is not None
