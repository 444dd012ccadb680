"""Making a store, and unlocking one: a slot is tried, failures counted, the log looked at, old tables renewed."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base import places, standing_place, tries
from ..base.clock import Clock, system_clock
from ..base.ids import Id, new_device, new_id
from ..base.locks import FolderLock
from ..base.problems import Problem, StoreDamaged
from ..base.slots import ERRORS
from ..base.words import _
from ..records.access import NOBODY
from ..records.standing import UNREADABLE
from . import accounts, damaged, handover, mark, rekey, releasing, schema, sealed, second, vault
from .backup import write_opened
from .engines import DATABASE, damaged_sentence
from .folder import BECOMES, BEFORE_UPDATE, LOCK, Store
from .projection import Intake

MARK = "tries_mark {}"
"""The setting that knows this folder's list of failed unlocks (``Store.this_folder``), so that it is missed."""
TRIES_GONE = "tries_gone"
"""The setting of when the list was found missing or exchanged, until somebody has read that."""


def create_store(
    folder: Path,
    *,
    kind: str,
    site: Id,
    identity: bytes,
    device: int = 0,
    practice: bool = False,
    database: str = "",
    clock: Clock = system_clock,
) -> tuple[Store, dict[str, bytes]]:
    """A new, empty store and the three parts of its recovery kit. Nobody has a slot yet: add the first user next.

    With *database*, the address of an empty PostgreSQL database, the records lie there and the keys in the folder.
    Raises ``Problem`` where the folder is not empty or cannot be written. ``identity`` is sealed as it is.
    """
    if database:
        from .postgres import checked_url

        checked_url(database)
    make_folder(folder)
    lock = FolderLock(folder / LOCK)
    keys = vault.Keys(os.urandom(32), os.urandom(32))
    store_id = new_id()
    parts, slots = vault.new_recovery(store_id, keys)
    bare = vault.SlotFile(vault.FORMAT, store_id, device or new_device(), site, kind, practice, tuple(slots), b"")
    made = vault.with_database(vault.with_identity(bare, keys, identity), keys, database)
    store = Store(folder, made, keys, lock, clock)
    try:
        with store.told(), store.writing.begin() as connection:
            schema.create(connection)
            connection.exec_driver_sql("INSERT INTO setting VALUES ('store', ?)", (store_id,))
        vault.write_slots(folder, made)
        places.note(folder)
        store.set_mark()
    except BaseException:
        store.engine.dispose()
        lock.release()
        discard(folder)
        raise
    return store, parts


