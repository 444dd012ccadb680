"""Women who may be registered twice, side by side, and what a person says of them: one woman, or two.

It is a link between two registrations (``records.same_woman``) and can be taken back: nothing else is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from .. import rosters
from ..base.folding import plain_number
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..records.change import Change, from_payload
from ..records.participant import Enrolment, Participant
from ..records.people import Person, Site
from ..records.plan import Plan
from ..records.same_woman import FoundBy, Said, SameWoman, id_of, in_order
from ..records.standing import standing
from ..store import Unit
from .finding import states
from .plan_states import state as plan_state
from .registrations import gave_way, ids_of, named, settled, stands_for
from .women import by_id, current_episode, current_plan

_STRONGEST = {str(why): place for place, why in enumerate(FoundBy)}


@dataclass(frozen=True)
class Side:
    """One of two registrations: who she is there, and where she stands.

    ``state`` is a key of ``women.STATES``, ``plan`` one of ``plan_states.STATES`` or ``""``. ``others`` is how many
    registrations are one with it already.
    """

    id: Id
    name: str
    number: str
    born: dt.date | None
    site: str
    state: str
    enrolled_on: dt.date | None
    plan: str
    others: int


@dataclass(frozen=True)
class Pair:
    """Two registrations that may be one woman, and why; first the one with an episode, or that was there first."""

    sides: tuple[Side, Side]
    found_by: str

    @property
    def id(self) -> Id:
        """What is said of the two is kept under this id."""
        return id_of(self.sides[0].id, self.sides[1].id)


@dataclass(frozen=True)
class Possible:
    """The first of them, and how many there are."""

    pairs: list[Pair]
    count: int


@dataclass(frozen=True)
class Decided:
    """What was said of two registrations, by whom and when (UTC); first the one that stands, if they are one."""

    id: Id
    said: str
    found_by: str
    sides: tuple[str, str]
    who: str
    at: str

    @property
    def one(self) -> bool:
        """Whether they were said to be one woman."""
        return self.said != Said.TWO


# Finding


def registered_twice(unit: Unit, most: int | None = None) -> Possible:
    """Who may be registered twice, the strongest reason first: the first *most* of them, or all.

    Not those who were said to be one woman, or two.
    """
    away = gave_way(unit)
    rows = unit.connection.exec_driver_sql(
        "SELECT id, department_number, last_name, first_name, date_of_birth FROM participant WHERE NOT removed "
        "ORDER BY id"
    )
    alike: Mapping[tuple[Id, Id], str] = rosters.registered_twice((away.get(row[0], row[0]), *row[1:]) for row in rows)
    said = settled(unit)
    found = {in_order(*pair): why for pair, why in alike.items() if not said(*pair)}
    order = sorted(found, key=lambda pair: (_STRONGEST[found[pair]], pair))
    shown = order[:most]
    sides = _sides(unit, {one for pair in shown for one in pair})
    return Possible([Pair(_first(sides[one], sides[other]), found[one, other]) for one, other in shown], len(order))


def show_registered_twice(unit: Unit, most: int | None = None) -> Possible:
    """The same, for somebody to read: that is an entry of the log. Use within ``store.work``."""
    found = registered_twice(unit, most)
    unit.tell(shown=len(found.pairs))
    return found


def _first(one: Side, other: Side) -> tuple[Side, Side]:
    return (other, one) if other.enrolled_on and not one.enrolled_on else (one, other)


def _sides(unit: Unit, women: Iterable[Id]) -> dict[Id, Side]:
    ids = sorted(women)
    sites: dict[Id, str] = dict(unit.rows(sa.select(Site.id, Site.name)))
    status = states(unit, ids)
    found = {}
    for her in [unit.get(Participant, one) for one in ids]:
        episode, plan = current_episode(unit, her.id), current_plan(unit, her.id)
        found[her.id] = Side(
            her.id, her.name, her.department_number, her.date_of_birth, sites.get(her.site, ""),
            status.get(her.id, "registered"), episode.enrolled_on if episode else None,
            plan_state(unit, plan) if plan else "", len(ids_of(unit, her.id)) - 1,
        )  # fmt: skip
    return found


def registration(unit: Unit, typed: str) -> Id:
    """The registration with this number, or this id. Raises ``NotFound``; also where two have the number."""
    if (named_one := by_id(unit, typed)) is not None:
        return named_one
    number = plain_number(typed)
    found = unit.rows(
        sa.select(Participant.id).where(Participant.department_number == number, Participant.removed.is_(False))
    )
    if not found or not number:
        raise NotFound(_("No participant has the number {number}. Nothing was changed.").format(number=typed))
    if len(found) > 1:
        words = _("Several registrations have the number {number}. Nothing was changed. Name them by their ids: {ids}.")
        raise NotFound(words.format(number=number, ids=", ".join(one for (one,) in found)))
    return Id(found[0][0])


# Saying


def same_woman(unit: Unit, stands: Id, other: Id) -> Id:
    """The two are one woman, and the registration *stands* stands for both. Returns the id of what was said.

    Of a registration that is one with others already, the one that stands for them is meant. Raises ``Problem``.
    """
    first, second = _both(unit, stands, other)
    return _say(unit, first, second, Said.FIRST if in_order(first, second)[0] == first else Said.SECOND)


def two_women(unit: Unit, one: Id, other: Id) -> Id:
    """They are two women: they are not shown as possibly one again. Raises ``Problem`` where they are one already."""
    return _say(unit, *_both(unit, one, other), Said.TWO)


def take_apart(unit: Unit, link: Id) -> None:
    """What was said of two registrations holds no longer: each stands for itself, as before. Raises ``NotFound``."""
    if unit.get(SameWoman, link).removed:
        raise NotFound(_("Nothing is said of these two (any more). Nothing was changed."))
    unit.remove(SameWoman, link)


def say_again(unit: Unit, link: Id) -> None:
    """It was a slip to take it back."""
    unit.revise(SameWoman, link, removed=False)


def _both(unit: Unit, one: Id, other: Id) -> tuple[Id, Id]:
    """The two that stand for those given. Raises ``Problem`` where they are one."""
    for given in (one, other):
        unit.get(Participant, given)
    first, second = stands_for(unit, one), stands_for(unit, other)
    if first == second:
        words = _("These are registered as one woman already. Nothing was changed. Take them apart first.")
        raise Problem(words if one != other else _("Name two registrations. Nothing was changed."), code="same")
    return first, second


def _say(unit: Unit, one: Id, other: Id, said: Said) -> Id:
    link, (first, second) = id_of(one, other), in_order(one, other)
    why = _why(unit, first, second)
    if unit.find(SameWoman, link) is None:
        return unit.create(SameWoman, link, participant=first, other=second, said=said, found_by=why)
    unit.revise(SameWoman, link, settle=True, said=said, found_by=why, removed=False)
    return link


def _why(unit: Unit, *women: Id) -> str:
    two = [unit.get(Participant, woman) for woman in women]
    rows = ((her.id, her.department_number, her.last_name, her.first_name, her.date_of_birth) for her in two)
    return next(iter(rosters.registered_twice(rows).values()), str(FoundBy.PERSON))


# What was said


@dataclass(frozen=True)
class Registered:
    """One of a woman's registrations, and what began under it: her episodes and her plans, the latest first."""

    id: Id
    called: str
    stands: bool
    episodes: list[Enrolment]
    plans: list[Plan]


