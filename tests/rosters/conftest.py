"""The three lists of the design, and small files made on the spot."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reentry_desktop.rosters import Line, Reading, read

TODAY = dt.date(2026, 11, 23)
DATA = Path(__file__).parent.parent / "data" / "rosters"
HEAD = "MDOC #,Name,DOB,Housing,Parole Hearing,Tent. Release Dt"


@pytest.fixture
def lists() -> dict[str, Reading]:
    """Short name (as the truth file has it) -> reading."""
    files = {path.stem.removeprefix("roster-"): path for path in DATA.iterdir() if path.suffix in (".csv", ".xlsx")}
    return {short: read(path.name, path.read_bytes(), today=TODAY) for short, path in files.items()}


@pytest.fixture
def rows() -> Callable[..., Reading]:
    """A reading of a small CSV: its rows below the usual headings, or below *head*."""

    def make(*lines: str, head: str = HEAD, **more: Any) -> Reading:
        return read("list.csv", "\n".join([head, *lines]).encode(), today=TODAY, **more)

    return make


@pytest.fixture
def one(rows: Callable[..., Reading]) -> Callable[..., Line]:
    """The only line of a small CSV."""

    def make(line: str, head: str = HEAD) -> Line:
        found = rows(line, head=head)
        assert not found.rejected
        (only,) = found.lines
        return only

    return make


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """An XLSX of sheets, each a title and rows of values."""

    def make(**sheets: Sequence[Sequence[Any]]) -> bytes:
        book = openpyxl.Workbook()
        for place, (title, values) in enumerate(sheets.items()):
            sheet = book.active if place == 0 else book.create_sheet()
            sheet.title = title
            for line, column in itertools.product(range(len(values)), range(max(map(len, values), default=0))):
                if column < len(values[line]):
                    sheet.cell(line + 1, column + 1, values[line][column])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make
