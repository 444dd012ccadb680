"""An entry of the log, and the hash chain that shows a missing or altered one.

::

    digest  = SHA-256(salt || payload)
    hash(0) = SHA-256("reentry-log/1" || device as 8 bytes)
    hash(n) = SHA-256(00 || hash(n - 1) || n as 8 bytes || digest)

Numbers are big-endian. The chain is over digests, so erasing an entry's salt and payload leaves it provable.
"""

from __future__ import annotations

import hashlib
import struct
from typing import NamedTuple

SALT_SIZE = 16
chain_step = struct.Struct(">x32sQ32s").pack
"""What hash(n) is the SHA-256 of: from hash(n - 1), n and the digest."""


class Entry(NamedTuple):
    """One act on a store. ``number`` counts from 1 per device, without gaps; ``salt`` is 16 random bytes.

    ``payload`` is one JSON object without a newline.
    """

    device: int
    number: int
    salt: bytes
    payload: bytes


def first_hash(device: int) -> bytes:
    """hash(0) of a device's chain, 32 bytes."""
    return hashlib.sha256(b"reentry-log/1" + device.to_bytes(8, "big")).digest()


def digest(salt: bytes, payload: bytes) -> bytes:
    """What stands for an entry in the chain, 32 bytes; the salt keeps a short payload from being guessed."""
    return hashlib.sha256(salt + payload).digest()


def next_hash(previous: bytes, number: int, digest: bytes) -> bytes:
    """hash(*number*) from hash(*number* - 1) and the entry's digest, 32 bytes each."""
    if len(previous) != 32 or len(digest) != 32:
        raise ValueError("a hash and a digest have 32 bytes")
    return hashlib.sha256(chain_step(previous, number, digest)).digest()
