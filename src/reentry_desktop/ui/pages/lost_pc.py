"""A PC is lost, stolen or broken for good: its backup comes back, else the site starts again without one.

Not a page of its own: it fills the first page, as the other ways to begin do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QRadioButton

from ...base.problems import Problem
from ...base.words import _
from ..choosing import choose_file
from ..form import RecordForm
from ..layouts import Columns, Stack
from ..passphrase import NewPassphrase
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence
from .kit_parts import KitParts

if TYPE_CHECKING:
    from .welcome import WelcomePage


class LostPc:
    """``show``: whether there is a backup. ``show_start``: the same site again, without one."""

    def __init__(self, page: WelcomePage) -> None:
        self.page = page
        self.card = b""

    def show(self) -> None:
        """Which way back there is; the better one first."""
        page = self.page
        page.turn(
            _("Our PC was lost"), _("It was stolen, or it is broken for good. Your site goes on."), page.show_ways,
            _("Back to the beginning"),
        )  # fmt: skip
        page.add(
            Notice(
                _(
                    "Was it stolen? Call your office first. There they open “Who is trusted” and revoke that PC: "
                    "what comes from it is not believed any more."
                ),
                "warn",
            )
        )
        columns = Columns()
        columns.left.add(
            Card(
                _("With a backup"),
                Sentence(
                    _(
                        "This is the better way: what was written up to that day comes back. Look for your own, on "
                        "a stick or a drive that you keep."
                    )
                ),
                Sentence(
                    _(
                        "A facility has one more: its office keeps a sealed one. Call the office. They copy it onto a "
                        "stick: “USB sync”, “Kept backups”. What you sent them later comes with their next bundle."
                    )
                ),
                PrimaryButton(_("Choose the backup"), page.restoring.choose, icon_name="history"),
                note=_("Your passphrase of that day opens it, or two parts of the recovery kit."),
            )
        )
        columns.right.add(
            Card(
                _("Without a backup"),
                Sentence(
                    _(
                        "You start again as the same site. What you sent to your office comes back from there. "
                        "What was never sent, and is in no backup, is gone."
                    )
                ),
                Button(_("Start again without a backup"), self.show_start, icon_name="sprout"),
                note=_("Only where neither you nor your office has a backup."),
            )
        )
        page.add(columns)

    def show_start(self) -> None:
        """Ask for the site's card, for two parts of its kit if they are there, and for the first administrator."""
        page = self.page
        self.card = b""
        page.turn(
            _("Start again as the same site"), _("Without a backup. The other sites know you as who you were."),
            self.show, _("Back to “Our PC was lost”"),
        )  # fmt: skip
        self.site = Sentence("", role="strong")
        self.site.hide()
        self.with_kit = QRadioButton(_("We have two parts of the old recovery kit"))
        self.by_words = QRadioButton(_("We do not have two parts"))
        self.with_kit.setChecked(True)
        self.means = Notice()
        self.kit = KitParts(page.problem)
        self.with_kit.toggled.connect(self._choose_way)
        columns = Columns()
        columns.left.add(
            Card(
                _("Your site's card"),
                self.site,
                Button(_("Choose the card"), self._choose_card, icon_name="archive"),
                note=_(
                    "The card of the lost PC: a file that ends in “.card”. Your office can save it onto a stick for "
                    "you: “Who is trusted”, “Save their card”."
                ),
            )
        )
        columns.left.add(Card(_("The old recovery kit"), self.with_kit, self.by_words, self.means))
        columns.left.add(self.kit)
        page.person = RecordForm(page.PERSON)
        page.new = NewPassphrase()
        columns.right.add(Card(_("You, the first administrator"), page.person, page.new))
        columns.right.add(
            Card(
                _("What comes next"),
                Sentence(_("1. Keep the new recovery kit. The next page does it with you.")),
                Sentence(_("2. Open “USB sync”, read in your office's card, and compare the twelve words by phone.")),
                Sentence(_("3. Copy for your office. Then bring in what they copy for you: your records come back.")),
            )
        )
        columns.right.add(Stack(PrimaryButton(_("Start again as this site"), self._start, icon_name="lock")))
        page.add(columns)
        self._choose_way()

    def _choose_way(self) -> None:
        self.kit.setVisible(self.with_kit.isChecked())
        if self.with_kit.isChecked():
            self.means.say(_("The other sites then take your new keys by themselves."), "info")
        else:
            self.means.say(
                _(
                    "You make new keys. Each other site compares twelve words with you by phone, and says there that "
                    "your keys are new."
                ),
                "info",
            )

    def _choose_card(self) -> None:
        file = choose_file(self.page, _("Choose the card of your site"), _("Cards (*.card);;All files (*)"))
        if file is not None:
            self.read_card(file)

    def read_card(self, file: Path) -> None:
        """Read the card of the lost PC, and say whose it is."""
        from ...actions import setup

        self.page.problem.clear()
        try:
            card, self.card = setup.read_own_card(file)
        except Problem as problem:
            self.page.problem.show_problem(problem)
            return
        self.site.setText(_("{site} ({code})").format(site=card.name, code=card.code) if card.code else card.name)
        self.site.show()

    def _start(self) -> None:
        from ...actions import setup

        page = self.page
        page.problem.clear()
        texts = self.kit.texts() if self.with_kit.isChecked() else []
        person = page.person.typed()
        wrong = page.new.differ()
        if not self.card:
            wrong = _("Choose the card of your site first. Your office can save it onto a stick for you.")
        elif not all(text.strip() for text in texts):
            wrong = _("Type both parts of the kit, or say that you do not have two parts.")
        elif not str(person["user"]).strip():
            wrong = _("Fill in your sign-in name.")
        if wrong:
            page.problem.show_problem(wrong)
            page.show_soon(page.problem)
            return
        new = setup.successor(
            page.folder, self.card, str(person["user"]).strip(), page.new.first.edit.text(),
            str(person["full_name"]), texts,
        )  # fmt: skip
        page.later(lambda _job: setup.create(new, page.clock), page.made, _("Making the store…"))
