"""Saving what can be saved of a store whose file is damaged. What is missing is named, and asked for again.

The damaged file stays in the folder under another name. The store goes on as a new device, as after a restore: what the
old one wrote last may be among what is lost, and no number is ever given twice. Its next bundle for the office says how
far each device is known for sure, and the office gives back what it holds beyond that (``exchange/given_back.py``).
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ..base import places, tries
from ..base.clock import Clock, stamp, system_clock
from ..base.ids import Id, new_device, show_device
from ..base.locks import FolderLock
from ..base.problems import NotFound, Problem
from ..base.progress import Progress, untold
from ..base.words import _, ngettext
from ..exchange.knowledge import End, ranges_of
from ..exchange.parting import part_at
from ..records.local import Device, Gap, Peer, ReceivedBundle, SentBundle, Setting
from ..records.participant import Participant
from ..records.people import Person, Role, Site
from ..records.transfer import site_name
from ..store import Store, Unit, open_store, vault
from ..store.backup import unpack_backup
from ..store.check import check_pages
from ..store.damaged import SAVED, UNFINISHED, finished, put_aside, put_back
from ..store.engines import DATABASE, engine_for
from ..store.folder import LOCK
from ..store.log import REPAIRED
from ..store.mark import compare_here, tell
from ..store.salvage import Run, Saved, save_what_can_be
from ..store.unlocking import begin, try_slot
from ..store.vault import signing_public
from . import backup_register as register
from . import key_file, looked
from .opening import become_new


class _Note(msgspec.Struct, frozen=True):
    at: str
    runs: tuple[tuple[int, int, int], ...]
    women: tuple[Id, ...]


@dataclass(frozen=True)
class Missing:
    """Entries of one PC that are not here: how many, of whose, and their numbers."""

    site: str
    device: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def words(self) -> str:
        """In a sentence."""
        n = self.count
        words = ngettext("{n} entry of {site}, PC {device}: number {first}.",
                         "{n} entries of {site}, PC {device}: numbers {first} to {last}.", n)  # fmt: skip
        return words.format(n=n, site=self.site, device=self.device, first=self.first, last=self.last)


@dataclass(frozen=True)
class Repaired:
    """What became of a repair. ``women`` are names; ``lists`` is whether something outside the log was lost too.

    ``kept`` is the damaged file of the records, None where they were whole. ``stale`` is what the key file of a backup
    did not know; None where the store's own was there.
    """

    entries: int
    missing: tuple[Missing, ...]
    women: tuple[str, ...]
    lists: bool
    kept: Path | None
    device: str
    stale: key_file.Stale | None = None

    def told(self) -> list[str]:
        """In sentences, what there is to know and to do where the key file came from a backup."""
        if self.stale is None:
            return []
        said = [_("The key file came from the backup. Passphrases and second proofs are those of that day.")]
        if self.kept is None:
            said.insert(0, _("The records are whole: nothing is missing."))
        if self.stale.without:
            names = ", ".join(self.stale.without)
            said.append(_("These people get a passphrase that works once, from an administrator: {names}").format(
                names=names))  # fmt: skip
        if self.stale.kit:
            said.append(_("Make a new recovery kit: the sheets of now open nothing any more."))
        return said


def repair(
    folder: Path,
    name: str,
    passphrase: str,
    *,
    shown: str = "",
    backups: Sequence[Path] = (),
    clock: Clock = system_clock,
    progress: Progress = untold,
) -> Repaired:
    """Save what can be saved of the store in *folder* into a new file; a lost key file comes from one of *backups*.

    They also fill in what is missing, where they can. Raises ``Problem``: the passphrase is wrong, nothing is damaged,
    a backup is of another store, no room. Then the store is as it was.
    """
    key_file.is_lost(folder)  # raises where there is no store at all
    lock = FolderLock(folder / LOCK)
    try:
        keys, taken = _keys(folder, name, passphrase, shown, backups, clock)
        put_back(folder, keys.records)
        slots = vault.read_slots(folder)
        whole = _is_whole(folder, keys)
        if whole and taken is None:
            raise Problem(_("The records in this folder are not damaged. Nothing was changed."), code="whole")
        if not whole:
            with tempfile.TemporaryDirectory(dir=folder, prefix="repair-") as work:
                more = [_of_backup(backup, Path(work) / str(place), slots) for place, backup in enumerate(backups)]
                saved = save_what_can_be(folder / DATABASE, keys.records, folder / SAVED, slots.store, more, progress)
            kept, stale = put_aside(folder, stamp(clock())), None
            store = Store(folder, slots, keys, lock, clock)
            try:
                _go_on(store, saved)
                _begin_anew(store, name, saved)
                stale = key_file.settle(store, taken, passphrase) if taken else None
                finished(folder)
            finally:
                store.engine.dispose()
    except OSError as error:
        raise Problem(
            _(
                "The records could not be saved into a second file. What there was is kept. Check that there is room "
                "and that this PC lets the program write in the folder, then try again."
            ),
            code="disk",
        ) from error
    finally:
        lock.release()
    if whole:
        assert taken is not None
        return _with_key_file(folder, name, passphrase, taken, clock)
    with open_store(folder, name, passphrase, clock, shown=keys.second, waited=math.inf) as store:
        places.note(folder)
        with store.work("repair") as unit:
            unit.tell("site", store.site, missing=saved.lost, entries=saved.entries, key_file=taken is not None)
        with store.read() as unit:
            return Repaired(
                saved.entries, tuple(_named(unit, saved.missing)), _women(unit, saved.women),
                bool(saved.tables), kept, show_device(store.device), stale,
            )  # fmt: skip


def _with_key_file(folder: Path, name: str, passphrase: str, taken: key_file.Taken, clock: Clock) -> Repaired:
    """The records are whole: they open with the key file that was put back, as a new device where it was another's."""
    with open_store(
        folder, name, passphrase, clock, shown=taken.keys.second, telling=False, waited=math.inf
    ) as store:  # fmt: skip
        faults, new = compare_here(store), taken.elsewhere or store.behind
        if new:
            become_new(store)
        stale = key_file.settle(store, taken, passphrase)
        begin(store, taken.person)
        places.note(folder)
        with store.work("repair") as unit:
            unit.tell("site", store.site, key_file=True)
            if new:
                tell(unit, faults)
        with store.whole("check") as unit:
            entries = unit.connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
        return Repaired(entries, (), (), lists=False, kept=None, device=show_device(store.device), stale=stale)


