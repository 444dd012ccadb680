"""The plan's page over a real store, for every test of it: opened, looked at, and what the store then holds.

A test file takes its window by naming it: ``window = plan_pages.window``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QApplication, QMenu

from reentry_desktop.actions import plans
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui import spelling
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.plan import PlanPage
from reentry_desktop.ui.window import MainWindow

from .desks import open_window
from .programs import settle


class _Stand(Page):
    """Stands where another page will be; notes what it was opened with."""

    under = "participants"

    def open(self, **args: Any) -> None:
        self.opened = args


class PreviewStand(_Stand):
    key, title = "preview", "Preview"


class SitStand(_Stand):
    key, title = "sit", "Sit together"


class VersionsStand(_Stand):
    key, title = "versions", "Versions"


class RecoveryStand(_Stand):
    key, title = "recovery", "Recovery"


class CopiesStand(_Stand):
    key, title = "copies", "Copies"


class SafetyStand(_Stand):
    key, title = "safety", "Safety"


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    """The window with the plan's page, and stands for those it leads to; locked again at the end."""
    made = open_window(
        qapp,
        qtbot,
        facility,
        [PlanPage, PreviewStand, SitStand, VersionsStand, RecoveryStand, CopiesStand, SafetyStand],
    )
    yield made
    made.lock()
    QAccessible.setActive(False)
    spelling._dictionaries.clear()


def opened(window: MainWindow, woman: Id, part: str = "", **more: Any) -> Any:
    """Her plan at a part, all of it made."""
    window.show_page("plan", participant=woman, part=part, **more)
    assert isinstance(window.page, PlanPage)
    settle()
    return window.page


def contents(store: Store, plan: Id) -> plans.Contents:
    """What the store holds of a plan."""
    with store.read() as unit:
        return plans.contents(unit, plan)


def words_of(store: Store, plan: Id, part: str) -> list[str]:
    """The entries of a part, as the store holds them."""
    return [item.words for item in contents(store, plan).items.get(part, [])]


def add(store: Store, plan: Id, part: str, *texts: str, **more: Any) -> list[Id]:
    """Entries, written past the page."""
    with store.work("add_item") as unit:
        return [plans.add_item(unit, plan, part, words=text, **more) for text in texts]


def line(menu: QMenu, words: str) -> QAction:
    """The line of a menu with these words."""
    found = [action for action in menu.actions() if action.text().split("\t")[0] == words]
    assert found, f"no “{words}” among {[action.text() for action in menu.actions()]}"
    return found[0]


def choose(menu: QMenu, words: str) -> None:
    """Choose a line of a menu."""
    line(menu, words).trigger()
    menu.deleteLater()
    settle()


def complete(store: Store, plan: Id) -> None:
    """A few words in every part that "done for now" asks for."""
    with store.work("fill") as unit:
        whole = plans.contents(unit, plan)
        for key in whole.missing():
            part = whole.pack.parts()[key]
            if part.kind == "supporter":
                plans.add_supporter(unit, plan, name="Rosa")
            elif part.kind == "answer":
                plans.answer(unit, plan, key, "words")
            else:
                plans.add_item(unit, plan, key, words="words")
