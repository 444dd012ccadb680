"""Who has which print: a copy begins with the print, and what became of it is written down as it is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from ..base.ids import Id
from ..records.paper import CopyGiven
from ..records.plan import Supporter
from ..store import Unit
from .registrations import ids_of


def copies_of(unit: Unit, woman: Id) -> Sequence[CopyGiven]:
    """Every print of hers, the latest first."""
    return unit.all(
        sa.select(CopyGiven)
        .where(CopyGiven.participant.in_(ids_of(unit, woman)), CopyGiven.removed.is_(False))
        .order_by(CopyGiven.printed_on.desc(), CopyGiven.id.desc())
    )


def receivers(unit: Unit, woman: Id) -> dict[Id, str]:
    """Copy -> the one it is for, by name: a supporter, a board or a court. Who was taken back has no name any more."""
    hers = ids_of(unit, woman)
    names = dict(unit.rows(sa.select(Supporter.id, Supporter.name).where(Supporter.participant.in_(hers))))
    return {copy.id: copy.to_whom or names.get(copy.supporter, "") for copy in copies_of(unit, woman)}


def copy_became(unit: Unit, copy: Id, became: str, on: dt.date | None = None) -> None:
    """What became of a copy, and since when."""
    unit.revise(CopyGiven, copy, became=became, became_on=(on or unit.today()) if became else None)
