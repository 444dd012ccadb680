"""Where women and their records are on the way between facilities, for whoever looks: nothing is changed here.

What people do about it is in ``actions/transfers.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id
from ..base.words import N_, _
from ..exchange import moving, parcels
from ..exchange.identity import facilities
from ..exchange.knowledge import Known, known_by, last_sent
from ..exchange.revoking import shut_out
from ..records.local import Draft, ParcelHere
from ..records.participant import Participant
from ..records.people import Site
from ..records.transfer import Transfer, custody, may_write, moves_of, refusals, site_name
from ..store import Unit
from ..store.log import entry
from . import conflicts, waiting
from .registrations import settled

RELEASED = {
    "given": N_("The office gave on what it holds of her, because this site is noted as closed."),
    "to_go": N_("Sealed; it goes with the next copy for the office."),
    "on_the_way": N_("It was copied for the office, which has not confirmed it yet."),
    "carried": N_("The office has it and carries it on, unopened."),
    "revoked": N_("It stays here: that facility is not trusted any more. If she does not go there, call the move off."),
    "there": N_("Her record has come there. It is not taken over yet."),
    "taken": N_("Taken over."),
    "off": N_("Called off."),
    "void": N_("Void: another facility took her record over."),
}
"""How far a record is that was released here."""
COMING = {
    "on_the_way": N_("Released. Her record has not come yet."),
    "here": N_("Her record is here. Take it over when she has come."),
    "taken": N_("Taken over."),
    "off": N_("Called off."),
    "void": N_("Void: another facility took her record over."),
}
"""How far a record is that is to come here."""
ASKED = {
    "open": N_("Not answered yet."),
    "refused": N_("The answer was no."),
    "answered": N_("Answered: the record was released."),
    "off": N_("Called off."),
}
"""How far a request is."""


@dataclass(frozen=True)
class Moved:
    """One move in words. ``state`` is a key of ``RELEASED``, ``COMING`` or ``ASKED``.

    ``name`` may be "" where nothing of her is here any more. ``found`` are the women here whom a request may mean.
    """

    id: Id
    participant: Id
    number: str
    name: str
    born: dt.date | None
    site: Id
    other: str
    state: str
    on: dt.date | None
    why: str
    found: tuple[Id, ...] = ()
    damaged: bool = False
    by: str = ""
    """The office that gave her record on, because the old site is closed; "" where the old site released it."""
    rest: bool = False
    """Whether what she did not share with that office is only here, and can be let go too."""


@dataclass(frozen=True)
class Moves:
    """All moves that this site has part in: out of it, into it, what others ask of it, what it asked."""

    out: tuple[Moved, ...]
    coming: tuple[Moved, ...]
    asked_here: tuple[Moved, ...]
    asked: tuple[Moved, ...]


@dataclass(frozen=True)
class Held:
    """Who holds her record, for her page. ``by`` is "" where she never moved; ``to`` is where it is on its way."""

    by: str
    to: str
    on: dt.date | None
    writable: bool
    to_take: Id | None
    """The move that is to be taken over here."""
    to_call_off: Id | None
    """The move that was released here and can be called off."""


@dataclass(frozen=True)
class Going:
    """What goes with her, before she is released."""

    name: str
    entries: int
    records: int
    stays: int
    """Entries about reports that were passed on: they stay."""
    conflicts: int
    drafts: int
    waiting: int


def preview(unit: Unit, woman: Id) -> Going:
    """What would go with her: all that is here of her but reports that were passed on."""
    her = unit.get(Participant, woman)
    going = list(moving.entries_of(unit, [woman]))
    rows = unit.connection.execute(
        sa.select(sa.func.count()).where(entry.c.participant == woman, entry.c.payload.is_not(None))
    ).scalar_one()
    records = unit.connection.execute(
        sa.select(sa.func.count(sa.distinct(entry.c.record))).where(
            entry.c.participant == woman, entry.c.payload.is_not(None), entry.c.share != "site"
        )
    ).scalar_one()
    drafts = unit.first(
        sa.select(sa.func.count())
        .select_from(Draft)
        .where(Draft.participant == woman, ~Draft.record.startswith("move/"))
    )
    return Going(
        her.name, len(going), records, rows - len(going), conflicts.count(unit, woman), drafts or 0,
        waiting.count(unit, [woman]),
    )  # fmt: skip


def name_of(unit: Unit, site: Id) -> str:
    """What a site is called here; this one by its own name, also where it has another PC."""
    return unit.get(Site, site).name if site == unit.store.site else site_name(unit.connection, site)


def away(unit: Unit) -> set[Id]:
    """The women here whose record another site holds, or is on its way: what is due for them is that site's."""
    own = unit.store.site
    rows = unit.rows(
        sa.select(Transfer.participant)
        .where(Transfer.released_on.is_not(None), Transfer.removed.is_(False))
        .where(sa.or_(Transfer.from_site == own, Transfer.to_site == own))
        .distinct()
    )
    return {her for (her,) in rows if not may_write(moves_of(unit.connection, her, own), own)}


