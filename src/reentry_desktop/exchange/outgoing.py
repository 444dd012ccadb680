"""What leaves on the stick: one bundle, from where the other site stands, written, read back and compared."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ..base import pieces
from ..base.days import show_day
from ..base.files import sync_folder
from ..base.ids import Id
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..bundle import Card, read_back, read_card
from ..records.base import Share
from ..records.local import Peer, Roll, SentBundle
from ..records.trust import Revocation
from ..store import Store, Unit, releasing
from . import kept, moving, parcels, succeeding, writing
from .identity import facilities, peer_named
from .knowledge import Known, confirmed, last_sent
from .moving import Moving, between_facilities
from .revoking import revoked, shut_out
from .runs import Leaving
from .sharing import HeldBack, done, held_back, rule_for
from .writing import Outgoing

ROOM = 4096  # bytes of a stick left free
PACKED = 100  # bytes a change takes in a bundle, at most about: its salt does not pack, its words pack to a fourth
# Of a copy, what is done when it stands on the stick.
_ON_DISK = 0.9


@dataclass(frozen=True)
class Preview:
    """What a bundle would carry, before anything is written."""

    site: str
    fingerprint: tuple[str, ...]
    changes: int
    records: int
    held_back: tuple[HeldBack, ...]
    number: int
    sealed_for: tuple[str, ...] = ()
    """The facilities that a sealed file goes along for."""
    backup: bool = False
    """Whether this site's sealed backup goes along, for the office to keep."""
    sealed_stays: tuple[str, ...] = ()
    """The facilities for which a sealed file lies here and does not go: they were revoked."""


@dataclass(frozen=True)
class Sent:
    """A bundle that was written, read back and compared."""

    file: Path
    number: int
    changes: int
    records: int
    held_back: int
    bytes: int
    sha256: str
    to: str
    sealed_for: tuple[str, ...] = ()
    backup: int = 0
    """How many bytes of it are this site's sealed backup; 0 where none went along."""
    no_backup: str = ""
    """A sentence, where a backup was due and did not go along."""
    sealed_stays: tuple[str, ...] = ()


def preview(unit: Unit, to: str) -> Preview:
    """What would go to the site *to*, and what would stay.

    Raises ``NotFound`` without its card, ``Problem`` where nothing goes to it any more.
    """
    peer, card = _receiver(unit, to)
    next_one = writing.next_bundle(unit, peer, card)
    along = {parcel.to for parcel in parcels.going_with(unit, peer)}
    if card.kind == "office":
        along |= {other.site for other, _card in facilities(unit) if parcels.is_due(unit, other.site)}
    return Preview(
        peer.name,
        card.fingerprint,
        next_one.changes,
        sum(_records(unit, card, part) for part in next_one.parts),
        tuple(held_back(unit, next_one.staying)),
        next_one.number,
        _names(unit, along),
        card.kind == "office" and kept.going(unit),
        _names(unit, parcels.staying(unit)) if card.kind == "office" else (),
    )


def _receiver(unit: Unit, to: str) -> tuple[Peer, Card]:
    """The trusted site named *to*. Raises ``Problem`` where it was revoked: then nothing of anybody goes there."""
    peer, card = peer_named(unit, to)
    if (revocation := shut_out(unit, peer.site)) is not None:
        raise Problem(nothing_goes(peer.name, revocation), code="revoked")
    return peer, card


def nothing_goes(site: str, revocation: Revocation) -> str:
    """Why nothing is copied for a site, and what to do."""
    if revocation.device:
        words = _(
            "The PC of {site} that was heard last is not trusted since {day}: {why}. Nothing is copied for {site}, and "
            "the records here are safe. Bring in a bundle of another PC of {site} first. If it was a slip, trust it "
            "again: USB sync, Who is trusted."
        )
    else:
        words = _(
            "{site} is not trusted since {day}: {why}. Nothing is copied for it, and the records here are safe. "
            "If it was a slip, trust it again: USB sync, Who is trusted."
        )
    return words.format(site=site, day=show_day(revocation.revoked_on), why=revocation.why)


