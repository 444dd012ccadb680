"""Until the unlock page is painted, over an empty PySide6 window; and that nothing heavy was loaded for it.

    python3 dev.py bench first_paint [--rounds 11]

Each start is an interpreter of its own, without a screen, measured from its first line (so that the interpreter's own
start flatters nobody) until the window has been painted. Ours makes what ``app.main`` makes, on a store with a user.
"""

from __future__ import annotations

import sys
import time

BEGAN = time.perf_counter()  # nothing else is imported before this line

HEAVY = ("sqlalchemy", "sqlcipher3", "reportlab", "cryptography", "zstandard", "alembic", "openpyxl", "pypdfium2")
GOAL = 2.2


def empty() -> float:
    """An empty window."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])
    return _painted(app, QMainWindow())


def unlock(folder: str) -> float:
    """The unlock page of the store in *folder*."""
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from reentry_desktop import app as program
    from reentry_desktop.ui import style
    from reentry_desktop.ui.settings import WindowSettings

    app = QApplication(sys.argv[:1])
    settings = WindowSettings(Path(folder) / "window.ini")
    style.load_fonts()
    style.apply(app, settings.text_size)
    started = program.Program(app, settings, Path(folder) / "store")
    started.start()
    return _painted(app, started.window)


def _painted(app: object, window: object) -> float:
    """Show *window*; the seconds from the first line of this file until it has been painted."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QWidget

    assert isinstance(app, QApplication)
    assert isinstance(window, QWidget)
    seen: list[bool] = []

    class Watch(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
            if event.type() == QEvent.Type.Paint:
                seen.append(True)
            return False

    watch = Watch()
    window.installEventFilter(watch)
    window.show()
    while not seen:
        app.processEvents()
    return time.perf_counter() - BEGAN


def main() -> int:
    import argparse
    import os

    from benchmarks.filling import new_store
    from benchmarks.table import Line, alternately, fresh, scratch, show

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    loaded: set[str] = set()
    with scratch() as place:
        new_store(place / "store", "facility", "Magnolia Hall", "MH").close()

        def ours() -> float:
            told = fresh("benchmarks.first_paint", "--part", "unlock", place)
            loaded.update(told["loaded"])
            return float(told["seconds"])

        bare, full = alternately(
            given.rounds, lambda: float(fresh("benchmarks.first_paint", "--part", "empty")["seconds"]), ours
        )
    if loaded:
        print(f"  loaded before the first window: {', '.join(sorted(loaded))}")
    return show(
        [
            Line("first paint of the unlock page", bare * 1000, full * 1000, GOAL, "ms"),
            Line("heavy libraries loaded before it", None, len(loaded), 0, ""),
        ]
    )


def part(words: list[str]) -> None:
    import json

    took = empty() if words[0] == "empty" else unlock(words[1])
    print(json.dumps({"seconds": took, "loaded": [name for name in HEAVY if name in sys.modules]}), flush=True)
    sys.stdout.flush()
    import os

    os._exit(0)  # what Qt takes apart at the end is not measured


if __name__ == "__main__":
    if "--part" in sys.argv:
        part(sys.argv[sys.argv.index("--part") + 1 :])
    sys.exit(main())
