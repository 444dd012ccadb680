"""Two parts of a recovery kit, typed from the paper or read from a stick."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPlainTextEdit

from ...base.words import _
from ..choosing import choose_file
from ..editors import PRIVATE
from ..layouts import Stack
from ..style import em
from ..widgets import Card, InlineProblem, LinkButton


class KitParts(Stack):
    """A card for each of the two. ``texts()`` is what stands in them."""

    def __init__(self, problem: InlineProblem) -> None:
        super().__init__()
        self._problem = problem
        self.parts: list[QPlainTextEdit] = []
        for number, title in enumerate((_("One part"), _("Another part")), 1):
            words = QPlainTextEdit()
            words.setTabChangesFocus(True)
            words.setInputMethodHints(PRIVATE)
            words.setFixedHeight(em(7))
            words.setAccessibleName(_("Words of part {number}").format(number=number))
            words.setPlaceholderText(_("24 words. The first four letters of each are enough."))
            self.parts.append(words)
            from_file = LinkButton(_("Read it from a stick"), partial(self._read, words), icon_name="usb")
            from_file.setAccessibleName(f"{from_file.text()}: {words.accessibleName()}")
            self.add(Card(title, words, from_file))

    def texts(self) -> list[str]:
        """What was typed or read, of both."""
        return [part.toPlainText() for part in self.parts]

    def _read(self, into: QPlainTextEdit) -> None:
        file = choose_file(self, _("Choose the file of the part"), "*.txt")
        if file is None:
            return
        try:
            into.setPlainText(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            self._problem.show_problem(_("This file cannot be read. Nothing was changed. Put the stick in again."))
