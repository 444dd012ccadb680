"""Who is due: whose hearing or release comes near, and nobody has offered her the program yet."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..base.words import N_
from ..records.local import Listed
from ..records.participant import Enrolment, Participant
from ..records.people import DueRule, Site
from ..store import Unit
from . import moves
from .registrations import gave_way, standing

HEARING, RELEASE = N_("Parole hearing"), N_("Tentative release")


@dataclass(frozen=True, slots=True)
class Due:
    """One woman and why she stands here: ``why`` is the date's name, ``on`` the date, None where she has none."""

    id: Id
    department_number: str
    first_name: str
    last_name: str
    unit: str
    why: str
    on: dt.date | None
    listed: bool

    @property
    def short_name(self) -> str:
        return f"{self.first_name} {self.last_name[:1]}."


@dataclass(frozen=True)
class DueLists:
    """``due`` soonest first; ``no_date`` women without any; ``check_date`` whose date is past and who is still here."""

    due: list[Due]
    no_date: list[Due]
    check_date: list[Due]


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due(unit: Unit, as_of: dt.date | None = None) -> DueLists:
    """Women without an open episode, by the earliest future date the site's rule looks at, within its months."""
    day = as_of or unit.today()
    site = unit.get(Site, unit.store.site)
    last = add_months(day, site.due_months or 12)
    running = sa.select(sa.func.coalesce(standing().c.stands, Enrolment.participant)).where(Enrolment.is_open())
    running = running.select_from(Enrolment).outerjoin(standing(), standing().c.id == Enrolment.participant)
    away = {*gave_way(unit), *moves.away(unit)}
    lists = DueLists([], [], [])
    columns = ("id", "department_number", "first_name", "last_name", "unit", "parole_hearing", "expected_release")
    women = unit.rows(
        sa.select(*(getattr(Participant, c) for c in columns), Participant.preferred_name).where(
            Participant.removed.is_(False), Participant.actual_release.is_(None), Participant.id.not_in(running)
        )
    )
    listed = unit.rows(
        sa.select(*(getattr(Listed, c) for c in columns), sa.literal("")).where(
            Listed.participant.is_(False), Listed.left_on.is_(None)
        )
    )
    for rows, on_list in ((women, False), (listed, True)):
        for woman, number, first, family, unit_name, hearing, release, preferred in rows:
            if woman in away:
                continue
            dates = [(release, RELEASE)]
            if site.due_rule != DueRule.RELEASE:
                dates.append((hearing, HEARING))
            known = sorted((on, why) for on, why in dates if on)
            future = [(on, why) for on, why in known if on >= day]
            name = (woman, number, preferred or first, family, unit_name)
            if future:
                if future[0][0] <= last:
                    lists.due.append(Due(*name, future[0][1], future[0][0], on_list))
            elif known:
                lists.check_date.append(Due(*name, known[-1][1], known[-1][0], on_list))
            else:
                lists.no_date.append(Due(*name, "", None, on_list))
    for part in (lists.due, lists.no_date, lists.check_date):
        part.sort(key=lambda d: (d.on or dt.date.max, d.last_name, d.first_name, d.id))
    return lists
