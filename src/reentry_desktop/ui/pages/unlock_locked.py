"""On the first page: an account that is locked, and releasing it with words that the office reads out by phone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit

from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..layouts import Flow, Stack
from ..widgets import Button, LinkButton, Notice, Sentence, reveal

_LONGEST = 200  # characters of eight words


class LockedAccount(Stack):
    """Says that it is locked. ``challenge()`` is what to read out; ``release(name, words)``; both raise ``Problem``."""

    released = Signal()

    def __init__(self, challenge: Callable[[], str], release: Callable[[str, str], None]) -> None:
        super().__init__(space=t.S2)
        self._challenge, self._release, self._name = challenge, release, ""
        self.notice = Notice("", "warn")
        self.phone = LinkButton(press=self._show_phone, icon_name="phone")
        self.read_out = Sentence()
        self.said = Sentence(role="h2", wide=True)
        self.label = QLabel()
        self.label.setProperty("role", "strong")
        self.words = QLineEdit()
        self.words.setMaxLength(_LONGEST)
        self.words.returnPressed.connect(self._try)
        self.label.setBuddy(self.words)
        self.go = Button("", self._try, icon_name="check")
        self.by_phone = Stack(self.read_out, self.said, self.label, self.words, Flow(self.go), space=t.S1)
        for widget in (self.notice, Flow(self.phone), self.by_phone):
            self.add(widget)
        self.show_name("")

    def show_name(self, name: str) -> None:
        """The account of *name* is locked; ``""``: none is."""
        self._name = name
        self.setVisible(bool(name))
        reveal(self.by_phone, False)
        reveal(self.phone, True)
        self.words.clear()
        self.retell()

    def retell(self) -> None:
        """Say everything in the language of the screen."""
        self.notice.say(
            _(
                "This account is locked after five wrong passphrases. The records are safe. "
                "Another administrator releases it: Settings, Staff."
            )
            if self._name
            else "",
            "warn",
        )
        self.phone.setText(_("Release it by phone"))
        self.read_out.setText(
            _("Ring your program office, or an administrator at another PC of your office. Read this to them:")
        )
        self.label.setText(_("The eight words they read to you"))
        self.words.setAccessibleName(_("The eight words they read to you"))
        self.go.setText(_("Release"))

    def _show_phone(self) -> None:
        try:
            self.said.setText(self._challenge())
        except Problem as problem:
            self.notice.say(problem.sentence, "warn")
            return
        self.said.setAccessibleName(self.said.text())
        reveal(self.phone, False)
        reveal(self.by_phone, True)
        self.words.setFocus()

    def _try(self) -> None:
        if not self.words.text().strip():
            self.words.setFocus()
            return
        try:
            self._release(self._name, self.words.text())
        except Problem as problem:
            self.notice.say(problem.sentence, "warn")
            return
        self.released.emit()
