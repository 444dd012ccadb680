"""A store: the folder with its encrypted database, its key slots and its lock.

``store.db`` the records, ``store.keys`` the key slots, ``store.lock`` held while the store is open,
``store.tries`` failed unlocks and locked accounts, ``store.place`` where the folder stands,
``sealed/`` files on their way. The folder is one device of the log.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..base import places, standing_place, tries
from ..base.clock import Clock, stamp, system_clock, today
from ..base.ids import Id, new_device, new_id
from ..base.locks import FolderLock
from ..base.problems import Problem
from ..base.slots import ERRORS, add_disk_error, slots_text
from ..base.words import _
from ..records.access import NOBODY, Who, may, not_allowed
from ..records.people import Person, Site, open_administrators
from ..records.standing import UNREADABLE
from . import accounts, handover, log, mark, rekey, releasing, schema, sealed, second, vault
from .backup import write_backup
from .engines import DATABASE, disk_sentence, engine_for
from .projection import Intake
from .unit import Changed, Unit

if TYPE_CHECKING:
    from .listening import Ear

LOCK = "store.lock"
BEFORE_UPDATE = "before-update-{}.backup"  # what an update keeps of the store as it was
BEFORE_PARTING = "before-new-device-{}.backup"  # what going on as a new device keeps of it
BECOMES = "becomes {}"
"""The setting of what a device becomes: its key file, from when its entries are the new one's until that is there."""
GENERATION, KIT_NUMBER = "key_generation", "kit_number"
"""The settings that count the keys the records had, and the recovery kits; "" is the first."""
CHECKPOINT = b"reentry-checkpoint/1"
REFUSED = "refused"
"""The outcome of what whoever was at the desk might not do; without one it was done."""
MARK = "tries_mark {}"
"""The setting that knows this folder's list of failed unlocks (by its device), so that it is missed."""
TRIES_GONE = "tries_gone"
"""The setting of when the list was found missing or exchanged, until somebody has read that."""
BEGINNING = frozenset(
    {
        "account_ran_out", "add_second", "become_new_device", "change_own_passphrase", "go_on_elsewhere", "join_site",
        "new_kit", "note_keepers", "restore", "sign_off", "test_kit", "unlock", "unlock_failed",
    }
)  # fmt: skip
"""What may be done by somebody who has to choose her own passphrase, or to set up her second proof, first."""


