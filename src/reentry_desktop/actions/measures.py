"""The six program goals. Each number stands with its definition, its parameters and what is not known.

Source of the goals and their definitions: docs/measures.md. Unknown is never success; what was left out is counted.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import N_, _
from ..records.participant import Enrolment, Participant, ReleaseType
from ..records.people import Program, Site, SiteKind
from ..records.plan import Plan
from ..store import Unit
from .due import add_months
from .registrations import counted, joined

FEW = 10  # fewer cases than this say little; the page says so


@dataclass(frozen=True)
class Case:
    """One episode behind a number: who, and why it counts as it does."""

    participant: Id
    name: str
    department_number: str
    site: str
    enrolled_on: dt.date | None
    plan_done_on: dt.date | None
    outcome: str  # "yes", "no", "excluded"
    reason: str = ""


@dataclass(frozen=True)
class Measure:
    """One goal. ``rate`` is numerator / denominator of what is known; None where the denominator is 0."""

    key: str
    title: str
    status: str  # "measured" or "not_measured"
    target: float
    direction: str  # "at_least" or "at_most"
    definition: str = ""
    definition_version: str = "1"
    reason: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    numerator: int = 0
    denominator: int = 0
    unknown: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """How many women of each outcome: ``cases`` lists them."""
    asked: Asked | None = None

    @property
    def rate(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def rate_all(self) -> float | None:
        """With those not known in the denominator."""
        whole = self.denominator + self.unknown
        return self.numerator / whole if whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval (Wilson 1927)."""
        return wilson(self.numerator, self.denominator) if self.denominator else None

    @property
    def met(self) -> bool | None:
        if self.rate is None:
            return None
        return self.rate >= self.target if self.direction == "at_least" else self.rate <= self.target

    @property
    def too_few(self) -> bool:
        return self.denominator < FEW

    def to_json(self) -> dict[str, Any]:
        """The keys that scripts rely on; a number that was not measured is null, never 0."""
        measured = self.status == "measured"
        low, high = self.interval or (None, None)
        return {
            "status": self.status, "reason": self.reason, "title": self.title, "definition": self.definition,
            "definition_version": self.definition_version, "parameters": self.parameters, "direction": self.direction,
            "numerator": self.numerator if measured else None, "denominator": self.denominator if measured else None,
            "unknown": self.unknown if measured else None, "excluded": self.excluded, "rate": self.rate,
            "rate_all": self.rate_all, "low": low, "high": high, "target": self.target, "met": self.met,
            "too_few": self.too_few if measured else None,
        }  # fmt: skip


def wilson(successes: int, total: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The Wilson score interval of a proportion: 5 of 25 is 8.9 % to 39.1 %."""
    p, zz = successes / total, z * z / total
    middle, half = p + zz / 2, z * math.sqrt(p * (1 - p) / total + zz / total / 4)
    return max(0.0, (middle - half) / (1 + zz)), min(1.0, (middle + half) / (1 + zz))


_LATER = {
    "recidivism": (
        N_("Return to custody within a year"),
        0.20,
        "at_most",
        N_("Status checks after release are not kept yet."),
    ),
    "engagement": (N_("Engaged with peer support"), 0.75, "at_least", N_("Sessions are not kept yet.")),
    "connected": (
        N_("Connected to a mental health provider"),
        0.85,
        "at_least",
        N_("Referrals and visits are not kept yet."),
    ),
    "continued": (
        N_("Continued beyond the first visit"),
        0.75,
        "at_least",
        N_("Referrals and visits are not kept yet."),
    ),
    "more_connected": (
        N_("More connected within three months"),
        0.75,
        "at_least",
        N_("Follow-up talks are not kept yet."),
    ),
}
ORDER = ("recidivism", "engagement", "wrap_30_days", "connected", "continued", "more_connected")
# What counts as a plan is the measure's parameter, set at the office; never the template pack's required list.
PLAN_PARTS = ("tools", "well", "stressors", "early_signs", "crisis_signs")
DAYS = 30


def measures(
    unit: Unit, *, as_of: dt.date | None = None, site: str = "", program: str = "", cohort: str = ""
) -> dict[str, Measure]:
    """All six goals on a day, for all or one site, program and month of enrolment (``YYYY-MM``).

    Raises ``NotFound`` for a site or program that is not known here: a misspelled name must not look like nobody.
    """
    if site and not unit.first(sa.select(Site.id).where(_named(Site.name, site) | _named(Site.code, site))):
        raise NotFound(_("There is no site called {name} here.").format(name=site))
    if program and not unit.first(sa.select(Program.id).where(_named(Program.name, program))):
        raise NotFound(_("There is no program called {name} here.").format(name=program))
    day = as_of or unit.today()
    found = {
        key: Measure(key, title, "not_measured", target, direction, reason=reason)
        for key, (title, target, direction, reason) in _LATER.items()
    }
    found["wrap_30_days"] = _wrap_30_days(unit, Asked(day, site, program, cohort))
    return {key: found[key] for key in ORDER}


def filters(unit: Unit) -> tuple[list[str], list[str]]:
    """The names of the sites and of the programs that ``measures`` may be asked for. Only an office has sites."""
    office = unit.get(Site, unit.store.site).kind == SiteKind.OFFICE
    others = sa.select(Site).where(Site.removed.is_(False), Site.id != unit.store.site)
    sites = unit.all(others) if office else []
    programs = unit.all(sa.select(Program).where(Program.removed.is_(False)))
    return sorted(site.name for site in sites), sorted({program.name for program in programs})


def _named(column: Any, name: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(column) == name.lower()


class _DaysAfter(FunctionElement[dt.date]):
    """The day so many days after a day, in the database's own words."""

    type = sa.Date()
    inherit_cache = True


@compiles(_DaysAfter, "sqlite")
def _days_after(element: _DaysAfter, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)}, '+{DAYS} days')"


