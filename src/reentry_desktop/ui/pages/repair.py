"""Saving what can be saved of damaged records, from the unlock page: who opens them, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...base.problems import Problem
from ...base.words import _, ngettext
from ..choosing import choose_file
from ..form import RecordForm
from ..layouts import Flow
from ..passphrase import PassphraseEdit
from ..second import SecondProof
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ...actions.repairing import Repaired
    from .welcome import WelcomePage


class RepairSteps:
    """What the first page of all shows while damaged records are repaired."""

    def __init__(self, page: WelcomePage, *, opens: bool = True) -> None:
        """*opens* is whether there is an unlock page to go back to: not without a key file."""
        from .restoring import USER

        self.page, self.backups = page, list[Path]()
        if opens:
            page.turn(_("Save what can be saved"), "", page.ended.emit, _("Back"))
        else:
            page.turn(_("Save what can be saved"), "", page.show_ways, _("Back to the beginning"))
        self.person, self.phrase, self.second = RecordForm(USER), PassphraseEdit(), SecondProof()
        phrase = Sentence(_("Passphrase"), role="strong")
        card = Card(_("Who opens the records"), self.person, phrase, self.phrase, self.second)
        words = _(
            "The damaged file is kept. What can be read goes into a new one, and what is missing is named. The newest "
            "backup can fill it in."
        )
        if not opens:
            words = _(
                "The key file is taken from your newest backup. Give the passphrase that you had on the day of that "
                "backup. The records stay as they are now."
            )
        card.add(Notice(words))
        self.chosen = Sentence("", tone="muted")
        self.chosen.hide()
        more = Button(_("Choose the newest backup"), self._choose, icon_name="archive")
        self.go = PrimaryButton(_("Save what can be saved"), self._repair, icon_name="shield-check")
        card.add(Flow(more))
        card.add(self.chosen)
        card.add(Flow(self.go))
        page.add(card)

    def _choose(self) -> None:
        file = choose_file(self.page, _("Choose the backup"), _("Backups (*.backup);;All files (*)"))
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Fill in from this backup."""
        self.backups = [file]
        self.chosen.setText(file.name)
        self.chosen.show()

    def _repair(self) -> None:
        from ...actions import key_file, repairing

        page, backups = self.page, list(self.backups)
        user, phrase = str(self.person.typed()["user"]), self.phrase.edit.text()
        if self.second.isHidden():  # whether the account asks for one is known once it is named
            try:
                file, has_file, line = key_file.asked(page.folder, backups, user)
            except Problem as problem:
                page.problem.show_problem(problem)
                return
            self.second.ask(file, has_file=has_file, line=line)
        if self.second.is_empty():
            page.problem.show_problem(_("Show your second proof too: the key file, or the words of the line."))
            return
        shown = self.second.shown()
        page.later(
            lambda _job: repairing.repair(page.folder, user, phrase, shown=shown, backups=backups, clock=page.clock),
            self._done, _("Reading every page…"),
        )  # fmt: skip

    def _done(self, done: Repaired) -> None:
        page = self.page
        page.turn(_("What was saved"), "", page.ended.emit, _("Unlock"))
        n = done.entries
        words = ngettext("{n} entry is saved.", "{n} entries are saved.", n).format(n=f"{n:,}")
        card = Card(_("Saved"), Notice(words, "ok"))
        if done.kept is not None:
            card.add(Sentence(_("The damaged file is kept as {name}.").format(name=done.kept.name)))
        for sentence in done.told():
            card.add(Sentence(sentence))
        page.add(card)
        if done.kept is not None:
            page.add(self._missing(done))
        page.add(Flow(PrimaryButton(_("Unlock"), page.ended.emit, icon_name="key-round")))

    def _missing(self, done: Repaired) -> Card:
        missing = Card(_("What is missing"))
        for one in done.missing:
            missing.add(Sentence(one.words()))
        if done.women:
            missing.add(Sentence(_("They are about {names}.").format(names=", ".join(done.women)), role="strong"))
        if done.lists:
            missing.add(
                Sentence(_("Settings, lists or cards of other sites were lost too. Check them under Settings."))
            )
        last = _(
            "What was written last may be missing too. Copy a bundle for the office, and bring in its next one: it "
            "brings back what it has."
        )
        missing.add(Notice(last, "warn" if done.missing else "info"))
        return missing
