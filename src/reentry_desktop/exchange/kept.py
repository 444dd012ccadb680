"""A facility's sealed backup, which its office keeps unopened for the day that the facility's PC is lost.

It is the backup's own file, under the facility's own keys, and travels as a parcel from the facility to itself. The
office keeps the newest; the one before is let go when the newer is here whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from ..base.files import sync_folder
from ..base.ids import Id
from ..base.problems import Problem, StoreDamaged
from ..base.progress import Progress, untold
from ..base.words import _
from ..bundle import Parcel
from ..records.local import ParcelHere, Peer
from ..records.people import OfficeKeeps, Site
from ..store import Store, Unit
from ..store.backup import write_opened
from ..store.sealed import workplace
from .parcels import confirmed, is_backup, newest, note_damaged, put

LARGEST = 500 * 1000 * 1000
_PIECE = 1 << 20
EVERY = 6
"""Days from one backup for the office to the next: who brings a stick each week always brings a new one."""
_SEALED_ON = "backup_for_office"


def going(unit: Unit) -> bool:
    """Whether a backup goes along with the next bundle for an office: one that was not confirmed, or a new one."""
    row = _own(unit)
    return is_due(unit) or (row is not None and not row.by_number)


def is_due(unit: Unit) -> bool:
    """Whether a new one is to be made: this facility wants it so, and the last is some days old or damaged."""
    if unit.store.slots.kind != "facility" or unit.get(Site, unit.store.site).office_keeps != OfficeKeeps.NEWEST:
        return False
    row, sealed = _own(unit), unit.setting(_SEALED_ON)
    if not sealed or (row is not None and (row.damaged or not unit.sealed.is_here(row.sha256))):
        return True
    return not 0 <= (unit.today() - dt.date.fromisoformat(sealed)).days < EVERY


def make_anew(unit: Unit) -> None:
    """The next bundle for an office takes a new one along: the records have another key."""
    unit.set_setting(_SEALED_ON, "")


def confirmed_through(unit: Unit, office: Peer) -> int:
    """Up to which entry, in the order of arrival, *office* has confirmed a backup of this site; 0 where it has none."""
    row = _own(unit)
    if row is None or row.damaged or not confirmed(unit, row, office):
        return 0
    made = unit.connection.exec_driver_sql(
        "SELECT max(seq) FROM entry WHERE payload LIKE ?", (f'%"backup_for_office"%{row.sha256}%',)
    ).scalar()
    return made or 0


def sealed_on(unit: Unit) -> str:
    """The day the last one was made here (ISO); ``""`` before the first."""
    return unit.setting(_SEALED_ON)


def _own(unit: Unit) -> ParcelHere | None:
    return newest(unit, unit.store.site, unit.store.site)


def make_due(store: Store, progress: Progress = untold) -> str:
    """Make the backup that goes along, if it is due. Returns a sentence where none could be made, else ``""``.

    A backup that fails keeps no bundle from going. Raises what *progress* raises to stop it.
    """
    with store.read() as unit:
        if not is_due(unit):
            return ""
    try:
        out = workplace(store.folder) / f"{store.site}.backup"
        out.unlink(missing_ok=True)  # of one that was cut off
        sha256 = write_opened(store.everything, store.folder, out, store.keys, lambda _share: progress(0))
        size = out.stat().st_size
        if size > LARGEST:
            out.unlink()
            return _(
                "The backup for the office is above 500 MB, so it does not go along. "
                "Make a backup by hand and keep it away from this PC."
            )
        with store.work("backup_for_office") as unit:
            unit.sealed.keep(out, sha256)
            put(unit, Parcel(store.site, store.site, sha256, size), store.device, 0)
            unit.set_setting(_SEALED_ON, unit.today().isoformat())
            unit.tell("site", store.site, sha256=sha256, size=size)
    except (OSError, Problem) as error:
        if isinstance(error, Problem) and error.code == "damaged":
            store.damaged = store.damaged or isinstance(error, StoreDamaged)
            words = _("The backup for the office was opened to try it, and is damaged. It does not go along.")
            return f"{words} {error.sentence}"
        return _(
            "The backup for the office could not be made, so it does not go along. The records here are safe. "
            "Free some room on this PC; the next copy tries again."
        )
    return ""


def backups(unit: Unit) -> Sequence[ParcelHere]:
    """Of an office: the backups that lie here, each of another facility."""
    kept = sa.select(ParcelHere).where(
        ParcelHere.from_site == ParcelHere.to_site, ParcelHere.from_site != unit.store.site
    )
    return unit.session.scalars(kept.order_by(ParcelHere.at, ParcelHere.from_site)).all()


def hand_out(store: Store, site: Id, out: Path, progress: Progress = untold) -> str:
    """Copy the backup of *site* to *out*, read it back and compare; its SHA-256. It stays here.

    Raises ``Problem``, or what *progress* raises to stop it.
    """
    with store.read() as unit:
        row = newest(unit, site, site)
        if row is None or site == store.site:
            raise Problem(_("No backup of that site is kept here. Nothing was written."), code="no-backup")
        sha256, size, whole = row.sha256, max(1, row.size), unit.sealed.is_whole(row.sha256)
    if not whole:
        with store.work("hand_out_backup") as unit:
            note_damaged(unit, row)
        raise Problem(
            _(
                "This backup was damaged on this PC, so it was not written. The site can start again from the records "
                "that the office has."
            ),
            code="damaged",
        )
    if out.exists():
        raise Problem(
            _("A file of that name is already there. Nothing was written. Choose another name."), code="exists"
        )
    part = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with store.read() as unit, unit.sealed.opened(sha256) as source, part.open("wb") as copy:
            for number, piece in enumerate(iter(lambda: source.read(_PIECE), b"")):
                progress(min(1.0, number * _PIECE / size))
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        with part.open("rb") as copy:
            if hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
                raise OSError
        part.replace(out)
        sync_folder(out.parent)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise Problem(
            _("The backup could not be written there. It still lies here. Check that there is room, then try again."),
            code="stick",
        ) from error
    with store.work("hand_out_backup") as unit:
        unit.tell("site", site, sha256=sha256)
    return sha256


__all__ = [
    "backups",
    "going",
    "hand_out",
    "is_backup",
    "is_due",
    "make_anew",
    "make_due",
    "sealed_on",
]