class Store:
    """An open store. ``work`` writes, ``read`` reads; ``close`` drops the key and the lock."""

    def __init__(self, folder: Path, slots: vault.SlotFile, keys: vault.Keys, lock: FolderLock, clock: Clock) -> None:
        self.folder, self.slots, self.keys, self.clock = folder, slots, keys, clock
        self.device, self.site, self.practice = slots.device, slots.site, slots.practice
        self.who = NOBODY
        self.kit_tested = False
        self.owes = ""
        """What whoever is at the desk has to do first: "passphrase" or "second"; "" where nothing."""
        self.stated_day: dt.date | None = None  # said by a person, where the PC's clock is off by years
        self.behind = False
        """Whether the mark in the folder knows later entries of this device than there are: an older copy lies here."""
        self._lock = lock
        self._go_there()

    def __repr__(self) -> str:
        return "<Store>"

    def _go_there(self) -> None:
        """The engine for where the key file says that the records lie."""
        address, file = vault.unseal_database(self.slots, self.keys), self.folder / DATABASE
        self._ear: Ear | None = None
        if address:
            from . import listening, postgres

            self.engine, self._ear = postgres.engine_for(address), listening.Ear(address)
        else:
            self.engine = engine_for(file, self.keys.records)
        self.everything = self.engine
        self.writing = self.engine.execution_options(writing=True)

    def reconnect(self) -> None:
        """The records lie elsewhere now."""
        self.let_go()
        self._go_there()

    def let_go(self) -> None:
        """Close every connection; one is opened when it is needed again."""
        self.engine.dispose()
        self.everything.dispose()

    def _seat(self, who: Who) -> None:
        """*who* is at the desk: what is read and written from now on is what this person may see."""
        if who == self.who:
            return
        self.who = who
        if self.engine is not self.everything:
            self.engine.dispose()
        if who.narrowed and not self.slots.database:  # there the database knows who is logged in
            from .narrowed import statements

            self.engine = engine_for(self.folder / DATABASE, self.keys.records, statements(who, self.today()))
        else:
            self.engine = self.everything
        self.writing = self.engine.execution_options(writing=True)

    def heard(self) -> Changed | None:
        """What other workers wrote since the last call, as ``Ear.heard``; None where the store is a file."""
        found = self._ear.heard() if self._ear else None
        return None if found is None else Changed(found)

    def newest_slots(self, renewed: str) -> vault.SlotFile:
        """The key file with the site's keys as they were *renewed* last: the setting ``vault.IDENTITY``, or ``""``."""
        slots = msgspec.structs.replace(self.slots, identity=b64decode(renewed)) if renewed else self.slots
        try:
            vault.unseal_identity(slots, self.keys)
        except Problem:  # of records that were brought back as another device
            return self.slots
        return slots

    @contextmanager
    def work(self, act: str) -> Iterator[Unit]:
        """One transaction that writes; everything in it happens, or nothing. ``act`` is what the log calls it.

        Raises ``Problem`` where whoever is at the desk may not do it, or has to do something else first.
        """
        self.may(act)
        # What is refused is noted once all of it is undone.
        with (
            self.noting(act), self.told(), self.writing.begin() as connection,
            contextlib.closing(Unit(self, connection, act)) as unit,
        ):  # fmt: skip
            yield unit
            unit.end()
            if self._ear and unit.changed.touched:
                self._ear.tell(connection, unit.changed.touched)

    @contextmanager
    def noting(self, act: str) -> Iterator[None]:
        """What is asked for and may not be done by whoever is at the desk is an entry too: *act*, refused."""
        try:
            yield
        except Problem as problem:
            if problem.code == "not-allowed" and not problem.noted and self.who.id:
                with self.told(), self.writing.begin() as connection:
                    Unit(self, connection, act).tell(outcome=REFUSED)
                problem.noted = True
            raise

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """One consistent look at the records, beside whatever is being written."""
        with self.told(), self.engine.connect() as connection, contextlib.closing(Unit(self, connection, "")) as unit:
            yield unit

    @contextmanager
    def whole(self, act: str) -> Iterator[Unit]:
        """One consistent look at all records, for what counts or checks them: *act* says what for.

        Who sees a part only may be allowed to; what is answered must name no woman of the others.
        """
        self.may(act)
        engine = self.everything
        with self.told(), engine.connect() as connection, contextlib.closing(Unit(self, connection, "")) as unit:
            yield unit

    def today(self) -> dt.date:
        """The day it is: on this PC's calendar, or as a person said where that calendar cannot be right."""
        return self.stated_day or today(self.clock)

    @property
    def days_off(self) -> int:
        """By how many days this PC's calendar is known to be behind the true day; below 0 where it is ahead."""
        return (self.stated_day - today(self.clock)).days if self.stated_day else 0

    def may(self, act: str) -> None:
        """Raise ``Problem`` where whoever is at the desk may not do *act*, or has to do something else first."""
        if self.owes and act not in BEGINNING:
            raise Problem(owed(self.owes), code="owes")
        with self.noting(act):
            if not may(self.who, act):
                raise Problem(not_allowed(act), code="not-allowed")

    def only_administrators(self, act: str) -> None:
        """The same for what an administrator alone may do, whatever else a role includes."""
        with self.noting(act):
            if not self.who.administrator:
                raise Problem(not_allowed(""), code="not-allowed")

    @contextmanager
    def told(self) -> Iterator[None]:
        """Errors of the database as ``Problem``, but for those that are bugs of ours."""
        try:
            yield
        except (sa.exc.DatabaseError, driver.DatabaseError) as error:
            if self.slots.database:
                from .postgres import sentence

                if said := sentence(error):
                    raise Problem(said, code="database") from error
                raise
            if isinstance(error, sa.exc.OperationalError | driver.OperationalError):
                if "i/o error" in str(error).casefold():
                    add_disk_error(self.folder, self.clock)
                raise Problem(disk_sentence(error), code="disk") from error
            if type(error) not in (sa.exc.DatabaseError, driver.DatabaseError):  # a broken rule of ours: a bug
                raise
            raise Problem(
                _("Some records in this folder are damaged. Nothing was changed. Bring back the latest backup."),
                code="damaged",
            ) from error

    def sign_off(self) -> None:
        """Sign the run of entries made since the last signature with the user's own key, if there are any."""
        if not self.who.id or not self.keys.signing:
            return
        with self.work("sign_off") as unit:
            end = log.head(unit.connection, self.device)
            if unit.setting("signed_through") == str(end.number):
                return
            signed = CHECKPOINT + self.device.to_bytes(8, "big") + end.number.to_bytes(8, "big") + end.hash
            signature = Ed25519PrivateKey.from_private_bytes(self.keys.signing).sign(signed)
            unit.tell(through=end.number, hash=end.hash.hex(), signature=signature.hex())
            unit.set_setting("signed_through", str(end.number + 1))
        self.set_mark()

    def set_mark(self) -> None:
        """Note outside the records how far the log of this device goes (``mark.py``)."""
        with self.told(), self.everything.connect() as connection:
            end = log.head(connection, self.device)
        at = stamp(self.clock())
        mark.write(
            self.folder, self.slots.store, self.keys.identity, mark.Mark(self.device, end.number, end.hash.hex(), at)
        )

    def close(self) -> None:
        """Sign, forget the key, and let another program in. Python cannot promise that no copy of it is left."""
        if not self.keys.records:
            return  # closed before
        try:
            with contextlib.suppress(Problem):
                self.sign_off()
        finally:
            self.let_go()
            if self._ear:
                self._ear.close()
            self.keys = vault.Keys(b"", b"")
            for name in ("engine", "everything", "writing"):  # whoever opens a connection holds the key
                vars(self).pop(name, None)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        self.close()

    def sign_in(self, person: Id, seed: bytes = b"") -> None:
        """Seat *person* at the desk: what is written from now on is hers."""
        with self.read() as unit:
            found = unit.get(Person, person)
            tested = unit.setting("kit_tested") == "yes"
            closed = found.disabled_on is not None or bool(accounts.ran_out(found, unit.today()))
            closed = closed and not _nobody_else(unit, found)
            asks = accounts.asks_second(unit.get(Site, self.site), found)
            given = unit.setting(accounts.ONE_TIME.format(person)) == "slip"
        if closed:
            raise Problem(_("This account is closed. Nothing was changed. Ask an administrator."), code="disabled")
        self.take_over_keys()
        self.kit_tested = tested
        self._seat(Who(found.id, found.name, found.administrator, str(found.role), str(found.scope)))
        if seed:
            self.keys = msgspec.structs.replace(self.keys, signing=seed)
        self.owes = "passphrase" if given else "second" if asks and not self.keys.second else ""

    def prove(self, passphrase: str) -> None:
        """Raise ``Problem`` where *passphrase* is not that of whoever is at the desk; that is a failed unlock too."""
        tries.begin(self.folder, self.who.id, self.clock)
        try:
            vault.open_user(self.slots, self.who.name, passphrase, self.keys.second)
        except Problem:
            tries.refuse_locked(tries.read(self.folder), self.who.id)
            raise
        tries.was_right(self.folder, self.who.id)

    def take_over_keys(self) -> None:
        """Put the site's keys as they were renewed last into this folder, so that dropped ones stay in none."""
        with self.read() as unit:
            newest = self.newest_slots(unit.setting(vault.IDENTITY))
        if newest != self.slots:
            with contextlib.suppress(Problem):  # where the disk is full, at the next unlock
                self.save_slots(newest)

    def will_become(self, unit: Unit, slots: vault.SlotFile) -> None:
        """With the same transaction that gives this device's entries to another one: the key file follows for sure."""
        unit.set_setting(BECOMES.format(self.device), slots_text(slots).decode())
        unit.set_setting(vault.IDENTITY, "")  # bound to the device it was

    def become(self, slots: vault.SlotFile) -> None:
        """Be the device that *slots* name, as ``will_become`` has noted."""
        was = self.device
        self.save_slots(slots)
        self.device = slots.device
        with self.told(), self.writing.begin() as connection:
            connection.exec_driver_sql("DELETE FROM setting WHERE key = ?", (BECOMES.format(was),))
        self.set_mark()

    def save_slots(self, slots: vault.SlotFile) -> None:
        """Put a changed slot file in place."""
        try:
            vault.write_slots(self.folder, slots)
        except OSError as error:
            raise Problem(
                _(
                    "The key file could not be written. The old one still stands, and the records are safe. "
                    "Check that there is room, then try again."
                ),
                code="disk",
            ) from error
        self.slots = slots


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
    if not telling or store.behind:
        store._seat(NOBODY)  # nobody signs for a copy
        store.owes = ""
        return
    noted, known = tries.read(store.folder), MARK.format(store.device)
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


