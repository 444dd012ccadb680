"""What a worker sees first: who is due, who leaves soon, whose plan is on which day, what was left unfinished.

First name and last initial only, and no health word: whoever sits down next reads it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..exchange.knowledge import last_sent
from ..exchange.outgoing import count_waiting
from ..records.local import Peer
from ..records.participant import Enrolment, Participant
from ..records.plan import Plan
from ..store import Unit
from . import conflicts, use_review
from .consents import ending
from .drafts import Unfinished, unfinished
from .due import DueLists, due
from .measures import DAYS
from .moves import away
from .plan_states import to_review
from .recalling import to_delete
from .recovery import due_steps
from .registrations import counted, joined, stands_for
from .requests import Asked, due_requests
from .safety import open_reports

WEEK = 7  # days in which a step is due
SOON = 30  # days before release in which a woman stands on this page
MOST = 100  # women that one list of this page can show; more are found under Participants


@dataclass(frozen=True, slots=True)
class Row:
    """One woman and one date or day count."""

    id: Id
    short_name: str
    on: dt.date | None = None
    day: int = 0
    words: str = ""


@dataclass(frozen=True)
class Some:
    """The first of many women, ``MOST`` at most, and how many they are."""

    rows: list[Row]
    count: int


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
    leaving: Some
    plan_days: Some
    next_steps: Some
    goal_steps: Some
    to_review: Some
    reports: Some
    to_delete: Some
    consents: Some
    requests: list[Asked]
    """Requests for information whose day to answer is near or past."""
    unfinished: list[Unfinished]
    sync: list[SyncState]
    conflicts: int
    """Fields that stand in two versions."""
    use_due: list[use_review.Due]
    """The sites whose record of use should be reviewed now by whoever is at the desk."""


def today(unit: Unit) -> Today:
    """Everything on the Today page, in a handful of reads."""
    day, gone = unit.today(), away(unit)  # what is due for them is another site's
    return Today(
        due(unit),
        _leaving(unit, day, gone),
        _plan_days(unit, day, gone),
        _next_steps(unit, day, gone),
        _goal_steps(unit, day, gone),
        _to_review(unit, gone),
        _reports(unit),
        _to_delete(unit),
        _consents(unit, gone),
        due_requests(unit),
        unfinished(unit),
        sync_states(unit),
        conflicts.count(unit),
        use_review.due(unit),
    )


def _running(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    select = joined(sa.select(*columns).select_from(Enrolment), Enrolment.participant)
    return select.where(Enrolment.is_open(), Participant.removed.is_(False))


def _some(unit: Unit, gone: set[Id], select: sa.Select[*tuple[Any, ...]], row: Callable[..., Row], by: Any) -> Some:
    select = select.where(Participant.id.not_in(gone))
    rows = [row(*found) for found in unit.rows(select.order_by(by).limit(MOST))]
    count = len(rows)
    if count == MOST:
        count = unit.first(sa.select(sa.func.count()).select_from(select.subquery())) or 0
    return Some(rows, count)


def _leaving(unit: Unit, day: dt.date, gone: set[Id]) -> Some:
    last = day + dt.timedelta(days=SOON)
    select = (
        _running(Participant)
        .where(Participant.actual_release.is_(None), Participant.expected_release.between(day, last))
        .distinct()
    )  # she may have episodes under two registrations
    return _some(
        unit, gone, select, lambda p: Row(p.id, p.short_name, p.expected_release), Participant.expected_release
    )


def _plan_days(unit: Unit, day: dt.date, gone: set[Id]) -> Some:
    select = (
        _running(Participant, Enrolment.enrolled_on)
        .outerjoin(Plan, sa.and_(Plan.enrolment == Enrolment.id, Plan.removed.is_(False)))
        .where(
            counted(), Enrolment.enrolled_on.is_not(None), Participant.actual_release.is_(None), Plan.done_on.is_(None),
            # She said no, or not now: the 30 days say nothing.
            Plan.declined_on.is_(None), Plan.not_now_on.is_(None), Plan.withdrawn_on.is_(None),
        )
    )  # fmt: skip
    last = dt.timedelta(days=DAYS)
    return _some(
        unit, gone, select, lambda p, on: Row(p.id, p.short_name, on + last, (day - on).days), Enrolment.enrolled_on
    )


def _next_steps(unit: Unit, day: dt.date, gone: set[Id]) -> Some:
    select = _running(Participant, Enrolment.next_step, Enrolment.next_step_on).where(
        Enrolment.next_step_on <= day + dt.timedelta(days=WEEK)
    )
    return _some(
        unit, gone, select, lambda p, words, on: Row(p.id, p.short_name, on, words=words), Enrolment.next_step_on
    )


def _goal_steps(unit: Unit, day: dt.date, gone: set[Id]) -> Some:
    steps, count = due_steps(unit, day + dt.timedelta(days=WEEK), MOST, gone)
    return Some([Row(step.participant, step.name, step.due_on) for step in steps], count)


def _to_review(unit: Unit, gone: set[Id]) -> Some:
    """Plans to look at again. Why is not said here."""
    found = [review for review in to_review(unit) if review.participant not in gone]
    return Some([Row(r.participant, r.name, r.review_by) for r in found[:MOST]], len(found))


def _to_delete(unit: Unit) -> Some:
    """Whose words another site asks to be deleted here."""
    found = to_delete(unit)
    return Some([Row(r.participant, r.name, r.asked_on) for r in found[:MOST]], len(found))


def _consents(unit: Unit, gone: set[Id]) -> Some:
    """Consents that end within 30 days. What they are about is not said here."""
    found, count = ending(unit, MOST, gone)
    return Some([Row(one.participant, one.short_name, one.on) for one in found], count)


def _reports(unit: Unit) -> Some:
    """What was passed on and not handed over yet, for its author and administrators alone. Why is not said anywhere."""
    found = open_reports(unit)
    hers = [(unit.get(Participant, stands_for(unit, r.participant)), r.made_on) for r in found[:MOST]]
    rows = [Row(her.id, her.short_name, on) for her, on in hers]
    return Some(rows, len(found))


def sync_states(unit: Unit) -> list[SyncState]:
    """Per trusted site: the last bundle made for it and what was written since."""
    found = []
    for peer in unit.session.scalars(sa.select(Peer).where(Peer.introduced_by == "").order_by(Peer.name)):
        last = last_sent(unit, peer.site)
        found.append(SyncState(peer.name, last.made_at if last else "", count_waiting(unit, peer.site)))
    return found
