"""Before a print goes to her room, each line on it is gone through with her; any of them comes off at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from ...actions.fine_on_paper import marked, sorted_out, telling_names
from ...base.ids import Id
from ...base.words import _, ngettext
from .. import tokens as t
from ..layouts import Stack
from ..style import em
from ..widgets import Card, LinkButton, Sentence

if TYPE_CHECKING:
    from ...actions.plans import Contents

SHOWN = 200
"""Characters of a line in the list: enough to know it by."""


def all_left_out(whole: Contents) -> list[tuple[str, str]]:
    """Where no print was made, because nothing she marked may stand on it: her words, each with the reason."""
    names = telling_names(whole)
    return [left for found in marked(whole) for left in sorted_out(whole, found, names)[1]]


class _Words(Sentence):
    """The words beside a check: a click on them is a click on it."""

    def __init__(self, check: QCheckBox) -> None:
        super().__init__()
        self.check = check
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.check.click()


class RoomReview(Card):
    """The lines with a check each. ``marked(record, on)`` when she says yes or no to one."""

    marked = Signal(str, bool)

    def __init__(self, go_to_plan: Callable[[], object]) -> None:
        super().__init__(_("Go through each line with her"))
        self.checks: dict[Id, QCheckBox] = {}
        self._words: dict[Id, _Words] = {}
        note = _("Paper in a room can be found in a search. Take the check off any line she does not want there.")
        self.add(Sentence(note, tone="muted"))
        self.count = Sentence(role="strong")
        self.add(self.count)
        self.lines = Stack(space=0)
        self.add(self.lines)
        self.add(LinkButton(_("Mark more lines in her plan"), go_to_plan, icon_name="arrow-right"))

    def begin(self) -> None:
        """Show no lines of anybody."""
        for check in self.checks.values():
            row = check.parentWidget()
            if row is not None:
                row.hide()
                row.deleteLater()
        self.checks, self._words = {}, {}

    def begin_here(self) -> None:
        """Put the focus on the first line."""
        next(iter(self.checks.values())).setFocus()

    def show_lines(self, lines: Iterable[tuple[Id, str]]) -> None:
        """Show what is on the print. One that was just taken off stays, without its check: she may change her mind."""
        on = dict(lines)
        for record, words in on.items():
            if record not in self.checks:
                self._put(record)
            self._say(record, words)
        for record, check in self.checks.items():
            check.setChecked(record in on)
        n = len(on)
        words = ngettext("{n} line is on this print.", "{n} lines are on this print.", n).format(n=n)
        self.count.setText(words if n else _("No line is on this print. She marks each one in her plan."))

    def _put(self, record: Id) -> None:
        check = QCheckBox()
        check.setFixedWidth(em(2.5))
        check.clicked.connect(lambda on=False: self.marked.emit(record, on))
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, t.S1)
        box.setSpacing(t.S2)
        top = Qt.AlignmentFlag.AlignTop
        box.addWidget(check, 0, top)
        self._words[record] = _Words(check)
        box.addWidget(self._words[record], 1, Qt.AlignmentFlag.AlignVCenter)
        self.checks[record] = check
        self.lines.add(row)

    def _say(self, record: Id, words: str) -> None:
        """The words as they are printed now: somebody may have changed them since they were shown."""
        words = words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip()}…"
        self._words[record].setText(words)
        self.checks[record].setAccessibleName(words)
