"""The keys of this site, renewed; and what a person is told where another site has new ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.days import show_day_of
from ..base.words import _
from ..exchange import identity, succeeding
from ..records.local import Peer
from ..store import Store, Unit


@dataclass(frozen=True)
class KeyState:
    """Days (ISO): when the keys were renewed, and until when the ones before open anything; ``""`` for never.

    ``not_told`` are the sites that are not known to have the new ones.
    """

    renewed_on: str
    old_until: str
    not_told: tuple[str, ...] = ()

    @property
    def told_words(self) -> str:
        """Who does not have them yet, in a sentence; ``""`` where all do."""
        words = _("Not known to have the new keys yet: {sites}. What they copy next opens only with the keys before.")
        return words.format(sites=", ".join(self.not_told)) if self.not_told else ""


def state(unit: Unit) -> KeyState:
    """How it stands with this site's keys."""
    on = unit.setting(succeeding.RENEWED)
    until = ""
    if on and succeeding.older_keys(unit):
        until = (dt.date.fromisoformat(on) + dt.timedelta(days=succeeding.KEPT_DAYS)).isoformat()
    return KeyState(on, until, tuple(peer.name for peer in succeeding.not_told(unit)))


def renew(store: Store) -> tuple[str, ...]:
    """New keys for this site; its twelve words then. Raises ``Problem`` for anybody but an administrator."""
    succeeding.renew(store)
    return own_words(store)


def own_words(store: Store) -> tuple[str, ...]:
    """The twelve words of this site's card."""
    return identity.own_card(store)[0].fingerprint


def drop_old(store: Store) -> bool:
    """Let the keys before go at once; whether there were any. Raises ``Problem`` for anybody but an administrator."""
    return succeeding.drop_old(store, now=True)


def notices(unit: Unit) -> list[str]:
    """Which sites have new keys that this person was not told of yet."""
    told = unit.setting(_told(unit))
    return [
        _("{site} has new keys since {day}. Its twelve words are others now.").format(
            site=peer.name, day=show_day_of(day)
        )
        for peer, day in _renewed(unit)
        if f"{peer.site}:{day}" not in told
    ]


def notices_read(unit: Unit) -> None:
    """The person at the desk has read them."""
    unit.set_setting(_told(unit), " ".join(f"{peer.site}:{day}" for peer, day in _renewed(unit)))


def _told(unit: Unit) -> str:
    return f"told_keys/{unit.store.who.id}"


def _renewed(unit: Unit) -> list[tuple[Peer, str]]:
    known = unit.session.scalars(sa.select(Peer).order_by(Peer.name)).all()
    return [(peer, day) for peer in known if (day := succeeding.renewed_on(unit, peer.site))]
