"""Her plans and their versions as one looks back at them: what there is, since when, and who was with her."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..records.base import choice_label
from ..records.participant import Enrolment, Participant
from ..records.people import Person
from ..records.plan import HowConfirmed, Plan
from ..store import Unit
from .plan_states import versions
from .registrations import ids_of
from .women import current_episode, current_plan


@dataclass(frozen=True)
class Made:
    """One "done for now": its number, its day, who was with her, and how she said so, in words."""

    number: int
    done_on: dt.date | None
    confirmed_with: str
    how: str


@dataclass(frozen=True)
class Shelf:
    """Her plans: the one looked at with its versions, the latest first, and the others.

    ``plan`` is None where she has none. ``living`` says that it is the plan of an episode that runs: it can be changed.
    ``current`` says that it is the latest one: the one that is printed.
    """

    woman: Participant
    plan: Plan | None
    versions: list[Made]
    living: bool
    current: bool
    others: list[Plan]


def shelf(unit: Unit, woman: Id, plan_id: Id | None = None) -> Shelf:
    """Her plans, with *plan_id* or else her current one to be looked at. Raises ``NotFound``."""
    hers = ids_of(unit, woman)
    her = unit.get(Participant, hers[0])
    current = current_plan(unit, woman)
    plan = unit.get(Plan, plan_id) if plan_id else current
    episode = current_episode(unit, woman)
    living = plan is not None and episode is not None and plan.enrolment == episode.id and runs(episode)
    every = unit.all(sa.select(Plan).where(Plan.participant.in_(hers), Plan.removed.is_(False)))
    others = sorted(
        (p for p in every if plan is None or p.id != plan.id),
        key=lambda p: (p.started_on or p.offered_on or dt.date.min, p.id),
        reverse=True,
    )
    latest = plan is not None and current is not None and plan.id == current.id
    return Shelf(her, plan, made_versions(unit, plan.id) if plan else [], living, latest, others)


def runs(episode: Enrolment) -> bool:
    """Whether she is enrolled and the episode was not closed."""
    return bool(episode.enrolled_on and not episode.closed_on)


def made_versions(unit: Unit, plan_id: Id) -> list[Made]:
    """Each "done for now", the latest first."""
    found = []
    for version in reversed(versions(unit, plan_id)):
        person = unit.find(Person, version.confirmed_by) if version.confirmed_by else None
        name = (person.full_name or person.name) if person else ""
        how = choice_label(HowConfirmed, version.how_confirmed)
        found.append(Made(version.number or 0, version.done_on, name, how))
    return found


def comes_first(unit: Unit, woman: Id) -> str:
    """What has to come before her next word is written: "enroll", "limits" (what must be passed on), or nothing."""
    episode = current_episode(unit, woman)
    if episode is None or not runs(episode):
        return "enroll"
    return "" if episode.limits_told_on else "limits"
