"""The entries of one part of her plan, each where it stands: added, changed, moved, taken out and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ...actions import plans
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import _
from .. import tokens as t
from ..layouts import Flow
from ..style import em
from ..widgets import Button, Icon, LinkButton, Sentence
from .plan_form import EntryForm, IconButton
from .plan_writing import Writing, headline

if TYPE_CHECKING:
    from ...records.pack import Part

STACKED = 30
"""em of width under which the buttons of an entry stand below its words."""


class EntryRow(QFrame):
    """One entry: her words, what is known besides, and what can be done with it. Alt+Up and Alt+Down move it."""

    def __init__(self, entries: Entries, record: Any, place: int, count: int) -> None:
        super().__init__()
        self.entries, self.record_id = entries, Id(record.id)
        writing, part = entries.writing, entries.part
        self.name = headline(part, record)
        self.setProperty("part", "card")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(t.S4, t.S2, t.S2, t.S2)
        self._row.setSpacing(t.S3)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, t.S2, 0, t.S2)
        column.setSpacing(t.S1)
        shown = f"{place + 1}. {self.name}" if part.kind == "step" else self.name
        column.addWidget(Sentence(shown))
        if more := writing.details(part, record):
            column.addWidget(Sentence(more, tone="muted", role="small"))
        if part.kind == "step":
            column.addWidget(self._tools())
        column.addStretch()
        acts = QWidget()
        buttons = QHBoxLayout(acts)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(t.S1)
        self.up = IconButton("marks/up", _("Move up: {words}").format(words=self.name), lambda: entries.shift(self, -1))
        self.down = IconButton(
            "marks/down", _("Move down: {words}").format(words=self.name), lambda: entries.shift(self, 1)
        )
        self.edit = IconButton("pencil", _("Change: {words}").format(words=self.name), self.open_form)
        self.remove = IconButton("trash-2", _("Remove: {words}").format(words=self.name), lambda: entries.remove(self))
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
        for button in (self.up, self.down, self.edit, self.remove):
            button.installEventFilter(self)
            buttons.addWidget(button)
        self.up.setVisible(entries.can_move)
        self.down.setVisible(entries.can_move)
        buttons.addStretch()
        self._row.addWidget(words, 1)
        self._row.addWidget(acts, 0, Qt.AlignmentFlag.AlignTop)
        self._parts = (words, acts)
        self.form: EntryForm | None = None
        self._record = record

    def _tools(self) -> QWidget:
        """The tools named in a step, and the way to name one."""
        writing = self.entries.writing
        place = QWidget()
        box = QVBoxLayout(place)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S1)
        linked = writing.whole.uses.get(self.record_id, [])
        for tool in writing.whole.items.get("tools", []):
            if tool.id in linked:
                line = QHBoxLayout()
                line.setSpacing(t.S2)
                line.addWidget(Icon("sprout", t.PRIMARY, size=1), 0, Qt.AlignmentFlag.AlignTop)
                line.addWidget(Sentence(tool.words, tone="primary", role="small"), 1)
                box.addLayout(line)
        self.link = LinkButton(_("Name a tool"), self._choose_tool, icon_name="plus")
        self.link.setAccessibleName(_("Name a tool for: {words}").format(words=self.name))
        self.link.installEventFilter(self)
        box.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        return place

    def tool_menu(self) -> QMenu:
        """Her tools, each to be named here or taken out."""
        writing = self.entries.writing
        menu = QMenu(self)
        tools = writing.whole.items.get("tools", [])
        for tool in tools:
            action = menu.addAction(tool.words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(tool.id in writing.whole.uses.get(self.record_id, ()))
            action.triggered.connect(lambda on, tool=tool.id: self.entries.link(self, tool, on=on))
        if not tools:
            title = writing.text(writing.whole.pack.parts()["tools"].title)
            none = menu.addAction(_("No tools yet. They are written in “{part}”.").format(part=title))
            none.setEnabled(False)
        return menu

    def _choose_tool(self) -> None:
        self.tool_menu().popup(self.link.mapToGlobal(self.link.rect().bottomLeft()))

    def open_form(self) -> None:
        """Change the entry where it stands."""
        if self.form is not None:
            return
        writing = self.entries.writing
        self.form = EntryForm(writing, self.entries.part, self.record_id, more=True)
        drafts = writing.drafts_of(self.record_id)
        values = {key: getattr(self._record, key) for key in writing.columns(self.entries.part)}
        self.form.show_values(values | drafts)
        self.form.asked.connect(lambda: self.entries.close_form(self))
        for widget in self._parts:
            widget.hide()
        column = QWidget()
        box = QVBoxLayout(column)
        box.setContentsMargins(0, t.S2, t.S2, t.S2)
        box.setSpacing(t.S3)
        box.addWidget(self.form)
        done = Button(_("Keep the change"), lambda: self.entries.close_form(self), icon_name="check")
        as_was = LinkButton(_("Leave it as it was"), lambda: self.entries.as_was(self), icon_name="undo-2")
        box.addWidget(Flow(done, as_was, space=t.S3))
        self._row.addWidget(column, 1)
        self.form.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if self.width() < em(STACKED) else way.LeftToRight)
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt+Up and Alt+Down on any of its buttons: a button itself would pass the focus on."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                if self.entries.can_move and self.form is None:
                    self.entries.shift(self, by)
                return True
        return False


class Entries(QWidget):
    """All entries of a part, and a box for a new one."""

    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str]) -> None:
        super().__init__()
        self.writing, self.part, self.how = writing, part, how
        self.can_move = part.kind != "supporter"
        self.rows: dict[Id, EntryRow] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S2)
        self._list = QVBoxLayout()
        self._list.setSpacing(t.S2)
        box.addLayout(self._list)
        self.new = EntryForm(writing, part, writing.new_id(part.key), more=False)
        self.new.asked.connect(self.add)
        self.add_button = Button(_("Add to the plan"), self.add, icon_name="plus")
        box.addSpacing(t.S1)
        box.addWidget(self.new)
        box.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.new.show_values(writing.drafts_of(self.new.record))
        self.show_rows()
        for record, row in self.rows.items():
            if writing.drafts_of(record):
                row.open_form()

    def show_rows(self, focus: Id | None = None, button: str = "edit") -> None:
        """Show what stands in the plan; put the focus back where it was."""
        inside = QApplication.focusWidget()
        if inside is not None and any(row.isAncestorOf(inside) for row in self.rows.values()):
            self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
        while item := self._list.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        records = self.writing.records(self.part)
        for place, record in enumerate(records):
            row = EntryRow(self, record, place, len(records))
            self.rows[row.record_id] = row
            self._list.addWidget(row)
            row.show()  # only what is shown can take the focus
        if focus in self.rows:
            wanted = getattr(self.rows[focus], button)
            (wanted if wanted.isEnabled() else self.rows[focus].edit).setFocus()

    def add(self) -> bool:
        """Make an entry of the new box: this is her saying that these are her words."""
        if not self.new.has_words():
            self.new.begin()
            return False
        if not self._make():
            return False
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
        self.show_rows()
        self.changed.emit()
        return True

    def close_form(self, row: EntryRow, *, stay: bool = True) -> bool:
        """Keep what was changed in an entry; the focus stays with it, or is elsewhere already."""
        assert row.form is not None
        row.form.flush()
        try:
            values = row.form.values()
            if self.part.kind == "supporter":
                self.writing.do(plans.revise_supporter, row.record_id, **values)
            else:
                now = next(r for r in self.writing.records(self.part) if r.id == row.record_id)
                how = {"how_written": self.how()} if now.words != values["words"] else {}
                self.writing.do(plans.revise_item, row.record_id, **values, **how)
        except Refused as refused:
            row.form.show_problems(refused.fields)
            return False
        self.writing.forget(row.record_id)
        self.show_rows(row.record_id if stay else None)
        self.changed.emit()
        return True

    def as_was(self, row: EntryRow) -> None:
        """Forget what was typed over an entry."""
        self.writing.forget(row.record_id)
        self.show_rows(row.record_id)

    def remove(self, row: EntryRow) -> None:
        """Take an entry out; Undo brings it back."""
        gone = row.record_id
        supporter = self.part.kind == "supporter"
        self.writing.forget(gone)
        self.writing.do(plans.remove_supporter if supporter else plans.remove_item, gone)
        ids = list(self.rows)
        after = ids[min(ids.index(gone) + 1, len(ids) - 1)] if len(ids) > 1 else None
        if after == gone:
            after = ids[-2]
        self.show_rows(after)
        if after is None:
            self.new.begin()
        self.changed.emit()

        def back() -> None:
            if supporter:
                self.writing.do(plans.revise_supporter, gone, removed=False)
            else:
                self.writing.do(plans.restore_item, gone)
            self.writing.page.refresh()

        self.writing.page.shell.toast(_("Removed one entry."), back, act=_("remove an entry"))

    def shift(self, row: EntryRow, by: int) -> None:
        """Move an entry up or down by one place."""
        ids = list(self.rows)
        at = ids.index(row.record_id) + by
        if not 0 <= at < len(ids):
            return
        ids.remove(row.record_id)
        self.writing.do(plans.move_item, row.record_id, ids[at - 1] if at else None)
        self.show_rows(row.record_id, "up" if by < 0 else "down")
        self.changed.emit()

    def link(self, row: EntryRow, tool: Id, *, on: bool) -> None:
        """Name a tool in a step, or take it out."""
        self.writing.do(plans.link_tool if on else plans.unlink_tool, row.record_id, tool)
        self.show_rows(row.record_id, "link")
        self.changed.emit()

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.new.flush()
        for row in self.rows.values():
            if row.form is not None:
                row.form.flush()

    def settle(self) -> None:
        """The question is left: what was typed becomes entries. What cannot yet stays a draft."""
        self.flush()
        for row in list(self.rows.values()):
            if row.form is not None:
                self.close_form(row, stay=False)
        if self.new.has_words() and not self.new.is_bare():
            self._make()

    def begin(self) -> None:
        """Put the focus into the box for a new entry."""
        self.new.begin()
