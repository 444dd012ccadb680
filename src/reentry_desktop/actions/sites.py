"""How it stands with each other site: what went last, what came last, what waits."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ..exchange.identity import peers
from ..exchange.outgoing import count_waiting
from ..records.local import Device, Gap, ReceivedBundle, SentBundle
from ..store import Unit


@dataclass(frozen=True)
class Went:
    """One bundle that was written here or taken in here. ``at`` is when that was (UTC)."""

    number: int
    made: str
    at: str
    changes: int


@dataclass(frozen=True)
class SiteState:
    """One other site. ``gaps`` are the numbers of its bundles that never came; a later one brings what they held."""

    site: str
    code: str
    fingerprint: tuple[str, ...]
    last_sent: Went | None
    last_received: Went | None
    acknowledged: int | None
    waiting: int
    gaps: tuple[int, ...]
    withheld: int
    """How many of its changes stay with it."""


def site_states(unit: Unit) -> list[SiteState]:
    """Every site whose card is trusted here, by name."""
    found = []
    for peer, card in peers(unit):
        sent = unit.session.scalars(
            sa.select(SentBundle).where(SentBundle.site == peer.site).order_by(SentBundle.number)
        ).all()
        came = unit.session.scalars(
            sa.select(ReceivedBundle).where(ReceivedBundle.site == peer.site).order_by(ReceivedBundle.number)
        ).all()
        numbers = {bundle.number for bundle in came}
        withheld = unit.first(
            sa.select(sa.func.sum(Gap.last - Gap.first + 1))
            .join(Device, Device.device == Gap.device)
            .where(Device.site == peer.site)
        )
        found.append(
            SiteState(
                peer.name,
                peer.code,
                card.fingerprint,
                Went(sent[-1].number, sent[-1].made_at, sent[-1].made_at, sent[-1].changes) if sent else None,
                Went(came[-1].number, came[-1].made_at, came[-1].received_at, came[-1].changes) if came else None,
                max((bundle.number for bundle in sent if bundle.acknowledged_at), default=None),
                count_waiting(unit, peer.site),
                tuple(n for n in range(1, max(numbers, default=0)) if n not in numbers),
                withheld or 0,
            )
        )
    return found
