"""The boxes of Sit together: their keys, what is asked of an idea in them, and the word that something is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...base.words import N_, _
from .. import tokens as t
from ..form import FieldRow
from ..layouts import Flow
from ..widgets import Button, Icon, LinkButton, Sentence, announce, restyle
from .plan_form import EntryForm

if TYPE_CHECKING:
    from ...records.pack import Part
    from .plan_writing import Writing

# Where the desk speaks of her, this screen speaks to her.
HERS = {
    "words": N_("In your own words"),
    "agreed": N_("This person has agreed"),
    "agreed_to_copy": N_("You want this person to have a copy"),
}


def onward(event: QEvent) -> str:
    """What a key of a box asks for: "keep" (Enter), "add" (Ctrl+Enter), or nothing. Shift+Enter breaks the line."""
    if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
        return ""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return ""
    how = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    known = {Qt.KeyboardModifier.NoModifier: "keep", Qt.KeyboardModifier.ControlModifier: "add"}
    return known.get(how, "")


def asked_by(row: FieldRow, prompt: str) -> None:
    """Have a screen reader say the question with the box; what is wrong with the words is said in its place."""
    row.help_words = prompt
    row.editor.describe(prompt)


class Confirm(QWidget):
    """Under an idea that was put into a box: is it hers? Until she says so it is nobody's words."""

    def __init__(self, yes: Callable[[], object], no: Callable[[], object]) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S2)
        self.words = Sentence(_("Is this true for you? You can put it in other words."), tone="muted")
        box.addWidget(self.words)
        self.yes = Button(_("Yes, this is mine"), yes, icon_name="check")
        box.addWidget(Flow(self.yes, LinkButton(_("No, take it out"), no, icon_name="x"), space=t.S3))

    def ask(self) -> None:
        """Ask before it goes on: the idea is kept only once she says so."""
        restyle(self.words, "tone", "")
        restyle(self.words, "role", "strong")
        announce(self, self.words.text())
        self.yes.setFocus()


class Kept(QWidget):
    """A quiet word that what was typed is hers now. It goes with the next letter."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        row.addWidget(Icon("check", t.OK, size=1), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Sentence(_("Kept"), tone="ok"), 1)
        self.hide()

    def say(self) -> None:
        """Show it."""
        self.show()
        announce(self, _("Kept"))


class SitForm(EntryForm):
    """One box in sight, everything besides behind "Say more about it". Enter keeps it, as Ctrl+Enter does."""

    enter = Signal()

    def __init__(self, writing: Writing, part: Part, record: str, *, prompt: str) -> None:
        super().__init__(writing, part, record, more=False)
        self._held = list(self.forms[0].rows.values())[1:]
        for row in self._held:
            row.hide()
            pair = row.parentWidget()
            if pair is not None and not pair.isAncestorOf(self.forms[0].rows[self.first]):
                pair.hide()  # an empty line would leave a gap
        if self._held and self.more is None:
            self.more = LinkButton(_("Say more about it"), icon_name="chevron-right")
            box = self.layout()
            assert box is not None
            box.addWidget(self.more)
        if self.more is not None:
            self.more.clicked.connect(self._say_more)
        for form in self.forms:
            for key in HERS.keys() & form.rows.keys():
                form.rows[key].label.setText(writing.say(HERS[key]))
                form.editors[key].name(writing.say(HERS[key]))
        asked_by(self.forms[0].rows[self.first], prompt)

    def show_more(self) -> None:
        """Show the fields besides her words."""
        if self.more is not None:
            self.more.hide()
        for row in self._held:
            row.show()
            if (pair := row.parentWidget()) is not None:
                pair.show()
        for form in self.forms[1:]:
            form.show()

    def _say_more(self) -> None:
        """She asked for more: the focus goes to the first field that just came."""
        self.show_more()
        more = list(self.forms[1 if len(self.forms) > 1 else 0].editors.values())
        (more[0] if len(self.forms) > 1 else more[1]).setFocus()

    def show_values(self, values: dict[str, Any]) -> None:
        """Show what stands there; what is known besides her words is shown with it."""
        super().show_values(values)
        if self._held and any(values.get(key) for key in list(self.forms[0].editors)[1:]):
            self.show_more()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Ctrl+Enter, in a box of words only: in a list they choose."""
        asked = onward(event) if isinstance(watched, QPlainTextEdit | QLineEdit) else ""
        if asked:
            (self.enter if asked == "keep" else self.asked).emit()
            return True
        return False
