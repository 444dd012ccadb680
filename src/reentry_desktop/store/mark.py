"""``store.mark``: how far this folder's log was known to be whole, kept outside the records.

A log that was cut off, written anew or put back from an earlier day is whole in itself: only what lies elsewhere shows
it. At each unlock and lock the end of the device's chain is noted here, under a key that the key slots alone hold, so
that somebody with the key of the records can write the log anew but not the marks. Some of the marks before are kept:
they show since when another history stands in the log.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hmac
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import sqlalchemy as sa

from ..base.files import replace_file
from ..base.ids import Id
from ..records.change import from_payload
from .engines import run
from .log import Head, hash_at_or_none, hash_known, head, partings, verify

if TYPE_CHECKING:
    from .folder import Store
    from .unit import Unit

FILE = "store.mark"
KEPT = 60
"""The latest marks of each device that are kept: of some weeks of work."""
LOOKED = 20_000
"""Entries after the last mark that an unlock verifies; a session writes some hundred. More are left to the check."""


class Fault(NamedTuple):
    """What is wrong with the log of a device: from entry *first* to *last*, both 0 where that is not known.

    ``code``: ``altered``, ``missing`` (from the middle), ``cut`` (from the end), ``rewritten`` (another history than
    was known), ``signature`` and ``name`` (see ``check.py``); of the marks ``no-mark``, ``mark-altered`` and
    ``other-store``. ``by`` is what knew better, where that is not the log itself: ``mark``, or what
    ``exchange.anchors`` compares with.
    """

    code: str
    device: int = 0
    first: int = 0
    last: int = 0
    by: str = ""


class Mark(msgspec.Struct, frozen=True):
    """The chain of *device* ended so at the moment *at*: its last number, and the hash there in hexadecimal."""

    device: int
    number: int
    hash: str
    at: str


class _File(msgspec.Struct, frozen=True):
    store: str
    marks: tuple[Mark, ...]
    seal: str = ""


def read(folder: Path, store: Id, key: bytes) -> tuple[tuple[Mark, ...], str]:
    """The marks, and what is wrong with them: the code of a ``Fault``, or ``""``. *key* is that of the identity."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=_File)
    except FileNotFoundError:
        return (), "no-mark"
    except (OSError, msgspec.DecodeError):
        return (), "mark-altered"
    if found.store != store:
        return (), "other-store"
    if not hmac.compare_digest(found.seal, _seal(found, key)):
        return (), "mark-altered"
    return found.marks, ""


def write(folder: Path, store: Id, key: bytes, mark: Mark) -> None:
    """Note where a device's chain ends. What cannot be written is not noted: the marks before still hold."""
    marks, _wrong = read(folder, store, key)
    of_it = [one for one in marks if one.device == mark.device and one.number < mark.number]
    kept = (*of_it[-KEPT + 1 :], mark)
    made = _File(store, (*(one for one in marks if one.device != mark.device), *kept))
    with contextlib.suppress(OSError):
        replace_file(folder / FILE, msgspec.json.encode(msgspec.structs.replace(made, seal=_seal(made, key))))


def _seal(file: _File, key: bytes) -> str:
    told = msgspec.json.encode(msgspec.structs.replace(file, seal=""))
    return hmac.digest(hmac.digest(key, b"reentry-mark/1", "sha256"), told, "sha256").hex()


def compare(connection: sa.Connection, ends: Iterable[Mark], by: str = "mark") -> list[Fault]:
    """What the log here lacks, or says otherwise, of chains that ended so at some time, as *by* knows.

    Faults of one device are one: from where the two no longer agree. What stayed with its site, and what goes on under
    other numbers since a copied folder parted, is no fault.
    """
    by_device: dict[int, list[Mark]] = {}
    for end in ends:
        by_device.setdefault(end.device, []).append(end)
    found = []
    for device, known in sorted(by_device.items()):
        agreed = 0
        for mark in sorted((mark for mark in known if mark.number), key=lambda mark: mark.number):
            here = hash_at_or_none(connection, device, mark.number)
            if here is not None and here.hex() == mark.hash:
                agreed = mark.number
            elif not _is_elsewhere(connection, mark):
                found.append(_fault(connection, here, mark, agreed, known[-1].number, by))
                break
    return found


def _fault(connection: sa.Connection, here: bytes | None, mark: Mark, agreed: int, last: int, by: str) -> Fault:
    if here is not None:
        return Fault("rewritten", mark.device, agreed + 1, mark.number, by)
    end = head(connection, mark.device).number
    if end < mark.number:
        return Fault("cut", mark.device, end + 1, last, by)
    return Fault("missing", mark.device, mark.number, mark.number, by)


def _is_elsewhere(connection: sa.Connection, mark: Mark) -> bool:
    """Whether that number means another entry since a parting, or stayed with its site."""
    if partings(connection).is_doubtful((mark.device, mark.number)):
        return True
    statement = "SELECT 1 FROM gap WHERE device = ? AND first <= ? AND last >= ?"
    return run(connection, statement, (mark.device, mark.number, mark.number)).fetchone() is not None


def look(store: Store, *, updated: bool) -> list[Fault]:
    """What an unlock sees: the marks of this device against its log, and the chain of what was written since the last.

    A store that was *updated* now had no marks before, and a worker's folder at a database begins without one.
    """
    marks, wrong = read(store.folder, store.slots.store, store.keys.identity)
    if wrong:
        fine = wrong == "no-mark" and (updated or store.slots.database)
        return [] if fine else [Fault(wrong, store.device)]
    device = store.device
    with store.everything.connect() as connection:
        ours = [mark for mark in marks if mark.device == device]
        if found := compare(connection, ours):
            return found
        last = max((mark.number for mark in ours), default=0)
        if head(connection, device).number - last > LOOKED:
            return []
        known = {device: Head(last, hash_known(connection, device, last))} if last else None
        return [Fault(*fault) for fault in verify(connection, of=device, after=known).faults]


def compare_here(store: Store) -> list[Fault]:
    """What the marks in the folder know otherwise than the log, of every device that this folder was."""
    marks, wrong = read(store.folder, store.slots.store, store.keys.identity)
    with store.everything.connect() as connection:
        return [Fault(wrong, store.device)] if wrong else compare(connection, marks)


FOUND = "log_found"
"""The act of what was found wrong with the log at an unlock, and the setting that keeps it for who must be told."""


def tell(unit: Unit, faults: list[Fault]) -> None:
    """An entry for each of them, and what the people of this store must be told until they have read it."""
    if faults:
        unit.act = FOUND
        for fault in faults:
            unit.tell(**fault._asdict())
        told = [*msgspec.json.decode(unit.setting(FOUND) or "[]"), *(list(fault) for fault in faults)]
        unit.set_setting(FOUND, msgspec.json.encode(told[-20:]).decode())


def clock_set_back(unit: Unit) -> dict[str, Any]:
    """By how many seconds this PC's clock stands before the last entry of this device, where it does."""
    row = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE device = ? AND payload IS NOT NULL ORDER BY number DESC LIMIT 1",
        (unit.store.device,),
    ).first()
    if row is None:
        return {}
    behind = dt.datetime.fromisoformat(from_payload(row[0]).at) - unit.store.clock()
    return {"clock_set_back": int(behind.total_seconds())} if behind > dt.timedelta(seconds=2) else {}
