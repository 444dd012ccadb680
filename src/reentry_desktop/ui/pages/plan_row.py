"""One entry of her plan, where it stands. Its words and buttons are made when it first comes into sight."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ...base.ids import Id
from ...base.words import _
from ...records.plan_item import TOOLED
from .. import tokens as t
from ..layouts import Flow
from ..style import em
from ..widgets import Button, LinkButton, Notice, Sentence
from .plan_drag import Grip
from .plan_form import EntryForm, IconButton
from .plan_kinds import headline
from .plan_tools import ToolLinks, UsedIn
from .plan_words import WordingPanel, marked, marks, open_wording, wording_act, words_menu

if TYPE_CHECKING:
    from .plan_entries import Entries

STACKED = 30
"""em of width under which the buttons of an entry stand below its words."""


class RowWords(QWidget):
    """What an entry shows while nobody changes it: the grip, her words and what is known, the buttons."""

    def __init__(self, row: EntryRow) -> None:
        super().__init__()
        entries, record = row.entries, row.record
        writing, part = entries.writing, entries.part
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(t.S2)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(t.S2, t.S2, 0, t.S2)
        column.setSpacing(t.S1)
        self.headline = Sentence(row.shown)
        column.addWidget(self.headline)
        if row.more_words:
            column.addWidget(Sentence(row.more_words, tone="muted", role="small"))
        for mark in marks(writing, row.record_id, room=bool(getattr(record, "in_my_room", False))):
            column.addWidget(mark)
        self.links: list[Button] = []
        if part.kind in TOOLED:
            self.tools = ToolLinks(row)
            for tool in self.tools.named():
                column.addWidget(marked("sprout", t.PRIMARY, tool.words, "primary"))
            self.links.append(self.tools.button)
        if part.kind == "tool" and (steps := writing.whole.used_in.get(row.record_id)):
            self.used_in = UsedIn(row, steps)
            column.addWidget(marked("list-checks", t.MUTED, self.used_in.words, "muted"))
            self.links.append(self.used_in.button)
        if writing.speaks_another and not entries.stray and part.kind != "supporter":
            asked = LinkButton(wording_act(row), lambda: open_wording(row), icon_name="languages")
            asked.setAccessibleName(f"{asked.text()}: {row.name}")
            self.links.append(asked)
        if self.links and not entries.stray:
            column.addWidget(Flow(*self.links, space=t.S4))
        column.addStretch()
        left = QWidget()
        beside = QHBoxLayout(left)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        if entries.can_move:
            beside.addWidget(Grip(row), 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(words, 1)
        self._box.addWidget(left, 1)
        self.acts = self._buttons(row)
        self._box.addWidget(self.acts, 0, Qt.AlignmentFlag.AlignTop)

    def _buttons(self, row: EntryRow) -> QWidget:
        entries, name = row.entries, row.name
        acts = QWidget()
        line = QHBoxLayout(acts)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(t.S1)
        self.up = IconButton("marks/up", _("Move up: {words}").format(words=name), lambda: entries.shift(row, -1))
        self.down = IconButton("marks/down", _("Move down: {words}").format(words=name), lambda: entries.shift(row, 1))
        self.edit = IconButton("pencil", _("Change: {words}").format(words=name), row.open_form)
        self.more = IconButton("ellipsis", _("More about: {words}").format(words=name), row.open_menu)
        self.remove = IconButton("trash-2", _("Remove: {words}").format(words=name), lambda: entries.remove(row))
        wanted: list[Button] = [self.remove] if entries.stray else [self.up, self.down, self.edit, self.more]
        if not entries.can_move and not entries.stray:
            wanted = [self.edit, self.more]
        for button in (self.up, self.down, self.edit, self.more, self.remove):
            if button in wanted:
                line.addWidget(button)
            else:
                button.setParent(acts)
                button.hide()
        for able in (*wanted, *self.links):
            able.installEventFilter(row)
        line.addStretch()
        return acts

    def resizeEvent(self, event: QResizeEvent) -> None:
        way = QBoxLayout.Direction
        self._box.setDirection(way.TopToBottom if self.width() < em(STACKED) else way.LeftToRight)
        super().resizeEvent(event)


class EntryRow(QFrame):
    """An entry's place in the list. Alt+Up and Alt+Down move it, Delete takes it out.

    Until it comes into sight, or the focus comes to it, it is an empty frame of about the right height: a part of
    sixty entries has hundreds of buttons, and they would be a second of waiting.
    """

    def __init__(self, entries: Entries, record: Any) -> None:
        super().__init__()
        self.entries, self.writing, self.part = entries, entries.writing, entries.part
        self.record_id = Id(record.id)
        self.record = record
        self.form: EntryForm | None = None
        self.panel: QWidget | None = None
        self.gone = False
        """Whether somebody else took it out while it was being changed here."""
        self._content: RowWords | None = None
        self._changing: QWidget | None = None
        self._place = (0, 1)
        self.setProperty("part", "card")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._box = QVBoxLayout()
        self._box.setContentsMargins(t.S2, t.S2, t.S2, t.S2)
        self._box.setSpacing(t.S2)
        self._read(record)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # What it shows

    def _read(self, record: Any) -> None:
        entries = self.entries
        self.record = record
        self.name = headline(entries.part, record)
        self.more_words = entries.writing.details(entries.part, record)
        self._advances: list[int] = []  # how long each line of it is: asked for many times while it is laid out
        self.setAccessibleName(self.name)
        self._seen = entries.print_of(record)

    @property
    def shown(self) -> str:
        """Her words, with their number where the order is what matters."""
        return f"{self._place[0] + 1}. {self.name}" if self.entries.part.kind == "step" else self.name

    def stand(self, place: int, count: int) -> None:
        """It is number *place*, from 0, of *count*."""
        self._place = (place, count)
        if self._content is not None:
            self._content.headline.setText(self.shown)
            self._content.up.setEnabled(place > 0)
            self._content.down.setEnabled(place < count - 1)

    def show_record(self, record: Any) -> None:
        """Show what stands in the plan now; what is being typed over it stays."""
        if self.entries.print_of(record) == self._seen and not self.gone:
            return
        self.gone = False
        before = self.record
        self._read(record)
        if self.form is not None:
            if self.form.take_over(before, record):
                self.say(_("Somebody changed this entry meanwhile. What is typed here is kept."))
            return
        if self._content is not None:
            inside = QApplication.focusWidget()
            if inside is not None and self.isAncestorOf(inside):
                self.entries.setFocus()  # else Qt would give the focus of what is taken away to anything at all
            self._drop(self._content)
            self._content = None
            self.make()

    def say_gone(self) -> None:
        """Somebody took it out while it is being changed here: keeping the change brings it back."""
        if not self.gone:
            self.gone = True
            self.say(_("Somebody removed this entry meanwhile. Keep the change to bring it back."))

    def say(self, words: str) -> None:
        """Say something about it, under it."""
        self.show_panel(Notice(words))

    def read_again(self, *, focus: bool = True) -> None:
        """Show what stands in the plan now."""
        self.entries.show_rows(self.record_id if focus else None, "more")
        self.entries.changed.emit()

    # Its contents

    def make(self, *, order: bool = True) -> RowWords:
        """Make what it shows, now. Whoever makes several puts the Tab keys in *order* afterwards."""
        if self._content is None:
            self._content = RowWords(self)
            if self.layout() is None:
                self.setLayout(self._box)
            self._box.insertWidget(0, self._content)
            self._content.setVisible(self.form is None)
            self.stand(*self._place)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if order:
                self.entries.order_keys()
        return self._content

    @property
    def up(self) -> Button:
        """Moves it up by one place."""
        return self.make().up

    @property
    def down(self) -> Button:
        """Moves it down by one place."""
        return self.make().down

    @property
    def edit(self) -> Button:
        """Changes it; of words the pack does not know, takes them out."""
        content = self.make()
        return content.remove if self.entries.stray else content.edit

    @property
    def more(self) -> Button:
        """Opens its menu."""
        content = self.make()
        return content.remove if self.entries.stray else content.more

    @property
    def link(self) -> Button:
        """Names a tool."""
        return self.make().tools.button

    def open_menu(self) -> None:
        """What can be done with it beside changing it."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def menu(self) -> Any:
        """The menu, made anew."""
        room = bool(getattr(self.record, "in_my_room", False))
        return words_menu(self, self, room=room, remove=lambda: self.entries.remove(self))

    def show_panel(self, panel: QWidget | None) -> None:
        """Show *panel* under the words; none closes what is open."""
        self.make()
        if self.panel is not None:
            self._drop(self.panel)
        self.panel = panel
        if panel is not None:
            self._box.addWidget(panel)
            panel.show()
            self.entries.order_keys()
        begin = getattr(panel, "begin", None)
        if begin is not None:
            begin()
        elif panel is None and self.form is None:
            self.more.setFocus()

    def open_form(self) -> None:
        """Change the entry where it stands."""
        if self.form is not None or self.entries.stray:
            return
        content = self.make()
        writing = self.entries.writing
        self.form = EntryForm(writing, self.entries.part, self.record_id, more=True)
        self.form.show_record(self.record, writing.drafts_of(self.record_id))
        self.form.asked.connect(lambda: self.entries.close_form(self))
        self._changing = QWidget()
        box = QVBoxLayout(self._changing)
        box.setContentsMargins(t.S2, t.S2, t.S2, t.S2)
        box.setSpacing(t.S3)
        box.addWidget(self.form)
        done = Button(_("Keep the change"), lambda: self.entries.close_form(self), icon_name="check")
        as_was = LinkButton(_("Leave it as it was"), lambda: self.entries.as_was(self), icon_name="undo-2")
        box.addWidget(Flow(done, as_was, space=t.S3))
        self._box.insertWidget(1, self._changing)
        self._changing.show()
        self.entries.order_keys()
        self.form.begin()
        content.hide()  # after the focus has gone: Qt would give it to anything at all, and the part would be left

    def close_form(self) -> None:
        """Show the words again in place of the form."""
        inside = QApplication.focusWidget()
        if inside is not None and self.isAncestorOf(inside):
            self.entries.setFocus()
        if self._changing is not None:
            self._drop(self._changing)
        if self.panel is not None and not isinstance(self.panel, WordingPanel):
            self._drop(self.panel)
            self.panel = None
        self.form, self._changing = None, None
        self.make().show()

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*: all of the entry, then what is open under its words."""
        opened = [part for part in (self._changing, self.panel) if part is not None and part.isAncestorOf(inside)]
        return [[self], *([part] for part in opened)]

    def _drop(self, widget: QWidget) -> None:
        self._box.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        if self.form is not None:
            self.form.flush()
        if isinstance(self.panel, WordingPanel):
            self.panel.flush()

    # Before it was in sight

    def sizeHint(self) -> QSize:
        return super().sizeHint() if self._content is not None else QSize(em(20), self.heightForWidth(em(40)))

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint() if self._content is not None else QSize(em(8), t.TARGET + 4 * t.S2)

    def heightForWidth(self, width: int) -> int:
        """About the height it will have."""
        if self._content is not None:
            return super().heightForWidth(width)
        if not self._advances:
            metrics = QFontMetrics(self.font())
            self._advances = [
                metrics.horizontalAdvance(line)
                for words in (self.shown, self.more_words)
                for line in words.splitlines()
            ]
            self._line = metrics.height()
        stacked = width - 2 * t.S2 < em(STACKED)
        room = max(em(6), width - 4 * t.S2 - (0 if stacked else 4 * (t.TARGET + t.S1) + em(2)))
        lines = sum(1 + int(advance * 1.04) // room for advance in self._advances)
        linked = t.TARGET if self.part.kind in TOOLED else 0
        words = lines * self._line + 2 * t.S2 + (t.S1 if self.more_words else 0) + linked
        return 2 * t.S2 + (words + t.TARGET if stacked else max(words, t.TARGET))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._advances = []

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._content is None:
            self.entries.in_sight(self)
            painter = QPainter(self)
            inner = self.rect().adjusted(em(2) + t.S4, t.S4, -4 * (t.TARGET + t.S1), -t.S3)
            painter.drawText(inner, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), self.shown)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._content is None:
            self.make()
            found = stops(self._content or self)
            if found:
                found[-1 if event.reason() == Qt.FocusReason.BacktabFocusReason else 0].setFocus(event.reason())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt+Up and Alt+Down on any of its buttons: a button itself would pass the focus on. Delete takes it out."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                if self.entries.can_move and self.form is None:
                    self.entries.shift(self, by)
                return True
            if event.key() == Qt.Key.Key_Delete and self.form is None:
                self.entries.remove(self)
                return True
        return False


def stops(root: QWidget) -> list[QWidget]:
    """What Tab comes to inside *root*, in reading order."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.isHidden()
        and widget.focusProxy() is None
        and widget.window() is root.window()  # a menu is a window of its own
    ]


def chain(*widgets: QWidget) -> None:
    """Let Tab go from one to the next. None of them may hold another: Qt would begin behind all that is in it."""
    for before, after in itertools.pairwise(widgets):
        QWidget.setTabOrder(before, after)
