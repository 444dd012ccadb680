"""A form made from a record's declaration. A page arranges it; it does not repeat what the declaration says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..base.problems import Problem, Refused
from ..base.words import _
from . import tokens as t
from .day_editor import Day
from .editors import ChoiceBox, Editor, Line, Note, Number, YesNo
from .layouts import SplitLayout
from .widgets import Icon, Sentence, announce, reveal

if TYPE_CHECKING:
    from ..records.base import Field

SHORT = 32
"""Characters of a yes-or-no question that may stand beside another field."""
PAUSE = 800
"""Milliseconds after which what was typed is kept."""


class Autosave(QTimer):
    """Calls *keep* at most 800 ms after the first key that was not kept yet, though the typing goes on meanwhile.

    So less than a second of her words is lost where the power fails in mid-sentence. ``after_pause`` waits for 800 ms
    without a key: for values that mean nothing half typed.
    """

    def __init__(self, parent: QObject, keep: Callable[[], object], *, after_pause: bool = False) -> None:
        super().__init__(parent, singleShot=True, interval=PAUSE)
        self._after_pause = after_pause
        self.timeout.connect(keep)

    def touch(self) -> None:
        """A key was typed."""
        if self._after_pause or not self.isActive():
            self.start()


def editor_for(spec: Field, *, today: Callable[[], dt.date] = dt.date.today) -> Editor:
    """The editor a field's declaration asks for. Raises ``KeyError`` for a kind that has none (a link)."""
    made: dict[str, Callable[[], Editor]] = {
        "line": lambda: Line(most=spec.max),
        "note": lambda: Note(most=spec.max),
        "day": lambda: Day(today=today),
        "choice": lambda: ChoiceBox(spec.choices or [], required=spec.required),
        "flag": YesNo,
        "number": lambda: Number(least=spec.least, most=spec.most),
    }
    return made[spec.editor]()


class FieldRow(QWidget):
    """The label above the editor; help and what is wrong with it under it, so that neighbors stand level."""

    def __init__(self, label: str, editor: Editor, *, required: bool = False, help: str = "") -> None:
        super().__init__()
        self.editor, self.help_words = editor, help
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S1)
        top = QHBoxLayout()
        top.setSpacing(t.S2)
        self.label = Sentence(label, role="strong")
        self.label.setBuddy(editor.target())
        top.addWidget(self.label)
        if required:
            must = QLabel(_("needed"))
            must.setProperty("role", "small")
            must.setProperty("tone", "muted")
            top.addWidget(must)
        top.addStretch()
        box.addLayout(top)
        box.addWidget(editor)
        if help:
            box.addWidget(Sentence(help, tone="muted", role="small"))
        self._error = QWidget()
        row = QHBoxLayout(self._error)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        row.addWidget(Icon("circle-alert", t.DANGER, size=1))
        self.error = Sentence(tone="danger", role="small")
        row.addWidget(self.error, 1)
        self._error.hide()
        box.addWidget(self._error)
        box.addStretch(1)
        editor.name(label)
        editor.describe(help)
        editor.changed.connect(lambda: self.show_problem(""))

    def show_problem(self, words: str) -> None:
        """Say what is wrong, or take it back."""
        self.error.setText(words)
        reveal(self._error, bool(words))
        self.editor.set_wrong(bool(words))
        self.editor.describe(words or self.help_words)


def _alone(row: FieldRow) -> bool:
    """Whether a field needs a line for itself: long text, a long question, or long words to choose from."""
    if isinstance(row.editor, ChoiceBox):
        return any(len(row.editor.box.itemText(n)) > SHORT for n in range(row.editor.box.count()))
    return isinstance(row.editor, Note) or (isinstance(row.editor, YesNo) and len(row.label.text()) > SHORT)


class RecordForm(QWidget):
    """Editors for some fields of a record, in order; short ones share a line where there is room.

    ``settled(key, text)`` comes within 800 ms of each key in a field and when she leaves it: keep the text as a draft.
    """

    changed = Signal(str)
    settled = Signal(str, str)
    after_pause = False
    """Whether ``settled`` waits for a pause in the typing: where the text is no draft, but at once what stands."""

    def __init__(
        self,
        specs: Mapping[str, Field],
        *,
        only: Iterable[str] | None = None,
        today: Callable[[], dt.date] = dt.date.today,
    ) -> None:
        super().__init__()
        keys = list(only) if only is not None else [key for key in specs if key != "removed"]
        self.specs = {key: specs[key] for key in keys if specs[key].editor != "link"}
        self.editors: dict[str, Editor] = {}
        self.rows: dict[str, FieldRow] = {}
        self._waiting: set[str] = set()
        self._autosave = Autosave(self, self.flush, after_pause=self.after_pause)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S4)
        short: list[FieldRow] = []
        for key, spec in self.specs.items():
            row = self._row(key, spec, today)
            if _alone(row):
                self._lay(box, short)
                box.addWidget(row)
            else:
                short.append(row)
                if len(short) == 2:
                    self._lay(box, short)
        self._lay(box, short)

    def _row(self, key: str, spec: Field, today: Callable[[], dt.date]) -> FieldRow:
        editor = editor_for(spec, today=today)
        editor.target().setObjectName(key)
        row = FieldRow(_(spec.label), editor, required=spec.required, help=_(spec.help))
        editor.changed.connect(lambda: self._on_changed(key))
        editor.left.connect(lambda: self._on_left(key))
        self.editors[key], self.rows[key] = editor, row
        return row

    @staticmethod
    def _lay(box: QVBoxLayout, short: list[FieldRow]) -> None:
        if len(short) == 2:
            pair = QWidget()
            split = SplitLayout(pair, ratio=(1, 1), narrow=34)
            for row in short:
                split.addWidget(row)
            box.addWidget(pair)
        elif short:
            box.addWidget(short[0])
        short.clear()

    def values(self) -> dict[str, Any]:
        """What every editor holds. Raises ``Refused`` for what has no meaning; ``show_problems`` shows it."""
        found: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for key, editor in self.editors.items():
            try:
                found[key] = editor.get()
            except Problem as problem:
                wrong[key] = problem.sentence
        if wrong:
            raise Refused(wrong)
        return found

    def typed(self) -> dict[str, str]:
        """What stands in every editor as text."""
        return {key: editor.typed() for key, editor in self.editors.items()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show *values*; fields they do not name are emptied."""
        self._autosave.stop()
        self._waiting.clear()
        for key, editor in self.editors.items():
            editor.set(values.get(key))
        self.show_problems({})

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put each sentence under its field, and the focus into the first. Others are taken back."""
        first = next((key for key in self.rows if problems.get(key)), None)
        for key, row in self.rows.items():
            row.show_problem(_(problems.get(key, "")))
        if first is not None:
            self.editors[first].setFocus()
            announce(self, _(problems[first]))

    def flush(self) -> None:
        """Tell ``settled`` for everything typed and not yet told."""
        self._autosave.stop()
        waiting, self._waiting = self._waiting, set()
        for key in self.editors:
            if key in waiting:
                self.settled.emit(key, self.editors[key].typed())

    def _on_changed(self, key: str) -> None:
        self._waiting.add(key)
        self._autosave.touch()
        self.changed.emit(key)

    def _on_left(self, key: str) -> None:
        if key in self._waiting:
            self.flush()
        try:
            self.editors[key].get()
        except Problem as problem:
            self.rows[key].show_problem(problem.sentence)
