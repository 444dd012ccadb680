"""Words that a woman of another site called back: deleted here, and whatever of them comes late."""

from __future__ import annotations

import sqlalchemy as sa

from ..base.ids import Id
from ..records.base import kinds
from ..records.change import from_payload
from ..records.recall import Recall, RecallAnswer
from ..records.transfer import may_write, moves_of
from ..store import Unit
from ..store.erasing import erase_entries
from .sharing import SHARING

CLASSES = ("words", "plan")
HER_WORDS = "participant = ? AND share IN ('words', 'plan') AND payload IS NOT NULL"
_THEIRS = "device IN (SELECT device FROM device WHERE site <> ?)"
_ALL = 1 << 62


def delete_words(unit: Unit, woman: Id) -> int:
    """Delete what other sites sent of her words, history included; returns how many entries.

    Their numbers and digests stay, so that the chains hold. What this site wrote about her is its own.
    """
    rows = unit.connection.exec_driver_sql(
        f"SELECT record, device, payload FROM entry WHERE {HER_WORDS} AND {_THEIRS}", (woman, unit.store.site)
    ).all()
    known = kinds()
    found = {record: from_payload(payload).kind for record, _device, payload in rows if record}
    own = unit.connection.exec_driver_sql(
        f"SELECT DISTINCT device FROM entry WHERE {HER_WORDS} AND NOT {_THEIRS}", (woman, unit.store.site)
    )
    kept = dict.fromkeys(own.scalars(), _ALL)
    count = 0
    for record, kind in found.items():
        if kind in known:
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


def keep_deleted(unit: Unit) -> None:
    """A bundle made before she called them back may come late: what it brings of them is deleted as it comes."""
    here = sa.select(RecallAnswer.recall).where(RecallAnswer.site == unit.store.site, RecallAnswer.removed.is_(False))
    women = unit.rows(
        sa.select(Recall.participant).where(Recall.id.in_(here), Recall.ended_on.is_(None), Recall.removed.is_(False))
    )
    for (woman,) in women:
        delete_words(unit, woman)
