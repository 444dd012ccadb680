"""What several people wrote to one record comes to the same, in whatever order it arrives."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reentry_desktop.base.ids import Id
from reentry_desktop.records import Record, fields
from reentry_desktop.records.base import strands, to_wire
from reentry_desktop.records.change import Change, Heads, Place, fold, read_heads, to_payload
from reentry_desktop.records.entry import digest, next_hash
from reentry_desktop.store import Store, check, log
from reentry_desktop.store.projection import Intake

from ..stores import conflicts
from ..strategies import change_of, values
from .test_every_kind import KINDS, defaults_of, every_kind, undone

# Convergence


class Replicas:
    """Some people writing one record at different desks, each seeing what has reached her."""

    def __init__(self, cls: type[Record], record: Id) -> None:
        self.cls, self.record = cls, record
        self.entries: dict[Place, Change] = {}
        self.numbers: dict[int, int] = {}

    def write(self, device: int, known: set[Place], given: dict[str, Any], *, new: bool = False) -> list[Place]:
        """One save at *device*, by somebody who has *known*; as ``Unit`` writes it: an entry for each strand."""
        folded = fold((place, self.entries[place]) for place in known)
        of = strands(self.cls)
        by_strand: dict[str, dict[str, Any]] = {str(self.cls.share): {}} if new else {}
        for name, value in given.items():
            by_strand.setdefault(of[name], {})[name] = value
        made = []
        for share, some in by_strand.items():
            before = folded.heads.get(share, Heads())
            number = self.numbers[device] = self.numbers.get(device, 0) + 1
            self.entries[device, number] = Change(
                at="2026-11-23T09:00:00.000Z", act="x", kind=self.cls.__tablename__, record=self.record, share=share,
                depth=before.depth + 1, seen=before.places, new=new and share == self.cls.share,
                values=msgspec.Raw(msgspec.json.encode(some)),
            )  # fmt: skip
            made.append((device, number))
        return made


DEVICES = (7, 8, 9)


@st.composite
def histories(draw: st.DrawFn, cls: type[Record], links: dict[str, Id]) -> dict[Place, Change]:
    """A record's entries by three devices that pass on what they have now and then."""
    record = Id(f"{draw(st.integers(1, 2**120)):032x}")
    made = Replicas(cls, record)
    first = to_wire(cls, draw(values(cls, links)))
    known: dict[int, set[Place]] = {device: set() for device in DEVICES}
    begun = made.write(DEVICES[0], set(), first, new=True)
    for device in DEVICES:
        known[device].update(begun)
    names = draw(st.lists(st.sampled_from(sorted(fields(cls))), min_size=1, max_size=3, unique=True))
    few = st.one_of(
        change_of(cls, links).map(lambda v: {k: x for k, x in v.items() if k in names}),
        st.just({"removed": True}), st.just({"removed": False}),
    )  # fmt: skip
    for _step in range(draw(st.integers(1, 9))):
        device = draw(st.sampled_from(DEVICES))
        if draw(st.booleans()):
            giver = draw(st.sampled_from([*DEVICES, None]))
            known[device].update(known[giver] if giver else made.entries)  # from one desk, or all there is
        elif some := draw(few):
            known[device].update(made.write(device, known[device], some))
    return made.entries


def plainly(entries: dict[Place, Change]) -> tuple[dict[str, Any], dict[str, list[Place]]]:
    """The rules of a fold, as they are stated, without any care for speed: values, and who disagrees on which field."""

    def past(place: Place) -> set[Place]:
        seen = {tuple(p) for p in entries[place].seen}
        return seen.union(*(past(p) for p in seen))  # type: ignore[arg-type, return-value]

    order = sorted(entries, key=lambda p: (entries[p].depth, p))
    found: dict[str, Any] = {}
    disagreeing: dict[str, list[Place]] = {}
    for name in {n for c in entries.values() for n in c.read_values()}:
        setters = [p for p in order if name in entries[p].read_values()]
        found[name] = entries[setters[-1]].read_values()[name]
        latest = [p for p in setters if not any(p in past(q) for q in setters)]
        if len({msgspec.json.encode(entries[p].read_values()[name]) for p in latest}) > 1:
            disagreeing[name] = latest
    # A removal that stands, a change beside it, and nobody who knew of both has written since.
    for removal in (p for p in order if entries[p].read_values().get("removed")):
        later = any("removed" in entries[q].read_values() and removal in past(q) for q in order)
        same = [p for p in order if entries[p].share == entries[removal].share and p != removal]
        beside = [p for p in same if removal not in past(p) and p not in past(removal)]
        if not later and any(not any({removal, p} <= past(q) for q in order) for p in beside):
            disagreeing["removed"] = []
    return found, disagreeing


@every_kind
@settings(max_examples=settings.default.max_examples // 6, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_result_does_not_depend_on_the_order_of_arrival(
    world: tuple[Store, dict[str, Id]], kind: str, data: st.DataObject
) -> None:
    store, links = world
    cls = KINDS[kind]
    entries = data.draw(histories(cls, links))
    shuffled = random.Random(data.draw(st.integers(0, 1000)))
    want = fold(entries.items())
    stated, disagreeing = plainly(entries)
    assert want.values == stated
    assert want.conflicts.keys() == disagreeing.keys()
    for name in disagreeing.keys() - {"removed"}:
        assert sorted(want.conflicts[name]) == sorted(disagreeing[name])
    for _order in range(4):
        some = list(entries.items())
        some += shuffled.choices(some, k=3)  # the same entry twice is once
        shuffled.shuffle(some)
        again = fold(some)
        assert (again.values, again.heads, again.born) == (want.values, want.heads, want.born)
        assert {n: sorted(p) for n, p in again.conflicts.items()} == {n: sorted(p) for n, p in want.conflicts.items()}

    record = next(iter(entries.values())).record
    for order in (sorted(entries), sorted(entries, reverse=True), shuffled.sample(sorted(entries), len(entries))):
        for size in (1, 3, len(entries)):
            _assert_taken_in(store, cls, record, entries, order, size, want)


def _assert_taken_in(
    store: Store,
    cls: type[Record],
    record: Id,
    entries: dict[Place, Change],
    order: Sequence[Place],
    size: int,
    want: Any,
) -> None:
    kind = cls.__tablename__
    with undone(store) as unit:
        connection = unit.connection
        before = conflicts(connection)
        for batch in _batches(order, size):
            intake = Intake(connection)
            log.insert_many(connection, [_line(place, entries[place]) for place in batch])
            intake.apply([(place, entries[place]) for place in batch])
            intake.finish()
        row = connection.exec_driver_sql(f'SELECT * FROM "{kind}" WHERE id = ?', (record,)).mappings().one()
        assert read_heads(row["heads"]) == want.heads
        blank = to_wire(cls, defaults_of(cls))
        assert {n: row[n] for n in fields(cls)} == {**blank, **want.values}
        assert conflicts(connection) - before == {(kind, record, name) for name in want.conflicts}
        assert not connection.exec_driver_sql("SELECT * FROM waiting").all()
        assert check.check_tables(connection) == []


def _batches(order: Sequence[Place], size: int) -> Iterator[Sequence[Place]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _line(place: Place, change: Change) -> tuple[object, ...]:
    salt, payload = os.urandom(16), to_payload(change)
    chained = next_hash(bytes(32), place[1], digest(salt, payload))
    return (*place, change.record, None, change.share, salt, payload, chained)
