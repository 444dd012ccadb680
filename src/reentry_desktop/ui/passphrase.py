"""The line a passphrase is typed into: hidden, to be shown on request, with a word about Caps Lock."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from ..base.words import _
from . import tokens as t
from .layouts import Stack
from .widgets import Notice, Sentence


def caps_lock(event: QKeyEvent | None = None) -> bool | None:
    """Whether Caps Lock is on: asked of Windows, elsewhere told from a letter's case. None where unknown."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.user32.GetKeyState(0x14) & 1)
    if event is None or len(event.text()) != 1 or not event.text().isalpha():
        return None
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return event.text().isupper() != shift


class PassphraseEdit(QWidget):
    """``returned`` when Enter is pressed."""

    returned = Signal()

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S1)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhHiddenText
        )
        self.edit.setMaxLength(1024)
        self.edit.installEventFilter(self)
        self.edit.returnPressed.connect(self.returned)
        self.show_typed = QCheckBox()
        self.show_typed.toggled.connect(self._show)
        self.caps = Notice("", "warn")
        for widget in (self.edit, self.caps, self.show_typed):
            box.addWidget(widget)
        self.setFocusProxy(self.edit)
        self.retell()

    def retell(self) -> None:
        """Say everything in the language of the screen."""
        self.edit.setAccessibleName(_("Passphrase"))
        self.show_typed.setText(_("Show what I type"))
        if self.caps.text():
            self._say_caps(True)

    def take(self) -> str:
        """What was typed; the line is empty afterwards and its undo history gone."""
        typed = self.edit.text()
        self.clear()
        return typed

    def clear(self) -> None:
        """Empty and hidden again."""
        self.edit.clear()
        self.edit.setModified(False)
        self.show_typed.setChecked(False)

    def _show(self, on: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)

    def _say_caps(self, on: bool) -> None:
        self.caps.say(_("Caps Lock is on.") if on else "", "warn")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_CapsLock and sys.platform != "win32":
                self._say_caps(not self.caps.text())
            elif (on := caps_lock(event)) is not None and on != bool(self.caps.text()):
                self._say_caps(on)
        elif event.type() == QEvent.Type.FocusIn and caps_lock():
            self._say_caps(True)
        return False


class NewPassphrase(Stack):
    """A new passphrase, typed twice. ``first`` and ``again`` are its lines; one box shows both."""

    def __init__(self, title: str = "") -> None:
        self.first, self.again = PassphraseEdit(), PassphraseEdit()
        super().__init__(
            Sentence(title or _("Passphrase"), role="strong"),
            Sentence(_("At least 12 characters. Four words that do not belong together are good."), tone="muted"),
            self.first,
            Sentence(_("The same again"), role="strong"),
            self.again,
            space=t.S3,
        )
        self.again.edit.setAccessibleName(_("Passphrase again"))
        self.first.show_typed.hide()
        self.again.show_typed.toggled.connect(self.first.show_typed.setChecked)

    def differ(self) -> str:
        """The sentence where the two are not the same, with the focus on the first; ``""`` where they are."""
        if self.first.edit.text() == self.again.edit.text():
            return ""
        self.first.edit.setFocus()
        return _("The two passphrases are not the same. Type them again.")
