"""Writes one bundle for one site into an open file: the manifest, every run, and the sealed files it carries along."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import sqlalchemy as sa

from .. import __version__
from ..base.clock import stamp
from ..base.ids import Id, show_device
from ..base.progress import Progress, untold
from ..bundle import NO_PREVIOUS, Card, Parcel, Sealed, Writer
from ..records.local import Peer, SentBundle
from ..store import Store, Unit
from . import moving, runs
from .identity import introductions, keys_of
from .knowledge import known_by, last_sent, tell
from .moving import Moving, between_facilities
from .runs import Leaving
from .sharing import staying_of_hers

SMALL = 5000  # changes: a week of a busy site. So few are packed harder


@dataclass(frozen=True)
class Outgoing:
    """One bundle before it is written: for whom, which number, what goes, and what is carried along (with its file)."""

    peer: Peer
    card: Card
    number: int
    previous: bytes
    what: Leaving | Moving
    parcels: tuple[tuple[Parcel, Path], ...] = ()


def what_goes(unit: Unit, peer: Peer, card: Card) -> Leaving | Moving:
    """What goes to a site now, by what it has confirmed."""
    known = known_by(unit, peer.site)
    return moving.leaving(unit, card, known) if between_facilities(unit, card) else runs.leaving(unit, card, known)


def next_bundle(unit: Unit, peer: Peer, card: Card, parcels: Sequence[tuple[Parcel, Path]] = ()) -> Outgoing:
    """The next bundle of this device for a site."""
    row = last_sent(unit, peer.site)
    number, previous = (row.number, bytes.fromhex(row.header_digest)) if row else (0, NO_PREVIOUS)
    return Outgoing(peer, card, number + 1, previous, what_goes(unit, peer, card), tuple(parcels))


def write(unit: Unit, file: BinaryIO, going: Outgoing, progress: Progress = untold) -> tuple[Sealed, int]:
    """Write it. Returns what was sealed, and how many records the entries are about."""
    clock, what = unit.store.clock, going.what
    stays: Counter[str] = Counter()
    for _woman, count, why in staying_of_hers(unit, going.card, what.hers()):
        stays[why] += count
    more: dict[str, Any] = tell(unit, Id(going.card.site), stays)
    if isinstance(what, Moving):
        more |= {"devices": devices} if (devices := what.devices(unit.store.site)) else {}
    elif cards := introductions(unit, going.card):
        more["cards"] = [b64encode(card).decode() for card in cards]
    if going.parcels:
        more["parcels"] = [msgspec.to_builtins(parcel) for parcel, _place in going.parcels]
    small = what.changes <= SMALL
    device = keys_of(unit.store)[1]
    with Writer(file, device, [going.card], number=going.number, previous=going.previous, small=small) as writer:
        writer.manifest(
            spans=what.spans, totals=what.totals(), app=__version__, made=clock(),
            zone=str(clock().astimezone().tzinfo or "UTC")[:60], more=more,
        )  # fmt: skip
        if isinstance(what, Moving):
            records = moving.write(unit, writer, what, progress)
        else:
            records = runs.write(unit, writer, what, progress)
        for number, (_parcel, place) in enumerate(going.parcels):
            with place.open("rb") as parcel:
                writer.parcel(number, parcel)
        return writer.close(), records


def file_name(store: Store, going: Outgoing) -> str:
    """What the file is called on a stick."""
    peer = going.peer
    return f"{show_device(store.device)}-{peer.code or peer.site[:8]}-{going.number:04d}.bundle"


def note_sent(unit: Unit, going: Outgoing, sealed: Sealed, name: str) -> None:
    """Keep what was sent, so that a receipt says what the other site has."""
    unit.local(
        sa.insert(SentBundle).values(
            site=going.peer.site, device=unit.store.device, number=going.number,
            header_digest=sealed.header_digest.hex(), file_name=name, made_at=stamp(unit.store.clock()),
            secret=sealed.receipt_secret, heads=msgspec.json.encode(going.what.heads()).decode(),
            changes=going.what.changes, held=msgspec.json.encode(going.what.held()).decode(),
            held_back=going.what.held_back,
        )
    )  # fmt: skip
