"""Her plan on the screen: opening one of 300 entries, and a key in it, with few women in the store and with many.

    python3 dev.py bench plan_editor [--entries 300] [--few 100] [--many 5000] [--rounds 15] [--keep FOLDER]

Opened as a coordinator opens it: the page is asked for, is laid out and painted, and its first field has the focus.
The part that opens holds 60 entries. A key is typed into her words and painted; every fifth one falls together with
the pause after which the draft is kept, so that the autosave is in the figure. Drawn without a screen, in an
interpreter of its own for each size.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.filling import PASSPHRASE, USER, People
from benchmarks.table import Line, fresh, scratch, seconds, show

OPENED, KEY, FLAT = 150.0, 8.0, 1.3
BIGGEST = 60
"""Entries of the part that is opened."""


def fill(folder: str, entries: int) -> None:
    """Give one woman of the store a plan of so many entries, unless she has it; print her id."""
    import sqlalchemy as sa

    from reentry_desktop.actions import enrolling, plans, women
    from reentry_desktop.records.participant import Enrolment, Participant
    from reentry_desktop.store import open_store

    people = People(3)
    with open_store(Path(folder), USER, PASSPHRASE) as store, store.work("fill") as unit:
        known = unit.first(sa.select(Participant.id).where(Participant.department_number == "PLAN1"))
        if known is None:
            day = unit.today()
            program = enrolling.add_program(unit, name="Bridges")
            known = women.register(unit, department_number="PLAN1", first_name="Odalys", last_name="Ferrante")
            episode = enrolling.offer(unit, known, program, day)
            enrolling.told_limits(unit, episode, day, "en")
            enrolling.enrol(unit, episode, agreed_on=day, on=day)
            plan = plans.start_plan(unit, known)
            write(unit, plan, entries, people)
        assert unit.first(sa.select(Enrolment.id).where(Enrolment.participant == known))
    print(json.dumps(known), flush=True)


def write(unit: Any, plan: Any, entries: int, people: People) -> None:
    """So many entries: 60 tools, the others over every part; and the tools named in the steps."""
    from reentry_desktop.actions import plans

    parts = plans.contents(unit, plan).pack.parts()
    lists = [key for key, part in parts.items() if part.kind not in ("answer", "supporter") and key != "tools"]
    tools = [
        plans.add_item(unit, plan, "tools", words=people.words(), helpful=people.dice.randint(1, 5), needs="quiet")
        for _tool in range(BIGGEST)
    ]
    written = len(tools)
    for key, part in parts.items():
        if part.kind == "answer":
            plans.answer(unit, plan, key, people.words(20, 60))
            written += 1
    for number in range(entries - written):
        key = lists[number % len(lists)]
        item = plans.add_item(unit, plan, key, words=people.words())
        if parts[key].kind == "step":
            plans.link_tool(unit, item, people.dice.choice(tools))


def measure(folder: str, woman: str, rounds: int) -> None:
    """Open the plan again and again, type into it, and print what each took."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtTest import QTest

    from benchmarks.drawn import program

    drawn = program(folder)
    window, app = drawn.window, drawn.window.app
    window.activateWindow()
    opened = []

    def settle() -> None:
        for _turn in range(3):
            app.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def ready() -> None:
        window.show_page("plan", participant=woman, part="tools")
        for _turn in range(2):  # laid out, the rows in sight made
            app.processEvents()
        window.repaint()

    for _round in range(rounds + 1):
        window.show_page("today")
        settle()
        opened.append(1000 * seconds(ready))
        assert app.focusWidget() is not None
        settle()
    page: Any = window.page
    form = page.body.view.body.new.forms[0]
    field = form.editors["words"].target()
    field.setFocus()
    settle()

    def key(number: int) -> None:
        QTest.keyClick(field, "abcdefgh"[number % 8] if number % 6 else " ")
        if number % 5 == 4:
            form.flush()
        app.processEvents()

    keys = sorted(1000 * seconds(partial(key, number)) for number in range(20 * rounds))
    told = {
        "first": opened[0],
        "opened": statistics.median(opened[1:]),
        "key": statistics.median(keys),
        "slow": keys[int(len(keys) * 0.95)],
    }
    print(json.dumps(told), flush=True)
    os._exit(0)  # what Qt takes apart at the end is not measured


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=300, help="entries of the plan")
    parser.add_argument("--few", type=int, default=100, help="women in the small store")
    parser.add_argument("--many", type=int, default=5_000, help="women in the large store")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="keep the invented sites in this folder, and use them again")
    given = parser.parse_args()
    told = {}
    with scratch(given.keep) as place:
        for women in (given.few, given.many):
            folder = place / f"plan-{women}"
            fresh("benchmarks.filling", folder, women, "--women")
            woman = fresh("benchmarks.plan_editor", "--fill", folder, given.entries)
            told[women] = fresh("benchmarks.plan_editor", "--part", folder, woman, given.rounds)
    few, many = told[given.few], told[given.many]
    return show(
        [
            Line(f"opening, {given.entries} entries, {given.few:,} women", None, few["opened"], OPENED, "ms"),
            Line(f"opening, {given.entries} entries, {given.many:,} women", None, many["opened"], OPENED, "ms"),
            Line("the same: many women against few", few["opened"], many["opened"], FLAT, "ms"),
            Line("a key, typed and painted, median", None, many["key"], KEY, "ms"),
            Line("a key, drafts kept meanwhile, 95 of 100", None, many["slow"], KEY, "ms"),
        ]
    )


if __name__ == "__main__":
    if "--fill" in sys.argv:
        at = sys.argv.index("--fill")
        fill(sys.argv[at + 1], int(sys.argv[at + 2]))
    elif "--part" in sys.argv:
        at = sys.argv.index("--part")
        measure(sys.argv[at + 1], sys.argv[at + 2], int(sys.argv[at + 3]))
    else:
        sys.exit(main())
