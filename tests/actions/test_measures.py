"""The goals: counted as docs/measures.md says, what is left out is counted, what is not known is never 0."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reentry_desktop.actions import enrolling, measures, women
from reentry_desktop.actions.measures import PLAN_PARTS, Case, Measure, wilson
from reentry_desktop.base.problems import NotFound
from reentry_desktop.records.people import Site
from reentry_desktop.records.plan import Plan
from reentry_desktop.store import Store

from ..stores import DAY

ENROLLED = dt.date(2026, 9, 1)
WHOLE = " ".join(PLAN_PARTS)


def day(after: int) -> dt.date:
    return ENROLLED + dt.timedelta(after)


def woman(store: Store, number: int, program: str = "Bridges", on: dt.date = ENROLLED, **case: Any) -> None:
    """An episode that began *on*; ``done``, ``first``: days until her plan was done; ``left``: until she left."""
    with store.work("enrol") as unit:
        given_site = {"site": case["site"]} if "site" in case else {}
        record = women.register(unit, department_number=f"R{number}", last_name=f"N{number}", **given_site)
        episode = enrolling.offer(unit, record, enrolling.add_program(unit, name=program), on)
        enrolling.told_limits(unit, episode, on, "en")
        enrolling.enrol(unit, episode, agreed_on=on, on=on)
        if "done" in case:
            done = on + dt.timedelta(case["done"])
            first = on + dt.timedelta(case.get("first", case["done"]))
            unit.create(
                Plan, participant=record, enrolment=episode, pack="wellness/1", started_on=on, done_on=done,
                first_done_on=first, parts_written=case.get("parts", WHOLE),
            )  # fmt: skip
        if "left" in case:
            enrolling.release(unit, record, on + dt.timedelta(case["left"]), case.get("how", "parole"))


def plans_within_30_days(store: Store, **asked: Any) -> Measure:
    with store.read() as unit:
        return measures.measures(unit, **asked)["wrap_30_days"]


def behind(store: Store, found: Measure, outcome: str = "", **page: int) -> list[Case]:
    assert found.asked is not None
    with store.read() as unit:
        return measures.cases(unit, found.asked, outcome, **page)


def test_wilson() -> None:
    low, high = wilson(5, 25)
    assert (round(low * 100, 1), round(high * 100, 1)) == (8.9, 39.1)
    assert wilson(0, 10)[0] == 0
    assert round(wilson(0, 10)[1], 4) == 0.2775
    assert round(wilson(10, 10)[0], 4) == 0.7225
    assert math.isclose(wilson(10, 10)[1], 1)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_mirrors(of: tuple[int, int]) -> None:
    yes, total = of
    low, high = wilson(yes, total)
    assert -1e-12 <= low <= yes / total + 1e-12
    assert yes / total - 1e-12 <= high <= 1 + 1e-12
    assert math.isclose(1 - high, wilson(total - yes, total)[0], abs_tol=1e-9)


@pytest.mark.parametrize(
    ("case", "outcome", "reason"),
    [
        ({"done": 30}, "yes", ""),
        ({"done": 0}, "yes", ""),
        ({"done": 31}, "no", "done later than 30 days"),
        ({"done": 60, "first": 20}, "yes", ""),  # done again later: the first day counts
        ({}, "no", "no plan done for now"),
        ({"done": 10, "parts": "tools well"}, "no", "parts that count are missing"),
        ({"left": 29}, "excluded", "left before day 30"),
        ({"left": 30}, "no", "no plan done for now"),
        ({"left": 10, "how": "death"}, "excluded", "died"),
        ({"left": 10, "done": 5}, "yes", ""),
        ({"left": 29, "how": "death", "done": 28}, "yes", ""),
        ({"on": DAY - dt.timedelta(30)}, "no", "no plan done for now"),
        ({"on": DAY - dt.timedelta(29)}, "excluded", "fewer than 30 days since enrollment"),
        ({"on": DAY - dt.timedelta(29), "done": 3}, "excluded", "fewer than 30 days since enrollment"),
        ({"on": DAY, "left": 0}, "excluded", "left before day 30"),
    ],
)
def test_each_case(facility: Store, case: dict[str, Any], outcome: str, reason: str) -> None:
    woman(facility, 1, **case)
    found = plans_within_30_days(facility, as_of=DAY)
    assert [(c.outcome, c.reason) for c in behind(facility, found)] == [(outcome, reason)]
    assert (found.numerator, found.denominator) == (int(outcome == "yes"), int(outcome != "excluded"))
    assert found.excluded == ({reason: 1} if outcome == "excluded" else {})
    assert found.rate == (None if outcome == "excluded" else float(outcome == "yes"))


@pytest.fixture
def several(facility: Store) -> Store:
    with facility.work("set_site") as unit:
        south = unit.create(Site, name="South Facility", code="SOUTH", kind="facility")
    for n in range(4):
        woman(facility, n, done=20)
    woman(facility, 4)
    woman(facility, 5, program="Roots", on=dt.date(2026, 8, 31), done=10)
    woman(facility, 6, program="Roots", on=dt.date(2026, 9, 30), site=south)
    woman(facility, 7, on=dt.date(2026, 10, 1), left=3)
    return facility


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (5, 7, {"left before day 30": 1})),
        ({"program": "bridges"}, (4, 5, {"left before day 30": 1})),
        ({"program": "Roots"}, (1, 2, {})),
        ({"cohort": "2026-09"}, (4, 6, {})),
        ({"cohort": "2026-08"}, (1, 1, {})),
        ({"cohort": "2026-10"}, (0, 0, {"left before day 30": 1})),
        ({"cohort": "2025-09"}, (0, 0, {})),
        ({"site": "South Facility"}, (0, 1, {})),
        ({"site": "south"}, (0, 1, {})),
        ({"site": "NORTH"}, (5, 6, {"left before day 30": 1})),
        ({"site": "NORTH", "program": "Roots", "cohort": "2026-08"}, (1, 1, {})),
    ],
)
def test_for_a_site_a_program_a_month(several: Store, asked: dict[str, str], expected: tuple[Any, ...]) -> None:
    found = plans_within_30_days(several, as_of=DAY, **asked)
    assert (found.numerator, found.denominator, found.excluded) == expected
    assert found.parameters | asked == found.parameters
    assert len(behind(several, found)) == found.denominator + sum(found.excluded.values())


@pytest.mark.parametrize("outcome", ["", "yes", "no", "excluded"])
def test_the_list_behind_a_number_comes_page_by_page(several: Store, outcome: str) -> None:
    found = plans_within_30_days(several, as_of=DAY)
    whole = [case for case in behind(several, found) if outcome in ("", case.outcome)]
    pages = [behind(several, found, outcome, offset=at, limit=3) for at in range(0, 9, 3)]
    assert [case for page in pages for case in page] == whole
    assert len(whole) == (found.counts[outcome] if outcome else sum(found.counts.values()))


@pytest.mark.parametrize("asked", [{"site": "Nowhere"}, {"program": "Brigdes"}])
def test_a_misspelled_name_is_not_nobody(several: Store, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        plans_within_30_days(several, **asked)


def test_only_who_was_enrolled_by_that_day(several: Store) -> None:
    found = plans_within_30_days(several, as_of=dt.date(2026, 8, 31))
    assert [c.outcome for c in behind(several, found)] == ["excluded"]
    assert found.to_json()["rate"] is None


def test_the_numbers_for_scripts(several: Store) -> None:
    with several.read() as unit:
        found = {key: goal.to_json() for key, goal in measures.measures(unit, as_of=DAY).items()}
    assert list(found) == list(measures.ORDER)
    whole = found.pop("wrap_30_days")
    assert (whole["status"], whole["numerator"], whole["denominator"], whole["unknown"]) == ("measured", 5, 7, 0)
    assert (whole["low"], whole["high"]) == wilson(5, 7)
    assert (whole["met"], whole["too_few"], whole["target"]) == (False, True, 0.8)
    for goal in found.values():
        assert goal["status"] == "not_measured"
        assert goal["reason"]
        for key in ("numerator", "denominator", "unknown", "rate", "rate_all", "low", "high", "met", "too_few"):
            assert goal[key] is None, key


def test_met_is_said_by_direction() -> None:
    least = Measure("a", "A", "measured", 0.8, "at_least", numerator=8, denominator=10, unknown=6)
    most = Measure("b", "B", "measured", 0.2, "at_most", numerator=3, denominator=10)
    assert (least.met, most.met, least.rate_all, least.too_few) == (True, False, 0.5, False)
    assert Measure("c", "C", "measured", 0.8, "at_least").met is None
