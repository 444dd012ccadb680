"""A store in memory: what the program's own rules are asked of here, without keys, files or sessions.

The fold, strands, chain, the rule of sharing, what a bundle carries and how it is read in are the program's. SQLite
holds, in memory, what those rules ask by SQL; a record is nothing but the fold of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import msgspec
import sqlcipher3.dbapi2 as driver
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Card, Entries, Item, Reoffer, Run, Withheld
from reentry_desktop.bundle import Kept as StillWithheld
from reentry_desktop.exchange import incoming, runs
from reentry_desktop.exchange.forks import Fork
from reentry_desktop.exchange.gaps import Gaps
from reentry_desktop.exchange.knowledge import Known
from reentry_desktop.exchange.reader import Reader
from reentry_desktop.exchange.recalled import CLASSES, lacks_words
from reentry_desktop.records import change as rules
from reentry_desktop.records.base import Record, kinds, strands
from reentry_desktop.records.change import Change, Folded, Heads, Place
from reentry_desktop.records.entry import digest, first_hash
from reentry_desktop.records.local import Local
from reentry_desktop.store import log
from reentry_desktop.store.log import Head
from reentry_desktop.store.projection import shape, write_row

from .checks import Look

ASKED = ("participant", "enrolment", "plan_version", "person", "recall", "recall_answer", "site", "transfer")
"""The tables that the rules read."""
_NOBODY = Heads()


class Answer:
    """Rows of a statement."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def scalars(self) -> list[Any]:
        return [row[0] for row in self._cursor]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._cursor.close()

    def all(self) -> list[Any]:
        return list(self._cursor)

    def first(self) -> Any:
        return self._cursor.fetchone()


class Tables:
    """The tables the rules ask, in memory, and the two ways they are asked."""

    def __init__(self) -> None:
        self.dialect = sqlite.dialect()
        self.driver_connection = driver.connect(":memory:", isolation_level=None, cached_statements=256)
        self.connection = self
        for table in (log.entry, *(Record.metadata.tables[kind] for kind in ASKED), Local.metadata.tables["device"]):
            self.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
            for index in table.indexes:
                self.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
        self.execute("BEGIN")

    def execute(self, statement: str, values: Any = ()) -> Any:
        return self.driver_connection.execute(statement, values)

    def exec_driver_sql(self, statement: str, values: Any = (), execution_options: Any = None) -> Answer:
        del execution_options  # all of it is in memory
        if isinstance(values, list):
            return Answer(self.driver_connection.executemany(statement, values))
        return Answer(self.driver_connection.execute(statement, values))

    def empty(self) -> None:
        self.execute("ROLLBACK")
        self.execute("BEGIN")


@dataclass(eq=False)
class Letter:
    """A bundle on a stick. ``whole`` is what its receiver holds once it took it in."""

    sender: Id
    to: Id
    device: int
    number: int
    items: list[Item]
    spans: list[int]
    places: set[Place]
    ends: list[tuple[int, Head]]
    receipts: list[Letter]
    whole: Known | None
    by_copy: bool = False
    """Whether a copied folder sent it."""


@dataclass
class Kept:
    """What a store keeps beside its log. All of it is copied with a backup."""

    device: int
    order: dict[Place, int] = field(default_factory=dict)
    """When each entry came here, counted."""
    history: dict[Id, dict[Place, Change]] = field(default_factory=dict)
    folded: dict[Id, Folded] = field(default_factory=dict)
    inbox: set[tuple[Id, str]] = field(default_factory=set)
    gaps: dict[int, list[tuple[int, int, bytes, bytes]]] = field(default_factory=dict)
    devices: dict[int, Id] = field(default_factory=dict)
    sent: dict[tuple[Id, int], list[Letter]] = field(default_factory=dict)
    received: dict[tuple[Id, int], list[Letter]] = field(default_factory=dict)
    has: dict[Id, Letter] = field(default_factory=dict)
    """Site -> the bundle it confirmed last."""

    def copy(self) -> Kept:
        return Kept(
            self.device, dict(self.order), {record: dict(entries) for record, entries in self.history.items()},
            dict(self.folded),
            set(self.inbox), dict(self.gaps), dict(self.devices), {way: list(them) for way, them in self.sent.items()},
            {way: list(them) for way, them in self.received.items()}, dict(self.has),
        )  # fmt: skip


_ENTRIES = "SELECT seq, device, number, record, participant, share, salt, payload, digest, hash FROM entry"


