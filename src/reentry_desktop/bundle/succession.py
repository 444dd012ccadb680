"""A site's new keys, vouched for by its old one or by its recovery kit: short signed links that form a chain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import envelope

LINK_TYPE = "application/vnd.reentry-desktop.succession+json"
MOST_LINKS = 32
Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class _Claim(msgspec.Struct, frozen=True):
    site: str
    signing: bytes
    by: bytes


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``by``, the key before it or one of the recovery kit, says that ``signing`` is the site's key from now on."""

    signing: Key
    by: Key
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


Links = Annotated[tuple[Link, ...], msgspec.Meta(min_length=1, max_length=MOST_LINKS)]


def vouch(site: str, signing: bytes, private: bytes) -> Link:
    """The link to the Ed25519 key *signing* (32 raw bytes), made with *private* (32 raw bytes)."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    by = key.public_key().public_bytes_raw()
    return Link(signing, by, key.sign(_message(site, signing, by)))


def _message(site: str, signing: bytes, by: bytes) -> bytes:
    return envelope.pae(LINK_TYPE, msgspec.json.encode(_Claim(site, signing, by)))


def leads_to(
    site: str, signing: bytes, links: Iterable[Link], known: bytes, kit: Iterable[bytes]
) -> str:  # fmt: skip
    """How the links lead to *signing* from what is *known*: ``key`` or ``kit``; ``""`` where they do not.

    *known* is the key that is believed now, *kit* the keys of the recovery kit that people compared. Where both lead
    there it is ``kit``.
    """
    found, of_kit = {known: "key"}, set(kit)
    for link in links:
        how = "kit" if link.by in of_kit else found.get(link.by, "")
        if how and envelope.verify(link.by, _message(site, link.signing, link.by), link.signature):
            found[link.signing] = how
    return found.get(signing, "")


def kit_private(site: str, pair: str, secret: bytes) -> bytes:
    """The Ed25519 key (32 raw bytes) that two parts of a recovery kit make: *pair* as ``AB``, *secret* both parts.

    HKDF-SHA-256 (RFC 5869) under a label of its own: it says nothing of the key that opens the store.
    """
    info = b"reentry-succession/1 kit " + pair.encode()
    return HKDF(SHA256(), 32, bytes.fromhex(site), info).derive(secret)


def kit_public(site: str, pair: str, secret: bytes) -> bytes:
    """What of it may be known to everybody."""
    return Ed25519PrivateKey.from_private_bytes(kit_private(site, pair, secret)).public_key().public_bytes_raw()
