"""The working part of a plan's page: the list of parts, one part, and the way on; folded where it is narrow."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ...actions import plans
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..days import show_time
from ..layouts import Flow, Reading, SplitLayout, Stack
from ..spelling import Spelling
from ..style import em
from ..widgets import Button, Card, Heading, Icon, LinkButton, Notice, PrimaryButton, Sentence
from .plan_find import FindBar
from .plan_nav import PartList
from .plan_parts import PartView
from .plan_writing import PAGES, STARTED, Writing

NARROW = 52
"""em of width under which the list of parts is shown in place of the question, not beside it."""


class PlanBody(QWidget):
    """One part at a time. ``end`` when she goes on after the last one; ``failed`` when something cannot be kept."""

    end = Signal()
    failed = Signal(object)
    folded = Signal(bool)
    brought = Signal()
    """What has the focus came into sight of the part; the page may still have to follow."""

    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self.writing = writing
        self.here = ""
        self.view: PartView | None = None
        self.warned: set[str] = set()
        self.narrow: bool | None = None
        self._settling = False
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(t.S4)
        self.nav = PartList()
        self.nav.chosen.connect(self.choose)
        self.nav.fill(writing)
        self._right = QWidget()
        self._column = QVBoxLayout(self._right)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(t.S3)
        self.notice = Notice()
        self.notice.hide()
        self.standing = Notice()
        self.standing.hide()
        self.find_bar = FindBar(writing)
        self.find_bar.chosen.connect(self._go_to_found)
        self.find_bar.closed.connect(self.begin)
        self.find_bar.hide()
        # what is in the list must not make the page longer
        self.nav.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._shown: QWidget = QWidget()
        for above in (self.find_bar, self.standing, self.notice):
            self._column.addWidget(above)
        self._column.addWidget(self._shown, 1)
        self._column.addWidget(self._foot())
        columns.addWidget(self.nav)
        columns.addWidget(self._right, 1)
        writing.kept.connect(self._kept)
        writing.said.connect(self._tell)
        writing.asked_for.connect(self.go_to)
        self._fold(narrow=False)

    def _foot(self) -> QWidget:
        self.progress = Sentence(tone="muted", role="small", wide=True)
        self.saved = Sentence(_("Every word is saved as it is typed."), tone="ok", role="small", wide=True)
        kept = QWidget()
        safe = QHBoxLayout(kept)
        safe.setContentsMargins(0, 0, 0, 0)
        safe.setSpacing(t.S2)
        safe.addWidget(Icon("check", t.OK, size=1))
        safe.addWidget(self.saved, 1)
        line = QWidget()
        row = SplitLayout(line, space=t.S3)
        row.addWidget(self.progress)
        row.addWidget(kept)
        self.back_button = Button(" ", lambda: self.step(-1), icon_name="arrow-left")
        self.skip_button = LinkButton(_("Not today"), lambda: self.step(1))
        self.skip_button.setToolTip(_("Skip this for now. It can be written any other day, or never."))
        self.next_button = PrimaryButton("", lambda: self.step(1))
        buttons = QWidget()
        split = SplitLayout(buttons, space=t.S3)
        split.addWidget(Flow(self.back_button))
        split.addWidget(Flow(self.skip_button, self.next_button, space=t.S4, right=True))
        return Stack(line, buttons, space=t.S1)

    def _tell(self, words: str) -> None:
        self.notice.say(words, "ok")

    # Width

    def _fold(self, *, narrow: bool) -> None:
        """Beside each other where there is room; else one in place of the other, and the page scrolls as one."""
        self.nav.setFixedWidth(max(em(16), self.width()) if narrow else em(20))
        if narrow == self.narrow:
            self._name_buttons()
            return
        self.narrow = narrow
        self.nav.setVisible(not narrow)
        self._right.show()
        self.nav.setMinimumHeight(em(20) if narrow else em(12))
        if self.view is not None:
            self._settling = True  # the focus goes from what is put elsewhere, and comes back: nothing is left
            self.view.fold(narrow=narrow)
            self._settling = False
        self._name_buttons()
        self.folded.emit(narrow)

    def toggle_parts(self) -> None:
        """In a narrow window: the list of parts in place of the question, and back."""
        looking = self.nav.isVisibleTo(self)
        if not looking:
            self.keep_part()
        self.nav.setVisible(not looking)
        self._right.setVisible(looking)
        if not looking:
            self.nav.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold(narrow=self.width() < em(NARROW))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "narrow") and self.isVisible():
            self._fold(narrow=self.width() < em(NARROW))

    # One part

    def choose(self, part: str) -> None:
        """Go to a part; what was typed in this one is kept."""
        self.keep_part()
        left = self.here
        if self.narrow and self.nav.isVisibleTo(self):
            self.toggle_parts()
        self.show_part(part)
        self._say_left(left)
        self.begin()

    def go_to(self, part: str, record: str = "") -> None:
        """Go to a part, and to one entry of it."""
        if part not in self.writing.parts:
            return
        self.keep_part()
        if part not in self.writing.parts:
            return
        if self.narrow and self.nav.isVisibleTo(self):
            self.toggle_parts()
        if part != self.here or self.view is None:
            self.warned.add(self.writing.section_of(part).key)  # she asked for these very words
            self.show_part(part)
        if record:
            self.show_record(Id(record))
        else:
            self.begin()

    def _go_to_found(self, part: str, record: str) -> None:
        self.go_to(part, record)
        if self.view is not None:
            self.view.body.mark(Id(record), self.find_bar.search.text())

    def show_record(self, record: Id) -> None:
        """Put the focus on an entry of the part in sight."""
        if self.view is None or not self.view.show_record(record):
            self.begin()

    def read_again(self) -> None:
        """The plan was changed elsewhere. What is being typed is kept, and stays where it is, with the focus."""
        writing = self.writing
        if self.view is not None:
            self.view.flush()
        before = (list(writing.parts), writing.language)
        writing.read()
        if (list(writing.parts), writing.language) != before:
            self.nav.fill(writing)
            self.show_part(self.here if self.here in writing.parts else writing.first_empty())
        else:
            self.nav.show_states(writing)
            if self.view is not None:
                self.view.read_again()

    def after_undo(self, part: str, record: str) -> None:
        """Something was taken back, or done again: show where."""
        writing = self.writing
        wanted = part if part in writing.parts else self.here if self.here in writing.parts else writing.first_empty()
        if self.view is not None:
            self.view.flush()
        self.nav.fill(writing)
        if wanted != self.here or self.view is None or not part:
            self.warned.add(writing.section_of(wanted).key)
            self.show_part(wanted)
        else:
            self.view.read_again()
        if record:
            self.show_record(Id(record))
        else:
            self.begin()

    def step(self, by: int) -> None:
        """To the next part, or the one before."""
        self.keep_part()
        parts = self.writing.beside(self.here)
        at = parts.index(self.here) + by
        if at >= len(parts):
            self.end.emit()
            return
        left = self.here
        self.show_part(parts[at])
        self._say_left(left)
        self.begin()

    def _say_left(self, part: str) -> None:
        """Where something typed at the part that was left could not become words of the plan: say so."""
        if part == self.here or part not in self.writing.parts or self.writing.state(part) != STARTED:
            return
        title = self.writing.text(self.writing.parts[part].title)
        words = _("What is typed at “{part}” is kept. It is not in the plan yet.").format(part=title)
        self.notice.say(words, "info", acts=[LinkButton(_("Go back to it"), lambda: self.choose(part))])

    def show_part(self, part: str) -> None:
        """Show one part; before a heavy section its kind word."""
        writing = self.writing
        section = writing.section_of(part)
        before = writing.section_of(self.here).key if self.here in writing.parts else ""
        self.here = part
        self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
        self.view = None
        if writing.is_heavy(part) and section.key not in self.warned and before != section.key:
            self._put(self._kind_word(part))
        else:
            view = PartView(writing, writing.parts[part])
            view.changed.connect(lambda: self.nav.show_states(writing))
            view.language_asked.connect(self._speak)
            view.fold(narrow=bool(self.narrow))
            view.sight.brought.connect(self.brought)
            self._put(view)
            self.view = view
        self.notice.hide()
        self.nav.show_here(part, writing)
        self._show_foot()

    def _put(self, widget: QWidget) -> None:
        place = self._column.indexOf(self._shown)
        self._column.removeWidget(self._shown)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = widget
        self._column.insertWidget(place, widget, 1)
        widget.show()  # only what is shown can take the focus

    def _kind_word(self, part: str) -> QWidget:
        section = self.writing.section_of(part)
        sections = [section for _group, section in self.writing.groups]
        after = sections[(sections.index(section) + 1) % len(sections)].parts[0].key

        def go_on() -> None:
            self.warned.add(section.key)
            self.show_part(part)
            self.begin()

        self.go_on_button = PrimaryButton(_("Go on"), go_on)
        words = Stack(space=t.S4)
        words.add(Icon("heart-handshake", t.PRIMARY, size=2.5))
        words.add(Heading(self.writing.text(section.title)))
        words.add(Sentence(self.writing.text(section.intro)))
        words.add(Flow(self.go_on_button, Button(_("Not today"), lambda: self.choose(after)), space=t.S3))
        return Card("", Reading(words, width=36))

    def _show_foot(self) -> None:
        parts = self.writing.beside(self.here)
        at = parts.index(self.here)
        words = _("Part {number} of {count}")
        if self.writing.group_of(self.here) == PAGES:
            words = _("Re-entry page {number} of {count}")
        self.progress.setText(words.format(number=at + 1, count=len(parts)))
        self.back_button.setVisible(at > 0)
        self.next_button.setVisible(self.view is not None)
        self.skip_button.setVisible(self.view is not None)
        self._name_buttons()

    def _name_buttons(self) -> None:
        """Back and Next are named after their parts; where that is too wide, the name is only said."""
        if self.here not in self.writing.parts:
            return
        parts = self.writing.beside(self.here)
        at = parts.index(self.here)
        for button, place, short, long in (
            (self.back_button, at - 1, _("Back"), _("Back: {part}")),
            (self.next_button, at + 1, _("Next"), _("Next: {part}")),
        ):
            if not 0 <= place < len(parts) and button is self.back_button:
                continue
            if place == len(parts):
                full = short = _("See the whole plan")
            else:
                full = long.format(part=self.writing.text(self.writing.parts[parts[place]].title))
            room = self._right.width() - em(12 if button is self.next_button else 4)
            fits = button.fontMetrics().horizontalAdvance(full) * 1.1 <= room
            button.setText((full if fits else short).replace("&", "&&"))
            button.setAccessibleName(full)

    def _speak(self, language: str) -> None:
        self.keep_part()
        self.writing.do(plans.set_language, self.writing.plan, language)
        if isinstance(self.writing.spelling, Spelling):
            self.writing.spelling.speak(language)
        self.nav.fill(self.writing)
        self.show_part(self.here)
        if self.view is not None:
            self.view.tongues[language].setFocus()

    def begin(self) -> None:
        """Put the focus where the work goes on."""
        if self.view is not None:
            self.view.begin()
        else:
            self.go_on_button.setFocus()

    # Keeping

    def _kept(self) -> None:
        moment = dt.datetime.now().astimezone()
        self.saved.setText(_("Saved at {time}").format(time=show_time(moment)))
        self.nav.show_states(self.writing)

    def keep_part(self) -> None:
        """The question is left: what was typed becomes an entry; drafts come first, so that no word is lost.

        Raises ``Problem`` where not even a draft could be written: then nobody moves on, and the words stay in sight.
        """
        if self.view is None or self._settling:
            return
        self._settling = True
        try:
            self.view.flush()
            try:
                self.view.settle()
            except Problem as problem:
                self.failed.emit(problem)
        finally:
            self._settling = False

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*, the most needed last."""
        if self.view is not None and self.view.isAncestorOf(inside):
            return self.view.around(inside)
        return [] if inside is self.nav else [[inside]]

    def focus_moved(self, old: QWidget, new: QWidget) -> None:
        """Keep the part when the focus leaves it for another place of the window, not for a menu of its own."""
        view = self.view
        if view is not None and view.isAncestorOf(old) and not view.isAncestorOf(new) and new.window() is self.window():
            try:
                self.keep_part()
            except Problem as problem:
                self.failed.emit(problem)
