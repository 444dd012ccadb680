"""The head of the choices: whom the print is for, and what that reader's print needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ...base.words import _, language
from ..layouts import Stack
from ..widgets import Card, Heading, LinkButton, Notice, Sentence
from .preview_asked import Asked, HowManyDays, WhichSections, WhichSupporter
from .preview_readers import BLANK, DAILY, SUPPORTER, Reader

if TYPE_CHECKING:
    from ...actions.plans import Contents


class Whom(Card):
    """``changed`` when what was asked besides is answered otherwise."""

    changed = Signal()

    def __init__(self, choose_again: Callable[[], object], go_to_plan: Callable[[], object]) -> None:
        super().__init__()
        self._go_to_plan = go_to_plan
        self._whole: Contents | None = None
        self._reader: Reader | None = None
        self.of_version = Notice()
        self.reader_title = Heading()
        self.reader_note = Sentence(tone="muted", role="small")
        self.other = LinkButton(_("Somebody else"), choose_again, icon_name="arrow-left")
        self.place = Stack()
        self.asked: Asked = Asked()
        self.place.add(self.asked)
        for widget in (self.other, Stack(self.reader_title, self.reader_note, space=0), self.of_version, self.place):
            self.add(widget)

    def begin(self, whole: Contents, version_words: str) -> None:
        """Whose plan, and a sentence where an earlier version of it is shown."""
        self._whole = whole
        self.of_version.say(version_words, "info")

    def show_reader(self, reader: Reader) -> None:
        """Ask what this reader's print needs."""
        self._reader = reader
        self.reader_title.setText(_(reader.title))
        self.reader_note.setText(_(reader.note))
        self._ask(self._asked_of(reader))

    def renew(self, whole: Contents) -> None:
        """Her plan has changed: who may have a copy may have, too. What was chosen stays."""
        self._whole = whole
        if self._reader is None or not isinstance(self.asked, WhichSupporter):
            return
        chosen = self.asked.values()["supporter"]
        self._ask(self._asked_of(self._reader))
        button = self.asked.buttons.get(chosen) if isinstance(self.asked, WhichSupporter) else None
        if button is not None and button.isEnabled():
            button.setChecked(True)

    def begin_here(self) -> bool:
        """Put the focus on what is asked; whether anything is."""
        able = [
            widget
            for widget in self.asked.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
        ]
        if able:
            able[0].setFocus()
        return bool(able)

    def values(self) -> dict[str, Any]:
        """What the reader's print is asked for besides."""
        return self.asked.values()

    def missing(self) -> str:
        """What must be said before there are pages."""
        return self.asked.missing()

    def _asked_of(self, reader: Reader) -> Asked:
        assert self._whole is not None
        if reader.key == SUPPORTER:
            return WhichSupporter(self._whole.supporters, self._go_to_plan)
        if reader.key == DAILY:
            return HowManyDays()
        if reader.key == BLANK:
            return WhichSections(self._whole.pack, language())
        return Asked()

    def _ask(self, asked: Asked) -> None:
        self.asked.hide()
        self.asked.deleteLater()
        self.asked = asked
        asked.changed.connect(self.changed)
        self.place.add(asked)
        self.place.setVisible(type(asked) is not Asked)
