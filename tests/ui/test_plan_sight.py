"""What she writes in is in sight: after the part was opened, while she types, in a small window, with a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from reentry_desktop.actions import plans
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.plan_words import WordingPanel, open_wording
from reentry_desktop.ui.widgets import Sentence
from reentry_desktop.ui.window import MainWindow

from ..stores import Clock
from . import plan_pages
from .desks import press, resize
from .plan_pages import add, opened
from .programs import begin, button, settle

window = plan_pages.window


def whole(widget: QWidget) -> bool:
    """Whether all of *widget* is in sight."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def seen(qtbot: Any, *widgets: QWidget) -> None:
    """All of *widgets* comes wholly into sight, and stays there."""
    qtbot.waitUntil(lambda: all(map(whole, widgets)), timeout=2000)
    QTest.qWait(150)
    assert [w for w in widgets if not whole(w)] == []


def box(page: Any) -> Any:
    """Where a new entry, or the answer, is written."""
    body = page.body.view.body
    return body.new.forms[0].editors["words"].target() if hasattr(body, "new") else body.editor.edit


def filled(store: Store, plan: Id, count: int = 20) -> None:
    add(
        store, plan, "tools", *(f"Tool {n}, which helps me when the noise at night does not stop" for n in range(count))
    )


@pytest.mark.parametrize("count", [2, 20])
def test_a_written_part_opens_with_the_box_and_its_button_in_sight(
    window: MainWindow, facility: Store, woman: Id, plan: Id, count: int, qtbot: Any
) -> None:
    filled(facility, plan, count)
    page = opened(window, woman, "tools")
    seen(qtbot, box(page), page.body.view.body.add_button, page.body.view.prompt)


