"""Sit together: hers alone, one question at a time; every way out ends at the cover and keeps her words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from reentry_desktop.actions import enrolling, plan_states, plans, staff, women
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records.plan import HowConfirmed, HowWritten
from reentry_desktop.store import Store
from reentry_desktop.ui.alone import STILL
from reentry_desktop.ui.pages.sit_way import Screen
from reentry_desktop.ui.window import NAME

from ..stores import DAY, PASSPHRASE, Clock, enrolled
from .desks import ON_EVERY_SCREEN, check_page, drafts, entries, full_disk
from .programs import NO_KEYS, begin, button, do, keys, page, press, reach, said, settle, type_keys, unlock, write

WORDS = "In your own words"
STORY = "I sing. " * 400
"""More than the last page of the store's file has room for."""


@pytest.fixture
def woman(facility: Store) -> Id:
    enrolled(facility, "R2002", first="Berta", last="Quillfeather")
    return enrolled(facility)[0]


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path, woman: Id) -> Program:
    """The program at a list of women, as it was before the two sat down."""
    made = begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")
    made.window.show_page("participants")
    settle()
    return made


def _sit(program: Program, woman: Id, part: str = "") -> Any:
    program.window.show_page("sit", participant=woman, part=part)
    settle()
    return page(program)


def _contents(store: Store, plan: Id) -> plans.Contents:
    with store.read() as unit:
        return plans.contents(unit, plan)


def _said_to(store: Store, plan: Id, part: str) -> list[str]:
    return [item.words for item in _contents(store, plan).items.get(part, [])]


def _fill(store: Store, plan: Id) -> None:
    """A few words wherever "done for now" asks for them."""
    with store.work("fill") as unit:
        whole = plans.contents(unit, plan)
        for key in whole.missing():
            part = whole.pack.parts()[key]
            if part.kind == "supporter":
                plans.add_supporter(unit, plan, name="Rosa")
            elif part.kind == "answer":
                plans.answer(unit, plan, key, f"about {key}")
            else:
                plans.add_item(unit, plan, key, words=f"about {key}")


def _uncover(program: Program, qtbot: Any, passphrase: str = PASSPHRASE) -> None:
    cover: Any = program.window.stack.currentWidget()
    QTest.keyClick(cover, Qt.Key.Key_A)
    type_keys(cover.passphrase.edit, passphrase)
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window.windowTitle() == NAME, timeout=10_000)
    settle()


def _covered(program: Program) -> bool:
    settle()
    return program.window.windowTitle() == "Paused" and "Paused" in said(program.window)


# Only hers


def test_f11_opens_it_from_her_plan_and_from_her_page_alone(program: Program, plan: Id, woman: Id) -> None:
    window = program.window
    window.show_page("today")
    keys(window, Qt.Key.Key_F11, NO_KEYS)
    assert page(program).key == "today"
    assert "Open her page or her plan first." in said(window)
    window.show_page("plan", participant=woman, part="well")
    keys(window, Qt.Key.Key_F11, NO_KEYS)
    assert page(program).key == "sit"
    assert page(program).now == Screen("part", "well")
    window.show_page("participant", participant=woman)
    assert not window.isFullScreen()
    keys(window, Qt.Key.Key_F11, NO_KEYS)
    assert page(program).now == Screen("part", "tools")


def test_nothing_of_anybody_else_and_nothing_of_the_program_is_in_sight(
    program: Program, facility: Store, plan: Id, woman: Id, clock: Clock
) -> None:
    _fill(facility, plan)
    clock.now += dt.timedelta(days=12)
    sit, window = _sit(program, woman, "tools"), program.window
    assert window.isFullScreen()
    assert window.windowTitle() == NAME
    for screen in (
        *(Screen(name, "tools") for name in ("part", "kind")),
        Screen("part", "crisis_supporters"),
        Screen("read", "toolbox"),
        Screen("finish"),
        Screen("limits"),
        Screen("begin"),
    ):
        sit._go(screen)
        told = said(window)
        assert sit.frame.prompt.text()
        assert sit.frame.prompt.text() in told
        for theirs in (
            "Ana",
            "Núñez",
            "R1001",
            "Berta",
            "Quillfeather",
            "R2002",
            "lead",
            "30",
            "Participants",
            "Today",
        ):
            assert theirs not in told.replace("for today", ""), (screen, theirs)
        assert not window.sidebar.isVisible()
        assert not window.status.isVisible()
        assert not window.menuBar().isVisible()


