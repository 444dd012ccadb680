"""Writing a bundle: ours, over reading the same rows, compressing and encrypting them, and nothing else.

    python3 dev.py bench bundle_export [--size 500000] [--rounds 5] [--keep FOLDER]

Ours counts first what goes and what stays, proves the chain of every entry, signs, reads the file back from the disk
and compares it, and writes in the log what was sent. The floor reads number, salt and payload of the same entries from
the same file with the driver, joins them to lines and puts them through the same compression and cipher onto the disk.
Each measurement runs in an interpreter of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from binascii import b2a_base64
from pathlib import Path

import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.filling import PASSPHRASE, USER, facility_and_office
from benchmarks.table import Line, alternately, asked, fresh, peak_megabytes, scratch, show
from reentry_desktop.bundle.stream import CHUNK, PACKING
from reentry_desktop.exchange import outgoing
from reentry_desktop.store import engines, open_store
from reentry_desktop.store.folder import DATABASE


def prepare(folder: Path) -> None:
    """In *folder*: a facility with as many changes as its name says, that trusts an office."""
    if (folder / "office").exists():
        return
    with facility_and_office(folder):
        pass


def ours(folder: Path) -> None:
    """Send everything to the office."""
    with open_store(folder / "facility", USER, PASSPHRASE) as store:
        began = time.perf_counter()
        sent = outgoing.send(store, "SO", folder)
        took = time.perf_counter() - began
    sent.file.unlink()
    print(json.dumps({"seconds": took, "megabytes": peak_megabytes()}))


def floor(folder: Path) -> None:
    """The same rows through the same compression and cipher."""
    with open_store(folder / "facility", USER, PASSPHRASE) as store:
        key, device = store.keys.records, store.device
    database = engines.connect(folder / "facility" / DATABASE, key)
    target = folder / "bare.bundle"
    began = time.perf_counter()
    cipher, zstd = AESGCM(os.urandom(32)), zstandard.ZstdCompressor(compression_params=PACKING).compressobj()
    waiting, chunk = bytearray(), 0
    rows = database.execute("SELECT number, salt, payload FROM entry WHERE device = ? ORDER BY number", (device,))
    with target.open("wb") as file:
        while batch := rows.fetchmany(4096):
            salts = b2a_base64(b"".join([salt for _number, salt, _text in batch]))
            waiting += zstd.compress(b"".join([b"S ", salts, *[b"E %b\n" % text for _number, _salt, text in batch]]))
            while len(waiting) >= CHUNK:
                file.write(cipher.encrypt(chunk.to_bytes(12, "big"), bytes(waiting[:CHUNK]), None))
                del waiting[:CHUNK]
                chunk += 1
        file.write(cipher.encrypt(chunk.to_bytes(12, "big"), bytes(waiting + zstd.flush()), None))
        file.flush()
        os.fsync(file.fileno())
    took = time.perf_counter() - began
    database.close()
    target.unlink()
    print(json.dumps({"seconds": took}))


def main() -> int:
    given = asked(__doc__, 5, ours, floor, prepare)
    this = "benchmarks.bundle_export"
    with scratch(given.keep) as place:
        folder = place / f"export-{given.size}"
        folder.mkdir(exist_ok=True)
        fresh(this, "--part", "prepare", folder)
        bare, full = alternately(
            given.rounds,
            lambda: float(fresh(this, "--part", "floor", folder)["seconds"]),
            lambda: float(fresh(this, "--part", "ours", folder)["seconds"]),
        )
    return show([Line(f"export of {given.size:,} changes", bare, full, 1.5)])


if __name__ == "__main__":
    sys.exit(main())
