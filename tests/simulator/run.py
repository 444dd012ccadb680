"""The long run of the simulator: ``run.py [--schedules N] [--stores N] [--seed S]``. Exit code 1: something is wrong.

Interrupted, it says how far it came. What failed is played again by the seed it names, ``--schedules 1`` or
``--stores 1``, and the other of the two 0.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import types
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))
# By this name the folder of tests is ours, whatever other packages have installed under it.
sys.modules["tests"] = types.ModuleType("tests")
sys.modules["tests"].__path__ = [str(ROOT / "tests")]

from tests.simulator.acts import THEMES, WITH_KEYS, Done, Make, Theme, Wrong, simulate  # noqa: E402
from tests.simulator.memory import state  # noqa: E402
from tests.simulator.over_stores import offices, quick_place, state_of_sites  # noqa: E402

LENGTH, LENGTH_OVER_STORES = 30, 16
PIECES = 20  # of a run; after each it is told how far it came


def run(what: str, make: Make, first: int, count: int, length: int, themes: tuple[Theme, ...], tries: int) -> None:
    """Play *count* schedules. Raises ``Wrong``."""
    done, began = Done(), time.monotonic()
    told = ""
    try:
        for piece in range(PIECES):
            seeds = range(first + count * piece // PIECES, first + count * (piece + 1) // PIECES)
            simulate(make, seeds, length, done, themes=themes, tries=tries)
            seconds = time.monotonic() - began
            told = (
                f"{done.schedules:,} of {count:,} schedules {what}: {done.acts:,} acts, {seconds:,.0f} s, "
                f"{done.asked:,} conflicts shown"
            )
            if piece < PIECES - 1 and count > PIECES:
                print(f"   {told}", flush=True)
    except KeyboardInterrupt:
        print(f"\nInterrupted after {done.schedules:,} of {count:,} schedules {what}, all as it must be.", flush=True)
        raise
    print(f"== {told}", flush=True)


def main() -> int:
    """Both runs, one after the other."""
    parser = argparse.ArgumentParser(prog="dev.py simulate", description=__doc__)
    parser.add_argument("--schedules", type=int, default=1_000_000, help="in memory (1,000,000)")
    parser.add_argument("--stores", type=int, default=10_000, help="over real encrypted stores (10,000)")
    parser.add_argument("--seed", type=int, default=1_000_000, help="of the first schedule (1,000,000)")
    asked = parser.parse_args()
    try:
        if asked.schedules:
            run("in memory", state, asked.seed, asked.schedules, LENGTH, THEMES, 3000)
        if asked.stores:
            with tempfile.TemporaryDirectory(dir=quick_place()) as folder:
                over = partial(offices, state_of_sites(Path(folder)), Path(folder) / "play")
                run("over stores", over, asked.seed, asked.stores, LENGTH_OVER_STORES, WITH_KEYS, 100)
    except Wrong as wrong:
        print(f"\nSomething is wrong. {wrong}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
