"""One device, two histories: a folder was copied, and both copies went on.

Whoever took one history in refuses the other, keeps from where the two differ, and tells that site with its next
bundle. The PC whose history was refused then gives what it wrote since anew, as a new device (``parting``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.local import Device, Gap, Peer
from ..store import Unit
from ..store.log import entry, hash_known, partings
from .knowledge import End, Told, end_of
from .sharing import own_devices

MET, LEARNED, WAS, MOVED = "met {}", "parted {}", "was", "moved"
"""Settings. ``MET`` of a device whose other history was refused here: from where they differ. ``LEARNED`` what another
site said so of a device of this one. ``WAS`` the devices that this store was before it was brought back. ``MOVED``
those of which it has given anew what it had: what is here of them now came from elsewhere."""
OURS, OTHER, BELIEVED = "ours", "other", "believed"
MARKS = 200  # places named at most, where the two histories may differ first


class Met(msgspec.Struct, frozen=True):
    """Two histories of *device* of *site* were met here; *marks* are where the one here was, the latest first.

    The last of them is in both.
    """

    device: int
    site: str
    marks: tuple[End, ...]


class Learned(msgspec.Struct, frozen=True):
    """*site* has another history of *device* than this store after *number*, or knows of one.

    *state*: ``ours``, this store wrote what it did not believe; ``other``, another PC of this site did; ``believed``,
    what is here is what it has, and a copy of this PC went on elsewhere.
    """

    device: int
    number: int
    hash: str
    site: str
    at: str
    state: str


class Noted(Problem):
    """A bundle is refused, and what was learned of it is kept: a setting and its value."""

    def __init__(self, sentence: str, code: str, key: str, value: object) -> None:
        super().__init__(sentence, code=code)
        self.key, self.value = key, msgspec.json.encode(value).decode()


class Fork(Problem):
    """Entries of *device* differ from those here; they are the same up to *common* and not at *differs*."""

    def __init__(self, device: int, common: int, differs: int) -> None:
        super().__init__(
            _(
                "This bundle tells another history than the one that is here, as if a PC had been copied or brought "
                "back from a backup. Nothing was read in, and the records here are safe. "
                "Call the site and tell your program office."
            ),
            code="fork",
        )
        self.device, self.common, self.differs = device, common, differs


# Where a bundle is refused


def noted(unit: Unit, fork: Fork, sender: Id) -> Problem:
    """What to say and keep of a *fork* in a bundle of *sender*."""
    if not fork.device:
        return fork
    of = unit.session.get(Device, fork.device)
    site = of.site if of is not None else unit.store.site if fork.device in own_devices(unit) else sender
    peer = unit.session.get(Peer, site)
    if peer is None or site == unit.store.site != sender:
        return fork
    between = unit.rows(
        sa.select(entry.c.number, entry.c.hash)
        .where(entry.c.device == fork.device, entry.c.number > fork.common, entry.c.number < fork.differs)
        .order_by(entry.c.number.desc())
        .limit(MARKS)
    )
    gaps = unit.rows(
        sa.select(Gap.last, Gap.hash_after).where(
            Gap.device == fork.device, Gap.last > fork.common, Gap.last < fork.differs
        )
    )
    latest = sorted(map(tuple, (*between, *gaps)), reverse=True)[:MARKS]
    last = (fork.common, hash_known(unit.connection, fork.device, fork.common))
    marks = tuple(End(fork.device, number, bytes(chained).hex()) for number, chained in (*latest, last))
    kept = (MET.format(fork.device), Met(fork.device, site, marks))
    if any(p.device == fork.device and p.number < fork.differs for p in partings(unit.connection).all):
        return Noted(
            _(
                "This bundle is older than the day on which its PC went on as a new device. Nothing was read in, and "
                "the records here are safe. The next bundle of that PC brings all that is in it."
            ),
            "parted-before", *kept,
        )  # fmt: skip
    return Noted(
        _(
            "This bundle tells another history than the one that is here: a PC of {site} was copied, and both copies "
            "went on. Nothing was read in, and the records here are safe. Copy a bundle for {site} and take it to that "
            "PC: it then says there how to go on, and nothing is lost."
        ).format(site=peer.name),
        "fork", *kept,
    )  # fmt: skip


def tell(unit: Unit, site: Id) -> list[dict[str, Any]]:
    """For a bundle to *site*: of its devices with two histories, where the one that is here was."""
    found = []
    for met in _settings(unit, MET, Met):
        if met.site == site and end_of(unit, met.device).number > met.marks[-1].number:
            found += [msgspec.to_builtins(mark) for mark in met.marks]
    return found


def is_met(unit: Unit, device: int) -> bool:
    """Whether another history of *device* was refused here."""
    return bool(unit.setting(MET.format(device)))


def in_question(unit: Unit, site: Id) -> set[int]:
    """The other devices of this site of which *site* has another history: another PC gives what was written anew."""
    learned = _settings(unit, LEARNED, Learned)
    return {one.device for one in learned if one.state == OTHER and one.site == site}


# Where it is told


def hear(unit: Unit, peer: Peer, told: Told) -> None:
    """Take in what a bundle of *peer* says of devices of this site with two histories.

    Raises ``Noted`` where it did not believe what was written here.
    """
    was, moved = {unit.store.device, *_devices(unit, WAS)}, _devices(unit, MOVED)
    ends = {end.device: end for end in told.ends}
    for device in dict.fromkeys(mark.device for mark in told.parted):
        common = next((mark for mark in _latest(told.parted, device) if has(unit, mark)), None)
        if common is None or device in moved or device not in {unit.store.device, *own_devices(unit)}:
            continue
        if end_of(unit, device).number <= common.number:
            continue
        end = ends.get(device)
        believed = end is not None and has(unit, end)
        state = BELIEVED if believed else OURS if device in was else OTHER
        if state == BELIEVED and device != unit.store.device:
            unit.set_setting(LEARNED.format(device), "")
            continue
        now = stamp(unit.store.clock())
        learned = Learned(device, common.number, common.hash, peer.site, now, state)
        if state != OURS:
            unit.set_setting(LEARNED.format(device), msgspec.json.encode(learned).decode())
            continue
        raise Noted(must_part(peer.name), "parted", LEARNED.format(device), learned)


def must_part(site: str) -> str:
    """What the PC is told that has to go on as a new device."""
    return _(
        "This folder was copied, and both copies went on. {site} already has what the other one wrote. Nothing was "
        "read in, and all that was written here is safe. Choose “Go on as a new device”: then the work of both goes "
        "everywhere."
    ).format(site=site)


def _latest(marks: Sequence[End], device: int) -> list[End]:
    return sorted((mark for mark in marks if mark.device == device), key=lambda mark: -mark.number)


def has(unit: Unit, end: End) -> bool:
    """Whether that device's chain is the same here at that number."""
    return hash_known(unit.connection, end.device, end.number).hex() == end.hash


def note_device(unit: Unit, key: str, device: int) -> None:
    """Add to ``WAS``, where this store was *device* before, or to ``MOVED``."""
    unit.set_setting(key, msgspec.json.encode([*_devices(unit, key), device]).decode())


def _devices(unit: Unit, key: str) -> list[int]:
    return msgspec.json.decode(unit.setting(key, "[]"), type=list[int])


def learned(unit: Unit) -> list[Learned]:
    """What other sites said of devices of this one with two histories."""
    return _settings(unit, LEARNED, Learned)


def _settings(unit: Unit, key: str, kind: Any) -> list[Any]:
    rows = unit.connection.exec_driver_sql(
        "SELECT value FROM setting WHERE key LIKE ? AND value <> '' ORDER BY key", (key.format("%"),)
    )
    return [msgspec.json.decode(value, type=kind) for value in rows.scalars()]
