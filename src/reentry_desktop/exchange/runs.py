"""The entries a bundle carries: what is new since the other site's last receipt, and what it lacks and may have now."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..base.progress import Progress
from ..bundle import Card, Span, Totals, Writer
from ..records.entry import digest, first_hash
from ..store import Unit
from ..store.log import hash_at, run_of
from .knowledge import Known, Range, ranges_of
from .sharing import OURS, staying

WRITTEN = 0.6  # of a copy, what is done when all was given to the system: a stick writes slowly


@dataclass(frozen=True)
class Course:
    """What goes of one device: a span of new entries, if there are any, and runs that are offered again."""

    device: int
    end: tuple[int, bytes]
    """The last entry here, and its hash."""
    span: Span | None
    staying: set[int]
    """Of the new entries, those that stay here."""
    again: dict[Range, set[int]] = field(default_factory=dict)
    """Runs the other site lacks: the numbers in them that it gets now."""
    held: list[Range] = field(default_factory=list)
    """What it lacks once it took all this in."""


@dataclass(frozen=True)
class Leaving:
    """What a bundle will carry, known before it is written."""

    courses: list[Course]
    held_back: int
    """Of the entries that stay, those of a woman who does not let them out."""

    @property
    def changes(self) -> int:
        """How many entries go."""
        new = sum(c.span.last - c.span.first + 1 - len(c.staying) for c in self.courses if c.span)
        return new + sum(len(given) for c in self.courses for given in c.again.values())

    @property
    def spans(self) -> list[Span]:
        return [course.span for course in self.courses if course.span]

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
        return {str(course.device): (course.end[0], course.end[1].hex()) for course in self.courses}

    def held(self) -> dict[str, list[Range]]:
        """What the other site then lacks, as it is kept with what was sent."""
        return {str(course.device): course.held for course in self.courses}


def leaving(unit: Unit, to: Card, known: Known) -> Leaving:
    """What goes to *to*, which has what is *known*.

    Counted through the indexes alone: reading the whole log a second time would cost as much as sending it.
    """
    rows = unit.connection.exec_driver_sql(
        f"SELECT device, max(number) FROM entry WHERE {OURS} GROUP BY device ORDER BY device", (unit.store.site,)
    ).all()
    staying_here, courses, held_back = staying(unit, to), [], 0
    for device, last in rows:
        found = unit.connection.exec_driver_sql(staying_here, (device,)).all()
        held_back += sum(held for _number, held in found)
        courses.append(_course(unit, device, last, {number for number, _held in found}, known))
    return Leaving(courses, held_back)


def _course(unit: Unit, device: int, last: int, stays: set[int], known: Known) -> Course:
    chained = hash_at(unit.connection, device, last)
    base = known.heads.get(device)
    if base is None or base.number > last or _hash(unit, device, base.number) != base.hash:
        # Nothing is known, or of another history than this one: all of it goes, and the other site compares.
        new, begin, held = stays, 0, []
    else:
        begin, held = base.number, known.held.get(device, [])
        new = {number for number in stays if number > begin}
    again = {run: given for run in held if (given := set(range(run[0], run[1] + 1)) - stays)}
    span = Span(device, begin + 1, _hash(unit, device, begin), last, chained) if last > begin else None
    left = (number for run in held for number in range(run[0], run[1] + 1) if number not in again.get(run, ()))
    return Course(device, (last, chained), span, new, again, ranges_of([*left, *sorted(new)]))


def _hash(unit: Unit, device: int, number: int) -> bytes:
    return hash_at(unit.connection, device, number) if number else first_hash(device)


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
                    writer.withheld(gap, number, hash_at(unit.connection, span.device, number))
            writer.entries(going)
            yield len(numbers), records


def _write_again(unit: Unit, writer: Writer, device: int, run: Range, given: set[int]) -> set[str]:
    """Offer a run again: the entries *given*, and in place of the others their digests."""
    first, last = run
    writer.reoffer(device, first, last, _hash(unit, device, first - 1), _hash(unit, device, last))
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