def owed(what: str) -> str:
    """What has to be done first, in words."""
    if what == "passphrase":
        return _("First choose a passphrase of your own, under Settings, You. Nothing was changed.")
    return _("First set up your second proof, under Settings, You. Nothing was changed.")


def _seal_anew(store: Store, slot: vault.Slot, passphrase: str) -> None:
    """Put the keys that were handed over into her own slot. Where the disk is full, at the next unlock."""
    fresh = vault.new_user_slot(store.slots.store, Id(slot.id), slot.name, passphrase, store.keys)
    slots = tuple(fresh if other.id == slot.id else other for other in store.slots.slots)
    handed = {of: sealed for of, sealed in store.slots.handed.items() if of != slot.id}
    with contextlib.suppress(Problem):
        store.save_slots(msgspec.structs.replace(store.slots, slots=slots, handed=handed))


def _nobody_else(unit: Unit, person: Person) -> bool:
    """Whether the store would be locked for good without her, whose account another site closed.

    Two sites may each have closed one of the last two administrators, not knowing of each other.
    """
    return person.administrator and not unit.first(open_administrators(unit.store.site))


def discard(folder: Path) -> None:
    """Empty a folder in which making a store failed."""
    for name in (
        DATABASE, DATABASE + "-wal", DATABASE + "-shm", LOCK, tries.FILE, ERRORS, vault.FILE, places.FILE, mark.FILE,
    ):  # fmt: skip
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
        raise Problem(
            _(
                "The file with the records is missing from this folder. Bring back the latest backup, "
                "or ask your program office."
            ),
            code="missing",
        )
    with store.engine.connect() as connection:
        try:
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
            raise Problem(
                _("The records in this folder are damaged. Nothing was changed. Bring back the latest backup."),
                code="damaged",
            ) from error
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
            write_backup(store.engine, store.folder, kept, store.keys.records)
        with store.engine.execution_options(writing=True).begin() as connection:
            schema.upgrade(connection)
    elif unread:  # this may be a newer program with the same tables
        with store.engine.execution_options(writing=True).begin() as connection:
            Intake(connection).finish()
    return here != schema.HEAD
