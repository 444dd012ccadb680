"""The preview of a print: page 1 until it is painted, and what memory is held after many previews.

    python3 dev.py bench preview [--pages 40] [--previews 200]

A plan of at least so many pages stands in the store, in an interpreter of its own. Measured is from the answer to "Who
is this for?", in large print and Spanish, until the first page is painted in the window: reading her plan, making the
whole PDF beside the window, drawing. Only the pages in sight may have been drawn by then. Then previews are made one
after another as a person makes them, in both languages and all sizes, each with a look at its end; what the process
holds after all of them is compared with what it held after the first fifth.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.table import Line, fresh, scratch, seconds, show

FIRST_PAGE, GROWTH = 100.0, 1.05
ROUNDS = 15


def look(folder: str, pages: int, previews: int) -> None:
    """Preview, and print what it took."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import psutil
    from PySide6.QtWidgets import QApplication

    from reentry_desktop.actions import setup
    from reentry_desktop.app import Program
    from reentry_desktop.ui import style
    from reentry_desktop.ui.settings import WindowSettings
    from reentry_desktop.ui.sweeping import Sweeper

    app = QApplication([])
    style.load_fonts()
    style.apply(app, 100)
    Sweeper(app)
    new = setup.NewStore(Path(folder), "facility", "North", "lead", "correct horse battery", "NORTH")
    store, kit = setup.create(new)
    setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
    woman = _a_long_plan(store, pages)
    program = Program(app, WindowSettings(), Path(folder))
    window = program.window
    window.resize(1366, 768)
    window.show()
    program.opened(store, "today")
    window.show_page("preview", participant=woman)
    page: Any = window.page

    def first_page() -> None:
        page.choose("property")
        _wait(app, lambda: page.made is not None)
        app.processEvents()
        page.pages.area.viewport().repaint()

    times = []
    for _round in range(ROUNDS):
        page.look.size_of_letters.set("large")
        times.append(1000 * seconds(first_page))
        made = page.made
        page._choose_again()
        app.processEvents()
    page.choose("property")
    _wait(app, lambda: page.made is not None)
    app.processEvents()
    drawn = len(page.pages._drawn)
    held: list[int] = []
    sizes = ("standard", "large", "extra-large")
    for number in range(previews):
        page.look.size_of_letters.set(sizes[number % 3])
        page.look.tongue.set(("en", "es")[number % 2])
        page.made = None
        page.make()
        _wait(app, lambda: page.made is not None)
        bar = page.pages.area.verticalScrollBar()
        bar.setValue(bar.maximum())
        app.processEvents()
        held.append(psutil.Process().memory_info().rss)
    fifth = len(held) // 5
    print(
        json.dumps(
            {
                "first": statistics.median(times),
                "pages": made.pdf.pages,
                "drawn": drawn,
                "early": statistics.median(held[fifth // 2 : fifth]) / 1e6,
                "late": statistics.median(held[-fifth // 2 :]) / 1e6,
            }
        ),
        flush=True,
    )
    os._exit(0)  # what Qt takes apart at the end is not measured


def _a_long_plan(store: Any, pages: int) -> str:
    """A woman with a plan of invented words, long enough for *pages* pages of large print."""
    from reentry_desktop.actions import enrolling, plans, women

    with store.work("enrol") as unit:
        day = unit.today()
        program = enrolling.add_program(unit, name="Bridges")
        woman = women.register(unit, department_number="R1", first_name="Ana", last_name="Vega", language="es")
        episode = enrolling.offer(unit, woman, program, day)
        enrolling.told_limits(unit, episode, day, "es")
        enrolling.enrol(unit, episode, agreed_on=day, on=day, office_has="dates")
        plan = plans.start_plan(unit, woman)
        for number in range(pages * 10):
            words = f"Caminar en el patio antes del desayuno y respirar hondo, vuelta número {number}"
            plans.add_item(unit, plan, ("tools", "every_day", "early_steps")[number % 3], words=words)
    return woman


def _wait(app: Any, ready: Any) -> None:
    """Sleep until something comes, as a window does: whoever turns the wheel meanwhile slows down the work."""
    from PySide6.QtCore import QEventLoop

    every = QEventLoop.ProcessEventsFlag
    while not ready():
        app.processEvents(every.AllEvents | every.WaitForMoreEvents)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40, help="pages of the plan at least")
    parser.add_argument("--previews", type=int, default=200)
    given = parser.parse_args()
    with scratch() as place:
        told = fresh("benchmarks.preview", "--part", place / "store", given.pages, given.previews)
    print(f"  {told['pages']} pages, of which {told['drawn']} were drawn for the first look")
    return show(
        [
            Line("page 1, from asking until it is painted", None, told["first"], FIRST_PAGE, "ms"),
            Line(
                f"memory after {given.previews} previews, to the first ones", told["early"], told["late"], GROWTH, "MB"
            ),
        ]
    )


if __name__ == "__main__":
    if "--part" in sys.argv:
        at = sys.argv.index("--part")
        look(sys.argv[at + 1], int(sys.argv[at + 2]), int(sys.argv[at + 3]))
    sys.exit(main())
