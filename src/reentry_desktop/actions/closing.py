"""A facility that is closed or gone for good: the office says so, and gives on what it holds of the women there.

Only an office does. What it gives is what it holds: words a woman did not share with it were never there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..exchange.closing import closed, closures
from ..exchange.identity import peers
from ..exchange.sharing import SHARING
from ..records.local import Peer
from ..records.participant import Participant
from ..records.transfer import Transfer, custody, moves_of
from ..records.trust import SiteClosure
from ..store import Unit
from . import moves
from .transfers import facility_named


@dataclass(frozen=True)
class ClosedSite:
    """A facility that is noted as closed, and ``closure``, the note of it."""

    site: Id
    name: str
    closure: Id
    closed_on: dt.date
    why: str


@dataclass(frozen=True)
class HerThere:
    """A woman whose record a facility holds. ``words`` is whether this office has words of hers.

    ``move`` is the move under way, ``to`` where it leads; both "" where she was given to nobody yet.
    """

    id: Id
    name: str
    number: str
    words: bool
    move: Id
    to: str
    ours: bool
    """Whether this office released her, so that it can call it off."""


def closed_sites(unit: Unit) -> list[ClosedSite]:
    """Every facility that is noted as closed, by name."""
    found = [
        ClosedSite(site, moves.name_of(unit, site), one.id, one.closed_on or unit.today(), one.why)
        for site, one in closures(unit).items()
    ]
    return sorted(found, key=lambda one: (one.name, one.site))


def facilities_open(unit: Unit) -> list[Peer]:
    """The facilities whose card was compared here and that are not closed: they may be given records."""
    gone = closures(unit)
    return [peer for peer, card in peers(unit) if card.kind == "facility" and peer.site not in gone]


def close_site(unit: Unit, site: str, why: str, on: dt.date | None = None) -> Id:
    """Note that a facility is closed or gone for good. Raises ``NotFound``, and ``Refused`` without a reason."""
    peer = _facility(unit, site)
    if closed(unit, peer.site) is not None:
        raise Problem(
            _("{site} is noted as closed already. Nothing was changed.").format(site=peer.name), code="closed"
        )
    return unit.create(SiteClosure, site=peer.site, closed_on=on or unit.today(), why=why)


def open_again(unit: Unit, closure: Id) -> None:
    """It was a slip, or the facility is there again. What was given on stays so until each is called off."""
    _office(unit)
    unit.remove(SiteClosure, closure)


def women_there(unit: Unit, site: Id) -> list[HerThere]:
    """The women whose record *site* holds, as far as is known here, by name."""
    own = unit.store.site
    moved = sa.select(Transfer.participant).where(sa.or_(Transfer.from_site == site, Transfer.to_site == site))
    known = unit.all(
        sa.select(Participant)
        .where(Participant.removed.is_(False), sa.or_(Participant.site == site, Participant.id.in_(moved)))
        .order_by(Participant.last_name, Participant.first_name, Participant.id)
    )
    share = set(unit.connection.exec_driver_sql(SHARING).scalars())
    found = []
    for her in known:
        holder, coming = custody(moves_of(unit.connection, her.id, own))
        if (holder or her.site) != site:
            continue
        to = moves.name_of(unit, coming.to_site) if coming else ""
        found.append(
            HerThere(
                her.id, her.name, her.department_number, her.id in share, coming.id if coming else Id(""), to,
                coming is not None and coming.by == own,
            )
        )  # fmt: skip
    return found


def give_on(unit: Unit, site: str, to: str, women: Collection[Id] | None = None) -> list[Id]:
    """Release the records that a closed facility holds to another one: of these *women*, or of all. The new moves.

    Whoever is on her way to a facility already stays so. Raises ``NotFound`` without that facility's card,
    ``Problem`` where *site* is not closed, or holds the record of none of them.
    """
    old, new = _facility(unit, site), facility_named(unit, to)[0]
    if closed(unit, old.site) is None:
        raise Problem(
            _("{site} is not noted as closed, so it releases its records itself. Nothing was changed.").format(
                site=old.name
            ),
            code="open",
        )
    going = [her for her in women_there(unit, old.site) if not her.move and (women is None or her.id in women)]
    if not going:
        raise NotFound(_("{site} holds no record that can be given on. Nothing was changed.").format(site=old.name))
    return [_release(unit, her.id, her.number, old.site, new.site) for her in going]


def _release(unit: Unit, woman: Id, number: str, old: Id, new: Id) -> Id:
    known = moves_of(unit.connection, woman, unit.store.site)
    return unit.create(
        Transfer, participant=woman, from_site=old, to_site=new, released_on=unit.today(),
        released_by=unit.store.site, epoch=1 + max((move.epoch for move in known), default=0),
        department_number=number,
    )  # fmt: skip


def closed_here(unit: Unit) -> ClosedSite | None:
    """Of a facility: what its office noted of it, where it is noted as closed and yet somebody works here."""
    one = closed(unit, unit.store.site)
    if one is None:
        return None
    offices: Sequence[str] = [peer.name for peer, card in peers(unit) if card.kind == "office"]
    return ClosedSite(unit.store.site, ", ".join(offices), one.id, one.closed_on or unit.today(), one.why)


def _office(unit: Unit) -> None:
    if unit.store.slots.kind != "office":
        raise Problem(_("Only an office says that a facility is closed. Nothing was changed."), code="not-an-office")


def _facility(unit: Unit, name: str) -> Peer:
    """The facility of that name, code or id whose card was compared here. Raises ``NotFound``."""
    _office(unit)
    for peer, card in peers(unit):
        if card.kind == "facility" and name.casefold() in (
            peer.name.casefold(),
            peer.code.casefold() or None,
            peer.site,
        ):
            return peer
    raise NotFound(_("No facility called {name} is trusted here. Nothing was changed.").format(name=name))
