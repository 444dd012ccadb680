"""What was told about her to somebody outside: on what ground it may be, the account of it, and asking for it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem, Refused
from ..base.words import _
from ..records.base import Right
from ..records.consent import IN_FORCE, Consent, Told
from ..records.disclosure import Disclosure, Ground, How
from ..records.paper import Layout
from ..store import Unit
from .consents import covering, name_here, renewed
from .registrations import ids_of

YEARS = {"3": 3, "6": 6}
"""How far back an account goes: 42 CFR 2.25 asks for three years, 45 CFR 164.528 for six."""
TOLD_BY: dict[str, Told] = {
    Layout.FULL: Told.PLAN, Layout.SUPPORTER: Told.CRISIS, Layout.FIRST_72: Told.FIRST_72, Layout.RECOVERY: Told.GOALS,
}  # fmt: skip
"""What a print tells, by its layout. The other layouts are for her own hands alone, or have nothing of her on them."""
OUTSIDE = frozenset({"supporter", "official", "other"})
"""Whom a print is for, where it is somebody else than she and her own office."""


@dataclass(frozen=True)
class Allowed:
    """What something is told on: her consent, or another ground with the reason."""

    consent: Id = Id("")
    ground: str = Ground.CONSENT
    why: str = ""
    recipient: str = ""
    """Who gets it, where no consent says so."""

    def __bool__(self) -> bool:
        return bool(self.consent) or self.ground != Ground.CONSENT


HERS = Allowed()
"""What is for her own hands: nothing is told, and nothing has to allow it."""


def goes_outside(layout: str, for_whom: str) -> bool:
    """Whether a print of this *layout* is for somebody who needs her consent. A supporter's copy always is."""
    return layout != Layout.WORKSHEET and (layout == Layout.SUPPORTER or for_whom in OUTSIDE)


def may_override(unit: Unit) -> bool:
    """Whether whoever is at the desk may tell something without her consent, with a reason that is listed."""
    return Right.REQUESTS in unit.store.who.rights


def check_allowed(
    unit: Unit, woman: Id, told: str, by: Allowed, *, supporter: Id = Id(""), to_whom: str = "", name: str = ""
) -> Consent | None:
    """The consent that lets *told* be told now; None for another ground that holds. Raises ``Problem``.

    A consent may have ended, or been taken back, since the pages were made: it is asked for again as they leave.
    """
    if by.ground != Ground.CONSENT:
        if not may_override(unit):
            raise Problem(
                _("You may tell this only with her consent. Nothing was done. Ask her, and make a consent first."),
                code="not-allowed",
            )
        if by.ground not in set(Ground):
            raise Problem(_("Say what allows it. Nothing was done."), code="ground")
        if not by.why.strip():
            raise Problem(_("Say why it is told without her consent. Nothing was done."), code="why")
        return None
    good = covering(unit, woman, told, supporter=supporter, to_whom=to_whom, name=name)
    found = next((consent for consent in good if consent.id == by.consent), None)
    if found is not None:
        return found
    if by.consent and (chosen := unit.find(Consent, by.consent)) and chosen.status(unit.today()) not in IN_FORCE:
        raise Problem(
            _(
                "This consent is not in force: it has ended, was taken back, or is not signed. Nothing was done, and "
                "her words are safe. Ask her, and make a new one."
            ),
            code="consent",
        )
    if by.consent:
        raise Problem(
            _("This consent is for somebody else, or for other information. Nothing was done. Her words are safe."),
            code="consent",
        )
    raise Problem(
        _(
            "No consent covers this yet. Nothing was done, and her words are safe. Make one with her: Her page, "
            "Consents. Then choose it here."
        ),
        code="consent",
    )


# The account


def note_disclosure(unit: Unit, woman: Id, /, *, by: Allowed = HERS, **values: Any) -> Id:
    """Write down that something was told: by the program, or outside it, as somebody says.

    Raises ``Refused``, and ``Problem`` for a consent that is not hers.
    """
    paper = unit.get(Consent, by.consent) if by.consent else None
    if paper is not None and paper.participant not in ids_of(unit, woman):
        raise Problem(_("She has no such consent. Nothing was changed."), code="no-consent")
    if by.ground == Ground.CONSENT and not by.consent:
        raise Refused({"consent": _("Say which consent allowed it, or choose another ground and say why.")})
    day = values.pop("told_on", None) or unit.today()
    if day > unit.today():
        raise Refused({"told_on": _("This day is still to come.")})
    if paper is not None and not paper.was_in_force(day):
        raise Refused({"consent": _("This consent was not in force on that day. Choose another ground and say why.")})
    values = {"told_by": name_here(unit), "how": str(How.SPOKEN)} | values
    return unit.create(
        Disclosure, participant=woman, told_on=day, consent=by.consent, ground=by.ground, why=by.why, **values
    )


def disclose_print(unit: Unit, woman: Id, by: Allowed, consent: Consent | None, **values: Any) -> Id:
    """The line of the account that a print for somebody outside begins."""
    if consent is not None:
        values |= {"purpose": consent.purpose, "place": consent.place}
    return note_disclosure(unit, woman, by=by, **values)


def disclosures_of(unit: Unit, woman: Id, years: int = 0) -> Sequence[Disclosure]:
    """What was told about her, the latest first: of the last *years*, or all of it."""
    mine = (Disclosure.participant.in_(ids_of(unit, woman)), Disclosure.removed.is_(False))
    select = sa.select(Disclosure).where(*mine).order_by(Disclosure.told_on.desc(), Disclosure.id.desc())
    if years:
        select = select.where(Disclosure.told_on >= years_before(unit.today(), years))
    return unit.all(select)


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day *years* before; of a leap day the last of February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


# Asking for it back


def told_under(unit: Unit, consent: Id) -> Sequence[Disclosure]:
    """What was told under a consent, and to the same one under those whose place it took; the latest first."""
    mine = (Disclosure.consent.in_(renewed(unit, consent)), Disclosure.removed.is_(False))
    return unit.all(sa.select(Disclosure).where(*mine).order_by(Disclosure.told_on.desc(), Disclosure.id.desc()))


def came_back(unit: Unit, disclosure: Id, on: dt.date | None = None) -> None:
    """It came back, or whoever had it says that it was destroyed."""
    day = on or unit.today()
    if day > unit.today():
        raise Refused({"back_on": _("This day is still to come.")})
    unit.revise(Disclosure, disclosure, back_on=day)


def cannot_come_back(one: Disclosure) -> str:
    """Why something cannot be called back; ``""`` for paper or a file that can."""
    if one.back_on is not None:
        return ""
    if one.how == How.SPOKEN:
        return _("It was said: what somebody heard cannot be called back.")
    if one.how == How.SHOWN:
        return _("It was shown: what somebody read cannot be called back.")
    if one.how == How.SAVED:
        return _("A file may have been copied. Ask that all of them are deleted.")
    return ""
