"""Where the records lie; an office may move them from the folder into PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import database
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Field
from ...records.people import SiteKind
from ...store.moving import MOVED
from ..address import AddressForm
from ..layouts import Stack
from ..widgets import Button, Card, Notice, Sentence

if TYPE_CHECKING:
    from .settings import SettingsPage

_ADDRESS = Field(N_("Address of an empty PostgreSQL database"), "line", True, 400)


class Place(Card):
    """The folder or the database; the way from one to the other for an administrator of an office."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(_("Where the records lie"))
        self.page = page
        self.words = Sentence("")
        self.said = Notice("", "ok")
        self.form = AddressForm(_ADDRESS)
        self.go = Button(_("Move the records there"), self.move_records, icon_name="send")
        note = _("For an office with several workers. Your IT officer gives you the address. The file here is kept.")
        self.way = Stack(Sentence(note, tone="muted"), self.form, self.go)
        for widget in (self.words, self.said, self.way):
            self.add(widget)

    def refresh(self) -> None:
        store = self.page.shell.desk.store
        address = database.address_of(store)
        self.words.setText("\n".join(filter(None, (address, str(store.folder)))))
        office = store.slots.kind == SiteKind.OFFICE
        self.way.setVisible(office and store.who.administrator and not address and not store.practice)

    def move_records(self) -> None:
        """Copy everything, compare it, and go on there. Nothing else is done in the window meanwhile."""
        try:
            address = self.form.whole()
        except Refused:
            return
        except Problem as problem:
            self.said.say(problem.sentence, "danger")
            return
        shell = self.page.shell
        self.said.say(_("Copying, and comparing every row…"), "info")

        def done(count: int) -> None:
            shell.desk.listen()
            self.form.forget()
            self.refresh()
            moved = ngettext("{n} row was moved and compared.", "{n} rows were moved, each compared.", count)
            kept = _("The file stays in the folder as {file}. Delete it once the database has a backup.")
            self.said.say(f"{moved.format(n=f'{count:,}')} {kept.format(file=MOVED)}", "ok")

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.said.say(error.sentence, "danger")

        self.page.later(lambda _job: database.move(shell.desk.store, address), done, failed, waits=shell)
