"""A new key for the records: what it does, the passphrase, and afterwards who needs what."""

from __future__ import annotations

from typing import Any

from ...actions import rekeying
from ...base.words import N_, _, ngettext
from ...store import Store
from ..page import Page
from ..passphrase import PassphraseEdit
from ..while_closed import WhileClosed
from ..widgets import Button, Card, Notice, PrimaryButton, Rule, Sentence
from . import kit as kit_page

_waiting: dict[str, rekeying.Rekeyed] = {}  # what just came of it, until its page shows it


class RekeyPage(Page):
    """Asks once; the records are closed meanwhile."""

    key = "rekey"
    title = N_("A new key for the records")
    icon = "key-round"
    under = "settings"
    made: rekeying.Rekeyed | None = None
    """What is shown once, until the page is left."""

    def put_away(self) -> None:
        self.made = None

    def go_back(self) -> None:
        self.shell.show_page("backups")

    def refresh(self) -> None:
        self.clear()
        self.set_head(_("A new key for the records"), back=_("Backups"))
        self.made = _waiting.pop(self.shell.desk.store.slots.store, self.made)
        if self.made is not None:
            self._show(self.made)
        else:
            self._ask()

    def _ask(self) -> None:
        self.phrase = PassphraseEdit()
        words = Sentence(_("Your passphrase"), role="strong")
        words.setBuddy(self.phrase.edit)
        self.phrase.edit.setAccessibleName(_("Your passphrase"))
        self.add(
            Card(
                _("Before you begin"),
                Sentence(_("Close the account of whoever left first, under Settings, Staff.")),
                Sentence(_("All records are written anew. It takes a minute or more; nobody works meanwhile.")),
                Sentence(_("Everybody keeps her passphrase.")),
                Sentence(_("You get a new recovery kit to print and test. The old sheets open these records no more.")),
                Sentence(_("A fresh backup is made. Older backups still open as before: they are listed until you say "
                           "that each is destroyed.")),
                words,
                self.phrase,
                PrimaryButton(_("Write the records under a new key"), self.begin_work, icon_name="key-round"),
                note=_("If the power fails meanwhile, nothing is lost: the old key or the new one counts."),
            )
        )  # fmt: skip

    def begin_work(self) -> None:
        """Close the records, and begin."""
        said, name = self.phrase.take(), self.shell.desk.store.who.name
        if not said:
            self.problem.show_problem(_("Type your passphrase first."))
            return
        clock, secret = self.shell.desk.store.clock, self.shell.desk.store.keys.second

        def done(result: tuple[Store, rekeying.Rekeyed]) -> tuple[Any, str]:
            store, made = result
            kit_page.keep(store, made.kit)
            _waiting[store.slots.store] = made
            return store, self.key

        self.shell.closed_work.emit(
            WhileClosed(
                _("A new key for the records"),
                _("Writing all records under a new key, and comparing them…"),
                lambda folder, job: rekeying.renew(folder, name, said, clock, shown=secret, say=job.say),
                done,
            )
        )

    def _show(self, made: rekeying.Rekeyed) -> None:
        card = Card("", Notice(_("The records have a new key."), "ok"))
        for number, (name, words) in enumerate(made.one_time.items()):
            if not number:
                card.add(Sentence(_("These people get a passphrase that works once. Write each on paper; it is shown "
                                    "only now.")))  # fmt: skip
            card.add(Rule())
            card.add(Sentence(_("For {name}, to be used once:").format(name=name)))
            card.add(Sentence(words, role="h2"))
        if made.no_backup:
            card.add(Notice(made.no_backup, "warn"))
        if made.older:
            words = ngettext(
                "{n} backup still opens with the key of before.", "{n} backups still open with the key of before.",
                made.older,
            )  # fmt: skip
            card.add(Notice(words.format(n=made.older), "warn"))
            card.add(Button(_("See the backups"), lambda: self.shell.show_page("backups"), icon_name="archive"))
        card.add(
            PrimaryButton(_("Now the new recovery kit"), lambda: self.shell.show_page("kit"), icon_name="arrow-right")
        )
        self.add(card)
