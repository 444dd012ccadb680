"""What comes in from a stick: verified before it is parsed, previewed, applied whole or not at all, harmless twice."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id
from ..base.pieces import open_whole
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _, ngettext
from ..bundle import (
    Entries,
    Header,
    Item,
    Kept,
    Manifest,
    Piece,
    Reoffer,
    Row,
    Run,
    Span,
    Verified,
    Withheld,
    inspect,
    open_bundle,
    read_card,
    verify,
)
from ..bundle.faults import fault
from ..records.change import Change, Place
from ..records.local import Gap, Peer, ReceivedBundle
from ..records.parting import ACT, Parting
from ..records.transfer import moves_of
from ..records.trust import Revocation
from ..store import Store, Unit
from ..store.log import Head, head, insert_many
from ..store.projection import Intake
from . import forks, knowledge, pcs
from .forks import Fork, Noted, noted
from .gaps import Gaps
from .identity import belongs, introduce, keys_of
from .moved import forget_moved
from .moving import FOR_ALL
from .parcels import Arriving
from .parting import give_way, gives_anew, let_go, said_in, settle
from .recalled import answer_where_none, keep_deleted
from .revoking import revoked, staff_left_alone
from .succeeding import RENEWED, card_said, of_before, older_keys, root, take_over

APPLIED, ALREADY, WAITING, SET_ASIDE = "applied", "already-applied", "waiting", "quarantined"
_decode = msgspec.json.Decoder(Change).decode
_NESTED = 64  # brackets within brackets; a reader that goes deeper runs out of room at some depth of its own
_IN_QUOTES = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BATCH = 10_000  # entries written at once: more of them fall on one page, and memory stays small


@dataclass(frozen=True)
class Taken:
    """What became of one file. ``reason`` is a sentence where it was not applied."""

    file: str
    status: str
    reason: str = ""
    sender: str = ""
    number: int = 0
    made: str = ""
    changes: int = 0
    records: int = 0
    conflicts: int = 0
    waiting: int = 0
    women: int = 0
    code: str = ""
    site: Id = Id("")
    missing_from: int = 0
    """Of a file that waits: the first of that site's bundles before it that is not here; 0 where none is missing."""
    name: str = ""
    """What the file was called when it was first brought, where it was set aside since."""
    deleted: int = 0
    """Entries of women who moved away that this site did not keep once all of it was confirmed."""
    sealed: int = 0
    """How many sealed files it brought: for this site, or to be carried on."""
    backup: bool = False
    """Whether it brought that site's sealed backup, to be kept."""
    new_keys: bool = False
    """Whether its site has new keys, which are believed from now on."""
    parted: bool = False
    """Whether it says that a PC which was copied went on as a new device."""
    own: int = 0
    """Of the changes, those that other PCs of this site wrote: they came back."""

    def named(self, name: str) -> Taken:
        """The same, of a file that was called *name*."""
        return replace(self, name=name)


class _Undo(Exception):
    """Rolls a trial run back."""


def take_in(
    store: Store, path: Path, *, trial: bool = False, progress: Progress = untold, revoked_too: bool = False
) -> Taken:
    """Take a bundle in, or, as a *trial*, say exactly what that would do and change nothing.

    A *trial* may look into a bundle of a sender that was revoked (*revoked_too*). What is wrong with the file is told
    in the result; only what is wrong with this PC is raised. *progress* hears how much is done, 0 to 1, and may raise
    to stop it: then nothing is changed.
    """
    try:
        with open_whole(path) as file:
            return _take(store, path, file, trial=trial, progress=progress, revoked_too=trial and revoked_too)
    except OSError:
        return _unreadable(path)


def take_in_sealed(store: Store, sha256: str, *, trial: bool = False, revoked_too: bool = False) -> Taken:
    """The same, of a sealed file that lies in this store."""
    path = Path(f"{sha256}.bundle")
    try:
        with store.read() as unit, unit.sealed.opened(sha256) as file:
            return _take(store, path, file, trial=trial, progress=untold, revoked_too=trial and revoked_too)
    except OSError:
        return _unreadable(path)


def _unreadable(path: Path) -> Taken:
    sentence = _(
        "This file cannot be read. Nothing was read in, and the records here are safe. Put the stick in again."
    )
    return Taken(str(path), SET_ASIDE, sentence, code="no-file")


