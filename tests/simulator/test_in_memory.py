"""Whatever befalls a state, once everything has been delivered all is as it must be: in memory, ten thousand times."""

from __future__ import annotations

from .acts import THEMES, Done, simulate
from .machine import any_acts
from .memory import state

SCHEDULES, LENGTH = 10_000, 16


def test_ten_thousand_schedules() -> None:
    done = Done()
    simulate(state, range(SCHEDULES), LENGTH, done)
    assert done.schedules == SCHEDULES
    assert done.asked > SCHEDULES / 2  # people were asked: it is about something


def test_any_acts() -> None:
    any_acts(state, THEMES, 50, 40)
