"""The whole plan on its page: found in, copied, done for now, resting, used; changed elsewhere; fed with bad input."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import drafts as draft_actions
from reentry_desktop.actions import enrolling, plan_states, plans, women
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records.plan import Plan
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.store import Store
from reentry_desktop.ui import tokens
from reentry_desktop.ui.pages.plan_more import more_menu
from reentry_desktop.ui.pages.plan_nav import _GROUP
from reentry_desktop.ui.widgets import EmptyState, Heading, Notice, PrimaryButton
from reentry_desktop.ui.window import MainWindow

from ..stores import DAY, Clock
from . import plan_pages
from .desks import ON_EVERY_SCREEN, check_page, drafts, entries, press, resize, type_into
from .plan_pages import add, choose, complete, contents, opened, words_of
from .programs import button, keys, said, settle

window = plan_pages.window


def _menu(page: Any) -> Any:
    return more_menu(page, page.standing)


# The list at the left


def test_the_re_entry_pages_stand_apart_below_the_plan(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman)
    nav = page.body.nav
    rows = [nav.item(number) for number in range(nav.count())]
    assert [row.text() for row in rows if row.data(_GROUP)] == ["Re-entry pages"]
    heading = next(row for row in rows if row.data(_GROUP))
    assert not heading.flags() & Qt.ItemFlag.ItemIsSelectable
    assert nav.row(heading) == sum(1 + len(s.parts) for s in page.writing.whole.pack.sections)
    page.body.go_to("papers")
    assert page.body.progress.text().startswith("Re-entry page ")
    page.body.choose("post_over")
    assert page.body.next_button.text() == "See the whole plan"  # the pages are no part of the plan itself


def test_words_of_another_pack_are_read_and_removed(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    with facility.work("add_item") as unit:
        stray = unit.create(
            PlanItem, participant=woman, plan=plan, part="old_part", kind="line", position="a", words="From before"
        )
        plans.answer(unit, plan, "old_answer", "An old answer")
    page = opened(window, woman)
    assert [s.title["en"] for _g, s in page.writing.groups][-1] == "More words"
    page.body.go_to("old_part")
    assert "From before" in said(page.body.view)
    assert not page.body.view.body.add_button.isVisible()
    press(page.body.view.body.rows[stray].edit)
    assert "old_part" not in contents(facility, plan).items
    window.undo()
    settle()
    assert words_of(facility, plan, "old_part") == ["From before"]
    page.body.go_to("old_answer")
    assert page.body.view.body.editor.edit.isReadOnly()
    press(page.body.view.body.remove_button)
    assert not contents(facility, plan).answers["old_answer"].words


# Finding, copying


def test_words_are_found_and_gone_to_by_keyboard(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (tool,) = add(facility, plan, "tools", "Walk to the fence")
    (step,) = add(facility, plan, "early_steps", "Call Núñez, then walk")
    page = opened(window, woman, "well")
    type_into(page.body.view.body.editor.edit, "I walk tall")
    keys(window.focusWidget(), Qt.Key.Key_F)
    bar = page.body.find_bar
    assert bar.search.hasFocus()
    QTest.keyClicks(bar.search, "nunez")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    settle()
    assert page.body.here == "early_steps"
    assert page.body.view.body.rows[step].edit.hasFocus()
    keys(window.focusWidget(), Qt.Key.Key_F)
    QTest.keyClicks(bar.search, "walk")
    bar.look("walk")
    assert bar.count.text() == "3 places"
    assert [bar.list.item(n).text() for n in range(3)] == [
        "Small tools: Walk to the fence",
        "A good day: I walk tall",
        "Steps to get steady: Call Núñez, then walk",
    ]
    QTest.keyClick(bar.search, Qt.Key.Key_Up)
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    settle()
    assert page.body.view.body.rows[tool].edit.hasFocus()
    keys(window.focusWidget(), Qt.Key.Key_F)
    bar.search.selectAll()
    QTest.keyClicks(bar.search, "submarine")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    assert bar.count.text() == "Not in this plan"
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert window.page is page


def test_a_page_opened_for_one_entry_shows_it(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    many = add(facility, plan, "tools", *(f"tool {n}" for n in range(40)))
    page = opened(window, woman, focus=many[35])
    assert page.body.here == "tools"
    row = page.body.view.body.rows[many[35]]
    assert row.edit.hasFocus()
    assert not row.visibleRegion().isEmpty()


def _second_episode(store: Store, woman: Id) -> Id:
    """She comes back: another enrolment, another plan."""
    with store.work("enrol") as unit:
        old = women.current_episode(unit, woman)
        assert old is not None
        enrolling.close(unit, old.id, DAY, "other")
        episode = enrolling.offer(unit, woman, old.program, DAY)
        enrolling.told_limits(unit, episode, DAY, "en")
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY)
        return plans.start_plan(unit, woman)


def test_words_of_an_earlier_plan_are_copied_and_taken_back(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    add(facility, plan, "tools", "Walk", "Sing")
    with facility.work("fill") as unit:
        plans.answer(unit, plan, "well", "I laugh")
        plans.add_supporter(unit, plan, name="Rosa")
    page = opened(window, woman)
    assert "Copy from an earlier plan…" not in [a.text() for a in _menu(page).actions()]
    new = _second_episode(facility, woman)
    add(facility, new, "tools", "Sing")
    page = opened(window, woman)
    assert page.writing.plan == new
    choose(_menu(page), "Copy from an earlier plan…")
    step = page.step
    assert list(step.boxes) == ["tools", "well", "crisis_supporters"]
    assert "Walk" in said(step)
    assert "Sing" not in said(step)  # it stands here already
    assert not step.act_button.isEnabled()
    step.boxes["tools"].click()
    step.boxes["well"].click()
    assert step.act_button.text() == "Copy 2 lines"
    press(step.act_button)
    assert words_of(facility, new, "tools") == ["Sing", "Walk"]
    assert contents(facility, new).answers["well"].words == "I laugh"
    assert contents(facility, new).supporters == []
    assert page.body is not None
    window.undo()
    settle()
    assert words_of(facility, new, "tools") == ["Sing"]
    assert not contents(facility, new).answers["well"].words
    window.redo()
    assert words_of(facility, new, "tools") == ["Sing", "Walk"]
    assert words_of(facility, plan, "tools") == ["Walk", "Sing"]


# Where it stands


def test_done_for_now_asks_how_she_said_so_and_who_signs(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    complete(facility, plan)
    page = opened(window, woman)
    press(page.done_button)
    names = page.step.names
    press(names.open_button)
    form = names.form
    form.editors["role"].set("witness")
    press(names.add_button)
    assert "required" in said(page.step).lower() or form.rows["name"].error.text()
    type_into(form.editors["name"].target(), "Tamsin Oyelaran")
    type_into(form.editors["phone"].target(), "601-555-0199")
    press(names.add_button)
    assert "Witness · Tamsin Oyelaran · 601-555-0199 · Nov 23, 2026" in said(page.step)
    page.step.ways["signed"].click()
    press(page.step.act_button)
    with facility.read() as unit:
        (version,) = plan_states.versions(unit, plan)
        (name,) = plan_states.signatures(unit, plan)
    assert (version.how_confirmed, name.name) == ("signed", "Tamsin Oyelaran")
    assert page.head.subtitle.text() == "Done for now since Nov 23, 2026"
    choose(_menu(page), "Names under the plan…")
    press(button(page.step, "Take this name off: Tamsin Oyelaran"))
    with facility.read() as unit:
        assert not plan_states.signatures(unit, plan)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert page.body is not None
    assert page.step is None


def test_how_she_said_so_is_chosen_and_never_guessed(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    complete(facility, plan)
    page = opened(window, woman)
    press(page.done_button)
    assert [way.text() for way in page.step.ways.values()] == [
        "She told me", "She signed it on paper", "She made her mark on paper",
    ]  # fmt: skip
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    press(page.step.act_button)
    assert contents(facility, plan).plan.done_on is None
    assert "Please choose how she said so." in said(page.step)
    assert window.focusWidget() is page.step.ways["said"]
    page.step.ways["said"].click()
    assert "Please choose" not in said(page.step)
    assert page.step.names.mapTo(page.step, QPoint()).y() < page.step.act_button.mapTo(page.step, QPoint()).y()
    press(page.step.act_button)
    assert contents(facility, plan).plan.done_on == DAY


def test_a_name_that_was_begun_is_not_passed_over(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    complete(facility, plan)
    page = opened(window, woman)
    press(page.done_button)
    page.step.ways["said"].click()
    press(page.step.names.open_button)
    type_into(page.step.names.form.editors["name"].target(), "Tamsin")
    press(page.step.act_button)
    assert contents(facility, plan).plan.done_on is None
    assert "This name is not added yet." in said(page.step)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert page.step is not None
    window.show_page("today")
    assert "The name that was begun was not added." in said(window)
    page = opened(window, woman)
    choose(_menu(page), "Names under the plan…")
    assert [h.text() for h in page.findChildren(Heading) if h.isVisible()][1:] == ["Names under the plan"]
    press(page.step.names.open_button)
    type_into(page.step.names.form.editors["name"].target(), "Tamsin")
    press(button(page.step, "Back to the plan"))
    assert page.step is not None
    press(button(page.step, "Close"))
    press(button(page.step, "Back to the plan"))
    assert page.body is not None


def test_not_done_after_all_never_takes_an_older_version_away(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    complete(facility, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    page = opened(window, woman)
    press(page.done_button)
    page.step.ways["said"].click()
    press(page.step.act_button)
    choose(_menu(page), "Not done yet after all…")
    press(page.step.act_button)
    window.undo()
    with facility.read() as unit:
        assert [version.number for version in plan_states.versions(unit, plan)] == [1]
    assert contents(facility, plan).plan.done_on == DAY
    assert "Not done yet after all…" in [act.text() for act in _menu(page).actions()]


def test_a_plan_that_was_changed_is_done_for_now_once_more(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    complete(facility, plan)
    page = opened(window, woman, "tools")
    for again in (False, True):
        assert page.done_button.text() == "Done for now"
        press(page.done_button)
        assert ("No word was changed since version 1." in said(page.step)) is again
        page.step.ways["said"].click()
        press(page.step.act_button)
        with facility.read() as unit:
            assert [version.number for version in plan_states.versions(unit, plan)] == ([1, 2] if again else [1])
    add(facility, plan, "tools", "Walk")
    page.refresh()
    press(page.done_button)
    assert "No word was changed" not in said(page.step)
    page.step.ways["said"].click()
    press(page.step.act_button)
    with facility.read() as unit:
        assert [version.number for version in plan_states.versions(unit, plan)] == [1, 2, 3]
    assert page.head.subtitle.text().endswith("Version 3")
    choose(_menu(page), "Not done yet after all…")
    assert "slip" in said(page.step)
    press(button(page.step, "Back to the plan"))
    window.undo()  # the latest act is "done for now", as before
    with facility.read() as unit:
        assert [version.number for version in plan_states.versions(unit, plan)] == [1, 2]


@pytest.mark.parametrize(
    ("line", "state", "says"),
    [
        ("Not now…", "not_now", "Not now · Nov 23, 2026"),
        ("She chose not to…", "declined", "She chose not to · Nov 23, 2026"),
        ("She takes the plan back…", "withdrawn", "Withdrawn · Nov 23, 2026"),
    ],
)
def test_her_no_is_noted_kindly_and_silences_the_days(
    window: MainWindow, facility: Store, woman: Id, plan: Id, clock: Clock, line: str, state: str, says: str
) -> None:
    add(facility, plan, "tools", "Walk")
    page = opened(window, woman)
    assert "Day 0 of 30" in page.head.subtitle.text()
    choose(_menu(page), line)
    press(page.step.act_button)
    assert page.head.subtitle.text() == says
    assert page.body.standing.isVisible()
    clock.now += dt.timedelta(days=40)
    page.refresh()
    assert "Day" not in page.head.subtitle.text()
    with facility.read() as unit:
        assert plan_states.state(unit, unit.get(Plan, plan)) == state
    assert words_of(facility, plan, "tools") == ["Walk"]
    window.undo()
    settle()
    assert not page.body.standing.isVisible()
    window.redo()
    press(button(page.body.standing, "Go on with the plan"))
    assert contents(facility, plan).plan.resting is False


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize(
    ("rest", "says"),
    [
        (plan_states.not_now, "She said “not now” on Nov 23, 2026."),
        (plan_states.decline_plan, "She chose not to write a plan, on Nov 23, 2026."),
    ],
)
def test_opening_a_plan_that_rests_does_not_begin_it(
    window: MainWindow, facility: Store, woman: Id, begun: bool, rest: Any, says: str
) -> None:
    with facility.work("rest") as unit:
        if begun:
            plans.start_plan(unit, woman)
        rest(unit, woman)
        plan = women.current_plan(unit, woman)
        assert plan is not None
    begun_on = DAY if begun else None
    page = opened(window, woman, "tools")
    page.refresh()
    window.show_page("participant", participant=woman)
    page = opened(window, woman)
    assert says in said(page)
    stands = contents(facility, plan.id).plan
    assert (stands.resting, stands.started_on) == (True, begun_on)
    press(button(page, "Go on with the plan" if begun else "She wants to write it now"))
    assert contents(facility, plan.id).plan.resting is False
    assert says not in said(page)


def test_a_plan_that_rests_stands_closed_up_with_a_way_back(window: MainWindow, facility: Store, woman: Id) -> None:
    with facility.work("not_now") as unit:
        plan_states.not_now(unit, woman)
    window.show_page("participant", participant=woman)
    page = opened(window, woman)
    assert window.focusWidget() is button(page, "She wants to write it now")
    shown = page.findChild(EmptyState)
    assert shown.height() == shown.heightForWidth(shown.width())
    press(button(page, "Back"))
    assert window.page.key == "participant"


def test_the_days_are_never_red_and_never_hurry(window: MainWindow, woman: Id, plan: Id, clock: Clock) -> None:
    clock.now += dt.timedelta(days=70)
    page = opened(window, woman)
    assert page.head.subtitle.property("tone") == "muted"
    assert "no hurry" in page.head.subtitle.text()
    assert not [n for n in page.findChildren(Notice) if n.isVisible() and n.property("notice") == "danger"]


def test_a_crisis_is_noted_without_a_story_and_leads_to_a_review(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    add(facility, plan, "tools", "Walk")
    page = opened(window, woman)
    choose(_menu(page), "She is in a crisis, and uses the plan…")
    assert "what happened is not asked" in said(page.step)
    page.step.day.set(DAY - dt.timedelta(days=2))
    press(page.step.act_button)
    assert page.head.subtitle.text().startswith("Used in a crisis · ")
    assert "Nov 21, 2026" in said(page.body.standing)
    window.undo()
    settle()
    assert not page.body.standing.isVisible()
    window.redo()
    settle()
    choose(_menu(page), "Looked at again with her")
    with facility.read() as unit:
        (event,) = plan_states.events(unit, plan)
    assert event.reviewed_on == DAY
    assert not page.body.standing.isVisible()


def test_the_menu_offers_only_what_can_be_said_of_this_plan(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    def lines() -> list[str]:
        menu = _menu(opened(window, woman))
        found = [act.text().split("\t")[0] for act in menu.actions()]
        menu.deleteLater()
        return found

    assert "She says the crisis is over…" not in lines()
    assert "Not now…" in lines()
    choose(_menu(opened(window, woman)), "She is in the time after a crisis…")
    press(window.page.step.act_button)
    assert "She says the crisis is over…" in lines()
    choose(_menu(opened(window, woman)), "She says the crisis is over…")
    press(window.page.step.act_button)
    assert "She says the crisis is over…" not in lines()
    complete(facility, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    window.page.refresh()
    assert "Not now…" not in lines()
    for line, key in (("Copies that were given", "copies"), ("If something serious comes up", "safety")):
        choose(_menu(opened(window, woman)), line)
        assert (window.page.key, window.page.opened) == (key, {"participant": woman})


def test_before_the_first_word_she_may_say_no(window: MainWindow, facility: Store, woman: Id) -> None:
    page = opened(window, woman)
    press(button(page, "She chose not to"))
    press(page.step.act_button)
    with facility.read() as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        assert (plan.declined_on, plan.started_on) == (DAY, None)
    assert "It is her choice" in said(page)
    press(next(b for b in page.findChildren(PrimaryButton) if b.isVisible()))
    assert page.body is not None
    assert contents(facility, plan.id).plan.resting is False


def test_other_pages_are_one_button_away(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    complete(facility, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    page = opened(window, woman, "well")
    press(page.sit_button)
    assert window.page is not None
    assert (window.page.key, window.page.opened) == ("sit", {"participant": woman, "part": "well"})  # type: ignore[attr-defined]
    for line, key in (("Earlier versions", "versions"), ("Recovery support plan", "recovery")):
        page = opened(window, woman)
        choose(_menu(page), line)
        assert window.page.key == key
        assert window.page.opened == {"participant": woman}  # type: ignore[attr-defined]


def test_one_primary_button_at_a_time(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    complete(facility, plan)
    page = opened(window, woman)

    def primary() -> list[str]:
        return [b.text() for b in page.findChildren(PrimaryButton) if b.isVisible()]

    assert len(primary()) == 1
    press(page.done_button)
    assert primary() == ["Done for now"]


# Changed elsewhere


def test_a_change_elsewhere_leaves_the_typing_where_it_is(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    walk, sing = add(facility, plan, "tools", "Walk", "Sing")
    page = opened(window, woman, "tools")
    body = page.body.view.body
    box = body.new.forms[0].editors["words"].target()
    type_into(box, "Half a th")
    window.desk.do("another window", plans.add_item, plan, "tools", words="Read")
    window.desk.do("another window", plans.revise_item, sing, words="Sing loud")
    assert page.body.view.body is body
    assert box.hasFocus()
    QTest.keyClicks(box, "ought")
    assert box.toPlainText() == "Half a thought"
    assert list(drafts(facility, woman).values()) == ["Half a th"]  # kept as a draft, not made an entry
    settle()
    assert [row.name for row in body.rows.values()] == ["Walk", "Sing loud", "Read"]
    window.desk.do("another window", plans.move_item, sing, None)
    assert list(body.rows) == [sing, walk, list(body.rows)[2]]


def test_an_entry_changed_by_two_keeps_both_wordings(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (walk,) = add(facility, plan, "tools", "Walk")
    page = opened(window, woman, "tools")
    body = page.body.view.body
    row = body.rows[walk]
    row.open_form()
    box = row.form.forms[0].editors["words"].target()
    box.selectAll()
    type_into(box, "Walk with Luz")
    window.desk.do("another window", plans.revise_item, walk, words="Walk far", needs="good shoes")
    settle()
    assert row.form is not None
    assert box.toPlainText() == "Walk with Luz"
    assert row.form.typed()["needs"] == "good shoes"  # nobody typed there
    assert "changed this entry meanwhile" in said(row)
    body.close_form(row)
    (tool,) = contents(facility, plan).items["tools"]
    assert (tool.words, tool.needs) == ("Walk with Luz", "good shoes")
    row.open_form()
    type_into(row.form.forms[0].editors["words"].target(), "I ")
    window.desk.do("another window", plans.remove_item, walk)
    settle()
    assert "removed this entry meanwhile" in said(row)
    body.close_form(body.rows[walk])
    assert len(words_of(facility, plan, "tools")) == 1


def test_an_answer_changed_by_two_says_so(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "I laugh")
    page = opened(window, woman, "well")
    answer = page.body.view.body
    window.desk.do("another window", plans.answer, plan, "well", "I laugh a lot")
    assert answer.editor.typed() == "I laugh a lot"
    answer.editor.edit.selectAll()
    type_into(answer.editor.edit, "I hum")
    window.desk.do("another window", plans.answer, plan, "well", "I dance")
    assert answer.editor.typed() == "I hum"
    assert "I dance" in answer.row.error.text()
    page.body.choose("tools")
    assert contents(facility, plan).answers["well"].words == "I hum"


# Bad input


def _pasted(window: MainWindow, box: Any, text: str) -> None:
    QApplication.clipboard().setText(text)
    box.setFocus()
    keys(box, Qt.Key.Key_V)


def test_ten_thousand_lines_are_kept_and_said(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "well")
    answer = page.body.view.body
    text = "\n".join(f"line {n}" for n in range(10_000))
    _pasted(window, answer.editor.edit, text)
    answer.flush()
    assert "too long" in answer.row.error.text()
    assert drafts(facility, woman)[plans.named_id(plan, "well"), "words"] == text
    page.body.choose("tools")
    assert not contents(facility, plan).answers
    box = page.body.view.body.new.forms[0].editors["words"].target()
    _pasted(window, box, text)
    page.body.keep_part()
    assert "too long" in page.body.view.body.new.forms[0].rows["words"].error.text()
    page.body.choose("well")
    assert page.body.view.body.editor.typed() == text  # nothing was cut
    assert drafts(facility, woman)[f"{plan}/tools", "words"] == text


def test_a_line_too_long_is_said_and_not_cut(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    page = opened(window, woman, "early_tell")
    form = page.body.view.body.new.forms[0]
    _pasted(window, form.editors["person"].target(), "R" * 500)
    press(page.body.view.body.add_button)
    assert "380 characters too long" in form.rows["person"].error.text()
    assert form.editors["person"].typed() == "R" * 500
    assert not contents(facility, plan).items
    page.body.nav.setFocus()
    assert page.body.nav.hasFocus()  # what cannot be kept yet does not hold the keyboard
    window.show_page("today")
    assert drafts(facility, woman)[f"{plan}/early_tell", "person"] == "R" * 500


LETTERS = (
    "\U0001f33b\U0001f54a\ufe0f\U0001f469\U0001f3fd\u200d\U0001f9b1", "e\u0301n\u0303 u\u0308", "a\x07b\x1bc\ufeff",
    "Việt Ελλ Рус", "\u202eright",
)  # fmt: skip


@pytest.mark.parametrize("text", LETTERS, ids=ascii)
def test_any_letter_can_be_typed(window: MainWindow, facility: Store, woman: Id, plan: Id, text: str) -> None:
    page = opened(window, woman, "tools")
    box = page.body.view.body.new.forms[0].editors["words"].target()
    _pasted(window, box, f"start {text} end")
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle()
    (kept,) = words_of(facility, plan, "tools")
    assert kept.startswith("start ")
    assert kept.endswith(" end")
    page.body.choose("well")
    page.body.choose("tools")
    assert [row.name for row in page.body.view.body.rows.values()] == [kept]


def test_a_draft_over_an_entry_is_there_again(window: MainWindow, facility: Store, woman: Id, plan: Id) -> None:
    (walk,) = add(facility, plan, "tools", "Walk")
    with facility.work("save_draft") as unit:
        draft_actions.save_draft(unit, walk, "words", woman, "Walk with")
    page = opened(window, woman, "tools")
    assert page.body.view.body.rows[walk].form.typed()["words"] == "Walk with"


@ON_EVERY_SCREEN
def test_every_step_and_bar_fits_every_screen(
    qapp: QApplication, window: MainWindow, facility: Store, woman: Id, plan: Id, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    complete(facility, plan)
    (tool,) = add(facility, plan, "tools", "Breathe slowly and count to ten, as my aunt taught me")
    with facility.work("fill") as unit:
        step = plans.add_item(unit, plan, "stressor_steps", words="Tell my bunkie that I need some quiet now")
        plans.link_tool(unit, step, tool)
        plans.fine_in_my_room(unit, tool, on=True)
        plans.set_other_wording(unit, plan, tool, "es", "Respirar despacio y contar hasta diez")
        plans.set_language(unit, plan, "es")
        plan_states.log_event(unit, plan, "crisis")
    page = opened(window, woman, "tools")
    resize(qapp, window, screen)
    from reentry_desktop.ui.pages.plan_words import open_taking_back, open_wording

    row = page.body.view.body.rows[tool]
    row.make()
    check_page(page)
    for panel in (open_wording, open_taking_back):
        panel(row)
        check_page(page)
    row.show_panel(None)
    row.open_form()
    check_page(page)
    page.body.find_bar.open_bar()
    page.body.find_bar.search.setText("e")
    page.body.find_bar.look("e")
    check_page(page)
    for kind in ("papers", "children", "conditions", "h72_report", "fees", "people_places", "housing"):
        page.body.go_to(kind)
        page.body.view.body.new.show_more()
        check_page(page)
    press(page.done_button)
    page.step.names._open()
    check_page(page)
    page.to_plan()
    new = _second_episode(facility, woman)
    page.refresh()
    assert page.writing.plan == new
    choose(_menu(page), words._("Copy from an earlier plan…"))
    check_page(page)
    assert window.width() >= tokens.TARGET


def test_leaving_by_the_menu_writes_one_entry_of_use_alone(
    window: MainWindow, facility: Store, woman: Id, plan: Id
) -> None:
    page = opened(window, woman)
    before = entries(facility, "answer") + entries(facility, "add_item") + entries(facility, "revise_item")
    for part in page.writing.parts:
        page.body.go_to(part)
    _menu(page)
    page.body.find_bar.open_bar()
    page.body.find_bar.close_bar()
    assert entries(facility, "answer") + entries(facility, "add_item") + entries(facility, "revise_item") == before
