"""What leaves on the stick: the log from where the other site stands, without what is not for it.

The rule, in one expression (``_RULE``): what is of this site alone stays; a woman's dates go once she agreed to
take part; her words go while her latest episode says so. In place of what stays travel its numbers and the chain's
hash after it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from .. import __version__
from ..base.clock import stamp
from ..base.files import sync_folder
from ..base.ids import Id, show_device
from ..base.problems import Problem
from ..base.words import _
from ..bundle import NO_PREVIOUS, Span, Totals, Writer, read_back
from ..records.base import Share
from ..records.entry import first_hash
from ..records.local import Peer, Roll, SentBundle
from ..records.participant import Participant
from ..store import Store, Unit
from .identity import keys_of, peer_named

_AGREED = "SELECT participant FROM enrolment WHERE agreed_on IS NOT NULL AND NOT removed"
_SHARING = (
    "SELECT participant FROM (SELECT participant, office_has, row_number() OVER "
    "(PARTITION BY participant ORDER BY offered_on DESC, id DESC) AS place FROM enrolment WHERE NOT removed) "
    "WHERE place = 1 AND office_has = 'words'"
)
# True for an entry that goes to the other site.
_RULE = (
    f"(share = 'dates' AND (participant IS NULL OR participant IN ({_AGREED}))"
    f" OR share = 'words' AND participant IN ({_SHARING}))"
)
# True for an entry of this site's devices: those of others are theirs to send. The ? is this site.
_OURS = "device NOT IN (SELECT device FROM device WHERE site <> ?)"
ROOM = 4096  # bytes of a stick left free


@dataclass(frozen=True)
class HeldBack:
    """What stays here of one woman, and why."""

    name: str
    changes: int
    reason: str


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
    run = unit.connection.exec_driver_sql
    changes = run(f"SELECT count(*) FROM entry WHERE {_RULE} AND {_OURS}", (unit.store.site,)).scalar_one()
    return Preview(
        peer.name,
        card.fingerprint,
        changes,
        _records(unit),
        tuple(_held_back(unit)),
        _last(unit, peer)[0] + 1,
    )


def count_waiting(unit: Unit, site: Id) -> int:
    """How many changes for *site* were written since the last bundle for it."""
    last = unit.first(sa.select(SentBundle).where(SentBundle.site == site).order_by(SentBundle.number.desc()))
    heads = msgspec.json.decode(last.heads, type=dict[str, tuple[int, str]]) if last else {}
    count = 0
    for span in _spans(unit):
        count += unit.connection.exec_driver_sql(
            f"SELECT count(*) FROM entry WHERE device = ? AND number > ? AND {_RULE}",
            (span.device, heads.get(str(span.device), (0, ""))[0]),
        ).scalar_one()
    return count


def send(store: Store, to: str, folder: Path) -> Sent:
    """Write one bundle for *to* into *folder*: under a temporary name, to disk, read back, compared, then renamed.

    Raises ``Problem``; nothing is left in the folder then, and nothing counts as sent.
    """
    with store.work("count_list") as unit:
        _count_list(unit)
    store.sign_off()
    _keys, device_key = keys_of(store)
    with store.read() as unit:
        peer, card = peer_named(unit, to)
        held = sum(item.changes for item in _held_back(unit))
        records = _records(unit)
        number, previous = _last(unit, peer)
        number += 1
        name = f"{show_device(store.device)}-{peer.code or peer.site[:8]}-{number:04d}.bundle"
        target = folder / name
        part = folder / (name + ".part")
        _room(unit, folder)
        try:
            part.unlink(missing_ok=True)  # of a copy that was cut off: the name is this device's own
            with part.open("xb+") as file:
                writer = Writer(file, device_key, [card], number=number, previous=previous)
                changes, heads = _write_runs(unit, writer, store)
                sealed = writer.close()
                os.fsync(file.fileno())
                sha256 = read_back(file, sealed).hex()
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
                site=site, number=number, header_digest=sealed.header_digest.hex(), file_name=name,
                made_at=stamp(store.clock()), secret=sealed.receipt_secret,
                heads=msgspec.json.encode(heads).decode(), changes=changes, held_back=held,
            )
        )  # fmt: skip
        unit.tell("site", site, number=number, changes=changes, held_back=held, sha256=sha256)
    return Sent(target, number, changes, records, held, sealed.size, sha256, card.name)


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


def _room(unit: Unit, folder: Path) -> None:
    """Refuse early what cannot fit, by a generous guess of the packed size."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Problem(
            _("This folder or stick is not there. Nothing was copied. Put the stick in and try again."), code="stick"
        ) from error
    size = unit.connection.exec_driver_sql("SELECT coalesce(sum(length(payload)), 0) FROM entry").scalar_one()
    if free < size // 8 + ROOM:
        raise Problem(
            _(
                "The USB stick is full. Nothing was copied. The records here are safe. "
                "Free some room or use another stick."
            ),
            code="stick",
        )


