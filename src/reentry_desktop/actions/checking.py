"""Whether all is well: database, log, files, disk, clock; the record of use; backups."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..base.ids import show_device
from ..base.progress import Progress, untold
from ..base.words import _, ngettext
from ..records.access import may_see
from ..records.change import from_payload
from ..records.people import Person
from ..store import Store, Unit
from ..store.backup import write_backup
from ..store.check import check_log, check_pages, check_tables
from ..store.engines import stream
from . import keys, parting
from .sites import clocks_ahead

LEAST_ROOM = 200 * 1024 * 1024  # bytes of disk below which the program warns


@dataclass(frozen=True)
class Finding:
    """One thing that is not well, in a sentence."""

    code: str
    sentence: str


def check(store: Store, progress: Progress = untold) -> list[Finding]:
    """Everything that is not well with this store; empty where all is well. *progress* may raise to stop it."""
    found = []
    progress(0)
    with store.whole("check") as unit:
        if pages := check_pages(unit.connection):
            found.append(
                Finding(
                    "database",
                    _(
                        "The database file is damaged: {what}. What your latest backup holds is safe. "
                        "Do not write more here; bring back the latest backup."
                    ).format(what=pages[0]),
                )
            )
            return found  # what a damaged page holds cannot be read, let alone compared
        progress(0.3)
        _count, bad = check_log(unit)
        progress(0.6)
        if bad:
            found.append(Finding("log", broken(bad)))
        if wrong := check_tables(unit.connection):
            words = ngettext(
                "{n} record differs from its history. The history is kept, and nothing was changed. "
                "Keep your latest backup, and tell your program office.",
                "{n} records differ from their history. The history is kept, and nothing was changed. "
                "Keep your latest backup, and tell your program office.",
                len(wrong),
            )
            found.append(Finding("tables", words.format(n=len(wrong))))
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


def broken(place: str) -> str:
    """What to tell a person where the log does not hold at *place*."""
    return _(
        "The record of use is broken at {place}. The records can still be read, and nothing was changed. "
        "Keep your latest backup, and tell your program office."
    ).format(place=place)


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
        "SELECT payload FROM entry WHERE device = ? AND payload IS NOT NULL ORDER BY number DESC LIMIT 60",
        (unit.store.device,),
    ).scalars()
    # The entries of this unlock, and of failures before it, were written by the clock that is judged.
    before = (entry for entry in map(from_payload, rows) if entry.act not in ("unlock", "unlock_failed"))
    entry = next(before, None)
    if entry is None:
        return ""
    last = dt.datetime.fromisoformat(entry.at)
    now = unit.store.clock()
    if now < last - dt.timedelta(days=1):
        return _(
            "This PC's clock was set back: it says {now}, and the last entry is of {last}. "
            "Check the date before you count days."
        ).format(now=now.date().isoformat(), last=last.date().isoformat())
    if now > last + dt.timedelta(days=365):
        return _(
            "This PC's clock jumped ahead: it says {now}, and the last entry is of {last}. "
            "Check the date before you count days."
        ).format(now=now.date().isoformat(), last=last.date().isoformat())
    return ""


def verify_log(store: Store) -> dict[str, Any]:
    """How many entries the log has, whether every chain and signature holds, and the first that does not."""
    with store.whole("verify_log") as unit:
        count, bad = check_log(unit)
    return {"entries": count, "ok": not bad, "first_bad": bad or None}


def log_lines(unit: Unit) -> Iterator[dict[str, Any]]:
    """Every entry in the order of arrival: device, number, when, who, what, which record, outcome."""
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    rows = stream(unit.connection, "SELECT device, number, payload, hash FROM entry ORDER BY seq")
    for device, number, payload, chained in rows:
        line = {"device": show_device(device), "number": number, "hash": chained.hex()}
        if payload is None:
            yield line | {"erased": True}
            continue
        change = from_payload(payload)
        if not may_see(unit.store.who, change.kind, change.by):
            yield line | {"kept_back": True}
            continue
        yield line | {
            "at": change.at, "who": names.get(change.by, change.by), "act": change.act, "kind": change.kind,
            "record": change.record, "participant": change.participant, "values": change.read_values(),
        }  # fmt: skip


def backup(store: Store, out: Path) -> tuple[str, int]:
    """A whole encrypted copy in one file. Returns its SHA-256 and how many entries it holds."""
    with store.work("backup") as unit:
        unit.tell("site", store.site)
    made = write_backup(store.everything, store.folder, out, store.keys.records)
    with store.work("backup") as unit:
        unit.set_setting("backup_on", unit.today().isoformat())
    return made


def last_backup(unit: Unit) -> dt.date | None:
    """The day of the last backup, or None where none was made."""
    on = unit.setting("backup_on")
    return dt.date.fromisoformat(on) if on else None


def notices(unit: Unit) -> list[str]:
    """What whoever unlocked must be told now: the kit was used, a site has new keys, the clock looks wrong."""
    found = []
    used = unit.setting("recovery_used")
    if used and unit.setting(f"told_recovery/{unit.store.who.id}") != used:
        found.append(
            _(
                "The recovery kit of this store was used on {day}. If you do not know why, tell your program office."
            ).format(day=used[:10])
        )
    found += keys.notices(unit)
    found += parting.notices(unit)
    if sentence := clock_sentence(unit):
        found.append(sentence)
    return found


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    keys.notices_read(unit)
    parting.notices_read(unit)
    unit.set_setting(f"told_recovery/{unit.store.who.id}", unit.setting("recovery_used"))
