"""Backups that the program makes by itself: at the first unlock of a day, and whenever the store was locked.

One lies on this PC if there is room, and a copy of it at the second place: a folder on another disk, or a stick, where
it is there. With the store open a backup is opened right away and checked. One that is made with the store locked needs
no key: the files are encrypted as they lie there. It is opened and entered in the register at the next unlock.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from ..base.files import in_file_name, sync_folder
from ..base.ids import show_device
from ..base.locks import FolderLock
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..records.people import Site
from ..store import Store, Unit
from ..store.backup import open_backup, write_locked
from ..store.engines import DATABASE
from ..store.folder import LOCK
from . import backup_register as register
from . import checking

FOLDER = "backups"
"""In the store's folder: the backup that lies on this PC, and where backups are opened."""
_PIECE = 1 << 20
_DAY = "2026-01-01.backup"  # how a name ends

Noting = Callable[[], AbstractContextManager[object]]
"""Held while the records are written: whoever locks waits for that moment, and for nothing else."""


@dataclass(frozen=True)
class Plan:
    """Where the backup of a day goes. ``second`` is None where no second place was chosen."""

    folder: Path
    here: Path
    second: Path | None


@dataclass(frozen=True)
class Made:
    """What came of it. ``sentence`` says what a person should know; "" where all is well."""

    here: Path | None
    second: Path | None
    sentence: str = ""


def plan(unit: Unit) -> Plan:
    """Where today's backup goes, under the same name all day: the last one of a day is kept."""
    store = unit.store
    code = in_file_name(unit.get(Site, store.site).code) or "store"
    name = f"{code}-{show_device(store.device)}-{unit.today().isoformat()}.backup"
    second = unit.setting(register.PLACE)
    return Plan(store.folder, store.folder / FOLDER / name, Path(second) / name if second else None)


def is_due(unit: Unit) -> bool:
    """Whether the program made none today. In practice it makes none: nobody in there is real.

    In an office's database an administrator's login makes it: others are not shown every record.
    """
    if unit.store.slots.database and not unit.store.who.administrator:
        return False
    made = {name_day(Path(one.file_name)) for one in register.standing(unit) if one.how == register.AUTO}
    return not unit.store.practice and unit.today() not in made


def choose_place(store: Store, folder: Path | None) -> str:
    """Say where the second place is, or that there is none. Returns a sentence where it lies on the records' own disk.

    Raises ``Problem`` where it cannot be written, or lies in the store's folder.
    """
    if folder is not None:
        if folder.resolve().is_relative_to(store.folder.resolve()):
            raise Problem(
                _("This folder lies in the store's own folder. Nothing was changed. Choose one on another disk."),
                code="place",
            )
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise Problem(
                _("This folder cannot be written. Nothing was changed. Choose another one, or ask your IT officer."),
                code="place",
            )
    with store.work("set_backup_place") as unit:
        unit.set_setting(register.PLACE, str(folder.resolve()) if folder else "")
        unit.tell("site", store.site, chosen=folder is not None)
    if folder is not None and folder.stat().st_dev == store.folder.stat().st_dev:
        return _("This folder lies on the same disk as the records. If the disk breaks, both are gone.")
    return ""


# With the store open


def run(store: Store, progress: Progress = untold, noting: Noting = nullcontext) -> Made:
    """Take up what was made while locked; then make today's backup, open it, copy it, and let old ones go.

    Raises ``Problem`` where none could be made at all, or what *progress* raises to stop it.
    """
    with store.read() as unit:
        wanted = plan(unit)
    with contextlib.suppress(OSError):
        wanted.here.parent.mkdir(exist_ok=True)
    _sweep(wanted)
    try:
        _take_up(store, wanted, progress, noting)
        with store.read() as unit:
            due = is_due(unit)
        made = _make(store, wanted, progress, noting) if due else Made(None, None)
    except Problem as problem:
        with noting(), store.work("automatic_backup") as unit:
            unit.set_setting(register.FAILED, problem.sentence)
        raise
    with noting(), store.work("automatic_backup") as unit:
        unit.set_setting(register.FAILED, "")
        for place in {wanted.here.parent, *([wanted.second.parent] if wanted.second else [])}:
            _let_old_go(unit, place, wanted)
    return made


