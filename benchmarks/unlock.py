"""Unlocking a facility of 100,000 women: everything but the key derivation, and the lock after it.

    python3 dev.py bench unlock [--size 100000] [--rounds 9] [--keep FOLDER]

The derivation (Argon2id) is slow on purpose: its time is taken by itself in the same unlock, and subtracted. Each
unlock is by ``actions.opening.unlock``, as both front ends do: it compares the log with the mark outside the records,
walks what was written since, and writes who unlocked. The first is in a fresh interpreter's state; the median counts.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import Line, asked_of_women, fresh, scratch, seconds, show
from reentry_desktop.actions.opening import unlock
from reentry_desktop.store import vault

MILLISECONDS = 150.0


def once(folder: Path) -> tuple[float, float, float]:
    """Seconds of one unlock without its derivation, of the derivation, and of the lock."""
    derived: list[float] = []
    derive = vault._from_passphrase

    def timed(*given: Any) -> bytes:
        made: list[bytes] = []
        derived.append(seconds(lambda: made.append(derive(*given))))
        return made[0]

    opened: list[Any] = []
    vault._from_passphrase = timed
    try:
        whole = seconds(lambda: opened.append(unlock(folder, USER, PASSPHRASE)))
    finally:
        vault._from_passphrase = derive
    return whole - derived[0], derived[0], seconds(opened[0].close)


def main() -> int:
    given = asked_of_women(__doc__)
    with scratch(given.keep) as place:
        folder = place / f"women-{given.size}"
        fresh("benchmarks.filling", folder, given.size, "--women")
        rounds = [once(folder) for _round in range(max(given.rounds, 5))]
        rest, derivation, lock = (1000 * statistics.median(times) for times in zip(*rounds, strict=True))
    return show(
        [
            Line("an unlock but for its key derivation", None, rest, MILLISECONDS, "ms"),
            Line("of that derivation, the rest (a share)", derivation, rest, 1.0, "ms"),
            Line("a lock", None, lock, MILLISECONDS, "ms"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
