"""What the window remembers on this PC: its size, the size of the text, the language, the spelling. Never a name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ..base.words import LANGUAGES
from . import tokens as t


class WindowSettings:
    """An ini file; without *path* nothing is kept. What makes no sense in it is as if it were not there."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None

    def _read(self, key: str) -> object:
        return self._file.value(key) if self._file is not None else None

    def _write(self, key: str, value: object) -> None:
        if self._file is not None:
            self._file.setValue(key, value)

    def flush(self) -> None:
        """Write the file now."""
        if self._file is not None:
            self._file.sync()

    @property
    def text_size(self) -> int:
        """Percent, one of ``tokens.SCALES``."""
        try:
            found = int(str(self._read("window/text")))
        except ValueError:
            return 100
        return found if found in t.SCALES else 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._write("window/text", percent)

    @property
    def language(self) -> str:
        """``en`` or ``es``."""
        found = str(self._read("window/language"))
        return found if found in LANGUAGES else "en"

    @language.setter
    def language(self, code: str) -> None:
        self._write("window/language", code)

    @property
    def spelling(self) -> bool:
        """Whether words that no dictionary knows are marked in a plan; off until somebody asks for it."""
        return str(self._read("window/spelling")) == "on"

    @spelling.setter
    def spelling(self, on: bool) -> None:
        self._write("window/spelling", "on" if on else "off")

    def banner(self, store: str) -> str:
        """The words a site wants on its unlock page; they are readable by everybody who sees this PC."""
        found = self._read(f"banner/{store}")
        return found if isinstance(found, str) else ""

    def keep_banner(self, store: str, words: str) -> None:
        """Remember them for the store of that id."""
        if self.banner(store) != words:
            self._write(f"banner/{store}", words)

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window stood."""
        found = self._read("window/geometry")
        return found if isinstance(found, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._write("window/geometry", value)