@pytest.mark.parametrize(
    "key", [Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_P, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Slash]
)
def test_no_shortcut_leads_to_another_page(program: Program, plan: Id, woman: Id, key: Qt.Key) -> None:
    _sit(program, woman, "well")
    keys(program.window, key)
    assert page(program).key == "sit"
    program.window.back()
    assert _covered(program)


def test_it_is_half_as_large_again_and_grows_with_the_text(program: Program, plan: Id, woman: Id) -> None:
    window = program.window
    sit = _sit(program, woman, "well")
    assert sit.view.body.editor.edit.font().pixelSize() == 24
    assert min(b.height() for b in (sit.frame.stop, sit.frame.skip, sit.frame.next)) >= 56
    keys(window, Qt.Key.Key_Plus)
    assert window.settings.text_size == 115
    assert sit.view.body.editor.edit.font().pixelSize() == 28
    window.text.choose(200)
    window.show_page("participants")
    assert window.text.percent() == 200
    assert page(program).font().pixelSize() == 32
    window.text.choose(100)


# Without a mouse


def test_a_walk_through_several_questions_by_keys_alone(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    sit = _sit(program, woman, "tools")
    box = QApplication.focusWidget()
    assert box is not None
    assert box.accessibleName() == WORDS
    assert box.accessibleDescription() == sit.frame.prompt.text()
    type_keys(box, "Walk")
    keys(box, Qt.Key.Key_Return)
    assert _said_to(facility, plan, "tools") == ["Walk"]
    assert "Walk" in said(sit)
    type_keys(QApplication.focusWidget() or box, "Sing")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    type_keys(QApplication.focusWidget() or box, "low")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_Return, NO_KEYS)
    assert _said_to(facility, plan, "tools") == ["Walk", "Sing\nlow"]
    assert sit.now == Screen("part", "tools")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_Return, NO_KEYS)
    assert sit.now == Screen("part", "well")
    do("Skip")
    assert sit.now == Screen("part", "every_day")
    do("Make my bed when I get up")
    assert not _said_to(facility, plan, "every_day")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_Return, NO_KEYS)  # is it hers?
    assert sit.now == Screen("part", "every_day")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_Return, NO_KEYS)  # the button that says so
    assert _said_to(facility, plan, "every_day") == ["Make my bed when I get up"]
    do("Back")
    assert sit.now == Screen("part", "well")
    write(WORDS, "I laugh")
    keys(QApplication.focusWidget() or box, Qt.Key.Key_F1, NO_KEYS)
    assert sit.now == Screen("limits")
    do("Back to the plan")
    assert _contents(facility, plan).answers["well"].words == "I laugh"
    do("Read it back")
    assert sit.now == Screen("read", "toolbox")
    do("Stop")
    assert _covered(program)


def test_tab_comes_to_everything_in_the_order_it_is_read(program: Program, plan: Id, woman: Id) -> None:
    sit = _sit(program, woman, "tools")
    order: list[QWidget] = [sit.view.body.new.forms[0].editors["words"].target(), sit.view.body.add_button]
    order += [sit.view.chips[0], sit.frame.stop, sit.frame.skip, sit.frame.next, sit.frame.how.box, sit.frame.serious]
    places = []
    now = order[0]
    for step in range(60):
        places += [(order.index(now), step)] if now in order else []
        QTest.keyClick(now, Qt.Key.Key_Tab)
        now = QApplication.focusWidget() or now
        if now is order[0]:
            break
    assert [place for place, _step in places] == list(range(len(order)))
    assert now is order[0]


# Her words


def test_a_pause_keeps_a_draft(program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any) -> None:
    _sit(program, woman, "well")
    type_keys(reach(WORDS), "I lau")
    qtbot.waitUntil(lambda: "I lau" in drafts(facility, woman).values(), timeout=900)
    assert not _contents(facility, plan).answers


