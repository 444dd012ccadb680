"""What one facility lets another one have: the whole record of each woman it released to it, and no word of others.

The rule is ``hers``. Of a released woman everything goes that is here, whoever wrote it, so that her history is the
same on both sides: entries of other sites too, each in its device's chain. Reports that were passed on stay. With her
goes what the log says of moves, so that all her facilities know who holds her record, and what is about nobody (sites,
programs, staff). Such bundles have no runs that are offered again: where something before the last confirmed place
must go now, the device's run begins anew, and the other site skips what it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..bundle import Card, Span, Totals, Writer
from ..records.access import restricted
from ..records.change import from_payload
from ..records.local import Device
from ..records.recall import Recall, RecallAnswer
from ..records.retention import Erasure
from ..records.transfer import Transfer, custody, may_write, moves_of
from ..store import Unit
from ..store.engines import run
from ..store.log import APART, Head, devices, entry, hash_known
from . import erased
from .knowledge import Known, Range, end_of, ranges_of
from .sharing import SHARING, done, given_out, own_devices, rule_for

FOR_ALL = frozenset({"program", "person", "site", "template_pack"})
"""Kinds about nobody that another site's entries may be of, because her record names them."""
_MANY = 500  # values of one statement


def between_facilities(unit: Unit, to: Card) -> bool:
    """Whether a bundle for *to* goes from one facility to another."""
    return unit.store.slots.kind == "facility" and to.kind == "facility" and to.site != unit.store.site


@dataclass(frozen=True)
class Course:
    """What goes of one device. ``going`` are the numbers of *span* that do; ``held`` is what the other site then lacks.

    Without a span nothing of it goes now. Of a run that begins anew it has some already: ``lacks`` counts the others.
    """

    device: int
    site: Id
    end: Head
    span: Span | None
    going: list[int]
    held: list[Range]
    lacks: int = 0
    hers: list[Range] = field(default_factory=list)
    """Of ``held`` what a woman holds back, or may: what is not here yet is not known to be of nobody."""


@dataclass(frozen=True)
class Moving:
    """What a bundle from one facility to another carries."""

    courses: list[Course]

    @property
    def changes(self) -> int:
        """How many entries go."""
        return sum(len(course.going) for course in self.courses if course.span)

    @property
    def lacks(self) -> int:
        """How many of them the other site does not have."""
        return sum(course.lacks for course in self.courses)

    @property
    def spans(self) -> list[Span]:
        return [course.span for course in self.courses if course.span]

    def hers(self) -> dict[int, list[Range]]:
        """What a woman holds back, by device; of what goes between facilities, nothing."""
        return {course.device: course.hers for course in self.courses if course.hers}

    def totals(self) -> Totals:
        """How many lines of each kind there will be."""
        return Totals(
            entries=self.changes,
            withheld=sum(len(_runs(c.going, c.span.first, c.span.last)) for c in self.courses if c.span),
        )

    def heads(self) -> dict[str, tuple[int, str]]:
        """Where each device then stands, as it is kept with what was sent."""
        return {str(course.device): (course.end.number, course.end.hash.hex()) for course in self.courses}

    def held(self) -> dict[str, tuple[list[Range], list[Range]]]:
        """What the other site then lacks, as it is kept with what was sent."""
        return {str(course.device): (course.held, course.hers) for course in self.courses}

    def devices(self, own: Id) -> dict[str, Id]:
        """The devices of other sites that have a run, and whose they are: for the manifest."""
        return {str(course.device): course.site for course in self.courses if course.span and course.site != own}


def released_to(unit: Unit, site: Id) -> set[Id]:
    """The women whose record this site gives to *site*: it released them to it, and that was the last it did with them.

    Not where the move was called off, where she came back since, or where she was released to another site then. What
    an office released in this site's place counts once a person here has let the rest go too.
    """
    own = unit.store.site
    women = unit.session.scalars(
        sa.select(Transfer.participant).where(Transfer.from_site == own, Transfer.to_site == site).distinct()
    )
    found = set()
    for woman in women:
        moves = moves_of(unit.connection, woman, own)
        holder, coming = custody(moves)
        if holder == own:
            last = coming
        else:
            taken = [move for move in moves if move.from_site == own and move.accepted]
            last = max(taken, key=lambda move: (move.epoch, move.id), default=None)
        if last is not None and last.to_site == site and last.whole:
            found.add(woman)
    return found


