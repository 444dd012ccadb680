"""A print as a file: locked with a passphrase; without one only where whoever is at the desk may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from ...actions import printing as prints
from ...base.files import replace_file
from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..choosing import choose_new_file
from ..layouts import Flow, Reading, Stack
from ..passphrase import PassphraseEdit
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence, reveal

if TYPE_CHECKING:
    from ..desk import Desk

_TONES = {"weak": "warn", "fair": "info", "strong": "ok"}


class SaveCard(Card):
    """``asked(file, passphrase)`` once both are said; an empty passphrase leaves the file open.

    ``closed`` when it is over, saved or not.
    """

    asked = Signal(object, str)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Save as PDF"))
        self._desk = desk
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
        self.add(Flow(self.go, Button(_("Do not save"), self._close), space=t.S3))
        self.box.addStretch(1)

    def begin(self) -> None:
        """Begin anew, with nothing typed."""
        self.forget()
        reveal(self.open_file, self._desk.read(prints.may_save_open))
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
            self._choose_file("")
            return
        typed = self.first.edit.text()
        if not typed:
            self.refuse(_("Type a passphrase first. Nothing was saved."))
        elif typed != self.again.edit.text():
            self.refuse(_("The two passphrases are not the same. Nothing was saved. Type them again."))
        else:
            self._choose_file(typed)

    def _choose_file(self, passphrase: str) -> None:
        start = Path.home() / "Document.pdf"
        if (file := choose_new_file(self, "Re-entry Desktop", "PDF (*.pdf)", start)) is not None:
            self.asked.emit(file, passphrase)

    def save(
        self, data: bytes, file: Path, passphrase: str, note: Callable[[str], object], unwritten: Callable[[], str]
    ) -> tuple[str, str] | None:
        """``note`` it under the name of the file, then write *data*, locked unless *passphrase* is empty.

        In this order no file is anywhere that the log does not know of. ``unwritten`` does what is to be done, and
        gives what to tell, where it is noted and no file could be written. Returns what to say, and in which tone.
        """
        file = file if file.suffix else file.with_suffix(".pdf")
        if not passphrase and not self._desk.read(prints.may_save_open):
            return None
        try:
            data = prints.protected(data, passphrase) if passphrase else data
            note(file.name)
            try:
                replace_file(file, data)
            except OSError:
                self.refuse(unwritten())
                return None
        except Problem as problem:
            self.refuse(problem.sentence)
            return None
        self._close()
        words = _("Saved, and locked. Only the passphrase opens it: write it on paper, apart from the file.")
        if not passphrase:
            words = _("Saved. The file is not locked: delete it when it is no longer needed.")
        return words, "ok" if passphrase else "warn"

    def _close(self) -> None:
        self.forget()
        self.closed.emit()
