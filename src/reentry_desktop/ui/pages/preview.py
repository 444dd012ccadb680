"""Before a plan becomes paper: who it is for, how it shall look, and the pages themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ...actions import printing as prints
from ...base.files import replace_file
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _
from ...records.participant import Participant
from ...records.plan import Plan
from .. import printing as paper
from .. import tokens as t
from ..layouts import Stack
from ..page import Page
from ..style import em
from ..widgets import Button, Card, EmptyState, Notice, Sentence, reveal
from .preview_options import HER, OFFICE, Options
from .preview_pages import Pages

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

NARROW = 56
"""em of width under which the pages stand below the choices."""


class PreviewPage(Page):
    """``show_page("preview", participant=ID)``."""

    key = "preview"
    title = N_("Preview and print")
    icon = "printer"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.made: prints.Print | None = None
        self._asked = 0
        self._steps: Iterator[tuple[int, int]] | None = None
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._print_next)
        self.options = Options()
        self.options.changed.connect(self.make)
        self.options.print_asked.connect(self.print_page)
        self.options.save_asked.connect(self._ask_save)
        self.options.elsewhere.connect(lambda: self.shell.show_page("callout", participant=self.woman))
        self.pages = Pages()
        self.as_text = Button(_("Read as text"), self._read_as_text, icon_name="file-text")
        self.as_text.setCheckable(True)
        self.notice = Notice()
        self.notice.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Printing"))
        self.stop_button = Button(_("Stop"), self._stop, icon_name="x")
        self.working = Stack(self.bar, self.stop_button, space=t.S2)
        self.working.hide()
        first = _("Choose that first. Then the pages are shown here as they will be.")
        self.empty = Card("", EmptyState("printer", _("Who is this for?"), more=first))
        self.empty.box.addStretch(1)
        self.making = Card("", Sentence(_("The pages are being made…"), tone="muted"))
        self.making.box.addStretch(1)
        right = QWidget()
        self._right = QVBoxLayout(right)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(t.S3)
        for widget in (self.notice, self.working):
            self._right.addWidget(widget)
        self._right.addWidget(self.pages, 1)
        self._right.addWidget(self.empty, 1)
        self._right.addWidget(self.making, 1)
        body = QWidget()
        self._columns: QBoxLayout = QVBoxLayout(body)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(t.S4)
        self._columns.addWidget(self.options)
        self._columns.addWidget(right, 1)
        self.add(body, 1)

    def open(self, **args: Any) -> None:
        """Begin anew with the question who it is for."""
        self._stop()
        self.woman = Id(args["participant"])
        participant = self.shell.desk.read(lambda unit: unit.get(Participant, self.woman))
        self.set_head(_(self.title), participant.name, self.as_text, self.options.save, self.options.go, back=_("Plan"))
        plan = self.shell.desk.read(prints.plan_of, self.woman)
        language = self.shell.desk.read(lambda unit: unit.get(Plan, plan)).language
        self.plan = plan
        self.options.begin(str(language), large=participant.large_print)
        self._forget()

    def set_head(self, title: str, subtitle: str = "", *acts: Any, back: str = "", way_back: str = "") -> None:
        """As of every page; the acts stay the same buttons."""
        for act in (self.as_text, self.options.save, self.options.go):
            act.setParent(None)
        super().set_head(title, subtitle, *acts, back=back, way_back=way_back)

    def refresh(self) -> None:
        """Her words may have changed: make the pages anew."""
        if self.options.who():
            self.make()

    def leave(self) -> None:
        self._stop()

    def begin(self) -> None:
        self.options.begin_here()

    def _forget(self) -> None:
        self.made = None
        self.pages.clear()
        self.notice.hide()
        self._show(self.empty)
        self.options.show_pages(None)

    def _show(self, which: QWidget) -> None:
        for widget in (self.pages, self.empty, self.making):
            reveal(widget, widget is which)
        for act in (self.as_text, self.options.save, self.options.go):
            reveal(act, which is self.pages)

    # The pages

    def make(self) -> None:
        """Make the pages beside the window; what was asked last is what is shown."""
        if not self.options.who():
            return
        self._asked += 1
        asked = self._asked
        self.problem.clear()
        self.options.show_pages(None)
        if self.made is None:
            self._show(self.making)
        size, language, with_name = self.options.letters(), self.options.language(), self.options.with_name()

        def shown(made: prints.Print) -> None:
            if asked != self._asked:
                return
            self.made = made
            self.pages.show_paper(made.pdf.data)
            self._show(self.pages)
            self.options.show_pages(made.pdf.pages)

        def failed(error: BaseException) -> None:
            if asked != self._asked:
                return
            self._forget()
            if not isinstance(error, Problem):
                raise error
            self.problem.show_problem(error)
            self.ensureWidgetVisible(self.problem)

        self.later(
            lambda _job: self.shell.desk.read(
                prints.plan_print, self.plan, size=size, language=language, with_name=with_name
            ),
            shown,
            failed,
        )

    def _read_as_text(self) -> None:
        self.pages.read_as_text(self.as_text.isChecked())
        if self.as_text.isChecked():
            self.pages.text.setFocus()

    # Paper

    def print_page(self) -> None:
        """Print what is shown. A job that is stopped, or left, is thrown away by the printer."""
        if self.made is None or self._steps is not None:
            return
        printer = self.options.printer()
        if not printer:
            self.problem.show_problem(
                _("This computer has no printer. Nothing was printed. Ask whoever set it up to add one.")
            )
            return
        self.problem.clear()
        self.notice.hide()
        self._steps = paper.printing(
            self.made.pdf.data, printer, copies=self.options.copies(), duplex=self.options.both_sides()
        )
        self.bar.setRange(0, 0)
        self.working.show()
        self.options.setEnabled(False)
        self.stop_button.setFocus()
        self._next.start()

    def _print_next(self) -> None:
        if self._steps is None:
            return
        try:
            sent, count = next(self._steps)
        except StopIteration:
            self._printed()
            return
        except Problem as problem:
            self._over()
            self.problem.show_problem(problem)
            return
        self.bar.setRange(0, count)
        self.bar.setValue(sent)
        self._next.start()

    def _over(self) -> None:
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()  # type: ignore[attr-defined]
        self._next.stop()
        self.working.hide()
        self.options.setEnabled(True)

    def _stop(self) -> None:
        if self._steps is not None:
            self._over()
            self.notice.say(_("Stopped. If pages came out all the same, take them with you."), "warn")

    def _printed(self) -> None:
        self._over()
        assert self.made is not None
        self._tell(how="printed", copies=self.options.copies(), printer=self.options.printer())
        yes = Button(_("Yes"), self._printed_well, icon_name="check")
        again = Button(_("Print again"), self.print_page, icon_name="printer")
        self.notice.say(_("Take the pages from the printer now. Did it print well?"), "ok", acts=[yes, again])
        yes.setFocus()

    def _printed_well(self) -> None:
        self.notice.hide()
        self.begin()

    def _tell(self, *, how: str, copies: int = 1, printer: str = "") -> None:
        assert self.made is not None
        made, to = self.made, {HER: "her", OFFICE: "office file"}[self.options.who()]

        def print_plan(unit: Unit) -> None:
            prints.record_print(unit, made, how=how, copies=copies, printer=printer, to=to)

        self.shell.desk.do(self, print_plan)

    # A file

    def _ask_save(self) -> None:
        """Saving is an act of its own, said before it is done."""
        if self.made is None:
            return
        words = _(
            "A file is not locked: whoever finds it can read her words, and copies of it are not known here. "
            "Save it only where it is needed, and delete it afterwards."
        )
        save = Button(_("Save the file"), self._choose_file, icon_name="download")
        self.notice.say(words, "warn", acts=[save, Button(_("Do not save"), self._printed_well)])
        save.setFocus()

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self,
            "Re-entry Desktop",
            str(Path.home() / "Document.pdf"),
            "PDF (*.pdf)",
            options=QFileDialog.Option.DontUseNativeDialog,
        )
        if name:
            self.save(Path(name))

    def save(self, file: Path) -> None:
        """Write the pages to *file*, and the act into the log."""
        assert self.made is not None
        file = file if file.suffix else file.with_suffix(".pdf")
        self.notice.hide()
        try:
            replace_file(file, self.made.pdf.data)
        except OSError:
            self.problem.show_problem(
                _("The file could not be written. Nothing was saved, and her words are safe. Choose another place.")
            )
            return
        self._tell(how="saved")
        self.notice.say(_("Saved. The file is not locked: delete it when it is no longer needed."), "warn")

    # Width

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.viewport().width() < em(NARROW)
        way = QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self.options.setMinimumWidth(0 if narrow else em(23))
        self.options.setMaximumWidth(16_777_215 if narrow else em(23))
        # Beside the choices the pages take the height there is; below them they need one of their own.
        down = QSizePolicy.Policy.Fixed if narrow else QSizePolicy.Policy.Ignored
        self.pages.setSizePolicy(QSizePolicy.Policy.Expanding, down)
        self.pages.setMinimumHeight(em(18) if narrow else em(12))
        self.pages.setMaximumHeight(em(18) if narrow else 16_777_215)
