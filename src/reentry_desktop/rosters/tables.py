"""Bytes to a grid of cells, whatever kind of file they are; what is not a list is refused in one sentence.

Limits come first: the size before reading, the directory of an XLSX before unpacking, then rows, columns and time.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ..base.problems import Problem
from ..base.words import N_, _

Cell = str | dt.date


class Limits(msgspec.Struct, frozen=True):
    """The most that is taken from one file. Sizes in bytes, time in seconds."""

    file: int = 64_000_000
    unpacked: int = 200_000_000
    ratio: int = 100  # unpacked to packed; honest workbooks stay below 30
    rows: int = 200_000
    columns: int = 200
    seconds: float = 120.0


LIMITS = Limits()


class Row(msgspec.Struct, frozen=True):
    """One line of the file with something in it, or ``broken``: a quotation mark that is never closed."""

    line: int
    cells: list[Cell]
    broken: bool = False


class Table(msgspec.Struct, frozen=True):
    """One page of the file: all rows that are not blank. ``serials``: bare numbers may be days since 1899-12-30."""

    title: str
    rows: list[Row]
    serials: bool = True


class Gauge:
    """Counts rows and looks at the clock while a file is read."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits, self.rows = name, limits, 0
        self._end = time.monotonic() + limits.seconds

    def look(self) -> None:
        """Raise ``Problem`` when the time is over."""
        if time.monotonic() > self._end:
            raise Problem(
                _("Reading {name} took too long and was stopped; nothing was changed. Ask for a shorter list.").format(
                    name=self.name
                ),
                code="too-slow",
            )

    def row(self, line: int, cells: list[Cell]) -> Row | None:
        """The row without its empty end, or None if it is blank. Raises ``Problem`` beyond the limits."""
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return None
        self.rows += 1
        if len(cells) > self.limits.columns:
            raise Problem(
                _("{name} has {count} columns, more than {most}; nothing was changed. Is it the right file?").format(
                    name=self.name, count=len(cells), most=self.limits.columns
                ),
                code="too-wide",
            )
        if self.rows > self.limits.rows:
            raise Problem(
                _("{name} has more than {most} lines; nothing was changed. Ask for a shorter list.").format(
                    name=self.name, most=self.limits.rows
                ),
                code="too-long",
            )
        return Row(line, cells)


def load(path: Path, limits: Limits = LIMITS) -> bytes:
    """The bytes of a list. Its size is looked at before anything is read. Raises ``Problem``."""
    try:
        if not path.is_file():
            raise Problem(_("There is no file {name}; nothing was changed.").format(name=path.name), code="no-file")
        check_size(path.name, path.stat().st_size, limits)
        with path.open("rb") as file:
            data = file.read(limits.file + 1)  # it may have grown since
    except OSError as trouble:
        raise Problem(
            _("{name} cannot be read from the disk; nothing was changed. Copy it again and try once more.").format(
                name=path.name
            ),
            code="unreadable",
        ) from trouble
    check_size(path.name, len(data), limits)
    return data


def check_size(name: str, size: int, limits: Limits = LIMITS) -> None:
    """Raise ``Problem`` if a file of *size* bytes is empty or too large to be a list."""
    if not size:
        raise Problem(
            _("{name} is empty; nothing was changed. Ask for the list again.").format(name=name), code="empty"
        )
    if size > limits.file:
        raise Problem(
            _("{name} is too large for a list ({size} MB, at most {most} MB); nothing was changed.").format(
                name=name, size=-(-size // 1_000_000), most=limits.file // 1_000_000
            ),
            code="too-large",
        )


_PICTURE = N_("{name} is a picture, not a list; nothing was changed. Ask for the list as CSV or Excel (.xlsx).")
_PDF = N_("{name} is a PDF, which cannot be read as a list; nothing was changed. Ask for CSV or Excel (.xlsx).")
_OLD = N_(
    "{name} is an old Excel file (.xls) or is locked with a password; nothing was changed. "
    "Open it in Excel and save it as .xlsx without a password."
)
_PAGE = N_("{name} is a web page, not a list; nothing was changed. Open it in Excel and save it as .xlsx.")
_PACKED = N_("{name} is a packed file, not a list; nothing was changed. Unpack it first.")
_PROGRAM = N_("{name} is a program or another kind of file, not a list; nothing was changed.")
_KINDS: list[tuple[bytes, str]] = [
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"%PDF", _PDF),
    (b"\xd0\xcf\x11\xe0", _OLD),
    (b"\x1f\x8b", _PACKED),
    (b"7z\xbc\xaf", _PACKED),
    (b"Rar!", _PACKED),
    (b"MZ\x90", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"SQLite format 3", _PROGRAM),
]


def tables(name: str, data: bytes, gauge: Gauge) -> list[Table]:
    """The pages of the file *name*. Raises ``Problem``: not a list, damaged, or beyond the limits."""
    from . import delimited, workbooks

    check_size(name, len(data), gauge.limits)
    start = data[:512]
    for mark, sentence in _KINDS:
        if start.startswith(mark):
            raise Problem(_(sentence).format(name=name), code="not-a-list")
    if start[4:8] == b"ftyp" or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        raise Problem(_(_PICTURE).format(name=name), code="not-a-list")
    if start.lstrip(b"\xef\xbb\xbf\r\n\t ")[:15].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise Problem(_(_PAGE).format(name=name), code="not-a-list")
    zipped = start.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    found = workbooks.pages(name, data, gauge) if zipped else [delimited.page(name, data, gauge)]
    if not any(table.rows for table in found):
        raise Problem(_("{name} has no words in it; nothing was changed. Ask for the list again.").format(name=name))
    return found


def texts(cells: Iterable[Cell]) -> list[str]:
    """Cells as plain text."""
    return [cell if isinstance(cell, str) else cell.isoformat() for cell in cells]
