"""What stays at a facility of a woman who moved: a copy to read, her dates, or nothing, as the site decided.

Nothing is deleted before the facility that holds her record has taken it over and confirmed that it has every entry.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from ..base.ids import Id
from ..records.change import from_payload
from ..records.local import Draft
from ..records.people import AfterMove, Site
from ..records.retention import on_hold
from ..records.safety import SafetyReport
from ..records.transfer import Transfer, custody, moves_of
from ..store import Unit
from ..store.erasing import erase_entries
from ..store.log import entry
from ..store.projection import index_words
from .knowledge import known_by
from .pcs import heard_last
from .scans import arrived_there

DELETED: dict[str, tuple[str, ...]] = {
    AfterMove.DATES: ("words", "plan"),
    AfterMove.DELETE: ("dates", "words", "plan"),
}
"""The classes of entries that go, by what the site decided. What it noted of its own use of her record stays."""
EVERYTHING = ("dates", "words", "plan", "site")


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
        holder, coming = custody(moves_of(unit.connection, woman, unit.store.site))
        if holder != own and (coming is None or coming.to_site != own):
            found.append((woman, to))
    return found


def never_came(unit: Unit) -> list[Id]:
    """The women whose move to this site was called off before it took them over, and whose record was never its own."""
    own = unit.store.site
    rows = unit.rows(
        sa.select(Transfer.participant).where(
            Transfer.to_site == own, Transfer.called_off_on.is_not(None), Transfer.released_on.is_not(None)
        )
    )
    found = []
    for (woman,) in dict.fromkeys(map(tuple, rows)):
        moves = moves_of(unit.connection, woman, own)
        hers = {site for move in moves for site in (move.from_site, move.to_site if move.accepted else "")}
        coming = custody(moves).coming
        if own not in hers and (coming is None or coming.to_site != own):
            found.append(woman)
    return found


def void_releases(unit: Unit) -> list[tuple[Id, Id]]:
    """What this site released and is void now, and the move by which another facility holds her record.

    This one did not know of that move. Such a release never counts again, whatever is heard later, and is called off:
    else the copy that came to the third facility would wait there for ever.
    """
    own = unit.store.site
    rows = unit.rows(
        sa.select(Transfer.id, Transfer.participant).where(
            Transfer.from_site == own, Transfer.released_on.is_not(None), Transfer.accepted_on.is_(None),
            Transfer.called_off_on.is_(None), Transfer.removed.is_(False),
        )
    )  # fmt: skip
    found = []
    for id, woman in rows:
        moves = moves_of(unit.connection, woman, own)
        taken_over = [move for move in moves if move.accepted]
        if taken_over and custody(moves).holder != own:
            found.append((id, max(taken_over, key=lambda move: (move.epoch, move.id)).id))
    return found


def forget_moved(unit: Unit) -> int:
    """Delete what the site does not keep of women who moved away, and all of those who never came; how many entries."""
    site = unit.find(Site, unit.store.site)
    classes = DELETED.get(site.after_move) if site else None
    count = sum(_forget(unit, woman, EVERYTHING) for woman in never_came(unit))
    return count + (sum(_forget(unit, woman, classes, to) for woman, to in moved_away(unit)) if classes else 0)


def forget_words(unit: Unit, woman: Id) -> int:
    """Delete the words of a woman who moved away and calls them back, this site's too; how many entries.

    Nothing where the facility that took her over has not confirmed every one of them yet.
    """
    return _forget(unit, woman, DELETED[AfterMove.DATES], dict(moved_away(unit))[woman])


def _forget(unit: Unit, woman: Id, classes: Collection[str], to: Id | None = None) -> int:
    """Delete these classes of hers, once *to* has confirmed every entry of them. Nothing while a legal hold stands."""
    if on_hold(unit.connection, woman):
        return 0
    rows = unit.connection.execute(
        sa.select(entry.c.device, entry.c.number, entry.c.record, entry.c.payload).where(
            entry.c.participant == woman, entry.c.share.in_(classes), entry.c.payload.is_not(None)
        )
    ).all()
    if not rows:
        return 0
    of = {record: from_payload(payload).kind for _device, _number, record, payload in rows if record}
    records = {record: kind for record, kind in of.items() if kind != "transfer"}
    if unit.first(sa.select(SafetyReport.id).where(SafetyReport.participant == woman)):
        records.pop(woman, None)  # a report that was passed on stays, and says whom it is about
    if to and not arrived_there(unit, woman, to):
        return 0
    if to:
        known = known_by(unit, to)
        own = heard_last(unit, to)  # what that PC wrote itself, it has
        places = [(device, number) for device, number, record, _payload in rows if record in records]
        if any(known.lacks(device, number) for device, number in places if device != own):
            return 0
    count = 0
    for record, kind in records.items():
        count += erase_entries(unit.connection, kind, record, {}, share=classes)
        unit.erased(kind, record)
    unit.local(sa.delete(Draft).where(Draft.participant == woman))
    index_words(unit.connection, "participant", [woman])
    return count
