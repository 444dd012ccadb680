"""Editors and the form made of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from reentry_desktop.base.problems import Problem, Refused
from reentry_desktop.ui.day_editor import Day
from reentry_desktop.ui.days import read_day, show_day, step_day
from reentry_desktop.ui.editors import ChoiceBox, Editor, Line, Note, Number, YesNo
from reentry_desktop.ui.form import RecordForm

from .conftest import SPECS, Kind

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    ["11/23/2026", "11-23-2026", "11.23.26", "2026-11-23", "nov 23 2026", "Nov 23, 2026", "NOVEMBER 23rd 2026",
     "nov23 2026", "23 nov 2026", "23 de noviembre de 2026", "  11 / 23 / 2026 ", "=", "today", "+0d"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_typed(text: str) -> None:
    assert read_day(text, TODAY) == TODAY


@pytest.mark.parametrize(
    ("text", "day"),
    [("+2w", "2026-12-07"), ("-1m", "2026-10-23"), ("+1y", "2027-11-23"), ("3/4/85", "1985-03-04"),
     ("3/4/31", "2031-03-04"), ("ene 5 2027", "2027-01-05"), ("2/29/2028", "2028-02-29")],
)  # fmt: skip
def test_other_days(text: str, day: str) -> None:
    assert read_day(text, TODAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["23/11/2026", "2/30/2026", "0/1/2026", "ma 3 2026", "11/23", "soon", "11/23/20266", "1/1/0001",
     "١/١/٢٠٢٦x", "+999999y", "-"],
)  # fmt: skip
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(Problem):
        read_day(text, TODAY)


def test_the_month_comes_first_and_is_never_guessed() -> None:
    with pytest.raises(Problem, match="month comes first"):
        read_day("23/11/2026", TODAY)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.sampled_from(["en", "es"]))
def test_what_is_shown_is_read_back(day: dt.date, tongue: str) -> None:
    assert read_day(show_day(day, tongue), TODAY) == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_problem(text: str) -> None:
    try:
        found = read_day(text, TODAY)
    except Problem:
        return
    assert found is None or isinstance(found, dt.date)


def test_a_month_later_stays_within_the_month() -> None:
    assert step_day(dt.date(2027, 1, 31), 1, "m") == dt.date(2027, 2, 28)
    assert step_day(dt.date(2028, 2, 29), 1, "y") == dt.date(2029, 2, 28)


@pytest.mark.parametrize(
    ("make", "value", "empty"),
    [(Line, "Ana Núñez", ""), (Note, "two\nlines", ""), (lambda: Day(today=lambda: TODAY), dt.date(2027, 2, 1), None),
     (lambda: ChoiceBox(Kind), "health", ""), (YesNo, False, None), (YesNo, True, None), (Number, 0, None)],
)  # fmt: skip
def test_an_editor_gives_back_what_it_shows(qtbot: Any, make: Any, value: object, empty: object) -> None:
    editor: Editor = make()
    qtbot.addWidget(editor)
    told: list[int] = []
    editor.changed.connect(lambda: told.append(1))
    assert editor.get() == empty
    editor.set(value)
    assert editor.get() == value
    typed = editor.typed()
    editor.set(None)
    assert editor.get() == empty
    editor.set(typed)
    assert editor.get() == value
    assert not told
    editor.name("What it is")
    assert editor.target().accessibleName() == "What it is"


def test_a_word_from_a_newer_program_is_kept(qtbot: Any) -> None:
    box = ChoiceBox(Kind, required=True)
    qtbot.addWidget(box)
    assert box.get() == ""
    box.set("transport")
    assert box.get() == "transport"


def test_the_days_keys(qtbot: Any) -> None:
    day = Day(today=lambda: TODAY)
    qtbot.addWidget(day)
    QTest.keyClick(day.edit, "=")
    assert day.edit.text() == "Nov 23, 2026"
    for key, shown in [("+", "Nov 24, 2026"), ("-", "Nov 23, 2026"), ("w", "Nov 30, 2026"), ("m", "Dec 30, 2026")]:
        QTest.keyClick(day.edit, key)
        assert day.edit.text() == shown
    QTest.keyClick(day.edit, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert day.edit.text() == "Dec 30, 2025"
    day.edit.selectAll()
    QTest.keyClicks(day.edit, "dec 5 2026")
    assert day.get() == dt.date(2026, 12, 5)


def test_every_text_is_kept_from_the_systems_predictions(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    hint = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
    for key in ("name", "number", "hearing", "times", "words"):
        assert form.editors[key].target().inputMethodHints() & hint == hint


def test_tab_leaves_a_note(qtbot: Any) -> None:
    form = RecordForm(SPECS, only=["words", "number"])
    qtbot.addWidget(form)
    form.show()
    note = form.editors["words"].target()
    assert isinstance(note, QPlainTextEdit)
    QTest.keyClicks(note, "a")
    QTest.keyClick(note, Qt.Key.Key_Tab)
    assert note.toPlainText() == "a"


def test_a_form_shows_and_gives_values(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    assert "removed" not in form.editors
    values = {
        "name": "Marisol",
        "number": "",
        "hearing": TODAY,
        "kind": "housing",
        "called": None,
        "times": 3,
        "words": "Yes.",
    }
    form.show_values(values)
    assert form.values() == values


def test_what_has_no_meaning_is_refused_by_field_and_shown(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    form.show()
    form.editors["hearing"].set("soon")
    form.editors["times"].set("99")
    form.editors["words"].set("x" * 101)
    with pytest.raises(Refused) as refused:
        form.values()
    assert set(refused.value.fields) == {"hearing", "times", "words"}
    form.show_problems(refused.value.fields)
    row = form.rows["hearing"]
    assert row.error.isVisible()
    assert row.editor.target().accessibleDescription() == row.error.text()
    QTest.keyClick(form.editors["hearing"].target(), "=")
    assert not row.error.isVisible()
    assert form.rows["times"].error.isVisible()


def test_what_is_typed_is_told_after_a_pause_or_at_once_when_asked(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    kept: list[tuple[str, str]] = []
    form.settled.connect(lambda key, text: kept.append((key, text)))
    QTest.keyClicks(form.editors["name"].target(), "Mari")
    assert kept == []
    form.flush()
    assert kept == [("name", "Mari")]
    form.flush()
    assert len(kept) == 1
    QTest.keyClicks(form.editors["hearing"].target(), "soo")
    qtbot.waitUntil(lambda: len(kept) == 2, timeout=1500)
    assert kept[1] == ("hearing", "soo")  # a draft keeps what has no meaning yet


def test_who_types_on_without_a_pause_loses_less_than_a_second(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    kept: list[str] = []
    form.settled.connect(lambda _key, text: kept.append(text))
    for letter in "one sentence that goes on":
        QTest.keyClick(form.editors["words"].target(), letter, delay=60)
    assert kept
    assert kept[-1].startswith("one")
    assert len(kept) <= 3


def test_showing_a_record_is_no_change(qtbot: Any) -> None:
    form = RecordForm(SPECS)
    qtbot.addWidget(form)
    kept: list[str] = []
    form.settled.connect(lambda key, _text: kept.append(key))
    form.show_values({"name": "Ana", "words": "Some words."})
    form.flush()
    assert kept == []
