"""The page of the record of use, and that whatever is opened in the window leaves an entry before it is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import attachments, plans, staff, use_export, use_review
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.reports.scans import read_scan
from reentry_desktop.store import Store
from reentry_desktop.ui.pages import use as use_page
from reentry_desktop.ui.session import NOT_NOTED, NOTED_BY_ITSELF, PAGES
from reentry_desktop.ui.table import PAUSE

from .. import papers
from ..consents import drafted
from ..stores import Clock, enrolled
from .desks import EVERY_SCREEN, check_page, entries, full_disk, press, resize
from .programs import begin, page, settle, type_keys


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    woman, _episode = enrolled(facility, "R1001")
    with facility.work("start_plan") as unit:
        plans.start_plan(unit, woman)
    staff.add_user(facility, name="bo", passphrase="seven green boats at noon")
    return begin(qapp, qtbot, facility.folder, clock, facility)


def her(program: Program) -> Id:
    assert program.store is not None
    with program.store.read() as unit:
        return Id(unit.connection.exec_driver_sql("SELECT id FROM participant").scalar_one())


def told(program: Program, act: str) -> int:
    assert program.store is not None
    return entries(program.store, act)


@pytest.mark.controls("AU-2", "164.312(b)")
def test_every_page_that_may_name_a_woman_leaves_an_entry(program: Program) -> None:
    woman = her(program)
    assert program.store is not None
    with program.store.work("draft_consent") as unit:
        consent = drafted(unit, woman)
    with program.store.work("attach") as unit:
        paper = attachments.attach(unit, woman, read_scan(papers.pdf(), 5 << 20), "A letter to the board")
    more = {"consent": {"consent": consent}, "paper": {"paper": paper}}
    by_itself = {"participant": "open_page", "conflicts": "show_conflicts", "same-woman": "show_registered_twice"}
    assert by_itself.keys() == NOTED_BY_ITSELF
    assert {kind.key for kind in PAGES} >= by_itself.keys()
    for kind in PAGES:
        if kind.key in NOT_NOTED | {"sit"}:
            continue
        act = by_itself.get(kind.key, "show_page")
        before = told(program, act)
        program.window.show_page("help")
        args = {"page": "today"} if kind.key == "help" else {"participant": woman, **more.get(kind.key, {})}
        program.window.show_page(kind.key, **args)
        settle()
        assert told(program, act) > before, kind.key


@pytest.mark.controls("AU-5")
def test_a_page_is_not_shown_where_its_entry_cannot_be_written(program: Program) -> None:
    """A record of use with holes would be none: the disk is full, so nobody looks."""
    assert program.store is not None
    woman = her(program)
    program.window.show_page("help")
    with full_disk(program.store):
        for number in range(80):  # the file has some room left in its last pages
            program.window.show_page("copies", participant=woman)
            if page(program).problem.isVisibleTo(page(program)):
                break
            program.window.show_page("help", page=str(number))
        said = " ".join(label.text() for label in page(program).problem.findChildren(use_page.Sentence))
        assert "disk of this PC is full" in said


def test_a_search_is_one_entry_when_it_is_finished(program: Program) -> None:
    program.window.show_page("participants")
    before = told(program, "find")
    type_keys(page(program).search, "nun")
    assert told(program, "find") == before  # not one a key
    page(program).search.finish()
    page(program).search.finish()
    program.window.show_page("today")
    assert told(program, "find") == before + 1


@pytest.mark.parametrize("key", ["participants", "callout"])
def test_a_search_that_is_under_way_ends_with_the_lock(program: Program, key: str) -> None:
    """Her name is typed, and the PC is locked before the list was asked for: nothing is asked of a closed store."""
    program.window.show_page(key)
    type_keys(page(program).search, "nun")
    program.window.lock()
    QTest.qWait(PAUSE + 100)


def test_the_page_lists_filters_and_goes_back(program: Program, qtbot: Any) -> None:
    program.window.show_page("use")
    here = page(program)
    what = [here.table.rows.columns[2].words(line) for line in here.rows]
    assert "Opened a page: Today" in what
    assert "Enrolled her" in what
    here.act.set("enrol")
    press_find(here)
    assert {line.act for line in here.rows} == {"enrol"}
    assert "Ana N. R1001" in {line.about for line in here.rows}
    here.act.set("")
    here.person.set("bo")
    press_find(here)
    assert here.rows == []
    here.person.set("")
    here.number.set("R9")
    press_find(here)
    assert "R9" in here.problem.findChildren(type(here.found))[0].text()


def press_find(here: Any) -> None:
    here._find()
    settle()


def test_it_says_whether_it_is_complete(program: Program, qtbot: Any) -> None:
    program.window.show_page("use")
    here = page(program)
    here._check()
    qtbot.waitUntil(lambda: "complete up to" in here.badge._words.text())
    assert program.store is not None
    with program.store.work("forge") as unit:
        unit.connection.exec_driver_sql("DELETE FROM entry WHERE number BETWEEN 5 AND 6")
    here._check()
    qtbot.waitUntil(lambda: "Entries 5 to 6" in here.badge._words.text())
    assert "Tell your office" in here.badge._words.text()


@pytest.mark.controls("AU-6")
def test_a_review_is_due_on_today_and_done_with_a_note(program: Program) -> None:
    program.window.show_page("today")
    page(program).refresh()
    settle()
    said = " ".join(label.text() for label in page(program).findChildren(use_page.Sentence))
    assert "Record of use to look through: North Facility." in said
    program.window.show_page("use")
    review = page(program).review
    press(review.done)
    assert "Write what you found" in page(program).problem.findChildren(use_page.Sentence)[0].text()
    review.note.set("Nothing unusual")
    press(review.done)
    assert program.store is not None
    with program.store.read() as unit:
        assert [(one.who, one.note) for one in use_review.reviews(unit)] == [("lead", "Nothing unusual")]
        assert use_review.due(unit) == []
    assert review.state.text() == "No review is due."


def test_her_page_says_who_has_looked(program: Program) -> None:
    woman = her(program)
    program.window.show_page("plan", participant=woman)
    program.window.show_page("participant", participant=woman, tab="history")
    settle()
    (who,) = [
        table for table in page(program).findChildren(use_page.Table)
        if table.accessibleName() == "Who has looked at her record"
    ]  # fmt: skip
    row = who.rows.row(0)
    assert (row.who, row.times >= 2) == ("lead", True)


def test_a_signed_copy_is_made_from_the_window(
    program: Program, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_page, "choose_new_file", lambda *_args: tmp_path / "use.jsonl")
    program.window.show_page("use")
    page(program)._export()
    qtbot.waitUntil(lambda: "signed with this site's key" in page(program).badge._words.text())
    assert sorted(path.name for path in tmp_path.glob("use.jsonl*")) == ["use.jsonl", "use.jsonl.pem", "use.jsonl.sig"]
    assert page(program).asked == use_export.EVERYTHING


def test_the_error_of_the_clock_stands_beside_the_moment(program: Program) -> None:
    assert program.store is not None
    program.store.stated_day = program.store.clock().date() + dt.timedelta(days=2)
    program.window.show_page("use")
    assert "(really Nov 25, 2026)" in use_page._when(page(program).rows[0])


@EVERY_SCREEN
def test_the_page_holds_on_every_screen(program: Program, qapp: QApplication, screen: tuple[int, int, int]) -> None:
    program.window.show_page("use")
    resize(qapp, program.window, screen)
    check_page(page(program))
