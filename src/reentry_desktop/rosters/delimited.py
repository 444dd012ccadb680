"""Text files: which alphabet, which delimiter, and where each record begins."""

from __future__ import annotations

import contextlib
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ..base.problems import Problem
from ..base.words import _
from . import headings
from .tables import Cell, Gauge, Row, Table

_NEWLINE = re.compile(r"\r\n|\n|\r")
_USUAL = ",;\t|"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_SAMPLE = 200  # lines looked at to find the delimiter
_SPAN = 6  # lines one record may run over inside quotation marks


def page(name: str, data: bytes, gauge: Gauge) -> Table:
    """The one page of a text file."""
    lines = _NEWLINE.split(decode(name, data))
    delimiter = ""
    if (hint := re.fullmatch(r"\s*\"?sep=(.)\"?\s*", lines[0], re.IGNORECASE)) is not None:
        lines[0], delimiter = "", hint[1]
    delimiter = delimiter or _delimiter(lines[:_SAMPLE])
    rows = []
    for place, cells, broken in _records(lines, delimiter):
        if place % 1000 == 0:
            gauge.look()
        if (row := gauge.row(place, cells)) is not None:
            rows.append(Row(row.line, row.cells, True) if broken else row)
    return Table("", rows)


def decode(name: str, data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (either order, with or without mark) or Windows-1252.

    A byte that means nothing becomes U+FFFD: the letter is spoiled, the line is kept. Raises ``Problem``
    for what is no text at all.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif _zeros(data[1:2000:2]) > 0.3 and _zeros(data[:2000:2]) < 0.1:
        text = data.decode("utf-16-le", "replace")
    elif _zeros(data[:2000:2]) > 0.3 and _zeros(data[1:2000:2]) < 0.1:
        text = data.decode("utf-16-be", "replace")
    else:
        text = _narrow(data)
    text = text.removeprefix("\ufeff").rstrip("\x1a\x00").replace("\x0c", "\n" if "\n" not in text else "")
    # A spoiled letter here and there is kept; a file of nothing else is not text.
    if len(_CONTROLS.findall(text[:100_000])) + text[:100_000].count("\ufffd") > len(text[:100_000]) / 20 or (
        "\x00" in text
    ):
        raise Problem(
            _("{name} is not a list that can be read; nothing was changed. Ask for CSV or Excel (.xlsx).").format(
                name=name
            ),
            code="not-a-list",
        )
    return text


def _zeros(data: bytes) -> float:
    return data.count(0) / len(data) if data else 0.0


def _narrow(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    spoiled = text.count("\ufffd")
    letters = sum(not c.isascii() for c in text) - spoiled
    # Mostly right UTF-8 with a damaged byte stays UTF-8; in Windows-1252 two high letters rarely stand together.
    return text if letters > spoiled else data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """One line of composed Unicode without control and invisible characters, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return " ".join(_INVISIBLE.sub(" ", unicodedata.normalize("NFC", text)).split())


def _delimiter(lines: list[str]) -> str:
    """The character that cuts the best header out of these lines; otherwise the one that cuts them most evenly."""
    seen = Counter(c for line in lines for c in line if not c.isalnum() and c.isprintable() and c not in " \"'.-_/()")
    seen.update({"\t": sum(line.count("\t") for line in lines)})
    others = [c for c, times in seen.most_common(6) if c not in _USUAL and times > 1]
    best, choice = (-1, -1.0), ","
    for candidate in [c for c in _USUAL if seen[c]] + others:
        cut = [[clean(cell) for cell in next(csv.reader([line], delimiter=candidate), [])] for line in lines]
        score = max((headings.score(cells) for cells in cut), default=0)
        widths = Counter(len(cells) for cells in cut if len(cells) > 1)
        even = widths.most_common(1)[0][1] / len(lines) if widths else 0.0
        if (score, even) > best:
            best, choice = (score, even), candidate
    return choice


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[Cell], bool]]:
    """(line from 1, cells, broken). A quotation mark that is never closed spoils its own line only."""
    place, count = 0, len(lines)
    while place < count:
        text = lines[place]
        if '"' not in text:
            yield place + 1, [clean(cell) for cell in text.split(delimiter)], False
            place += 1
            continue
        cells, used, broken = _quoted(lines, place, delimiter)
        yield place + 1, [clean(cell) for cell in cells], broken
        place += used


def _quoted(lines: list[str], place: int, delimiter: str) -> tuple[list[str], int, bool]:
    for used in range(1, min(_SPAN, len(lines) - place) + 1):
        chunk = [f"{line}\n" for line in lines[place : place + used]]
        try:
            return next(csv.reader(chunk, delimiter=delimiter, strict=True)), used, False
        except csv.Error as trouble:
            if "unexpected end" in str(trouble):
                continue
            if used > 1:  # it ran into the next lines' quotation marks
                break
            with contextlib.suppress(csv.Error):  # a quotation mark inside a cell: take it as it stands
                return next(csv.reader([lines[place]], delimiter=delimiter), []), 1, False
            break
    return lines[place].replace('"', "").split(delimiter), 1, True
