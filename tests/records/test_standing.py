"""What an entry says that no record here can hold waits with all that was built on it, in whatever order it comes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reentry_desktop.base.ids import Id
from reentry_desktop.records import Program, kinds
from reentry_desktop.records import standing as rules
from reentry_desktop.records.base import wire_type
from reentry_desktop.records.change import EMPTY, Change, Place, fold
from reentry_desktop.records.standing import UNREADABLE, UNTRUE, standing
from reentry_desktop.store import Store, check, log
from reentry_desktop.store.projection import Intake, read_row
from reentry_desktop.store.rebuild import rebuild

from ..stores import tables
from .test_convergence import _batches, _line, histories
from .test_every_kind import undone

RECORD = Id("ab" * 16)


def raw(**values: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(values))


def change(depth: int = 1, *seen: Place, values: msgspec.Raw = EMPTY, kind: str = "program", **more: Any) -> Change:
    given = {"record": RECORD, "share": "dates"} | more
    return Change(
        at="2026-11-23T09:00:00.000Z", act="x", kind=kind, depth=depth, seen=seen, values=values, **given
    )  # fmt: skip


def take(unit: Any, entries: dict[Place, Change], order: Sequence[Place], size: int = 1) -> None:
    """Taken in batch by batch, each as a bundle of its own."""
    for batch in _batches(order, size):
        intake = Intake(unit.connection)
        log.insert_many(unit.connection, [_line(place, entries[place]) for place in batch])
        intake.apply([(place, entries[place]) for place in batch])
        intake.finish()


def shown(unit: Any) -> dict[str, Any]:
    """What stands in the tables, without what is the store's own."""
    found = tables(unit.connection)
    return {name: found[name] for name in ("program", "participant", "enrolment", "conflict", "waiting")}


