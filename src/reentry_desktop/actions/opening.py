"""Unlocking a store, as whoever works on it does: a folder that was copied is a new device before its first entry."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ..base import places
from ..base.clock import Clock, system_clock
from ..base.ids import Id, new_device, show_device
from ..base.problems import Problem
from ..base.slots import read_slots
from ..base.words import _
from ..exchange.forks import WAS, note_device
from ..exchange.identity import as_device
from ..exchange.knowledge import BEGAN_ANEW
from ..records.local import Peer
from ..store import Store, destroying, mark, open_store
from ..store.erasing import OWED
from ..store.unlocking import begin
from . import slips
from .taking_back import finish_taking_back

MOVED = "stands_elsewhere"
"""The setting of the device that this folder became because it stands elsewhere."""


def unlock(
    folder: Path,
    name: str,
    passphrase: str,
    clock: Clock = system_clock,
    *,
    shown: str | bytes = "",
    banner: str = "",
    waited: float = 0.0,
) -> Store:
    """Unlock the store in *folder*; what ``open_store`` takes and raises.

    Where the folder is a copy, or stands on another disk than before, it goes on as a new device: the original may go
    on too, and two histories must never share one number. So it does where the mark in the folder knows later entries
    than there are: an older copy of the records was put back, or their end was cut off.
    """
    end_erasing(folder)
    served = read_slots(folder).database  # there the device is the database's, wherever a worker's folder stands
    moved = not served and places.is_elsewhere(folder)
    store = open_store(
        folder, name, passphrase, clock, shown=shown, banner=banner, telling=not moved, waited=waited
    )  # fmt: skip
    if not moved and not store.behind:
        return _seated(store)
    try:
        faults = mark.compare_here(store)
        go_on_as_new(store, name, banner)
        with store.work("go_on_elsewhere" if moved else "go_on_after_old") as unit:
            unit.tell("site", store.site, device=store.device)
            if moved:
                unit.set_setting(MOVED, show_device(store.device))
            mark.tell(unit, faults)
    except BaseException:
        store.close()
        raise
    return _seated(store)


def end_erasing(folder: Path) -> None:
    """Where the store in *folder* was being erased, go on to the end and raise ``Problem`` that says so."""
    if (left := destroying.finish(folder)) is None:
        return
    said = _("The records on this PC were erased. Your office was told.")
    if left.backups:
        names = ", ".join(map(str, left.backups))
        said += " " + _("These backups still open; destroy them: {files}").format(files=names)
    if left.files:
        names = ", ".join(file.name for file in left.files)
        said += " " + _("Nothing opens what is left of them; delete it: {files}").format(files=names)
    raise Problem(said, code="erased")


def _seated(store: Store) -> Store:
    """Somebody has unlocked: note where the folder stands, and whether it was with the sealed slip.

    What was erased before a power cut goes from everywhere now; what a database holds aside, its server gives back.
    """
    places.note(store.folder)
    try:
        slips.note_use(store)
        with store.read() as unit:
            owed = unit.setting(OWED) and not store.slots.database
        if owed:
            finish_taking_back(store)
    except BaseException:
        store.close()
        raise
    return store


def go_on_as_new(store: Store, name: str, banner: str = "") -> None:
    """Be a new device, and then let *name*, who opened the store without telling, begin."""
    become_new(store)
    slot = store.slots.user(name)
    assert slot is not None
    begin(store, Id(slot.id), banner)


def become_new(store: Store) -> None:
    """Be a new device before the first entry of this folder: after it was copied, or brought back from a backup."""
    was = store.device
    with store.work("become_new_device") as unit:
        slots = as_device(unit, new_device())
        note_device(unit, WAS, was)
        unit.local(sa.update(Peer).values(has_number=0))  # of bundles of the device it was
        unit.set_setting(BEGAN_ANEW, "yes")
        store.will_become(unit, slots)
    store.become(slots)
