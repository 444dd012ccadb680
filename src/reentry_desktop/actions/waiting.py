"""What has come and cannot be shown yet, or not all of it: about whom, why, since when, and who brought it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from ..base.ids import Id
from ..base.words import _, ngettext
from ..records.access import kept_from
from ..records.base import kinds
from ..records.change import from_payload
from ..records.local import Device, Waiting
from ..records.participant import Participant
from ..records.standing import UNREADABLE, UNTRUE, standing
from ..records.transfer import site_name
from ..store import Unit


@dataclass(frozen=True)
class Held:
    """One record of which something waits.

    ``why`` is ``unreadable``, ``untrue``, ``beginning`` or ``belongs`` (then ``needs`` is the kind it belongs to), and
    ``words`` says it to a person. ``since`` is when it was brought in, ``""`` where that is not known; ``sender`` the
    name of the site that brought it.
    """

    record: Id
    kind: str
    participant: Id
    name: str
    number: str
    why: str
    needs: str
    words: str
    since: str
    sender: str

    @property
    def title(self) -> str:
        """What it is, and of whom where she is known here."""
        return " · ".join(filter(None, (self.name, self.number, kind_words(self.kind))))


def kind_words(kind: str) -> str:
    """What records of a kind are called; those of a newer program are something."""
    return _(kinds()[kind].title) if kind in kinds() else _("Something")


def count(unit: Unit, women: Collection[Id] = ()) -> int:
    """Of how many records something waits: of all, or of these women's."""
    found = sa.select(sa.func.count()).select_from(Waiting).where(*_seen(unit))
    return unit.first(found.where(Waiting.participant.in_(women)) if women else found) or 0


def held(unit: Unit) -> list[Held]:
    """All of it: what is about women who are known here first, each woman's together."""
    about = sa.select(Waiting.participant)
    names = {her.id: her for her in unit.all(sa.select(Participant).where(Participant.id.in_(about)))}
    rows = unit.session.scalars(sa.select(Waiting).where(*_seen(unit))).all()
    found = [_held(unit, row, names.get(row.participant)) for row in rows]
    return sorted(found, key=lambda one: (not one.name, one.name, one.participant, one.kind, one.record))


def count_words(n: int) -> str:
    """How it is said after a bundle was brought in."""
    return ngettext(
        "{n} entry waits here: it cannot be shown yet. It is kept, and listed with the reason.",
        "{n} entries wait here: they cannot be shown yet. They are kept, and listed with the reason.",
        n,
    ).format(n=n)


def _seen(unit: Unit) -> list[sa.ColumnElement[bool]]:
    """Kinds that are not for everybody are not named to them either."""
    kept = [cls.__tablename__ for cls in kept_from(unit.store.who)]
    return [Waiting.kind.not_in(kept)] if kept else []


def _held(unit: Unit, row: Waiting, her: Participant | None) -> Held:
    rows = unit.connection.exec_driver_sql(
        "SELECT seq, device, number, payload FROM entry WHERE record = ? AND payload IS NOT NULL ORDER BY seq",
        (row.record,),
    ).all()
    waits = standing(((device, number), from_payload(payload)) for _seq, device, number, payload in rows).waits
    first = next((seq for seq, device, number, _payload in rows if not waits or (device, number) in waits), 0)
    since, sender = _came(unit, first)
    why, needs, words = _why(row.needs)
    name, number = (her.name, her.department_number) if her else ("", "")
    return Held(row.record, row.kind, row.participant, name, number, why, needs, words, since, sender)


def _came(unit: Unit, seq: int) -> tuple[str, str]:
    """When and from which site an entry came: a store's own entry stands behind all that a bundle brought."""
    row = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE seq > ? AND device = ? ORDER BY seq LIMIT 1", (seq, unit.store.device)
    ).first()
    told = from_payload(row[0]) if row and row[0] else None
    if told is not None and told.act == "import_bundle":
        return told.at, site_name(unit.connection, told.record)
    device = unit.connection.exec_driver_sql("SELECT device FROM entry WHERE seq = ?", (seq,)).scalar()
    site = unit.first(sa.select(Device.site).where(Device.device == device))
    return "", site_name(unit.connection, site) if site else ""


def _why(needs: str) -> tuple[str, str, str]:
    if needs == UNREADABLE:
        words = _(
            "This program cannot read a part of it. A newer one may have written it: it is tried again after an "
            "update. Until then what stood here before is shown."
        )
        return UNREADABLE, "", words
    if needs == UNTRUE:
        words = _(
            "It says of itself what cannot be true, so it is not believed. What stood here before is shown. "
            "Tell your program office."
        )
        return UNTRUE, "", words
    if not needs:
        return "beginning", "", _("What it goes on from has not come here yet. A later bundle of its site brings it.")
    kind = needs.partition("/")[0]
    return "belongs", kind, _("What it belongs to is not here yet: {what}.").format(what=kind_words(kind))


__all__ = ["Held", "count", "count_words", "held", "kind_words"]
