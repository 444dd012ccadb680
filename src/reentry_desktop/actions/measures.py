"""The six program goals. Each number stands with its definition, its parameters and what is not known.

Source of the goals and their definitions: docs/measures.md. Unknown is never success; what was left out is counted.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import N_, _
from ..records.participant import Enrolment, Participant, ReleaseType
from ..records.people import Program, Site, SiteKind
from ..records.plan import Plan
from ..store import Unit
from .due import add_months

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
    cases: tuple[Case, ...] = ()

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
    found["wrap_30_days"] = _wrap_30_days(unit, day, site, program, cohort)
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


def _wrap_30_days(unit: Unit, day: dt.date, site: str, program: str, cohort: str) -> Measure:
    cases: list[Case] = []
    for episode, woman, plan, site_name in _episodes(unit, site, program, cohort):
        if episode.enrolled_on is None or episode.enrolled_on > day:
            continue
        cases.append(_case(episode, woman, plan, site_name, day))
    excluded: dict[str, int] = {}
    for case in cases:
        if case.outcome == "excluded":
            excluded[case.reason] = excluded.get(case.reason, 0) + 1
    yes = sum(case.outcome == "yes" for case in cases)
    no = sum(case.outcome == "no" for case in cases)
    return Measure(
        "wrap_30_days", N_("Wellness plan within 30 days"), "measured", 0.80, "at_least",
        definition=N_(
            "Of the women enrolled at least 30 days ago: those whose plan was done for now, with the parts that count, "
            "30 days after enrollment at the latest. A woman who declined a plan still counts. "
            "Left out: who left or died before day 30 without a plan."
        ),
        definition_version="wrap_30_days/1",
        parameters={"days": DAYS, "anchor": "enrolled_on", "counts_as_plan": list(PLAN_PARTS), "as_of": day.isoformat(),
                    "site": site, "program": program, "cohort": cohort},
        numerator=yes, denominator=yes + no, excluded=excluded, cases=tuple(cases),
    )  # fmt: skip


def _case(episode: Enrolment, woman: Participant, plan: Plan | None, site: str, day: dt.date) -> Case:
    assert episode.enrolled_on is not None
    last = episode.enrolled_on + dt.timedelta(days=DAYS)
    done = (plan.first_done_on or plan.done_on) if plan else None
    whole = plan is not None and set(PLAN_PARTS) <= set(plan.parts_written.split())
    in_time = done is not None and whole and done <= min(last, day)
    outcome, reason = "no", ""
    if in_time:
        outcome = "yes"
    elif woman.release_type == ReleaseType.DEATH and (woman.actual_release is None or woman.actual_release < last):
        outcome, reason = "excluded", N_("died")
    elif woman.actual_release and woman.actual_release < last:
        outcome, reason = "excluded", N_("left before day 30")
    elif last > day:
        outcome, reason = "excluded", N_("fewer than 30 days since enrollment")
    elif done and not whole:
        reason = N_("parts that count are missing")
    elif done:
        reason = N_("done later than 30 days")
    else:
        reason = N_("no plan done for now")
    if outcome == "yes" and last > day:  # done early: counted once her 30 days are over, like everybody's
        outcome, reason = "excluded", N_("fewer than 30 days since enrollment")
    return Case(woman.id, woman.name, woman.department_number, site, episode.enrolled_on, done, outcome, reason)


def _episodes(
    unit: Unit, site: str, program: str, cohort: str
) -> list[tuple[Enrolment, Participant, Plan | None, str]]:
    select = (
        sa.select(Enrolment, Participant, Plan, Site.name)
        .join(Participant, Participant.id == Enrolment.participant)
        .outerjoin(Plan, sa.and_(Plan.enrolment == Enrolment.id, Plan.removed.is_(False)))
        .outerjoin(Site, Site.id == Participant.site)
        .where(Enrolment.enrolled_on.is_not(None), Enrolment.removed.is_(False), Participant.removed.is_(False))
        .order_by(Enrolment.enrolled_on, Enrolment.id)
    )
    if site:
        select = select.where(_named(Site.name, site) | _named(Site.code, site))
    if program:
        select = select.join(Program, Program.id == Enrolment.program).where(_named(Program.name, program))
    if cohort:
        first = dt.date.fromisoformat(f"{cohort}-01")
        select = select.where(Enrolment.enrolled_on >= first, Enrolment.enrolled_on < add_months(first, 1))
    return [(e, w, p, s or "") for e, w, p, s in unit.rows(select)]
