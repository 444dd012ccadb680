"""Something serious: the steps, whom to call, three facts and no story; for the author and administrators alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from reentry_desktop.actions import plans, record_files, safety, staff, withholding
from reentry_desktop.app import Program
from reentry_desktop.base.ids import Id
from reentry_desktop.base.words import in_language
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records.participant import Participant
from reentry_desktop.records.safety import SafetyReport
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.safety import CALL, FACTS, FOR_HER, STEPS
from reentry_desktop.ui.widgets import Heading, Sentence

from ..stores import DAY, PASSPHRASE, Clock, enrolled, exchange_cards, payloads
from .desks import EVERY_SCREEN, check_page, drafts, full_disk
from .programs import NO_KEYS, begin, keys, page, press, reach, said, settle, type_keys, unlock, write

OTHER = "another long passphrase"


@pytest.fixture
def woman(facility: Store) -> Id:
    return enrolled(facility, share="words")[0]


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path) -> Iterator[Program]:
    odette = staff.add_user(facility, name="odette", passphrase=OTHER, administrator=False)
    with facility.work("change_own_passphrase") as unit:
        unit.set_setting(f"one_time/{odette}", "")
    made = begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")
    yield made
    made.window.lock()


def _open(program: Program, woman: Id, **more: Any) -> Any:
    program.window.show_page("safety", participant=woman, **more)
    settle()
    return page(program)


def _reports(store: Store, woman: Id) -> list[SafetyReport]:
    with store.read() as unit:
        return list(safety.reports_of(unit, woman))


def test_one_button_leaves_the_plan_keeps_her_words_and_shows_what_to_do(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    window = program.window
    window.show_page("sit", participant=woman, part="well")
    type_keys(reach("In your own words"), "I was saying")
    press(window, "If something serious comes up")
    assert page(program).key == "safety"
    with facility.read() as unit:
        assert plans.contents(unit, plan).answers["well"].words == "I was saying"
    told = said(window)
    assert "I have to pass this on." in told
    assert "I stay with you." in told
    for line in (*STEPS, *CALL):
        assert line not in told
    keys(window.focusWidget(), Qt.Key.Key_F1, NO_KEYS)
    told = said(window)
    for line in (*STEPS, *CALL):
        assert line in told
    assert "I was saying" not in told
    for theirs in ("Núñez", "Ana", "R1001"):
        assert theirs not in told
    assert window.isFullScreen()
    assert not window.sidebar.isVisible()
    press(window, "Close and cover")
    assert window.windowTitle() == "Paused"
    assert "To whom" not in said(window)


def test_beside_her_the_first_words_are_hers_in_her_language_and_the_steps_small(
    program: Program, facility: Store, plan: Id, woman: Id
) -> None:
    with facility.work("fill") as unit:
        plans.set_language(unit, plan, "es")
    window = program.window
    window.show_page("sit", participant=woman, part="well")
    settle()
    press(window, "Si surge algo serio")
    window.showNormal()
    window.resize(1366, 768)
    QTest.qWait(60)
    here = page(program)
    for_her = [label for label in here.findChildren(Heading) if label.text() == in_language("es").gettext(FOR_HER[0])]
    assert [label.font().pixelSize() >= 24 for label in for_her] == [True]
    assert here.verticalScrollBar().maximum() == 0  # nothing is cut off
    press(here, "For the worker: what to do now")
    steps = [label for label in here.steps.findChildren(Sentence) if label.text() in STEPS + CALL]
    assert len(steps) == len(STEPS + CALL)
    assert {label.font().pixelSize() for label in steps} == {17}
    assert here.verticalScrollBar().maximum() == 0
    assert len({label.mapTo(here, label.rect().topLeft()).x() for label in steps[: len(STEPS)]}) == 1
    press(here, "For the worker: what to do now")
    assert STEPS[0] not in said(here)
    assert "'" not in "".join(STEPS + CALL)


def test_behind_the_cover_is_the_plan_at_that_part(program: Program, plan: Id, woman: Id, qtbot: Any) -> None:
    window = program.window
    window.show_page("sit", participant=woman, part="well")
    press(window, "If something serious comes up")
    keys(window.focusWidget(), Qt.Key.Key_Escape, NO_KEYS)
    cover: Any = window.stack.currentWidget()
    QTest.keyClick(cover, Qt.Key.Key_A)
    type_keys(cover.passphrase.edit, PASSPHRASE)
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.windowTitle() != "Paused", timeout=10_000)
    assert (page(program).key, page(program).body.here) == ("plan", "well")


def test_the_facilitys_own_steps_stand_first(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("set_site") as unit:
        staff.set_site(unit, safety_steps="Press the button.\nStay in the room.", safety_call="Captain Orla, ext. 12")
    told = said(_open(program, woman))
    for line in ("Press the button.", "Stay in the room.", "Captain Orla, ext. 12"):
        assert line in told
    assert STEPS[0] not in told
    assert CALL[0] not in told


def test_three_facts_are_kept_and_there_is_no_place_for_a_story(program: Program, facility: Store, woman: Id) -> None:
    here = _open(program, woman)
    assert [field.objectName() for field in here.findChildren(QLineEdit)] == list(FACTS)
    assert not here.findChildren(QPlainTextEdit)
    assert "What happened is never written here" in said(here)
    press(here, "Keep these three facts")
    assert here.form.rows["to_whom"].error.isVisible()
    assert not _reports(facility, woman)
    write("At what time", "2:40 PM")
    write("To whom", "Captain Orla")
    here.leave()
    assert drafts(facility, woman)
    press(here, "Keep these three facts")
    (report,) = _reports(facility, woman)
    assert (report.made_on, report.made_at, report.to_whom, report.closed_on) == (DAY, "2:40 PM", "Captain Orla", None)
    assert not drafts(facility, woman)
    assert "Captain Orla" in said(here)


def test_who_is_never_to_be_told_is_warned_of_before_it_is_passed_on(
    program: Program, facility: Store, woman: Id
) -> None:
    with facility.work("withhold") as unit:
        withholding.withhold(unit, woman, "Captain Orla Venn")
    here = _open(program, woman)
    here.form.editors["to_whom"].target().setText("Orla Venn, Captain, B-unit")
    here.form.editors["to_whom"].left.emit()
    assert "She said that Captain Orla Venn must never be told" in said(here)


def test_what_is_typed_is_there_again_after_the_cover(program: Program, facility: Store, woman: Id) -> None:
    _open(program, woman)
    write("To whom", "Captain Or")
    program.window.show_page("today")
    assert _open(program, woman).form.typed()["to_whom"] == "Captain Or"
    assert not _reports(facility, woman)


def test_beside_her_the_cover_comes_also_where_the_disk_is_full(program: Program, facility: Store, woman: Id) -> None:
    page_beside = _open(program, woman, beside=True)
    told = "The shift commander. " * 400
    page_beside.form.editors["to_whom"].target().setText(told)
    page_beside.form.editors["to_whom"].changed.emit()
    with full_disk(facility):
        program.window.cover()
        assert program.window.windowTitle() == "Paused"
    program.window._uncover()
    settle()
    assert page(program) is page_beside
    assert "disk" in page_beside.problem.text()
    assert page_beside.form.editors["to_whom"].typed() == told
    program.window.cover()
    assert told.strip() in {text.strip() for text in drafts(facility, woman).values()}
    program.window._uncover()
    assert page(program).key == "plan"


def test_the_hand_off_closes_it_with_its_day(program: Program, facility: Store, woman: Id) -> None:
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Captain Orla", at="2:40 PM")
    here = _open(program, woman)
    assert "Not handed over yet" in said(here)
    press(here, "Handed over")
    assert "Handed over on Nov 23, 2026" in said(here)
    assert _reports(facility, woman)[0].closed_on == DAY
    with facility.read() as unit:
        assert not safety.open_reports(unit)


def test_another_worker_sees_nothing_of_it(
    program: Program, facility: Store, woman: Id, qtbot: Any, clock: Clock
) -> None:
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Captain Orla")
    program.window.lock()
    locked: Any = program.window.stack.currentWidget()
    locked.choose("odette")
    unlock(program, qtbot, OTHER)
    assert program.store is not None
    here = _open(program, woman)
    assert "Keep these three facts" in said(here)
    assert "Captain Orla" not in said(here)
    assert "Passed on before" not in said(here)
    with program.store.read() as unit:
        assert not safety.reports_of(unit, woman)
        assert "report" not in " ".join(line["what"] for line in record_files.story(unit, woman))
    write("To whom", "Nurse Iva")
    press(here, "Keep these three facts")
    assert "Nurse Iva" in said(here)
    store = program.store
    assert len(_reports(store, woman)) == 1
    program.window.lock()
    locked = program.window.stack.currentWidget()
    locked.choose("lead")
    unlock(program, qtbot)
    assert program.store is not None
    assert {report.to_whom for report in _reports(program.store, woman)} == {"Captain Orla", "Nurse Iva"}


def test_it_is_in_no_bundle(facility: Store, office: Store, woman: Id, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    with facility.read() as unit:
        before = outgoing.preview(unit, "OFFICE")
    with facility.work("pass_on") as unit:
        safety.hand_over(unit, safety.pass_on(unit, woman, "Captain Orla"))
    with facility.read() as unit:
        after = outgoing.preview(unit, "OFFICE")
    assert after.changes == before.changes > 0
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    assert incoming.take_in(office, sent.file).status == incoming.APPLIED
    with office.read() as unit:
        assert unit.find(Participant, woman) is not None
        assert not safety.reports_of(unit, woman)
        carried = {line["act"] for line in payloads(unit.connection)}
    assert "enrol" in carried
    assert not carried & {"pass_on", "hand_over"}


@EVERY_SCREEN
@pytest.mark.parametrize("beside", [False, True], ids=["desk", "beside"])
def test_it_fits_every_screen(
    program: Program, facility: Store, woman: Id, screen: tuple[int, int, int], beside: bool
) -> None:
    with facility.work("pass_on") as unit:
        safety.pass_on(unit, woman, "Captain Orla, shift commander", at="2:40 PM")
    window = program.window
    width, height, percent = screen
    window.text.choose(percent)
    here = _open(program, woman, beside=beside)
    window.showNormal()
    window.resize(width, height)
    QTest.qWait(30)
    check_page(here)
    window.text.choose(100)


def test_without_anybody_it_shows_the_steps_alone(program: Program) -> None:
    program.window.show_page("safety")
    assert STEPS[0] in said(page(program))
    assert "Keep these three facts" not in said(page(program))
