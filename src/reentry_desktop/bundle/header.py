"""A bundle's first line: who sends what to whom, signed. It names nobody and counts nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final, Literal

import msgspec

from ..base.ids import Id
from . import envelope, keys
from .cards import CARD_TYPE, Card, HexId
from .faults import fault
from .stream import sealed_size_is_possible
from .succession import Link, Links, leads_to

HEADER_TYPE = "application/vnd.reentry-desktop.bundle+json"
FORMAT: Final = "reentry-bundle/3"
SECOND_FORMAT: Final = "reentry-bundle/2"
"""Like the next one, what programs before this one wrote, and every later one reads."""
FIRST_FORMAT: Final = "reentry-bundle/1"
SUITE: Final = "ed25519+mlkem1024-p384+hkdf-sha384+aes-256-gcm+zstd"
LINE_LIMIT = 64 * 1024
RECEIVER_LIMIT = 16
WRAPPED_SIZE = 1665 + 32 + 16
NO_PREVIOUS = bytes(32)
_BEGIN = b'{"payload":"'
_A_CARD = b'"payloadType":"%b"' % CARD_TYPE.encode()
HexHash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Device = Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)]
Number = Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]
_Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Signature = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha256: HexHash
    size: Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{15}\Z")]  # of fixed length, so that the line's is known


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The header as it is written, its keys in this order."""

    format: Literal["reentry-bundle/1", "reentry-bundle/2", "reentry-bundle/3"] = FORMAT
    suite: Literal["ed25519+mlkem1024-p384+hkdf-sha384+aes-256-gcm+zstd"] = SUITE
    site: HexId
    device: Device
    public: _Key
    certificate: _Signature
    number: Number
    prev: HexHash
    body: _Body
    to: Annotated[tuple[HexId, ...], msgspec.Meta(min_length=1, max_length=RECEIVER_LIMIT)]
    keys: tuple[Annotated[bytes, msgspec.Meta(min_length=WRAPPED_SIZE, max_length=WRAPPED_SIZE)], ...]
    succession: Links | msgspec.UnsetType = msgspec.UNSET


class _Version(msgspec.Struct):
    format: str
    suite: str = ""
    public: bytes = b""


@dataclass(frozen=True, slots=True)
class Header:
    """What a bundle says of itself in clear, its signature checked against the device key it shows.

    ``number`` counts the bundles of this device to these receivers from 1; ``previous`` is the ``digest`` of the
    one before, 32 zero bytes for number 1. ``wrapped`` holds the bundle's key for each site of ``to``.
    """

    format: str
    site: Id
    device: int
    device_public: bytes
    certificate: bytes
    number: int
    previous: bytes
    body_sha256: bytes
    body_size: int
    to: tuple[Id, ...]
    wrapped: tuple[bytes, ...]
    digest: bytes
    """SHA-256 of the header's bytes: the next bundle's ``previous``."""
    core: bytes
    """SHA-256 of the header's bytes without the wrapped keys: what binds those to it."""
    body_start: int
    links: tuple[Link, ...]
    """How the sender's key follows from earlier ones, for a receiver that knows one of those."""


class Verified(Header):
    """A header that a trusted site's certified device signed, and whose body is the one it signed."""

    __slots__ = ()


def key_info(format_: str, site: str, device: int, receiver: str, core: bytes) -> bytes:
    """The ``info`` under which HPKE wraps the bundle's key for *receiver*."""
    return "\n".join([format_, site, str(device), receiver, core.hex()]).encode()


def wire(
    sender: keys.DeviceKey,
    number: int,
    previous: bytes,
    to: Sequence[Id],
    body_sha256: bytes,
    body_size: int,
    links: Sequence[Link] = (),
) -> Wire:
    """The header before its keys are wrapped. Raises ``ValueError`` for one no reader would take."""
    made = Wire(
        site=sender.site,
        device=sender.device,
        public=sender.public,
        certificate=sender.certificate,
        number=number,
        prev=previous.hex(),
        body=_Body(body_sha256.hex(), f"{body_size:015d}"),
        to=tuple(to),
        keys=(),
        succession=tuple(links) or msgspec.UNSET,
    )
    if (number == 1) != (previous == NO_PREVIOUS) or list(to) != sorted(set(to)):
        raise ValueError("number 1 has no previous bundle; receivers are sorted, each once")
    return msgspec.convert(msgspec.to_builtins(made), Wire)


