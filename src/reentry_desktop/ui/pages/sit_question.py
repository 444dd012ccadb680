"""One question of Sit together: help, her words so far, a box, and some ideas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ...actions import plans
from ...base.problems import Refused
from ...base.words import _
from ...records.base import fields
from ...records.plan import PlanAnswer
from .. import tokens as t
from ..editors import Line, Note
from ..form import PAUSE, FieldRow
from ..layouts import Flow
from ..style import em
from ..widgets import Icon, Sentence
from .plan_parts import IdeaChip
from .sit_entries import HERS, Confirm, SitEntries, asked_by, onward

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ...records.pack import Part
    from .plan_writing import Writing


class SitAnswer(QWidget):
    """Her words for one question. An idea stands apart until she makes it hers."""

    enter = Signal()
    typed = Signal()
    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str]) -> None:
        super().__init__()
        self.writing, self.part, self.how = writing, part, how
        self.record = writing.answer_id(part.key)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self.editor = Note(most=fields(PlanAnswer)["words"].max, lines=3)
        self.row = FieldRow(writing.say(HERS["words"]), self.editor)
        asked_by(self.row, writing.text(part.prompt))
        self.editor.set(writing.drafts.get((self.record, "words")) or self._written())
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.flush)
        self.editor.changed.connect(self._pause.start)
        self.editor.changed.connect(self.typed)
        self.editor.left.connect(self.flush)
        self.proposal = ""
        self.idea = Line()
        self.confirm = Confirm(self._take, self._drop)
        self._proposed = QFrame()
        self._proposed.setProperty("part", "card")
        inner = QVBoxLayout(self._proposed)
        inner.setContentsMargins(t.S4, t.S3, t.S4, t.S3)
        inner.setSpacing(t.S2)
        inner.addWidget(FieldRow(_("An idea"), self.idea))
        inner.addWidget(self.confirm)
        self._proposed.hide()
        box.addWidget(self.row)
        box.addWidget(self._proposed)
        self.editor.target().installEventFilter(self)
        self.idea.target().installEventFilter(self)

    def _written(self) -> str:
        answer = self.writing.whole.answers.get(self.part.key)
        return answer.words if answer else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on from her words; from an idea it goes to the question whether it is hers."""
        if not onward(event):
            return False
        if watched is self.idea.target():
            self.confirm.yes.setFocus()
        else:
            self.enter.emit()
        return True

    def belonging(self, inside: QWidget) -> QWidget:
        """What should be in sight with what has the focus."""
        return self._proposed if self._proposed.isAncestorOf(inside) else inside

    def propose(self, idea: str) -> None:
        """Show an idea, to be confirmed or reworded."""
        self._keep_reworded()
        self.proposal = idea
        self.idea.set(idea)
        self._proposed.show()
        self.idea.edit.setFocus()
        self.idea.edit.selectAll()

    def _add(self, words: str) -> None:
        before = self.editor.typed().rstrip()
        self.editor.set(f"{before}\n{words}" if before else words)

    def _close_idea(self) -> None:
        self.proposal = ""
        self.idea.set("")
        self._proposed.hide()

    def _take(self) -> None:
        if words := self.idea.typed().strip():
            self._add(words)
        self._drop()
        self.settle()

    def _drop(self) -> None:
        self._close_idea()
        self.begin()

    def _keep_reworded(self) -> None:
        """An idea in her own words is hers already."""
        words = self.idea.typed().strip()
        if words and words != self.proposal.strip():
            self._add(words)
            self._close_idea()

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self._pause.stop()
        if self.editor.typed().strip() != self._written().strip() or (self.record, "words") in self.writing.drafts:
            self.writing.keep(self.record, "words", self.editor.typed())

    def settle(self) -> bool:
        """The question is left: what was typed becomes her answer. False where something must be looked at first."""
        self._pause.stop()
        self._keep_reworded()
        typed = self.editor.typed()
        if typed.strip() == self._written().strip():
            self.writing.forget(self.record)
            return True
        self.flush()
        try:
            self.writing.do(plans.answer, self.writing.plan, self.part.key, typed, self.how())
        except Refused as refused:
            self.row.show_problem(refused.sentence)
            return False
        self.changed.emit()
        return True

    def remark(self, how: str) -> None:
        """Who wrote the words that stand there, as it was chosen just now."""
        answer = self.writing.whole.answers.get(self.part.key)
        if answer is not None and answer.words and answer.how_written != how:
            self.writing.do(plans.answer, self.writing.plan, self.part.key, answer.words, how)

    def begin(self) -> None:
        """Put the focus behind her words."""
        self.editor.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.edit.setFocus()


class Question(QWidget):
    """What stands under a question. ``enter`` when a key asks for the next one; ``typed`` at each letter."""

    enter = Signal()
    typed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str], *, intro: str) -> None:
        super().__init__()
        self.part = part
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S4)
        for words in (intro, writing.text(part.help) if part.help else ""):
            if words:
                box.addWidget(Sentence(words, tone="muted"))
        self.body: SitAnswer | SitEntries = (
            SitAnswer(writing, part, how) if part.kind == "answer" else SitEntries(writing, part, how)
        )
        self.body.enter.connect(self.enter)
        self.body.typed.connect(self.typed)
        box.addWidget(self.body)
        self.chips: list[IdeaChip] = []
        ideas = part.ideas.get(writing.language) or part.ideas.get("en", ())
        if ideas:
            box.addSpacing(t.S2)
            box.addWidget(self._ideas(ideas))

    def _ideas(self, ideas: tuple[str, ...]) -> QWidget:
        place = QWidget()
        box = QVBoxLayout(place)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        line = QHBoxLayout()
        line.setSpacing(t.S2)
        line.addWidget(Icon("lightbulb", t.MUTED, size=1))
        line.addWidget(Sentence(_("Some ideas"), tone="muted"), 1)
        box.addLayout(line)
        self.chips = [IdeaChip(idea) for idea in ideas]
        for chip, idea in zip(self.chips, ideas, strict=True):
            chip.setAccessibleDescription(_("Puts this idea into the box."))
            chip.clicked.connect(lambda _on=False, idea=idea: self.body.propose(idea))
        box.addWidget(Flow(*self.chips, space=t.S3))
        return place

    def resizeEvent(self, event: QResizeEvent) -> None:
        for chip in self.chips:
            chip.fit(self.width() - em(1))
        super().resizeEvent(event)

    def belonging(self, inside: QWidget) -> QWidget:
        """What should be in sight with the box that has the focus: the buttons under it."""
        return self.body.belonging(inside)

    def remark(self, how: str) -> None:
        """Somebody chose who wrote it."""
        if isinstance(self.body, SitAnswer):
            self.body.remark(how)

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.body.flush()

    def settle(self) -> bool:
        """The question is left. False where something must be looked at first."""
        return self.body.settle()

    def begin(self) -> None:
        """Put the focus into the box."""
        self.body.begin()
