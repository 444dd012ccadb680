"""Two invented sites, a device with a log, and ways to write bundles: right ones, and ones against the rules."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import os
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
import pytest

from reentry_desktop.base.ids import Id, new_device, new_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import (
    Card,
    DeviceKey,
    Entries,
    Item,
    Manifest,
    SiteKeys,
    Span,
    Totals,
    Writer,
    inspect,
    make_card,
    open_bundle,
    verify,
)
from reentry_desktop.bundle import header as head
from reentry_desktop.bundle.keys import HPKE_SUITE, hpke_public
from reentry_desktop.bundle.stream import Sealer, unseal
from reentry_desktop.records.entry import digest, first_hash, next_hash

MADE = dt.datetime(2026, 11, 23, 14, 5, 1, 123000, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Site:
    """A site with its keys, card and one device."""

    name: str
    kind: Any = "facility"
    id: Id = field(default_factory=new_id)

    @cached_property
    def keys(self) -> SiteKeys:
        return SiteKeys.generate(self.id)

    @cached_property
    def card(self) -> Card:
        return make_card(self.keys, name=self.name, code=self.name[:3].upper(), kind=self.kind, made=MADE)

    @cached_property
    def device(self) -> DeviceKey:
        return self.keys.new_device(new_device())


class Log:
    """A device's log: ``rows[n - 1]`` is entry n, ``hashes[n]`` the chain's hash after it."""

    def __init__(self, device: int, payloads: Iterable[bytes]) -> None:
        self.device = device
        self.rows = [(n, os.urandom(16), payload) for n, payload in enumerate(payloads, 1)]
        self.hashes = [first_hash(device)]
        for n, salt, payload in self.rows:
            self.hashes.append(next_hash(self.hashes[-1], n, digest(salt, payload)))

    def span(self, first: int = 1, last: int | None = None) -> Span:
        last = last or len(self.rows)
        return Span(self.device, first, self.hashes[first - 1], last, self.hashes[last])

    def verified(self, first: int, last: int) -> list[tuple[int, bytes, bytes, bytes]]:
        return [(*self.rows[n - 1], self.hashes[n]) for n in range(first, last + 1)]


@pytest.fixture(scope="session")
def north() -> Site:
    return Site("North Unit")


@pytest.fixture(scope="session")
def south() -> Site:
    return Site("South Unit")


@pytest.fixture(scope="session")
def office() -> Site:
    return Site("Peer Office", "office")


@pytest.fixture(scope="session")
def log(north: Site) -> Log:
    return Log(north.device.device, [b'{"act":"revise","words":"walk with Ana %d"}' % n for n in range(12)])


@pytest.fixture(scope="session")
def plain(north: Site, office: Site, log: Log) -> bytes:
    """A whole small bundle from north to the office: 12 entries, of which 4 to 6 are withheld."""
    return write(north, [office], log, [(4, 6)])


def write(
    sender: Site, to: Sequence[Site], log: Log, withheld: Sequence[tuple[int, int]] = (), **options: Any
) -> bytes:
    """A bundle of the whole *log* with these runs withheld."""
    file = io.BytesIO()
    writer = Writer(file, sender.device, [site.card for site in to], **options)
    gone = sum(last - first + 1 for first, last in withheld)
    writer.manifest(
        spans=[log.span()],
        totals=Totals(entries=len(log.rows) - gone, withheld=len(withheld)),
        app="0.1.0",
        made=MADE,
        zone="America/Chicago",
        more={"acks": {}},
    )
    writer.run(log.device, 1, log.hashes[0])
    at = 0
    for first, last in withheld:
        writer.entries(log.rows[at : first - 1])
        writer.withheld(first, last, log.hashes[last], before=log.hashes[first - 1])
        at = last
    writer.entries(log.rows[at:])
    writer.close()
    return file.getvalue()


def forge(
    sender: DeviceKey,
    to: Sequence[Card],
    body: bytes,
    *,
    packed: bytes | None = None,
    key: bytes | None = None,
    wrapped_for: head.Wire | None = None,
    number: int = 1,
    format_: Any = head.FORMAT,
) -> bytes:
    """A bundle, well signed and sealed, of any plain bytes, or of any *packed* bytes in place of a zstd frame."""
    file, key = io.BytesIO(), key or os.urandom(32)
    sealer = Sealer(file, key)
    if packed is None:
        sealer.write(body)
        sealer.finish()
    else:
        sealer._waiting += packed
        while len(sealer._waiting) > 256 * 1024:
            sealer._seal(256 * 1024, last=False)
        sealer._seal(len(sealer._waiting), last=True)
    to = sorted(to, key=lambda card: card.site)
    ids = [Id(card.site) for card in to]
    previous = head.NO_PREVIOUS if number == 1 else hashlib.sha256(b"before").digest()
    made = head.wire(sender, number, previous, ids, sealer.sha256.digest(), sealer.size)
    made = msgspec.structs.replace(made, format=format_)
    core = head.core_digest(wrapped_for or made)
    wrapped = [
        HPKE_SUITE.encrypt(
            key, hpke_public(card.hpke), head.key_info(made.format, sender.site, sender.device, card.site, core)
        )
        for card in to
    ]
    return head.write_line(msgspec.structs.replace(made, keys=tuple(wrapped)), sender) + file.getvalue()


def read(data: bytes, card: Card | None, keys: SiteKeys) -> tuple[Manifest, list[Item]]:
    """Everything in a bundle, by both passes."""
    file = io.BytesIO(data)
    manifest, items = open_bundle(file, verify(file, card), keys)
    return manifest, list(items)


def read_with_peak(data: bytes, sender: Site, receiver: Site, count: Callable[[Item], int]) -> tuple[int, int]:
    """What *count* makes of all items in a bundle, summed up, and the most bytes that reading them held at once."""
    found = verify(io.BytesIO(data), sender.card)
    tracemalloc.start()
    items = open_bundle(io.BytesIO(data), found, receiver.keys)[1]
    total = sum(map(count, items))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return total, peak


def merged(items: Iterable[Item]) -> list[Item]:
    """The same items with neighbouring batches of entries joined."""
    out: list[Item] = []
    for _, group in itertools.groupby(items, key=lambda item: type(item) is Entries):
        found = list(group)
        if isinstance(found[0], Entries):
            rows = [row for batch in found if isinstance(batch, Entries) for row in batch.rows]
            found = [Entries(found[0].device, rows, found[0].reoffered)]
        out += found
    return out


def code_of(data: bytes, card: Card | None, keys: SiteKeys) -> str:
    """The code of the ``Problem`` that refuses this bundle, or an empty text where it is taken."""
    try:
        read(data, card, keys)
    except Problem as problem:
        return problem.code if problem.sentence else "no sentence"
    return ""


def split(data: bytes) -> tuple[bytes, bytes]:
    """A bundle's first line with its newline, and its body."""
    start = inspect(io.BytesIO(data)).body_start
    return data[:start], data[start:]


def lines_of(data: bytes, sender: Site, receiver: Site) -> list[bytes]:
    """The plain lines of a bundle for one receiver, which can be forged anew."""
    found = verify(io.BytesIO(data), sender.card)
    info = head.key_info(found.format, sender.id, sender.device.device, receiver.id, found.core)
    key = HPKE_SUITE.decrypt(found.wrapped[0], receiver.keys.hpke_private(), info)
    return b"".join(unsealed(data, key)).split(b"\n")[:-1]


def unsealed(data: bytes, key: bytes) -> list[bytes]:
    """The plain bytes of a bundle whose key is known."""
    found = inspect(io.BytesIO(data))
    return list(unseal(io.BytesIO(data), found.body_start, found.body_size, found.body_sha256, key))
