"""A woman who is moved to another facility: her record is asked for, released, taken over; and who holds it.

Nothing of it happens by itself: people release a record, take it over, and say no. What travels, and how, is in
``exchange/moving.py`` and ``exchange/parcels.py``; who may write her record, in ``records/transfer.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import N_, _
from ..bundle import Card
from ..exchange import moving, parcels
from ..exchange.identity import facilities
from ..exchange.knowledge import known_by
from ..exchange.revoking import revoked
from ..records.local import Draft, ParcelHere, Peer, Waiting
from ..records.participant import Participant
from ..records.transfer import Transfer, custody, may_write, moves_of, site_name
from ..store import Unit
from ..store.log import entry
from . import conflicts

RELEASED = {
    "to_go": N_("Sealed; it goes with the next copy for the office."),
    "on_the_way": N_("It was copied for the office, which has not confirmed it yet."),
    "carried": N_("The office has it and carries it on, unopened."),
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
    "open": N_("Asked. No answer yet."),
    "refused": N_("The answer was no."),
    "answered": N_("Answered: the record was released."),
    "off": N_("Called off."),
}
"""How far a request is."""


@dataclass(frozen=True)
class Facility:
    """Another facility whose card is here: people compared its words, or the office named here brought it."""

    site: Id
    name: str
    code: str
    fingerprint: tuple[str, ...]
    introduced_by: str


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


def other_facilities(unit: Unit) -> list[Facility]:
    """Where a record may be sent."""
    offices = dict(unit.rows(sa.select(Peer.site, Peer.name)))
    return [
        Facility(peer.site, peer.name, peer.code, card.fingerprint, offices.get(peer.introduced_by, ""))
        for peer, card in facilities(unit)
    ]


def facility_named(unit: Unit, name: str) -> tuple[Peer, Card]:
    """The facility of that name, code or id. Raises ``NotFound`` without its card, ``Problem`` where it is revoked."""
    for peer, card in facilities(unit):
        if name.casefold() in (peer.name.casefold(), peer.code.casefold() or None, peer.site):
            if (why := revoked(unit, peer.site, 0)) is not None:
                raise Problem(
                    _("{site} is not trusted since {day}: {why}. Nothing was sealed for it, and her words are safe.")
                    .format(site=peer.name, day=why.revoked_on, why=why.why),
                    code="revoked",
                )  # fmt: skip
            return peer, card
    raise NotFound(
        _(
            "No card of a facility called {name} is here, so nothing can be sealed for it. Nothing was changed, and "
            "her words are safe. Bring in a bundle of your office: it brings the cards of the facilities it trusts."
        ).format(name=name)
    )


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
    drafts = unit.first(sa.select(sa.func.count()).select_from(Draft).where(Draft.participant == woman))
    waiting = unit.first(sa.select(sa.func.count()).select_from(Waiting).where(Waiting.participant == woman))
    return Going(
        her.name, len(going), records, rows - len(going), conflicts.count(unit, woman), drafts or 0, waiting or 0
    )


def release(unit: Unit, woman: Id, to: str, why: str = "", request: Id | None = None) -> Id:
    """Release her record to another facility, for a *request* or without. From now on it can be read here, not written.

    Raises ``NotFound`` without that facility's card, ``Problem`` where this site does not hold her record.
    """
    peer, _card = facility_named(unit, to)
    her = unit.get(Participant, woman)
    moves = moves_of(unit.connection, woman, unit.store.site)
    if not may_write(moves, unit.store.site) or unit.store.slots.kind != "facility":
        raise Problem(
            _("This site does not hold her record, so it cannot release it. Nothing was changed."), code="moved"
        )
    asked = unit.get(Transfer, request) if request else None
    if asked is not None and asked.to_site != peer.site:
        raise Problem(_("Another facility asked for her. Nothing was changed. Choose that one."), code="request")
    return unit.create(
        Transfer, participant=woman, from_site=unit.store.site, to_site=peer.site, why=why, released_on=unit.today(),
        epoch=1 + max((move.epoch for move in moves), default=0), department_number=her.department_number,
        asked_on=asked.asked_on if asked else None, answers=asked.id if asked else "",
    )  # fmt: skip


def call_off(unit: Unit, transfer: Id) -> None:
    """She stays after all, or is no longer asked for. Raises ``Problem`` once her record was taken over."""
    found = unit.get(Transfer, transfer)
    own = found.from_site if found.released_on else found.to_site
    if own != unit.store.site:
        raise Problem(_("Another site began this move, so only it can call it off. Nothing was changed."), code="moved")
    if found.accepted_on:
        raise Problem(
            _("{site} has taken her record over already. Nothing was changed. Ask them to release it to you.").format(
                site=site_name(unit.connection, found.to_site)
            ),
            code="taken",
        )
    unit.revise(Transfer, transfer, called_off_on=unit.today())


def accept(unit: Unit, transfer: Id) -> None:
    """Take her record over: this site holds it from now on.

    Raises ``NotFound`` for what is no release to this site, ``Problem`` before her record has come or where it is void.
    """
    found = unit.get(Transfer, transfer)
    if found.to_site != unit.store.site or not found.released_on:
        raise NotFound(_("No record was released to this site here. Nothing was changed."))
    coming = custody(moves_of(unit.connection, found.participant, unit.store.site)).coming
    if found.accepted_on is None and (coming is None or coming.id != transfer):
        raise Problem(
            _("This move was called off, or another facility took her record over. Nothing was changed. Call {site}.")
            .format(site=site_name(unit.connection, found.from_site)),
            code="void",
        )  # fmt: skip
    if unit.find(Participant, found.participant) is None:
        raise Problem(
            _("Her record has not come yet. Nothing was changed. Bring in the next bundle of your office first."),
            code="not-here",
        )
    unit.revise(Transfer, transfer, accepted_on=unit.today())
    unit.revise(Participant, found.participant, site=unit.store.site)


def ask(unit: Unit, woman: Id, of: str = "") -> Id:
    """Ask for the record of a woman who came before it: of one facility, or of whichever has it.

    Raises ``Problem`` where it was asked for already, where a record is on its way, or where nothing identifies her.
    """
    her = unit.get(Participant, woman)
    if unit.store.slots.kind != "facility":
        raise Problem(_("An office does not take women over. Nothing was changed."), code="office")
    if not her.department_number and her.date_of_birth is None:
        raise Refused({"department_number": _("Give her number, or her date of birth: by it they find her record.")})
    if not facilities(unit):
        raise NotFound(
            _("No card of another facility is here. Nothing was changed. Bring in a bundle of your office first.")
        )
    if any(one.state == "open" for one in moves(unit).asked if one.participant == woman):
        raise Problem(_("Her record was asked for already. Nothing was changed."), code="asked")
    from_site = facility_named(unit, of)[0].site if of else Id("")
    return unit.create(
        Transfer, participant=woman, from_site=from_site, to_site=unit.store.site, asked_on=unit.today(),
        department_number=her.department_number, name=her.name, date_of_birth=her.date_of_birth,
    )  # fmt: skip


def say_no(unit: Unit, request: Id, why: str) -> None:
    """The record that was asked for is not released, and why. Raises ``Refused`` without a reason."""
    if not why.strip():
        raise Refused({"refused_why": _("Say why, so that they know what to do.")})
    unit.revise(Transfer, request, refused_on=unit.today(), refused_why=why)


def seal_again(unit: Unit, transfer: Id) -> None:
    """The sealed record was lost or damaged on the way: it goes with the next copy for the office once more."""
    found = unit.get(Transfer, transfer)
    if not parcels.carry_again(unit, found.to_site):
        raise NotFound(_("No sealed record for that facility lies here. Nothing was changed."))


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
        site_name(unit.connection, holder) if holder else "",
        site_name(unit.connection, coming.to_site) if coming else "",
        on,
        may_write(known, own),
        coming.id if coming and coming.to_site == own else None,
        coming.id if coming and coming.from_site == own else None,
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
        elif not one.released_on and one.from_site in ("", own):
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


def _asked(unit: Unit, one: Transfer, answered: bool, found: tuple[Id, ...] = ()) -> Moved:
    state = "answered" if answered else "off" if one.called_off_on else "refused" if one.refused_on else "open"
    other = one.to_site if one.to_site != unit.store.site else one.from_site
    name = site_name(unit.connection, other) if other else ""
    on = one.refused_on if state == "refused" else one.asked_on
    return Moved(
        one.id, one.participant, one.department_number, one.name, one.date_of_birth, other, name, state, on,
        one.refused_why, found,
    )  # fmt: skip


def _released(unit: Unit, one: Transfer) -> Moved:
    state = _ended(unit, one)
    parcel = unit.session.get(ParcelHere, (one.from_site, one.to_site))
    if not state:
        state = _how_far(unit, one, parcel)
    return _moved(unit, one, one.to_site, state, damaged=bool(parcel and parcel.damaged and state != "taken"))


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
    if parcel is None or parcels.is_due(unit, one.to_site):
        return "to_go"
    if parcels.confirmed(unit, parcel):
        return "carried"
    return "on_the_way" if parcel.by_number else "to_go"


def _moved(unit: Unit, one: Transfer, other: Id, state: str, *, damaged: bool = False) -> Moved:
    her = unit.find(Participant, one.participant)
    on = one.accepted_on if state == "taken" else one.called_off_on if state == "off" else one.released_on
    return Moved(
        one.id, one.participant, her.department_number if her else one.department_number, her.name if her else "",
        her.date_of_birth if her else None, other, site_name(unit.connection, other), state, on, one.why,
        damaged=damaged,
    )  # fmt: skip


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
    "damaged": N_("It was damaged on this PC and is not sent. Ask the facility it is from to copy it once more."),
}


def carried(unit: Unit) -> Sequence[Carried]:
    """What this office carries unopened from one facility to another."""
    if unit.store.slots.kind != "office":
        return []
    return [
        Carried(
            site_name(unit.connection, row.from_site), site_name(unit.connection, row.to_site), row.size, row.at,
            "damaged" if row.damaged else "on_the_way" if row.by_number else "to_go",
        )
        for row in parcels.parcels(unit)
    ]  # fmt: skip
