"""A whole plan without a mouse: every part of the pack is written, one after another, and read back from the store."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.plan_answer import Answer
from reentry_desktop.ui.window import MainWindow

from . import plan_pages
from .plan_pages import add, contents, opened, words_of
from .programs import keys, name_of, reach, settle, type_keys

window = plan_pages.window


def _focus() -> QWidget:
    settle()
    found = QApplication.focusWidget()
    assert found is not None
    return found


def _write_here(page: Any, words: str) -> None:
    """Type into whatever has the focus as the part comes into sight; an entry is added by Enter."""
    field = _focus()
    assert page.body.view.isAncestorOf(field), name_of(field)
    assert isinstance(field, QLineEdit | QPlainTextEdit)
    type_keys(field, words)
    if not isinstance(page.body.view.body, Answer):
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert page.body.view.isAncestorOf(_focus())


def _go_on(page: Any) -> None:
    """The button that leads to the next part, by Tab."""
    button = reach(page.body.next_button.accessibleName())
    QTest.keyClick(button, Qt.Key.Key_Space)
    settle()


def test_a_whole_plan_and_the_re_entry_pages_without_a_mouse(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman)
    sections = page.writing.whole.pack.sections
    pages = page.writing.whole.pack.pages
    for part in (part for section in sections for part in section.parts):
        if page.body.view is None:  # the kind word before the crisis parts
            QTest.keyClick(reach("Go on"), Qt.Key.Key_Space)
        assert page.body.here == part.key
        _write_here(page, f"mine {part.key}")
        _go_on(page)
    assert window.page is not None
    assert window.page.key == "preview"
    QTest.keyClick(window.page, Qt.Key.Key_Escape)
    settle()
    page = window.page
    assert page.key == "plan"
    nav = reach("Parts of the plan")
    assert nav is page.body.nav
    for _step in range(200):
        if nav.currentItem() is not None and nav.currentItem().text() == pages[0].title["en"]:  # type: ignore[attr-defined]
            break
        QTest.keyClick(nav, Qt.Key.Key_Down)
    QTest.keyClick(nav, Qt.Key.Key_Return)
    for part in (part for section in pages for part in section.parts):
        assert page.body.here == part.key
        _write_here(page, f"mine {part.key}")
        _go_on(page)
    assert window.page.key == "preview"
    whole = contents(facility, plan)
    for key, part in whole.pack.parts().items():
        if part.kind == "supporter":
            assert [s.name for s in whole.supporters] == [f"mine {key}"]
        elif part.kind == "answer":
            assert whole.answers[key].words == f"mine {key}"
        else:
            (item,) = whole.items[key]
            assert (item.words or item.person) == f"mine {key}"
    with facility.read() as unit:
        assert not unit.connection.exec_driver_sql("SELECT count(*) FROM draft").scalar()


def test_tab_goes_through_the_entries_in_their_order_and_back(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    texts = [f"tool {number}" for number in range(30)]
    add(facility, plan, "tools", *texts)
    page = opened(window, woman, "tools")
    made = [row for row in page.body.view.body.rows.values() if row._content is not None]
    assert len(made) < 30  # those out of sight are made as the focus comes
    reach("The program's words in Español", back=True)
    seen = []
    for _step in range(200):
        QTest.keyClick(_focus(), Qt.Key.Key_Tab)
        now = name_of(_focus())
        if now == "In her own words":
            break
        if now.startswith("Change: "):
            seen.append(now.removeprefix("Change: "))
            assert not _focus().visibleRegion().isEmpty()  # what has the focus is in sight
    assert seen == texts
    back = []
    for _step in range(200):
        QTest.keyClick(_focus(), Qt.Key.Key_Backtab)
        now = name_of(_focus())
        if now.startswith("Change: "):
            back.append(now.removeprefix("Change: "))
        if now == "The program's words in Español":
            break
    assert back == texts[::-1]


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
def test_an_entry_is_changed_moved_marked_and_removed_by_keys(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    add(facility, plan, "tools", "Walk", "Sing")
    opened(window, woman, "tools")
    QTest.keyClick(reach("Change: Sing", back=True), Qt.Key.Key_Space)
    field = _focus()
    QTest.keyClick(field, Qt.Key.Key_End)
    type_keys(field, " loud")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert name_of(_focus()) == "Change: Sing loud"
    QTest.keyClick(_focus(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert words_of(facility, plan, "tools") == ["Sing loud", "Walk"]
    QTest.keyClick(reach("More about: Sing loud"), Qt.Key.Key_Space)
    settle()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(menu, key)
    settle()
    assert contents(facility, plan).items["tools"][0].in_my_room
    QTest.keyClick(_focus(), Qt.Key.Key_Delete)
    assert words_of(facility, plan, "tools") == ["Walk"]
    assert name_of(_focus()) == "Change: Walk"
    keys(window, Qt.Key.Key_Z)
    assert words_of(facility, plan, "tools") == ["Sing loud", "Walk"]
