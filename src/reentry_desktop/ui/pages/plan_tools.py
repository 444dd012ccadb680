"""Tools named in steps: the way to name one, and the ways from a tool to the steps that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu

from ...base.ids import Id
from ...base.words import _, ngettext
from ..widgets import LinkButton

if TYPE_CHECKING:
    from .plan_row import EntryRow

TOOLS = "tools"


class ToolLinks:
    """The tools named in a step, and the button that names another one."""

    def __init__(self, row: EntryRow) -> None:
        self.row = row
        self.button = LinkButton(_("Name a tool"), self._choose, icon_name="plus")
        self.button.setAccessibleName(_("Name a tool for: {words}").format(words=row.name))

    def named(self) -> list[Any]:
        """Those that are named here, in the order of her toolbox."""
        whole = self.row.writing.whole
        linked = whole.uses.get(self.row.record_id, [])
        return [tool for tool in whole.items.get(TOOLS, []) if tool.id in linked]

    def menu(self) -> QMenu:
        """Her tools, each to be named here or taken out."""
        row = self.row
        whole = row.writing.whole
        menu = QMenu(row)
        tools = whole.items.get(TOOLS, [])
        for tool in tools:
            action = menu.addAction(_short(tool.words))
            action.setCheckable(True)
            action.setChecked(tool.id in whole.uses.get(row.record_id, ()))
            action.triggered.connect(lambda on, tool=tool.id: row.entries.link(row, tool, on=on))
        if not tools:
            part = whole.pack.parts().get(TOOLS)
            title = row.writing.text(part.title) if part is not None else TOOLS
            none = menu.addAction(_("No tools yet. They are written in “{part}”.").format(part=title))
            none.setEnabled(False)
        return menu

    def _choose(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))


class UsedIn:
    """The steps that name a tool: how many, in which parts, and a way to each."""

    def __init__(self, row: EntryRow, steps: list[Id]) -> None:
        self.row = row
        writing = row.writing
        whole = writing.whole
        self.steps = [item for part in writing.parts for item in whole.items.get(part, ()) if item.id in steps]
        parts = dict.fromkeys(str(step.part) for step in self.steps)
        titles = ", ".join(writing.text(writing.parts[part].title) for part in parts if part in writing.parts)
        count = len(self.steps)
        self.words = ngettext("Used in {count} step: {parts}", "Used in {count} steps: {parts}", count).format(
            count=count, parts=titles
        )
        shown = _("Go to the step") if count == 1 else _("Go to a step")
        self.button = LinkButton(shown, self._go, icon_name="arrow-right")
        self.button.setAccessibleName(f"{shown}: {row.name}")

    def menu(self) -> QMenu:
        """A line for each step."""
        menu = QMenu(self.row)
        for step in self.steps:
            action = menu.addAction(_short(str(step.words)))
            action.triggered.connect(lambda _on=False, step=step: self._jump(step))
        return menu

    def _go(self) -> None:
        if len(self.steps) == 1:
            self._jump(self.steps[0])
            return
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def _jump(self, step: Any) -> None:
        self.row.writing.asked_for.emit(str(step.part), str(step.id))


def _short(words: str, most: int = 60) -> str:
    """*words* on one line of a menu."""
    line = " ".join(words.split())
    line = line if len(line) <= most else line[: most - 1].rstrip() + "…"
    return line.replace("&", "&&")
