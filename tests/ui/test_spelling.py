"""Spell check: off until somebody asks, in the plan's language, and no word of hers is ever written down by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QTextCharFormat
from PySide6.QtTest import QTest

from reentry_desktop.actions import plans
from reentry_desktop.base.ids import Id
from reentry_desktop.base.paths import resource
from reentry_desktop.store import Store
from reentry_desktop.ui import spelling
from reentry_desktop.ui.settings import WindowSettings
from reentry_desktop.ui.window import MainWindow

from . import plan_pages
from .desks import type_into
from .plan_pages import opened
from .programs import settle

window = plan_pages.window


def _marked(edit: Any) -> list[str]:
    """The words with a wavy line."""
    found = []
    block = edit.document().firstBlock()
    while block.isValid():
        for part in block.layout().formats():
            if part.format.underlineStyle() == QTextCharFormat.UnderlineStyle.WaveUnderline:
                units = block.text().encode("utf-16-le")[2 * part.start : 2 * (part.start + part.length)]
                found.append(units.decode("utf-16-le"))
        block = block.next()
    return found


def test_it_is_off_until_somebody_asks_and_then_lazy(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I laff 🌻 and breathe. Don’t wory.")
    page = opened(window, woman, "well")
    edit = page.body.view.body.editor.edit
    assert not spelling._dictionaries
    assert _marked(edit) == []
    check = next(a for m in window.menuBar().actions() for a in m.menu().actions() if a.text() == "Check sp&elling")  # type: ignore[attr-defined]
    assert not check.isChecked()
    check.trigger()
    assert not spelling._dictionaries  # it is read beside the window
    qtbot.waitUntil(lambda: _marked(edit) == ["laff", "wory"], timeout=10_000)
    assert edit.toPlainText() == "I laff 🌻 and breathe. Don’t wory."
    assert not page.writing.drafts  # a mark is no change of hers
    check.trigger()
    assert _marked(edit) == []
    assert not spelling._dictionaries  # and is let go


def test_the_word_being_typed_is_left_alone(window: MainWindow, qtbot: Any, woman: Id, plan: Id) -> None:
    window.check_spelling(True)
    page = opened(window, woman, "tools")
    qtbot.waitUntil(lambda: page.spelling.ready, timeout=10_000)
    box = page.body.view.body.new.forms[0].editors["words"].target()
    type_into(box, "Brethe")
    QTest.qWait(50)
    assert _marked(box) == []
    QTest.keyClicks(box, " slowly")
    qtbot.waitUntil(lambda: _marked(box) == ["Brethe"], timeout=2000)


def test_it_follows_the_language_of_the_plan(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "Respiro despasio y camino")
        plans.set_language(unit, plan, "es")
    window.check_spelling(True)
    page = opened(window, woman, "well")
    qtbot.waitUntil(lambda: _marked(page.body.view.body.editor.edit) == ["despasio"], timeout=15_000)
    assert set(spelling._dictionaries) == {"es"}
    page.body.view.tongues["en"].click()
    qtbot.waitUntil(lambda: "Respiro" in _marked(page.body.view.body.editor.edit), timeout=15_000)


def test_other_words_are_offered_in_the_menu(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "walkin home")
    window.check_spelling(True)
    page = opened(window, woman, "well")
    edit = page.body.view.body.editor.edit
    qtbot.waitUntil(lambda: _marked(edit) == ["walkin"], timeout=10_000)
    cursor = edit.textCursor()
    cursor.setPosition(3)
    menu = page.spelling.menu(edit, cursor)
    assert menu is not None
    assert menu.actions()[0].text() == "Looking for other words…"
    qtbot.waitUntil(lambda: menu.actions()[0].text() == "walking", timeout=10_000)
    menu.actions()[0].trigger()
    assert edit.toPlainText() == "walking home"
    edit.undo()
    assert edit.toPlainText() == "walkin home"
    cursor.setPosition(8)
    assert page.spelling.menu(edit, cursor) is None  # a word it knows has the usual menu
    place = edit.cursorRect(cursor).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(place), edit.viewport().mapToGlobal(place))
    assert not page.spelling.eventFilter(edit.viewport(), event)


def test_a_very_long_text_stays_quick(window: MainWindow, qtbot: Any, woman: Id, plan: Id) -> None:
    window.check_spelling(True)
    page = opened(window, woman, "well")
    qtbot.waitUntil(lambda: page.spelling.ready, timeout=10_000)
    edit = page.body.view.body.editor.edit
    edit.setPlainText("\n".join(f"wrd{n} nonsens" for n in range(10_000)))
    settle()
    assert _marked(edit) == []
    assert len(page.spelling._asked) == 0


def test_nothing_of_hers_is_learned_or_written(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id, tmp_path: Path
) -> None:
    before = {file: file.read_bytes() for file in resource("dictionaries").iterdir()}
    window.check_spelling(True)
    page = opened(window, woman, "tools")
    qtbot.waitUntil(lambda: page.spelling.ready, timeout=10_000)
    box = page.body.view.body.new.forms[0].editors["words"].target()
    type_into(box, "Heliotroop is mine")
    qtbot.waitUntil(lambda: _marked(box) == ["Heliotroop"], timeout=2000)
    assert {file: file.read_bytes() for file in resource("dictionaries").iterdir()} == before
    words = " ".join(str(vars(entry)) for entry in spelling._dictionaries.values())
    assert "Heliotroop" not in words
    window.lock()


def test_the_choice_is_remembered_on_this_pc(tmp_path: Path) -> None:
    kept = tmp_path / "window.ini"
    settings = WindowSettings(kept)
    assert settings.spelling is False
    settings.spelling = True
    settings.flush()
    assert WindowSettings(kept).spelling is True


def test_each_dictionary_comes_with_its_licence() -> None:
    for name in spelling.FILES.values():
        for file in (f"{name}.aff", f"{name}.dic", f"LICENSE-{name}.txt"):
            assert resource("dictionaries", file).stat().st_size > 1000
