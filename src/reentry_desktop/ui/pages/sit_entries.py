"""The entries of one question in Sit together: what she said so far, large, and one box for more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ...actions import plans
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import N_, _
from .. import tokens as t
from ..form import FieldRow
from ..layouts import Flow
from ..widgets import Button, Icon, LinkButton, Sentence, announce, restyle, reveal
from .plan_form import EntryForm, IconButton
from .sit_frame import Big

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


class SitLine(QFrame):
    """One thing she said. It can be changed or taken out where it stands."""

    def __init__(self, words: str, more: str, change: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(t.S4, t.S2, t.S2, t.S2)
        self.column.setSpacing(t.S2)
        self.shown = QWidget()
        row = QHBoxLayout(self.shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(Sentence(words))
        if more:
            said.addWidget(Sentence(more, tone="muted"))
        row.addLayout(said, 1)
        self.change = IconButton("pencil", _("Change: {words}").format(words=words), change)
        row.addWidget(self.change)
        self.column.addWidget(self.shown)
        self.form: SitForm | None = None


class SitEntries(QWidget):
    """All she said to one question, and a box for more. ``enter`` when a key asks for the next question."""

    enter = Signal()
    typed = Signal()
    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str]) -> None:
        super().__init__()
        self.writing, self.part, self.how = writing, part, how
        self.lines: dict[Id, SitLine] = {}
        self._gone: dict[Id, str] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self._said = QWidget()
        self._list = QVBoxLayout(self._said)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(t.S2)
        box.addWidget(self._said)
        self.new = SitForm(writing, part, writing.new_id(part.key), prompt=writing.text(part.prompt))
        self.new.asked.connect(self.add)
        self.new.enter.connect(self._on_enter)
        for form in self.new.forms:
            form.changed.connect(self._on_typed)
        self.confirm = Confirm(self.add, self._drop)
        self.add_button = Big(_("Add"), self.add, icon_name="plus")
        self.add_button.setToolTip(_("Key: Ctrl+Enter"))
        self.kept = Kept()
        self.acts = Flow(self.add_button, self.kept, space=t.S4)
        if self.new.more is not None:
            self.acts.add(self.new.more)
        for widget in (self.new, self.confirm, self.acts):
            box.addWidget(widget)
        self.new.show_values(writing.drafts_of(self.new.record))
        self._look()
        self.show_lines()
        for record in list(self.lines):
            if writing.drafts_of(record):
                self.open_form(record)

    # What stands there

    def show_lines(self, focus: Id | None = None) -> None:
        """Show what stands in the plan, and what was just taken out."""
        self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
        while item := self._list.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = {}
        self._said.setVisible(bool(self.writing.records(self.part) or self._gone))
        for place, record in enumerate(self.writing.records(self.part)):
            key = Id(record.id)
            said = str(record.name if self.part.kind == "supporter" else record.words or record.person)
            shown = f"{place + 1}. {said}" if self.part.kind == "step" else said
            line = SitLine(shown, self.writing.details(self.part, record), lambda key=key: self.open_form(key))  # type: ignore[misc]
            self.lines[key] = line
            self._list.addWidget(line)
            line.show()  # only what is shown can take the focus
        for key, said in self._gone.items():
            self._list.addWidget(back := self._taken_out(key, said))
            back.show()
        if focus in self.lines:
            self.lines[focus].change.setFocus()

    def _taken_out(self, record: Id, said: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(t.S4, 0, t.S2, 0)
        row.setSpacing(t.S3)
        row.addWidget(Icon("check", t.MUTED), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Sentence(_("Taken out."), tone="muted"), 1)
        bring = LinkButton(_("Bring it back"), lambda: self._bring_back(record), icon_name="undo-2")
        bring.setAccessibleName(_("Bring it back: {words}").format(words=said))
        row.addWidget(bring)
        return line

    def open_form(self, record: Id) -> None:
        """Change an entry where it stands."""
        line = self.lines[record]
        if line.form is not None:
            return
        writing = self.writing
        stands = next(r for r in writing.records(self.part) if r.id == record)
        line.form = SitForm(writing, self.part, record, prompt=writing.text(self.part.prompt))
        line.form.show_values({k: getattr(stands, k) for k in writing.columns(self.part)} | writing.drafts_of(record))
        line.form.asked.connect(lambda: self.close_form(record))
        line.form.enter.connect(lambda: self.close_form(record))
        line.shown.hide()
        line.column.addWidget(line.form)
        keep = Button(_("Keep the change"), lambda: self.close_form(record), icon_name="check")
        as_was = LinkButton(_("Leave it as it was"), lambda: self._as_was(record), icon_name="undo-2")
        out = LinkButton(_("Take it out"), lambda: self._take_out(record), icon_name="trash-2")
        line.column.addWidget(Flow(keep, as_was, out, space=t.S3))
        line.form.begin()

    def close_form(self, record: Id, *, stay: bool = True) -> bool:
        """Keep what was changed in an entry."""
        form = self.lines[record].form
        assert form is not None
        form.flush()
        try:
            values = form.values()
            if self.part.kind == "supporter":
                self.writing.do(plans.revise_supporter, record, **values)
            else:
                now = next(r for r in self.writing.records(self.part) if r.id == record)
                how = {"how_written": self.how()} if now.words != values["words"] else {}
                self.writing.do(plans.revise_item, record, **values, **how)
        except Refused as refused:
            form.show_problems(refused.fields)
            return False
        self.writing.forget(record)
        self.show_lines(record if stay else None)
        self.changed.emit()
        return True

    def _as_was(self, record: Id) -> None:
        self.writing.forget(record)
        self.show_lines(record)

    def _take_out(self, record: Id) -> None:
        stands = next(r for r in self.writing.records(self.part) if r.id == record)
        supporter = self.part.kind == "supporter"
        self.writing.forget(record)
        self.writing.do(plans.remove_supporter if supporter else plans.remove_item, record)
        self._gone[record] = str(stands.name if supporter else stands.words or stands.person)
        self.show_lines()
        self.new.begin()
        announce(self, _("Taken out."))
        self.changed.emit()

    def _bring_back(self, record: Id) -> None:
        del self._gone[record]
        if self.part.kind == "supporter":
            self.writing.do(plans.revise_supporter, record, removed=False)
        else:
            self.writing.do(plans.restore_item, record)
        self.show_lines(record)
        self.changed.emit()

    # One more

    def _on_typed(self, _key: str) -> None:
        self.kept.hide()
        self._look()
        self.typed.emit()

    def _look(self) -> None:
        """An idea that stands in the box as it was put there is asked about; her own words are simply added."""
        idea = bool(self.new.proposal) and self.new.has_words() and self.new.is_bare()
        reveal(self.confirm, idea)
        reveal(self.add_button, not idea)

    def belonging(self, inside: QWidget) -> tuple[QWidget, QWidget]:
        """What should be in sight with what has the focus: a box and its buttons, or the whole of an entry."""
        if self.new.isAncestorOf(inside) or self.confirm.isAncestorOf(inside):
            return self.new, self.confirm if self.confirm.isVisible() else self.acts
        around = next((line for line in self.lines.values() if line.form and line.isAncestorOf(inside)), inside)
        return around, around

    def _on_enter(self) -> None:
        """Enter keeps what stands in the box and stays; with nothing in it, it goes on."""
        if self.ask_about_idea():
            return
        if self.new.has_words():
            self.add()
        else:
            self.enter.emit()

    def ask_about_idea(self) -> bool:
        """Whether an idea stands there that nobody confirmed: then she is asked now."""
        if not self.confirm.isVisibleTo(self):
            return False
        self.confirm.ask()
        return True

    def fold(self, *, tight: bool) -> None:
        """In a small window the box comes before what she said already."""
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.removeWidget(self._said)
        box.insertWidget(box.count() if tight else 0, self._said)

    def propose(self, idea: str) -> None:
        """Put an idea into the box; words that stand there are added first, so that none is lost."""
        if self.new.has_words() and not self.new.is_bare() and not self.add():
            return
        self.kept.hide()
        self.new.propose(idea)
        self._look()

    def _drop(self) -> None:
        self.writing.forget(self.new.record)
        self.new.proposal = ""
        self.new.show_values({})
        self._look()
        self.new.begin()

    def add(self) -> bool:
        """Make an entry of the box: this is her saying that these are her words."""
        if not self.new.has_words() or not self._make():
            self.new.begin()
            return False
        self.kept.say()
        self.new.begin()
        return True

    def _make(self) -> bool:
        try:
            values = self.new.values()
            if self.part.kind == "supporter":
                self.writing.do(plans.add_supporter, self.writing.plan, **values)
            else:
                self.writing.do(plans.add_item, self.writing.plan, self.part.key, how_written=self.how(), **values)
        except Refused as refused:
            self.new.flush()
            self.new.show_problems(refused.fields)
            return False
        self.writing.forget(self.new.record)
        self.new.proposal = ""
        self.new.show_values({})
        self._look()
        self.show_lines()
        self.changed.emit()
        return True

    # Keeping

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.new.flush()
        for line in self.lines.values():
            if line.form is not None:
                line.form.flush()

    def settle(self) -> bool:
        """The question is left: what was typed becomes entries. False where something must be looked at first."""
        self.flush()
        fine = [self.close_form(record, stay=False) for record, line in list(self.lines.items()) if line.form]
        if self.new.has_words() and not self.new.is_bare():
            fine.append(self._make())
        return all(fine)

    def begin(self) -> None:
        """Put the focus into the box."""
        self.new.begin()
