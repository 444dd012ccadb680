"""A store in memory: what the program's own rules are asked of here, without keys, files or sessions.

The fold, strands, chain, the rules of sharing and moving, what a bundle carries and how it is read in are the
program's. SQLite holds, in memory, what those rules ask by SQL; a record is nothing but the fold of its entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import msgspec
import sqlalchemy as sa

from reentry_desktop.actions.registrations import gave_way
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Card, Item
from reentry_desktop.exchange import moved
from reentry_desktop.exchange.knowledge import End, Known
from reentry_desktop.exchange.recalled import CLASSES
from reentry_desktop.records import change as rules
from reentry_desktop.records.base import kinds, strands
from reentry_desktop.records.change import Change, Folded, Heads, Place
from reentry_desktop.records.entry import digest, first_hash
from reentry_desktop.records.transfer import ANYWHERE, may_write, moves_of
from reentry_desktop.store import log
from reentry_desktop.store.log import Head
from reentry_desktop.store.projection import shape, write_row

from .checks import Look
from .oracle import Here
from .tables import ASKED, Tables

NEWER = {"session_of_2031": "dates", "letter_of_2031": "words"}
"""Kinds of records of a newer program, and their class."""
_NOBODY = Heads()


@dataclass(eq=False)
class Letter:
    """A bundle on a stick, from one PC to another. ``whole`` is what its receiver holds once it took it in."""

    sender: str
    to: str
    site: Id
    """The sender's."""
    device: int
    number: int
    items: list[Item]
    spans: dict[int, tuple[int, Id]]
    """Device -> the last number that it says, and the site it says that the device is of."""
    places: set[Place]
    ends: list[tuple[int, Head]]
    own: list[End]
    receipts: list[Letter]
    whole: Known | None
    stays: Counter[Id]
    """Of each woman how many entries are held back."""
    by_copy: bool = False


Gap = tuple[int, int, bytes, bytes]
"""First, last, and the chain's hash on either side."""


@dataclass
class Kept:
    """What a store keeps beside its log. All of it is copied with a backup."""

    device: int
    policy: str = "keep"
    """What the site keeps of women who moved away."""
    order: dict[Place, int] = field(default_factory=dict)
    """When each entry came here, counted."""
    history: dict[Id, dict[Place, Change]] = field(default_factory=dict)
    folded: dict[Id, Folded] = field(default_factory=dict)
    inbox: set[tuple[Id, str]] = field(default_factory=set)
    gaps: dict[int, list[Gap]] = field(default_factory=dict)
    devices: dict[int, Id] = field(default_factory=dict)
    """Device -> whose it is, but for this one."""
    sent: dict[tuple[Id, int], list[Letter]] = field(default_factory=dict)
    received: dict[tuple[Id, int], list[Letter]] = field(default_factory=dict)
    last: dict[Id, Letter] = field(default_factory=dict)
    """Site -> what came from it last."""
    has: dict[Id, Letter] = field(default_factory=dict)
    """Site -> the bundle it confirmed last."""

    def copy(self) -> Kept:
        return Kept(
            self.device, self.policy, dict(self.order),
            {record: dict(entries) for record, entries in self.history.items()},
            dict(self.folded), set(self.inbox), dict(self.gaps), dict(self.devices),
            {way: list(them) for way, them in self.sent.items()},
            {way: list(them) for way, them in self.received.items()}, dict(self.last), dict(self.has),
        )  # fmt: skip


_ENTRIES = "SELECT seq, device, number, record, participant, share, salt, payload, digest, hash FROM entry"


