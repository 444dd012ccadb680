"""The tables are nothing but the log: emptied, spoiled or from an older program, they come back from it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from reentry_desktop.actions import enrolling, plans, women
from reentry_desktop.records import Participant, PlanItem, kinds
from reentry_desktop.store import Store
from reentry_desktop.store.check import check_tables
from reentry_desktop.store.rebuild import rebuild

DAY = dt.date(2026, 11, 23)


def _some_work(store: Store) -> None:
    with store.work("work") as unit:
        program = enrolling.add_program(unit, name="TTI")
        woman = women.register(unit, department_number="R10001", first_name="Inés", last_name="Ávila")
        episode = enrolling.offer(unit, woman, program, DAY)
        enrolling.told_limits(unit, episode, DAY, "es")
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
        plan = plans.start_plan(unit, woman)
        item = plans.add_item(unit, plan, "tools", words="Sing softly")
        plans.revise_item(unit, item, words="Sing")


def _tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    names = [*kinds(), "participant_word", "roll"]
    with store.read() as unit:
        return {n: sorted(map(tuple, unit.connection.exec_driver_sql(f'SELECT * FROM "{n}"')), key=str) for n in names}


def test_emptied_and_spoiled_tables_come_back(facility: Store) -> None:
    _some_work(facility)
    before = _tables(facility)
    with facility.work("spoil") as unit:
        unit.connection.exec_driver_sql("UPDATE plan_item SET words = 'not hers'")
        unit.connection.exec_driver_sql("DELETE FROM participant_word")
        assert check_tables(unit.connection)
        rebuild(unit.connection)
        assert check_tables(unit.connection) == []
    assert _tables(facility) == before
    with facility.read() as unit:
        assert [item.words for item in unit.all(sa.select(PlanItem))] == ["Sing"]
        assert women.search(unit, "avila").rows[0].status == "enrolled"
        assert unit.get(Participant, women.by_number(unit, "R10001").id).last_name == "Ávila"
