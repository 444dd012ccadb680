"""The fields of one entry of her plan, each key kept as a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...base.problems import Refused
from ...base.words import N_, _
from .. import tokens as t
from ..editors import ChoiceBox, Note, YesNo, too_long
from ..form import FieldRow, RecordForm
from ..widgets import Button, LinkButton
from .plan_kinds import asked_first
from .plan_writing import Writing

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
        now = keys if more else list(asked_first(part))
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
                    editor.show_lines(2)
                    writing.spelling.watch(editor.edit)
                editor.target().installEventFilter(self)
        self._stood = self.typed()

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
        """Show *values*, and nothing in the other fields."""
        for form in self.forms:
            form.show_values(values)
        if len(self.forms) > 1 and any(values.get(key) for key in self.forms[1].editors):
            self.show_more()

    def show_record(self, record: Any, drafts: dict[str, str]) -> None:
        """Show what stands in an entry, and what was being typed over it."""
        values = {key: getattr(record, key) for key in self.writing.columns(self.part)}
        self.show_values(values)
        self._stood = self.typed()
        if drafts:
            self.show_values(values | drafts)

    def take_over(self, before: Any, now: Any) -> bool:
        """The entry was changed elsewhere: fields nobody typed in here follow. Whether any did not, and differs."""
        clash = False
        for form in self.forms:
            for key, editor in form.editors.items():
                if editor.typed() == self._stood.get(key):
                    editor.set(getattr(now, key))
                    self._stood[key] = editor.typed()
                elif getattr(before, key) != getattr(now, key):
                    clash = True
        return clash

    def touched(self) -> bool:
        """Whether anything was typed here over what stood there."""
        return self.typed() != self._stood

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
        """The values of the fields. Raises ``Refused``."""
        found: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for form in self.forms:
            try:
                found |= form.values()
            except Refused as refused:
                wrong |= refused.fields
        if wrong:
            raise Refused(wrong)
        return {key: value for key, value in found.items() if not (value is None and key.startswith("agreed"))}

    def show_problems(self, problems: dict[str, str], *, focus: bool = True) -> None:
        """Say what is wrong, each beside its field; without *focus* it stays where it has gone meanwhile."""
        for form in self.forms:
            if not any(key in problems for key in form.editors):
                continue
            if form is not self.forms[0]:
                self.show_more()
            if focus:
                form.show_problems(problems)
            else:
                for key, row in form.rows.items():
                    row.show_problem(_(problems.get(key, "")))

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        for form in self.forms:
            form.flush()

    def begin(self) -> None:
        """Put the focus into the first field, behind what stands there."""
        editor = self.forms[0].editors[self.first]
        if isinstance(editor, Note):
            editor.edit.moveCursor(QTextCursor.MoveOperation.End)
        editor.setFocus()

    def _keep(self, key: str, text: str) -> None:
        if key == self.first and self.proposal and text.strip() == self.proposal.strip():
            return
        self.writing.keep(self.record, key, text)
        form = next(form for form in self.forms if key in form.editors)
        most = form.specs[key].max
        if most is not None and len(text.strip()) > most:
            form.rows[key].show_problem(too_long(text, most))
