"""The clock. Stores are given one, so that tests and a practice run can stand on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def system_clock() -> dt.datetime:
    """Now, in UTC."""
    return dt.datetime.now(dt.UTC)


def stamp(moment: dt.datetime) -> str:
    """A moment as it is written in the log: UTC, milliseconds, ``2026-11-23T14:05:01.123Z``."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today(clock: Clock) -> dt.date:
    """The day on this PC's wall calendar."""
    return clock().astimezone().date()
