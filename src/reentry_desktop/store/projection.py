"""The tables that screens read, made from the log. One way in for the Save of a form and for a bundle alike.

Nearly always an entry's author had seen all there is of the record: it is then applied directly, at constant cost.
Only a record that somebody changed without knowing of another change is folded anew from its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from ..base.folding import fold as fold_text
from ..base.ids import Id
from ..records.base import defaults, fields, kinds, references, to_wire, wire_type
from ..records.change import Change, Heads, Place, fold, read_heads, write_heads
from .log import history

_decode = msgspec.json.decode
_GIVEN = "SELECT value FROM json_each(?)"  # a list of ids as one bound value


class Shape(NamedTuple):
    """What writing a type needs, worked out once."""

    columns: tuple[str, ...]
    known: frozenset[str]
    blank: dict[str, Any]
    upsert: str
    wire: msgspec.json.Decoder[Any]
    references: dict[str, str]


@cache
def shape(kind: str) -> Shape:
    """The prepared statements of *kind*. Raises ``KeyError`` for a kind of a newer program."""
    cls = kinds()[kind]
    columns = tuple(c.key for c in cls.__table__.columns)
    quoted = ", ".join(f'"{c}"' for c in columns)
    kept = ", ".join(f'"{c}" = excluded."{c}"' for c in columns if c != "id")
    upsert = (
        f'INSERT INTO "{kind}" ({quoted}) VALUES ({", ".join("?" * len(columns))}) '
        f"ON CONFLICT (id) DO UPDATE SET {kept}"
    )
    blank = {"heads": "{}", "removed": False} | to_wire(
        cls, {k: v for k, v in defaults(cls).items() if k in fields(cls)}
    )
    decoder = msgspec.json.Decoder(wire_type(cls))
    return Shape(columns, frozenset(fields(cls)), blank, upsert, decoder, references(cls))


def write_row(
    connection: sa.Connection, kind: str, record: Id, values: dict[str, Any], heads: str, *, new: bool
) -> None:
    """Put one fast-forward change into its table. *values* are wire values."""
    form = shape(kind)
    if new:
        row = form.blank | values | {"id": record, "heads": heads}
        connection.exec_driver_sql(form.upsert, tuple(row[c] for c in form.columns))
    else:
        names = ", ".join(f'"{name}" = ?' for name in values)
        connection.exec_driver_sql(
            f'UPDATE "{kind}" SET {names}, heads = ? WHERE id = ?',
            (*values.values(), heads, record),
        )


class _State:
    """A record while a bundle is taken in."""

    __slots__ = ("dirty", "heads", "refold", "row")

    def __init__(self, row: dict[str, Any] | None, heads: dict[str, Heads]) -> None:
        self.row, self.heads = row, heads
        self.dirty = self.refold = False


class Intake:
    """Applies many entries, already verified and already in the log, within one transaction.

    Call ``apply`` for each batch and ``finish`` once. ``touched`` then says which records changed,
    ``conflicts`` how many records need a person, ``waiting`` how many wait for what they belong to.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.touched: dict[str, set[Id]] = {}
        self.conflicted = {row[0] for row in connection.exec_driver_sql("SELECT DISTINCT record FROM conflict")}
        self.conflicts = 0
        self.waiting = 0
        self._needed: dict[str, set[Id]] = {}
        self._unborn: dict[Id, tuple[str, Id]] = {}

    def apply(self, batch: Sequence[tuple[Place, Change]]) -> None:
        """Apply entries in their order of arrival. Raises ``msgspec.ValidationError`` for values of a wrong type."""
        known = kinds()
        states = self._load(batch)
        for place, change in batch:
            kind = change.kind
            if not change.depth or kind not in known:
                continue
            form = shape(kind)
            form.wire.decode(change.values)
            state = states[kind].get(change.record)
            if state is None:
                state = states[kind][change.record] = _State(None, {})
            self._apply_one(form, state, place, change)
        self._write(states)

    def _apply_one(self, form: Shape, state: _State, place: Place, change: Change) -> None:
        state.dirty = True
        if state.refold:
            return
        before = state.heads.get(change.share, _NONE)
        born = state.row is not None or change.new
        if change.seen != before.places or change.depth != before.depth + 1 or not born:
            state.refold = True
            return
        if change.record in self.conflicted:
            state.refold = True
            return
        values = _decode(change.values)
        if not form.known.issuperset(values):
            values = {k: v for k, v in values.items() if k in form.known}
        if state.row is None:
            state.row = {**form.blank, **values, "id": change.record}
        else:
            state.row.update(values)
        state.heads[change.share] = Heads(change.depth, (place,))

    def _load(self, batch: Iterable[tuple[Place, Change]]) -> dict[str, dict[Id, _State]]:
        wanted: dict[str, set[Id]] = {}
        for _place, change in batch:
            if change.depth:
                wanted.setdefault(change.kind, set()).add(change.record)
        states: dict[str, dict[Id, _State]] = {}
        for kind, ids in wanted.items():
            if kind not in kinds():
                continue
            found = states[kind] = {}
            names = shape(kind).columns
            rows = self.connection.exec_driver_sql(
                f'SELECT * FROM "{kind}" WHERE id IN ({_GIVEN})',
                (_encode(sorted(ids)),),
            )
            place = {name: at for at, name in enumerate(rows.keys())}
            for row in rows:
                values = {name: row[place[name]] for name in names}
                found[values["id"]] = _State(values, read_heads(values["heads"]))
        return states

    def _write(self, states: dict[str, dict[Id, _State]]) -> None:
        for kind in kinds():
            form = shape(kind)
            rows = []
            for record, state in states.get(kind, {}).items():
                if not state.dirty:
                    continue
                row = self._refold(kind, record) if state.refold else state.row
                if row is None:
                    continue
                if not state.refold:
                    row["heads"] = _heads_text(state.heads)
                for name, parent in form.references.items():
                    self._needed.setdefault(parent, set()).add(row[name])
                rows.append(tuple([row[c] for c in form.columns]))
                self.touched.setdefault(kind, set()).add(record)
            if rows:
                self.connection.exec_driver_sql(form.upsert, rows)

    def _refold(self, kind: str, record: Id) -> dict[str, Any] | None:
        """The row folded from the whole history; None while what began the record is not here."""
        entries = history(self.connection, record)
        folded = fold(entries)
        run = self.connection.exec_driver_sql
        run("DELETE FROM conflict WHERE record = ?", (record,))
        run("DELETE FROM waiting WHERE record = ?", (record,))
        about = next((c.participant for _p, c in entries if c.participant), Id(""))
        if not folded.born:
            self._unborn[record] = (kind, about)
            return None
        self._unborn.pop(record, None)
        form = shape(kind)
        values = {k: v for k, v in folded.values.items() if k in form.known}
        if folded.conflicts:
            self.conflicts += 1
            self.conflicted.add(record)
            run(
                "INSERT INTO conflict (record, field, kind, participant) VALUES (?, ?, ?, ?)",
                [(record, name, kind, about) for name in folded.conflicts],
            )
        else:
            self.conflicted.discard(record)
        return {**form.blank, **values, "id": record, "heads": write_heads(folded.heads)}

    def finish(self) -> None:
        """Set aside what waits for a record that is not here, bring in what no longer waits, refresh the search."""
        self._retry_waiting()
        for kind in kinds():
            for name, parent in shape(kind).references.items():
                if missing := self._missing(parent):
                    self._hold(kind, name, parent, missing)
        run = self.connection.exec_driver_sql
        for record, (kind, about) in self._unborn.items():
            run("INSERT INTO waiting (record, kind, participant, needs) VALUES (?, ?, ?, '')", (record, kind, about))
        self.waiting = run("SELECT count(*) FROM waiting").scalar_one()
        index_words(self.connection, "participant", sorted(self.touched.get("participant", ())))

    def _retry_waiting(self) -> None:
        rows = self.connection.exec_driver_sql("SELECT record, kind FROM waiting").all()
        states: dict[str, dict[Id, _State]] = {}
        for record, kind in rows:
            if kind in kinds():
                state = states.setdefault(kind, {})[record] = _State(None, {})
                state.dirty = state.refold = True
        self._write(states)

    def _missing(self, parent: str) -> list[Id]:
        needed = sorted(self._needed.get(parent, ()))
        return [
            row[0]
            for row in self.connection.exec_driver_sql(
                f'SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM "{parent}")',
                (_encode(needed),),
            )
        ]

    def _hold(self, kind: str, name: str, parent: str, missing: list[Id]) -> None:
        run = self.connection.exec_driver_sql
        about = "participant" if "participant" in shape(kind).known else "id"
        where = f'"{name}" IN ({_GIVEN})'
        held = run(f'SELECT id, {about}, "{name}" FROM "{kind}" WHERE {where}', (_encode(missing),)).all()
        run(
            "INSERT INTO waiting (record, kind, participant, needs) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(record, kind, woman, f"{parent}/{wanted}") for record, woman, wanted in held],
        ) if held else None
        run(f'DELETE FROM "{kind}" WHERE {where}', (_encode(missing),))
        # What belongs to a record that now waits, waits with it.
        self._needed.setdefault(kind, set()).update(record for record, _woman, _wanted in held)