def _take(store: Store, path: Path, file: BinaryIO, *, trial: bool, progress: Progress, revoked_too: bool) -> Taken:
    parting: Parting | None = None
    while True:
        header: Header | None = None
        taken: Taken | None = None
        try:
            with suppress(_Undo), store.work("import_bundle") as unit, _no_collecting():
                header = inspect(file)
                if parting is not None:
                    let_go(unit, parting)
                with _arriving(unit) as arriving:
                    taken = _apply(unit, path, file, header, progress, arriving, trial=trial, revoked_too=revoked_too)
                    if trial:
                        raise _Undo
        except Fork as fork:
            assert header is not None
            with store.read() as unit:
                anew = _given_anew(unit, file, header, fork) if parting is None else None
                problem = noted(unit, fork, Id(header.site))
            if anew is None:
                return _refused(store, path, header, problem)
            parting = anew
            continue
        except Problem as problem:
            if problem.code in ("disk", "kit"):
                raise
            return _refused(store, path, header, problem)
        assert taken is not None
        return taken


def _given_anew(unit: Unit, file: BinaryIO, header: Header, fork: Fork) -> Parting | None:
    """Whether a bundle that tells another history brings the one that is here as well, under new numbers."""
    peer = unit.session.get(Peer, header.site)
    assert peer is not None
    verified = _verified(peer, file, header)
    return gives_anew(unit, lambda: _opened(unit, file, verified)[1], fork, Id(header.site))


@contextmanager
def _arriving(unit: Unit) -> Iterator[Arriving]:
    """Where the sealed files of a bundle go while it is read; what was not kept leaves nothing behind."""
    arriving = Arriving(unit)
    try:
        yield arriving
    finally:
        arriving.drop()


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Nothing that comes in refers to itself: looking for such circles among it would be work for nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _refused(store: Store, path: Path, header: Header | None, problem: Problem) -> Taken:
    """Why a file was not taken in, and of one that waits, what it waits for."""
    if header is None:
        return Taken(str(path), SET_ASIDE, problem.sentence, code=problem.code)
    if isinstance(problem, Noted):  # of a trial too: nobody goes on to bring in what is refused
        with store.work("note_parting") as unit:
            unit.set_setting(problem.key, problem.value)
    with store.read() as unit:
        peer = unit.session.get(Peer, header.site)
        newest = _newest(unit, header)
    if problem.code == "old-key" and newest > header.number:  # a later one began before it: all of it has come
        return Taken(str(path), ALREADY, "", peer.name if peer else "", header.number)
    refused = Taken(
        str(path), SET_ASIDE, problem.sentence, peer.name if peer else "", header.number, code=problem.code,
        site=header.site,
    )  # fmt: skip
    if problem.code != "waiting":
        return refused
    missing_from = newest + 1 if newest + 1 < header.number else 0
    sentence = _waits(refused.sender, header.number, missing_from, sealed=bool(peer and peer.introduced_by))
    return replace(refused, status=WAITING, reason=sentence, missing_from=missing_from)


def _waits(sender: str, number: int, missing_from: int, *, sealed: bool) -> str:
    """A gap is named: which bundles are missing, and which one waits for them.

    To a site whose card an office brought no bundles go by themselves: what is *sealed* for it goes with the office's.
    """
    if sealed:
        words = _(
            "Sealed file {n} of {site} goes on from what is not on this PC. Nothing was read in, and the records here "
            "are safe. Copy a bundle for your office: it tells {site} what is here, and their next sealed file brings "
            "the rest. If another PC of this site has it, a bundle of that PC brings it too."
        )
    elif missing_from:
        words = ngettext(
            "Bundle {first} of {site} is missing; number {n} waits for it. Nothing was read in, and the records here "
            "are safe. Bring the missing one in. Or copy a bundle for {site}: their next one then brings it again.",
            "Bundles {first} to {last} of {site} are missing; number {n} waits for them. Nothing was read in, and the "
            "records here are safe. Bring the missing ones in. Or copy a bundle for {site}: their next one then "
            "brings them again.",
            number - missing_from,
        )
    else:
        words = _(
            "Bundle {n} of {site} goes on from entries that are not here. Nothing was read in, and the records here "
            "are safe. Copy a bundle for {site}: it says what is here, and their next one brings the rest."
        )
    return words.format(first=missing_from, last=number - 1, site=sender, n=number)


