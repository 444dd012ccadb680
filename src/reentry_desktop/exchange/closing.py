"""Facilities that are closed, or gone for good: an office says so, and a site that can release nobody is no dead end.

What a closed facility still sends is believed and merged as ever; to shut it out is to revoke it
(``exchange/revoking.py``). What is given on of its women is ``moving.handed_out``.
"""

from __future__ import annotations

import sqlalchemy as sa

from ..base.ids import Id
from ..records.transfer import is_office
from ..records.trust import SiteClosure
from ..store import Unit
from .revoking import authors


def closures(unit: Unit) -> dict[Id, SiteClosure]:
    """Every facility that is noted as closed, and the first note of it: site -> closure. An office's word counts."""
    found: dict[Id, SiteClosure] = {}
    noted = sa.select(SiteClosure).where(SiteClosure.removed.is_(False)).order_by(SiteClosure.closed_on, SiteClosure.id)
    for one in unit.all(noted):
        if all(is_office(unit.connection, site, unit.store.site) for site in authors(unit, one.id)):
            found.setdefault(one.site, one)
    return found


def closed(unit: Unit, site: Id) -> SiteClosure | None:
    """Since when and why a facility is closed; None where it is not."""
    return closures(unit).get(site)
