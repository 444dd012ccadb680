"""The entries of one part of her plan, each where it stands: added, changed, moved, taken out and brought back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import LANGUAGES, _, ngettext
from .. import tokens as t
from ..widgets import Button, Notice, Sentence
from .plan_drag import DropLine
from .plan_find import mark_in_words
from .plan_form import EntryForm
from .plan_row import EntryRow, chain, stops
from .plan_words import open_wording
from .plan_writing import MORE, Writing

if TYPE_CHECKING:
    from ...records.pack import Part


class Entries(QWidget):
    """All entries of a part, and a box for a new one. ``stray``: words the pack has no part for, to read and remove."""

    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str]) -> None:
        super().__init__()
        self.writing, self.part, self.how = writing, part, how
        self.stray = writing.group_of(part.key) == MORE
        self._narrow = False
        self.can_move = part.kind != "supporter" and not self.stray
        self.rows: dict[Id, EntryRow] = {}
        self._wanted: set[Id] = set()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._make_wanted)
        box = self._box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S2)
        self._above = QWidget(self)  # out of sight; where Tab comes from has to be something that may have the focus
        self._above.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._above.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(t.S2)
        box.addLayout(self._list)
        self.drop = DropLine(self)
        self.new = EntryForm(writing, part, writing.new_id(part.key), more=False)
        self.new.asked.connect(self.add)
        self.add_button = Button(_("Add to the plan"), self.add, icon_name="plus")
        self.count = Sentence(tone="muted", role="small")
        self.adding = QWidget()
        below = QVBoxLayout(self.adding)
        below.setContentsMargins(0, t.S2, 0, 0)
        below.setSpacing(t.S2)
        below.addWidget(self.new)
        below.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self.count)
        box.addWidget(self.adding)
        self.withheld = Notice("", "warn")
        box.addWidget(self.withheld)
        self.count.hide()
        self.adding.setVisible(not self.stray)
        self.new.show_values(writing.drafts_of(self.new.record))
        self.show_rows()
        for record, row in self.rows.items():
            if writing.drafts_of(record):
                row.open_form()

    def fold(self, *, narrow: bool) -> None:
        """In a narrow window the box stands right under the question, else it were a long way below it."""
        self._narrow = narrow
        self._box.removeWidget(self.adding)
        self._box.insertWidget(0 if narrow else self._box.count(), self.adding)
        self._count()
        self.order_keys()

    def _count(self) -> None:
        """How many entries stand below the box, where what is added there may be out of sight."""
        said = ngettext("{count} entry stands below.", "{count} entries stand below.", len(self.rows))
        self.count.setText(said.format(count=len(self.rows)))
        self.count.setVisible(self._narrow and bool(self.rows))

    def around(self, inside: QWidget) -> list[list[QWidget]]:
        """What should be in sight with *inside*: a box with its buttons, or the whole of an entry."""
        if self.adding.isAncestorOf(inside):
            return [[self.new, self.add_button]]
        row = next((row for row in self.rows.values() if row.isAncestorOf(inside)), None)
        return row.around(inside) if row is not None else []

    # What stands there

    def print_of(self, record: Any) -> tuple[Any, ...]:
        """Everything a row shows of *record*: while it is the same, the row stays as it is."""
        writing, whole = self.writing, self.writing.whole
        tools = {tool.id: tool.words for tool in whole.items.get("tools", ())}
        return (
            tuple(getattr(record, key) for key in writing.columns(self.part)),
            getattr(record, "in_my_room", False),
            tuple(tools.get(tool, "") for tool in whole.uses.get(record.id, ())),
            tuple(whole.used_in.get(record.id, ())),
            tuple(writing.wordings(record.id).items()),
            tuple(writing.wording_begun(Id(record.id), code) for code in LANGUAGES),
            (writing.language, writing.wording_language),
        )

    def show_rows(self, focus: Id | None = None, button: str = "edit") -> None:
        """Show what stands in the plan; rows that are the same stay. The focus goes to *button* of entry *focus*."""
        before, rows = self.rows, {}
        records = self.writing.records(self.part)
        for place, record in enumerate(records):
            row = before.pop(Id(record.id), None)
            if row is None:
                row = EntryRow(self, record)
            else:
                row.show_record(record)
            row.stand(place, len(records))
            rows[row.record_id] = row
        for gone in before.values():
            if gone.form is not None and gone.form.touched():
                gone.say_gone()  # what is being typed over it stays in sight
                rows[gone.record_id] = gone
            else:
                self._take_away(gone)
        self.rows = rows
        self._warn()
        self._arrange()
        self._count()
        if focus in rows:
            wanted = getattr(rows[focus], button)
            (wanted if wanted.isEnabled() else rows[focus].edit).setFocus()

    def _warn(self) -> None:
        """Say where a supporter may be somebody who must never be told."""
        if self.part.kind != "supporter":
            return
        found = self.writing.withheld()
        self.withheld.say(" ".join(dict.fromkeys(match.sentence for match in found)), "warn")

    def _take_away(self, row: EntryRow) -> None:
        inside = QApplication.focusWidget()
        if inside is not None and row.isAncestorOf(inside):
            self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _arrange(self) -> None:
        """Every row at its place, for the eye and for the Tab key."""
        for place, row in enumerate(self.rows.values()):
            if self._list.indexOf(row) != place:
                self._list.removeWidget(row)
                self._list.insertWidget(place, row)
                row.show()  # only what is shown can take the focus
        self.order_keys()

    def order_keys(self) -> None:
        """Let Tab go through all as it stands: what is made late would else come last of all."""
        rows = [stop for row in self.rows.values() for stop in stops(row) or (row,)]
        new = stops(self.adding)
        chain(self._above, *([*new, *rows] if self._narrow else [*rows, *new]))

    def in_sight(self, row: EntryRow) -> None:
        """A row is being painted that has no contents yet: they are made right after."""
        self._wanted.add(row.record_id)
        self._turn.start()

    def _make_wanted(self) -> None:
        wanted, self._wanted = self._wanted, set()
        for record in wanted:
            if record in self.rows:
                self.rows[record].make(order=False)
        self.order_keys()

    # Adding and changing

    def add(self) -> bool:
        """Make an entry of the new box: this is her saying that these are her words."""
        if not self.new.has_words():
            self.new.begin()
            return False
        if not self._make():
            return False
        self.new.begin()
        return True

    def _make(self, *, focus: bool = True) -> bool:
        try:
            self.writing.acts.add(self.part, self.new.values(), self.how())
        except Refused as refused:
            self.new.flush()
            self.new.show_problems(refused.fields, focus=focus)
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
            if row.gone:
                values["removed"] = False
            if row.form.touched():
                self.writing.acts.change(self.part, row.record, values, self.how())
        except Refused as refused:
            row.form.show_problems(refused.fields, focus=stay)
            return False
        self.writing.forget(row.record_id)
        row.close_form()
        self.show_rows(row.record_id if stay else None)
        self.changed.emit()
        return True

    def as_was(self, row: EntryRow) -> None:
        """Forget what was typed over an entry."""
        self.writing.forget(row.record_id)
        row.close_form()
        self.show_rows(row.record_id)

    def remove(self, row: EntryRow) -> None:
        """Take an entry out; Undo brings it back."""
        gone = row.record_id
        self.writing.forget(gone)
        act = self.writing.acts.remove(self.part, gone)
        ids = list(self.rows)
        at = ids.index(gone)
        after = ids[at + 1] if at + 1 < len(ids) else ids[at - 1] if at else None
        if row.form is not None:
            row.close_form()
        self.show_rows(after)
        if after is None:
            self.begin()
        self.changed.emit()
        acts = self.writing.acts
        shell = self.writing.page.shell
        shell.toast(_("Removed one entry."), lambda: acts.stack.undo_this(act), act=act.text())

    def shift(self, row: EntryRow, by: int) -> None:
        """Move an entry up or down by one place."""
        ids = list(self.rows)
        at = ids.index(row.record_id) + by
        if not 0 <= at < len(ids):
            return
        ids.remove(row.record_id)
        self.move_behind(row, ids[at - 1] if at else None, "up" if by < 0 else "down")

    def move_behind(self, row: EntryRow, after: Id | None, button: str = "more") -> None:
        """Put an entry behind another one, or first."""
        ids = list(self.rows)
        at = ids.index(row.record_id)
        self.writing.acts.move(self.part, row.record_id, ids[at - 1] if at else None, after)
        self.show_rows(row.record_id, button)
        self.changed.emit()

    def link(self, row: EntryRow, tool: Id, *, on: bool) -> None:
        """Name a tool in a step, or take it out."""
        self.writing.acts.link(self.part, row.record_id, tool, on=on)
        self.show_rows(row.record_id, "link")
        self.changed.emit()

    # Keeping

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.new.flush()
        for row in self.rows.values():
            row.flush()

    def settle(self) -> None:
        """The question is left: what was typed becomes entries. What cannot yet stays a draft."""
        self.flush()
        for row in list(self.rows.values()):
            if row.form is not None:
                self.close_form(row, stay=False)
        if not self.stray and self.new.has_words() and not self.new.is_bare():
            self._make(focus=False)

    def read_again(self) -> None:
        """The plan was changed elsewhere: show it; what is being typed stays."""
        self.show_rows()

    def show_record(self, record: Id) -> bool:
        """Put the focus on an entry, or into what was being typed under that name. Whether it is here."""
        wording = Id(self.writing.worded_by(record))
        row = self.rows.get(wording or record)
        if row is not None and wording:
            open_wording(row)
        elif row is not None and row.form is not None:
            row.form.begin()
        elif row is not None:
            row.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif record == self.new.record:
            self.begin()
        else:
            return False
        return True

    def mark(self, record: Id, wanted: str) -> None:
        """Mark the words that were looked for, in an entry."""
        row = self.rows.get(record)
        if row is not None:
            mark_in_words(row.make(), wanted)

    def begin(self) -> None:
        """Put the focus into the box for a new entry."""
        if not self.stray:
            self.new.begin()
        elif self.rows:
            next(iter(self.rows.values())).edit.setFocus()
