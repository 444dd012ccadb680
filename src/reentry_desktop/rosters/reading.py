"""A file to its lines: what is read, what is rejected, what is only warned about."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable

import msgspec

from ..base.folding import fold, plain_number
from ..base.formulas import is_formula
from ..base.problems import Problem
from ..base.words import _
from . import dates, headings, names
from .headings import FIELDS, Header, Mapping, Unrecognized
from .lines import Line, Notice, Reading, Rejected
from .merging import DATES, merge
from .tables import LIMITS, Cell, Gauge, Limits, Row, Table, tables, texts

_LONGEST = 60
# As long as the records that these values go into.
_CUT = {"site": 120, "unit": 60, "county_of_return": 60, "county_of_conviction": 60}
_NUMBER = re.compile(r"[A-Z]{0,3}\d{1,12}[A-Z]{0,2}")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_NOTHING = {"", "-", "--", "---", "n/a", "#n/a", "none", "null", "unknown"}
_NO_NAME = {"-", "--", "---", "n/a", "#n/a", "."}
_TOTALS = re.compile(
    r"(?:grand |sub)?-?totals?\b|(?:record |row )?count\b|end of (?:report|list|file)|page \d"
    r"|\d+ (?:records|women|rows|inmates)"
    r"|number of |run date|report (?:date|id|name|run)|printed (?:on|by)|generated (?:on|by)|\*+|confidential\b"
)
_RUN = re.compile(r"(?:run|report|print(?:ed)?|as of|generated|list|roster)\b\D{0,20}([\d/.-]{6,10})", re.IGNORECASE)
_KINDS: dict[str, dates.Kind] = {
    "date_of_birth": "birth", "admitted_on": "past", "parole_hearing": "plan", "expected_release": "plan",
}  # fmt: skip
_EARLIEST_BIRTH = 110  # years ago
_LATEST_BIRTH = 14


def read(name: str, data: bytes, *, today: dt.date, mapping: Mapping | None = None, limits: Limits = LIMITS) -> Reading:
    """Everything the list *name* says, as of *today*.

    A line without a number or a name, with an impossible or future birth date, or with the number of another
    woman of the same file is rejected with its reason; any other unreadable date is left empty with a warning.
    Reading is a function of its arguments: the same bytes give the same reading.
    Raises ``Unrecognized`` (a ``Problem``) if no line of headings is found, ``Problem`` for what is no list.
    """
    if mapping is not None:
        headings.check(mapping)
    gauge = Gauge(name, limits)
    pages = tables(name, data, gauge)
    table, header, warnings = _choose(name, pages, mapping)
    reader = _Reader(table, header, today, warnings)
    for place, row in enumerate(table.rows[header.first :]):
        if place % 500 == 0:
            gauge.look()
        reader.take(row)
    return Reading(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        source=headings.source(header),
        header=header.labels,
        mapping=header.fields,
        lines=reader.lines,
        rejected=reader.rejected,
        warnings=reader.warnings,
        sheet=table.title,
        dated=_dated(table.rows[: max(header.first - 1, 0)], today),
    )


def _choose(name: str, pages: list[Table], mapping: Mapping | None) -> tuple[Table, Header, list[Notice]]:
    """The page with the list: the one the mapping names, or the first with the most known headings."""
    sheets = [page.title for page in pages]
    wanted = mapping.sheet if mapping else ""
    if wanted and wanted not in sheets:
        raise Problem(
            _("{name} has no page “{sheet}”; nothing was changed. Its pages: {sheets}.").format(
                name=name, sheet=wanted, sheets=", ".join(sheets)[:300]
            ),
            code="no-sheet",
        )
    found = [(page, headings.find(page, mapping)) for page in pages if not wanted or page.title == wanted]
    fitting = [(page, header) for page, header in found if header is not None]
    if not fitting:
        raise Unrecognized(
            _("No line of headings with a number and a name was found in {name}; nothing was changed. "
              "Say which column is which.").format(name=name),
            max((page for page, _header in found), key=lambda page: len(page.rows)),
            sheets,
        )  # fmt: skip
    page, header = max(fitting, key=lambda each: each[1].score)
    others = [other.title for other, _header in fitting if other is not page]
    notices = []
    if others:
        sentence = _("Only the page “{page}” was read. These pages hold lists too: {others}.")
        notices = [Notice(0, "", sentence.format(page=page.title, others=", ".join(others)[:300]))]
    return page, header, notices


class _Reader:
    """Takes the rows below the headings, one after the other."""

    def __init__(self, table: Table, header: Header, today: dt.date, warnings: list[Notice]) -> None:
        self.serials, self.header, self.today = table.serials, header, today
        self.lines: list[Line] = []
        self.rejected: list[Rejected] = []
        self.warnings = warnings
        self._columns = header.columns
        full = next((label for label, field in header.fields.items() if field == "name"), "")
        self._last_first = bool(re.search(r"\blast\b.*\bfirst\b", headings.normal(full)))
        self._index: dict[str, int] = {}  # department number -> place in lines

    def take(self, row: Row) -> None:
        """One row that is not blank: a line, a rejected line, or neither."""
        if row.broken:
            self._reject(row, [_("A quotation mark on this line is never closed.")])
            return
        if headings.is_repeated(row, self.header) or self._is_aside(row):
            return
        reasons: list[str] = []
        notices: list[Notice] = []

        def warn(field: str, sentence: str) -> None:
            notices.append(Notice(row.line, field, sentence))

        number = self._number(self._text(row, "department_number"), reasons)
        name = self._name(row, reasons, warn)
        born = self._birth(row, reasons, warn)
        if reasons:
            self._reject(row, reasons)
            return
        line = Line(
            line=row.line,
            department_number=number,
            first_name=name.first,
            middle_name=name.middle,
            last_name=name.last,
            suffix=name.suffix,
            date_of_birth=born,
            admitted_on=self._date(row, "admitted_on", warn),
            parole_hearing=self._date(row, "parole_hearing", warn),
            expected_release=self._date(row, "expected_release", warn),
            site=self._word(row, "site", warn),
            unit=self._word(row, "unit", warn),
            county_of_return=_county(self._word(row, "county_of_return", warn)),
            county_of_conviction=_county(self._word(row, "county_of_conviction", warn)),
            spoiled=any(map(names.is_spoiled, name)),
        )
        self._keep(row, line, notices)

    def _keep(self, row: Row, line: Line, notices: list[Notice]) -> None:
        at = self._index.get(line.department_number)
        if at is None:
            self._index[line.department_number] = len(self.lines)
            self.lines.append(line)
            self.warnings += notices
            return
        first = self.lines[at]
        if _somebody_else(first, line):
            sentence = _("Line {line} has the same number with another name and birth date.")
            self._reject(row, [sentence.format(line=first.line)])
            return
        for field in DATES:
            if (one := getattr(first, field)) and (other := getattr(line, field)) and one != other:
                sentence = _("Line {line} has another date for her ({field}).")
                notices.append(Notice(row.line, field, sentence.format(line=first.line, field=_(FIELDS[field]))))
        both = merge([(self.today, first), (self.today, line)])
        self.lines[at] = msgspec.structs.replace(both, line=first.line)
        self.lines.append(msgspec.structs.replace(line, repeated=True))
        self.warnings += notices

    def _reject(self, row: Row, reasons: list[str]) -> None:
        text = " | ".join(filter(None, texts(row.cells)))
        self.rejected.append(Rejected(row.line, " ".join(reasons), text if len(text) <= 80 else f"{text[:79]}…"))

    def _cell(self, row: Row, field: str) -> Cell:
        at = self._columns.get(field)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    def _text(self, row: Row, field: str) -> str:
        cell = self._cell(row, field)
        return cell if isinstance(cell, str) else cell.isoformat()

    def _is_aside(self, row: Row) -> bool:
        """Whether a row is no line of the list: a total, a page's foot, the title of a section."""
        filled = [(at, text) for at, text in enumerate(texts(row.cells)) if text]
        at, start = filled[0]
        if _number_of(self._text(row, "department_number")) is not None:
            return len(filled) == 2 and _TOTALS.match(fold(filled[1][1])) is not None
        if self._cell(row, "date_of_birth"):
            return False
        if _TOTALS.match(fold(start)) and len(filled) <= 4:
            return True
        holds_name = at in {self._columns.get(f) for f in ("name", "last_name")}
        return len(filled) == 1 and (at == 0 or not holds_name) and not ("," in start and holds_name)

    def _number(self, text: str, reasons: list[str]) -> str:
        if text.casefold() in _NOTHING:
            reasons.append(_("This line has no department number."))
        elif _ROUNDED.fullmatch(text):
            reasons.append(_("A spreadsheet has rounded the number “{text}”.").format(text=text[:30]))
        elif (number := _number_of(text)) is None:
            reasons.append(_("The department number “{text}” cannot be read.").format(text=text[:30]))
        else:
            return number
        return ""

    def _name(self, row: Row, reasons: list[str], warn: Callable[[str, str], None]) -> names.Name:
        full, first, middle, last, suffix = (
            "" if (text := self._text(row, field)).casefold() in _NO_NAME else text
            for field in ("name", "first_name", "middle_name", "last_name", "suffix")
        )
        if any(is_formula(text) for text in (full, first, middle, last, suffix)):
            reasons.append(_("The name begins like a formula of a spreadsheet."))
            return names.Name()
        if full and not last and (not first or "," in full):
            whole = names.split(full, last_first=self._last_first)
            name = whole._replace(
                first=whole.first or first, middle=whole.middle or middle, suffix=whole.suffix or suffix
            )
        else:
            name = names.join(first, middle, last or full, suffix)
        if any(len(text) > most for text, most in zip(
            (name.first, name.middle, name.last, name.suffix), (60, 60, 60, 10), strict=True
        )):  # fmt: skip
            reasons.append(_("The name is too long to be one."))
        elif not any(c.isalpha() for c in name.first + name.last):
            reasons.append(_("This line has no name."))
        elif not name.first or not name.last:
            warn("name", _("Only one part of the name could be read: “{name}”.").format(name=name.first or name.last))
        return name

    def _birth(self, row: Row, reasons: list[str], warn: Callable[[str, str], None]) -> dt.date | None:
        if "date_of_birth" not in self._columns:
            return None
        cell = self._cell(row, "date_of_birth")
        try:
            born = dates.parse(cell, "birth", self.today, serials=self.serials)
        except dates.NotADate:
            reasons.append(_("The birth date “{text}” is not possible.").format(text=str(cell)[:30]))
            return None
        if born is None:
            warn("date_of_birth", _("This line has no birth date."))
        elif born > self.today:
            reasons.append(_("The birth date “{text}” is in the future.").format(text=str(cell)[:30]))
        elif self.today.year - born.year > _EARLIEST_BIRTH:
            reasons.append(_("The birth date “{text}” is not possible.").format(text=str(cell)[:30]))
        elif self.today.year - born.year < _LATEST_BIRTH:
            warn("date_of_birth", _("By her birth date she is a child; please check it."))
        return born

    def _date(self, row: Row, field: str, warn: Callable[[str, str], None]) -> dt.date | None:
        cell = self._cell(row, field)
        if not cell:
            return None
        try:
            return dates.parse(cell, _KINDS[field], self.today, serials=self.serials)
        except dates.NotADate:
            sentence = _("The date “{text}” ({field}) cannot be read and was left empty.")
            warn(field, sentence.format(text=str(cell)[:30], field=_(FIELDS[field])))
            return None

    def _word(self, row: Row, field: str, warn: Callable[[str, str], None]) -> str:
        text = self._text(row, field)
        if text.casefold() in _NOTHING:
            return ""
        if len(text) > _CUT[field]:
            warn(field, _("The text for {field} is too long and was cut.").format(field=_(FIELDS[field])))
            text = text[: _CUT[field]].rstrip()
        return text


def _number_of(text: str) -> str | None:
    if _ROUNDED.fullmatch(text):
        return None
    number = plain_number(text)
    return number if _NUMBER.fullmatch(number) and number != "0" else None


def _county(text: str) -> str:
    text = text if any(c.islower() for c in text) and any(c.isupper() for c in text) else names.readable(text)
    return text[: -len(" county")].rstrip() if text.casefold().endswith(" county") else text


def _somebody_else(one: Line, other: Line) -> bool:
    """Same number, but neither birth date, nor last name, nor first name agrees: two women, one of them mistyped."""
    born = one.date_of_birth and other.date_of_birth and one.date_of_birth != other.date_of_birth
    return (
        bool(born) and fold(one.last_name) != fold(other.last_name) and fold(one.first_name) != fold(other.first_name)
    )


def _dated(banner: list[Row], today: dt.date) -> dt.date | None:
    """The day a list was made, from the lines above its headings; a day in the future is not believed."""
    for row in banner:
        if found := _RUN.search(" ".join(texts(row.cells))):
            try:
                day = dates.parse(found[1].rstrip("/.-"), "past", today)
            except dates.NotADate:
                continue
            if day and day <= today:
                return day
    return None
