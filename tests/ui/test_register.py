"""Registering by hand: nobody twice, and no typed letter lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from reentry_desktop.app import Program
from reentry_desktop.records.participant import Participant
from reentry_desktop.store import Store

from ..stores import Clock, enrolled
from .programs import begin, button, page, press, said, settle, unlock, write


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """The registration in sight; one woman is here already."""
    enrolled(facility, "R1001", unit="B-2")
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("register")
    settle()
    return made


def _count(store: Store) -> int:
    with store.read() as unit:
        return len(unit.all(sa.select(Participant)))


def test_who_may_be_her_is_shown_while_typing(program: Program) -> None:
    register = page(program)
    assert "Nobody here looks like her so far." in said(register)
    write("Last name", "nun")
    settle()
    assert "Núñez, Ana" in said(register)
    assert "R1001, born 1990, B-2" in said(register)
    press(register, "Open: Núñez, Ana, R1001, born 1990, B-2")
    assert page(program).key == "participant"


def test_a_number_that_is_here_is_refused_beside_the_field(program: Program, facility: Store) -> None:
    register = page(program)
    write("First name", "Ana")
    write("Department number", "r 1001")
    press(register, "Register")
    assert register.form.rows["department_number"].error.text() == "A woman with this number is already here."
    assert _count(facility) == 1


def test_a_name_alone_is_not_enough(program: Program, facility: Store) -> None:
    register = page(program)
    write("First name", "Luz")
    press(register, "Register")
    assert "her date of birth" in register.form.rows["department_number"].error.text()
    assert _count(facility) == 1


@pytest.mark.parametrize("born", ["13/13/1980", "31 feb 1980", "yesterday", "1/1/2090"])
def test_a_day_that_is_none_is_told_and_nothing_is_written(program: Program, facility: Store, born: str) -> None:
    register = page(program)
    write("First name", "Luz")
    write("Date of birth", born)
    press(register, "Register")
    assert register.form.rows["date_of_birth"].error.text()
    assert register.form.typed()["date_of_birth"] in (born, "Jan 1, 2090")
    assert _count(facility) == 1


def test_what_was_typed_outlives_a_lock(program: Program, qtbot: Any, facility: Store) -> None:
    write("First name", "Luz")
    write("Unit", "C-9")
    program.window.lock()
    settle()
    assert "Luz" not in said(program.window)
    unlock(program, qtbot)
    assert page(program).key == "register"
    assert page(program).form.typed()["first_name"] == "Luz"
    assert page(program).form.typed()["unit"] == "C-9"
    write("Department number", "R7")
    press(page(program), "Register")
    assert page(program).key == "enrol"
    program.window.show_page("register")
    settle()
    assert not page(program).form.typed()["first_name"]
    assert program.store is not None
    assert _count(program.store) == 2


def test_the_form_can_be_emptied(program: Program) -> None:
    register = page(program)
    write("First name", "Luz")
    press(register, "Empty the form")
    assert register.form.typed()["first_name"] == ""
    program.window.show_page("today")
    program.window.show_page("register")
    assert page(program).form.typed()["first_name"] == ""


def test_every_field_is_kept(program: Program, facility: Store) -> None:
    register = page(program)
    for label, text in {
        "First name": "Luz", "Last name": "Ortiz", "Department number": "r-7", "Date of birth": "5/6/1971",
        "Middle name": "Mae", "Preferred first name": "Lucy", "Unit": "D 4", "County of return": "Payne",
        "Parole hearing": "12/1/2026", "Tentative release": "+3m",
    }.items():  # fmt: skip
        write(label, text)
    press(register, "Register")
    assert page(program).key == "enrol"
    with facility.read() as unit:
        her = unit.get(Participant, page(program).woman)
    assert her.name == "Lucy Ortiz"
    assert (her.department_number, her.middle_name, her.unit, her.county_of_return) == ("R7", "Mae", "D 4", "Payne")
    assert (her.date_of_birth, her.parole_hearing) == (dt.date(1971, 5, 6), dt.date(2026, 12, 1))
    assert her.expected_release == dt.date(2027, 2, 23)
    assert (str(her.language), her.large_print) == ("en", False)
    assert button(page(program), "Back to Participants")
