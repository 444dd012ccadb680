"""The second proof, without a network: a key file on a stick, or a line of a printed sheet of one-time words.

A random secret of the person is part of the key of her slot, so passphrase and second proof open it together and
neither alone. That secret is sealed once under the bytes of each key file and once under each line; a line that was
used is taken out. Changing the passphrase changes none of them.
"""

from __future__ import annotations

import os
import re
import secrets

import msgspec

from ..base.ids import Id, new_id
from ..base.problems import Problem
from ..base.slots import KEY_FILE, LINE, WITH_SECOND, Slot, SlotFile, label_of
from ..base.wordlist import read_words, word_list
from ..base.words import _
from . import vault

LINES = 30
"""Lines of a sheet."""
LINE_WORDS = 4
_HEAD = "Re-entry Desktop key file"
_LONGEST = 4096  # characters of a key file, or of what was typed


def new_secret() -> bytes:
    """A second secret for one person."""
    return os.urandom(32)


def new_key_file(store: Id, person: Id, label: str, secret: bytes) -> tuple[Slot, str]:
    """A slot for a further key file, and the file's text."""
    held = os.urandom(32)
    slot = Slot(new_id(), KEY_FILE, f"{person}/{label}", 0, 0, 0, os.urandom(16))
    text = f"{_HEAD}\nstore {store[:12]}\nkey {slot.id} {held.hex()}\n"
    return vault.seal_second(store, slot, secret, held), text


def new_lines(store: Id, person: Id, secret: bytes, count: int = LINES) -> tuple[list[Slot], list[str]]:
    """Slots for a new sheet, and its lines of words, the first first."""
    slots, lines = [], []
    for number in range(1, count + 1):
        words = " ".join(secrets.choice(word_list()) for _word in range(LINE_WORDS))
        slot = Slot(
            new_id(), LINE, f"{person}/{number}", vault.FLOOR_KIB, vault.PASSES, vault.LANES, os.urandom(16)
        )  # fmt: skip
        slots.append(vault.seal_second(store, slot, secret, words))
        lines.append(words)
    return slots, lines


def asks(slots: SlotFile, name: str) -> bool:
    """Whether the account *name* asks for a second proof."""
    slot = slots.user(name)
    return slot is not None and slot.kind == WITH_SECOND


def unwrap(slots: SlotFile, person: str, shown: str) -> tuple[bytes, SlotFile]:
    """The second secret of *person* by the text of a key file or the words of her next line.

    With it the slots as they are to be kept: a line is used up. The secret is ``b""`` where it is not right. Raises
    ``Problem`` where nothing was shown, or it is neither of the two.
    """
    shown = shown[:_LONGEST].strip()
    if not shown:
        raise Problem(
            _("This account asks for a second proof: its key file, or the next line of its sheet. Nothing was opened."),
            code="second",
        )
    if shown.startswith(_HEAD):
        return _by_file(slots, person, shown), slots
    number = slots.next_line(person)
    slot = next((s for s in slots.seconds(person) if s.kind == LINE and label_of(s) == str(number)), None)
    words = " ".join(read_words(re.sub(r"^\s*\d+[.:)]?\s+", "", shown)))
    found = vault.unseal_second(slots.store, slot, words) if slot else None
    if slot is None or found is None:
        return b"", slots
    return found, msgspec.structs.replace(slots, slots=tuple(s for s in slots.slots if s is not slot))


def _by_file(slots: SlotFile, person: str, text: str) -> bytes:
    said = re.search(r"^key ([0-9a-f]{32}) ([0-9a-f]{64})$", text, re.MULTILINE)
    if said is None:
        raise Problem(
            _("This key file is damaged. Nothing was opened. Use the sheet, or ask an administrator."), code="second"
        )
    slot = next((s for s in slots.seconds(person) if s.kind == KEY_FILE and s.id == said[1]), None)
    return (vault.unseal_second(slots.store, slot, bytes.fromhex(said[2])) if slot else None) or b""