def registered_twice(unit: Unit, woman: Id) -> bool:
    """Whether another registration of her number is here, and nobody has said yet whether the two are one woman."""
    her = unit.find(Participant, woman)
    if her is None or not her.department_number:
        return False
    same = sa.select(Participant.id).where(
        Participant.department_number == her.department_number, Participant.id != woman, Participant.removed.is_(False)
    )
    asked = settled(unit)
    return any(not asked(woman, other) for other in unit.session.scalars(same))


def of_her(unit: Unit, woman: Id) -> Participant | None:
    """She herself, to be compared with whoever is asked for; None where nothing of her is here."""
    return unit.find(Participant, woman)


def held(unit: Unit, woman: Id) -> Held:
    """Who holds her record."""
    known = moves_of(unit.connection, woman, unit.store.site)
    holder, coming = custody(known)
    own = unit.store.site
    on: dt.date | None = None
    if coming is not None:
        on = unit.get(Transfer, coming.id).released_on
    elif holder:
        dates = [unit.get(Transfer, move.id).accepted_on for move in known if move.accepted and move.to_site == holder]
        on = next(reversed(dates), None)
    return Held(
        name_of(unit, holder) if holder else "",
        name_of(unit, coming.to_site) if coming else "",
        on,
        may_write(known, own),
        coming.id if coming and coming.to_site == own else None,
        coming.id if coming and own in (coming.from_site, coming.by) else None,
    )


def moves(unit: Unit) -> Moves:
    """Every move this site has part in, the latest first. A request nobody here is meant by is not shown."""
    own = unit.store.site
    all_of = unit.all(
        sa.select(Transfer).where(Transfer.removed.is_(False)).order_by(Transfer.id.desc())
    )  # ids rise with the time they were made
    out, coming, asked_here, asked = [], [], [], []
    answered = {one.answers for one in all_of if one.answers and one.released_on}
    for one in all_of:
        if one.released_on and one.from_site == own:
            out.append(_released(unit, one))
        elif one.released_on and one.to_site == own:
            coming.append(_coming(unit, one))
        elif not one.released_on and one.to_site == own:
            asked.append(_asked(unit, one, one.id in answered))
        elif not one.released_on and one.from_site in ("", own) and unit.store.slots.kind == "facility":
            found = meant(unit, one)
            if found or one.from_site == own:
                asked_here.append(_asked(unit, one, one.id in answered, tuple(found)))
    return Moves(tuple(out), tuple(coming), tuple(asked_here), tuple(asked))


def meant(unit: Unit, request: Transfer) -> list[Id]:
    """The women here whom a request may mean: of the same number, else of the same name and birth date."""
    here = sa.select(Participant.id).where(Participant.removed.is_(False), Participant.id != request.participant)
    if number := plain_number(request.department_number):
        found = list(unit.session.scalars(here.where(Participant.department_number == number)))
        if found:
            return found
    if request.date_of_birth is None:
        return []
    same = unit.all(
        sa.select(Participant).where(
            Participant.date_of_birth == request.date_of_birth, Participant.removed.is_(False),
            Participant.id != request.participant,
        )
    )  # fmt: skip
    return [her.id for her in same if fold(her.name) == fold(request.name)]


def _is_with_them(unit: Unit, request: Transfer) -> bool:
    """Whether whoever asks has her record, or it is on its way there: it was released before the request came."""
    for woman in meant(unit, request):
        holder, coming = custody(moves_of(unit.connection, woman, unit.store.site))
        if request.to_site in (holder, coming.to_site if coming else ""):
            return True
    return False


