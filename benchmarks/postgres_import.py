"""Taking in a bundle at an office whose records lie in PostgreSQL, over ``COPY`` of the same rows.

    python3 dev.py bench postgres_import [--size 500000] [--rounds 3] [--keep FOLDER]

The floor verifies, decrypts, decompresses and re-computes the chain of the same bundle as ``bundle_import`` does, and
hands the log and the finished rows, which it was given beforehand, to ``COPY``: the same tables and indexes, one
transaction. Both run against one server of their own with its usual safety (``fsync`` on). Each measurement runs in an
interpreter of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa

from benchmarks.bundle_import import MEGABYTES, SMALL, copy_of, entries_of, floor_and_ours, prepare
from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import ROOT, Line, asked, fresh, peak_megabytes, scratch, show
from reentry_desktop.bundle import read_card
from reentry_desktop.exchange import incoming
from reentry_desktop.exchange.identity import keys_of
from reentry_desktop.records.local import Peer
from reentry_desktop.store import open_store, postgres, schema
from reentry_desktop.store.moving import move_records

SERVER = "-c shared_buffers=512MB -c max_wal_size=8GB"


def ours(folder: Path) -> None:
    """Take the bundle in, with everything that is checked."""
    work = copy_of(folder)
    with open_store(work, USER, PASSPHRASE) as office:
        move_records(office, _database())
        began = time.perf_counter()
        taken = incoming.take_in(office, folder / "bundle")
        took = time.perf_counter() - began
    assert taken.status == incoming.APPLIED, taken
    shutil.rmtree(work)
    print(json.dumps({"seconds": took, "megabytes": peak_megabytes()}))


def floor(folder: Path) -> None:
    """The same bytes into the same tables, as barely as Python and ``COPY`` can."""
    work = copy_of(folder)
    rows: dict[str, Any] = msgspec.msgpack.decode((folder / "rows").read_bytes())
    logged = rows.pop("entry")
    with open_store(work, USER, PASSPHRASE) as office, office.read() as unit:
        keys, card = keys_of(unit)[0], read_card(unit.first(sa.select(Peer.card)))
    address = _database()
    engine = postgres.engine_for(address)
    with engine.execution_options(writing=True).begin() as connection:
        schema.create(connection)
    engine.dispose()
    with psycopg.connect(address) as database:
        began = time.perf_counter()
        with (folder / "bundle").open("rb") as file:
            at = 0
            columns = "(device, number, record, participant, share, salt, payload, hash)"
            with database.cursor() as cursor:
                with cursor.copy(f"COPY log_entry {columns} FROM STDIN") as copy:
                    for batch in entries_of(file, card, keys):
                        for device, number, salt, payload, chained in batch:
                            copy.write_row((device, number, *logged[at], salt, payload, chained))
                            at += 1
                assert at == len(logged)
                for table, (names, found) in rows.items():
                    named = ", ".join(f'"{name}"' for name in names)
                    with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
                        for row in found:
                            copy.write_row(row)
        database.commit()
        took = time.perf_counter() - began
    shutil.rmtree(work)
    print(json.dumps({"seconds": took}))


def _database() -> str:
    """A new, empty database of the server that was started for all."""
    address = os.environ["BENCH_SERVER"]
    name = f"bench_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address.replace("/postgres?", f"/{name}?")


def main() -> int:
    sys.path.insert(0, str(ROOT / "tests"))
    import postgres as servers

    given = asked(__doc__, 3, ours, floor, prepare)
    server = servers.Server(servers.folder_for_a_server(), SERVER)
    os.environ["BENCH_SERVER"] = server.address("postgres")
    lines: list[Line] = []
    try:
        with scratch(given.keep) as place:
            for size in (SMALL, given.size):
                folder = place / f"import-{size}"
                folder.mkdir(exist_ok=True)
                fresh("benchmarks.bundle_import", "--part", "prepare", folder)
                bare, full, peak = floor_and_ours("benchmarks.postgres_import", folder, given.rounds)
                lines.append(Line(f"import of {size:,} changes", bare, full, 3.0))
            lines.append(Line(f"most memory at {given.size:,} changes", None, peak, MEGABYTES, "MB"))
    finally:
        server.stop("immediate")
        shutil.rmtree(server.folder, ignore_errors=True)
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
