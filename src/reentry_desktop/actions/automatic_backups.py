"""Backups that the program makes by itself: at the first unlock of a day, and whenever the store was locked.

One lies on this PC if there is room, and a copy of it at the second place: a folder on another disk, or a stick, where
it is there. With the store open a backup is opened right away and checked. One that is made with the store locked needs
no key: the files are encrypted as they lie there. It is opened and entered in the register at the next unlock, and lies
beside the day's good one until then.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import glob
import hashlib
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from ..base.files import in_file_name, move, sync_folder
from ..base.ids import show_device
from ..base.locks import FolderLock, in_turn
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..records.people import Site
from ..store import Store, Unit
from ..store.backup import not_written, write_locked
from ..store.engines import DATABASE
from ..store.folder import LOCK
from . import backup_register as register
from . import checking
from .old_backups import let_old_go

_PIECE = 1 << 20
_DAY = "2026-01-01.backup"  # how a name ends


@dataclass(frozen=True)
class Plan:
    """Where the backup of a day goes. ``second`` is None where no second place was chosen."""

    folder: Path
    here: Path
    second: Path | None

    @property
    def places(self) -> list[Path]:
        """The folders of both, each once."""
        return list(dict.fromkeys(file.parent for file in (self.here, self.second) if file is not None))


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
    return Plan(store.folder, store.folder / register.FOLDER / name, Path(second) / name if second else None)


def _makes_them(store: Store) -> bool:
    """Whether the program makes backups by itself. In practice it makes none: nobody in there is real.

    In an office's database an administrator's login makes them: others are not shown every record.
    """
    return not store.practice and (store.who.administrator or not store.slots.database)


def is_due(unit: Unit, wanted: Plan) -> bool:
    """Whether no good one of today lies here or at the second place."""
    return not any(day == unit.today() for place in wanted.places for day, _one in register.good_in(unit, place))


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
        register.note_trouble(unit, register.NOT_COPIED, "")  # that was another place
        unit.tell("site", store.site, chosen=folder is not None)
    if folder is not None and folder.stat().st_dev == store.folder.stat().st_dev:
        return _("This folder lies on the same disk as the records. If the disk breaks, both are gone.")
    return ""


# With the store open


def run(
    store: Store, progress: Progress = untold, noting: checking.Noting = nullcontext, *, anew: bool = False
) -> Made:
    """Take up what was made while locked; then make today's backup, open it, copy it, and let old ones go.

    *anew*: whether there is one of today or not. Raises ``Problem`` where none could be made, or none be brought to
    the second place, or what *progress* raises to stop it. What went wrong is told on Today until all goes well.
    """
    if not (anew or _makes_them(store)):
        return Made(None, None)
    with in_turn(progress):
        return _run(store, progress, noting, anew=anew)


def _run(store: Store, progress: Progress, noting: checking.Noting, *, anew: bool) -> Made:
    with store.read() as unit:
        wanted = plan(unit)
    try:
        with contextlib.suppress(OSError):
            wanted.here.parent.mkdir(exist_ok=True)
        _sweep(wanted)
        said = _take_up(store, wanted, progress, noting)
        with store.read() as unit:
            due = anew or bool(said) or is_due(unit, wanted)
        first = _make(store, wanted, progress, noting) if due else None
    except Exception as error:
        act = "repair" if isinstance(error, Problem) and error.code == "database" else "make"
        with contextlib.suppress(Problem), noting(), store.work("automatic_backup") as unit:
            register.note_trouble(unit, register.FAILED, _told(error), act)
        if isinstance(error, OSError):
            raise not_written() from error
        raise
    there, problem = None, None
    try:
        there = _bring_over(store, wanted, progress, noting)
    except Problem as not_copied:
        problem = not_copied
    with noting(), store.work("automatic_backup") as unit:
        register.note_trouble(unit, register.FAILED, said)
        if problem or _is_there(wanted.second):
            register.note_trouble(unit, register.NOT_COPIED, problem.sentence if problem else "", "place")
        for place in wanted.places:
            let_old_go(unit, place, wanted.here, wanted.second)
    if problem:
        raise problem
    if due and wanted.second and not _is_there(wanted.second):
        said = f"{said} " + _("The second place for backups is not there. The backup lies on this PC alone.")
    return Made(
        first if first == wanted.here else None, there or (first if first != wanted.here else None), said.strip()
    )


def _told(error: Exception) -> str:
    return error.sentence if isinstance(error, Problem) else not_written().sentence


def make_now(store: Store, progress: Progress = untold) -> Made:
    """Today's backup, whether there is one already or not. Raises ``Problem``, or what *progress* raises to stop it."""
    return run(store, progress, anew=True)


def _make(store: Store, wanted: Plan, progress: Progress, noting: checking.Noting) -> Path:
    """One here if there is room, else at the second place if it is there."""
    first = wanted.here if _has_room(store.folder) else wanted.second if _is_there(wanted.second) else None
    if first is None:
        raise Problem(
            _("There is no room for a backup on this PC. Free some space, or put in the stick for backups."),
            code="backup",
        )
    checking.backup(store, first, register.AUTO, over=True, progress=progress, noting=noting)
    return first


