"""If abuse or a wish to die comes up: the facility's steps, whom to call, and three facts that are kept.

What happened is never written here. Only the author and administrators see a report; it is in no bundle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..records.people import Site
from ..records.safety import SafetyReport
from ..store import Unit
from .registrations import ids_of, stands_for


@dataclass(frozen=True)
class Steps:
    """What this facility wants done, and whom to call; empty where nobody has written it yet."""

    steps: str
    call: str


def safety_steps(unit: Unit) -> Steps:
    """The facility's own steps, as an administrator wrote them down."""
    site = unit.get(Site, unit.store.site)
    return Steps(site.safety_steps, site.safety_call)


def pass_on(unit: Unit, woman: Id, to_whom: str, on: dt.date | None = None, at: str = "") -> Id:
    """Note that a report was made: when, and to whom. Raises ``Refused`` without whom."""
    return unit.create(
        SafetyReport, participant=stands_for(unit, woman), author=unit.store.who.id, made_on=on or unit.today(),
        made_at=at, to_whom=to_whom,
    )  # fmt: skip


def hand_over(unit: Unit, report: Id, on: dt.date | None = None) -> None:
    """Somebody else has taken it on: the hand-off is closed, with its day."""
    unit.revise(SafetyReport, unit.get(SafetyReport, report).id, closed_on=on or unit.today())


def reports_of(unit: Unit, woman: Id) -> Sequence[SafetyReport]:
    """The reports about her that whoever is at the desk may see, the latest first."""
    return unit.all(
        sa.select(SafetyReport)
        .where(SafetyReport.participant.in_(ids_of(unit, woman)), SafetyReport.removed.is_(False))
        .order_by(SafetyReport.made_on.desc(), SafetyReport.id.desc())
    )


def open_reports(unit: Unit) -> Sequence[SafetyReport]:
    """Every report that was not handed over yet, the earliest first."""
    return unit.all(
        sa.select(SafetyReport)
        .where(SafetyReport.closed_on.is_(None), SafetyReport.removed.is_(False))
        .order_by(SafetyReport.made_on, SafetyReport.id)
    )
