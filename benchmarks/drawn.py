"""The program over a store, drawn without a screen as it is on the smallest one it is made for."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from benchmarks.filling import PASSPHRASE, USER
from reentry_desktop.app import Program
from reentry_desktop.store import open_store
from reentry_desktop.ui import style
from reentry_desktop.ui.settings import WindowSettings
from reentry_desktop.ui.sweeping import Sweeper


def program(folder: str) -> Program:
    """The program with its window open at Today. It lives as long as somebody holds it."""
    app = QApplication([])
    style.load_fonts()
    style.apply(app, 100)
    Sweeper(app)
    made = Program(app, WindowSettings(), Path(folder))
    made.window.resize(1366, 768)
    made.window.show()
    made.opened(open_store(Path(folder), USER, PASSPHRASE), "today")
    return made
