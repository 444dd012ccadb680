"""Entries that came in and cannot be shown yet: about whom, why, since when, and from which site."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...actions import waiting
from ...base.words import _, ngettext
from .. import tokens as t
from ..days import show_day_of
from ..layouts import Flow, Stack
from ..widgets import Card, LinkButton, Rule, Sentence

if TYPE_CHECKING:
    from .sync import SyncPage

SHOWN = 12


class WaitingCard(Card):
    """In sight only where something waits."""

    def __init__(self, page: SyncPage) -> None:
        super().__init__(_("Entries that wait"))
        self._page = page
        self._list = Stack(space=t.S3)
        note = _("They came in and are kept. They cannot be shown yet. Everything else that came with them is shown.")
        self.add(Sentence(note, tone="muted"))
        self.add(self._list)

    def refresh(self) -> None:
        """Show what waits now."""
        found = self._page.shell.desk.read(waiting.held)
        self._list.clear()
        for place, one in enumerate(found[:SHOWN]):
            if place:
                self._list.add(Rule())
            self._list.add(self._row(one))
        if more := len(found[SHOWN:]):
            words = ngettext("{n} more waits.", "{n} more wait.", more)
            self._list.add(Sentence(words.format(n=more), tone="muted"))
        self.setVisible(bool(found))

    def _row(self, one: waiting.Held) -> Stack:
        came = _("Came in {day}").format(day=show_day_of(one.since)) if one.since else ""
        about = " · ".join(filter(None, (came, one.sender)))
        row = Stack(Sentence(one.title, role="strong", wide=True), space=t.S1)
        if about:
            row.add(Sentence(about, tone="muted", role="small"))
        row.add(Sentence(one.words, wide=True))
        if one.name:
            go = partial(self._page.shell.show_page, "participant", participant=one.participant)
            link = LinkButton(_("Her page"), go, icon_name="arrow-right")
            link.setAccessibleName(_("Her page: {name}").format(name=one.name))
            row.add(Flow(link))
        return row
