"""Finding a woman among 100,000: what one key costs, before anything is painted.

    python3 dev.py bench search [--size 100000] [--rounds 5] [--keep FOLDER]

Each of the typed words is searched letter by letter, as the list of participants does at every key: the rows of the
first page with their states, and the count. Then the whole list without a search, at its beginning and far down.
"""

from __future__ import annotations

import statistics
import sys
from functools import partial

from benchmarks.filling import PASSPHRASE, USER
from benchmarks.table import Line, asked_of_women, fresh, scratch, seconds, show
from reentry_desktop.actions import women
from reentry_desktop.store import Store, open_store

MILLISECONDS = 16.0
TYPED = ("maria s", "guadalupe", "smith", "r1234", "kei", "wal tam", "sanros, x", "ximena q", "o'n", "al-al")


def keys(word: str) -> list[str]:
    """What stands in the field after each key."""
    return [word[:end] for end in range(1, len(word) + 1)]


def look(store: Store, words: str, offset: int = 0) -> float:
    """One search in a transaction of its own, in milliseconds."""

    def act() -> None:
        with store.read() as unit:
            women.search(unit, words, offset=offset)

    return 1000 * seconds(act)


def main() -> int:
    given = asked_of_women(__doc__)
    with scratch(given.keep) as place:
        folder = place / f"women-{given.size}"
        fresh("benchmarks.filling", folder, given.size, "--women")
        with open_store(folder, USER, PASSPHRASE) as store:
            median = partial(_median, store, given.rounds)
            asked = [key for word in TYPED for key in keys(word)]
            times = {key: median(key) for key in dict.fromkeys(asked)}
            middle = statistics.median(times[key] for key in asked)
            slow = max(times, key=lambda key: times[key])
            far = given.size * 9 // 10
            lines = [
                Line(f"a key, median of {len(asked)}", None, middle, MILLISECONDS, "ms"),
                Line(f"the slowest key ({slow!r})", None, times[slow], 4 * MILLISECONDS, "ms"),
                Line("the list from its beginning", None, median(""), MILLISECONDS, "ms"),
                Line(f"the list from {far:,} on", None, median("", far), MILLISECONDS, "ms"),
            ]
    return show(lines)


def _median(store: Store, rounds: int, words: str, offset: int = 0) -> float:
    return statistics.median(look(store, words, offset) for _round in range(rounds))


if __name__ == "__main__":
    sys.exit(main())
