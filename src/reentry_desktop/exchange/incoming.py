"""What comes in from a stick: verified before it is parsed, previewed, applied whole or not at all, harmless twice."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.days import show_day
from ..base.ids import Id, show_device
from ..base.pieces import open_whole, piece
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..bundle import (
    Entries,
    Header,
    Item,
    Manifest,
    Span,
    Verified,
    begin_of,
    open_bundle,
    read_card,
    verify,
)
from ..bundle.faults import fault
from ..records.local import Peer, ReceivedBundle, Waiting
from ..records.parting import Parting
from ..records.transfer import Transfer, moves_of
from ..records.trust import Revocation
from ..store import Store, Unit, releasing
from ..store.log import head
from ..store.projection import Intake
from . import forks, knowledge, news, pcs, scans
from .erased import is_erased, obey
from .forks import Fork, noted
from .identity import belongs, introduce, keys_of
from .looking import check_pieces, check_whole, is_own, not_for_here
from .moved import forget_moved, void_releases
from .parcels import Arriving
from .parting import give_way, gives_anew, let_go, settle
from .reader import Reader
from .recalled import answer_where_none, keep_deleted, lacks_words
from .revoking import revoked, staff_left_alone
from .succeeding import RENEWED, card_said, of_before, older_keys, root, take_over
from .taken import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken, inside, newest_of, refused
from .writing import tell_again


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
    if piece(path, 2).exists():
        try:
            check_pieces(path, 1)
        except Problem as problem:
            return Taken(str(path), SET_ASIDE, problem.sentence, code=problem.code)
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
                header = begin_of(file)
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
                return refused(store, path, header, problem)
            parting = anew
            continue
        except Problem as problem:
            if problem.code in ("disk", "kit"):
                raise
            return refused(store, path, header, problem)
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


def _apply(
    unit: Unit, path: Path, file: BinaryIO, header: Header, progress: Progress, arriving: Arriving, *, trial: bool,
    revoked_too: bool,
) -> Taken:  # fmt: skip
    if not unit.store.kit_tested:
        raise Problem(_("Test the recovery kit first. Nothing was read in, so that no record can be lost."), code="kit")
    known = unit.first(sa.select(ReceivedBundle).where(ReceivedBundle.header_digest == header.digest.hex()))
    if known is not None:  # also where this copy of it was cut short
        came_from = unit.session.get(Peer, known.site)
        return Taken(str(path), ALREADY, "", came_from.name if came_from else "", header.number, known.made_at)
    check_whole(path, file, header)
    peer = _sender(unit, header)
    verified = _verified(peer, file, header)
    if not revoked_too and (revocation := revoked(unit, Id(header.site), header.device)) is not None:
        raise _revoked(revocation)
    manifest, items = _opened(unit, file, verified)
    new_keys = take_over(unit, peer, card_said(manifest.more)) if "card" in manifest.more else False
    told = knowledge.Told.of(manifest.more)
    releasing.note(unit, header.site, show_device(header.device), manifest.more.get("release"))
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
    if header.number > newest_of(unit, header):  # one that comes late knows less than those before it
        knowledge.hear(unit, peer, told)
        pcs.hear(unit, peer.site, header.device, told.receipts)
        scans.hear(unit, peer.site, told.scans)
    news.hear(unit, peer.site, told.news)
    give_way(unit, peer, told)
    before = unit.connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one() if revoked_too else 0
    intake = Intake(unit.connection)
    others = set() if same_site else handed_on
    two, comes_late = _goes_on_otherwise(unit, header, manifest), header.number < newest_of(unit, header)
    reader = Reader(
        unit, intake, arriving, others, doubtful=header.device if two else 0, late=header.device if comes_late else 0
    )
    changes = reader.read(_told(items, manifest.totals.entries, progress))
    intake.finish()
    parted = settle(unit, reader.partings)
    _for_their_sake(unit, reader.women, header.site)
    if not staff_left_alone(unit, intake.touched.get("person", ())):
        raise fault("malformed")
    for release, by in void_releases(unit):  # the same day on each PC of this site
        unit.revise(Transfer, release, called_off_on=unit.get(Transfer, by).accepted_on)
    late = keep_deleted(unit)
    deleted = forget_moved(unit) + obey(unit)
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
    # Not where no receipt is given: two sites would answer each other for ever.
    if manifest.totals.entries and not changes and not lacks_words(unit, Id(header.site)):
        tell_again(unit, Id(header.site))
    own = sum(reader.new[device] for device in given_back)
    unit.tell("site", header.site, number=header.number, changes=changes, own=own)
    records = sum(map(len, intake.touched.values()))
    for kind, ids in intake.touched.items():
        unit.changed.touched.setdefault(kind, set()).update(ids)
    return Taken(
        str(path), APPLIED, "", sender, header.number, made, changes, records, intake.conflicts,
        _still_waiting(unit, intake), frozenset(reader.about), deleted=deleted + late, late=late,
        sealed=sealed, backup=arriving.backup, own=own, new_keys=new_keys, parted=parted,
        inside=inside(unit, before) if revoked_too else (),
    )  # fmt: skip


def _sender(unit: Unit, header: Header) -> Peer:
    """The trusted site that made a bundle for this one. Raises ``Problem``."""
    peer = unit.session.get(Peer, header.site)
    if is_own(unit.store, header, peer):
        raise fault("own-bundle")
    if (elsewhere := not_for_here(unit, header)) is not None:
        raise elsewhere
    if peer is None:
        raise fault("unknown-sender")
    return peer


def _still_waiting(unit: Unit, intake: Intake) -> int:
    """Of how many records something waits, once what was to go is gone."""
    count = sa.select(sa.func.count()).select_from(Waiting)
    return unit.connection.execute(count).scalar_one() if intake.waiting else 0


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
        if not is_erased(unit, woman) and not any(
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


def _goes_on_otherwise(unit: Unit, header: Header, manifest: Manifest) -> bool:
    """Whether another bundle of that device stands here in the place of this one, or of the one before it.

    Or one was made before it and goes further than it, or after it and not as far. A device that was cut off before it
    noted what it sent gives a number twice; so do two copies of one.
    """
    same = (ReceivedBundle.site == header.site, ReceivedBundle.device == header.device)
    for number, digest in ((header.number, header.digest), (header.number - 1, header.previous)):
        came = unit.first(sa.select(ReceivedBundle.header_digest).where(*same, ReceivedBundle.number == number))
        if came is not None and came != digest.hex():
            return True
    own, of = sa.select(ReceivedBundle.own).where(*same), ReceivedBundle.number
    earlier = unit.first(own.where(of < header.number).order_by(of.desc()).limit(1))
    later = unit.first(own.where(of > header.number).order_by(of).limit(1))
    ends = (span.last for span in manifest.spans if span.device == header.device)
    return any(_end_in(earlier, header) > end or 0 < _end_in(later, header) < end for end in ends)


def _end_in(own: str | None, header: Header) -> int:
    """How far a bundle that was taken in brings its device; 0 where it is not known."""
    ends = msgspec.json.decode(own or "[]", type=list[knowledge.End])
    return next((end.number for end in ends if end.device == header.device), 0)


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
            "safe. Keep the file: somebody in charge can look at what is in it."
        ).format(day=show_day(revocation.revoked_on), why=revocation.why),
        code="revoked",
    )


__all__ = ["ALREADY", "APPLIED", "SET_ASIDE", "WAITING", "Taken", "take_in", "take_in_sealed"]
