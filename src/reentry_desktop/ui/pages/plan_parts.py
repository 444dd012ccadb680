"""One question of her plan: the program's words above, hers below, some ideas, and who wrote it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ...actions import plans
from ...base.problems import Refused
from ...base.words import LANGUAGES, _
from ...records.base import fields
from ...records.plan import HowWritten, PlanAnswer
from .. import tokens as t
from ..editors import ChoiceBox, Line, Note
from ..form import PAUSE, FieldRow
from ..layouts import Flow, SplitLayout
from ..style import em
from ..widgets import Button, Chip, Heading, Icon, LinkButton, Sentence, reveal
from .plan_entries import Entries
from .plan_writing import IN_HER_WORDS

if TYPE_CHECKING:
    from ...records.pack import Part
    from .plan_writing import Writing


class Answer(QWidget):
    """Her words for one question. An idea taken from the chips stands apart until she makes it hers."""

    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: ChoiceBox) -> None:
        super().__init__()
        self.writing, self.part, self._how = writing, part, how
        self.record = writing.answer_id(part.key)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self.editor = Note(most=fields(PlanAnswer)["words"].max, lines=5)
        self.row = FieldRow(writing.say(IN_HER_WORDS), self.editor)
        box.addWidget(self.row)
        self.editor.set(writing.drafts.get((self.record, "words")) or self._written())
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.flush)
        self.editor.changed.connect(self._pause.start)
        self.editor.left.connect(self.flush)
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
        self._proposed.hide()
        box.addWidget(self._proposed)

    def _written(self) -> str:
        answer = self.writing.whole.answers.get(self.part.key)
        return answer.words if answer else ""

    def propose(self, words: str) -> None:
        """Show an idea, to be confirmed or reworded."""
        self.proposal = words
        self.idea.set(words)
        self._proposed.show()
        self.idea.edit.setFocus()
        self.idea.edit.selectAll()

    def _take(self) -> None:
        words = str(self.idea.get())
        self._drop()
        if words:
            before = self.editor.typed().rstrip()
            self.editor.set(f"{before}\n{words}" if before else words)
        self.settle()

    def _drop(self) -> None:
        self.proposal = ""
        self.idea.set("")
        self._proposed.hide()
        self.editor.target().setFocus()

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self._pause.stop()
        if self.editor.typed().strip() != self._written().strip() or (self.record, "words") in self.writing.drafts:
            self.writing.keep(self.record, "words", self.editor.typed())

    def settle(self) -> None:
        """The question is left: what was typed becomes her answer."""
        self._pause.stop()
        if self.idea.typed().strip() and self.idea.typed().strip() != self.proposal.strip():
            words, before = self.idea.typed().strip(), self.editor.typed().rstrip()
            self.proposal = ""
            self.idea.set("")
            self._proposed.hide()
            self.editor.set(f"{before}\n{words}" if before else words)
        typed = self.editor.typed()
        if typed.strip() == self._written().strip():
            self.writing.forget(self.record)
            return
        self.flush()
        try:
            self.writing.do(plans.answer, self.writing.plan, self.part.key, typed, self._how.get())
        except Refused as refused:
            self.row.show_problem(refused.sentence)
            return
        self.changed.emit()

    def begin(self) -> None:
        """Put the focus behind her words."""
        self.editor.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.edit.setFocus()


class IdeaChip(Chip):
    """An idea to take; a long one breaks into lines where the text is large."""

    def __init__(self, idea: str) -> None:
        super().__init__(idea.replace("&", "&&"), icon_name="plus")
        self.idea = idea
        self.setAccessibleName(idea)

    def fit(self, width: int) -> None:
        """Break the words into lines no wider than *width* pixels leave room for."""
        room, lines = width - em(5), [""]
        for word in self.idea.replace("&", "&&").split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.fontMetrics().horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        self.setText("\n".join(lines))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), em(8)), hint.height())


class PartView(QFrame):
    """One part of the plan. ``settle`` makes entries of what was typed; ``flush`` keeps it as drafts."""

    changed = Signal()
    language_asked = Signal(str)

    def __init__(self, writing: Writing, part: Part) -> None:
        super().__init__()
        self.writing, self.part = writing, part
        self.setProperty("part", "card")
        section = writing.section_of(part.key)
        box = QVBoxLayout(self)
        box.setContentsMargins(t.S5 - 4, t.S4, t.S5 - 4, t.S4)
        box.setSpacing(t.S3)
        head = QWidget()
        split = SplitLayout(head, space=t.S3)
        titles = QWidget()
        column = QVBoxLayout(titles)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.section_title = Sentence(writing.text(section.title), tone="muted", role="small", wide=True)
        self.title = Heading(writing.text(part.title))
        column.addWidget(self.section_title)
        column.addWidget(self.title)
        split.addWidget(titles)
        split.addWidget(self._tongues())
        box.addWidget(head)
        self.prompt = Sentence(writing.text(part.prompt), role="strong")
        box.addWidget(self.prompt)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        # what is in it must not make the page longer
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._whole = box
        self._rest = QWidget()
        box = QVBoxLayout(self._rest)
        box.setContentsMargins(0, 0, t.S3, 0)
        box.setSpacing(t.S3)
        if section.parts[0].key == part.key and section.key != "crisis":
            box.addWidget(Sentence(writing.text(section.intro), tone="muted"))
        if part.help:
            box.addWidget(Sentence(writing.text(part.help), tone="muted"))
        self.how = ChoiceBox(HowWritten, required=True)
        self.how.set(writing.how_written(part.key))
        self.how.changed.connect(self._chose_how)
        self.body: Answer | Entries = (
            Answer(writing, part, self.how) if part.kind == "answer" else Entries(writing, part, self.how.get)
        )
        self.body.changed.connect(self.changed)
        box.addWidget(self.body)
        language = writing.language
        ideas = part.ideas.get(language) or part.ideas.get("en", ())
        if ideas:
            box.addSpacing(t.S1)
            box.addWidget(self._ideas(ideas))
        if part.kind != "supporter":
            box.addSpacing(t.S1)
            box.addWidget(FieldRow(_("Who wrote it"), self.how))
        box.addStretch(1)
        self._narrow: bool | None = None

    def fold(self, *, narrow: bool) -> None:
        """The question stays in sight and what is under it scrolls; in a narrow window the page scrolls as one."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self.area.takeWidget()
            self._whole.removeWidget(self.area)
            self._whole.addWidget(self._rest, 1)
            self._rest.show()
        else:
            self._whole.removeWidget(self._rest)
            self._whole.addWidget(self.area, 1)
            self.area.setWidget(self._rest)
            self._rest.setAutoFillBackground(False)
        reveal(self.area, not narrow)
        self.area.setMinimumHeight(em(10))

    def _tongues(self) -> QWidget:
        flow = Flow(right=True)
        group = QButtonGroup(self)
        self.tongues: dict[str, Chip] = {}
        for code, name in LANGUAGES.items():
            chip = Chip(name, checkable=True)
            chip.setChecked(code == self.writing.language)
            chip.setAccessibleName(_("The program's words in {language}").format(language=name))
            chip.clicked.connect(lambda _on=False, code=code: self.language_asked.emit(code))
            group.addButton(chip)
            self.tongues[code] = chip
            flow.add(chip)
        return flow

    def _ideas(self, ideas: tuple[str, ...]) -> QWidget:
        place = QWidget()
        box = QVBoxLayout(place)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S2)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        row.addWidget(Icon("lightbulb", t.MUTED), 0, Qt.AlignmentFlag.AlignTop)
        words = _("Some ideas. A tap puts one into the box; it counts once she says it is hers.")
        row.addWidget(Sentence(words, tone="muted"), 1)
        box.addWidget(head)
        self.chips = [IdeaChip(idea) for idea in ideas]
        for chip, idea in zip(self.chips, ideas, strict=True):
            chip.clicked.connect(lambda _on=False, idea=idea: self._propose(idea))
        box.addWidget(Flow(*self.chips))
        return place

    def resizeEvent(self, event: QResizeEvent) -> None:
        for chip in getattr(self, "chips", ()):
            chip.fit(self.width() - 2 * t.S5)
        super().resizeEvent(event)

    def _propose(self, idea: str) -> None:
        body = self.body
        if isinstance(body, Answer):
            body.propose(idea)
        else:
            if body.new.has_words() and not body.new.is_bare() and not body.add():
                return
            body.new.propose(idea)

    def _chose_how(self) -> None:
        how = str(self.how.get())
        self.writing.how = how
        answer = self.writing.whole.answers.get(self.part.key)
        if answer is not None and answer.how_written != how:
            self.writing.do(plans.answer, self.writing.plan, self.part.key, answer.words, how)

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.body.flush()

    def settle(self) -> None:
        """The question is left."""
        self.body.settle()

    def begin(self) -> None:
        """Put the focus into her words."""
        self.body.begin()
