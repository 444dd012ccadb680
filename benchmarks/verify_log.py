"""Checking a whole record of use, over hashing the same bytes; and a page of it.

    python3 dev.py bench verify_log [--size 1000000] [--rounds 5] [--keep FOLDER]

The floor reads the same columns from the same encrypted file with the driver, and hashes the same bytes: each entry's
salt and words, and each link of the chain. It compares nothing, and knows no person and no signature. Floor and program
are taken in turns, each on one thread, by the time of the processor, so that what else runs does not count. The pages
are those of the record of use: without a filter, about one woman, and the page of an act that nobody ever did, which
looks through as many entries as a page may.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
from collections.abc import Callable

from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import Line, alternately, asked, fresh, scratch, seconds, show, timed
from reentry_desktop.actions import use
from reentry_desktop.actions.use import Asked
from reentry_desktop.records.entry import chain_step, first_hash
from reentry_desktop.store import Store, check, engines, open_store
from reentry_desktop.store.folder import DATABASE

MILLISECONDS = 150.0


def floor(store: Store) -> float:
    """Read and hash, and nothing else."""
    database = engines.connect(store.folder / DATABASE, store.keys.records)

    def act() -> None:
        sha256, end = hashlib.sha256, first_hash(store.device)
        for number, salt, payload, _hash in database.execute(
            "SELECT number, salt, payload, hash FROM entry ORDER BY device, number"
        ):
            end = sha256(chain_step(end, number, sha256(salt + payload).digest())).digest()

    try:
        return _processor(act)
    finally:
        database.close()


def ours(store: Store) -> float:
    """Every chain, every signature, whose entries each signature stands for."""

    def act() -> None:
        with store.whole("verify_log") as unit:
            walked = check.check_log(unit)
        assert walked.faults == [], walked.faults

    return _processor(act)


def _processor(act: Callable[[], None]) -> float:
    with timed() as took:
        act()
    return took["cpu"]


def page(store: Store, asked_for: Asked) -> float:
    """Milliseconds of one page."""

    def act() -> None:
        with store.whole("list_use") as unit:
            use.list_use(unit, asked_for)

    return 1000 * seconds(act)


def main() -> int:
    given = asked(__doc__, 5, size=1_000_000, of="entries of the log")
    with scratch(given.keep) as place:
        folder = place / f"log-{given.size}"
        fresh("benchmarks.filling", folder, given.size)
        with open_store(folder, USER, PASSPHRASE) as store:
            bare, whole = alternately(given.rounds, lambda: floor(store), lambda: ours(store))
            with store.read() as unit:
                number = unit.connection.exec_driver_sql("SELECT max(department_number) FROM participant").scalar_one()
            pages = {
                "a page of the record of use": Asked(),
                "the page of one woman": Asked(number=number),
                "the page of an act nobody did": Asked(act="revoke"),
            }
            lines = [Line(f"checking {given.size:,} entries, over hashing them", bare, whole, 1.5)]
            for what, asked_for in pages.items():
                took = statistics.median(page(store, asked_for) for _round in range(given.rounds))
                lines.append(Line(what, None, took, MILLISECONDS, "ms"))
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
