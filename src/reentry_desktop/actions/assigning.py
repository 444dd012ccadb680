"""Who works with a woman, and opening the record of one beyond that, with a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.folding import plain_number
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..records.access import may
from ..records.assignment import Assignment, BreakGlass
from ..records.participant import Participant
from ..records.people import Person, Scope
from ..store import Store, Unit
from .registrations import ids_of


@dataclass(frozen=True)
class Worker:
    """Somebody who works with her. ``since`` is the first day of it."""

    assignment: Id
    person: Id
    name: str
    full_name: str
    since: dt.date | None


def workers_of(unit: Unit, woman: Id) -> list[Worker]:
    """Who works with her now, under whichever registration, by name."""
    rows = unit.rows(
        sa.select(Assignment.id, Person.id, Person.name, Person.full_name, Assignment.since)
        .join(Person, Person.id == Assignment.person)
        .where(Assignment.participant.in_(ids_of(unit, woman)), Assignment.until.is_(None))
        .where(
            Assignment.removed.is_(False), Person.site == unit.store.site
        )  # those of where she was before came along
        .order_by(Person.name, Assignment.id)
    )
    found: dict[Id, Worker] = {}
    for row in rows:
        found.setdefault(Id(row[1]), Worker(*row))
    return list(found.values())


def assign(unit: Unit, woman: Id, person: Id, on: dt.date | None = None) -> None:
    """*person* works with her from now on, or from *on*; not twice. Raises ``Refused`` where the account is closed."""
    worker = unit.get(Person, person)
    if worker.disabled_on:
        raise Refused({"person": _("This account is closed. Choose somebody who works here.")})
    have = {one.assignment for one in workers_of(unit, woman) if one.person == person}
    if not have:
        for one in ids_of(unit, woman):
            unit.create(Assignment, participant=one, person=person, since=on or unit.today())


def unassign(unit: Unit, woman: Id, person: Id) -> None:
    """*person* no longer works with her: her record is not among this person's own from the same moment."""
    open_ = unit.all(
        sa.select(Assignment).where(
            Assignment.participant.in_(ids_of(unit, woman)), Assignment.person == person,
            Assignment.until.is_(None), Assignment.removed.is_(False),
        )
    )  # fmt: skip
    for one in open_:
        unit.revise(Assignment, one.id, until=max(unit.today(), one.since or unit.today()))


def take_on(unit: Unit, woman: Id) -> None:
    """Whoever begins the record of a woman works with her, where this person would not see her otherwise."""
    if unit.store.who.sees in (Scope.OWN, Scope.TEAM):
        unit.create(Assignment, participant=woman, person=unit.store.who.id, since=unit.today())


def break_glass(store: Store, number: str, reason: str) -> Id:
    """Open the record of the woman with that department number beyond one's own list, until the end of the day.

    It is an entry with its reason, and a supervisor looks at it. Gives her id. Raises ``Refused`` without a reason,
    ``NotFound`` where no participant has the number, and ``Problem`` where whoever is at the desk may not.
    """
    reason = reason.strip()
    if len(reason) < 10:
        raise Refused({"reason": _("Say why you need her record now. A few words are enough.")})
    found = store.numbered(plain_number(number))
    if not found:
        raise NotFound(_("No participant has the number {number}. Nothing was changed.").format(number=number))
    with store.work("break_glass") as unit:
        for woman in found:
            unit.create(
                BreakGlass, new_id(), participant=woman, person=store.who.id, reason=reason, through=unit.today()
            )
    return found[0]


@dataclass(frozen=True)
class Beyond:
    """One time somebody looked beyond the own list. ``looked_at_by`` is "" until somebody has looked at it.

    ``own``: by whoever is at the desk. Somebody else looks at it, or the office (``use_review.opened``).
    """

    id: Id
    participant: Id
    department_number: str
    name: str
    own: bool
    who: str
    reason: str
    through: dt.date | None
    looked_at_by: str
    finding: str


def beyond(unit: Unit, *, open_only: bool = False) -> list[Beyond]:
    """Each time somebody looked beyond the own list, the newest first."""
    worker, looker = sa.orm.aliased(Person), sa.orm.aliased(Person)
    asked = (
        sa.select(BreakGlass, Participant, worker.name, looker.name)
        .join(Participant, Participant.id == BreakGlass.participant)
        .join(worker, worker.id == BreakGlass.person)
        .outerjoin(looker, looker.id == BreakGlass.looked_at_by)
        .where(BreakGlass.removed.is_(False))
        .order_by(BreakGlass.id.desc())
    )
    if open_only:
        asked = asked.where(BreakGlass.looked_at_on.is_(None))
    return [
        Beyond(one.id, her.id, her.department_number, her.short_name, one.person == unit.store.who.id, who, one.reason,
               one.through, looked or "", one.finding)
        for one, her, who, looked in unit.rows(asked)
    ]  # fmt: skip


def look_at_break_glass(unit: Unit, one: Id, finding: str = "") -> None:
    """Whoever is at the desk has looked at it, and what was found. Nobody looks at their own.

    What one found stays: a second one puts no other name and no other finding in its place.
    """
    found, me = unit.get(BreakGlass, one), unit.store.who.id
    if found.person == me:
        raise Problem(_("This was you. Somebody else has to look at it. Nothing was changed."), code="own")
    if found.looked_at_by not in ("", me):
        raise Problem(
            _("Somebody else looked at this already. What was found stays. Nothing was changed."), code="looked"
        )
    unit.revise(BreakGlass, one, looked_at_on=unit.today(), looked_at_by=unit.store.who.id, finding=finding)


def may_look_at(unit: Unit) -> bool:
    """Whether whoever is at the desk looks at what others opened beyond their lists."""
    return may(unit.store.who, "look_at_break_glass")


def staff_here(unit: Unit) -> list[tuple[Id, str]]:
    """Whose accounts are open here, by name: (id, name as it is shown)."""
    rows = unit.rows(
        sa.select(Person.id, Person.name, Person.full_name)
        .where(Person.site == unit.store.site, Person.disabled_on.is_(None), Person.removed.is_(False))
        .order_by(Person.name)
    )
    return [(Id(row[0]), row[2] or row[1]) for row in rows]


def person_named(unit: Unit, name: str) -> Id:
    """The member of staff with that sign-in name. Raises ``NotFound``."""
    found = unit.first(
        sa.select(Person.id).where(Person.site == unit.store.site, sa.func.lower(Person.name) == name.lower())
    )
    if found is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    return Id(found)
