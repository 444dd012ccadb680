"""How a plan is to be printed. It begins with who it is for; until then there is nothing else to choose."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QRadioButton, QSpinBox, QWidget

from ...base.words import LANGUAGES, _, ngettext
from .. import printing as paper
from .. import tokens as t
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, Card, Chip, LinkButton, PrimaryButton, Sentence, reveal

HER, OFFICE = "her", "office"


class _Choice(Flow):
    """A few chips of which one is chosen."""

    chosen = Signal()

    def __init__(self, name: str, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        self.chips: dict[str, Chip] = {}
        group = QButtonGroup(self)
        for value, words in pairs:
            chip = Chip(words, checkable=True)
            chip.setAccessibleName(_("{question}: {answer}").format(question=name, answer=words))
            chip.clicked.connect(lambda _on=False: self.chosen.emit())
            group.addButton(chip)
            self.chips[value] = chip
            self.add(chip)

    def get(self) -> str:
        return next((value for value, chip in self.chips.items() if chip.isChecked()), "")

    def set(self, value: str) -> None:
        self.chips[value].setChecked(True)


def _labelled(words: str, widget: QWidget) -> QWidget:
    label = Sentence(words, role="strong")
    label.setBuddy(widget)
    widget.setAccessibleName(words)
    return Stack(label, widget, space=t.S1)


class Options(Card):
    """``changed`` when the pages must be made anew. ``go`` and ``save`` stand in the heading of the page."""

    changed = Signal()
    print_asked = Signal()
    save_asked = Signal()
    elsewhere = Signal()

    def __init__(self) -> None:
        super().__init__(_("Who is this for?"))
        self._who = QButtonGroup(self)
        self.her = QRadioButton(_("For her, to keep"))
        self.office = QRadioButton(_("For the office file"))
        for button in (self.her, self.office):
            self._who.addButton(button)
            button.clicked.connect(self._chose_who)
        self.add(Stack(self.her, self.office, space=0))
        note = _("Custody staff get no plan. They get the call-out sheet: names and times only.")
        elsewhere = LinkButton(_("Call-out sheet"), self.elsewhere.emit, icon_name="calendar-days")
        self.staff = Stack(Sentence(note, tone="muted", role="small"), elsewhere, space=t.S1)
        self.add(self.staff)
        self.rest = Stack(space=t.S3)
        sizes = [("standard", _("Standard")), ("large", _("Large")), ("extra-large", _("Extra large"))]
        self._size = _Choice(_("Size of the letters"), sizes)
        self._language = _Choice(_("The program's words in"), list(LANGUAGES.items()))
        self._name = QCheckBox(_("Print her name"))
        self._copies = QSpinBox()
        self._copies.setRange(1, 20)
        self._printer = QComboBox()
        self._printer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._both = QCheckBox(_("On both sides of the paper"))
        self.rest.add(_labelled(_("Size of the letters"), self._size))
        self.rest.add(_labelled(_("The program's words in"), self._language))
        self.rest.add(self._name)
        self.paper_rows = QWidget()
        split = SplitLayout(self.paper_rows, ratio=(2, 1), narrow=18)
        split.addWidget(_labelled(_("Printer"), self._printer))
        split.addWidget(_labelled(_("Copies"), self._copies))
        self.rest.add(self.paper_rows)
        self.rest.add(self._both)
        self.no_printer = Sentence(_("This computer has no printer that prints on paper."), tone="muted")
        self.rest.add(self.no_printer)
        self.line = Sentence(tone="muted")
        queue = _("A copy passes through this computer's print queue, under the name “Document”.")
        self.rest.add(self.line)
        self.rest.add(Sentence(queue, tone="muted", role="small"))
        self.add(self.rest)
        self.box.addStretch(1)
        self.go = PrimaryButton(_("Print"), self.print_asked.emit, icon_name="printer")
        self.save = Button(_("Save as PDF…"), self.save_asked.emit, icon_name="download")
        self._size.chosen.connect(self.changed)
        self._language.chosen.connect(self.changed)
        self._name.clicked.connect(lambda _on=False: self.changed.emit())
        self._copies.valueChanged.connect(lambda _n: self._tell())
        self._printer.activated.connect(lambda _n: self._chose_printer())
        self._pages: int | None = None

    def begin(self, language: str, *, large: bool) -> None:
        """Start anew: nothing is chosen for her but the size and language she is known to want."""
        self._who.setExclusive(False)
        self.her.setChecked(False)
        self.office.setChecked(False)
        self._who.setExclusive(True)
        self._size.set("large" if large else "standard")
        self._language.set(language if language in LANGUAGES else "en")
        self._name.setChecked(False)
        self._copies.setValue(1)
        names = paper.printers()
        self._printer.clear()
        self._printer.addItems(names)
        self._printer.setCurrentText(paper.usual_printer())
        reveal(self.no_printer, not names)
        reveal(self.paper_rows, bool(names))
        self._chose_printer()
        reveal(self.rest, False)
        reveal(self.staff, True)

    def begin_here(self) -> None:
        """Put the focus where the work goes on."""
        if self.who():
            self.go.setFocus()
        else:
            self.her.setFocus()

    def _chose_who(self) -> None:
        self._name.setChecked(self.who() == OFFICE)
        reveal(self.rest, True)
        reveal(self.staff, False)
        self.changed.emit()

    def _chose_printer(self) -> None:
        name = self.printer()
        can = bool(name) and paper.both_sides(name)
        reveal(self._both, can)
        self._both.setChecked(can and self._both.isChecked())

    def show_pages(self, count: int | None) -> None:
        """Say what will be printed; None while it is being made."""
        self._pages = count
        self._tell()

    def _tell(self) -> None:
        count = (self._pages or 0) * self.copies()
        self.go.setEnabled(bool(self._pages) and bool(self.printer()))
        self.save.setEnabled(bool(self._pages))
        words = ngettext("Print {n} page", "Print {n} pages", count).format(n=count) if count else _("Print")
        self.go.setText(words)
        if not self._pages:
            self.line.setText("")
            return
        pages = ngettext("{n} page", "{n} pages", self._pages).format(n=self._pages)
        name = _("with her name") if self.with_name() else _("without her name")
        chosen = self._size.chips[self.letters()].text()
        self.line.setText(
            _("{pages}, {size}, {language}, {name}.").format(
                pages=pages, size=chosen, language=LANGUAGES[self.language()], name=name
            )
        )

    def who(self) -> str:
        """``her`` or ``office``; nothing until it was said."""
        return HER if self.her.isChecked() else OFFICE if self.office.isChecked() else ""

    def letters(self) -> str:
        """``standard``, ``large`` or ``extra-large``."""
        return self._size.get()

    def language(self) -> str:
        """``en`` or ``es``."""
        return self._language.get()

    def with_name(self) -> bool:
        """Whether her name is printed."""
        return self._name.isChecked()

    def copies(self) -> int:
        """How many."""
        return self._copies.value()

    def printer(self) -> str:
        """The printer's name, or nothing."""
        return self._printer.currentText()

    def both_sides(self) -> bool:
        """Whether the sheet is turned."""
        return self._both.isChecked()
