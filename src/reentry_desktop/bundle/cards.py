"""A site's public card: who it is and its two public keys, signed by itself.

A card proves nothing about who holds the keys: people compare its twelve words by phone before they trust it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from ..base.wordlist import fingerprint_words, read_words
from . import envelope
from .faults import fault
from .keys import SiteKeys, hpke_public
from .succession import Key, Link, Links

CARD_TYPE = "application/vnd.reentry-desktop.card+json"
CARD_FORMAT: Final = "reentry-card/1"
CARD_SIZE = 16 * 1024
Kind = Literal["facility", "office"]
HexId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site as others know it. ``signing``: Ed25519, 32 bytes; ``hpke``: 1,665 bytes; ``made``: UTC, to the second.

    ``practice`` marks a site of the practice run, whose bundles no real store reads in.
    """

    format: Literal["reentry-card/1"] = CARD_FORMAT
    site: HexId
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    code: Annotated[str, msgspec.Meta(max_length=24)]
    kind: Kind
    practice: bool
    signing: Key
    hpke: bytes
    made: Annotated[str, msgspec.Meta(max_length=32)]
    kit: Annotated[tuple[Key, ...], msgspec.Meta(min_length=3, max_length=3)] | msgspec.UnsetType = msgspec.UNSET
    """The public keys that two parts of its recovery kit make, for AB, AC and BC: they may vouch for its next card."""
    succession: Links | msgspec.UnsetType = msgspec.UNSET
    """How its key follows from earlier ones, the oldest link first."""

    @property
    def kit_keys(self) -> tuple[bytes, ...]:
        return self.kit or ()

    @property
    def links(self) -> tuple[Link, ...]:
        return self.succession or ()

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """The twelve words of the signing key: its SHA-256's first 132 bits."""
        return fingerprint_words(self.signing)

    def has_fingerprint(self, typed: str) -> bool:
        """Whether *typed* are this card's twelve words. Raises ``Problem`` that names a word not in the list."""
        return read_words(typed) == self.fingerprint


class _Format(msgspec.Struct):
    format: str


def make_card(
    keys: SiteKeys, *, name: str, code: str, kind: Kind, made: dt.datetime, practice: bool = False,
    kit: Sequence[bytes] = (), links: Sequence[Link] = (),
) -> Card:  # fmt: skip
    """The card of the site that holds *keys*. Raises ``ValueError`` for a name or code no card may have."""
    moment = made.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    card = Card(
        site=keys.site,
        name=name,
        code=code,
        kind=kind,
        practice=practice,
        signing=keys.signing_public,
        hpke=keys.hpke_public,
        made=moment,
        kit=tuple(kit) or msgspec.UNSET,
        succession=tuple(links) or msgspec.UNSET,
    )
    _check(card)
    return msgspec.convert(msgspec.to_builtins(card), Card)  # its limits


def write_card(card: Card, keys: SiteKeys) -> bytes:
    """The file: one line of JSON. Raises ``ValueError`` where *keys* are another site's."""
    if card.signing != keys.signing_public:
        raise ValueError("a card is signed by its own site")
    return envelope.write(CARD_TYPE, msgspec.json.encode(card), keys.signing) + b"\n"


@lru_cache(maxsize=512)  # of a state's facilities each is read again and again
def read_card(data: bytes) -> Card:
    """The card in a file, signed by the key it shows; whether to trust that key is for people to settle.

    Raises ``Problem``: ``not-a-card``, ``altered-card`` (not signed by its key) or ``newer-version``.
    """
    if len(data) > CARD_SIZE or not data.endswith(b"\n"):
        raise fault("not-a-card")
    try:
        signed = envelope.read(data[:-1], CARD_TYPE)
        card = _decode(signed.payload)
    except ValueError as error:
        raise fault("not-a-card") from error
    if not signed.signed_by(card.signing):
        raise fault("altered-card")
    return card


def _decode(payload: bytes) -> Card:
    name, slash, version = msgspec.json.decode(payload, type=_Format).format.partition("/")
    if name + slash == "reentry-card/" and version.isdecimal() and int(version) > 1:
        raise fault("newer-version")
    card = msgspec.json.decode(payload, type=Card)
    if msgspec.json.encode(card) != payload:
        raise ValueError("not in its one spelling")
    _check(card)
    return card


def _check(card: Card) -> None:
    """A name that shows as it is written (no control or direction marks), a real moment, a usable key."""
    if not card.name.isprintable() or not card.code.isprintable() or card.name != card.name.strip():
        raise ValueError("a name with invisible characters")
    if dt.datetime.fromisoformat(card.made).strftime("%Y-%m-%dT%H:%M:%SZ") != card.made:
        raise ValueError("a moment is written as 2026-11-23T14:05:01Z")
    hpke_public(card.hpke)