def test_typing_brings_the_box_back_and_only_then(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    filled(facility, plan)
    page = opened(window, woman, "tools")
    seen(qtbot, box(page))
    bar = page.body.view.area.verticalScrollBar()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    QTest.qWait(100)
    assert bar.value() == 0, "what somebody scrolled to, to read it, stays"
    QTest.keyClicks(box(page), "Walk")
    seen(qtbot, box(page), page.body.view.body.add_button)


@pytest.mark.parametrize("part", ["tools", "well"])
def test_in_a_small_window_a_part_opens_with_the_question_and_the_box(
    qapp: QApplication, window: MainWindow, facility: Store, woman: Id, plan: Id, part: str, qtbot: Any
) -> None:
    filled(facility, plan)
    resize(qapp, window, (1024, 560, 150))
    page = opened(window, woman, part)
    assert page.body.narrow
    seen(qtbot, page.body.view.prompt, box(page))
    page.verticalScrollBar().triggerAction(page.verticalScrollBar().SliderAction.SliderToMaximum)
    QTest.qWait(100)
    assert not whole(box(page))
    QTest.keyClicks(box(page), "Walk")
    seen(qtbot, box(page))


def test_in_a_small_window_what_is_added_is_counted_beside_the_box(
    qapp: QApplication, window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    filled(facility, plan)
    resize(qapp, window, (1024, 560, 150))
    page = opened(window, woman, "tools")
    body = page.body.view.body
    assert body.count.text() == "20 entries stand below."
    QTest.keyClicks(box(page), "Walk")
    press(body.add_button)
    assert body.count.text() == "21 entries stand below."
    assert box(page).hasFocus()
    resize(qapp, window, (1366, 768, 100))
    assert box(page).hasFocus()
    assert not body.count.isVisible()
    seen(qtbot, box(page), body.add_button)


def test_a_second_wording_is_written_with_its_buttons_in_sight(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    filled(facility, plan, 3)
    page = opened(window, woman, "tools")
    row = list(page.body.view.body.rows.values())[-1]
    open_wording(row)
    assert isinstance(row.panel, WordingPanel)
    seen(qtbot, row.panel)


@pytest.mark.parametrize("screen", [(1366, 768, 100), (1024, 560, 150)])
@pytest.mark.parametrize("part", ["tools", "well"])
def test_what_is_said_of_too_long_a_text_is_in_sight(
    qapp: QApplication, window: MainWindow, woman: Id, plan: Id, part: str, screen: tuple[int, int, int], qtbot: Any
) -> None:
    resize(qapp, window, screen)
    page = opened(window, woman, part)
    body = page.body.view.body
    box(page).insertPlainText("\n".join(f"line {n} of a very long paste" for n in range(10_000)))
    if part == "tools":
        press(body.add_button)
    else:
        body.flush()
    row = body.new.forms[0].rows["words"] if part == "tools" else body.row
    assert re.search(r"\d,\d{3}", row.error.text())
    seen(qtbot, row.error)


def test_the_word_at_the_foot_leaves_the_way_back_in_sight(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    page = opened(window, woman, "well")
    assert window._undoing is not None
    toast = window._undoing.toast
    for words in ("Noted.", "Marked. Paper in a room can be found in a search, so ask her again before it is printed."):
        window.toast(words, lambda: None)
        seen(qtbot, page.body.back_button, page.body.next_button, toast.undo, toast.close_button)
        assert toast._words.height() >= toast._words.heightForWidth(toast._words.width())
    window.show_page("today")
    window.toast("Noted.", lambda: None)
    seen(qtbot, toast.undo, toast.close_button)


def test_one_word_and_one_way_to_write_the_time_say_that_it_is_saved(window: MainWindow, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "well")
    assert page.body.saved.text() == "Every word is saved as it is typed."
    QTest.keyClicks(box(page), "I laugh")
    page.body.keep_part()
    said = page.body.saved.text()
    assert re.fullmatch(r"Saved at \d{1,2}:\d\d [AP]M", said)
    assert window.status.saved.text() == said.replace("Saved", "All changes saved")


def test_a_word_that_was_found_is_marked_where_it_stands(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    (tool,) = add(facility, plan, "tools", "\U0001f33b Canción de mi tía")
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "\U0001f33b I hear the BÍRD sing")
    page = opened(window, woman, "down_limit")
    for wanted, part in (("tia", "tools"), ("bird", "well")):
        page.find_words()
        page.body.find_bar.search.setText(wanted)
        QTest.keyClick(page.body.find_bar.search, Qt.Key.Key_Return)
        assert page.body.here == part
    (mark,) = box(page).extraSelections()
    assert mark.cursor.selectedText() == "BÍRD"
    QTest.keyClicks(box(page), "s")
    assert box(page).toPlainText() == "\U0001f33b I hear the BÍRDs sing"
    assert not box(page).extraSelections()
    page.body.find_bar.chosen.emit("tools", tool)
    page.find_words()
    page.body.find_bar.search.setText("tia")
    QTest.keyClick(page.body.find_bar.search, Qt.Key.Key_Return)
    assert page.body.view.body.rows[tool].make().headline.selectedText() == "tía"


@pytest.mark.parametrize("part", ["tools", "well"])
def test_what_could_not_become_words_of_the_plan_is_said_after_next(
    window: MainWindow, woman: Id, plan: Id, part: str
) -> None:
    page = opened(window, woman, part)
    box(page).insertPlainText("x" * 30_000)
    press(page.body.next_button)
    assert page.body.here != part
    title = page.writing.text(page.writing.parts[part].title)
    assert page.body.notice.text() == f"What is typed at “{title}” is kept. It is not in the plan yet."
    press(button(page.body.notice, "Go back to it"))
    assert page.body.here == part
    assert box(page).toPlainText() == "x" * 30_000
    box(page).setPlainText("Walk")
    press(page.body.next_button)
    assert not page.body.notice.isVisible()


@pytest.mark.parametrize("part", ["stressors", "well"])
def test_sitting_together_too_long_a_text_is_said_in_sight(
    qapp: QApplication, qtbot: Any, facility: Store, woman: Id, plan: Id, clock: Clock, tmp_path: Path, part: str
) -> None:
    program = begin(qapp, qtbot, tmp_path, clock, facility)
    program.window.show_page("sit", participant=woman, part=part)
    program.window.resize(1366, 768)
    settle()
    typing = QApplication.focusWidget()
    assert isinstance(typing, QPlainTextEdit)
    typing.insertPlainText("\n".join(f"line {n} of a very long paste" for n in range(10_000)))
    program.window.page.frame.next.click()
    settle()
    words = [s for s in program.window.page.findChildren(Sentence) if s.isVisible() and "too long" in s.text()]
    assert len(words) == 1
    seen(qtbot, words[0])
