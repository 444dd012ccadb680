"""How the store is: each thing in one sentence, with one thing to do. What is quick is looked at whenever asked.

The long look reads every page, every chain and every table: once a week by itself, beside the window
(``ui/background.py``), and on demand. What it found is remembered.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import sqlalchemy as sa

from ..base import standing_place
from ..base.days import show_day, show_day_of
from ..base.media import show_size
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.slots import disk_errors, forget_disk_errors
from ..base.words import N_, _, ngettext
from ..records.local import ReceivedBundle
from ..store import Store, Unit
from . import backup_register, checking, looked, repairing, use_faults
from .sites import clocks_ahead

WELL, SOON, BAD = "well", "soon", "bad"
BACKUP_OLD, CHECK_OLD, LOOK_EVERY = 7, 30, 7
"""Days after which a backup and a long look are old, and after which the program takes that look again by itself."""
ROOM_BAD = 50 * 1024 * 1024  # bytes of disk below which writing may fail any day
_OF_BACKUPS = {
    "make": N_("Make a backup now."),
    "place": N_("Make room there, then make a backup."),
    "repair": N_("Lock, and save what can be saved."),
}
"""What to do where the last backup went wrong."""


@dataclass(frozen=True)
class Sign:
    """One thing that is looked at. ``state`` is ``WELL``, ``SOON`` or ``BAD``; ``act`` is what to do.

    ``page`` is where it is done: the key of a page of the window, ``""`` where no page of the program does it.
    """

    key: str
    title: str
    state: str
    sentence: str
    act: str = ""
    page: str = ""


def quick(store: Store) -> list[Sign]:
    """What can be told at once, the worst first."""
    with store.read() as unit:
        found = [_disk(store), _drive(store), _place(store), _clock(unit), _backup(unit), _kit(store)]
        found += [*_lost(unit), *_looked(unit)]
        found += [sign for sign in _unlocks(unit) if sign.key not in {one.key for one in found}]
    return sorted(found, key=lambda sign: ((BAD, SOON, WELL).index(sign.state), sign.key != "database"))


def needs_somebody(store: Store) -> Sign | None:
    """The worst of what needs a person, for the first page; None where nothing does."""
    first = next(iter(quick(store)), None)
    return first if first is not None and first.state == BAD else None


def look_is_due(store: Store) -> bool:
    """Whether the program has to look at everything again by itself.

    In an office's database an administrator's login does: others are not shown every record.
    """
    if store.practice or (store.slots.database and not store.who.administrator):
        return False
    with store.read() as unit:
        last = looked.last(unit)
        return last is None or not 0 <= (unit.today() - last.on).days < LOOK_EVERY


def look(
    store: Store,
    progress: Progress = untold,
    noting: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    beside: bool = False,
) -> list[Sign]:
    """The long look; what it found is remembered. Then everything, as ``quick`` tells it, and which scans are harmed.

    *noting* is held while that is written. *beside* whoever works: ``Store.whole``.
    """
    found = checking.check(store, progress, beside=beside)
    scans = [one.sentence for one in found if one.code == "scan"]
    kept = [(one.code, one.sentence) for one in found if one.code in ("database", "log", "tables")]
    if scans:  # no name of a paper is kept outside her record
        n = len(scans)
        words = ngettext(
            "{n} scanned paper is damaged or missing.", "{n} scanned papers are damaged or missing.", n
        )  # fmt: skip
        kept.append(("scan", words.format(n=n)))
    with contextlib.suppress(Problem), noting(), store.work("note_health") as unit:  # damaged, it may take no writing
        if details := [one.detail for one in found if one.detail]:
            unit.tell("site", store.site, found=details)
        looked.note(unit, kept)
    if not found:
        forget_disk_errors(store.folder)
    signs = quick(store)
    signs = [replace(sign, sentence=" ".join(scans)) if sign.key == "scan" else sign for sign in signs]
    if any(one.code == "database" for one in found) and not any(sign.key == "database" for sign in signs):
        signs.insert(0, _database())
    return signs


def _disk(store: Store) -> Sign:
    free = shutil.disk_usage(store.folder).free
    if free >= checking.LEAST_ROOM:
        words = _("There is room on this disk: {size} are free.").format(size=show_size(free))
        return Sign("disk", _("Room on the disk"), WELL, words)
    words = _("Little room is left on this disk: {size}.").format(size=show_size(free))
    return Sign(
        "disk", _("Room on the disk"), BAD if free < ROOM_BAD else SOON, words, _("Free some space on this PC.")
    )


def _drive(store: Store) -> Sign:
    errors = disk_errors(store.folder)
    if not errors:
        return Sign("drive", _("The disk itself"), WELL, _("No error was met when reading."))
    n = len(errors)
    words = ngettext(
        "The disk did not answer {n} time since {day}.", "The disk did not answer {n} times since {day}.", n
    )
    return Sign(
        "drive", _("The disk itself"), BAD, words.format(n=n, day=show_day_of(errors[0])),
        _("Make a backup on another drive today, and ask your IT officer for a new disk."), "settings",
    )  # fmt: skip


def _place(store: Store) -> Sign:
    words = "" if store.slots.database or store.practice else standing_place.told(store.folder)
    if not words:
        return Sign("place", _("Where the records lie"), WELL, _("They lie on this PC's own disk."))
    where = words.split(". ")[0] + "."
    return Sign("place", _("Where the records lie"), BAD, where, _("Ask your IT officer to move the folder."))


def _clock(unit: Unit) -> Sign:
    words = checking.clock_sentence(unit) or next((ahead.words() for ahead in clocks_ahead(unit)), "")
    newest = unit.first(sa.select(sa.func.max(ReceivedBundle.made_at)))
    if not words and newest and unit.store.clock() < dt.datetime.fromisoformat(newest) - dt.timedelta(days=1):
        words = _("This PC's clock is behind: it says {now}, and a bundle came that was made on {day}.").format(
            now=show_day(unit.today()), day=show_day_of(newest)
        )
    if not words:
        return Sign("clock", _("The clock"), WELL, _("It fits what was written last, and the last bundle."))
    return Sign("clock", _("The clock"), BAD, words, _("Set the date and time of this PC, or ask your IT officer."))


def _backup(unit: Unit) -> Sign:
    made = backup_register.last_backup(unit)
    if made is None:
        words, state = _("No backup was made yet."), BAD
    else:
        days = (unit.today() - made).days
        words = ngettext("The last backup is {n} day old.", "The last backup is {n} days old.", days).format(n=days)
        words = words if days else _("The last backup is of today.")
        state = WELL if days <= BACKUP_OLD else SOON if days <= 3 * BACKUP_OLD else BAD
    act = "" if state == WELL else _("Make a backup now.")
    if state == WELL and (trouble := backup_register.trouble(unit)):
        words, state, act = trouble.sentence, SOON, _(_OF_BACKUPS[trouble.act])
    return Sign("backup", _("Backup"), state, words, act, "backups" if act else "")


def _kit(store: Store) -> Sign:
    if store.kit_tested:
        return Sign("kit", _("Recovery kit"), WELL, _("It was tested."))
    return Sign("kit", _("Recovery kit"), BAD, _("It was not tested yet."), _("Test it now."), "kit")


def _lost(unit: Unit) -> list[Sign]:
    missing = repairing.missing(unit)
    if not missing:
        return []
    n = sum(one.count for one in missing)
    words = ngettext("{n} entry is missing since the records were repaired.",
                     "{n} entries are missing since the records were repaired.", n).format(n=n)  # fmt: skip
    if women := repairing.women_missing(unit):
        words += " " + _("They are about {names}.").format(names=", ".join(women))
    act = _("Copy a bundle for the office, and bring in its next one: it brings back what it has.")
    return [Sign("missing", _("What is missing"), BAD, words, act, "sync")]


def _unlocks(unit: Unit) -> list[Sign]:
    """What unlocks found wrong with the record of use, and nobody has reviewed."""
    *said, act = use_faults.found(unit) or [""]
    return [Sign("log", _("Record of use"), BAD, " ".join(said), act, "use")] if said else []


def _database() -> Sign:
    act = _(
        "Lock, and save what can be saved: what is missing then can come from your latest backup, and from the office."
    )
    return Sign("database", _("The file of the records"), BAD, _("It is damaged."), act, "repair")


def _looked(unit: Unit) -> list[Sign]:
    title = _("Records, history and signatures")
    if (last := looked.last(unit)) is None:
        return [Sign("check", title, SOON, _("They were not checked yet."), _("Check everything now."), "check")]
    found = []
    for code, sentence in last.found:
        act = _("Keep your latest backup, and tell your program office.")
        if code == "scan":
            act = _("Check everything here to see which. Scan it again, or bring back a backup that has it.")
            found.append(Sign(code, _("Scanned papers"), BAD, sentence, act))
            continue
        found.append(_database() if code == "database" else Sign(code, title, BAD, sentence, act))
    if found:
        return found
    days = (unit.today() - last.on).days
    words = ngettext("All was well {n} day ago.", "All was well {n} days ago.", days).format(n=days)
    words = words if days else _("All was well today.")
    if 0 <= days <= CHECK_OLD:
        return [Sign("check", title, WELL, words)]
    return [Sign("check", title, SOON, words, _("Check everything now."), "check")]
