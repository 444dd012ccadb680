"""A program that was worked with and is locked now: run by ``test_memory``, which looks at its memory.

Arguments: the store's folder, the woman's id. The passphrase comes on standard input, from its end,
so that what was read is not what is searched for. Says "locked", then waits.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.app import Program
from reentry_desktop.ui import style
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.settings import WindowSettings


def wait(milliseconds: int) -> None:
    """Let the program run."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(folder: Path, woman: str) -> None:
    """Unlock, look at her page and others, lock."""
    app = QApplication([])
    style.load_fonts()
    style.apply(app, 100)
    program = Program(app, WindowSettings(None), folder)
    program.start("lead")
    program.window.show()
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    for letter in reversed(sys.stdin.readline().rstrip("\n")):
        QTest.keyClicks(locked.passphrase.edit, letter)
    locked.try_unlock()
    while program.window.session is None:
        wait(50)
    for page in ("today", "participants"):
        program.window.show_page(page)
        wait(100)
    program.window.show_page("participant", participant=woman)
    wait(200)
    program.window.lock()
    wait(500)
    sys.stdout.write("locked\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
