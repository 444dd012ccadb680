"""A key file that is lost or damaged comes from a backup of the same store, where it still opens the records.

What changed in the key file since that day is not in it. Whose account is newer, or got a new passphrase or was closed
since, has no slot afterwards; two parts of a kit of before open nothing; a device that the store is no more writes
nothing: it goes on as a new one. After a new key for the records no older key file fits.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ..base import places, tries
from ..base.clock import Clock
from ..base.days import show_day_of
from ..base.ids import Id
from ..base.problems import NotFound, Problem, StoreDamaged
from ..base.slots import PAIR, WITH_SECOND, key_file_sentence
from ..base.words import _
from ..bundle import Link, SiteKeys
from ..exchange.identity import LINKS, SITE_SIZE
from ..records.people import Person
from ..store import Store, Unit, mark, vault
from ..store.backup import read_key_file, unpack_backup
from ..store.engines import DATABASE, engine_for
from ..store.folder import KIT_NUMBER
from ..store.pages import Pages
from ..store.unlocking import try_slot
from ..store.vault import signing_pair

TAKEN = "key_file_taken"
"""The setting of the day on which the key file came from a backup, until everybody has read it."""


@dataclass(frozen=True)
class Taken:
    """The key file of a backup: what it opens, what the records knew of it then, and whether it is another device's."""

    slots: vault.SlotFile
    keys: vault.Keys
    person: Id
    signing: dict[Id, str]
    kit: str
    elsewhere: bool


@dataclass(frozen=True)
class Stale:
    """What the key file of a backup does not know: sign-in names ``without`` a way in now, and whether the kit is new.

    Who is without gets a passphrase that works once; with another kit since, a new one is to be made.
    """

    without: tuple[str, ...]
    kit: bool


def is_lost(folder: Path, keys: vault.Keys | None = None) -> bool:
    """Whether the key file of the store in *folder* is missing or damaged; also what only its *keys* show."""
    try:
        slots = vault.read_slots(folder)
        if keys is not None:
            vault.unseal_identity(slots, keys)
    except StoreDamaged:
        return True
    return False


def asked(folder: Path, backups: Sequence[Path], name: str) -> tuple[str, bool, int]:
    """What the account *name* shows beside its passphrase: as ``SlotFile.asked``, of the key file that counts then.

    Raises ``Problem``, also where that is lost and there is no backup to take it from.
    """
    if is_lost(folder) and not backups:
        raise StoreDamaged(key_file_sentence())
    return (read_key_file(backups[0]) if is_lost(folder) else vault.read_slots(folder)).asked(name)


def take(folder: Path, name: str, passphrase: str, shown: str, backups: Sequence[Path], clock: Clock) -> Taken:
    """The key file of the first of *backups* that opens the records in *folder*. Nothing is written yet.

    Raises ``Problem``: none fits, or *name* does not open it with the passphrase and second proof of that day.
    """
    if not backups:
        raise StoreDamaged(key_file_sentence())
    if not (folder / DATABASE).exists():
        raise NotFound(_("The file with the records is missing. Nothing was changed. Bring back the latest backup."))
    time.sleep(tries.wait_seconds(folder))
    for backup in backups:
        with tempfile.TemporaryDirectory(dir=folder, prefix="repair-") as work:
            unpack_backup(backup, Path(work))
            slots = vault.read_slots(Path(work))
            slot, keys, left = try_slot(folder, slots, name, passphrase, shown, clock)
            vault.unseal_identity(slots, keys)
            if not _opens(folder / DATABASE, keys):
                continue
            _check_fits(folder, slots, keys, Id(slot.id))
            signing, kit = _known_then(Path(work) / DATABASE, keys)
        marks, _wrong = mark.read(folder, slots.store, keys.identity)
        elsewhere = not marks or marks[-1].device != slots.device or places.is_elsewhere(folder)
        return Taken(left, keys, Id(slot.id), signing, kit, elsewhere)
    raise Problem(
        _(
            "The key file in this backup does not open the records here. They are untouched: they got a new key since, "
            "or they are of another store. Choose a newer backup."
        ),
        code="other-key",
    )


def put(folder: Path, taken: Taken) -> None:
    """Put it in place. Cut off after this, whoever unlocks goes on as a new device where that is needed."""
    if taken.elsewhere:
        places.note_nowhere(folder)
    vault.write_slots(folder, taken.slots)