@compiles(_DaysAfter, "postgresql")
def _days_after_on_postgresql(element: _DaysAfter, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} + {DAYS})"


# What the database finds of an episode -> how it counts, and why.
_VERDICTS = {
    "in time": ("yes", ""),
    "parts": ("no", N_("parts that count are missing")),
    "late": ("no", N_("done later than 30 days")),
    "none": ("no", N_("no plan done for now")),
    "running": ("excluded", N_("fewer than 30 days since enrollment")),
    "left": ("excluded", N_("left before day 30")),
    "died": ("excluded", N_("died")),
}


@dataclass(frozen=True)
class Asked:
    """What the plan within 30 days is asked for: the day it is counted on, and of whom."""

    day: dt.date
    site: str = ""
    program: str = ""
    cohort: str = ""

    def select(self, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
        """*columns* of every episode that was enrolled by that day and counts (``registrations.counted``)."""
        select = (
            sa.select(*columns)
            .select_from(Enrolment)
            .outerjoin(Plan, sa.and_(Plan.enrolment == Enrolment.id, Plan.removed.is_(False)))
            .where(Enrolment.enrolled_on <= self.day, Enrolment.removed.is_(False), counted())
        )
        select = joined(select, Enrolment.participant).outerjoin(Site, Site.id == Participant.site)
        select = select.where(Participant.removed.is_(False))
        if self.site:
            select = select.where(_named(Site.name, self.site) | _named(Site.code, self.site))
        if self.program:
            select = select.join(Program, Program.id == Enrolment.program).where(_named(Program.name, self.program))
        if self.cohort:
            first = dt.date.fromisoformat(f"{self.cohort}-01")
            select = select.where(Enrolment.enrolled_on >= first, Enrolment.enrolled_on < add_months(first, 1))
        return select

    @property
    def verdict(self) -> sa.ColumnElement[str]:
        """A key of ``_VERDICTS`` for each episode. Who was done early counts once her 30 days are over."""
        last = _DaysAfter(Enrolment.enrolled_on)
        parts = sa.literal(" ") + Plan.parts_written + " "
        whole = sa.and_(*(parts.contains(f" {part} ", autoescape=True) for part in PLAN_PARTS))
        left = Participant.actual_release
        in_time = sa.and_(whole, _done_on <= last, _done_on <= self.day)
        return sa.case(
            (sa.and_(in_time, last <= self.day), "in time"),
            (in_time, "running"),
            (sa.and_(Participant.release_type == ReleaseType.DEATH, sa.or_(left.is_(None), left < last)), "died"),
            (left < last, "left"),
            (last > self.day, "running"),
            (_done_on.is_(None), "none"),
            (sa.not_(whole), "parts"),
            else_="late",
        )


_done_on = sa.func.coalesce(Plan.first_done_on, Plan.done_on)


def _wrap_30_days(unit: Unit, asked: Asked) -> Measure:
    found = asked.select(asked.verdict.label("verdict")).subquery()
    counted = dict(unit.rows(sa.select(found.c.verdict, sa.func.count()).group_by(found.c.verdict)))
    counts = dict.fromkeys(("yes", "no", "excluded"), 0)
    excluded: dict[str, int] = {}
    for verdict, (outcome, reason) in _VERDICTS.items():
        number = counted.get(verdict, 0)
        counts[outcome] += number
        if outcome == "excluded" and number:
            excluded[reason] = number
    return Measure(
        "wrap_30_days", N_("Wellness plan within 30 days"), "measured", 0.80, "at_least",
        definition=N_(
            "Of the women enrolled at least 30 days ago: those whose plan was done for now, with the parts that count, "
            "30 days after enrollment at the latest. A woman who declined a plan still counts. "
            "Left out: who left or died before day 30 without a plan."
        ),
        definition_version="wrap_30_days/1",
        parameters={"days": DAYS, "anchor": "enrolled_on", "counts_as_plan": list(PLAN_PARTS),
                    "as_of": asked.day.isoformat(), "site": asked.site, "program": asked.program,
                    "cohort": asked.cohort},
        numerator=counts["yes"], denominator=counts["yes"] + counts["no"], excluded=excluded,
        counts=counts, asked=asked,
    )  # fmt: skip


def cases(unit: Unit, asked: Asked, outcome: str = "", *, offset: int = 0, limit: int = 100) -> list[Case]:
    """The women behind the plan within 30 days, of one *outcome* or all, from *offset* on."""
    select = asked.select(
        Participant, Site.name, Enrolment.enrolled_on, _done_on, asked.verdict.label("verdict")
    ).order_by(Enrolment.enrolled_on, Enrolment.id)
    if outcome:
        wanted = [verdict for verdict, (counts_as, _reason) in _VERDICTS.items() if counts_as == outcome]
        select = select.where(asked.verdict.in_(wanted))
    return [
        Case(woman.id, woman.name, woman.department_number, site or "", enrolled_on, done, *_VERDICTS[verdict])
        for woman, site, enrolled_on, done, verdict in unit.rows(select.offset(offset).limit(limit))
    ]
