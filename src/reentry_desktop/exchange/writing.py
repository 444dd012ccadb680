"""Writes one bundle for one site into an open file: the manifest, every run, and the sealed files it carries along."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, TypeVar

import msgspec
import sqlalchemy as sa

from .. import __version__
from ..base.clock import stamp
from ..base.files import in_file_name
from ..base.ids import Id, show_device
from ..base.progress import Progress, untold
from ..bundle import NO_PREVIOUS, Card, Parcel, Sealed, Totals, Writer
from ..records.local import Peer, ReceivedBundle, SentBundle, SetAside
from ..store import Store, Unit, releasing
from . import forks, given_back, moving, news, parting, runs, scans, succeeding
from .identity import introductions, keys_of, links_of, own_card
from .knowledge import Known, Range, known_by, last_sent, tell
from .moving import Moving, between_facilities
from .runs import Leaving
from .sharing import own_devices, staying_of_hers

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Outgoing:
    """One bundle before it is written: for whom, which number, what goes, and what is carried along."""

    peer: Peer
    card: Card
    number: int
    previous: bytes
    parts: tuple[Leaving | Moving, ...]
    parcels: tuple[Parcel, ...] = ()
    scans: tuple[scans.Going, ...] = ()
    """The scanned papers that go along, because that site asks for them."""
    staying: Sequence[tuple[Id, int, str]] = ()
    """The women of whom something stays: how many entries, and why, a code of ``REASONS``."""
    stays: Mapping[str, int] = field(default_factory=dict)
    """The same of this site's own entries, by the reason: of nobody. What it would hand on, its author counts."""
    told: str = ""
    """The last bundles with something new that came from that site, and what waits: this one says so."""

    @property
    def changes(self) -> int:
        """How many entries go."""
        return sum(part.changes for part in self.parts)

    @property
    def held_back(self) -> int:
        """How many entries stay because a woman does not let them out."""
        return sum(count for _woman, count, _why in self.staying)

    def hers(self) -> dict[int, list[Range]]:
        """What a woman holds back, by device."""
        return self._merged(part.hers() for part in self.parts)

    def totals(self) -> Totals:
        """How many lines of each kind there will be."""
        all_of = [part.totals() for part in self.parts]
        return Totals(
            entries=sum(one.entries for one in all_of), withheld=sum(one.withheld for one in all_of),
            reoffers=sum(one.reoffers for one in all_of), kept=sum(one.kept for one in all_of),
        )  # fmt: skip

    def kept(self) -> dict[str, str]:
        """Where each device then stands and what the other site then lacks, as it is kept with what was sent."""
        heads, held = self._merged(p.heads() for p in self.parts), self._merged(p.held() for p in self.parts)
        return {"heads": msgspec.json.encode(heads).decode(), "held": msgspec.json.encode(held).decode()}

    def devices(self, own: Id) -> dict[str, Id]:
        """The devices of other sites that have a run, and whose they are."""
        return self._merged(part.devices(own) for part in self.parts if isinstance(part, Moving))

    @staticmethod
    def _merged(parts: Iterable[dict[K, V]]) -> dict[K, V]:
        return {key: value for part in parts for key, value in part.items()}


def what_goes(unit: Unit, peer: Peer, card: Card, known: Known) -> tuple[Leaving | Moving, ...]:
    """What goes to a site that has what is *known*."""
    if card.site == unit.store.site:
        return (moving.everything(unit, known),)
    if between_facilities(unit, card):
        return (moving.leaving(unit, card, known),)
    if unit.store.slots.kind == "office":
        return runs.leaving(unit, card, known), given_back.leaving(unit, card), moving.handed_out(unit, card, known)
    return (
        runs.leaving(unit, card, known),
        runs.with_gaps(unit, card, known, forks.in_question(unit, peer.site)),
        moving.handed_on(unit, card, known),
    )  # fmt: skip


def next_bundle(unit: Unit, peer: Peer, card: Card, parcels: Sequence[Parcel] = ()) -> Outgoing:
    """The next bundle of this device for a site."""
    row = last_sent(unit, peer.site)
    number, previous = (row.number, bytes.fromhex(row.header_digest)) if row else (0, NO_PREVIOUS)
    parts = what_goes(unit, peer, card, known_by(unit, peer.site))
    going = Outgoing(peer, card, number + 1, previous, parts, tuple(parcels), scans.going(unit, card))
    hers, own = going.hers(), own_devices(unit)
    ours = {device: ranges for device, ranges in hers.items() if device in own}
    staying = staying_of_hers(unit, card, hers)
    stays: Counter[str] = Counter()
    for _woman, count, why in staying if len(ours) == len(hers) else staying_of_hers(unit, card, ours):
        stays[why] += count
    return replace(going, staying=staying, stays=stays, told=came(unit, peer.site))


