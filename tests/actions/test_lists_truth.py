"""The three lists of the design, read into a store in any order: its rows are what the truth file says."""

from __future__ import annotations

import datetime as dt
import json
from itertools import permutations
from typing import Any

import pytest

from reentry_desktop.actions import lists
from reentry_desktop.rosters import Difference
from reentry_desktop.store import Store

from ..stores import DAY, payloads
from .listing import DATA, women_of

FILES = ("roster-offender-list.csv", "roster-parole.csv", "roster-facility.xlsx")
TRUTH: dict[str, dict[str, Any]] = json.loads((DATA / "roster-truth.json").read_text(encoding="utf-8"))["women"]


def plain(name: str) -> str:
    """As the truth file's head says: case, full stops and the kind of apostrophe do not count."""
    return name.casefold().replace(".", "").replace("’", "'")


def truth(of: set[str]) -> dict[str, tuple[str, ...]]:
    """What must stand of the women of some lists."""
    return {
        number: (*(plain(w[k]) for k in ("first", "middle", "last", "suffix")), w["date_of_birth"], w["parole_hearing"])
        for number, w in TRUTH.items()
        if of & set(w["in_lists"])
    }


def stored(store: Store) -> dict[str, tuple[str, ...]]:
    names = ("first_name", "middle_name", "last_name", "suffix")
    return {
        number: (*(plain(w[k]) for k in names), w["date_of_birth"], w["parole_hearing"])
        for number, w in women_of(store).items()
    }


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda order: "-".join(map(str, order)))
def test_one_after_the_other_in_any_order(facility: Store, order: tuple[int, ...]) -> None:
    outcomes = [lists.read_lists(facility, [DATA / FILES[n]], as_of=DAY) for n in order]
    assert stored(facility) == truth({"offender-list", "parole", "facility"})
    assert {w["status"] for w in women_of(facility).values()} == {"listed"}
    # Each line is counted once: 107 women's lines and one repeated, 90 women, two lines rejected.
    totals = {name: sum(o.total(name) for o in outcomes) for name in ("read", "added", "updated", "unchanged")}
    assert totals["read"] == 41 + 37 + 30
    assert totals["added"] == 90
    assert totals["added"] + totals["updated"] + totals["unchanged"] + 2 == totals["read"]
    assert [o.total("rejected") for o in outcomes] == [2 if n == 1 else 0 for n in order]
    assert all(o.left_list == [] and o.possible_duplicates == [] and o.questions == [] for o in outcomes)


def test_all_three_at_once_give_the_same_rows_and_reading_them_again_changes_nothing(facility: Store) -> None:
    paths = [DATA / name for name in FILES]
    trial = lists.read_lists(facility, paths, as_of=DAY, trial=True)
    assert women_of(facility) == {}
    first = lists.read_lists(facility, paths, as_of=DAY)
    assert [file.counts for file in trial.files] == [file.counts for file in first.files]
    before = women_of(facility)
    assert stored(facility) == truth({"offender-list", "parole", "facility"})
    again = lists.read_lists(facility, paths, as_of=DAY)
    assert women_of(facility) == before
    for file in again.files:
        assert not file.first_time
        assert file.changes == Difference([], [], [], [])
        assert file.counts["unchanged"] + file.counts["rejected"] == file.counts["read"]
        assert file.counts["added"] == file.counts["updated"] == 0


def test_one_list_alone_gives_its_own_women(facility: Store) -> None:
    lists.read_lists(facility, [DATA / FILES[2]], as_of=DAY)
    alone = {n for n, w in TRUTH.items() if w["in_lists"] == ["facility"]}
    rows, expected = stored(facility), truth({"facility"})
    assert rows.keys() == expected.keys()
    assert {n: rows[n] for n in alone} == {n: expected[n] for n in alone}


def test_undo_goes_back_one_list_and_then_another(facility: Store) -> None:
    for name in FILES:
        lists.read_lists(facility, [DATA / name], as_of=DAY)
    for kept, file in (({"offender-list", "parole"}, FILES[2]), ({"offender-list"}, FILES[1]), (set(), FILES[0])):
        with facility.work("undo_last_reading") as unit:
            assert lists.undo_last_reading(unit) == file
        assert stored(facility).keys() == truth(kept).keys()
    with facility.read() as unit:
        assert lists.readings(unit) == []


def test_the_log_has_the_reading_and_no_woman(facility: Store) -> None:
    lists.read_lists(facility, [DATA / FILES[0]], as_of=DAY)
    with facility.read() as unit:
        told = [entry for entry in payloads(unit.connection) if entry["act"] == "read_list"]
    assert len(told) == 1
    assert told[0]["values"]["counts"]["added"] == 40
    assert "L74462" not in json.dumps(told)
    assert dt.datetime.fromisoformat(told[0]["at"]).date() == DAY
