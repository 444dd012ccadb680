"""An interactive save, rules and permissions included, over the barest transaction that writes the same two rows.

    python3 dev.py bench save [--size 1000000] [--rounds 300] [--keep FOLDER]

Ours is ``store.work`` with one ``unit.revise`` of an answer of a plan: read the record, check it, write the entry of
the log and the row. The floor is the driver alone, with the same settings (synchronous = FULL), on a copy of the same
store: BEGIN, the same INSERT and UPDATE with values made beforehand, COMMIT. All in turns, on a log of a thousand
entries and on one of ``--size``; what a save costs must not grow with the log.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import Line, alternately, fresh, scratch, show
from reentry_desktop.base.ids import Id
from reentry_desktop.records import PlanAnswer
from reentry_desktop.store import Store, engines, open_store
from reentry_desktop.store.folder import DATABASE
from reentry_desktop.store.log import INSERT

SMALL = 1_000
WORDS = "I walk in the yard before count, and my sister writes every week. {}"


def save(store: Store, answer: Id, turn: int) -> float:
    """One save as the window makes it. Returns its seconds."""
    words = WORDS.format(turn)
    began = time.perf_counter()
    with store.work("answer") as unit:
        unit.revise(PlanAnswer, answer, words=words)
    return time.perf_counter() - began


class Bare:
    """The driver alone."""

    def __init__(self, path: Path, key: bytes, record: Id) -> None:
        self.database = engines.connect(path, key)
        self.record, self.number = record, 0
        read = self.database.execute
        self.payload = read("SELECT payload FROM entry ORDER BY seq DESC LIMIT 1").fetchone()[0]
        self.woman, self.heads = read("SELECT participant, heads FROM plan_answer WHERE id = ?", (record,)).fetchone()

    def save(self) -> float:
        """The same two rows. Returns the seconds."""
        self.number += 1
        entry = (1, self.number, self.record, self.woman, "words", os.urandom(16), self.payload, os.urandom(32))
        row = (WORDS.format(self.number), self.heads, self.record)
        run = self.database.execute
        began = time.perf_counter()
        run("BEGIN IMMEDIATE")
        run(INSERT, entry)
        run("UPDATE plan_answer SET words = ?, heads = ? WHERE id = ?", row)
        run("COMMIT")
        return time.perf_counter() - began


@contextmanager
def pair(folder: Path, size: int) -> Iterator[tuple[Callable[[], float], Callable[[], float]]]:
    """The floor's save and ours, on a log of *size* entries each."""
    fresh("benchmarks.filling", folder / "store", size)
    copy = folder / "bare"
    shutil.copytree(folder / "store", copy)
    with open_store(folder / "store", USER, PASSPHRASE) as store:
        with store.read() as unit:
            answer = unit.first(sa.select(PlanAnswer.id).order_by(PlanAnswer.id.desc()))
        bare = Bare(copy / DATABASE, store.keys.records, answer)
        turns = itertools.count()
        yield bare.save, lambda: save(store, answer, next(turns))
        bare.database.close()
    shutil.rmtree(copy)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="entries of the large log")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="keep the invented sites in this folder, and use them again")
    given = parser.parse_args()
    with scratch(given.keep) as place, ExitStack() as open_ones:
        acts: list[Callable[[], float]] = []
        for size in (SMALL, given.size):
            folder = place / f"save-{size}"
            folder.mkdir(exist_ok=True)
            acts += open_ones.enter_context(pair(folder, size))
        alternately(20, *acts)  # warm
        times = [1000 * seconds for seconds in alternately(given.rounds, *acts)]
    lines = [
        Line(f"save on a log of {SMALL:,} entries", times[0], times[1], 4.0, "ms"),
        Line(f"save on a log of {given.size:,} entries", times[2], times[3], 4.0, "ms"),
        Line(f"a save at {given.size:,}, over one at {SMALL:,}", times[1], times[3], 1.25, "ms"),
    ]
    return show(lines)


if __name__ == "__main__":
    sys.exit(main())
