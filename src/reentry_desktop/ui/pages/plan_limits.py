"""What can stay between the two, and what must be passed on: said before her first word, and at hand ever after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from ...base.paths import resource
from ...base.words import LANGUAGES, N_, _, in_language
from .. import tokens as t
from ..layouts import Columns, Flow, Stack
from ..widgets import Card, Chip, Icon, Notice, PrimaryButton, Sentence, reveal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

_Text = dict[str, str]
_List = dict[str, list[str]]


class Limits(msgspec.Struct, frozen=True):
    """The page as it is bundled: language to words."""

    version: int
    title: _Text
    intro: _Text
    keep: _List
    must_pass_on: _List
    closing: _Text


def load_limits() -> Limits:
    """The bundled page."""
    return msgspec.json.decode(resource("limits", "limits.json").read_bytes(), type=Limits)


class LimitsView(QWidget):
    """The page to read together. ``told(language)`` when somebody says that she was told."""

    told = Signal(str)

    def __init__(self, language: str, *, ask: bool, way_on: QPushButton | None = None, tongues: bool = True) -> None:
        super().__init__()
        self.limits = load_limits()
        self.ask, self._way_on = ask, way_on
        self.language = language if language in LANGUAGES else "en"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._stack = Stack(space=t.S4)
        row.addWidget(self._stack)
        self.button = PrimaryButton("", lambda: self.told.emit(self.language), icon_name="check")
        reveal(self.button, ask)
        self._group = QButtonGroup(self)
        self._tongues = Flow()
        for code, name in LANGUAGES.items():
            chip = Chip(name, checkable=True)
            chip.setChecked(code == self.language)
            chip.clicked.connect(lambda _on=False, code=code: self.show_language(code))
            self._group.addButton(chip)
            self._tongues.add(chip)
        reveal(self._tongues, tongues)
        self._words = QWidget()
        self._stack.add(self._tongues)
        self._stack.add(self._words)
        acts = Flow(self.button, space=t.S3)
        if way_on is not None:
            acts.add(way_on)
        self._note = Notice(_("Read this page to her, or let her read it. Then note that she was told."))
        reveal(self._note, ask)
        self._stack.add(self._note)
        self._stack.add(acts)
        self.show_language(self.language)

    def show_language(self, code: str) -> None:
        """Show the page in another language."""
        self.language = code
        say = in_language(code).gettext
        stack = Stack(space=t.S4)
        stack.add(Sentence(self.limits.intro[code]))
        columns = Columns(ratio=(4, 5), narrow=52)
        keep = Card(say(N_("What can stay between us")))
        for line in self.limits.keep[code]:
            keep.add(_point("shield-check", t.OK, line))
        must = Card(self.limits.title[code])
        for line in self.limits.must_pass_on[code]:
            must.add(_point("arrow-right", t.PRIMARY, line))
        columns.left.add(keep)
        columns.right.add(must)
        stack.add(columns)
        stack.add(Sentence(self.limits.closing[code]))
        place = self._stack.box.indexOf(self._words)
        self._stack.box.removeWidget(self._words)
        self._words.hide()
        self._words.deleteLater()
        self._words = stack
        self._stack.box.insertWidget(place, stack)
        self.button.setText(_("I told her today"))

    def begin(self) -> None:
        """Put the focus where the work goes on."""
        (self.button if self.ask else self._way_on or self.button).setFocus()


def _point(icon_name: str, colour: str, words: str) -> QWidget:
    from PySide6.QtCore import Qt

    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(t.S3)
    row.addWidget(Icon(icon_name, colour), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Sentence(words), 1)
    return line