def registrations_of(unit: Unit, woman: Id) -> list[Registered]:
    """Her registrations, first the one that stands; nothing where she has only one."""
    found = []
    for place, (one, called) in enumerate(named(unit, woman).items()):
        episodes = sa.select(Enrolment).where(Enrolment.participant == one, Enrolment.removed.is_(False))
        plans = sa.select(Plan).where(Plan.participant == one, Plan.removed.is_(False))
        found.append(Registered(
            one, called, not place, list(unit.all(episodes.order_by(Enrolment.offered_on.desc(), Enrolment.id.desc()))),
            list(unit.all(plans.order_by(Plan.started_on.desc(), Plan.id.desc()))),
        ))  # fmt: skip
    return found


def decided(unit: Unit, woman: Id = Id("")) -> list[Decided]:
    """Everything that was said of registrations, or of hers: the latest first."""
    select = sa.select(SameWoman).where(SameWoman.removed.is_(False))
    if woman:
        hers = ids_of(unit, woman)
        select = select.where(SameWoman.participant.in_(hers) | SameWoman.other.in_(hers))
    links = unit.all(select)
    people: dict[Id, str] = {one.id: one.full_name or one.name for one in unit.all(sa.select(Person))}
    ends = {one for link in links for one in (link.participant, link.other)}
    names = {her.id: _called(her) for her in unit.all(sa.select(Participant).where(Participant.id.in_(ends)))}
    last_said = _last_said(unit, [link.id for link in links])
    found = []
    for link in links:
        last = last_said[link.id]
        first, second = (names.get(one, _("not here")) for one in (link.participant, link.other))
        sides = (second, first) if link.said == Said.SECOND else (first, second)
        found.append(Decided(link.id, str(link.said), str(link.found_by), sides, people.get(last.by, ""), last.at))
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def _last_said(unit: Unit, links: list[Id]) -> dict[Id, Change]:
    """Of each the entry that says what stands: the last of those that do in the order of the log."""
    rows = unit.connection.exec_driver_sql(
        "SELECT device, number, payload FROM entry WHERE record IN (SELECT value FROM json_each(?)) "
        "AND payload IS NOT NULL",
        (msgspec.json.encode(links).decode(),),
    )
    entries = standing(((device, number), from_payload(payload)) for device, number, payload in rows).entries
    entries.sort(key=lambda entry: (entry[1].depth, entry[0]))
    return {change.record: change for _place, change in entries}


def _called(her: Participant) -> str:
    return ", ".join((her.name, her.department_number or _("No number")))


__all__ = [
    "Decided", "Pair", "Possible", "Registered", "Side", "decided", "registered_twice", "registration",
    "registrations_of", "same_woman", "say_again", "show_registered_twice", "take_apart", "two_women",
]  # fmt: skip
