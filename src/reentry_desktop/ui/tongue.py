"""Qt's own words, on the buttons of its file and print windows, in the language of the screen."""

from __future__ import annotations

from pathlib import Path

import PySide6
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

_NAME = "words of Qt"


def translate_qt(app: QApplication, language: str) -> None:
    """Have Qt speak *language*, ``en`` or ``es``; its own words are English where there is no translation."""
    if (before := app.findChild(QTranslator, _NAME)) is not None:
        app.removeTranslator(before)
        before.setParent(None)
    if language == "en":
        return
    translator = QTranslator(app)
    translator.setObjectName(_NAME)
    if any(translator.load(f"qtbase_{language}", str(folder)) for folder in _folders()):
        app.installTranslator(translator)


def _folders() -> list[Path]:
    """Where Qt says its translations are, then where they travel in the packaged program."""
    inside = Path(PySide6.__file__).parent
    told = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return [told, inside / "Qt" / "translations", inside / "translations"]
