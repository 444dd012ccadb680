"""Finding women, registering one by hand, and what her page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Refused
from ..base.words import N_, _
from ..records.local import Listed, Roll
from ..records.participant import Enrolment, NeedTag, Participant
from ..records.people import Site
from ..records.plan import Plan
from ..store import Unit
from ..store.projection import index_words
from . import conflicts
from .finding import Found, Woman, rows_of, search, states

STATES = {
    "listed": N_("On the list"),
    "registered": N_("Registered"),
    "offered": N_("Offered"),
    "declined": N_("Declined"),
    "not_eligible": N_("Not eligible"),
    "waiting": N_("Waiting"),
    "enrolled": N_("Enrolled"),
    "released": N_("Released"),
    "follow_up": N_("Follow-up"),
    "closed": N_("Closed"),
}


def by_number(unit: Unit, number: str) -> Participant:
    """The participant with this department number. Raises ``NotFound`` with a sentence that says what to try."""
    found = unit.all(
        sa.select(Participant).where(
            Participant.department_number == plain_number(number), Participant.removed.is_(False)
        )
    )
    if not found:
        raise NotFound(_("No participant has the number {number}. Nothing was changed.").format(number=number))
    if len(found) > 1:
        raise NotFound(_("Two participants have the number {number}. Nothing was changed.").format(number=number))
    return found[0]


def find_woman(unit: Unit, number: str) -> Participant | Listed:
    """The participant or, where there is none, the listed woman with this number. Raises ``NotFound``."""
    try:
        return by_number(unit, number)
    except NotFound:
        listed = unit.first(sa.select(Listed).where(Listed.department_number == plain_number(number)))
        if listed is None:
            raise
        return listed  # type: ignore[no-any-return]


FROM_LIST = (
    "department_number", "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "unit", "admitted_on",
    "parole_hearing", "expected_release", "county_of_return",
)  # fmt: skip


def become_participant(unit: Unit, woman: Id) -> Id:
    """The record of a listed woman begins, with what the list says and under the same id. Does nothing twice."""
    if unit.find(Participant, woman) is not None:
        return woman
    listed = unit.session.get(Listed, woman)
    if listed is None:
        raise NotFound(_("This woman is not on the list (any more). Nothing was changed."))
    values = {name: getattr(listed, name) for name in FROM_LIST}
    unit.local(sa.update(Listed).where(Listed.id == woman).values(participant=True))
    return unit.create(Participant, woman, site=site_named(unit, listed.site), **values)


def site_named(unit: Unit, name: str) -> Id:
    """The site a list names, or this one."""
    if name:
        for site in unit.all(sa.select(Site)):
            if fold(name) in (fold(site.name), fold(site.code)):
                return site.id
    return unit.store.site


def register(unit: Unit, /, **values: Any) -> Id:
    """A woman who is on no list. Raises ``Refused`` where a number is already here, or nothing identifies her."""
    number = plain_number(str(values.get("department_number", "")))
    if number and unit.first(sa.select(Participant.id).where(Participant.department_number == number)):
        raise Refused({"department_number": _("A woman with this number is already here.")})
    born = values.get("date_of_birth")
    if isinstance(born, dt.date) and born > unit.today():
        raise Refused({"date_of_birth": _("This day has not come yet.")})
    if not number and born is None:
        raise Refused({"department_number": _("Give her number, or her date of birth.")})
    listed = unit.first(sa.select(Listed).where(Listed.department_number == number)) if number else None
    values = {"site": unit.store.site, **values, "department_number": number}
    if listed is not None:
        unit.local(sa.update(Listed).where(Listed.id == listed.id).values(participant=True))
    return unit.create(Participant, listed.id if listed else new_id(), **values)


def likely_same(unit: Unit, *, first: str, last: str, born: dt.date | None, number: str = "") -> list[Woman]:
    """Who may be the woman that is being registered: the same number, or names that begin alike, or the birth date."""
    ids: list[Id] = []
    number = plain_number(number)
    if number:
        for table in (Participant, Listed):
            ids += unit.session.scalars(sa.select(table.id).where(table.department_number == number).limit(5))
    if last.strip():
        ids += [w.id for w in search(unit, f"{last} {first}"[:60], limit=8).rows]
    if born:
        for table in (Participant, Listed):
            ids += unit.session.scalars(sa.select(table.id).where(table.date_of_birth == born).limit(20))
    rows = rows_of(unit, list(dict.fromkeys(ids)))
    initial = fold(last)[:2]
    return [
        r for r in rows if not born or not initial or fold(r.last_name)[:2] == initial or r.department_number == number
    ][:8]


def correct(unit: Unit, woman: Id, /, **values: Any) -> bool:
    """Change what is known of her. Such a value is not overwritten by a list without being asked."""
    return unit.revise(Participant, woman, **values)


@dataclass(frozen=True)
class Page:
    """What a participant's page shows at once."""

    woman: Participant
    state: str
    episode: Enrolment | None
    plan: Plan | None
    needs: list[NeedTag]
    facility: str
    conflicts: int


def open_page(unit: Unit, woman: Id) -> Page:
    """Her page. Opening it is an entry of the log; use within ``store.work``."""
    participant = unit.get(Participant, woman)
    unit.tell("participant", woman, woman)
    return page(unit, participant)


def page(unit: Unit, participant: Participant) -> Page:
    """The same, to show again what was opened already."""
    episode = current_episode(unit, participant.id)
    plan = current_plan(unit, participant.id)
    needs = unit.all(sa.select(NeedTag).where(NeedTag.participant == participant.id, NeedTag.removed.is_(False)))
    facility = unit.find(Site, participant.site) if participant.site else None
    versions = conflicts.count(unit, participant.id)
    state = states(unit, [participant.id]).get(participant.id, "registered")
    return Page(participant, state, episode, plan, list(needs), facility.name if facility else "", versions)


def current_episode(unit: Unit, woman: Id) -> Enrolment | None:
    """Her latest episode, open or not."""
    return unit.first(  # type: ignore[no-any-return]
        sa.select(Enrolment)
        .where(Enrolment.participant == woman, Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on.desc(), Enrolment.id.desc())
    )


def current_plan(unit: Unit, woman: Id) -> Plan | None:
    """The living plan of her latest episode that has one."""
    return unit.first(  # type: ignore[no-any-return]
        sa.select(Plan)
        .outerjoin(Enrolment, Enrolment.id == Plan.enrolment)
        .where(Plan.participant == woman, Plan.removed.is_(False))
        .order_by(Enrolment.offered_on.desc(), Enrolment.id.desc(), Plan.id.desc())
    )


def index_listed(unit: Unit, ids: list[Id]) -> None:
    """Make listed women findable, or no longer."""
    index_words(unit.connection, "listed", ids)


def count_women(unit: Unit) -> dict[str, int]:
    """How many women stand on lists and how many are participants."""
    rows = unit.rows(sa.select(Roll.listed, sa.func.count()).group_by(Roll.listed))
    counts = {bool(listed): int(n) for listed, n in rows}
    return {"listed": counts.get(True, 0), "participants": counts.get(False, 0)}


__all__ = [
    "FROM_LIST", "STATES", "Found", "Page", "Woman", "become_participant", "by_number", "correct", "count_women",
    "current_episode", "current_plan", "find_woman", "index_listed", "likely_same", "open_page", "page", "register",
    "rows_of", "search", "site_named", "states",
]  # fmt: skip
