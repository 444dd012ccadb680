"""A unit of work: it all happens, or none of it does. The only writer of records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from ..base.clock import stamp
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..records.access import kept_from, may, not_allowed
from ..records.base import (
    Record,
    Share,
    check_record,
    check_values,
    cleaned,
    defaults,
    fields,
    from_wire,
    strands,
    to_wire,
)
from ..records.change import Change, Heads, Place, write_heads
from ..records.local import Local
from ..records.sight import hides, masked
from ..records.transfer import ANYWHERE, why_not_ours
from . import log
from .engines import run
from .projection import index_words, read_row, write_row
from .sealed import Sealed
from .vault import IDENTITY, unseal_identity

if TYPE_CHECKING:
    import datetime as dt

    from .folder import Store

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Changed:
    """What a unit of work touched, for those who show it."""

    touched: dict[str, set[Id]] = field(default_factory=dict)

    def has(self, cls: type[Record], record: Id | None = None) -> bool:
        """Whether any record of *cls*, or this one, was touched."""
        ids = self.touched.get(cls.__tablename__, set())
        return record in ids if record else bool(ids)

    def mark(self, kind: str, record: Id) -> None:
        self.touched.setdefault(kind, set()).add(record)


class Unit:
    """Reads with typed ``select``; writes with ``create``, ``revise``, ``remove`` and ``tell``.

    Every write is an entry of the log, named after the act. ``Refused`` says which field a rule does not allow.
    """

    def __init__(self, store: Store, connection: sa.Connection, act: str) -> None:
        self.store, self.connection, self.act = store, connection, act
        self.changed = Changed()
        self._session: Session | None = None
        self._end: log.Head | None = None

    # Reading

    @property
    def session(self) -> Session:
        """Where records are read; made when first asked for, because a plain save does without."""
        if self._session is None:
            self._session = _ReadingSession(self.connection, autoflush=False, expire_on_commit=False)
            self._session.info["kept from"] = kept_from(self.store.who)
        return self._session

    def end(self) -> None:
        """Before the commit: raise ``AssertionError`` where a record was changed past the writer."""
        if self._session is not None:
            self._session.flush()

    def close(self) -> None:
        """Let go of the records that were read; they keep their values."""
        if self._session is not None:
            self._session.close()

    def today(self) -> dt.date:
        """The day it is (``Store.today``)."""
        return self.store.today()

    def get(self, cls: type[R], record: Id) -> R:
        """The record, or ``NotFound``."""
        found = self.find(cls, record)
        if found is None:
            raise _gone()
        return found

    def find(self, cls: type[R], record: Id) -> R | None:
        return self.session.get(cls, record, populate_existing=True)

    def all(self, statement: sa.Select[R]) -> Sequence[R]:
        """Every record a typed select finds."""
        return self.session.scalars(statement).all()

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[Any]:
        """The rows of a select of columns."""
        return self.session.execute(statement).all()

    def first(self, statement: sa.Select[Any]) -> Any:
        """The first value a select finds, or None."""
        return self.session.scalars(statement.limit(1)).first()

    def setting(self, key: str, default: str = "") -> str:
        """A value of this store alone."""
        row = self.connection.exec_driver_sql("SELECT value FROM setting WHERE key = ?", (key,)).first()
        return row[0] if row else default

    @property
    def sealed(self) -> Sealed:
        """The sealed files that lie in this store."""
        return Sealed(self.connection, self.store.folder)

    @property
    def identity(self) -> bytes:
        """The private keys of site and device, as they were sealed last, in this folder or another worker's."""
        return unseal_identity(self.store.newest_slots(self.setting(IDENTITY)), self.store.keys)

    # Writing

    def create(self, cls: type[R], record: Id | None = None, **values: Any) -> Id:
        """A new record; its id is made here where none is given."""
        record = record or new_id()
        values = cleaned(cls, values)
        check_values(cls, values)
        full = {k: v for k, v in defaults(cls).items() if k in fields(cls)} | values
        check_record(cls(id=record, heads="{}", **full))
        if self.store.who.narrowed and hides(cls, self.store.who, full):
            raise Problem(not_allowed(self.act), code="not-allowed")
        given = {k: v for k, v in full.items() if v != defaults(cls)[k] or k in values}
        self._write(cls, record, to_wire(cls, given), {}, new=True, about=self._about(cls, record, full))
        return record

    def revise(self, cls: type[Record], record: Id, *, settle: bool = False, **values: Any) -> bool:
        """Set some fields. Returns whether anything was written: what stays the same is not.

        With *settle* a field in conflict is written even so. Without, a form that is saved whole says nothing of a
        field that nobody touched.
        """
        row, heads = self._row(cls, record)
        values = cleaned(cls, values)
        check_values(cls, values)
        wire = to_wire(cls, values)
        changed = {key: value for key, value in wire.items() if value != row[key]}
        if settle:  # whoever keeps the value that stands has decided: that is an entry too
            changed |= {key: wire[key] for key in self._in_conflict(record) & wire.keys()}
        if not changed:
            return False
        check_record(cls(id=record, heads="{}", **from_wire(cls, row) | values))
        self._write(cls, record, changed, heads, new=False, about=self._about(cls, record, row))
        return True

    def remove(self, cls: type[Record], record: Id) -> None:
        """Mark as removed: a field like any other, kept in the history. Links to it end with it."""
        row, heads = self._row(cls, record)
        self._write(cls, record, {"removed": True}, heads, new=False, about=self._about(cls, record, row))

    def tell(
        self, kind: str = "", record: Id = Id(""), participant: Id = Id(""), share: Share = Share.SITE, **outcome: Any
    ) -> None:
        """An act that changes no record: unlocking, opening, printing, exporting. It is an entry all the same."""
        self._append(
            Change(at=self._now(), by=self.store.who.id, act=self.act, kind=kind, record=record,
                   participant=participant, share=str(share), off=self.store.days_off,
                   values=msgspec.Raw(msgspec.json.encode(outcome)))
        )  # fmt: skip

    def erased(self, kind: str, record: Id) -> None:
        """Entries of a record were erased: what was read of it is read anew."""
        if self._session is not None:
            self._session.expunge_all()
        self.changed.mark(kind, record)

    def local(self, statement: sa.Insert | sa.Update | sa.Delete) -> int:
        """Write a table of this store alone, outside the log. Returns how many rows it touched."""
        table = statement.table
        if not isinstance(table, sa.Table) or table.name not in _local_tables():
            raise AssertionError("records are written by create, revise and remove alone")
        return self.connection.execute(statement).rowcount

    def set_setting(self, key: str, value: str) -> None:
        self.connection.exec_driver_sql(
            "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    # How a write is made

    def _row(self, cls: type[Record], record: Id) -> tuple[dict[str, Any], dict[str, Heads]]:
        found = read_row(self.connection, cls.__tablename__, record)
        if found is None:
            raise _gone()
        return found

    def _about(self, cls: type[Record], record: Id, values: dict[str, Any]) -> Id:
        return record if cls.__tablename__ == "participant" else Id(values.get("participant") or "")

    def _write(
        self, cls: type[Record], record: Id, wire: dict[str, Any], heads: dict[str, Heads], *, new: bool, about: Id
    ) -> None:
        kind = cls.__tablename__
        who = self.store.who
        if not may(who, self.act, kind):
            raise Problem(not_allowed("" if may(who, self.act) else self.act), code="not-allowed")
        if who.narrowed and not masked(cls, who).isdisjoint(wire):
            raise Problem(not_allowed(self.act), code="not-allowed")
        if about and not self.store.kit_tested:
            raise Problem(
                _("Test the recovery kit first. Until then no record is written, so that none can be lost."), code="kit"
            )
        # Of a woman who moved, the site that holds her record alone writes it (records/transfer.py).
        if about and kind not in ANYWHERE and (why := why_not_ours(self.connection, about, self.store.site)):
            raise Problem(why, code="moved")
        of = strands(cls)
        by_strand: dict[str, dict[str, Any]] = {}
        for key, value in wire.items():
            by_strand.setdefault(of[key], {})[key] = value
        if new:
            by_strand.setdefault(str(cls.share), {})
        # The strand of the type's own class begins the record: without it nobody could show the rest.
        for share in sorted(by_strand, key=lambda s: s != cls.share):
            before = heads.get(share, Heads())
            change = Change(
                at=self._now(), by=self.store.who.id, act=self.act, kind=kind, record=record, participant=about,
                share=share, depth=before.depth + 1, seen=before.places, lacking=before.lacking,
                new=new and share == cls.share, off=self.store.days_off,
                values=msgspec.Raw(msgspec.json.encode(by_strand[share])),
            )  # fmt: skip
            heads = {**heads, share: Heads(before.depth + 1, (self._append(change),), before.lacking)}
        write_row(self.connection, kind, record, wire, write_heads(heads), new=new)
        if not new:  # whoever writes has seen a removal and what was changed beside it
            self._settle(record, [*wire, *(["removed"] if str(cls.share) in by_strand else [])])
        if cls.searched and (new or not wire.keys().isdisjoint((*cls.searched, "removed"))):
            index_words(self.connection, "participant", [record])
        if self._session is not None:
            self._session.expire_all()
        self.changed.mark(kind, record)

    def _append(self, change: Change) -> Place:
        device = self.store.device
        self._end = log.append(self.connection, device, self._end or log.head(self.connection, device), change)
        return (device, self._end.number)

    def _in_conflict(self, record: Id) -> set[str]:
        rows = self.connection.exec_driver_sql("SELECT field FROM conflict WHERE record = ?", (record,))
        return set(rows.scalars())

    def _settle(self, record: Id, names: Collection[str]) -> None:
        """Whoever edits a field in conflict has seen both values: the conflict ends."""
        for (name,) in run(self.connection, "SELECT field FROM conflict WHERE record = ?", (record,)).fetchall():
            if name in names:
                run(self.connection, "DELETE FROM conflict WHERE record = ? AND field = ?", (record, name))

    def _now(self) -> str:
        return stamp(self.store.clock())


def _local_tables() -> set[str]:
    return {mapper.local_table.name for mapper in Local.registry.mappers if isinstance(mapper.local_table, sa.Table)}


def _gone() -> NotFound:
    return NotFound(_("This record is not here (any more). Nothing was changed."))


class _ReadingSession(Session):
    """A session that refuses to write: records are written by the unit alone."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_flush(session: Session, *_args: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise AssertionError("records are written by the unit alone; the session is for reading")


@event.listens_for(_ReadingSession, "do_orm_execute")
def _only_select(state: ORMExecuteState) -> None:
    if not state.is_select:
        raise AssertionError("records are written by the unit alone; the session is for reading")
    if narrowed := state.session.info["kept from"]:
        asked = {mapper.class_ for mapper in state.all_mappers}
        for cls, seen in narrowed.items():
            if cls in asked:
                state.statement = state.statement.options(with_loader_criteria(cls, seen))


__all__ = ["Changed", "Refused", "Unit"]