class Desk:
    """One store: to the rules it is the unit they ask, the store of that unit, and its connection."""

    def __init__(self, card: Card, device: int, tables: Tables, seen: dict[Place, frozenset[Place]]) -> None:
        self.card, self.site, self.connection, self.store = card, Id(card.site), tables, self
        self.kept, self.seen = Kept(device), seen
        self.end = Head(0, first_hash(device))
        self.year = 2026
        self.touched: set[Id] = set()  # records folded since somebody looked
        self.asked = 0  # conflicts that came up
        self.brought = 0  # entries of the last bundle that were new or came back
        self.old = False  # an older program, that knows neither ``favorite_color`` nor sessions

    @property
    def device(self) -> int:
        return self.kept.device

    @property
    def history(self) -> dict[Id, dict[Place, Change]]:
        return self.kept.history

    @property
    def inbox(self) -> set[tuple[Id, str]]:
        return self.kept.inbox

    # Writing, as ``Unit`` does

    def write(self, kind: str, record: Id, wire: dict[str, Any], woman: Id = Id(""), *, new: bool = False) -> None:
        cls = kinds().get(kind)
        own = str(cls.share) if cls else "dates"
        of = strands(cls) if cls else {}
        by_strand: dict[str, dict[str, Any]] = {}
        for name, value in wire.items():
            by_strand.setdefault(of.get(name, own), {})[name] = value
        if new:
            by_strand.setdefault(own, {})
        known = self.kept.history.get(record, {})
        folded = self.kept.folded.get(record)
        for share in sorted(by_strand, key=lambda share: share != own):
            before = folded.heads.get(share, _NOBODY) if folded else _NOBODY
            had = frozenset(place for place, change in known.items() if change.share == share)
            change = Change(
                at=f"{self.year}-01-01T00:00:00.000Z", act="write", kind=kind, record=record, participant=woman,
                share=share, depth=before.depth + 1, seen=before.places, lacking=before.lacking,
                new=new and share == own, values=msgspec.Raw(msgspec.json.encode(by_strand[share])),
            )  # fmt: skip
            place = self._append(change)
            self.seen[place] = had
            self.kept.history.setdefault(record, {})[place] = change
        self.fold(record)

    def revise(self, record: Id, *, settle: bool = False, **wire: Any) -> None:
        folded = self.kept.folded[record]
        values = folded.values
        changed = {
            name: value
            for name, value in wire.items()
            if values.get(name) != value or (settle and (record, name) in self.kept.inbox)
        }
        if changed:
            some = next(iter(self.kept.history[record].values()))
            self.write(some.kind, record, changed, some.participant)

    def tell(self) -> None:
        """An act that changes nothing, and stays."""
        self._append(Change(at=f"{self.year}-01-01T00:00:00.000Z", act="look"))

    def _append(self, change: Change) -> Place:
        self.end = log.append(self.connection, self.device, self.end, change)  # type: ignore[arg-type]
        place = (self.device, self.end.number)
        self.kept.order[place] = len(self.kept.order)
        return place

    def fold(self, record: Id) -> None:
        """What *record* is now, and what of it a person has to settle."""
        entries = self.kept.history[record]
        self.touched.add(record)
        before = self.kept.inbox
        self.kept.inbox = {found for found in before if found[0] != record}
        if not entries:
            self.kept.folded.pop(record, None)
            return
        folded = self.kept.folded[record] = rules.fold(entries.items())
        if not folded.born:
            return
        if folded.conflicts:
            self.kept.inbox.update((record, name) for name in folded.conflicts)
            self.asked += len(self.kept.inbox - before)
        kind = next(iter(entries.values())).kind
        if kind in ASKED:
            known = {name: value for name, value in folded.values.items() if name in shape(kind).known}
            there = self.connection.execute(f"SELECT 1 FROM {kind} WHERE id = ?", (record,)).fetchone()
            write_row(self.connection, kind, record, known, "{}", new=not there)  # type: ignore[arg-type]

    def records(self, kind: str) -> list[Id]:
        """The records of one kind that can be shown, removed or not."""
        found = (
            record
            for record, entries in self.kept.history.items()
            if entries and next(iter(entries.values())).kind == kind and self.kept.folded[record].born
        )
        return sorted(found)

    def value(self, record: Id, name: str) -> Any:
        return self.kept.folded[record].values.get(name)

    def is_ours(self, device: int) -> bool:
        return self.kept.devices.get(device, self.site) == self.site

    def erase(self, places: list[tuple[Id, Place]]) -> None:
        """Salt and payload go; what stands for them in the chain stays."""
        for record, place in places:
            row = self.connection.execute("SELECT salt, payload FROM entry WHERE device = ? AND number = ?", place)
            salt, payload = row.fetchone()
            self.connection.execute(
                "UPDATE entry SET digest = ?, salt = NULL, payload = NULL WHERE device = ? AND number = ?",
                (digest(salt, payload), *place),
            )
            del self.kept.history[record][place]
        for record in {record for record, _place in places}:
            self.fold(record)

    def delete_words(self, woman: Id) -> None:
        """What other sites sent of her words."""
        self.erase([
            (record, place)
            for record, entries in self.kept.history.items()
            for place, change in entries.items()
            if change.participant == woman and change.share in CLASSES and not self.is_ours(place[0])
        ])  # fmt: skip

    # Sending, as ``exchange.outgoing`` does

    def send(self, to: Card) -> Letter:
        site = Id(to.site)
        confirmed = self.kept.has.get(site)
        known = (confirmed.whole if confirmed else None) or Known()
        own = [device for device in log.devices(self.connection) if self.is_ours(device)]  # type: ignore[arg-type]
        going = runs.Leaving([runs._course(self, to, device, known) for device in own])  # type: ignore[arg-type]
        before = self.kept.sent.setdefault((site, self.device), [])
        items = list(self._items(going))
        letter = Letter(
            self.site, site, self.device, len(before) + 1, items, [span.device for span in going.spans],
            {(item.device, row[0]) for item in items if isinstance(item, Entries) for row in item.rows},
            [(device, end) for device, of in self.kept.devices.items() if of == site and (end := self.end_of(device))],
            [] if lacks_words(self, site) else [  # type: ignore[arg-type]
                letters[-1] for (of, _device), letters in self.kept.received.items() if of == site and letters
            ],
            Known(*({c.device: value for c, value in zip(going.courses, values, strict=True)} for values in (
                [c.end for c in going.courses], [c.held for c in going.courses], [c.hers for c in going.courses]
            ))),
        )  # fmt: skip
        assert len(letter.places) == going.changes
        before.append(letter)
        self.tell()
        return letter

    def end_of(self, device: int) -> Head | None:
        gaps = self.kept.gaps.get(device)
        end = max(log.head(self.connection, device), Head(gaps[-1][1], gaps[-1][3]) if gaps else Head(0, b""))  # type: ignore[arg-type]
        return end if end.number else None

    def _items(self, going: runs.Leaving) -> Iterator[Item]:
        for course in going.courses:
            for (first, last), given in course.again.items():
                yield Reoffer(course.device, first, last, self._hash(course.device, first - 1), b"")
                for number, salt, payload, kept, chained in self._rows(course.device, first, last):
                    if number in given:
                        yield Entries(course.device, [(number, salt, payload, chained)], reoffered=True)
                    else:
                        yield StillWithheld(course.device, number, kept or digest(salt, payload), chained)
            if course.span is None:
                continue
            yield Run(course.device, course.span.first, course.span.before)
            before = course.span.before
            for number, salt, payload, _kept, chained in self._rows(
                course.device, course.span.first, course.end.number
            ):
                if number in course.staying:
                    yield Withheld(course.device, number, number, before, chained)
                else:
                    yield Entries(course.device, [(number, salt, payload, chained)], reoffered=False)
                before = chained

    def _rows(self, device: int, first: int, last: int) -> list[Any]:
        return self.connection.execute(
            "SELECT number, salt, payload, digest, hash FROM entry WHERE device = ? AND number BETWEEN ? AND ? "
            "ORDER BY number",
            (device, first, last),
        ).fetchall()  # type: ignore[no-any-return]

    def _hash(self, device: int, number: int) -> bytes:
        return log.hash_at(self.connection, device, number) if number else first_hash(device)  # type: ignore[arg-type]

    # Taking in, as ``exchange.incoming`` does

    def take_in(self, letter: Letter) -> str:
        """What became of it: a status, or the code of the problem; then nothing was changed."""
        received = self.kept.received.setdefault((letter.sender, letter.device), [])
        if letter in received:
            return incoming.ALREADY
        before = (self.kept.gaps.copy(), self.kept.devices.copy(), self.kept.has.copy())
        self.connection.execute("SAVEPOINT taking")
        try:
            for device in letter.spans:
                if device == self.device or self.kept.devices.setdefault(device, letter.sender) != letter.sender:
                    raise Fork(0, 0, 0)
                self.connection.execute("INSERT OR REPLACE INTO device VALUES (?, ?)", (device, letter.sender))
            if not received or letter.number > received[-1].number:
                self._hear(letter)
            batch = _Batch()
            reading = _Reading(self, batch, None, set(), 0)  # type: ignore[arg-type]  # nothing sealed comes along
            reading.read(iter(letter.items))
        except Problem as problem:
            self.connection.execute("ROLLBACK TO taking")
            self.kept.gaps, self.kept.devices, self.kept.has = before
            return problem.code
        finally:
            self.connection.execute("RELEASE taking")
        for place, change in batch.entries:
            self.kept.order.setdefault(place, len(self.kept.order))
            if change.depth:
                self.kept.history.setdefault(change.record, {})[place] = change
        self.brought = len(batch.entries)
        self._settle_in({change.record for _place, change in batch.entries if change.depth})
        received.append(letter)
        received.sort(key=lambda one: one.number)
        self.tell()
        return incoming.APPLIED

    def _settle_in(self, touched: set[Id]) -> None:
        for record in sorted(touched):
            self.fold(record)
        for recall in self.standing_recalls():
            if self.answer_to(recall) is not None:
                self.delete_words(self.value(recall, "participant"))

    def standing_recalls(self) -> list[Id]:
        return [
            record
            for record in self.records("recall")
            if not self.value(record, "ended_on") and not self.value(record, "removed")
        ]

    def answer_to(self, recall: Id) -> Id | None:
        """This site's word that it deleted what *recall* asks for."""
        answers = (one for one in self.records("recall_answer") if self.value(one, "recall") == recall)
        return next((one for one in answers if self.value(one, "site") == self.site), None)

    def _hear(self, letter: Letter) -> None:
        for device, end in letter.ends:
            if device == self.device:
                row = self.connection.execute(
                    "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, end.number)
                ).fetchone()
                if row is None or row[0] != end.hash:
                    raise Problem("", code="behind")
        receipts = [receipt for receipt in letter.receipts if receipt.device == self.device]
        if not receipts:
            self.kept.has.pop(letter.sender, None)
        sent = self.kept.sent.get((letter.sender, self.device), [])
        for receipt in receipts:
            if receipt in sent:
                self.kept.has[letter.sender] = receipt
                for earlier in sent[: receipt.number - 1]:
                    earlier.whole = None

    # How it is looked at

    def look(self) -> Look:
        return Look(
            self.card, self.kept.history, self.kept.order, self.kept.inbox, self.shown,
            {device for device in {place[0] for place in self.kept.order} if self.is_ours(device)},
            self.deleted_words(),
        )  # fmt: skip

    def deleted_words(self, *, ever: bool = False) -> set[Place]:
        """Words of others that are called back and deleted here; with *ever* also those that no longer are."""
        recalls = self.records("recall") if ever else self.standing_recalls()
        women = {self.value(recall, "participant") for recall in recalls if self.answer_to(recall) is not None}
        if not women:
            return set()
        words = self.connection.execute(
            "SELECT device, number, participant FROM entry WHERE share IN ('words', 'plan')"
        )
        return {(of, number) for of, number, woman in words if woman in women and not self.is_ours(of)}

    def shown(self, record: Id) -> dict[str, Any] | None:
        """What pages show of a record: an older program passes over what it does not know."""
        folded = self.kept.folded.get(record)
        if folded is None or not folded.born or (self.old and "minutes" in folded.values):
            return None
        return {name: value for name, value in folded.values.items() if not (self.old and name == "favorite_color")}

    def assert_whole(self) -> None:
        """Nothing has gone, what stayed with others is counted, and each chain holds."""
        gaps = [(device, first, last, after) for device, of in self.kept.gaps.items() for first, last, _b, after in of]
        walked = SimpleNamespace(exec_driver_sql=self.connection.exec_driver_sql)
        walked.execution_options = lambda **_options: walked
        count, bad = log.verify(walked, gaps)  # type: ignore[arg-type]
        assert count == len(self.kept.order), "entries have gone"
        assert not bad, f"the chain breaks at {bad}"
        for device, first, last, _after in gaps:
            assert not {(device, number) for number in range(first, last + 1)} & self.kept.order.keys()

    # A backup

    def save(self) -> tuple[Kept, list[Any]]:
        return self.kept.copy(), self.connection.execute(_ENTRIES).fetchall()

    def load(self, saved: tuple[Kept, list[Any]]) -> None:
        """Lay a backup out over what is here; it still is the device it was."""
        self.kept = saved[0].copy()
        self.connection.empty()
        self.connection.driver_connection.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * 10)})", saved[1])
        for pair in self.kept.devices.items():
            self.connection.execute("INSERT INTO device VALUES (?, ?)", pair)
        for record in self.kept.history:
            self.fold(record)
        self.end = log.head(self.connection, self.device)  # type: ignore[arg-type]

    def renew(self, device: int) -> None:
        """Go on as a new device."""
        self.kept.device, self.kept.has, self.end = device, {}, Head(0, first_hash(device))
        self.tell()


class _Batch:
    """What was read of a bundle."""

    def __init__(self) -> None:
        self.entries: list[tuple[Place, Change]] = []

    def apply(self, batch: list[tuple[Place, Change]]) -> None:
        self.entries += batch


class _Reading(Reader):
    """The program's reader of a bundle, with the gaps kept here."""

    unit: Desk  # type: ignore[assignment]

    def _gaps_of(self, device: int) -> Gaps:
        return Gaps(self.unit.kept.gaps.get(device, ()))

    def _save_gaps(self) -> None:
        if self.device:
            self.unit.kept.gaps[self.device] = self.gaps.rows()
