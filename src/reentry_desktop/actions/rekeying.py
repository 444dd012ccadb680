"""A new key for the records, after somebody left or a PC, a stick or a backup was stolen.

Done while nobody else uses the store: it is opened with a passphrase, encrypted anew, and opened again. The recovery
kit is renewed with it, for nobody here knows the parts of the old one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ..base.clock import Clock, system_clock
from ..base.ids import Id
from ..base.problems import Problem
from ..base.wordlist import to_words
from ..base.words import _
from ..exchange import kept, news
from ..records.people import Person
from ..store import Store, Unit, handover, rekey, vault
from ..store.folder import BEFORE_PARTING, BEFORE_UPDATE, GENERATION, KIT_NUMBER
from ..store.vault import signing_pair
from . import automatic_backups
from . import backup_register as register
from .opening import unlock
from .setup import Kit
from .staff import one_time_passphrase


@dataclass(frozen=True)
class Rekeyed:
    """What came of it: the new recovery kit, to be parted and tested, and who gets a passphrase that works once.

    ``backup`` is where the fresh backup lies; ``no_backup`` says why there is none.
    """

    kit: Kit
    one_time: dict[str, str] = field(default_factory=dict, repr=False)
    older: int = 0
    """Backups that still open with the key of before."""
    backup: Path | None = None
    no_backup: str = ""


def renew(
    folder: Path,
    user: str,
    passphrase: str,
    clock: Clock = system_clock,
    *,
    shown: str | bytes = "",
    say: Callable[[str], object] = lambda _words: None,
) -> tuple[Store, Rekeyed]:
    """Encrypt the records in *folder* anew, and open them again. Raises ``Problem``; the old key then still counts.

    *shown* is the second proof, as ``open_store`` has it.
    """
    with unlock(folder, user, passphrase, clock, shown=shown) as store:
        _may(store)
        shown = store.keys.second
        say(_("Writing all records under a new key, and comparing them…"))
        parts, one_time = _renew(store, passphrase)
    store = unlock(folder, user, passphrase, clock, shown=shown)
    try:
        say(_("Making a fresh backup…"))
        made, why = _fresh_backup(store)
        _clear_own(store)
        with store.read() as unit:
            older = len(register.to_destroy(unit))
    except BaseException:
        store.close()
        raise
    kit = Kit(store.slots.store, {name: to_words(secret) for name, secret in parts.items()})
    return store, Rekeyed(kit, one_time, older, made, why)


def _may(store: Store) -> None:
    if not store.who.administrator:
        raise Problem(_("Only an administrator may do this. Nothing was changed."), code="not-allowed")
    if store.slots.database:
        raise Problem(
            _(
                "The records lie in PostgreSQL, which is not encrypted with a key of ours. Nothing was changed. Close "
                "the account of whoever left: the database then lets that login in no more. If a folder was stolen, "
                "make new keys for this site under “Who is trusted”, and a new recovery kit."
            ),
            code="database",
        )


def _renew(store: Store, passphrase: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """The parts of the new kit, and the passphrases of those who have none that can be handed the new keys."""
    old, own = store.keys, store.who.id
    new = msgspec.structs.replace(old, records=os.urandom(32), identity=os.urandom(32))
    parts, pairs = vault.new_recovery(store.slots.store, new)
    slots: list[vault.Slot] = []
    handed: dict[str, tuple[bytes, ...]] = {}
    one_time: dict[str, str] = {}
    with store.read() as unit:
        identity = unit.identity
    with (
        rekey.copied(store, new) as copy,
        copy.execution_options(writing=True).begin() as connection,
        contextlib.closing(Unit(store, connection, "rekey")) as unit,
    ):
        keys = dict(unit.rows(sa.select(Person.id, Person.signing_key)))
        for slot in store.slots.users():
            person = Id(slot.id)
            if person == own:
                slots.append(vault.new_user_slot(store.slots.store, person, slot.name, passphrase, new))
                slots += store.slots.seconds(slot.id)
            elif public := handover.noted(unit, person, keys.get(person, "")):
                slots += (slot, *store.slots.seconds(slot.id))
                sealed = handover.seal(store.slots.store, person, public, new, old)
                handed[slot.id] = (
                    *store.slots.handed.get(slot.id, ()),
                    sealed,
                )  # of a time before too, unless she came
            else:
                one_time[slot.name] = one_time_passphrase()
                slots.append(_slot_once(unit, slot, one_time[slot.name], new))
        generation = register.generation(unit) + 1
        unit.set_setting(GENERATION, str(generation))
        unit.set_setting(KIT_NUMBER, str(register.kit_number(unit) + 1))
        unit.set_setting("kit_tested", "no")
        unit.set_setting(vault.IDENTITY, "")  # it was sealed under the key before
        kept.make_anew(unit)
        news.add(unit, news.REKEY)
        unit.tell("site", store.site, generation=generation, handed=len(handed), one_time=sorted(one_time))
        unit.end()
    bare = msgspec.structs.replace(store.slots, slots=(*slots, *pairs), handed=handed)
    rekey.switch(store, vault.with_identity(bare, new, identity), new)
    return parts, one_time


def _slot_once(unit: Unit, slot: vault.Slot, passphrase: str, new: vault.Keys) -> vault.Slot:
    """A slot for somebody whose own passphrase cannot be handed the new keys: she gets one that works once."""
    person = Id(slot.id)
    seed, public = signing_pair()
    unit.revise(Person, person, signing_key=public)
    unit.set_setting(f"one_time/{person}", "yes")
    keys = vault.Keys(new.records, new.identity, seed)
    return vault.new_user_slot(unit.store.slots.store, person, slot.name, passphrase, keys)


def _fresh_backup(store: Store) -> tuple[Path | None, str]:
    """Where it lies; else why there is none. The records have their new key whatever comes of it."""
    if store.practice:
        return None, ""
    try:
        made = automatic_backups.make_now(store)
    except Problem as problem:
        return None, problem.sentence
    return made.second or made.here, made.sentence


def _clear_own(store: Store) -> None:
    """What the program kept in the store's folder under the key before; a fresh backup stands."""
    for pattern in (BEFORE_UPDATE.format("*"), BEFORE_PARTING.format("*")):
        for file in store.folder.glob(pattern):
            with contextlib.suppress(OSError):
                file.unlink()
