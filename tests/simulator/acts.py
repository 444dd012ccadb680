"""What happens in a simulated state: schedules of acts from a seed, run in any world, made short where one fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

Step = tuple[str, int, int, int]
"""An act and three numbers: which site, which of what is there, and which variant."""

Sites = tuple[str, ...]
Theme = tuple[dict[str, int], tuple[Sites, ...] | None]

# How often each is drawn, by what a schedule is about, and the sites that takes; None: any of ``ANY_SITES``.
ALWAYS = {"register": 2, "correct": 2, "look": 1, "clock": 1, "update": 1, "send": 4, "deliver": 4, "pass": 12}
ANY_SITES = (
    ("NORTH", "OFFICE"), ("NORTH", "OFFICE"), ("NORTH", "OFFICE", "SECOND"), ("NORTH", "OFFICE", "SECOND"),
    ("NORTH", "OFFICE", "SECOND", "SOUTH"),
)  # fmt: skip
MOVING = (("NORTH", "OFFICE", "SOUTH"), ("NORTH", "OFFICE", "SOUTH"), ("NORTH", "OFFICE", "SOUTH", "WEST"))
_AT_ONE_SITE: tuple[Theme, ...] = (
    ({"correct": 8, "clash": 8, "settle": 6, "remove": 4, "newer": 1}, None),
    ({"item": 6, "done": 5, "take_back": 5, "next_step": 3, "agree": 2, "episode": 2, "remove": 1}, None),
    ({"share": 8, "delete": 6, "next_step": 6, "item": 3, "done": 3, "episode": 1, "newer": 2}, None),
    ({"backup": 6, "restore": 3, "clash": 2, "next_step": 2, "share": 2, "look": 2}, None),
    ({"clone": 2, "revoke": 3, "believe": 2, "cut": 2, "deliver": 6, "correct": 3}, None),
    ({"register": 3, "link": 8, "apart": 4, "settle": 3, "remove": 1, "share": 1}, None),
    ({"newer": 6, "update": 4, "correct": 3, "clash": 3, "settle": 2}, None),
)
MOVES: tuple[Theme, ...] = (
    ({"release": 10, "take_over": 12, "call_off": 3, "item": 4, "correct": 3, "policy": 2, "pass": 8}, MOVING),
    ({"night": 4, "answer": 6, "take_over": 4, "link": 4, "apart": 1, "call_off": 1, "pass": 8}, MOVING),
)
TWO_PCS: tuple[Theme, ...] = (
    ({"item": 4, "correct": 4, "done": 2, "clash": 4, "take_back": 1}, (("NORTH", "NORTH2", "OFFICE"),)),
)
MOVES_OF_TWO_PCS: tuple[Theme, ...] = (
    ({"release": 6, "take_over": 8, "call_off": 1, "night": 2, "answer": 2, "policy": 2, "item": 2, "pass": 8},
     (("NORTH", "NORTH2", "OFFICE", "SOUTH"),)),
)  # fmt: skip
KEYS: tuple[Theme, ...] = (({"keys": 3, "restart": 2, "revoke": 1, "correct": 3, "deliver": 4}, None),)
BY_PHONE: tuple[Theme, ...] = (({"phone": 8, "item": 3, "done": 2, "deliver": 4, "backup": 2, "restore": 1}, None),)
THEMES = (*_AT_ONE_SITE, *_AT_ONE_SITE, *MOVES, *TWO_PCS, *MOVES_OF_TWO_PCS)
"""What many sites are needed for takes longest, and comes up less often."""
WITH_KEYS = (*THEMES, *KEYS, *BY_PHONE)
"""With what there is only where there are keys and files."""


class World(Protocol):
    """Sites and the sticks between them."""

    def step(self, step: Step) -> None: ...

    def finish(self) -> None: ...

    @property
    def asked(self) -> int: ...


Make = Callable[[Sites], AbstractContextManager[World]]
"""Makes a world of these sites."""


class Schedule(NamedTuple):
    """Which sites there are, and what happens."""

    sites: Sites
    steps: list[Step]


def schedule(seed: int, length: int, themes: tuple[Theme, ...] = THEMES) -> Schedule:
    """The schedule of *seed*: the same wherever it runs.

    Each is about one or two things, so that those happen often and after each other, not everything once.
    """
    dice = random.Random(seed)
    weights, sites = dict(ALWAYS), ANY_SITES
    for more, needs in dice.sample(themes, dice.choice((1, 1, 2))):
        weights = {name: weights.get(name, 0) + more.get(name, 0) for name in {**weights, **more}}
        sites = needs or sites
    steps = [("register", 0, dice.getrandbits(1), dice.getrandbits(4)), ("pass", 0, 0, 0)]
    for act in dice.choices(list(weights), list(weights.values()), k=dice.randint(length // 2, length)):
        bits = dice.getrandbits(24)
        steps.append((act, bits & 255, bits >> 8 & 255, bits >> 16))
    return Schedule(dice.choice(sites), steps)


def play(world: World, steps: list[Step]) -> None:
    """Every step, then all that is needed for everybody to have everything. Raises where something is wrong."""
    for step in steps:
        world.step(step)
    world.finish()


@dataclass
class Done:
    """How far a simulation came."""

    schedules: int = 0
    acts: int = 0
    asked: int = 0
    """Conflicts that people were asked about."""


class Wrong(AssertionError):
    """A schedule after which something is not as it must be."""

    def __init__(self, seed: int, chosen: Schedule, shortest: list[Step], why: Exception) -> None:
        super().__init__(f"seed {seed}, {' '.join(chosen.sites)}: {why or type(why).__name__}\n{shortest}")
        self.seed, self.shortest = seed, shortest


def simulate(
    make: Make, seeds: Iterable[int], length: int, done: Done, *, themes: tuple[Theme, ...] = THEMES, tries: int = 2000
) -> None:
    """Play the schedule of each seed; *done* says how far it came. Raises ``Wrong``, with the shortest that fails.

    *tries* is how often at most a schedule that failed is played again, shorter.
    """
    for seed in seeds:
        chosen = schedule(seed, length, themes)
        try:
            with make(chosen.sites) as world:
                play(world, chosen.steps)
                done.asked += world.asked
        except Exception as why:
            short = shortest(chosen.steps, lambda steps, chosen=chosen: _fails(make, chosen.sites, steps), tries)  # type: ignore[misc]
            raise Wrong(seed, chosen, short, why) from why
        done.schedules += 1
        done.acts += len(chosen.steps)


def _fails(make: Make, sites: Sites, steps: list[Step]) -> bool:
    try:
        with make(sites) as world:
            play(world, steps)
    except Exception:  # noqa: BLE001
        return True
    return False


def shortest(steps: list[Step], fails: Callable[[list[Step]], bool], tries: int) -> list[Step]:
    """As few of *steps* as still fail: pieces are left out, then single acts, until none can be."""
    size = len(steps) // 2
    while size:
        at = 0
        while at < len(steps) and tries:
            fewer, tries = steps[:at] + steps[at + size :], tries - 1
            if fails(fewer):
                steps = fewer
            else:
                at += size
        size = min(size // 2, len(steps))
    return steps
