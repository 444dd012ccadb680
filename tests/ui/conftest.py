"""A dressed application, and a window with a few plain pages."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import plans
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.base import Choice, Field
from reentry_desktop.store import Store
from reentry_desktop.ui import style
from reentry_desktop.ui.desk import Desk
from reentry_desktop.ui.form import RecordForm
from reentry_desktop.ui.layouts import Columns, Flow, Reading
from reentry_desktop.ui.page import Page, Stepper
from reentry_desktop.ui.pages.unlock import Unlocking
from reentry_desktop.ui.table import Column, Search, Table
from reentry_desktop.ui.widgets import Button, Card, Chip, EmptyState, Notice, Pill, PrimaryButton, Sentence
from reentry_desktop.ui.window import MainWindow, Session

from ..stores import enrolled

PEOPLE = ["J. Reyes", "M. Cole", "P. Santos"]
SECRET = "quiet river stone"


class Kind(Choice):
    """What a referral is about."""

    HOUSING = "housing", "Housing"
    HEALTH = "health", "Health care"


SPECS = {
    "name": Field("Preferred first name", "line", required=True, max=60, help="The name to be called by."),
    "number": Field("Department number", "line", max=12),
    "hearing": Field("Hearing date", "day"),
    "kind": Field("Kind of referral", "choice", required=True, choices=Kind),
    "called": Field("Agreed to be called", "flag"),
    "times": Field("Times called", "number", least=0, most=20),
    "words": Field("What was said", "note", max=100),
    "removed": Field("Removed", "flag"),
}


class TodayPage(Page):
    """Cards in two columns."""

    key, title, icon, sidebar = "today", "Today", "house", True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.set_head("Today", "2 women are due", Button("Take attendance"), PrimaryButton("Find a participant"))
        columns = Columns()
        columns.left.add(Card("Planned", Sentence("Group: tools and steps"), Button("Open", icon_name="check")))
        columns.right.add(Card("Needs attention", Pill("Plan not printed", "warn"), Button("Follow up")))
        self.add(columns)
        self.add(EmptyState("calendar-days", "Nothing is planned today.", Button("Add a session")))


class PeoplePage(Page):
    """A search and a list."""

    key, title, icon, sidebar = "participants", "Participants", "users", True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        columns = [Column[str]("Name", lambda row: row, stretch=True), Column[str]("Unit", lambda _row: "B-12")]
        self.table = Table(columns, "Participants")
        self.table.show_rows([f"Invented {n}" for n in range(40)])
        self.add(Search("Search by name or number", self.table))
        self.add(self.table, 1)


class FormPage(Page):
    """A form; remembers what was asked to be kept."""

    key, title, icon, sidebar = "referrals", "Referrals", "send", True
    kept: list[str]

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.kept, self.opened = [], []
        self.set_head("New referral", back="Referrals")
        self.form = RecordForm(SPECS)
        self.form.settled.connect(lambda key, text: self.kept.append(f"{key}={text}"))
        self.add(Stepper(["Insert the stick", "Check", "Copy"]))
        self.add(Reading(Card("The referral", self.form)))
        self.add(Notice("Only the office has the key.", "info"))
        self.add(Flow(Chip("Walk in the yard", icon_name="plus"), Chip("Call a sister", checkable=True)))

    def open(self, **args: Any) -> None:
        """Note what it was opened with."""
        self.opened.append(args)

    def leave(self) -> None:
        """Keep what was typed."""
        self.form.flush()


PAGES: list[type[Page]] = [TodayPage, PeoplePage, FormPage]


def unlock(_name: str, passphrase: str, _shown: str = "") -> None:
    """Take one passphrase only."""
    if passphrase != SECRET:
        raise Problem("That is not the passphrase. Nothing was opened.", code="passphrase")


def asking(people: list[str] | None = None, wait: Callable[[], float] = lambda: 0.0) -> Unlocking:
    """An unlock page's needs."""
    return Unlocking(people or PEOPLE, unlock, wait, "Valley office", "Every use is written down.", lambda: None)


def session(who: str = "J. Reyes", **more: Any) -> Session:
    """An open session that has no store behind it: these pages never ask for one."""
    return Session(
        Desk(cast("Any", None)), who, PAGES, lambda phrase: unlock(who, phrase), asking, role="Coordinator", **more
    )


@cache
def _fonts() -> None:
    style.load_fonts()


_run = itertools.count(1)


@pytest.fixture
def woman(facility: Store) -> Id:
    """A woman who is enrolled and was told what must be passed on."""
    return enrolled(facility)[0]


@pytest.fixture
def plan(facility: Store, woman: Id) -> Id:
    """Her plan, begun."""
    with facility.work("start_plan") as unit:
        return plans.start_plan(unit, woman)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """Our look at 100 %, in English; and garbage is collected on this thread alone, as in the program."""
    gc.disable()
    _fonts()
    style.apply(qapp, 100, plain=False)
    words.use("en")
    yield
    words.use("en")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else every later style dresses these too
    if next(_run) % 8 == 0:  # a whole collection takes a tenth of a second
        gc.collect()


@pytest.fixture(autouse=True, scope="package")
def collecting_again() -> Iterator[None]:
    """The other tests collect as Python does; until then what stood before these tests is not gone through again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture
def window(qapp: QApplication, qtbot: Any) -> Iterator[MainWindow]:
    """The window, locked."""
    made = MainWindow(qapp)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show_locked(asking())
    made.show()
    yield made
    made.lock()
