"""What can be known of a store before it is opened: its key slots, still sealed.

Read before the first window is painted, so it needs neither the database nor any cryptography.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import msgspec

from .clock import Clock, stamp
from .files import replace_file
from .ids import Id
from .problems import Problem, StoreDamaged
from .words import _

FORMAT = "reentry-store/1"
FILE, RECORDS, ERRORS = "store.keys", "store.db", "store.errors"
ERASING = "store.erasing"
"""What stands in a folder while its store is destroyed."""
USER, WITH_SECOND, PAIR, KEY_FILE, LINE = "user", "user+second", "pair", "key-file", "line"
"""Kinds of slots: of a person by passphrase, by passphrase and second proof, of two recovery parts; and what holds a
person's second secret, under a key file or a line of one-time words."""


Number = Annotated[int, msgspec.Meta(ge=-(1 << 62), lt=1 << 62)]
"""What can be written again as it was read."""


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to open the store, or half of one. Argon2id where a passphrase or words open it, else HKDF.

    Of a second proof *name* is whose it is, and what they call it: ``person/label``.
    """

    id: str
    kind: str
    name: str
    memory_kib: Number
    passes: Number
    lanes: Number
    salt: bytes
    nonce: bytes = b""
    sealed: bytes = b""

    def __post_init__(self) -> None:
        label = self.name.partition("/")[2] if self.kind in (KEY_FILE, LINE) else "1"
        if not label or (self.kind == LINE and not (label.isascii() and label.isdigit() and len(label) < 10)):
            raise ValueError("a second proof without a label")  # told as damage by whoever reads the file


class SlotFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``store.keys``: what can be known of a store before it is opened, and the slots."""

    format: str
    store: Id
    device: Number
    site: Id
    kind: str
    practice: bool
    slots: tuple[Slot, ...]
    identity: bytes  # nonce and the sealed keys of site and device
    database: bytes = b""  # nonce and the sealed address, where the records lie in PostgreSQL
    handed: dict[str, tuple[bytes, ...]] = {}
    """By slot: new keys, sealed for whoever has not unlocked since; each opens with those before it."""

    def users(self) -> list[Slot]:
        """The slots of people, in the order they were added."""
        return [slot for slot in self.slots if slot.kind in (USER, WITH_SECOND)]

    def user(self, name: str) -> Slot | None:
        """The slot of whoever has that sign-in name."""
        return next((slot for slot in self.users() if slot.name.casefold() == name.casefold()), None)

    def seconds(self, person: str) -> list[Slot]:
        """What proves a second time that it is *person*: key files and lines that were not used yet."""
        return [s for s in self.slots if s.kind in (KEY_FILE, LINE) and s.name.split("/", 1)[0] == person]

    def asked(self, name: str) -> tuple[str, bool, int]:
        """What the account *name* is asked to show besides: its key file's name, whether it has one, its next line."""
        slot = self.user(name)
        if slot is None or slot.kind != WITH_SECOND:
            return "", False, 0
        has_file = any(one.kind == KEY_FILE for one in self.seconds(slot.id))
        return self.key_file_name(slot.id), has_file, self.next_line(slot.id)

    def next_line(self, person: str) -> int:
        """The number of the line of her sheet that is asked for; 0 where she has none left."""
        numbers = [int(label_of(slot)) for slot in self.seconds(person) if slot.kind == LINE]
        return min(numbers, default=0)

    def key_file_name(self, person: str) -> str:
        """What her key file is called, so that the program finds it on a stick. It names nobody."""
        return f"reentry-{self.store[-4:]}{person[-4:]}.key"

    def without(self, person: str) -> tuple[Slot, ...]:
        """All slots but those of *person*."""
        hers = self.seconds(person)
        return tuple(slot for slot in self.slots if slot.id != person and slot not in hers)


def label_of(slot: Slot) -> str:
    """What a key file is called, or the number of a line."""
    return slot.name.split("/", 1)[1]


class _Format(msgspec.Struct, frozen=True):
    """The one field every version of the file has: a newer one may have others that this program does not know."""

    format: str


def read_slots(folder: Path) -> SlotFile:
    """The slot file of a store's folder. Raises ``Problem`` where there is none, or it is damaged."""
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        if (folder / RECORDS).exists():
            raise StoreDamaged(key_file_sentence()) from error
        raise Problem(
            _("There is no store in this folder. Nothing was changed. Choose the folder of your store, or create one."),
            code="no-store",
        ) from error
    except OSError as error:
        raise Problem(
            _("The key file of this store cannot be read. Nothing was changed. Ask your IT officer."), code="unreadable"
        ) from error
    return slots_in(data)


def slots_in(data: bytes) -> SlotFile:
    """The slot file that *data* are. Raises ``Problem``."""
    try:
        said = msgspec.json.decode(data, type=_Format).format
        if said == FORMAT:
            return msgspec.json.decode(data, type=SlotFile)
        if not said.startswith(FORMAT.split("/", maxsplit=1)[0]):
            raise msgspec.DecodeError("the file of another program")
    except msgspec.DecodeError as error:
        raise StoreDamaged(key_file_sentence()) from error
    raise Problem(
        _("This store was made by a newer program. Nothing was changed. Update this program first."), code="newer"
    )


def key_file_sentence() -> str:
    """What to tell a person where what opens the records is lost: one thing to do, and what it needs."""
    return _(
        "The key file of this store is damaged or missing. The records are untouched. Save what can be saved, with "
        "your newest backup: it has a key file too. The recovery kit alone opens nothing without one."
    )


def slots_text(slots: SlotFile) -> bytes:
    """The slot file as it is written."""
    return msgspec.json.format(msgspec.json.encode(slots), indent=1)


def write_slots(folder: Path, slots: SlotFile) -> None:
    """Put the slot file in place in one step."""
    replace_file(folder / FILE, slots_text(slots))


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
