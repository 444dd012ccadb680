"""One woman's page: told from others, written in place, nothing of it lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, plan_states, plans, recalling, sync, women
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.records.participant import Enrolment, NeedTag, Participant
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.participant_plan import PlanTab
from reentry_desktop.ui.pages.participant_tabs import NeedsTab
from reentry_desktop.ui.table import Table
from reentry_desktop.ui.widgets import Pill

from ..stores import DAY, Clock, done_for_now, enrolled, exchange_cards, too_long_a_name, write_as_newer
from .desks import SCREENS, check_page, resize
from .programs import begin, button, page, press, said, settle, type_keys, unlock
from .test_versions import fill


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """A woman who is enrolled; her page in sight."""
    woman, _episode = enrolled(facility, unit="B-2", expected_release=DAY + dt.timedelta(days=40))
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("participant", participant=woman)
    settle()
    return made


def _now(program: Program) -> tuple[Participant, Enrolment]:
    assert program.store is not None
    with program.store.read() as unit:
        woman = Id(page(program).woman)
        episode = women.current_episode(unit, woman)
        assert episode is not None
        return unit.get(Participant, woman), episode


def _tab(program: Program, name: str) -> None:
    tabs = page(program).tabs
    tabs.setCurrentIndex([tabs.tabText(n) for n in range(tabs.count())].index(name))
    settle()


def test_the_banner_tells_her_from_every_other(program: Program) -> None:
    words = said(page(program))
    assert "Ana Núñez" in words
    assert "Number R1001, born 1990, unit B-2" in words
    assert "Leaves in 40 days" in words
    assert "Enrolled" in words
    assert "Shares dates only" in words
    assert not page(program).twin.isVisible()


def test_another_woman_of_her_name_is_warned_of(program: Program, facility: Store) -> None:
    with facility.work("register") as unit:
        women.register(unit, department_number="K7", first_name="ana", last_name="Nunez")
    page(program).refresh()
    assert "Another woman here has the same name: K7." in said(page(program))


def test_what_came_about_her_and_waits_is_said(qapp: QApplication, program: Program, facility: Store) -> None:
    words = "Something about her came in and cannot be shown yet."
    assert words not in said(page(program))
    write_as_newer(facility, too_long_a_name(facility, Id(page(program).woman)))
    page(program).refresh()
    for screen in SCREENS:
        resize(qapp, program.window, screen)
        check_page(page(program))
        assert words in said(page(program))
    assert "Ana Núñez" in said(page(program))
    press(page(program), "See what waits")
    assert page(program).key == "sync"
    assert page(program).waiting.isVisible()


def test_opening_is_written_down_and_showing_again_is_not(program: Program, facility: Store) -> None:
    def looks() -> int:
        with facility.read() as unit:
            rows = unit.connection.exec_driver_sql("SELECT payload FROM entry").scalars()
            return sum(b'"act":"open_page"' in bytes(row) for row in rows)

    assert looks() == 1
    page(program).refresh()
    assert looks() == 1
    program.window.show_page("today")
    program.window.back()
    assert looks() == 2


def test_the_next_step_is_kept_when_the_field_is_left(program: Program, facility: Store, qtbot: Any) -> None:
    step = page(program).step.editors["next_step"].edit
    step.setFocus()
    type_keys(step, "Ask about the bus")
    qtbot.wait(900)
    assert _now(program)[1].next_step == ""
    with facility.read() as unit:
        drafts = unit.connection.exec_driver_sql("SELECT field, text FROM draft").all()
    assert [tuple(d) for d in drafts] == [("next_step", "Ask about the bus")]
    page(program).step.editors["next_step_on"].edit.setFocus()
    settle()
    assert _now(program)[1].next_step == "Ask about the bus"
    with facility.read() as unit:
        assert not unit.connection.exec_driver_sql("SELECT 1 FROM draft").all()


def test_typed_words_outlive_a_lock(program: Program, qtbot: Any) -> None:
    step = page(program).step.editors["next_step"].edit
    step.setFocus()
    type_keys(step, "Ask about")
    program.window.lock()
    settle()
    assert "Ask about" not in said(program.window)
    unlock(program, qtbot)
    assert page(program).key == "participant"
    assert page(program).step.typed()["next_step"] == "Ask about"


def test_her_details_are_kept_as_they_are_left(program: Program) -> None:
    _tab(program, "Details")
    form = page(program).details
    form.editors["preferred_name"].edit.setFocus()
    type_keys(form.editors["preferred_name"].edit, "Anita")
    form.editors["unit"].edit.setFocus()
    settle()
    assert _now(program)[0].preferred_name == "Anita"
    form.editors["admitted_on"].edit.setFocus()
    type_keys(form.editors["admitted_on"].edit, "1/1/1980")
    form.editors["unit"].edit.setFocus()
    settle()
    assert form.rows["admitted_on"].error.text() == "This is before the date of birth."
    assert _now(program)[0].admitted_on is None


def test_a_need_needs_her_yes(program: Program, facility: Store) -> None:
    _tab(program, "Needs")
    tab = page(program).findChild(NeedsTab)
    tab.form.editors["need"].set("housing_insecurity")
    press(page(program), "Write it down")
    assert "Without her yes it is not kept." in said(page(program))
    with facility.read() as unit:
        assert not unit.all(sa.select(NeedTag))
    tab = page(program).findChild(NeedsTab)
    tab.form.editors["need"].set("housing_insecurity")
    tab.form.editors["may_be_recorded"].set(True)
    press(page(program), "Write it down")
    assert "No safe place to live" in said(page(program))
    press(page(program), "Take away: No safe place to live")
    assert "No safe place to live" not in said(page(program))
    assert "Nothing is written down." in said(page(program))


def test_what_the_office_may_have_is_changed_in_one_press(program: Program) -> None:
    press(page(program), "Words too")
    assert str(_now(program)[1].office_has) == "words"
    assert "Shares words" in said(page(program))
    press(page(program), "Dates only")
    assert str(_now(program)[1].office_has) == "dates"


def _release(program: Program, day: str) -> None:
    from reentry_desktop.ui.form import RecordForm

    form = next(f for f in page(program).findChildren(RecordForm) if f.isVisible() and "actual_release" in f.editors)
    form.editors["actual_release"].edit.setText(day)
    press(page(program), "Note the release")


def test_release_follow_up_and_close(program: Program) -> None:
    from reentry_desktop.ui.form import RecordForm

    _release(program, "")
    assert "Please fill this in." in said(page(program))
    _release(program, "11/20/2026")
    assert _now(program)[0].actual_release == dt.date(2026, 11, 20)
    assert "Released" in said(page(program))
    press(page(program), "Begin the follow-up year")
    assert _now(program)[1].follow_up_on == DAY
    press(page(program), "Close this episode")
    assert "Give the day and the reason." in said(page(program))
    form = next(f for f in page(program).findChildren(RecordForm) if f.isVisible() and "closed_on" in f.editors)
    form.editors["closed_on"].set(DAY)
    form.editors["closed_reason"].set("completed")
    press(page(program), "Close this episode")
    assert _now(program)[1].closed_on == DAY
    assert button(page(program), "Offer the program")


def test_the_history_tells_every_act_in_words(program: Program) -> None:
    _tab(program, "History")
    table = next(t for t in page(program).findChildren(Table) if t.isVisible() and t.accessibleName() == "History")
    acts = [table.rows.row(n)["what"] for n in range(table.rows.rowCount())]  # type: ignore[index]
    assert acts[0] == "Opened her page"
    assert not any("_" in act for act in acts)
    assert {table.rows.row(n)["who"] for n in range(len(acts))} == {"lead"}  # type: ignore[index]


def test_the_plan_print_and_call_out_are_one_press_away(program: Program) -> None:
    woman = page(program).woman
    assert "Print\n" not in said(page(program)), "there is nothing to print yet"
    press(page(program), "Start the plan")
    assert page(program).key == "plan"
    program.window.show_page("participant", participant=woman)
    _planned(program)
    for words, key in (("Go on with the plan", "plan"), ("Print", "preview"), ("Call-out sheet", "callout")):
        press(page(program), words)
        assert page(program).key == key
        program.window.show_page("participant", participant=woman)
        settle()


def test_a_woman_who_is_not_here_is_told(program: Program) -> None:
    program.window.show_page("participant", participant=Id("0" * 32))
    assert "not here (any more)" in said(page(program))


# Her plan


def _planned(program: Program) -> Id:
    """Her plan, begun."""
    assert program.store is not None
    with program.store.work("start_plan") as unit:
        plan = plans.start_plan(unit, Id(page(program).woman))
    page(program).refresh()
    _tab(program, "Plan")
    return plan


def _done(program: Program, plan: Id) -> None:
    assert program.store is not None
    fill(program.store, plan)
    with program.store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    page(program).refresh()
    settle()


def _state(program: Program) -> str:
    assert program.store is not None
    with program.store.read() as unit:
        plan = women.current_plan(unit, Id(page(program).woman))
        return plan_states.state(unit, plan) if plan is not None else ""


def test_she_leaves_tomorrow_is_one_press_from_the_banner(program: Program) -> None:
    woman = page(program).woman
    press(page(program), "She leaves tomorrow")
    assert page(program).key == "leaving"
    assert page(program).woman == woman


def test_the_plan_is_offered_begun_or_not_and_a_slip_is_taken_back(program: Program) -> None:
    _tab(program, "Plan")
    assert "No plan yet. She can begin any day, or say no." in said(page(program))
    press(page(program), "It was offered")
    assert _state(program) == "offered"
    assert "Offered on: Nov 23, 2026" in said(page(program))
    press(page(program), "She chose not to")
    assert _state(program) == "declined"
    words = said(page(program))
    assert "That is her choice. It can change any day." in words
    assert "of 30" not in words
    program.window.undo()
    assert _state(program) == "offered"
    press(page(program), "Not now")
    assert _state(program) == "not_now"
    press(page(program), "She wants to write it now")
    assert page(program).key == "plan"
    program.window.show_page("participant", participant=page(program).woman, tab="plan")
    assert _state(program) == "started"


def test_the_thirty_days_are_said_and_never_in_red(program: Program, clock: Clock) -> None:
    _planned(program)
    clock.now += dt.timedelta(days=12)
    page(program).refresh()
    settle()
    pills = [p for p in page(program).findChildren(Pill) if p.isVisible() and p.text() == "Plan: day 12 of 30"]
    assert len(pills) == 2  # in the banner, and on the tab
    assert {p.property("pill") for p in pills} == {"info"}
    press(page(program), "Not now")
    assert "of 30" not in said(page(program))


def test_sitting_together_is_offered_with_a_plan_that_is_written(program: Program) -> None:
    assert "Sit together" not in said(page(program))
    _planned(program)
    assert button(page(program), "Sit together")
    press(page(program), "She takes her plan back")
    assert _state(program) == "withdrawn"
    assert "Sit together" not in said(page(program))
    program.window.undo()
    assert _state(program) == "started"
    assert "Sit together" in said(page(program))


def test_versions_stand_on_the_tab_and_open(program: Program) -> None:
    plan = _planned(program)
    assert "No version yet." in said(page(program))
    _done(program, plan)
    assert "Done for now" in said(page(program))
    assert "with lead · She said so" in said(page(program))
    press(page(program), "Read: Version 1")
    assert page(program).key == "versions"
    assert "I laugh easily" in said(page(program))
    program.window.show_page("participant", participant=page(program).woman, tab="plan")
    settle()
    press(page(program), "All versions, and what changed")
    assert page(program).key == "versions"


def test_a_crisis_is_noted_without_what_happened_and_looked_at_again(program: Program) -> None:
    plan = _planned(program)
    press(page(program), "Note a crisis, or the time after")
    tab = page(program).findChild(PlanTab)
    assert set(tab.event_form.editors) == {"kind", "happened_on"}
    tab.event_form.editors["kind"].set("")
    press(page(program), "Note it")
    assert "Please fill this in." in said(page(program))
    tab = page(program).findChild(PlanTab)
    tab.event_form.editors["kind"].set("crisis")
    press(page(program), "Note it")
    assert _state(program) == "used_in_crisis"
    words = said(page(program))
    assert "Used in a crisis: Nov 23, 2026" in words
    assert "Look at it again by Dec 7, 2026" in words
    press(page(program), "Looked at again")
    assert "Looked at again Nov 23, 2026" in said(page(program))
    assert _state(program) == "started"
    program.window.undo()
    assert _state(program) == "used_in_crisis"
    assert plan


def test_a_crisis_noted_by_a_slip_is_taken_back(program: Program) -> None:
    _planned(program)
    press(page(program), "Note a crisis, or the time after")
    page(program).findChild(PlanTab).event_form.editors["kind"].set("post_crisis")
    press(page(program), "Note it")
    assert "The time after a crisis began: Nov 23, 2026" in said(page(program))
    program.window.undo()
    assert "Nothing is noted." in said(page(program))


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Recovery support plan", "recovery"),
        ("Copies that were given", "copies"),
        ("If something serious comes up", "safety"),
    ],
)
def test_what_stands_beside_the_plan_is_one_press_away(program: Program, words: str, key: str) -> None:
    _planned(program)
    press(page(program), words)
    assert page(program).key == key


def test_after_the_episode_the_plan_stays_to_be_read(program: Program, facility: Store) -> None:
    plan = _planned(program)
    _done(program, plan)
    with facility.work("close") as unit:
        episode = women.current_episode(unit, Id(page(program).woman))
        assert episode is not None
        enrolling.close(unit, episode.id, DAY, "completed")
    page(program).refresh()
    settle()
    words = said(page(program))
    assert "Her plan stays to be read." in words
    assert "Note a crisis" not in words
    assert "She takes her plan back" not in words
    press(page(program), "Read the plan")
    assert "I laugh easily" in said(page(program))


def test_an_earlier_plan_is_not_taken_for_the_one_of_this_episode(program: Program, facility: Store) -> None:
    plan = _planned(program)
    _done(program, plan)
    with facility.work("enrol") as unit:
        woman = Id(page(program).woman)
        episode = women.current_episode(unit, woman)
        assert episode is not None
        enrolling.close(unit, episode.id, DAY, "completed")
        again = enrolling.offer(unit, woman, enrolling.programs(unit)[0].id, DAY)
        enrolling.told_limits(unit, again, DAY, "en")
        enrolling.enrol(unit, again, agreed_on=DAY, on=DAY)
    page(program).refresh()
    settle()
    words = said(page(program))
    assert "No plan yet. She can begin any day, or say no." in words
    assert "Plan: day 0 of 30" in words
    assert "Start the plan" in words
    assert button(page(program), "Read: Version 1")


def test_the_plan_tab_fits_every_screen(qapp: QApplication, program: Program) -> None:
    plan = _planned(program)
    _done(program, plan)
    press(page(program), "Note a crisis, or the time after")
    for screen in SCREENS:
        resize(qapp, program.window, screen)
        check_page(page(program))


# Words called back


def test_the_office_deletes_what_she_called_back(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, clock: Clock, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    woman, episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.add_item(unit, plan, "tools", words="Quetzalwalk")
        done_for_now(unit, plan)
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    with facility.work("share") as unit:
        recalling.share(unit, episode, "dates")
    sync.take_in(office, [sync.send(facility, "OFFICE", tmp_path).file])
    window = begin(qapp, qtbot, office.folder, clock, office, tmp_path / "office.ini").window
    window.show_page("today")
    assert "Words called back" in said(window)
    window.show_page("participant", participant=woman)
    here: Any = window.page
    assert "She asks that her words be deleted here" in said(here)
    press(here, "Delete her words here")
    qtbot.waitUntil(lambda: "The next copy tells her site." in said(window), timeout=5000)
    assert "She asks that her words" not in said(here)
    with office.read() as unit:
        assert not unit.all(sa.select(PlanItem))
    answer = sync.send(office, "NORTH", tmp_path).file
    window.close()
    sync.take_in(facility, [answer])
    theirs = begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "facility.ini").window
    theirs.show_page("participant", participant=woman)
    assert "State Office deleted them on Nov 23, 2026." in said(theirs)
    assert "cannot be called back" in said(theirs)
