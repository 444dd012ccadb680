"""Identifiers. An ``Id`` is 32 lower-case hexadecimal digits of a UUID."""

from __future__ import annotations

import os
import time
import uuid
from functools import lru_cache
from typing import NewType

Id = NewType("Id", str)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> Id:
    """A UUIDv7 (RFC 9562): ordered by the moment it was made, so new rows stand together on disk."""
    millis = time.time_ns() // 1_000_000 & 0xFFFFFFFFFFFF
    tail = int.from_bytes(os.urandom(10), "big")
    value = millis << 80 | 0x7 << 76 | (tail >> 64 & 0xFFF) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    return Id(f"{value:032x}")


@lru_cache(maxsize=8192)  # a page asks for the same few hundred again at every pause in the typing
def named_id(parent: Id, name: str) -> Id:
    """The same id wherever it is made (UUIDv5), so that two who begin the same thing merge."""
    return Id(uuid.uuid5(uuid.UUID(parent), name).hex)


def new_device() -> int:
    """A device's number: 40 random bits, never derived from the machine."""
    return int.from_bytes(os.urandom(5), "big") | 1 << 39


def crockford(value: int, length: int) -> str:
    """*value* as *length* characters of Crockford's base 32, which has no I, L, O or U."""
    return "".join(_CROCKFORD[value >> 5 * place & 31] for place in reversed(range(length)))


def show_device(device: int) -> str:
    """A device's number as people read it: ``K7Q2-M9XD``."""
    text = crockford(device, 8)
    return f"{text[:4]}-{text[4:]}"
