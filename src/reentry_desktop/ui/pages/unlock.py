"""The first page: who is working, and the passphrase. It shows nothing about participants, and no state."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ...base.problems import Problem, StoreDamaged
from ...base.words import LANGUAGES, _, language
from .. import tokens as t
from ..layouts import Flow, Reading, SplitLayout, Stack
from ..passphrase import PassphraseEdit
from ..second import SecondProof
from ..style import em
from ..widgets import Button, Chip, Heading, Icon, InlineProblem, LinkButton, PrimaryButton, Sentence, reveal
from ..worker import Worker
from .unlock_locked import LockedAccount

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

NARROW = 54
FEW = 6
"""Up to so many people are shown as buttons; more as a list to open."""


@dataclass(frozen=True)
class Unlocking:
    """What the page needs to know and may do. No function of it is called on the window's thread but ``wait``."""

    people: Sequence[str]
    unlock: Callable[[str, str, str], None]
    """(name, passphrase, second proof); raises ``Problem``."""
    wait: Callable[[], float] = lambda: 0.0
    """Seconds until the next try is heard."""
    site: str = ""
    banner: str = ""
    practice: Callable[[], object] | None = None
    """Opens the practice records; called on the window's thread."""
    leave: Callable[[], object] | None = None
    """From the practice records back to the real ones; called on the window's thread."""
    recover: Callable[[], object] | None = None
    """Asks for two parts of the recovery kit; called on the window's thread."""
    must_agree: bool = False
    """Whether the banner is acknowledged before anybody unlocks."""
    second: Callable[[str], tuple[str, bool, int]] = lambda _name: ("", False, 0)
    """What the account asks for beside the passphrase: how its key file is called, whether it has one, and the number
    of the next line of its sheet, or 0."""
    is_locked: Callable[[str], bool] = lambda _name: False
    challenge: Callable[[], str] = lambda: ""
    """What is read out by phone; raises ``Problem``, as ``release(name, words)`` does. On the window's thread."""
    release: Callable[[str, str], None] = lambda _name, _words: None
    repair: Callable[[], object] | None = None
    """Saves what can be saved of damaged records; called on the window's thread."""


