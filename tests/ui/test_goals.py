"""The goals: n of N, nothing unmeasured shown as a number, and the list behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, plan_states, plans, women
from reentry_desktop.actions.measures import PLAN_PARTS
from reentry_desktop.base.ids import Id
from reentry_desktop.records.pack import load_pack
from reentry_desktop.records.people import Site
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.goals import GoalsPage
from reentry_desktop.ui.ratebar import RateBar
from reentry_desktop.ui.widgets import Pill, Sentence
from reentry_desktop.ui.window import MainWindow

from ..stores import DAY, START, Clock, enrolled
from .desks import EVERY_SCREEN, check_page, open_window, press, resize, type_into
from .programs import said

LATER = DAY + dt.timedelta(days=40)


def _write(store: Store, woman: Id) -> None:
    """A plan with every part that counts, done for now."""
    parts = load_pack().parts()
    with store.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        for key, part in parts.items():
            if not part.required and key not in PLAN_PARTS:
                continue
            if part.kind == "supporter":
                plans.add_supporter(unit, plan, name="Rosa")
            elif part.kind == "answer":
                plans.answer(unit, plan, key, "Her words")
            else:
                plans.add_item(unit, plan, key, words="Her words")
        plan_states.done_for_now(unit, plan, unit.today())


@pytest.fixture
def store(facility: Store, clock: Clock) -> Store:
    """Of two enrolled women one has a plan; forty days have passed, and a third enrolled just now."""
    first, _episode = enrolled(facility, "R1001")
    _write(facility, first)
    enrolled(facility, "R1002", first="Bea", last="Cole")
    clock.now = START + dt.timedelta(days=40)
    with facility.work("enrol") as unit:
        program = enrolling.programs(unit)[0].id
        woman = women.register(unit, department_number="R1003", first_name="Dee", last_name="Ash")
        episode = enrolling.offer(unit, woman, program, LATER)
        enrolling.told_limits(unit, episode, LATER, "en")
        enrolling.enrol(unit, episode, agreed_on=LATER, on=LATER, office_has="dates")
    return facility


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, store: Store) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, store, [GoalsPage])
    yield made
    made.lock()


def _open(window: MainWindow) -> GoalsPage:
    window.show_page("goals")
    assert isinstance(window.page, GoalsPage)
    return window.page


def test_the_number_stands_with_what_is_left_out_and_how_sure_it_is(window: MainWindow) -> None:
    page = _open(window)
    words = said(page)
    assert "1 of 2" in words
    assert "50 %" in words
    assert "Left out: 1" in words
    assert "fewer than 30 days since enrollment" in words
    assert "Not known: 0" in words
    assert "not for passing on" in words
    assert "Too few to conclude" in page.card.few.text()
    assert page.card.state.text() == "Below the goal"
    assert "from 9 % to 91 %" in words


def test_the_bar_says_in_words_what_it_draws(window: MainWindow) -> None:
    bar = _open(window).findChild(RateBar)
    assert bar.accessibleName() == "Wellness plan within 30 days"
    assert "Now: 50 %" in bar.accessibleDescription()
    assert "at least 80 %" in bar.accessibleDescription()
    assert "from 9 % to 91 %" in bar.accessibleDescription()


def test_five_goals_are_not_measured_and_say_why(window: MainWindow) -> None:
    page = _open(window)
    lines = [words.text() for words in page.unmeasured.findChildren(Sentence)]
    assert lines[0] == "Not measured yet"
    assert sum("Goal: " in words for words in lines) == 5
    assert any("Status checks after release are not kept yet." in words for words in lines)
    assert not page.unmeasured.findChildren(Pill)
    assert not page.unmeasured.findChildren(RateBar)


def test_the_definition_and_its_parameters_open(window: MainWindow) -> None:
    page = _open(window)
    assert "Parts that count" not in said(page)
    press(page.card.how)
    words = said(page)
    assert "those whose plan was done for now" in words
    assert "Days: 30, from the day of enrollment" in words
    assert "Counted on: Jan 2, 2027" in words


def test_another_day_gives_another_number(window: MainWindow, qtbot: Any) -> None:
    page = _open(window)
    page.day.edit.clear()
    type_into(page.day.edit, "12/1/2026")
    qtbot.waitUntil(lambda: page.card.figure.text() == "No number yet", timeout=3000)
    assert page.card.bar.rate is None
    assert page.card.state.text() == "Goal: at least 80 %"
    page.day.edit.clear()
    type_into(page.day.edit, "soon")
    qtbot.waitUntil(lambda: "not a day" in page.day_row.error.text(), timeout=3000)
    assert page.card.figure.text() == "No number yet"


def test_the_list_behind_the_number_opens_a_woman(window: MainWindow) -> None:
    page = _open(window)
    assert page.chips["yes"].text() == "Counted (1)"
    press(page.chips["no"])
    assert page.table.rows.rowCount() == 1
    case = page.table.rows.row(0)
    assert case is not None
    assert case.name == "Bea Cole"
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert window.page is not None
    assert window.page.key == "participant"
    assert window.page.opened == {"participant": case.participant}  # type: ignore[attr-defined]


def test_nobody_enrolled_is_no_rate(qapp: QApplication, qtbot: Any, facility: Store) -> None:
    window = open_window(qapp, qtbot, facility, [GoalsPage])
    page = _open(window)
    assert page.card.figure.text() == "No number yet"
    assert page.nobody.isVisibleTo(page)
    assert not page.table.isVisibleTo(page)
    window.lock()


def test_an_office_can_ask_for_one_site(qapp: QApplication, qtbot: Any, office: Store) -> None:
    with office.work("add_site") as unit:
        unit.create(Site, name="East Facility", code="EAST", kind="facility")
    window = open_window(qapp, qtbot, office, [GoalsPage])
    page = _open(window)
    assert page.site.isVisibleTo(page)
    page.site.set("East Facility")
    page.refresh()
    assert not page.problem.isVisibleTo(page)
    assert page.found["wrap_30_days"].parameters["site"] == "East Facility"
    window.lock()


@EVERY_SCREEN
def test_every_screen_holds_it(window: MainWindow, qapp: QApplication, screen: tuple[int, int, int]) -> None:
    resize(qapp, window, screen)
    page = _open(window)
    press(page.card.how)
    check_page(page)
