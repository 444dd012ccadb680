"""Reading the department's lists: looked at first, nothing written before she says so, and the way back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from reentry_desktop.actions import lists
from reentry_desktop.records.local import Listed
from reentry_desktop.records.participant import Participant
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.roster import DropCard, RosterPage
from reentry_desktop.ui.pages.roster_preview import Changed, ChangesCard
from reentry_desktop.ui.table import FewRows
from reentry_desktop.ui.widgets import Button, Notice, Sentence
from reentry_desktop.ui.window import MainWindow

from ..stores import enrolled
from .desks import EVERY_SCREEN, check_page, open_window, press, resize
from .programs import said

LISTS = Path(__file__).parents[1] / "data" / "rosters"
HEAD = "DOC Number,Last Name,First Name,DOB,Unit,Parole Hearing\n"
FIRST = (
    "K100,Cole,Bea,01/02/1990,A-1,05/01/2029\nK200,Ash,Dee,03/04/1985,A-2,06/01/2029\nK300,Lane,Mia,02/02/1991,B-1,\n"
)
SECOND = (
    "K100,Cole,Bea,01/02/1990,B-7,05/01/2029\nK200,Ash,Dee,03/04/1985,A-2,08/15/2029\nK400,Park,Joy,07/08/1979,B-1,\n"
)


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, facility, [RosterPage])
    yield made
    made.lock()


@pytest.fixture
def page(window: MainWindow) -> RosterPage:
    window.show_page("roster")
    assert isinstance(window.page, RosterPage)
    return window.page


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _look(page: RosterPage, qtbot: Any, *paths: Path) -> None:
    page.look(paths)
    qtbot.waitUntil(lambda: page.stage != "reading", timeout=10_000)


def _read_in(page: RosterPage, qtbot: Any, *paths: Path) -> None:
    _look(page, qtbot, *paths)
    assert page.stage == "look", page.problem.text()
    press(page.read_in)
    qtbot.waitUntil(lambda: page.stage == "done", timeout=10_000)


def _listed(store: Store) -> set[str]:
    with store.read() as unit:
        return {
            row[0] for row in unit.connection.exec_driver_sql(f"SELECT department_number FROM {Listed.__tablename__}")
        }


def _rows(card: ChangesCard, kind: str) -> list[Changed]:
    press(card.chips[kind])
    return [row for number in range(card.table.rows.rowCount()) if (row := card.table.rows.row(number))]


def test_looking_writes_nothing(page: RosterPage, qtbot: Any, facility: Store) -> None:
    _look(page, qtbot, LISTS / "roster-parole.csv", LISTS / "roster-facility.xlsx")
    assert page.stage == "look"
    assert "not read before" in said(page)
    assert "not taken" in said(page)
    assert not _listed(facility)
    with facility.read() as unit:
        assert not lists.readings(unit)


def test_read_in_and_the_history(page: RosterPage, qtbot: Any, facility: Store, tmp_path: Path) -> None:
    _read_in(page, qtbot, _file(tmp_path, "list.csv", HEAD + FIRST))
    assert "3 lines: 3 new" in page.result.text()
    assert _listed(facility) == {"K100", "K200", "K300"}
    page.show_start()
    assert page.history.table.rows.rowCount() == 1


def test_what_changed_since_the_last_reading(page: RosterPage, qtbot: Any, tmp_path: Path) -> None:
    _read_in(page, qtbot, _file(tmp_path, "list.csv", HEAD + FIRST))
    _look(page, qtbot, _file(tmp_path, "next.csv", HEAD + SECOND))
    card = page.view.changes
    assert [row.number for row in _rows(card, "new")] == ["K400"]
    assert [row.number for row in _rows(card, "left")] == ["K300"]
    assert [(row.before, row.now) for row in _rows(card, "unit")] == [("A-1", "B-7")]
    moved = _rows(card, "dates")
    assert [(r.what, r.before, r.now) for r in moved] == [("Parole hearing", "Jun 1, 2029", "Aug 15, 2029")]


def test_a_rejected_line_says_where_and_why(page: RosterPage, qtbot: Any, tmp_path: Path) -> None:
    bad = "K1,Cole,Bea,01/02/1990,A-1,\n,Nobody,Ann,01/02/1990,A-1,\nK2,Late,Eve,01/02/2093,A-1,\n"
    _look(page, qtbot, _file(tmp_path, "bad.csv", HEAD + bad))
    assert "2 lines are not taken" in said(page)
    table = next(t for t in page.view.findChildren(FewRows) if t.accessibleName() == "2 lines are not taken")
    rows = [table.rows.row(number) for number in range(table.rows.rowCount())]
    assert [row[:3] for row in rows if row] == [
        ("bad.csv", 3, "This line has no department number."),
        ("bad.csv", 4, "The birth date “01/02/2093” is in the future."),
    ]


def test_undo_takes_the_last_reading_back(page: RosterPage, qtbot: Any, facility: Store, tmp_path: Path) -> None:
    _read_in(page, qtbot, _file(tmp_path, "list.csv", HEAD + FIRST))
    _read_in(page, qtbot, _file(tmp_path, "next.csv", HEAD + SECOND))
    assert "K400" in _listed(facility)
    page.show_start()
    press(page.history.undo)
    assert "K400" in _listed(facility)  # it asks first
    press(page.history.sure)
    assert _listed(facility) == {"K100", "K200", "K300"}
    assert page.history.table.rows.rowCount() == 1


def test_columns_nobody_knows_are_chosen_once_and_remembered(
    page: RosterPage, qtbot: Any, facility: Store, tmp_path: Path
) -> None:
    head = "Ident,Who,Day\n"
    _look(page, qtbot, _file(tmp_path, "odd.csv", head + "128430,Coleman Michelle,05/15/2001\n"))
    assert page.stage == "columns"
    assert "128430" in said(page)
    press(page.columns.go)
    assert "department number" in page.columns.wrong.text()
    for heading, field in (("Ident", "department_number"), ("Who", "name"), ("Day", "name")):
        page.columns.boxes[heading].set(field)
    press(page.columns.go)
    assert "two columns" in page.columns.wrong.text()
    page.columns.boxes["Day"].set("date_of_birth")
    press(page.columns.go)
    qtbot.waitUntil(lambda: page.stage == "look", timeout=10_000)
    press(page.read_in)
    qtbot.waitUntil(lambda: page.stage == "done", timeout=10_000)
    assert _listed(facility) == {"128430"}
    _look(page, qtbot, _file(tmp_path, "odd-2.csv", head + "128431,Dunn Ada,05/15/1980\n"))
    assert page.stage == "look", page.problem.text()


def test_recognized_columns_can_be_changed(page: RosterPage, qtbot: Any, facility: Store, tmp_path: Path) -> None:
    path = _file(tmp_path, "list.csv", "DOC Number,Last Name,First Name,Zone,Pod\nK1,Cole,Bea,A,7\n")
    _look(page, qtbot, path)
    press(next(b for b in page.view.findChildren(Button) if b.text() == "Columns of list.csv"))
    qtbot.waitUntil(lambda: page.stage == "columns")
    boxes = page.columns.boxes
    assert boxes["DOC Number"].get() == "department_number"
    boxes["Zone"].set("")
    boxes["Pod"].set("unit")
    press(page.columns.go)
    qtbot.waitUntil(lambda: page.stage == "look", timeout=10_000)
    press(page.read_in)
    qtbot.waitUntil(lambda: page.stage == "done", timeout=10_000)
    with facility.read() as unit:
        assert lists.on_list(unit, "K1").unit == "7"  # type: ignore[union-attr]


def test_a_file_that_is_no_list_says_so(page: RosterPage, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"PK\x03\x04" + b"broken" * 40)
    _look(page, qtbot, tmp_path / "list.xlsx")
    assert page.stage == "start"
    assert page.problem.text()
    _look(page, qtbot, tmp_path / "gone.csv")
    assert page.stage == "start"
    assert page.problem.text()


@pytest.mark.parametrize("ours", [True, False])
def test_a_question_is_settled_either_way(
    page: RosterPage, qtbot: Any, facility: Store, tmp_path: Path, ours: bool
) -> None:
    woman, _episode = enrolled(facility, "K100", first="Bea", last="Cole", unit="Z-9")
    _read_in(page, qtbot, _file(tmp_path, "list.csv", HEAD + FIRST))
    asked = page.questions
    assert any("Unit: the list says A-1; the record says Z-9." in w.text() for w in asked.findChildren(Sentence))
    name = f"{'Keep the record' if ours else 'Take the list'}: Bea Cole, Unit"
    press(next(b for b in asked.findChildren(Button) if b.accessibleName() == name))
    with facility.read() as unit:
        assert unit.get(Participant, woman).unit == ("Z-9" if ours else "A-1")
        assert not [q for q in lists.questions(unit) if q.field == "unit"]


def test_the_plain_file_goes_only_when_she_says_so(page: RosterPage, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    shutil.copy(_file(tmp_path, "source.csv", HEAD + FIRST), path)
    _read_in(page, qtbot, path)
    assert "proves nothing" in said(page)
    ask = next(b for b in page.removal.findChildren(Button) if b.text() == "Remove list.csv")
    press(ask)
    assert path.exists()
    press(next(b for b in page.removal.findChildren(Button) if b.text() == "Keep the file"))
    assert path.exists()
    press(ask)
    press(next(b for b in page.removal.findChildren(Button) if b.text() == "Remove it"))
    assert not path.exists()
    assert any("deleted" in notice.text() for notice in page.removal.findChildren(Notice))


def test_files_are_dropped_or_chosen(
    page: RosterPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, "list.csv", HEAD + FIRST)
    mime = QMimeData()
    mime.setUrls(
        [QUrl.fromLocalFile(str(path)), QUrl("https://example.org/list.csv"), QUrl.fromLocalFile(str(tmp_path))]
    )
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.findChild(DropCard).dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, plain))
    qtbot.waitUntil(lambda: page.stage == "look", timeout=10_000)
    assert page.paths == [path]
    page.show_start()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args, **_more: ([str(path)], ""))
    page.choose_button.setFocus()
    QTest.keyClick(page.choose_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.stage == "look", timeout=10_000)


@EVERY_SCREEN
def test_every_screen_holds_it(
    window: MainWindow, page: RosterPage, qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path,
    screen: tuple[int, int, int],
) -> None:  # fmt: skip
    resize(qapp, window, screen)
    check_page(page)
    enrolled(facility, "K100", first="Bea", last="Cole", unit="Z-9", date_of_birth=dt.date(1990, 1, 3))
    _look(page, qtbot, _file(tmp_path, "odd.csv", "Ident,Who,Day\n128430,Coleman Michelle,05/15/2001\n"))
    check_page(page)
    _read_in(page, qtbot, _file(tmp_path, "list.csv", HEAD + FIRST), LISTS / "roster-parole.csv")
    check_page(page)
    _look(page, qtbot, _file(tmp_path, "next.csv", HEAD + SECOND))
    check_page(page)
    page.show_start()
    check_page(page)
