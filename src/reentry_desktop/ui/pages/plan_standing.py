"""Where her plan stands, in words; and the small steps that note a day: a no, a not now, a crisis, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...actions import plan_states, plan_versions, women
from ...base.ids import Id
from ...base.words import N_, _
from ...records.plan import EventKind
from ..days import show_day
from .plan_steps import DayStep

if TYPE_CHECKING:
    from ...actions.plans import Contents
    from ...records.plan import Plan, PlanEvent
    from ...store import Unit
    from .plan import PlanPage

# kind of event -> what the step is called, what it says, and what the menu calls it
EVENTS = {
    EventKind.CRISIS: (
        N_("The plan is used in a crisis"),
        N_(
            "Good that she has her plan now. Note the day only; what happened is not asked. "
            "The plan is looked at again with her within two weeks."
        ),
        N_("She is in a crisis, and uses the plan…"),
    ),
    EventKind.POST_CRISIS: (
        N_("She is in the time after a crisis"),
        N_("The worst is behind her. Her own pages for this time are in her plan."),
        N_("She is in the time after a crisis…"),
    ),
    EventKind.OVER: (
        N_("She says the crisis is over"),
        N_("She says it is over, by her own signs. Note the day, and look at the plan again with her soon."),
        N_("She says the crisis is over…"),
    ),
}


@dataclass(frozen=True)
class Standing:
    """Where a plan stands: its state, the program's day (none where that clock rests), and what waits."""

    state: str
    day: int | None
    versions: int
    review: PlanEvent | None
    earlier: list[Plan]
    in_crisis: bool
    """Whether a crisis, or the time after one, was noted last: then its end can be."""


def where_it_stands(unit: Unit, whole: Contents) -> Standing:
    """Read where a plan stands."""
    plan = whole.plan
    episode = women.current_episode(unit, plan.participant)
    happened = plan_states.events(unit, plan.id)
    waiting = [event for event in happened if not event.reviewed_on]
    return Standing(
        plan_states.state(unit, plan, whole),
        plan_states.plan_day(episode, plan, unit.today()) if episode is not None else None,
        len(plan_states.versions(unit, plan.id)),
        min(waiting, key=lambda event: event.review_by or dt.date.max, default=None),
        plan_versions.earlier_plans(unit, plan.id),
        bool(happened) and happened[0].kind != EventKind.OVER,
    )


def in_a_line(plan: Plan, standing: Standing) -> str:
    """The line under the title. The program's days are said calmly, and not at all once she said no or not now."""
    said = [_(plan_states.STATES[standing.state])]
    rested = plan.withdrawn_on or plan.declined_on or plan.not_now_on
    if rested:
        said.append(show_day(rested))
    elif plan.done_on:
        said.append(_("Done for now since {day}").format(day=show_day(plan.done_on)))
        if standing.state == "done_for_now":
            del said[0]
        if standing.versions > 1:
            said.append(_("Version {number}").format(number=standing.versions))
    elif plan.started_on:
        if standing.state == "started":
            del said[0]
        said.append(_("Started {day}").format(day=show_day(plan.started_on)))
        if standing.day is not None:
            calm = _("Day {day} of 30") if standing.day <= 30 else _("Day {day}. There is no hurry for her.")
            said.append(calm.format(day=standing.day))
    return " · ".join(said)


def resting_words(plan: Plan) -> str:
    """What is said above a plan that rests; nothing where it does not."""
    if plan.withdrawn_on:
        return _("She took her plan back on {day}. Its words stay hers, and it can go on any day.").format(
            day=show_day(plan.withdrawn_on)
        )
    if plan.declined_on:
        return _("She chose not to write a plan, on {day}. It is her choice, and it can change any day.").format(
            day=show_day(plan.declined_on)
        )
    if plan.not_now_on:
        return _("She said “not now” on {day}. Her words stay, and the plan can go on any day.").format(
            day=show_day(plan.not_now_on)
        )
    return ""


def review_words(event: PlanEvent) -> str:
    """What is said above a plan that waits to be looked at again."""
    return _("The plan was used on {day}. Look at it again with her, by {until} if she likes.").format(
        day=show_day(event.happened_on), until=show_day(event.review_by)
    )


def event_step(page: PlanPage, kind: EventKind) -> DayStep:
    """Note a crisis, the time after one, or its end: the day, and nothing of what happened."""
    title, words, _menu = EVENTS[kind]
    plan = _plan(page)

    def act(day: dt.date | None) -> None:
        desk = page.shell.desk
        made = desk.do(page, plan_states.log_event, plan, kind, day)
        page.noted(
            _("note what happened"),
            lambda: desk.do(page, plan_states.drop_event, made),
            lambda: desk.do(page, plan_states.log_event, plan, kind, day),
        )

    return DayStep(_(title), _(words), _("Note the day"), act, page.today)


def not_now_step(page: PlanPage) -> DayStep:
    """She wants to wait with it."""
    words = _("She wants to wait. That is fine: her words stay, and the program’s 30 days stop counting.")
    return _resting_step(page, _("Not now"), words, plan_states.not_now, page.woman)


def decline_step(page: PlanPage) -> DayStep:
    """She chose not to write one."""
    words = _("It is her choice, kept with its day. It can change any day, and nobody asks her why.")
    return _resting_step(page, _("She chose not to"), words, plan_states.decline_plan, page.woman)


def withdraw_step(page: PlanPage) -> DayStep:
    """She takes her plan back."""
    words = _("The plan is no longer used. Its words stay hers: she can take any of them back, or go on another day.")
    return _resting_step(page, _("She takes the plan back"), words, plan_states.withdraw_plan, _plan(page))


def _resting_step(page: PlanPage, title: str, words: str, command: Callable[..., None], of: Id) -> DayStep:
    def act(day: dt.date | None) -> None:
        desk = page.shell.desk
        desk.do(page, command, of, day)
        plan = desk.read(women.current_plan, page.woman)
        assert plan is not None
        page.noted(
            title[:1].lower() + title[1:],
            lambda: desk.do(page, plan_states.offer_stands, plan.id),
            lambda: desk.do(page, command, of, day),
        )

    return DayStep(title, words, _("Note it"), act, page.today)


def _plan(page: PlanPage) -> Id:
    assert page.writing is not None
    return page.writing.plan
