"""One question of Sit together: help, her words so far, a box, and some ideas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ...actions import plans
from ...base.problems import Refused
from ...base.words import _
from .. import tokens as t
from ..editors import Line, Note, too_long
from ..form import Autosave, FieldRow
from ..layouts import Flow, Stack
from ..style import em
from ..widgets import Icon, LinkButton, Sentence, reveal
from .erasing import TakingBackPanel
from .plan_answer import IDEA, MOST, changed_meanwhile
from .plan_parts import IdeaChip
from .plan_words import TakeOver
from .sit_boxes import HERS, Confirm, Kept, asked_by, onward
from .sit_entries import SitEntries

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
        self.editor = Note(most=MOST, lines=3)
        self.row = FieldRow(writing.say(HERS["words"]), self.editor)
        asked_by(self.row, writing.text(part.prompt))
        self._stood = self._written()
        self.editor.set(writing.drafts.get((self.record, "words")) or self._stood)
        self._autosave = Autosave(self, self.flush)
        self.editor.changed.connect(self._autosave.touch)
        self.editor.changed.connect(self.typed)
        self.editor.left.connect(self.flush)
        self.proposal = ""
        self.idea = Line()
        self.idea.changed.connect(self._autosave.touch)
        self.idea.left.connect(self.flush)
        self.confirm = Confirm(self._take, self._drop)
        self._proposed = QFrame()
        self._proposed.setProperty("part", "card")
        inner = QVBoxLayout(self._proposed)
        inner.setContentsMargins(t.S4, t.S3, t.S4, t.S3)
        inner.setSpacing(t.S2)
        inner.addWidget(FieldRow(_("An idea"), self.idea))
        inner.addWidget(self.confirm)
        self.idea.set(writing.drafts.get((self.record, IDEA), ""))
        self.kept = Kept()
        self.editor.changed.connect(self.kept.hide)
        self.take_over = TakeOver(writing, part, self.editor, self._begin_with)
        self.erase = LinkButton(_("Erase these words for good"), self._ask_erase)
        self.erase.setProperty("role", "aside")
        reveal(self.erase, bool(self._stood))
        self.panel: TakingBackPanel | None = None
        for widget in (self.row, self.take_over, self.kept, self._proposed, self.erase):
            box.addWidget(widget)
        self._box = box
        self._proposed.setVisible(bool(self.idea.typed()))
        self.editor.target().installEventFilter(self)
        self.idea.target().installEventFilter(self)

    def _written(self) -> str:
        answer = self.writing.whole.answers.get(self.part.key)
        return answer.words if answer else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter keeps her words; where all are kept it goes on. From an idea it asks whether it is hers."""
        if not onward(event):
            return False
        if watched is self.idea.target():
            self.confirm.yes.setFocus()
        elif self.editor.typed().strip() == self._written().strip():
            self.enter.emit()
        elif self.settle():
            self.kept.say()
        return True

    def ask_about_idea(self) -> bool:
        """Whether an idea stands there that nobody confirmed or reworded: then she is asked now."""
        if not self.proposal or self.idea.typed().strip() != self.proposal.strip():
            return False
        self.confirm.ask()
        return True

    def fold(self, *, tight: bool) -> None:
        """There is one box, at the top already."""

    def belonging(self, inside: QWidget) -> tuple[QWidget, QWidget]:
        """What should be in sight with what has the focus: the first and the last of it."""
        if self.row.error.text() and self.row.isAncestorOf(inside):
            return self.row.error, self.row.error  # the box may be higher than all there is room for
        around = next((part for part in (self._proposed, self.row) if part.isAncestorOf(inside)), inside)
        return around, around

    def propose(self, idea: str) -> None:
        """Show an idea, to be confirmed or reworded."""
        self._keep_reworded()
        self.kept.hide()
        self.proposal = idea
        self.idea.set(idea)
        self._proposed.show()
        self.idea.edit.setFocus()
        self.idea.edit.selectAll()

    def _add(self, words: str) -> None:
        before = self.editor.typed().rstrip()
        self.editor.set(f"{before}\n{words}" if before else words)
        self._keep_words()

    def _begin_with(self, words: str) -> None:
        self.take_over.hide()
        self._add(words)
        self.begin()

    def _close_idea(self) -> None:
        self.proposal = ""
        self.idea.set("")
        self._proposed.hide()
        self.writing.keep(self.record, IDEA, "")

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
        self._autosave.stop()
        self._keep_words()
        self._keep_idea()

    def _keep_idea(self) -> None:
        idea = self.idea.typed()
        self.writing.keep(self.record, IDEA, idea if idea.strip() != self.proposal.strip() else "")

    def _keep_words(self) -> None:
        if self.editor.typed().strip() != self._written().strip() or (self.record, "words") in self.writing.drafts:
            self.writing.keep(self.record, "words", self.editor.typed())

    def settle(self) -> bool:
        """The question is left: what was typed becomes her answer. False where something must be looked at first."""
        self._keep_reworded()
        return self._settle_words()

    def _settle_words(self) -> bool:
        """Make an answer of the words; an idea beside them stays one."""
        self._autosave.stop()
        self._keep_idea()
        typed = self.editor.typed()
        if typed.strip() == self._written().strip():
            self.writing.forget(self.record, "words")
            return True
        self._keep_words()
        if len(typed.strip()) > MOST:
            self.row.show_problem(too_long(typed, MOST))
            return False
        try:
            self.writing.do(plans.answer, self.writing.plan, self.part.key, typed, self.how())
        except Refused as refused:
            self.row.show_problem(refused.sentence)
            return False
        self._stood = self._written()
        self.erase.setVisible(bool(self._stood) and self.panel is None)
        self.changed.emit()
        return True

    def _ask_erase(self) -> None:
        """She takes these words back: say what that means first. What was just typed is part of it."""
        if not self._settle_words() or not self._stood:
            return
        self.erase.hide()
        page = self.writing.page
        self.panel = TakingBackPanel(
            page, self.writing.whole.plan.participant, self.record, closed=self._close_panel, erased=self._erased,
            told=lambda said: page.problem.say(said, "ok"),
        )  # fmt: skip
        self._box.addWidget(self.panel)
        self.panel.show()
        self.panel.begin()

    def _close_panel(self) -> None:
        if self.panel is not None:
            self.setFocus()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
        self.erase.setVisible(bool(self._stood))
        self.begin()

    def _erased(self) -> None:
        self.writing.read()
        self._stood = self._written()
        self.editor.set(self._stood)
        self._autosave.stop()
        self._close_panel()
        self.changed.emit()

    def read_again(self) -> None:
        """The plan was changed elsewhere: show it. What is being typed here stays, and the difference is said."""
        now = self._written()
        if now == self._stood:
            return
        if self.editor.typed().strip() == self._stood.strip():
            self.editor.set(now)
        else:
            self.row.show_problem(changed_meanwhile(now))
        self._stood = now

    def remark(self, how: str) -> None:
        """Somebody chose who wrote it: that goes for what is typed here, and for what stood there already."""
        if not self._settle_words():
            return
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
        said = filter(None, (intro, writing.text(part.help) if part.help else ""))
        self._help = Stack(*(Sentence(words, tone="muted") for words in said), space=t.S4)
        box.addWidget(self._help)
        reveal(self._help, bool(intro or part.help))
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

    def fold(self, *, tight: bool) -> None:
        """In a small window the box stands right under the question, and help after it."""
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.removeWidget(self._help)
        box.insertWidget(1 if tight else 0, self._help)
        self.body.fold(tight=tight)

    def ask_about_idea(self) -> bool:
        """Whether an idea stands there that nobody made hers: then she is asked now."""
        return self.body.ask_about_idea()

    def belonging(self, inside: QWidget) -> tuple[QWidget, QWidget]:
        """What should be in sight with the box that has the focus, down to the buttons under it."""
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

    def read_again(self) -> None:
        """The plan was changed elsewhere: show it; the focus and what is being typed stay."""
        self.body.read_again()

    def begin(self) -> None:
        """Put the focus into the box."""
        self.body.begin()
