"""The signed envelope of a card and of a bundle's header: DSSE (secure-systems-lab/dsse, v1), Ed25519.

A signature is over raw bytes, and an envelope has exactly one valid spelling: it is written again and compared.
"""

from __future__ import annotations

import hashlib

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keyid: str
    sig: bytes


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "payloadType"}):
    """``payload`` (bytes) of a ``kind`` (a media type), with one signature, as JSON in this order."""

    payload: bytes
    kind: str
    signatures: tuple[_Signature]

    def signed_by(self, public: bytes) -> bool:
        """Whether the Ed25519 key *public* (32 raw bytes) signed this; the key's id must be its SHA-256."""
        signature = self.signatures[0]
        return signature.keyid == key_id(public) and verify(public, pae(self.kind, self.payload), signature.sig)


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is signed."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def key_id(public: bytes) -> str:
    """How an envelope names the key: SHA-256 of its 32 raw bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* (64 bytes) of *message* is by the Ed25519 key *public* (32 raw bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def write(kind: str, payload: bytes, private: bytes) -> bytes:
    """The envelope's one spelling, without a newline. *private*: 32 raw bytes of an Ed25519 key."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    signature = _Signature(key_id(key.public_key().public_bytes_raw()), key.sign(pae(kind, payload)))
    return msgspec.json.encode(Envelope(payload, kind, (signature,)))


def read(line: bytes, kind: str) -> Envelope:
    """The envelope that *line* is. Raises ``ValueError`` unless it is of that *kind* and in its one spelling.

    The signature is not checked yet: ask ``signed_by``.
    """
    envelope = msgspec.json.decode(line, type=Envelope)  # its errors are ValueErrors
    if envelope.kind != kind or msgspec.json.encode(envelope) != line:
        raise ValueError("not an envelope of this kind, or not in its one spelling")
    return envelope
