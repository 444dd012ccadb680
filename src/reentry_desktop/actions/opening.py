"""Unlocking a store, as whoever works on it does: a folder that was copied is a new device before its first entry."""

from __future__ import annotations

import math
from pathlib import Path

import sqlalchemy as sa

from ..base import places
from ..base.clock import Clock, system_clock
from ..base.ids import new_device, show_device
from ..base.problems import Problem
from ..base.slots import read_slots
from ..base.words import _
from ..exchange.forks import WAS, note_device
from ..exchange.identity import as_device
from ..records.local import Peer
from ..store import Store, destroying, open_store
from . import slips

MOVED = "stands_elsewhere"
"""The setting of the device that this folder became because it stands elsewhere."""


def unlock(folder: Path, name: str, passphrase: str, clock: Clock = system_clock, *, waited: float = 0.0) -> Store:
    """Unlock the store in *folder*; what ``open_store`` raises.

    Where the folder is a copy, or stands on another disk than before, it goes on as a new device: the original may go
    on too, and two histories must never share one number.
    """
    if destroying.finish(folder):
        raise Problem(_("The records on this PC were erased. Your office was told."), code="erased")
    served = read_slots(folder).database  # there the device is the database's, wherever a worker's folder stands
    if served or not places.is_elsewhere(folder):
        return _seated(open_store(folder, name, passphrase, clock, waited=waited))
    with open_store(folder, name, passphrase, clock, telling=False, waited=waited) as copy:
        become_new(copy)
    store = open_store(folder, name, passphrase, clock, waited=math.inf)  # it was waited before
    try:
        with store.work("go_on_elsewhere") as unit:
            unit.tell("site", store.site, device=store.device)
            unit.set_setting(MOVED, show_device(store.device))
    except BaseException:
        store.close()
        raise
    return _seated(store)


def _seated(store: Store) -> Store:
    """Somebody has unlocked: note where the folder stands, and whether it was with the sealed slip."""
    places.note(store.folder)
    try:
        slips.note_use(store)
    except BaseException:
        store.close()
        raise
    return store


def become_new(store: Store) -> None:
    """Be a new device before the first entry of this folder: after it was copied, or brought back from a backup."""
    was = store.device
    with store.work("become_new_device") as unit:
        slots = as_device(unit, new_device())
        note_device(unit, WAS, was)
        unit.local(sa.update(Peer).values(has_number=0))  # of bundles of the device it was
        store.will_become(unit, slots)
    store.become(slots)
