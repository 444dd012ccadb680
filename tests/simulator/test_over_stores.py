"""The same over real encrypted stores and files: a hundred times."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from .acts import WITH_KEYS, Done, Make, simulate
from .machine import any_acts
from .over_stores import offices, quick_place, state_of_sites

SCHEDULES, LENGTH = 100, 10


@pytest.fixture(scope="module")
def over_stores() -> Iterator[Make]:
    with tempfile.TemporaryDirectory(dir=quick_place()) as folder:
        yield partial(offices, state_of_sites(Path(folder)), Path(folder) / "play")


def test_a_hundred_schedules(over_stores: Make) -> None:
    done = Done()
    simulate(over_stores, range(SCHEDULES), LENGTH, done, themes=WITH_KEYS, tries=40)
    assert done.schedules == SCHEDULES
    assert done.asked


def test_any_acts(over_stores: Make) -> None:
    any_acts(over_stores, WITH_KEYS, 4, 10)