def settle(store: Store, taken: Taken, passphrase: str) -> Stale:
    """With nobody at the desk yet: what is not true any more in the key file goes out of it, and all are told."""
    with store.read() as unit:
        people = unit.all(sa.select(Person).where(Person.site == store.site))
        kit = unit.setting(KIT_NUMBER) != taken.kit
    stale = {one.id for one in people if one.disabled_on or one.signing_key != taken.signing.get(one.id)}
    slots, keys = store.slots, store.keys
    mine = next(slot for slot in slots.users() if slot.id == taken.person)
    for slot in slots.users():
        if slot.id in stale and slot is not mine:
            slots = msgspec.structs.replace(slots, slots=slots.without(slot.id))
    if kit:
        others = tuple(slot for slot in slots.slots if slot.kind != PAIR)
        slots = msgspec.structs.replace(slots, slots=others)
    with store.work("repair") as unit:
        if taken.person in stale:  # her signatures from now on are of a key that the records know
            seed, public = signing_pair()
            unit.revise(Person, taken.person, signing_key=public)
            keys = msgspec.structs.replace(keys, signing=seed)
            proof = keys if mine.kind == WITH_SECOND else msgspec.structs.replace(keys, second=b"")
            fresh = vault.new_user_slot(slots.store, taken.person, mine.name, passphrase, proof)
            rest = tuple(fresh if slot is mine else slot for slot in slots.slots)
            slots = msgspec.structs.replace(slots, slots=rest)
        if kit:
            unit.set_setting("kit_tested", "no")
        unit.set_setting(TAKEN, unit.today().isoformat())
    store.save_slots(slots)
    store.keys = keys
    known = {slot.id for slot in slots.users()}
    without = sorted(one.name for one in people if one.id not in known and one.disabled_on is None)
    return Stale(tuple(without), kit)


def _opens(database: Path, keys: vault.Keys) -> bool:
    """Whether any page of the file is under that key, damaged or not."""
    pages = Pages(database, keys.records)
    try:
        return pages.proved
    finally:
        pages.close()


def _known_then(database: Path, keys: vault.Keys) -> tuple[dict[Id, str], str]:
    """Of the backup's records: each person's signing key, and the number of the kit."""
    engine = engine_for(database, keys.records)
    try:
        with engine.connect() as then:
            people: dict[Id, str] = dict(then.exec_driver_sql("SELECT id, signing_key FROM person").all())
            return people, _setting(then, KIT_NUMBER)
    finally:
        engine.dispose()


def _check_fits(folder: Path, slots: vault.SlotFile, keys: vault.Keys, person: Id) -> None:
    """Raise ``Problem`` where *person* may not come in any more, or the site's new keys lay in the lost file alone."""
    engine = engine_for(folder / DATABASE, keys.records)
    try:
        with engine.connect() as here:
            closed = here.exec_driver_sql("SELECT disabled_on FROM person WHERE id = ?", (person,)).scalar()
            links = msgspec.json.decode(_setting(here, LINKS) or "[]", type=list[Link])
            renewed = _setting(here, vault.IDENTITY)
    except (Problem, sa.exc.DatabaseError):  # the records are damaged too: that is told once they are saved
        return
    finally:
        engine.dispose()
    if closed:
        raise Problem(_("This account is closed. Nothing was changed. Ask an administrator."), code="disabled")
    identity = vault.unseal_identity(vault.newest(slots, keys, renewed), keys)
    if links and links[-1].signing != SiteKeys.from_bytes(identity[:SITE_SIZE]).signing_public:
        raise Problem(
            _(
                "Your site got new keys since this backup was made, and its key file has the old ones. Nothing was "
                "changed. Choose a newer backup."
            ),
            code="other-key",
        )


def _setting(connection: sa.Connection, key: str) -> str:
    found = connection.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (key,)).scalar()
    return str(found or "")


def notices(unit: Unit) -> list[str]:
    """What whoever unlocked must be told, until she has read it."""
    day = unit.setting(TAKEN)
    if not day or unit.setting(_told(unit)) == day:
        return []
    words = _(
        "The key file was lost or damaged, and was taken from a backup on {day}. Passphrases and second proofs are "
        "those of the day of that backup: change what should be another one. If you do not know why, tell your program "
        "office."
    )
    return [words.format(day=show_day_of(day))]


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    unit.set_setting(_told(unit), unit.setting(TAKEN))


def _told(unit: Unit) -> str:
    return f"told_key_file/{unit.store.who.id}"
