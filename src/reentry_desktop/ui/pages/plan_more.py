"""The menu with all that is done to the whole plan, and not each day."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from ...actions import plan_states
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ...records.plan import EventKind
from .plan_copy import CopyStep
from .plan_done import NamesStep, ask_not_done
from .plan_standing import EVENTS, Standing, decline_step, event_step, not_now_step, withdraw_step

if TYPE_CHECKING:
    from .plan import PlanPage


def more_menu(page: PlanPage, standing: Standing) -> QMenu:
    """All that is not needed each day."""
    menu = QMenu(page)
    writing = page.writing
    assert writing is not None
    plan = writing.whole.plan

    def line(words: str, act: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(lambda _on=False: act())

    line(_("Find in the plan") + "\tCtrl+F", page.find_words)
    if standing.earlier:
        line(_("Copy from an earlier plan…"), lambda: copy(page))
    if standing.versions:
        line(_("Earlier versions"), lambda: page.shell.show_page("versions", participant=page.woman))
    line(_("Recovery support plan"), lambda: page.shell.show_page("recovery", participant=page.woman))
    line(_("Copies that were given"), lambda: page.shell.show_page("copies", participant=page.woman))
    line(_("If something serious comes up"), lambda: page.shell.show_page("safety", participant=page.woman))
    line(_("Names under the plan…"), lambda: page.show_step(NamesStep(writing)))
    if plan.done_on:
        line(_("Not done yet after all…"), lambda: ask_not_done(page))
    menu.addSeparator()
    if standing.review is not None:
        line(_("Looked at again with her"), lambda: reviewed(page))
    for kind, (_title, _words, words) in EVENTS.items():
        if kind == EventKind.OVER and not standing.in_crisis:
            continue
        line(_(words), lambda kind=kind: page.show_step(event_step(page, kind)))  # type: ignore[misc]
    menu.addSeparator()
    if plan.resting:
        line(_("Go on with the plan"), lambda: go_on(page))
    else:
        if not plan.done_on:
            line(_("Not now…"), lambda: page.show_step(not_now_step(page)))
        line(_("She chose not to…"), lambda: page.show_step(decline_step(page)))
        line(_("She takes the plan back…"), lambda: page.show_step(withdraw_step(page)))
    return menu


def copy(page: PlanPage) -> None:
    """Copy her words from an earlier plan."""
    writing = page.writing
    if writing is None or not page.standing.earlier:
        return
    page.leave()

    def copied(earlier: Id, parts: list[str]) -> None:
        try:
            act = writing.acts.copy(earlier, parts)
        except Problem as problem:
            page.problem.show_problem(problem)
            return
        page.to_plan(parts[0] if parts else "")
        if act is not None:
            done = act
            page.shell.toast(_("Copied from the earlier plan."), lambda: page.acts.undo_this(done), act=done.text())

    page.show_step(CopyStep(writing, page.standing.earlier, copied))


def go_on(page: PlanPage) -> None:
    """She goes on with a plan that rested."""
    writing = page.writing
    if writing is not None:
        page.attempt(lambda: page.shell.desk.do(page, plan_states.offer_stands, writing.plan))
        page.to_plan()


def reviewed(page: PlanPage) -> None:
    """The plan was looked at again with her."""
    event = page.standing.review
    if event is None:
        return
    desk, record = page.shell.desk, event.id
    if page.attempt(lambda: desk.do(page, plan_states.reviewed, record)):
        page.noted(
            _("looked at again"),
            lambda: desk.do(page, plan_states.still_to_review, record),
            lambda: desk.do(page, plan_states.reviewed, record),
        )