def came(unit: Unit, site: Id) -> str:
    """The last bundle with something new that came from each device of a site, and what of it waits for others.

    A bundle for that site says so: it confirms the one, and the other goes on from what is not here.
    """
    rows = unit.rows(
        sa.select(ReceivedBundle.device, sa.func.max(ReceivedBundle.number))
        .where(ReceivedBundle.site == site, ReceivedBundle.changes > 0)
        .group_by(ReceivedBundle.device)
        .order_by(ReceivedBundle.device)
    )
    waits = (
        sa.select(SetAside.number).where(SetAside.site == site, SetAside.code == "waiting").order_by(SetAside.number)
    )
    return " ".join([*(f"{device}:{number}" for device, number in rows), *map(str, unit.session.scalars(waits))])


def told_key(site: Id) -> str:
    """The setting that keeps what was confirmed to *site* last, or that it is to be confirmed again."""
    return f"told {site}"


def tell_again(unit: Unit, site: Id) -> None:
    """What *site* gave now was all here: it does not know that, so it is confirmed though nothing new came."""
    unit.set_setting(told_key(site), "again")


def _more(unit: Unit, going: Outgoing) -> dict[str, Any]:
    """What the manifest says besides the entries (docs/bundle-format.md, section 8)."""
    more: dict[str, Any] = tell(unit, Id(going.card.site), going.stays)
    if parted := forks.tell(unit, Id(going.card.site)):
        more["parted"] = parted
    if partings := parting.tell(unit):
        more["partings"] = partings
    if own := given_back.told(unit, going.card):
        more["own"] = own
    if happened := news.told(unit, going.card):
        more["news"] = happened
    if devices := going.devices(unit.store.site):
        more["devices"] = devices
    if cards := introductions(unit, going.card):
        more["cards"] = [b64encode(card).decode() for card in cards]
    if going.card.kind == "office" or going.card.site == unit.store.site:
        more["release"] = releasing.secret(unit).hex()
    if unit.setting(succeeding.NEWS):
        more["card"] = b64encode(own_card(unit.store)[1]).decode()
    if along := [*going.parcels, *(scan.parcel for scan in going.scans)]:
        more["parcels"] = [msgspec.to_builtins(parcel) for parcel in along]
    if scans.exchanged(unit, going.card):
        more["scans"] = scans.lacking(unit, going.peer.site)
    return more


def write(unit: Unit, file: BinaryIO, going: Outgoing, progress: Progress = untold) -> tuple[Sealed, int]:
    """Write it. Returns what was sealed, and how many records the entries are about."""
    clock = unit.store.clock
    more = _more(unit, going)
    device = keys_of(unit)[1]
    links = links_of(unit)
    with Writer(file, device, [going.card], number=going.number, previous=going.previous, links=links) as writer:
        writer.manifest(
            spans=[span for part in going.parts for span in part.spans], totals=going.totals(), app=__version__,
            made=clock(), zone=str(clock().astimezone().tzinfo or "UTC")[:60], more=more,
        )  # fmt: skip
        records = 0
        for part in going.parts:
            if isinstance(part, Moving):
                records += moving.write(unit, writer, part)
            else:
                records += runs.write(unit, writer, part, progress)
        for number, parcel in enumerate(going.parcels):
            with unit.sealed.opened(parcel.sha256) as file_along:
                writer.parcel(number, file_along)
        for number, scan in enumerate(going.scans, len(going.parcels)):
            with scan.opened(unit) as paper:
                writer.parcel(number, paper)
        return writer.close(), records


def file_name(store: Store, going: Outgoing) -> str:
    """What the file is called on a stick."""
    peer = going.peer
    return f"{show_device(store.device)}-{in_file_name(peer.code) or peer.site[:8]}-{going.number:04d}.bundle"


def was_not_sent(unit: Unit, going: Outgoing) -> None:
    """It got no name on the stick after all."""
    same = (SentBundle.site == going.peer.site, SentBundle.device == unit.store.device)
    unit.local(sa.delete(SentBundle).where(*same, SentBundle.number == going.number))


def note_sent(unit: Unit, going: Outgoing, sealed: Sealed, name: str) -> None:
    """Keep what was sent, so that a receipt says what the other site has."""
    unit.set_setting(told_key(going.peer.site), going.told)
    if scans.exchanged(unit, going.card):
        scans.note_sent(unit, going.peer.site)
    unit.local(
        sa.insert(SentBundle).values(
            site=going.peer.site, device=unit.store.device, number=going.number,
            header_digest=sealed.header_digest.hex(), file_name=name, made_at=stamp(unit.store.clock()),
            secret=sealed.receipt_secret, changes=going.changes, held_back=going.held_back, **going.kept(),
        )
    )  # fmt: skip
