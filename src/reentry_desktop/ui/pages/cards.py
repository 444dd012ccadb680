"""The cards of the sites: the own one goes out with its twelve words; another's is trusted once its words are typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from ...actions import sync
from ...base.files import in_file_name
from ...base.problems import Problem
from ...base.wordlist import FINGERPRINT_WORDS
from ...base.words import _
from .. import tokens as t
from ..choosing import choose_file, choose_new_file
from ..editors import PRIVATE
from ..layouts import Flow, Stack
from ..sticks import sticks
from ..style import em
from ..widgets import Button, Card, InlineProblem, LinkButton, Notice, Sentence, restyle

if TYPE_CHECKING:
    from pathlib import Path

    from ..desk import Desk


WIDE = 7.25
"""em: room for the longest word of the list."""


def stick_place() -> Path | None:
    """Where a dialog begins: at the stick, if one is in."""
    found = sticks()
    return found[0].folder if found else None


class _Word(QWidget):
    def __init__(self, number: int, word: str) -> None:
        super().__init__()
        self.setFixedWidth(em(WIDE))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        small, big = QLabel(str(number)), QLabel(word)
        small.setProperty("role", "small")
        small.setProperty("tone", "muted")
        big.setProperty("role", "h2")
        box.addWidget(small)
        box.addWidget(big)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(em(WIDE))


class TwelveWords(Flow):
    """A fingerprint to read out: each word with its number."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(space=t.S3)
        self.setAccessibleName(" ".join(words))
        for number, word in enumerate(words, 1):
            self.add(_Word(number, word))


