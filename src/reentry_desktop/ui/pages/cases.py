"""A page of cards that a person decides one after another: some at a time, and the focus goes on by itself."""

from __future__ import annotations

from typing import Any

from ...base.words import _
from ..page import Page
from ..widgets import Button

STEP = 20
"""So many are shown at once; a long time apart, or the first bundles of many facilities, bring hundreds."""


class CasesPage(Page):
    """``cards`` are those in sight by their ids, in their order; each has ``begin``, which puts the focus on it."""

    cards: dict[Any, Any]

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.cards = {}
        self._shown = STEP
        self.more = Button(_("Show more"), self._show_more, icon_name="chevron-down")

    def begin(self) -> None:
        if self.cards:
            next(iter(self.cards.values())).begin()
        else:
            super().begin()

    def go_on(self, decided: Any) -> None:
        """The one of that id is decided: the next one moves up, and the focus with it."""
        place = list(self.cards).index(decided)
        self.refresh()
        if following := list(self.cards.values())[place:] or list(self.cards.values())[-1:]:
            following[0].begin()
            self.ensureWidgetVisible(following[0])
        else:
            self.begin()

    def _show_more(self) -> None:
        at = len(self.cards)
        self._shown += STEP
        self.refresh()
        if further := list(self.cards.values())[at:]:
            further[0].begin()
