"""What two people changed and did not know of each other: side by side, settled by a press, undone, written anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import conflicts, women
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Enrolment, Participant
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.cases import STEP
from reentry_desktop.ui.pages.conflicts import ConflictCard
from reentry_desktop.ui.widgets import Notice

from ..disagreeing import all_know, beside, next_steps, shared, units
from ..stores import DAY, Clock
from .desks import ON_EVERY_SCREEN, check_page, drafts, entries, resize
from .programs import NO_KEYS, begin, button, do, keys, page, press, reach, said, settle, type_keys, write

LONG = "Call her sister on Monday.\nThen ask at the clinic for the papers, and for the ride. " * 2


@pytest.fixture
def clash(facility: Store, office: Store) -> tuple[Id, Id]:
    """Two sites that disagree on her unit, on a day, and on a long text: woman, episode."""
    woman, episode = shared(facility, office)
    units(facility, office, woman)
    for store, day in ((facility, DAY), (office, DAY + dt.timedelta(days=3))):
        with store.work("correct") as unit:
            unit.revise(Enrolment, episode, next_step_on=day)
    next_steps(facility, office, episode, LONG.strip(), "Ask for the birth certificate.")
    return woman, episode


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, clash: tuple[Id, Id]) -> Program:
    """The window on the facility, at all that waits."""
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("conflicts")
    settle()
    return made


def _card(program: Program, field: str) -> ConflictCard:
    return next(card for card in page(program).cards.values() if card.found.field == field)


def _again(program: Program) -> None:
    """Read anew, as after a bundle was taken in."""
    page(program).refresh()
    settle()


def _read(program: Program, cls: Any, record: Id) -> Any:
    return program.window.desk.read(lambda unit: unit.get(cls, record))


def _waiting(program: Program) -> list[str]:
    return [one.field for one in program.window.desk.read(conflicts.inbox)]


def test_the_versions_stand_side_by_side_with_who_where_and_when(program: Program) -> None:
    card = _card(program, "unit")
    told = said(card)
    for words_in in ("Ana Núñez, R1001", "Participant: Unit", "Ward 3", "Ward 7", "Stands now", "Another version"):
        assert words_in in told
    for site in ("North Facility", "State Office"):
        assert f"lead · {site} · Nov 23, 2026, " in told
    first, second = card.keep_buttons
    assert first.mapTo(card, first.rect().topLeft()).x() < second.mapTo(card, second.rect().topLeft()).x()
    assert "Nov 26, 2026" in said(_card(program, "next_step_on"))
    assert LONG.strip() in said(_card(program, "next_step"))
    assert "3 to settle" in said(page(program))
    assert entries(program.window.desk.store, "show_conflicts") == 1
    _again(program)
    assert entries(program.window.desk.store, "show_conflicts") == 1


@pytest.mark.parametrize("which", [0, 1])
def test_one_is_kept_by_a_press(program: Program, clash: tuple[Id, Id], which: int) -> None:
    card = _card(program, "unit")
    value = card.found.versions[which].value
    press(card, card.keep_buttons[which].accessibleName())
    assert _read(program, Participant, clash[0]).unit == value
    assert _waiting(program) == ["next_step", "next_step_on"]
    assert len(page(program).cards) == 2
    assert "Settled." in said(program.window)
    undo = program.window._undoing.toast.undo  # type: ignore[union-attr]
    assert undo.isVisible() == (which == 1)  # where what stood still stands there is nothing to take back


@pytest.mark.parametrize("which", [0, 1])
def test_what_came_since_the_page_was_read_is_shown_before_anything_is_settled(
    program: Program, facility: Store, office: Store, clash: tuple[Id, Id], which: int
) -> None:
    card = _card(program, "unit")
    with facility.work("correct") as unit:
        beside(unit, office.device, Participant, clash[0], unit="Ward 1")
    press(card, card.keep_buttons[which].accessibleName())
    assert "Nothing was settled. Look at it once more." in said(page(program))
    assert "unit" in _waiting(program)
    assert "Ward 1" in said(_card(program, "unit"))
    with facility.work("correct") as unit:
        women.correct(unit, clash[0], unit="Ward 2")
    card = _card(program, "unit")
    press(card, card.keep_buttons[0].accessibleName())
    assert "does not stand in two versions (any more)" in said(page(program))
    assert _read(program, Participant, clash[0]).unit == "Ward 2"


def test_undo_brings_back_what_stood(program: Program, clash: tuple[Id, Id]) -> None:
    card = _card(program, "unit")
    press(card, card.keep_buttons[1].accessibleName())
    press(program.window, "Undo")
    assert _read(program, Participant, clash[0]).unit == card.found.versions[0].value
    assert entries(program.window.desk.store, "undo_settlement") == 1
    assert "unit" not in _waiting(program)  # it was seen, and is a change like any other


def test_both_texts_are_kept(program: Program, clash: tuple[Id, Id]) -> None:
    assert not [b for b in _card(program, "unit").findChildren(type(button(page(program), "Keep both texts")))
                if b.text() == "Keep both texts"]  # fmt: skip
    card = _card(program, "next_step")
    press(card, "Keep both texts")
    kept = _read(program, Enrolment, clash[1]).next_step
    assert LONG.strip() in kept
    assert "Ask for the birth certificate." in kept


def test_it_is_written_anew_by_keys_alone(program: Program, clash: tuple[Id, Id]) -> None:
    do(_card(program, "unit").write_button.accessibleName())
    field = write("Unit", "Ward 9")
    assert field.hasFocus()
    do("Keep what I wrote: Participant: Unit")
    assert _read(program, Participant, clash[0]).unit == "Ward 9"
    assert "unit" not in _waiting(program)
    focus = program.window.focusWidget()
    assert focus is not None
    assert _card(program, "next_step").isAncestorOf(focus)  # the next one
    press(program.window, "Undo")
    assert _read(program, Participant, clash[0]).unit in ("Ward 3", "Ward 7")


def test_everything_by_keys(program: Program) -> None:
    for _one in range(3):
        first = next(iter(page(program).cards.values()))
        do(first.keep_buttons[1].accessibleName())
    assert _waiting(program) == []
    assert "Nothing stands in two versions." in said(page(program))
    keys(page(program), Qt.Key.Key_Escape, NO_KEYS)
    assert page(program).key == "today"


def test_what_cannot_be_is_said_beside_the_field(program: Program, clash: tuple[Id, Id]) -> None:
    card = _card(program, "next_step_on")
    press(card, card.write_button.accessibleName())
    write("Next step on", "someday")
    do(f"Keep what I wrote: {card.what}")
    assert "This is not a day." in said(card)
    assert "next_step_on" in _waiting(program)
    write("Next step on", "11/30/2026")
    do(f"Keep what I wrote: {card.what}")
    assert _read(program, Enrolment, clash[1]).next_step_on == dt.date(2026, 11, 30)


def test_both_texts_too_long_together_are_refused_on_the_card(
    program: Program, facility: Store, office: Store, clash: tuple[Id, Id]
) -> None:
    next_steps(facility, office, clash[1], "a" * 300, "b" * 300)
    _again(program)
    card = _card(program, "next_step")
    press(card, "Keep both texts")
    assert "Too long" in said(card)
    assert "next_step" in _waiting(program)


def test_what_is_being_written_outlives_the_page(program: Program, facility: Store, clash: tuple[Id, Id]) -> None:
    woman = clash[0]
    card = _card(program, "unit")
    press(card, card.write_button.accessibleName())
    type_keys(reach("Unit"), " and a half")
    program.window.show_page("today")
    settle()
    assert list(drafts(facility, woman)) == [(f"conflict/{woman}", "unit")]
    press(page(program), "Go on settling: Ana N.")
    assert page(program).key == "conflicts"
    assert "and a half" in said(_card(program, "unit"))
    with facility.work("correct") as unit:  # somebody settles it meanwhile
        women.correct(unit, woman, unit="Ward 5")
    _again(program)
    assert "and a half" in said(page(program))
    assert "Your words were not used." in said(page(program))
    press(page(program), "Forget these words")
    assert drafts(facility, woman) == {}
    assert "and a half" not in said(page(program))


def test_cancel_leaves_nothing_behind(program: Program, facility: Store, clash: tuple[Id, Id]) -> None:
    card = _card(program, "unit")
    press(card, card.write_button.accessibleName())
    write("Unit", "Ward 9")
    do(f"Cancel: {card.what}")
    assert drafts(facility, clash[0]) == {}
    assert card.write_button.hasFocus()
    assert "unit" in _waiting(program)


def test_a_removal_against_a_change(program: Program, facility: Store, office: Store, clash: tuple[Id, Id]) -> None:
    with facility.work("remove") as unit:
        unit.remove(Participant, clash[0])
    with office.work("correct") as unit:
        women.correct(unit, clash[0], county_of_return="Hinds", admitted_on=DAY)
    all_know(facility, office)
    _again(program)
    card = _card(program, "removed")
    told = said(card)
    for line in ("Participant: taken out, or kept?", "Taken out", "County of return: Hinds", "Admitted: Nov 23, 2026"):
        assert line in told
    assert [b.text() for b in card.keep_buttons] == ["Leave it out", "Keep it in"]
    press(card, card.keep_buttons[1].accessibleName())
    assert not _read(program, Participant, clash[0]).removed
    press(program.window, "Undo")
    assert _read(program, Participant, clash[0]).removed


def test_today_and_her_page_lead_here(program: Program, clash: tuple[Id, Id]) -> None:
    window = program.window
    window.show_page("today")
    settle()
    assert "3 things were changed by two people." in said(page(program))
    press(page(program), "See both versions")
    assert page(program).key == "conflicts"
    window.show_page("participant", participant=clash[0])
    settle()
    assert any("3 things were changed" in notice.text() for notice in page(program).findChildren(Notice))
    press(page(program), "See both versions")  # her page keeps all its fields as it is left: that settles none
    assert page(program).woman == clash[0]
    assert "Ana Núñez · 3 to settle" in said(page(program))
    for card in list(page(program).cards.values()):
        press(card, card.keep_buttons[0].accessibleName())
    window.show_page("participant", participant=clash[0])
    settle()
    assert "changed by two people" not in said(page(program))
    window.show_page("today")
    settle()
    assert "changed by two people" not in said(page(program))


def test_many_come_in_steps(program: Program, facility: Store) -> None:
    with facility.work("register") as unit:
        for number in range(STEP):
            woman = women.register(unit, department_number=f"S{number}", first_name="Eva", last_name=f"Abbott {number}")
            women.correct(unit, woman, unit="Ward 3")
            beside(unit, facility.device ^ 1, Participant, woman, unit="Ward 7")
    _again(program)
    assert len(page(program).cards) == STEP
    press(page(program), "Show more")
    assert len(page(program).cards) == STEP + 3
    assert list(page(program).cards.values())[STEP].keep_buttons[0].hasFocus()


@ON_EVERY_SCREEN
def test_it_fits_every_screen(
    qapp: QApplication, program: Program, facility: Store, office: Store, clash: tuple[Id, Id], screen: Any, tongue: str
) -> None:
    with facility.work("correct") as unit:  # a third version, of another PC
        women.correct(unit, clash[0], county_of_return="Hinds")
        beside(unit, facility.device ^ 1, Participant, clash[0], county_of_return="Prentiss")
        beside(unit, facility.device ^ 2, Participant, clash[0], county_of_return="Jefferson Davis")
    window = program.window
    window.speak(tongue)
    resize(qapp, window, screen)
    window.show_page("conflicts")
    _again(program)
    assert len(_card(program, "county_of_return").keep_buttons) == 3
    check_page(page(program))
    for field in ("next_step", "next_step_on"):
        _card(program, field).write()
        check_page(page(program))
    words.use("en")
