"""A folder was copied, sticks of the one PC were lost or late, and the other one's come in between.

Most of what a PC writes stays there: of it others know nothing but numbers, and what a copy wrote may fit between them.
"""

from __future__ import annotations

import pytest

from reentry_desktop.actions import parting, sync
from reentry_desktop.store import Store

from ..stores import assert_whole
from .test_parting import Twice, clashes, copied, her, rename, shared, twice

__all__ = ["copied", "twice"]  # fixtures


def looks(store: Store, often: int) -> None:
    """Pages are looked at: each an entry that stays."""
    for _time in range(often):
        with store.work("look") as unit:
            unit.tell()


def lost(copied: Twice, store: Store) -> None:
    """A stick that nobody brings anywhere."""
    copied.count += 1
    folder = copied.folder / f"stick-{copied.count}"
    folder.mkdir()
    sync.send(store, "OFFICE", folder)


@pytest.mark.embedded
@pytest.mark.parametrize("sticks", [1, 2])
@pytest.mark.parametrize(("before", "after"), [(20, 0), (0, 40)])
def test_what_a_copy_wrote_is_nowhere_taken_for_the_others(copied: Twice, sticks: int, before: int, after: int) -> None:
    """Its words are not put between, or after, those of the PC that was heard: that one would never get them."""
    first, second = copied.stores
    for _stick in range(sticks):
        lost(copied, first)
    looks(first, before)
    rename(first, copied.woman, unit="A")
    assert copied.give(first, copied.office).changes == 1
    looks(second, after)
    rename(second, copied.woman, county_of_return="Lake")
    copied.give(second, copied.office)
    assert her(copied.office, copied.woman).county_of_return == ""
    assert copied.give(copied.office, first).status == "applied"
    assert copied.give(copied.office, second).code in ("behind", "parted")  # it is told
    assert "fork" in [copied.give(second, copied.office).code for _stick in range(sticks)]
    assert copied.give(copied.office, second).code == "parted"
    parting.go_on(second)
    copied.meet()
    for store in (*copied.stores, copied.office):
        assert_whole(store)
        assert (her(store, copied.woman).unit, her(store, copied.woman).county_of_return) == ("A", "Lake")
        assert clashes(store) == []
    assert shared(first) == shared(second) == shared(copied.office)
