"""Who may be registered twice: two registrations side by side, one press to say so, undone; and her page after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, registrations, same_woman, women
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Participant
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.cases import STEP
from reentry_desktop.ui.pages.participant import TABS

from ..stores import DAY, Clock
from ..twice import enrol, merge, registered, shown
from .desks import ON_EVERY_SCREEN, check_page, entries, resize
from .programs import NO_KEYS, begin, do, keys, page, press, said, settle


@pytest.fixture
def twice(facility: Store) -> tuple[Id, Id]:
    """One woman under two numbers, enrolled under the second, and another pair."""
    first, second = registered(facility, "R1001"), registered(facility, "R2002", "Anna", "Nunez")
    enrol(facility, second)
    registered(facility, "R5", "Zoe", "Abbott", date_of_birth=None)
    registered(facility, "R5", "Zoe", "Abbott-Ray", date_of_birth=None)
    return first, second


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, twice: tuple[Id, Id]) -> Program:
    """The window on the facility, at who may be registered twice."""
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("sync")
    press(page(made), "Registered twice")
    assert page(made).key == "same-woman"
    return made


def _ids(program: Program, woman: Id) -> list[Id]:
    return program.window.desk.read(registrations.ids_of, woman)


def test_both_stand_side_by_side(program: Program) -> None:
    told = said(page(program))
    for words_in in (
        "2 pairs", "The same number", "Names that sound alike and the same birth date", "Ana Núñez", "Anna Nunez",
        "Number R1001, born Jan 2, 1990", "North Facility", "Enrolled Sep 24, 2026 · No plan", "Not enrolled · No plan",
    ):  # fmt: skip
        assert words_in in told, words_in
    first, second = list(page(program).cards.values())[1].buttons
    assert first.mapTo(page(program), first.rect().topLeft()).x() < second.mapTo(page(program), second.pos()).x()
    assert entries(program.window.desk.store, "show_registered_twice") == 1


def test_one_woman_by_a_press_and_undone(program: Program, facility: Store, twice: tuple[Id, Id]) -> None:
    before = shown(facility)
    press(page(program), "Same woman, this one stands: Ana Núñez, Number R1001")
    assert _ids(program, twice[1]) == list(twice)
    assert "1 pair" in said(page(program))
    assert "Ana Núñez, R1001 · Anna Nunez, R2002" in said(page(program))
    assert "Noted: one woman. Nothing she wrote was changed." in said(program.window)
    press(program.window, "Undo")
    assert shown(facility) == before
    assert "2 pairs" in said(page(program))


def test_two_women_and_taken_back_later(program: Program, twice: tuple[Id, Id]) -> None:
    do("Two women: Anna Nunez, Ana Núñez, Number R2002 · Number R1001")
    assert "1 pair" in said(page(program))
    press(page(program), "Take back: Ana Núñez, R1001 · Anna Nunez, R2002")
    assert "2 pairs" in said(page(program))
    press(program.window, "Undo")
    assert "1 pair" in said(page(program))
    assert _ids(program, twice[0]) == [twice[0]]


def test_everything_by_keys(program: Program) -> None:
    for _pair in range(2):
        first = next(iter(page(program).cards.values()))
        do(first.buttons[1].accessibleName())
    assert "Nobody seems to be registered twice." in said(page(program))
    keys(page(program), Qt.Key.Key_Escape, NO_KEYS)
    assert page(program).key != "same-woman"


def test_her_page_shows_all_that_is_hers_and_takes_it_apart(
    program: Program, facility: Store, twice: tuple[Id, Id]
) -> None:
    first, second = twice
    with facility.work("note_need") as unit:
        enrolling.note_need(unit, second, "parenting", "she_said", DAY, may_be_recorded=True)
    before = shown(facility)
    link = merge(facility, first, second)
    program.window.show_page("participant", participant=second)
    settle()
    here = page(program)
    assert here.woman == first
    told = said(here)
    for words_in in (
        "Number R1001", "2 registrations", "Enrolled", "Registered more than once", "R1001, North Facility",
        "R2002, North Facility", "Stands", "Ana Núñez, R1001 · Anna Nunez, R2002", "Nothing was begun under it.",
    ):  # fmt: skip
        assert words_in in told, words_in
    here.tabs.setCurrentIndex(list(TABS).index("needs"))
    assert "R2002, North Facility" in said(here)
    here.tabs.setCurrentIndex(0)
    press(here, "Take apart: Ana Núñez, R1001 · Anna Nunez, R2002")
    assert shown(facility) == before
    assert "Registered more than once" not in said(here)
    press(program.window, "Undo")
    assert "Registered more than once" in said(here)
    with facility.read() as unit:
        assert [one.id for one in same_woman.decided(unit)] == [link]


def test_new_words_on_her_page_go_on_where_her_episode_is(
    program: Program, facility: Store, twice: tuple[Id, Id]
) -> None:
    first, second = twice
    merge(facility, first, second)
    program.window.show_page("participant", participant=first)
    settle()
    here = page(program)
    here.step.editors["next_step"].set("Call her sister.")
    here.leave()
    with facility.read() as unit:
        episode = women.current_episode(unit, first)
        assert episode is not None
        assert (episode.participant, episode.next_step) == (second, "Call her sister.")
        assert unit.get(Participant, first).name == "Ana Núñez"


def test_of_many_the_first_are_shown(program: Program, facility: Store) -> None:
    for number in range(STEP + 3):
        for _twice in range(2):
            registered(facility, f"K{number}", f"N{number}", "Sol", date_of_birth=dt.date(1980, 1, 1))
    page(program).refresh()
    settle()
    assert len(page(program).cards) == STEP
    press(page(program), "Show more")
    assert len(page(program).cards) > STEP


@ON_EVERY_SCREEN
def test_it_fits_at_every_size(
    qapp: QApplication,
    program: Program,
    facility: Store,
    twice: tuple[Id, Id],
    screen: tuple[int, int, int],
    tongue: str,
) -> None:
    window = program.window
    window.speak(tongue)
    resize(qapp, window, screen)
    window.show_page("same-woman")
    settle()
    check_page(page(program))
    merge(facility, *twice)
    window.show_page("participant", participant=twice[0])
    settle()
    check_page(page(program))
    words.use("en")
