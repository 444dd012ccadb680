"""What is inside a bundle: a manifest, then runs of entries that continue each device's chain.

::

    @ <device> <first> <hash before>                        a device's run begins
    S <salts>                                               the salts of the entries that follow, one after the other
    T <table> <rows> <columns>                              what they say, in tables: see ``tables``
    E <table> <table> ...                                   the next entries, each the next row of a table
    W <first> <last> <hash after>                           entries withheld: numbers and hash only
    R <device> <first> <last> <hash before> <hash after>    a run withheld before is offered again: E and D lines
    D <number> <digest>                                     an entry of it that is still withheld
    P <parcel> <piece>                                      the next bytes of a sealed file that is carried along
    . <count>                                               the end, with the count of lines since the manifest

In the second format there was no T line: ``E <payload>``. In the first there was no S line either:
``E <number> <salt> <payload>``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import msgspec

from ..base.ids import Id
from ..base.problems import Problem
from ..records.entry import first_hash, next_hash
from .cards import HexId
from .header import Count, Device, Header, HexHash, Number

LINE_LIMIT = 4 * 1024 * 1024
"""Bytes of a line, and of all tables that stand together, at most."""
PAYLOAD_LIMIT = 1024 * 1024
"""Bytes of a payload, at most."""
BATCH = 4096
"""Entries that are written, and read, at once."""
PIECE = 512 * 1024
"""Bytes of a parcel in one line, at most."""
SALT = 16
"""Bytes of a salt."""
Row = tuple[int, bytes, bytes, bytes]
"""A verified entry: number, salt, payload, hash."""


class Span(NamedTuple):
    """The numbers of one device that a bundle carries, *first* to *last*, and the chain's hash on either side."""

    device: int
    first: int
    before: bytes
    last: int
    after: bytes


