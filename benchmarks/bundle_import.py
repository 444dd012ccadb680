"""Taking in a bundle: ours, over the barest Python that ends with the same bytes in the same tables.

    python3 dev.py bench bundle_import [--size 500000] [--rounds 3] [--keep FOLDER]

The floor verifies, decrypts, decompresses and re-computes the chain of the same bundle, and hands the log and the
finished rows, which it was given beforehand, to the driver's ``executemany``: the same tables and indexes, the same
settings of SQLCipher, one transaction. It reads no entry, checks no value and knows nothing of order or conflict.
Each measurement runs in an interpreter of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import sys
import time
from binascii import a2b_base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import sqlalchemy as sa
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.filling import PASSPHRASE, USER, facility_and_office
from benchmarks.table import Line, alternately, asked, fresh, peak_megabytes, scratch, show
from reentry_desktop.bundle import Card, SiteKeys, read_card, verify
from reentry_desktop.bundle.header import Verified, key_info
from reentry_desktop.bundle.keys import HPKE_SUITE
from reentry_desktop.bundle.stream import CHUNK, TAG
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.exchange.identity import keys_of
from reentry_desktop.records.base import kinds
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store, engines, open_store, schema
from reentry_desktop.store.log import INSERT

SMALL = 10_000
MEGABYTES = 300
_TABLES = ("participant_word", "roll")


def prepare(folder: Path) -> None:
    """In *folder*: an office that has nothing yet, a bundle for it, and the rows it will hold."""
    if (folder / "rows").exists():
        return
    with facility_and_office(folder) as (sender, _office):
        sent = outgoing.send(sender, "SO", folder)
    sent.file.rename(folder / "bundle")
    shutil.copytree(folder / "office", folder / "filled")
    with open_store(folder / "filled", USER, PASSPHRASE) as office:
        taken = incoming.take_in(office, folder / "bundle")
        assert taken.status == incoming.APPLIED, taken
        (folder / "rows").write_bytes(msgspec.msgpack.encode(_rows(office)))
    shutil.rmtree(folder / "filled")


def _rows(office: Store) -> dict[str, Any]:
    """What the office holds: of the log only the columns that are not in the bundle as they are."""
    found: dict[str, Any] = {}
    with office.read() as unit:
        run = unit.connection.exec_driver_sql
        logged = run(
            "SELECT record, participant, share FROM entry WHERE device <> ? ORDER BY device, number", (office.device,)
        )
        found["entry"] = [tuple(row) for row in logged]
        for table in (*kinds(), *_TABLES):
            result = run(f'SELECT * FROM "{table}"' + (" WHERE id <> ?" if table in kinds() else ""),
                         (unit.store.site,) if table in kinds() else ())  # fmt: skip
            names = list(result.keys())
            found[table] = [names, sorted(tuple(row) for row in result if table != "person")]
    return found


def ours(folder: Path) -> None:
    """Take the bundle in, with everything that is checked."""
    work = copy_of(folder)
    with open_store(work, USER, PASSPHRASE) as office:
        began = time.perf_counter()
        taken = incoming.take_in(office, folder / "bundle")
        took = time.perf_counter() - began
    assert taken.status == incoming.APPLIED, taken
    shutil.rmtree(work)
    print(json.dumps({"seconds": took, "megabytes": peak_megabytes()}))


def floor(folder: Path) -> None:
    """The same bytes into the same tables, as barely as Python can."""
    work = copy_of(folder)
    rows = msgspec.msgpack.decode((folder / "rows").read_bytes())
    logged = rows.pop("entry")
    with open_store(work, USER, PASSPHRASE) as office, office.read() as unit:
        keys, card = keys_of(unit)[0], read_card(unit.first(sa.select(Peer.card)))
    key, path = os.urandom(32), work / "bare.db"
    engine = engines.engine_for(path, key)
    with engine.execution_options(writing=True).begin() as connection:
        schema.create(connection)
    engine.dispose()
    database = engines.connect(path, key)
    began = time.perf_counter()
    with (folder / "bundle").open("rb") as file:
        database.execute("BEGIN IMMEDIATE")
        at = 0
        for batch in entries_of(file, card, keys):
            lines = [
                (device, number, *logged[place], salt, payload, chained)
                for place, (device, number, salt, payload, chained) in enumerate(batch, at)
            ]
            at += len(lines)
            database.executemany(INSERT, lines)
        assert at == len(logged)
        for table, (names, found) in rows.items():
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join("?" * len(names))
            database.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', found)
        database.execute("COMMIT")
    took = time.perf_counter() - began
    database.close()
    shutil.rmtree(work)
    print(json.dumps({"seconds": took}))


def entries_of(file: BinaryIO, card: Card, keys: SiteKeys) -> Iterator[list[tuple[int, int, bytes, bytes, bytes]]]:
    """The entries of a bundle as barely as they can be had: device, number, salt, payload, hash."""
    verified = verify(file, card)
    wrapped = verified.wrapped[verified.to.index(keys.site)]
    info = key_info(verified.format, verified.site, verified.device, keys.site, verified.core)
    return _chained(_plain(file, verified, HPKE_SUITE.decrypt(wrapped, keys.hpke_private(), info)))


def _plain(file: BinaryIO, verified: Verified, key: bytes) -> Iterator[bytes]:
    cipher, zstd = AESGCM(key), zstandard.ZstdDecompressor().decompressobj()
    count = -(-verified.body_size // (CHUNK + TAG))
    file.seek(verified.body_start)
    for chunk in range(count):
        nonce = chunk.to_bytes(11, "big") + bytes([chunk == count - 1])
        yield zstd.decompress(cipher.decrypt(nonce, file.read(CHUNK + TAG), None))


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = b"".join([rest, piece]).split(b"\n")
        yield from lines


def _chained(pieces: Iterator[bytes]) -> Iterator[list[tuple[int, int, bytes, bytes, bytes]]]:
    pack, salts, salted, tables = struct.Struct(">x32sQ32s").pack, b"", 0, dict[bytes, Iterator[bytes]]()
    sha256, device, number, chained = hashlib.sha256, 0, 0, b""
    lines = _lines(pieces)
    for line in lines:
        if line[:2] == b"T ":
            rows, columns, cells = *map(int, line.split(b" ")[2:]), list[bytes]()
            for _column in range(columns):
                column = next(lines)
                turned = column[:1] == b"/"
                cells += [column[1 + at :: rows] for at in range(rows)] if turned else column[1:].split(b'"')
            tables[line.split(b" ")[1]] = iter([b'"'.join(cells[row::rows]) for row in range(rows)])
        elif line[:2] == b"E ":
            batch = []
            for name in line[2:].split(b" "):
                number += 1
                salt, payload = salts[salted : salted + 16], next(tables[name])
                salted += 16
                chained = sha256(pack(chained, number, sha256(salt + payload).digest())).digest()
                batch.append((device, number, salt, payload, chained))
            yield batch
        elif line[:2] == b"S ":
            salts, salted = a2b_base64(line[2:]), 0
        elif line[:2] == b"@ ":
            device, number = (int(word) for word in line.split(b" ")[1:3])
            number, chained = number - 1, bytes.fromhex(line.split(b" ")[3].decode())
        elif line[:2] == b"W ":
            _kind, _first, last, after = line.split(b" ")
            number, chained = int(last), bytes.fromhex(after.decode())


def copy_of(folder: Path) -> Path:
    work = folder / f"work-{os.getpid()}"
    shutil.copytree(folder / "office", work)
    return work


def floor_and_ours(module: str, folder: Path, rounds: int) -> tuple[float, float, float]:
    """Seconds of the floor and of ours, in turns, each in an interpreter of its own; and the most memory of ours."""
    peaks: list[float] = []

    def ours_once() -> float:
        told = fresh(module, "--part", "ours", folder)
        peaks.append(told["megabytes"])
        return float(told["seconds"])

    def floor_once() -> float:
        return float(fresh(module, "--part", "floor", folder)["seconds"])

    return *alternately(rounds, floor_once, ours_once), max(peaks)


def main() -> int:
    given = asked(__doc__, 3, ours, floor, prepare)
    lines: list[Line] = []
    ratios: list[float] = []
    with scratch(given.keep) as place:
        for size in (SMALL, given.size):
            folder = place / f"import-{size}"
            folder.mkdir(exist_ok=True)
            fresh("benchmarks.bundle_import", "--part", "prepare", folder)
            bare, full, peak = floor_and_ours("benchmarks.bundle_import", folder, given.rounds)
            ratios.append(full / bare)
            lines.append(Line(f"import of {size:,} changes", bare, full, 2.0))
        lines.append(Line(f"most memory at {given.size:,} changes", None, peak, MEGABYTES, "MB"))
        lines.append(Line(f"its ratio, over that at {SMALL:,}", ratios[0], ratios[1], 1.2, "x"))
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
