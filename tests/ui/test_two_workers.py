"""Two workers of an office, each at her own PC, in one plan at once: seen within a moment, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import database, plans, record_files, staff
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui.pages.plan import PlanPage
from reentry_desktop.ui.window import MainWindow

from .. import postgres
from ..stores import Clock, Template, enrolled
from .desks import open_window, type_into
from .plan_pages import PreviewStand, SitStand, contents, opened
from .programs import said, settle, type_keys

HERS = "river lantern orchard stone"


@pytest.fixture
def stores(office_template: Template, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """One office, two folders with keys."""
    with office_template.open(tmp_path / "first") as first:
        if not first.slots.database:
            database.move(first, postgres.server().database())
        staff.add_user(first, name="rosa", passphrase=HERS)
        database.folder_for(first, "rosa", tmp_path / "second")
        with open_store(tmp_path / "second", "rosa", HERS, Clock()) as second:
            yield first, second


@pytest.fixture
def woman(stores: tuple[Store, Store]) -> Id:
    return enrolled(stores[0])[0]


@pytest.fixture
def plan(stores: tuple[Store, Store], woman: Id) -> Id:
    with stores[0].work("start_plan") as unit:
        return plans.start_plan(unit, woman)


@pytest.fixture
def windows(
    qapp: QApplication, qtbot: Any, stores: tuple[Store, Store], plan: Id
) -> Iterator[tuple[MainWindow, MainWindow]]:
    assert plan
    made = [open_window(qapp, qtbot, store, [PlanPage, PreviewStand, SitStand]) for store in stores]
    for window in made:
        window.desk.listen()
    yield made[0], made[1]
    for window in made:
        window.lock()


def _answer(page: Any, words: str) -> None:
    type_into(page.body.view.body.editor.edit, words)


def test_what_one_writes_stands_before_the_other_a_moment_later(
    windows: tuple[MainWindow, MainWindow], woman: Id, qtbot: Any
) -> None:
    mine, hers = (opened(window, woman, "well") for window in windows)
    windows[1].desk.hear()  # from now on
    _answer(mine, "I sing early")
    mine.body.view.settle()
    qtbot.waitUntil(lambda: hers.body.view.body.editor.typed() == "I sing early", timeout=5000)


def test_two_who_answer_at_once_are_told_and_keep_both(
    windows: tuple[MainWindow, MainWindow], stores: tuple[Store, Store], woman: Id, plan: Id, qtbot: Any
) -> None:
    mine, hers = (opened(window, woman, "well") for window in windows)
    windows[1].desk.hear()
    windows[1].desk._listening.stop()  # it comes just before she leaves the question
    _answer(hers, "I hum while I work")
    _answer(mine, "I sing early")
    mine.body.view.settle()
    qtbot.wait(100)
    hers.body.view.settle()
    assert "Somebody changed this" in said(hers)
    assert hers.body.view.body.editor.typed() == "I hum while I work"
    assert contents(stores[0], plan).answers["well"].words == "I sing early"
    hers.body.view.settle()  # she saw both, and goes on
    assert contents(stores[0], plan).answers["well"].words == "I hum while I work"
    with stores[0].read() as unit:
        told = record_files.history(unit, "plan_answer", named_id(plan, "well"))
    assert [change["values"]["words"] for change in told] == ["I sing early", "I hum while I work"]
    assert [change["who"] for change in told] == [stores[0].who.name, "rosa"]


def test_two_who_change_one_entry_are_told(
    windows: tuple[MainWindow, MainWindow], stores: tuple[Store, Store], woman: Id, plan: Id, qtbot: Any
) -> None:
    with stores[0].work("add_item") as unit:
        tool = plans.add_item(unit, plan, "tools", words="Walk")
    mine, hers = (opened(window, woman, "tools") for window in windows)
    windows[1].desk.hear()
    windows[1].desk._listening.stop()
    for page, words in ((hers, " slowly"), (mine, " fast")):
        row = page.body.view.body.rows[tool]
        row.make()
        row.open_form()
        field = row.form.forms[0].editors["words"].target()
        QTest.keyClick(field, Qt.Key.Key_End)
        type_keys(field, words)
        if page is mine:
            QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait(100)
    field = hers.body.view.body.rows[tool].form.forms[0].editors["words"].target()
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert "Somebody changed this" in said(hers)
    assert contents(stores[0], plan).items["tools"][0].words == "Walk fast"
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert contents(stores[0], plan).items["tools"][0].words == "Walk slowly"