def _names(unit: Unit, sites: Collection[str]) -> tuple[str, ...]:
    return tuple(peer.name for peer, _card in facilities(unit) if peer.site in sites)


def _records(unit: Unit, to: Card, going: Leaving | Moving) -> int:
    """How many records the entries are about."""
    if isinstance(going, Moving):
        return moving.count_records(unit, going)
    found: set[str] = set()
    for course in going.courses:
        again = sorted(number for given in course.again.values() for number in given)
        rows = unit.connection.exec_driver_sql(
            f"{done()}SELECT DISTINCT record FROM entry WHERE record IS NOT NULL AND device = ? AND "
            f"(number >= ? AND {rule_for(unit, to)} OR number IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))",
            (course.device, course.span.first if course.span else 1 << 62, msgspec.json.encode(again).decode()),
        )
        found.update(rows.scalars())
    return len(found)


def count_waiting(unit: Unit, site: Id) -> int:
    """How many changes would go to *site* that the last bundle for it did not bring."""
    return _count_since(unit, site, last_sent(unit, site))


def count_unconfirmed(unit: Unit, site: Id, waiting: int) -> int:
    """How many changes were copied for *site* of which it has not said that they came, beside those *waiting*."""
    last, has = last_sent(unit, site), confirmed(unit, site)
    if last is None or has is None:  # without a receipt each bundle begins at the first entry
        return last.changes if last is not None else 0
    if last.number == has.number:
        return 0
    return max(0, _count_since(unit, site, has) - waiting)


def _count_since(unit: Unit, site: Id, bundle: SentBundle | None) -> int:
    """How many changes go to *site* beyond what it has once it took *bundle* in."""
    peer = unit.session.get(Peer, site)
    if peer is None:
        return 0
    card, known = read_card(peer.card), Known.after(bundle)
    if between_facilities(unit, card):
        return moving.lacking(unit, card, known)
    parts = writing.what_goes(unit, peer, card, known)
    count = sum(part.lacks if isinstance(part, Moving) else part.changes for part in parts)
    if card.kind == "office" and card.site != unit.store.site:  # a sealed file for another facility counts as one
        count += sum(parcels.is_due(unit, other.site) for other, _card in facilities(unit))
    return count


def send(store: Store, to: str, folder: Path, *, progress: Progress = untold) -> Sent:
    """Write one bundle for *to* into *folder*: under a temporary name, to disk, read back, compared, then renamed.

    *progress* hears how much is done, 0 to 1, and may raise to stop it. Raises ``Problem``. Either way nothing is left
    in the folder then, and nothing counts as sent.
    """
    with store.work("count_list") as unit:
        if (revocation := revoked(unit, store.site, store.device)) is not None:
            raise Problem(
                _(
                    "This PC was revoked on {day}: {why}. No site takes its bundles, so none was written. "
                    "The records here are safe. Call your program office."
                ).format(day=show_day(revocation.revoked_on), why=revocation.why),
                code="revoked",
            )
        _count_list(unit)
    store.sign_off()
    succeeding.drop_old(store)
    with store.read() as unit:
        card = _receiver(unit, to)[1]
        to_office = card.kind == "office" and card.site != store.site
    no_backup = ""
    if to_office or card.site == store.site:
        releasing.make_secret(store)
    if to_office:
        parcels.make_due(store)
        no_backup = kept.make_due(store, progress)
    parcels.sweep(store)
    with store.read() as unit:
        peer, card = peer_named(unit, to)
        going = writing.next_bundle(unit, peer, card, parcels.going_with(unit, peer))
        if (lighter := _without_backup(going)) is not going and not _fits(_size(going), folder):
            going, no_backup = lighter, _(
                "The stick has no room for the backup, so it does not go along. It goes with the next copy."
            )  # fmt: skip
        name = writing.file_name(store, going)
        target = folder / name
        part = folder / (name + ".part")
        _room(_size(going), folder)
        with _tidy(part):
            with pieces.create(part) as file:  # over what a copy that was cut off left: the name is this device's own
                sealed, records = writing.write(unit, file, going, progress)
                pieces.sync(file)
                progress(_ON_DISK)
                sha256 = read_back(file, sealed).hex()
                progress(1)
            if target.exists():
                raise Problem(
                    _("A bundle of that number is already there. Nothing was written. Use another stick."),
                    code="exists",
                )
        site, changes, held = peer.site, going.changes, going.held_back
        along = _names(unit, {parcel.to for parcel in going.parcels})
        stays = _names(unit, parcels.staying(unit)) if to_office else ()
        backup = sum(parcel.size for parcel in going.parcels if parcels.is_backup(parcel))
    with _tidy(part):
        # Before it has its name: a power cut between the two leaves a number out, and never gives one twice.
        with store.work("export_bundle") as unit:
            writing.note_sent(unit, going, sealed, name)
            parcels.note_carried(unit, peer, going.number, going.parcels)
            unit.tell("site", site, number=going.number, changes=changes, held_back=held, sha256=sha256)
        try:
            pieces.rename(part, target)
        except BaseException:
            with store.work("export_failed") as unit:
                writing.was_not_sent(unit, going)
                unit.tell("site", site, number=going.number)
            raise
        sync_folder(folder)
    return Sent(
        target, going.number, changes, records, held, sealed.size, sha256, card.name, along, backup, no_backup, stays
    )  # fmt: skip


