"""Writing a plan: no word is lost, nothing is hers before she says so, and the keyboard reaches everything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import enrolling, plan_states, plans, women
from reentry_desktop.actions.drafts import save_draft
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.plan import HowWritten
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.plan_answer import Answer
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.window import MainWindow

from ..stores import DAY, Clock
from . import plan_pages
from .desks import ON_EVERY_SCREEN, WomanPage, check_page, drafts, entries, full_disk, press, resize, type_into
from .plan_pages import add, contents, opened

window = plan_pages.window


def test_a_pause_keeps_a_draft_and_leaving_makes_an_answer(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I laugh")
    qtbot.waitUntil(lambda: list(drafts(facility, woman).values()) == ["I laugh"], timeout=900)
    assert not contents(facility, plan).answers
    press(page.body.next_button)
    assert contents(facility, plan).answers["well"].words == "I laugh"
    assert not drafts(facility, woman)
    assert page.body.here == "every_day"


@pytest.mark.parametrize("part", ["well", "tools"])
def test_power_lost_in_mid_sentence_costs_less_than_a_second(
    window: MainWindow, facility: Store, woman: Id, plan: Id, part: str
) -> None:
    body = opened(window, woman, part).body.view.body
    box = body.editor.edit if part == "well" else body.new.forms[0].editors["words"].target()
    typed = "I walk in the yard and I sing"
    box.setFocus()
    for letter in typed:
        QTest.keyClick(box, letter, delay=60)
    (kept,) = drafts(facility, woman).values()
    assert typed.startswith(kept)
    assert len(kept) >= len(typed) - 1000 // 60


def test_the_focus_leaving_the_question_makes_an_entry(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "tools")
    type_into(page.body.view.body.new.forms[0].editors["words"].target(), "Walk")
    page.body.nav.setFocus()
    assert [item.words for item in contents(facility, plan).items["tools"]] == ["Walk"]
    page.body.view.begin()
    page.body.nav.setFocus()
    assert len(contents(facility, plan).items["tools"]) == 1


@pytest.mark.parametrize("how", ["lock", "close", "page", "part", "print"])
def test_no_way_out_loses_a_word(window: MainWindow, facility: Store, woman: Id, plan: Id, how: str) -> None:
    page = opened(window, woman, "down_limit")
    type_into(page.body.view.body.editor.edit, "Until supper")
    {
        "lock": window.lock,
        "close": window.close,
        "page": lambda: window.show_page("today"),
        "part": lambda: page.body.choose("tools"),
        "print": window.print_page,
    }[how]()
    assert contents(facility, plan).answers["down_limit"].words == "Until supper"


def test_a_draft_is_there_again_after_a_crash(
    qapp: QApplication, qtbot: Any, window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("save_draft") as unit:
        save_draft(unit, plans.named_id(plan, "well"), "words", woman, "I was just saying")
        save_draft(unit, f"{plan}/tools", "words", woman, "Sing in the")
        save_draft(unit, f"{plan}/tools", "needs", woman, "a quiet corner")
    page = opened(window, woman, "well")
    assert page.body.view.body.editor.typed() == "I was just saying"
    assert page.writing.state("well") == "started"
    page.body.choose("tools")
    assert contents(facility, plan).answers["well"].words == "I was just saying"
    new = page.body.view.body.new
    assert new.typed()["words"] == "Sing in the"
    assert new.typed()["needs"] == "a quiet corner"
    press(page.body.view.body.add_button)
    tool = contents(facility, plan).items["tools"][0]
    assert (tool.words, tool.needs) == ("Sing in the", "a quiet corner")
    assert not drafts(facility, woman)


def test_details_without_words_stay_a_draft(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "early_tell")
    type_into(page.body.view.body.new.forms[0].editors["phone"].target(), "601-555-0107")
    window.show_page("today")
    assert not contents(facility, plan).items
    assert drafts(facility, woman) == {(f"{plan}/early_tell", "phone"): "601-555-0107"}


def test_what_cannot_be_kept_yet_is_named_and_not_lost(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "tools")
    body = page.body.view.body
    body.new.show_more()
    type_into(body.new.forms[0].editors["words"].target(), "Walk")
    type_into(body.new.forms[1].editors["helpful"].target(), "9")
    press(body.add_button)
    assert not contents(facility, plan).items
    assert "5" in body.new.forms[1].rows["helpful"].error.text()
    window.show_page("today")
    assert drafts(facility, woman)[f"{plan}/tools", "words"] == "Walk"


def test_an_idea_is_nobodys_words_until_it_is_confirmed(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "tools")
    press(page.body.view.chips[2])
    body = page.body.view.body
    assert body.new.typed()["words"] == "Walk in the yard when it’s open"
    window.show_page("today")
    assert not contents(facility, plan).items
    assert not drafts(facility, woman)
    page = opened(window, woman, "tools")
    press(page.body.view.chips[2])
    press(page.body.view.body.add_button)
    assert [item.words for item in contents(facility, plan).items["tools"]] == ["Walk in the yard when it’s open"]
    press(page.body.view.chips[0])
    QTest.keyClicks(page.body.view.body.new.forms[0].editors["words"].target(), "Breathe my way")
    window.show_page("today")
    assert [item.words for item in contents(facility, plan).items["tools"]][1] == "Breathe my way"


def test_an_idea_for_an_answer_waits_beside_her_words(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I sing.")
    press(page.body.view.chips[0])
    page.body.keep_part()
    assert contents(facility, plan).answers["well"].words == "I sing."
    body = page.body.view.body
    assert isinstance(body, Answer)
    body.idea.edit.setText("I laugh, but not loud")
    press(body.take)
    assert contents(facility, plan).answers["well"].words == "I sing.\nI laugh, but not loud"


def test_enter_adds_and_shift_enter_breaks_the_line(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "tools")
    box = page.body.view.body.new.forms[0].editors["words"].target()
    type_into(box, "Pray")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(box, "at night")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert [item.words for item in contents(facility, plan).items["tools"]] == ["Pray\nat night"]
    assert page.body.view.body.new.typed()["words"] == ""


def test_entries_move_by_keyboard_and_are_removed_and_brought_back(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    first, second, third = add(facility, plan, "tools", "one", "two", "three")
    page = opened(window, woman, "tools")
    body = page.body.view.body
    body.rows[third].edit.setFocus()
    QTest.keyClick(body.rows[third].edit, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert list(body.rows) == [third, first, second]
    QTest.keyClick(body.rows[third].edit, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # no further
    press(body.rows[third].down)
    assert [i.words for i in contents(facility, plan).items["tools"]] == ["one", "three", "two"]
    body.rows[first].edit.setFocus()
    QTest.keyClick(body.rows[first].edit, Qt.Key.Key_Delete)
    assert [i.words for i in contents(facility, plan).items["tools"]] == ["three", "two"]
    window.undo()
    assert [i.words for i in contents(facility, plan).items["tools"]] == ["one", "three", "two"]
    assert set(page.body.view.body.rows) == {first, second, third}


def test_an_entry_is_changed_where_it_stands(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    page = opened(window, woman, "tools")
    row = page.body.view.body.rows[tool]
    row.edit.click()
    type_into(row.form.forms[0].editors["words"].target(), " slowly")
    row.form.flush()
    assert drafts(facility, woman)
    press(page.body.next_button)
    assert contents(facility, plan).items["tools"][0].words in ("Walk slowly", " slowlyWalk", "slowlyWalk")
    assert not drafts(facility, woman)


def test_a_tool_is_named_in_a_step_and_taken_out(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (tool,) = add(facility, plan, "tools", "Walk & breathe")
    with facility.work("add_item") as unit:
        step = plans.add_item(unit, plan, "stressor_steps", words="Go outside")
    page = opened(window, woman, "stressor_steps")
    action = page.body.view.body.rows[step].make().tools.menu().actions()[0]
    assert action.text() == "Walk && breathe"
    action.trigger()
    assert contents(facility, plan).uses == {step: [tool]}
    page.body.view.body.rows[step].make().tools.menu().actions()[0].trigger()
    assert contents(facility, plan).uses == {}


def test_a_supporter_keeps_what_was_said(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "crisis_supporters")
    body = page.body.view.body
    editors = body.new.forms[0].editors
    type_into(editors["name"].target(), "Rosa")
    editors["agreed"].yes.click()
    press(body.add_button)
    (rosa,) = contents(facility, plan).supporters
    assert (rosa.name, rosa.agreed, rosa.agreed_to_copy) == ("Rosa", True, False)
    action = body.rows[rosa.id].menu().actions()[0]
    assert action.text() == "Remove"
    action.trigger()
    assert not contents(facility, plan).supporters
    window.undo()
    assert [s.name for s in contents(facility, plan).supporters] == ["Rosa"]


def test_who_wrote_it_is_kept_and_remembered(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I sing")
    page.body.view.how.box.setCurrentIndex(page.body.view.how.box.findData("dictated"))
    page.body.view.how._chosen()
    page.body.choose("tools")
    assert contents(facility, plan).answers["well"].how_written == HowWritten.DICTATED
    assert page.body.view.how.get() == "dictated"


def test_choosing_who_wrote_it_drops_no_word_that_was_typed(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I sing")
    page = opened(window, woman, "well")
    body, how = page.body.view.body, page.body.view.how
    body.editor.edit.moveCursor(QTextCursor.MoveOperation.End)
    type_into(body.editor.edit, " aloud")
    how.box.setCurrentIndex(how.box.findData("dictated"))
    how._chosen()
    answer = contents(facility, plan).answers["well"]
    assert (answer.words, answer.how_written) == ("I sing aloud", HowWritten.DICTATED)
    body.editor.edit.setPlainText("x" * 20_001)
    how.box.setCurrentIndex(how.box.findData("together"))
    how._chosen()
    assert len(drafts(facility, woman)[answer.id, "words"]) == 20_001
    assert contents(facility, plan).answers["well"].words == "I sing aloud"


def test_an_idea_in_other_words_is_kept_while_it_is_typed(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    page = opened(window, woman, "well")
    page.body.view.chips[0].click()
    qtbot.wait(900)
    assert not drafts(facility, woman)
    type_into(page.body.view.body.idea.edit, "I laugh")
    qtbot.waitUntil(lambda: bool(drafts(facility, woman)), timeout=2000)
    typed = page.body.view.body.idea.typed()
    assert drafts(facility, woman) == {(page.writing.answer_id("well"), "idea"): typed}
    assert not contents(facility, plan).answers
    page.body.view.chips[1].click()  # another idea: what she said of the first is hers
    assert page.body.view.body.editor.typed() == typed
    press(page.body.next_button)
    assert contents(facility, plan).answers["well"].words == typed
    assert not drafts(facility, woman)


def test_an_idea_in_other_words_is_there_again_after_a_crash(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("save_draft") as unit:
        save_draft(unit, named_id(plan, "well"), "idea", woman, "I laugh at night")
    page = opened(window, woman, "well")
    body = page.body.view.body
    assert body.idea.isVisible()
    assert body.idea.typed() == "I laugh at night"
    assert not contents(facility, plan).answers
    press(body.take)
    assert contents(facility, plan).answers["well"].words == "I laugh at night"
    assert not drafts(facility, woman)


def test_another_language_changes_the_programs_words_alone(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I sing")
    press(page.body.view.tongues["es"])
    assert page.body.view.title.text() == "Un buen día"
    assert page.body.view.body.editor.typed() == "I sing"
    assert page.done_button.text() == "Done for now"
    assert contents(facility, plan).plan.language == "es"


def test_a_kind_word_stands_before_the_crisis_section(window: MainWindow, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "down_limit")
    press(page.body.next_button)
    assert page.body.view is None
    assert page.body.go_on_button.hasFocus()
    press(page.body.go_on_button)
    assert page.body.view.part.key == "crisis_well"
    page.body.choose("down_limit")
    press(page.body.next_button)
    assert page.body.view.part.key == "crisis_well"
    page.body.choose("post_ready")  # the time after a crisis is no lighter
    assert page.body.view is None
    page.body.choose("health_medicine")
    assert page.body.view is not None


def test_skipping_is_always_there_and_the_last_part_leads_to_the_preview(
    window: MainWindow, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "post_changes")
    press(page.body.skip_button)
    assert page.body.here == "post_over"
    assert page.body.progress.text() == "Part 46 of 46"
    assert page.body.back_button.text() == "Back: Changes to the plan"
    press(page.body.next_button)
    assert window.page is not None
    assert window.page.key == "preview"
    assert window.page.opened == {"participant": woman}  # type: ignore[attr-defined]


def test_done_for_now_names_the_missing_parts_and_can_be_taken_back(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "tools")
    press(page.done_button)
    assert len(page.missing_links) == 8
    assert contents(facility, plan).plan.done_on is None
    press(page.missing_links[1])
    assert page.body.here == "well"
    with facility.work("fill") as unit:
        for key, part in contents(facility, plan).pack.parts().items():
            if part.required and part.kind == "supporter":
                plans.add_supporter(unit, plan, name="Rosa")
            elif part.required and part.kind == "answer":
                plans.answer(unit, plan, key, "words")
            elif part.required:
                plans.add_item(unit, plan, key, words="words")
    page.refresh()
    press(page.done_button)
    assert contents(facility, plan).plan.done_on is None
    page.step.ways["marked"].click()
    press(page.step.act_button)
    assert contents(facility, plan).plan.done_on == DAY
    with facility.read() as unit:
        assert [version.how_confirmed for version in plan_states.versions(unit, plan)] == ["marked"]
    window.undo()
    assert contents(facility, plan).plan.done_on is None


def test_before_the_first_word_she_is_told_what_must_be_passed_on(
    window: MainWindow, facility: Store, clock: Clock
) -> None:
    with facility.work("enrol") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        woman = women.register(unit, department_number="R7", first_name="Luz", last_name="Vega", language="es")
        episode = enrolling.offer(unit, woman, program, DAY)
    page = opened(window, woman, "")
    assert page.body is None
    assert page.limits is None
    with facility.work("enrol") as unit:
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
    page.refresh()
    assert page.limits.language == "es"
    press(page.limits.button)
    with facility.read() as unit:
        told = women.current_episode(unit, woman)
    assert told is not None
    assert (told.limits_told_on, told.limits_language) == (DAY, "es")
    page._start()
    assert page.body is not None
    with facility.read() as unit:
        plan = women.current_plan(unit, woman)
    assert plan is not None
    assert plan.language == "es"


def test_f1_shows_what_must_be_passed_on_and_keeps_the_words(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I sing")
    QTest.keyClick(page.body.view.body.editor.edit, Qt.Key.Key_F1)
    assert page.limits is not None
    assert not page.limits.button.isVisible()
    assert contents(facility, plan).answers["well"].words == "I sing"
    page.to_plan()
    assert page.body.here == "well"


def test_the_day_is_counted_calmly(window: MainWindow, woman: Id, plan: Id, clock: Clock) -> None:
    clock.now += dt.timedelta(days=12)
    page = opened(window, woman, "tools")
    assert "Day 12 of 30" in page.head.subtitle.text()
    clock.now += dt.timedelta(days=30)
    page.refresh()
    assert "no hurry" in page.head.subtitle.text()


def test_leaving_without_a_word_writes_nothing(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "tools")
    before = entries(facility, "answer") + entries(facility, "add_item")
    for part in page.writing.whole.pack.parts():
        page.body.choose(part)
    window.show_page("participant", participant=woman)
    assert isinstance(window.page, WomanPage)
    assert entries(facility, "answer") + entries(facility, "add_item") == before


@pytest.mark.parametrize(("screen", "tongue"), [("en", "es"), ("es", "en")])
def test_the_screen_and_the_plan_each_keep_their_language(
    window: MainWindow, facility: Store, woman: Id, plan: Id, screen: str, tongue: str
) -> None:
    with facility.work("set_language") as unit:
        plans.set_language(unit, plan, tongue)
    words.use(screen)
    page = opened(window, woman, "tools")
    page.body.view.body.new.show_more()
    rows = page.body.view.body.new.forms[1].rows
    chosen = rows["tool_kind"].editor.box
    say = words.in_language(tongue).gettext
    assert rows["tool_kind"].label.text() == say("Kind of tool")
    assert chosen.itemText(chosen.findData("calm")) == say("Calm")
    assert page.done_button.text() == words.in_language(screen).gettext("Done for now")


@ON_EVERY_SCREEN
def test_it_fits_every_screen(
    qapp: QApplication, window: MainWindow, facility: Store, woman: Id, plan: Id, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    with facility.work("fill") as unit:
        plans.set_language(unit, plan, tongue)
        tool = plans.add_item(unit, plan, "tools", words="Breathe slowly and count to ten, as my aunt taught me")
        step = plans.add_item(unit, plan, "stressor_steps", words="Tell my bunkie that I need some quiet now")
        plans.link_tool(unit, step, tool)
        plans.add_supporter(unit, plan, name="Rosa Núñez", phone="601-555-0107")
    page = opened(window, woman, "tools")
    resize(qapp, window, screen)
    for part in ("tools", "well", "stressor_steps", "crisis_supporters", "early_tell", "post_over"):
        page.body.warned.add("crisis")
        page.body.choose(part)
        check_page(page)
    page.show_limits()
    check_page(page)


def test_what_no_disk_takes_stays_in_sight_whatever_is_pressed(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman, "well")
    box = page.body.view.body.editor.edit
    story = "I sing. " * 1000
    with full_disk(facility):
        box.setPlainText(story)
        for way in (
            lambda: window.show_page("today"),
            window.back,
            lambda: page.body.choose("tools"),
            page.show_limits,
            page.print_page,
        ):
            with pytest.raises(Problem, match="disk"):
                way()
            assert window.page is page
            assert page.body.view.body.editor.edit is box
        assert not window.close()
        assert window.isVisible()
        assert "disk" in page.problem.text()
        assert box.toPlainText() == story
    window.show_page("today")
    assert contents(facility, plan).answers["well"].words == story.strip()


def test_locking_on_a_full_disk_says_on_the_unlock_page_what_was_not_saved(
    window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any
) -> None:
    page = opened(window, woman, "well")
    with full_disk(facility), qtbot.capture_exceptions() as told:
        page.body.view.body.editor.edit.setPlainText("I sing. " * 1000)
        window.lock()
        assert window.session is None
        asking = window.stack.currentWidget()
        assert isinstance(asking, UnlockPage)
        assert "This change was not saved" in asking.problem.text()
    assert all(issubclass(kind, Problem) for kind, _error, _trace in told)
