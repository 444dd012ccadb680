"""A card that folds to one line: what is chosen stands in the line, the choices are under it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ..base.words import _
from . import tokens as t
from .layouts import SplitLayout, Stack
from .widgets import Card, Heading, LinkButton, Sentence, reveal


class Fold(Card):
    """``add`` puts choices under the line; ``say`` sets the line. ``opened`` when somebody unfolds it."""

    opened = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.box.setContentsMargins(t.S5 - 4, t.S2, t.S5 - 4, t.S4)
        self.box.setSpacing(t.S1)
        self._title = title
        self.line = Sentence(tone="muted", wide=True)
        self.button = LinkButton("", self.toggle)
        head = QWidget()
        row = SplitLayout(head, space=t.S2, least=8)
        row.addWidget(Heading(title))
        row.addWidget(self.button)
        self.choices = Stack(space=t.S3)
        for widget in (head, self.line, self.choices):
            self.box.addWidget(widget)
        self.unfold(on=False)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        self.choices.add(widget, stretch)

    def say(self, words: str) -> None:
        """What is chosen, in one line."""
        self.line.setText(words)
        reveal(self.line, bool(words))

    def is_open(self) -> bool:
        """Whether the choices are in sight."""
        return self._open

    def unfold(self, *, on: bool = True) -> None:
        """Show the choices, or the line alone."""
        self._open = on
        reveal(self.choices, on)
        words = _("Done") if on else _("Change")
        self.button.setText(words)
        self.button.setAccessibleName(_("{act}: {what}").format(act=words, what=self._title))

    def toggle(self) -> None:
        """The other way around."""
        self.unfold(on=not self._open)
        if self._open:
            self.opened.emit()
