"""A backup of a store of 1 GB, against copying its file; and whether the window can be used meanwhile.

    python3 dev.py bench backup [--size 1000] [--rounds 3]

The floor is the same file copied, forced to disk as often, read back and compared by SHA-256: what a copy must be to
be one. A bare copy, which nobody compared, is shown beside it. Opening the backup is not part of it: that is done
later, in the background. Then a backup is made beside a window whose clock ticks each 5 ms, while 20 saves a second
are written: the longest time between two ticks is the longest the window stood still.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import threading
import time
from pathlib import Path

from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import Line, alternately, scratch, show
from reentry_desktop.actions import checking, setup
from reentry_desktop.records.people import Program
from reentry_desktop.store import Store
from reentry_desktop.store.backup import write_backup
from reentry_desktop.store.folder import DATABASE

GOAL, PAUSE = 1.5, 100
_AT_ONCE = 32 << 20
_TEXT = 1000


def made(folder: Path, megabytes: int) -> Store:
    """A store whose file is that large: settings of chance, which nothing packs."""
    new = setup.NewStore(folder / "store", "facility", "Measured", USER, PASSPHRASE, code="M")
    store, kit = setup.create(new)
    setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
    number = 0
    while (store.folder / DATABASE).stat().st_size < megabytes * 1_000_000:
        with store.work("set_site") as unit:
            for _row in range(20_000):
                unit.set_setting(f"filling {number}", os.urandom(_TEXT // 2).hex())
                number += 1
        with store.everything.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    return store


def bare(source: Path, target: Path) -> float:
    """Seconds of copying it, forced to disk at the end."""
    target.unlink(missing_ok=True)
    began = time.perf_counter()
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return time.perf_counter() - began


def compared(source: Path, target: Path) -> float:
    """Seconds of copying it, forced to disk as it goes, and comparing what is read back."""
    target.unlink(missing_ok=True)
    began = time.perf_counter()
    sha256, since = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("wb") as file:
        while piece := read.read(1 << 20):
            sha256.update(piece)
            file.write(piece)
            since += len(piece)
            if since >= _AT_ONCE:
                file.flush()
                os.fsync(file.fileno())
                since = 0
        file.flush()
        os.fsync(file.fileno())
    with target.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == sha256.digest()
    return time.perf_counter() - began


def ours(store: Store, out: Path) -> float:
    """Seconds of a backup."""
    began = time.perf_counter()
    write_backup(store.everything, store.folder, out, store.keys.records, over=True)
    return time.perf_counter() - began


def longest_pause(store: Store, out: Path) -> float:
    """Milliseconds: the longest the window's thread stood still while a backup was made and saves were written."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    thread = threading.Thread(target=lambda: checking.backup(store, out, over=True))
    worst, last, count = 0.0, time.perf_counter(), 0

    def tick() -> None:
        nonlocal worst, last, count
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
        count += 1
        if count % 10 == 0:  # somebody works
            with store.work("add_program") as unit:
                unit.create(Program, name=f"Program {count}")
        if not thread.is_alive():
            app.quit()

    timer = QTimer(interval=5)
    timer.timeout.connect(tick)
    thread.start()
    timer.start()
    app.exec()
    thread.join()
    return worst * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="megabytes")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with scratch() as folder:
        store = made(folder, asked.size)
        with store:
            source, out, copy = store.folder / DATABASE, folder / "one.backup", folder / "copy"
            acts = (lambda: bare(source, copy), lambda: compared(source, copy), lambda: ours(store, out))
            plain, floor, backup = alternately(asked.rounds, *acts)
            pause = longest_pause(store, out)
        print(f"a store of {source.stat().st_size / 1e6:.0f} MB; a bare copy takes {plain:.2f} s")
    return show(
        [
            Line("a backup, over a copy that is compared", floor, backup, GOAL),
            Line("longest pause of the window meanwhile", None, pause, PAUSE, "ms"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
