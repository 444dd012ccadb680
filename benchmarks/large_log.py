"""Taking in 20,000 changes at an office whose log is small or large: does what a change costs grow with the log?

    python3 dev.py bench large_log [--size 5000000] [--rounds 3] [--keep FOLDER]

A facility's log of 50,000 entries, and one of ``--size``, lies at an office whole. Then 20,000 changes are saved at the
facility, each in the words of an ordinary save: once of records that were written lately, once of records anywhere in
the log. Either bundle is taken in by a copy of the office's store.

Recent records are compared with the same at 50,000. Records anywhere touch pages all over a file of some gigabytes, so
they are compared with the floor at that size: the same bundle verified, decrypted and chained, and the same rows, given
beforehand, written with the driver's ``executemany`` into the same store, by the same statements. Each measurement runs
in an interpreter of its own; the copies were written moments before, so they are in the system's cache.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from benchmarks.bundle_import import entries_of
from benchmarks.filling import PASSPHRASE, USER, facility_and_office
from benchmarks.table import Line, alternately, asked, fresh, scratch, show
from reentry_desktop.base.ids import Id
from reentry_desktop.bundle import read_card
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.exchange.identity import keys_of
from reentry_desktop.records import Enrolment, Participant
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store, engines, open_store
from reentry_desktop.store.folder import DATABASE
from reentry_desktop.store.log import INSERT
from reentry_desktop.store.projection import update_sql

SMALL = 50_000
CHANGES = 20_000
LATE = 200  # records of each kind that count as written lately
AGAIN = 1.3
WAYS = ("recent", "anywhere")
_EDITS: dict[str, tuple[type[Any], str]] = {
    "participant": (Participant, "parole_hearing"),
    "enrolment": (Enrolment, "next_step_on"),
}


def prepare(folder: Path) -> None:
    """In *folder*: an office with as many entries as its name says; of each way a bundle, and the rows it changes."""
    if (folder / WAYS[-1]).exists():
        return
    if not (folder / "filled").exists():
        with facility_and_office(folder) as (facility, office):
            for store, other, to in ((facility, office, "SO"), (office, facility, "MH")):
                sent = outgoing.send(store, to, folder).file
                taken = incoming.take_in(other, sent)
                assert taken.status == incoming.APPLIED, taken
                sent.unlink()
        (folder / "filled").touch()
    for way in WAYS:
        part, copy = folder / f"{way}.part", folder / "copy"
        for left in (part, copy):
            shutil.rmtree(left, ignore_errors=True)
        part.mkdir()
        shutil.copytree(folder / "facility", copy)
        with open_store(copy, USER, PASSPHRASE) as facility:
            changed = _change(facility, way)
            outgoing.send(facility, "SO", part).file.rename(part / "bundle")
        shutil.rmtree(copy)
        shutil.copytree(folder / "office", copy)
        with open_store(copy, USER, PASSPHRASE) as office:
            assert incoming.take_in(office, part / "bundle").changes == CHANGES
            (part / "rows").write_bytes(msgspec.msgpack.encode(_rows(office, changed)))
        shutil.rmtree(copy)
        part.rename(folder / way)


def _change(facility: Store, way: str) -> dict[str, set[Id]]:
    """Save so many changes of records of one *way*. Returns which records changed."""
    dice = random.Random(7)
    few = f"DESC LIMIT {LATE}" if way == "recent" else ""  # ids sort by the time they were made
    with facility.read() as unit:
        records = [
            (kind, Id(record))
            for kind in _EDITS
            for (record,) in unit.connection.exec_driver_sql(f'SELECT id FROM "{kind}" ORDER BY id {few}')
        ]
    changed: dict[str, set[Id]] = {kind: set() for kind in _EDITS}
    day = dt.date(2030, 1, 1)
    for turn in range(CHANGES):
        kind, record = dice.choice(records)
        cls, name = _EDITS[kind]
        with facility.work("revise") as unit:
            assert unit.revise(cls, record, **{name: day + dt.timedelta(days=turn)})
        changed[kind].add(record)
    return changed


def _rows(office: Store, changed: dict[str, set[Id]]) -> dict[str, Any]:
    """What the office holds then: of the log the columns that are not in the bundle as they are, and the new rows."""
    with office.read() as unit:
        run = unit.connection.exec_driver_sql
        last = run(
            "SELECT record, participant, share FROM entry WHERE device <> ? ORDER BY seq DESC LIMIT ?",
            (office.device, CHANGES),
        )
        found: dict[str, Any] = {"entry": [tuple(row) for row in last][::-1]}
        for kind, (_cls, name) in _EDITS.items():
            rows = run(f'SELECT "{name}", heads, id FROM "{kind}" ORDER BY id')
            found[kind] = [tuple(row) for row in rows if row[2] in changed[kind]]
    return found


def _copy(way: Path) -> Path:
    work = way.parent / f"work-{os.getpid()}"
    shutil.copytree(way.parent / "office", work)
    os.sync()  # else the first commit waits until gigabytes of the copy are on the disk
    return work


def ours(way: Path) -> None:
    """Take the bundle in, with everything that is checked."""
    work = _copy(way)
    with open_store(work, USER, PASSPHRASE) as office:
        began = time.perf_counter()
        taken = incoming.take_in(office, way / "bundle")
        took = time.perf_counter() - began
    assert (taken.status, taken.changes) == (incoming.APPLIED, CHANGES), taken
    shutil.rmtree(work)
    print(json.dumps(took))


def floor(way: Path) -> None:
    """The same bytes into the same store, as barely as Python can."""
    work = _copy(way)
    rows = msgspec.msgpack.decode((way / "rows").read_bytes())
    logged = rows.pop("entry")
    with open_store(work, USER, PASSPHRASE) as office:
        key = office.keys.records
        with office.read() as unit:
            keys, card = keys_of(unit)[0], read_card(unit.first(sa.select(Peer.card)))
            at = unit.connection.exec_driver_sql("SELECT max(number) FROM entry WHERE device <> ?", (office.device,))
            begin = at.scalar_one()
    database = engines.connect(work / DATABASE, key)
    began = time.perf_counter()
    with (way / "bundle").open("rb") as file:
        database.execute("BEGIN IMMEDIATE")
        come = 0
        for batch in entries_of(file, card, keys):
            lines = [
                (device, number, *logged[place], salt, payload, chained)
                for place, (device, number, salt, payload, chained) in enumerate(batch, come)
            ]
            assert lines[0][1] > begin
            come += len(lines)
            database.executemany(INSERT, lines)
        assert come == len(logged)
        for kind, found in rows.items():
            database.executemany(update_sql(kind, (_EDITS[kind][1],)), found)
        database.execute("COMMIT")
    took = time.perf_counter() - began
    database.close()
    shutil.rmtree(work)
    print(json.dumps(took))


def main() -> int:
    given = asked(__doc__, 3, prepare, ours, floor, size=5_000_000, of="entries of the large log")
    this = "benchmarks.large_log"
    with scratch(given.keep) as place:
        small, large = (place / f"log-{size}" for size in (SMALL, given.size))
        for folder in (small, large):
            folder.mkdir(exist_ok=True)
            fresh(this, "--part", "prepare", folder)
        near, far = alternately(
            given.rounds, *(lambda of=of: float(fresh(this, "--part", "ours", of / WAYS[0])) for of in (small, large))
        )
        bare, full = alternately(
            given.rounds,
            *(lambda part=part: float(fresh(this, "--part", part, large / WAYS[1])) for part in ("floor", "ours")),
        )
    each = 1e6 / CHANGES
    return show(
        [
            Line(f"a change of a late record, {given.size:,} over {SMALL:,}", near * each, far * each, AGAIN, "µs"),
            Line(f"a change of any record at {given.size:,}, over bare", bare * each, full * each, AGAIN, "µs"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
