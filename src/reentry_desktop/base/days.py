"""Days as people read them, in every sentence that says one."""

from __future__ import annotations

import datetime as dt

from .words import language

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}


def show_day(day: dt.date | None, in_words: str | None = None) -> str:
    """``Nov 23, 2026`` or ``23 nov 2026``, in the screen's language or the one given."""
    if day is None:
        return ""
    tongue = in_words or language()
    month = _MONTHS[tongue][day.month - 1]
    return f"{day.day} {month} {day.year}" if tongue == "es" else f"{month} {day.day}, {day.year}"


def show_day_of(text: str) -> str:
    """The same, of a moment that is kept as text (UTC), here and now, or of a day that is."""
    when = dt.datetime.fromisoformat(text)
    return show_day((when if when.tzinfo is None else when.astimezone()).date())
