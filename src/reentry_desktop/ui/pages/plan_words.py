"""What belongs to any of her words, an entry's or an answer's: marks under them, the menu beside them, small panels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ...base.ids import Id, named_id
from ...base.problems import Problem
from ...base.words import N_, _
from .. import tokens as t
from ..editors import Note
from ..form import Autosave, FieldRow
from ..layouts import Flow
from ..widgets import Button, Icon, LinkButton, Sentence, reveal
from .erasing import TakingBackPanel
from .plan_writing import Writing

if TYPE_CHECKING:
    from ...records.pack import Part

WORDING_MOST = 4000
"""Characters of a second wording."""
# language -> the act that adds a wording, the one that changes it, its field, how it is shown, and one only begun
_WORDINGS = {
    "en": (
        N_("Add the wording in English"),
        N_("Change the wording in English"),
        N_("The same in English, as a person writes it"),
        N_("In English, as a person wrote it: {words}"),
        N_("The wording in English is started, and not in the plan yet."),
    ),
    "es": (
        N_("Add the wording in Spanish"),
        N_("Change the wording in Spanish"),
        N_("The same in Spanish, as a person writes it"),
        N_("In Spanish, as a person wrote it: {words}"),
        N_("The wording in Spanish is started, and not in the plan yet."),
    ),
}


class Spoken(Protocol):
    """Her words somewhere on the page: an entry's row, or the answer."""

    writing: Writing
    part: Part
    record_id: Id

    def show_panel(self, panel: QWidget | None) -> None:
        """Show *panel* under the words; none closes what is open."""

    def read_again(self, *, focus: bool = True) -> None:
        """Show what stands in the plan now."""


