"""Legal holds, and how long each kind of record is kept. Erasing what is over is ``actions/disposing.py``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import N_, _, ngettext
from ..exchange.erased import obey
from ..records.participant import Participant
from ..records.people import Site
from ..records.retention import YEARS, Kept, LegalHold, RetentionRule, registrations, rule_id, why_held
from ..store import Unit
from .registrations import stands_for
from .taking_back import backups_kept


@dataclass(frozen=True)
class Hold:
    """A hold that stands on a woman. ``name`` is "" where nothing of her is here."""

    id: Id
    participant: Id
    name: str
    number: str
    authority: str
    reason: str
    since: dt.date | None
    until: dt.date | None

    def ask_again(self, day: dt.date) -> bool:
        """Whether the day has come to ask whether it still stands."""
        return self.until is not None and self.until <= day


def holds(unit: Unit) -> list[Hold]:
    """Every hold that stands, the oldest first."""
    select = sa.select(LegalHold).where(LegalHold.lifted_on.is_(None), LegalHold.removed.is_(False))
    return [_told(unit, one) for one in unit.all(select.order_by(LegalHold.since, LegalHold.id))]


def count_holds(unit: Unit) -> int:
    """On how many women a hold stands; for whoever asks, of a unit that sees all: ``Store.whole``."""
    return len({stands_for(unit, one.participant) for one in holds(unit)})


def holds_of(unit: Unit, participant: Id) -> list[Hold]:
    """Those that stand on a woman, under whichever of her registrations."""
    hers = registrations(unit.connection, participant)
    return [one for one in holds(unit) if one.participant in hers]


def held(unit: Unit, participant: Id) -> Hold | None:
    """The oldest hold that stands on a woman; None where none does."""
    return next(iter(holds_of(unit, participant)), None)


def counted_words(count: int) -> str:
    """That many, in a sentence that names nobody."""
    if not count:
        return _("No legal hold stands.")
    words = ngettext(
        "A legal hold stands on {n} woman's record. Nothing of it may be erased.",
        "Legal holds stand on the records of {n} women. Nothing of them may be erased.", count,
    )  # fmt: skip
    return words.format(n=count)


def refuse_held(unit: Unit, participant: Id) -> None:
    """Raise ``Problem`` where a hold stands on a woman."""
    if why := why_held(unit.connection, participant):
        raise Problem(why, code="held")


def refuse_part(unit: Unit) -> None:
    """Raise ``Problem`` for whoever sees a part of the records only: what is erased now would be that part."""
    if unit.store.who.narrowed:
        raise Problem(
            _(
                "Your role shows you a part of the records only, so you cannot decide this. Nothing was changed. "
                "An administrator who sees every record can."
            ),
            code="part",
        )


def _told(unit: Unit, one: LegalHold) -> Hold:
    her = unit.find(Participant, stands_for(unit, one.participant))
    name, number = (her.short_name, her.department_number) if her else ("", "")
    return Hold(one.id, one.participant, name, number, one.authority, one.reason, one.since, one.until)


def add_hold(
    unit: Unit, woman: Id, *, authority: str, reason: str = "", since: dt.date | None = None,
    until: dt.date | None = None,
) -> Id:  # fmt: skip
    """Nothing of her record is erased from now on. Raises ``NotFound``, and ``Refused`` without who asks for it."""
    her = unit.get(Participant, woman)
    return unit.create(
        LegalHold, participant=her.id, authority=authority, reason=reason, since=since or unit.today(), until=until
    )


def lift_hold(unit: Unit, hold: Id, why: str = "") -> int:
    """End a hold. What had been agreed to be erased meanwhile is erased now: how many entries. Raises ``NotFound``.

    Raises ``Problem`` for whoever does not see every record.
    """
    found = unit.get(LegalHold, hold)
    refuse_part(unit)
    if found.lifted_on is not None:
        raise NotFound(_("This hold was lifted already. Nothing was changed."))
    unit.revise(LegalHold, hold, lifted_on=unit.today(), lifted_why=why)
    return obey(unit)


# How long


@dataclass(frozen=True)
class Rule:
    """One line of the schedule. ``key`` is what ``set_rule`` takes; "" where the time is one of the site's values.

    ``own`` is whether this site decided it, or it is what the program begins with.
    """

    key: str
    what: str
    time: str
    years: int
    authority: str
    own: bool = True


BEGINS = {
    Kept.RECORD: N_("Begins so: above the six years of 45 CFR 164.316(b)(2). Put your state's rule here."),
    Kept.REPORT: N_("28 CFR 115.89(d): data on sexual abuse are kept at least ten years."),
}  # fmt: skip
"""Why a kind is kept so long (``YEARS``) where the site has not said."""


def rule(unit: Unit, what: Kept) -> Rule:
    """How long a kind is kept here."""
    said = unit.find(RetentionRule, rule_id(unit.store.site, what))
    years, authority = YEARS[what], BEGINS[what]
    if said is None or said.removed or not said.years:
        return Rule(str(what), _(what.label), _years(years), years, _(authority), own=False)
    return Rule(str(what), _(what.label), _years(said.years), said.years, said.authority)


def schedule(unit: Unit) -> list[Rule]:
    """How long each kind of record is kept here, and on what authority."""
    site = unit.get(Site, unit.store.site)
    return [
        *(rule(unit, what) for what in Kept),
        Rule(
            "", _("Women who only stood on a list"), _days(site.listed_days or 365), 0,
            _("What the program does not need is not kept. It goes by itself when a list is read."),
        ),
        Rule(
            "", _("Backups"), _days(backups_kept(unit)), 0,
            _("Words that were taken back may be in one until then. Erase older ones."),
        ),
    ]  # fmt: skip


def set_rule(unit: Unit, what: str, years: int, authority: str) -> None:
    """Decide how long a kind is kept. Raises ``Refused`` without who says so."""
    values: dict[str, Any] = {"site": unit.store.site, "what": what, "years": years, "authority": authority}
    record = rule_id(unit.store.site, what)
    if unit.find(RetentionRule, record) is None:
        unit.create(RetentionRule, record, **values)
    else:
        unit.revise(RetentionRule, record, **values)


def _years(count: int) -> str:
    return _("{n} years").format(n=count)


def _days(count: int) -> str:
    return _("{n} days").format(n=count)


__all__ = ["BEGINS", "Hold", "Rule", "add_hold", "count_holds", "counted_words", "held", "holds", "holds_of",
           "lift_hold", "refuse_held", "refuse_part", "rule", "schedule", "set_rule"]  # fmt: skip
