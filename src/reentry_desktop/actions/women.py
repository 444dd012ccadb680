"""Finding women, registering one by hand, and what her page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Refused
from ..base.words import N_, _
from ..exchange.sharing import shares_words
from ..records.local import Listed, Roll
from ..records.participant import Enrolment, NeedTag, Participant, WhatOfficeHas
from ..records.people import Site
from ..records.plan import Plan
from ..store import Unit
from ..store.projection import index_words
from . import conflicts, waiting
from .assigning import take_on
from .finding import Found, Woman, foremost, rows_of, search, states
from .registrations import gave_way, ids_of, named, stands_for

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


def by_id(unit: Unit, typed: str) -> Id | None:
    """The registration with this id, however it was typed; None where it is none."""
    record = Id(typed.replace("-", "").strip().lower())
    return record if len(record) == 32 and unit.find(Participant, record) is not None else None


def by_number(unit: Unit, number: str) -> Participant:
    """The participant with this department number, or id, of either registration of hers the one that stands.

    Raises ``NotFound`` with a sentence that says what to try.
    """
    if (named_one := by_id(unit, number)) is not None:
        return unit.get(Participant, stands_for(unit, named_one))
    found = unit.all(
        sa.select(Participant).where(
            Participant.department_number == plain_number(number), Participant.removed.is_(False)
        )
    )
    if not found:
        raise NotFound(_("No participant has the number {number}. Nothing was changed.").format(number=number))
    hers = {stands_for(unit, one.id) for one in found}
    if len(hers) > 1:
        words = _(
            "Several women have the number {number}. Nothing was changed. Name the one you mean by her id, {ids}; or "
            "say first whether they are one woman: “same list”, or the page “Registered twice”."
        )
        raise NotFound(words.format(number=number, ids=", ".join(sorted(hers))))
    return unit.get(Participant, hers.pop())


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
    take_on(unit, woman)
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
    woman = Id(listed.id) if listed else new_id()
    take_on(unit, woman)
    return unit.create(Participant, woman, **values)


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
    away = gave_way(unit)
    rows = rows_of(unit, list(dict.fromkeys(away.get(woman, woman) for woman in ids)))
    initial = fold(last)[:2]
    return [
        r for r in rows if not born or not initial or fold(r.last_name)[:2] == initial or r.department_number == number
    ][:8]


def correct(unit: Unit, woman: Id, /, **values: Any) -> bool:
    """Change what is known of her. Such a value is not overwritten by a list without being asked."""
    return unit.revise(Participant, woman, **values)


WORDS_STOPPED = N_(
    "Her last word was dates only, so it holds for all of her registrations: the office gets no more of her words. "
    "It may have some from before, and can be asked to delete them."
)


@dataclass(frozen=True)
class Page:
    """What a participant's page shows at once.

    ``woman`` is the registration that stands, ``hers`` the ids of all of hers, ``registrations`` what each is called
    (nothing where she has one). ``waiting`` is of how many of her records something waits (``actions/waiting.py``).
    ``shares_words`` says that the office gets her words of any of them; ``words_stopped`` that it did, and gets no more
    since a later word of hers, under another registration, holds for all.
    """

    woman: Participant
    hers: list[Id]
    registrations: dict[Id, str]
    state: str
    episode: Enrolment | None
    plan: Plan | None
    needs: list[NeedTag]
    facility: str
    conflicts: int
    waiting: int
    shares_words: bool
    words_stopped: bool


def open_page(unit: Unit, woman: Id) -> Page:
    """Her page. Opening it is an entry of the log, for each of her registrations; use within ``store.work``."""
    found = page(unit, unit.get(Participant, woman))
    for one in found.hers:
        unit.tell("participant", one, one)
    return found


def page(unit: Unit, registered: Participant) -> Page:
    """The same, to show again what was opened already; *registered* is any of her registrations."""
    woman = registered.id
    hers = ids_of(unit, woman)
    participant = unit.get(Participant, hers[0])
    needs = unit.all(sa.select(NeedTag).where(NeedTag.participant.in_(hers), NeedTag.removed.is_(False)))
    facility = unit.find(Site, participant.site) if participant.site else None
    return Page(
        participant, hers, named(unit, woman), states(unit, [participant.id]).get(participant.id, "registered"),
        current_episode(unit, woman), current_plan(unit, woman), list(needs), facility.name if facility else "",
        conflicts.count(unit, woman), waiting.count(unit, hers),
        shares_words(unit, hers), words_stopped(unit, hers),
    )  # fmt: skip


def words_stopped(unit: Unit, hers: Sequence[Id]) -> bool:
    """Whether the office gets no more of her words though a registration of *hers* says so: a later one says less."""
    if len(hers) < 2 or shares_words(unit, hers):
        return False
    return any(one.agreed_on and one.office_has == WhatOfficeHas.WORDS for one in latest_episodes(unit, hers))


def latest_episodes(unit: Unit, hers: Sequence[Id]) -> list[Enrolment]:
    """Of each registration its latest episode, open or not: that one says what other sites may have of it."""
    found = unit.all(
        sa.select(Enrolment)
        .where(Enrolment.participant.in_(hers), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on, Enrolment.id)
    )
    return list({episode.participant: episode for episode in found}.values())


def current_episode(unit: Unit, woman: Id) -> Enrolment | None:
    """Her latest episode, open or not. Under several registrations the one that runs comes first (``foremost``)."""
    hers = ids_of(unit, woman)
    episodes = unit.rows(
        sa.select(Enrolment, Enrolment.is_open().label("runs"), Enrolment.participant, Enrolment.offered_on,
                  Enrolment.id)
        .where(Enrolment.participant.in_(hers), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on.desc(), Enrolment.id.desc())
    )  # fmt: skip
    if len(hers) > 1:
        episodes = sorted(episodes, key=lambda row: foremost(row, hers[0]), reverse=True)
    return episodes[0][0] if episodes else None


def current_plan(unit: Unit, woman: Id) -> Plan | None:
    """The living plan of her episode, or else of the latest one that has one."""
    hers = ids_of(unit, woman)
    plans = unit.all(
        sa.select(Plan)
        .outerjoin(Enrolment, Enrolment.id == Plan.enrolment)
        .where(Plan.participant.in_(hers), Plan.removed.is_(False))
        .order_by(Enrolment.offered_on.desc(), Enrolment.id.desc(), Plan.id.desc())
    )
    if len(hers) > 1 and (episode := current_episode(unit, woman)) is not None:
        return next((plan for plan in plans if plan.enrolment == episode.id), plans[0] if plans else None)
    return plans[0] if plans else None


def written_under(unit: Unit, woman: Id) -> Id:
    """The registration under which what she says now is kept: that of her episode, or else the one that stands."""
    episode = current_episode(unit, woman)
    return episode.participant if episode is not None else stands_for(unit, woman)


def index_listed(unit: Unit, ids: list[Id]) -> None:
    """Make listed women findable, or no longer."""
    index_words(unit.connection, "listed", ids)


def is_anybody_here(unit: Unit) -> bool:
    """Whether any woman is a participant or stands on a list, for whoever sees them all."""
    return unit.first(sa.select(Roll.listed)) is not None


def count_women(unit: Unit) -> dict[str, int]:
    """How many women stand on lists and how many are participants."""
    rows = unit.rows(sa.select(Roll.listed, sa.func.count()).group_by(Roll.listed))
    counts = {bool(listed): int(n) for listed, n in rows}
    return {"listed": counts.get(True, 0), "participants": counts.get(False, 0) - len(gave_way(unit))}


__all__ = [
    "FROM_LIST", "STATES", "Found", "Page", "Woman", "become_participant", "by_number", "correct", "count_women",
    "current_episode", "current_plan", "find_woman", "index_listed", "is_anybody_here", "latest_episodes",
    "likely_same", "open_page", "page", "register", "rows_of", "search", "site_named", "states", "written_under",
]  # fmt: skip
