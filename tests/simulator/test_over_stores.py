"""The same over real encrypted stores and files: a hundred times."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .acts import Done, simulate
from .over_stores import offices, quartet

SCHEDULES, LENGTH = 100, 12


def test_a_hundred_schedules(tmp_path: Path) -> None:
    done = Done()
    simulate(partial(offices, quartet(tmp_path), tmp_path / "play"), range(SCHEDULES), LENGTH, done, tries=40)
    assert done.schedules == SCHEDULES
    assert done.asked
