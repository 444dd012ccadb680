"""The PCs of another site: the newest bundle of each, whose came last, and what each said that it has of this one's.

Bundles of one PC are told apart by their numbers. Which PC was heard last is the order of arrival here, kept in a
setting: no clock is asked, because it may be wrong by years.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..records.local import ReceivedBundle
from ..store import Unit

if TYPE_CHECKING:
    from .knowledge import Receipt


class Heard(msgspec.Struct, frozen=True):
    """A PC of another site, and the last bundle of ``ours``, a device of this site, that it has by its word, or 0."""

    device: int
    ours: int
    has: int


def hear(unit: Unit, site: Id, device: int, receipts: Iterable[Receipt]) -> None:
    """The newest bundle of a PC has come: it was heard last."""
    ours = unit.store.device
    has = max((one.number for one in receipts if one.device == ours), default=0)
    before = [one for one in _heard(unit, site) if one.device != device]
    unit.set_setting(_key(site), msgspec.json.encode([*before, Heard(device, ours, has)]).decode())


def heard_last(unit: Unit, site: Id) -> int:
    """The device of the PC of *site* that was heard last; 0 where none was."""
    heard = _heard(unit, site)
    return heard[-1].device if heard else 0


def newest(unit: Unit, site: Id) -> list[ReceivedBundle]:
    """The newest bundle of each PC of *site* that was taken in here; last that of the PC which was heard last."""
    latest = (
        sa.select(ReceivedBundle.device, sa.func.max(ReceivedBundle.number).label("number"))
        .where(ReceivedBundle.site == site)
        .group_by(ReceivedBundle.device)
        .subquery()
    )
    rows = unit.session.scalars(
        sa.select(ReceivedBundle)
        .join(latest, sa.and_(latest.c.device == ReceivedBundle.device, latest.c.number == ReceivedBundle.number))
        .where(ReceivedBundle.site == site)
    )
    order = {one.device: place for place, one in enumerate(_heard(unit, site))}
    # What came before this order was kept stands in front of it, by what the clock said then.
    return sorted(rows, key=lambda row: (order.get(row.device, -1), row.received_at))


def said_to_have(unit: Unit, site: Id) -> dict[int, int]:
    """For each PC of *site* the last of this device's bundles that it said to have; 0 where it had none."""
    return {one.device: one.has for one in _heard(unit, site) if one.ours == unit.store.device}


def _heard(unit: Unit, site: Id) -> list[Heard]:
    return msgspec.json.decode(unit.setting(_key(site), "[]"), type=list[Heard])


def _key(site: Id) -> str:
    return f"heard {site}"
