"""Erasing a woman's whole record: what is due, who proposes it and who agrees, and where it may still be.

Whose word counts, and the erasing itself, are in ``exchange/erased.py``.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.days import show_day, show_day_of
from ..base.ids import Id
from ..base.problems import NotFound, Problem
from ..base.words import N_, _, ngettext
from ..exchange import erased
from ..exchange.identity import facilities, peers
from ..exchange.kept import sealed_on
from ..records.access import narrowed
from ..records.base import choice_label
from ..records.change import from_payload
from ..records.participant import Enrolment, Participant
from ..records.people import OfficeKeeps, Site, open_administrators
from ..records.retention import Erasure, Kept, SaidOfErasure, WhyErased, after, reports_until
from ..records.transfer import may_write, moves_of, site_name, why_not_ours
from ..store import Store, Unit
from ..store.damaged import ASIDE
from ..store.moving import MOVED
from .backup_register import holding_erased
from .registrations import gave_way, ids_of, stands_for
from .retention import held, refuse_held, refuse_part, rule
from .taking_back import finish_taking_back

STATES = {
    "waits": N_("Waits for a second person"),
    "no": N_("Not agreed"),
    "off": N_("Called off"),
    "held": N_("Not erased: a legal hold stands, or it has to be kept longer"),
    "erased": N_("Erased"),
}


@dataclass(frozen=True)
class Due:
    """A woman whose record has been kept as long as it is kept here. ``held`` is who asks that it stays, or ""."""

    participant: Id
    name: str
    number: str
    since: dt.date
    due_on: dt.date
    held: str = ""


@dataclass(frozen=True)
class Proposed:
    """An erasing and how far it is: ``state`` is a key of ``STATES``. ``name`` is "" where nothing of her is here.

    ``mine`` is whether whoever is at the desk may say yes or no to it. ``sites`` is what each other site said.
    """

    id: Id
    woman: Id
    name: str
    number: str
    why: str
    authority: str
    proposed_on: dt.date | None
    at: str
    state: str
    mine: bool
    here: bool
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Erased:
    """What was erased here, and where it may still be, in sentences."""

    entries: int
    still_in: tuple[str, ...]


def due(unit: Unit) -> list[Due]:
    """Whose record is over the time it is kept, the longest first. Women another site holds are its own to erase."""
    years, today = rule(unit, Kept.RECORD).years, unit.today()
    last = sa.func.max
    rows = unit.rows(
        sa.select(
            Participant, last(Enrolment.closed_on), last(Enrolment.declined_on), last(Enrolment.not_eligible_on),
            last(sa.case((Enrolment.is_open(), 1), else_=0)), last(Enrolment.offered_on),
        )
        .outerjoin(Enrolment, sa.and_(Enrolment.participant == Participant.id, Enrolment.removed.is_(False)))
        .group_by(Participant.id)
    )  # fmt: skip
    away, proposed = gave_way(unit), _proposed_women(unit)
    known: dict[Id, list[tuple[Participant, dt.date | None]]] = {}
    runs: set[Id] = set()
    for her, closed, declined, not_eligible, is_open, offered in rows:
        stands = away.get(her.id, her.id)
        if is_open:
            runs.add(stands)
        days = [day for day in (her.actual_release, closed, declined, not_eligible, offered) if day]
        known.setdefault(stands, []).append((her, max(days, default=None)))
    found = []
    for stands, hers in known.items():
        ids = [her.id for her, _day in hers]
        if stands in runs or proposed.intersection(ids):
            continue
        ended = max((day for _her, day in hers if day), default=None)
        if ended is not None and after(ended, years) > today:
            continue
        since = max(filter(None, (ended, _last_written(unit, ids))), default=today)
        ours = all(may_write(moves_of(unit.connection, one, unit.store.site), unit.store.site) for one in ids)
        if after(since, years) > today or not ours or erased.holder(unit, stands) != unit.store.site:
            continue
        her = next(her for her, _day in hers if her.id == stands)
        hold = held(unit, stands)
        found.append(
            Due(stands, her.short_name, her.department_number, since, after(since, years),
                hold.authority if hold else "")
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.name))


def _last_written(unit: Unit, women: Sequence[Id]) -> dt.date | None:
    """The day of the last entry that says something of her; by the clock of the PC that wrote it. A hold says none."""
    days = []
    for woman in women:
        payloads = unit.connection.exec_driver_sql(
            "SELECT payload FROM entry WHERE participant = ? AND share <> 'site' AND payload IS NOT NULL "
            "ORDER BY seq DESC",
            (woman,),
        ).scalars()
        said = (change for payload in payloads if (change := from_payload(bytes(payload))).kind != "legal_hold")
        days += [dt.datetime.fromisoformat(last.at).date() for last in itertools.islice(said, 1)]
    return max(days, default=None)


def _proposed_women(unit: Unit) -> set[Id]:
    return {one.woman for one in _all(unit) if state_of(unit, one) in ("waits", "held")}


def _all(unit: Unit) -> Sequence[Erasure]:
    select = sa.select(Erasure).where(Erasure.removed.is_(False))
    return unit.all(select.order_by(Erasure.proposed_on.desc(), Erasure.id.desc()))


# Two persons


def propose_erasure(unit: Unit, woman: Id, why: str, authority: str) -> list[Id]:
    """Propose to erase all of a woman's record, under every registration; the ids of what was proposed.

    Raises ``Problem`` where a hold stands, where another site holds her record or it is on its way, where it was
    proposed already, and where a report about her has to be kept.
    """
    unit.get(Participant, woman)
    refuse_held(unit, woman)
    hers = ids_of(unit, woman)
    for one in hers:
        if sentence := why_not_ours(unit.connection, one, unit.store.site):
            raise Problem(sentence, code="moved")
        if not erased.may_propose(unit, unit.store.site, one):
            held_by = site_name(unit.connection, erased.holder(unit, one))
            raise Problem(
                _("Her record is held by {site}, so it is erased there. Nothing was changed. Ask {site}.").format(
                    site=held_by
                ),
                code="moved",
            )
    if _proposed_women(unit).intersection(hers):
        raise Problem(_("This was proposed already. Nothing was changed."), code="proposed")
    _refuse_reported(unit, woman)
    return [
        unit.create(
            Erasure, woman=one, why=why, authority=authority, proposed_on=unit.today(), sites=_other_sites(unit, one)
        )
        for one in hers
    ]


def _refuse_reported(unit: Unit, woman: Id) -> None:
    until = reports_until(unit.connection, unit.store.site, woman)
    if until is not None and until > unit.today():
        raise Problem(
            _(
                "Something about her was passed on, and that has to be kept until {day}. Nothing was changed. "
                "Her record can be erased after that day."
            ).format(day=show_day(until)),
            code="report",
        )


def _other_sites(unit: Unit, woman: Id) -> str:
    moves = moves_of(unit.connection, woman, unit.store.site)
    sites = {site for move in moves for site in (move.from_site, move.to_site)} - {unit.store.site}
    return " ".join(sorted(sites))


def agree_to_erase(unit: Unit, erasure: Id) -> int:
    """The second person agrees. At the site that proposed it all is erased now; how many entries.

    An office's yes goes to the site with the next bundle, and what the office has of her is erased with it. Raises
    ``Problem`` for whoever proposed it, for whoever does not see all of it, where a hold stands, and where a report,
    perhaps made since, has to be kept.
    """
    found = _waiting(unit, erasure)
    refuse_part(unit)
    refuse_held(unit, found.woman)
    _check_second(unit, found)
    _refuse_reported(unit, found.woman)
    erased.note(unit, erasure, SaidOfErasure.YES)
    return erased.obey(unit)


def refuse_to_erase(unit: Unit, erasure: Id) -> None:
    """The second person says no: the record stays. Raises ``Problem`` for whoever proposed it."""
    _check_second(unit, _waiting(unit, erasure))
    erased.note(unit, erasure, SaidOfErasure.NO)


def call_off_erasure(unit: Unit, erasure: Id) -> None:
    """It is not erased after all. Raises ``Problem`` once it was."""
    _waiting(unit, erasure)
    if erased.author(unit, erasure).site != unit.store.site:
        raise Problem(
            _("Another site proposed this. Nothing was changed. Say no to it, or call that site."), code="moved"
        )
    unit.revise(Erasure, erasure, called_off_on=unit.today())


def _waiting(unit: Unit, erasure: Id) -> Erasure:
    found = unit.get(Erasure, erasure)
    if state_of(unit, found) not in ("waits", "held"):
        raise NotFound(_("This does not wait any more. Nothing was changed."))
    return found


def _check_second(unit: Unit, found: Erasure) -> None:
    first = erased.author(unit, found.id)
    if not erased.may_agree(unit, first, erased.Author(unit.store.site, unit.store.who.id)):
        raise Problem(
            _(
                "A second person has to agree: another administrator of the site, or your program office. Nothing was "
                "changed. Copy a bundle for the office; its next one brings the answer."
            ),
            code="second",
        )


def state_of(unit: Unit, found: Erasure) -> str:
    """How far it is here: a key of ``STATES``."""
    said = {answer.said for answer in erased.answers(unit, found.id) if answer.site == unit.store.site}
    if SaidOfErasure.DONE in said:
        return "erased"
    if found.called_off_on is not None:
        return "off"
    if SaidOfErasure.HELD in said:
        return "held"
    first = erased.author(unit, found.id)
    no = (a for a in erased.answers(unit, found.id) if a.said == SaidOfErasure.NO)
    return "no" if any(erased.may_agree(unit, first, erased.author(unit, a.id)) for a in no) else "waits"


def proposals(unit: Unit) -> list[Proposed]:
    """Every erasing that is known here, the latest first."""
    found = []
    me, sees_all = erased.Author(unit.store.site, unit.store.who.id), not unit.store.who.narrowed
    for one in _all(unit):
        first, state = erased.author(unit, one.id), state_of(unit, one)
        her, at = unit.find(Participant, stands_for(unit, one.woman)), site_name(unit.connection, first.site)
        said = tuple(
            f"{site_name(unit.connection, answer.site)}: {choice_label(SaidOfErasure, answer.said)} ({answer.said_on})"
            for answer in erased.answers(unit, one.id)
        )
        found.append(
            Proposed(
                one.id, one.woman, her.short_name if her else "", her.department_number if her else "",
                choice_label(WhyErased, one.why), one.authority, one.proposed_on, at,
                state, sees_all and state == "waits" and erased.may_agree(unit, first, me),
                first.site == unit.store.site, said,
            )
        )  # fmt: skip
    return found


def needs_office(unit: Unit) -> bool:
    """Whether nobody else here could agree: the office has to."""
    others = (one for one in unit.all(open_administrators(unit.store.site)) if one.id != unit.store.who.id)
    return all(narrowed(one.role, one.scope) for one in others)


# Afterwards


def finish_erasing(store: Store, entries: int) -> Erased:
    """After an erasing was written: nothing of it stays in the write-ahead log. Says where it may still be."""
    if entries:
        finish_taking_back(store)
    with store.read() as unit:
        return Erased(entries, tuple(where_it_may_be(unit)) if entries else ())


def where_it_may_be(unit: Unit) -> list[str]:
    """Where a record that is erased today may still be, and what to do about each."""
    found = []
    if n := len(holding_erased(unit)):
        words = ngettext(
            "{n} backup made before. It is listed under Backups until somebody says that it is destroyed.",
            "{n} backups made before. They are listed under Backups until somebody says that each is destroyed.", n,
        )  # fmt: skip
        found.append(words.format(n=n))
    kept = [file.name for name in (ASIDE.format("*"), MOVED) for file in unit.store.folder.glob(name)]
    for name in sorted(kept):
        words = _("The file {name} in the folder of the records: what it was before a repair or a move. Delete it.")
        found.append(words.format(name=name))
    site = unit.get(Site, unit.store.site)
    if site.office_keeps == OfficeKeeps.NEWEST and (sealed := sealed_on(unit)):
        words = _("The locked backup of {day} that the office keeps. The next one takes its place.")
        found.append(words.format(day=show_day_of(sealed)))
    names = [peer.name for peer, card in (*peers(unit), *facilities(unit)) if card.site != unit.store.site]
    if names:
        words = _("Other sites that had a copy, until they bring in the next bundle: {sites}.")
        found.append(words.format(sites=", ".join(dict.fromkeys(names))))
    found.append(_("Paper that was printed. Collect it, or shred it."))
    return found


__all__ = [
    "STATES", "Due", "Erased", "Proposed", "agree_to_erase", "call_off_erasure", "due", "finish_erasing",
    "needs_office", "proposals", "propose_erasure", "refuse_to_erase", "state_of", "where_it_may_be",
]  # fmt: skip
