"""Records come back: from a backup, or with two parts of the recovery kit where nobody has a passphrase any more.

Not a page of its own: it fills the first page, as the other ways to begin do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...base.words import N_, _
from ...records.base import Field
from ..choosing import choose_file
from ..form import RecordForm
from ..layouts import Columns
from ..passphrase import NewPassphrase, PassphraseEdit
from ..sticks import sticks
from ..widgets import Card, LinkButton, Notice, PrimaryButton, Sentence
from .kit_parts import KitParts

if TYPE_CHECKING:
    from .welcome import WelcomePage

USER = {"user": Field(N_("Sign-in name"), "line", True, 40, help=N_("The name you unlock with."))}
PROOF = {
    "proof": Field(
        N_("Words of the sheet"), "line", False, 120, help=N_("Only where the account asks for a second proof.")
    ),
}


class Restoring:
    """``choose`` a backup; ``show_backup``: who opens it. ``show_kit``: a new passphrase for somebody, with the kit."""

    def __init__(self, page: WelcomePage) -> None:
        self.page = page
        self._key = ""
        """What a key file on a stick says."""

    def choose(self) -> None:
        """Ask for the file."""
        from ...actions import automatic_backups, backup_register

        places = [self.page.folder / backup_register.FOLDER, *(stick.folder for stick in sticks())]
        newest = next(iter(automatic_backups.found(places)), None)
        kinds = _("Backups (*.backup);;All files (*)")
        file = choose_file(self.page, _("Choose the backup"), kinds, newest.parent if newest else None)
        if file is not None:
            self.show_backup(file)

    def show_backup(self, file: Path) -> None:
        """Ask who opens the backup."""
        self._key = ""
        page = self.page
        page.turn(_("Bring back a backup"), file.name, page.show_ways, _("Back to the beginning"))
        self.person = RecordForm(USER)
        self.first = PassphraseEdit()
        card = Card(_("Who opens it"), self.person, Sentence(_("Passphrase"), role="strong"), self.first)
        self.proof = RecordForm(PROOF)
        card.add(self.proof)
        card.add(LinkButton(_("Read it from the key file"), self._read_key, icon_name="usb"))
        card.add(Notice(_("This computer becomes a new device of your site. The backup itself is not changed.")))
        kit = LinkButton(_("No passphrase? Use the recovery kit"), lambda: self.show_kit(file), icon_name="key-round")
        card.add(PrimaryButton(_("Bring back"), lambda: self._bring(file), icon_name="history"))
        card.add(kit)
        page.add(card)

    def _bring(self, file: Path) -> None:
        from ...actions import restoring

        user, phrase = str(self.person.typed()["user"]), self.first.edit.text()
        shown = self._key or str(self.proof.typed()["proof"])
        page = self.page
        page.later(
            lambda _job: restoring.restore(file, page.folder, user, phrase, page.clock, shown=shown),
            lambda store: page.opened.emit(store, "today"),
            _("Bringing the records back…"),
        )

    def _read_key(self) -> None:
        """The second proof from a stick."""
        file = choose_file(self.page, _("Choose the key file"), _("Key files (*.key);;All files (*)"))
        if file is not None:
            try:
                self._key = file.read_text("utf-8", "replace")[:4096]
            except OSError:
                self.page.problem.show_problem(_("This file cannot be read. Put the stick in again."))

    def show_kit(self, file: Path | None = None) -> None:
        """Ask for two parts of the kit, and for the new passphrase of somebody who has an account.

        Of the store that lies here, or of the backup *file* that is brought back.
        """
        page = self.page
        way_back = _("Back to the beginning") if file else _("Back to the lock")
        back = page.show_ways if file else page.ended.emit
        page.turn(_("Use the recovery kit"), _("Everybody is told of it at the next unlock."), back, way_back)
        columns = Columns()
        self.kit = KitParts(page.problem)
        columns.left.add(self.kit)
        self.person = RecordForm(USER)
        self.new = NewPassphrase(_("New passphrase"))
        columns.right.add(
            Card(
                _("Who gets a new passphrase"),
                self.person,
                self.new,
                PrimaryButton(_("Give the new passphrase"), lambda: self._recover(file), icon_name="key-round"),
            )
        )
        page.add(columns)
        self.kit.parts[0].setFocus()

    def _recover(self, file: Path | None) -> None:
        from ...actions import restoring

        page = self.page
        page.problem.clear()
        texts = self.kit.texts()
        user, phrase = self.person.typed()["user"].strip(), self.new.first.edit.text()
        if not all(text.strip() for text in texts) or not user:
            page.problem.show_problem(_("Two parts and a sign-in name are needed."))
            return
        if wrong := self.new.differ():
            page.problem.show_problem(wrong)
            return
        if file is not None:
            page.later(
                lambda _job: restoring.restore(file, page.folder, user, phrase, page.clock, texts=texts),
                lambda store: page.opened.emit(store, "today"),
                _("Bringing the records back…"),
            )
            return
        page.later(
            lambda _job: restoring.recover(page.folder, texts, user, phrase, page.clock),
            lambda name: page.chosen.emit(page.folder, name),
            _("Opening the records with the kit…"),
        )
