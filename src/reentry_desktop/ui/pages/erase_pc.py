"""Erasing the records on this PC in an emergency: whether it may be, two passphrases, and what is left to do."""

from __future__ import annotations

from pathlib import Path

from ...actions import emergency
from ...base.words import N_, _
from ...records.base import Field
from ..choosing import choose_folder
from ..form import RecordForm
from ..layouts import Columns
from ..page import Page, ScrollPage
from ..passphrase import PassphraseEdit
from ..second import SecondProof
from ..while_closed import WhileClosed
from ..widgets import Button, Card, Notice, Sentence

_SECOND = {"name": Field(N_("Sign-in name of the second person"), "line", True, 40)}


class ErasePcPage(Page):
    """Off unless the site allows it; both people sit here."""

    key = "erase_pc"
    title = N_("Erase this PC")
    icon = "lock"
    under = "settings"

    def go_back(self) -> None:
        self.shell.show_page("backups")

    def refresh(self) -> None:
        self.clear()
        self.stick: Path | None = None
        about = _("For an emergency. Two people do it together, and the office is told.")
        self.set_head(_("Erase this PC"), about, back=_("Backups"))
        reasons = self.shell.desk.read(emergency.why_not)
        if reasons:
            self.add(Card(_("Not now"), *(Notice(reason, "warn") for reason in reasons)))
            return
        self.second = RecordForm(_SECOND)
        self.phrases = [PassphraseEdit(), PassphraseEdit()]
        labels = (_("Your passphrase"), _("Passphrase of the second person"))
        rows = []
        for label, phrase in zip(labels, self.phrases, strict=True):
            words = Sentence(label, role="strong")
            words.setBuddy(phrase.edit)
            phrase.edit.setAccessibleName(label)
            rows.append((words, phrase))
        self.where = Sentence(_("No stick was chosen: you get a sentence to say by phone."), tone="muted")
        columns = Columns()
        columns.left.add(Card(_("You"), *rows[0]))
        self.proof = SecondProof()
        columns.left.add(Card(_("The second person"), self.second, *rows[1], self.proof))
        columns.right.add(
            Card(
                _("How the office is told"),
                self.where,
                Button(_("Choose the stick"), self._choose, icon_name="usb"),
                note=_("A sealed file that only the office can open."),
            )
        )
        columns.right.add(
            Card(
                "",
                Notice(
                    _("All records on this PC are gone then, for good. The office has them."),
                    "warn",
                ),
                Button(_("Erase the records on this PC"), self.begin_work, kind="danger", icon_name="lock"),
            )
        )
        self.add(columns)

    def leave(self) -> None:
        for phrase in getattr(self, "phrases", []):
            phrase.clear()

    def _choose(self) -> None:
        folder = choose_folder(self, _("Choose the stick"))
        if folder is not None:
            self.stick = folder
            self.where.setText(str(folder))

    def begin_work(self) -> None:
        """Close the records, check both, and erase."""
        store = self.shell.desk.store
        name = str(self.second.typed()["name"]).strip()
        if self.proof.isHidden() and name:  # whether her account asks for one is known once she is named
            file, has_file, line = store.slots.asked(name)
            self.proof.ask(file, has_file=has_file, line=line)
        if self.proof.is_empty():
            self.problem.show_problem(_("Show her second proof too: the key file, or the words of the line."))
            return
        first = emergency.Somebody(store.who.name, self.phrases[0].take(), store.keys.second)
        second = emergency.Somebody(name, self.phrases[1].take(), self.proof.shown())
        if not (first.passphrase and second.name and second.passphrase):
            self.problem.show_problem(_("Both passphrases and the second name are needed."))
            return
        stick, clock = self.stick, store.clock
        self.shell.closed_work.emit(
            WhileClosed(
                _("Erase this PC"),
                _("Telling the office, then erasing…"),
                lambda folder, _job: emergency.erase(folder, first, second, stick, clock),
                ErasedPage,
            )
        )


class ErasedPage(ScrollPage):
    """Nothing is here any more. What is left to do."""

    def __init__(self, made: emergency.Erased) -> None:
        super().__init__()
        self.set_head(_("The records on this PC are erased"), "")
        card = Card("")
        if made.notice is not None:
            card.add(Sentence(_("Bring the stick to your office: {file} tells it.").format(file=made.notice.name)))
        if made.phone:
            card.add(Sentence(made.phone, role="strong"))
        for file in made.elsewhere:
            card.add(Notice(_("This backup may still be somewhere: {file}").format(file=file), "warn"))
        if made.left:
            words = _("Another program holds what is left of them. Nothing opens it; delete it: {files}")
            card.add(Notice(words.format(files=", ".join(made.left)), "info"))
        card.add(Sentence(_("You can close the program now."), tone="muted"))
        self.add(card)
