"""Whatever befalls a state, once everything has been delivered all is as it must be: in memory, ten thousand times."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from .acts import ALWAYS, THEMES, Done, simulate
from .memory import NAMES, State, state

SCHEDULES, LENGTH = 10_000, 24
ACTS = sorted({*ALWAYS, *(act for theme in THEMES for act in theme)})
BYTES = st.integers(0, 255)


def test_ten_thousand_schedules() -> None:
    done = Done()
    simulate(state, range(SCHEDULES), LENGTH, done)
    assert done.schedules == SCHEDULES
    assert done.asked > SCHEDULES  # people were asked: it is about something


class AnyActs(RuleBasedStateMachine):
    """The same acts, drawn by Hypothesis: it makes short by itself what fails."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State(NAMES[:3])
        self.state.step(("register", 0, 1, 1))

    @rule(act=st.sampled_from(ACTS), a=BYTES, b=BYTES, c=BYTES)
    def act(self, act: str, a: int, b: int, c: int) -> None:
        self.state.step((act, a, b, c))

    def teardown(self) -> None:
        self.state.finish()


TestAnyActs = AnyActs.TestCase
TestAnyActs.settings = settings(max_examples=50, stateful_step_count=40)
