"""How a print looks, and how it comes onto paper. Each choice folds away: most prints need none of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QSpinBox, QWidget

from ...base.words import LANGUAGES, N_, _, ngettext
from .. import printers as machines
from .. import tokens as t
from ..fold import Fold
from ..imposition import BOOKLET, BOTH_SIDES, ONE_SIDE, sheets
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, Chip, Sentence, reveal

NO_PRINTER = N_("No paper printer was found. Connect one and look again, or save as PDF.")


class Choice(Flow):
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
        """The value chosen, or nothing."""
        return next((value for value, chip in self.chips.items() if chip.isChecked()), "")

    def set(self, value: str) -> None:
        """Choose *value*."""
        self.chips[value].setChecked(True)

    def words(self) -> str:
        """The words of the chosen one."""
        return self.chips[self.get()].text() if self.get() else ""


def labelled(words: str, widget: QWidget) -> QWidget:
    """*widget* under its name."""
    label = Sentence(words, role="strong")
    label.setBuddy(widget)
    widget.setAccessibleName(words)
    return Stack(label, widget, space=t.S1)


class Look(Fold):
    """Size, language, her name, pictures. ``changed`` when the pages must be made anew."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(_("How it looks"))
        sizes = [("standard", _("Standard")), ("large", _("Large")), ("extra-large", _("Extra large"))]
        self.size_of_letters = Choice(_("Size of the letters"), sizes)
        self.tongue = Choice(_("The program's words in"), list(LANGUAGES.items()))
        self.name = QCheckBox(_("Print her name"))
        self.pictures = QCheckBox(_("With pictures and few words"))
        self.add(labelled(_("Size of the letters"), self.size_of_letters))
        self.add(labelled(_("The program's words in"), self.tongue))
        self.add(Stack(self.name, self.pictures, space=0))
        for choice in (self.size_of_letters, self.tongue):
            choice.chosen.connect(self._changed)
        for check in (self.name, self.pictures):
            check.clicked.connect(lambda _on=False: self._changed())

    def begin(self, language: str, *, large: bool) -> None:
        """Nothing is chosen for her but the size and language she is known to want."""
        self.size_of_letters.set("large" if large else "standard")
        self.tongue.set(language if language in LANGUAGES else "en")
        self.pictures.setChecked(False)
        self.unfold(on=False)

    def begin_for(self, *, may_be_named: bool) -> None:
        """What a reader's layout can have. Her name is on none of them before somebody asks for it."""
        self.name.setChecked(False)
        reveal(self.name, may_be_named)
        self.tell()

    def _changed(self) -> None:
        self.tell()
        self.changed.emit()

    def tell(self) -> None:
        """Say in one line what is chosen."""
        said = [self.size_of_letters.words(), LANGUAGES.get(self.language(), "")]
        said.append(_("with her name") if self.with_name() else _("without her name"))
        if self.with_pictures():
            said.append(_("with pictures"))
        self.say(" · ".join(filter(None, said)))

    def letters(self) -> str:
        """``standard``, ``large`` or ``extra-large``."""
        return self.size_of_letters.get()

    def language(self) -> str:
        """``en`` or ``es``."""
        return self.tongue.get()

    def with_name(self) -> bool:
        """Whether her name is printed."""
        return self.name.isChecked()

    def with_pictures(self) -> bool:
        """Whether pictures stand beside few words."""
        return self.pictures.isChecked()


class OnPaper(Fold):
    """Printer, copies, and one side, both sides or a booklet. ``changed`` when the sentence on the button does."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(_("On paper"))
        self.count = 0
        self._may_fold = True
        self._virtual = False
        self.chosen_printer = QComboBox()
        self.chosen_printer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.number = QSpinBox()
        self.number.setRange(1, 20)
        ways = [(ONE_SIDE, _("One side")), (BOTH_SIDES, _("Both sides")), (BOOKLET, _("Booklet to fold"))]
        self.sides = Choice(_("Sides of the paper"), ways)
        self.sides_note = Sentence(tone="muted", role="small")
        rows = QWidget()
        split = SplitLayout(rows, ratio=(2, 1), narrow=16)
        split.addWidget(labelled(_("Printer"), self.chosen_printer))
        split.addWidget(labelled(_("Copies"), self.number))
        self.rows = Stack(rows, labelled(_("Sides of the paper"), self.sides), self.sides_note, space=t.S3)
        again = Button(_("Look again"), self.look_again, icon_name="search")
        self.no_printer = Stack(Sentence(_(NO_PRINTER), tone="muted"), Flow(again), space=t.S2)
        self.add(self.rows)
        queue = _("A copy passes through this computer's print queue, under the name “Document”.")
        self.queue = Sentence(queue, tone="muted", role="small")
        self.box.addWidget(self.no_printer)
        self.box.addWidget(self.queue)
        self.number.valueChanged.connect(lambda _n: self._tell())
        self.sides.chosen.connect(self._tell)
        self.chosen_printer.activated.connect(lambda _n: self._tell())

    def begin(self, *, virtual: bool) -> None:
        """The printers there are now; one copy, one side."""
        self._virtual = virtual
        names = machines.printers(virtual=virtual)
        self.chosen_printer.clear()
        self.chosen_printer.addItems(names)
        self.chosen_printer.setCurrentText(machines.usual_printer(virtual=virtual))
        self.number.setValue(1)
        self.sides.set(ONE_SIDE)
        self.unfold(on=False)
        self.offer(bool(names))

    def look_again(self) -> None:
        """Somebody has connected a printer meanwhile."""
        self.begin(virtual=self._virtual)
        self.show_pages(self.count)
        if self.printer():
            self.button.setFocus()

    def offer(self, there: bool) -> None:
        """Whether there is a printer to choose."""
        reveal(self.no_printer, not there)
        reveal(self.queue, there)
        reveal(self.rows, there)
        reveal(self.button, there)
        self._tell()

    def begin_for(self, *, may_fold: bool) -> None:
        """Whether its pages make a booklet."""
        self._may_fold = may_fold
        if not may_fold and self.way() == BOOKLET:
            self.sides.set(ONE_SIDE)

    def show_pages(self, count: int) -> None:
        """So many pages there are; 0 while they are being made."""
        self.count = count
        if count:
            reveal(self.sides.chips[BOTH_SIDES], count > 1)
            reveal(self.sides.chips[BOOKLET], count > 2 and self._may_fold)
            if self.sides.chips[self.way()].isHidden():
                self.sides.set(ONE_SIDE)
        self._tell()

    def _tell(self) -> None:
        way, pieces = self.way(), [self.printer()]
        pieces.append(ngettext("{n} copy", "{n} copies", self.copies()).format(n=self.copies()))
        pieces.append(self.sides.words())
        if self.count and way != ONE_SIDE:
            n = sheets(self.count, way) * self.copies()
            pieces.append(ngettext("{n} sheet", "{n} sheets", n).format(n=n))
        self.say(" · ".join(filter(None, pieces)) if self.printer() else "")
        turns = bool(self.printer()) and (way == ONE_SIDE or machines.turns_sheets(self.printer()))
        self.sides_note.setText(
            "" if turns else _("This printer does not turn the paper. You put the stack back once: it tells you how.")
        )
        reveal(self.sides_note, not turns)
        self.changed.emit()

    def copies(self) -> int:
        """How many."""
        return self.number.value()

    def printer(self) -> str:
        """The printer's name, or nothing."""
        return self.chosen_printer.currentText()

    def way(self) -> str:
        """One side, both sides, or a booklet: a word of ``imposition``."""
        return self.sides.get()
