"""Sit together as the two see it: the box in sight, keys that go where she writes, nothing dropped without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reentry_desktop.actions import plans, staff
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.sit_way import Screen

from ..stores import Clock
from .programs import NO_KEYS, begin, do, keys, page, press, said, settle, type_keys

LONG = "Breathe slowly and count to ten, as my aunt taught me when I was small and the nights were loud"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path, woman: Id) -> Program:
    return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")


def _sit(program: Program, woman: Id, part: str) -> Any:
    program.window.show_page("sit", participant=woman, part=part)
    settle()
    return page(program)


def _screen(program: Program, width: int, height: int, percent: int) -> None:
    """A full screen of that size."""
    program.window.text.choose(percent)
    program.window.showNormal()
    program.window.resize(width, height)
    QTest.qWait(80)
    settle()


def _words(store: Store, plan: Id, part: str) -> list[str]:
    with store.read() as unit:
        return [item.words for item in plans.contents(unit, plan).items.get(part, [])]


def _in_sight(widget: QWidget, root: QWidget) -> bool:
    """Whether all of it is painted: nothing above it cuts it off."""
    if not widget.isVisible():
        return False
    return widget.visibleRegion().boundingRect() == widget.rect() and root.rect().contains(
        widget.mapTo(root, widget.rect().bottomRight())
    )


@pytest.mark.parametrize("tongue", ["en", "es"])
@pytest.mark.parametrize("percent", [100, 150, 200])
def test_in_a_small_window_the_box_and_what_she_may_need_are_in_sight_from_the_start(
    program: Program, facility: Store, plan: Id, woman: Id, tongue: str, percent: int
) -> None:
    with facility.work("fill") as unit:
        plans.set_language(unit, plan, tongue)
        for number in range(5):
            plans.add_item(unit, plan, "tools", words=f"{LONG} ({number})")
    sit = _sit(program, woman, "tools")
    _screen(program, 1024, 560, percent)
    sit._go(Screen("part", "tools"))
    QTest.qWait(80)
    settle()
    frame = sit.frame
    box = sit.view.body.new.forms[0].editors["words"].target()
    other = "en" if tongue == "es" else "es"
    for widget in (box, frame.limits, frame.serious, frame.tongues[other], frame.stop, frame.next):
        assert _in_sight(widget, program.window), widget
    heights = {w.mapTo(program.window, w.rect().center()).y() for w in (frame.limits, frame.serious)}
    assert len(heights) == 1  # one row
    frame.area.verticalScrollBar().setValue(frame.area.verticalScrollBar().maximum())
    settle()
    assert _in_sight(frame.limits, program.window)
    assert _in_sight(frame.serious, program.window)
    program.window.text.choose(100)


def test_say_more_goes_to_the_first_new_field_and_shows_all_of_it(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        plans.add_item(unit, plan, "sometimes", words="Walk in the yard")
    sit = _sit(program, woman, "sometimes")
    _screen(program, 1366, 768, 100)
    do("Write to my children")
    do("Say more about it")
    QTest.qWait(80)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "When"
    body = sit.view.body
    for widget in (body.new.forms[0].editors["words"].target(), focus, body.confirm.yes):
        assert _in_sight(widget, program.window), widget
    type_keys(focus, "Sundays")  # it goes where the focus is
    QTest.qWait(80)
    assert "Sundays" in body.new.typed().values()
    assert _in_sight(body.add_button, program.window)
    press(sit, "Add")
    assert _words(facility, plan, "sometimes") == ["Walk in the yard", "Write to my children"]
    assert QApplication.focusWidget() is body.new.forms[0].editors["words"].target()
    do("Write to my children")
    press(sit, "Yes, this is mine")
    assert QApplication.focusWidget() is body.new.forms[0].editors["words"].target()


def test_enter_keeps_a_line_and_says_so_and_only_an_empty_box_goes_on(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "every_day")
    box = QApplication.focusWidget() or sit
    assert "Kept" not in said(sit)
    type_keys(box, "Make my bed")
    keys(box, Qt.Key.Key_Return, NO_KEYS)
    assert sit.now == Screen("part", "every_day")
    assert _words(facility, plan, "every_day") == ["Make my bed"]
    assert "Make my bed" in said(sit)
    assert "Kept" in said(sit)
    type_keys(QApplication.focusWidget() or sit, "P")
    assert "Kept" not in said(sit)
    keys(QApplication.focusWidget() or sit, Qt.Key.Key_Backspace, NO_KEYS)
    keys(QApplication.focusWidget() or sit, Qt.Key.Key_Return, NO_KEYS)
    assert sit.now == Screen("part", "sometimes")
    sit._go(Screen("part", "well"))
    settle()
    type_keys(QApplication.focusWidget() or sit, "I sing")
    keys(QApplication.focusWidget() or sit, Qt.Key.Key_Return, NO_KEYS)
    assert sit.now == Screen("part", "well")
    assert "Kept" in said(sit)
    with facility.read() as unit:
        assert plans.contents(unit, plan).answers["well"].words == "I sing"
    keys(QApplication.focusWidget() or sit, Qt.Key.Key_Return, NO_KEYS)
    assert sit.now == Screen("part", "every_day")


def test_an_idea_nobody_confirmed_is_asked_about_before_it_goes_on(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        plans.add_item(unit, plan, "tools", words="Walk")
    for part, idea in (("tools", "Draw or color"), ("well", "I laugh easily")):
        for way in ("Next", "Read it back"):
            sit = _sit(program, woman, "stressors")
            sit._go(Screen("part", part))
            settle()
            press(sit, idea)
            press(sit, way)
            assert sit.now == Screen("part", part)
            assert QApplication.focusWidget() is sit.view.body.confirm.yes
            assert sit.view.body.confirm.words.property("role") == "strong"
            press(sit, "No, take it out")
            press(sit, way)
            assert sit.now != Screen("part", part)
    assert _words(facility, plan, "tools") == ["Walk"]


def test_where_she_is_stands_beside_the_question(program: Program, plan: Id, woman: Id) -> None:
    sit = _sit(program, woman, "every_day")
    assert sit.frame.section.text().endswith("· 2 of 3")
    assert "%" not in said(sit)
    assert "·" not in _sit(program, woman, "tools").frame.section.text()


def test_what_she_reads_is_never_smaller_than_the_body_text(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        plans.add_item(unit, plan, "early_tell", person="Rosa", phone="601-555-0107")
        staff.set_site(unit, keyboard_hers=True)
    sit = _sit(program, woman, "early_tell")
    frame, line = sit.frame, next(iter(sit.view.body.lines.values()))
    details = [label for label in line.findChildren(QWidget) if "601-555-0107" in getattr(label, "text", str)()]
    assert details
    for widget in (*details, frame.limits, frame.serious, frame.typing, frame.read, *frame.tongues.values()):
        assert widget.font().pixelSize() >= 24, widget
    sit._go(Screen("read", sit.writing.section_of("early_tell").key))
    settle()
    details = [label for label in sit.view.findChildren(QWidget) if "601-555-0107" in getattr(label, "text", str)()]
    assert [label.font().pixelSize() for label in details] == [24]


def test_the_worker_is_never_called_a_supporter_and_skip_is_called_so(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        for part in ("tools", "every_day", "stressor_steps"):
            plans.add_item(unit, plan, part, words="Walk")
    sit = _sit(program, woman, "tools")
    assert "You read. I type." in said(sit)
    assert "supporter" not in said(sit)
    assert "In my own words" not in said(sit)
    assert "Not today" not in said(sit)
    press(sit, "Skip")
    press(sit, "Read it back")
    assert sit.now == Screen("read", "toolbox")
    press(sit, "Next section")
    assert sit.now == Screen("read", "daily")
    press(sit, "Finish reading")
    assert sit.now == Screen("finish")
    press(sit, "Back")
    assert sit.frame.next.text() == "That is right"
    assert not sit.frame.skip.isVisible()
