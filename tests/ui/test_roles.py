"""What each role finds in the window: its places, the verbs it has, looking beyond, and who works with whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import assigning, attachments, enrolling, plans, printing, retention, staff
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.people import Role
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store
from reentry_desktop.ui.form import RecordForm
from reentry_desktop.ui.pages.participant_workers import WorkersCard
from reentry_desktop.ui.pages.sit_way import Screen

from .. import papers
from ..stores import DAY, Clock, enrolled
from .desks import SCREENS, check_page, resize
from .programs import begin, page, press, said, settle, type_keys

OTHER = "another long passphrase"


@pytest.fixture
def two(facility: Store) -> tuple[Id, Id]:
    return enrolled(facility, "R1", first="Ana")[0], enrolled(facility, "R2", first="Bea")[0]


@pytest.fixture
def sit(qapp: QApplication, qtbot: Any, facility: Store, two: tuple[Id, Id], clock: Clock, tmp_path: Path) -> Any:
    """Seats a new member of staff of a role, who works with the first woman, and opens the window."""

    def made(role: str, **known: str) -> Program:
        person = staff.add_user(
            facility, name="odette", passphrase=OTHER, role=role, clearance_until=DAY, prea_until=DAY, **known
        )
        with facility.work("assign") as unit:
            assigning.assign(unit, two[0], person)
            unit.set_setting(f"one_time/{person}", "")
        facility.sign_in(person)
        return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")

    return made


def places(program: Program) -> list[str]:
    bar = program.window.sidebar
    return [bar.key(n) for n in range(bar.count())]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.COORDINATOR, ["today", "participants", "roster", "sync", "goals", "settings"]),
        (Role.PEER_SUPPORTER, ["today", "participants", "goals", "settings"]),
        (Role.VOLUNTEER, ["today", "participants", "settings"]),
        (Role.EVALUATOR, ["today", "goals", "settings"]),
        (Role.AUDITOR, ["today", "settings"]),
        (Role.IT, ["today", "settings"]),
    ],
)
def test_each_role_has_its_places(sit: Any, role: str, shown: list[str]) -> None:
    program = sit(role)
    assert [
        key for key in places(program) if key in {"today", "participants", "roster", "sync", "goals", "settings"}
    ] == shown


def test_a_page_that_is_not_hers_is_told_and_nothing_else_happens(sit: Any) -> None:
    program = sit(Role.AUDITOR)
    program.window.show_page("participants")
    settle()
    assert page(program).key == "today"
    assert "Your role here does not include this" in said(program.window)


def test_what_a_role_does_not_show_is_not_told_as_none(sit: Any, facility: Store, two: tuple[Id, Id]) -> None:
    with facility.work("add_hold") as unit:
        retention.add_hold(unit, two[1], authority="Court")
    program = sit(Role.IT)
    assert "Your role shows you no woman's record" in said(program.window)
    program.window.show_page("retention")
    assert "A legal hold stands on 1 woman's record." in said(program.window)
    assert "No legal hold stands" not in said(program.window)


def test_a_part_of_her_record_is_not_told_as_all_of_it(sit: Any, facility: Store, two: tuple[Id, Id]) -> None:
    """What she does not need to know is not "none", and no button is there that the writer would refuse."""
    with facility.work("note_need") as unit:
        enrolling.note_need(unit, two[0], "mental_health_condition", "she_said", DAY, may_be_recorded=True)
    with facility.work("attach") as unit:
        attachments.attach(unit, two[0], read_scan(papers.pdf(), 5 << 20), "A letter to the board")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, two[0])
        plans.answer(unit, plan, "crisis_signs", "I stop eating")
    program = sit(Role.VOLUNTEER)
    for layout in printing.LAYOUTS:  # without the crisis parts none is her plan
        if layout not in ("check-in", "worksheet"):
            with pytest.raises(Problem) as told, facility.read() as unit:
                printing.plan_print(unit, plan, layout=layout)
            assert told.value.code == "part"
    with facility.read() as unit:
        printing.plan_print(unit, plan, layout="worksheet")
    for key, more in (("plan", {}), ("preview", {}), ("participant", {"tab": "needs"}), ("papers", {})):
        program.window.show_page(key, participant=two[0], **more)
        words = said(page(program))
        assert "Your role shows you a part of her record." in words, key
        assert not {"Write it down", "Add from a file", "Her, the whole plan"} & set(words.splitlines())
        for screen in SCREENS:
            resize(program.window.app, program.window, screen)
            check_page(page(program))
    program.window.show_page("sit", participant=two[0])
    page(program)._go(Screen("finish"))
    assert "Your role shows you a part of her record." in said(page(program))


def test_looking_beyond_her_list(sit: Any) -> None:
    program = sit(Role.PEER_SUPPORTER)
    program.window.show_page("due")
    assert "Your role shows you a part of the records." in said(program.window)
    program.window.show_page("participants")
    program.window.show_page("beyond")
    here: Any = page(program)
    here.number.set("R2")
    here.reason.set("no")
    here.go.click()
    assert "Say why" in said(here)
    here.reason.set("her sister is at the gate")
    here.number.set("R9")
    here.go.click()
    assert "No participant has the number" in said(here)
    here.number.set("R2")
    here.go.click()
    settle()
    assert page(program).key == "participant"
    assert "Bea" in said(page(program))


@pytest.fixture
def lead(qapp: QApplication, qtbot: Any, facility: Store, two: tuple[Id, Id], clock: Clock, tmp_path: Path) -> Program:
    """An administrator at the desk, after a peer supporter looked beyond her list."""
    here = facility.who.id
    facility.sign_in(staff.add_user(facility, name="odette", passphrase=OTHER, role=Role.PEER_SUPPORTER))
    assigning.break_glass(facility, "R2", "her sister is at the gate")
    facility.sign_in(here)
    return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")


def test_each_time_is_looked_at_with_a_name_and_what_was_found(lead: Program) -> None:
    lead.window.show_page("today")
    assert "1 record was opened with a reason" in said(page(lead))
    lead.window.show_page("opened")
    here: Any = page(lead)
    assert "odette opened the record of Bea" in said(here)
    assert "her sister is at the gate" in said(here)
    (one,) = here.findings
    type_keys(here.findings[one].target(), "It was right.")
    here.refresh()  # somebody looked at another one
    settle()
    press(here, "I looked at it")
    assert "Looked at by lead" in said(here)
    assert "It was right." in said(here)
    lead.window.show_page("today")
    assert "opened with a reason" not in said(page(lead))


def test_who_works_with_her_is_said_on_her_page(lead: Program, facility: Store, two: tuple[Id, Id]) -> None:
    lead.window.show_page("participant", participant=two[0])
    assert "Nobody was named yet" in said(page(lead))
    card = page(lead).findChildren(WorkersCard)[-1]
    with facility.read() as unit:
        odette = assigning.person_named(unit, "odette")
    card.others.set(odette)
    press(card, "Works with her")
    assert "Nobody was named yet" not in said(page(lead))
    with facility.read() as unit:
        assert [one.name for one in assigning.workers_of(unit, two[0])] == ["odette"]
    press(page(lead).findChildren(WorkersCard)[-1], "No longer")
    assert "Nobody was named yet" in said(page(lead))


def test_role_scope_and_group_are_changed_in_settings(lead: Program, facility: Store) -> None:
    lead.window.show_page("settings", tab="staff")
    tab = page(lead).staff  # type: ignore[attr-defined]
    assert "Peer supporter, Her own women" in said(tab)
    tab._ask_role("odette")
    form = tab.handed.findChild(RecordForm)
    form.show_values({"role": "supervisor", "scope": "team", "team": "North", "administrator": False})
    press(tab.handed, "Save")
    assert "Supervisor, The women of her group, North" in said(tab)
    tab._ask_role("odette")
    form = tab.handed.findChild(RecordForm)
    assert not form.rows["prea_until"].isVisible()
    form.editors["role"].set(Role.VOLUNTEER)
    form.changed.emit("role")
    assert form.rows["prea_until"].isVisible()
    press(tab.handed, "Save")
    assert "A volunteer needs this date" in said(tab.handed)
    for key in ("clearance_until", "prea_until"):
        form.editors[key].set(DAY)
    press(tab.handed, "Save")
    assert "Cleared outside volunteer" in said(tab)


def test_the_page_of_roles_says_what_each_may(lead: Program) -> None:
    lead.window.show_page("roles")
    words = said(page(lead))
    assert "A woman who is in prison never has an account" in words
    assert "Does not see: Health and crisis, Alcohol and drugs" in words
    for role in Role:
        assert role.label in words
