"""Bringing a backup back to try: into a temporary folder, opened as one would on the bad day, compared, and deleted."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from ..base.ids import Id
from ..base.locks import in_turn
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.slots import WITH_SECOND
from ..base.words import _, ngettext
from ..store import Store, Unit, vault
from ..store.backup import chain_ends, unpack_backup
from ..store.check import check_pages
from ..store.engines import DATABASE, engine_for
from . import backup_register as register


@dataclass(frozen=True)
class Drill:
    """What was in the backup, and what is in the store now."""

    women: int
    entries: int
    women_now: int
    entries_now: int
    newer: bool
    """Whether it has entries that this store lacks: then the store is older than its backup."""

    def words(self) -> str:
        """The same in a sentence or two."""
        women = ngettext("{n} woman", "{n} women", self.women).format(n=self.women)
        entries = ngettext("{n} entry", "{n} entries", self.entries).format(n=self.entries)
        said = _("The backup opens. It holds {women} and {entries}.").format(women=women, entries=entries)
        if self.newer:
            return said + " " + _("It has entries that are not here: the records on this PC are older than it is.")
        since = self.entries_now - self.entries
        if since <= 0:
            return said + " " + _("That is all there is here.")
        return (
            said
            + " "
            + ngettext("{n} entry was written since.", "{n} entries were written since.", since).format(n=since)
        )


class Inside(NamedTuple):
    """What is in a backup: of which store, how many women and entries, and where the chain of each device ends."""

    store: Id
    women: int
    entries: int
    ends: list[tuple[int, int, bytes]]


def look_into(
    file: Path, user: str, passphrase: str, workplace: Path, second: bytes = b"", progress: Progress = untold
) -> Inside:
    """Open a backup with the passphrase of that day, and the secret of a *second* proof, in a folder of *workplace*.

    The folder goes again. Raises ``Problem``, or what *progress* raises to stop it.
    """
    workplace.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=workplace))
    try:
        unpack_backup(file, folder, progress)
        slots = vault.read_slots(folder)
        try:
            _slot, keys = vault.open_user(slots, user, passphrase, second)
        except Problem as problem:
            asked = slots.user(user)
            if asked is not None and asked.kind == WITH_SECOND:
                raise _another_proof() from problem
            raise
        vault.unseal_identity(slots, keys)
        engine = engine_for(folder / DATABASE, keys.records)
        try:
            with engine.connect() as copy:
                if check_pages(copy):
                    raise Problem(_("This backup is damaged. Nothing was changed. Try an older one."), code="damaged")
                return Inside(slots.store, *_counts(copy), chain_ends(copy))
        finally:
            engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _another_proof() -> Problem:
    """A drill takes the second proof that is at hand; that of the backup's day may be another one by now."""
    return Problem(
        _(
            "This backup was not opened: the passphrase is not that of its day, or the second proof is another one "
            "since. Nothing was changed, and the backup need not be damaged. It comes back with the key file or the "
            "sheet of its day, or with two parts of the recovery kit. Make a fresh backup now, and try that one."
        ),
        code="wrong-passphrase",
    )


def compare(store: Store, inside: Inside) -> Drill:
    """What is in a backup beside what is in *store* now."""
    with store.whole("restore_drill") as unit:
        return Drill(*inside[1:3], *_counts(unit.connection), newer=_newer(unit, inside.ends))


def drill(store: Store, file: Path, user: str, passphrase: str, progress: Progress = untold) -> Drill:
    """Try *file* with the passphrase of that day. Nothing of it stays.

    Raises ``Problem``, or what *progress* raises to stop it.
    """
    store.may("restore_drill")
    try:
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=file.name),
            code="no-file",
        ) from error
    own = store.keys.second if user.casefold() == store.who.name.casefold() else b""
    with in_turn(progress):
        inside = look_into(file, user, passphrase, store.folder / register.FOLDER, own, progress)
    progress(1)
    if inside.store != store.slots.store:
        raise Problem(_("This backup is of another store. Nothing was changed. Choose another one."), code="foreign")
    found = compare(store, inside)
    with store.work("restore_drill") as unit:
        unit.set_setting(register.DRILLED, unit.today().isoformat())
        register.note_opened(unit, sha256, inside.entries)
        unit.tell("site", store.site, sha256=sha256, entries=inside.entries, women=inside.women)
    return found


def _counts(connection: sa.Connection) -> tuple[int, int]:
    women = connection.exec_driver_sql("SELECT count(*) FROM participant WHERE NOT removed").scalar_one()
    return women, connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()


def _newer(unit: Unit, ends: list[tuple[int, int, bytes]]) -> bool:
    here = {device: number for device, number, _hash in chain_ends(unit.connection)}
    return any(number > here.get(device, 0) for device, number, _hash in ends)


__all__ = ["Drill", "Inside", "compare", "drill", "look_into"]
