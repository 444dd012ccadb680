"""The bytes of scanned papers, which follow her record: who lacks them asks, and who may give them does.

A bundle between facilities, or between two PCs of a site, says under ``scans`` which papers its sender lacks. The next
one the other way carries them as parcels from that site to this one. Whoever does not ask gets none: a program that
knows nothing of them, and an office. Each goes once, and again only while it is still asked for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import sqlalchemy as sa

from .. import reports
from ..base.ids import Id
from ..base.problems import Problem
from ..bundle import Card, Parcel
from ..records.attachment import Attachment
from ..records.local import AttachmentPiece, Peer
from ..records.transfer import Transfer
from ..store import Unit
from ..store.scans import has_scan, put_scan, scan_bytes
from . import moving

Ask = tuple[str, str]
"""A paper that is asked for: the id of its record, and its SHA-256."""
LARGEST = 32 << 20  # bytes of one
TOGETHER = 64 << 20  # bytes of all that one bundle carries: they are held in memory
_MOST = 1000


@dataclass(frozen=True)
class Going:
    """One that goes along."""

    parcel: Parcel
    record: Id

    def opened(self, unit: Unit) -> BinaryIO:
        """Its bytes. Raises ``OSError`` where they changed since."""
        data = scan_bytes(unit.connection, self.record, self.parcel.sha256)
        if data is None:
            raise OSError("a scanned paper is not any more as it was")
        return io.BytesIO(data)


def exchanged(unit: Unit, card: Card) -> bool:
    """Whether papers go between this store and the site of *card* at all."""
    return card.site == unit.store.site or moving.between_facilities(unit, card)


def lacking(unit: Unit, site: Id) -> list[Ask]:
    """What this store asks of *site*: papers of women whose record came from there that are not here."""
    here = sa.exists().where(AttachmentPiece.attachment == Attachment.id)
    wanted = sa.select(Attachment.id, Attachment.sha256).where(~here).order_by(Attachment.id).limit(_MOST)
    if site != unit.store.site:
        came = sa.select(Transfer.participant).where(
            Transfer.from_site == site, Transfer.to_site == unit.store.site, Transfer.released_on.is_not(None)
        )
        wanted = wanted.where(Attachment.participant.in_(came))
    return [(id, sha256) for id, sha256 in unit.rows(wanted)]


def hear(unit: Unit, site: Id, asked: tuple[Ask, ...] | None) -> None:
    """Keep what a bundle of *site* asks for; it has what it does not ask for. A program that says nothing has none."""
    if asked is not None:
        unit.set_setting(_asked_key(site), msgspec.json.encode(asked).decode())
        unit.set_setting(_given_key(site), "")


def going(unit: Unit, card: Card) -> tuple[Going, ...]:
    """What *card*'s site asks for, has a right to, and lies here whole."""
    site = Id(card.site)
    if not (asked := _asked(unit, site)) or not exchanged(unit, card):
        return ()
    women = None if site == unit.store.site else moving.released_to(unit, site)
    found: dict[str, Going] = {}
    room = TOGETHER
    for id, sha256 in asked:
        record = unit.find(Attachment, Id(id))
        if record is None or record.sha256 != sha256 or sha256 in found:
            continue
        data = scan_bytes(unit.connection, record.id, sha256)
        if data is None or len(data) > room or (women is not None and record.participant not in women):
            continue
        room -= len(data)
        found[sha256] = Going(Parcel(unit.store.site, site, sha256, len(data)), record.id)
    return tuple(found.values())


def note_sent(unit: Unit, site: Id) -> None:
    """A bundle for *site* gives what it asked for, and says what is lacking here."""
    unit.set_setting(_given_key(site), unit.setting(_asked_key(site)))
    unit.set_setting(_told_key(site), msgspec.json.encode(lacking(unit, site)).decode())


def is_due(unit: Unit, site: Id, card: Card) -> bool:
    """Whether a facility is to hear of papers: it asks for some, or what this one lacks has changed."""
    told = msgspec.json.decode(unit.setting(_told_key(site)) or "[]", type=list[Ask])
    if lacking(unit, site) != told:
        return True
    return unit.setting(_asked_key(site)) != unit.setting(_given_key(site)) and bool(going(unit, card))


def arrived_there(unit: Unit, woman: Id, site: Id) -> bool:
    """Whether *site* is known to have every paper of hers whose bytes are here: until then they stay."""
    papers = unit.session.scalars(sa.select(Attachment.id).where(Attachment.participant == woman)).all()
    here = {paper for paper in papers if has_scan(unit.connection, paper)}
    if not here:
        return True
    asked = unit.setting(_asked_key(site))
    return bool(asked) and here.isdisjoint(id for id, _sha256 in _asked(unit, site))


def is_scan(parcel: Parcel, sender: Peer, own: Id) -> bool:
    """Whether a parcel is a paper: from the sender of the bundle to its reader. Others are carried for somebody."""
    return parcel.sender == sender.site and parcel.to == own


def keep(unit: Unit, sha256: str, data: bytes) -> None:
    """Keep a paper that came for every record that names it and lacks it. What is no paper is left out."""
    try:
        reports.read_scan(data, LARGEST)
    except Problem:
        return
    for record in unit.session.scalars(sa.select(Attachment.id).where(Attachment.sha256 == sha256)).all():
        if not has_scan(unit.connection, record):
            put_scan(unit.connection, record, data)


def _asked(unit: Unit, site: Id) -> list[Ask]:
    return msgspec.json.decode(unit.setting(_asked_key(site)) or "[]", type=list[Ask])


def _asked_key(site: Id) -> str:
    return f"scans asked {site}"


def _given_key(site: Id) -> str:
    return f"scans given {site}"


def _told_key(site: Id) -> str:
    return f"scans told {site}"
