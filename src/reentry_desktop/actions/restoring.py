"""Coming back: with two parts of the recovery kit, or from a backup, which is laid out as a new device."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ..base import places, tries
from ..base.clock import Clock, system_clock
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _, ngettext
from ..exchange import news
from ..records.people import Person
from ..store import Store, open_store, open_with_parts, vault
from ..store.backup import unpack_backup
from ..store.unlocking import discard, make_folder
from ..store.vault import signing_pair
from .backup_register import FOLDER
from .opening import become_new, go_on_as_new
from .restore_drill import compare, look_into
from .setup import read_part
from .staff import new_slot


def open_with_kit(folder: Path, texts: list[str], clock: Clock = system_clock) -> Store:
    """Open a store with two parts of its kit. Raises ``Problem`` where they are not two parts of it."""
    parts: dict[str, bytes] = {}
    unnamed: list[bytes] = []
    for text in texts:
        name, secret = read_part(text)
        if name:
            parts[name] = secret
        else:
            unnamed.append(secret)
    if not unnamed:
        return open_with_parts(folder, parts, clock)
    slots = vault.read_slots(folder)
    for names in itertools.permutations(set(vault.PARTS) - parts.keys(), len(unnamed)):
        tried = parts | dict(zip(names, unnamed, strict=True))
        try:
            vault.open_recovery(slots, tried)
        except Problem:
            continue
        return open_with_parts(folder, tried, clock)
    return open_with_parts(folder, parts, clock)


def recover(folder: Path, texts: list[str], user: str, passphrase: str, clock: Clock = system_clock) -> str:
    """Give *user* a new passphrase with two parts of the kit. Everybody is told at the next unlock.

    Returns the user's name. Raises ``Problem``.
    """
    vault.check_passphrase(passphrase, user)
    with open_with_kit(folder, texts, clock) as store:
        slot = store.slots.user(user)
        if slot is None:
            raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
        seed, public = signing_pair()
        with store.work("recover") as unit:
            unit.revise(Person, Id(slot.id), signing_key=public, disabled_on=None)
            unit.tell("person", Id(slot.id), parts=len(texts))
            unit.set_setting("recovery_used", unit.store.clock().isoformat())
            news.add(unit, news.KIT_USED)
        fresh = new_slot(store, Id(slot.id), slot.name, passphrase, seed)
        store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.without(slot.id), fresh)))
        tries.release(folder, slot.id)
        return slot.name


def restore(
    file: Path, folder: Path, user: str, passphrase: str, clock: Clock = system_clock, *, texts: Sequence[str] = (),
    shown: str = "",
) -> Store:  # fmt: skip
    """Lay a backup out in *folder* and open it as a new device, so that two histories never share one number.

    With *texts*, two parts of the recovery kit, *passphrase* is a new one for *user*; without, *shown* is the second
    proof where the account asks for one. Raises ``Problem``; the folder is then empty again.
    """
    if texts:
        vault.check_passphrase(passphrase, user)
    elif (folder / vault.FILE).exists():
        _stand_side_by_side(file, folder, user, passphrase, shown, clock)
    make_folder(folder)
    try:
        _lay_out(file, folder)
        if texts:
            with open_with_kit(folder, list(texts), clock) as old:
                become_new(old)
            recover(folder, list(texts), user, passphrase, clock)
            store = open_store(folder, user, passphrase, clock)
        else:
            store = open_store(folder, user, passphrase, clock, shown=shown, telling=False)
        try:
            if not texts:
                go_on_as_new(store, user)
            with store.work("restore") as unit:
                news.add(unit, news.RESTORE)
                unit.tell("site", store.site, device=store.device)
        except BaseException:
            store.close()
            raise
    except BaseException:
        discard(folder)
        raise
    places.note(folder)
    return store


def _lay_out(file: Path, folder: Path) -> None:
    """Lay the backup out so that, wherever this is cut off, whoever opens the folder goes on as a new device."""
    try:
        places.note_nowhere(folder)
    except OSError as error:
        raise Problem(
            _("The backup could not be laid out there. The backup itself is untouched. Check that there is room."),
            code="disk",
        ) from error
    unpack_backup(file, folder)


def _stand_side_by_side(file: Path, folder: Path, user: str, passphrase: str, shown: str, clock: Clock) -> None:
    """A backup is never brought back over a store. Raises ``Problem`` that says which of the two is newer.

    Nothing where this passphrase opens only one of them, or they are two stores.
    """
    try:
        with open_store(folder, user, passphrase, clock, shown=shown, telling=False) as here:
            inside = look_into(file, user, passphrase, folder / FOLDER, here.keys.second)
            if inside.store != here.slots.store:
                return
            found = compare(here, inside)
    except Problem:
        return
    if found.newer:
        words = _(
            "The records in this folder are older than the backup. Nothing was changed. Bring the backup back into an "
            "empty folder; then this one is needed no more."
        )
    else:
        since = found.entries_now - found.entries
        words = ngettext(
            "The records in this folder are newer than the backup: {n} entry would be missing. Nothing was changed. "
            "Open the store that is here; or choose an empty folder for the backup.",
            "The records in this folder are newer than the backup: {n} entries would be missing. Nothing was changed. "
            "Open the store that is here; or choose an empty folder for the backup.",
            since,
        ).format(n=since)
    raise Problem(words, code="newer-here")


__all__ = ["open_with_kit", "recover", "restore"]
