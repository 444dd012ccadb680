"""Positions: always between their neighbours, and short however long a list grows at its ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentry_desktop.records.position import between


@given(st.lists(st.floats(0, 1), max_size=60))
def test_an_entry_goes_wherever_it_is_put(places: list[float]) -> None:
    order: list[str] = []
    for place in places:
        at = round(place * len(order))
        before = order[at - 1] if at else ""
        after = order[at] if at < len(order) else ""
        made = between(before, after)
        assert before < made
        assert not after or made < after
        order.insert(at, made)
    assert order == sorted(set(order))


@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_list_that_grows_at_one_end_keeps_short_positions(at_the_end: bool) -> None:
    last = between("", "")
    for _entry in range(20_000):
        made = between(last, "") if at_the_end else between("", last)
        assert (last < made) is at_the_end
        assert made != last
        assert len(made) <= 6
        last = made
