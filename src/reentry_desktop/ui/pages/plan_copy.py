"""Copy her words from an earlier plan: which plan, which parts, and every line that would be copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from ...actions import plan_versions, plans
from ...base.ids import Id
from ...base.words import _, ngettext
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Stack
from ..widgets import LinkButton, PrimaryButton, Sentence
from .plan_steps import Step

if TYPE_CHECKING:
    from ...records.plan import Plan
    from .plan_writing import Writing

LINES = 4
"""Lines of a part that are shown; the rest is counted."""


class CopyStep(Step):
    """Choose a plan and its parts; see what would come; copy it behind what stands here."""

    def __init__(self, writing: Writing, earlier: list[Plan], copy: Callable[[Id, list[str]], object]) -> None:
        words = _("Her words are put behind what stands here. The earlier plan stays as it is.")
        super().__init__(_("Copy from an earlier plan"), words, width=48)
        self.writing, self._copy = writing, copy
        names = [
            (str(plan.id), _("The plan of {day}").format(day=show_day(plan.started_on or plan.offered_on)))
            for plan in earlier
        ]
        self.plan = ChoiceBox(names, required=True)
        self.plan.set(names[0][0])
        self.plan.changed.connect(self._show_parts)
        self.stack.add(FieldRow(_("Which plan"), self.plan))
        self._parts = Stack(space=t.S1)
        self.boxes: dict[str, QCheckBox] = {}
        self._lines: dict[str, list[str]] = {}
        self.all_button = LinkButton(_("Choose every part"), self._all)
        self.stack.add(self.all_button)
        self.stack.add(self._parts)
        self.act_button = PrimaryButton("", self._go, icon_name="copy")
        self.acts(self.act_button)
        self._show_parts()

    def _show_parts(self) -> None:
        desk = self.writing.page.shell.desk
        old = desk.read(plans.contents, Id(str(self.plan.get())))
        self._lines = plan_versions.what_copies(old, self.writing.whole)
        place = self.stack.box.indexOf(self._parts)
        self.stack.box.removeWidget(self._parts)
        self._parts.hide()
        self._parts.deleteLater()
        self._parts = Stack(space=t.S1)
        self.boxes = {}
        for key, lines in self._lines.items():
            title = self.writing.text(self.writing.parts[key].title)
            box = QCheckBox(f"{title} ({len(lines)})".replace("&", "&&"))
            box.toggled.connect(self._count)
            self.boxes[key] = box
            self._parts.add(box)
            shown = [_short(line) for line in lines[:LINES]]
            if len(lines) > LINES:
                shown.append(_("and {count} more").format(count=len(lines) - LINES))
            self._parts.add(Sentence("\n".join(shown), tone="muted", role="small", wide=True))
        if not self._lines:
            self._parts.add(Sentence(_("Nothing in that plan is missing here."), tone="muted"))
        self.all_button.setVisible(bool(self._lines))
        self.stack.box.insertWidget(place, self._parts)
        self._parts.show()
        self._count()

    def _all(self) -> None:
        for box in self.boxes.values():
            box.setChecked(True)
        self.act_button.setFocus()

    def chosen(self) -> list[str]:
        """The parts that are marked."""
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def _count(self, _on: bool = False) -> None:
        count = sum(len(self._lines[key]) for key in self.chosen())
        words = ngettext("Copy {count} line", "Copy {count} lines", count).format(count=count)
        self.act_button.setText(words if count else _("Copy"))
        self.act_button.setEnabled(count > 0)

    def _go(self) -> None:
        self._copy(Id(str(self.plan.get())), self.chosen())

    def begin(self) -> None:
        (next(iter(self.boxes.values()), self.back_button)).setFocus()


def _short(words: str, most: int = 90) -> str:
    line = " ".join(words.split())
    return "• " + (line if len(line) <= most else line[: most - 1].rstrip() + "…")
