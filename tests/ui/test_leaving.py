"""She leaves tomorrow: five questions, written into her plan as they are left, printed at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, plan_states, plans, women
from reentry_desktop.actions.leaving import FIRST_72
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.records.pack import load_pack
from reentry_desktop.records.participant import Enrolment
from reentry_desktop.store import Store
from reentry_desktop.ui.days import show_day
from reentry_desktop.ui.pages.plan_limits import LimitsView

from ..stores import DAY, Clock, enrolled
from .desks import SCREENS, check_page, drafts, full_disk, resize
from .programs import begin, do, page, press, said, settle, type_keys, unlock


@pytest.fixture
def woman(facility: Store) -> Id:
    """She is enrolled, was told, and has no plan."""
    return enrolled(facility, expected_release=DAY + dt.timedelta(days=1))[0]


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, woman: Id) -> Program:
    """The page in sight."""
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("leaving", participant=woman)
    settle()
    return made


def fill(program: Program, part: str, **values: str) -> None:
    """Type into the fields of one question."""
    for key, text in values.items():
        editor = page(program).questions[part].form.editors[key]
        editor.target().setFocus()
        type_keys(editor.target(), text)
    settle()


def elsewhere(program: Program) -> None:
    """Leave the field."""
    page(program).way_back.setFocus()
    settle()


def stands(store: Store, woman: Id) -> dict[str, Any]:
    """What the plan holds in each of the five parts; nothing where there is no plan."""
    with store.read() as unit:
        plan = women.current_plan(unit, woman)
        if plan is None:
            return {}
        whole = plans.contents(unit, plan.id)
        found: dict[str, Any] = {key: whole.answers[key].words for key in FIRST_72 if key in whole.answers}
        return found | {key: whole.items[key] for key in FIRST_72 if key in whole.items}


def test_the_five_questions_stand_on_one_page_with_988(program: Program) -> None:
    words = said(page(program))
    assert list(page(program).questions) == list(FIRST_72)
    parts = load_pack().parts()
    places = [words.index(parts[key].prompt["en"]) for key in FIRST_72]
    assert places == sorted(places)
    assert "988" in words
    assert "Leaves Nov 24, 2026" in words


@pytest.mark.parametrize("days", [411, -3])
def test_a_date_that_is_not_near_is_asked_about_and_the_page_goes_on(
    program: Program, facility: Store, woman: Id, days: int
) -> None:
    assert "Has it changed?" not in said(page(program))
    with facility.work("revise") as unit:
        women.correct(unit, woman, expected_release=DAY + dt.timedelta(days=days))
    program.window.show_page("today")
    program.window.show_page("leaving", participant=woman)
    settle()
    day = show_day(DAY + dt.timedelta(days=days))
    assert f"Her date is {day}. Has it changed?" in said(page(program))
    fill(program, "h72_bed", words="My aunt's")
    elsewhere(program)
    assert stands(facility, woman)["h72_bed"][0].words == "My aunt's"
    press(page(program), "Correct the date on her page")
    assert page(program).key == "participant"
    assert page(program).details.editors["expected_release"].target().isVisible()
    program.window.back()
    assert page(program).key == "leaving"


def test_the_preview_goes_back_to_where_it_was_opened(program: Program, woman: Id) -> None:
    fill(program, "h72_bed", words="My aunt's")
    press(page(program), "Print at once")
    assert page(program).key == "preview"
    press(page(program), "Back to the first 72 hours")
    assert page(program).key == "leaving"


def test_nothing_is_begun_by_looking(program: Program, facility: Store, woman: Id) -> None:
    elsewhere(program)
    program.window.show_page("today")
    assert stands(facility, woman) == {}


def test_words_are_in_her_plan_as_the_field_is_left(program: Program, facility: Store, woman: Id, qtbot: Any) -> None:
    fill(program, "h72_bed", words="My mother's")
    qtbot.wait(900)
    assert stands(facility, woman) == {}
    assert list(drafts(facility, woman).values()) == ["My mother's"]
    fill(program, "h72_bed", phone="555-0199")
    (bed,) = stands(facility, woman)["h72_bed"]
    assert bed.words == "My mother's"
    elsewhere(program)
    fill(program, "h72_medicine", words="Thirty days")
    fill(program, "h72_report", words="Probation office", on_day="11/25/2026", at_time="9 am")
    fill(program, "h72_call", person="Rosa", phone="555-0101")
    elsewhere(program)
    found = stands(facility, woman)
    assert [(i.words, i.phone) for i in found["h72_bed"]] == [("My mother's", "555-0199")]
    assert found["h72_medicine"] == "Thirty days"
    assert [(i.on_day, i.at_time) for i in found["h72_report"]] == [(dt.date(2026, 11, 25), "9 am")]
    assert [(i.person, i.phone) for i in found["h72_call"]] == [("Rosa", "555-0101")]
    assert not drafts(facility, woman)
    with facility.read() as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        assert plan.started_on == DAY


def test_what_stands_in_her_plan_is_shown_and_changed(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("add_item") as unit:
        plan = plans.start_plan(unit, woman)
        first = plans.add_item(unit, plan, "h72_bed", words="My aunt's", option_state="asked")
        plans.add_item(unit, plan, "h72_bed", words="The house in Jackson")
    page(program).refresh()
    settle()
    form = page(program).questions["h72_bed"].form
    assert form.typed()["words"] == "My aunt's"
    assert "1 more is in the plan" in said(page(program))
    form.editors["words"].edit.selectAll()
    fill(program, "h72_bed", words="My sister's")
    elsewhere(program)
    found = stands(facility, woman)["h72_bed"]
    assert [(i.id == first, i.words, i.option_state) for i in found] == [
        (True, "My sister's", "asked"),
        (False, "The house in Jackson", ""),
    ]


def test_an_emptied_question_is_taken_out_and_undo_brings_it_back(program: Program, facility: Store, woman: Id) -> None:
    fill(program, "h72_ride", words="The bus")
    elsewhere(program)
    editor = page(program).questions["h72_ride"].form.editors["words"].edit
    editor.setFocus()
    editor.selectAll()
    editor.cut()
    elsewhere(program)
    assert "h72_ride" not in stands(facility, woman)
    program.window.undo()
    assert [i.words for i in stands(facility, woman)["h72_ride"]] == ["The bus"]
    assert page(program).questions["h72_ride"].form.typed()["words"] == "The bus"


def test_a_day_that_is_none_is_said_and_nothing_is_lost(program: Program, facility: Store, woman: Id) -> None:
    fill(program, "h72_report", words="Probation office", on_day="soon")
    elsewhere(program)
    assert "This is not a day." in said(page(program))
    assert stands(facility, woman)["h72_report"][0].on_day is None
    assert "soon" in drafts(facility, woman).values()


def test_typed_words_outlive_a_lock(program: Program, woman: Id, qtbot: Any) -> None:
    fill(program, "h72_call", phone="555-01")
    program.window.lock()
    settle()
    unlock(program, qtbot)
    assert page(program).key == "leaving"
    assert page(program).questions["h72_call"].form.typed()["phone"] == "555-01"
    fill(program, "h72_call", person="Rosa")
    elsewhere(program)
    assert program.store is not None
    assert [(i.person, i.phone) for i in stands(program.store, woman)["h72_call"]] == [("Rosa", "555-01")]


def test_words_no_disk_takes_stay_on_the_page_behind_the_cover(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("add_item") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "h72_medicine", "Thirty days")
        plans.add_item(unit, plan, "h72_bed", words="My aunt's")
    page(program).refresh()
    fields = {key: question.form.editors["words"].target() for key, question in page(program).questions.items()}
    story = "My mother's house. " * 400
    fields["h72_bed"].setPlainText("")
    fields["h72_medicine"].setPlainText(story)
    with full_disk(facility):
        program.window.cover()
        assert program.window.windowTitle() == "Paused"
    program.window._uncover()
    settle()
    assert "disk" in page(program).problem.text()
    assert fields["h72_medicine"].toPlainText() == story
    program.window.show_page("today")
    assert stands(facility, woman) == {"h72_medicine": story.strip()}


def test_words_typed_while_the_episode_was_closed_stay_a_draft(program: Program, facility: Store, woman: Id) -> None:
    fill(program, "h72_bed", words="My mother's")
    with facility.work("close") as unit:
        episode = women.current_episode(unit, woman)
        assert episode is not None
        enrolling.close(unit, episode.id, DAY, "completed")
    program.window.show_page("today")
    assert page(program).key == "today"
    assert stands(facility, woman) == {}
    assert list(drafts(facility, woman).values()) == ["My mother's"]


def test_it_is_printed_at_once(program: Program, facility: Store, woman: Id) -> None:
    fill(program, "h72_bed", words="My mother's")
    asked: dict[str, Any] = {}
    program.window.show_page = lambda key, **args: asked.update(args, key=key)  # type: ignore[method-assign]
    do("Print at once")
    assert asked == {"key": "preview", "participant": woman, "layout": "first-72-hours", "back": "leaving"}
    assert [i.words for i in stands(facility, woman)["h72_bed"]] == ["My mother's"]


def test_her_no_is_respected_until_she_says_yes(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("decline_plan") as unit:
        plan_states.decline_plan(unit, woman)
    page(program).refresh()
    assert "Ask her first." in said(page(program))
    assert not page(program).questions
    press(page(program), "She wants to write it now")
    assert list(page(program).questions) == list(FIRST_72)
    with facility.read() as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        assert plan.declined_on is None


def test_what_must_be_passed_on_comes_first_and_is_noted_in_place(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("correct") as unit:
        episode = women.current_episode(unit, woman)
        assert episode is not None
        unit.revise(Enrolment, episode.id, limits_told_on=None)
    page(program).refresh()
    settle()
    assert not page(program).questions
    told = page(program).findChild(LimitsView).button
    told.click()
    settle()
    assert list(page(program).questions) == list(FIRST_72)
    with facility.read() as unit:
        episode = women.current_episode(unit, woman)
        assert episode is not None
        assert episode.limits_told_on == DAY


def test_a_woman_who_is_not_enrolled_is_led_there(program: Program, facility: Store) -> None:
    with facility.work("register") as unit:
        other = women.register(unit, department_number="R2", last_name="Cole")
    program.window.show_page("leaving", participant=other)
    settle()
    press(page(program), "Offer and enroll")
    assert page(program).key == "enrol"


def test_it_fits_every_screen_in_both_languages(qapp: QApplication, program: Program) -> None:
    try:
        for language in ("en", "es"):
            program.window.speak(language)
            for screen in SCREENS:
                resize(qapp, program.window, screen)
                check_page(page(program))
    finally:
        program.window.speak("en")


def test_the_questions_are_in_her_language_whatever_the_screen_speaks(
    program: Program, facility: Store, woman: Id
) -> None:
    try:
        program.window.speak("es")
        settle()
        rows = page(program).questions["h72_bed"].form.rows
        assert rows["words"].label.text() == "In her own words"
        assert rows["option_state"].editor.box.itemText(0) == "Not chosen"
        assert load_pack().parts()["h72_bed"].prompt["en"] in said(page(program))
        with facility.work("correct") as unit:
            women.correct(unit, woman, language="es")
        page(program).refresh()
        assert load_pack().parts()["h72_bed"].prompt["es"] in said(page(program))
    finally:
        program.window.speak("en")


def test_by_keys_alone(program: Program, facility: Store, woman: Id) -> None:
    """The focus stands in the first question; Tab goes through all of them to the print."""
    assert page(program).questions["h72_bed"].form.editors["words"].edit.hasFocus()
    type_keys(QApplication.focusWidget(), "My mother's")  # type: ignore[arg-type]
    do("Go on with the whole plan")
    assert page(program).key == "plan"
    assert [i.words for i in stands(facility, woman)["h72_bed"]] == ["My mother's"]
