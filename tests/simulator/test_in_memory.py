"""Whatever befalls a state, once everything has been delivered all is as it must be: in memory, ten thousand times."""

from __future__ import annotations

from .acts import THEMES, Done, play, simulate
from .machine import any_acts
from .memory import state

SCHEDULES, LENGTH = 10_000, 12


def test_ten_thousand_schedules() -> None:
    done = Done()
    simulate(state, range(SCHEDULES), LENGTH, done)
    assert done.schedules == SCHEDULES
    assert done.asked > SCHEDULES / 3  # people were asked: it is about something


def test_any_acts() -> None:
    any_acts(state, THEMES, 50, 40)


# She was taken over elsewhere, and that was confirmed, before the site decided to keep her dates alone.
DECIDED_LATER = [
    ("register", 0, 0, 4), ("release", 0, 0, 0), ("pass", 0, 1, 0), ("take_over", 2, 0, 0), ("pass", 2, 0, 0),
    ("pass", 1, 0, 0), ("policy", 0, 0, 0),
]  # fmt: skip


def test_what_a_later_decision_does_not_keep_goes() -> None:
    with state(("NORTH", "OFFICE", "SOUTH")) as world:
        play(world, DECIDED_LATER)