class OwnCard(Card):
    """This site's card."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            _("Our card"),
            note=_("Save it to a stick for the other site. Then call them, and read them these twelve words."),
        )
        self.desk = desk
        self.card, _data = sync.own_card(desk.store)
        self._words = Stack(TwelveWords(self.card.fingerprint))
        self.add(self._words)
        self.state = Notice("", "ok")
        self.save = Button(_("Save our card"), self._save, icon_name="download")
        self.sheet = LinkButton(_("Print the twelve words"), self._print, icon_name="printer")
        self.add(Flow(self.save, self.sheet, space=t.S3))
        self.add(self.state)

    def refresh(self) -> None:
        """The words of the keys that this site has now."""
        card, _data = sync.own_card(self.desk.store)
        if card.signing != self.card.signing:
            old = self._words.box.takeAt(0)
            if old is not None and (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
            self._words.add(TwelveWords(card.fingerprint))
        self.card = card

    def _print(self) -> None:
        from ..printing import print_words

        try:
            print_words(self, self.desk, sync.card_sheet(self.desk.store), "card")
        except Problem as problem:
            self.state.say(problem.sentence, "danger")

    def _save(self) -> None:
        name = f"{in_file_name(self.card.code) or 'site'}{sync.CARD_ENDING}"
        place = stick_place()
        start = place / name if place is not None else _home() / name
        path = choose_new_file(self, _("Where does our card go?"), _("Cards (*.card)"), start)
        if path is None:
            return
        try:
            sync.save_card(self.desk.store, path)
        except Problem as problem:
            self.state.say(problem.sentence, "danger")
            return
        self.state.say(_("Saved: {file}. A card holds no secret and no woman's name.").format(file=path.name), "ok")


def _home() -> Path:
    from pathlib import Path

    return Path.home()


class WordEdit(QLineEdit):
    """One of the twelve. Four letters are enough; space and Enter go to the next; all twelve may be pasted."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setAccessibleName(_("Word {number} of {count}").format(number=number, count=FINGERPRINT_WORDS))
        self.setPlaceholderText(str(number))
        self.setInputMethodHints(PRIVATE | Qt.InputMethodHint.ImhNoAutoUppercase)
        self.setFixedWidth(em(WIDE))
        self.told: Callable[[str], object] = lambda _words: None
        self.next: Callable[[], object] = lambda: None
        self.pasted: Callable[[list[str]], object] = lambda _words: None
        self.textEdited.connect(self._edited)
        self.editingFinished.connect(self.complete)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(em(WIDE))

    def _edited(self, text: str) -> None:
        restyle(self, "wrong", False)
        self.setAccessibleDescription("")
        self.told("")
        if len(words := text.split()) > 1:
            self.pasted(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            if self.complete():
                self.next()
            return
        super().keyPressEvent(event)

    def complete(self) -> bool:
        """Write the whole word. False, and marked, where the list has none like it."""
        typed = self.text().strip()
        if not typed:
            return False
        word = sync.full_word(typed)
        restyle(self, "wrong", not word)
        if word:
            self.setText(word)
        else:
            words = _("“{word}” is not a word of the list. Ask for it again.").format(word=typed[:20])
            self.setAccessibleDescription(words)
            self.told(words)
        return bool(word)


class OtherCard(Card):
    """Another site's card: read from a stick, trusted once the twelve words that site reads out were typed."""

    def __init__(self, desk: Desk, trusted: Callable[[str], object]) -> None:
        super().__init__(
            _("Another site's card"),
            note=_("Read it from their stick. Then call them, and type the twelve words that they read out to you."),
        )
        self.desk, self._trusted = desk, trusted
        self.found: tuple[sync.Card, bytes] | None = None
        self.read = Button(_("Read a card"), self._choose, icon_name="upload")
        self.wrong = InlineProblem()
        self.of = Sentence("", role="strong")
        self.edits = [WordEdit(number) for number in range(1, FINGERPRINT_WORDS + 1)]
        flow = Flow(*self.edits, space=t.S3)
        self.trust = Button(_("The words match: trust this site"), self._trust, icon_name="shield-check")
        for place, edit in enumerate(self.edits):
            after = self.edits[place + 1] if place + 1 < FINGERPRINT_WORDS else self.trust
            edit.next = after.setFocus
            edit.told = self.wrong.show_problem
            edit.pasted = partial(self._spread, place)
        self.new_keys = QCheckBox(_("They said by phone that their keys are new"))
        self.words = [self.of, flow, self.new_keys, self.trust]
        for widget in (self.read, *self.words, self.wrong):
            self.add(widget)
        self._show(False)

    def _show(self, on: bool) -> None:
        for widget in self.words:
            widget.setVisible(on)

    def _choose(self) -> None:
        path = choose_file(self, _("Choose their card"), _("Cards (*.card);;All files (*)"), stick_place())
        if path is not None:
            self.read_card(path)

    def read_card(self, path: Path) -> None:
        """Read a card; it is not trusted yet."""
        self.wrong.clear()
        self.forget()
        try:
            card, data = sync.read_card(self.desk.store, path)
        except Problem as problem:
            self.wrong.show_problem(problem)
            return
        if self.desk.do(self, sync.take_card, card, data):
            self._trusted(card.name)
            return
        self.found = card, data
        named = _("{site} ({code})").format(site=card.name, code=card.code) if card.code else card.name
        self.of.setText(_("A card that says it is of {site}.").format(site=named))
        self._show(True)
        self.new_keys.setVisible(self.desk.read(sync.has_other_keys, card))
        self.edits[0].setFocus()

    def _spread(self, place: int, words: list[str]) -> None:
        for edit, word in zip(self.edits[place:], words, strict=False):
            edit.setText(word)
            edit.complete()
        last = min(place + len(words), FINGERPRINT_WORDS) - 1
        self.edits[last].next()

    def _trust(self) -> None:
        if self.found is None:
            return
        for number, edit in enumerate(self.edits, 1):
            if not edit.complete():
                words = _("Word {number} is missing, or is not a word of the list. Nothing was changed.")
                self.wrong.show_problem(words.format(number=number))
                edit.setFocus()
                return
        card, data = self.found
        try:
            typed = " ".join(edit.text() for edit in self.edits)
            self.desk.do(self, sync.trust_card, card, data, typed, new_keys=self.new_keys.isChecked())
        except Problem as problem:
            self.wrong.show_problem(problem)
            return
        self.forget()
        self.wrong.clear()
        self._trusted(card.name)

    def forget(self) -> None:
        """Take away the card that was read and what was typed."""
        self.found = None
        self._show(False)
        self.new_keys.setChecked(False)
        for edit in self.edits:
            edit.clear()
            restyle(edit, "wrong", False)
