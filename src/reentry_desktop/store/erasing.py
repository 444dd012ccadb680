"""Erases entries of the log for good: salt and payload go, the digest stays, so that the chain is still provable.

SQLite overwrites what it frees (``secure_delete``), and the write-ahead log is emptied afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Collection

import sqlalchemy as sa

from ..base.ids import Id
from ..records.base import kinds
from ..records.change import fold, from_payload, write_heads
from ..records.entry import digest
from ..records.standing import standing
from .log import history
from .projection import set_waiting, shape, write_row
from .scans import drop_scan


def erase_entries(
    connection: sa.Connection,
    kind: str,
    record: Id,
    through: dict[int, int],
    *,
    share: Collection[str] = (),
    uses: bool = True,
) -> int:
    """Erase what the log says of *record*, but for the entries up to ``through`` (device -> number).

    With *share*, of these sharing classes only; without *uses*, only what changed it: who looked at it stays. The table
    then shows what is left: the record as it was then, or nothing; the bytes of a scanned paper go with the record that
    named them. Returns how many entries were erased.
    """
    run = connection.exec_driver_sql
    rows = run(
        "SELECT seq, device, number, salt, payload, share FROM entry WHERE record = ? AND payload IS NOT NULL",
        (record,),
    ).all()
    gone = [row for row in rows if row[2] > through.get(row[1], 0) and (not share or row[5] in share)]
    gone = gone if uses else [row for row in gone if row[5] != "site" or from_payload(bytes(row[4])).depth]
    for seq, _device, _number, salt, payload, _share in gone:
        run(
            "UPDATE entry SET digest = ?, salt = NULL, payload = NULL WHERE seq = ?",
            (digest(bytes(salt), bytes(payload)), seq),
        )
    if kind not in kinds():  # of a newer program: it stands in the log alone
        return len(gone)
    left = history(connection, record)
    stands = standing(left)
    folded = fold(stands.entries)
    if kind == "attachment" and not folded.born:
        drop_scan(connection, record)  # first: whose record is not seen, its bytes are not either
    run(f'DELETE FROM "{kind}" WHERE id = ?', (record,))
    run("DELETE FROM conflict WHERE record = ?", (record,))
    run("DELETE FROM waiting WHERE record = ?", (record,))
    if stands.why:
        set_waiting(connection, record, kind, left[0][1].participant, stands.why)
    if folded.born:
        known = {name: value for name, value in folded.values.items() if name in shape(kind).known}
        write_row(connection, kind, record, known, write_heads(folded.heads), new=True)
        for name in folded.conflicts:
            run(
                "INSERT INTO conflict (record, field, kind, participant) VALUES (?, ?, ?, ?)",
                (record, name, kind, left[0][1].participant),
            )
    return len(gone)


def forget_drafts(connection: sa.Connection, records: Collection[str]) -> None:
    """Drop what anybody was typing over *records*."""
    for record in records:
        connection.exec_driver_sql("DELETE FROM draft WHERE record = ?", (record,))


def empty_write_ahead_log(engine: sa.Engine) -> bool:
    """Move all that was written into the database and cut the write-ahead log: older pages of it end here.

    Returns whether it was cut. A read that goes on for longer than a moment holds it off. In PostgreSQL what was
    erased is given back to be written over, where this login may.
    """
    if engine.dialect.name != "sqlite":
        from .postgres import overwrite

        return overwrite(engine)
    raw = engine.raw_connection()
    try:
        for _try in range(5):
            busy, _pages, _moved = raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
            if not busy:
                return True
            time.sleep(0.05)
        return False
    finally:
        raw.close()
