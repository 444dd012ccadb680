"""A print as a file: locked with a passphrase; without one only where whoever is at the desk may."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from ...actions import printing as prints
from ...base.words import _
from .. import tokens as t
from ..layouts import Flow, Reading, Stack
from ..passphrase import PassphraseEdit
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence, reveal

_TONES = {"weak": "warn", "fair": "info", "strong": "ok"}


class SaveCard(Card):
    """``asked(passphrase)`` when a place for the file is to be chosen; an empty one leaves the file open."""

    asked = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(_("Save as PDF"))
        self.open_file = QCheckBox(_("Save it without a passphrase"))
        self.open_file.clicked.connect(lambda _on=False: self._show())
        self.first, self.again = PassphraseEdit(), PassphraseEdit()
        self.again.show_typed.hide()
        self.again.edit.setAccessibleName(_("The same passphrase again"))
        self.first.show_typed.toggled.connect(self.again.show_typed.setChecked)
        self.strength = Notice()
        self.first.edit.textEdited.connect(self._tell)
        self.first.returned.connect(self.again.setFocus)
        self.again.returned.connect(self._ask)
        keep = _("Write it on paper, and keep it apart from the file. Without it nobody can open the file.")
        self.locked = Stack(
            Stack(Sentence(_("Passphrase"), role="strong"), self.first, space=t.S1),
            self.strength,
            Stack(Sentence(_("The same passphrase again"), role="strong"), self.again, space=t.S1),
            Sentence(keep),
            space=t.S3,
        )
        self.warning = Notice("", "warn")
        self.wrong = Notice("", "danger")
        self.go = PrimaryButton(_("Choose where to save"), self._ask, icon_name="download")
        for widget in (self.open_file, Reading(self.locked, width=30), self.warning, self.wrong):
            self.add(widget)
        self.add(Flow(self.go, Button(_("Do not save"), self.closed.emit), space=t.S3))
        self.box.addStretch(1)

    def begin(self, *, may_save_open: bool) -> None:
        """Begin anew, with nothing typed."""
        self.forget()
        reveal(self.open_file, may_save_open)
        self.open_file.setChecked(False)
        self._show()
        self.first.setFocus()

    def forget(self) -> None:
        """No passphrase stays behind."""
        self.first.clear()
        self.again.clear()
        self.wrong.say("", "danger")
        self._tell("")

    def refuse(self, sentence: str) -> None:
        """Say why nothing was saved."""
        self.wrong.say(sentence, "danger")
        (self.go if self.open_file.isChecked() else self.first).setFocus()

    def _show(self) -> None:
        on = self.open_file.isChecked()
        reveal(self.locked, not on)
        words = _(
            "A file is not locked: whoever finds it can read her words, and copies of it are not known here. "
            "Save it only where it is needed, and delete it afterwards."
        )
        self.warning.say(words if on else "", "warn")
        self.wrong.say("", "danger")

    def _tell(self, typed: str) -> None:
        if not typed:
            self.strength.say("")
            return
        found = prints.passphrase_strength(typed)
        words = _(prints.STRENGTHS[found])
        if words != self.strength.text():
            self.strength.say(words, _TONES[found])

    def _ask(self) -> None:
        if self.open_file.isChecked():
            self.asked.emit("")
            return
        typed = self.first.edit.text()
        if not typed:
            self.refuse(_("Type a passphrase first. Nothing was saved."))
        elif typed != self.again.edit.text():
            self.refuse(_("The two passphrases are not the same. Nothing was saved. Type them again."))
        else:
            self.asked.emit(typed)
