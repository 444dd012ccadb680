"""Her words for one question. An idea taken from the chips stands apart until she makes it hers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ...base.problems import Problem, Refused
from ...base.words import _
from ...records.base import fields
from ...records.plan import PlanAnswer
from .. import tokens as t
from ..editors import ChoiceBox, Line, Note, too_long
from ..form import Autosave, FieldRow
from ..layouts import Flow, Stack
from ..widgets import Button, LinkButton
from .plan_find import mark_in_box, mark_in_words
from .plan_row import chain, stops
from .plan_words import TakeOver, WordingPanel, marks, open_wording, wording_act, words_menu
from .plan_writing import IN_HER_WORDS, MORE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from ...records.pack import Part
    from .plan_writing import Writing

MOST = fields(PlanAnswer)["words"].max or 20_000
IDEA = "idea"
"""The field an idea in other words is kept under while it is typed, until it is hers or is dropped."""


def changed_meanwhile(now: str) -> str:
    """What is said where somebody else changed an answer while it was being typed over; *now* is what it says."""
    words = _("Somebody changed this answer meanwhile. It now says: “{words}”. What is typed here is kept.")
    return words.format(words=now if len(now) < 200 else now[:200] + "…")


class Answer(QWidget):
    """The box for her answer, what is said of it, and what can be done with it."""

    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: ChoiceBox) -> None:
        super().__init__()
        self.writing, self.part, self._how = writing, part, how
        self.record_id = self.record = writing.answer_id(part.key)
        self.stray = writing.group_of(part.key) == MORE
        self.panel: QWidget | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self.editor = Note(most=MOST, lines=5)
        self.row = FieldRow(writing.say(IN_HER_WORDS), self.editor)
        box.addWidget(self.row)
        self.take_over = TakeOver(writing, part, self.editor, self._begin_with)
        box.addWidget(self.take_over)
        self._stood = self._written()
        self.editor.set(writing.drafts.get((self.record, "words")) or self._stood)
        self.editor.edit.setReadOnly(self.stray)
        writing.spelling.watch(self.editor.edit)
        self._autosave = Autosave(self, self.flush)
        self.editor.changed.connect(self._autosave.touch)
        self.editor.changed.connect(lambda: self.editor.edit.setExtraSelections([]))
        self.editor.left.connect(self.flush)
        box.addWidget(self._proposed_idea())
        self._said = Stack(space=t.S1)
        box.addWidget(self._said)
        self.more = LinkButton(_("More about these words"), self._open_menu, icon_name="ellipsis")
        self.remove_button = Button(_("Remove"), self.remove, icon_name="trash-2")
        self.wording_button = LinkButton("", lambda: open_wording(self), icon_name="languages")
        box.addWidget(Flow(self.more, self.remove_button, self.wording_button, space=t.S4))
        self._box = box
        self._show_marks()
        if idea := writing.drafts.get((self.record, IDEA)):
            self.idea.set(idea)
            self._proposed.show()

    def _proposed_idea(self) -> QWidget:
        self.proposal = ""
        self._proposed = QFrame()
        self._proposed.setProperty("part", "card")
        inner = QVBoxLayout(self._proposed)
        inner.setContentsMargins(t.S4, t.S3, t.S4, t.S3)
        inner.setSpacing(t.S2)
        self.idea = Line()
        inner.addWidget(FieldRow(_("Is this hers? It can be put in other words."), self.idea))
        self.take = Button(_("Yes, add it"), self._take, icon_name="check")
        inner.addWidget(Flow(self.take, LinkButton(_("No"), self._drop, icon_name="x"), space=t.S3))
        self.idea.edit.returnPressed.connect(self._take)
        self.idea.changed.connect(self._autosave.touch)
        self.idea.left.connect(self.flush)
        self._proposed.hide()
        return self._proposed

    def _written(self) -> str:
        answer = self.writing.whole.answers.get(self.part.key)
        return answer.words if answer else ""

    def _room(self) -> bool:
        answer = self.writing.whole.answers.get(self.part.key)
        return bool(answer and answer.in_my_room)

    def _show_marks(self) -> None:
        """What is said of her words, once there are any."""
        inside = self.more.hasFocus()
        for child in self._said.findChildren(QWidget):
            if child.parentWidget() is self._said:
                self._said.box.removeWidget(child)
                child.hide()
                child.deleteLater()
        written = bool(self._written())
        for mark in marks(self.writing, self.record_id, room=self._room()) if written else []:
            self._said.add(mark)
        self._said.setVisible(written)
        self.more.setVisible(written and not self.stray)
        self.remove_button.setVisible(written and self.stray)
        self.wording_button.setText(wording_act(self))
        self.wording_button.setVisible(written and self.writing.speaks_another and not self.stray)
        if inside:
            self.more.setFocus()

    # Ideas

    def propose(self, words: str) -> None:
        """Show an idea, to be confirmed or reworded."""
        self._keep_reworded()
        self.proposal = words
        self.idea.set(words)
        self._proposed.show()
        self.idea.edit.setFocus()
        self.idea.edit.selectAll()

    def _take(self) -> None:
        if words := str(self.idea.get()):
            self._append(words)
        self._drop()
        self.settle()

    def _append(self, words: str) -> None:
        before = self.editor.typed().rstrip()
        self.editor.set(f"{before}\n{words}" if before else words)
        self._keep_words()

    def _begin_with(self, words: str) -> None:
        self.take_over.hide()
        self._append(words)
        self.editor.target().setFocus()

    def _close_idea(self) -> None:
        self.proposal = ""
        self.idea.set("")
        self._proposed.hide()
        self.writing.keep(self.record, IDEA, "")

    def _keep_reworded(self) -> None:
        """An idea in her own words is hers already."""
        words = self.idea.typed().strip()
        if words and words != self.proposal.strip():
            self._append(words)
            self._close_idea()

    def _drop(self) -> None:
        self._close_idea()
        self.editor.target().setFocus()

    # Keeping

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self._autosave.stop()
        self._keep_words()
        self._keep_idea()
        typed = self.editor.typed()
        if len(typed.strip()) > MOST:
            self.row.show_problem(too_long(typed, MOST))
        if isinstance(self.panel, WordingPanel):
            self.panel.flush()

    def _keep_words(self) -> None:
        typed = self.editor.typed()
        if typed.strip() != self._written().strip() or (self.record, "words") in self.writing.drafts:
            self.writing.keep(self.record, "words", typed)

    def _keep_idea(self) -> None:
        idea = self.idea.typed()
        self.writing.keep(self.record, IDEA, idea if idea.strip() != self.proposal.strip() else "")

    def settle(self) -> None:
        """The question is left: what was typed becomes her answer."""
        self._keep_reworded()
        self._settle_words()

    def _settle_words(self) -> bool:
        """Make an answer of the words; an idea beside them stays one. False where they cannot be one yet."""
        self._autosave.stop()
        self._keep_idea()
        if self.editor.typed().strip() == self._written().strip():
            self.writing.forget(self.record, "words")
            return True
        self.flush()
        try:
            self.writing.acts.answer(self.part.key, self.editor.get(), str(self._how.get()))
        except Refused as refused:
            self.row.show_problem(refused.fields.get("words", refused.sentence))
            return False
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            return False
        self._stood = self._written()
        self._show_marks()
        self.changed.emit()
        return True

    def remark(self, how: str) -> None:
        """Somebody chose who wrote it: that goes for what is typed here, and for what stood there already."""
        if not self._settle_words():
            return
        answer = self.writing.whole.answers.get(self.part.key)
        if answer is not None and answer.words and answer.how_written != how:
            self.writing.acts.answer(self.part.key, answer.words, how)

    def remove(self) -> None:
        """Take away an answer the pack has no question for; Undo brings it back."""
        acts = self.writing.acts
        act = acts.answer(self.part.key, "", str(self._how.get()) or self.writing.how_written(self.part.key))
        self.read_again()
        if act is not None:
            done = act
            shell = self.writing.page.shell
            shell.toast(_("Removed one answer."), lambda: acts.stack.undo_this(done), act=act.text())

    def read_again(self, *, focus: bool = True) -> None:
        """The plan was changed: show it. What is being typed here stays, and the difference is said."""
        now = self._written()
        if now != self._stood:
            if self.editor.typed().strip() == self._stood.strip():
                self.editor.set(now)
            else:
                self.row.show_problem(changed_meanwhile(now))
            self._stood = now
        self._show_marks()
        if focus:
            (self.more if self.more.isVisibleTo(self) else self.editor.edit).setFocus()
        self.changed.emit()

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*: the idea with its question, the panel with its buttons."""
        opened = [part for part in (self._proposed, self.panel) if part is not None and part.isAncestorOf(inside)]
        return [[part] for part in opened]

    # What can be done with her words

    def menu(self) -> QMenu:
        """The menu, made anew."""
        return words_menu(self, self, room=self._room())

    def _open_menu(self) -> None:
        self.settle()  # what is said is said of the words that stand there
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_panel(self, panel: QWidget | None) -> None:
        """Show *panel* under the words; none closes what is open."""
        if self.panel is not None:
            self._box.removeWidget(self.panel)
            self.panel.hide()
            self.panel.deleteLater()
        self.panel = panel
        if panel is None:
            (self.more if self.more.isVisibleTo(self) else self.editor.edit).setFocus()
            return
        self._box.addWidget(panel)
        panel.show()
        chain(self.wording_button, *stops(panel))
        panel.begin()  # type: ignore[attr-defined]

    def begin(self) -> None:
        """Put the focus behind her words."""
        self.editor.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.edit.setFocus()

    def mark(self, _record: str, wanted: str) -> None:
        """Mark the words that were looked for: in her answer, or in what a person wrote for it."""
        if not mark_in_box(self.editor.edit, wanted):
            mark_in_words(self._said, wanted)

    def show_record(self, record: str) -> bool:
        """Put the focus on her words, where they are meant."""
        if self.writing.worded_by(record) == self.record_id:
            open_wording(self)
        elif record == self.record_id:
            self.begin()
        else:
            return False
        return True