def _keys(
    folder: Path, name: str, passphrase: str, shown: str, backups: Sequence[Path], clock: Clock
) -> tuple[vault.Keys, key_file.Taken | None]:
    """The keys; a lost key file is first put back from one of *backups*. *shown* is the second proof, if any."""
    if not key_file.is_lost(folder):
        slots = vault.read_slots(folder)
        if slots.database:
            raise Problem(
                _("The records of this office lie on a server. Nothing was changed. Ask whoever runs the server."),
                code="server",
            )
        time.sleep(tries.wait_seconds(folder))
        _slot, keys, left = try_slot(folder, slots, name, passphrase, shown, clock)
        if left is not slots:  # a line of one-time words is used up
            vault.write_slots(folder, left)
        if not key_file.is_lost(folder, keys):
            return keys, None
    taken = key_file.take(folder, name, passphrase, shown, backups, clock)
    key_file.put(folder, taken)
    return taken.keys, taken


def _is_whole(folder: Path, keys: vault.Keys) -> bool:
    """Whether no page of the records is damaged. Raises ``NotFound`` where they are not there."""
    if not (folder / DATABASE).exists():
        raise NotFound(_("The file with the records is missing. Nothing was changed. Bring back the latest backup."))
    engine = engine_for(folder / DATABASE, keys.records)
    try:
        with engine.connect() as connection:
            return not check_pages(connection)
    except (Problem, sa.exc.DatabaseError):
        return False
    finally:
        engine.dispose()


def _of_backup(backup: Path, work: Path, slots: vault.SlotFile) -> Path:
    work.mkdir()
    unpack_backup(backup, work)
    if vault.read_slots(work).store != slots.store:
        raise Problem(_("This backup is of another store. Nothing was changed. Choose another one."), code="foreign")
    return work / DATABASE


