"""Every page at every size, in both languages: named, big enough, nothing cut, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QApplication, QLabel, QTabWidget, QWidget

from reentry_desktop.actions import attachments, consents, demo
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.records.attachment import Attachment
from reentry_desktop.records.local import Listed
from reentry_desktop.records.participant import Need
from reentry_desktop.records.plan import Plan
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Unit
from reentry_desktop.ui.pages.welcome import WelcomePage
from reentry_desktop.ui.session import PAGES
from reentry_desktop.ui.settings import WindowSettings
from reentry_desktop.ui.table import Table

from .. import papers, readability
from ..consents import drafted
from .desks import ON_EVERY_SCREEN, SCREENS, check_page, resize
from .programs import said, settle

LISTS = ("today", "due", "participants", "callout", "roster", "sync", "goals")
"""Pages that whoever sits down next may see."""
TEXT = 50
"""Words from which on a page is a text that can be measured, and not a few names and buttons."""
HERS = (
    "participant", "plan", "preview", "versions", "recovery", "leaving", "move", "sit", "safety", "copies", "consents",
    "disclosures", "papers", "her-copy",
)  # fmt: skip
"""Pages about one woman."""
EVERY = sorted([*(kind.key for kind in PAGES), "shortcuts"], key=lambda key: key != "sit")
"""What takes the whole screen and makes all larger comes first, while no other page is there to be dressed anew."""


@ON_EVERY_SCREEN
def test_the_first_pages_fit(
    qapp: QApplication, qtbot: Any, tmp_path: Path, screen: tuple[int, int, int], tongue: str
) -> None:
    made = Program(qapp, WindowSettings(), tmp_path / "store")
    window = made.window
    window.show()
    qtbot.addWidget(window)
    words.use(tongue)
    made.start()
    resize(qapp, window, screen)
    welcome: Any = window.stack.currentWidget()
    assert isinstance(welcome, WelcomePage)
    ways = (welcome.show_ways, welcome.show_form, welcome.restoring.show_kit)
    ways += (welcome.lost.show, welcome.lost.show_start)
    for show in ways:
        show()
        settle()
        check_page(welcome)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice facility with sixty women and a scanned paper, closed."""
    folder = tmp_path_factory.mktemp("practice")
    with demo.open_practice(folder) as store, store.work("attach") as unit:
        hers = unit.first(sa.select(Plan.participant).where(Plan.done_on.is_not(None)).order_by(Plan.started_on))
        attachments.attach(unit, hers, read_scan(papers.pdf(), 5 << 20), "A letter to the board")
    return folder


@pytest.fixture(scope="module")
def program(qapp: QApplication, practice: Path) -> Iterator[Program]:
    """The window on it."""
    made = Program(qapp, WindowSettings(), practice / "facility")
    made.window.resize(1366, 768)
    made.window.show()
    made.opened(demo.open_practice(practice), "today")
    settle()
    yield made
    made.window.lock()
    made.window.close()


def _arguments(program: Program) -> dict[str, dict[str, Any]]:
    def look(unit: Unit) -> dict[str, dict[str, Any]]:
        planned = unit.first(sa.select(Plan.participant).where(Plan.done_on.is_not(None)).order_by(Plan.started_on))
        listed = unit.first(sa.select(Listed.id).where(Listed.participant.is_(False)).order_by(Listed.last_name))
        about_her = {key: {"participant": planned} for key in HERS}
        drafts = [paper.consent.id for paper in consents.consents_of(unit, planned)]
        one = {"participant": planned, "consent": drafts[0]} if drafts else {}
        paper = unit.first(sa.select(Attachment.id))
        return about_her | {"enrol": {"participant": listed}, "consent": one, "paper": {"paper": paper}}

    found = program.window.desk.read(look)
    if not found["consent"]:
        with program.window.desk.store.work("draft_consent") as unit:
            drafted(unit, found["consents"]["participant"])
        found = program.window.desk.read(look)
    return found


def _places(page: QWidget) -> Iterator[str]:
    """The page with each of its tabs in turn."""
    tabs = page.findChild(QTabWidget)
    if tabs is None:
        yield ""
        return
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        settle()
        yield tabs.tabText(number)


@ON_EVERY_SCREEN
def test_every_page_fits_and_every_control_has_a_name(
    qapp: QApplication, program: Program, screen: tuple[int, int, int], tongue: str
) -> None:
    window = program.window
    window.show_page("about")
    window.speak(tongue)
    resize(qapp, window, screen)
    wrong = []
    for key in EVERY:
        window.show_page(key, **_arguments(program).get(key, {}))
        settle()
        page: Any = window.page
        assert page.key == key
        for place in _places(page):
            try:
                check_page(page)
                _check_labels(page)
            except AssertionError as error:
                wrong.append((key, place, str(error).splitlines()[:1]))
    window.show_page("about")
    window.speak("en")  # throws the pages away: dressing them all anew for the next test takes seconds
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_screen_reads_at_grade_six(qapp: QApplication, program: Program, language: str) -> None:
    """All that is in sight on a page, or on one of its tabs, taken together."""
    window = program.window
    window.show_page("about")
    window.speak(language)
    resize(qapp, window, SCREENS[0])
    grades = {}
    for key in EVERY:
        window.show_page(key, **_arguments(program).get(key, {}))
        settle()
        assert window.page is not None
        for place in _places(window.page):
            pieces = said(window.page).split("\n")
            if sum(len(piece.split()) for piece in pieces) >= TEXT:
                grades[key, place] = readability.grade(language, pieces)
    window.show_page("about")
    window.speak("en")
    assert len(grades) > 20
    assert {at: round(grade, 1) for at, grade in grades.items() if grade > 6} == {}


def _check_labels(page: QWidget) -> None:
    """One-line labels show the whole of what they say."""
    for label in page.findChildren(QLabel):
        if type(label) is QLabel and label.isVisible() and label.text() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width() - 1, f"cut: {label.text()}"


def _cells(page: QWidget) -> Iterator[str]:
    for table in page.findChildren(Table):
        for row in range(table.rows.rowCount()):
            for column in range(table.rows.columnCount()):
                yield f"{table.rows.data(table.rows.index(row, column))}\n"


@pytest.mark.parametrize("key", LISTS)
def test_a_page_of_names_says_nothing_of_health(program: Program, key: str) -> None:
    window = program.window
    window.speak("en")
    window.show_page(key)
    settle()
    assert window.page is not None
    told = (said(window.page) + "".join(_cells(window.page))).casefold()
    assert told
    for need in Need:
        assert need.label.casefold() not in told


def test_one_primary_button_a_page(program: Program) -> None:
    window = program.window
    window.speak("en")
    for key in EVERY:
        window.show_page(key, **_arguments(program).get(key, {}))
        settle()
        page: Any = window.page
        primary = [w for w in page.findChildren(QWidget) if w.property("kind") == "primary" and w.isVisible()]
        in_head = [w for w in primary if page.head.isAncestorOf(w)]
        assert len(in_head) <= 1, (key, [w.text() for w in in_head])  # type: ignore[attr-defined]