class Desk:
    """One store: to the rules it is the unit they ask, the store of that unit, and its connection."""

    def __init__(self, card: Card, device: int, tables: Tables, seen: dict[Place, frozenset[Place]]) -> None:
        self.card, self.site, self.connection, self.store = card, Id(card.site), tables, self
        self.session, self.slots = tables.session, SimpleNamespace(kind=card.kind)
        self.kept, self.seen = Kept(device), seen
        self.end = Head(0, first_hash(device))
        self.year = 2026
        self.touched: set[Id] = set()  # records folded since somebody looked
        self.asked = 0  # conflicts that came up
        self.version = 0  # rises with whatever happens to a record
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

    # Reading and writing, as ``Unit`` does

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Any:
        return self.session.execute(statement).all()

    def first(self, statement: sa.Select[Any]) -> Any:
        row = self.session.execute(statement.limit(1)).first()
        return row if row is None or len(row) > 1 else row[0]  # a whole row has its names

    def has_moves(self) -> bool:
        return self.connection.execute("SELECT 1 FROM transfer LIMIT 1").fetchone() is not None

    def writes(self, woman: Id) -> bool:
        """Whether her record may be written here now."""
        if not self.has_moves():
            return True
        return may_write(moves_of(self.connection, woman, self.site), self.site)  # type: ignore[arg-type]

    def write(self, kind: str, record: Id, wire: dict[str, Any], woman: Id = Id(""), *, new: bool = False) -> None:
        if woman and kind not in ANYWHERE and not self.writes(woman):
            raise Problem("", code="moved")
        cls = kinds().get(kind)
        own = str(cls.share) if cls else NEWER[kind]
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
        self.version += 1
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
            change = self.kept.history[record].pop(place)
            if change.kind in ASKED:
                self.connection.execute(f"DELETE FROM {change.kind} WHERE id = ?", (record,))
        for record in {record for record, _place in places}:
            self.fold(record)

    def delete_words(self, woman: Id) -> None:
        """What other sites sent of her words."""
        self.erase([
            (record, place)
            for record, place, change in self._of_hers(woman, CLASSES)
            if not self.is_ours(place[0])
        ])  # fmt: skip

    def _of_hers(self, woman: Id, classes: Collection[str]) -> list[tuple[Id, Place, Change]]:
        return [
            (record, place, change)
            for record, entries in self.kept.history.items()
            for place, change in entries.items()
            if change.participant == woman and change.share in classes
        ]

    def forget_moved(self) -> None:
        """What does not stay of women who moved away, and of those who never came: as ``exchange.moved`` does."""
        if not self.has_moves():
            return
        for woman in moved.never_came(self):  # type: ignore[arg-type]
            self._forget(woman, moved.EVERYTHING, None)
        classes = moved.DELETED.get(self.kept.policy)
        for woman, to in moved.moved_away(self) if classes else ():  # type: ignore[arg-type]
            self._forget(woman, classes, to)

    def _forget(self, woman: Id, classes: Collection[str], to: Id | None) -> None:
        hers = [one for one in self._of_hers(woman, classes) if one[2].kind != "transfer"]
        last = self.kept.last.get(to) if to else None
        places = [place for _record, place, _change in hers if last is None or place[0] != last.device]
        if to is None or not any(self.known_by(to).lacks(*place) for place in places):
            self.erase([(record, place) for record, place, _change in hers])

    def known_by(self, site: Id) -> Known:
        """What *site* has confirmed to hold."""
        confirmed = self.kept.has.get(site)
        return (confirmed.whole if confirmed else None) or Known()

    def save_gaps(self, device: int, gaps: list[Gap]) -> None:
        self.kept.gaps[device] = gaps
        self.connection.execute("DELETE FROM gap WHERE device = ?", (device,))
        self.connection.exec_driver_sql("INSERT INTO gap VALUES (?, ?, ?, ?, ?)", [(device, *gap) for gap in gaps])

    # How it is looked at

    def look(self) -> Look:
        return Look(
            self.card, self.here(), self.kept.inbox, self.shown, self.deleted_words(), self.deleted_words(ever=True),
            self._gone(), self.kept.policy, self.writes, lambda: gave_way(self) if self.records("same_woman") else {},  # type: ignore[arg-type]
        )  # fmt: skip

    def here(self) -> Here:
        others = {device: of for device, of in self.kept.devices.items() if of != self.site}
        beside = self.kept.devices.keys() - others.keys()
        return Here(self.site, self.card.kind, self.kept.history, self.kept.order, others, beside)

    def _gone(self) -> dict[Place, tuple[Id, str]]:
        rows = self.connection.execute("SELECT device, number, participant, share FROM entry WHERE payload IS NULL")
        return {(device, number): (woman, share) for device, number, woman, share in rows}

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
        walked = SimpleNamespace(exec_driver_sql=self.connection.exec_driver_sql, dialect=SimpleNamespace(name=""))
        walked.execution_options = lambda **_options: walked
        found = log.verify(walked, gaps)  # type: ignore[arg-type]
        assert found.entries == len(self.kept.order), "entries have gone"
        assert not found.faults, f"the chain breaks at {found.bad}"
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
        for device, gaps in self.kept.gaps.items():
            self.save_gaps(device, gaps)
        for record in self.kept.history:
            self.fold(record)
        self.end = log.head(self.connection, self.device)  # type: ignore[arg-type]

    def renew(self, device: int) -> None:
        """Go on as a new device."""
        self.kept.device, self.kept.has, self.end = device, {}, Head(0, first_hash(device))
        self.version += 1
        self.tell()
