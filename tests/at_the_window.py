"""The whole program at its window, as a person uses it: unlock, look at every page that is named, lock, leave.

Run as a script: the store's folder, user, passphrase, and JSON of the pages to go to, each ``[key, {argument: id}]``.
Prints the key of the page in sight after each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from reentry_desktop import app
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.window import MainWindow


def use(passphrase: str, places: list[tuple[str, dict[str, Any]]], shown: list[str]) -> Iterator[None]:
    """Each step of the visit; between two of them the window lives on."""
    while not (windows := [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]):
        yield
    (window,) = windows
    page = window.stack.currentWidget()
    assert isinstance(page, UnlockPage)
    page.passphrase.edit.setText(passphrase)
    page.try_unlock()
    while window.session is None:
        yield
    for key, args in places:
        QTimer.singleShot(0, lambda key=key, args=args: window.show_page(key, **args))  # fails as a press would
        yield
        yield
        shown.append(window.page.key if window.page is not None else "-")
    window.lock()
    yield
    window.close()


def main(store: Path, user: str, passphrase: str, places: list[tuple[str, dict[str, Any]]]) -> int:
    """Run the program until the visit is over; 1 where it is not after half a minute."""
    QApplication([])
    shown: list[str] = []
    steps = use(passphrase, places, shown)

    def step() -> None:
        try:
            next(steps)
        except StopIteration:
            QCoreApplication.exit(0)
        except BaseException:
            QCoreApplication.exit(1)
            raise

    beat = QTimer(interval=30)
    beat.timeout.connect(step)
    beat.start()
    QTimer.singleShot(30_000, lambda: QCoreApplication.exit(1))
    code = app.main(store, user)
    sys.stdout.write(" ".join(shown) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], json.loads(sys.argv[4])))
