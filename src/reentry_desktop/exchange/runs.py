"""The entries a bundle carries: what is new since the other site's last receipt, and what it lacks and may have now."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import msgspec

from ..base.ids import Id
from ..base.progress import Progress
from ..bundle import Card, Span, Totals, Writer
from ..records.entry import digest
from ..store import Unit
from ..store.log import APART, Head, hash_known, head, run_of
from . import moving
from .forks import in_question
from .knowledge import Known, Range, ranges_of, run_with
from .sharing import done, own_devices, rule_for, rule_for_few, staying
from .sharing import with_gaps as own_with_gaps

WRITTEN = 0.6  # of a copy, what is done when all was given to the system: a stick writes slowly
FEW = 20_000
"""New entries up to which each is asked about by itself; of more, what stays is found through the indexes."""
_IN_RUNS = (
    "json_each(?) AS run CROSS JOIN entry WHERE device = ? "
    "AND number BETWEEN json_extract(run.value, '$[0]') AND json_extract(run.value, '$[1]')"
)


@dataclass(frozen=True)
class Course:
    """What goes of one device: a span of new entries, if there are any, and runs that are offered again."""

    device: int
    end: Head
    span: Span | None
    staying: set[int]
    """Of the new entries, those that stay here."""
    again: dict[Range, set[int]]
    """Runs the other site lacks: the numbers in them that it gets now."""
    held: list[Range]
    """What it lacks once it took all this in."""
    hers: list[Range]
    """Of those, what is about a woman: what she holds back, and what was erased and may come back with her record."""


@dataclass(frozen=True)
class Leaving:
    """What a bundle will carry, known before it is written."""

    courses: list[Course]

    @property
    def changes(self) -> int:
        """How many entries go."""
        new = sum(c.span.last - c.span.first + 1 - len(c.staying) for c in self.courses if c.span)
        return new + sum(len(given) for c in self.courses for given in c.again.values())

    @property
    def spans(self) -> list[Span]:
        return [course.span for course in self.courses if course.span]

    def hers(self) -> dict[int, list[Range]]:
        """What a woman holds back, by device."""
        return {course.device: course.hers for course in self.courses}

    def totals(self) -> Totals:
        """How many lines of each kind there will be."""
        again = [(run, given) for course in self.courses for run, given in course.again.items()]
        return Totals(
            entries=self.changes, reoffers=len(again),
            withheld=sum(number - 1 not in c.staying for c in self.courses for number in c.staying),
            kept=sum(last - first + 1 - len(given) for (first, last), given in again),
        )  # fmt: skip

    def heads(self) -> dict[str, tuple[int, str]]:
        """Where each device then stands, as it is kept with what was sent."""
        return {str(course.device): (course.end.number, course.end.hash.hex()) for course in self.courses}

    def held(self) -> dict[str, tuple[list[Range], list[Range]]]:
        """What the other site then lacks, all of it and what is hers of it, as it is kept with what was sent."""
        return {str(course.device): (course.held, course.hers) for course in self.courses}


def leaving(unit: Unit, to: Card, known: Known) -> Leaving:
    """What goes to *to*, which has what is *known*."""
    whole = set(own_devices(unit)) - set(own_with_gaps(unit)) - in_question(unit, Id(to.site))
    return Leaving([_course(unit, to, device, known) for device in sorted(whole)])


def _course(unit: Unit, to: Card, device: int, known: Known) -> Course:
    end, base = head(unit.connection, device), known.heads.get(device)
    if base is None or base.number > end.number or hash_known(unit.connection, device, base.number) != base.hash:
        # Nothing is known, or of another history than this one: all of it goes, and the other site compares.
        known, base = Known(), Head(0, b"")
    held, hers = known.held.get(device, []), known.hers.get(device, [])
    if to.kind == "facility" or (base.number and end.number - base.number <= FEW):  # an office writes few
        new, released = _look_at_each(unit, to, device, base.number, hers)
    else:
        new, released = _look_through_indexes(unit, device, base.number, held)
    again: dict[Range, set[int]] = {}
    for number in released:
        if (run := run_with(held, number)) is not None:
            again.setdefault(run, set()).add(number)
    begin = base.number
    span = (
        Span(device, begin + 1, hash_known(unit.connection, device, begin), end.number, end.hash)
        if end.number > begin
        else None
    )
    left, left_of_hers = (
        (number for first, last in runs for number in range(first, last + 1) if number not in released)
        for runs in (held, hers)
    )
    return Course(
        device, end, span, set(new), dict(sorted(again.items())), ranges_of([*left, *sorted(new)]),
        ranges_of([*left_of_hers, *sorted(number for number, of_her in new.items() if of_her)]),
    )  # fmt: skip


def _look_at_each(unit: Unit, to: Card, device: int, begin: int, hers: list[Range]) -> tuple[dict[int, bool], set[int]]:
    """The entries after *begin* that stay, and whether they are about a woman; and those of *hers* that go now."""
    run, rule = unit.connection.exec_driver_sql, rule_for_few(unit, to)
    after = "entry WHERE device = ? AND number > ?"
    rows = run(
        f"WITH few (woman) AS (SELECT participant FROM {after}) "
        f"SELECT number, NOT ({APART}) FROM {after} AND {rule} IS NOT TRUE",
        (device, begin) * 2,
    )
    new = {number: bool(of_her) for number, of_her in rows}
    released = run(
        f"WITH few (woman) AS (SELECT participant FROM {_IN_RUNS}) SELECT number FROM {_IN_RUNS} AND {rule}",
        (msgspec.json.encode(hers).decode(), device) * 2,
    )
    return new, set(released.scalars())


def _look_through_indexes(unit: Unit, device: int, begin: int, held: list[Range]) -> tuple[dict[int, bool], set[int]]:
    """The same for an office, of any number of entries: reading them once more would cost as much as sending them."""
    statement = staying()
    rows = unit.connection.exec_driver_sql(statement, (device,) * statement.count("?"))
    stays = {number: bool(of_her) for number, of_her in rows}
    released = {n for first, last in held for n in range(first, last + 1) if n not in stays}
    return {number: of_her for number, of_her in stays.items() if number > begin}, released


def with_gaps(unit: Unit, to: Card, known: Known, without: Collection[int] = ()) -> moving.Moving:
    """What goes of the devices of this site that are not whole here: runs as a whole device's cannot be written.

    Where something before the last confirmed place goes now, the run begins anew, and the other site skips what it has.
    Nothing goes of the devices *without*.
    """
    going = {
        device: set(
            unit.connection.exec_driver_sql(
                f"{done()}SELECT number FROM entry WHERE device = ? AND {rule_for(unit, to)}", (device,)
            ).scalars()
        )
        for device in set(own_with_gaps(unit)) - set(without)
    }
    courses = [moving.course(unit, device, numbers, known, own=True) for device, numbers in going.items()]
    return moving.Moving([replace(one, hers=_maybe_hers(unit, one)) for one in courses])


def _maybe_hers(unit: Unit, going: moving.Course) -> list[Range]:
    """Of what the other site then lacks, all but what is here and about nobody, or of this site alone."""
    apart = unit.connection.exec_driver_sql(
        f"SELECT number FROM {_IN_RUNS} AND ({APART})",
        (msgspec.json.encode(going.held).decode(), going.device),
    )
    of_nobody = set(apart.scalars())
    return ranges_of(n for first, last in going.held for n in range(first, last + 1) if n not in of_nobody)


def write(unit: Unit, writer: Writer, what: Leaving, progress: Progress) -> int:
    """Write every run, after the manifest. Returns how many records the entries are about."""
    records: set[str] = set()
    total = sum(span.last - span.first + 1 for span in what.spans)
    written = 0
    progress(0)
    for course in what.courses:
        for run, given in course.again.items():
            records |= _write_again(unit, writer, course.device, run, given)
        if course.span is None:
            continue
        for numbers, about in _write_new(unit, writer, course, course.span):
            records |= about
            written += numbers
            progress(WRITTEN * written / total)
    return len(records - {""})


def _write_new(unit: Unit, writer: Writer, course: Course, span: Span) -> Iterator[tuple[int, set[str]]]:
    """Write a span some thousand entries at a time; yields how many, and what they are about."""
    writer.run(span.device, span.first, span.before)
    staying, gap = course.staying, 0  # the first number of the run that stays
    with contextlib.closing(run_of(unit.connection, span.device, span.first, span.last)) as pieces:
        for piece in pieces:
            numbers, salts, payloads, about = piece
            if staying.isdisjoint(numbers):
                writer.entries(zip(numbers, salts, payloads, strict=True))
                yield len(numbers), set(about)
                continue
            records: set[str] = set()
            going: list[tuple[int, bytes, bytes]] = []
            for number, salt, payload, record in zip(*piece, strict=True):
                if number not in staying:
                    going.append((number, salt, payload))
                    records.add(record)
                    continue
                if number - 1 not in staying:
                    writer.entries(going)
                    going, gap = [], number
                if number + 1 not in staying:
                    writer.withheld(gap, number, hash_known(unit.connection, span.device, number))
            writer.entries(going)
            yield len(numbers), records


def _write_again(unit: Unit, writer: Writer, device: int, run: Range, given: set[int]) -> set[str]:
    """Offer a run again: the entries *given*, and in place of the others their digests."""
    first, last = run
    writer.reoffer(
        device, first, last, hash_known(unit.connection, device, first - 1), hash_known(unit.connection, device, last)
    )
    rows = unit.connection.exec_driver_sql(
        "SELECT number, record, salt, payload, digest FROM entry WHERE device = ? AND number BETWEEN ? AND ? "
        "ORDER BY number",
        (device, first, last),
    )
    records = set()
    for number, record, salt, payload, kept in rows:
        if number in given:
            writer.entry(number, bytes(salt), bytes(payload))
            records.add(record or "")
        else:
            writer.still_withheld(number, kept if payload is None else digest(bytes(salt), bytes(payload)))
    return records