_NONE = Heads()


def _heads_text(heads: dict[str, Heads]) -> str:
    if len(heads) == 1:
        share, (depth, places) = next(iter(heads.items()))
        if len(places) == 1:
            return f'{{"{share}":[{depth},[[{places[0][0]},{places[0][1]}]]]}}'
    return write_heads(heads)


def _encode(ids: Sequence[str]) -> str:
    return msgspec.json.encode(ids).decode()


def words_of(values: Iterable[str]) -> set[str]:
    """The folded words a woman is found by."""
    return {word[:60] for value in values for word in fold_text(value).replace("-", " ").split() if word}


def index_words(connection: sa.Connection, table: str, ids: Sequence[Id]) -> None:
    """Make the search words and the place in the alphabet anew, for rows of ``participant`` or ``listed``."""
    given = (_encode(ids),)
    run = connection.exec_driver_sql
    extra = "preferred_name, aliases" if table == "participant" else "'', ''"
    kept = "NOT removed" if table == "participant" else "NOT participant"
    rows = run(
        f"SELECT id, department_number, first_name, middle_name, last_name, {extra} "
        f'FROM "{table}" WHERE id IN ({_GIVEN}) AND {kept}',
        given,
    ).all()
    run(f"DELETE FROM participant_word WHERE participant IN ({_GIVEN})", given)
    run(f"DELETE FROM roll WHERE id IN ({_GIVEN})", given)
    if words := [(word, row[0]) for row in rows for word in words_of(row[1:])]:
        run("INSERT INTO participant_word (word, participant) VALUES (?, ?)", words)
    if rows:
        keys = [(row[0], fold_text(f"{row[4]} {row[2]} {row[3]}")[:200], table == "listed") for row in rows]
        run("INSERT INTO roll (id, sort_key, listed) VALUES (?, ?, ?)", keys)