def _apply(
    unit: Unit, path: Path, file: BinaryIO, header: Header, progress: Progress, arriving: Arriving, *, trial: bool,
    revoked_too: bool,
) -> Taken:  # fmt: skip
    if not unit.store.kit_tested:
        raise Problem(_("Test the recovery kit first. Nothing was read in, so that no record can be lost."), code="kit")
    peer = unit.session.get(Peer, header.site)
    if peer is None:
        raise fault("unknown-sender")
    if header.site == unit.store.site and header.device == unit.store.device:
        raise _own_bundle()
    verified = _verified(peer, file, header)
    known = unit.first(sa.select(ReceivedBundle).where(ReceivedBundle.header_digest == header.digest.hex()))
    if known is not None:
        return Taken(str(path), ALREADY, "", peer.name, header.number, known.made_at)
    if not revoked_too and (revocation := revoked(unit, Id(header.site), header.device)) is not None:
        raise _revoked(revocation)
    manifest, items = _opened(unit, file, verified)
    new_keys = take_over(unit, peer, card_said(manifest.more)) if "card" in manifest.more else False
    told = knowledge.Told.of(manifest.more)
    same_site = header.site == unit.store.site  # another PC of this site: what it has, whoever wrote it
    forks.hear(unit, peer, told)
    knowledge.never_behind(unit, peer, told)
    of_office = read_card(peer.card).kind == "office" and not same_site
    # An office gives back what it holds of this site's own devices; of others', what is about a woman it gave this one.
    given_back = {device: of for device, of in told.devices.items() if of_office and of == unit.store.site}
    handed_on = told.devices.keys() - given_back.keys()
    for span in manifest.spans:
        if not _may_send(unit, span, header.site, told.devices.get(span.device, "")):
            raise Fork(0, 0, 0)
    sender, made = peer.name, stamp(manifest.made)
    arriving.begin(peer, (header.device, header.number), manifest.parcels)
    introduce(unit, peer, told.cards)
    if header.number > _newest(unit, header):  # one that comes late knows less than those before it
        knowledge.hear(unit, peer, told)
        pcs.hear(unit, peer.site, header.device, told.receipts)
    give_way(unit, peer, told)
    intake = Intake(unit.connection)
    others = set() if same_site else handed_on
    reader = _Reader(unit, intake, arriving, others, header.device if _goes_on_otherwise(unit, header) else 0)
    changes = reader.read(_told(items, manifest.totals.entries, progress))
    intake.finish()
    parted = settle(unit, reader.partings)
    _for_their_sake(unit, reader.women, header.site)
    if not staff_left_alone(unit, intake.touched.get("person", ())):
        raise fault("malformed")
    keep_deleted(unit)
    deleted = forget_moved(unit)
    answer_where_none(unit)
    sealed = arriving.keep(trial=trial)
    progress(1)
    # A device that was cut off before it noted what it sent numbers its next bundle the same.
    same = (ReceivedBundle.site == header.site, ReceivedBundle.device == header.device)
    unit.local(sa.delete(ReceivedBundle).where(*same, ReceivedBundle.number == header.number))
    unit.local(
        sa.insert(ReceivedBundle).values(
            site=header.site, device=header.device, number=header.number, header_digest=header.digest.hex(),
            made_at=made, received_at=stamp(unit.store.clock()), changes=changes, secret=manifest.receipt_secret,
            stays=msgspec.json.encode(told.stays).decode(), own=_ends(header, manifest, told),
        )
    )  # fmt: skip
    own = sum(reader.new[device] for device in given_back)
    unit.tell("site", header.site, number=header.number, changes=changes, own=own)
    records = sum(map(len, intake.touched.values()))
    for kind, ids in intake.touched.items():
        unit.changed.touched.setdefault(kind, set()).update(ids)
    women = len(intake.touched.get("participant", ()))
    return Taken(
        str(path), APPLIED, "", sender, header.number, made, changes, records, intake.conflicts, intake.waiting, women,
        deleted=deleted, sealed=sealed, backup=arriving.backup, own=own, new_keys=new_keys, parted=parted,
    )  # fmt: skip


def _ends(header: Header, manifest: Manifest, told: knowledge.Told) -> str:
    """How far the bundle brings its own device, and how far the PC that made it knows its site's others: as JSON."""
    left = [
        knowledge.End(span.device, span.last, span.after.hex())
        for span in manifest.spans
        if span.device == header.device
    ]
    return msgspec.json.encode([*left, *told.own]).decode()


def _verified(peer: Peer, file: BinaryIO, header: Header) -> Verified:
    try:
        return verify(file, read_card(peer.card), root(peer).kit_keys)
    except Problem as problem:
        if problem.code != "bad-certificate" or not of_before(peer, header):
            raise
        raise Problem(
            _(
                "This bundle was made before {site} had its new keys, so it is not believed any more. Nothing was read "
                "in, and the records here are safe. Their next bundle brings all that is in it."
            ).format(site=peer.name),
            code="keys-before",
        ) from problem


def _opened(unit: Unit, file: BinaryIO, verified: Verified) -> tuple[Manifest, Iterator[Item]]:
    try:
        return open_bundle(file, verified, keys_of(unit)[0], older_keys(unit))
    except Problem as problem:
        if problem.code != "wrong-receiver" or unit.store.site not in verified.to or not unit.setting(RENEWED):
            raise
        raise Problem(
            _(
                "This bundle was sealed to keys that this site has no more. Nothing was read in, and the records here "
                "are safe. Copy a bundle for that site: it brings our new card, and their next one brings all of it."
            ),
            code="old-key",
        ) from problem


