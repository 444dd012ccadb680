"""Undo and redo of acts in the Edit menu: a page's own stack where it keeps one, else what the foot just offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shiboken6 import isValid

from ..base.words import _

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from .page import Page
    from .toast import Toast


class Undoing:
    """Says at the foot what was done, names the two lines of the menu after the act, and takes it back.

    A text with an undo of its own keeps Ctrl+Z for itself (``editors``); in every other place the act is undone.
    """

    def __init__(self, toast: Toast, undo: QAction, redo: QAction) -> None:
        self.toast = toast
        self.undo_action, self.redo_action = undo, redo
        self._offered: tuple[str, Callable[[], object]] | None = None
        self._page: Page | None = None
        self.show()

    def say(self, sentence: str, undo: Callable[[], object] | None, act: str) -> None:
        """Say *sentence*; *undo* takes back what it tells of, once, at the foot or from the menu under *act*."""

        def once() -> None:
            self._offer(None)
            if undo is not None:
                undo()

        self.toast.say(sentence, once if undo is not None else None)
        self._offer((act, once) if undo is not None else None)

    def forget(self) -> None:
        """Something else was done since: what was said last is no more the last act."""
        self.toast.hide()
        self._offer(None)

    def _offer(self, undo: tuple[str, Callable[[], object]] | None) -> None:
        self._offered = undo
        self.show()

    def follow(self, page: Page | None) -> None:
        """The page in sight, which may keep a stack of its own; none while locked."""
        if self._page is not None and self._page.undo_stack is not None:
            self._page.undo_stack.indexChanged.disconnect(self.show)
        self._page = page
        if page is not None and page.undo_stack is not None:
            page.undo_stack.indexChanged.connect(self.show)
        self.show()

    def show(self, _index: int = 0) -> None:
        """Write what can be undone and redone into the menu."""
        stack = self._page.undo_stack if self._page is not None else None
        if stack is not None and not isValid(stack):
            return  # the window is being taken apart
        if stack is not None:
            undo = stack.undoText() if stack.canUndo() else None
        else:
            undo = self._offered[0] if self._offered else None
        redo = stack.redoText() if stack is not None and stack.canRedo() else None
        self.undo_action.setEnabled(undo is not None)
        self.undo_action.setText(_("&Undo: {act}").format(act=undo) if undo else _("&Undo"))
        self.redo_action.setEnabled(redo is not None)
        self.redo_action.setText(_("&Redo: {act}").format(act=redo) if redo else _("&Redo"))

    def undo(self) -> None:
        """Take back the last act."""
        self.toast.hide()
        if self._page is not None and self._page.undo_stack is not None:
            self._page.undo()
        elif self._offered is not None:
            self._offered[1]()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._page is not None and self._page.undo_stack is not None:
            self._page.redo()