def _records(unit: Unit) -> int:
    return int(
        unit.connection.exec_driver_sql(
            f"SELECT count(DISTINCT record) FROM entry WHERE record IS NOT NULL AND {_RULE} AND {_OURS}",
            (unit.store.site,),
        ).scalar_one()
    )


def _held_back(unit: Unit) -> Iterator[HeldBack]:
    """Women of whom something stays, and why; what is of this site alone is not counted."""
    rows = unit.connection.exec_driver_sql(
        f"SELECT participant, count(*), participant IN ({_AGREED}) FROM entry "
        f"WHERE share <> 'site' AND participant IS NOT NULL AND NOT {_RULE} AND {_OURS} GROUP BY participant",
        (unit.store.site,),
    ).all()
    for woman, changes, agreed in rows:
        found = unit.find(Participant, Id(woman))
        reason = _("She shares her dates only.") if agreed else _("She has not agreed to take part.")
        yield HeldBack(found.name if found else "", changes, reason)


def _last(unit: Unit, peer: Peer) -> tuple[int, bytes]:
    row = unit.first(sa.select(SentBundle).where(SentBundle.site == peer.site).order_by(SentBundle.number.desc()))
    return (row.number, bytes.fromhex(row.header_digest)) if row else (0, NO_PREVIOUS)


def _spans(unit: Unit) -> list[Span]:
    """The devices of this site with all their entries."""
    rows = unit.connection.exec_driver_sql(
        f"SELECT device, max(number) FROM entry WHERE {_OURS} GROUP BY device", (unit.store.site,)
    ).all()
    spans = []
    for device, last in rows:
        after = unit.connection.exec_driver_sql(
            "SELECT hash FROM entry WHERE device = ? AND number = ?", (device, last)
        )
        spans.append(Span(device, 1, first_hash(device), last, after.scalar_one()))
    return spans


def _write_runs(unit: Unit, writer: Writer, store: Store) -> tuple[int, dict[str, tuple[int, str]]]:
    spans = _spans(unit)
    count = withheld = 0
    for span in spans:
        row = unit.connection.exec_driver_sql(
            "SELECT sum(goes), sum(NOT goes AND before) "
            "FROM (SELECT goes, lag(goes, 1, 1) OVER (ORDER BY number) AS before "
            f"FROM (SELECT number, {_RULE} AS goes FROM entry WHERE device = ?))",
            (span.device,),
        ).one()
        count, withheld = count + row[0], withheld + row[1]
    writer.manifest(
        spans=spans, totals=Totals(entries=count, withheld=withheld), app=__version__, made=store.clock(),
        zone=str(store.clock().astimezone().tzinfo or "UTC")[:60],
    )  # fmt: skip
    for span in spans:
        writer.run(span.device, span.first, span.before)
        cursor = unit.connection.execution_options(stream_results=True).exec_driver_sql(
            f"SELECT number, salt, payload, hash, {_RULE} FROM entry WHERE device = ? ORDER BY number",
            (span.device,),
        )
        _write_run(writer, cursor.yield_per(4096).partitions())
    return count, {str(span.device): (span.last, span.after.hex()) for span in spans}


def _write_run(writer: Writer, batches: Iterator[Sequence[Any]]) -> None:
    gap: tuple[int, int, bytes] | None = None
    for batch in batches:
        going: list[tuple[int, bytes, bytes]] = []
        for number, salt, payload, chained, goes in batch:
            if goes:
                if gap:
                    writer.withheld(*gap)
                    gap = None
                going.append((number, salt, payload))
                continue
            if going:
                writer.entries(going)
                going = []
            gap = (gap[0] if gap else number, number, chained)
        if going:
            writer.entries(going)
    if gap:
        writer.withheld(*gap)
