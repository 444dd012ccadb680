"""The tables that screens read, made from the log. One way in for the Save of a form and for a bundle alike.

Nearly always an entry's author had seen all there is of the record: it is then applied directly, at constant cost.
Only a record that somebody changed without knowing of another change is folded anew from its history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from ..base.folding import fold as fold_text
from ..base.ids import Id
from ..records.base import Share, defaults, fields, kinds, references, to_wire
from ..records.change import Change, Heads, Place, fold, read_heads, write_heads
from ..records.standing import reader, standing
from .engines import run
from .log import history, partings

_GIVEN = "SELECT value FROM json_each(?)"  # a list of ids as one bound value


class Shape(NamedTuple):
    """What writing a type needs, worked out once."""

    known: frozenset[str]
    blank: dict[str, Any]
    references: dict[str, str]
    searched: frozenset[str]


@cache
def shape(kind: str) -> Shape:
    """What writing *kind* needs. Raises ``KeyError`` for a kind of a newer program."""
    cls = kinds()[kind]
    blank = {"heads": "{}", "removed": False} | to_wire(
        cls, {k: v for k, v in defaults(cls).items() if k in fields(cls)}
    )
    blank |= dict.fromkeys(references(cls), "")  # an entry that names no parent waits for one
    searched = frozenset((*cls.searched, "removed")) if cls.searched else frozenset()
    return Shape(frozenset(fields(cls)), blank, references(cls), searched)


# SQLite copies every bound value, and SQLCipher locks and wipes each copy: only what an entry says is bound. Both
# statements take the same row: the values of *names* in their order, then heads, then id. No upsert: SQLite then
# keeps a journal for each row of a table with foreign keys, which costs ten times the row.


@cache
def insert_sql(kind: str, names: tuple[str, ...]) -> str:
    """The statement that begins a record; the columns not named hold what nobody has said."""
    blank = {k: v for k, v in shape(kind).blank.items() if k not in names and k != "heads"}
    columns = ", ".join(f'"{name}"' for name in (*names, "heads", "id", *blank))
    values = ", ".join(["?"] * (len(names) + 2) + [_literal(value) for value in blank.values()])
    return f'INSERT INTO "{kind}" ({columns}) VALUES ({values})'


@cache
def update_sql(kind: str, names: tuple[str, ...]) -> str:
    """The statement that changes a record."""
    setting = "".join(f'"{name}" = ?, ' for name in names)
    return f'UPDATE "{kind}" SET {setting}heads = ? WHERE id = ?'


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value).upper() if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


@cache
def select_sql(kind: str) -> tuple[str, tuple[str, ...]]:
    """The statement that reads one record, and the names of its columns."""
    specs = fields(kinds()[kind])
    names = (*specs, "heads")
    days = {name for name, spec in specs.items() if spec.editor == "day"}
    columns = ", ".join(f'CAST("{name}" AS TEXT)' if name in days else f'"{name}"' for name in names)
    return f'SELECT {columns} FROM "{kind}" WHERE id = ?', names


def read_row(connection: sa.Connection, kind: str, record: Id) -> tuple[dict[str, Any], dict[str, Heads]] | None:
    """The wire values of a record and the ends of its strands; None where it is not here."""
    statement, names = select_sql(kind)
    found = run(connection, statement, (record,)).fetchone()
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    return row, read_heads(row.pop("heads"))


def write_row(
    connection: sa.Connection, kind: str, record: Id, values: dict[str, Any], heads: str, *, new: bool
) -> None:
    """Put one fast-forward change into its table. *values* are wire values."""
    statement = insert_sql(kind, tuple(values)) if new else update_sql(kind, tuple(values))
    run(connection, statement, (*values.values(), heads, record))


class _State:
    """A record while a bundle is taken in: what the entries so far set, and the ends of its strands."""

    __slots__ = ("heads", "here", "refold", "values")

    def __init__(self, heads: dict[str, Heads] | None = None) -> None:
        self.here = heads is not None  # whether its row is in the table
        self.heads = heads or {}
        self.values: dict[str, Any] | None = None
        self.refold = False


class Intake:
    """Applies many entries, already verified and already in the log, within one transaction.

    Call ``apply`` for each batch and ``finish`` once. ``touched`` then says which records changed,
    ``conflicts`` how many records need a person, ``waiting`` how many wait: for what they belong to, or because an
    entry of theirs cannot be read or believed here (``records/standing.py``).
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.touched: dict[str, set[Id]] = {}
        apart = connection.exec_driver_sql("SELECT record FROM conflict UNION SELECT record FROM waiting")
        self._apart: set[Id] = set(apart.scalars())  # in conflict or waiting: their next change is folded in
        self._partings = partings(connection)
        self.conflicts = 0
        self.waiting = 0
        self._recent: dict[str, dict[Id, _State]] = {}  # the last batch: the next one mostly goes on with it
        self._needed: dict[str, set[Id]] = {}
        self._waits: dict[Id, tuple[str, Id, str]] = {}
        self._renamed: set[Id] = set()

    def apply(self, batch: Sequence[tuple[Place, Change]]) -> None:
        """Apply entries in their order of arrival."""
        states = self._load(_records_of(batch))
        for place, change in batch:
            if not change.depth or change.kind not in states:
                continue
            if self._partings.all:
                change = self._partings.read(place, change)
            state = states[change.kind][change.record]
            if state.refold:
                continue
            before = state.heads.get(change.share, _NONE)
            born = change.new or state.here or state.values is not None
            whole = not (change.lacking or before.lacking)
            if change.seen != before.places or change.depth != before.depth + 1 or not born or not whole:
                state.refold = True
                continue
            try:
                values = reader(change.kind)(change.values)
            except ValueError:
                state.refold = True
                continue
            if state.values is None:
                state.values = values
            else:
                state.values.update(values)
            state.heads[change.share] = Heads(change.depth, (place,))
        self._write(states)

    def again(self, entries: Sequence[tuple[Place, Change]]) -> None:
        """Make the rows of all the records that *entries* are about anew from the log."""
        states = self._load(_records_of(entries))
        for state in (state for records in states.values() for state in records.values()):
            state.refold = True
        self._write(states)

    def _load(self, wanted: Mapping[str, Collection[Id]]) -> dict[str, dict[Id, _State]]:
        """These records, by kind, as they stand here."""
        states: dict[str, dict[Id, _State]] = {}
        for kind, ids in wanted.items():
            if not ids:
                continue
            recent = self._recent.get(kind, {})
            found = states[kind] = {record: recent[record] for record in ids if record in recent}
            absent = set(ids) - found.keys()
            given = _encode(sorted(absent))
            here = self.connection.exec_driver_sql(f'SELECT id, heads FROM "{kind}" WHERE id IN ({_GIVEN})', (given,))
            found |= {record: _State(read_heads(heads)) for record, heads in here.all()}
            found |= {record: _State() for record in absent - found.keys()}
            for record in found.keys() & self._apart:
                found[record].refold = True
        self._recent = states
        return states

    def _write(self, states: dict[str, dict[Id, _State]]) -> None:
        for kind in [kind for kind in kinds() if kind in states]:
            form, touched = shape(kind), self.touched.setdefault(kind, set())
            needed = [(name, self._needed.setdefault(parent, set())) for name, parent in form.references.items()]
            rows: dict[str, list[tuple[Any, ...]]] = {}
            for record, state in states[kind].items():
                if state.refold:
                    self._refold(kind, record, state)
                values = state.values
                if values is None:
                    continue
                for name, parents in needed:
                    if name in values or not state.here:
                        parents.add(values.get(name, ""))
                if not form.searched.isdisjoint(values):
                    self._renamed.add(record)
                statement = (update_sql if state.here else insert_sql)(kind, tuple(values))
                rows.setdefault(statement, []).append((*values.values(), _heads_text(state.heads), record))
                touched.add(record)
                state.here, state.values = True, None
            for statement, lines in rows.items():  # in the order of ids, which is that of the pages
                self.connection.exec_driver_sql(statement, sorted(lines, key=_record_of))

    def _refold(self, kind: str, record: Id, state: _State) -> None:
        """Make the row anew from the whole history; it has no values while what began the record does not stand."""
        entries = history(self.connection, record)
        stands = standing(entries, self._partings)
        folded = fold(stands.entries)
        execute = self.connection.exec_driver_sql
        execute("DELETE FROM conflict WHERE record = ?", (record,))
        execute("DELETE FROM waiting WHERE record = ?", (record,))
        about = next((c.participant for _p, c in entries if c.participant), Id(""))
        state.refold, state.values, state.heads = False, None, folded.heads
        self._apart.discard(record)
        self._waits.pop(record, None)
        if stands.why or not folded.born:
            self._apart.add(record)
            self._waits[record] = (kind, about, stands.why)
        if not folded.born:
            if state.here:  # its beginning was let go of, or what came now shows that it is not to be believed
                execute(f'DELETE FROM "{kind}" WHERE id = ?', (record,))
                self._needed.setdefault(kind, set()).add(record)
                self._renamed.add(record)
                state.here = False
            return
        form = shape(kind)
        state.values = {**form.blank, **{k: v for k, v in folded.values.items() if k in form.known}}
        del state.values["heads"]
        if folded.conflicts:
            self.conflicts += 1
            self._apart.add(record)
            execute(
                "INSERT INTO conflict (record, field, kind, participant) VALUES (?, ?, ?, ?)",
                [(record, name, kind, about) for name in folded.conflicts],
            )

    def finish(self) -> None:
        """Set aside what waits for a record that is not here, bring in what no longer waits, refresh the search."""
        self._retry_waiting()
        for record, (kind, about, why) in self._waits.items():
            set_waiting(self.connection, record, kind, about, why)
        for parent in kinds():  # parents first: what belongs to a record that waits, waits with it
            if missing := self._missing(parent):
                for kind in kinds():
                    for name in [name for name, of in shape(kind).references.items() if of == parent]:
                        self._hold(kind, name, parent, missing)
        self.waiting = self.connection.exec_driver_sql("SELECT count(*) FROM waiting").scalar_one()
        index_words(self.connection, "participant", sorted(self._renamed))

    def _retry_waiting(self) -> None:
        rows = self.connection.exec_driver_sql("SELECT record, kind FROM waiting").all()
        wanted: dict[str, set[Id]] = {kind: set() for kind in kinds()}
        for record, kind in rows:
            if kind in wanted:
                wanted[kind].add(record)
        self._write(self._load(wanted))

    def _missing(self, parent: str) -> list[Id]:
        needed = sorted(self._needed.get(parent, ()))
        if not needed:
            return []
        found = self.connection.exec_driver_sql(
            f'SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM "{parent}")', (_encode(needed),)
        )
        return list(found.scalars())

    def _hold(self, kind: str, name: str, parent: str, missing: list[Id]) -> None:
        execute = self.connection.exec_driver_sql
        about = "participant" if "participant" in shape(kind).known else "id"
        where = f'"{name}" IN ({_GIVEN})'
        held = execute(f'SELECT id, {about}, "{name}" FROM "{kind}" WHERE {where}', (_encode(missing),)).all()
        for record, woman, wanted in held:
            set_waiting(self.connection, record, kind, woman, f"{parent}/{wanted}")
        execute(f'DELETE FROM "{kind}" WHERE {where}', (_encode(missing),))
        self._needed.setdefault(kind, set()).update(record for record, _woman, _wanted in held)


