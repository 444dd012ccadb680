"""What can be known of a store before it is opened: its key slots, still sealed, and the failed unlocks.

Read before the first window is painted, so it needs neither the database nor any cryptography.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from .clock import Clock, stamp
from .files import replace_file
from .ids import Id
from .problems import Problem
from .words import _

FORMAT = "reentry-store/1"
FILE, TRIES, ERRORS = "store.keys", "store.tries", "store.errors"
LONGEST_WAIT = 30.0  # seconds after many failed unlocks


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to open the store. ``kind`` is "user" (Argon2id) or "pair" (two recovery parts, HKDF)."""

    id: str
    kind: str
    name: str
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    nonce: bytes = b""
    sealed: bytes = b""


class SlotFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``store.keys``: what can be known of a store before it is opened, and the slots."""

    format: str
    store: Id
    device: int
    site: Id
    kind: str
    practice: bool
    slots: tuple[Slot, ...]
    identity: bytes  # nonce and the sealed keys of site and device
    database: bytes = b""  # nonce and the sealed address, where the records lie in PostgreSQL

    def users(self) -> list[Slot]:
        """The slots of people, in the order they were added."""
        return [slot for slot in self.slots if slot.kind == "user"]


class _Format(msgspec.Struct, frozen=True):
    """The one field every version of the file has: a newer one may have others that this program does not know."""

    format: str


def read_slots(folder: Path) -> SlotFile:
    """The slot file of a store's folder. Raises ``Problem`` where there is none, or it is damaged."""
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Problem(
            _("There is no store in this folder. Nothing was changed. Choose the folder of your store, or create one."),
            code="no-store",
        ) from error
    except OSError as error:
        raise Problem(
            _("The key file of this store cannot be read. Nothing was changed. Ask your IT officer."), code="unreadable"
        ) from error
    try:
        said = msgspec.json.decode(data, type=_Format).format
        if said == FORMAT:
            return msgspec.json.decode(data, type=SlotFile)
        if not said.startswith(FORMAT.split("/", maxsplit=1)[0]):
            raise msgspec.DecodeError("the file of another program")
    except msgspec.DecodeError as error:
        raise Problem(
            _("The key file of this store is damaged. The records are untouched. Bring back the latest backup."),
            code="damaged",
        ) from error
    raise Problem(
        _("This store was made by a newer program. Nothing was changed. Update this program first."), code="newer"
    )


def slots_text(slots: SlotFile) -> bytes:
    """The slot file as it is written."""
    return msgspec.json.format(msgspec.json.encode(slots), indent=1)


def write_slots(folder: Path, slots: SlotFile) -> None:
    """Put the slot file in place in one step."""
    replace_file(folder / FILE, slots_text(slots))


def failures(folder: Path) -> list[str]:
    """When somebody failed to unlock since the last unlock, the oldest first."""
    try:
        return msgspec.json.decode((folder / TRIES).read_bytes(), type=list[str])
    except (OSError, msgspec.DecodeError):
        return []


def add_failure(folder: Path, clock: Clock) -> None:
    """Note a failed unlock; whoever unlocks next brings it into the log."""
    replace_file(folder / TRIES, msgspec.json.encode([*failures(folder), stamp(clock())][-50:]))


def wait_seconds(folder: Path) -> float:
    """How long the next unlock is held back: twice as long after each failure."""
    failed = len(failures(folder))
    return min(LONGEST_WAIT, 0.25 * 2**failed) if failed else 0.0


def disk_errors(folder: Path) -> list[str]:
    """When the disk did not give what it should, the oldest first; until everything was read again and was well."""
    try:
        return msgspec.json.decode((folder / ERRORS).read_bytes(), type=list[str])
    except (OSError, msgspec.DecodeError):
        return []


def add_disk_error(folder: Path, clock: Clock) -> None:
    """Note one, where the disk still takes that."""
    with contextlib.suppress(OSError):
        replace_file(folder / ERRORS, msgspec.json.encode([*disk_errors(folder), stamp(clock())][-50:]))


def forget_disk_errors(folder: Path) -> None:
    """Everything was read again, and was well."""
    with contextlib.suppress(OSError):
        (folder / ERRORS).unlink(missing_ok=True)
