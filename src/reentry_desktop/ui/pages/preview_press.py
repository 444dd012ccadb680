"""Printing itself: side after side, the stack that is put back, and whether it came out well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar

from ...base.problems import Problem
from ...base.words import _
from .. import printers as machines
from .. import printing as paper
from .. import tokens as t
from ..imposition import BOOKLET, Run, runs
from ..layouts import Stack
from ..widgets import Button, Notice, reveal


@dataclass(frozen=True)
class Order:
    """What is to be printed, and how."""

    data: bytes
    pages: int
    printer: str
    way: str
    copies: int


class Press(Stack):
    """``printed`` once paper came out: it is then written down. ``spoiled`` when those pages are no good."""

    busy = Signal(bool)
    spoke = Signal()
    printed = Signal()
    spoiled = Signal()
    well = Signal()

    def __init__(self) -> None:
        super().__init__(space=t.S2)
        self._order: Order | None = None
        self._runs: list[Run] = []
        self._steps: Iterator[tuple[int, int]] | None = None
        self._half = False
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._print_next)
        self.notice = Notice()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Printing"))
        self.stop_button = Button(_("Stop"), self.stop, icon_name="x")
        for widget in (self.notice, self.bar, self.stop_button):
            self.add(widget)
        self._working(False)

    def say(self, words: str, tone: str = "info", *acts: Button) -> None:
        """Say something about paper or file; nothing to say hides it."""
        self.notice.say(words, tone, acts=acts)
        self._room()
        if words:
            self.spoke.emit()

    def start(self, order: Order, *, unasked: bool = False) -> None:
        """Print. *unasked* leaves out what the printer says of itself: some say that they are ill and are not."""
        if self.under_way():
            return
        self._order = order
        sentence = "" if unasked else machines.trouble(order.printer)
        if sentence:
            there = order.printer in machines.printers(virtual=True)
            anyway = Button(_("Print all the same"), lambda: self.start(order, unasked=True), icon_name="printer")
            self.say(sentence, "danger", *([anyway] if there else []))
            return
        self._half = False
        self._runs = runs(order.pages, order.way, turns=machines.turns_sheets(order.printer))
        self._run()

    def under_way(self) -> bool:
        """Whether pages are being sent, or a stack waits to be put back."""
        return self._steps is not None or bool(self._runs)

    def stop(self) -> None:
        """Throw away what is being sent. Pages that came out already are written down: they exist."""
        if not self.under_way():
            return
        half = self._half
        self._over()
        words = _("Stopped. If pages came out all the same, take them with you.")
        if half:
            words = _("Stopped. One side is on paper: take those pages with you. They are noted as a copy.")
        self.say(words, "warn")
        if half:
            self.printed.emit()

    def _run(self) -> None:
        assert self._order is not None
        self.say("")
        order, run = self._order, self._runs.pop(0)
        self._steps = paper.printing(order.data, order.printer, run, copies=order.copies)
        self.bar.setRange(0, 0)
        self._working(True)
        self.stop_button.setFocus()
        self.busy.emit(True)
        self._next.start()

    def _print_next(self) -> None:
        if self._steps is None:
            return
        try:
            sent, count = next(self._steps)
        except StopIteration:
            self._sent()
            return
        except Problem as problem:
            half = self._half
            self._over()
            self.say(problem.sentence, "danger")
            if half:
                self.printed.emit()
            return
        self.bar.setRange(0, count)
        self.bar.setValue(sent)
        self._next.start()

    def _sent(self) -> None:
        self._steps = None
        self._working(False)
        if self._runs:
            self._half = True
            self._ask_to_turn()
            return
        self._over()
        self.printed.emit()
        self._ask()

    def _ask_to_turn(self) -> None:
        assert self._order is not None
        words = _(
            "One side is printed. Take the stack out and keep its order. Put it back so that the empty sides are "
            "printed, the first sheet goes in first, and the tops of the pages lie as before."
        )
        if self._order.way == BOOKLET:
            words = _(
                "One side is printed. Take the stack out and keep its order. Turn it over like a page of a book. "
                "Put it back so that the empty sides are printed and the first sheet goes in first."
            )
        go = Button(_("Print the other side"), self._run, icon_name="printer")
        self.say(words, "info", go, Button(_("Stop"), self.stop, icon_name="x"))
        go.setFocus()

    def _ask(self) -> None:
        yes = Button(_("Yes"), self._went_well, icon_name="check")
        again = Button(_("Print again"), self._again, icon_name="printer")
        self.say(_("Take the pages from the printer now. Did it print well?"), "ok", yes, again)
        yes.setFocus()

    def _went_well(self) -> None:
        self.say("")
        self.well.emit()

    def _again(self) -> None:
        self.spoiled.emit()
        if self._order is not None:
            self.start(self._order)

    def _over(self) -> None:
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()  # type: ignore[attr-defined]
        self._runs, self._half = [], False
        self._next.stop()
        self._working(False)
        self.busy.emit(False)

    def _working(self, on: bool) -> None:
        reveal(self.bar, on)
        reveal(self.stop_button, on)
        self._room()

    def _room(self) -> None:
        """It takes room only while there is something to say."""
        reveal(self, bool(self.notice.text()) or not self.bar.isHidden())