def test_power_lost_in_mid_sentence_costs_less_than_a_second(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    _sit(program, woman, "well")
    box, typed = reach(WORDS), "I laugh a lot, and I sing"
    for letter in typed:
        QTest.keyClick(box, letter, delay=60)
    (kept,) = drafts(facility, woman).values()
    assert typed.startswith(kept)
    assert len(kept) >= len(typed) - 1000 // 60


def test_an_idea_is_hers_only_once_she_says_so_or_rewords_it(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "tools")
    press(sit, "Draw or color")
    press(sit, "Next")  # is it hers?
    assert sit.now == Screen("part", "tools")
    assert QApplication.focusWidget() is sit.view.body.confirm.yes
    assert not _said_to(facility, plan, "tools")
    assert not drafts(facility, woman)
    press(sit, "No, take it out")
    press(sit, "Draw or color")
    type_keys(QApplication.focusWidget() or sit, "Draw birds")
    press(sit, "Next")
    assert _said_to(facility, plan, "tools") == ["Draw birds"]
    write(WORDS, "I sing.")
    press(sit, "I laugh easily")
    press(sit, "Next")
    assert sit.now == Screen("part", "well")
    assert QApplication.focusWidget() is sit.view.body.confirm.yes
    press(sit, "Yes, this is mine")
    assert _contents(facility, plan).answers["well"].words == "I sing.\nI laugh easily"


def test_what_she_said_is_changed_taken_out_and_brought_back(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Walk")
    sit = _sit(program, woman, "tools")
    press(sit, "Change: Walk")
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_End)
    type_keys(field, " slowly")
    press(sit, "Next")
    assert _said_to(facility, plan, "tools") == ["Walk slowly"]
    press(sit, "Back")
    press(sit, "Change: Walk slowly")
    press(sit, "Take it out")
    assert not _said_to(facility, plan, "tools")
    press(sit, "Bring it back: Walk slowly")
    assert _said_to(facility, plan, "tools") == ["Walk slowly"]


def test_an_entry_that_somebody_removed_meanwhile_keeps_what_is_typed_over_it(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("add_item") as unit:
        walk, sing, read = (plans.add_item(unit, plan, "tools", words=words) for words in ("Walk", "Sing", "Read"))
    sit, desk = _sit(program, woman, "tools"), program.window.desk
    boxes = {}
    for record in (walk, sing):
        sit.view.body.open_form(record)
        boxes[record] = sit.view.body.lines[record].form.forms[0].editors["words"].target()
        QTest.keyClick(boxes[record], Qt.Key.Key_End)
        type_keys(boxes[record], " slowly")
    sit.view.body.open_form(read)
    boxes[sing].setFocus()
    for record in (walk, read):
        desk.do("another window", plans.remove_item, record)
    assert boxes[sing].hasFocus()
    assert "Somebody removed this entry meanwhile. Keep the change to bring it back." in said(sit)
    assert set(sit.view.body.lines) == {walk, sing}  # nothing was typed over the third
    assert drafts(facility, woman)[walk, "words"] == "Walk slowly"
    assert _said_to(facility, plan, "tools") == ["Sing"]
    desk.do("another window", plans.revise_item, sing, words="Hum")
    assert "Somebody changed this entry meanwhile. What is typed here is kept." in said(sit)
    sit.view.body.close_form(walk)
    assert boxes[sing].isVisible()  # one is closed, the other stays open
    assert _said_to(facility, plan, "tools") == ["Walk slowly", "Hum"]
    press(sit, "Next")
    assert sit.now == Screen("part", "well")
    assert _said_to(facility, plan, "tools") == ["Walk slowly", "Sing slowly"]
    assert not drafts(facility, woman)


def test_an_answer_that_somebody_changed_meanwhile_is_told(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit, desk = _sit(program, woman, "well"), program.window.desk
    desk.do("another window", plans.answer, plan, "well", "I sing")
    assert sit.view.body.editor.typed() == "I sing"
    box = reach(WORDS)
    QTest.keyClick(box, Qt.Key.Key_End)
    type_keys(box, "!")
    desk.do("another window", plans.answer, plan, "well", "I hum")
    assert box.hasFocus()
    assert "Somebody changed this answer meanwhile. It now says: “I hum”." in said(sit)
    assert sit.view.body.editor.typed() == "I sing!"


def test_an_idea_in_other_words_outlives_a_crash_and_is_hers_only_then(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    sit = _sit(program, woman, "well")
    press(sit, "I laugh easily")
    qtbot.wait(900)
    assert not drafts(facility, woman)  # nobody's words yet
    type_keys(QApplication.focusWidget() or sit, "I laugh at night")
    qtbot.waitUntil(lambda: list(drafts(facility, woman).values()) == ["I laugh at night"], timeout=2000)
    assert not _contents(facility, plan).answers
    sit._go(Screen("part", "well"))  # as after a crash: nothing was settled
    settle()
    assert sit.view.body.idea.typed() == "I laugh at night"
    assert sit.view.body.idea.isVisible()
    assert not _contents(facility, plan).answers
    press(sit, "No, take it out")
    assert not drafts(facility, woman)
    press(sit, "I laugh easily")
    type_keys(QApplication.focusWidget() or sit, "I laugh at night")
    press(sit, "Next")
    assert _contents(facility, plan).answers["well"].words == "I laugh at night"
    assert not drafts(facility, woman)


def test_details_wait_behind_one_button(program: Program, facility: Store, plan: Id, woman: Id) -> None:
    sit = _sit(program, woman, "early_tell")
    assert "Phone" not in said(sit)
    write("Name", "Rosa")
    do("Say more about it")
    write("Phone", "601-555-0107")
    press(sit, "Add")
    (rosa,) = _contents(facility, plan).items["early_tell"]
    assert (rosa.person, rosa.phone) == ("Rosa", "601-555-0107")


def test_what_cannot_be_kept_yet_is_named_and_skipping_stays_possible(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "tools")
    type_keys(QApplication.focusWidget() or sit, "Walk")
    do("Say more about it")
    write("How much it helps, 1 to 5", "9")
    press(sit, "Next")
    assert sit.now == Screen("part", "tools")
    assert "The most is 5." in said(sit)
    press(sit, "Skip")
    assert sit.now == Screen("part", "well")
    assert drafts(facility, woman)[f"{plan}/tools", "words"] == "Walk"


def test_the_other_language_keeps_her_words_and_the_workers_own(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "well")
    write(WORDS, "I sing")
    press(sit, "Español")
    assert _contents(facility, plan).plan.language == "es"
    assert sit.frame.prompt.text() == "Piensa en un buen día. ¿Qué ve la gente en ti?"
    assert sit.view.body.editor.typed() == "I sing"
    assert sit.frame.next.text() == "Siguiente"
    assert sit.frame.how.box.currentText() == "Written together"
    for screen in (Screen("limits"), Screen("finish"), Screen("read", "daily"), Screen("kind", "crisis_well")):
        sit._go(screen)
        assert sit.frame.tongues["es"].isChecked()
        assert sit.frame.tongues["en"].isVisible()
    program.window.cover()
    assert _covered(program)
    assert words.language() == "en"


# Every way out


def _elsewhere(window: Any) -> None:
    other = QWidget()
    other.show()
    other.activateWindow()
    QTest.qWait(50)
    settle()
    other.close()
    window.activateWindow()
    QTest.qWait(50)


@pytest.mark.parametrize(
    "way",
    [
        lambda window: press(window, "Stop"),
        lambda window: keys(window.focusWidget(), Qt.Key.Key_Escape, NO_KEYS),
        lambda window: keys(window, Qt.Key.Key_F12, NO_KEYS),
        lambda window: keys(window.focusWidget(), Qt.Key.Key_Meta, NO_KEYS),
        lambda window: window.back(),
        _elsewhere,
    ],
    ids=["stop", "esc", "f12", "windows-key", "back", "another-window"],
)
def test_every_way_out_is_the_cover_and_behind_it_the_plan(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any, way: Callable[[Any], None]
) -> None:
    window = program.window
    window.show_page("plan", participant=woman, part="tools")
    _sit(program, woman, "well")
    type_keys(reach(WORDS), "I sing aloud")
    way(window)
    assert _covered(program)
    assert "sing" not in said(window)
    assert _contents(facility, plan).answers["well"].words == "I sing aloud"
    cover: Any = window.stack.currentWidget()
    QTest.keyClick(cover, Qt.Key.Key_A)
    type_keys(cover.passphrase.edit, "not the passphrase")
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cover.button.isEnabled() and cover.problem.isVisible(), timeout=10_000)
    assert window.stack.currentWidget() is cover
    _uncover(program, qtbot)
    assert page(program).key == "plan"
    assert page(program).body.here == "well"
    assert not window.isFullScreen()
    assert window.sidebar.isVisible()
    assert window.menuBar().isVisible()
    assert words.language() == "en"
    window.back()
    assert page(program).key == "participants"


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_choosing_from_a_list_is_not_looking_elsewhere(program: Program, plan: Id, woman: Id) -> None:
    sit = _sit(program, woman, "well")
    sit.frame.how.box.showPopup()
    QTest.qWait(50)
    assert QApplication.activePopupWidget() is not None
    assert not _covered(program)
    sit.frame.how.box.hidePopup()


def test_ten_still_minutes_end_at_the_cover_and_the_usual_ones_lock(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    window = program.window
    sit = _sit(program, woman, "well")
    idle = window._idle
    assert idle is not None
    assert idle.seconds == STILL == 600
    type_keys(reach(WORDS), "I sing")
    before = said(window)
    idle._last -= STILL - 20
    idle.look()
    assert sit.frame.soon.isVisible()
    assert said(window) == before  # no words: she is reading
    idle.touched()
    assert not sit.frame.soon.isVisible()
    idle._last -= STILL + 1
    idle.look()
    assert _covered(program)
    assert _contents(facility, plan).answers["well"].words == "I sing"
    assert idle.seconds == 300
    idle._last -= 301
    idle.look()
    settle()
    assert window.session is None


def test_sleep_locks_and_the_next_unlock_is_at_the_desk(program: Program, plan: Id, woman: Id, qtbot: Any) -> None:
    window = program.window
    _sit(program, woman, "well")
    assert window._idle is not None
    window._idle._seen -= 600
    window._idle.look()
    settle()
    assert window.session is None
    assert not window.isFullScreen()
    unlock(program, qtbot)
    assert page(program).key == "plan"
    assert page(program).body.here == "well"


def test_what_cannot_be_written_to_the_disk_stays_on_the_screen_behind_the_cover(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    sit = _sit(program, woman, "well")
    sit.view.body.editor.edit.setPlainText(STORY)
    with full_disk(facility):
        program.window.cover()
        assert _covered(program)
        assert not _contents(facility, plan).answers
        _uncover(program, qtbot)
        assert page(program) is sit
        assert program.window.isFullScreen()
        assert "disk" in sit.problem.text()
        assert sit.view.body.editor.typed() == STORY
    press(sit, "Next")
    assert _contents(facility, plan).answers["well"].words == STORY.strip()


@pytest.mark.parametrize(
    "way",
    [
        lambda sit: sit.show_limits(),
        lambda sit: press(sit.frame, "What I must pass on"),
        lambda sit: press(sit.frame, "Español"),
        lambda sit: press(sit.frame, "Next"),
        lambda sit: press(sit.frame, "Skip"),
        lambda sit: press(sit.frame, "Back"),
        lambda sit: press(sit.frame, "Read it back"),
        lambda sit: sit.window().close(),
    ],
    ids=["F1", "limits", "language", "next", "skip", "back", "read", "close"],
)
def test_no_way_on_leaves_words_behind_that_a_full_disk_did_not_take(
    program: Program, facility: Store, plan: Id, woman: Id, way: Callable[[Any], object]
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I hum")
    sit = _sit(program, woman, "crisis_well")
    press(sit, "Go on")
    question = sit.now
    sit.view.body.editor.edit.setPlainText(STORY)
    with full_disk(facility):
        way(sit)
        settle()
        assert program.window.isVisible()
        assert page(program) is sit
        assert sit.now == question
        assert sit.view.body.editor.typed() == STORY
        assert "disk" in sit.problem.text()
        assert sit.frame.tongues["en"].isChecked()
    press(sit, "Next")
    assert _contents(facility, plan).answers["crisis_well"].words == STORY.strip()


def test_something_serious_opens_all_the_same_and_the_question_waits_behind_it(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    sit = _sit(program, woman, "well")
    sit.view.body.editor.edit.setPlainText(STORY)
    with full_disk(facility):
        press(sit.frame, "If something serious comes up")
        assert page(program).key == "safety"
        assert "they stay on the screen behind this" in said(page(program))
        program.window.cover()
        assert _covered(program)
        _uncover(program, qtbot)
        assert page(program) is sit
        assert sit.isVisible()
        assert sit.view.body.editor.typed() == STORY
        assert "disk" in sit.problem.text()
    press(sit.frame, "If something serious comes up")
    assert "Her words are kept." in said(page(program))
    program.window.cover()
    _uncover(program, qtbot)
    assert page(program).key == "plan"
    assert STORY.strip() in {*drafts(facility, woman).values(), _contents(facility, plan).answers["well"].words}
    assert entries(facility, "uncover") == 2  # the first was told once there was room


def test_locking_over_something_serious_says_what_was_not_saved(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "well")
    sit.view.body.editor.edit.setPlainText(STORY)
    with full_disk(facility):
        press(sit.frame, "If something serious comes up")
        program.window.lock()
        settle()
    assert program.window.session is None
    assert "disk" in said(program.window)


def test_closing_it_remembers_the_window_as_it_was(program: Program, plan: Id, woman: Id, tmp_path: Path) -> None:
    window = program.window
    _sit(program, woman, "well")
    window.close()
    window.restoreGeometry(window.settings.geometry)
    assert not window.isFullScreen()


# Words she takes back


def test_the_worker_beside_her_erases_an_answer_for_good(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    sit = _sit(program, woman, "well")
    assert not sit.view.body.erase.isVisible()
    write(WORDS, "I hum quetzalsongs")
    press(sit, "Next")
    press(sit, "Back")
    press(sit, "Erase these words for good")
    assert "This cannot be undone." in said(sit)
    assert QApplication.focusWidget() is button(sit, "Keep them")
    press(sit, "Keep them")
    assert _contents(facility, plan).answers["well"].words == "I hum quetzalsongs"
    press(sit, "Erase these words for good")
    press(sit, "Erase these words")
    qtbot.waitUntil(lambda: "The words are erased." in sit.problem.text(), timeout=5000)
    assert sit.view.body.editor.typed() == ""
    assert not _contents(facility, plan).answers
    assert not drafts(facility, woman)
    with facility.read() as unit:
        payloads = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE payload IS NOT NULL").scalars()
        assert not any(b"quetzalsongs" in bytes(payload) for payload in payloads)


def test_the_worker_beside_her_erases_an_entry_for_good(
    program: Program, facility: Store, plan: Id, woman: Id, qtbot: Any
) -> None:
    with facility.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Walk")
        plans.add_item(unit, plan, "tools", words="Sing")
    sit = _sit(program, woman, "tools")
    press(sit, "Change: Walk")
    press(sit, "Erase it for good")
    press(sit, "Erase these words")
    qtbot.waitUntil(lambda: "The words are erased." in sit.problem.text(), timeout=5000)
    assert _said_to(facility, plan, "tools") == ["Sing"]
    assert "Bring it back" not in said(sit)


def test_what_a_version_holds_is_not_erased_and_why_is_said(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    _fill(facility, plan)
    with facility.work("done_for_now") as unit:
        plans.answer(unit, plan, "well", "I hum")
        plan_states.done_for_now(unit, plan)
    sit = _sit(program, woman, "well")
    press(sit, "Erase these words for good")
    assert "part of the plan as it was done for now" in said(sit)
    press(sit, "Close")
    assert _contents(facility, plan).answers["well"].words == "I hum"


def test_the_crisis_part_can_begin_with_her_own_words(program: Program, facility: Store, plan: Id, woman: Id) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I laugh and I hum")
    sit = _sit(program, woman, "crisis_well")
    press(sit, "Go on")
    press(sit, "Begin with my words from “A good day”")
    assert sit.view.body.editor.typed() == "I laugh and I hum"
    assert not sit.view.body.take_over.isVisible()
    press(sit, "Next")
    assert _contents(facility, plan).answers["crisis_well"].words == "I laugh and I hum"


def test_no_word_is_marked_as_misspelled(program: Program, facility: Store, plan: Id, woman: Id) -> None:
    program.window.check_spelling(True)
    _sit(program, woman, "well")
    box = write(WORDS, "Teh worng wrods")
    for _turn in range(5):
        settle()
    document = box.document()  # type: ignore[attr-defined]
    assert not document.firstBlock().layout().formats()
    assert not box.extraSelections()  # type: ignore[attr-defined]


# Who wrote it


def test_the_keyboard_is_hers_only_where_the_site_says_so(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "well")
    assert "You read. I type." in said(sit)
    assert "You type" not in said(sit)
    assert sit.frame.how.box.findData(HowWritten.HERSELF.value) < 0
    with facility.work("set_site") as unit:
        staff.set_site(unit, keyboard_hers=True)
    sit = _sit(program, woman, "tools")
    press(sit, "You type")
    assert "You type and you read." in said(sit)
    write(WORDS, "Walk")
    press(sit, "Next")
    write(WORDS, "I sing")
    press(sit, "You type")
    write(WORDS, "I sing more")
    press(sit, "Next")
    whole = _contents(facility, plan)
    assert whole.items["tools"][0].how_written == HowWritten.HERSELF
    assert whole.answers["well"].how_written == HowWritten.TOGETHER


@pytest.mark.parametrize("how", [HowWritten.DICTATED, HowWritten.COPIED, HowWritten.COPIED_READ_BACK])
def test_how_it_was_written_is_marked(program: Program, facility: Store, plan: Id, woman: Id, how: HowWritten) -> None:
    sit = _sit(program, woman, "tools")
    box = sit.frame.how.box
    box.setCurrentIndex(box.findData(how.value))
    box.activated.emit(box.currentIndex())
    write(WORDS, "Walk")
    press(sit, "Next")
    assert sit.frame.how.get() == how
    write(WORDS, "I sing")
    press(sit, "Next")
    whole = _contents(facility, plan)
    assert (whole.items["tools"][0].how_written, whole.answers["well"].how_written) == (how, how)


def test_choosing_who_wrote_it_drops_no_word_that_was_typed(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I sing")
    sit = _sit(program, woman, "well")
    type_keys(reach(WORDS), " aloud")
    press(sit, "I laugh easily")
    type_keys(QApplication.focusWidget() or sit, "I laugh")
    box = sit.frame.how.box
    box.setCurrentIndex(box.findData(HowWritten.DICTATED.value))
    box.activated.emit(box.currentIndex())
    answer = _contents(facility, plan).answers["well"]
    assert (answer.words, answer.how_written) == ("I sing aloud", HowWritten.DICTATED)
    assert sit.view.body.idea.typed() == "I laugh"
    assert list(drafts(facility, woman).values()) == ["I laugh"]
    sit.view.body.editor.edit.setPlainText("x" * 20_001)
    box.setCurrentIndex(box.findData(HowWritten.TOGETHER.value))
    box.activated.emit(box.currentIndex())
    assert len(drafts(facility, woman)[answer.id, "words"]) == 20_001


# A kind word, reading back, the end


def test_a_kind_word_comes_before_the_crisis_and_all_of_it_may_be_skipped(
    program: Program, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "down_limit")
    press(sit, "Next")
    assert sit.now == Screen("kind", "crisis_well")
    assert "This part can feel heavy" in said(sit)
    press(sit, "Skip")
    assert sit.now == Screen("kind", "post_ready")  # the time after a crisis is no lighter
    assert "A crisis takes a lot out of you" in said(sit)
    press(sit, "Go on")
    assert sit.now == Screen("part", "post_ready")
    assert "A crisis takes a lot out of you" not in said(sit)
    press(sit, "Back")
    press(sit, "Back")
    for _part in range(30):
        if sit.now.name != "part" or sit.now.key == "down_limit":
            break
        press(sit, "Back")
    press(sit, "Next")
    press(sit, "Go on")
    assert sit.now == Screen("part", "crisis_well")
    press(sit, "Back")
    press(sit, "Next")
    assert sit.now == Screen("part", "crisis_well")


def test_reading_back_shows_all_she_said_and_lets_her_change_it(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        plans.add_item(unit, plan, "tools", words="Walk")
        plans.answer(unit, plan, "well", "I sing")
        plans.add_item(unit, plan, "stressor_steps", words="Wait")
    sit = _sit(program, woman, "post_over")
    press(sit, "Go on")
    press(sit, "Read it back")
    assert sit.now == Screen("read", "toolbox")
    assert "Walk" in said(sit)
    press(sit, "Next section")
    assert sit.now == Screen("read", "daily")
    assert "I sing" in said(sit)
    press(sit, "Change it: A good day")
    write(WORDS, "I sing often")
    press(sit, "Back to reading")
    assert sit.now == Screen("read", "daily")
    assert "I sing often" in said(sit)
    press(sit, "Next section")
    assert sit.now == Screen("read", "stressors")
    press(sit, "Back")
    assert sit.now == Screen("read", "daily")
    press(sit, "Finish reading")
    assert sit.now == Screen("finish")
    press(sit, "Finish for today")
    assert _covered(program)
    assert _contents(facility, plan).plan.done_on is None


def test_done_for_now_asks_kindly_and_notes_how_she_said_so(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    sit = _sit(program, woman, "tools")
    sit._go(Screen("finish"))
    assert "There is no hurry." in said(sit)
    press(sit, "Every day")
    assert sit.now == Screen("part", "every_day")
    _fill(facility, plan)
    sit.refresh()
    press(sit, "Read it back")
    for _section in range(20):
        if sit.now.name != "read":
            break
        press(sit, sit.frame.next.text())
    assert sit.now == Screen("finish")
    sit.view.how.box.setCurrentIndex(sit.view.how.box.findData(HowConfirmed.SIGNED.value))
    press(sit, "Done for now")
    assert "The plan is done for now." in said(sit)
    with facility.read() as unit:
        (version,) = plan_states.versions(unit, plan)
    assert (version.how_confirmed, version.done_on) == (HowConfirmed.SIGNED, DAY)
    assert "Done for now" not in [b.text() for b in sit.findChildren(QPushButton) if b.isVisible()]


# What I must pass on, and before the first word


def test_she_is_told_what_must_be_passed_on_before_the_first_question(
    program: Program, facility: Store, clock: Clock
) -> None:
    with facility.work("enrol") as unit:
        course = enrolling.add_program(unit, name="Bridges")
        luz = women.register(unit, department_number="R7", first_name="Luz", last_name="Vega", language="es")
        episode = enrolling.offer(unit, luz, course, DAY)
    sit = _sit(program, luz)
    assert sit.now == Screen("sorry")
    with facility.work("enrol") as unit:
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
    window = program.window
    window.show_page("today")
    sit = _sit(program, luz)
    assert sit.now == Screen("limits")
    assert sit.frame.prompt.text() == "Lo que tengo que reportar"
    press(sit, "English")
    press(sit, "We read this today")
    with facility.read() as unit:
        told = women.current_episode(unit, luz)
    assert told is not None
    assert (told.limits_told_on, told.limits_language) == (DAY, "en")
    press(sit, "Begin")
    with facility.read() as unit:
        begun = women.current_plan(unit, luz)
    assert begun is not None
    assert (begun.started_on, begun.language) == (DAY, "en")
    assert sit.now == Screen("part", "tools")
    press(sit, "What I must pass on")
    assert "Told on Nov 23, 2026" in said(sit)
    assert entries(facility, "told_limits") == 1


def test_a_plan_she_did_not_want_begins_only_when_she_does(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("not_now") as unit:
        plan_states.not_now(unit, woman)
    sit = _sit(program, woman)
    assert sit.now == Screen("begin")
    assert _contents(facility, plan).plan.not_now_on == DAY
    press(sit, "Begin")
    assert _contents(facility, plan).plan.not_now_on is None


# Whatever the screen


@ON_EVERY_SCREEN
def test_it_fits_every_screen(
    program: Program, facility: Store, plan: Id, woman: Id, screen: tuple[int, int, int], tongue: str, qtbot: Any
) -> None:
    def in_sight(way: QWidget) -> bool:
        return not way.isVisible() or window.rect().contains(way.mapTo(window, way.rect().bottomRight()))

    _fill(facility, plan)
    window = program.window
    width, height, percent = screen
    with facility.work("fill") as unit:
        plans.set_language(unit, plan, tongue)
        plans.add_item(unit, plan, "tools", words="Breathe slowly and count to ten, as my aunt taught me")
        staff.set_site(unit, keyboard_hers=True)
    window.text.choose(percent)
    sit = _sit(program, woman, "tools")
    window.showNormal()
    window.resize(width, height)
    QTest.qWait(30)
    assert (window.width(), window.height()) == (width, height)
    for shown in (
        Screen("part", "tools"),
        Screen("part", "well"),
        Screen("part", "crisis_supporters"),
        Screen("kind", "crisis_well"),
        Screen("read", "toolbox"),
        Screen("finish"),
        Screen("limits"),
        Screen("begin"),
        Screen("sorry"),
    ):
        sit._go(shown)
        check_page(sit)
        for way in (sit.frame.stop, sit.frame.next):  # the way on is always in sight, without a bar to move
            qtbot.waitUntil(partial(in_sight, way))
        assert sit.verticalScrollBar().maximum() == 0, shown
    window.text.choose(100)


def test_an_idea_can_be_taken_in_a_small_window(program: Program, plan: Id, woman: Id) -> None:
    window = program.window
    window.text.choose(200)
    sit = _sit(program, woman, "well")
    do("I laugh easily")
    QTest.qWait(60)
    idea = sit.view.body.idea.edit
    assert idea.hasFocus()
    assert sit.frame.area.viewport().rect().contains(idea.mapTo(sit.frame.area.viewport(), idea.rect().center()))
    assert button(sit, "Yes, this is mine")
    window.text.choose(100)