@contextlib.contextmanager
def _tidy(part: Path) -> Iterator[None]:
    """Leave no unfinished file behind, and say in words what was wrong with the stick."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):  # a stick that is gone or takes no writing lets nothing be removed
            pieces.remove(part)
        if isinstance(error, OSError):
            raise Problem(stick_sentence(error), code="stick") from error
        raise


def _count_list(unit: Unit) -> None:
    """Once a month the number of women who only stand on lists goes along; nothing else of them ever does."""
    month = f"{unit.today():%Y-%m}"
    listed = unit.first(sa.select(sa.func.count()).select_from(Roll).where(Roll.listed))
    if listed and unit.setting("list_counted") != month:
        unit.tell("site", unit.store.site, share=Share.DATES, month=month, listed=listed)
        unit.set_setting("list_counted", month)


def stick_sentence(error: OSError) -> str:
    """What to tell a person when a stick does not take a file."""
    import errno

    if error.errno == errno.ENOSPC:
        return _(
            "The USB stick is full. Nothing was copied. The records here are safe. Free some room or use another stick."
        )
    if error.errno == errno.EFBIG:  # less than a piece
        return _(
            "The USB stick takes no file of this size. Nothing was copied. The records here are safe. "
            "Use a stick that is formatted as exFAT or NTFS."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return _(
            "The USB stick does not let the program write. Nothing was copied. The records here are safe. "
            "Use another stick."
        )
    if isinstance(error, FileExistsError):
        return _(
            "An unfinished copy is still on the stick. Nothing was copied. Remove the file that ends in .part, "
            "then try again."
        )
    return _(
        "The USB stick did not answer; it may have been pulled out. Nothing was copied. The records here are safe. "
        "Put it in and try again."
    )


def _size(going: Outgoing) -> int:
    along = [*going.parcels, *(scan.parcel for scan in going.scans)]
    return going.changes * PACKED + sum(parcel.size for parcel in along)


def _without_backup(going: Outgoing) -> Outgoing:
    lighter = tuple(one for one in going.parcels if not parcels.is_backup(one))
    return going if lighter == going.parcels else replace(going, parcels=lighter)


def _fits(size: int, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free >= size + ROOM
    return True  # a stick that is not there is told by whoever writes


def _room(size: int, folder: Path) -> None:
    """Refuse early what cannot fit, by a generous guess of the packed *size*."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Problem(
            _("This folder or stick is not there. Nothing was copied. Put the stick in and try again."), code="stick"
        ) from error
    if free < size + ROOM:
        raise Problem(
            _(
                "The USB stick is full. Nothing was copied. The records here are safe. "
                "Free some room or use another stick."
            ),
            code="stick",
        )
