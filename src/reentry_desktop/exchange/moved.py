"""What stays at a facility of a woman who moved: a copy to read, her dates, or nothing, as the site decided.

Nothing is deleted before the facility that holds her record has taken it over and confirmed that it has every entry.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from ..base.ids import Id
from ..records.base import kinds
from ..records.change import from_payload
from ..records.local import Draft
from ..records.people import AfterMove, Site
from ..records.safety import SafetyReport
from ..records.transfer import Transfer, custody, moves_of
from ..store import Unit
from ..store.erasing import erase_entries
from ..store.log import entry
from ..store.projection import index_words
from .knowledge import known_by

DELETED: dict[str, tuple[str, ...]] = {
    AfterMove.DATES: ("words", "plan"),
    AfterMove.DELETE: ("dates", "words", "plan"),
}
"""The classes of entries that go, by what the site decided. What it noted of its own use of her record stays."""


def moved_away(unit: Unit) -> list[tuple[Id, Id]]:
    """The women this site released whose record others hold, and the site that took it over from this one."""
    own = unit.store.site
    rows = unit.rows(
        sa.select(Transfer.participant, Transfer.to_site)
        .where(Transfer.from_site == own, Transfer.accepted_on.is_not(None), Transfer.removed.is_(False))
        .order_by(Transfer.epoch, Transfer.id)
    )
    found = []
    for woman, to in dict(rows).items():  # the last of her moves from here
        holder, coming = custody(moves_of(unit.connection, woman))
        if holder != own and (coming is None or coming.to_site != own):
            found.append((woman, to))
    return found


def forget_moved(unit: Unit) -> int:
    """Delete what the site does not keep of women who moved away; returns how many entries."""
    site = unit.find(Site, unit.store.site)
    classes = DELETED.get(site.after_move) if site else None
    return sum(_forget(unit, woman, to, classes) for woman, to in moved_away(unit)) if classes else 0


def _forget(unit: Unit, woman: Id, to: Id, classes: Collection[str]) -> int:
    rows = unit.connection.execute(
        sa.select(entry.c.device, entry.c.number, entry.c.record, entry.c.payload).where(
            entry.c.participant == woman, entry.c.share.in_(classes), entry.c.payload.is_not(None)
        )
    ).all()
    known = known_by(unit, to)
    of = {record: from_payload(payload).kind for _device, _number, record, payload in rows if record}
    records = {record: kind for record, kind in of.items() if kind in kinds() and kind != "transfer"}
    if unit.first(sa.select(SafetyReport.id).where(SafetyReport.participant == woman)):
        records.pop(woman, None)  # a report that was passed on stays, and says whom it is about
    if any(known.lacks(device, number) for device, number, record, _payload in rows if record in records):
        return 0
    count = 0
    for record, kind in records.items():
        count += erase_entries(unit.connection, kind, record, {}, share=classes)
        unit.erased(kind, record)
    unit.local(sa.delete(Draft).where(Draft.participant == woman))
    index_words(unit.connection, "participant", [woman])
    return count
