"""How a store in memory sends and takes in: the program's rules, without manifests, seals and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.bundle import Card, Entries, Item, Reoffer, Run, Withheld
from reentry_desktop.bundle import Kept as StillWithheld
from reentry_desktop.exchange import given_back, incoming, moved, moving, runs
from reentry_desktop.exchange.forks import Fork
from reentry_desktop.exchange.gaps import Gaps
from reentry_desktop.exchange.knowledge import REMEMBERED, End, Known
from reentry_desktop.exchange.moving import Moving
from reentry_desktop.exchange.reader import Reader
from reentry_desktop.exchange.recalled import lacks_words
from reentry_desktop.exchange.sharing import staying_of_hers
from reentry_desktop.records.change import Change, Place
from reentry_desktop.records.entry import digest, next_hash
from reentry_desktop.store import log
from reentry_desktop.store.log import Head

from .desk import Desk, Letter
from .world import OFFICES


class DeskWithPost(Desk):
    """The same desk, with what comes and goes."""

    # Sending, as ``exchange.outgoing`` does

    def send(self, to: Card, sender: str, receiver: str) -> Letter:
        """A bundle for the site of *to*; *sender* and *receiver* are the PCs."""
        site = Id(to.site)
        parts = self._what_goes(to, self.known_by(site))
        before = self.kept.sent.setdefault((site, self.device), [])
        items = [item for part in parts for item in self._items(part)]
        anew = site != self.site and lacks_words(self, site)  # type: ignore[arg-type]
        letter = Letter(
            sender, receiver, self.site, self.device, len(before) + 1, items,
            {
                course.device: (course.span.last, self.kept.devices.get(course.device, self.site))
                for part in parts for course in part.courses if course.span
            },
            {(item.device, row[0]) for item in items if isinstance(item, Entries) for row in item.rows},
            [(device, end) for device, of in self.kept.devices.items() if of == site and (end := self._end_of(device))],
            [
                End(device, end.number, end.hash.hex())
                for device in self._own() if device != self.device and (end := self._end_of(device))
            ],
            [] if anew else [
                letters[-1] for (of, _device), letters in self.kept.received.items() if of == site and letters
            ],
            Known(*(_merged(parts, name) for name in ("end", "held", "hers"))),
            self._stays(to, parts),
        )  # fmt: skip
        assert len(letter.places) == sum(part.changes for part in parts)
        before.append(letter)
        self.tell()
        return letter

    def _what_goes(self, to: Card, known: Known) -> list[runs.Leaving | Moving]:
        if to.site == self.site:
            return [moving.everything(self, known)]  # type: ignore[arg-type]
        if self.card.kind == to.kind == "facility":
            return [moving.leaving(self, to, known)]  # type: ignore[arg-type]
        own = self._own()
        with_gaps = [device for device in own if self.kept.gaps.get(device)]
        parts: list[runs.Leaving | Moving] = [
            runs.Leaving([runs._course(self, to, device, known) for device in own if device not in with_gaps])  # type: ignore[arg-type]
        ]
        if with_gaps:
            parts.append(runs.with_gaps(self, to, known))  # type: ignore[arg-type]
        if self.card.kind == "facility" and self.has_moves():
            parts.append(moving.handed_on(self, to, known))  # type: ignore[arg-type]
        if self.card.kind == "office" and to.kind == "facility":
            parts.append(self._given_back(to))
        return parts

    def _stays(self, to: Card, parts: list[runs.Leaving | Moving]) -> Counter[Id]:
        hers = {device: ranges for part in parts for device, ranges in part.hers().items()}
        return Counter({woman: many for woman, many, _why in staying_of_hers(self, to, hers)})  # type: ignore[arg-type]

    def _given_back(self, to: Card) -> Moving:
        last = self.kept.last.get(Id(to.site))
        if last is None:
            return Moving([])
        ends = {end.device: end for end in last.own}
        theirs = sorted(device for device, of in self.kept.devices.items() if of == to.site and device != last.device)
        return Moving([given_back._course(self, device, ends.get(device)) for device in theirs])  # type: ignore[arg-type]

    def _own(self) -> list[int]:
        return [device for device in log.devices(self.connection) if self.is_ours(device)]  # type: ignore[arg-type]

    def _end_of(self, device: int) -> Head | None:
        gaps = self.kept.gaps.get(device)
        end = max(log.head(self.connection, device), Head(gaps[-1][1], gaps[-1][3]) if gaps else Head(0, b""))  # type: ignore[arg-type]
        return end if end.number else None

    def _items(self, going: runs.Leaving | Moving) -> Iterator[Item]:
        if isinstance(going, Moving):
            pages = _Pages()
            moving.write(self, pages, going)  # type: ignore[arg-type]
            yield from pages.items
            return
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
        return log.hash_known(self.connection, device, number)  # type: ignore[arg-type]

    # Taking in, as ``exchange.incoming`` does

    def take_in(self, letter: Letter) -> str:
        """What became of it: a status, or the code of the problem; then nothing was changed."""
        received = self.kept.received.setdefault((letter.site, letter.device), [])
        if letter in received:
            return incoming.ALREADY
        kept = self.kept
        before = (kept.gaps.copy(), kept.devices.copy(), kept.has.copy(), kept.last.copy())
        self.connection.execute("SAVEPOINT taking")
        try:
            handed_on = self._devices_of_others(letter)
            if not self.is_late(letter):
                self._hear(letter)
            batch = _Batch()
            late = letter.device if self.is_late(letter) else 0
            reading = _Reading(self, batch, None, handed_on, late=late)  # type: ignore[arg-type]  # nothing sealed comes along
            reading.read(iter(letter.items))
        except Problem as problem:
            self.connection.execute("ROLLBACK TO taking")
            kept.gaps, kept.devices, kept.has, kept.last = before
            return problem.code
        finally:
            self.connection.execute("RELEASE taking")
        for place, change in batch.entries:
            self.kept.order.setdefault(place, len(self.kept.order))
            if change.depth:
                self.kept.history.setdefault(change.record, {})[place] = change
        self.brought = sum(change.depth > 0 for _place, change in batch.entries)  # between PCs of a site all goes
        self._settle_in({change.record for _place, change in batch.entries if change.depth})
        incoming._for_their_sake(self, reading.women, letter.site)  # type: ignore[arg-type]
        received.append(letter)
        received.sort(key=lambda one: one.number)
        self.tell()
        return incoming.APPLIED

    def is_late(self, letter: Letter) -> bool:
        """Whether a later one of that device came before it."""
        received = self.kept.received.get((letter.site, letter.device))
        return bool(received) and letter.number < received[-1].number

    def _devices_of_others(self, letter: Letter) -> set[int]:
        """The devices of other sites that the sender may hand on; every device is noted. Raises where one may not."""
        same_site, by_office = letter.site == self.site, letter.sender in OFFICES
        handed_on = set()
        for device, (last, of) in letter.spans.items():
            others = of != letter.site and (not by_office or of == self.site)
            site = of if others else letter.site
            if device == self.device:
                fits = site == self.site and last <= log.head(self.connection, device).number  # type: ignore[arg-type]
            else:
                fits = self.kept.devices.setdefault(device, site) == site
                self.connection.execute("INSERT OR REPLACE INTO device VALUES (?, ?)", (device, site))
            if not fits:
                raise Fork(0, 0, 0)
            handed_on |= {device} if others and not by_office and not same_site else set()
        return handed_on

    def _settle_in(self, touched: set[Id]) -> None:
        for record in sorted(touched):
            self.fold(record)
        for recall in self.standing_recalls():
            if self.answer_to(recall) is not None:
                self.delete_words(self.value(recall, "participant"))
        for release, by in moved.void_releases(self) if self.has_moves() else ():  # type: ignore[arg-type]
            self.revise(release, called_off_on=self.value(by, "accepted_on"))
        self.forget_moved()

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
        self.kept.last[letter.site] = letter
        for device, end in letter.ends:
            if device == self.device:
                row = self.connection.execute(
                    "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, end.number)
                ).fetchone()
                if row is None or row[0] != end.hash:
                    raise Problem("", code="behind")
        receipts = [receipt for receipt in letter.receipts if receipt.device == self.device]
        if not receipts:
            self.kept.has.pop(letter.site, None)
        sent = self.kept.sent.get((letter.site, self.device), [])
        for receipt in receipts:
            if receipt in sent:
                self.kept.has[letter.site] = receipt
                for earlier in sent[: max(0, receipt.number - 1 - REMEMBERED)]:
                    earlier.whole = None


def _merged(parts: list[runs.Leaving | Moving], name: str) -> dict[int, Any]:
    """What of each device the receiver then has, or lacks."""
    return {course.device: getattr(course, name, []) for part in parts for course in part.courses}


class _Pages:
    """What ``moving.write`` writes, as the reader of a bundle gives it."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._device, self._end = 0, b""

    def run(self, device: int, first: int, before: bytes) -> None:
        self.items.append(Run(device, first, before))
        self._device, self._end = device, before

    def entry(self, number: int, salt: bytes, payload: bytes) -> None:
        self._end = next_hash(self._end, number, digest(salt, payload))
        self.items.append(Entries(self._device, [(number, salt, payload, self._end)], reoffered=False))

    def withheld(self, first: int, last: int, after: bytes) -> None:
        self.items.append(Withheld(self._device, first, last, self._end, after))
        self._end = after


class _Batch:
    """What was read of a bundle."""

    def __init__(self) -> None:
        self.entries: list[tuple[Place, Change]] = []

    def apply(self, batch: list[tuple[Place, Change]]) -> None:
        self.entries += batch


class _Reading(Reader):
    """The program's reader of a bundle, with the gaps kept here."""

    unit: DeskWithPost  # type: ignore[assignment]

    def _gaps_of(self, device: int) -> Gaps:
        return Gaps(self.unit.kept.gaps.get(device, ()))

    def _save_gaps(self) -> None:
        if self.device:
            self.unit.save_gaps(self.device, self.gaps.rows())
