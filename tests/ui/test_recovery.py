"""The recovery support plan at the window: goals and steps in place, every key kept, no Save."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from reentry_desktop.actions import enrolling, plans, recovery, women
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui import tokens as t
from reentry_desktop.ui.widgets import Pill

from ..stores import DAY, Clock, enrolled
from .desks import SCREENS, check_page, drafts, resize
from .programs import begin, do, page, press, reach, said, settle, unlock, write

OWN = "A door of my own that I can lock"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """A woman with a plan and one tool; her recovery support plan in sight."""
    woman, _episode = enrolled(facility)
    with facility.work("start_plan") as unit:
        plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Print")
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("recovery", participant=woman)
    settle()
    return made


def goals(program: Program) -> list[recovery.WholeGoal]:
    assert program.store is not None
    with program.store.read() as unit:
        return recovery.goals(unit, Id(page(program).woman))


def her(store: Store) -> Id:
    """The woman of these tests."""
    with store.read() as unit:
        return women.by_number(unit, "R1001").id


def with_goal(program: Program, **step: Any) -> tuple[Id, Id]:
    """A goal with a step, in sight."""
    assert program.store is not None
    with program.store.work("add_goal") as unit:
        goal = recovery.add_goal(unit, Id(page(program).woman), "housing", OWN)
        made = recovery.add_step(unit, goal, **{"words": "Call the house in Jackson"} | step)
    page(program).refresh()
    settle()
    return goal, made


def test_the_first_goal_is_asked_for_in_her_own_words(program: Program) -> None:
    assert "What does she want?" in said(page(program))
    write("In her own words", OWN)
    page(program).forms[f"{page(program).woman}/goal"].fields.editors["domain"].set("housing")
    do("Add the goal")
    (whole,) = goals(program)
    assert (whole.goal.words, whole.goal.domain, whole.goal.set_on) == (OWN, "housing", DAY)
    words = said(page(program))
    assert words.index(OWN) < words.index("Home")
    assert "A new goal" in words


def test_a_goal_without_its_part_of_life_says_so_and_keeps_the_words(program: Program, facility: Store) -> None:
    write("In her own words", OWN)
    do("Add the goal")
    assert not goals(program)
    assert "Please fill this in." in said(page(program))
    program.window.show_page("today")
    assert list(drafts(facility, her(facility)).values()) == [OWN]
    press(page(program), "Go on with the goals: Ana N.")
    assert page(program).key == "recovery"
    assert OWN in said(page(program))


def test_a_step_is_added_in_place_with_who_until_when_and_a_tool_of_hers(program: Program) -> None:
    goal, _step = with_goal(program)
    do(f"Add a step: {OWN}")
    write("What is done", "Ask for a bed")
    write("Who does it", "Me, with Ms. Reyes")
    write("Until", "12/1/2026")
    form = page(program).forms[f"{goal}/step"]
    tool = form.fields.editors["tool"]
    assert [tool.box.itemText(n) for n in range(tool.box.count())] == ["Not chosen", "Print"]
    tool.set(tool.box.itemData(1))
    do("Add the step")
    step = goals(program)[0].steps[-1]
    assert (step.words, step.owner, step.due_on) == ("Ask for a bed", "Me, with Ms. Reyes", dt.date(2026, 12, 1))
    words = said(page(program))
    assert "Me, with Ms. Reyes · Until Dec 1, 2026 · Tool: Print" in words


def test_her_words_are_not_looked_up_as_words_of_the_program(program: Program) -> None:
    goal, _step = with_goal(program)
    try:
        program.window.speak("es")
        page(program).open_form(f"{goal}/step")
        settle()
        tool = page(program).forms[f"{goal}/step"].fields.editors["tool"]
        assert tool.box.itemText(1) == "Print"
    finally:
        program.window.speak("en")


def test_a_step_is_done_and_not_done_after_all(program: Program) -> None:
    _goal, step = with_goal(program)
    do("Done: Call the house in Jackson")
    assert goals(program)[0].steps[0].done_on == DAY
    assert "Done Nov 23, 2026" in said(page(program))
    program.window.undo()
    assert goals(program)[0].steps[0].done_on is None
    do("Done: Call the house in Jackson")
    do("Not done after all: Call the house in Jackson")
    assert goals(program)[0].steps[0].done_on is None
    assert page(program).lands[step].hasFocus()


def test_what_is_past_its_day_is_said_gently(program: Program) -> None:
    with_goal(program, due_on=DAY - dt.timedelta(days=1))
    pills = {p.text(): p for p in page(program).findChildren(Pill) if p.isVisible()}
    assert "This day has passed" in pills
    assert pills["This day has passed"].property("pill") not in ("danger", "warn")
    assert t.TONES[pills["This day has passed"].property("pill")][0] != t.DANGER


def test_a_goal_is_reached_taken_up_again_and_set_back_by_undo(program: Program) -> None:
    with_goal(program)
    do(f"Reached: {OWN}")
    assert (goals(program)[0].goal.state, goals(program)[0].goal.reached_on) == ("reached", DAY)
    assert "Reached Nov 23, 2026" in said(page(program))
    assert "Add a step" not in said(page(program))
    program.window.undo()
    assert (goals(program)[0].goal.state, goals(program)[0].goal.reached_on) == ("open", None)
    do(f"Not now: {OWN}")
    assert goals(program)[0].goal.state == "paused"
    do(f"On the way again: {OWN}")
    assert goals(program)[0].goal.state == "open"


def test_words_are_changed_where_they_stand(program: Program) -> None:
    goal, step = with_goal(program)
    do(f"Change: {OWN}")
    write("In her own words", "A door that locks")
    do("Keep the change")
    assert goals(program)[0].goal.words == "A door that locks"
    do("Change: Call the house in Jackson")
    write("What is done", "Write to the house")
    do("Leave it as it was")
    assert goals(program)[0].steps[0].words == "Call the house in Jackson"
    assert page(program).lands[step].hasFocus()
    assert goal in page(program).lands


def test_what_was_typed_counts_when_the_page_is_left(program: Program, facility: Store) -> None:
    _goal, _step = with_goal(program)
    do("Change: Call the house in Jackson")
    write("What is done", "Write to the house")
    program.window.show_page("today")
    with facility.read() as unit:
        woman = her(facility)
        assert recovery.goals(unit, woman)[0].steps[0].words == "Write to the house"
    assert not drafts(facility, woman)


def test_typed_words_outlive_a_lock(program: Program, qtbot: Any) -> None:
    write("In her own words", OWN)
    program.window.lock()
    settle()
    assert OWN not in said(program.window)
    unlock(program, qtbot)
    assert page(program).key == "recovery"
    assert OWN in said(page(program))


def test_what_another_writes_does_not_take_the_words_or_the_place(program: Program, facility: Store) -> None:
    goal, _step = with_goal(program)
    field = write("In her own words", OWN)
    assert isinstance(field, QPlainTextEdit)
    with facility.work("add_step") as unit:
        recovery.add_step(unit, goal, "Written by another")
    page(program).refresh()
    settle()
    form = page(program).forms[f"{page(program).woman}/goal"]
    assert form.fields.typed()["words"] == OWN
    assert form.fields.editors["words"].edit.hasFocus()
    assert "Written by another" in said(page(program))


def test_what_is_removed_comes_back_by_undo(program: Program) -> None:
    with_goal(program)
    do("Remove: Call the house in Jackson")
    assert not goals(program)[0].steps
    program.window.undo()
    assert len(goals(program)[0].steps) == 1
    do(f"Remove: {OWN}")
    assert not goals(program)
    program.window.undo()
    assert len(goals(program)[0].steps) == 1


def test_goals_stand_by_part_of_life_and_print(program: Program, facility: Store) -> None:
    with facility.work("add_goal") as unit:
        for domain, words in (("community", "Sing again"), ("housing", OWN), ("work", "Cook")):
            recovery.add_goal(unit, Id(page(program).woman), domain, words)
    page(program).refresh()
    words = said(page(program))
    assert words.index(OWN) < words.index("Cook") < words.index("Sing again")
    asked: dict[str, Any] = {}
    program.window.show_page = lambda key, **args: asked.update(args, key=key)  # type: ignore[method-assign]
    press(page(program), "Preview and print")
    assert asked == {"key": "preview", "participant": page(program).woman, "layout": "recovery", "back": "recovery"}


def test_before_she_is_enrolled_or_told_nothing_is_written(program: Program, facility: Store) -> None:
    with facility.work("register") as unit:
        other = women.register(unit, department_number="R2", last_name="Cole")
    program.window.show_page("recovery", participant=other)
    assert "She is not enrolled yet." in said(page(program))
    press(page(program), "Offer and enroll")
    assert page(program).key == "enrol"


def test_after_the_episode_the_goals_stay_to_be_read(program: Program, facility: Store) -> None:
    with_goal(program)
    with facility.work("close") as unit:
        episode = women.current_episode(unit, Id(page(program).woman))
        assert episode is not None
        enrolling.close(unit, episode.id, DAY, "completed")
    page(program).refresh()
    words = said(page(program))
    assert OWN in words
    assert "No episode is open." in words
    assert "Add the goal" not in words
    assert "Remove" not in words


def test_it_fits_every_screen(qapp: QApplication, program: Program) -> None:
    goal, step = with_goal(program, due_on=DAY - dt.timedelta(days=1), owner="The re-entry office")
    for of in (goal, step, f"{goal}/step"):
        page(program).open_form(of)
    for screen in SCREENS:
        resize(qapp, program.window, screen)
        check_page(page(program))


def test_by_keys_alone(program: Program) -> None:
    with_goal(program)
    for name in (f"Change: {OWN}", "Done: Call the house in Jackson", f"Add a step: {OWN}", "Add the goal"):
        reach(name)
