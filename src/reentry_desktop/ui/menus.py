"""The menu bar of the open program. Every letter after Alt is used once in its menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from ..base.words import _

if TYPE_CHECKING:
    from .window import MainWindow


def keys() -> list[tuple[str, str]]:
    """(keys, what they do) for the page of shortcuts."""
    return [
        ("Ctrl+1 … Ctrl+8", _("Go to a place of the list at the left")),
        ("Ctrl+K", _("Find a participant")),
        ("Ctrl+N", _("Register a participant")),
        ("Ctrl+P", _("Print")),
        ("Ctrl+Z  Ctrl+Y", _("Undo, redo")),
        ("Ctrl+F", _("Find in the plan")),
        (_("Alt+Up  Alt+Down"), _("Move an entry of the plan")),
        ("Ctrl+L", _("Lock")),
        ("F11", _("Sit together: one question at a time, full screen")),
        ("F12", _("Cover the screen for privacy")),
        ("Ctrl++  Ctrl+-  Ctrl+0", _("Larger text, smaller text, normal text")),
        ("Esc", _("Back one level")),
        ("F1", _("Help")),
    ]


def fill_menus(window: MainWindow, acts: dict[str, Callable[[], object]]) -> tuple[QAction, QAction]:
    """Make the four menus. *acts* may hold new, find, help and about. Returns undo and redo of the Edit menu."""
    bar = window.menuBar()
    bar.clear()

    def add(menu: QMenu, words: str, act: Callable[[], object] | None, *shortcuts: str) -> QAction:
        action = menu.addAction(words)
        action.setShortcuts([QKeySequence(keys) for keys in shortcuts])
        if act is None:
            action.setEnabled(False)
        else:
            action.triggered.connect(lambda _on=False: act())
        return action

    file = bar.addMenu(_("&File"))
    add(file, _("&Find a participant"), acts.get("find"), "Ctrl+K")
    add(file, _("&Register a participant"), acts.get("new"), "Ctrl+N")
    add(file, _("&Print…"), window.print_page, "Ctrl+P")
    file.addSeparator()
    add(file, _("&Lock"), window.lock, "Ctrl+L")
    add(file, _("&Quit"), window.close, "Ctrl+Q")
    edit = bar.addMenu(_("&Edit"))
    undo = add(edit, _("&Undo"), window.undo, "Ctrl+Z")
    redo = add(edit, _("&Redo"), window.redo, "Ctrl+Y", "Ctrl+Shift+Z")
    view = bar.addMenu(_("&View"))
    add(view, _("&Larger text"), window.text.larger, "Ctrl++", "Ctrl+=")
    add(view, _("&Smaller text"), window.text.smaller, "Ctrl+-")
    add(view, _("&Normal text"), window.text.normal, "Ctrl+0")
    view.addSeparator()
    add(view, _("Sit &together"), window.sit_together, "F11")
    spelling = view.addAction(_("Check sp&elling"))
    spelling.setCheckable(True)
    spelling.setChecked(window.spelling)
    spelling.triggered.connect(window.check_spelling)
    view.addSeparator()
    add(view, _("&Cover for privacy"), window.cover, "F12")
    help_menu = bar.addMenu(_("&Help"))
    add(help_menu, _("&Help"), acts.get("help"), "F1")
    add(help_menu, _("&Keyboard shortcuts"), lambda: window.show_page("shortcuts"), "Ctrl+/")
    add(help_menu, _("&About this program"), acts.get("about"))
    return undo, redo
