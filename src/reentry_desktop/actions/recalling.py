"""Calling words back: sharing stops at once, each site that has them is asked to delete them, and says that it did.

What was printed, and what was done because of it, cannot be called back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import _, ngettext
from ..exchange.identity import facilities, introduced, own_other, peers
from ..exchange.knowledge import may_be_known_by
from ..exchange.moved import forget_words, moved_away
from ..exchange.recalled import HER_WORDS, delete_words, is_held_here, is_ours, note_deleted
from ..exchange.sharing import OURS
from ..records.consent import IN_FORCE, Consent, Revoked, ToWhom
from ..records.local import Peer
from ..records.participant import Enrolment, Participant, WhatOfficeHas
from ..records.people import AfterMove, Site
from ..records.recall import Recall, RecallAnswer
from ..records.retention import why_held
from ..records.transfer import moves_of
from ..store import Unit
from .registrations import ids_of, joined
from .women import latest_episodes


@dataclass(frozen=True)
class Asked:
    """One site that may have her words, and since when they are deleted there; None while it has not said so."""

    site: str
    deleted_on: dt.date | None
    had_none: bool = False
    """Whether it answered that it had none of them."""


@dataclass(frozen=True)
class Called:
    """What she called back, and who was asked."""

    asked_on: dt.date
    sites: tuple[Asked, ...]


@dataclass(frozen=True)
class ToDelete:
    """A woman whose words are to be deleted here, because another site holds her record.

    Where she ``moved`` there from here, what this site wrote of them goes too.
    """

    recall: Id
    participant: Id
    name: str
    asked_on: dt.date
    moved: bool


def share(unit: Unit, episode: Id, what: str) -> None:
    """What other sites may have of her from now on.

    Saying less stops what is not yet sent, and asks whoever has her words to delete them, whichever registration of
    hers they stand under. Saying more sends them, also where they had been deleted, of this registration, and of those
    whose later word would hold these back.
    """
    found = unit.get(Enrolment, episode)
    less, mine = what == WhatOfficeHas.DATES, _place(found)
    for one in latest_episodes(unit, ids_of(unit, found.participant)):
        if one.id == episode or (one.office_has != what and (less or _place(one) > mine)):
            _share(unit, one.id, what)
    if what == WhatOfficeHas.DATES:
        _end_papers(unit, ids_of(unit, found.participant))


def _place(episode: Enrolment) -> tuple[str, Id]:
    """Which of her episodes comes later, as the rule of what leaves orders them (``exchange/sharing.py``)."""
    return episode.offered_on.isoformat() if episode.offered_on else "", episode.id


def _end_papers(unit: Unit, hers: list[Id]) -> None:
    """Her papers that let the office have her words end too: it is one yes, wherever she takes it back."""
    mine = (Consent.participant.in_(hers), Consent.to_whom == str(ToWhom.SITE), Consent.removed.is_(False))
    for paper in unit.all(sa.select(Consent).where(*mine, Consent.signed_on.is_not(None))):
        if paper.status(unit.today()) in IN_FORCE:
            unit.revise(Consent, paper.id, revoked_on=unit.today(), revoked_how=Revoked.SAID)


def _share(unit: Unit, episode: Id, what: str) -> None:
    found = unit.get(Enrolment, episode)
    woman, before = found.participant, str(found.office_has)
    unit.revise(Enrolment, episode, office_has=what)
    standing = _standing(unit, woman)
    if what == WhatOfficeHas.DATES and before == WhatOfficeHas.WORDS and standing is None and _may_have(unit, woman):
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
    gone = dict(moved_away(unit)) if rows else {}
    return [
        ToDelete(recall.id, recall.participant, woman.short_name, recall.asked_on, recall.participant in gone)
        for recall, woman in rows
        if not is_ours(unit, recall.id) and not is_held_here(unit, recall.participant)
    ]


def delete_here(unit: Unit, recall: Id) -> int:
    """Delete the words that other sites sent of her, history included; returns how many entries. It is told to them.

    Their numbers and digests stay, so the chains hold. What this site wrote about her is its own, but for a woman who
    moved away: then it goes too. Follow it with ``taking_back.finish_taking_back``, which empties what the database
    holds aside. Raises ``NotFound``, and ``Problem`` while words may be nowhere else.
    """
    asked = next((one for one in to_delete(unit) if one.recall == recall), None)
    if asked is None:
        raise NotFound(_("There is nothing to delete here (any more). Nothing was changed."))
    if why := why_held(unit.connection, asked.participant):
        raise Problem(why, code="held")
    count = forget_words(unit, asked.participant) if asked.moved else delete_words(unit, asked.participant)
    if asked.moved and not count:
        raise Problem(
            _(
                "The facility that holds her record has not confirmed yet that it has all of it. Nothing was deleted. "
                "Copy a bundle for the office, bring in its next one, and try again."
            ),
            code="not-confirmed",
        )
    note_deleted(unit, recall, asked.participant, count)
    return count


def late_words(n: int) -> str:
    """How it is said after a bundle was brought in that was made before she called her words back."""
    return ngettext(
        "{n} entry with words that were called back before came late. It was deleted as it came.",
        "{n} entries with words that were called back before came late. They were deleted as they came.",
        n,
    ).format(n=n)


def _standing(unit: Unit, woman: Id) -> Recall | None:
    """The recall this site began and that stands."""
    found = unit.all(
        sa.select(Recall)
        .where(Recall.participant == woman, Recall.removed.is_(False), Recall.ended_on.is_(None))
        .order_by(Recall.asked_on, Recall.id)
    )
    return next((one for one in found if is_ours(unit, one.id)), None)


def _may_have(unit: Unit, woman: Id) -> dict[Id, str]:
    """The sites that may have words of hers, and their names: who is not known to have none is asked.

    That is an office, or for an office her facility, that words of hers were sent to, or may have been sent to from
    elsewhere; and each facility that she moved away from, but where that site keeps nothing of such women.
    """
    places = [
        tuple(row)
        for row in unit.connection.exec_driver_sql(f"SELECT device, number FROM entry WHERE {HER_WORDS}", (woman,))
    ]
    unknown, her = _sent_from_elsewhere(unit, woman), unit.get(Participant, woman)
    from_office = unit.store.slots.kind == "office"
    found = {}
    for peer, card in peers(unit):
        theirs = card.kind == "office" or (from_office and her.site == peer.site)
        sent = (not known.lacks(*place) for known in may_be_known_by(unit, peer.site) for place in places)
        if (unknown and theirs) or any(sent):
            found[peer.site] = peer.name
    if not from_office:
        was_at = {move.from_site for move in moves_of(unit.connection, woman, unit.store.site) if move.accepted}
        for peer, _card in facilities(unit):
            if peer.site in was_at and _keeps_some(unit, peer.site):
                found[peer.site] = peer.name
    return found


def _sent_from_elsewhere(unit: Unit, woman: Id) -> bool:
    """Whether words of hers may have gone from where this PC does not know what went.

    From another PC of this site, from this one before it was restored, from a facility that she came from.
    """
    own, here = unit.store.site, unit.store.device
    if own_other(unit) or any(m.accepted and m.to_site == own for m in moves_of(unit.connection, woman, own)):
        return True
    row = unit.connection.exec_driver_sql(
        f"SELECT 1 FROM entry WHERE participant = ? AND device <> ? AND {OURS} LIMIT 1", (woman, here, own)
    ).first()
    return row is not None


def _keeps_some(unit: Unit, site: Id) -> bool:
    known = unit.find(Site, site)
    return known is None or known.after_move != AfterMove.DELETE


def _asked(unit: Unit, recall: Recall) -> list[Asked]:
    answers = {
        answer.site: answer
        for answer in unit.all(
            sa.select(RecallAnswer).where(RecallAnswer.recall == recall.id, RecallAnswer.removed.is_(False))
        )
    }
    may_have = _may_have(unit, recall.participant)
    found = []
    for peer, _card in (*peers(unit), *introduced(unit)):
        answer = answers.get(peer.site)
        if answer is not None:
            found.append(Asked(peer.name, answer.deleted_on, answer.entries == 0))
        elif peer.site in may_have:
            found.append(Asked(peer.name, None))
    return found
