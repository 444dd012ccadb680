"""On her page: who works with her, so that her record is among their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ...actions import assigning
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Flow, Stack
from ..widgets import Button, Card, LinkButton, Sentence

if TYPE_CHECKING:
    from .participant import ParticipantPage


class WorkersCard(Card):
    """Each with the day it began, and a way to end it; one more can be chosen of those who work here."""

    def __init__(self, page: ParticipantPage, woman: Id) -> None:
        super().__init__(_("Who works with her"))
        self._page, self._woman = page, woman
        desk = page.shell.desk
        workers = desk.read(assigning.workers_of, woman)
        for one in workers:
            name = one.full_name or one.name
            since = _("since {day}").format(day=show_day(one.since)) if one.since else ""
            end = LinkButton(_("No longer"), partial(self._end, one.person), icon_name="x")
            end.setAccessibleName(f"{end.text()}: {name}")
            self.add(
                Flow(Stack(Sentence(name, role="strong"), Sentence(since, tone="muted", role="small"), space=0), end)
            )
        if not workers:
            self.add(Sentence(_("Nobody was named yet. Who sees their own women only does not see her."), tone="muted"))
        have = {one.person for one in workers}
        self.others = ChoiceBox(
            [(person, name) for person, name in desk.read(assigning.staff_here) if person not in have]
        )
        self.add(FieldRow(_("One more"), self.others))
        self.add(Button(_("Works with her"), self._begin, icon_name="user-plus"))

    def _begin(self) -> None:
        if person := self.others.get():
            self._do(lambda: self._page.shell.desk.do(self._page, assigning.assign, self._woman, Id(person)))

    def _end(self, person: Id) -> None:
        self._do(lambda: self._page.shell.desk.do(self._page, assigning.unassign, self._woman, person))

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Problem as problem:
            self._page.problem.show_problem(problem)
            return
        self._page.refresh()
