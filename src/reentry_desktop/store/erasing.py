"""Erases entries of the log for good: salt and payload go, the digest stays, so that the chain is still provable.

SQLite overwrites what it frees (``secure_delete``), and the write-ahead log is emptied afterwards.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from ..base.folding import fold as fold_text
from ..base.folding import terms
from ..base.ids import Id
from ..records.base import kinds
from ..records.change import Place, fold, from_payload, write_heads
from ..records.entry import digest
from ..records.standing import standing
from .log import history
from .projection import set_waiting, shape, words_of, write_row
from .scans import drop_scan

OWED = "erasing_owed"
"""The setting that says "yes" from an erasing on, until nothing of it stays beside the records either."""


def note_erasing(connection: sa.Connection, owed: str = "yes") -> None:
    """With what is erased: a power cut may come before the rest is dealt with. The next unlock does it then."""
    connection.exec_driver_sql(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (OWED, owed),
    )


def erase_entries(
    connection: sa.Connection,
    kind: str,
    record: Id,
    through: dict[int, int],
    *,
    share: Collection[str] = (),
    uses: bool = True,
    only: Collection[Place] = (),
) -> int:
    """Erase what the log says of *record*, but for the entries up to ``through`` (device -> number).

    With *share*, of these sharing classes only, with *only*, of these entries; without *uses*, only what changed it:
    who looked at it stays. The table then shows what is left: the record as it was then, or nothing; the bytes of a
    scanned paper go with the record that named them. Returns how many entries were erased.
    """
    run = connection.exec_driver_sql
    rows = run(
        "SELECT seq, device, number, salt, payload, share FROM entry WHERE record = ? AND payload IS NOT NULL",
        (record,),
    ).all()
    gone = [row for row in rows if row[2] > through.get(row[1], 0) and (not share or row[5] in share)]
    gone = [row for row in gone if not only or (row[1], row[2]) in only]
    gone = gone if uses else [row for row in gone if row[5] != "site" or from_payload(bytes(row[4])).depth]
    for seq, _device, _number, salt, payload, _share in gone:
        run(
            "UPDATE entry SET digest = ?, salt = NULL, payload = NULL WHERE seq = ?",
            (digest(bytes(salt), bytes(payload)), seq),
        )
    if gone:
        note_erasing(connection)
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


SEARCH = "find"
"""The act of a search: what was typed is its word, and it is about nobody."""
_NAMES = ("department_number", "first_name", "middle_name", "last_name", "suffix", "preferred_name", "aliases")


def names_of(connection: sa.Connection, woman: Id) -> set[str]:
    """Every name and number that was ever said of a woman, here or on a list: those that were corrected too."""
    payloads = connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE record = ? AND payload IS NOT NULL", (woman,)
    ).scalars()
    said = [msgspec.json.decode(change.values) for payload in payloads if (change := from_payload(bytes(payload)))]
    row = connection.exec_driver_sql(f"SELECT {', '.join(_NAMES[:5])} FROM listed WHERE id = ?", (woman,)).first()
    said += [dict(zip(_NAMES, row, strict=False))] if row else []
    return {text for one in said for name in _NAMES if (text := one.get(name))}


def erase_naming(connection: sa.Connection, woman: Id, names: Collection[str]) -> int:
    """Erase what the record of use says of somebody's *names*, once she is not here any more; how many entries.

    Who looked at her record stays, but for an entry that says her name: where a paper was saved, say. A search goes
    where its words find her and nobody else; one that finds others too does not say whom it was for.
    """
    hers = words_of(names)
    rows = connection.exec_driver_sql(
        "SELECT seq, salt, payload, participant FROM entry WHERE share = 'site' AND payload IS NOT NULL "
        "AND (participant = ? OR participant = '' OR participant IS NULL)",
        (woman,),
    ).all()
    gone = []
    for seq, salt, payload, about in rows:
        change = from_payload(bytes(payload))
        if change.depth:  # it changed a record
            continue
        if about:
            says = not hers.isdisjoint(re.findall(r"\w+", fold_text(bytes(change.values).decode())))
        else:
            says = change.act == SEARCH and finds(change.values, hers) and not _finds_anybody(connection, change.values)
        if says:
            gone.append((digest(bytes(salt), bytes(payload)), seq))
    for one in gone:
        connection.exec_driver_sql("UPDATE entry SET digest = ?, salt = NULL, payload = NULL WHERE seq = ?", one)
    return len(gone)


def finds(values: bytes, hers: Collection[str]) -> bool:
    """Whether what was typed into a search, an entry's *values*, finds a woman who has the words *hers*."""
    asked = _asked(values)
    return bool(asked) and all(any(word.startswith(term) for word in hers) for term in asked)


def _finds_anybody(connection: sa.Connection, values: bytes) -> bool:
    """Whether it finds somebody who is here now."""
    found: set[str] | None = None
    for term in _asked(values):
        rows = connection.exec_driver_sql(
            "SELECT participant FROM participant_word WHERE word >= ? AND word < ?", (term, term + "\U0010ffff")
        )
        met = set(rows.scalars())
        found = met if found is None else found & met
    return bool(found)


def _asked(values: bytes) -> list[str]:
    return terms(str(msgspec.json.decode(values).get("words", "")))


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
