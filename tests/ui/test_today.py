"""Today: what waits, in words that whoever sits down next may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import drafts, enrolling, plan_states, plans, recovery, safety, women
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.records.participant import Need, NeedSource
from reentry_desktop.store import Store
from reentry_desktop.ui import tokens as t
from reentry_desktop.ui.table import Table

from ..stores import DAY, Clock, enrolled
from .programs import begin, button, page, press, said, settle

IN_A_MONTH = DAY + dt.timedelta(days=25)


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """The window on an empty facility."""
    return begin(qapp, qtbot, facility.folder, clock, facility)


def _again(program: Program) -> Any:
    page(program).refresh()
    settle()
    return page(program)


def _registered(store: Store, number: str, **more: Any) -> Id:
    with store.work("register") as unit:
        return women.register(unit, **{"department_number": number, "first_name": "Ana", "last_name": "Núñez"} | more)


def test_an_empty_day_shows_the_way_on(program: Program) -> None:
    today = page(program)
    assert today.key == "today"
    assert "Nov 23, 2026" in said(today)
    press(today, "Make a backup")
    assert page(program).key == "backups"


def test_who_is_due_leads_to_the_offer_by_first_name_and_initial(program: Program, facility: Store) -> None:
    woman = _registered(facility, "R1", parole_hearing=IN_A_MONTH)
    today = _again(program)
    words = said(today)
    assert "Ana N." in words
    assert "Núñez" not in words
    assert "in 25 days" in words
    press(today, "Offer: Ana N.")
    assert page(program).key == "enrol"
    assert page(program).woman == woman


def test_no_health_word_and_no_words_of_hers(program: Program, facility: Store) -> None:
    woman, episode = enrolled(facility, expected_release=IN_A_MONTH)
    with facility.work("note_need") as unit:
        enrolling.note_need(unit, woman, Need.SUBSTANCE_USE, NeedSource.SHE_SAID, DAY, may_be_recorded=True)
        enrolling.set_next_step(unit, episode, "Call the clinic", DAY)
        drafts.save_draft(unit, plans.start_plan(unit, woman), "words", woman, "my medication")
    words = said(_again(program)).casefold()
    assert "leaving soon" in words
    assert "next steps" in words
    assert "unfinished words" in words
    for told in (*(need.label for need in Need), "clinic", "medication", "substance", "health"):
        assert told.casefold() not in words


def test_a_plan_stands_on_its_day_and_opens(program: Program, facility: Store, clock: Clock) -> None:
    woman, _episode = enrolled(facility)
    clock.now += dt.timedelta(days=12)
    assert "Day 12 of 30" in said(_again(program))
    clock.now += dt.timedelta(days=30)
    today = _again(program)
    assert "Past day 30" in said(today)
    press(today, "Go on: Ana N.")
    assert page(program).key == "plan"
    assert page(program).woman == woman


def test_her_no_silences_the_thirty_days(program: Program, facility: Store) -> None:
    women_here = [enrolled(facility, f"R{n}", first=name)[0] for n, name in enumerate(("Ana", "Luz", "Eva", "Ida"))]
    with facility.work("decline_plan") as unit:
        plan_states.decline_plan(unit, women_here[0])
        plan_states.not_now(unit, women_here[1])
        plan_states.withdraw_plan(unit, plans.start_plan(unit, women_here[2]))
    words = said(_again(program))
    assert "Plans under way (1)" in words
    assert "Ida N." in words
    for name in ("Ana", "Luz", "Eva"):
        assert name not in words


def test_a_plan_to_look_at_again_leads_to_it_and_says_no_why(program: Program, facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("log_event") as unit:
        event = plan_states.log_event(unit, plans.start_plan(unit, woman), "crisis", DAY - dt.timedelta(days=1))
    today = _again(program)
    assert "Plans to look at again (1)" in said(today)
    assert "by Dec 6, 2026" in said(today)
    assert "crisis" not in said(today).casefold()
    press(today, "See the plan: Ana N.")
    assert page(program).key == "participant"
    assert page(program).tabs.tabText(page(program).tabs.currentIndex()) == "Plan"
    with facility.work("reviewed") as unit:
        plan_states.reviewed(unit, event)
    program.window.show_page("today")
    assert "Plans to look at again" not in said(_again(program))


def test_steps_to_a_goal_stand_here_a_week_before_and_without_words(program: Program, facility: Store) -> None:
    near, far = enrolled(facility)[0], enrolled(facility, "R2", first="Luz")[0]
    closed, episode = enrolled(facility, "R3", first="Eva")
    with facility.work("add_goal") as unit:
        for woman, days in ((near, 7), (near, -2), (far, 8), (closed, 1)):
            goal = recovery.add_goal(unit, woman, "health", "See a doctor")
            recovery.add_step(unit, goal, "Call the clinic", due_on=DAY + dt.timedelta(days=days))
        enrolling.close(unit, episode, DAY, "completed")
    today = _again(program)
    words = said(today)
    assert "Steps to a goal (1)" in words
    assert "This day has passed" in words
    assert words.count("See the goals") == 1
    for told in ("Eva", "clinic", "doctor", "Health"):
        assert told not in words
    press(today, "See the goals: Ana N.")
    assert page(program).key == "recovery"


def test_steps_of_goals_that_are_reached_or_done_are_not_asked_for(facility: Store) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("add_goal") as unit:
        reached, done, removed = (recovery.add_goal(unit, woman, "work", "Cook") for _n in range(3))
        steps = [recovery.add_step(unit, goal, "Ask", due_on=DAY) for goal in (reached, done, removed)]
        assert [d.due_on for d in recovery.due_steps(unit, DAY, 100)[0]] == [DAY]
        recovery.revise_goal(unit, reached, state="reached")
        recovery.step_done(unit, steps[1])
        recovery.remove_goal(unit, removed)
        assert recovery.due_steps(unit, DAY, 100) == ([], 0)


def test_long_lists_of_steps_are_cut_and_counted(facility: Store) -> None:
    for number in range(4):
        woman, _episode = enrolled(facility, f"R{number}")
        with facility.work("add_goal") as unit:
            recovery.add_step(unit, recovery.add_goal(unit, woman, "work", "Cook"), "Ask", due_on=DAY)
    with facility.read() as unit:
        rows, count = recovery.due_steps(unit, DAY, 3)
    assert (len(rows), count) == (3, 4)


def test_a_report_to_hand_over_is_named_to_those_who_may_see_it_alone(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock
) -> None:
    woman, _episode = enrolled(facility)
    with facility.work("pass_on") as unit:
        made = safety.pass_on(unit, woman, "Captain Wells")
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    words = said(page(program))
    assert "A report to hand over (1)" in words
    assert "Ana N." in words
    assert "Wells" not in words
    press(page(program), "Hand over: Ana N.")
    assert page(program).key == "safety"
    program.window.show_page("today")
    somebody = Id("5" * 32)
    facility.who = facility.who._replace(id=somebody, administrator=False)
    assert "A report to hand over" not in said(_again(program))
    with facility.read() as unit:
        assert not safety.open_reports(unit)
    facility.who = facility.who._replace(administrator=True)
    with facility.work("hand_over") as unit:
        safety.hand_over(unit, made)
    assert "A report to hand over" not in said(_again(program))


def test_many_rows_are_unfolded_on_request(program: Program, facility: Store) -> None:
    for number in range(9):
        enrolled(facility, f"R{number}", first=f"Ana{number}", last="Ortiz", expected_release=IN_A_MONTH)
    today = _again(program)
    assert "Leaving soon (9)" in said(today)
    assert said(today).count("Dec 18, 2026") == 5
    press(today, "See all: Leaving soon")
    assert said(today).count("Dec 18, 2026") == 9


def test_dates_to_check_lead_to_the_lists(program: Program, facility: Store) -> None:
    _registered(facility, "R1", expected_release=DAY - dt.timedelta(days=3))
    _registered(facility, "R2", first_name="Luz")
    today = _again(program)
    assert "2 women have no date, or one that is past." in said(today)
    press(today, "Check the dates")
    assert page(program).key == "due"
    assert {"Check the date (1)", "No date (1)"} <= set(said(page(program)).splitlines())


def test_a_clock_that_went_back_is_asked_about(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> None:
    _registered(facility, "R1", parole_hearing=IN_A_MONTH)
    clock.now -= dt.timedelta(days=900)
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    today = page(program)
    assert "clock was set back" in said(today)
    press(today, "This is the day")
    assert "Please fill this in." in said(today)
    assert facility.stated_day is None
    today.day.edit.setText("Dec 3, 2026")
    press(today, "This is the day")
    assert facility.stated_day == dt.date(2026, 12, 3)
    assert "Today, Dec 3, 2026" in said(today)
    assert "in 15 days" in said(today)
    assert "clock was set back" not in said(today)


def test_a_begun_registration_is_taken_up_again(program: Program) -> None:
    program.window.show_page("register")
    register = page(program)
    register.form.editors["first_name"].edit.setText("Luz")
    register.form.editors["first_name"].edit.textEdited.emit("Luz")
    program.window.show_page("today")
    assert "A registration" in said(page(program))
    press(page(program), "Go on: A registration")
    assert page(program).form.typed()["first_name"] == "Luz"


def test_a_backup_that_was_made_is_not_asked_for(
    program: Program, facility: Store, clock: Clock, tmp_path: Any
) -> None:
    from reentry_desktop.actions import checking

    checking.backup(facility, tmp_path / "one.backup")
    assert "Backup" not in said(_again(program))
    clock.now += dt.timedelta(days=8)
    assert "The last backup is of Nov 23, 2026." in said(_again(program))


def test_the_call_out_sheet_is_one_press_away(program: Program) -> None:
    assert button(page(program), "Call-out sheet")
    press(page(program), "Call-out sheet")
    assert page(program).key == "callout"


def test_why_she_is_due_fits_in_spanish(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> None:
    _registered(facility, "R1", parole_hearing=IN_A_MONTH)
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    try:
        program.window.speak("es")
        program.window.show_page("due")
        settle()
        table = page(program).findChild(Table)
        why = next(n for n, column in enumerate(table.rows.columns) if column.title == "Why")
        assert table.rows.index(0, why).data() == "Audiencia de libertad condicional"
        assert not table.isColumnHidden(why)
        assert table.sizeHintForColumn(why) + t.S3 - 3 + t.S2 <= table.columnWidth(why)
    finally:
        program.window.speak("en")


def test_the_day_of_the_call_out_is_shown_in_the_new_language(program: Program) -> None:
    program.window.show_page("callout")
    before = page(program).day.typed()
    try:
        program.window.speak("es")
        settle()
        assert page(program).day.get() == DAY + dt.timedelta(days=1)
        assert page(program).day.typed() != before
    finally:
        program.window.speak("en")
    assert page(program).day.typed() == before
