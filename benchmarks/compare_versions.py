"""Two versions of a plan of 300 entries side by side: finding what changed, and the page that shows it.

    python3 dev.py bench compare_versions [--size 300] [--changes 4] [--others 40] [--rounds 30]

The plan is written as a person writes it, through the program's own acts, in a real store: each entry is changed
``--changes`` times on the way, every third one between the two versions, a few are removed and a few come new.
``--others`` women have plans in the same log: what is compared must not be found among theirs. The page is drawn
without a screen, until its first rows have been painted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from benchmarks.filling import People, new_store
from benchmarks.table import Line, scratch, seconds, show
from reentry_desktop.actions import enrolling, plan_states, plan_versions, plans, women
from reentry_desktop.base.ids import Id
from reentry_desktop.records.pack import load_pack
from reentry_desktop.store import Store

GOAL, PAGE = 50.0, 150.0


def her_plan(store: Store, people: People) -> tuple[Id, Id]:
    """A woman who is enrolled, and her plan."""
    with store.work("enrol") as unit:
        program = enrolling.add_program(unit, name="Second start")
        woman = women.register(unit, department_number=f"R{people.dice.randrange(10**8)}", last_name=people.words(1, 1))
        episode = enrolling.offer(unit, woman, program, unit.today())
        enrolling.told_limits(unit, episode, unit.today(), "en")
        enrolling.enrol(unit, episode, agreed_on=unit.today(), on=unit.today())
        return woman, plans.start_plan(unit, woman)


def write(store: Store, plan: Id, people: People, size: int) -> list[Id]:
    """*size* entries, spread over every part, and an answer to every question."""
    parts = load_pack().parts().values()
    lists = [part for part in parts if part.kind not in ("answer", "supporter")]
    with store.work("add_item") as unit:
        for part in parts:
            if part.kind == "answer":
                plans.answer(unit, plan, part.key, people.words())
        plans.add_supporter(unit, plan, name=people.words(2, 2))
        return [
            plans.add_item(unit, plan, lists[n % len(lists)].key, words=people.words(6, 24), how_often="every day")
            for n in range(size)
        ]


def change(store: Store, items: list[Id], people: People) -> None:
    """Other words in some entries."""
    with store.work("revise_item") as unit:
        for item in items:
            plans.revise_item(unit, item, words=people.words(6, 24))


def fill(store: Store, size: int, changes: int, others: int) -> tuple[Id, Id]:
    """A plan with two versions, and other women's beside it. Returns her and her plan."""
    people = People(7)
    for _other in range(others):
        _woman, plan = her_plan(store, people)
        write(store, plan, people, size // 4)
    woman, plan = her_plan(store, people)
    items = write(store, plan, people, size)
    for _round in range(changes):
        change(store, items, people)
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    for _round in range(changes):
        change(store, items[::3], people)
    with store.work("remove_item") as unit:
        for item in items[1::30]:
            plans.remove_item(unit, item)
    write(store, plan, people, size // 30)
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    return woman, plan


def opening(store: Store, woman: Id, rounds: int) -> float:
    """Seconds from asking for the page until its first rows are painted, the median of *rounds*."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from reentry_desktop.ui import style
    from reentry_desktop.ui.desk import Desk
    from reentry_desktop.ui.opened import Session
    from reentry_desktop.ui.pages.help import AboutPage
    from reentry_desktop.ui.pages.unlock import Unlocking
    from reentry_desktop.ui.pages.versions import VersionsPage
    from reentry_desktop.ui.window import MainWindow

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    style.load_fonts()
    style.apply(app, 100)
    window = MainWindow(app)
    window.resize(1366, 768)
    window.show()
    never = Unlocking([], lambda _name, _said: None, lambda: 0.0, "", "", lambda: None)
    pages = [AboutPage, VersionsPage]
    window.open_session(Session(Desk(store), "lead", pages, lambda _said: None, lambda: never, first="about"))
    times = []
    for _round in range(rounds):
        window.show_page("about")
        app.processEvents()

        def open_it() -> None:
            window.show_page("versions", participant=woman, earlier=1, later=2)
            window.repaint()

        times.append(seconds(open_it))
        app.processEvents()
    return statistics.median(times)


def measure(folder: Path, given: argparse.Namespace) -> list[Line]:
    """Both figures, in a store of their own."""
    with new_store(folder / "store", "facility", "Magnolia Hall", "MH") as store:
        woman, plan = fill(store, given.size, given.changes, given.others)

        def compare() -> None:
            with store.read() as unit:
                found.append(len(plan_versions.compare(unit, plan, 1, 2)))

        found: list[int] = []
        times = [seconds(compare) for _round in range(given.rounds)]
        assert found[0] > given.size // 3
        page = opening(store, woman, given.rounds)
    return [
        Line(f"comparing two versions, {given.size} entries", None, 1000 * statistics.median(times), GOAL, "ms"),
        Line(f"the page with {found[0]} differences, first rows", None, 1000 * page, PAGE, "ms"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=300, help="entries of the plan")
    parser.add_argument("--changes", type=int, default=4, help="how often each entry is changed before a version")
    parser.add_argument("--others", type=int, default=40, help="other women with plans in the same store")
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    with scratch() as place:
        code = show(measure(place, given))
    sys.stdout.flush()
    os._exit(code)  # what Qt takes apart at the end is not measured


if __name__ == "__main__":
    main()