def moves_known_to(unit: Unit, site: Id) -> list[Id]:
    """All moves of each woman who was ever released to *site* or by it."""
    part = sa.or_(Transfer.from_site == site, Transfer.to_site == site)
    hers = sa.select(Transfer.participant).where(part, Transfer.released_on.is_not(None))
    return list(unit.session.scalars(sa.select(Transfer.id).where(Transfer.participant.in_(hers))))


def requests_of(unit: Unit, site: Id) -> list[Id]:
    """What this site and *site* asked of each other, and what this one asks of whichever facility has a record."""
    between = sa.or_(Transfer.from_site == site, Transfer.to_site == site)
    asked_of_all = sa.and_(Transfer.from_site == "", Transfer.to_site == unit.store.site)
    return list(unit.session.scalars(sa.select(Transfer.id).where(sa.or_(between, asked_of_all))))


def recalls_known_to(unit: Unit, site: Id) -> list[Id]:
    """What women who were ever at *site* call back, and the answers: it may have their words still, or ask for them."""
    part = sa.or_(Transfer.from_site == site, Transfer.to_site == site)
    women = sa.select(Transfer.participant).where(part, Transfer.accepted_on.is_not(None))
    found = (sa.select(kind.id).where(kind.participant.in_(women)) for kind in (Recall, RecallAnswer))
    return [record for some in found for record in unit.session.scalars(some)]


def hers(unit: Unit, to: Card) -> dict[int, set[int]]:
    """The rule: what *to*, a facility, may have of this one about moves and women. Device -> numbers."""
    if unit.first(sa.select(Transfer.id)) is None and unit.first(sa.select(Erasure.id)) is None:
        return {}  # nobody ever moved, and each export asks this of every facility
    site = Id(to.site)
    theirs = set(unit.session.scalars(sa.select(Device.device).where(Device.site == site)))
    found: dict[int, set[int]] = {}
    for device, number in _entries(unit, entry.c.record, moves_known_to(unit, site)):
        if device not in theirs:
            found.setdefault(device, set()).add(number)
    own = set(own_devices(unit))  # what others asked and answered is theirs to tell
    told = [*requests_of(unit, site), *recalls_known_to(unit, site), *erased.known_to(unit, site)]
    for device, number in _entries(unit, entry.c.record, told):
        if device in own:
            found.setdefault(device, set()).add(number)
    women = released_to(unit, site)
    # What it wrote itself it has, but where she comes back: then it may have deleted that meanwhile.
    back = {her for her in women if _is_on_the_way(unit, her, site)}
    for device, number in (*entries_of(unit, back), *entries_of(unit, women - back, but=theirs)):
        found.setdefault(device, set()).add(number)
    return found


def _is_on_the_way(unit: Unit, woman: Id, to: Id) -> bool:
    coming = custody(moves_of(unit.connection, woman, unit.store.site)).coming
    return coming is not None and coming.to_site == to


def _all_of(unit: Unit, to: Card, about_her: dict[int, set[int]]) -> dict[int, set[int]]:
    """The same, with what is about nobody: all of this site's own, and of others' what her record names."""
    theirs = set(unit.session.scalars(sa.select(Device.device).where(Device.site == to.site)))
    own = set(own_devices(unit))
    about_nobody = sa.select(entry.c.device, entry.c.number, entry.c.payload).where(
        entry.c.participant.is_(None), entry.c.share == "dates", entry.c.payload.is_not(None)
    )
    everything = {device: set(numbers) for device, numbers in about_her.items()}
    for device, number, payload in unit.connection.execute(about_nobody):
        if device in own or (device in about_her and device not in theirs and from_payload(payload).kind in FOR_ALL):
            everything.setdefault(device, set()).add(number)
    return everything


def _entries(unit: Unit, column: sa.Column[str | None], ids: Iterable[Id]) -> Iterator[tuple[int, int]]:
    """Where the entries with one of *ids* are, but for what is kept from all but its author."""
    for some in _some(sorted(ids)):
        found = sa.select(entry.c.device, entry.c.number, entry.c.share, entry.c.payload).where(
            column.in_(some), entry.c.payload.is_not(None)
        )
        for device, number, share, payload in unit.connection.execute(found):
            if share != "site" or from_payload(payload).kind not in restricted():
                yield device, number


def entries_of(unit: Unit, women: Iterable[Id], *, but: Collection[int] = ()) -> Iterator[tuple[int, int]]:
    """Device and number of all that goes of these women: whatever is here, but for reports that were passed on."""
    return (place for place in _entries(unit, entry.c.participant, women) if place[0] not in but)


