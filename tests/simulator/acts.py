"""What happens in a simulated state: schedules of acts from a seed, run in any world, made short where one fails."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

Step = tuple[str, int, int, int]
"""An act and three numbers: which site, which of what is there, and which variant."""

# How often each is drawn, by what a schedule is about. Transfers between facilities and the merging of two
# registrations belong in here, as ``transfer`` and ``merge``, once the program has them.
ALWAYS = {"register": 2, "correct": 2, "look": 1, "clock": 1, "update": 1, "send": 4, "deliver": 4, "pass": 12}
THEMES = (
    {"correct": 8, "clash": 8, "settle": 6, "remove": 4, "newer": 1},
    {"item": 6, "done": 5, "take_back": 5, "next_step": 3, "agree": 2, "episode": 2, "remove": 1},
    {"share": 8, "delete": 6, "next_step": 6, "item": 3, "done": 3, "episode": 1},
    {"backup": 6, "restore": 3, "clash": 2, "next_step": 2, "share": 2, "look": 2},
    {"clone": 2, "revoke": 3, "believe": 2, "cut": 2, "deliver": 6, "correct": 3},
)


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

    Each is about one or two things, so that those happen often and after each other, not everything once.
    """
    dice = random.Random(seed)
    weights = dict(ALWAYS)
    for theme in dice.sample(THEMES, dice.choice((1, 1, 2))):
        weights = {name: weights.get(name, 0) + theme.get(name, 0) for name in {**weights, **theme}}
    steps = [("register", 0, dice.getrandbits(1), dice.getrandbits(4)), ("pass", 0, 0, 0)]
    for act in dice.choices(list(weights), list(weights.values()), k=dice.randint(length // 2, length)):
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
