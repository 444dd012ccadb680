"""Dates as departments write them: US, ISO, short, with a month's name, and as spreadsheets count days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from .tables import Cell

Kind = Literal["birth", "past", "plan"]

_NONE = {
    "", "-", "--", "---", ".", "?", "n/a", "na", "n.a.", "#n/a", "none", "null", "nil", "no", "unknown", "unk", "tbd",
    "tba", "tbs", "pending", "not set", "not scheduled", "not applicable", "life", "lwop", "lwp", "life w/o parole",
    "life without parole", "death", "never", "ineligible", "not eligible", "no date", "0", "00000000", "99999999",
}  # fmt: skip
_NOWHERE = re.compile(r"0{1,2}[/.-]0{1,2}[/.-](0{2}|0{4})|0{4}-00-00|99[/.-]99[/.-]9{2,4}|12[/.-]31[/.-]9999")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_US = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[- ]([a-z]{3,9})\.?[- ,]+(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?[- ](\d{1,2})(?:st|nd|rd|th)?[-, ]+(\d{4}|\d{2})")
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"([1-7]\d{4})(?:\.\d+)?")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july",
           "august", "september", "october", "november", "december")  # fmt: skip
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)


class NotADate(ValueError):
    """A cell that says something where a date should be, but no date."""


def parse(cell: Cell, kind: Kind, today: dt.date, *, serials: bool = True) -> dt.date | None:
    """The date in a cell; None where the list says that there is none (blank, ``N/A``, ``LIFE``, ``12/31/9999``).

    Month before day, always: a list of this country never means otherwise, and guessing would be wrong silently.
    Two-digit years: a birth is never in the future nor less than 12 years ago, an admission never more than
    a year ahead, a hearing or release in this century. *serials*: a bare number of five digits counts days
    from 1899-12-30. Raises ``NotADate``.
    """
    try:
        return _parse(cell, kind, today, serials)
    except (ValueError, OverflowError) as trouble:
        raise NotADate(str(cell)) from trouble


def _parse(cell: Cell, kind: Kind, today: dt.date, serials: bool) -> dt.date | None:
    if isinstance(cell, dt.date):
        return _sensible(cell)
    text = " ".join(cell.split()).casefold()
    if text in _NONE or _NOWHERE.fullmatch(text):
        return None
    text = _TIME.sub("", text)
    if found := _ISO.fullmatch(text):
        return _sensible(dt.date(int(found[1]), int(found[3]), int(found[4])))
    if found := _US.fullmatch(text):
        return _sensible(_date(found[4], int(found[1]), int(found[3]), kind, today))
    if found := _DAY_MONTH.fullmatch(text):
        return _sensible(_date(found[3], _month(found[2]), int(found[1]), kind, today))
    if found := _MONTH_DAY.fullmatch(text):
        return _sensible(_date(found[3], _month(found[1]), int(found[2]), kind, today))
    if _EIGHT.fullmatch(text):
        if text[:2] in ("19", "20"):
            return _sensible(dt.date(int(text[:4]), int(text[4:6]), int(text[6:])))
        return _sensible(dt.date(int(text[4:]), int(text[:2]), int(text[2:4])))
    if serials and (found := _SERIAL.fullmatch(text)):
        return _sensible(_EXCEL_DAY_ZERO + dt.timedelta(days=int(found[1])))
    raise ValueError(text)


def _date(year: str, month: int, day: int, kind: Kind, today: dt.date) -> dt.date:
    if len(year) == 4:
        return dt.date(int(year), month, day)
    full = 2000 + int(year)
    latest = {"birth": today.year - 12, "past": today.year + 1, "plan": 2099}[kind]
    if full > latest:
        full -= 100
    return dt.date(full, month, day)


def _month(word: str) -> int:
    for number, name in enumerate(_MONTHS, 1):
        if name.startswith(word) or word == "sept" == name[:4]:
            return number
    raise ValueError(word)


def _sensible(date: dt.date) -> dt.date | None:
    if date.year == 9999:
        return None
    if not 1850 <= date.year <= 2199:
        raise ValueError(str(date))
    return date
