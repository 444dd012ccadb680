"""The key slots. A random 256-bit key encrypts the records; nobody knows it.

Each user has a slot that holds it, sealed under a key made from her passphrase (Argon2id, RFC 9106; AES-256-GCM with
every other field of the slot as associated data, so that a weakened parameter does not open). Changing a passphrase
seals one slot anew and encrypts nothing again. Three further slots each open with two of the three parts of the
recovery kit (HKDF-SHA-256, RFC 5869). The site's and the device's own keys lie here too, sealed under a key that only
slots hold, so whoever has the database's key alone cannot sign.
"""

from __future__ import annotations

import itertools
import os
import time
import unicodedata
from base64 import b64decode
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..base.ids import Id
from ..base.problems import Problem, StoreDamaged
from ..base.slots import (
    FILE,
    FORMAT,
    PAIR,
    USER,
    WITH_SECOND,
    Slot,
    SlotFile,
    key_file_sentence,
    read_slots,
    write_slots,
)
from ..base.words import _
from . import handover
from .passphrases import SHORTEST, check_passphrase

PARTS = ("A", "B", "C")
FLOOR_KIB, CEILING_KIB = 64 * 1024, 256 * 1024
PASSES, LANES = 3, 4
TARGET_SECONDS = 0.7
IDENTITY = "identity"
"""The setting that holds the sealed keys of the site since they were renewed: every folder of the store reads it."""


class Keys(msgspec.Struct, frozen=True):
    """What an open slot gives: the key of the records, the key of the identity, the user's own signing seed.

    ``second`` is the secret of her second proof; ``b""`` where the passphrase alone opens her slot.
    """

    records: bytes
    identity: bytes
    signing: bytes = b""
    second: bytes = b""

    def __repr__(self) -> str:
        return "<Keys>"