def _bring_over(store: Store, wanted: Plan, progress: Progress, noting: checking.Noting) -> Path | None:
    """Copy the newest good one to the second place, where that is there and lacks it. Raises ``Problem``."""
    if wanted.second is None or not wanted.second.parent.is_dir():
        return None
    with store.read() as unit:
        here = register.good_in(unit, wanted.here.parent)
        has = max((one.entries for _day, one in register.good_in(unit, wanted.second.parent)), default=0)
    if not here or here[-1][1].entries <= has:
        return None
    day, newest = here[-1]
    target = wanted.second.with_name(newest.file_name)
    copy_over(wanted.here.with_name(newest.file_name), target, progress)
    with noting(), store.work("automatic_backup") as unit:
        register.note(unit, target, newest.sha256, newest.entries, register.AUTO, on=day)
    return target


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
            _(
                "The backup could not be copied to the second place. The one on this PC is good. Free some room there, "
                "or choose another place."
            ),
            code="second",
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
    """What was cut off while it was written or looked at. Another PC may be writing its own at the second place."""
    own = glob.escape(wanted.here.name[: -len(_DAY)]) + "*.backup."
    for place in wanted.places:
        with contextlib.suppress(OSError):
            for left in [*place.glob(own + "part"), *place.glob(own + "copy")]:
                left.unlink()
    with contextlib.suppress(OSError):
        for left in wanted.here.parent.glob("tmp*"):
            shutil.rmtree(left, ignore_errors=True)


# With the store locked


def run_locked(wanted: Plan, progress: Progress = untold) -> None:
    """The same of a store that was just locked, without a key. Raises ``Problem``, or what *progress* raises.

    Nobody can open it now, so no good one goes for it: it has a name of its own until the next unlock.
    """
    lock = FolderLock(wanted.folder / LOCK)
    try:
        there = wanted.second if _is_there(wanted.second) else None
        here = wanted.here if _has_room(wanted.folder) else None
        first = here or there
        if first is None:
            return
        first.parent.mkdir(exist_ok=True)
        write_locked(wanted.folder, register.not_opened(first), progress=progress)
        if here and there:
            copy_over(register.not_opened(here), register.not_opened(there), progress)
    finally:
        lock.release()


def _take_up(store: Store, wanted: Plan, progress: Progress, noting: checking.Noting) -> str:
    """Open what was made while the store was locked, and see that the newest of each place still is what was opened.

    What is wrong with one file holds up no backup: it is returned in a sentence. Raises ``Problem`` where it is the
    records that are damaged.
    """
    said = ""
    for place in wanted.places:
        dated = dict[Path, dt.date]()
        with contextlib.suppress(OSError):
            dated = _made_here(place, wanted)
        locked = sorted(file for file in dated if file.name != _named(wanted, dated[file]))
        taken = {file.with_name(_named(wanted, dated[file])) for file in locked}
        newest = max((file for file in dated if file not in locked), default=None)  # earlier ones were looked at before
        for file in [*locked, *({newest} - taken if newest else ())]:
            try:
                _take_one(store, file, file.with_name(_named(wanted, dated[file])), progress, noting)
            except Exception as error:
                if isinstance(error, Problem) and error.code == "database":
                    raise
                said = _told(error)
    return said


def _take_one(store: Store, file: Path, out: Path, progress: Progress, noting: checking.Noting) -> None:
    """Open one file, unless the register has it so already, and give it the name *out*. Raises ``Problem``."""
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    with store.read() as unit:
        same = [one for one in register.standing(unit) if one.sha256 == sha256]
        older = any(one in same for one in register.to_destroy(unit))
    here = [one for one in same if one.place == str(file.parent.resolve()) and (one.verified_at or older)]
    if here and (older or file == out):
        return
    progress(0)
    try:
        entries = next((one.entries for one in same if one.verified_at), 0)  # what lies at both places is opened once
        entries = entries or checking.verify_backup(store, file, sha256, progress, noting)
    except Problem as problem:
        if problem.code == "other-key":  # made before the records got a new key
            with noting(), store.work("automatic_backup") as unit:
                register.note_older(unit, file, sha256, register.AUTO)
            return
        with noting(), store.work("automatic_backup") as unit:
            register.note_changed(unit, file)
        if problem.code == "damaged":
            raise checking.why_damaged(store, file, noting) from problem
        if problem.code == "other-history":  # nothing may take its place
            move(file, file.with_name(f"{file.stem}-other-{sha256[:8]}.backup"))
        raise
    with store.read() as unit:
        has = max(
            (one.entries for _day, one in register.good_in(unit, out.parent) if one.file_name == out.name), default=0
        )
    if has >= entries and file != out:  # all of it is in the good one of that day
        file.unlink()
        return
    checking.take_place(store, file, out, (sha256, entries), register.AUTO, noting, register.name_day(out.name))


def not_taken_up(unit: Unit) -> list[Path]:
    """What was made while locked, and is in no register yet."""
    wanted = plan(unit)
    found = [file for place in wanted.places for file in _made_here(place, wanted)]
    return [file for file in found if file.stem.endswith(register.NOT_OPENED)]


def _made_here(place: Path, wanted: Plan) -> dict[Path, dt.date]:
    """The backups of this PC in *place* that the program made, by their names, and of which day each is."""
    days = {file: register.name_day(file.name) for file in place.glob("*.backup")}
    return {
        file: day for file, day in days.items()
        if day and file.name in (_named(wanted, day), register.not_opened(file.with_name(_named(wanted, day))).name)
    }  # fmt: skip


def _named(wanted: Plan, day: dt.date) -> str:
    return f"{wanted.here.name[: -len(_DAY)]}{day.isoformat()}.backup"


# What lies around


def found(places: Collection[Path]) -> list[Path]:
    """The backups that lie in *places* or right under them, the newest first."""
    files = []
    for place in places:
        with contextlib.suppress(OSError):
            files += [file for file in (*place.glob("*.backup"), *place.glob("*/*.backup")) if file.is_file()]
    return sorted(set(files), key=lambda file: file.stat().st_mtime, reverse=True)
