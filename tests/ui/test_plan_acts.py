"""What is done to her words on the plan's page, and taken back: named in the menu, written as a new change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from reentry_desktop.actions import checking, plan_states, plans, taking_back
from reentry_desktop.base.ids import Id
from reentry_desktop.records.plan import PlanAnswer, Supporter
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store
from reentry_desktop.ui.pages import plan_kinds
from reentry_desktop.ui.pages.plan_words import TakingBackPanel, WordingPanel
from reentry_desktop.ui.window import MainWindow

from ..stores import enrolled
from . import plan_pages
from .desks import drafts, entries, press, type_into
from .plan_pages import add, choose, complete, contents, line, opened, words_of
from .programs import keys, said, settle, type_keys

window = plan_pages.window


def _named(window: MainWindow) -> tuple[str, str]:
    """What the Edit menu says of undo and redo."""
    assert window._undoing is not None
    return window._undoing.undo_action.text(), window._undoing.redo_action.text()


def test_each_act_is_undone_and_redone_by_its_name(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "tools")
    body = page.body.view.body
    box = body.new.forms[0].editors["words"].target()
    for words in ("Walk", "Sing"):
        type_into(box, words)
        QTest.keyClick(box, Qt.Key.Key_Return)
    settle()
    walk, sing = body.rows
    body.rows[walk].open_form()
    type_into(body.rows[walk].form.forms[0].editors["words"].target(), ", slowly")
    body.close_form(body.rows[walk])
    body.shift(body.rows[sing], -1)
    choose(body.rows[walk].menu(), "Fine on paper in her room")
    body.remove(body.rows[sing])
    assert words_of(facility, plan, "tools") == ["Walk, slowly"]
    undone = []
    for _act in range(6):
        undone.append(_named(window)[0].removeprefix("&Undo: "))
        window.undo()
        settle()
    assert undone == [
        "remove an entry", "mark for paper in her room", "move an entry", "change an entry", "add an entry",
        "add an entry",
    ]  # fmt: skip
    assert words_of(facility, plan, "tools") == []
    assert _named(window) == ("&Undo", "&Redo: add an entry")
    for _act in range(6):
        window.redo()
    (tool,) = contents(facility, plan).items["tools"]
    assert (tool.words, tool.in_my_room) == ("Walk, slowly", True)
    assert _named(window) == ("&Undo: remove an entry", "&Redo")
    assert entries(facility, "remove_item") == 4  # each undo is a change of its own, and stays in the history


def test_an_answer_a_supporter_and_a_link_are_taken_back(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    (step,) = add(facility, plan, "stressor_steps", "Go outside")
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I sing")
    page.body.choose("stressor_steps")
    page.body.view.body.link(page.body.view.body.rows[step], tool, on=True)
    page.body.warned.add("crisis")
    page.body.choose("crisis_supporters")
    type_into(page.body.view.body.new.forms[0].editors["name"].target(), "Rosa")
    press(page.body.view.body.add_button)
    assert [s.name for s in contents(facility, plan).supporters] == ["Rosa"]
    for name, look in (
        ("add a supporter", lambda: contents(facility, plan).supporters),
        ("name a tool", lambda: contents(facility, plan).uses),
        ("write an answer", lambda: contents(facility, plan).answers["well"].words),
    ):
        assert look()
        assert _named(window)[0] == f"&Undo: {name}"
        window.undo()
        settle()
        assert not look()
    assert page.body.here == "well"  # each undo shows where it was
    assert page.body.view.body.editor.typed() == ""
    window.redo()
    assert page.body.view.body.editor.typed() == "I sing"


def test_ctrl_z_belongs_to_a_text_as_long_as_it_has_something_to_undo(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "tools")
    box = page.body.view.body.new.forms[0].editors["words"].target()
    type_into(box, "Walk")
    QTest.keyClick(box, Qt.Key.Key_Return)
    type_into(box, "Half a th")
    keys(box, Qt.Key.Key_Z)
    assert box.toPlainText() == ""
    assert words_of(facility, plan, "tools") == ["Walk"]
    keys(box, Qt.Key.Key_Z)
    assert words_of(facility, plan, "tools") == []
    keys(window, Qt.Key.Key_Y)
    assert words_of(facility, plan, "tools") == ["Walk"]


def test_the_toast_takes_back_the_same_act_and_no_other(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    walk, sing = add(facility, plan, "tools", "Walk", "Sing")
    page = opened(window, woman, "tools")
    page.body.view.body.remove(page.body.view.body.rows[walk])
    assert window._undoing is not None
    window._undoing.toast.undo.click()
    settle()
    assert words_of(facility, plan, "tools") == ["Walk", "Sing"]
    assert _named(window) == ("&Undo", "&Redo: remove an entry")
    page.body.view.body.remove(page.body.view.body.rows[walk])
    choose(page.body.view.body.rows[sing].menu(), "Fine on paper in her room")
    window._undoing.toast.undo.click()
    settle()
    assert words_of(facility, plan, "tools") == ["Sing"]  # only the last act, which the foot now offers


def test_another_plan_begins_without_acts_to_undo(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    other, _episode = enrolled(facility, "R2", first="Luz")
    with facility.work("start_plan") as unit:
        plans.start_plan(unit, other)
    (walk,) = add(facility, plan, "tools", "Walk")
    page = opened(window, woman, "tools")
    page.body.view.body.remove(page.body.view.body.rows[walk])
    window.show_page("today")
    opened(window, woman, "tools")
    assert _named(window)[0] == "&Undo: remove an entry"  # it is still her plan
    opened(window, other, "tools")
    assert _named(window) == ("&Undo", "&Redo")


def test_an_entry_is_dragged_to_its_place(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    first, second, third = add(facility, plan, "tools", "one", "two", "three")
    page = opened(window, woman, "tools")
    body = page.body.view.body
    from reentry_desktop.ui.pages.plan_drag import Grip

    for row in body.rows.values():
        row.make()
    settle()

    def drag(row: Id, to: QPoint, *, drop: bool = True) -> None:
        grip = body.rows[row].findChild(Grip)
        inside = grip.mapFrom(body, to)
        QTest.mousePress(grip, Qt.MouseButton.LeftButton)
        QTest.mouseMove(grip, inside)
        settle()
        if drop:
            QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=inside)
        else:
            QTest.keyClick(grip, Qt.Key.Key_Escape)
            QTest.mouseRelease(grip, Qt.MouseButton.LeftButton)
        settle()

    top, below = QPoint(40, 2), QPoint(40, body.rows[third].geometry().bottom())
    drag(third, top)
    assert words_of(facility, plan, "tools") == ["three", "one", "two"]
    assert list(body.rows) == [third, first, second]
    drag(third, below)
    assert words_of(facility, plan, "tools") == ["one", "two", "three"]
    before = entries(facility, "move_item")
    drag(second, body.rows[second].geometry().center())
    drag(first, below, drop=False)
    assert entries(facility, "move_item") == before
    window.undo()
    assert words_of(facility, plan, "tools") == ["three", "one", "two"]


def test_a_tool_says_where_it_is_used_and_leads_there(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    (step,) = add(facility, plan, "stressor_steps", "Go outside & walk")
    (early,) = add(facility, plan, "early_steps", "Breathe")
    with facility.work("link_tool") as unit:
        plans.link_tool(unit, step, tool)
        plans.link_tool(unit, early, tool)
    page = opened(window, woman, "tools")
    row = page.body.view.body.rows[tool]
    assert "Used in 2 steps: Steps for hard moments, Steps to get steady" in said(row)
    choose(row.make().used_in.menu(), "Go outside && walk")
    assert page.body.here == "stressor_steps"
    assert page.body.view.body.rows[step].edit.hasFocus()
    assert "Walk" in said(page.body.view.body.rows[step])
    page.body.go_to("tools", str(tool))
    page.body.view.body.rows[tool].open_form()
    box = page.body.view.body.rows[tool].form.forms[0].editors["words"].target()
    box.selectAll()
    type_into(box, "Walk far")
    page.body.go_to("early_steps", str(early))
    assert "Walk far" in said(page.body.view.body.rows[early])


def test_what_may_lie_in_her_room_is_marked_where_it_is_allowed(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    with facility.work("add_item") as unit:
        plans.add_item(unit, plan, "early_tell", person="Rosa", words="")
        plans.add_item(unit, plan, "crisis_helps", words="Quiet")
        plans.add_item(unit, plan, "papers", words="Birth certificate")
        plans.answer(unit, plan, "well", "I sing")
    page = opened(window, woman, "tools")
    row = page.body.view.body.rows[tool]
    assert "Fine on paper" not in said(row)  # off until she says so
    assert line(row.menu(), "Paper in a room can be found in a search.").isEnabled() is False
    choose(row.menu(), "Fine on paper in her room")
    assert contents(facility, plan).items["tools"][0].in_my_room
    assert "Fine on paper in my room" in said(row)
    for part in ("early_tell", "crisis_helps", "papers"):
        page.body.go_to(part)
        other = next(iter(page.body.view.body.rows.values()))
        assert "Fine on paper in her room" not in [action.text() for action in other.menu().actions()]
    page.body.go_to("well")
    answer = page.body.view.body
    choose(answer.menu(), "Fine on paper in her room")
    assert contents(facility, plan).answers["well"].in_my_room
    type_into(answer.editor.edit, " and dance")
    page.body.go_to("tools")
    assert not contents(facility, plan).answers["well"].in_my_room  # other words: she is asked again
    window.undo()
    assert contents(facility, plan).answers["well"].in_my_room


def test_what_may_be_marked_is_what_a_print_for_her_room_takes(window: MainWindow, woman: Id, plan: Id) -> None:
    writing = opened(window, woman, "tools").writing
    asked = {key for key, part in writing.parts.items() if writing.may_be_in_room(part)}
    section = {part.key: section.key for _group, section in writing.groups for part in section.parts}
    assert {"tools", "well", "stressor_steps"} <= asked
    assert {section[key] for key in asked} == {"toolbox", "daily", "stressors", "early_signs", "breaking_down"}
    assert {writing.parts[key].kind for key in asked}.isdisjoint({"contact", "supporter", "standing", "paper"})


def test_words_in_another_language_get_a_second_wording(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    (tool,) = add(facility, plan, "tools", "Sing")
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I laugh")
    page = opened(window, woman, "tools")
    assert "wording in Spanish" not in said(page)
    press(page.body.view.tongues["es"])
    settle()
    row = page.body.view.body.rows[tool]
    assert "Sing" in said(row)  # hers stays as she said it
    choose(row.menu(), "Add the wording in Spanish")
    assert isinstance(row.panel, WordingPanel)
    type_into(row.panel.editor.edit, "Cant")
    row.flush()
    assert "Cant" in drafts(facility, woman).values()
    type_into(row.panel.editor.edit, "ar")
    press(row.panel.keep_button)
    assert contents(facility, plan).wordings == {(tool, "es"): "Cantar"}
    assert not drafts(facility, woman)
    assert "In Spanish, as a person wrote it: Cantar" in said(row)
    page.body.go_to("well")
    press(page.body.view.body.wording_button)
    type_keys(page.body.view.body.panel.editor.edit, "Me río")
    press(page.body.view.body.panel.keep_button)
    assert set(contents(facility, plan).wordings.values()) == {"Cantar", "Me río"}
    window.undo()
    assert set(contents(facility, plan).wordings.values()) == {"Cantar"}


def _canary(store: Store, words: str) -> bool:
    """Whether any table of the store still holds *words*."""
    with store.read() as unit:
        tables = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for table in tables:
            for row in unit.connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                if any(words.encode() in (v if isinstance(v, bytes) else str(v).encode()) for v in row):
                    return True
    return False


@pytest.mark.parametrize("part", ["tools", "well", "crisis_supporters"])
def test_words_that_are_taken_back_are_gone_for_good(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id, part: str
) -> None:
    secret = "heliotrope"
    with facility.work("fill") as unit:
        if part == "tools":
            record = plans.add_item(unit, plan, part, words=secret)
        elif part == "well":
            plans.answer(unit, plan, part, secret)
            record = plans.named_id(plan, part)
        else:
            record = plans.add_supporter(unit, plan, name=secret)
    page = opened(window, woman, "every_day")
    page.body.go_to(part)
    spoken = page.body.view.body if part == "well" else page.body.view.body.rows[record]
    if part == "tools":  # an act with these words is on the stack, and a draft of them
        spoken.open_form()
        type_into(spoken.form.forms[0].editors["needs"].target(), secret)
        page.body.view.body.close_form(spoken)
        spoken = page.body.view.body.rows[record]
    assert _canary(facility, secret)
    choose(spoken.menu(), "She takes these words back")
    assert isinstance(spoken.panel, TakingBackPanel)
    assert "cannot be undone" in said(spoken.panel)
    assert "no backup" in said(spoken.panel)
    assert spoken.panel.close_button.hasFocus()
    press(spoken.panel.close_button)
    assert _canary(facility, secret)
    choose(spoken.menu(), "She takes these words back")
    press(spoken.panel.erase_button)
    qtbot.waitUntil(page.body.notice.isVisible, timeout=3000)
    assert page.body.notice.text().startswith("The words are erased.")
    assert not _canary(facility, secret)
    assert secret not in said(page)
    assert _named(window) == ("&Undo", "&Redo")
    with facility.read() as unit:
        cls = {"tools": PlanItem, "well": PlanAnswer}.get(part, Supporter)
        assert unit.find(cls, record) is None


def test_words_of_a_version_are_not_taken_back_and_it_says_why(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    complete(facility, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    page = opened(window, woman, "tools")
    row = next(iter(page.body.view.body.rows.values()))
    choose(row.menu(), "She takes these words back")
    assert row.panel.erase_button is None
    assert "part of the plan as it was done for now" in said(row.panel)
    press(row.panel.close_button)
    assert row.panel is None
    assert words_of(facility, plan, "tools") == ["words"]


def test_until_when_a_backup_holds_them_is_said(
    window: MainWindow, facility: Store, woman: Id, plan: Id, tmp_path: Path
) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    checking.backup(facility, tmp_path / "made.backup")
    with facility.read() as unit:
        until = taking_back.in_backups_until(unit)
    assert until is not None
    page = opened(window, woman, "tools")
    choose(page.body.view.body.rows[tool].menu(), "She takes these words back")
    assert str(until.year) in said(page.body.view.body.rows[tool].panel)


def test_each_kind_reads_well() -> None:
    """Every kind has a headline of its own, and no field of one is called as another of it."""
    from reentry_desktop.records.pack import Part
    from reentry_desktop.records.plan_item import ITEM_COLUMNS

    for kind in ITEM_COLUMNS:
        part = Part(kind, kind, {}, {})
        for language in ("en", "es"):
            specs = plan_kinds.specs(part, language)
            labels = [spec.label for spec in specs.values()]
            assert len(set(labels)) == len(labels), kind
            assert set(plan_kinds.asked_first(part)) <= set(specs)
        item = PlanItem(kind=kind, words="Her words", person="Rosa")
        shown = plan_kinds.headline(part, item)
        assert shown == ("Rosa" if kind in plan_kinds.PERSON_FIRST else "Her words")
        assert plan_kinds.details(part, item, "en").count(shown) == 0
