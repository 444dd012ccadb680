"""Her right to a copy: all that is kept about her and that she may have, in one print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import her_copy
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _
from ...records.base import Choice, Right
from ...records.participant import Language, Participant
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import SplitLayout
from ..widgets import Notice
from .shown_paper import ShownPaper

if TYPE_CHECKING:
    from ...reports import SizeName
    from ...store import Unit
    from ..window import MainWindow


class Size(Choice):
    """How large the letters are."""

    STANDARD = "standard", N_("Standard print")
    LARGE = "large", N_("Large print")
    EXTRA_LARGE = "extra-large", N_("Extra large print")


class HerCopyPage(ShownPaper):
    """``show_page("her-copy", participant=ID)``."""

    key = "her-copy"
    title = N_("All that is kept about her")
    icon = "file-text"
    under = "participants"
    needs = Right.REQUESTS

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.made: her_copy.Copy | None = None
        self.language = ChoiceBox(Language, required=True)
        self.letters = ChoiceBox(Size, required=True)
        options = QWidget()
        split = SplitLayout(options, ratio=(1, 1), narrow=30)
        for words, editor in ((_("Language"), self.language), (_("Size of the letters"), self.letters)):
            editor.changed.connect(self.refresh)
            split.addWidget(FieldRow(words, editor))
        told = _(
            "She may have this: her data, plan, goals, episodes, prints, what was given to others, and who looked. "
            "What is not in it, and why, stands on its first page. Nobody else gets it."
        )
        self.fill(Notice(told, "info"), options)

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        her = self.shell.desk.read(lambda unit: unit.get(Participant, self.woman))
        self.language.set(her.language if her.language in set(Language) else Language.ENGLISH)
        self.letters.set(Size.EXTRA_LARGE if her.large_print else Size.LARGE)
        self.show_head(_(self.title), her.name, _("Back to her page"))
        self.refresh()

    def refresh(self) -> None:
        size: SizeName = str(self.letters.get())  # type: ignore[assignment]  # one of ``Size``
        try:
            self.made = self.shell.desk.read(
                her_copy.her_copy, self.woman, size=size, language=str(self.language.get())
            )
        except Problem as problem:
            self.made = None
            self.problem.show_problem(problem)
        self.show_pdf(self.made.pdf.data if self.made else b"")

    def note(self, *, how: str, to: str = "", printer: str = "", copies: int = 1) -> None:
        made = self.made
        assert made is not None

        def print_her_record(unit: Unit) -> None:
            her_copy.record_her_copy(unit, made, how=how, to=to, printer=printer, copies=copies)

        self.shell.desk.do(self, print_her_record)

    def put_away(self) -> None:
        super().put_away()
        self.made = None
