"""A woman who is moved to another facility: her record is asked for, released, taken over, called off.

Nothing of it happens by itself: people release a record, take it over, and say no. What travels, and how, is in
``exchange/moving.py`` and ``exchange/parcels.py``; who may write her record, in ``records/transfer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.days import show_day
from ..base.ids import Id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..bundle import Card
from ..exchange import parcels
from ..exchange.closing import closed, closures
from ..exchange.identity import facilities
from ..exchange.revoking import revoked
from ..records.local import Peer
from ..records.participant import Participant
from ..records.transfer import Transfer, custody, may_write, moves_of, site_name
from ..store import Unit
from . import moves
from .withholding import refuse_withheld


@dataclass(frozen=True)
class Facility:
    """Another facility whose card is here: people compared its words, or the office named here brought it."""

    site: Id
    name: str
    code: str
    fingerprint: tuple[str, ...]
    introduced_by: str


def other_facilities(unit: Unit) -> list[Facility]:
    """Where a record may be sent: not to a facility that is closed."""
    offices, gone = dict(unit.rows(sa.select(Peer.site, Peer.name))), closures(unit)
    return [
        Facility(peer.site, peer.name, peer.code, card.fingerprint, offices.get(peer.introduced_by, ""))
        for peer, card in facilities(unit)
        if peer.site not in gone
    ]


def facility_named(unit: Unit, name: str) -> tuple[Peer, Card]:
    """The facility of that name, code or id.

    Raises ``NotFound`` without its card, ``Problem`` where it is revoked or closed.
    """
    for peer, card in facilities(unit):
        if name.casefold() in (peer.name.casefold(), peer.code.casefold() or None, peer.site):
            if (why := revoked(unit, peer.site, 0)) is not None:
                raise Problem(
                    _("{site} is not trusted since {day}: {why}. Nothing was sealed for it, and her words are safe.")
                    .format(site=peer.name, day=show_day(why.revoked_on), why=why.why),
                    code="revoked",
                )  # fmt: skip
            if (gone := closed(unit, peer.site)) is not None:
                raise Problem(
                    _("{site} is closed since {day}: {why}. Nothing was sealed for it, and her words are safe.")
                    .format(site=peer.name, day=show_day(gone.closed_on), why=gone.why),
                    code="closed",
                )  # fmt: skip
            return peer, card
    raise NotFound(
        _(
            "No card of a facility called {name} is here, so nothing can be sealed for it. Nothing was changed, and "
            "her words are safe. Bring in a bundle of your office: it brings the cards of the facilities it trusts."
        ).format(name=name)
    )


def release_record(unit: Unit, woman: Id, to: str, why: str = "", request: Id | None = None) -> Id:
    """Release her record to another facility. From now on it can be read here, not written.

    It answers the *request* that is named, or else one of that facility that means her and is open.
    Raises ``NotFound`` without that facility's card, ``Problem`` where this site does not hold her record, or where she
    wants that facility never to be told.
    """
    peer, _card = facility_named(unit, to)
    refuse_withheld(unit, woman, peer.name)
    her = unit.get(Participant, woman)
    known = moves_of(unit.connection, woman, unit.store.site)
    if not may_write(known, unit.store.site) or unit.store.slots.kind != "facility":
        raise Problem(
            _("This site does not hold her record, so it cannot release it. Nothing was changed."), code="moved"
        )
    if request is None:
        waits = (one for one in moves.moves(unit).asked_here if one.state in ("open", "refused"))
        request = next((one.id for one in waits if one.site == peer.site and woman in one.found), None)
    asked = unit.get(Transfer, request) if request else None
    if asked is not None and asked.to_site != peer.site:
        raise Problem(_("Another facility asked for her. Nothing was changed. Choose that one."), code="request")
    return unit.create(
        Transfer, participant=woman, from_site=unit.store.site, to_site=peer.site, why=why, released_on=unit.today(),
        epoch=1 + max((move.epoch for move in known), default=0), department_number=her.department_number,
        asked_on=asked.asked_on if asked else None, answers=asked.id if asked else "",
    )  # fmt: skip


def call_off_move(unit: Unit, transfer: Id) -> None:
    """She stays after all, or is no longer asked for. Raises ``Problem`` once her record was taken over."""
    found = unit.get(Transfer, transfer)
    own = (found.from_site, found.released_by) if found.released_on else (found.to_site,)
    if unit.store.site not in own:
        raise Problem(_("Another site began this move, so only it can call it off. Nothing was changed."), code="moved")
    if found.accepted_on:
        raise Problem(
            _("{site} has taken her record over already. Nothing was changed. Ask them to release it to you.").format(
                site=site_name(unit.connection, found.to_site)
            ),
            code="taken",
        )
    unit.revise(Transfer, transfer, called_off_on=unit.today())


def take_over(unit: Unit, transfer: Id) -> None:
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


def take_over_all(unit: Unit, some: Sequence[Id]) -> None:
    """Take several records over at once: all of them or none."""
    for transfer in some:
        take_over(unit, transfer)


def ask_for_record(unit: Unit, woman: Id, of: str = "") -> Id:
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
    if any(one.state == "open" for one in moves.moves(unit).asked if one.participant == woman):
        raise Problem(_("Her record was asked for already. Nothing was changed."), code="asked")
    from_site = facility_named(unit, of)[0].site if of else Id("")
    return unit.create(
        Transfer, participant=woman, from_site=from_site, to_site=unit.store.site, asked_on=unit.today(),
        department_number=her.department_number, name=her.name, date_of_birth=her.date_of_birth,
    )  # fmt: skip


def refuse_record(unit: Unit, request: Id, why: str) -> None:
    """The record that was asked for is not released, and why.

    Raises ``Refused`` without a reason, ``NotFound`` for what this site was not asked.
    """
    if not why.strip():
        raise Refused({"refused_why": _("Say why, so that they know what to do.")})
    asked = unit.get(Transfer, request)
    own = unit.store.site
    if unit.store.slots.kind != "facility" or asked.from_site not in ("", own) or asked.to_site == own:
        raise NotFound(_("Nobody asks this site for that record. Nothing was changed."))
    unit.revise(Transfer, request, refused_on=unit.today(), refused_why=why)


def let_rest_go(unit: Unit, transfer: Id) -> None:
    """An office gave her record on in this site's place: what she did not share with the office goes too, sealed.

    Raises ``NotFound`` where no office did.
    """
    found = unit.get(Transfer, transfer)
    moves_of_hers = moves_of(unit.connection, found.participant, unit.store.site)
    if not any(move.id == transfer and move.by and move.from_site == unit.store.site for move in moves_of_hers):
        raise NotFound(_("No office gave her record on from here. Nothing was changed."))
    unit.revise(Transfer, transfer, released_by=unit.store.site)


def seal_again(unit: Unit, transfer: Id) -> None:
    """The sealed record was lost or damaged on the way: it goes with the next copy for the office once more."""
    found = unit.get(Transfer, transfer)
    if not parcels.carry_again(unit, found.to_site):
        raise NotFound(_("No sealed record for that facility lies here. Nothing was changed."))


def asked_by(unit: Unit, request: Id) -> Id:
    """The facility that made a request."""
    return unit.get(Transfer, request).to_site
