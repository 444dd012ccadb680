"""Calling words back: sharing stops at once, each site that has them is asked to delete them, and says that it did.

What was printed, and what was done because of it, cannot be called back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..base.problems import NotFound
from ..base.words import _
from ..exchange.identity import peers
from ..exchange.knowledge import Known, last_sent
from ..exchange.recalled import HER_WORDS, delete_words
from ..records.local import Device, Peer
from ..records.participant import Enrolment, Participant, WhatOfficeHas
from ..records.recall import Recall, RecallAnswer
from ..records.transfer import moves_of
from ..store import Unit
from .registrations import ids_of, joined
from .women import latest_episodes


@dataclass(frozen=True)
class Asked:
    """One site that was sent her words, and since when they are deleted there; None while it has not said so."""

    site: str
    deleted_on: dt.date | None


@dataclass(frozen=True)
class Called:
    """What she called back, and who was asked."""

    asked_on: dt.date
    sites: tuple[Asked, ...]


@dataclass(frozen=True)
class ToDelete:
    """A woman of another site whose words are to be deleted here."""

    recall: Id
    participant: Id
    name: str
    asked_on: dt.date


def share(unit: Unit, episode: Id, what: str) -> None:
    """What other sites may have of her from now on.

    Saying less stops what is not yet sent, and asks whoever has her words to delete them, whichever registration of
    hers they stand under. Saying more sends them, also where they had been deleted, of this registration.
    """
    found = unit.get(Enrolment, episode)
    also = latest_episodes(unit, ids_of(unit, found.participant)) if what == WhatOfficeHas.DATES else []
    others = [one.id for one in also if one.participant != found.participant and one.office_has == WhatOfficeHas.WORDS]
    for one in [episode, *others]:
        _share(unit, one, what)


def _share(unit: Unit, episode: Id, what: str) -> None:
    found = unit.get(Enrolment, episode)
    woman, before = found.participant, str(found.office_has)
    unit.revise(Enrolment, episode, office_has=what)
    standing = _standing(unit, woman)
    if what == WhatOfficeHas.DATES and before == WhatOfficeHas.WORDS and standing is None and _who_has(unit, woman):
        unit.create(Recall, participant=woman, asked_on=unit.today())
    elif what == WhatOfficeHas.WORDS and standing is not None:
        unit.revise(Recall, standing.id, ended_on=unit.today())
        if any(asked.deleted_on for asked in _asked(unit, standing)):
            unit.local(sa.update(Peer).values(has_number=0))  # the next bundles bring again what was deleted


def called_back(unit: Unit, woman: Id) -> Called | None:
    """What she called back and still wants deleted elsewhere; None where there is nothing of the kind."""
    found = [one for her in ids_of(unit, woman) if (one := _standing(unit, her)) is not None]
    if not found:
        return None
    asked: dict[str, Asked] = {}
    for site in (site for standing in found for site in _asked(unit, standing)):
        if site.site not in asked or site.deleted_on is None:  # a site has deleted them once it deleted all of them
            asked[site.site] = site
    return Called(min(standing.asked_on or unit.today() for standing in found), tuple(asked.values()))


def to_delete(unit: Unit) -> list[ToDelete]:
    """Whose words are to be deleted here, the longest asked first."""
    answered = sa.select(RecallAnswer.recall).where(
        RecallAnswer.site == unit.store.site, RecallAnswer.removed.is_(False)
    )
    rows = unit.rows(
        joined(sa.select(Recall, Participant).select_from(Recall), Recall.participant)
        .where(Recall.removed.is_(False), Recall.ended_on.is_(None), Recall.id.not_in(answered))
        .order_by(Recall.asked_on, Recall.id)
    )
    return [
        ToDelete(recall.id, recall.participant, woman.short_name, recall.asked_on)
        for recall, woman in rows
        if not _is_ours(unit, recall.id)
    ]


def delete_here(unit: Unit, recall: Id) -> int:
    """Delete the words that other sites sent of her, history included; returns how many entries. It is told to them.

    Their numbers and digests stay, so the chains hold; what this site wrote about her is its own. Follow it with
    ``taking_back.finish_taking_back``, which empties what the database holds aside. Raises ``NotFound``.
    """
    asked = next((one for one in to_delete(unit) if one.recall == recall), None)
    if asked is None:
        raise NotFound(_("There is nothing to delete here (any more). Nothing was changed."))
    count = delete_words(unit, asked.participant)
    unit.create(
        RecallAnswer, named_id(recall, f"deleted at {unit.store.site}"), participant=asked.participant, recall=recall,
        site=unit.store.site, deleted_on=unit.today(), entries=count,
    )  # fmt: skip
    return count


def _standing(unit: Unit, woman: Id) -> Recall | None:
    """The recall this site began and that stands."""
    found = unit.all(
        sa.select(Recall)
        .where(Recall.participant == woman, Recall.removed.is_(False), Recall.ended_on.is_(None))
        .order_by(Recall.asked_on, Recall.id)
    )
    return next((one for one in found if _is_ours(unit, one.id)), None)


def _is_ours(unit: Unit, record: Id) -> bool:
    device = unit.connection.exec_driver_sql(
        "SELECT device FROM entry WHERE record = ? ORDER BY seq LIMIT 1", (record,)
    ).scalar()
    known = unit.session.get(Device, device) if device is not None else None
    return known is None or known.site == unit.store.site


def _who_has(unit: Unit, woman: Id) -> list[str]:
    """The sites that were sent words of hers."""
    places = [
        tuple(row)
        for row in unit.connection.exec_driver_sql(f"SELECT device, number FROM entry WHERE {HER_WORDS}", (woman,))
    ]
    found = []
    own = unit.store.site
    moved = any(move.accepted and move.to_site == own for move in moves_of(unit.connection, woman, own))
    for peer, card in peers(unit):
        known = Known.after(last_sent(unit, peer.site))
        # What the office has of a woman who moved here, the site she came from has sent.
        if any(not known.lacks(*place) for place in places) or (moved and card.kind == "office"):
            found.append(peer.name)
    return found


def _asked(unit: Unit, recall: Recall) -> list[Asked]:
    answers = {
        answer.site: answer.deleted_on
        for answer in unit.all(
            sa.select(RecallAnswer).where(RecallAnswer.recall == recall.id, RecallAnswer.removed.is_(False))
        )
    }
    has = set(_who_has(unit, recall.participant))
    return [
        Asked(peer.name, answers.get(peer.site))
        for peer, _card in peers(unit)
        if peer.name in has or peer.site in answers
    ]
