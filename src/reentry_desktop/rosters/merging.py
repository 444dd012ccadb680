"""What stands for one woman when several lists have her, and what changed between two readings of one list."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ..base.folding import fold
from .lines import Difference, Line, Moved
from .names import SPOILED, is_spoiled

DATES = ("date_of_birth", "admitted_on", "parole_hearing", "expected_release")
_MOVING = ("parole_hearing", "expected_release")
_PLACES = ("site", "unit")

_SPOILED_RUN = re.compile(f"(?:{SPOILED.pattern})+")

Dated = tuple[dt.date, Line]


def merge(seen: Iterable[Dated]) -> Line:
    """One line for one woman out of her newest line of each source, each with the day of its list.

    The day is ``Reading.dated`` or the day of reading. The result depends on the set of these pairs only, never
    on their order. Empty never replaces a value. Otherwise the list of the newest day wins, and among lists of
    the same day:

    - birth date: the one most lists have (here before the newest day), then the earlier;
    - hearing and release: the earliest that is not past on the day of its list, else the latest past one, so
      that nobody becomes due too late because two lists disagree;
    - admission: the latest;
    - names: a name without a spoiled letter for the one with it, accents for none, capitals inside a name
      (``McCoy``) for none; ``middle_name`` is the longest form any list has, so an initial never replaces a name;
    - facility, unit, counties: the first by the alphabet.

    ``line``, ``repeated`` are those of the newest list; ``department_number`` is the same in all.
    Raises ``ValueError`` if there is no line.
    """
    lines = sorted(seen, key=_order)
    if not lines:
        raise ValueError("no line to merge")
    if len(lines) == 1:
        return lines[0][1]
    newest = lines[-1][1]
    last, first = _name(lines, "last_name"), _name(lines, "first_name")
    middle = _middle(lines)
    return Line(
        line=newest.line,
        repeated=newest.repeated,
        department_number=newest.department_number,
        last_name=last,
        first_name=first,
        middle_name=middle,
        suffix=_name(lines, "suffix"),
        spoiled=is_spoiled(last + first + middle),
        date_of_birth=_birth(lines),
        admitted_on=max((value for _day, value in _newest(lines, "admitted_on")), default=None),
        parole_hearing=_ahead(lines, "parole_hearing"),
        expected_release=_ahead(lines, "expected_release"),
        site=_text(lines, "site"),
        unit=_text(lines, "unit"),
        county_of_return=_text(lines, "county_of_return"),
        county_of_conviction=_text(lines, "county_of_conviction"),
    )


def disagreements(seen: Iterable[Dated]) -> dict[str, list[dt.date]]:
    """The dates on which a woman's newest lines of each source do not agree: field -> the days, in order."""
    lines = [line for _day, line in seen]
    found = {field: sorted({getattr(line, field) for line in lines} - {None}) for field in DATES}
    return {field: days for field, days in found.items() if len(days) > 1}


def changes(before: Sequence[Line], after: Sequence[Line]) -> Difference:
    """What changed from the last reading of a source to this one. Repeated lines count as unchanged.

    A place that one of the readings does not name has not moved. A hearing or release that came or went has.
    """
    old = {line.department_number: line for line in before if not line.repeated}
    now = {line.department_number: line for line in after if not line.repeated}
    both = sorted(old.keys() & now.keys())
    return Difference(
        new=[now[number] for number in sorted(now.keys() - old.keys())],
        left=[old[number] for number in sorted(old.keys() - now.keys())],
        moved_unit=[
            Moved(field, old[number], now[number])
            for number in both
            for field in _PLACES
            if (was := getattr(old[number], field)) and (is_ := getattr(now[number], field)) and fold(was) != fold(is_)
        ],
        moved_dates=[
            Moved(field, old[number], now[number])
            for number in both
            for field in _MOVING
            if getattr(old[number], field) != getattr(now[number], field)
        ],
    )


def _order(pair: Dated) -> tuple[dt.date, bytes]:
    return pair[0], msgspec.json.encode(pair[1])  # all of the line: equal keys are equal lines


def _newest(lines: Sequence[Dated], field: str) -> list[tuple[dt.date, Any]]:
    """The values, with the day of their list, of the newest day that has any."""
    found = [(day, value) for day, line in lines if (value := getattr(line, field))]
    newest = max((day for day, _value in found), default=None)
    return [(day, value) for day, value in found if day == newest]


def _text(lines: Sequence[Dated], field: str) -> str:
    return str(min((value for _day, value in _newest(lines, field)), default=""))


def _ahead(lines: Sequence[Dated], field: str) -> dt.date | None:
    found = _newest(lines, field)
    ahead = [value for day, value in found if value >= day]
    return min(ahead) if ahead else max((value for _day, value in found), default=None)


def _birth(lines: Sequence[Dated]) -> dt.date | None:
    """Most lists, then the newest day, then the earlier date."""
    count = Counter(line.date_of_birth for _day, line in lines if line.date_of_birth)
    days: dict[dt.date, int] = {}
    for day, line in lines:
        if line.date_of_birth:
            days[line.date_of_birth] = max(days.get(line.date_of_birth, 0), day.toordinal())
    return max(count, key=lambda date: (count[date], days[date], -date.toordinal()), default=None)


def _name(lines: Sequence[Dated], field: str) -> str:
    found = [(day, str(value)) for day, line in lines if (value := getattr(line, field))]
    if not found:
        return ""
    newest = max(day for day, _value in found)
    good = [(day, value) for day, value in found if not is_spoiled(value)]
    chosen = Counter(_same(value) for day, value in good if day == newest)
    if not chosen:  # the newest lists spoiled it: look for what it may have been
        spoiled = [value for day, value in found if day == newest]
        fitting = [(day, _same(v)) for day, v in good if any(_fits(value, v) for value in spoiled)]
        if not fitting:
            return max(spoiled, key=_quality)
        latest = max(day for day, _value in fitting)
        chosen = Counter(value for day, value in fitting if day == latest)
    most = max(chosen.values())
    key = min(value for value, times in chosen.items() if times == most)
    return max((value for _day, value in good if _same(value) == key), key=_quality)


def _middle(lines: Sequence[Dated]) -> str:
    def length(text: str) -> tuple[int, bool, tuple[int, int, str]]:
        return len(_SPOILED_RUN.sub("?", text).replace(".", "").replace(" ", "")), not is_spoiled(text), _quality(text)

    return max((line.middle_name for _day, line in lines), key=length)


def _same(name: str) -> str:
    return fold(name).replace(".", "")


def _fits(spoiled: str, good: str) -> bool:
    """Whether *good* is *spoiled* with its lost letters; one letter may have become three marks."""
    marked = _same(_SPOILED_RUN.sub("\0", spoiled))
    pattern = "".join(".{1,3}" if piece == "\0" else re.escape(piece) for piece in marked)
    return re.fullmatch(pattern, _same(good)) is not None


def _quality(name: str) -> tuple[int, int, str]:
    """More accents, then more capitals inside the name, then the same choice every time."""
    return sum(not c.isascii() for c in name), sum(c.isupper() for c in name), name
