"""What leaves on the stick: one bundle, from where the other site stands, written, read back and compared."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa

from .. import __version__
from ..base.clock import stamp
from ..base.files import sync_folder
from ..base.ids import Id, show_device
from ..base.problems import Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..bundle import NO_PREVIOUS, Card, Writer, read_back, read_card
from ..records.base import Share
from ..records.local import Peer, Roll, SentBundle
from ..store import Store, Unit
from . import runs
from .identity import keys_of, peer_named
from .knowledge import known_by, last_sent, tell
from .revoking import revoked
from .runs import Leaving, leaving
from .sharing import HeldBack, done, held_back, own_devices, rule_for, staying_of_hers

ROOM = 4096  # bytes of a stick left free
SMALL = 5000  # changes: a week of a busy site. So few are packed harder
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


def preview(unit: Unit, to: str) -> Preview:
    """What would go to the site *to*, and what would stay. Raises ``NotFound`` without its card."""
    peer, card = peer_named(unit, to)
    known = known_by(unit, peer.site)
    going = leaving(unit, card, known)
    return Preview(
        peer.name,
        card.fingerprint,
        going.changes,
        _records(unit, card, going),
        tuple(held_back(unit, card, going.hers())),
        _last(unit, peer)[0] + 1,
    )


def _records(unit: Unit, to: Card, going: Leaving) -> int:
    """How many records the entries are about."""
    found: set[str] = set()
    for course in going.courses:
        again = sorted(number for given in course.again.values() for number in given)
        rows = unit.connection.exec_driver_sql(
            f"{done(unit)}SELECT DISTINCT record FROM entry WHERE record IS NOT NULL AND device = ? AND "
            f"(number >= ? AND {rule_for(to)} OR number IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))",
            (course.device, course.span.first if course.span else 1 << 62, msgspec.json.encode(again).decode()),
        )
        found.update(rows.scalars())
    return len(found)


def count_waiting(unit: Unit, site: Id) -> int:
    """How many changes for *site* were written since the last bundle for it."""
    peer = unit.session.get(Peer, site)
    if peer is None:
        return 0
    last = last_sent(unit, site)
    heads = msgspec.json.decode(last.heads, type=dict[str, tuple[int, str]]) if last else {}
    rule, count = rule_for(read_card(peer.card)), 0
    for device in own_devices(unit):
        count += unit.connection.exec_driver_sql(
            f"{done(unit)}SELECT count(*) FROM entry WHERE device = ? AND number > ? AND {rule}",
            (device, heads.get(str(device), (0, ""))[0]),
        ).scalar_one()
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
                ).format(day=revocation.revoked_on, why=revocation.why),
                code="revoked",
            )
        _count_list(unit)
    store.sign_off()
    _keys, device_key = keys_of(store)
    with store.read() as unit:
        peer, card = peer_named(unit, to)
        number, previous = _last(unit, peer)
        number += 1
        name = f"{show_device(store.device)}-{peer.code or peer.site[:8]}-{number:04d}.bundle"
        target = folder / name
        part = folder / (name + ".part")
        going = leaving(unit, card, known_by(unit, peer.site))
        _room(going.changes, folder)
        try:
            part.unlink(missing_ok=True)  # of a copy that was cut off: the name is this device's own
            with part.open("xb+") as file:
                small = going.changes <= SMALL
                with Writer(file, device_key, [card], number=number, previous=previous, small=small) as writer:
                    records = _write(unit, writer, going, card, progress)
                    sealed = writer.close()
                os.fsync(file.fileno())
                progress(_ON_DISK)
                sha256 = read_back(file, sealed).hex()
                progress(1)
            if target.exists():
                raise Problem(
                    _("A bundle of that number is already there. Nothing was written. Use another stick."),
                    code="exists",
                )
            part.replace(target)
            sync_folder(folder)
        except BaseException as error:
            with contextlib.suppress(OSError):  # a stick that is gone or takes no writing lets nothing be removed
                part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise Problem(stick_sentence(error), code="stick") from error
            raise
        site = peer.site
    with store.work("export_bundle") as unit:
        unit.local(
            sa.insert(SentBundle).values(
                site=site, device=store.device, number=number, header_digest=sealed.header_digest.hex(), file_name=name,
                made_at=stamp(store.clock()), secret=sealed.receipt_secret,
                heads=msgspec.json.encode(going.heads()).decode(), changes=going.changes,
                held=msgspec.json.encode(going.held()).decode(), held_back=going.held_back,
            )
        )  # fmt: skip
        unit.tell("site", site, number=number, changes=going.changes, held_back=going.held_back, sha256=sha256)
    return Sent(target, number, going.changes, records, going.held_back, sealed.size, sha256, card.name)


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
    if error.errno == errno.EFBIG:  # FAT32 takes none above 4 GiB
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


def _room(changes: int, folder: Path) -> None:
    """Refuse early what cannot fit, by a generous guess of the packed size."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Problem(
            _("This folder or stick is not there. Nothing was copied. Put the stick in and try again."), code="stick"
        ) from error
    if free < changes * PACKED + ROOM:
        raise Problem(
            _(
                "The USB stick is full. Nothing was copied. The records here are safe. "
                "Free some room or use another stick."
            ),
            code="stick",
        )


def _write(unit: Unit, writer: Writer, going: Leaving, to: Card, progress: Progress) -> int:
    """The manifest with what this site has of the other one's, then every run. Returns how many records go."""
    clock = unit.store.clock
    stays: Counter[str] = Counter()
    for _woman, count, why in staying_of_hers(unit, to, going.hers()):
        stays[why] += count
    writer.manifest(
        spans=going.spans, totals=going.totals(), app=__version__, made=clock(),
        zone=str(clock().astimezone().tzinfo or "UTC")[:60], more=tell(unit, Id(to.site), stays),
    )  # fmt: skip
    return runs.write(unit, writer, going, progress)


def _last(unit: Unit, peer: Peer) -> tuple[int, bytes]:
    row = last_sent(unit, peer.site)
    return (row.number, bytes.fromhex(row.header_digest)) if row else (0, NO_PREVIOUS)