def _records_of(entries: Iterable[tuple[Place, Change]]) -> dict[str, set[Id]]:
    """The records that entries change, by kind."""
    found: dict[str, set[Id]] = {kind: set() for kind in kinds()}
    for _place, change in entries:
        if change.depth and change.kind in found:
            found[change.kind].add(change.record)
    return found


def set_waiting(connection: sa.Connection, record: Id, kind: str, about: Id, needs: str) -> None:
    """Note why a record, or a part of it, waits: see ``local.Waiting``."""
    connection.exec_driver_sql(
        "INSERT INTO waiting (record, kind, participant, needs) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (record) DO UPDATE SET needs = excluded.needs",
        (record, kind, about, needs),
    )


_NONE = Heads()
_PLAIN = frozenset(map(str, Share))  # of another no more is known than that it is text
_record_of = itemgetter(-1)


def _heads_text(heads: dict[str, Heads]) -> str:
    if len(heads) == 1:
        share, (depth, places, lacking) = next(iter(heads.items()))
        if len(places) == 1 and not lacking and share in _PLAIN:
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
    execute = connection.exec_driver_sql
    extra = "preferred_name, aliases" if table == "participant" else "'', ''"
    kept = "NOT removed" if table == "participant" else "NOT participant"
    rows = execute(
        f"SELECT id, department_number, first_name, middle_name, last_name, {extra} "
        f'FROM "{table}" WHERE id IN ({_GIVEN}) AND {kept}',
        given,
    ).all()
    execute(f"DELETE FROM participant_word WHERE participant IN ({_GIVEN})", given)
    execute(f"DELETE FROM roll WHERE id IN ({_GIVEN})", given)
    keys = {row[0]: fold_text(f"{row[4]} {row[2]} {row[3]}")[:200] for row in rows}
    if words := sorted((word, row[0], keys[row[0]]) for row in rows for word in words_of(row[1:])):
        execute("INSERT INTO participant_word (word, participant, sort_key) VALUES (?, ?, ?)", words)
    if rows:
        roll = sorted((key, woman, table == "listed") for woman, key in keys.items())
        execute("INSERT INTO roll (sort_key, id, listed) VALUES (?, ?, ?)", roll)
