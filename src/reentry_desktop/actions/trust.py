"""Whose bundles are believed: the PCs of each site, and taking trust back where one was lost or stolen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id, show_device
from ..base.problems import NotFound, Refused
from ..base.words import _
from ..exchange import pcs
from ..exchange.identity import introduced, peer_named, peers
from ..exchange.revoking import revoked
from ..exchange.sharing import own_devices
from ..records.local import Device
from ..records.people import Site
from ..records.trust import Revocation
from ..store import Unit


@dataclass(frozen=True)
class Pc:
    """One PC (a device of the log): ``came`` is when its newest bundle came, ``here`` whether it is this."""

    device: str
    came: str
    here: bool
    revoked: Revocation | None


@dataclass(frozen=True)
class SitePcs:
    """A site and the PCs it is known to have. ``compared``: another one whose card people compared by its words."""

    site: Id
    name: str
    kind: str
    pcs: tuple[Pc, ...]
    code: str = ""
    compared: bool = False


def site_pcs(unit: Unit) -> list[SitePcs]:
    """This site first, then those whose cards are trusted, then facilities that an office introduced."""
    own = unit.get(Site, unit.store.site)
    found = [SitePcs(own.id, own.name, str(own.kind), tuple(_pcs(unit, own.id)), own.code)]
    for peer, _card in (*peers(unit), *introduced(unit)):
        pcs = tuple(_pcs(unit, peer.site))
        found.append(SitePcs(peer.site, peer.name, peer.kind, pcs, peer.code, compared=not peer.introduced_by))
    return found


def _pcs(unit: Unit, site: Id) -> list[Pc]:
    devices = list(unit.session.scalars(sa.select(Device.device).where(Device.site == site)))
    if site == unit.store.site:
        devices = [unit.store.device, *own_devices(unit), *devices]
    came = {bundle.device: bundle.received_at for bundle in pcs.newest(unit, site)}
    return [
        Pc(show_device(device), came.get(device, ""), device == unit.store.device, revoked(unit, site, device))
        for device in dict.fromkeys(devices)
    ]


def revoke(unit: Unit, site: str, device: str, why: str, on: dt.date | None = None) -> Id:
    """Believe nothing any more that comes from *device* of *site*, or, where none is named, from any of its PCs.

    *site* is a name or code. What was taken in before stays. Raises ``NotFound``, and ``Refused`` without a reason.
    """
    own = unit.get(Site, unit.store.site)
    mine = site.casefold() in (own.name.casefold(), own.code.casefold() or None)
    of = own.id if mine else _site_named(unit, site)
    device = device.strip().upper()
    if device and device not in {pc.device for pc in _pcs(unit, of)}:
        raise NotFound(_("No PC {device} of that site is known here. Nothing was changed.").format(device=device))
    if mine and not device:
        raise Refused({"device": _("Name the PC. A whole site is revoked by another one.")})
    return unit.create(Revocation, site=of, device=device, revoked_on=on or unit.today(), why=why)


def _site_named(unit: Unit, name: str) -> Id:
    """A trusted site, or one that an office introduced. Raises ``NotFound``."""
    for peer, _card in introduced(unit):
        if name.casefold() in (peer.name.casefold(), peer.code.casefold() or None):
            return peer.site
    return peer_named(unit, name)[0].site


def trust_again(unit: Unit, revocation: Id) -> None:
    """It was a slip, or is over: what comes from there is believed again."""
    unit.remove(Revocation, revocation)


def revocations(unit: Unit) -> Sequence[Revocation]:
    """Every revocation that stands, the latest first."""
    return unit.all(
        sa.select(Revocation)
        .where(Revocation.removed.is_(False))
        .order_by(Revocation.revoked_on.desc(), Revocation.id.desc())
    )
