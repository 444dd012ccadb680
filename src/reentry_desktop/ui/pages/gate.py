"""The gate sheet of one bundle: who carries it, and the sheet on paper or as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from ...actions import media
from ...base.problems import Problem, Refused
from ...base.words import _, language
from .. import tokens as t
from ..choosing import choose_new_file
from ..editors import Line
from ..form import FieldRow
from ..layouts import Flow, Stack
from ..widgets import Button, Notice

if TYPE_CHECKING:
    from ...records.media import Carriage
    from ...reports import Printed
    from ...store import Unit
    from ..page import Page


def print_sheet(page: Page, pdf: Printed, note: Callable[[Unit, str], None]) -> bool:
    """Ask for a printer, print, and *note* it with the printer's name; whether it was printed. Raises ``Problem``."""
    from ..printing import print_pdf

    done = print_pdf(page, pdf.data)
    if done is not None:
        page.shell.desk.do(page, note, done[0])
    return done is not None


class GateSheetBox(Stack):
    """The carrier's name is kept when the field is left. Without it the sheet has a line to write on."""

    kept = Signal()

    def __init__(self, page: Page, carriage: Carriage) -> None:
        super().__init__(space=t.S3)
        self.page, self.carriage, self.file = page, carriage.id, carriage.file
        self._known = carriage.carrier
        self.carrier = Line(most=120)
        self.carrier.set(carriage.carrier)
        self.carrier.left.connect(self.keep)
        help = _("Not known yet? Leave it empty: the sheet has a line for the name.")
        self.row = FieldRow(_("Who carries the stick?"), self.carrier, help=help)
        self.print = Button(_("Print the gate sheet"), self._print, icon_name="printer")
        self.save = Button(_("Save the gate sheet"), self._save, icon_name="download")
        self.state = Notice("")
        for widget in (self.row, Flow(self.print, self.save, space=t.S3), self.state):
            self.add(widget)

    def keep(self) -> bool:
        """Write down who carries it, where that was typed. Whether what is typed could be kept."""
        try:
            typed = self.carrier.get()
            if typed and typed != self._known:
                self.page.shell.desk.do(self.page, media.carry, self.carriage, typed)
                self._known = typed
                self.kept.emit()
        except Refused as refused:
            self.row.show_problem(refused.fields.get("carrier", refused.sentence))
            return False
        except Problem as problem:
            self.row.show_problem(problem.sentence)
            return False
        return True

    def _sheet(self) -> Printed:
        return self.page.shell.desk.read(media.gate_sheet, self.carriage, language())

    def _print(self) -> None:
        if not self.keep():
            return
        carriage = self.carriage
        try:
            pdf = self._sheet()

            def print_gate_sheet(unit: Unit, printer: str) -> None:
                media.record_sheet(unit, "carriage", [carriage], pdf, how="printed", printer=printer)

            if print_sheet(self.page, pdf, print_gate_sheet):
                self.state.say(_("Printed. Take it from the printer now."), "ok")
        except Problem as problem:
            self.state.say(problem.sentence, "danger")

    def _save(self) -> None:
        if not self.keep():
            return
        start = Path.home() / f"{Path(self.file).stem}.pdf"
        file = choose_new_file(self, _("Where does the gate sheet go?"), "PDF (*.pdf)", start)
        if file is None:
            return
        carriage, file = self.carriage, file if file.suffix else file.with_suffix(".pdf")
        try:
            pdf = self._sheet()

            def save_gate_sheet(unit: Unit) -> None:
                media.save_sheet(unit, "carriage", [carriage], pdf, file)

            self.page.shell.desk.do(self.page, save_gate_sheet)
        except Problem as problem:
            self.state.say(problem.sentence, "danger")
            return
        self.state.say(_("Saved as {file}.").format(file=file.name), "ok")
