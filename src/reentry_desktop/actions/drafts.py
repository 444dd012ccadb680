"""What is being typed. A draft is not an entry: words become one when the person leaves the question."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..records.base import clean
from ..records.local import Draft
from ..records.participant import Participant
from ..store import Unit


@dataclass(frozen=True)
class Unfinished:
    """Words somebody was typing when the program ended: where, since when."""

    record: str
    field: str
    participant: Id
    name: str
    text: str
    at: str


def save_draft(unit: Unit, record: str, field: str, participant: Id, text: str) -> None:
    """Keep what is being typed, over what was kept before. It has no history and is in no bundle."""
    if not text.strip():
        drop_draft(unit, record, field)
        return
    unit.connection.exec_driver_sql(
        "INSERT INTO draft (person, record, field, participant, text, at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (person, record, field) DO UPDATE SET text = excluded.text, at = excluded.at",
        (unit.store.who.id, record, field, participant, text, stamp(unit.store.clock())),
    )


def drop_draft(unit: Unit, record: str, field: str, written: str | None = None) -> None:
    """Forget a draft: its words were taken back and never existed, or became the entry *written*.

    A draft that does not begin what was *written* stays: somebody is still typing it.
    """
    if written is not None and not clean(written).startswith(clean(draft_of(unit, record, field))):
        return
    mine = (Draft.person == unit.store.who.id, Draft.record == record, Draft.field == field)
    unit.local(sa.delete(Draft).where(*mine))


def draft_of(unit: Unit, record: str, field: str) -> str:
    """The words kept for one field by whoever is at the desk, or ``""``."""
    mine = (Draft.person == unit.store.who.id, Draft.record == record, Draft.field == field)
    return unit.first(sa.select(Draft.text).where(*mine)) or ""


def unfinished(unit: Unit) -> list[Unfinished]:
    """Her own unfinished words: nobody else is offered them."""
    rows = unit.rows(
        sa.select(Draft, Participant)
        .outerjoin(Participant, Participant.id == Draft.participant)
        .where(Draft.person == unit.store.who.id)
        .order_by(Draft.at.desc())
    )
    return [Unfinished(d.record, d.field, d.participant, p.short_name if p else "", d.text, d.at) for d, p in rows]
