"""XLSX files: measured, unpacked under a cap, and only then given to the reader of workbooks. Values only, no formulas.

What is handed on is a clean copy with the sheets' XML alone: no macros, no pictures, no links to elsewhere.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from ..base.problems import Problem
from ..base.words import _
from .delimited import clean
from .tables import Cell, Gauge, Limits, Table

_MEMBERS = 2_000
_SMALL = 5_000_000  # bytes: below this a high ratio does no harm
_LAST_ROW = 1_048_576
_PIECE = 1 << 16


def pages(name: str, data: bytes, gauge: Gauge) -> list[Table]:
    """The visible sheets of a workbook. Raises ``Problem``."""
    plain = _unpack(name, data, gauge)
    try:
        with warnings.catch_warnings():  # the reader comments on styles; nobody here can act on it
            warnings.simplefilter("ignore")
            return list(_sheets(plain, gauge))
    except Problem:
        raise
    except Exception as trouble:  # a damaged workbook shows itself in any way
        raise _damaged(name) from trouble


def _damaged(name: str) -> Problem:
    return Problem(
        _("{name} is damaged or not an Excel list; nothing was changed. Ask for it again as .xlsx or CSV.").format(
            name=name
        ),
        code="damaged",
    )


def _unpack(name: str, data: bytes, gauge: Gauge) -> io.BytesIO:
    """The workbook's XML, not packed. No member gives more than its checked size; one that has more is damaged."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as plain:
            members = archive.infolist()
            _measure(name, members, gauge.limits)
            for member in members:
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                pieces = []  # in small bites: zipfile stops at the directory's size, however much lies behind it
                with archive.open(member) as source:
                    while piece := source.read(_PIECE):
                        gauge.look()
                        pieces.append(piece)
                plain.writestr(member.filename, b"".join(pieces))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as trouble:
        raise _damaged(name) from trouble
    out.seek(0)
    return out


def _measure(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    size, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > _MEMBERS or size > limits.unpacked or (size > _SMALL and size > limits.ratio * max(packed, 1)):
        raise _bomb(name)
    names = {m.filename for m in members}
    if any(m.flag_bits & 1 for m in members):
        raise Problem(
            _("{name} is locked with a password; nothing was changed. Ask for it without a password.").format(
                name=name
            ),
            code="locked",
        )
    if "xl/workbook.xml" not in names or len(names) < len(members):
        raise _damaged(name)


def _bomb(name: str) -> Problem:
    return Problem(
        _("{name} would unpack to far more than a list needs; nothing was changed. Do not open it elsewhere.").format(
            name=name
        ),
        code="too-large",
    )


def _sheets(plain: io.BytesIO, gauge: Gauge) -> Iterator[Table]:
    os.environ["OPENPYXL_LXML"] = "False"  # lxml comes with another library; openpyxl would prefer it
    import openpyxl
    from openpyxl import xml

    if not xml.DEFUSEDXML or xml.LXML:  # lxml would follow entities; defusedxml refuses them
        raise RuntimeError("openpyxl must read XML through defusedxml")
    book = openpyxl.load_workbook(plain, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # what a file says about its size may be wrong
            rows = []
            for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
                if line % 100 == 0:
                    gauge.look()
                if line > _LAST_ROW:
                    raise ValueError("beyond the last row of a sheet")
                if (row := gauge.row(line, [_cell(value) for value in values])) is not None:
                    rows.append(row)
            yield Table(sheet.title, rows, serials=book.epoch.year < 1904)
    finally:
        book.close()


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else ""
    return clean(str(value))