def _for_their_sake(unit: Unit, women: set[Id], sender: Id) -> None:
    """What others wrote is handed on about a woman alone who moved to the sender or from it.

    By an office, where it released her to this site in place of a closed one.
    """
    own = unit.store.site
    for woman in women:
        if not any(
            sender in (m.from_site, m.to_site) or (m.by == sender and m.to_site == own)
            for m in moves_of(unit.connection, woman, own)
        ):
            raise fault("malformed")


def _may_send(unit: Unit, span: Span, sender: Id, of: str) -> bool:
    """Whether a bundle of *sender* may have this run.

    Between facilities her history goes along whoever wrote it, and an office gives back what this site's devices wrote:
    such a device is said to be of another site than the sender (*of*). This device's own entries may come back, but
    never one that it did not write.
    """
    if span.device == unit.store.device and sender == unit.store.site:
        return span.last <= head(unit.connection, span.device).number
    if not of:
        return span.device != unit.store.device and belongs(unit, span.device, sender)
    if span.device == unit.store.device:
        return of == unit.store.site and span.last <= head(unit.connection, span.device).number
    return of != sender and belongs(unit, span.device, Id(of))


def _goes_on_otherwise(unit: Unit, header: Header) -> bool:
    """Whether another bundle of that device stands here in the place of this one, or of the one before it.

    A device that was cut off before it noted what it sent gives a number twice; so do two copies of one.
    """
    same = (ReceivedBundle.site == header.site, ReceivedBundle.device == header.device)
    for number, digest in ((header.number, header.digest), (header.number - 1, header.previous)):
        came = unit.first(sa.select(ReceivedBundle.header_digest).where(*same, ReceivedBundle.number == number))
        if came is not None and came != digest.hex():
            return True
    return False


def _newest(unit: Unit, header: Header) -> int:
    """The greatest number of that device's bundles taken in here; 0 before the first."""
    same = (ReceivedBundle.site == header.site, ReceivedBundle.device == header.device)
    return unit.first(sa.select(sa.func.max(ReceivedBundle.number)).where(*same)) or 0


def _told(items: Iterator[Item], entries: int, progress: Progress) -> Iterator[Item]:
    """*items* as they are. Before each part of the *entries*, *progress* hears how many were taken in."""
    taken = 0
    for item in items:
        if isinstance(item, Entries):
            progress(taken / entries)
            taken += len(item.rows)
        yield item


def _revoked(revocation: Revocation) -> Problem:
    return Problem(
        _(
            "What comes from this PC is not believed since {day}: {why}. Nothing was read in, and the records here are "
            "safe. The file is kept; somebody in charge can look at what is in it."
        ).format(day=revocation.revoked_on, why=revocation.why),
        code="revoked",
    )


def _own_bundle() -> Problem:
    return Problem(
        _("This PC made this bundle itself. Nothing was read in. Bring it to the site that it is for."),
        code="own-bundle",
    )


def _beyond() -> Problem:
    return Problem("", code="waiting")  # what it waits for is said where its number is known


class _Reader:
    """Writes what is new into the log, skips what is here after comparing it, and keeps track of the gaps."""

    def __init__(self, unit: Unit, intake: Intake, arriving: Arriving, handed_on: set[int], doubtful: int) -> None:
        self.doubtful = doubtful  # the device that may have two histories: nothing of it is taken unproved
        self.unit, self.intake, self.arriving, self.handed_on = unit, intake, arriving, handed_on
        self.women: set[Id] = set()  # whom another site's entries are about
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
            rows = self._unknown(rows)
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
        self.lines, self.batch = [], []

    def _unknown(self, rows: list[Row]) -> list[Row]:
        """The rows that are not here yet; those that are must be the same."""
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
            else:
                if number <= self.end.number and not self.gaps.split(number, before, chained, keep=False):
                    raise self._fork(number)
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
    brackets = payload.count(b"[") > _NESTED or payload.count(b"{") > _NESTED
    unkept = rb"\u0000" in payload and "\0" in change.record + change.participant + change.share
    if unkept or (brackets and _is_too_deep(payload)):
        raise fault("malformed")
    return change


def _is_too_deep(payload: bytes) -> bool:
    level = 0
    for byte in _IN_QUOTES.sub(b"", payload):
        level += (byte in b"[{") - (byte in b"]}")
        if level > _NESTED:
            return True
    return False


__all__ = ["ALREADY", "APPLIED", "SET_ASIDE", "WAITING", "Taken", "take_in", "take_in_sealed"]