def _asked(unit: Unit, one: Transfer, answered: bool, found: tuple[Id, ...] = ()) -> Moved:
    """A request, of this site or to it. One to every facility is refused once each of them said no."""
    own = unit.store.site
    said_no = refusals(unit.connection, one.id, Id(one.from_site), own)
    if one.to_site != own:
        refused = any(no.site == own for no in said_no)
    else:
        of_whom = {one.from_site} if one.from_site else {peer.site for peer, _card in facilities(unit)}
        refused = of_whom <= {no.site for no in said_no}
    answered = answered or (not one.called_off_on and _is_with_them(unit, one))
    state = "answered" if answered else "off" if one.called_off_on else "refused" if refused else "open"
    other = one.to_site if one.to_site != own else one.from_site
    name = name_of(unit, other) if other else ""
    on = dt.date.fromisoformat(said_no[-1].on) if state == "refused" else one.asked_on
    why = "; ".join(_("{site} said no: {why}").format(site=name_of(unit, no.site), why=no.why) for no in said_no)
    return Moved(
        one.id, one.participant, one.department_number, one.name, one.date_of_birth, other, name, state, on, why, found
    )


def _released(unit: Unit, one: Transfer) -> Moved:
    state = _ended(unit, one)
    parcel = parcels.newest(unit, one.from_site, one.to_site)
    rest = one.released_by not in ("", unit.store.site)
    if not state:
        state = "given" if rest else _how_far(unit, one, parcel)
    damaged = bool(parcel and parcel.damaged and state != "taken")
    return _moved(unit, one, one.to_site, state, damaged=damaged, rest=rest and state not in ("off", "void"))


def _coming(unit: Unit, one: Transfer) -> Moved:
    here = unit.find(Participant, one.participant) is not None
    return _moved(unit, one, one.from_site, _ended(unit, one) or ("here" if here else "on_the_way"))


def _ended(unit: Unit, one: Transfer) -> str:
    """``taken``, ``off``, ``void``; "" while the move is under way."""
    if one.accepted_on:
        return "taken"
    if one.called_off_on:
        return "off"
    coming = custody(moves_of(unit.connection, one.participant, unit.store.site)).coming
    return "" if coming is not None and coming.id == one.id else "void"


def _how_far(unit: Unit, one: Transfer, parcel: ParcelHere | None) -> str:
    if not known_by(unit, one.to_site).lacks(*moving.begun_at(unit, one.id)):
        return "there"
    if shut_out(unit, one.to_site) is not None:
        return "revoked"
    sealed = Known.after(last_sent(unit, one.to_site))
    if parcel is None or sealed.lacks(*moving.begun_at(unit, one.id)):
        return "to_go"
    if parcels.confirmed(unit, parcel):
        return "carried"
    return "on_the_way" if parcel.by_number else "to_go"


def _moved(unit: Unit, one: Transfer, other: Id, state: str, *, damaged: bool = False, rest: bool = False) -> Moved:
    her = unit.find(Participant, one.participant)
    on = one.accepted_on if state == "taken" else one.called_off_on if state == "off" else one.released_on
    return Moved(
        one.id, one.participant, her.department_number if her else one.department_number, her.name if her else "",
        her.date_of_birth if her else None, other, name_of(unit, other), state, on, one.why,
        damaged=damaged, by=_given_by(unit, one), rest=rest,
    )  # fmt: skip


def _given_by(unit: Unit, one: Transfer) -> str:
    hers = moves_of(unit.connection, one.participant, unit.store.site)
    by = next((move.by for move in hers if move.id == one.id), "")
    return name_of(unit, Id(by)) if by else ""


@dataclass(frozen=True)
class Carried:
    """A sealed record that an office carries: whom it is from and for, and how far it is. It says of nobody."""

    sender: str
    to: str
    size: int
    at: str
    state: str


CARRIED = {
    "to_go": N_("It goes with the next copy for that facility."),
    "on_the_way": N_("It was copied for that facility, which has not confirmed it yet."),
    "revoked": N_(
        "It stays here: that facility is not trusted any more. The facility it is from can call the move off."
    ),
    "damaged": N_("It was damaged on this PC and is not sent. Ask the facility it is from to copy it once more."),
}


def _carried_state(unit: Unit, row: ParcelHere) -> str:
    if row.damaged:
        return "damaged"
    if shut_out(unit, row.to_site) is not None:
        return "revoked"
    return "on_the_way" if row.by_number else "to_go"


def carried(unit: Unit) -> Sequence[Carried]:
    """What this office carries unopened from one facility to another."""
    if unit.store.slots.kind != "office":
        return []
    return [
        Carried(
            name_of(unit, row.from_site), name_of(unit, row.to_site), row.size, row.at,
            _carried_state(unit, row),
        )
        for row in parcels.parcels(unit)
        if not parcels.is_backup(row)
    ]  # fmt: skip
