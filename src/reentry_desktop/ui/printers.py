"""The printers of this computer: which of them put something on paper, what they can do, and what ails them."""

from __future__ import annotations

import re

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from ..base.words import _

_NAMES = re.compile(r"pdf|\bxps\b|onenote|\bfax\b|save as|document writer|image writer|send to|snagit", re.IGNORECASE)
# Real printers, too, carry "PDF" in the name of their driver ("Ricoh MP C3004 PDF"): there, only what is meant counts.
_DRIVERS = re.compile(
    r"cups-?pdf|print to pdf|pdf (printer|writer|creator)|pdfcreator|cutepdf|adobe pdf|\bxps\b|onenote|\bfax\b",
    re.IGNORECASE,
)


def is_virtual(name: str, driver: str = "") -> bool:
    """Whether it writes a file, keeps a note or sends a fax instead of printing on paper."""
    return bool(_NAMES.search(name) or _DRIVERS.search(driver))


def printers(*, virtual: bool = False) -> list[str]:
    """The printers that put something on paper; with *virtual* those too that make a file or a fax."""
    names = QPrinterInfo.availablePrinterNames()
    if virtual:
        return list(names)
    return [name for name in names if not is_virtual(name, QPrinterInfo.printerInfo(name).makeAndModel())]


def usual_printer(*, virtual: bool = False) -> str:
    """The system's usual printer where it is one of ``printers``, else the first; nothing where there is none."""
    found, usual = printers(virtual=virtual), QPrinterInfo.defaultPrinterName()
    return usual if usual in found else found[0] if found else ""


def turns_sheets(name: str) -> bool:
    """Whether the printer prints both sides by itself."""
    return any(m != QPrinter.DuplexMode.DuplexNone for m in QPrinterInfo.printerInfo(name).supportedDuplexModes())


def trouble(name: str) -> str:
    """What keeps the printer from printing, as one sentence; nothing where it says that it is well."""
    if name not in QPrinterInfo.availablePrinterNames():
        return _(
            "This printer is not there any more. Nothing was printed, and her words are safe. "
            "Check that it is on and plugged in, or choose another one."
        )
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        return ""
    if info.state() == QPrinter.PrinterState.Error:
        return _(
            "The printer needs help: it is out of paper, jammed, or stopped. Nothing was printed, and her words are "
            "safe. See to the printer, then print."
        )
    if info.state() == QPrinter.PrinterState.Aborted:
        return _(
            "The printer takes no work right now. Nothing was printed, and her words are safe. "
            "Try again in a moment, or choose another printer."
        )
    return ""
