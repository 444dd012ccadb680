"""Words that a woman of another site called back: deleted here, and whatever of them comes late."""

from __future__ import annotations

import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..records.change import from_payload
from ..records.local import Device
from ..records.recall import Recall, RecallAnswer
from ..records.retention import on_hold
from ..records.transfer import custody, may_write, moves_of
from ..store import Unit
from ..store.erasing import erase_entries
from .sharing import SHARING

CLASSES = ("words", "plan")
HER_WORDS = "participant = ? AND share IN ('words', 'plan') AND payload IS NOT NULL"
_THEIRS = "device IN (SELECT device FROM device WHERE site <> ?)"
_ALL = 1 << 62
_STANDING = sa.and_(Recall.ended_on.is_(None), Recall.removed.is_(False))


def delete_words(unit: Unit, woman: Id) -> int:
    """Delete what other sites sent of her words, history included; returns how many entries.

    Their numbers and digests stay, so that the chains hold. What this site wrote about her is its own.
    """
    rows = unit.connection.exec_driver_sql(
        f"SELECT record, device, payload FROM entry WHERE {HER_WORDS} AND {_THEIRS}", (woman, unit.store.site)
    ).all()
    found = {record: from_payload(payload).kind for record, _device, payload in rows if record}
    own = unit.connection.exec_driver_sql(
        f"SELECT DISTINCT device FROM entry WHERE {HER_WORDS} AND NOT {_THEIRS}", (woman, unit.store.site)
    )
    kept = dict.fromkeys(own.scalars(), _ALL)
    count = 0
    for record, kind in found.items():
        count += erase_entries(unit.connection, kind, record, kept, share=CLASSES)
        unit.erased(kind, record)
    return count


def lacks_words(unit: Unit, site: Id) -> bool:
    """Whether words that *site* sent were deleted here, of a woman who calls them back no longer and shares them.

    Of a woman whose record another site holds none are wanted: this one decided not to keep them.
    """
    found = unit.connection.exec_driver_sql(
        "SELECT DISTINCT e.participant FROM device d CROSS JOIN entry e INDEXED BY entry_erased "
        "WHERE d.site = ? AND e.device = d.device "
        f"AND e.payload IS NULL AND e.participant IN ({SHARING}) AND e.participant NOT IN (SELECT r.participant "
        "FROM recall r JOIN recall_answer a ON a.recall = r.id WHERE a.site = ? AND NOT a.removed AND NOT r.removed "
        "AND r.ended_on IS NULL)",
        (site, unit.store.site),
    )
    own = unit.store.site
    return any(may_write(moves_of(unit.connection, Id(woman), own), own) for woman in list(found.scalars()))


def keep_deleted(unit: Unit) -> int:
    """A bundle made before she called them back may come late: what it brings of them is deleted as it comes.

    Not of a woman who came here, or comes back: this site holds her record then. Returns how many entries.
    """
    women = unit.rows(sa.select(Recall.participant).where(_STANDING, Recall.id.in_(_answered(unit))))
    return sum(
        delete_words(unit, woman)
        for (woman,) in women
        if not is_held_here(unit, woman) and not on_hold(unit.connection, woman)
    )


def answer_where_none(unit: Unit) -> None:
    """Who is asked to delete words of which none are here says so at once: there is nothing to decide."""
    asked = unit.rows(sa.select(Recall.id, Recall.participant).where(_STANDING, Recall.id.not_in(_answered(unit))))
    for recall, woman in asked:
        if not is_ours(unit, recall) and not is_held_here(unit, woman) and not _words_here(unit, woman):
            note_deleted(unit, recall, woman, 0)


def note_deleted(unit: Unit, recall: Id, woman: Id, entries: int) -> None:
    """Tell whoever asks that this site has none of her words any more: how many entries it deleted."""
    unit.create(
        RecallAnswer, named_id(recall, f"deleted at {unit.store.site}"), participant=woman, recall=recall,
        site=unit.store.site, deleted_on=unit.today(), entries=entries,
    )  # fmt: skip


def is_ours(unit: Unit, recall: Id) -> bool:
    """Whether this site began it: then others are asked."""
    device = unit.connection.exec_driver_sql(
        "SELECT device FROM entry WHERE record = ? ORDER BY seq LIMIT 1", (recall,)
    ).scalar()
    known = unit.session.get(Device, device) if device is not None else None
    return known is None or known.site == unit.store.site


def is_held_here(unit: Unit, woman: Id) -> bool:
    """Whether she moved to this site, or is on her way to it: her words are its own then."""
    holder, coming = custody(moves_of(unit.connection, woman, unit.store.site))
    return unit.store.site in (holder, coming.to_site if coming else "")


def _words_here(unit: Unit, woman: Id) -> bool:
    """Whether words of hers are here that are to be deleted where she calls them back."""
    moved = any(unit.store.site == move.from_site for move in moves_of(unit.connection, woman, unit.store.site))
    of_others = "" if moved else f" AND {_THEIRS}"
    values = (woman,) if moved else (woman, unit.store.site)
    found = unit.connection.exec_driver_sql(f"SELECT 1 FROM entry WHERE {HER_WORDS}{of_others} LIMIT 1", values)
    return found.first() is not None


def _answered(unit: Unit) -> sa.Select[Id]:
    return sa.select(RecallAnswer.recall).where(RecallAnswer.site == unit.store.site, RecallAnswer.removed.is_(False))
