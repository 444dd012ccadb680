"""Women who are registered twice, and everything a store says of them, for tests of what a merge does and undoes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reentry_desktop.actions import due, enrolling, measures, same_woman, women
from reentry_desktop.actions.today import today
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Participant
from reentry_desktop.records.plan import Plan
from reentry_desktop.store import Store

from .stores import DAY, tables

BORN = dt.date(1990, 1, 2)
BEGAN = DAY - dt.timedelta(60)


def registered(store: Store, number: str = "", first: str = "Ana", last: str = "Núñez", **more: Any) -> Id:
    """A registration as another facility may have made it: nothing asks whether she is here already."""
    values = {"department_number": number, "first_name": first, "last_name": last, "date_of_birth": BORN} | more
    with store.work("register") as unit:
        return unit.create(Participant, **{"site": store.site} | values)


def enrol(store: Store, woman: Id, on: dt.date = BEGAN, share: str = "dates") -> Id:
    """The episode that begins *on*."""
    with store.work("enrol") as unit:
        episode = enrolling.offer(unit, woman, enrolling.add_program(unit, name="Bridges"), on)
        enrolling.told_limits(unit, episode, on, "en")
        enrolling.enrol(unit, episode, agreed_on=on, on=on, office_has=share)
    return episode


def plan_done(store: Store, woman: Id, episode: Id, on: dt.date = BEGAN + dt.timedelta(10)) -> Id:
    """A plan that was done for now, with all its parts."""
    with store.work("start_plan") as unit:
        return unit.create(
            Plan, participant=woman, enrolment=episode, pack="wellness/1", started_on=on, done_on=on, first_done_on=on,
            parts_written=" ".join(measures.PLAN_PARTS),
        )  # fmt: skip


def merge(store: Store, stands: Id, other: Id) -> Id:
    """They are one woman; the id of what was said."""
    with store.work("same_woman") as unit:
        return same_woman.same_woman(unit, stands, other)


def apart(store: Store, link: Id) -> None:
    with store.work("take_apart") as unit:
        same_woman.take_apart(unit, link)


def offered(store: Store) -> list[tuple[set[Id], str]]:
    """Who is shown as possibly registered twice."""
    with store.read() as unit:
        found = same_woman.registered_twice(unit)
        assert found.count == len(found.pairs)
        return [({side.id for side in pair.sides}, pair.found_by) for pair in found.pairs]


def shown(store: Store) -> dict[str, Any]:
    """Everything that pages and lists say of the women here, and every record but what was said of registrations."""
    with store.read() as unit:
        ids = unit.connection.exec_driver_sql("SELECT id FROM participant ORDER BY id").scalars().all()
        pages = {woman: women.page(unit, unit.get(Participant, woman)) for woman in ids}
        counted = measures.measures(unit)["wrap_30_days"]
        day = today(unit)
        return {
            "tables": {kind: rows for kind, rows in tables(unit.connection).items() if kind != "same_woman"},
            "search": {words: women.search(unit, words) for words in ("", "ana", "nunez", "r1", "r2", "an nu")},
            "due": due.due(unit),
            "measures": (counted.numerator, counted.denominator, counted.excluded),
            "today": (day.leaving, day.plan_days, day.next_steps, day.goal_steps, day.to_review),
            "count": women.count_women(unit),
            "pages": {woman: (p.woman.id, p.hers, p.state, p.episode and p.episode.id, p.plan and p.plan.id,
                              [need.id for need in p.needs], p.shares_words) for woman, p in pages.items()},
        }  # fmt: skip
