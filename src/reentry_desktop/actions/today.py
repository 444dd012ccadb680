"""What a worker sees first: who is due, who leaves soon, whose plan is on which day, what was left unfinished.

First name and last initial only, and no health word: whoever sits down next reads it too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..exchange.outgoing import count_waiting
from ..records.local import Peer, SentBundle
from ..records.participant import Enrolment, Participant
from ..records.plan import Plan
from ..store import Unit
from .due import DueLists, due
from .measures import DAYS
from .plans import Unfinished, unfinished

SOON = 30  # days before release in which a woman stands on this page


@dataclass(frozen=True, slots=True)
class Row:
    """One woman and one date or day count."""

    id: Id
    short_name: str
    on: dt.date | None = None
    day: int = 0
    words: str = ""


@dataclass(frozen=True)
class SyncState:
    """How the office stands: when a bundle was last made for it, how many changes wait since."""

    site: str
    last_made: str
    waiting: int


@dataclass(frozen=True)
class Today:
    """The whole Today page."""

    due: DueLists
    leaving: list[Row]
    plan_days: list[Row]
    next_steps: list[Row]
    unfinished: list[Unfinished]
    sync: list[SyncState]


def today(unit: Unit) -> Today:
    """Everything on the Today page, in a handful of reads."""
    day = unit.today()
    return Today(
        due(unit),
        _leaving(unit, day),
        _plan_days(unit, day),
        _next_steps(unit, day),
        unfinished(unit),
        sync_states(unit),
    )


def _running(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*columns)
        .join(Enrolment, Enrolment.participant == Participant.id)
        .where(Enrolment.is_open(), Participant.removed.is_(False))
    )


def _leaving(unit: Unit, day: dt.date) -> list[Row]:
    last = day + dt.timedelta(days=SOON)
    select = _running(Participant).where(
        Participant.actual_release.is_(None), Participant.expected_release.between(day, last)
    )
    return [
        Row(p.id, p.short_name, p.expected_release) for p in unit.all(select.order_by(Participant.expected_release))
    ]


def _plan_days(unit: Unit, day: dt.date) -> list[Row]:
    select = (
        _running(Participant, Enrolment.enrolled_on)
        .outerjoin(Plan, sa.and_(Plan.enrolment == Enrolment.id, Plan.removed.is_(False)))
        .where(Enrolment.enrolled_on.is_not(None), Plan.done_on.is_(None), Participant.actual_release.is_(None))
        .order_by(Enrolment.enrolled_on)
    )
    return [Row(p.id, p.short_name, on + dt.timedelta(days=DAYS), (day - on).days) for p, on in unit.rows(select)]


def _next_steps(unit: Unit, day: dt.date) -> list[Row]:
    select = (
        _running(Participant, Enrolment.next_step, Enrolment.next_step_on)
        .where(Enrolment.next_step_on <= day + dt.timedelta(days=7))
        .order_by(Enrolment.next_step_on)
    )
    return [Row(p.id, p.short_name, on, words=words) for p, words, on in unit.rows(select)]


def sync_states(unit: Unit) -> list[SyncState]:
    """Per trusted site: the last bundle made for it and what was written since."""
    found = []
    for peer in unit.session.scalars(sa.select(Peer).order_by(Peer.name)):
        last = unit.first(sa.select(SentBundle).where(SentBundle.site == peer.site).order_by(SentBundle.number.desc()))
        found.append(SyncState(peer.name, last.made_at if last else "", count_waiting(unit, peer.site)))
    return found
