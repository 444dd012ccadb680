"""Who is no longer believed, and whose account is closed from elsewhere: and whose word counts for that."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from ..base.ids import Id, show_device
from ..bundle import read_card
from ..records.local import Device, Peer
from ..records.people import Person
from ..records.trust import Revocation
from ..store import Unit
from . import pcs


def revoked(unit: Unit, site: Id, device: int) -> Revocation | None:
    """Why what *device* of *site* sends is not believed any more; None where it is.

    A revocation counts that was made here, by the site itself, or by an office: a facility cannot silence another.
    """
    found = unit.all(
        sa.select(Revocation)
        .where(
            Revocation.site == site, Revocation.device.in_(["", show_device(device)]), Revocation.removed.is_(False)
        )
        .order_by(Revocation.revoked_on, Revocation.id)
    )  # fmt: skip
    return next((one for one in found if _counts(unit, one)), None)


def staff_left_alone(unit: Unit, people: Collection[Id]) -> bool:
    """Whether no other facility wrote about this site's staff, of the *people* that a bundle touched.

    An office may: it closes an account here (``actions/staff_elsewhere.py``), and ``Store.sign_in`` obeys.
    """
    own = unit.all(sa.select(Person).where(Person.id.in_(people), Person.site == unit.store.site))
    return all(_written_by_those_who_may(unit, person.id, unit.store.site) for person in own)


def shut_out(unit: Unit, site: Id) -> Revocation | None:
    """Why nothing is copied for *site*; None where something is.

    The whole site was revoked, or the PC that was heard last: a bundle is an answer to that one. The bundle of another
    PC of the site ends it.
    """
    if (whole := revoked(unit, site, 0)) is not None:
        return whole
    came = pcs.newest(unit, site)
    return revoked(unit, site, came[-1].device) if came else None


def _counts(unit: Unit, revocation: Revocation) -> bool:
    """Whether every entry of it is of a site that may revoke that one."""
    return _written_by_those_who_may(unit, Id(revocation.id), revocation.site)


def _written_by_those_who_may(unit: Unit, record: Id, of: Id) -> bool:
    """Whether every entry of *record*, about the site *of*, was written there, here, or at an office."""
    return all(_may_revoke(unit, author, of) for author in authors(unit, record))


def authors(unit: Unit, record: Id) -> set[Id]:
    """The sites that wrote a record."""
    devices = unit.connection.exec_driver_sql("SELECT DISTINCT device FROM entry WHERE record = ?", (record,))
    return {_site_of(unit, device) for device in devices.scalars().all()}


def _site_of(unit: Unit, device: int) -> Id:
    known = unit.session.get(Device, device)
    return known.site if known is not None else unit.store.site


def _may_revoke(unit: Unit, author: Id, of: Id) -> bool:
    if author in (unit.store.site, of):
        return True
    peer = unit.session.get(Peer, author)
    return peer is not None and read_card(peer.card).kind == "office"
