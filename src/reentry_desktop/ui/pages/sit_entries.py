"""The entries of one question in Sit together: what she said so far, large, and one box for more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ...actions import plans
from ...base.ids import Id
from ...base.problems import Refused
from ...base.words import _
from .. import tokens as t
from ..layouts import Flow
from ..widgets import Button, Icon, LinkButton, Notice, Sentence, announce, reveal
from .erasing import TakingBackPanel
from .plan_form import IconButton
from .sit_boxes import Confirm, Kept, SitForm
from .sit_frame import Big

if TYPE_CHECKING:
    from ...records.pack import Part
    from .plan_writing import Writing


class SitLine(QFrame):
    """One thing she said. It can be changed or taken out where it stands."""

    def __init__(self, words: str, more: str, record: Any, change: Callable[[], object]) -> None:
        super().__init__()
        self.record = record
        self.gone = False
        """Whether somebody else took it out while it was being changed here."""
        self.setProperty("part", "card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(t.S4, t.S2, t.S2, t.S2)
        self.column.setSpacing(t.S2)
        self.shown = QWidget()
        row = QHBoxLayout(self.shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(Sentence(words))
        if more:
            said.addWidget(Sentence(more, tone="muted"))
        row.addLayout(said, 1)
        self.change = IconButton("pencil", _("Change: {words}").format(words=words), change)
        row.addWidget(self.change)
        self.column.addWidget(self.shown)
        self.notice: Notice | None = None
        self.form: SitForm | None = None
        self.panel: TakingBackPanel | None = None

    def show_record(self, record: Any) -> None:
        """It stands in the plan like this now; what is being typed over it stays."""
        before, self.record, self.gone = self.record, record, False
        if self.form is not None and self.form.take_over(before, record):
            self._say(_("Somebody changed this entry meanwhile. What is typed here is kept."))

    def say_gone(self) -> None:
        """Somebody took it out: keeping the change brings it back."""
        self.gone = True
        self._say(_("Somebody removed this entry meanwhile. Keep the change to bring it back."))

    def _say(self, words: str) -> None:
        if self.notice is None:
            self.notice = Notice()
            self.column.addWidget(self.notice)
        self.notice.say(words)


class SitEntries(QWidget):
    """All she said to one question, and a box for more. ``enter`` when a key asks for the next question."""

    enter = Signal()
    typed = Signal()
    changed = Signal()

    def __init__(self, writing: Writing, part: Part, how: Callable[[], str]) -> None:
        super().__init__()
        self.writing, self.part, self.how = writing, part, how
        self.lines: dict[Id, SitLine] = {}
        self._gone: dict[Id, str] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S3)
        self._said = QWidget()
        self._list = QVBoxLayout(self._said)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(t.S2)
        box.addWidget(self._said)
        self.new = SitForm(writing, part, writing.new_id(part.key), prompt=writing.text(part.prompt))
        self.new.asked.connect(self.add)
        self.new.enter.connect(self._on_enter)
        for form in self.new.forms:
            form.changed.connect(self._on_typed)
        self.confirm = Confirm(self.add, self._drop)
        self.add_button = Big(_("Add"), self.add, icon_name="plus")
        self.add_button.setToolTip(_("Key: Ctrl+Enter"))
        self.kept = Kept()
        self.acts = Flow(self.add_button, self.kept, space=t.S4)
        if self.new.more is not None:
            self.acts.add(self.new.more)
        for widget in (self.new, self.confirm, self.acts):
            box.addWidget(widget)
        self.new.show_values(writing.drafts_of(self.new.record))
        self._look()
        self.show_lines()
        for record in list(self.lines):
            if writing.drafts_of(record):
                self.open_form(record)

    # What stands there

    def show_lines(self, focus: Id | None = None) -> None:
        """Show what stands in the plan, and what was just taken out. What is being typed over an entry stays."""
        open_ones = {key: line for key, line in self.lines.items() if line.form is not None}
        found: dict[Id, SitLine] = {}
        for place, record in enumerate(self.writing.records(self.part)):
            key = Id(record.id)
            if key in open_ones:
                found[key] = open_ones.pop(key)
                found[key].show_record(record)
            else:
                found[key] = self._line(place, record)
        for key, line in open_ones.items():
            if line.form is not None and line.form.touched():
                line.say_gone()
                found[key] = line
        self._clear(found)
        self.lines = found
        self._said.setVisible(bool(self.lines or self._gone))
        for line in self.lines.values():
            self._list.addWidget(line)
            line.show()  # only what is shown can take the focus
        for key, said in self._gone.items():
            self._list.addWidget(back := self._taken_out(key, said))
            back.show()
        if focus in self.lines:
            self.lines[focus].change.setFocus()

    def _line(self, place: int, record: Any) -> SitLine:
        said = str(record.name if self.part.kind == "supporter" else record.words or record.person)
        shown = f"{place + 1}. {said}" if self.part.kind == "step" else said
        return SitLine(shown, self.writing.details(self.part, record), record, lambda: self.open_form(Id(record.id)))

    def _clear(self, but: dict[Id, SitLine]) -> None:
        """Take away everything that is listed, *but* these."""
        inside = QApplication.focusWidget()
        while item := self._list.takeAt(0):
            widget = item.widget()
            if widget is None or widget in but.values():
                continue
            if inside is not None and widget.isAncestorOf(inside):
                self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
            widget.hide()
            widget.deleteLater()

    def _taken_out(self, record: Id, said: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(t.S4, 0, t.S2, 0)
        row.setSpacing(t.S3)
        row.addWidget(Icon("check", t.MUTED), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(Sentence(_("Taken out."), tone="muted"), 1)
        bring = LinkButton(_("Bring it back"), lambda: self._bring_back(record), icon_name="undo-2")
        bring.setAccessibleName(_("Bring it back: {words}").format(words=said))
        row.addWidget(bring)
        return line

    def open_form(self, record: Id) -> None:
        """Change an entry where it stands."""
        line = self.lines[record]
        if line.form is not None:
            return
        writing = self.writing
        line.form = SitForm(writing, self.part, record, prompt=writing.text(self.part.prompt))
        line.form.show_record(line.record, writing.drafts_of(record))
        line.form.asked.connect(lambda: self.close_form(record))
        line.form.enter.connect(lambda: self.close_form(record))
        line.shown.hide()
        line.column.addWidget(line.form)
        keep = Button(_("Keep the change"), lambda: self.close_form(record), icon_name="check")
        as_was = LinkButton(_("Leave it as it was"), lambda: self._as_was(record), icon_name="undo-2")
        out = LinkButton(_("Take it out"), lambda: self._take_out(record), icon_name="trash-2")
        gone = LinkButton(_("Erase it for good"), lambda: self._ask_erase(record), icon_name="x")
        line.column.addWidget(Flow(keep, as_was, out, gone, space=t.S3))
        line.form.begin()

    def close_form(self, record: Id, *, stay: bool = True) -> bool:
        """Keep what was changed in an entry."""
        line = self.lines[record]
        form = line.form
        assert form is not None
        form.flush()
        try:
            values = form.values()
            if form.touched():
                self._revise(line, values)
        except Refused as refused:
            form.show_problems(refused.fields)
            return False
        line.form = None
        self.writing.forget(record)
        self.show_lines(record if stay else None)
        self.changed.emit()
        return True

    def _revise(self, line: SitLine, values: dict[str, Any]) -> None:
        """Write what was changed; an entry that somebody removed meanwhile comes back with it."""
        record = line.record
        if line.gone:
            values = values | {"removed": False}
        if self.part.kind == "supporter":
            self.writing.do(plans.revise_supporter, record.id, **values)
        else:
            how = {"how_written": self.how()} if record.words != values["words"] else {}
            self.writing.do(plans.revise_item, record.id, **values, **how)

    def _as_was(self, record: Id) -> None:
        self.writing.forget(record)
        self.lines[record].form = None
        self.show_lines(record)

    def _take_out(self, record: Id) -> None:
        stands = self.lines[record].record
        supporter = self.part.kind == "supporter"
        self.lines[record].form = None
        self.writing.forget(record)
        self.writing.do(plans.remove_supporter if supporter else plans.remove_item, record)
        self._gone[record] = str(stands.name if supporter else stands.words or stands.person)
        self.show_lines()
        self.new.begin()
        announce(self, _("Taken out."))
        self.changed.emit()

    def _ask_erase(self, record: Id) -> None:
        """She takes these words back: say what that means first."""
        line, page = self.lines[record], self.writing.page
        if line.panel is None:
            line.panel = TakingBackPanel(
                page, self.writing.whole.plan.participant, record, closed=lambda: self._as_was(record),
                erased=lambda: self._erased(record), told=lambda said: page.problem.say(said, "ok"),
            )  # fmt: skip
            line.column.addWidget(line.panel)
            line.panel.show()
        line.panel.begin()

    def _erased(self, record: Id) -> None:
        self.lines[record].form = None
        self.writing.read()
        self.show_lines()
        self.new.begin()
        self.changed.emit()

    def _bring_back(self, record: Id) -> None:
        del self._gone[record]
        if self.part.kind == "supporter":
            self.writing.do(plans.revise_supporter, record, removed=False)
        else:
            self.writing.do(plans.restore_item, record)
        self.show_lines(record)
        self.changed.emit()

    # One more

    def _on_typed(self, _key: str) -> None:
        self.kept.hide()
        self._look()
        self.typed.emit()

    def _look(self) -> None:
        """An idea that stands in the box as it was put there is asked about; her own words are simply added."""
        idea = bool(self.new.proposal) and self.new.has_words() and self.new.is_bare()
        reveal(self.confirm, idea)
        reveal(self.add_button, not idea)

    def belonging(self, inside: QWidget) -> tuple[QWidget, QWidget]:
        """What should be in sight with what has the focus: a box and its buttons, or the whole of an entry."""
        rows = [row for form in self.new.forms for row in form.rows.values()]
        wrong = next((row.error for row in rows if row.error.text() and row.isAncestorOf(inside)), None)
        if wrong is not None:
            return wrong, wrong  # the box may be higher than all there is room for
        if self.new.isAncestorOf(inside) or self.confirm.isAncestorOf(inside):
            return self.new, self.confirm if self.confirm.isVisible() else self.acts
        around = next((line for line in self.lines.values() if line.form and line.isAncestorOf(inside)), inside)
        return around, around

    def _on_enter(self) -> None:
        """Enter keeps what stands in the box and stays; with nothing in it, it goes on."""
        if self.ask_about_idea():
            return
        if self.new.has_words():
            self.add()
        else:
            self.enter.emit()

    def ask_about_idea(self) -> bool:
        """Whether an idea stands there that nobody confirmed: then she is asked now."""
        if not self.confirm.isVisibleTo(self):
            return False
        self.confirm.ask()
        return True

    def fold(self, *, tight: bool) -> None:
        """In a small window the box comes before what she said already."""
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.removeWidget(self._said)
        box.insertWidget(box.count() if tight else 0, self._said)

    def propose(self, idea: str) -> None:
        """Put an idea into the box; words that stand there are added first, so that none is lost."""
        if self.new.has_words() and not self.new.is_bare() and not self.add():
            return
        self.kept.hide()
        self.new.propose(idea)
        self._look()

    def _drop(self) -> None:
        self.writing.forget(self.new.record)
        self.new.proposal = ""
        self.new.show_values({})
        self._look()
        self.new.begin()

    def add(self) -> bool:
        """Make an entry of the box: this is her saying that these are her words."""
        if not self.new.has_words() or not self._make():
            self.new.begin()
            return False
        self.kept.say()
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
        self._look()
        self.show_lines()
        self.changed.emit()
        return True

    # Keeping

    def flush(self) -> None:
        """Keep every key as a draft, now."""
        self.new.flush()
        for line in self.lines.values():
            if line.form is not None:
                line.form.flush()

    def settle(self) -> bool:
        """The question is left: what was typed becomes entries. False where something must be looked at first."""
        self.flush()
        fine = []
        for record in list(self.lines):
            line = self.lines.get(record)
            if line is not None and line.form is not None:
                fine.append(self.close_form(record, stay=False))
        if self.new.has_words() and not self.new.is_bare():
            fine.append(self._make())
        return all(fine)

    def read_again(self) -> None:
        """The plan was changed elsewhere: show it; what is being typed stays."""
        self.show_lines()

    def begin(self) -> None:
        """Put the focus into the box."""
        self.new.begin()
