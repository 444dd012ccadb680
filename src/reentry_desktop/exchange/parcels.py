"""Sealed bundles from one facility to another, which an office carries unopened.

A facility that released a woman, asks for one, or took one over, makes a bundle for the other facility and gives it to
the office inside its next bundle. The office keeps the file as it came and puts it into its bundles for that facility,
until one of them was confirmed. There it is opened like any bundle. Of two sites only the newest of each PC is kept:
it brings all that the ones before it did.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..bundle import Parcel, Piece, read_back, read_card, verify
from ..bundle.faults import fault
from ..records.local import ParcelHere, Peer, SentBundle
from ..store import Store, Unit
from ..store.sealed import workplace
from . import moving, scans, writing
from .identity import facilities
from .knowledge import BEGAN_ANEW, Known, known_by, last_sent
from .revoking import shut_out
from .succeeding import reseal_key, root


def is_backup(row: ParcelHere | Parcel) -> bool:
    """Whether it is no bundle but a site's sealed backup: from that site to itself. An office keeps it."""
    return row.to_site == row.from_site if isinstance(row, ParcelHere) else row.to == row.sender


def parcels(unit: Unit) -> Sequence[ParcelHere]:
    """Every parcel that lies here."""
    return unit.session.scalars(sa.select(ParcelHere).order_by(ParcelHere.at, ParcelHere.sha256)).all()


def newest(unit: Unit, sender: str, to: str, device: int | None = None) -> ParcelHere | None:
    """The last from one site to another that lies here, of whichever *device*."""
    found = sa.select(ParcelHere).where(ParcelHere.from_site == sender, ParcelHere.to_site == to)
    if device is not None:
        found = found.where(ParcelHere.device == device)
    return unit.session.scalars(found.order_by(ParcelHere.at.desc(), ParcelHere.number.desc()).limit(1)).first()


# Made here


def make_due(store: Store) -> None:
    """Seal what is new for other facilities, one parcel for each. Raises ``Problem`` where the disk takes none."""
    with store.read() as unit:
        due = [peer.site for peer, _card in facilities(unit) if is_due(unit, peer.site)]
    for site in due:
        _make(store, site)


def is_due(unit: Unit, site: Id) -> bool:
    """Whether a facility should get a parcel: for words about a move that are in none yet, or to confirm one of its.

    Also where one of the two began anew from an earlier day: it may have had more than is there now, and whoever gave
    it would never hear of that.
    """
    peer = unit.session.get(Peer, site)
    if peer is None or unit.store.slots.kind != "facility" or shut_out(unit, site) is not None:
        return False
    if unit.setting(reseal_key(site)):
        return True
    last = last_sent(unit, site)
    card = read_card(peer.card)
    if last is None and unit.setting(BEGAN_ANEW):
        return True
    lost = last is not None and last.acknowledged_at and peer.has_number < last.number
    has = known_by(unit, site) if lost else Known.after(last)
    if moving.lacking(unit, card, has) or scans.is_due(unit, site, card):
        return True
    return writing.came(unit, site) != unit.setting(writing.told_key(site))


def _make(store: Store, site: Id) -> None:
    try:
        part = workplace(store.folder) / f"{site}.part"
        with store.read() as unit:
            peer = unit.session.get(Peer, site)
            assert peer is not None
            going = writing.next_bundle(unit, peer, read_card(peer.card))
            part.unlink(missing_ok=True)
            with part.open("xb+") as file:
                sealed, _records = writing.write(unit, file, going)
                os.fsync(file.fileno())
                sha256 = read_back(file, sealed).hex()
        with store.work("seal_record") as unit:
            unit.sealed.keep(part, sha256)
            writing.note_sent(unit, going, sealed, f"{sha256}.bundle")
            unit.set_setting(reseal_key(site), "")
            put(unit, Parcel(store.site, site, sha256, sealed.size), store.device, going.number)
            unit.tell("site", site, number=going.number, changes=going.changes, sha256=sha256)
    except OSError as error:
        raise Problem(
            _(
                "The disk of this PC did not take a sealed record, so nothing was copied. The records here are safe. "
                "Free some room, then try again."
            ),
            code="disk",
        ) from error
    sweep(store)


def put(unit: Unit, parcel: Parcel, device: int, number: int) -> None:
    """This one takes the place of the one before it: at its own site, and as a backup, whichever PC made that."""
    before = sa.and_(ParcelHere.from_site == parcel.sender, ParcelHere.to_site == parcel.to)
    if parcel.to == unit.store.site != parcel.sender:
        before = sa.false()  # each is opened next
    elif parcel.sender != unit.store.site and not is_backup(parcel):
        before = sa.and_(before, ParcelHere.device == device)
    unit.local(sa.delete(ParcelHere).where(sa.or_(before, ParcelHere.sha256 == parcel.sha256)))
    unit.local(
        sa.insert(ParcelHere).values(
            from_site=parcel.sender, to_site=parcel.to, device=device, number=number, sha256=parcel.sha256,
            size=parcel.size, at=stamp(unit.store.clock()),
        )
    )  # fmt: skip
    unit.session.expire_all()


