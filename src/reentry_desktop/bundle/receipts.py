"""The short code that confirms a bundle by phone, where no return stick travels."""

from __future__ import annotations

import hmac

from ..base.ids import crockford

CODE_LENGTH = 10


def receipt_code(secret: bytes, device: int, number: int, head: bytes) -> str:
    """Ten Crockford characters (50 bits) for "all of *device* up to *number* is here, and *head* is its hash".

    *secret* is the 32 bytes of the bundle's manifest, so only who could open the bundle can make the code.
    """
    message = b"reentry-receipt/1" + device.to_bytes(8, "big") + number.to_bytes(8, "big") + head
    return crockford(int.from_bytes(hmac.digest(secret, message, "sha256"), "big") >> 206, CODE_LENGTH)


def is_receipt_code(typed: str, code: str) -> bool:
    """Whether *typed* is *code*; case, spaces, dashes, dots and O, I and L for 0, 1 and 1 do not matter."""
    plain = "".join(filter(str.isalnum, typed.upper())).translate(str.maketrans("OIL", "011"))
    return hmac.compare_digest(plain.encode(), code.encode())