def make_now(store: Store) -> Made:
    """Today's backup, whether there is one already or not. Raises ``Problem``."""
    with store.read() as unit:
        wanted = plan(unit)
    wanted.here.parent.mkdir(exist_ok=True)
    return _make(store, wanted, untold, nullcontext)


def _make(store: Store, wanted: Plan, progress: Progress, noting: Noting) -> Made:
    """One here if there is room, and one at the second place if it is there; at least one of them."""
    there = wanted.second if _is_there(wanted.second) else None
    here = wanted.here if _has_room(store.folder) else None
    first = here or there
    if first is None:
        raise Problem(
            _("There is no room for a backup on this PC. Free some space, or put in the stick for backups."),
            code="backup",
        )
    sha256, entries = checking.backup(store, first, register.AUTO, over=True, progress=progress, noting=noting)
    verify(store, first, sha256, progress, noting)
    if here and there:
        copy_over(here, there, progress)
        with noting(), store.work("automatic_backup") as unit:
            register.note(unit, there, sha256, entries, register.AUTO, opened=True)
    sentence = ""
    if wanted.second and there is None:
        sentence = _("The second place for backups is not there. The backup lies on this PC alone.")
    return Made(here, there, sentence)


def verify(store: Store, file: Path, sha256: str, progress: Progress = untold, noting: Noting = nullcontext) -> int:
    """Open a backup with the keys at hand; how many entries it has. Every chain in it must end on one of this store.

    Raises ``Problem``.
    """
    opened = open_backup(file, store.keys, store.folder / FOLDER)
    progress(1)
    with store.whole("verify_backup") as unit:
        for device, number, chained in opened.ends:
            row = unit.connection.exec_driver_sql(
                "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, number)
            ).first()
            if row is None or bytes(row[0]) != chained:
                raise Problem(
                    _("This backup has another history than the records here. It was not changed. Keep it."),
                    code="other-history",
                )
    with noting(), store.work("verify_backup") as unit:
        register.note_opened(unit, sha256, opened.entries)
        unit.tell("site", store.site, sha256=sha256, entries=opened.entries)
    return opened.entries


def copy_over(source: Path, target: Path, progress: Progress = untold) -> None:
    """Copy a backup to the second place, read it back and compare; it takes that day's place. Raises ``Problem``."""
    part, read, size = target.with_name(target.name + ".part"), hashlib.sha256(), max(1, source.stat().st_size)
    try:
        with source.open("rb") as file, part.open("wb") as copy:
            for number, piece in enumerate(iter(lambda: file.read(_PIECE), b"")):
                read.update(piece)
                copy.write(piece)
                if number % 32 == 31:
                    _to_disk(copy.fileno(), copy.flush)
                progress(min(1.0, number * _PIECE / size))
            _to_disk(copy.fileno(), copy.flush)
        with part.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").digest() != read.digest():
                raise OSError("what was written is not what is read")
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        _remove(part)
        raise Problem(
            _("The backup could not be copied to the second place. The one on this PC is good."), code="second"
        ) from error
    except BaseException:
        _remove(part)
        raise


def _to_disk(handle: int, flush: Callable[[], object]) -> None:
    flush()
    os.fsync(handle)


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _is_there(second: Path | None) -> bool:
    return second is not None and second.parent.is_dir()


def _has_room(folder: Path) -> bool:
    """For the backup, and for opening it."""
    database = folder / DATABASE
    size = database.stat().st_size if database.exists() else 0
    return shutil.disk_usage(folder).free > 2 * size + checking.LEAST_ROOM


