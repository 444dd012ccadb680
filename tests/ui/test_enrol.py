"""Offering and enrolling: one step after another, each hers to refuse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QRadioButton

from reentry_desktop.actions import enrolling, limits, women
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.records.participant import Enrolment
from reentry_desktop.store import Store
from reentry_desktop.ui.day_editor import Day

from ..stores import DAY, Clock
from .programs import begin, button, page, press, said, settle


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """A woman who was registered and not offered anything; her offer in sight."""
    with facility.work("register") as unit:
        enrolling.add_program(unit, name="Bridges")
        woman = women.register(unit, department_number="R1", first_name="Ana", last_name="Núñez", language="es")
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("enrol", participant=woman)
    settle()
    return made


def _episode(program: Program) -> Enrolment:
    assert program.store is not None
    with program.store.read() as unit:
        found = women.current_episode(unit, Id(page(program).woman))
    assert found is not None
    return found


def _day(program: Program) -> Day:
    return next(day for day in page(program).findChildren(Day) if day.isVisible())


def test_each_step_stands_on_its_own(program: Program) -> None:
    steps = []
    for act in ("Note the offer", "It was read out", "Enroll"):
        steps.append(page(program).steps.now)
        press(page(program), act)
    assert steps == [0, 1, 2]
    assert page(program).steps.now == 4
    assert _episode(program).enrolled_on == DAY
    assert str(_episode(program).office_has) == "dates"
    press(page(program), "Start the plan")
    assert page(program).key == "plan"


def test_the_limits_are_read_in_her_language_or_another(program: Program) -> None:
    press(page(program), "Note the offer")
    words = said(page(program))
    assert all(line in words for line in limits.limits("es").must_pass_on)
    boxes = [b for b in page(program).findChildren(QComboBox) if b.isVisible()]
    box = next(b for b in boxes if b.accessibleName() == "Language it was told in")
    box.setCurrentIndex(box.findData("en"))
    box.activated.emit(box.currentIndex())
    settle()
    words = said(page(program))
    assert all(line in words for line in limits.limits("en").must_pass_on)
    press(page(program), "It was read out")
    assert str(_episode(program).limits_language) == "en"


def test_her_words_leave_only_where_it_is_said(program: Program) -> None:
    press(page(program), "Note the offer")
    press(page(program), "It was read out")
    choices = [b for b in page(program).findChildren(QRadioButton) if b.isVisible()]
    assert [b.isChecked() for b in choices] == [True, False]
    choices[1].click()
    press(page(program), "Enroll")
    assert str(_episode(program).office_has) == "words"


@pytest.mark.parametrize("when", ["Offer", "Agree"])
def test_a_no_is_noted_and_can_be_followed_by_another_offer(program: Program, when: str) -> None:
    press(page(program), "Note the offer")
    if when == "Agree":
        press(page(program), "It was read out")
    press(page(program), "The answer is no")
    assert _episode(program).declined_on == DAY
    assert "She said no on Nov 23, 2026." in said(page(program))
    first = _episode(program).id
    press(page(program), "Note the offer")
    assert _episode(program).id != first


def test_there_may_be_no_place_yet(program: Program) -> None:
    press(page(program), "Note the offer")
    press(page(program), "There is no place yet")
    assert _episode(program).waiting_on == DAY
    words = [b.text() for b in page(program).findChildren(type(button(page(program), "Note it"))) if b.isVisible()]
    assert "There is no place yet" not in words
    press(page(program), "It was read out")
    press(page(program), "Enroll")
    assert _episode(program).state == "enrolled"


def test_not_eligible_has_its_reason(program: Program) -> None:
    press(page(program), "Note the offer")
    press(page(program), "Note it")
    assert _episode(program).not_eligible_on == DAY
    assert str(_episode(program).not_eligible_reason) == "release_too_far"


@pytest.mark.parametrize("typed", ["yesterday", "13/13/2026", ""])
def test_a_day_that_is_none_changes_nothing(program: Program, typed: str) -> None:
    _day(program).edit.setText(typed)
    press(page(program), "Note the offer")
    assert page(program).problem.isVisible()
    assert page(program).steps.now == 0
    with program.store.read() as unit:  # type: ignore[union-attr]
        assert women.current_episode(unit, Id(page(program).woman)) is None


def test_enrolled_before_the_offer_is_refused(program: Program) -> None:
    press(page(program), "Note the offer")
    press(page(program), "It was read out")
    _day(program).edit.setText("11/1/2026")
    press(page(program), "Enroll")
    assert "before the offer" in said(page(program))
    assert _episode(program).enrolled_on is None


def test_a_woman_who_is_gone_is_told(program: Program) -> None:
    program.window.show_page("enrol", participant=Id("0" * 32))
    assert "not on the list (any more)" in said(page(program))