def _go_on(store: Store, saved: Saved) -> None:
    """Be a new device. What this one wrote after the first hole, and gave nobody yet, goes along under new numbers."""
    with store.read() as unit:
        lost = unit.first(sa.select(Gap).where(Gap.device == store.device, Gap.hash_after == b"").order_by(Gap.first))
        sent = max(
            (_last_in(bundle, store.device) for bundle in unit.session.scalars(sa.select(SentBundle))), default=0
        )
    if lost is not None and lost.first > sent and "sent_bundle" not in saved.tables:
        part_at(store, End(store.device, lost.first - 1, lost.hash_before.hex()), new_device())
    else:
        become_new(store)
    with store.work("repair") as unit:  # whose entries are missing is asked for all of them once more
        unit.local(sa.delete(ReceivedBundle))
        unit.local(sa.update(Peer).values(has_number=0))


def _begin_anew(store: Store, name: str, saved: Saved) -> None:
    """Who works here, where the entries that said so are among what is lost: nobody must be locked out.

    What the office gives back of them then stands beside it, for a person to settle. What is missing is noted, and the
    new file counts from now on.
    """
    with store.read() as unit:
        site = unit.find(Site, store.site) is None
        lost = [slot for slot in store.slots.users() if unit.find(Person, Id(slot.id)) is None]
    with store.work("repair") as unit:
        if site:
            unit.create(Site, store.site, name=_("This site"), kind=store.slots.kind)
        for slot in lost:
            mine = slot.name.casefold() == name.casefold()  # who repairs opens the store: she can look after it
            unit.create(
                Person, Id(slot.id), name=slot.name, role=Role.PROGRAM_LEAD if mine else Role.COORDINATOR,
                administrator=mine, site=store.site, signing_key=signing_public(store.keys.signing) if mine else "",
            )  # fmt: skip
        runs = tuple((run.device, run.first, run.last) for run in saved.missing)
        note = _Note(stamp(store.clock()), runs, saved.women)
        unit.set_setting(REPAIRED, msgspec.json.encode(note).decode())
        unit.local(sa.delete(Setting).where(Setting.key == UNFINISHED))
        looked.forget(unit)  # what was found was in the damaged file
        register.note_trouble(unit, register.FAILED, "")


def _last_in(bundle: SentBundle, device: int) -> int:
    heads = msgspec.json.decode(bundle.heads, type=dict[str, tuple[int, str]])
    return heads.get(str(device), (0, ""))[0]


# What is missing still


def missing(unit: Unit) -> list[Missing]:
    """What was lost to a damaged disk and has not come back; nothing where all of it has."""
    if not (said := unit.setting(REPAIRED)):
        return []
    note = msgspec.json.decode(said, type=_Note)
    return _named(unit, [Run(*run) for run in note.runs])


def women_missing(unit: Unit) -> tuple[str, ...]:
    """Whom it was about, as far as that was known, while something is missing."""
    if not missing(unit):
        return ()
    return _women(unit, msgspec.json.decode(unit.setting(REPAIRED), type=_Note).women)


def _named(unit: Unit, runs: Sequence[Run]) -> list[Missing]:
    found = []
    for run in runs:
        here = set(
            unit.connection.exec_driver_sql(
                "SELECT number FROM entry WHERE device = ? AND number BETWEEN ? AND ?",
                (run.device, run.first, run.last),
            ).scalars()
        )
        known = unit.session.get(Device, run.device)
        site = site_name(unit.connection, known.site if known else unit.store.site)
        for first, last in ranges_of(number for number in range(run.first, run.last + 1) if number not in here):
            found.append(Missing(site, show_device(run.device), first, last))
    return found


def _women(unit: Unit, women: Sequence[Id]) -> tuple[str, ...]:
    found = (unit.find(Participant, woman) for woman in women)
    return tuple(sorted(her.short_name for her in found if her is not None))


__all__ = ["Missing", "Repaired", "missing", "repair", "women_missing"]
