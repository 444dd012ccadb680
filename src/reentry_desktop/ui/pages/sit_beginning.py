"""Before the first question of Sit together: is she enrolled, told what must be passed on, her plan begun?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from ...actions import women
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ...records.participant import Participant
from ...records.people import Site
from .. import tokens as t
from ..layouts import Stack
from ..widgets import Icon, Sentence
from .sit_way import Screen, Way

if TYPE_CHECKING:
    from ...store import Unit
    from ..desk import Desk


class Standing(NamedTuple):
    """What a sitting needs to know before its first screen. By itself: of nobody."""

    language: str = "en"
    keyboard_hers: bool = False
    episode: Id = Id("")
    """Empty where she is not enrolled."""
    told: dt.date | None = None
    plan: Id = Id("")


def standing(unit: Unit, woman: Id) -> Standing:
    """Where she stands: enrolled, told what must be passed on, her plan begun."""
    her = unit.get(Participant, woman)
    episode, plan = women.current_episode(unit, woman), women.current_plan(unit, woman)
    runs = episode is not None and episode.enrolled_on is not None and episode.closed_on is None
    earlier = plan is not None and episode is not None and runs and plan.enrolment != episode.id
    return Standing(
        str(her.language) or "en",
        unit.get(Site, unit.store.site).keyboard_hers,
        episode.id if runs and episode is not None else Id(""),
        episode.limits_told_on if episode is not None else None,
        plan.id if plan is not None and not earlier else Id(""),
    )


def where_she_stands(desk: Desk, woman: Id, language: str) -> Standing:
    """The same; where there is no such woman, what is said of that in the worker's *language*."""
    try:
        return desk.read(standing, woman)
    except Problem:
        return Standing(language)


def first(her: Standing, way: Way | None) -> Screen:
    """What comes now: told first, then begun, then a question."""
    if not her.episode and way is None:
        return Screen("sorry")
    if her.told is None:
        return Screen("limits")
    if way is None or way.writing.whole.plan.resting:
        return Screen("begin")
    return way.question(way.part)


class Begin(Stack):
    """What is said before a plan is begun."""

    def __init__(self) -> None:
        super().__init__(Icon("sprout", t.PRIMARY, size=2.25), space=t.S4)
        self.add(Sentence(_("It is about what helps. Write what you like, and skip what you like.")))
        self.add(Sentence(_("Nothing has to be done today."), tone="muted"))
