"""One's own second proof: a key file on a stick, or a sheet of one-time words; what there is, and what was lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ...actions import second_proof
from ...base.problems import Problem
from ...base.words import _, ngettext
from .. import tokens as t
from ..choosing import choose_folder
from ..editors import Line
from ..layouts import Flow, Stack
from ..passphrase import PassphraseEdit
from ..widgets import Button, Card, LinkButton, Notice, Sentence, reveal

if TYPE_CHECKING:
    from ...store import Store
    from .settings import SettingsPage

T = TypeVar("T")
FEW = 5
"""So few lines are left that a new sheet is made soon."""


class SecondCard(Card):
    """Each change asks for the passphrase. A sheet counts once it is on paper."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(
            _("My second proof"),
            note=_("Beside the passphrase, the program then asks for something you hold. A phone is never needed."),
        )
        self.page = page
        self._sheet: second_proof.Sheet | None = None
        self._passphrase = ""
        self.has = Notice("", "info")
        self.lost = Flow()
        self.passphrase = PassphraseEdit()
        words = Sentence(_("Type your passphrase to change this"), role="strong")
        words.setBuddy(self.passphrase.edit)
        self.passphrase.edit.setAccessibleName(words.text())
        self.state = Notice("", "ok")
        self.file = Button(_("Put a key file onto a stick"), self._file, icon_name="usb")
        self.print = Button(_("Print a sheet of words"), self._print, icon_name="printer")
        self.typed = Line(most=120)
        self.typed.edit.returnPressed.connect(self._on_paper)
        self.typed.edit.setAccessibleName(_("The words of the last line on the paper"))
        told = _("Type the words of the last line from the paper. Then the sheet counts.")
        self.paper = Stack(
            Sentence(told), self.typed, Flow(Button(_("It is on paper"), self._on_paper, icon_name="check")), space=t.S2
        )
        for widget in (
            self.has, self.lost, Stack(words, self.passphrase, space=t.S1), Flow(self.file, self.print), self.paper,
            self.state,
        ):  # fmt: skip
            self.add(widget)
        reveal(self.paper, False)

    def refresh(self) -> None:
        """Say what there is."""
        found = second_proof.proofs(self.page.shell.desk.store)
        said = [_("Key file: {label}").format(label=label) for label in found.files]
        if found.lines:
            words = ngettext("Sheet: {n} line is left.", "Sheet: {n} lines are left.", found.lines)
            said.append(words.format(n=found.lines))
        if not said:
            none = _("You have none. This site asks for one.") if found.required else _("You have none.")
            self.has.say(none, "warn" if found.required else "info")
        else:
            few = not found.files and found.lines <= FEW
            self.has.say(
                "\n".join(said) + ("\n" + _("Print a new sheet soon.") if few else ""), "warn" if few else "ok"
            )
        self.lost.clear()
        for label in found.files:
            words = _("The stick “{label}” is lost").format(label=label)
            self.lost.add(LinkButton(words, partial(self._drop, label), icon_name="trash-2"))
        if found.lines:
            self.lost.add(LinkButton(_("The sheet is lost"), partial(self._drop, ""), icon_name="trash-2"))
        reveal(self.lost, bool(said))

    def forget(self) -> None:
        """A sheet that was not confirmed never counts; the passphrase is forgotten."""
        self._sheet, self._passphrase = None, ""
        self.passphrase.clear()
        self.typed.set("")
        reveal(self.paper, False)

    def _take(self) -> str:
        if not self.passphrase.edit.text():
            self.state.say(_("Type your passphrase first."), "warn")
            self.passphrase.edit.setFocus()
            return ""
        return self.passphrase.take()

    def _file(self) -> None:
        if not self.passphrase.edit.text():
            self._take()
            return
        folder = choose_folder(self, _("Choose the stick"))
        if folder is not None:
            self.write_to(folder)

    def write_to(self, folder: Path) -> None:
        """Put a key file into *folder*."""
        said = self._take()

        def done(path: Path) -> None:
            words = _("The key file is on the stick: {file}. Take it with you when you leave the desk.")
            self._done(words.format(file=path.name))

        if said:
            self._later(lambda store: second_proof.add_key_file(store, said, folder), done)

    def _print(self) -> None:
        if not (said := self._take()):
            return

        def made(sheet: second_proof.Sheet) -> None:
            from ..printing import print_words

            self.state.say("")
            try:
                if not print_words(self, self.page.shell.desk, sheet.pdf.data, "one-time words"):
                    return
            except Problem as problem:
                self.state.say(problem.sentence, "danger")
                return
            self.printed(sheet, said)

        self._later(lambda store: second_proof.make_sheet(store, said), made)

    def printed(self, sheet: second_proof.Sheet, passphrase: str) -> None:
        """It came out of the printer: now it is compared with the paper."""
        self._sheet, self._passphrase = sheet, passphrase
        reveal(self.paper, True)
        self.typed.edit.setFocus()

    def _on_paper(self) -> None:
        if (sheet := self._sheet) is None:
            return
        try:
            right = second_proof.is_on_paper(sheet, self.typed.typed())
        except Problem as problem:
            self.state.say(problem.sentence, "danger")
            return
        if not right:
            self.state.say(_("That is not the last line. Compare it with the paper, and type it again."), "danger")
            return
        said = self._passphrase
        self.forget()
        words = _("The sheet counts from now on. An earlier one no longer opens your account here.")
        self._later(lambda store: second_proof.keep_sheet(store, said, sheet), lambda _nothing: self._done(words))

    def _drop(self, label: str) -> None:
        if said := self._take():
            words = _("It no longer opens your account here.")
            self._later(lambda store: second_proof.drop(store, said, label), lambda _nothing: self._done(words))

    def _done(self, words: str) -> None:
        self.state.say(words, "ok")
        self.page.you.refresh()
        self.page.go_on()

    def _later(self, work: Callable[[Store], T], done: Callable[[T], object]) -> None:
        store = self.page.shell.desk.store
        self.state.say(_("One moment…"), "info")

        def finished(result: T) -> None:
            self.state.say("")
            done(result)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.state.say(error.sentence, "danger")
            self.passphrase.edit.setFocus()
            if error.code == "locked":
                self.page.shell.lock()

        self.page.later(lambda _job: work(store), finished, failed, waits=self)
