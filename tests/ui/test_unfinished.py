"""Words that were begun: Today leads back to the very box, and the plan says of each that it is not in it yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from reentry_desktop.actions import consents, plans
from reentry_desktop.actions.drafts import save_draft, unfinished
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id, named_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.store import Store
from reentry_desktop.ui.editors import Editor
from reentry_desktop.ui.pages.plan_words import WordingPanel, open_wording

from ..stores import Clock
from .desks import full_disk
from .plan_pages import add
from .programs import begin, page, press, said, settle, type_keys, unlock


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path) -> Program:
    return begin(qapp, qtbot, tmp_path, clock, facility)


def go_on(program: Program, store: Store, woman: Id, record: str, field: str = "words") -> Any:
    """Words begun for *record*, and then Today's way back to them."""
    with store.work("save_draft") as unit:
        save_draft(unit, record, field, woman, "I was just saying")
    program.window.show_page("participants")
    program.window.show_page("today")
    settle()
    press(page(program), "Go on writing: Ana N.")
    return page(program)


def typing() -> str:
    """What stands where the focus is."""
    inside = QApplication.focusWidget()
    assert isinstance(inside, QPlainTextEdit), inside
    assert inside.textCursor().atEnd()
    return inside.toPlainText()


@pytest.mark.parametrize("answered", [True, False])
def test_an_answer_or_a_new_entry_goes_on_where_it_was_begun(
    program: Program, facility: Store, woman: Id, plan: Id, answered: bool
) -> None:
    with facility.read() as unit:
        crisis = next(s for s in plans.contents(unit, plan).pack.sections if s.key == "crisis")
    part = next(p.key for p in crisis.parts if (p.kind == "answer") is answered and p.kind != "supporter")
    record = named_id(plan, part) if answered else f"{plan}/{part}"
    opened = go_on(program, facility, woman, record)
    assert opened.key == "plan"
    assert opened.body.here == part
    assert typing() == "I was just saying"
    assert opened.writing.state(part) == "started"


