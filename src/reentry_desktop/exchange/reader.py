"""A bundle's items into the log and the tables: what is new is written, what is here already is compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..base.problems import Problem
from ..bundle import Entries, Item, Kept, Piece, Reoffer, Row, Run, Withheld
from ..bundle.faults import fault
from ..records.change import Change, Place
from ..records.local import Gap
from ..records.parting import ACT, Parting
from ..store import Unit
from ..store.log import Head, head, insert_many
from ..store.projection import Intake
from .forks import Fork
from .gaps import Gaps
from .moving import FOR_ALL
from .parcels import Arriving
from .parting import said_in

_decode = msgspec.json.Decoder(Change).decode
_NESTED = 400  # brackets within brackets; a reader that goes deeper runs out of room at some depth of its own
_IN_QUOTES = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BATCH = 10_000  # entries written at once: more of them fall on one page, and memory stays small


class Reader:
    """Writes what is new into the log, skips what is here after comparing it, and keeps track of the gaps."""

    def __init__(
        self, unit: Unit, intake: Intake, arriving: Arriving, handed_on: set[int], *, doubtful: int = 0, late: int = 0
    ) -> None:
        self.doubtful = doubtful  # the device that may have two histories: nothing of it is taken unproved
        self.late = late  # the device whose later bundle came before this one
        self.unit, self.intake, self.arriving, self.handed_on = unit, intake, arriving, handed_on
        self.women: set[Id] = set()  # whom another site's entries are about
        self.about: set[Id] = set()  # whom anything that is new here is about
        self.new: Counter[int] = Counter()  # how many entries of each device were not here
        self.device = 0
        self.end = Head(0, b"")  # of the device, as it was before this bundle
        self.before = b""  # the chain's hash before the next item
        self.gaps = Gaps()
        self.common = 0  # of the device, the last number known to be the same here
        self.partings: list[tuple[int, Parting]] = []  # what entries say of devices that went on under other numbers
        self.lines: list[tuple[object, ...]] = []  # rows of the log, not written yet
        self.batch: list[tuple[Place, Change]] = []  # the same entries, read

    def read(self, items: Iterator[Item]) -> int:
        """Take every item in. Returns how many entries are new."""
        for item in items:
            match item:
                case Run(device, first, before) | Reoffer(device, first, _, before, _):
                    self._begin(device, first, before)
                case Entries():
                    self.new[self.device] += self._entries(item)
                case Withheld():
                    self._withheld(item)
                case Kept():
                    if not self.gaps.split(item.number, self.before, item.hash, keep=True):
                        raise self._fork(item.number)
                    self.before = item.hash
                case Piece():
                    self.arriving.take(item)
        self._write()
        self._save_gaps()
        return self.new.total()

    def _begin(self, device: int, first: int, before: bytes) -> None:
        self._write()
        if device != self.device:
            self._save_gaps()
            self.device = device
            self.gaps = self._gaps_of(device)
            self.end = max(head(self.unit.connection, device), self.gaps.end)
            self.common = 0
        if first > self.end.number + 1:
            raise _beyond()
        here = self._hash_at(first - 1)
        if first > 1 and here is not None:
            if here != before:
                raise self._fork(first - 1)
            self.common = first - 1
        self.before = before

    def _fork(self, differs: int) -> Fork:
        return Fork(self.device, self.common, differs)

    def _gaps_of(self, device: int) -> Gaps:
        found = self.unit.session.scalars(sa.select(Gap).where(Gap.device == device).order_by(Gap.first))
        return Gaps((g.first, g.last, g.hash_before, g.hash_after) for g in found)

    def _hash_at(self, number: int) -> bytes | None:
        """The chain's hash after *number*, where it is known here."""
        if number == self.end.number:
            return self.end.hash
        if number in self.gaps.marks:
            return self.gaps.marks[number]
        row = self.unit.connection.exec_driver_sql(
            "SELECT hash FROM entry WHERE device = ? AND number = ?", (self.device, number)
        ).first()
        return row[0] if row else None

    def _entries(self, item: Entries) -> int:
        rows = item.rows
        if rows[0][0] <= self.end.number:
            rows = self._unknown(rows, fills=item.reoffered or self.device != self.late)
        device, lines, batch = self.device, self.lines, self.batch
        for number, salt, payload, chained in rows:
            change = _read_change(payload)
            if change.act == ACT and (parting := said_in(change)) is not None:
                self.partings.append((device, parting))
            if device in self.handed_on:  # another site's entries come for her sake alone
                if not change.participant and change.kind not in FOR_ALL:
                    raise fault("malformed")
                self.women.update([change.participant] if change.participant else [])
            about, woman = change.record or None, change.participant or None
            lines.append((device, number, about, woman, change.share, salt, payload, chained))
            batch.append(((device, number), change))
        if len(batch) >= _BATCH:
            self._write()
        self.before = item.rows[-1][3]
        return len(rows)

    def _write(self) -> None:
        """Put what was read into the log, then into the tables."""
        insert_many(self.unit.connection, self.lines)
        self.intake.apply(self.batch)
        self.about.update(change.participant for _place, change in self.batch if change.depth and change.participant)
        self.lines, self.batch = [], []

    def _unknown(self, rows: list[Row], *, fills: bool) -> list[Row]:
        """The rows that are not here yet; those that are must be the same.

        What would fill a gap is left out of a bundle that comes late (not *fills*): a later one had all that may go
        still, and where a gap ends nothing proves that this is the history it is a gap of.
        """
        known = self.unit.connection.exec_driver_sql(
            "SELECT number, hash, payload IS NULL FROM entry WHERE device = ? AND number BETWEEN ? AND ?",
            (self.device, rows[0][0], rows[-1][0]),
        ).all()
        here: dict[int, bytes] = {number: chained for number, chained, _erased in known}
        deleted = {number for number, _chained, erased in known if erased}
        new = []
        before = self.before
        for row in rows:
            number, chained = row[0], row[3]
            if number in here:
                if here[number] != chained:
                    raise self._fork(number)
                self.common = number
                if number in deleted:
                    self._bring_back(row)
            elif number > self.end.number:
                new.append(row)
            elif not self.gaps.fits(number, before, chained):
                raise self._fork(number)
            elif fills:
                self.gaps.split(number, before, chained, keep=False)
                new.append(row)
            before = chained
        return new

    def _bring_back(self, row: Row) -> None:
        """An entry that was deleted here on her wish is sent again: she lets its words out anew."""
        number, salt, payload, _chained = row
        change = _read_change(payload)
        self.unit.connection.exec_driver_sql(
            "UPDATE entry SET salt = ?, payload = ?, digest = NULL WHERE device = ? AND number = ?",
            (salt, payload, self.device, number),
        )
        self.batch.append(((self.device, number), change))

    def _withheld(self, item: Withheld) -> None:
        """Numbers that are new become a gap; what is here already stays, if it fits."""
        here = self._hash_at(item.last)
        if self.device == self.doubtful and here is None and item.first <= self.end.number:
            raise self._fork(self.end.number)
        if item.last > self.end.number:
            fresh = item.first > self.end.number
            self.gaps.add(
                max(item.first, self.end.number + 1), item.last, item.before if fresh else self.end.hash, item.after
            )
        elif here is not None and here != item.after:
            raise self._fork(item.last)
        elif here is not None:
            self.common = item.last
        else:
            self.gaps.learn(item.last, item.after)
        self.before = item.after

    def _save_gaps(self) -> None:
        if not self.device:
            return
        self.unit.local(sa.delete(Gap).where(Gap.device == self.device))
        names = ("device", "first", "last", "hash_before", "hash_after")
        if rows := [dict(zip(names, (self.device, *row), strict=True)) for row in self.gaps.rows()]:
            self.unit.connection.execute(sa.insert(Gap), rows)


def _read_change(payload: bytes) -> Change:
    """The entry; whether its values fit their fields is asked where they are applied."""
    try:
        if not payload.isascii():
            payload.decode()  # nobody reads values of a kind that is not known: they must be text all the same
        change = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise fault("malformed") from error
    if "\0" in change.record or "\0" in change.participant or "\0" in change.share:  # PostgreSQL keeps none
        raise fault("malformed")
    if len(payload) > 2 * _NESTED and _is_too_deep(payload):
        raise fault("malformed")
    return change


def _is_too_deep(payload: bytes) -> bool:
    if payload.count(b"[") + payload.count(b"{") <= _NESTED:  # nearly always
        return False
    level = 0
    for byte in _IN_QUOTES.sub(b"", payload):
        level += (byte in b"[{") - (byte in b"]}")
        if level > _NESTED:
            return True
    return False


def _beyond() -> Problem:
    return Problem("", code="waiting")  # what it waits for is said where its number is known