class UnlockPage(QScrollArea):
    """``unlocked`` comes after ``Unlocking.unlock`` returned."""

    unlocked = Signal(str)
    language_asked = Signal(str)

    def __init__(self, ask: Unlocking) -> None:
        super().__init__()
        self.ask = ask
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("ground", "page")
        self._worker = Worker(self)
        self._busy = False
        self._countdown = QTimer(self, interval=250)
        self._countdown.timeout.connect(self._count)
        inside = QWidget()
        inside.setProperty("ground", "page")
        split = SplitLayout(inside, ratio=(4, 7), narrow=NARROW, space=0)
        split.addWidget(self._side())
        split.addWidget(self._form())
        self.setWidget(inside)
        self.retell()

    def _side(self) -> QWidget:
        side = QFrame()
        side.setProperty("part", "dark")
        box = QVBoxLayout(side)
        box.setContentsMargins(t.S6, t.S5, t.S6, t.S5)
        box.setSpacing(t.S3)
        self._program = Heading(level=1)
        self._program.setProperty("tone", "on-dark")
        self._promise = Sentence(tone="quiet-on-dark")
        self._site = Sentence(self.ask.site, tone="on-dark", role="strong")
        self._banner = Sentence(self.ask.banner, tone="quiet-on-dark", role="small")
        self._sprout = Icon("sprout", t.AMBER, size=3)
        self._tongues = Flow()
        self._tongue_buttons = {}
        for code, name in LANGUAGES.items():
            button = Button(name, kind="on-dark")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setChecked(code == language())
            button.clicked.connect(lambda _on=False, code=code: self.language_asked.emit(code))
            self._tongue_buttons[code] = button
            self._tongues.add(button)
        top = QWidget()
        self._top = SplitLayout(top)
        self._top.addWidget(self._program)
        self._side_box = box
        box.addStretch(1)
        box.addWidget(self._sprout)
        box.addWidget(top)
        box.addWidget(self._promise)
        box.addStretch(2)
        for widget, wanted in ((self._site, self.ask.site), (self._banner, self.ask.banner)):
            reveal(widget, bool(wanted))
            box.addWidget(widget)
        box.addWidget(self._tongues)
        return side

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window shows the site's side as a band: name and languages on one line."""
        narrow = self.viewport().width() < em(NARROW)
        if narrow != (self._tongues.parentWidget() is self._program.parentWidget()):
            (self._top if narrow else self._side_box).addWidget(self._tongues)
            self._sprout.setHidden(narrow)
            self._promise.setHidden(narrow)
            self._hint.setHidden(narrow)
            self._form_box.setContentsMargins(t.S6, t.S4 if narrow else t.S5, t.S6, t.S5)
            edge = t.S3 if narrow else t.S5
            self._side_box.setContentsMargins(t.S6, edge, t.S6, edge)
        super().resizeEvent(event)

    def _form(self) -> QWidget:
        form = Stack(space=t.S4)
        self._title = Heading(level=1)
        self._hint = Sentence(tone="muted")
        self._who = QLabel()
        self._who.setProperty("role", "strong")
        self._people = self._people_widget()
        self._pass_label = QLabel()
        self._pass_label.setProperty("role", "strong")
        self.passphrase = PassphraseEdit()
        self._pass_label.setBuddy(self.passphrase.edit)
        self.passphrase.returned.connect(self.try_unlock)
        self.second = SecondProof()
        self.second.words.returnPressed.connect(self.try_unlock)
        self.locked = LockedAccount(self.ask.challenge, self.ask.release)
        self.locked.released.connect(self._released)
        self.problem = InlineProblem()
        self.button = PrimaryButton("", self.try_unlock, icon_name="key-round")
        self.button.setDefault(True)
        self.forgot = LinkButton(icon_name="circle-question-mark")
        self.forgot.setCheckable(True)
        self.forgot_words = Sentence()
        self.forgot_words.hide()
        self.forgot.toggled.connect(self.forgot_words.setVisible)
        self.recover = LinkButton(press=self.ask.recover, icon_name="key-round")
        self.recover.hide()
        self.forgot.toggled.connect(lambda on: self.recover.setVisible(on and self.ask.recover is not None))
        self.repair = LinkButton(press=self.ask.repair, icon_name="shield-check")
        self.repair.hide()
        self.practice = LinkButton(press=self.ask.practice, icon_name="book-open")
        reveal(self.practice, self.ask.practice is not None)
        self.leave = LinkButton(press=self.ask.leave, icon_name="arrow-left")
        reveal(self.leave, self.ask.leave is not None)
        who = Stack(self._who, self._people, space=t.S1)
        phrase = Stack(self._pass_label, self.passphrase, space=t.S1)
        links = Stack(self.forgot, self.forgot_words, self.recover, self.repair, self.practice, self.leave, space=0)
        self._open = Stack(who, self.locked, phrase, self.second, self.problem, self.button, space=t.S4)
        for widget in (self._title, self._hint, self._open, links):
            form.add(widget)
        self.agreed = PrimaryButton("", self._agree, icon_name="check")
        self._words = Sentence(self.ask.banner, wide=True)
        self._asked = Stack(self._words, self.agreed, space=t.S4)
        form.box.insertWidget(1, self._asked)
        self._links, self._phrase = links, phrase
        self._asked.box.setAlignment(self.agreed, Qt.AlignmentFlag.AlignLeft)
        reveal(self._asked, self.ask.must_agree)
        for widget in (self._open, links, self._hint):
            reveal(widget, not self.ask.must_agree)
        if self.ask.must_agree:  # it stands in the middle until it was read
            self._banner.hide()
        self._open.box.setAlignment(self.button, Qt.AlignmentFlag.AlignLeft)
        for link in (self.forgot, self.recover, self.repair, self.practice, self.leave):
            links.box.setAlignment(link, Qt.AlignmentFlag.AlignLeft)
        place = QWidget()
        box = self._form_box = QVBoxLayout(place)
        box.setContentsMargins(t.S6, t.S5, t.S6, t.S5)
        box.addStretch(1)
        box.addWidget(Reading(form, width=32, centred=True))
        box.addStretch(1)
        return place

    def _people_widget(self) -> QWidget:
        self._chips: list[Chip] = []
        self._list: QComboBox | None = None
        if len(self.ask.people) > FEW:
            self._list = QComboBox()
            self._list.addItems(list(self.ask.people))
            self._list.setCurrentIndex(-1)
            self._list.activated.connect(lambda _index: self._chosen())
            self._who.setBuddy(self._list)
            return self._list
        group = QButtonGroup(self)
        flow = Flow()
        for name in self.ask.people:
            chip = Chip(name, icon_name="user", checkable=True)
            group.addButton(chip)
            chip.clicked.connect(lambda _on=False: self._chosen())
            self._chips.append(chip)
            flow.add(chip)
        if len(self._chips) == 1:
            self._chips[0].setChecked(True)
        return flow

    def retell(self) -> None:
        """Say everything in the language of the screen. What was typed stays."""
        self._program.setText("Re-entry Desktop")
        self._promise.setText(_("Wellness plans and follow-up. The records stay on this computer, locked."))
        self._title.setText(_("Locked"))
        self.agreed.setText(_("I have read this"))
        self.second.retell()
        self.locked.retell()
        self._hint.setText(_("Choose your name and type your passphrase to open the records."))
        self._who.setText(_("Who is working?"))
        if self._list is not None:
            self._list.setAccessibleName(_("Who is working?"))
            self._list.setPlaceholderText(_("Choose your name"))
        self._pass_label.setText(_("Passphrase"))
        self.passphrase.retell()
        self.button.setText(_("Unlock"))
        self.forgot.setText(_("Forgot it?"))
        self.forgot_words.setText(
            _(
                "Ask another administrator of this site. They can give you a passphrase that works once, and you "
                "choose a new one. The recovery sheets are for when no administrator is left."
            )
        )
        self.leave.setText(_("Back to the real records"))
        self.recover.setText(_("No administrator is left: use the recovery kit"))
        self.repair.setText(_("The records are damaged: save what can be saved"))
        self.practice.setText(_("Practice with invented women"))
        for code, button in self._tongue_buttons.items():
            button.setChecked(code == language())
            button.setAccessibleName(_("Language: {name}").format(name=LANGUAGES[code]))

    def name(self) -> str:
        """Whose name is chosen, or nothing."""
        if self._list is not None:
            return self._list.currentText() if self._list.currentIndex() >= 0 else ""
        return next((chip.text() for chip in self._chips if chip.isChecked()), "")

    def choose(self, name: str) -> None:
        """Choose *name*, where it is on the list, and wait at the passphrase."""
        if self._list is not None:
            self._list.setCurrentIndex(self._list.findText(name))
        for chip in self._chips:
            chip.setChecked(chip.text() == name)
        self.begin()

    def begin(self) -> None:
        """Put the focus where she goes on: the passphrase, or who she is."""
        self.passphrase.clear()
        self._count()
        if self._asked.isVisibleTo(self):
            self.agreed.setFocus()
            return
        self._show_account()
        if self.name():
            self.passphrase.edit.setFocus()
        elif self._list is not None:
            self._list.setFocus()
        elif self._chips:
            self._chips[0].setFocus()

    def _agree(self) -> None:
        """The banner was read: now who is working."""
        reveal(self._asked, False)
        for widget in (self._open, self._links, self._hint, self._banner):
            reveal(widget, True)
        self.begin()

    def _chosen(self) -> None:
        self._show_account()
        self.passphrase.edit.setFocus()

    def _show_account(self) -> None:
        """What the account that is chosen asks for, and whether it is locked."""
        name = self.name()
        locked = bool(name) and self.ask.is_locked(name)
        self.locked.show_name(name if locked else "")
        reveal(self._phrase, not locked)
        reveal(self.button, not locked)
        file, has_file, line = self.ask.second(name) if name and not locked else ("", False, 0)
        self.second.ask(file, has_file=has_file, line=line)

    def _released(self) -> None:
        self.begin()
        self.problem.say(_("Released. Type your passphrase."), "ok")

    def try_unlock(self) -> None:
        """Ask to unlock, beside the window: the passphrase takes about a second to check."""
        if self._busy or not self.button.isEnabled():
            return
        name = self.name()
        if not name:
            self.problem.show_problem(_("Choose your name first."))
            return
        if not self.passphrase.edit.text():
            self.problem.show_problem(_("Type your passphrase first."))
            self.passphrase.edit.setFocus()
            return
        if self.second.is_empty():
            self.problem.show_problem(_("Show your second proof too: the key file, or the words of the line."))
            self.second.target().setFocus()
            return
        typed, shown = self.passphrase.take(), self.second.shown()
        self._set_busy(True)
        self.problem.say(_("Opening the records…"), "info")

        def done(_nothing: None) -> None:
            self._set_busy(False)
            self.problem.clear()
            self.second.forget()
            self.unlocked.emit(name)

        self._worker.run(lambda _job: self.ask.unlock(name, typed, shown), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._set_busy(False)
        if not isinstance(error, Problem):
            self.problem.clear()
            raise error
        self._show_account()
        if error.code == "locked":  # it is said above the passphrase, with what to do
            self.problem.clear()
            return
        self.problem.show_problem(error, support=False)
        if isinstance(error, StoreDamaged):
            self.offer_repair()
        self.passphrase.edit.setFocus()
        self._count()

    def offer_repair(self) -> None:
        """The records were found damaged."""
        self.repair.setVisible(self.ask.repair is not None)

    def _count(self) -> None:
        """Show how long the next try has to wait, second by second."""
        left = math.ceil(self.ask.wait())
        if left > 0 and not self._busy:
            self.button.setEnabled(False)
            self.button.setText(_("Wait {seconds} s").format(seconds=left))
            self._countdown.start()
        elif self._countdown.isActive() or not self.button.isEnabled():
            self._countdown.stop()
            self.button.setEnabled(not self._busy)
            self.button.setText(_("Unlock"))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (self._people, self.passphrase, self.button, self._links, self._tongues):
            widget.setEnabled(not busy)
        if not busy:
            self.button.setText(_("Unlock"))
