"""The fields of one entry of her plan, each key kept as a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...base.problems import Refused
from ...base.words import N_, _
from .. import tokens as t
from ..editors import ChoiceBox, Note, YesNo
from ..form import FieldRow, RecordForm
from ..widgets import Button, LinkButton
from .plan_writing import PERSON_FIRST, Writing

if TYPE_CHECKING:
    from ...records.base import Field
    from ...records.pack import Part


class IconButton(Button):
    """A button with a drawing only; its name is said and shown as a hint."""

    def __init__(self, icon_name: str, name: str, press: Callable[[], object]) -> None:
        super().__init__("", press, icon_name=icon_name, kind="quiet")
        self.setProperty("square", True)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(t.TARGET, t.TARGET))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class EntryForm(QWidget):
    """The fields of one entry, new or standing there. Each key is kept as a draft; ``asked`` says it is ready."""

    asked = Signal()

    def __init__(self, writing: Writing, part: Part, record: str, *, more: bool) -> None:
        super().__init__()
        self.writing, self.part, self.record = writing, part, record
        self.proposal = ""
        """An idea put into the box by a tap. Until somebody confirms or rewords it, it is nobody's words."""
        keys = list(writing.columns(part))
        self.first = keys[0]
        specs = writing.specs(part)
        now = keys if more or part.kind in (*PERSON_FIRST, "supporter") else keys[:1]
        later = [key for key in keys if key not in now]
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self.forms = [RecordForm(specs, only=now, today=writing.today)]
        box.addWidget(self.forms[0])
        self.more: LinkButton | None = None
        if later:
            rest = RecordForm(specs, only=later, today=writing.today)
            rest.hide()
            self.forms.append(rest)
            self.more = LinkButton(_("Say more about it"), icon_name="chevron-right")
            self.more.clicked.connect(self.show_more)
            box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
            box.addWidget(rest)
        for form in self.forms:
            form.settled.connect(self._keep)
            for key, editor in form.editors.items():
                self._speak(form.rows[key], specs[key])
                if isinstance(editor, Note):
                    editor.lines = 2
                    editor._grow()
                editor.target().installEventFilter(self)

    def _speak(self, row: FieldRow, spec: Field) -> None:
        """The words beside a field are the program's: in the plan's language, whatever the screen speaks."""
        say = self.writing.say
        row.label.setText(spec.label)
        row.editor.name(spec.label)
        if isinstance(row.editor, ChoiceBox):
            choices: Any = spec.choices or ()
            box, names = row.editor.box, dict(choices)
            for place in range(box.count()):
                box.setItemText(place, names.get(box.itemData(place)) or say(N_("Not chosen")))
        elif isinstance(row.editor, YesNo):
            row.editor.yes.setText(say(N_("Yes")))
            row.editor.no.setText(say(N_("No")))

    def show_more(self) -> None:
        """Show the fields besides her words."""
        if self.more is not None:
            self.more.hide()
            self.forms[1].show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter adds the entry; Shift+Enter begins a new line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if (
                isinstance(watched, QPlainTextEdit | QLineEdit)
                and plain
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            ):
                self.asked.emit()
                return True
        return False

    def show_values(self, values: dict[str, Any]) -> None:
        """Show what stands there, and what was being typed over it."""
        for form in self.forms:
            form.show_values(values)
        if len(self.forms) > 1 and any(values.get(key) for key in self.forms[1].editors):
            self.show_more()

    def propose(self, words: str) -> None:
        """Put an idea into the box, to be confirmed or reworded."""
        self.proposal = words
        editor = self.forms[0].editors[self.first]
        editor.set(words)
        target = editor.target()
        target.setFocus()
        if isinstance(target, QPlainTextEdit):
            target.selectAll()

    def typed(self) -> dict[str, str]:
        """What stands in the fields as text."""
        return {key: text for form in self.forms for key, text in form.typed().items()}

    def is_bare(self) -> bool:
        """Whether nothing stands here but an idea nobody has confirmed."""
        typed = self.typed()
        words = typed.pop(self.first).strip()
        return words in ("", self.proposal.strip()) and not any(text.strip() for text in typed.values())

    def has_words(self) -> bool:
        """Whether it can become an entry."""
        typed = self.typed()
        return any(typed.get(key, "").strip() for key in ("words", "person", "name"))

    def values(self) -> dict[str, Any]:
        """The values of the fields. Raises ``Refused``, shown beside them."""
        found: dict[str, Any] = {}
        for form in self.forms:
            try:
                found |= form.values()
            except Refused as refused:
                form.show_problems(refused.fields)
                raise
        return {key: value for key, value in found.items() if not (value is None and key.startswith("agreed"))}

    def show_problems(self, problems: dict[str, str]) -> None:
        """Say what is wrong, each beside its field."""
        for form in self.forms:
            if any(key in problems for key in form.editors):
                form.show_problems(problems)

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        for form in self.forms:
            form.flush()

    def begin(self) -> None:
        """Put the focus into the first field."""
        self.forms[0].editors[self.first].setFocus()

    def _keep(self, key: str, text: str) -> None:
        if key == self.first and self.proposal and text.strip() == self.proposal.strip():
            return
        self.writing.keep(self.record, key, text)