def _some(ids: list[Id]) -> Iterator[list[Id]]:
    for at in range(0, len(ids), _MANY):
        yield ids[at : at + _MANY]


def leaving(unit: Unit, to: Card, known: Known) -> Moving:
    """What goes to *to*, a facility, which has what is *known*."""
    about_her = hers(unit, to)
    everything = _all_of(unit, to, about_her)
    anew = _anew(unit, to, known)
    own = set(own_devices(unit))
    # Of a device that nothing goes of any more, what was confirmed stays known.
    all_of = sorted(own | everything.keys() | known.heads.keys())
    return Moving([course(unit, d, everything.get(d, set()), known, anew, own=d in own) for d in all_of])


def lacking(unit: Unit, to: Card, known: Known) -> int:
    """How many entries about moves and women *to* may have that it does not, by what is *known*."""
    anew = _anew(unit, to, known)
    places = ((device, number) for device, numbers in hers(unit, to).items() for number in numbers)
    return sum(place in anew or known.lacks(*place) for place in places)


def _anew(unit: Unit, to: Card, known: Known) -> set[tuple[int, int]]:
    """What goes again though it was confirmed: all of a woman whose release the other site does not know of.

    Where she comes back, or a move was called off before, it may have deleted her record since.
    """
    found: set[tuple[int, int]] = set()
    for her in released_to(unit, Id(to.site)):
        coming = custody(moves_of(unit.connection, her, unit.store.site)).coming
        if coming is not None and coming.to_site == to.site and known.lacks(*begun_at(unit, coming.id)):
            found.update(entries_of(unit, [her]))
    return found


def handed_on(unit: Unit, to: Card, known: Known) -> Moving:
    """What an office gets of the women this site took over, beside what was written here."""
    if to.kind != "office":
        return Moving([])
    goes, stays = of_others(unit, to)
    courses = (course(unit, device, goes.get(device, set()), known, own=False) for device in sorted({*goes, *stays}))
    return Moving([replace(one, hers=ranges_of(sorted(stays.get(one.device, ())))) for one in courses])


def handed_out(unit: Unit, to: Card, known: Known) -> Moving:
    """What a facility gets from an office of the women it was given because theirs is closed.

    What is about nobody goes as between facilities.
    """
    if unit.store.slots.kind != "office" or to.kind != "facility":
        return Moving([])
    own = set(own_devices(unit))
    going = {
        device: numbers for device, numbers in _all_of(unit, to, of_others(unit, to)[0]).items() if device not in own
    }
    return Moving([course(unit, device, numbers, known, own=False) for device, numbers in sorted(going.items())])


