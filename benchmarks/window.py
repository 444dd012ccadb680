"""The open window over 100,000 women: a key of a search, her page, and what a tour of every page holds.

    python3 dev.py bench window [--size 100000] [--rounds 5] [--keep FOLDER]

Typed as a person types: each key goes into the field, the pause after it is cut short, the query is asked and the
list is painted. Then every place of the sidebar and the pages of three women are opened, and the memory that is
still held is read; at last the page of one woman after another, from asking until it is painted. The window is drawn
without a screen, in an interpreter of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import sys

from benchmarks.search import TYPED, keys
from benchmarks.table import Line, asked_of_women, fresh, scratch, seconds, show

FRAME, PAGE, MEGABYTES = 16.0, 150.0, 250.0
VISITS = 30


def tour(folder: str, rounds: int) -> None:
    """Search, walk about, and print what it took."""
    import psutil
    import sqlalchemy as sa

    from benchmarks.drawn import program
    from reentry_desktop.records.participant import Participant

    drawn = program(folder)
    window, app = drawn.window, drawn.window.app
    window.show_page("participants")
    page = window.page
    times: list[float] = []

    def key(text: str) -> None:
        page.search.setText(text)  # type: ignore[union-attr]
        page.search.asked.emit(text)  # type: ignore[union-attr]
        page.table.viewport().repaint()  # type: ignore[union-attr]

    for _round in range(rounds):
        for word in TYPED:
            for text in keys(word):
                times.append(1000 * seconds(lambda text=text: key(text)))  # type: ignore[misc]
                app.processEvents()
    women = window.desk.read(lambda unit: list(unit.rows(sa.select(Participant.id).limit(VISITS))))
    places = [page.key for page in window.session.pages if page.sidebar]  # type: ignore[union-attr]
    for name in places:
        window.show_page(name)
        app.processEvents()
    for (woman,) in women[:3]:
        for name in ("participant", "plan"):
            window.show_page(name, participant=woman)
            app.processEvents()
    held = psutil.Process().memory_info().rss / 1e6

    def visit(woman: str) -> None:
        window.show_page("participant", participant=woman)
        app.processEvents()
        window.page.repaint()  # type: ignore[union-attr]

    hers = []
    for (woman,) in women:
        window.show_page("participants")
        app.processEvents()
        hers.append(1000 * seconds(lambda woman=woman: visit(woman)))  # type: ignore[misc]
    told = {"key": statistics.median(times), "hers": statistics.median(hers), "held": held, "pages": len(places)}
    print(json.dumps(told), flush=True)
    os._exit(0)  # what Qt takes apart at the end is not measured


def main() -> int:
    given = asked_of_women(__doc__)
    with scratch(given.keep) as place:
        folder = place / f"women-{given.size}"
        fresh("benchmarks.filling", folder, given.size, "--women")
        told = fresh("benchmarks.window", "--part", folder, given.rounds)
    return show(
        [
            Line("a key, asked and painted, median", None, told["key"], FRAME, "ms"),
            Line("her page, opened and painted, median", None, told["hers"], PAGE, "ms"),
            Line(f"memory held after {told['pages']} places and 3 women", None, told["held"], MEGABYTES, "MB"),
        ]
    )


if __name__ == "__main__":
    if "--part" in sys.argv:
        at = sys.argv.index("--part")
        tour(sys.argv[at + 1], int(sys.argv[at + 2]))
    sys.exit(main())
