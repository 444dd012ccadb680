"""Her copies: what was printed for whom, the newest first, and what became of each, written down in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reentry_desktop.actions import copies, plans
from reentry_desktop.actions import printing as prints
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records.paper import Became, CopyGiven
from reentry_desktop.store import Store
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.copies import STEP, CopiesPage
from reentry_desktop.ui.window import MainWindow

from ..consents import for_an_official
from ..stores import DAY
from .desks import ON_EVERY_SCREEN, check_page, entries, open_window, press, resize
from .programs import button, said, settle


class PreviewStand(Page):
    """Stands where a print begins."""

    key, title = "preview", "Preview"


@pytest.fixture
def window(qapp: Any, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, facility, [CopiesPage, PreviewStand])
    yield made
    made.lock()


def _printed(store: Store, woman: Id, **more: Any) -> Id:
    """A print of the whole plan, as the preview makes it."""
    with store.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
    with store.work("sign_consent") as unit:
        official = more.get("for_whom") == "official"
        allowed = Allowed(for_an_official(unit, woman)) if official else Allowed()
        made = prints.plan_print(unit, plan, allowed=allowed)
    with store.work("print_plan") as unit:
        return prints.record_print(unit, made, how="printed", **more)


def _copy(store: Store, copy: Id) -> CopyGiven:
    with store.read() as unit:
        return next(
            found for found in copies.copies_of(unit, unit.get(CopyGiven, copy).participant) if found.id == copy
        )


def _choose(card: Any, became: Became) -> None:
    """As a person chooses it from the list, by key."""
    box = card.became.box
    box.setFocus()
    for _step in range(box.findData(became) - box.currentIndex()):
        QTest.keyClick(box, Qt.Key.Key_Down)
    settle()


def test_without_a_print_it_offers_one(window: MainWindow, woman: Id) -> None:
    window.show_page("copies", participant=woman)
    assert window.page is not None
    assert "Nothing was printed for her yet." in said(window.page)
    press(button(window.page, "Print her plan"))
    assert window.page.key == "preview"


def test_each_print_says_for_whom_when_and_how_much(window: MainWindow, facility: Store, woman: Id) -> None:
    _printed(facility, woman, for_whom="office")
    last = _printed(facility, woman, for_whom="official", signed_on=DAY, copies=2, to="court")
    window.show_page("copies", participant=woman)
    page: Any = window.page
    assert next(iter(page.rows)) == last
    newest = said(page.rows[last])
    assert "The whole plan" in newest
    for piece in (
        prints.FOR_WHOM["official"],
        "Nov 23, 2026",
        "2 copies",
        "she signed on Nov 23, 2026",
        "Print number",
    ):
        assert piece in newest
    assert prints.FOR_WHOM["office"] in said(page)


def test_what_became_of_a_copy_is_kept_at_once(window: MainWindow, facility: Store, woman: Id) -> None:
    copy = _printed(facility, woman)
    window.show_page("copies", participant=woman)
    page: Any = window.page
    card = page.rows[copy]
    assert not card.since_row.isVisible()
    _choose(card, Became.PROPERTY)
    found = _copy(facility, copy)
    assert (found.became, found.became_on) == (Became.PROPERTY, DAY)
    assert card.since_row.isVisible()
    card.since.edit.setFocus()
    card.since.edit.selectAll()
    QTest.keyClicks(card.since.edit, "11/20/2026")
    card.became.box.setFocus()
    settle()
    assert _copy(facility, copy).became_on == DAY - dt.timedelta(days=3)
    before = entries(facility, "copy_became")
    card.since.edit.setFocus()
    card.since.edit.selectAll()
    QTest.keyClicks(card.since.edit, "someday")
    card.became.box.setFocus()
    settle()
    assert card.since_row.error.isVisible()
    assert entries(facility, "copy_became") == before
    _choose(card, Became.LOST)
    found = _copy(facility, copy)
    assert (found.became, found.became_on) == (Became.LOST, DAY)  # it is lost since today, not since it was given
    card.became.box.setCurrentIndex(0)
    card.became.box.activated.emit(0)
    found = _copy(facility, copy)
    assert (found.became, found.became_on) == ("", None)


def test_a_day_that_was_typed_is_kept_when_the_page_is_left(window: MainWindow, facility: Store, woman: Id) -> None:
    copy = _printed(facility, woman)
    window.show_page("copies", participant=woman)
    card = window.page.rows[copy]  # type: ignore[union-attr]
    _choose(card, Became.TAKEN)
    card.since.edit.setFocus()
    card.since.edit.selectAll()
    QTest.keyClicks(card.since.edit, "11/22/2026")
    window.show_page("participants")
    assert _copy(facility, copy).became_on == DAY - dt.timedelta(days=1)


def test_a_year_of_prints_comes_in_steps(window: MainWindow, facility: Store, woman: Id) -> None:
    for _number in range(STEP + 2):
        _printed(facility, woman)
    window.show_page("copies", participant=woman)
    page: Any = window.page
    assert len(page.rows) == STEP
    press(button(page, "Show earlier ones"))
    assert len(page.rows) == STEP + 2
    assert not page.more.isVisible()
    assert list(page.rows.values())[STEP].became.box.hasFocus()


def test_every_copy_is_told_apart_by_name(window: MainWindow, facility: Store, woman: Id) -> None:
    copy = _printed(facility, woman)
    window.show_page("copies", participant=woman)
    card, number = window.page.rows[copy], _copy(facility, copy).print_number  # type: ignore[union-attr]
    assert card.became.box.accessibleName() == f"What became of it: The whole plan, {number}"
    assert card.since.edit.accessibleName() == f"Since: The whole plan, {number}"


@ON_EVERY_SCREEN
def test_it_fits_every_screen(
    qapp: Any, window: MainWindow, facility: Store, woman: Id, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    copy = _printed(facility, woman, for_whom="official", signed_on=DAY, copies=12)
    _printed(facility, woman)
    with facility.work("copy_became") as unit:
        copies.copy_became(unit, copy, Became.GIVEN)
    window.show_page("copies", participant=woman)
    resize(qapp, window, screen)
    assert window.page is not None
    check_page(window.page)
