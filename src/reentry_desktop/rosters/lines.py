"""What comes out of a list: its lines, what was rejected and why, and what changed since the last reading."""

from __future__ import annotations

import datetime as dt

import msgspec


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One woman as one list has her. ``line`` is the line of the file (CSV) or the row of the sheet (XLSX), from 1.

    Text is trimmed, in composed Unicode, ``""`` where the list says nothing; dates are None there.
    Names are readable (``McCoy``), the number is as ``base.folding.plain_number`` makes it.
    """

    line: int = 0
    department_number: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    date_of_birth: dt.date | None = None
    site: str = ""  # the facility as the list names it; empty: the reading's site
    unit: str = ""
    admitted_on: dt.date | None = None
    parole_hearing: dt.date | None = None
    expected_release: dt.date | None = None
    county_of_return: str = ""
    county_of_conviction: str = ""  # stays here: never becomes the county of return
    repeated: bool = False  # an earlier line of the same file has her already; it holds what this one adds
    spoiled: bool = False  # her name holds a letter that the file itself spoiled (``Nguy?n``)

    def __repr__(self) -> str:  # reprs reach logs: never a name
        return f"<Line {self.line}>"


class Rejected(msgspec.Struct, frozen=True):
    """A line that was not taken, why (one sentence in the language of the screen), and how it begins."""

    line: int
    reason: str
    text: str

    def __repr__(self) -> str:
        return f"<Rejected {self.line}>"


class Notice(msgspec.Struct, frozen=True):
    """A line that was taken with something left out, or (line 0) something about the whole file."""

    line: int
    field: str
    sentence: str


class Reading(msgspec.Struct, frozen=True):
    """A whole list as it was understood.

    ``mapping`` has every heading with the field it was read as, ``""`` where it was left out. ``source`` is
    the same for every file with these headings: remember a mapping under it, together with the site.
    ``dated`` is the day the list itself says it was made on, if it does.
    ``len(lines) + len(rejected)`` lines were read; banners, blank lines, repeated headings and totals are neither.
    """

    name: str
    sha256: str
    source: str
    header: list[str]
    mapping: dict[str, str]
    lines: list[Line]
    rejected: list[Rejected]
    warnings: list[Notice]
    sheet: str = ""
    dated: dt.date | None = None

    def __repr__(self) -> str:
        return f"<Reading {self.source} {len(self.lines)}>"


class Moved(msgspec.Struct, frozen=True):
    """One field of one woman that is not what the last reading had."""

    field: str
    before: Line
    after: Line


class Difference(msgspec.Struct, frozen=True):
    """What changed between two readings of one source, each part in order of the department number."""

    new: list[Line]
    left: list[Line]
    moved_unit: list[Moved]
    moved_dates: list[Moved]