TOO_LONG = raw(name="x" * 121)
BEGUN = {(7, 1): change(new=True, values=raw(name="Bridges"))}
BENT: dict[str, tuple[dict[Place, Change], str, str]] = {
    "a bent one": ({(8, 1): change(2, (7, 1), values=TOO_LONG)}, UNREADABLE, "Bridges"),
    "one built on it": (
        {(8, 1): change(2, (7, 1), values=TOO_LONG), (8, 2): change(3, (8, 1), values=raw(name="After"))},
        UNREADABLE, "Bridges",
    ),
    "one beside it": (
        {(8, 1): change(2, (7, 1), values=TOO_LONG), (9, 1): change(2, (7, 1), values=raw(name="Beside"))},
        UNREADABLE, "Beside",
    ),
    "one built on both": (
        {(8, 1): change(2, (7, 1), values=TOO_LONG), (9, 1): change(2, (7, 1), values=raw(name="Beside")),
         (9, 2): change(3, (8, 1), (9, 1), values=raw(name="Both"))},
        UNREADABLE, "Beside",
    ),
    "a depth that nothing explains": ({(8, 1): change(1000, (7, 1), values=raw(name="Mine"))}, UNTRUE, "Bridges"),
    "a depth of its own": ({(8, 1): change(1000, values=raw(name="Mine"))}, UNTRUE, "Bridges"),
    "a depth beyond all": ({(8, 1): change(1 << 31, (99, 1), values=raw(name="Mine"))}, UNTRUE, "Bridges"),
    "a number beyond all": ({(8, 1): change(2, (10**30, 1), values=raw(name="Mine"))}, UNTRUE, "Bridges"),
    "both faults": (
        {(8, 1): change(9, (7, 1), values=raw(name="Mine")), (9, 1): change(2, (7, 1), values=TOO_LONG)},
        UNREADABLE, "Bridges",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BENT)
def test_the_record_shows_what_stood_before_it_in_every_order(facility: Store, what: str) -> None:
    more, why, name = BENT[what]
    entries = BEGUN | more
    dice = random.Random(1)
    orders = [sorted(entries), sorted(entries, reverse=True), dice.sample(sorted(entries), len(entries))]
    for order in orders:
        for size in (1, len(entries)):
            with undone(facility) as unit:
                take(unit, entries, order, size)
                found = shown(unit)
                assert found["program"][RECORD]["name"] == name
                assert found["waiting"] == {RECORD: {"kind": "program", "needs": why}}
                assert not found["conflict"]
                assert check.check_tables(unit.connection) == []
                rebuild(unit.connection)
                assert shown(unit) == found


def test_whoever_writes_on_goes_on_from_what_is_shown(facility: Store) -> None:
    """And finds a depth to write at, whatever depth a forger stated."""
    entries = BEGUN | BENT["a depth beyond all"][0] | {(9, 1): change(2, (7, 1), values=TOO_LONG)}
    with undone(facility) as unit:
        take(unit, entries, sorted(entries))
        unit.revise(Program, RECORD, name="Bridges II")
        assert check.check_tables(unit.connection) == []
        rebuild(unit.connection)
        assert shown(unit)["program"][RECORD]["name"] == "Bridges II"
        assert shown(unit)["waiting"][RECORD]["needs"] == UNREADABLE


def test_a_beginning_that_does_not_fit_holds_up_what_belongs_to_it_and_nobody_else(facility: Store) -> None:
    her, other, hers, theirs = (Id(f"{n:032x}") for n in range(1, 5))
    program = {(7, 1): change(new=True, values=raw(name="Bridges"))}
    women = {
        (7, n): change(
            kind="participant", record=woman, participant=woman, new=True, values=raw(last_name=name)
        )
        for n, (woman, name) in enumerate(((her, "x" * 500), (other, "Ortega")), 2)
    } | {
        (7, n): change(
            kind="enrolment", record=episode, participant=woman, new=True,
            values=raw(participant=woman, program=RECORD),
        )
        for n, (woman, episode) in enumerate(((her, hers), (other, theirs)), 4)
    }  # fmt: skip
    entries = program | women
    for order in (sorted(entries), sorted(entries, reverse=True)):
        for size in (1, len(entries)):
            with undone(facility) as unit:
                take(unit, entries, order, size)
                found = shown(unit)
                assert set(found["participant"]) == {other}
                assert set(found["enrolment"]) == {theirs}
                assert found["waiting"] == {
                    her: {"kind": "participant", "needs": UNREADABLE},
                    hers: {"kind": "enrolment", "needs": f"participant/{her}"},
                }
                assert check.check_tables(unit.connection) == []


def test_what_comes_late_may_show_that_a_beginning_is_not_to_be_believed(facility: Store) -> None:
    """It named an entry that was not here; now it is, and its depth is not the one it claimed."""
    her, hers = Id("1" * 32), Id("2" * 32)
    about = {"kind": "participant", "record": her, "participant": her}
    entries = BEGUN | {
        (8, 1): change(9, (6, 1), new=True, values=raw(last_name="Mine"), **about),
        (8, 2): change(
            kind="enrolment", record=hers, participant=her, new=True, values=raw(participant=her, program=RECORD)
        ),
        (6, 1): change(1, values=raw(first_name="Ana"), **about),
    }
    told = []
    for order in ([(7, 1), (8, 1), (8, 2), (6, 1)], [(6, 1), (8, 2), (8, 1), (7, 1)]):
        with undone(facility) as unit:
            take(unit, entries, order)
            told.append(shown(unit))
            assert check.check_tables(unit.connection) == []
    assert told[0] == told[1]
    assert not told[0]["participant"]
    assert {record: row["needs"] for record, row in told[0]["waiting"].items()} == {
        her: UNTRUE, hers: f"participant/{her}"
    }  # fmt: skip


def test_an_update_of_the_program_brings_it_in(facility: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version whose only news is that a name may be longer; it meets what an older one had to leave."""
    entries = BEGUN | BENT["one built on both"][0]
    with undone(facility) as unit:
        take(unit, entries, sorted(entries))
        with monkeypatch.context() as newer:
            longer = msgspec.defstruct("Longer", [("name", str)])
            newer.setattr(rules, "wire_type", lambda cls: longer if cls is Program else wire_type(cls))
            rules.reader.cache_clear()
            rebuild(unit.connection)
            found = shown(unit)
            assert found["program"][RECORD]["name"] == "Both"
            assert not found["waiting"]
            assert check.check_tables(unit.connection) == []
        rules.reader.cache_clear()
        assert check.check_tables(unit.connection) == [f"program/{RECORD}"]  # the older program again: it is told
        rebuild(unit.connection)
        assert check.check_tables(unit.connection) == []


def test_check_proves_that_nothing_of_it_is_shown_and_that_it_is_listed(facility: Store) -> None:
    entries = BEGUN | BENT["a bent one"][0]
    for spoiled in (
        "UPDATE program SET name = 'not it'",
        "DELETE FROM waiting",
        f"UPDATE waiting SET needs = '{UNTRUE}'",
        "DELETE FROM program",
    ):
        with undone(facility) as unit:
            take(unit, entries, sorted(entries))
            assert check.check_tables(unit.connection) == []
            unit.connection.exec_driver_sql(spoiled)
            assert check.check_tables(unit.connection), spoiled


# In whatever history


@st.composite
def bent_histories(draw: st.DrawFn) -> tuple[dict[Place, Change], set[Place]]:
    """A woman's entries by three devices, and those of them that were bent."""
    entries = draw(histories(kinds()["participant"], {}))
    bent = draw(st.sets(st.sampled_from(sorted(entries)), max_size=3))
    for place in bent:
        lie = draw(st.booleans())
        old = entries[place]
        entries[place] = (
            msgspec.structs.replace(old, depth=old.depth + draw(st.sampled_from((1, 5, 1000))))
            if lie
            else msgspec.structs.replace(old, values=raw(**(old.read_values() | {"last_name": 5})))
        )
    return entries, bent


def built_on(entries: dict[Place, Change], bent: set[Place]) -> Iterator[Place]:
    """The bent ones and all that was built on them, plainly."""
    for place in entries:
        behind, todo = {place}, [place]
        while todo:
            fresh = [p for p in entries[todo.pop()].seen if p not in behind]
            behind.update(fresh)
            todo += fresh
        if behind & bent:
            yield place


@settings(max_examples=settings.default.max_examples // 2, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_order_of_arrival_does_not_matter(facility: Store, data: st.DataObject) -> None:
    entries, bent = data.draw(bent_histories())
    left = {place: c for place, c in entries.items() if place not in set(built_on(entries, bent))}
    parted = standing(entries.items())
    if not any(entries[p].depth != 1 + max((entries[q].depth for q in entries[p].seen), default=0) for p in left):
        assert dict(parted.entries) == left  # a lie below makes those above it look like lies: they wait as well
    assert {p for p, _c in parted.entries} <= set(left)
    want = fold(parted.entries)
    record = next(iter(entries.values())).record
    dice = random.Random(data.draw(st.integers(0, 1000)))
    told = []
    for order in (sorted(entries), sorted(entries, reverse=True), dice.sample(sorted(entries), len(entries))):
        for size in (1, 3, len(entries)):
            with undone(facility) as unit:
                take(unit, entries, order, size)
                assert check.check_tables(unit.connection) == []
                told.append(shown(unit))
                row = read_row(unit.connection, "participant", record)
                assert (row is not None) == want.born
                assert row is None or {n: row[0][n] for n in want.values} == want.values
                assert bool(told[-1]["waiting"]) == bool(parted.waits)
    assert all(one == told[0] for one in told)


def test_what_its_values_are_is_asked_of_the_fields_that_are_known(facility: Store) -> None:
    """A newer program's own fields may hold what they like."""
    with undone(facility) as unit:
        values = raw(name="Bridges", of_2031="a\0b", deep={"a": [1, 2]})
        take(unit, {(7, 1): change(new=True, values=values)}, [(7, 1)])
        assert unit.first(sa.select(Program.name).where(Program.id == RECORD)) == "Bridges"
        assert not shown(unit)["waiting"]
