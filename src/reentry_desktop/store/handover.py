"""New keys for people who are not at the desk: sealed to a key that each one's own passphrase gives her.

From the signing seed in her slot follows an X25519 key. Its public half is noted among the settings when she unlocks:
they are in no bundle, so no other site can put one there. When the records get a new key, the new keys are sealed to it
(HPKE, RFC 9180) and lie beside her slot until she unlocks next; then her slot is sealed anew. The ``info`` is made from
the old keys, so nobody who only has the disk can put keys of his own there.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..base.ids import Id

if TYPE_CHECKING:
    from .unit import Unit
    from .vault import Keys

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_LABEL = b"reentry-store/1 handover"


def note(unit: Unit, person: Id, seed: bytes) -> None:
    """Note the public half for whoever has just unlocked with *seed*, beside the signing key that it belongs to."""
    signing = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
    said = f"{signing} {_private(seed).public_key().public_bytes_raw().hex()}"
    if unit.setting(_key(person)) != said:
        unit.set_setting(_key(person), said)


def noted(unit: Unit, person: Id, signing_key: str) -> bytes:
    """Her public half; empty where there is none for the signing key that she has now."""
    signing, _space, public = unit.setting(_key(person)).partition(" ")
    return bytes.fromhex(public) if signing == signing_key else b""


def seal(store: Id, person: Id, public: bytes, new: Keys, old: Keys) -> bytes:
    """The *new* keys of records and identity for one person, who has the *old* ones in her slot."""
    said = msgspec.msgpack.encode((new.records, new.identity))
    return _SUITE.encrypt(said, X25519PublicKey.from_public_bytes(public), _info(store, person, old))


def take(store: Id, person: Id, sealed: bytes, old: Keys) -> Keys | None:
    """What was sealed for her; None where it is not for these keys."""
    try:
        said = _SUITE.decrypt(sealed, _private(old.signing), _info(store, person, old))
    except (InvalidTag, ValueError):
        return None
    records, identity = msgspec.msgpack.decode(said, type=tuple[bytes, bytes])
    return msgspec.structs.replace(old, records=records, identity=identity)


def _key(person: Id) -> str:
    return f"handover/{person}"


def _private(seed: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, None, _LABEL).derive(seed))


def _info(store: Id, person: Id, old: Keys) -> bytes:
    bound = hmac.digest(old.identity, old.records, hashlib.sha256)
    return _LABEL + b"\n" + store.encode() + b"\n" + person.encode() + b"\n" + bound
