"""Taking words back: what it means, whether they still can be, and the one button that erases them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...actions import taking_back
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ..days import show_day
from ..widgets import Button, Notice

if TYPE_CHECKING:
    from ..page import Page


class TakingBackPanel(Notice):
    """*closed* when they stay, *erased* as soon as they are gone, *told* with the sentence that says so."""

    def __init__(
        self, page: Page, woman: Id, record: Id, *, closed: Callable[[], object], erased: Callable[[], object],
        told: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__()
        self._page, self._woman, self._record = page, woman, record
        self._erased, self._told = erased, told
        desk = page.shell.desk
        self.close_button = Button(_("Keep them"), closed)
        self.erase_button: Button | None = None
        if why := desk.read(taking_back.why_not, woman, record):
            self.close_button.setText(_("Close"))
            self.say(why, "info", acts=[self.close_button])
            return
        until = desk.read(taking_back.in_backups_until)
        words = _(
            "These words are then erased for good, with every draft and earlier wording. "
            "This cannot be undone. The record of use keeps that it was done, not what they said."
        )
        self.erase_button = Button(_("Erase these words"), self.erase, kind="danger")
        self.say(words, "warn", more=backups_say(until), acts=[self.close_button, self.erase_button])

    def erase(self) -> None:
        """Erase them, and then whatever of them the database still held aside."""
        desk = self._page.shell.desk
        try:
            taken = desk.do(self._page, taking_back.take_back, self._woman, self._record)
        except Problem as problem:
            self.say(problem.sentence, "info", acts=[self.close_button])
            return
        said = " ".join((_("The words are erased."), backups_say(taken.in_backups_until)))
        told = self._told
        self._page.later(lambda _job: taking_back.finish_taking_back(desk.store), lambda _done: told(said))
        self._erased()

    def begin(self) -> None:
        """The focus stands on what changes nothing."""
        self.close_button.setFocus()


def backups_say(until: dt.date | None) -> str:
    """Until when a backup may still hold the words."""
    if until is not None:
        return _("Backups made before may still hold them until {day}.").format(day=show_day(until))
    return _("There is no backup that holds them.")