def marked(icon_name: str, colour: str, words: str, tone: str) -> QWidget:
    """A line under her words: a small drawing, and what it says."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(t.S2)
    row.addWidget(Icon(icon_name, colour, size=1), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Sentence(words, tone=tone, role="small"), 1)
    return line


def marks(writing: Writing, record: Id, *, room: bool) -> list[QWidget]:
    """What is said of her words: fine on paper in her room, and what a person wrote for them in another language."""
    found = []
    if room:
        found.append(marked("house", t.OK, writing.say(N_("Fine on paper in my room")), "ok"))
    for code, words in writing.wordings(record).items():
        said = _(_WORDINGS[code][3]).format(words=words) if code in _WORDINGS else words
        found.append(marked("languages", t.MUTED, said, "muted"))
    for code, known in _WORDINGS.items():
        if writing.wording_begun(record, code):
            found.append(marked("circle-dot", t.INFO, _(known[4]), "info"))
    return found


class TakeOver(LinkButton):
    """Her words of another question, to begin this one with. It goes as soon as something stands here."""

    def __init__(self, writing: Writing, part: Part, editor: Note, take: Callable[[str], object]) -> None:
        words = writing.to_begin_with(part)
        super().__init__("", lambda: take(words), icon_name="copy")
        if words:
            title = writing.text(writing.parts[part.begins_with].title)
            self.setText(writing.say(N_("Begin with my words from “{part}”")).format(part=title).replace("&", "&&"))
        reveal(self, bool(words))
        editor.changed.connect(self.hide)


def wording_act(spoken: Spoken) -> str:
    """What the way to the second wording is called."""
    code = spoken.writing.wording_language
    return _(_WORDINGS[code][code in spoken.writing.wordings(spoken.record_id)])


def words_menu(spoken: Spoken, parent: QWidget, *, room: bool, remove: Callable[[], object] | None = None) -> QMenu:
    """What can be done with her words, beside changing them. *room* is whether the mark stands."""
    writing = spoken.writing
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    if remove is not None:
        menu.addAction(_("Remove")).triggered.connect(lambda _on=False: remove())
        menu.addSeparator()
    if writing.may_be_in_room(spoken.part):
        mark = menu.addAction(_("Fine on paper in her room"))
        mark.setCheckable(True)
        mark.setChecked(room)
        mark.triggered.connect(lambda on: set_room(spoken, on=on))
        why = menu.addAction(_("Paper in a room can be found in a search."))
        why.setEnabled(False)
    if spoken.part.kind != "supporter":
        menu.addAction(wording_act(spoken)).triggered.connect(lambda _on=False: open_wording(spoken))
    menu.addSeparator()
    menu.addAction(_("She takes these words back")).triggered.connect(lambda _on=False: open_taking_back(spoken))
    return menu


def set_room(spoken: Spoken, *, on: bool) -> None:
    """She is fine with these words on paper in her room, or no longer."""
    writing = spoken.writing
    act = writing.acts.fine_in_my_room(spoken.part.key, spoken.record_id, on=on)
    spoken.read_again()
    if on:
        words = _("Marked. Paper in a room can be found in a search, so ask her again before it is printed.")
        writing.page.shell.toast(words, lambda: writing.acts.stack.undo_this(act), act=act.text())


def open_wording(spoken: Spoken) -> None:
    """Write, or change, the same words in the other language."""
    spoken.show_panel(WordingPanel(spoken))


def open_taking_back(spoken: Spoken) -> None:
    """Say what it means that she takes her words back, and do it where she still wants to."""
    writing, record = spoken.writing, spoken.record_id

    def erased() -> None:
        writing.read()
        writing.kept.emit()
        writing.acts.stack.forget(record)
        spoken.show_panel(None)
        spoken.read_again()

    spoken.show_panel(
        TakingBackPanel(
            writing.page, writing.whole.plan.participant, record, closed=lambda: spoken.show_panel(None),
            erased=erased, told=writing.said.emit,
        )
    )  # fmt: skip


class WordingPanel(QWidget):
    """The same words in the other language, as a person writes them; each key is kept as a draft."""

    def __init__(self, spoken: Spoken) -> None:
        super().__init__()
        self.spoken = spoken
        writing, record = spoken.writing, spoken.record_id
        self.language = writing.wording_language
        self._kept_as = named_id(record, self.language)
        self.editor = Note(most=WORDING_MOST, lines=2)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, t.S2, 0, t.S2)
        box.setSpacing(t.S2)
        self.row = FieldRow(_(_WORDINGS[self.language][2]), self.editor)
        box.addWidget(self.row)
        self.keep_button = Button(_("Keep the wording"), self.keep, icon_name="check")
        close = LinkButton(_("Close"), self.close_panel, icon_name="x")
        box.addWidget(Flow(self.keep_button, close, space=t.S3))
        before = writing.wordings(record).get(self.language, "")
        self.editor.set(writing.drafts.get((self._kept_as, "words")) or before)
        self._autosave = Autosave(self, self.flush)
        self.editor.changed.connect(self._autosave.touch)
        self.editor.left.connect(self.flush)

    def flush(self) -> None:
        """Keep what was typed as a draft."""
        self._autosave.stop()
        before = self.spoken.writing.wordings(self.spoken.record_id).get(self.language, "")
        typed = self.editor.typed()
        if typed.strip() != before:
            self.spoken.writing.keep(self._kept_as, "words", typed)
        else:
            self.spoken.writing.forget(self._kept_as)

    def keep(self) -> None:
        """Make it the wording; none takes the wording away."""
        spoken = self.spoken
        try:
            words = self.editor.get()
            spoken.writing.acts.wording(spoken.part.key, spoken.record_id, self.language, words)
        except Problem as problem:
            self.flush()
            self.row.show_problem(problem.sentence)
            return
        self._autosave.stop()
        spoken.writing.forget(self._kept_as)
        spoken.show_panel(None)
        spoken.read_again()

    def close_panel(self) -> None:
        """Close it. What was typed and is no wording yet is kept, and said to be so."""
        self.flush()
        spoken = self.spoken
        spoken.show_panel(None)
        spoken.read_again()
        if spoken.writing.wording_begun(spoken.record_id, self.language):
            spoken.writing.page.shell.toast(_("The words are kept. They are not in the plan yet."))

    def begin(self) -> None:
        """Put the focus behind what stands in it."""
        self.editor.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.editor.edit.setFocus()
