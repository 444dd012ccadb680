"""A page that shows one PDF of the memory and lets it become paper or a locked file; each is an entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...base.problems import Problem
from ...base.words import _
from ..layouts import Reading
from ..page import Page
from ..style import em
from ..widgets import Button, PrimaryButton, reveal
from .preview_pages import Pages
from .preview_saving import SaveCard

if TYPE_CHECKING:
    from ..window import MainWindow


class ShownPaper(Page):
    """``show`` a PDF; whoever inherits says in ``note`` what the log says when it was printed or saved."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.data = b""
        self.pages = Pages()
        self.pages.setMinimumHeight(em(22))
        self.saving = SaveCard(self.shell.desk)
        self.saving.asked.connect(self.save)
        self.saving.closed.connect(self._saving_over)
        self.save_place = Reading(self.saving)
        reveal(self.save_place, False)

    def show_head(self, title: str, subtitle: str, way_back: str, *, readable: bool = True) -> None:
        """The heading with its acts. *readable*: whether there are words to read as text."""
        self.as_text = Button(_("Read as text"), self._read_as_text, icon_name="file-text")
        self.as_text.setCheckable(True)
        self.save_button = Button(_("Save as PDF…"), self._ask_save, icon_name="download")
        self.go = PrimaryButton(_("Print"), self.print_page, icon_name="printer")
        acts = [self.as_text] if readable else []
        self.set_head(title, subtitle, *acts, self.save_button, self.go, way_back=way_back)

    def fill(self, *above: QWidget) -> None:
        """Put the page's pieces in: what stands *above* the paper, then the paper."""
        for widget in (*above, self.save_place):
            self.add(widget)
        self.add(self.pages, 1)

    def show_pdf(self, data: bytes) -> None:
        """Show *data*; nothing hides what was shown before."""
        self.data = data
        for widget in (self.save_button, self.go):
            widget.setEnabled(bool(data))
        reveal(self.pages, bool(data))
        if data:
            self.pages.show_paper(data)
        else:
            self.pages.clear()

    def note(self, *, how: str, to: str = "", printer: str = "", copies: int = 1) -> None:
        """Write into the log that it was printed or saved. Raises ``Problem``."""
        raise NotImplementedError

    def leave(self) -> None:
        """No passphrase stays in a line."""
        self.saving.forget()

    def put_away(self) -> None:
        """Nothing of it stays in memory."""
        self.pages.clear()
        self.data = b""
        reveal(self.save_place, False)

    def _read_as_text(self) -> None:
        self.pages.read_as_text(self.as_text.isChecked())

    def print_page(self) -> None:
        from ..printing import print_pdf

        if not self.data:
            return
        self.problem.clear()
        try:
            if (done := print_pdf(self, self.data)) is not None:
                self.note(how="printed", printer=done[0], copies=done[1])
                self.problem.say(_("Printed. Take it from the printer now."), "ok")
        except Problem as problem:
            self.problem.show_problem(problem)

    def _ask_save(self) -> None:
        reveal(self.save_place, True)
        self.saving.begin()
        self.show_soon(self.save_place)

    def _saving_over(self) -> None:
        reveal(self.save_place, False)
        self.save_button.setFocus()

    def save(self, file: Path, passphrase: str) -> None:
        """Note it, then write it to *file*, locked unless *passphrase* is empty."""

        def note(name: str) -> None:
            self.note(how="saved", to=name)

        def unwritten() -> str:
            return _("The file could not be written there. The records are safe. Choose another place.")

        if told := self.saving.save(self.data, file, passphrase, note, unwritten):
            self.problem.say(*told)
