"""One question of her plan: the program's words above, hers below, some ideas, and who wrote it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...base.ids import Id
from ...base.words import LANGUAGES, _
from ...records.plan import HowWritten
from .. import tokens as t
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Flow, SplitLayout
from ..sight import InSight
from ..style import em
from ..widgets import Chip, Heading, Icon, Sentence, reveal
from .plan_answer import Answer
from .plan_entries import Entries
from .plan_writing import MORE

if TYPE_CHECKING:
    from ...records.pack import Part
    from .plan_writing import Writing


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
        self.sight = InSight(self.area, self.around)
        # what is in it must not make the page longer
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._whole = box
        self._rest = QWidget()
        box = QVBoxLayout(self._rest)
        box.setContentsMargins(0, 0, t.S3, 0)
        box.setSpacing(t.S3)
        if section.parts[0].key == part.key and not writing.is_heavy(part.key) and section.intro:
            box.addWidget(Sentence(writing.text(section.intro), tone="muted"))
        if part.help:
            box.addWidget(Sentence(writing.text(part.help), tone="muted"))
        self.how = ChoiceBox(HowWritten, required=True)
        self.how.set(writing.how_written(part.key))
        self.how.changed.connect(self._chose_how)
        if writing.speaks_another:
            words = _("Her words stand as she said them. A person who knows both languages can add a second wording.")
            box.addWidget(Sentence(words, tone="muted", role="small"))
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
        if part.kind != "supporter" and writing.group_of(part.key) != MORE:
            box.addSpacing(t.S1)
            box.addWidget(FieldRow(_("Who wrote it"), self.how))
        box.addStretch(1)
        self._narrow: bool | None = None

    def fold(self, *, narrow: bool) -> None:
        """The question stays in sight and what is under it scrolls; in a narrow window the page scrolls as one."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        inside = QApplication.focusWidget()
        kept = inside if inside is not None and self._rest.isAncestorOf(inside) else None
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
        if isinstance(self.body, Entries):
            self.body.fold(narrow=narrow)
        if kept is not None:
            kept.setFocus()  # what is put elsewhere loses it
        self.area.setMinimumHeight(em(10))

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*, the most needed last; in a narrow window the question too."""
        spans = self.body.around(inside) if self._rest.isAncestorOf(inside) else []
        field: QWidget | None = inside
        while field is not None and field is not self and not isinstance(field, FieldRow):
            field = field.parentWidget()
        needed = field if isinstance(field, FieldRow) else inside
        box = self.body.row if isinstance(self.body, Answer) else self.body.adding
        if self._narrow and box.isAncestorOf(inside):
            spans = [[self.title, box], [self.prompt, box], *spans, [self.prompt, needed]]
        return [*spans, [needed]]

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
        self.writing.how = str(self.how.get())
        if isinstance(self.body, Answer):
            self.body.remark(self.writing.how)

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.body.flush()

    def settle(self) -> None:
        """The question is left."""
        self.body.settle()

    def read_again(self) -> None:
        """The plan was changed elsewhere: show it; the focus and what is being typed stay."""
        if isinstance(self.body, Answer):
            self.body.read_again(focus=False)
        else:
            self.body.read_again()

    def show_record(self, record: Id) -> bool:
        """Put the focus on an entry. Whether it stands here."""
        return self.body.show_record(record)

    def begin(self) -> None:
        """Put the focus into her words."""
        self.body.begin()
