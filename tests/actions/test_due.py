"""Who is due: the site's rule, its months, and the dates that say nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from reentry_desktop.actions import due, enrolling, women
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Site
from reentry_desktop.store import Store

from ..stores import DAY

TODAY = dt.date(2026, 11, 23)
YEAR = dt.date(2027, 11, 23)


def register(
    store: Store, number: str, hearing: dt.date | None = None, release: dt.date | None = None, **more: object
) -> Id:
    with store.work("register") as unit:
        given = {"department_number": number, "first_name": "Ana", "last_name": f"Sol {number}"}
        return women.register(unit, **given, parole_hearing=hearing, expected_release=release, **more)


def lists(store: Store, day: dt.date = TODAY) -> tuple[list[tuple[str, str, dt.date | None]], list[str], list[str]]:
    with store.read() as unit:
        found = due.due(unit, day)
        return (
            [(d.department_number, d.why, d.on) for d in found.due],
            [d.department_number for d in found.no_date],
            [d.department_number for d in found.check_date],
        )


def by_release_alone(store: Store) -> None:
    with store.work("settings") as unit:
        unit.revise(Site, store.site, due_rule="release")


@pytest.mark.parametrize(
    ("hearing", "release", "either", "release_alone"),
    [
        (None, None, "no date", "no date"),
        (TODAY, None, due.HEARING, "no date"),
        (None, TODAY, due.RELEASE, due.RELEASE),
        (YEAR, None, due.HEARING, "no date"),
        (None, YEAR, due.RELEASE, due.RELEASE),
        (YEAR + dt.timedelta(1), None, "later", "no date"),
        (None, YEAR + dt.timedelta(1), "later", "later"),
        (dt.date(2027, 3, 1), dt.date(2027, 2, 1), due.RELEASE, due.RELEASE),
        (dt.date(2027, 2, 1), dt.date(2027, 3, 1), due.HEARING, due.RELEASE),
        (dt.date(2030, 1, 1), dt.date(2027, 2, 1), due.RELEASE, due.RELEASE),
        (dt.date(2026, 11, 22), None, "check", "no date"),
        (None, dt.date(2020, 1, 1), "check", "check"),
        (dt.date(2026, 1, 1), dt.date(2026, 5, 1), "check", "check"),
        (dt.date(2026, 1, 1), dt.date(2027, 5, 1), due.RELEASE, due.RELEASE),
        (dt.date(2026, 1, 1), dt.date(2030, 5, 1), "later", "later"),
        (dt.date(2027, 1, 1), dt.date(2026, 5, 1), due.HEARING, "check"),
        (dt.date(2030, 1, 1), dt.date(2026, 5, 1), "later", "check"),
    ],
)
def test_the_rule_of_the_site_says_who_is_due(
    facility: Store, hearing: dt.date | None, release: dt.date | None, either: str, release_alone: str
) -> None:
    register(facility, "R1", hearing, release)
    for expected in (either, release_alone):
        soon, none, check = lists(facility)
        dates = {due.HEARING: hearing, due.RELEASE: release}
        assert soon == ([("R1", expected, dates[expected])] if expected in dates else [])
        assert none == (["R1"] if expected == "no date" else [])
        assert check == (["R1"] if expected == "check" else [])
        by_release_alone(facility)


def test_the_months_are_the_sites(facility: Store) -> None:
    register(facility, "R1", dt.date(2027, 2, 23))
    register(facility, "R2", dt.date(2027, 2, 24))
    with facility.work("settings") as unit:
        unit.revise(Site, facility.site, due_months=3)
    assert [number for number, _why, _on in lists(facility)[0]] == ["R1"]


def test_months_end_where_the_month_ends() -> None:
    assert due.add_months(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert due.add_months(dt.date(2027, 11, 30), 3) == dt.date(2028, 2, 29)
    assert due.add_months(dt.date(2026, 12, 31), 12) == dt.date(2027, 12, 31)
    assert due.add_months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)


def test_whose_episode_runs_or_who_left_is_not_due_and_who_declined_is_again(facility: Store) -> None:
    hearing = dt.date(2027, 1, 1)
    made = [register(facility, f"R{n}", hearing) for n in range(5)]
    with facility.work("episodes") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        enrolling.offer(unit, made[0], program, DAY)
        enrolling.decline(unit, enrolling.offer(unit, made[1], program, DAY), DAY)
        enrolling.close(unit, enrolling.offer(unit, made[2], program, DAY), DAY, "declined")
        enrolling.release(unit, made[3], DAY, "parole")
    assert [number for number, _why, _on in lists(facility)[0]] == ["R1", "R2", "R4"]


def test_the_soonest_stands_first(facility: Store) -> None:
    for number, day in (("R1", 20), ("R2", 3), ("R3", 11)):
        register(facility, number, dt.date(2027, 1, day))
    assert [number for number, _why, _on in lists(facility)[0]] == ["R2", "R3", "R1"]
