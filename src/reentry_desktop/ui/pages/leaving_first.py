"""What comes before her first word, wherever it would be written: she is enrolled, and knows what must be passed on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...actions import enrolling, women
from ...base.ids import Id
from ...base.words import _
from ...records.participant import Participant
from ..layouts import Stack
from ..widgets import Button, Card, EmptyState
from .plan_limits import LimitsView

if TYPE_CHECKING:
    from ...store import Unit
    from ..page import Page


class ComesFirst(Stack):
    """Says what is to be done first, and does it in place where that is possible; then *go_on* is called."""

    def __init__(self, page: Page, woman: Id, what: str, go_on: Callable[[], object]) -> None:
        super().__init__()
        self.page, self.woman, self.go_on = page, woman, go_on
        if what == "enroll":
            go = Button(
                _("Offer and enroll"),
                lambda: page.shell.show_page("enrol", participant=woman),
                icon_name="heart-handshake",
            )
            more = _("Nothing can be written before she agreed to take part. It takes a few minutes.")
            self.add(Card("", EmptyState("heart-handshake", _("She is not enrolled yet."), go, more=more)))
            return
        language = page.shell.desk.read(lambda unit: unit.get(Participant, woman)).language
        limits = LimitsView(str(language) or "en", ask=True)
        limits.told.connect(self._told)
        self.add(limits)

    def _told(self, language: str) -> None:
        self.page.shell.desk.do(self.page, _told_limits, self.woman, language)
        self.page.shell.toast(_("Noted: she was told today."))
        self.go_on()


def _told_limits(unit: Unit, woman: Id, language: str) -> None:
    episode = women.current_episode(unit, woman)
    assert episode is not None
    enrolling.told_limits(unit, episode.id, unit.today(), language)
