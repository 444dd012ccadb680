"""Where the second proof is shown at unlocking: the key file on a stick, or the next line of the sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ..base.words import _
from . import tokens as t
from .choosing import choose_file
from .layouts import Flow, Stack
from .sticks import sticks
from .widgets import Button, Sentence, reveal

_LONGEST = 200  # characters of a line
_FILE = 4096  # bytes of a key file that are read


class SecondProof(Stack):
    """Hidden where the account asks for none. ``shown()`` is the key file's text, or the words that were typed."""

    def __init__(self, sticks_in: Callable[[], list[Path]] | None = None) -> None:
        super().__init__(space=t.S1)
        self._sticks = sticks_in or (lambda: [stick.folder for stick in sticks()])
        self._text, self._name, self._file, self._line = "", "", False, 0
        self.label = QLabel()
        self.label.setProperty("role", "strong")
        self.choose = Button("", self._choose, icon_name="usb")
        self.state = Sentence(tone="muted", role="small")
        self.words = QLineEdit()
        self.words.setMaxLength(_LONGEST)
        self.label.setBuddy(self.words)
        for widget in (self.label, Flow(self.choose), self.state, self.words):
            self.add(widget)
        self.ask("", has_file=False, line=0)

    def ask(self, name: str, *, has_file: bool, line: int) -> None:
        """Ask for a key file called *name*, for that line of the sheet, for either, or for nothing."""
        self._name, self._file, self._line = name, has_file, line
        self.forget()
        self.setVisible(has_file or bool(line))
        reveal(self.choose, has_file)
        reveal(self.words, bool(line))
        self.retell()
        self.look()

    def look(self) -> None:
        """Take the key file from a stick that is in."""
        if not self._file or self._text:
            return
        for folder in self._sticks():
            if self._read(folder / self._name):
                return

    def retell(self) -> None:
        """Say everything in the language of the screen."""
        self.label.setText(_("Second proof"))
        self.choose.setText(_("Choose the key file"))
        self.words.setAccessibleName(_("Words of line {n} of the sheet").format(n=self._line))
        words = _("Or the words of line {n}") if self._file else _("The words of line {n} of your sheet")
        self.words.setPlaceholderText(words.format(n=self._line))
        if self._text:
            self.state.setText(_("The key file is read."))
        elif self._file:
            self.state.setText(_("Put in the stick with your key file."))
        reveal(self.state, self._file)

    def shown(self) -> str:
        """What was shown; words stand before a file, and are gone afterwards."""
        self.look()
        typed = self.words.text().strip()
        self.words.clear()
        return typed or self._text

    def is_empty(self) -> bool:
        """Whether something is asked for and nothing is there."""
        self.look()
        return (self._file or bool(self._line)) and not self._text and not self.words.text().strip()

    def forget(self) -> None:
        """What was read or typed is gone."""
        self._text = ""
        self.words.clear()

    def target(self) -> QWidget:
        """Where the focus goes."""
        return self.words if self._line and not self._file else self.choose

    def _choose(self) -> None:
        file = choose_file(self, _("Choose the key file"), _("Key files (*.key);;All files (*)"))
        if file is not None and not self._read(file):
            self.state.setText(_("This file cannot be read. Put the stick in again."))

    def _read(self, file: Path) -> bool:
        try:
            with file.open("rb") as opened:
                self._text = opened.read(_FILE).decode("utf-8", "replace")
        except OSError:
            return False
        self.retell()
        return True
