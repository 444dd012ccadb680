"""The list of women: found by any spelling, told apart, without a health word."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, women
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.records.participant import Need, NeedSource
from reentry_desktop.store import Store
from reentry_desktop.ui.pages import callout

from ..stores import DAY, Clock, enrolled
from .programs import begin, page, press, said, settle, type_keys


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """Three women, two of one name; the list in sight."""
    enrolled(facility, "R1001")
    with facility.work("register") as unit:
        born = dt.date(1971, 5, 6)
        women.register(unit, department_number="R2002", first_name="Ana", last_name="Nunez", date_of_birth=born)
        women.register(unit, department_number="K3003", first_name="Luz", last_name="Ortiz", unit="B-2")
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("participants")
    settle()
    return made


def _cells(program: Program) -> list[list[str]]:
    model = page(program).table.rows
    return [
        [model.data(model.index(row, column)) or "" for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def _search(program: Program, qtbot: Any, words: str, rows: int) -> None:
    search = page(program).search
    search.clear()
    type_keys(search, words)
    qtbot.waitUntil(lambda: page(program).table.rows.rowCount() == rows)


def test_rows_of_one_name_show_the_birth_year_and_a_mark(program: Program) -> None:
    names = [row[0] for row in _cells(program)]
    assert names == ["Núñez, Ana (born 1990)", "Nunez, Ana (born 1971)", "Ortiz, Luz"] or names == [
        "Nunez, Ana (born 1971)",
        "Núñez, Ana (born 1990)",
        "Ortiz, Luz",
    ]
    model = page(program).table.rows
    marks = [model.data(model.index(n, 0), Qt.ItemDataRole.DecorationRole) for n in range(3)]
    assert [mark is not None for mark in marks] == [True, True, False]


def test_a_state_is_an_icon_and_a_word(program: Program) -> None:
    model = page(program).table.rows
    assert {row[5] for row in _cells(program)} == {"Enrolled", "Registered"}
    for number in range(3):
        assert model.data(model.index(number, 5), Qt.ItemDataRole.DecorationRole) is not None


@pytest.mark.parametrize(("words", "rows"), [("nunez", 2), ("NÚÑ", 2), ("k-3003", 1), ("ana 1", 0), ("ortiz luz", 1)])
def test_she_is_found_by_any_spelling(program: Program, qtbot: Any, words: str, rows: int) -> None:
    _search(program, qtbot, words, rows)


def test_enter_opens_the_one_that_was_found(program: Program, qtbot: Any) -> None:
    _search(program, qtbot, "r1001", 1)
    QTest.keyClick(page(program).search, Qt.Key.Key_Return)
    QTest.keyClick(page(program).table, Qt.Key.Key_Return)
    settle()
    assert page(program).key == "participant"
    assert "Number R1001, born 1990" in said(page(program))


def test_who_is_not_found_can_be_registered_with_what_was_typed(program: Program, qtbot: Any) -> None:
    _search(program, qtbot, "Valdez", 0)
    assert "0 found" in said(page(program))
    press(page(program), "Register “Valdez”")
    assert page(program).key == "register"
    assert page(program).form.typed()["last_name"] == "Valdez"


def test_the_list_says_nothing_of_health(program: Program, facility: Store) -> None:
    woman, _episode = enrolled(facility, "R9", first="Rosa", last="Paz")
    with facility.work("note_need") as unit:
        enrolling.note_need(unit, woman, Need.SERIOUS_MENTAL_ILLNESS, NeedSource.SCREEN, DAY, may_be_recorded=True)
    page(program).refresh()
    words = (said(page(program)) + str(_cells(program))).casefold()
    for need in Need:
        assert need.label.casefold() not in words


def test_the_chips_keep_only_some(program: Program) -> None:
    press(page(program), "On the list")
    assert page(program).table.rows.rowCount() == 0
    press(page(program), "Everybody")
    assert page(program).table.rows.rowCount() == 3


def test_the_call_out_sheet_takes_women_times_and_a_day(program: Program) -> None:
    callout._kept.clear()  # it outlives a lock, and the other tests' programs
    press(page(program), "Call-out sheet")
    sheet = page(program)
    sheet.chosen.times[Id("0" * 32)] = "8:00"  # somebody whose record is gone
    sheet.refresh()
    QTest.keyClick(sheet.search, Qt.Key.Key_Down)
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    sheet.table.setCurrentIndex(sheet.table.rows.index(2, 0))
    QTest.keyClick(sheet.table, Qt.Key.Key_Return)
    settle()
    assert "2 women are called." in said(sheet)
    assert [line.text() for line in sheet.lines.values()] == ["9:00", "9:30"]
    assert sheet.day.get() == DAY + dt.timedelta(days=1)
    first = next(iter(sheet.lines))
    sheet.lines[first].setFocus()
    sheet.lines[first].selectAll()
    type_keys(sheet.lines[first], "2:15 pm")
    program.window.show_page("today")
    program.window.show_page("callout")
    assert page(program).lines[first].text() == "2:15 pm"
    press(page(program), "Print the sheet")  # there is no printer here
    assert "no printer" in said(page(program))
    press(page(program), "Take Luz Ortiz off")
    assert "1 woman is called." in said(page(program))


def test_the_sheet_is_printed_in_the_order_of_its_times() -> None:
    from reentry_desktop.ui.pages.callout import _minutes

    times = ["2:15 pm", "9:00", "after lunch", "13:00", "10:30 AM"]
    assert sorted(times, key=_minutes) == ["9:00", "10:30 AM", "13:00", "2:15 pm", "after lunch"]
