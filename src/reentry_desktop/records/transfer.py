"""A woman who is moved to another facility: her record goes with her, and one site alone writes it at any time.

``custody`` says who holds her record. It is worked out from all the moves that are known, so it depends neither on the
order in which they arrived nor on any clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_, _
from .base import Record, Share, day, line, link, number
from .change import from_payload
from .standing import standing


class Transfer(Record):
    """One move of one woman.

    A request begins at the new facility, which knows no more than her number and name; a release begins at the old
    one, and may answer a request. Taking the record over is an act of the new one.
    """

    __tablename__ = "transfer"
    title = N_("Move to another facility")

    # None of these waits for what it points to: a request names a woman, and a site, that are not here yet.
    participant: Mapped[Id] = link("participant", N_("Participant"), indexed=True)
    from_site: Mapped[Id] = link("site", N_("From"), required=False)
    to_site: Mapped[Id] = link("site", N_("To"))
    asked_on: Mapped[dt.date | None] = day(N_("Asked for on"))
    department_number: Mapped[str] = line(N_("Department number"), max=20)
    name: Mapped[str] = line(N_("Name"))
    date_of_birth: Mapped[dt.date | None] = day(N_("Date of birth"))
    refused_on: Mapped[dt.date | None] = day(N_("Refused on"))
    refused_why: Mapped[str] = line(N_("Why refused"), max=200)
    answers: Mapped[Id] = link("transfer", N_("Answers the request"), required=False)
    epoch: Mapped[int | None] = number(N_("Which of her moves"), least=1, most=1_000_000)
    why: Mapped[str] = line(N_("Why she moves"), max=200, share=Share.WORDS)
    released_on: Mapped[dt.date | None] = day(N_("Released on"))
    # The office that released it because the old site is closed; the old site once it lets the rest go too.
    released_by: Mapped[Id] = link("site", N_("Released by"), required=False)
    called_off_on: Mapped[dt.date | None] = day(N_("Called off on"))
    accepted_on: Mapped[dt.date | None] = day(N_("Taken over on"))


class Move(NamedTuple):
    """A record that was released, as far as custody asks about it.

    ``by`` is the office that released it in place of a closed site, "" where the old site did. ``whole`` is whether the
    old site itself lets all of it go.
    """

    id: Id
    from_site: Id
    to_site: Id
    epoch: int
    accepted: bool
    called_off: bool
    by: Id = Id("")
    whole: bool = True


class Custody(NamedTuple):
    """``holder`` is "" where she never moved: then whoever has her record holds it.

    ``coming`` is the move under way: released, and not taken over yet.
    """

    holder: Id
    coming: Move | None


def custody(moves: Iterable[Move]) -> Custody:
    """Who holds her record: the site that took it over in the last of her moves (epoch, then id).

    Before any did, the site that released it first. A release no later than what was taken over is void, and so is
    one of a site that does not hold her record: it called a move off, and did not know that she was taken over.
    """
    known = sorted(moves, key=lambda move: (move.epoch, move.id))
    taken = [move for move in known if move.accepted]
    since = taken[-1].epoch if taken else 0
    holder = taken[-1].to_site if taken else known[0].from_site if known else Id("")
    under_way = [move for move in known if not move.accepted and not move.called_off and move.epoch > since]
    coming = [move for move in under_way if move.from_site == holder]
    return Custody(holder, coming[-1] if coming else None)


def may_write(moves: Iterable[Move], site: Id) -> bool:
    """Whether *site* may write her record: it had no part in her moves, or holds the record and has not released it."""
    known = list(moves)
    if all(site not in (move.from_site, move.to_site) for move in known):
        return True
    found = custody(known)
    return found.holder == site and found.coming is None


def moves_of(connection: sa.Connection, woman: Id, own: Id) -> list[Move]:
    """Every move of hers that was released. *own* is the site that asks.

    A release is what the old site wrote, or an office in place of a closed one; taking over counts that the new site
    wrote. None can say it for another, nor change what another one wrote of it.
    """
    ids = connection.exec_driver_sql(
        "SELECT id FROM transfer WHERE participant = ? AND released_on IS NOT NULL AND NOT removed", (woman,)
    ).scalars()
    found = [_move(Id(id), woman, _said_by(connection, Id(id), own), connection, own) for id in list(ids)]
    return [move for move in found if move is not None]


def _move(id: Id, woman: Id, said: dict[str, dict[str, Any]], connection: sa.Connection, own: Id) -> Move | None:
    for site, words in sorted(said.items()):
        old, new = words.get("from_site"), words.get("to_site")
        by = words.get("released_by", "")
        if not (old and new and words.get("released_on")) or words.get("participant") != woman:
            continue
        if site not in (old, by) or (site == by and not is_office(connection, Id(site), own)):
            continue
        of_old = said.get(old, {})
        return Move(
            id, Id(old), Id(new), words.get("epoch") or 1, "accepted_on" in said.get(new, {}),
            "called_off_on" in of_old or "called_off_on" in words, Id(by),
            whole=site == old or of_old.get("released_by") == old,
        )  # fmt: skip
    return None


def _said_by(connection: sa.Connection, transfer: Id, own: Id) -> dict[str, dict[str, Any]]:
    """site -> what it wrote of a move, field by field."""
    found: dict[str, dict[str, Any]] = {}
    rows = connection.exec_driver_sql(
        "SELECT d.site, e.device, e.number, e.payload FROM entry e LEFT JOIN device d ON d.device = e.device "
        "WHERE e.record = ? AND e.payload IS NOT NULL",
        (transfer,),
    ).all()
    sites = {device: site or own for site, device, _number, _payload in rows}  # its own devices need not be noted
    entries = standing(((device, number), from_payload(payload)) for _site, device, number, payload in rows).entries
    for (device, _number), change in entries:
        words = found.setdefault(sites[device], {})
        words |= {name: value for name, value in change.read_values().items() if value}
    return found


class Refusal(NamedTuple):
    """A facility that does not release the record it is asked for: the site, the day (ISO), and why."""

    site: Id
    on: str
    why: str


def refusals(connection: sa.Connection, request: Id, asked: Id, own: Id) -> list[Refusal]:
    """Who said no to a request, the first first: of whoever was *asked*, or of all where that is "".

    Each facility answers for itself; an office is asked for nobody. *own* is the site that looks.
    """
    said = _said_by(connection, request, own).items()
    found = [Refusal(Id(site), words["refused_on"], words.get("refused_why", "")) for site, words in said
             if "refused_on" in words and asked in ("", site) and not is_office(connection, Id(site), own)]  # fmt: skip
    return sorted(found, key=lambda one: (one.on, one.site))


def is_office(connection: sa.Connection, site: Id, own: Id) -> bool:
    """Whether a site is an office: by its card, which people compared; of *own*, by what it was made as."""
    asked = "SELECT kind FROM site WHERE id = ?" if site == own else "SELECT kind FROM peer WHERE site = ?"
    return connection.exec_driver_sql(asked, (site,)).scalar() == "office"


ANYWHERE = frozenset(
    {
        "transfer", "recall_answer", "safety_report", "same_woman", "copy_given", "disclosure", "information_request",
        "legal_hold",
    }
)  # fmt: skip
"""Kinds that a site writes about a woman whose record it does not hold: about the move itself, that words were
deleted, that something had to be passed on, that two registrations are one woman, that a copy was printed, that
somebody asked about her, and that her record must not be erased."""


def why_not_ours(connection: sa.Connection, woman: Id, site: Id) -> str:
    """The sentence for a write that *site* may not make; ``""`` where it may."""
    moves = moves_of(connection, woman, site)
    if not moves or may_write(moves, site):
        return ""
    holder, coming = custody(moves)
    if coming is not None and coming.to_site == site:
        return _(
            "Her record came here and was not taken over yet. Nothing was changed, and her words are safe. "
            "Take it over first: USB sync, Moves between facilities."
        )
    if coming is not None and holder == site:
        return _(
            "Her record was released to {site}. It can be read here, not changed. Nothing was changed, and her words "
            "are safe. What is new is written at {site}; if she stays after all, call the move off."
        ).format(site=site_name(connection, coming.to_site))
    return _(
        "Her record is held by {site} now. It can be read here, not changed. Nothing was changed, and her words are "
        "safe. Tell {site} what should be written."
    ).format(site=site_name(connection, holder))


def site_name(connection: sa.Connection, site: Id) -> str:
    """What a site is called here."""
    for table, key in (("peer", "site"), ("site", "id")):
        row = connection.exec_driver_sql(f"SELECT name FROM {table} WHERE {key} = ?", (site,)).first()
        if row is not None:
            return str(row[0])
    return _("another site")
