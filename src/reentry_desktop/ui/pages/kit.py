"""The recovery kit: three parts, three keepers, and a test before the first record may be written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from ...actions import setup, slips
from ...base.problems import Problem
from ...base.words import N_, _
from ...store.vault import PARTS
from ..choosing import choose_folder
from ..editors import PRIVATE
from ..layouts import Columns, Flow
from ..page import Page, Stepper
from ..style import em
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ...store import Store
    from ..window import MainWindow

_waiting: dict[str, setup.Kit] = {}  # a kit that was just made, until its page shows it


def keep(store: Store, kit: setup.Kit) -> None:
    """Hand the kit that was just made to its page."""
    _waiting[store.slots.store] = kit


class _PartCard(Card):
    """One part: its keeper, and where it goes. ``text`` is what it was read back as."""

    def __init__(self, page: KitPage, part: str) -> None:
        super().__init__(_("Part {part}").format(part=part))
        self.page, self.part = page, part
        self.folder: Path | None = None
        self.keeper = QLineEdit()
        self.keeper.setAccessibleName(_("Who keeps part {part}").format(part=part))
        self.keeper.setPlaceholderText(_("Name of the keeper"))
        self.keeper.setMaxLength(80)
        self.inside = QCheckBox(_("Works for the facility"))
        self.inside.toggled.connect(lambda _on: page.warn())
        self.add(Sentence(_("Who keeps it?"), role="strong"))
        self.add(self.keeper)
        self.add(self.inside)
        self.add(
            Flow(
                *(
                    self._named(Button(words, act, icon_name=icon_name))
                    for words, act, icon_name in (
                        (_("Print the sheet"), self._print, "printer"),
                        (_("Save to a stick"), self._save, "usb"),
                        (_("Write by hand"), self._by_hand, "pencil"),
                    )
                )
            )
        )
        self.words = Sentence(role="strong", wide=True)
        self.words.hide()
        self.wrote = self._named(Button(_("I wrote it down"), self.printed, icon_name="check"))
        self.wrote.hide()
        self.add(self.words)
        self.add(self.wrote)
        self.state = Notice("")
        self.add(self.state)
        self.typed = QPlainTextEdit()
        self.typed.setTabChangesFocus(True)
        self.typed.setAccessibleName(_("The words of part {part}, typed from the paper").format(part=part))
        self.typed.setPlaceholderText(_("Type the 24 words from the paper. The first four letters of each are enough."))
        self.typed.setFixedHeight(em(6.5))
        self.typed.setInputMethodHints(PRIVATE)
        self.typed.hide()
        self.add(self.typed)

    def _named(self, button: Button) -> Button:
        button.setAccessibleName(_("{act}: part {part}").format(act=button.text(), part=self.part))
        return button

    def ask_keeper(self) -> None:
        """Nothing is kept by nobody."""
        self.state.say(_("First write who keeps this part."), "warn")
        self.keeper.setFocus()
        self.page.ensureWidgetVisible(self)

    def _print(self) -> None:
        self.page.print_part(self)

    def _by_hand(self) -> None:
        """Without printer and stick: the words are shown until they are on paper."""
        parts = self.page.kit.parts[self.part]
        self.words.setText("   ".join(f"{number}\u00a0{word}" for number, word in enumerate(parts, 1)))
        self.words.show()
        self.wrote.show()
        self.typed.hide()
        self.state.say(_("Write these 24 words on paper, in this order. Nobody else may read them."), "info")
        self.wrote.setFocus()

    def _hide_words(self) -> None:
        self.words.hide()
        self.words.setText("")
        self.wrote.hide()

    def _save(self) -> None:
        folder = choose_folder(self, _("Where does part {part} go?").format(part=self.part))
        if folder is not None:
            self.save_to(folder)

    def save_to(self, folder: Path) -> None:
        """Write the part there, unless another part lies on the same drive."""
        page = self.page
        try:
            others = {c.part: c.folder for c in page.cards if c.folder and c is not self}
            setup.keep_kit_apart({**others, self.part: folder})
            setup.save_part(page.kit, self.part, folder)
        except Problem as problem:
            self.state.say(problem.sentence, "danger")
            return
        self.folder = folder
        self._hide_words()
        self.typed.hide()
        self.state.say(_("Saved. Label this stick, and give it to its keeper after the test."), "ok")

    def printed(self) -> None:
        """The sheet was printed: it is typed back for the test."""
        self.folder = None
        self._hide_words()
        self.typed.show()
        self.state.say(_("Now type the words back from the paper, so that you know the paper is right."), "info")
        self.typed.setFocus()

    def read_back(self) -> str:
        """The part as it was written: from the stick, or typed from the paper. Raises ``Problem``."""
        if self.folder is not None:
            try:
                return (self.folder / self.page.kit.file_name(self.part)).read_text(encoding="utf-8")
            except OSError as error:
                raise Problem(
                    _("Part {part} cannot be read. Put its stick in, then test again.").format(part=self.part)
                ) from error
        if not self.typed.toPlainText().strip():
            raise Problem(_("Part {part} was not printed or saved yet.").format(part=self.part))
        return self.typed.toPlainText()


class KitPage(Page):
    """Prints or saves the parts, names the keepers, and tests all three."""

    key = "kit"
    title = N_("Recovery kit")
    icon = "key-round"
    under = "settings"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.kit: setup.Kit
        self.cards: list[_PartCard] = []

    def refresh(self) -> None:
        if self.cards:
            return
        store = self.shell.desk.store
        kit = _waiting.pop(store.slots.store, None)
        if kit is None:
            self._offer(tested=store.kit_tested)
        else:
            self._show(kit)

    def go_back(self) -> None:
        self.shell.show_page("settings", tab="safety")

    def _offer(self, *, tested: bool) -> None:
        self.clear()
        self.set_head(_("Recovery kit"), back=_("Settings") if tested else "")
        words = (
            _("The recovery kit was tested. Two of its three parts open the records when no passphrase is left.")
            if tested
            else _("The recovery kit was not tested yet. Until then no record of a woman can be written.")
        )
        make = PrimaryButton(_("Make a new kit"), self._new, icon_name="key-round")
        self.add(Card("", Notice(words, "ok" if tested else "warn"), make, note=_("A new kit ends the old one.")))

    def _new(self) -> None:
        try:
            self._show(setup.new_kit(self.shell.desk.store))
        except Problem as problem:
            self.problem.show_problem(problem)

    def _show(self, kit: setup.Kit) -> None:
        self.kit = kit
        self.clear()
        self.set_head(_("Recovery kit"), _("If every passphrase is lost, two of these three parts open the records."))
        steps = Stepper([_("Site and you"), _("Recovery kit"), _("A second way in"), _("Ready")])
        steps.show_step(1)
        self.add(steps)
        self.warning = Notice("", "warn")
        self.add(self.warning)
        self.cards = [_PartCard(self, part) for part in PARTS]
        columns = Columns()
        for place, card in enumerate(self.cards):
            (columns.left if place != 1 else columns.right).add(card)
        columns.right.add(
            Card(
                _("Test all three"),
                Sentence(
                    _("The program opens the records with each pair of parts as they were written. Then work begins.")
                ),
                PrimaryButton(_("Test the kit"), self._test, icon_name="shield-check"),
                note=_("Never keep two parts in one place. One part alone opens nothing."),
            )
        )
        self.add(columns)

    def warn(self) -> None:
        """Two keepers who work for the facility can be made to hand over both."""
        inside = sum(card.inside.isChecked() for card in self.cards)
        words = _("Two keepers work for the facility. Together they could open the records. Choose one from outside.")
        self.warning.say(words if inside > 1 else "", "warn")

    def print_part(self, card: _PartCard) -> None:
        """Print one sheet; it is never written to a file."""
        from ..printing import print_words

        if not card.keeper.text().strip():
            card.ask_keeper()
            return

        def made(data: bytes) -> None:
            try:
                if print_words(self, self.shell.desk, data, f"kit {card.part}"):
                    card.printed()
            except Problem as problem:
                card.state.say(problem.sentence, "warn")

        words, keeper, part = self.kit.parts[card.part], card.keeper.text().strip(), card.part
        store = self.shell.desk.store
        self.later(lambda _job: setup.kit_sheet(store, part, words, keeper), made, waits=card)

    def _test(self) -> None:
        store = self.shell.desk.store
        try:
            for card in self.cards:
                if not card.keeper.text().strip():
                    card.ask_keeper()
                    return
            keepers = {card.part: card.keeper.text().strip() for card in self.cards}
            setup.test_kit(store, {card.part: card.read_back() for card in self.cards})
            setup.note_keepers(store, keepers)
        except Problem as problem:
            self.problem.show_problem(problem)
            self.ensureWidgetVisible(self.problem)
            return
        self.cards = []
        self.problem.clear()
        self._offer(tested=True)
        self.shell.toast(_("The kit works. Now give each part to its keeper."))
        if self.shell.desk.may("make_slip") and not self.shell.desk.read(slips.has_second):
            self.shell.show_page("second_way", step="yes")
        else:
            self.shell.show_page("today")
