"""After an erasure nothing of her is in any table, index, local table or page of the file, whatever was kept of her."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reentry_desktop.actions import attachments, drafts, use, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.records import Record, fields, kinds
from reentry_desktop.records.local import Conflict, Waiting
from reentry_desktop.records.plan_item import ITEM_COLUMNS
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store

from .. import papers
from ..actions.listing import read as read_list
from ..actions.listing import row
from ..actions.test_taking_back import everywhere
from ..stores import IN_POSTGRES, assert_well, assert_whole, enrolled
from .test_bundles import plan_of
from .test_erasing_whole import agree, propose, second_administrator

CANARY, FIRST, LAST, NUMBER, BEFORE = "Quetzalwalk", "Zenobiax", "Yttriumova", "R8841907", "R8841906"
LONG_AGO = dt.date(2014, 5, 6)
"""Before what a report that was passed on is kept for."""
ELSEWHERE = frozenset({"legal_hold", "transfer", "same_woman"})
"""Kinds that stop the erasing, or join her to another site or registration: ``test_erasing_whole`` has them."""


def test_nothing_of_her_is_left_in_any_table_page_or_index(facility: Store, tmp_path: Path) -> None:
    woman, scan = everything_of_her(facility, tmp_path)
    before = everywhere(facility)
    for word in (CANARY, FIRST, LAST, NUMBER, BEFORE, FIRST.casefold()):
        assert word.encode() in before, word
    assert IN_POSTGRES or scan in before  # there the rows alone are read
    erasure = propose(facility, woman)
    second_administrator(facility)
    agree(facility, erasure)
    left = everywhere(facility).lower()
    for word in (CANARY, FIRST, LAST, NUMBER, BEFORE):
        assert word.lower().encode() not in left, word
    assert scan.lower() not in left
    with facility.read() as unit:
        for table in ("attachment_piece", "draft", "conflict", "waiting"):
            assert unit.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
    assert b"bea ok" in left  # what somebody asked of other women stays in the record of use
    assert_whole(facility)
    assert_well(facility)


def everything_of_her(store: Store, folder: Path) -> tuple[Id, bytes]:
    """A woman of whom there is something of every kind, in each text the canary; and some of her scan's bytes."""
    others = row("R1002", "Okoro", "Bea"), row("R1003", "Okoro", "Beatriz")
    read_list(store, folder / "hers.csv", row(BEFORE, LAST, FIRST), *others)
    woman, episode = enrolled(store, BEFORE, first=FIRST, last=LAST, share="words")
    with store.work("correct") as unit:
        women.correct(unit, woman, department_number=NUMBER)
    plan = plan_of(store, woman, CANARY)
    scan = read_scan(papers.noise(600), 5 << 20)
    with store.work("write") as unit:
        attachments.attach(unit, woman, scan, CANARY)
        made = {"participant": woman, "enrolment": episode, "plan": plan, "person": store.who.id, "site": store.site}
        for kind, cls in kinds().items():
            if "participant" in fields(cls) and kind not in {*ELSEWHERE, *made}:
                made[kind] = unit.create(cls, **filled(cls, made))
        for record, field in ((f"{plan}/tools", "words"), (f"{woman}/safety", "to_whom"), (made["goal"], "words")):
            drafts.save_draft(unit, record, field, woman, f"{CANARY} being typed")
        unit.local(sa.insert(Conflict).values(record=plan, field="words", kind="plan", participant=woman))
        unit.local(sa.insert(Waiting).values(record=new_id(), kind="goal", participant=woman, needs=f"plan/{plan}"))
    with store.work("find") as unit:
        for words in (FIRST, "Zeno yttr", "R-8841-907", f"{LAST}, {FIRST}", "Bea Ok"):
            use.find(unit, words, 1)
    with store.work("print_plan") as unit:
        unit.tell("plan", plan, woman, how="saved", to=f"/home/lead/{FIRST} {LAST}.pdf")
    with store.work("open_page") as unit:
        use.open_page(unit, woman, "participant")
    return woman, scan.data[5000:5100]


def filled(cls: type[Record], made: dict[str, Id]) -> dict[str, Any]:
    """A value for every field, a text with the canary in each that takes one."""
    values: dict[str, Any] = {}
    for name, spec in fields(cls).items():
        if name == "removed":
            continue
        if spec.editor == "day":
            values[name] = LONG_AGO
        elif spec.editor == "number":
            values[name] = spec.least or 1
        elif spec.link:
            values[name] = made.get(spec.link, Id(""))
        elif spec.choices:
            values[name] = next(iter(spec.choices))
        else:
            values[name] = spec.editor == "flag" or f"{CANARY} {name}"[: spec.max or 200]
    return values | {"kind": next(iter(ITEM_COLUMNS))} if cls.__tablename__ == "plan_item" else values
