"""What permissions cost: the check of a save, timed by itself, and the narrowing of a list, each over the whole.

    python3 dev.py bench permission [--rounds 300]

A facility with 5,000 women. The check is what ``Store.work`` and ``Unit`` ask of ``records/access.py`` at each save; it
is timed in a loop and divided by the median of whole saves. A list query is the first page of all women; its check is
what reading asks: who is at the desk, and what that person does not see. For somebody who sees fifty of the women
alone the same page is timed against the page of who sees all: there the database narrows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from benchmarks.filling import PASSPHRASE, USER, facility_and_office
from benchmarks.save import save
from benchmarks.table import Line, fresh, scratch, show
from reentry_desktop.actions import assigning, staff, women
from reentry_desktop.records import Participant, PlanAnswer
from reentry_desktop.records.access import kept_from, may
from reentry_desktop.store import Store, open_store

SIZE, LOOPS, FEW = 250_000, 100_000, 50


def prepare(folder: Path) -> None:
    """In *folder*: a facility with as many entries as its name says."""
    with facility_and_office(folder):
        pass


def _each(act: object, rounds: int) -> float:
    """The median microseconds of *act*."""
    found = []
    for _round in range(rounds):
        began = time.perf_counter()
        act()  # type: ignore[operator]
        found.append(time.perf_counter() - began)
    return 1e6 * statistics.median(found)


def _measure(folder: Path, rounds: int) -> None:
    with open_store(folder / "facility", USER, PASSPHRASE) as store:
        with store.read() as unit:
            answer = unit.first(sa.select(PlanAnswer)).id
            some = [one.id for one in unit.all(sa.select(Participant).limit(FEW))]
        saves = [1e6 * save(store, answer, turn) for turn in range(rounds)]
        who = store.who
        began = time.perf_counter()
        for _turn in range(LOOPS):
            if not may(who, "answer") or not may(who, "answer", "plan_answer") or who.narrowed:
                raise AssertionError
        check = 1e6 * (time.perf_counter() - began) / LOOPS
        began = time.perf_counter()
        for _turn in range(LOOPS):
            if not may(who, "open_page") or kept_from(who):
                raise AssertionError
        asked = 1e6 * (time.perf_counter() - began) / LOOPS
        whole = _each(lambda: _page(store), rounds)
        name = f"p{dt.datetime.now(dt.UTC):%H%M%S%f}"
        peer = staff.add_user(store, name=name, passphrase="seven green boats at noon", role="peer_supporter")
        with store.work("assign") as unit:
            for woman in some:
                assigning.assign(unit, woman, peer)
        store.sign_in(peer)
        narrowed = _each(lambda: _page(store), rounds)
        hers = [1e6 * save(store, answer, turn) for turn in range(rounds)] if answer else []
    told = {"save": statistics.median(saves), "check": check, "asked": asked, "whole": whole, "narrowed": narrowed}
    print(json.dumps(told | {"hers": statistics.median(hers)}))


def _page(store: Store) -> None:
    with store.read() as unit:
        women.search(unit, "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--keep", type=Path, help="keep the invented site in this folder, and use it again")
    given = parser.parse_args()
    with scratch(given.keep) as place:
        folder = place / f"permission-{SIZE}"
        folder.mkdir(exist_ok=True)
        if not (folder / "office").exists():
            fresh("benchmarks.permission", "--part", folder)
        told = fresh("benchmarks.permission", "--measure", folder, given.rounds)
    return show(
        [
            Line("the check of a save, of the save (share)", told["save"], told["check"], 0.03, "µs"),
            Line("the check of a list, of the list (share)", told["whole"], told["asked"], 0.05, "µs"),
            Line("a page of who sees 50 women, over all", told["whole"], told["narrowed"], 1.5, "µs"),
            Line("a save of who sees 50 women, over any", told["save"], told["hers"], 1.5, "µs"),
        ]
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        prepare(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--measure"]:
        _measure(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