def core_digest(header: Wire) -> bytes:
    """SHA-256 of the header with its list of wrapped keys empty."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(header, keys=()))).digest()


def write_line(header: Wire, sender: keys.DeviceKey) -> bytes:
    """The signed first line, with its newline."""
    return envelope.write(HEADER_TYPE, msgspec.json.encode(header), sender.private) + b"\n"


def inspect(file: BinaryIO) -> Header:
    """What can be known of a bundle without any key. *file* is read from its start; the body is not read.

    Raises ``Problem``: ``not-a-bundle``, ``truncated``, ``altered``, ``newer-version``.
    """
    found = begin_of(file)
    check_size(file, found)
    return found


def check_size(file: BinaryIO, header: Header) -> None:
    """Raise ``Problem`` where less of the body is there than *header* says, or more."""
    size = file.seek(0, 2) - header.body_start
    if size != header.body_size:
        raise fault("truncated" if size < header.body_size else "altered")


def begin_of(file: BinaryIO) -> Header:
    """The same as ``inspect``, where the end may have been cut off."""
    file.seek(0)
    line = file.readline(LINE_LIMIT)
    if not line.endswith(b"\n") or not line.startswith(_BEGIN):
        # A writer that was stopped has left the first line blank; a copy that was stopped has left a part of it.
        part = len(line) < LINE_LIMIT and not line.endswith(b"\n") and line[: len(_BEGIN)] == _BEGIN[: len(line)]
        raise fault("truncated" if part or not line.strip() else "not-a-bundle")
    if _A_CARD in line:  # chosen by mistake: it is whole, and nobody is to be asked for a new one
        raise fault("not-a-bundle")
    try:
        signed = envelope.read(line[:-1], HEADER_TYPE)
        header = _decode(signed)
    except ValueError as error:
        raise fault("altered") from error
    return Header(
        header.format,
        Id(header.site),
        header.device,
        header.public,
        header.certificate,
        header.number,
        bytes.fromhex(header.prev),
        bytes.fromhex(header.body.sha256),
        int(header.body.size),
        tuple(map(Id, header.to)),
        header.keys,
        hashlib.sha256(signed.payload).digest(),
        core_digest(header),
        len(line),
        header.succession or (),
    )


def _decode(signed: envelope.Envelope) -> Wire:
    payload = signed.payload
    version = msgspec.json.decode(payload, type=_Version)
    name, slash, digits = version.format.partition("/")
    if name + slash != "reentry-bundle/" or not digits.isdecimal():
        raise ValueError("not this format")
    if int(digits) > int(FORMAT.removeprefix(name + slash)):
        raise fault("newer-version")
    if not signed.signed_by(version.public):
        raise ValueError("not signed by the device it names")
    if version.suite != SUITE:
        raise fault("newer-version")
    header = msgspec.json.decode(payload, type=Wire)
    first = header.number == 1
    if (
        msgspec.json.encode(header) != payload
        or list(header.to) != sorted(set(header.to))
        or len(header.keys) != len(header.to)
        or first != (bytes.fromhex(header.prev) == NO_PREVIOUS)
        or not sealed_size_is_possible(int(header.body.size))
    ):
        raise ValueError("not in its one spelling")
    return header


def verify(file: BinaryIO, card: Card | None, kit: Sequence[bytes] = ()) -> Verified:
    """Pass one: everything an outsider could have changed, before anything but the header is parsed.

    *card* is the trusted card of the site that ``inspect`` named, or None. The device's certificate is checked
    under the card's key, or under the one that the header's links lead to from it or from a key of *kit*; and the
    whole body's size and SHA-256 under the device's signature.
    Raises ``Problem``: ``inspect``'s, ``unknown-sender``, ``bad-certificate``, ``altered``.
    """
    header = inspect(file)
    if card is None or card.site != header.site:
        raise fault("unknown-sender")
    signing = card.signing
    if header.links and leads_to(card.site, new := header.links[-1].signing, header.links, signing, kit):
        signing = new
    if not keys.certifies(signing, header.site, header.device, header.device_public, header.certificate):
        raise fault("bad-certificate")
    file.seek(header.body_start)
    body = hashlib.sha256()
    while block := file.read(1 << 20):
        body.update(block)
    if body.digest() != header.body_sha256:
        raise fault("altered")
    return Verified(*(getattr(header, name) for name in Header.__slots__))
