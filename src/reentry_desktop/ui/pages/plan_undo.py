"""What was done to her plan while it is open, and the way back from each: a stack, named act by act.

Nothing is rolled back. An undo is a new change, made through the same actions, and stands in the history as one.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ...base.ids import Id
from ...base.problems import Problem

Way = Callable[[], object]


class Act(QUndoCommand):
    """One act that was done already: the way back, and the way to do it again."""

    def __init__(self, name: str, part: str, records: tuple[Id, ...], back: Way, again: Way) -> None:
        super().__init__(name)
        self.part, self.records = part, records
        self.problem: Problem | None = None
        self._back, self._again = back, again
        self._done = True

    def undo(self) -> None:
        self._go(self._back)

    def redo(self) -> None:
        if self._done:  # Qt does it once more when it is put on the stack
            self._done = False
            return
        self._go(self._again)

    def _go(self, way: Way) -> None:
        try:
            way()
        except Problem as problem:
            self.problem = problem
            self.forget()

    def forget(self) -> None:
        """It can no longer be taken back; nothing of what it knew stays in memory."""
        self._back = self._again = _nothing
        self.setObsolete(True)


def _nothing() -> None:
    """Where a way back was forgotten."""


class ActStack(QObject):
    """``moved(part, record)`` after an undo or redo; ``failed`` where one was not possible any more."""

    moved = Signal(str, str)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._acts: list[Act] = []  # Qt owns them; held so that Python keeps what they know

    def push(self, name: str, part: str, records: tuple[Id, ...], back: Way, again: Way) -> Act:
        """Put an act on the stack that has just been done."""
        act = Act(name, part, records, back, again)
        del self._acts[self.stack.index() :]
        self._acts.append(act)
        self.stack.push(act)
        return act

    def undo(self) -> None:
        """Take back the last act."""
        if self.stack.canUndo():
            self._step(self._acts[self.stack.index() - 1], self.stack.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self.stack.canRedo():
            self._step(self._acts[self.stack.index()], self.stack.redo)

    def _step(self, act: Act, step: Way) -> None:
        step()
        self._sweep()
        if act.problem is not None:
            self.failed.emit(act.problem)
        else:
            self.moved.emit(act.part, act.records[0] if act.records else "")

    def undo_this(self, act: Act) -> None:
        """Take back *act*, as long as it is the last one that was done."""
        if act in self._acts and self._acts.index(act) == self.stack.index() - 1:
            self.undo()

    def forget(self, record: Id) -> None:
        """Nothing that was done with *record* can be taken back any more: its words were erased."""
        for act in self._acts:
            if record in act.records:
                act.forget()
        self._sweep()

    def forget_named(self, name: str) -> None:
        """No act of that name can be taken back any more: it was, by another way."""
        for act in self._acts:
            if act.text() == name:
                act.forget()
        self._sweep()

    def clear(self) -> None:
        """Another plan is shown."""
        self._acts.clear()
        self.stack.clear()

    def _sweep(self) -> None:
        """Take forgotten acts off both ends, so that the menu never names one."""
        while (at := self.stack.index()) and self._acts[at - 1].isObsolete():
            self.stack.undo()  # Qt deletes it and carries nothing out
            del self._acts[at - 1]
        while (at := self.stack.index()) < self.stack.count() and self._acts[at].isObsolete():
            self.stack.redo()
            del self._acts[at]