# Carried on


def going_with(unit: Unit, peer: Peer) -> list[Parcel]:
    """What goes along with the next bundle for a trusted site, until one that carried it was confirmed.

    From a facility to an office its own parcels, from an office to a facility those that are for it.
    """
    own = unit.store.slots.kind == "facility"
    if peer.site == unit.store.site or own == (read_card(peer.card).kind == "facility"):
        return []
    found = []
    for row in parcels(unit):
        mine = row.from_site == unit.store.site if own else row.to_site == peer.site and not is_backup(row)
        if mine and is_going(unit, row, peer) and unit.sealed.is_here(row.sha256):  # ``sweep`` has just compared it
            found.append(Parcel(row.from_site, row.to_site, row.sha256, row.size))
    return found


def is_going(unit: Unit, row: ParcelHere, peer: Peer) -> bool:
    """Whether it is to be carried on by *peer*: nobody has it yet, and whom it is for was not revoked."""
    done = row.damaged or confirmed(unit, row, peer) or arrived(unit, row)
    return not done and (is_backup(row) or shut_out(unit, row.to_site) is None)


def staying(unit: Unit) -> set[Id]:
    """The revoked sites for which a sealed file lies here: it stays."""
    lie_here = {row.to_site for row in parcels(unit) if row.to_site != unit.store.site}
    return {site for site in lie_here if shut_out(unit, site) is not None}


def confirmed(unit: Unit, row: ParcelHere, peer: Peer | None = None) -> bool:
    """Whether the site that carries it on, or that it is for, has it."""
    peer = peer if peer is not None else unit.session.get(Peer, row.by_site)
    return peer is not None and row.by_site == peer.site and 0 < row.by_number <= peer.has_number


def arrived(unit: Unit, row: ParcelHere) -> bool:
    """Whether the facility it is for has confirmed that it took it in; only whoever made it ever knows."""
    sent = unit.session.get(SentBundle, (row.to_site, row.device, row.number))
    return row.from_site == unit.store.site and sent is not None and bool(sent.acknowledged_at)


def note_carried(unit: Unit, peer: Peer, number: int, carried: Sequence[Parcel]) -> None:
    """Bundle *number* for *peer* carried these."""
    for parcel in carried:
        unit.local(
            sa.update(ParcelHere)
            .where(
                ParcelHere.sha256 == parcel.sha256,
                sa.or_(ParcelHere.by_number == 0, ParcelHere.by_site != peer.site),
            )
            .values(by_site=peer.site, by_number=number)
        )


def carry_again(unit: Unit, to: Id) -> bool:
    """Give the parcel for *to* to the office once more: it was lost or damaged on the way. False where none is here."""
    same = (ParcelHere.from_site == unit.store.site, ParcelHere.to_site == to)
    done = unit.local(sa.update(ParcelHere).where(*same).values(by_site="", by_number=0)) > 0
    unit.session.expire_all()
    return done


def sweep(store: Store) -> None:
    """Let go of what has arrived where it should, mark what is damaged, and remove files that nothing names."""
    with store.read() as unit:
        harmed = {row.sha256 for row in parcels(unit) if not row.damaged and not _is_well(unit, row)}
    with store.work("sweep") as unit:
        for row in parcels(unit):
            if arrived(unit, row) or (confirmed(unit, row) and not _is_needed(unit, row)):
                unit.local(sa.delete(ParcelHere).where(ParcelHere.sha256 == row.sha256))
            elif row.sha256 in harmed:
                note_damaged(unit, row)
    with store.work("sweep") as unit:
        unit.sealed.sweep()


def _is_well(unit: Unit, row: ParcelHere) -> bool:
    """Whether it is as it came. The backups of others are large: they are read through when one is handed out."""
    if is_backup(row) and row.from_site != unit.store.site:
        return unit.sealed.is_here(row.sha256)
    return unit.sealed.is_whole(row.sha256)


def note_damaged(unit: Unit, row: ParcelHere) -> None:
    """It is not any more as it came: it is neither sent on nor handed out."""
    unit.local(sa.update(ParcelHere).where(ParcelHere.sha256 == row.sha256).values(damaged=True))
    unit.tell("site", row.from_site, damaged=row.sha256)


def _is_needed(unit: Unit, row: ParcelHere) -> bool:
    """Whether one that its carrier has may have to be carried again: by whoever made it, while it holds news."""
    peer = unit.session.get(Peer, row.to_site)
    if row.from_site != unit.store.site or peer is None:
        return False
    return moving.lacking(unit, read_card(peer.card), known_by(unit, row.to_site)) > 0


# Come in