def make_folder(folder: Path) -> None:
    """The folder, made where it is not there and empty where it is. Raises ``Problem`` otherwise."""
    standing_place.refuse(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Problem(
                _("This folder is not empty. Nothing was changed. Choose a new folder for the store."), code="not-empty"
            )
        if os.name != "nt":
            folder.chmod(0o770)
    except OSError as error:
        raise Problem(
            _("This folder cannot be made or used. Nothing was changed. Choose another one, or ask your IT officer."),
            code="folder",
        ) from error


def open_store(
    folder: Path,
    name: str,
    passphrase: str,
    clock: Clock = system_clock,
    *,
    shown: str | bytes = "",
    banner: str = "",
    telling: bool = True,
    waited: float = 0.0,
) -> Store:
    """Unlock a store. Each failure makes the next answer slower, and is told in the log once somebody unlocks.

    ``shown`` is the second proof where the account asks for one: the text of a key file, or words of a line; as bytes
    the secret itself (``Keys.second``), of whoever was just at the desk.
    ``banner`` are the words that were acknowledged before, ``waited`` the seconds the caller held back since the last
    failure. Without ``telling`` nothing is written: a restored copy gets its new identity before its first entry.
    """
    slots = vault.read_slots(folder)
    if not slots.database:
        standing_place.refuse_remote(folder)
    lock = FolderLock(folder / LOCK)
    try:
        time.sleep(max(0.0, tries.wait_seconds(folder) - waited))
        slot, keys, left = try_slot(folder, slots, name, passphrase, shown, clock)
        store = Store(folder, slots, keys, lock, clock)
        try:
            if left is not slots:  # a line of one-time words is used up before anything is open
                store.save_slots(left)
            begin(store, Id(slot.id), banner, telling=telling)
            if slot.id in slots.handed:
                _seal_anew(store, slot, passphrase)
        except BaseException:
            store.engine.dispose()
            raise
    except BaseException:
        lock.release()
        raise
    return store


def try_slot(
    folder: Path, slots: vault.SlotFile, name: str, passphrase: str, shown: str | bytes, clock: Clock
) -> tuple[vault.Slot, vault.Keys, vault.SlotFile]:
    """The slot and what it gives, and the slots as they are to be kept. A try that fails, or is cut off, is noted."""
    found = slots.user(name)
    asks = second.asks(slots, name)
    if found is not None:
        tries.refuse_locked(tries.read(folder), found.id)
    if asks and not (shown if isinstance(shown, bytes) else shown.strip()):
        second.unwrap(slots, "", "")
    whose = found.id if found else ""
    tries.begin(folder, whose, clock)
    try:
        secret, left = (b"", slots)
        if asks:
            secret, left = (shown, slots) if isinstance(shown, bytes) else second.unwrap(slots, whose, shown)
    except Problem:  # no word of the list, or no key file: nothing was tried
        tries.was_right(folder, whose)
        raise
    try:
        slot, keys = vault.open_user(slots, name, passphrase, secret)
    except Problem as problem:
        if problem.code != "wrong-passphrase":
            tries.was_right(folder, whose)
        tries.refuse_locked(tries.read(folder), whose)
        raise
    tries.was_right(folder, whose)
    return slot, keys, left


def open_with_parts(folder: Path, parts: dict[str, bytes], clock: Clock = system_clock) -> Store:
    """Open with two parts of the recovery kit, to give somebody a new passphrase. No person is at the desk yet."""
    slots = vault.read_slots(folder)
    keys = vault.open_recovery(slots, parts)
    store = Store(folder, slots, keys, FolderLock(folder / LOCK), clock)
    try:
        with store.told():
            _look(store)
    except BaseException:
        store.engine.dispose()
        store._lock.release()
        raise
    return store


def begin(store: Store, person: Id, banner: str = "", *, telling: bool = True) -> None:
    """Check the store, bring it up to date, and write who unlocked it, and who failed to before."""
    with store.told():
        updated = _look(store)
        faults = mark.look(store, updated=updated)
    store.behind = not store.slots.database and any(fault.code == "cut" for fault in faults)
    closing = telling and not store.behind
    if closing and not store.slots.database:
        accounts.close_what_is_due(store)
    store.sign_in(person)
    if closing and store.slots.database and store.who.administrator:  # another's login may not close accounts
        accounts.close_what_is_due(store)
        accounts.close_ended_logins(store)
    if not telling or store.behind:
        store._seat(NOBODY)  # nobody signs for a copy
        store.owes = ""
        return
    noted, known = tries.read(store.folder), MARK.format(store.this_folder)
    with store.work("unlock_failed") as unit:
        for one in tries.untold(noted):
            unit.tell("person" if one.slot else "", Id(one.slot), failed_at=one.at)
        for at, what, slot in noted.news:
            unit.act = f"account_{what}"
            unit.tell("person", Id(slot), at=at, by="phone" if what == "released" else "")
        if unit.setting(known) not in ("", noted.mark):
            unit.act = "tries_gone"
            unit.tell("person", person)
            unit.set_setting(TRIES_GONE, unit.today().isoformat())
        unit.set_setting(known, noted.mark)
        accounts.count_day(unit, person)
        mark.tell(unit, faults)
        unit.act = "unlock"
        said: dict[str, Any] = mark.clock_set_back(unit) | ({"acknowledged": banner} if banner else {})
        unit.tell("person", person, **said)
        if store.keys.signing:
            handover.note(unit, person, store.keys.signing)
    store.set_mark()
    releasing.refill(store)
    tries.were_told(store.folder, person)


def _seal_anew(store: Store, slot: vault.Slot, passphrase: str) -> None:
    """Put the keys that were handed over into her own slot. Where the disk is full, at the next unlock."""
    fresh = vault.new_user_slot(store.slots.store, Id(slot.id), slot.name, passphrase, store.keys)
    slots = tuple(fresh if other.id == slot.id else other for other in store.slots.slots)
    handed = {of: sealed for of, sealed in store.slots.handed.items() if of != slot.id}
    with contextlib.suppress(Problem):
        store.save_slots(msgspec.structs.replace(store.slots, slots=slots, handed=handed))


def discard(folder: Path) -> None:
    """Empty a folder in which making a store failed, or that is given up; what somebody holds stays."""
    for name in (
        DATABASE, DATABASE + "-wal", DATABASE + "-shm", LOCK, tries.FILE, ERRORS, vault.FILE, places.FILE, mark.FILE,
    ):  # fmt: skip
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / sealed.FOLDER, ignore_errors=True)


def _look(store: Store) -> bool:
    """Raise ``Problem`` where database and slots are of different stores; migrate an older one, after a backup.

    Gives whether it was migrated.
    """
    vault.unseal_identity(store.slots, store.keys)  # what the slot file says in clear is bound to it
    rekey.finish(store.folder, store.keys.records)
    database = store.folder / DATABASE
    in_folder = not store.slots.database
    if in_folder and (not database.exists() or not database.stat().st_size):  # an empty file would be made a new one
        if damaged.is_aside(store.folder):
            raise damaged.cut_off()
        raise Problem(
            _(
                "The file with the records is missing from this folder. Bring back the latest backup, "
                "or ask your program office."
            ),
            code="missing",
        )
    with store.engine.connect() as connection:
        try:
            damaged.refuse_unfinished(connection)
            belongs = connection.exec_driver_sql("SELECT value FROM setting WHERE key = 'store'").scalar()
            becomes = connection.exec_driver_sql(
                "SELECT value FROM setting WHERE key = ?", (BECOMES.format(store.device),)
            ).scalar()
            here = schema.version(connection)
            unread = (
                here == schema.HEAD
                and connection.exec_driver_sql("SELECT 1 FROM waiting WHERE needs = ?", (UNREADABLE,)).first()
            )
        except sa.exc.DatabaseError as error:
            if not in_folder:
                raise
            raise StoreDamaged(damaged_sentence()) from error
    damaged.finished(store.folder)
    if belongs != store.slots.store:
        raise Problem(
            _("The key file and the records in this folder are of different stores. Nothing was changed."),
            code="foreign",
        )
    if becomes:  # it was cut off between the records and the key file
        store.become(msgspec.json.decode(becomes, type=vault.SlotFile))
    if here != schema.HEAD:
        schema.refuse_newer(here)
        if in_folder:  # a server has backups of its own, and takes an update back that does not end
            kept = store.folder / BEFORE_UPDATE.format(here)
            kept.unlink(missing_ok=True)  # of an update that did not end: the store is as it was
            write_opened(store.engine, store.folder, kept, store.keys)
        with store.engine.execution_options(writing=True).begin() as connection:
            schema.upgrade(connection)
    elif unread:  # this may be a newer program with the same tables
        with store.engine.execution_options(writing=True).begin() as connection:
            Intake(connection).finish()
    return here != schema.HEAD