def tune() -> int:
    """The memory (KiB) that makes one guess cost about 0.7 s on this PC, between the floor and the ceiling."""
    began = time.perf_counter()
    Argon2id(salt=bytes(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=FLOOR_KIB).derive(b"tune")
    each = time.perf_counter() - began
    return max(FLOOR_KIB, min(CEILING_KIB, int(FLOOR_KIB * TARGET_SECONDS / each) // 1024 * 1024))


def new_user_slot(store: Id, person: Id, name: str, passphrase: str, keys: Keys, memory_kib: int = 0) -> Slot:
    """A slot for one user, for passphrase and second secret where *keys* have one.

    The passphrase must have passed ``check_passphrase``.
    """
    kind = WITH_SECOND if keys.second else USER
    slot = Slot(person, kind, name, memory_kib or tune(), PASSES, LANES, os.urandom(16))
    return _seal(store, slot, _users_key(slot, passphrase, keys.second), keys)


def new_recovery(store: Id, keys: Keys) -> tuple[dict[str, bytes], list[Slot]]:
    """Three fresh parts of 32 bytes and the three slots that two of them open."""
    parts = {name: os.urandom(32) for name in PARTS}
    slots = []
    without_user = Keys(keys.records, keys.identity)
    for pair in itertools.combinations(PARTS, 2):
        slot = Slot("pair-" + "".join(pair), PAIR, "+".join(pair), 0, 0, 0, os.urandom(16))
        slots.append(_seal(store, slot, _from_parts(slot, parts), without_user))
    return parts, slots


def open_user(slots: SlotFile, name: str, passphrase: str, second: bytes = b"") -> tuple[Slot, Keys]:
    """Open a user's slot, with the secret of her *second* proof where it asks for one (``store/second.py``).

    Raises ``Problem`` for an unknown name, a wrong passphrase or second proof; which of the last two is not said.
    """
    slot = slots.user(name)
    if slot is not None:
        keys = _unseal(slots.store, slot, _users_key(slot, passphrase, second))
        for sealed in slots.handed.get(slot.id, ()):  # the records have got a new key since
            keys = handover.take(slots.store, Id(slot.id), sealed, keys) if keys is not None else None
        if keys is not None:
            return slot, keys
    if slot is not None and slot.kind == WITH_SECOND:
        words = _(
            "Passphrase and second proof do not open this store together. Nothing was changed. Check Caps Lock, and "
            "the key file or the words of the line, then try again."
        )
    else:
        words = _(
            "That name and passphrase do not open this store. Nothing was changed. Check Caps Lock and try again."
        )
    raise Problem(words, code="wrong-passphrase")


def open_recovery(slots: SlotFile, parts: dict[str, bytes]) -> Keys:
    """Open with two parts of the recovery kit. Raises ``Problem`` where they are not of this store."""
    for slot in slots.slots:
        fits = slot.kind == PAIR and set(slot.name.split("+")) <= parts.keys()
        if fits and (keys := _unseal(slots.store, slot, _from_parts(slot, parts))):
            return keys
    raise Problem(
        _(
            "These two parts do not open this store. Nothing was changed. "
            "Check that both are of this store's recovery kit and that they are two different parts."
        ),
        code="wrong-parts",
    )


def with_identity(slots: SlotFile, keys: Keys, identity: bytes) -> SlotFile:
    """The slot file with the private keys of site and device sealed into it, bound to what the file says in clear."""
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(keys.identity).encrypt(nonce, identity, _said(slots))
    return msgspec.structs.replace(slots, identity=sealed)


def _said(slots: SlotFile) -> bytes:
    """What the file says of the store in clear: nobody may make another device, site or kind of it."""
    return msgspec.json.encode((slots.format, slots.store, slots.device, slots.site, slots.kind, slots.practice))


def unseal_identity(slots: SlotFile, keys: Keys) -> bytes:
    """The private keys of site and device, as they were sealed. Raises ``Problem`` where the file was altered."""
    return _opened(keys.identity, slots.identity, slots)


def newest(slots: SlotFile, keys: Keys, renewed: str) -> SlotFile:
    """The slot file with the site's keys as they were *renewed* last: the setting ``IDENTITY``, or ``""``."""
    found = msgspec.structs.replace(slots, identity=b64decode(renewed)) if renewed else slots
    try:
        unseal_identity(found, keys)
    except Problem:  # of records that were brought back as another device
        return slots
    return found


def with_database(slots: SlotFile, keys: Keys, address: str) -> SlotFile:
    """The slot file with the address of the database, login and password, sealed into it; ``""`` takes it out."""
    nonce = os.urandom(12)
    sealed = nonce + AESGCM(keys.records).encrypt(nonce, address.encode(), _said(slots)) if address else b""
    return msgspec.structs.replace(slots, database=sealed)


def unseal_database(slots: SlotFile, keys: Keys) -> str:
    """The address of the database; ``""`` where the records lie in the folder. Raises ``Problem`` if it was altered."""
    return _opened(keys.records, slots.database, slots).decode() if slots.database else ""


def _opened(key: bytes, sealed: bytes, slots: SlotFile) -> bytes:
    """What was sealed beside the slots: nonce (12 bytes), then AES-256-GCM. Raises ``Problem`` if it was altered."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], _said(slots))
    except (InvalidTag, ValueError) as error:  # ValueError: it is shorter than a nonce
        raise _altered() from error


def _altered() -> Problem:
    return StoreDamaged(key_file_sentence())


def _users_key(slot: Slot, passphrase: str, second: bytes) -> bytes:
    """The key of a user's slot: of her passphrase alone, or of it and her second secret (HKDF over both)."""
    key = _from_passphrase(slot, passphrase)
    if slot.kind == USER:
        return key
    return HKDF(SHA256(), 32, slot.salt, b"reentry-store/1 passphrase and second proof").derive(key + second)


def _from_passphrase(slot: Slot, passphrase: str) -> bytes:
    if slot.memory_kib < FLOOR_KIB or not PASSES <= slot.passes <= 4 * PASSES or not 1 <= slot.lanes <= 4 * LANES:
        raise Problem(
            _(
                "The key file of this store is weaker than it must be, so it was not opened. "
                "The records are untouched. Tell your program office."
            ),
            code="weakened",
        )
    memory = min(slot.memory_kib, 2 * CEILING_KIB)
    try:
        derive = Argon2id(
            salt=slot.salt, length=32, iterations=slot.passes, lanes=slot.lanes, memory_cost=memory
        )  # fmt: skip
    except ValueError as error:  # a salt that is too short
        raise _altered() from error
    # Two keyboards may compose one accented letter differently.
    return derive.derive(unicodedata.normalize("NFC", passphrase).encode())


def _from_parts(slot: Slot, parts: dict[str, bytes]) -> bytes:
    secret = b"".join(parts[name] for name in sorted(slot.name.split("+")))
    return HKDF(SHA256(), 32, slot.salt, b"reentry-store/1 recovery " + slot.name.encode()).derive(secret)


def _bound(store: Id, slot: Slot) -> bytes:
    """Everything of a slot that is not sealed, and the store it belongs to."""
    return msgspec.json.encode((store, msgspec.structs.replace(slot, nonce=b"", sealed=b"")))


def _seal(store: Id, slot: Slot, key: bytes, keys: Keys) -> Slot:
    return _seal_bytes(store, slot, key, msgspec.msgpack.encode(keys))


def _unseal(store: Id, slot: Slot, key: bytes) -> Keys | None:
    opened = _unseal_bytes(store, slot, key)
    return msgspec.msgpack.decode(opened, type=Keys) if opened is not None else None


def _seal_bytes(store: Id, slot: Slot, key: bytes, data: bytes) -> Slot:
    nonce = os.urandom(12)
    return msgspec.structs.replace(slot, nonce=nonce, sealed=AESGCM(key).encrypt(nonce, data, _bound(store, slot)))


def _unseal_bytes(store: Id, slot: Slot, key: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(slot.nonce, slot.sealed, _bound(store, slot))
    except (InvalidTag, ValueError):  # ValueError: it has no whole nonce
        return None


# The second proof (store/second.py)


def seal_second(store: Id, slot: Slot, secret: bytes, held: bytes | str) -> Slot:
    """*slot* with the second *secret* sealed into it, under a key file's bytes or under words."""
    return _seal_bytes(store, slot, _second_key(slot, held), secret)


def unseal_second(store: Id, slot: Slot, held: bytes | str) -> bytes | None:
    """The secret that was sealed so; None for another key file, other words or a changed slot."""
    return _unseal_bytes(store, slot, _second_key(slot, held))


def _second_key(slot: Slot, held: bytes | str) -> bytes:
    """The 32 random bytes of a key file need no slow derivation; words of a line (44 bits) do."""
    if isinstance(held, str):
        return _from_passphrase(slot, held)
    return HKDF(SHA256(), 32, slot.salt, b"reentry-store/1 key file").derive(held)


def seal_with_words(words: Sequence[str], data: bytes, label: bytes) -> bytes:
    """*data* under a key made of twelve random words: nonce (12 bytes), then AES-256-GCM bound to *label*."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_from_words(words, label)).encrypt(nonce, data, label)


def unseal_with_words(words: Sequence[str], sealed: bytes, label: bytes) -> bytes:
    """What was sealed so. Raises ``ValueError`` for other words, another label or a changed byte."""
    try:
        return AESGCM(_from_words(words, label)).decrypt(sealed[:12], sealed[12:], label)
    except InvalidTag as error:
        raise ValueError("not what was sealed with these words") from error


def _from_words(words: Sequence[str], label: bytes) -> bytes:
    """Twelve random words are 132 bits: no slow derivation is needed (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, None, label).derive(" ".join(words).encode())


def signing_pair() -> tuple[bytes, str]:
    """A fresh Ed25519 key for one user: its 32-byte seed, and the public key in hexadecimal."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw().hex()


def signing_public(seed: bytes) -> str:
    """The public key of a user's seed, in hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


__all__ = [
    "FILE",
    "FORMAT",
    "SHORTEST",
    "Keys",
    "Slot",
    "SlotFile",
    "check_passphrase",
    "new_recovery",
    "new_user_slot",
    "open_recovery",
    "open_user",
    "read_slots",
    "seal_with_words",
    "signing_pair",
    "tune",
    "unseal_database",
    "unseal_identity",
    "unseal_with_words",
    "with_database",
    "with_identity",
    "write_slots",
]
