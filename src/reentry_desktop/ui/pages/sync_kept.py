"""The sealed backups that an office keeps for its facilities, and giving one to the facility that lost its PC."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...actions import backups
from ...actions.backups import KeptBackup
from ...base.media import show_size
from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..choosing import choose_folder
from ..days import show_day_of
from ..layouts import Flow, Stack
from ..widgets import Card, LinkButton, Rule, Sentence

if TYPE_CHECKING:
    from .sync import SyncPage


class KeptCard(Card):
    """In sight only where a backup is kept."""

    def __init__(self, page: SyncPage) -> None:
        super().__init__(_("Kept backups"))
        self._page = page
        self._list = Stack(space=t.S3)
        note = _("Each facility's newest backup, locked with its own keys. Nobody here can open it.")
        self.add(Sentence(note, tone="muted"))
        self.add(self._list)

    def refresh(self) -> None:
        """Show what is kept now."""
        found = self._page.shell.desk.read(backups.backups)
        self._list.clear()
        for place, one in enumerate(found):
            if place:
                self._list.add(Rule())
            self._list.add(self._row(one))
        self.setVisible(bool(found))

    def _row(self, one: KeptBackup) -> Stack:
        about = " · ".join((show_day_of(one.at), show_size(one.size), _(backups.STATES[one.state])))
        row = Stack(Sentence(one.name, role="strong", wide=True), Sentence(about, tone="muted", wide=True), space=t.S1)
        if one.state == "whole":
            go = LinkButton(_("Copy it for the facility"), partial(self._hand_out, one), icon_name="usb")
            go.setAccessibleName(f"{go.text()}: {one.name}")
            row.add(Flow(go))
        return row

    def _hand_out(self, one: KeptBackup) -> None:
        folder = choose_folder(self, _("Where does the backup go?"))
        if folder is not None:
            self.copy_to(one, folder)

    def copy_to(self, one: KeptBackup, folder: Path) -> None:
        """Copy it beside the window, and say what is done with it."""
        page = self._page

        def done(made: tuple[Path, str]) -> None:
            words = _(
                "{file} is copied and was read back. On the facility's new PC, choose “Bring back a backup”. "
                "A passphrase of that facility opens it, or two parts of its recovery kit."
            )
            page.problem.say(words.format(file=made[0].name), "ok")
            page.ensureWidgetVisible(page.problem)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            page.problem.show_problem(error)

        page.later(lambda job: backups.hand_out(page.shell.desk.store, one.name, folder, job.reach), done, failed)
