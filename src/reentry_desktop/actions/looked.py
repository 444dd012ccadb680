"""What the last look at all records found. It is remembered, and told until the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from ..store import Unit

_KEY = "health"


class Look(msgspec.Struct, frozen=True):
    """When everything was looked at, and what was not well: code and sentence of each finding."""

    on: dt.date
    found: tuple[tuple[str, str], ...]


def last(unit: Unit) -> Look | None:
    """The last look, None where there was none."""
    said = unit.setting(_KEY)
    return msgspec.json.decode(said, type=Look) if said else None


def note(unit: Unit, found: Iterable[tuple[str, str]]) -> None:
    """Remember what was found today."""
    unit.set_setting(_KEY, msgspec.json.encode(Look(unit.today(), tuple(found))).decode())


def forget(unit: Unit) -> None:
    """The records are others now: the next look is due."""
    unit.set_setting(_KEY, "")


def add(unit: Unit, code: str, sentence: str) -> None:
    """Remember one thing more, which was found besides."""
    before = last(unit)
    note(unit, {**dict(before.found if before else ()), code: sentence}.items())