def _sweep(wanted: Plan) -> None:
    """What was cut off while it was written or looked at."""
    for place in filter(None, (wanted.here.parent, wanted.second.parent if wanted.second else None)):
        with contextlib.suppress(OSError):
            for left in [*place.glob("*.backup.part"), *place.glob("*.backup.copy")]:
                left.unlink()
    with contextlib.suppress(OSError):
        for left in wanted.here.parent.glob("tmp*"):
            shutil.rmtree(left, ignore_errors=True)


# With the store locked


def run_locked(wanted: Plan, progress: Progress = untold) -> None:
    """The same of a store that was just locked, without a key. Raises ``Problem``, or what *progress* raises."""
    lock = FolderLock(wanted.folder / LOCK)
    try:
        there = wanted.second if _is_there(wanted.second) else None
        here = wanted.here if _has_room(wanted.folder) else None
        first = here or there
        if first is None:
            return
        first.parent.mkdir(exist_ok=True)
        write_locked(wanted.folder, first, progress=progress)
        if here and there:
            copy_over(here, there, progress)
    finally:
        lock.release()


def _take_up(store: Store, wanted: Plan, progress: Progress, noting: Noting) -> None:
    """Enter what was made while the store was locked in the register, opened."""
    family = wanted.here.name[: -len(_DAY)]
    for place in {wanted.here.parent, wanted.second.parent if wanted.second else wanted.here.parent}:
        for file in sorted(place.glob(f"{family}*.backup"))[-1:]:  # earlier ones were entered before
            with file.open("rb") as opened:
                sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
            with store.read() as unit:
                if any(one.sha256 == sha256 and one.place == str(place.resolve()) for one in register.backups(unit)):
                    continue
            progress(0)
            with noting(), store.work("automatic_backup") as unit:
                register.note(unit, file, sha256, 0, register.AUTO, on=name_day(file))
            try:
                verify(store, file, sha256, progress, noting)
            except Problem as problem:
                if problem.code != "other-key":
                    raise
                with noting(), store.work("automatic_backup") as unit:  # made before the records got a new key
                    register.note_older(unit, sha256)


def name_day(file: Path) -> dt.date:
    """The day in a backup's name."""
    return dt.date.fromisoformat(file.name[-len(_DAY) :].removesuffix(".backup"))


# Which are kept


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


def _let_old_go(unit: Unit, place: Path, wanted: Plan) -> None:
    """Delete what the scheme does not keep, of what the program made itself with the key of now.

    On this PC also what lies at the second place: there are the others then. Of another stick than before there is
    nothing yet. Today's stays, whatever days a clock that was wrong has given to others.
    """
    daily, weekly, monthly = register.scheme(unit.get(Site, unit.store.site))
    ours = [one for one in register.standing(unit) if one.how == register.AUTO]
    ours = [one for one in ours if one.generation == register.generation(unit)]
    made = [one for one in ours if one.place == str(place.resolve())]
    days = {one.sha256: name_day(Path(one.file_name)) for one in made}
    stay = kept(days.values(), max(1, daily), weekly, monthly)
    there: set[str] = set()
    if wanted.second is not None and place == wanted.here.parent:
        second = wanted.second.parent
        there = {one.sha256 for one in ours if one.place == str(second.resolve()) and (second / one.file_name).exists()}
    for one in made:
        goes = days[one.sha256] not in stay or one.sha256 in there
        if goes and one.file_name != wanted.here.name and _gone(place / one.file_name):
            register.deleted(unit, one)


def _gone(file: Path) -> bool:
    """Whether it is deleted now; where its place is not there, it is not."""
    if not file.parent.is_dir():
        return False
    _remove(file)
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


# What lies around


def found(places: Collection[Path]) -> list[Path]:
    """The backups that lie in *places* or right under them, the newest first."""
    files = []
    for place in places:
        with contextlib.suppress(OSError):
            files += [file for file in (*place.glob("*.backup"), *place.glob("*/*.backup")) if file.is_file()]
    return sorted(set(files), key=lambda file: file.stat().st_mtime, reverse=True)
