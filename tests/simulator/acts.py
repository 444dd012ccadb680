"""What happens in a simulated state: schedules of acts from a seed, run in any world, made short where one fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

Step = tuple[str, int, int, int]
"""An act and three numbers: which site, which of what is there, and which variant."""

# How often each is drawn. Transfers between facilities and the merging of two registrations belong in here, as
# ``transfer`` and ``merge``, once the program has them.
ACTS = {
    "register": 3, "agree": 1, "correct": 6, "clash": 6, "next_step": 3, "item": 5, "done": 3, "take_back": 2,
    "remove": 2, "settle": 3, "share": 3, "delete": 2, "episode": 1, "newer": 1, "look": 1, "clock": 1, "send": 5,
    "deliver": 5, "pass": 12, "cut": 1, "backup": 1, "restore": 1, "clone": 1, "revoke": 1, "believe": 1, "update": 1,
}  # fmt: skip
_NAMES, _WEIGHTS = list(ACTS), list(ACTS.values())


class World(Protocol):
    """Sites and the sticks between them."""

    def step(self, step: Step) -> None: ...

    def finish(self) -> None: ...


class Schedule(NamedTuple):
    """How many sites there are, and what happens."""

    sites: int
    steps: list[Step]


def schedule(seed: int, length: int) -> Schedule:
    """The schedule of *seed*: the same wherever it runs.

    Each knows but some of the acts, so that few things happen often rather than all of them once.
    """
    dice = random.Random(seed)
    weights = [weight * dice.choice((0, 1, 1, 4)) for weight in _WEIGHTS]
    steps = [("register", 0, dice.getrandbits(1), 1), ("pass", 0, 0, 0)]
    for act in dice.choices(_NAMES, weights, k=dice.randint(length // 2, length)) if any(weights) else ():
        bits = dice.getrandbits(24)
        steps.append((act, bits & 255, bits >> 8 & 255, bits >> 16))
    return Schedule(dice.choice((2, 2, 3, 3, 4)), steps)


def play(world: World, steps: list[Step]) -> None:
    """Every step, then all that is needed for everybody to have everything. Raises ``AssertionError``."""
    for step in steps:
        world.step(step)
    world.finish()


def shortest(steps: list[Step], fails: Callable[[list[Step]], bool]) -> list[Step]:
    """As few of *steps* as still fail: pieces are left out, then single acts, until none can be."""
    size = len(steps) // 2
    while size:
        at = 0
        while at < len(steps):
            fewer = steps[:at] + steps[at + size :]
            if fails(fewer):
                steps = fewer
            else:
                at += size
        size = min(size // 2, len(steps))
    return steps
