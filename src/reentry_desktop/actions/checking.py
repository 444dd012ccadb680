"""Whether all is well: database, log, files, disk, clock; the record of use; backups."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.days import show_day, show_day_of
from ..base.files import move, sync_folder
from ..base.locks import in_turn
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _, ngettext
from ..records.change import from_payload
from ..store import Store, Unit
from ..store.backup import check_name, not_written, open_backup, write_backup
from ..store.check import check_log, check_pages, check_tables
from ..store.engines import damaged_sentence
from ..store.scans import harmed_scans
from ..store.unlocking import TRIES_GONE
from . import happened, key_file, keys, looked, parting, use_faults
from .backup_register import FOLDER, HAND, NOT_OPENED, not_opened, note, note_opened
from .sites import clocks_ahead
from .use import LOOKS, SEARCHES

_WITH_THIS_CLOCK = LOOKS | SEARCHES | {"uncover", "unlock", "unlock_failed", "log_found"}
LEAST_ROOM = 200 * 1024 * 1024  # bytes of disk below which the program warns


@dataclass(frozen=True)
class Finding:
    """One thing that is not well, in a sentence. ``detail`` is what the database says itself, for who helps."""

    code: str
    sentence: str
    detail: str = ""


def check(store: Store, progress: Progress = untold, *, beside: bool = False) -> list[Finding]:
    """Everything that is not well with this store; empty where all is well. *progress* may raise to stop it.

    *beside* whoever works: ``Store.whole``.
    """
    found = []
    progress(0)
    with store.whole("check", beside=beside) as unit:
        if pages := check_pages(unit.connection):
            store.damaged = True
            found.append(Finding("database", damaged_sentence(), pages[0]))
            return found  # what a damaged page holds cannot be read, let alone compared
        faults = use_faults.all_faults(unit, check_log(unit, lambda share: progress(0.3 + 0.3 * share)))
        progress(0.6)
        if sentences := list(dict.fromkeys(map(use_faults.words, faults))):
            found.append(Finding("log", " ".join([*sentences, _(use_faults.WHAT_TO_DO)])))
        if wrong := check_tables(unit.connection, lambda share: progress(0.6 + 0.3 * share)):
            words = ngettext(
                "{n} record differs from its history. The history is kept, and nothing was changed. "
                "Keep your latest backup, and tell your program office.",
                "{n} records differ from their history. The history is kept, and nothing was changed. "
                "Keep your latest backup, and tell your program office.",
                len(wrong),
            )
            found.append(Finding("tables", words.format(n=len(wrong))))
        for _id, name, here in harmed_scans(unit.connection):
            found.append(Finding("scan", _harmed(name, here)))
            progress(0.9)
        progress(1)
        if sentence := clock_sentence(unit):
            found.append(Finding("clock", sentence))
        found += [Finding("clock", ahead.words()) for ahead in clocks_ahead(unit)]
        if not store.kit_tested:
            found.append(Finding("kit", _("The recovery kit was not tested yet.")))
    if shutil.disk_usage(store.folder).free < LEAST_ROOM:
        found.append(Finding("disk", _("Little room is left on this disk. Free some space soon.")))
    if others_can_read(store.folder):
        found.append(Finding("folder", _("Other people of this PC can read the store's folder. Ask your IT officer.")))
    return found


def _harmed(name: str, here: bool) -> str:
    """What to tell a person of a scanned paper whose bytes are altered or missing."""
    if here:
        words = _(
            "The scanned paper “{name}” is not any more as it was kept. Everything else is as it was. "
            "Scan the paper again, or bring back a backup that has it."
        )
    else:
        words = _(
            "The scanned paper “{name}” is missing. Everything else is as it was. "
            "Scan the paper again, or bring back a backup that has it."
        )
    return words.format(name=name)


def others_can_read(folder: Path) -> bool:
    """Whether the folder is open to everybody on this PC: by its mode, or on Windows by what ``icacls`` names."""
    if os.name != "nt":
        return bool(folder.stat().st_mode & 0o007)
    tool = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe"
    told = subprocess.run([tool, folder], capture_output=True, text=True, check=False).stdout  # noqa: S603 (a fixed program, a folder of ours)
    return any(f"{group}:" in told for group in ("Everyone", r"BUILTIN\Users", r"NT AUTHORITY\Authenticated Users"))


def clock_sentence(unit: Unit) -> str:
    """What to tell a person where this PC's clock stands years before or after the last entry; ``""`` where it fits."""
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE device = ? AND payload IS NOT NULL ORDER BY number DESC LIMIT 300",
        (unit.store.device,),
    ).scalars()
    # The entries of this unlock, and of failures before it, were written by the clock that is judged; so was what
    # somebody looked at since, before anything was changed.
    before = (entry for entry in map(from_payload, rows) if entry.act not in _WITH_THIS_CLOCK)
    entry = next(before, None)
    if entry is None:
        return ""
    last = dt.datetime.fromisoformat(entry.at)
    now = unit.store.clock()
    if now < last - dt.timedelta(days=1):
        return _(
            "This PC's clock was set back: it says {now}, and the last entry is of {last}. "
            "Check the date before you count days."
        ).format(now=show_day(now.date()), last=show_day(last.date()))
    if now > last + dt.timedelta(days=365):
        return _(
            "This PC's clock jumped ahead: it says {now}, and the last entry is of {last}. "
            "Check the date before you count days."
        ).format(now=show_day(now.date()), last=show_day(last.date()))
    return ""


