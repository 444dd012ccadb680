"""Whole records that are erased: whose word counts for it, erasing them here, and whatever of them comes late.

Two persons have to say so: one proposes at the site that holds her record, or at an office where that site is closed;
another administrator of the same site agrees, or an office does. Who said what is read from the log, not from a field.
Each site that has a copy obeys as the word arrives, and says that it did.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from ..base.folding import plain_number
from ..base.ids import Id, named_id
from ..records.change import from_payload
from ..records.local import Conflict, Device, Draft, Listed, RosterLine, Waiting
from ..records.participant import Participant
from ..records.people import Person
from ..records.retention import Erasure, ErasureAnswer, SaidOfErasure, on_hold, reports_until
from ..records.transfer import custody, is_office, moves_of
from ..store import Unit
from ..store.erasing import erase_entries, erase_naming, forget_drafts, names_of
from ..store.projection import index_words, words_of
from .closing import closed

_LEFT = "participant = ? AND payload IS NOT NULL"


class Author(NamedTuple):
    """Who began a record, and at which site."""

    site: Id
    person: Id


def author(unit: Unit, record: Id) -> Author:
    """Who began a record. What it says of itself is not asked."""
    device, payload = unit.connection.exec_driver_sql(
        "SELECT device, payload FROM entry WHERE record = ? AND payload IS NOT NULL ORDER BY seq LIMIT 1", (record,)
    ).one()
    known = unit.session.get(Device, device)
    return Author(known.site if known else unit.store.site, from_payload(bytes(payload)).by)


def holder(unit: Unit, woman: Id) -> Id:
    """The site that holds her record: by her moves, or else the one that registered her."""
    if moved_to := custody(moves_of(unit.connection, woman, unit.store.site)).holder:
        return moved_to
    device = unit.connection.exec_driver_sql(
        "SELECT device FROM entry WHERE record = ? ORDER BY seq LIMIT 1", (woman,)
    ).scalar()
    known = unit.session.get(Device, device) if device is not None else None
    return known.site if known else unit.store.site


def answers(unit: Unit, erasure: Id) -> list[ErasureAnswer]:
    """What was said of it, by everybody, in the order of the days."""
    select = sa.select(ErasureAnswer).where(ErasureAnswer.erasure == erasure, ErasureAnswer.removed.is_(False))
    return list(unit.all(select.order_by(ErasureAnswer.said_on, ErasureAnswer.id)))


def may_propose(unit: Unit, site: Id, woman: Id) -> bool:
    """Whether *site* may begin it: it holds her record, or is an office and the site that held it is closed."""
    held = holder(unit, woman)
    return site == held or (is_office(unit.connection, site, unit.store.site) and closed(unit, held) is not None)


def agreed(unit: Unit, erasure: Erasure) -> bool:
    """Whether a second one said yes who may, and no office said no."""
    first = author(unit, erasure.id)
    yes = False
    for answer in answers(unit, erasure.id):
        second = author(unit, answer.id)
        if answer.said == SaidOfErasure.NO and may_agree(unit, first, second):
            return False
        if answer.said == SaidOfErasure.YES and may_agree(unit, first, second):
            yes = True
    return yes


def may_agree(unit: Unit, first: Author, second: Author) -> bool:
    """Whether *second* may agree to what *first* proposes: never she herself, at whichever PC."""
    if second.person == first.person or not second.person:
        return False
    if second.site != first.site:
        return is_office(unit.connection, second.site, unit.store.site)
    person = unit.find(Person, second.person)
    return person is not None and person.site == first.site and person.administrator


def obey(unit: Unit) -> int:
    """Erase here what two persons agreed to erase, and what came of it since; how many entries.

    A woman on a hold of this site stays, and that is told; her record goes once the hold is lifted. So does one about
    whom something was passed on, perhaps since it was proposed, for as long as that has to be kept; the answer is the
    same, for that there is a report is for its author and administrators. Raises ``AssertionError`` for somebody who
    sees a part of the records only: the rest would stay, and be said to be gone.
    """
    if unit.store.who.narrowed:
        raise AssertionError("erasing is for somebody who sees every record")
    count = 0
    own = unit.store.site
    select = sa.select(Erasure).where(Erasure.removed.is_(False)).order_by(Erasure.proposed_on, Erasure.id)
    for erasure in unit.all(select):
        done = unit.find(ErasureAnswer, _answer_id(erasure.id, own, SaidOfErasure.DONE)) is not None
        if not done and not _stands(unit, erasure):
            continue
        until = None if done else reports_until(unit.connection, own, erasure.woman)
        if on_hold(unit.connection, erasure.woman) or (until is not None and until > unit.today()):
            if not done:
                note(unit, erasure.id, SaidOfErasure.HELD)
            continue
        erased = erase_woman(unit, erasure.woman)
        if not done:
            note(unit, erasure.id, SaidOfErasure.DONE, erased)
        count += erased
    return count


def _stands(unit: Unit, erasure: Erasure) -> bool:
    if erasure.called_off_on is not None:
        return False
    return may_propose(unit, author(unit, erasure.id).site, erasure.woman) and agreed(unit, erasure)


def note(unit: Unit, erasure: Id, said: SaidOfErasure, entries: int | None = None) -> None:
    """Write down, once, what this site says of an erasure, or did."""
    id = _answer_id(erasure, unit.store.site, said)
    if unit.find(ErasureAnswer, id) is None:
        unit.create(
            ErasureAnswer, id, erasure=erasure, site=unit.store.site, said=str(said), said_on=unit.today(),
            entries=entries,
        )  # fmt: skip


def _answer_id(erasure: Id, site: Id, said: SaidOfErasure) -> Id:
    return named_id(erasure, f"{said} at {site}")


def is_erased(unit: Unit, woman: Id) -> bool:
    """Whether her record was erased here."""
    done = sa.select(ErasureAnswer.erasure).where(
        ErasureAnswer.site == unit.store.site, ErasureAnswer.said == str(SaidOfErasure.DONE)
    )
    return unit.first(sa.select(Erasure.id).where(Erasure.woman == woman, Erasure.id.in_(done))) is not None


def known_to(unit: Unit, site: Id) -> list[Id]:
    """What *site* is told of erasures: of women who were there once. Of an erasure and of what was said of it."""
    told = [one for one, sites in unit.rows(sa.select(Erasure.id, Erasure.sites)) if site in sites.split()]
    said = unit.session.scalars(sa.select(ErasureAnswer.id).where(ErasureAnswer.erasure.in_(told)))
    return [*told, *said]


def erase_woman(unit: Unit, woman: Id) -> int:
    """Erase everything that says something of a registration; how many entries.

    Numbers and digests stay, so that the chains hold. Who looked at her record, and when, stays in the record of use:
    it names the registration, and nothing is left that says whose it was.
    """
    rows = unit.connection.exec_driver_sql(
        f"SELECT record, payload FROM entry WHERE {_LEFT} AND record IS NOT NULL", (woman,)
    ).all()
    of = {Id(record): from_payload(bytes(payload)).kind for record, payload in rows}
    names = names_of(unit.connection, woman)
    count = 0
    for record, kind in of.items():
        count += erase_entries(unit.connection, kind, record, {}, uses=False)
        unit.erased(kind, record)
    forget_drafts(unit.connection, of)
    unit.local(sa.delete(Draft).where(Draft.participant == woman))
    unit.local(sa.delete(Conflict).where(Conflict.participant == woman))
    unit.local(sa.delete(Waiting).where(Waiting.participant == woman))
    _take_off_lists(unit, woman, names)
    return count + erase_naming(unit.connection, woman, names)


def _take_off_lists(unit: Unit, woman: Id, names: Collection[str]) -> None:
    """What lists say of her, under every number she had. A list that still has her brings her back as a stranger.

    Who has one of those numbers and none of her names is somebody else: it was corrected once.
    """
    others = unit.session.scalars(sa.select(Participant.department_number).where(Participant.id != woman))
    numbers = {plain_number(name) for name in names if any(c.isdigit() for c in name)} - {*others}
    mine, gone = words_of(names), {woman}
    columns = (Listed.id, Listed.department_number, Listed.first_name, Listed.last_name)
    for one, number, first, last in unit.rows(sa.select(*columns).where(Listed.department_number.in_(numbers))):
        if one == woman or not mine.isdisjoint(words_of((first, last))):
            gone.add(one)
        else:
            numbers.discard(number)
    unit.local(sa.delete(RosterLine).where(RosterLine.department_number.in_(numbers)))
    unit.local(sa.delete(Listed).where(Listed.id.in_(gone)))
    index_words(unit.connection, "participant", list(gone))
