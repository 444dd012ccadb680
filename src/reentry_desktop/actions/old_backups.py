"""Which backups stay, and deleting those that go."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from ..base.problems import Problem
from ..base.words import _
from ..records.people import Site
from ..store import Store, Unit
from . import backup_register as register


def kept(days: Iterable[dt.date], daily: int, weekly: int, monthly: int) -> set[dt.date]:
    """Of the *days* of backups those that stay: the last days, of the last weeks and months the newest each.

    Counted by what is there, never by a clock: one that jumps lets nothing go.
    """
    newest_first = sorted(set(days), reverse=True)
    weeks: dict[tuple[int, int], dt.date] = {}
    months: dict[tuple[int, int], dt.date] = {}
    for day in newest_first:
        weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    return {*newest_first[:daily], *list(weeks.values())[:weekly], *list(months.values())[:monthly]}


def let_old_go(unit: Unit, place: Path, here: Path, second: Path | None) -> None:
    """Delete what the scheme does not keep, of what the program made itself with the key of now, and opened.

    On this PC also what lies at the second place: there are the others then. Of another stick than before there is
    nothing yet. Today's stays, whatever days a clock that was wrong has given to others.
    """
    daily, weekly, monthly = register.scheme(unit.get(Site, unit.store.site))
    made = register.good_in(unit, place)
    stay = kept((day for day, _one in made), max(1, daily), weekly, monthly)
    there: set[str] = set()
    if second is not None and place == here.parent and second.parent.is_dir():
        there = {one.sha256 for _day, one in register.good_in(unit, second.parent)}
    for day, one in made:
        goes = day not in stay or one.sha256 in there
        if goes and one.file_name != here.name and _gone(place / one.file_name):
            register.deleted(unit, one)


def _gone(file: Path) -> bool:
    """Whether it is deleted now; where its place is not there, it is not."""
    if not file.parent.is_dir():
        return False
    with contextlib.suppress(OSError):
        file.unlink()
    return not file.exists()


def delete_old(store: Store, sha256: str) -> int:
    """Delete the files of a backup that is to be destroyed, where they are in reach; how many are gone.

    Raises ``Problem`` where no newer one was opened and found good: the old one may be the only one; and where this PC
    does not let them go.
    """
    with store.read() as unit:
        old = [*register.to_destroy(unit), *register.holding_erased(unit)]
        mine = [one for one in register.standing(unit) if one.sha256 == sha256 and one in old]
        good = any(one.verified_at and one not in old for one in register.standing(unit))
    if not good:
        raise Problem(_("Make a new backup first: this may be the only one. Nothing was deleted."), code="only-one")
    gone = [one for one in mine if _gone(Path(one.place) / one.file_name)]
    with store.work("backup_destroyed") as unit:
        for one in gone:
            register.deleted(unit, one)
        unit.tell("site", store.site, sha256=sha256, deleted=len(gone))
    if len(gone) < len(mine):
        raise Problem(_("This PC did not let the file be deleted. Ask your IT officer."), code="folder")
    return len(gone)
