"""A woman moves, in the window: released from her page, carried by the office, taken over, asked for, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import moves, sync, transfers, women
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui.window import MainWindow

from ..exchange.moves import State
from ..stores import Clock, Template, enrolled, exchange_cards
from .desks import EVERY_SCREEN, check_page, resize
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
def woman(facility: Store) -> Id:
    return enrolled(facility, unit="B-2")[0]


def window_on(qapp: QApplication, qtbot: Any, store: Store, page: str, **args: Any) -> MainWindow:
    """The whole program on a store; it closes the store when it locks."""
    made = begin(qapp, qtbot, store.folder, Clock(), store).window
    made.show_page(page, **args)
    settle()
    return made


def test_her_record_is_released_from_her_page(
    qapp: QApplication, qtbot: Any, facility: Store, state: State, woman: Id
) -> None:
    window = window_on(qapp, qtbot, facility, "participant", participant=woman)
    assert "This site: she has not moved." in said(window)
    press(window, "Move to another facility…")
    page: Any = window.page
    assert [(one.text(), one.isChecked()) for one in page.whom.buttons()] == [("South Facility", True)]
    assert "card brought by State Office" in said(page)
    assert "From then on her record can be read here and not changed." in said(page)
    write("Why she moves", "Closer to her children")
    press(page, "Release her record")
    assert "Released to South Facility on" in said(window)
    assert "not taken over yet" in said(window)
    with facility.read() as unit:
        (out,) = moves.moves(unit).out
    assert (out.state, out.why) == ("to_go", "Closer to her children")
    with pytest.raises(Exception, match="released to South Facility"), facility.work("correct") as unit:
        women.correct(unit, woman, unit="C")
    for name in ("plan", "sit", "recovery", "leaving", "enrol"):  # pages that write show hers, which says why not
        window.show_page(name, participant=woman)
        settle()
        assert window.page is not None
        assert window.page.key == "participant"
    press(window, "Call it off")
    assert "Here it can be read, not changed" not in said(window)


def test_a_record_that_came_is_taken_over_by_one_click(
    qapp: QApplication, qtbot: Any, facility: Store, south: Store, state: State, woman: Id
) -> None:
    with facility.work("release_record") as unit:
        transfers.release_record(unit, woman, "SOUTH")
    state.carry(facility, south)
    window = window_on(qapp, qtbot, south, "sync")
    press(window, "Moves between facilities")
    assert "From North Facility" in said(window)
    press(window, "Her page: Ana Núñez, R1001")
    assert "Her record has come here. Take it over before you write." in said(window)
    window.show_page("transfers")
    press(window, "Take her record over: Ana Núñez, R1001")
    assert "Taken over." in said(window)
    press(window, "Her page: Ana Núñez, R1001")
    assert "South Facility, since" in said(window)


def test_her_record_is_asked_for_and_refused(
    qapp: QApplication, qtbot: Any, facility: Store, south: Store, state: State, woman: Id
) -> None:
    with south.work("register") as unit:
        new = women.register(unit, department_number="R1001", first_name="Ana", last_name="Nunez")
    window = window_on(qapp, qtbot, south, "participant", participant=new)
    press(window, "Ask for her record")
    page: Any = window.page
    press(page, "Ask for her record")
    window.show_page("transfers")
    settle()
    assert "Every facility known here" in said(window)
    assert "Not answered yet" in said(window)
    state.carry(south, facility)
    window.lock()
    window = window_on(qapp, qtbot, facility, "transfers")
    assert "South Facility asks for her record" in said(window)
    assert "Here: Ana Núñez, R1001, born Jan 2, 1990." in said(window)
    press(window, "Say no: Ana Nunez, R1001")
    page = window.page
    press(page.form.parentWidget(), "Say no")
    assert "Say why, so that they know what to do." in said(page)
    write("Why refused", "She is here")
    press(page.form.parentWidget(), "Say no")
    assert "The answer was no." in said(page)


@EVERY_SCREEN
def test_the_pages_fit(
    qapp: QApplication, qtbot: Any, facility: Store, south: Store, state: State, woman: Id, screen: Any
) -> None:
    other = enrolled(facility, "R2", first="Luz", last="Ortega")[0]
    with south.work("register") as unit:
        transfers.ask_for_record(unit, women.register(unit, department_number="R2", first_name="Luz", last_name="O"))
    state.carry(south, facility)
    with facility.work("release_record") as unit:
        transfers.release_record(unit, woman, "SOUTH", "Closer to her children")
    window = window_on(qapp, qtbot, facility, "transfers")
    resize(qapp, window, screen)
    for name, args in (
        ("transfers", {}), ("move", {"participant": other}), ("move", {"participant": other, "ask": True}),
        ("participant", {"participant": woman}),
    ):  # fmt: skip
        window.show_page(name, **args)
        settle()
        page: Any = window.page
        check_page(page)


def test_an_office_sees_what_it_carries_and_of_nobody(
    qapp: QApplication, qtbot: Any, facility: Store, south: Store, state: State, woman: Id, tmp_path: Path
) -> None:
    with facility.work("release_record") as unit:
        transfers.release_record(unit, woman, "SOUTH")
    file = sync.send(facility, "OFFICE", tmp_path).file
    sync.take_in(state.office, [file])
    window = window_on(qapp, qtbot, state.office, "transfers")
    assert "From North Facility for South Facility" in said(window)
    assert "Ana" not in said(window)
