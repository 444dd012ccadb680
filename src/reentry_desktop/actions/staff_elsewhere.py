"""The staff of facilities, as an office knows them: it closes an account there, and opens it again.

Such a change is one of her record as any other: it goes with the next bundle for her site, and ``Store.sign_in`` obeys.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..exchange.identity import peer_named
from ..exchange.sharing import own_devices
from ..records.local import Peer
from ..records.people import Person, SiteKind
from ..store import Unit
from ..store.log import history
from .staff import administrators, users


def users_there(unit: Unit, site: str) -> list[dict[str, Any]]:
    """Everybody of a facility (its name or code) whom its bundles told of, as ``staff.users``. Raises ``Problem``."""
    return users(unit, _facility(unit, site).site)


def close_there(unit: Unit, site: str, name: str) -> None:
    """Close the account of *name* at a facility: there she cannot unlock once it has the next bundle.

    Never that of its last administrator: the site would be locked out of its records. Raises ``Problem``.
    """
    peer = _facility(unit, site)
    person = _person(unit, peer, name)
    if person.disabled_on is not None:
        raise Problem(_("This account is closed already. Nothing was changed."), code="closed")
    others = [one for one in administrators(unit, peer.site) if one.id != person.id]
    if person.administrator and not others:
        words = _(
            "{name} is the last administrator of {site}. Nothing was changed. First another one is named there; "
            "to believe nothing more that comes from there, revoke the site."
        )
        raise Problem(words.format(name=person.name, site=peer.name), code="last")
    unit.revise(Person, Id(person.id), disabled_on=unit.today())


def open_there(unit: Unit, site: str, name: str) -> None:
    """Open an account again that an office closed: her passphrase is the one she had. Raises ``Problem``."""
    peer = _facility(unit, site)
    person = _person(unit, peer, name)
    if person.disabled_on is None:
        raise Problem(_("This account is open already. Nothing was changed."), code="open")
    if not closed_here(unit, Id(person.id)):
        words = _("{site} closed this account itself, and its key is gone. Nothing was changed. It adds {name} anew.")
        raise Problem(words.format(site=peer.name, name=person.name), code="closed-there")
    unit.revise(Person, Id(person.id), disabled_on=None)


def _facility(unit: Unit, site: str) -> Peer:
    if unit.store.slots.kind != SiteKind.OFFICE:
        raise Problem(
            _("Only an office closes accounts of other sites. Nothing was changed. Call your program office."),
            code="office-only",
        )
    peer, card = peer_named(unit, site)
    if card.kind != "facility" or peer.site == unit.store.site:
        words = _("{site} is an office. Nothing was changed. An office closes its own accounts.")
        raise Problem(words.format(site=peer.name), code="office")
    return peer


def _person(unit: Unit, peer: Peer, name: str) -> Person:
    there = sa.select(Person).where(Person.site == peer.site, sa.func.lower(Person.name) == name.strip().lower())
    # A name is free again once its account is closed: the open one is meant.
    found: Person | None = unit.first(there.order_by(Person.disabled_on.is_not(None), Person.disabled_on.desc()))
    if found is None:
        words = _("No bundle of {site} told of a user called {name}. Nothing was changed.")
        raise NotFound(words.format(site=peer.name, name=name))
    return found


def closed_here(unit: Unit, person: Id) -> bool:
    """Whether the latest closing of it was written by this site's devices, which close no key."""
    said = [
        (change.depth, place) for place, change in history(unit.connection, person)
        if change.depth and change.read_values().get("disabled_on")
    ]  # fmt: skip
    return bool(said) and max(said)[1][0] in own_devices(unit)
