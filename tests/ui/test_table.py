"""Long lists."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.ui.table import BLOCK, KEPT, Column, Search, Table, TableModel

Row = tuple[str, str]
COLUMNS = [
    Column[Row]("Name", lambda row: row[0], stretch=True, sort="name"),
    Column[Row]("Plan", lambda row: row[1], state=lambda _row: ("circle-check", "ok")),
]


class Names:
    """100,000 invented names in order, found by their beginning, as an index does."""

    def __init__(self, count: int = 100_000) -> None:
        self.all = sorted(f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{n:06}" for n in range(count))
        self.found = self.all
        self.fetched = 0

    def search(self, start: str) -> int:
        self.found = self.all[bisect_left(self.all, start) : bisect_left(self.all, start + "\x7f")]
        return len(self.found)

    def fetch(self, offset: int, limit: int) -> Sequence[Row]:
        rows = [(name, "Done for now") for name in self.found[offset : offset + limit]]
        self.fetched += len(rows)
        return rows


def test_the_model_keeps_qts_rules(qtmodeltester: Any) -> None:
    model: TableModel[Row] = TableModel(COLUMNS)
    model.show_rows([("Ana", "Done for now"), ("Luz", "Not started")])
    qtmodeltester.check(model)


def test_few_rows_are_read_and_fewer_kept(qtbot: Any) -> None:
    names = Names()
    table = Table(COLUMNS, "Participants")
    qtbot.addWidget(table)
    table.resize(900, 600)
    table.show(names.fetch, len(names.all))
    table.show()
    QApplication.processEvents()
    assert 0 < names.fetched <= 2 * BLOCK
    for place in range(0, 100_000, 5_000):
        table.scrollTo(table.rows.index(place, 0))
        QApplication.processEvents()
    assert len(table.rows._blocks) <= KEPT


def test_a_cell_says_its_column_to_a_screen_reader(qtbot: Any) -> None:
    table = Table(COLUMNS, "Participants")
    qtbot.addWidget(table)
    table.show_rows([("Ana", "")])
    index = table.rows.index(0, 1)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Plan: empty"
    assert table.rows.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Name: Ana"
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_enter_opens_letters_jump_tab_leaves(qtbot: Any) -> None:
    names = Names(5_000)
    table = Table(COLUMNS, "Participants")
    qtbot.addWidget(table)
    table.show(names.fetch, len(names.all))
    table.jump = lambda start: bisect_left(names.all, start)
    table.show()
    table.setFocus()
    opened: list[Row] = []
    table.opened.connect(opened.append)
    QTest.keyClick(table, "m")
    assert names.all[table.currentIndex().row()].startswith("m")
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert [row[0] for row in opened] == [names.all[table.currentIndex().row()]]
    before = table.currentIndex().column()
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert table.currentIndex().column() == before


def test_a_heading_asks_for_an_order(qtbot: Any) -> None:
    table = Table(COLUMNS, "Participants")
    qtbot.addWidget(table)
    asked: list[tuple[str, bool]] = []
    table.sort_asked.connect(lambda key, down: asked.append((key, down)))
    for section in (0, 0, 1):
        table.horizontalHeader().sectionClicked.emit(section)
    assert asked == [("name", False), ("name", True)]


def test_a_row_that_went_away_meanwhile_is_empty(qtbot: Any) -> None:
    model: TableModel[Row] = TableModel(COLUMNS)
    model.show(lambda _offset, _limit: [], 3)
    assert model.row(2) is None
    assert model.index(2, 0).data() is None


def test_the_search_waits_for_a_pause_and_escape_empties_it(qtbot: Any) -> None:
    table = Table(COLUMNS, "Participants")
    search = Search("Search by name", table)
    qtbot.addWidget(table)
    qtbot.addWidget(search)
    asked: list[str] = []
    search.asked.connect(asked.append)
    QTest.keyClicks(search, "nun")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["nun"], timeout=1000)
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    QTest.keyClicks(search, "a")
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert asked[-1] == "a"
