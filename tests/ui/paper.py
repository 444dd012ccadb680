"""Printers for tests, in place of the hardware: what is printed goes into files that can be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter

from reentry_desktop.ui import printers, printing

FRONT_DESK = "Front desk"


class Info:
    """What a printer says of itself."""

    def __init__(self, tray: Tray, name: str) -> None:
        self.tray, self.name = tray, name

    def isNull(self) -> bool:  # noqa: N802
        return self.name not in self.tray.drivers

    def makeAndModel(self) -> str:  # noqa: N802
        return self.tray.drivers.get(self.name, "")

    def state(self) -> QPrinter.PrinterState:
        return self.tray.state

    def supportedDuplexModes(self) -> list[QPrinter.DuplexMode]:  # noqa: N802
        ways = QPrinter.DuplexMode
        return [ways.DuplexNone, ways.DuplexLongSide, ways.DuplexShortSide] if self.tray.turns else [ways.DuplexNone]


class Tray:
    """The printers of a PC and the paper that came out, one file a job."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drivers = {FRONT_DESK: "HP LaserJet 402", "Microsoft Print to PDF": "Microsoft Print To PDF"}
        self.state = QPrinter.PrinterState.Idle
        self.turns = False
        self.refuses = False
        self.stops_after = 0
        self.made: list[Any] = []

    def file(self, number: int) -> Path:
        """The paper of job *number*."""
        return self.folder / f"job-{number}.pdf"

    def jobs(self) -> int:
        """So many jobs came out whole."""
        return sum(1 for number in range(len(self.made)) if self.file(number).exists())

    def sides(self, number: int = -1) -> list[QImage]:
        """Each side of a job as a small picture."""
        number = number if number >= 0 else len(self.made) - 1
        found = []
        with pypdfium2.PdfDocument(str(self.file(number))) as document:
            for page in document:
                bitmap = page.render(scale=0.5, grayscale=True)
                kind = QImage.Format.Format_Grayscale8
                found.append(QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, kind).copy())
        return found


def set_up(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Tray:
    """A PC with a printer that prints and one that makes files."""
    tray = Tray(folder)

    class Printer(QPrinter):
        """Qt's own printer into a file."""

        def setPrinterName(self, name: str) -> None:  # noqa: N802
            self.wanted = name
            self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            file = tray.file(len(tray.made))
            self.setOutputFileName(str(file / "nowhere" if tray.refuses else file))
            self.sent = 1
            tray.made.append(self)

        def setDuplex(self, way: QPrinter.DuplexMode) -> None:  # noqa: N802
            self.way = way  # Qt's printer into a file has no such thing
            super().setDuplex(way)

        def newPage(self) -> bool:  # noqa: N802
            self.sent += 1
            return not (tray.stops_after and self.sent > tray.stops_after) and super().newPage()

    class Infos:
        """The system's printers."""

        availablePrinterNames = staticmethod(lambda: list(tray.drivers))  # noqa: N815
        defaultPrinterName = staticmethod(lambda: "Microsoft Print to PDF")  # noqa: N815
        printerInfo = staticmethod(lambda name: Info(tray, name))  # noqa: N815

    monkeypatch.setattr(printing, "QPrinter", Printer)
    monkeypatch.setattr(printers, "QPrinterInfo", Infos)
    return tray


def _dark(image: QImage) -> bytes:
    """How dark it is, dot by dot, on a small grid."""
    small = image.scaled(96, 124, mode=Qt.TransformationMode.SmoothTransformation)
    small = small.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = (bytes(small.constScanLine(y))[: small.width()] for y in range(small.height()))
    return bytes(255 - value for line in lines for value in line)


def is_empty(image: QImage) -> bool:
    """Whether nothing is printed on it."""
    return max(_dark(image)) < 16


def alike(one: QImage, other: QImage) -> float:
    """How much two pictures are alike, 0 to 1, by where they are dark."""
    a, b = _dark(one), _dark(other)
    norm = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return sum(x * y for x, y in zip(a, b, strict=True)) / norm if norm else float(a == b)
