"""One woman, however often she was registered: her registrations are one group, and one of them stands for it.

Every page and every list reads through here. What is written stays with the registration it was written under.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..base.ids import Id
from ..base.words import _
from ..records.participant import Enrolment, Participant
from ..records.people import Site
from ..records.same_woman import Said, SameWoman
from ..store import Unit


@cache
def standing() -> sa.Subquery:
    """Which registration stands: (``id``, ``stands``) of each one that somebody said is a woman's registered twice.

    The rule, the same at every site that knows the same, whatever came first:

    - Registrations that are tied by "one woman", directly or over others, are one group. A tie holds also over a
      registration that is not here, or was removed; such a one never stands.
    - Each tie says which of its two gives way. Of the group that one stands that gives way in no tie. Where several
      do, because sites merged without knowing of each other, or none, because they said the opposite, the one that
      was registered first (the smallest id).
    """
    tied = SameWoman.said.in_([str(Said.FIRST), str(Said.SECOND)]) & SameWoman.removed.is_(False)
    gives_way = sa.case((SameWoman.said == str(Said.FIRST), SameWoman.other), else_=SameWoman.participant)
    ties = sa.select(SameWoman.participant.label("one"), SameWoman.other.label("another"), gives_way.label("gives_way"))
    tie = ties.where(tied).cte("tie")
    side = sa.union(sa.select(tie.c.one, tie.c.another), sa.select(tie.c.another, tie.c.one)).cte("side")
    reach = sa.select(side.c.one.label("id"), side.c.one.label("member")).cte("reach", recursive=True)
    reach = reach.union(sa.select(reach.c.id, side.c.another).join(side, side.c.one == reach.c.member))
    keeps = sa.case((reach.c.member.not_in(sa.select(tie.c.gives_way)), reach.c.member))
    return (
        sa.select(reach.c.id, sa.func.coalesce(sa.func.min(keeps), sa.func.min(reach.c.member)).label("stands"))
        .where(_here(reach.c.id), _here(reach.c.member))
        .group_by(reach.c.id)
        .subquery("standing")
    )


def _here(registration: Any) -> sa.ColumnElement[bool]:
    """That it is in this store. Asked of each of the few that are tied: a join would walk all that there are."""
    her = aliased(Participant)
    return sa.exists().where(her.id == registration, her.removed.is_(False))


def joined(select: sa.Select[*tuple[Any, ...]], column: Any) -> sa.Select[*tuple[Any, ...]]:
    """*select* with the ``Participant`` that stands for the registration in *column*."""
    found = standing()
    return select.outerjoin(found, found.c.id == column).join(
        Participant, Participant.id == sa.func.coalesce(found.c.stands, column)
    )


def gave_way(unit: Unit) -> dict[Id, Id]:
    """Every registration that does not stand for itself -> the one that stands for it."""
    found = standing()
    return dict(unit.rows(sa.select(found.c.id, found.c.stands).where(found.c.id != found.c.stands)))


def settled(unit: Unit) -> Callable[[Id | None, Id | None], bool]:
    """Whether a person said of two registrations that they are one woman, or two: of either, or of one with it."""
    away = gave_way(unit)
    two = sa.select(SameWoman.participant, SameWoman.other).where(SameWoman.said == str(Said.TWO))
    said = unit.rows(two.where(SameWoman.removed.is_(False)))
    apart = {frozenset((away.get(one, one), away.get(other, other))) for one, other in said}

    def asked(one: Id | None, other: Id | None) -> bool:
        if one is None or other is None:
            return False
        pair = frozenset((away.get(one, one), away.get(other, other)))
        return len(pair) == 1 or pair in apart

    return asked


def ids_of(unit: Unit, woman: Id) -> list[Id]:
    """The ids under which a woman is registered, whichever of them is given: first the one that stands."""
    found = standing()
    mine = sa.select(found.c.stands).where(found.c.id == woman).scalar_subquery()
    hers = unit.rows(sa.select(found.c.id, found.c.stands).where(found.c.stands == mine).order_by(found.c.id))
    return sorted((one for one, _stands in hers), key=lambda one: one != hers[0].stands) if hers else [woman]


def stands_for(unit: Unit, woman: Id) -> Id:
    """The registration that stands for the one given; nearly always itself."""
    return ids_of(unit, woman)[0]


def counted() -> sa.ColumnElement[bool]:
    """Of ``Enrolment``: that it counts.

    A woman who was enrolled under two registrations at the same time was enrolled once: the episode of the
    registration that stands counts, or else the one that began first. Episodes one after the other count each.
    """
    mine, theirs = standing().alias("mine"), standing().alias("theirs")
    one, other = aliased(Enrolment), aliased(Enrolment)

    def comes_later(this: Any, that: Any) -> sa.ColumnElement[bool]:
        return sa.or_(this.enrolled_on > that.enrolled_on,
                      sa.and_(this.enrolled_on == that.enrolled_on, this.id > that.id))  # fmt: skip

    def not_over(this: Any, that: Any) -> sa.ColumnElement[bool]:
        """*this* still ran when *that* began."""
        return sa.or_(this.closed_on.is_(None), this.closed_on > that.enrolled_on)

    second = sa.or_(
        other.participant == theirs.c.stands,
        sa.and_(one.participant != mine.c.stands, comes_later(one, other)),
    )
    doubled = (
        sa.select(one.id)
        .join(mine, mine.c.id == one.participant)
        .join(theirs, sa.and_(theirs.c.stands == mine.c.stands, theirs.c.id != mine.c.id))
        .join(other, other.participant == theirs.c.id)
        .where(other.removed.is_(False), other.enrolled_on.is_not(None), not_over(one, other), not_over(other, one))
        .where(second)
    )
    return Enrolment.id.not_in(doubled)


def named(unit: Unit, woman: Id) -> dict[Id, str]:
    """Her registrations in words, number and facility, for lines that say where they come from; none for her only one.

    First the one that stands.
    """
    hers = ids_of(unit, woman)
    if len(hers) == 1:
        return {}
    sites: dict[Id, str] = dict(unit.rows(sa.select(Site.id, Site.name)))
    rows = unit.rows(
        sa.select(Participant.id, Participant.department_number, Participant.site).where(Participant.id.in_(hers))
    )
    words = {
        one: ", ".join(filter(None, (number or _("No number"), sites.get(site, "")))) for one, number, site in rows
    }
    return {one: words[one] for one in hers if one in words}


__all__ = ["counted", "gave_way", "ids_of", "joined", "named", "settled", "standing", "stands_for"]