def of_others(
    unit: Unit, to: Card, women: Collection[Id] | None = None
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """What other sites wrote about a woman, of these *women* or of all, that goes to *to* from here, and what stays.

    Either is device -> numbers. From a facility to an office, of those it took over: the sites she was at cannot send
    it any more. From an office to a facility, of those it was given in place of a closed one. As far as she lets it out
    here and now: her dates, and her words while she shares them.
    """
    goes: dict[int, set[int]] = {}
    stays: dict[int, set[int]] = {}
    if unit.store.slots.kind == to.kind:
        return goes, stays
    if to.kind == "office":
        hers = _taken_over(unit)
        rule = rule_for(unit, to)
    else:
        hers = given_out(unit, Id(to.site))
        rule = f"share = 'dates' OR participant IN ({SHARING})"
    if women is not None:
        hers &= set(women)
    if not hers:
        return goes, stays
    rows = unit.connection.exec_driver_sql(
        f"{done()}SELECT device, number, {rule} FROM entry WHERE participant IN (SELECT value FROM json_each(?)) "
        f"AND device IN (SELECT device FROM device WHERE site NOT IN (?, ?)) AND payload IS NOT NULL AND NOT ({APART})",
        (msgspec.json.encode(sorted(hers)).decode(), unit.store.site, to.site),
    )
    for device, number, may in rows:
        (goes if may else stays).setdefault(device, set()).add(number)
    return goes, stays


def _taken_over(unit: Unit) -> set[Id]:
    """The women who came to this site from another one, and whose record is held here."""
    taken = sa.select(Transfer.participant).where(
        Transfer.to_site == unit.store.site, Transfer.accepted_on.is_not(None), Transfer.removed.is_(False)
    )
    return {
        her
        for her in unit.session.scalars(taken.distinct())
        if may_write(moves_of(unit.connection, her, unit.store.site), unit.store.site)
    }


def everything(unit: Unit, known: Known) -> Moving:
    """What goes to another PC of this site: whatever is here, of every class, whoever wrote it."""
    going = []
    for device in devices(unit.connection):
        found = sa.select(entry.c.number).where(entry.c.device == device, entry.c.payload.is_not(None))
        going.append(course(unit, device, set(unit.connection.execute(found).scalars()), known, own=True))
    return Moving(going)


def begun_at(unit: Unit, record: Id) -> tuple[int, int]:
    """The entry that began a record."""
    found = sa.select(entry.c.device, entry.c.number).where(entry.c.record == record).order_by(entry.c.seq).limit(1)
    row = unit.connection.execute(found).first()
    return (row[0], row[1]) if row else (0, 0)


def course(
    unit: Unit, device: int, wanted: set[int], known: Known, anew: Collection[tuple[int, int]] = (), *, own: bool
) -> Course:
    """What goes of *device*, of the numbers *wanted*: those that are not *known*, and those that go *anew*."""
    of = unit.session.get(Device, device)
    site, numbers = of.site if of is not None else unit.store.site, sorted(wanted)
    base = known.heads.get(device, Head(0, b""))
    if base.number and hash_known(unit.connection, device, base.number) != base.hash:
        base, known = Head(0, b""), Known()  # of another history than this one: all of it goes, and is compared
    lacks = [number for number in numbers if (device, number) in anew or known.lacks(device, number)]
    # A device of this site is told to its end, a gap there too; of another one's chain no more than is needed.
    last = end_of(unit, device).number if own else max([base.number, *lacks])
    last = min(last, _sure(unit, device, base.number))
    lacks = [number for number in lacks if number <= last]
    if last == base.number and not lacks:
        return Course(device, site, base, None, [], known.held.get(device, []))
    first = base.number + 1 if all(number > base.number for number in lacks) else 1
    end = Head(last, hash_known(unit.connection, device, last))
    before = hash_known(unit.connection, device, first - 1)
    goes = [number for number in numbers if first <= number <= last]
    held = [run for run in known.held.get(device, []) if first > 1] + _runs(goes, first, last)
    return Course(device, site, end, Span(device, first, before, last, end.hash), goes, held, len(lacks))


def _sure(unit: Unit, device: int, base: int) -> int:
    """How far the chain can be told from *base*: not past entries that a damaged disk lost here."""
    lost = "SELECT min(first) FROM gap WHERE device = ? AND hash_after = ? AND last > ?"
    (first,) = run(unit.connection, lost, (device, b"", base)).fetchone()
    return first - 1 if first is not None else 1 << 62


def _runs(going: list[int], first: int, last: int) -> list[Range]:
    """What lies between *first* and *last* and does not go."""
    return [(a + 1, b - 1) for a, b in pairwise([first - 1, *going, last + 1]) if b - a > 1]


def write(unit: Unit, writer: Writer, what: Moving) -> int:
    """Write every run, after the manifest. Returns how many records the entries are about."""
    records: set[str] = set()
    for course in what.courses:
        if course.span is None:
            continue
        writer.run(course.device, course.span.first, course.span.before)
        at = course.span.first - 1
        for number, record, salt, payload in _rows(unit, course):
            if number > at + 1:
                writer.withheld(at + 1, number - 1, hash_known(unit.connection, course.device, number - 1))
            writer.entry(number, bytes(salt), bytes(payload))
            records.add(record or "")
            at = number
        if at < course.span.last:
            writer.withheld(at + 1, course.span.last, course.span.after)
    return len(records - {""})


def count_records(unit: Unit, what: Moving) -> int:
    """How many records the entries are about."""
    return len({row[1] for course in what.courses if course.span for row in _rows(unit, course)} - {"", None})


def _rows(unit: Unit, course: Course) -> Iterator[tuple[int, str, bytes, bytes]]:
    for at in range(0, len(course.going), _MANY):
        found = sa.select(entry.c.number, entry.c.record, entry.c.salt, entry.c.payload).where(
            entry.c.device == course.device, entry.c.number.in_(course.going[at : at + _MANY])
        )
        for row in unit.connection.execute(found.order_by(entry.c.number)):
            yield tuple(row)


__all__ = [
    "FOR_ALL",
    "Moving",
    "between_facilities",
    "handed_out",
    "hers",
    "lacking",
    "leaving",
    "moves_known_to",
    "released_to",
    "write",
]
