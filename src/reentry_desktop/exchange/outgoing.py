"""What leaves on the stick: the log from where the other site stands, without what is not for it.

The rule (``_rule``): what is of this site alone stays; a woman's dates go once she agreed to take part; her words go
while her latest episode says so, those in a plan only as they stood when it was last done for now; a facility gets
its own women only. In place of what stays travel its numbers and the chain's hash after it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
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
from ..bundle import NO_PREVIOUS, Card, Span, Totals, Writer, read_back, read_card
from ..records.base import Share
from ..records.entry import first_hash
from ..records.local import Peer, Roll, SentBundle
from ..records.participant import Participant
from ..store import Store, Unit
from ..store.log import APART, hash_at, run_of
from .identity import keys_of, peer_named

_AGREED = "SELECT participant FROM enrolment WHERE agreed_on IS NOT NULL AND NOT removed"
_SHARING = (
    "SELECT e.participant FROM enrolment e WHERE NOT e.removed AND e.office_has = 'words' AND NOT EXISTS "
    "(SELECT 1 FROM enrolment l WHERE l.participant = e.participant AND NOT l.removed "
    "AND (coalesce(l.offered_on, ''), l.id) > (coalesce(e.offered_on, ''), e.id))"
)
_DONE_BEFORE = "coalesce((SELECT place FROM done WHERE woman = participant), 0)"
# True for an entry that goes to the other site, in a statement that begins with ``_done``.
_RULE = (
    f"(payload IS NOT NULL AND (share = 'dates' AND (participant IS NULL OR participant IN ({_AGREED}))"
    f" OR share IN ('words', 'plan') AND participant IN ({_SHARING})"
    f" AND (share = 'words' OR seq <= {_DONE_BEFORE})))"
)
# True for an entry of this site's devices: those of others are theirs to send. The ? is this site.
_OURS = "device NOT IN (SELECT device FROM device WHERE site <> ?)"
ROOM = 4096  # bytes of a stick left free
PACKED = 100  # bytes a change takes in a bundle, at most about: its salt does not pack, its words pack to a fourth
# Of a copy, what is done when all was given to the system, and when it stands on the stick: a stick writes slowly.
_WRITTEN, _ON_DISK = 0.6, 0.9


def _done(unit: Unit) -> str:
    """Who has a plan that was done for now, and the place in the log where it last was: stands before a statement.

    Only what this site said: of what another one said it, that one may not have seen all that is written here.
    CROSS JOIN keeps SQLite from walking the log to find the few versions in it.
    """
    return (
        "WITH done AS MATERIALIZED (SELECT v.participant AS woman, max(e.seq) AS place FROM plan_version v "
        "CROSS JOIN entry e WHERE e.record = v.id AND NOT v.removed AND e.device NOT IN "
        f"(SELECT device FROM device WHERE site <> '{unit.store.site}') GROUP BY v.participant) "
    )


def _rule(to: Card) -> str:
    """The rule for one receiver. An office gets all of it; a facility only what concerns its own women."""
    return _RULE if to.kind == "office" else f"({_RULE} AND (participant IS NULL OR participant IN ({_women_of(to)})))"


def _women_of(to: Card) -> str:
    return f"SELECT id FROM participant WHERE site = '{to.site}'"  # a card's site is 32 hexadecimal digits


def _staying(unit: Unit, to: Card) -> str:
    """The entries of a device that stay here, and whether a woman holds them back; the ? is the device.

    Each part goes through an index to what stays, and reads nothing else: what was erased; what is apart; of a woman
    who holds something back all that is no exception; of the others what her plan says since it was last done for
    now. SQLite left to itself would walk the whole device, which costs half as much as sending it: it is told the
    indexes, and the + keeps it from another one.
    """
    rule = _rule(to)
    all_of_her_goes = f"{_SHARING} INTERSECT {_AGREED}"
    if to.kind != "office":
        all_of_her_goes += f" INTERSECT {_women_of(to)}"
    return (
        f"{_done(unit)}SELECT number, 0 FROM entry INDEXED BY entry_erased WHERE device = ?1 AND payload IS NULL "
        f"UNION ALL SELECT number, 0 FROM entry INDEXED BY entry_apart WHERE device = ?1 AND ({APART}) "
        f"AND {rule} IS NOT TRUE AND payload IS NOT NULL "
        "UNION ALL SELECT number, 1 FROM entry WHERE participant IN (SELECT participant FROM entry "
        f"WHERE participant IS NOT NULL EXCEPT SELECT * FROM ({all_of_her_goes})) "
        f"AND +device = ?1 AND NOT ({APART}) AND NOT {rule} AND payload IS NOT NULL "
        f"UNION ALL SELECT e.number, 1 FROM ({all_of_her_goes}) AS hers CROSS JOIN entry e INDEXED BY entry_plan "
        "WHERE e.share = 'plan' AND e.participant = hers.participant "
        "AND e.seq > coalesce((SELECT place FROM done WHERE woman = hers.participant), 0) "
        "AND +e.device = ?1 AND e.payload IS NOT NULL"
    )


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
    changes = run(
        f"{_done(unit)}SELECT count(*) FROM entry WHERE {_rule(card)} AND {_OURS}", (unit.store.site,)
    ).scalar_one()
    return Preview(
        peer.name,
        card.fingerprint,
        changes,
        _records(unit, card),
        tuple(_held_back(unit, card)),
        _last(unit, peer)[0] + 1,
    )


def count_waiting(unit: Unit, site: Id) -> int:
    """How many changes for *site* were written since the last bundle for it."""
    last = unit.first(sa.select(SentBundle).where(SentBundle.site == site).order_by(SentBundle.number.desc()))
    heads = msgspec.json.decode(last.heads, type=dict[str, tuple[int, str]]) if last else {}
    peer = unit.session.get(Peer, site)
    if peer is None:
        return 0
    rule, count = _rule(read_card(peer.card)), 0
    for span in _spans(unit):
        count += unit.connection.exec_driver_sql(
            f"{_done(unit)}SELECT count(*) FROM entry WHERE device = ? AND number > ? AND {rule}",
            (span.device, heads.get(str(span.device), (0, ""))[0]),
        ).scalar_one()
    return count


def send(store: Store, to: str, folder: Path, *, progress: Progress = untold) -> Sent:
    """Write one bundle for *to* into *folder*: under a temporary name, to disk, read back, compared, then renamed.

    *progress* hears how much is done, 0 to 1, and may raise to stop it. Raises ``Problem``. Either way nothing is left
    in the folder then, and nothing counts as sent.
    """
    with store.work("count_list") as unit:
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
        leaving = _leaving(unit, card)
        _room(leaving.changes, folder)
        try:
            part.unlink(missing_ok=True)  # of a copy that was cut off: the name is this device's own
            with part.open("xb+") as file:
                with Writer(file, device_key, [card], number=number, previous=previous) as writer:
                    records = _write_runs(unit, writer, leaving, progress)
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
                site=site, number=number, header_digest=sealed.header_digest.hex(), file_name=name,
                made_at=stamp(store.clock()), secret=sealed.receipt_secret,
                heads=msgspec.json.encode(leaving.heads()).decode(), changes=leaving.changes,
                held_back=leaving.held_back,
            )
        )  # fmt: skip
        unit.tell("site", site, number=number, changes=leaving.changes, held_back=leaving.held_back, sha256=sha256)
    return Sent(target, number, leaving.changes, records, leaving.held_back, sealed.size, sha256, card.name)


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


def _records(unit: Unit, to: Card) -> int:
    return int(
        unit.connection.exec_driver_sql(
            f"{_done(unit)}SELECT count(DISTINCT record) FROM entry "
            f"WHERE record IS NOT NULL AND {_rule(to)} AND {_OURS}",
            (unit.store.site,),
        ).scalar_one()
    )


def _held_back(unit: Unit, to: Card) -> Iterator[HeldBack]:
    """Women of whom something stays, and why; what is of this site alone is not counted."""
    rows = unit.connection.exec_driver_sql(
        f"{_done(unit)}SELECT participant, count(*), participant IN ({_AGREED}), participant IN ({_SHARING}) "
        "FROM entry "
        f"WHERE share <> 'site' AND participant IS NOT NULL AND payload IS NOT NULL AND NOT {_rule(to)} AND {_OURS} "
        "GROUP BY participant",
        (unit.store.site,),
    ).all()
    for woman, changes, agreed, sharing in rows:
        found = unit.find(Participant, Id(woman))
        reason = _("She has not agreed to take part.")
        if agreed:
            reason = _("She shares her dates only.")
            if sharing:
                reason = _("Her plan has words since it was last done for now.")
        if to.kind != "office" and found and found.site != to.site:
            reason = _("She is at another site.")
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
        spans.append(Span(device, 1, first_hash(device), last, hash_at(unit.connection, device, last)))
    return spans


@dataclass(frozen=True)
class _Leaving:
    """What a bundle will carry, known before it is written."""

    spans: list[Span]
    staying: dict[int, set[int]]  # device -> the numbers that stay here
    held_back: int  # of those, the ones about a woman who does not let them out

    @property
    def changes(self) -> int:
        return sum(span.last for span in self.spans) - sum(map(len, self.staying.values()))

    @property
    def withheld(self) -> int:
        """How many runs of entries stay."""
        return sum(number - 1 not in numbers for numbers in self.staying.values() for number in numbers)

    def heads(self) -> dict[str, tuple[int, str]]:
        """Where each device then stands, as it is kept with what was sent."""
        return {str(span.device): (span.last, span.after.hex()) for span in self.spans}


def _leaving(unit: Unit, to: Card) -> _Leaving:
    """Counts through the indexes alone: reading the whole log a second time would cost as much as sending it."""
    spans, staying, held_back = _spans(unit), {}, 0
    staying_here = _staying(unit, to)
    for span in spans:
        rows = unit.connection.exec_driver_sql(staying_here, (span.device,)).all()
        staying[span.device] = {number for number, _held in rows}
        held_back += sum(held for _number, held in rows)
    return _Leaving(spans, staying, held_back)


def _write_runs(unit: Unit, writer: Writer, leaving: _Leaving, progress: Progress) -> int:
    """Write every device's run. Returns how many records its entries are about."""
    clock = unit.store.clock
    writer.manifest(
        spans=leaving.spans, totals=Totals(entries=leaving.changes, withheld=leaving.withheld), app=__version__,
        made=clock(), zone=str(clock().astimezone().tzinfo or "UTC")[:60],
    )  # fmt: skip
    records = {""}
    written, total = 0, sum(span.last for span in leaving.spans)
    for span in leaving.spans:
        writer.run(span.device, span.first, span.before)
        staying = leaving.staying[span.device]
        gap = 0  # the first number of the run that stays
        with contextlib.closing(run_of(unit.connection, span.device, span.last)) as pieces:
            for piece in pieces:
                progress(_WRITTEN * written / total)
                numbers, salts, payloads, about = piece
                written += len(numbers)
                if staying.isdisjoint(numbers):
                    writer.entries(zip(numbers, salts, payloads, strict=True))
                    records.update(about)
                    continue
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
    return len(records) - 1
