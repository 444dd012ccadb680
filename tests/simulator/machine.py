"""The same acts, drawn by Hypothesis: it makes short by itself what fails."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from .acts import ALWAYS, ANY_SITES, MOVING, Make, Sites, Theme

SITES = sorted({*ANY_SITES, *MOVING, ("NORTH", "NORTH2", "OFFICE")})
BYTES = st.integers(0, 255)


class AnyActs(RuleBasedStateMachine):
    """Any acts of these *themes*, in a world that *make* makes."""

    def __init__(self, make: Make, themes: tuple[Theme, ...]) -> None:
        super().__init__()
        self.make, self.open = make, ExitStack()
        self.acts = sorted({*ALWAYS, *(act for theme, _sites in themes for act in theme)})

    @initialize(sites=st.sampled_from(SITES))
    def begin(self, sites: Sites) -> None:
        self.world = self.open.enter_context(self.make(sites))
        self.world.step(("register", 0, 1, 1))

    @rule(act=BYTES, a=BYTES, b=BYTES, c=BYTES)
    def act(self, act: int, a: int, b: int, c: int) -> None:
        self.world.step((self.acts[act % len(self.acts)], a, b, c))

    def teardown(self) -> None:
        with self.open:
            self.world.finish()


def any_acts(make: Make, themes: tuple[Theme, ...], examples: int, steps: int) -> None:
    """Draw *examples* schedules of at most *steps* acts. Raises what is wrong, with the shortest that is."""
    wanted = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(partial(AnyActs, make, themes), settings=wanted)  # type: ignore[no-untyped-call]