class Totals(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many entries, withheld runs, runs offered again and digests in those a bundle holds: no more, no fewer."""

    entries: Count
    withheld: Count = 0
    reoffers: Count = 0
    kept: Count = 0


class Run(NamedTuple):
    """A device's run begins: its entry *first* follows the hash *before*."""

    device: int
    first: int
    before: bytes


class Entries(NamedTuple):
    """Some thousand consecutive entries of *device*; *reoffered* where they fill a run withheld before."""

    device: int
    rows: list[Row]
    reoffered: bool


class Withheld(NamedTuple):
    """The entries *first* to *last* of *device* stay with the sender."""

    device: int
    first: int
    last: int
    before: bytes
    after: bytes


class Reoffer(NamedTuple):
    """A run withheld before is offered again; it is on the reader to know the same run, with the same hashes."""

    device: int
    first: int
    last: int
    before: bytes
    after: bytes


class Kept(NamedTuple):
    """An entry of an offered run that is still withheld."""

    device: int
    number: int
    digest: bytes
    hash: bytes


class Piece(NamedTuple):
    """The next bytes of a parcel; with its last piece its size and SHA-256 are those that were declared."""

    parcel: int
    data: bytes


Item = Run | Entries | Withheld | Reoffer | Kept | Piece


class Parcel(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """A sealed bundle from one site to another, which this one carries unopened. *size* is in bytes."""

    sender: HexId
    to: HexId
    sha256: HexHash
    size: Number


_parcels = Annotated[tuple[Parcel, ...], msgspec.Meta(max_length=1000)]


class _Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    device: Device
    first: Number
    before: HexHash
    last: Number
    after: HexHash


class _Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The manifest as it is written, its keys in this order; later versions add under ``more``."""

    site: HexId
    device: Device
    number: Number
    prev: HexHash
    to: tuple[HexId, ...]
    salt: HexHash
    receipt_secret: HexHash
    app: Annotated[str, msgspec.Meta(max_length=64)]
    made: Annotated[str, msgspec.Meta(max_length=32)]
    zone: Annotated[str, msgspec.Meta(max_length=64)]
    totals: Totals
    spans: tuple[_Span, ...]
    more: msgspec.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The first line inside. ``made`` is UTC, ``zone`` the sender's time zone, ``more`` what the exchange adds."""

    site: Id
    device: int
    number: int
    previous: bytes
    to: tuple[Id, ...]
    salt: bytes
    receipt_secret: bytes
    app: str
    made: dt.datetime
    zone: str
    totals: Totals
    spans: tuple[Span, ...]
    more: dict[str, Any]

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        """What it carries for other sites, in the order of the pieces. Raises ``ValueError`` where it is none."""
        return msgspec.convert(self.more.get("parcels", ()), _parcels)

    def agrees_with(self, header: Header) -> bool:
        """Whether the inside says what the outside says: sender, number, previous bundle, receivers."""
        inside = (self.site, self.device, self.number, self.previous, self.to)
        return inside == (header.site, header.device, header.number, header.previous, header.to)


def write_manifest(manifest: Manifest) -> bytes:
    """Its one line, without the newline. Raises ``ValueError`` for one no reader would take."""
    made = manifest.made.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = msgspec.json.encode(
        _Wire(
            site=manifest.site,
            device=manifest.device,
            number=manifest.number,
            prev=manifest.previous.hex(),
            to=manifest.to,
            salt=manifest.salt.hex(),
            receipt_secret=manifest.receipt_secret.hex(),
            app=manifest.app,
            made=made,
            zone=manifest.zone,
            totals=manifest.totals,
            spans=tuple(_Span(s.device, s.first, s.before.hex(), s.last, s.after.hex()) for s in manifest.spans),
            more=msgspec.Raw(msgspec.json.encode(manifest.more)),
        )
    )
    read_manifest(line)
    return line


def read_manifest(line: bytes) -> Manifest:
    """The manifest in *line*. Raises ``ValueError`` unless it is one, in its one spelling."""
    wire = msgspec.json.decode(line, type=_Wire)
    made = dt.datetime.fromisoformat(wire.made)
    if (
        len(line) > LINE_LIMIT
        or msgspec.json.encode(wire) != line
        or made.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" != wire.made
        or any(span.last < span.first for span in wire.spans)
        or len({span.device for span in wire.spans}) != len(wire.spans)
    ):
        raise ValueError("not in its one spelling")
    manifest = Manifest(
        site=Id(wire.site),
        device=wire.device,
        number=wire.number,
        previous=bytes.fromhex(wire.prev),
        to=tuple(map(Id, wire.to)),
        salt=bytes.fromhex(wire.salt),
        receipt_secret=bytes.fromhex(wire.receipt_secret),
        app=wire.app,
        made=made,
        zone=wire.zone,
        totals=wire.totals,
        spans=tuple(
            Span(s.device, s.first, bytes.fromhex(s.before), s.last, bytes.fromhex(s.after)) for s in wire.spans
        ),
        more=msgspec.json.decode(wire.more, type=dict[str, Any]),
    )
    _ = manifest.parcels
    return manifest


class Course:
    """Where a writer or a reader stands: in which run, at which number and hash, and what has been counted.

    ``number`` and ``hash`` are those of the last entry; a run ends when ``number`` is ``last``, and its hash must
    then be the one that was declared. A reader's *salts* are those that came, used up to *salted*. *fault* makes the
    ``Problem`` of a code.
    """

    def __init__(
        self, spans: Iterable[Span], totals: Totals, fault: Callable[[str], Problem], parcels: Sequence[Parcel] = ()
    ) -> None:
        self._spans = {span.device: span for span in spans}
        self._totals, self._fault = totals, fault
        self.device = self.number = self.last = 0
        self.hash = self._after = b""
        self.reoffered = False
        self.entries = self.withheld = self.reoffers = self.kept = self.lines = 0
        self.salts, self.salted = b"", 0
        self._parcels, self._parcel, self._come, self._sha256 = parcels, 0, 0, hashlib.sha256()

    def run(self, device: int, first: int, before: bytes) -> Run:
        self._end_run()
        span = self._spans.pop(device, None)
        if span is None or self._carrying or (span.first, span.before) != (first, before):
            raise self._fault("malformed")
        self._begin(device, first, span.last, before, span.after, reoffered=False)
        return Run(device, first, before)

    def reoffer(self, device: int, first: int, last: int, before: bytes, after: bytes) -> Reoffer:
        self._end_run()
        self.reoffers += 1
        if self._carrying or not 1 <= first <= last or device >= 1 << 40 or self.reoffers > self._totals.reoffers:
            raise self._fault("malformed")
        self._begin(device, first, last, before, after, reoffered=True)
        return Reoffer(device, first, last, before, after)

    def withhold(self, first: int, last: int, after: bytes) -> Withheld:
        self.withheld += 1
        if self.reoffered or last < first or last > self.last or self.withheld > self._totals.withheld:
            raise self._fault("malformed")
        if first != self.number + 1:
            raise self._fault("broken-chain")
        item = Withheld(self.device, first, last, self.hash, after)
        self.number, self.hash = last, after
        return item

    def keep(self, number: int, digest: bytes) -> Kept:
        self.kept += 1
        if not self.reoffered or number > self.last or self.kept > self._totals.kept:
            raise self._fault("malformed")
        if number != self.number + 1:
            raise self._fault("broken-chain")
        self.number, self.hash = number, next_hash(self.hash, number, digest)
        return Kept(self.device, number, digest, self.hash)

    def salt(self, salts: bytes) -> None:
        """The salts of the next entries; those before are used up."""
        if not salts or len(salts) % SALT or self.salted != len(self.salts):
            raise self._fault("malformed")
        self.salts, self.salted = salts, 0

    def piece(self, parcel: int, data: bytes) -> Piece:
        """The next bytes of a parcel: after all runs, one parcel after another."""
        self._end_run()
        if self._spans or parcel != self._parcel or parcel >= len(self._parcels) or not 0 < len(data) <= PIECE:
            raise self._fault("malformed")
        of = self._parcels[parcel]
        self._come += len(data)
        self._sha256.update(data)
        if self._come > of.size:
            raise self._fault("malformed")
        if self._come == of.size:
            if self._sha256.hexdigest() != of.sha256:
                raise self._fault("malformed")
            self._parcel, self._come, self._sha256 = parcel + 1, 0, hashlib.sha256()
        return Piece(parcel, data)

    @property
    def _carrying(self) -> bool:
        return bool(self._parcel or self._come)

    def advance(self, entries: int, number: int, hash_: bytes, *, salted: int = 0) -> None:
        """*entries* entries were read or written, up to *number*; whoever reads took salts up to *salted*."""
        if salted > len(self.salts):
            raise self._fault("malformed")
        self.entries, self.salted = self.entries + entries, salted
        self.lines += entries
        self.number, self.hash = number, hash_
        if number > self.last or self.entries > self._totals.entries:
            raise self._fault("malformed")

    def finish(self) -> None:
        """Everything declared is there, and nothing else."""
        self._end_run()
        counted = Totals(entries=self.entries, withheld=self.withheld, reoffers=self.reoffers, kept=self.kept)
        apart = self._parcel != len(self._parcels) or self.salted != len(self.salts)
        if self._spans or counted != self._totals or apart:
            raise self._fault("malformed")

    def _begin(self, device: int, first: int, last: int, before: bytes, after: bytes, *, reoffered: bool) -> None:
        if first == 1 and before != first_hash(device):
            raise self._fault("broken-chain")
        self.device, self.number, self.last, self.reoffered = device, first - 1, last, reoffered
        self.hash, self._after = before, after

    def _end_run(self) -> None:
        if self.number != self.last or self.hash != self._after:
            raise self._fault("broken-chain")