def verify_log(store: Store, against: Path | None = None) -> dict[str, Any]:
    """How many entries the log has, whether all is well with it, the first place that is not, and why in sentences."""
    found = use_faults.check_use(store, against)
    return {
        "entries": found.entries, "ok": not found.faults, "first_bad": found.bad or None, "problems": found.sentences,
        "unsigned": sum(found.unsigned.values()),
    }  # fmt: skip


Noting = Callable[[], AbstractContextManager[object]]
"""Held while the records are written: whoever locks waits for that moment, and for nothing else."""


def backup(
    store: Store, out: Path, how: str = HAND, *, over: bool = False, progress: Progress = untold,
    noting: Noting = nullcontext,
) -> tuple[str, int]:  # fmt: skip
    """A whole encrypted copy in one file, opened to see that it is good. Returns its SHA-256, and how many entries.

    Only then does it get its name, and may take an older one's place. Raises ``Problem``: code ``database`` where it is
    the records that are damaged. What was copied of them stays then, under ``not_opened``: it may be all there is.
    """
    with in_turn(progress):
        check_name(out, over=over)
        with noting(), store.work(_act(how)) as unit:
            unit.tell("site", store.site)
        file = not_opened(out)
        sha256, entries = write_backup(
            store.everything, store.folder, file, store.keys.records, over=True, progress=progress
        )  # fmt: skip
        try:
            verify_backup(store, file, sha256, progress, noting)
        except Problem as problem:
            if problem.code != "damaged":
                raise
            raise why_damaged(store, file, noting) from problem
        except BaseException:  # stopped: nobody looks for it where somebody chose the place herself
            if how == HAND:
                file.unlink(missing_ok=True)
            raise
        take_place(store, file, out, (sha256, entries), how, noting)
        return sha256, entries


def take_place(
    store: Store, file: Path, out: Path, made: tuple[str, int], how: str, noting: Noting = nullcontext,
    on: dt.date | None = None,
) -> None:  # fmt: skip
    """A backup that was opened gets its name, and stands in the register. *made*: as ``backup`` has it."""
    try:
        move(file, out)
        sync_folder(out.parent)
    except OSError as error:
        raise not_written() from error
    with noting(), store.work(_act(how)) as unit:
        note(unit, out, *made, how, on=on)


def _act(how: str) -> str:
    return "backup" if how == HAND else "automatic_backup"


def verify_backup(
    store: Store, file: Path, sha256: str, progress: Progress = untold, noting: Noting = nullcontext
) -> int:
    """Open a backup with the keys at hand; how many entries it has. Every chain in it must end on one of this store.

    Raises ``Problem``: as ``open_backup``, or ``other-history``.
    """
    opened = open_backup(file, store.keys, store.folder / FOLDER, lambda _share: progress(1))
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
        note_opened(unit, sha256, opened.entries)
        unit.tell("site", store.site, sha256=sha256, entries=opened.entries)
    return opened.entries


def why_damaged(store: Store, file: Path, noting: Noting = nullcontext) -> Problem:
    """What to tell where a backup that was good when it was written does not open: the records are damaged, or *file*.

    Damaged records are remembered, so that Today says it. A file that nobody opened yet is worth nothing otherwise.
    """
    with store.whole("verify_backup", beside=True) as unit:
        pages = check_pages(unit.connection)
    if pages:
        store.damaged = True
        found = Finding("database", damaged_sentence(), pages[0])
        with suppress(Problem), noting(), store.work("note_health") as unit:  # damaged, it may take no writing
            looked.add(unit, found.code, found.sentence)
        words = _(
            "The records on this PC are damaged, and so is each new backup. What an older backup holds is safe. "
            "Lock, and save what can be saved."
        )
        return Problem(words, code="database")
    if file.stem.endswith(NOT_OPENED):
        with suppress(OSError):
            file.unlink()
    words = _(
        "The backup {name} is damaged where it lies. The records are safe. Make another one. If this happens again, "
        "use another stick or disk."
    )
    return Problem(words.format(name=file.name), code="damaged")


def notices(unit: Unit) -> list[str]:
    """What whoever unlocked must be told now: the kit was used, a site has new keys, the clock looks wrong."""
    found = []
    used = unit.setting("recovery_used")
    if used and unit.setting(f"told_recovery/{unit.store.who.id}") != used:
        found.append(
            _(
                "The recovery kit of this store was used on {day}. If you do not know why, tell your program office."
            ).format(day=show_day_of(used))
        )
    gone = unit.setting(TRIES_GONE)
    if gone and unit.setting(f"told_tries/{unit.store.who.id}") != gone:
        found.append(
            _(
                "The list of failed unlocks was missing or exchanged on {day}. The records are safe. Somebody who can "
                "write in the program's folder may have tried passphrases. Tell an administrator."
            ).format(day=show_day_of(gone))
        )
    found += happened.notices(unit)
    found += keys.notices(unit)
    found += parting.notices(unit)
    found += use_faults.notices(unit)
    found += key_file.notices(unit)
    if sentence := clock_sentence(unit):
        found.append(sentence)
    return found


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    happened.notices_read(unit)
    keys.notices_read(unit)
    parting.notices_read(unit)
    use_faults.notices_read(unit)
    key_file.notices_read(unit)
    unit.set_setting(f"told_tries/{unit.store.who.id}", unit.setting(TRIES_GONE))
    unit.set_setting(f"told_recovery/{unit.store.who.id}", unit.setting("recovery_used"))
