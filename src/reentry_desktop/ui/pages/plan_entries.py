"""The entries of one part of her plan, each where it stands: added, changed, moved, taken out and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QMenu, QPlainTextEdit, QVBoxLayout, QWidget

from ...actions import plans
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import _
from .. import tokens as t
from ..editors import Note
from ..form import RecordForm
from ..layouts import Flow
from ..style import em
from ..widgets import Button, LinkButton, Pill, Sentence
from .plan_writing import PERSON_FIRST, Writing, headline

if TYPE_CHECKING:
    from ...records.pack import Part

STACKED = 30
"""em of width under which the buttons of an entry stand below its words."""


def icon_button(icon_name: str, name: str, press: Any) -> Button:
    """A button with a drawing only; its name is said and shown as a hint."""
    button = Button("", press, icon_name=icon_name)
    button.setProperty("square", True)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


class EntryForm(QWidget):
    """The fields of one entry, new or standing there. Each key is kept as a draft; ``asked`` says it is ready."""

    asked = Signal()

    def __init__(self, writing: Writing, part: Part, record: str, *, more: bool) -> None:
        super().__init__()
        self.writing, self.part, self.record = writing, part, record
        self.proposal = ""
        """An idea put into the box by a tap. Until somebody confirms or rewords it, it is nobody's words."""
        keys = list(writing.columns(part))
        self.first = keys[0]
        specs = writing.specs(part)
        now = keys if more or part.kind in (*PERSON_FIRST, "supporter") else keys[:1]
        later = [key for key in keys if key not in now]
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self.forms = [RecordForm(specs, only=now, today=writing.today)]
        box.addWidget(self.forms[0])
        self.more: LinkButton | None = None
        if later:
            rest = RecordForm(specs, only=later, today=writing.today)
            rest.hide()
            self.forms.append(rest)
            self.more = LinkButton(_("Say more about it"), icon_name="chevron-right")
            self.more.clicked.connect(self.show_more)
            box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
            box.addWidget(rest)
        for form in self.forms:
            form.settled.connect(self._keep)
            for editor in form.editors.values():
                if isinstance(editor, Note):
                    editor.lines = 2
                    editor._grow()
                editor.target().installEventFilter(self)

    def show_more(self) -> None:
        """Show the fields besides her words."""
        if self.more is not None:
            self.more.hide()
            self.forms[1].show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter adds the entry; Shift+Enter begins a new line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if isinstance(watched, QPlainTextEdit | QLineEdit) and plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.asked.emit()
                return True
        return False

    def show_values(self, values: dict[str, Any]) -> None:
        """Show what stands there, and what was being typed over it."""
        for form in self.forms:
            form.show_values(values)
        if len(self.forms) > 1 and any(values.get(key) for key in self.forms[1].editors):
            self.show_more()

    def propose(self, words: str) -> None:
        """Put an idea into the box, to be confirmed or reworded."""
        self.proposal = words
        editor = self.forms[0].editors[self.first]
        editor.set(words)
        target = editor.target()
        target.setFocus()
        if isinstance(target, QPlainTextEdit):
            target.selectAll()

    def typed(self) -> dict[str, str]:
        """What stands in the fields as text."""
        return {key: text for form in self.forms for key, text in form.typed().items()}

    def is_bare(self) -> bool:
        """Whether nothing stands here but an idea nobody has confirmed."""
        typed = self.typed()
        words = typed.pop(self.first).strip()
        return words in ("", self.proposal.strip()) and not any(text.strip() for text in typed.values())

    def has_words(self) -> bool:
        """Whether it can become an entry."""
        typed = self.typed()
        return any(typed.get(key, "").strip() for key in ("words", "person", "name"))

    def values(self) -> dict[str, Any]:
        """The values of the fields. Raises ``Refused``, shown beside them."""
        found: dict[str, Any] = {}
        for form in self.forms:
            try:
                found |= form.values()
            except Refused as refused:
                form.show_problems(refused.fields)
                raise
        return {key: value for key, value in found.items() if not (value is None and key.startswith("agreed"))}

    def show_problems(self, problems: dict[str, str]) -> None:
        """Say what is wrong, each beside its field."""
        for form in self.forms:
            if any(key in problems for key in form.editors):
                form.show_problems(problems)

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        for form in self.forms:
            form.flush()

    def begin(self) -> None:
        """Put the focus into the first field."""
        self.forms[0].editors[self.first].setFocus()

    def _keep(self, key: str, text: str) -> None:
        if key == self.first and self.proposal and text.strip() == self.proposal.strip():
            return
        self.writing.keep(self.record, key, text)


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
        self.up = icon_button("marks/up", _("Move up: {words}").format(words=self.name), lambda: entries.move(self, -1))
        self.down = icon_button(
            "marks/down", _("Move down: {words}").format(words=self.name), lambda: entries.move(self, 1)
        )
        self.edit = icon_button("pencil", _("Change: {words}").format(words=self.name), self.open_form)
        self.remove = icon_button("trash-2", _("Remove: {words}").format(words=self.name), lambda: entries.remove(self))
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
        for button in (self.up, self.down, self.edit, self.remove):
            button.setProperty("kind", "quiet")
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
        flow = Flow(space=t.S2)
        tools = writing.whole.items.get("tools", [])
        linked = writing.whole.uses.get(self.record_id, [])
        for tool in tools:
            if tool.id in linked:
                flow.add(Pill(tool.words, "primary", icon_name="sprout"))
        self.link = LinkButton(_("Name a tool"), self._choose_tool, icon_name="plus")
        self.link.setAccessibleName(_("Name a tool for: {words}").format(words=self.name))
        flow.add(self.link)
        return flow

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self.entries.can_move and self.form is None:
            if event.key() == Qt.Key.Key_Up and self.up.isEnabled():
                self.entries.move(self, -1)
                return
            if event.key() == Qt.Key.Key_Down and self.down.isEnabled():
                self.entries.move(self, 1)
                return
        super().keyPressEvent(event)


class Entries(QWidget):
    """All entries of a part, and a box for a new one."""

    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Any) -> None:
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
                self.writing.do(
                    plans.add_item, self.writing.plan, self.part.key, how_written=self.how(), **values
                )
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

    def move(self, row: EntryRow, by: int) -> None:
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