def test_a_change_of_an_entry_goes_on_in_its_form(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    tool, other = add(facility, plan, "tools", "Walk", "Sing")
    opened = go_on(program, facility, woman, other)
    assert opened.body.here == "tools"
    assert opened.body.view.body.rows[other].form is not None
    assert opened.body.view.body.rows[tool].form is None
    assert typing() == "I was just saying"
    assert opened.writing.state("tools") == "started"
    assert opened.body.nav.item(0).data(0x0102) == "1 of 1", "what is written stays counted"


def test_a_second_wording_goes_on_in_its_form(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    opened = go_on(program, facility, woman, named_id(tool, "es"))
    row = opened.body.view.body.rows[tool]
    assert isinstance(row.panel, WordingPanel)
    assert typing() == "I was just saying"
    assert "The wording in Spanish is started, and not in the plan yet." in said(row)
    press(row, "Keep the wording")
    assert "is started" not in said(row)
    assert opened.writing.state("tools") == "written"


def test_a_wording_of_an_answer_goes_on_in_its_form(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "Me río")
    opened = go_on(program, facility, woman, named_id(named_id(plan, "well"), "es"))
    assert opened.body.here == "well"
    assert isinstance(opened.body.view.body.panel, WordingPanel)
    assert typing() == "I was just saying"


def test_the_facts_of_a_report_go_on_at_the_report(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    opened = go_on(program, facility, woman, f"{woman}/safety", "to_whom")
    assert opened.key == "safety"
    assert "I was just saying" in said(opened)


def test_closing_a_wording_says_that_it_is_kept_and_not_in_the_plan(
    program: Program, facility: Store, woman: Id, plan: Id
) -> None:
    (tool,) = add(facility, plan, "tools", "Walk")
    program.window.show_page("plan", participant=woman, part="tools")
    settle()
    row = page(program).body.view.body.rows[tool]
    open_wording(row)
    row.panel.editor.edit.insertPlainText("Caminar")
    press(row, "Close")
    assert row.panel is None
    assert "They are not in the plan yet." in said(program.window)
    assert "is started, and not in the plan yet." in said(row)
    open_wording(row)
    assert row.panel.editor.typed() == "Caminar"
    row.panel.editor.edit.clear()
    press(row, "Close")
    assert "is started" not in said(row)


def test_another_part_is_opened_where_it_is_asked_for(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    program.window.show_page("plan", participant=woman, part="tools")
    program.window.show_page("today")
    program.window.show_page("plan", participant=woman, part="well")
    assert page(program).body.here == "well"


def test_what_was_told_and_is_being_written_down_goes_on_after_a_lock(
    program: Program, facility: Store, woman: Id
) -> None:
    program.window.show_page("disclosures", participant=woman)
    what = page(program).form.editors["what"].target()
    what.setFocus()
    type_keys(what, "Her dates, by phone")
    program.window.keep()  # as at a lock
    program.window.show_page("today")
    settle()
    press(page(program), "Go on writing: Ana N.")
    here = page(program)
    assert here.key == "disclosures"
    assert here.form.typed()["what"] == "Her dates, by phone"
    for key, text in (("recipient", "The clinic"), ("ground", "emergency"), ("why", "She fell")):
        here.form.editors[key].set(text)
    press(here, "Write it down")
    with facility.read() as unit:
        assert unfinished(unit) == []
    assert here.form.typed()["what"] == ""


def test_what_is_typed_on_any_page_stands_there_after_a_lock(
    program: Program, qtbot: Any, facility: Store, woman: Id, plan: Id
) -> None:
    """Each with what it takes to have the field in sight; the focus is in the last one when the PC is locked."""
    with facility.work("draft_consent") as unit:
        consent = consents.draft_consent(unit, woman)
    fields: list[tuple[str, dict[str, Any], Callable[[Any], Editor]]] = [
        ("consents", {"participant": woman}, lambda here: here.name),
        ("consents", {"participant": woman}, lambda here: here.phone),
        ("consent", {"participant": woman, "consent": consent}, lambda here: here.signing.kept),
        ("retention", {"participant": woman}, lambda here: here.hold.editors["reason"]),
        ("retention", {"participant": woman}, lambda here: here.erase.editors["authority"]),
        ("requests", {"participant": woman, "new": True}, lambda here: here.form.editors["what"]),
        ("settings", {"tab": "staff"}, lambda here: here.staff.form.editors["full_name"]),
        ("beyond", {}, lambda here: here.reason),
        ("use", {}, lambda here: here.review.note),
    ]
    for n, (key, args, field) in enumerate(fields):
        program.window.show_page(key, **args)
        settle()
        type_keys(field(page(program)).target(), f"words {n}")
    program.window.lock()
    unlock(program, qtbot)
    for n, (key, args, field) in enumerate(fields):
        program.window.show_page(key, **args)
        settle()
        assert field(page(program)).typed() == f"words {n}", key
    program.window.show_page("consents", participant=woman)
    press(page(program), "Put on the list")
    assert page(program).name.typed() == ""
    with program.window.desk.store.read() as unit:  # what became something is no draft any more
        assert "words 0" not in {draft.text for draft in unfinished(unit)}
        assert "words 3" in {draft.text for draft in unfinished(unit)}


def test_words_of_a_page_lead_back_to_it(program: Program, facility: Store, woman: Id, plan: Id) -> None:
    assert go_on(program, facility, woman, f"retention/hold/{woman}", "reason").hold.typed()["reason"]


def test_on_a_full_disk_the_page_stays_with_what_was_typed(program: Program, facility: Store, woman: Id) -> None:
    program.window.show_page("consents", participant=woman)
    here, much = page(program), "Mr. Dunn " * 1000
    QApplication.clipboard().setText(much)
    here.name.edit.paste()
    type_keys(here.name.target(), "!")
    with full_disk(facility):
        with pytest.raises(Problem, match="disk of this PC is full"):
            program.window.show_page("today")
        assert page(program) is here
    program.window.show_page("today")
    program.window.show_page("consents", participant=woman)
    assert page(program).name.typed() == much + "!"
