"""A store: the folder with its encrypted database, its key slots and its lock.

``store.db`` the records, ``store.keys`` the key slots, ``store.lock`` held while the store is open,
``store.tries`` failed unlocks and locked accounts, ``store.place`` where the folder stands,
``sealed/`` files on their way. The folder is one device of the log.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec
import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..base import tries
from ..base.clock import Clock, stamp, today
from ..base.ids import Id
from ..base.locks import FolderLock
from ..base.problems import Problem, StoreDamaged
from ..base.slots import add_disk_error, slots_text
from ..base.words import _
from ..records.access import NOBODY, Who, may, not_allowed
from ..records.people import Person, Site, open_administrators
from . import accounts, log, mark, vault
from .engines import DATABASE, damaged_sentence, disk_sentence, engine_for
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
BEGINNING = frozenset(
    {
        "account_ran_out", "add_second", "become_new_device", "change_own_passphrase", "go_on_elsewhere", "join_site",
        "new_kit", "note_keepers", "restore", "sign_off", "test_kit", "uncover", "unlock", "unlock_failed",
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
        self.damaged = False
        """Whether damage was met since it was opened: whoever locks is then offered to save what can be saved."""
        self._lock, self._in_part = lock, False
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

    @property
    def this_folder(self) -> str:
        """What settings of this folder alone are kept under: several folders of a database are one device."""
        address = vault.unseal_database(self.slots, self.keys)
        if not address:
            return str(self.device)
        from .postgres import checked_url

        return f"{self.device} {checked_url(address).username}"

    def reconnect(self) -> None:
        """The records lie elsewhere now."""
        self.let_go()
        self._go_there()

    def let_go(self) -> None:
        """Close every connection; one is opened when it is needed again."""
        self.engine.dispose()
        self.everything.dispose()
        if self._ear:
            self._ear.close()

    def _seat(self, who: Who) -> None:
        """*who* is at the desk: what is read and written from now on is what this person may see."""
        if who == self.who:
            return
        self.who, self._in_part = who, False
        if self.engine is not self.everything:
            self.engine.dispose()
        self.engine = self._narrowed() if who.narrowed else self.everything
        self.writing = self.engine.execution_options(writing=True)

    def _narrowed(self) -> sa.Engine:
        """An engine that shows whoever is at the desk her part alone."""
        if not self.slots.database:
            from .narrowed import statements

            return engine_for(self.folder / DATABASE, self.keys.records, statements(self.who, self.today()))
        from . import postgres, seats

        address = vault.unseal_database(self.slots, self.keys)
        self._in_part = seats.is_hers(address, self.who.id)
        first = seats.first(address, self.who, self.site)
        return postgres.engine_for(address, first) if first else self.everything

    def heard(self) -> Changed | None:
        """What other workers wrote since the last call, as ``Ear.heard``; None where the store is a file."""
        found = self._ear.heard() if self._ear else None
        return None if found is None else Changed(found)

    def newest_slots(self, renewed: str) -> vault.SlotFile:
        """The key file with the site's keys as they were *renewed* last: the setting ``vault.IDENTITY``, or ``""``."""
        return vault.newest(self.slots, self.keys, renewed)

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
    def whole(self, act: str, *, beside: bool = False) -> Iterator[Unit]:
        """One consistent look at all records, for what counts or checks them: *act* says what for.

        Who sees a part only may be allowed to; what is answered must name no woman of the others. A long look *beside*
        whoever works has a connection of its own, so that nobody waits for one. Raises ``Problem`` too where a database
        shows her own login a part: it would be taken for all. The chain she may check: its sums are shown to everybody.
        """
        self.may(act)
        if self._in_part and act != "verify_log":
            raise Problem(
                _(
                    "Your account in the database does not see every record, so this would lack some. "
                    "Nothing was changed. Ask an administrator, or somebody who sees every woman."
                ),
                code="part",
            )
        own = beside and not self.slots.database
        engine = engine_for(self.folder / DATABASE, self.keys.records) if own else self.everything
        try:
            with self.told(), engine.connect() as connection, contextlib.closing(Unit(self, connection, "")) as unit:
                yield unit
        finally:
            if own:
                engine.dispose()

    def numbered(self, number: str) -> list[Id]:
        """The women with that department number, seen or not: for whoever may look beyond her list, with a reason."""
        self.may("break_glass")
        asked = "SELECT id FROM participant WHERE department_number = ? AND NOT removed"
        if self.slots.database:  # a login of hers cannot read past what she sees; it may ask for one number
            asked = "SELECT numbered(?)"
        with self.told(), self.everything.connect() as connection:
            return [Id(found) for found in connection.exec_driver_sql(asked, (number,)).scalars()]

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
        except MemoryError as error:  # what SQLCipher says at a commit after pages that the disk did not give
            add_disk_error(self.folder, self.clock)
            raise Problem(disk_sentence(error), code="disk") from error
        except StoreDamaged:
            self.damaged = True
            raise
        except (sa.exc.DatabaseError, driver.DatabaseError) as error:
            self._tell_of_the_database(error)
            if self.slots.database:
                raise
            if isinstance(error, sa.exc.OperationalError | driver.OperationalError):
                if "i/o error" in str(error).casefold():
                    add_disk_error(self.folder, self.clock)
                raise Problem(disk_sentence(error), code="disk") from error
            if type(error) not in (sa.exc.DatabaseError, driver.DatabaseError):  # a broken rule of ours: a bug
                raise
            self.damaged = True
            raise StoreDamaged(damaged_sentence()) from error
        except Exception as error:
            self._tell_of_the_database(error)
            raise

    def _tell_of_the_database(self, error: Exception) -> None:
        """Raise what PostgreSQL refused as ``Problem``. Of a plain statement it comes as its driver's own error."""
        if "psycopg" in sys.modules:  # the records lie there, or are on their way
            from .postgres import sentence

            if said := sentence(error):
                raise Problem(said, code="database") from error

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
            self._ear = None
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
            site = unit.get(Site, self.site)
            tested = unit.setting("kit_tested") == "yes"
            closed = found.disabled_on is not None or bool(accounts.ran_out(site, found, unit.today()))
            closed = closed and not _nobody_else(unit, found)
            asks = accounts.asks_second(site, found)
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
        """Raise ``Problem`` where *passphrase* is not that of whoever is at the desk; that is a failed unlock too.

        It is an entry at once, or where it cannot be written, at the next unlock.
        """
        tries.begin(self.folder, self.who.id, self.clock)
        try:
            vault.open_user(self.slots, self.who.name, passphrase, self.keys.second)
        except Problem:
            with contextlib.suppress(Problem), self.work("unlock_failed") as unit:
                unit.tell("person", self.who.id, failed_at=stamp(self.clock()))
                tries.was_told(self.folder, self.who.id)
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


def owed(what: str) -> str:
    """What has to be done first, in words."""
    if what == "passphrase":
        return _("First choose a passphrase of your own, under Settings, You. Nothing was changed.")
    return _("First set up your second proof, under Settings, You. Nothing was changed.")


def _nobody_else(unit: Unit, person: Person) -> bool:
    """Whether the store would be locked for good without her, whose account another site closed.

    Two sites may each have closed one of the last two administrators, not knowing of each other.
    """
    return person.administrator and not unit.first(open_administrators(unit.store.site))
