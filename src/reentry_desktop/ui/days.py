"""Days as people type and read them. No Qt here."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from ..base.days import show_day, show_day_of
from ..base.problems import Problem
from ..base.words import _

_LONG = (
    ("january", "february", "march", "april", "may", "june",
     "july", "august", "september", "october", "november", "december"),
    ("enero", "febrero", "marzo", "abril", "mayo", "junio",
     "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)  # fmt: skip
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{2}|\d{4})")
_ISO = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*(?:de\s+)?([^\W\d]+)\.?\s*,?\s*(?:de[l]?\s+)?(\d{4}|\d{2})")
_STEP = re.compile(r"([+-])\s*(\d{1,3})\s*([dwmy])")


def show_time(moment: dt.datetime) -> str:
    """``6:03 AM``, as it stands everywhere a time is said."""
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


def show_moment(at: str) -> str:
    """A moment of the log, as it was by the clock on this wall: ``Nov 23, 2026, 6:03 AM``."""
    when = dt.datetime.fromisoformat(at).astimezone()
    return f"{show_day(when.date())}, {show_time(when)}"


def step_day(day: dt.date, count: int, unit: str) -> dt.date:
    """*day* moved by *count* days (d), weeks (w), months (m) or years (y); a month's end stays within the month."""
    if unit in "dw":
        return day + dt.timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def read_day(text: str, today: dt.date) -> dt.date | None:
    """The day meant by *text*, or none where it is empty. Raises ``Problem`` with what to type.

    Takes ``11/23/2026`` (month first), ``2026-11-23``, ``Nov 23 2026``, ``23 nov 2026``, ``=`` for today,
    and ``+2w``, ``-1m`` counted from today. A year of two digits is at most twenty years ahead.
    """
    words = " ".join(text.split()).lower()
    if not words:
        return None
    if words in {"=", "today", "hoy"}:
        return today
    try:
        if found := _STEP.fullmatch(words):
            sign, count, unit = found.groups()
            return step_day(today, int(sign + count), unit)
        if found := _ISO.fullmatch(words):
            year, month, day = (int(part) for part in found.groups())
            return _checked(year, month, day)
        if found := _NUMBERS.fullmatch(words):
            month, day = int(found[1]), int(found[2])
            if month > 12 >= day:
                raise Problem(_("The month comes first, as in 11/23/2026."), code="day")
            return _checked(_year(found[3], today), month, day)
        if found := _MONTH_FIRST.fullmatch(words):
            return _checked(_year(found[3], today), _month(found[1]), int(found[2]))
        if found := _DAY_FIRST.fullmatch(words):
            return _checked(_year(found[3], today), _month(found[2]), int(found[1]))
    except (OverflowError, ValueError) as error:
        raise Problem(_("There is no such day. Check the month and the day."), code="day") from error
    raise Problem(_("This is not a day. Type it like 11/23/2026 or Nov 23, 2026."), code="day")


def _checked(year: int, month: int, day: int) -> dt.date:
    if not 1900 <= year <= 2200:
        raise Problem(_("Check the year. It needs four digits, as in 2026."), code="day")
    return dt.date(year, month, day)


def _year(text: str, today: dt.date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 20 else century - 100 + year


def _month(name: str) -> int:
    """1 to 12 for a month's name or its beginning, in English or Spanish. Raises ValueError."""
    for names in _LONG:
        found = [number for number, month in enumerate(names, 1) if len(name) >= 3 and month.startswith(name)]
        if len(found) == 1:
            return found[0]
    if name in {"sept", "set"}:
        return 9
    raise ValueError(name)


__all__ = ["read_day", "show_day", "show_day_of", "show_moment", "show_time", "step_day"]
