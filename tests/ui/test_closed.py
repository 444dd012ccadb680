"""A facility is closed, in the window: noted by two steps, its women's records given on, told on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import closing
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui.window import MainWindow

from ..exchange.moves import State, accept, held, women
from ..stores import DAY, Clock, Template, enrolled, exchange_cards
from .desks import SCREENS, check_page, resize
from .programs import begin, press, said, settle, write


@pytest.fixture
def south(tmp_path: Path) -> Iterator[Store]:
    with Template.make(tmp_path / "made", "facility", "South Facility", "SOUTH").open(tmp_path / "south") as store:
        yield store


@pytest.fixture
def state(facility: Store, south: Store, office: Store, tmp_path: Path) -> State:
    exchange_cards(facility, office)
    exchange_cards(south, office)
    met = State(office, tmp_path / "stick")
    met.down(facility)
    met.down(south)
    return met


@pytest.fixture
def ana(facility: Store, state: State) -> Id:
    woman, _episode = enrolled(facility)
    enrolled(facility, "R2", first="Luz", last="Ortega", share="words")
    state.up(facility)
    return woman


def window_on(qapp: QApplication, qtbot: Any, store: Store, page: str, **args: Any) -> MainWindow:
    made = begin(qapp, qtbot, store.folder, Clock(), store).window
    made.show_page(page, **args)
    settle()
    return made


def close(office: Store, why: str = "The wing was shut") -> None:
    with office.work("close_site") as unit:
        closing.close_site(unit, "NORTH", why)


def test_an_office_notes_a_facility_as_closed_by_two_steps_and_gives_its_women_on(
    qapp: QApplication, qtbot: Any, south: Store, state: State, ana: Id
) -> None:
    window = window_on(qapp, qtbot, state.office, "trust")
    press(window, "It is closed…: North Facility")
    page: Any = window.page
    assert [(one.text(), one.isChecked()) for one in page.which.buttons()] == [
        ("North Facility", True), ("South Facility", False),
    ]  # fmt: skip
    press(page, "Go on…")
    assert "Please fill this in." in said(page)
    write("Why", "The wing was shut")
    press(page, "Go on…")
    assert "2 women's records are held there." in said(page)
    assert "no record is released to North Facility any more" in said(page)
    press(page, "Back")
    assert "The wing was shut" in said(page)
    press(page, "Go on…")
    press(page, "Note it as closed")
    assert "Closed on Nov 23, 2026: The wing was shut" in said(page)
    press(page, "Give their records on")
    assert held(state.office, ana).to == "South Facility"
    press(page, "Call it off: Luz Ortega, R2")
    page.every.click()
    press(page, "Give their records on")
    assert "Choose at least one woman." in said(page)
    assert "Luz Ortega, R2 · dates and words" in [box.text() for box in page.each.values()]
    press(page, "Back to Closed facilities")
    assert "1 record is not given on." in said(page)
    state.down(south)
    assert women(south) == ["R1001"]
    press(page, "It is open again: North Facility")
    assert "No facility is noted as closed." in said(page)


@pytest.fixture
def given(south: Store, state: State, ana: Id) -> None:
    """The office gave Ana's record to South, where it has come."""
    close(state.office)
    with state.office.work("give_on") as unit:
        closing.give_on(unit, "NORTH", "SOUTH", [ana])
    state.down(south)


@pytest.mark.usefixtures("given")
def test_the_new_facility_is_told_what_comes(qapp: QApplication, qtbot: Any, south: Store) -> None:
    window = window_on(qapp, qtbot, south, "transfers")
    assert "North Facility is closed. State Office gives on what it holds of the women there." in said(window)
    press(window, "Take her record over: Ana Núñez, R1001")
    assert "Taken over." in said(window)


@pytest.mark.usefixtures("given")
def test_the_closed_one_is_told_when_it_is_there_after_all(
    qapp: QApplication, qtbot: Any, facility: Store, south: Store, state: State
) -> None:
    accept(south)
    state.up(south)
    state.down(facility)
    window = window_on(qapp, qtbot, facility, "sync")
    assert "State Office noted on Nov 23, 2026 that this site is closed: The wing was shut." in said(window)
    window.show_page("transfers")
    assert "what they did not share with it is only here" in said(window)
    press(window, "Release the rest too: Ana Núñez, R1001")
    assert "what they did not share" not in said(window)
    window.show_page("closed")
    assert "Note a facility as closed" not in said(window)


def test_the_pages_fit(qapp: QApplication, qtbot: Any, facility: Store, state: State, ana: Id) -> None:
    window = window_on(qapp, qtbot, state.office, "closed", note=facility.site)
    page: Any = window.page

    def check() -> None:
        for screen in SCREENS:
            resize(qapp, window, screen)
            check_page(page)

    page.form.show_values({"why": "The wing was shut", "closed_on": DAY})
    check()
    press(page, "Go on…")
    check()
    press(page, "Note it as closed")
    page.every.click()
    check()
    page.each[ana].click()
    press(page, "Give their records on")
    check()
    press(page, "Back to Closed facilities")
    check()
