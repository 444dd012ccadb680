"""Which column is what: a person says it once for each kind of list, and the program remembers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ...actions.lists import FileRead
from ...base.words import _
from ...rosters import FIELDS, Mapping, Unrecognized
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Flow, SplitLayout
from ..widgets import Button, Card, Notice, PrimaryButton


class MappingCard(Card):
    """A choice under each heading. ``use(path, mapping)`` is called once it can be read so."""

    def __init__(
        self,
        path: Path,
        columns: dict[str, str],
        use: Callable[[Path, Mapping], object],
        back: Callable[[], object],
        *,
        samples: Sequence[str] = (),
        sheets: Sequence[str] = (),
        sheet: str = "",
    ) -> None:
        super().__init__(
            _("The columns of {file}").format(file=path.name),
            note=_("Say what each column is. This is remembered for the next list with these headings."),
        )
        self.path, self._use = path, use
        self.wrong = Notice("", "danger")
        self.add(self.wrong)
        self.sheet: ChoiceBox | None = None
        if len(sheets) > 1:
            self.sheet = ChoiceBox([(name, name) for name in sheets], required=True)
            self.sheet.set(sheet)
            self.add(FieldRow(_("Page of the workbook"), self.sheet))
        self._sheet = sheet
        self.boxes: dict[str, ChoiceBox] = {}
        pair: SplitLayout | None = None
        for place, (heading, field) in enumerate(columns.items()):
            box = ChoiceBox(list(FIELDS.items()))
            box.box.setItemText(0, _("Leave out"))
            box.set(field)
            self.boxes[heading] = box
            sample = samples[place] if place < len(samples) else ""
            help_words = _("for example: {words}").format(words=sample) if sample else ""
            row = FieldRow(heading, box, help=help_words)
            if pair is None:
                held = QWidget()
                pair = SplitLayout(held, ratio=(1, 1), narrow=34)
                pair.addWidget(row)
                self.add(held)
            else:
                pair.addWidget(row)
                pair = None
        self.go = PrimaryButton(_("Read it so"), self._done, icon_name="check")
        self.add(Flow(self.go, Button(_("Go back"), back, icon_name="arrow-left")))

    @classmethod
    def of_file(
        cls, path: Path, file: FileRead, use: Callable[[Path, Mapping], object], back: Callable[[], object]
    ) -> MappingCard:
        """For a list that could be read: another choice may be made."""
        return cls(path, dict(file.reading.mapping), use, back, sheet=file.reading.sheet)

    @classmethod
    def of_unrecognized(
        cls, path: Path, problem: Unrecognized, use: Callable[[Path, Mapping], object], back: Callable[[], object]
    ) -> MappingCard:
        """For a list whose headings the program does not know; a value of each column stands under its choice."""
        samples = []
        for place, heading in enumerate(problem.columns):
            cells = [row[place] for row in problem.rows if place < len(row)]
            samples.append(next((cell for cell in reversed(cells) if cell and cell != heading), "")[:40])
        columns = {heading: problem.mapping.get(heading, "") for heading in problem.columns}
        return cls(path, columns, use, back, samples=samples, sheets=problem.sheets, sheet=problem.sheet)

    def _done(self) -> None:
        chosen = {heading: box.get() for heading, box in self.boxes.items()}
        fields = [field for field in chosen.values() if field]
        twice = next((field for field in fields if fields.count(field) > 1), "")
        if "department_number" not in fields or not {"name", "last_name"} & set(fields):
            self.wrong.say(_("Say at least where the department number and the name stand."), "danger")
            return
        if twice:
            words = _("“{field}” is chosen for two columns. Choose one of them.").format(field=_(FIELDS[twice]))
            self.wrong.say(words, "danger")
            return
        sheet = self.sheet.get() if self.sheet is not None else ""
        self._use(self.path, Mapping(chosen, sheet))