@dataclass
class Arriving:
    """Collects the parcels of a bundle while it is read. They stand only when ``keep`` was called and committed."""

    unit: Unit
    sender: Peer | None = None
    made: tuple[int, int] = (0, 0)
    declared: tuple[Parcel, ...] = ()
    backup: bool = False
    """Whether the sender's sealed backup is among those that were kept."""
    _papers: dict[str, bytearray] = field(default_factory=dict)
    _file: BinaryIO | None = None
    _whole: list[Parcel] = field(default_factory=list)
    _come: int = 0

    def begin(self, sender: Peer, made: tuple[int, int], declared: tuple[Parcel, ...]) -> None:
        """What a bundle of *sender* says that it carries; *made*: its device and number."""
        self.sender, self.made, self.declared = sender, made, declared
        papers = [parcel.size for parcel in declared if self._is_scan(parcel)]
        if any(size > scans.LARGEST for size in papers) or sum(papers) > scans.TOGETHER:
            raise fault("malformed")

    def _is_scan(self, parcel: Parcel) -> bool:
        """Whether it is a scanned paper that this store asked the sender for; an office asks for none."""
        of_store = self.sender is not None and scans.exchanged(self.unit, read_card(self.sender.card))
        return of_store and self.sender is not None and scans.is_scan(parcel, self.sender, self.unit.store.site)

    def take(self, piece: Piece) -> None:
        """The next bytes; the bundle's reader has checked that they are in order and, with the last, their digest."""
        parcel = self.declared[piece.parcel]
        if self._is_scan(parcel):  # in memory: a scanned paper is never a file
            self._papers.setdefault(parcel.sha256, bytearray()).extend(piece.data)
            return
        if self._file is None:
            self._file = self._part(parcel).open("wb")
        self._file.write(piece.data)
        self._come += len(piece.data)
        if self._come == parcel.size:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file, self._come = None, 0
            self._whole.append(parcel)

    def keep(self, *, trial: bool) -> int:
        """Keep those that are for this site or that it carries on; how many, but for a backup.

        As a *trial* nothing is kept.

        Raises ``Problem`` for one that nobody may send here.
        """
        kept = 0
        if not trial:
            for sha256, data in self._papers.items():
                scans.keep(self.unit, sha256, bytes(data))
        for parcel in self._whole:
            part = self._part(parcel)
            with part.open("rb") as file:
                device, number = self._allowed(parcel, file)
            before = newest(self.unit, parcel.sender, parcel.to, None if is_backup(parcel) else device)
            older = before is not None and before.device == device and before.number > number
            if older or (before is not None and before.sha256 == parcel.sha256 and not before.damaged):
                continue
            if is_backup(parcel):
                self.backup = True
            else:
                kept += 1
            if not trial:
                self.unit.sealed.keep(part, parcel.sha256)
                put(self.unit, parcel, device, number)
        return kept

    def _allowed(self, parcel: Parcel, file: BinaryIO) -> tuple[int, int]:
        """An office takes a facility's own, signed by it; a facility what an office brings for it.

        Returns the device that made it and its number.
        """
        to_office = self.unit.store.slots.kind == "office"
        if self.sender is None:
            raise AssertionError("a parcel is read after its bundle has begun")
        if to_office and (parcel.sender != self.sender.site or parcel.to == self.unit.store.site):
            raise fault("malformed")
        if not to_office and (parcel.to != self.unit.store.site or read_card(self.sender.card).kind != "office"):
            raise fault("malformed")
        if is_backup(parcel) and to_office:
            return self.made  # nobody here can open it; that it is whole, the bundle's reader has checked
        if not to_office:
            return 0, 0  # opened next; what is wrong with it is told then, of it alone
        header = verify(file, read_card(self.sender.card), root(self.sender).kit_keys)
        if header.site != parcel.sender or header.to != (parcel.to,):
            raise fault("malformed")
        return header.device, header.number

    def drop(self) -> None:
        """Leave nothing behind of what was not kept."""
        if self._file is not None:
            self._file.close()
        for parcel in self.declared:
            with contextlib.suppress(OSError):
                self._part(parcel).unlink(missing_ok=True)

    def _part(self, parcel: Parcel) -> Path:
        return workplace(self.unit.store.folder) / f"{parcel.sha256}.part"


def unopened(unit: Unit) -> list[str]:
    """The SHA-256 of what has come for this site and was not opened yet."""
    return [row.sha256 for row in parcels(unit) if row.to_site == unit.store.site and not is_backup(row)]


def forget(unit: Unit, sha256: str) -> None:
    """It was opened, or set aside with its reason: it is not kept here."""
    unit.local(sa.delete(ParcelHere).where(ParcelHere.sha256 == sha256))


__all__ = ["Arriving", "carry_again", "forget", "going_with", "is_due", "make_due", "note_carried", "parcels", "sweep"]
