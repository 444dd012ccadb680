"""Accounts in the window: the banner, a locked account and its release, the second proof, staff, and going away."""

from __future__ import annotations

import ctypes
import datetime as dt
from ctypes import wintypes
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import accounts, second_proof, staff
from reentry_desktop.app import Program
from reentry_desktop.base import tries
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records.people import Role
from reentry_desktop.store import Store
from reentry_desktop.ui import away
from reentry_desktop.ui.idle import SLEPT, Idle
from reentry_desktop.ui.pages.unlock import UnlockPage

from ..stores import DAY, PASSPHRASE, USER, Clock, enrolled, exchange_cards, payloads
from .desks import ON_EVERY_SCREEN, check_page, entries, resize
from .programs import NO_KEYS, begin, button, keys, page, press, said, settle, type_keys, unlock

OTHER = "seven green boats at noon"
WRONG = "not the right words"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The delay between two tries is looked at elsewhere; and no stick is in."""
    monkeypatch.setattr(tries, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr("reentry_desktop.ui.second.sticks", list)


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path) -> Program:
    """Two members of staff; Today in sight."""
    staff.add_user(facility, name="odette", passphrase=OTHER)
    with facility.work("unlock") as unit:  # she has had it changed
        unit.set_setting(f"one_time/{next(s.id for s in facility.slots.users() if s.name == 'odette')}", "")
    return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "window.ini")


def locked(program: Program) -> Any:
    found = program.window.stack.currentWidget()
    assert isinstance(found, UnlockPage)
    return found


def type_wrong(program: Program, qtbot: Any, times: int) -> None:
    for _try in range(times):
        here = locked(program)
        QTest.keyClicks(here.passphrase.edit, WRONG)
        QTest.keyClick(here.passphrase.edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda here=here: not here._busy, timeout=10_000)


@pytest.mark.controls("AC-8")
def test_the_banner_is_agreed_to_before_anybody_unlocks_and_that_is_in_the_entry(
    program: Program, qtbot: Any, facility: Store
) -> None:
    words = "For staff of the program only. Every use is written down."
    with facility.work("set_site") as unit:
        staff.set_site(unit, banner=words)
    program.window.lock()
    unlock(program, qtbot)
    program.window.lock()
    here = locked(program)
    settle()
    assert words in said(here)
    assert not here.passphrase.isVisible()
    assert QApplication.focusWidget() is here.agreed
    QTest.keyClick(here.agreed, Qt.Key.Key_Space)
    settle()
    assert here.passphrase.isVisible()
    unlock(program, qtbot)
    assert program.store is not None
    with program.store.read() as unit:
        told = [e["values"] for e in payloads(unit.connection) if e["act"] == "unlock"]
    assert told[-1] == {"acknowledged": words}
    assert told[-2] == {}


@pytest.mark.controls("AC-7")
def test_five_wrong_ones_lock_and_an_administrator_releases(program: Program, qtbot: Any) -> None:
    program.window.lock()
    locked(program).choose("odette")
    type_wrong(program, qtbot, 5)
    here = locked(program)
    assert "locked after five wrong passphrases" in said(here)
    assert not here.passphrase.isVisible()
    press(here, "Release it by phone")
    assert "recovery kit" in said(here)  # no bundle for the office yet
    here.choose(USER)
    settle()
    assert "locked after five" not in said(here)
    unlock(program, qtbot)
    program.window.show_page("settings", tab="staff")
    settle()
    tab = page(program).staff
    assert "Locked" in said(tab)
    check_page(page(program))
    QTest.mouseClick(
        next(b for b in tab.findChildren(type(tab.saving[USER])) if b.accessibleName() == "Release: odette"),
        Qt.MouseButton.LeftButton,
    )
    qtbot.waitUntil(lambda: "odette can try again" in said(tab), timeout=10_000)
    program.window.lock()
    locked(program).choose("odette")
    unlock(program, qtbot, OTHER)


def test_a_site_with_one_administrator_is_released_by_phone(
    program: Program, qtbot: Any, facility: Store, office: Store, qapp: QApplication, clock: Clock, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    sent = outgoing.send(facility, "OFFICE", tmp_path)
    incoming.take_in(office, sent.file)
    program.window.lock()
    locked(program).choose(USER)
    type_wrong(program, qtbot, 5)
    here = locked(program)
    press(here, "Release it by phone")
    shown = here.locked.said.text()
    assert shown.split()[-1] == "1"
    desk = begin(qapp, qtbot, office.folder, clock, office)
    desk.window.show_page("settings", tab="staff")
    settle()
    tab = page(desk).staff
    card: Any = next(c for c in tab.findChildren(object) if type(c).__name__ == "AnswerCard")
    card.editor.set("nothing like it")
    press(card, "Show the words")
    assert "K7Q2-M9XD" in said(card)
    card.editor.set(shown)
    press(card, "Show the words")
    words = card.words.text()
    assert "North Facility" in said(card)
    check_page(page(desk))
    desk.window.lock()
    program.window.show()  # one program closes other windows as it locks
    program.window.activateWindow()
    settle()
    type_keys(here.locked.words, "wrong words")
    press(here, "Release")
    assert "not in the list" in said(here)
    here.locked.words.setText(words)
    press(here, "Release")
    assert "Released." in said(here)
    unlock(program, qtbot)


@pytest.mark.controls("IA-2(1)")
def test_a_sheet_counts_once_its_last_line_was_typed_from_the_paper(
    program: Program, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reentry_desktop.store.second.LINES", 2)
    program.window.show_page("settings")
    settle()
    card = page(program).you.second
    assert "You have none." in said(card)
    press(card, "Print a sheet of words")
    assert "Type your passphrase first." in said(card)
    assert program.store is not None
    sheet = second_proof.make_sheet(program.store, PASSPHRASE, 2)
    card.printed(sheet, PASSPHRASE)
    card.typed.set("zz")
    press(card, "It is on paper")
    assert "not in the list" in said(card)
    card.typed.set(" ".join(reversed(sheet.last.split())))
    press(card, "It is on paper")
    assert "not the last line" in said(card)
    assert second_proof.proofs(program.store).lines == 0
    card.typed.set(sheet.last)
    press(card, "It is on paper")
    qtbot.waitUntil(lambda: "2 lines are left" in said(card), timeout=10_000)
    assert "Print a new sheet soon." in said(card)
    check_page(page(program))
    program.window.lock()
    here = locked(program)
    settle()
    assert here.second.words.isVisible()
    assert not here.second.choose.isVisible()
    assert "line 1" in here.second.words.placeholderText()
    press(here, "Unlock")
    type_keys(here.passphrase.edit, PASSPHRASE)
    press(here, "Unlock")
    assert "Show your second proof too" in said(here)


def test_a_key_file_is_found_on_a_stick_that_is_in(program: Program, qtbot: Any, tmp_path: Path) -> None:
    program.window.show_page("settings")
    card = page(program).you.second
    card.passphrase.edit.setText(PASSPHRASE)
    stick = tmp_path / "stick"
    stick.mkdir()
    card.write_to(stick)
    qtbot.waitUntil(lambda: "Key file: 2026-11-23" in said(card), timeout=10_000)
    program.window.lock()
    here = locked(program)
    settle()
    assert "Put in the stick" in said(here)
    here.second._sticks = lambda: [tmp_path, stick]
    unlock(program, qtbot)
    program.window.show_page("settings")
    settle()
    card = page(program).you.second
    card.passphrase.edit.setText(PASSPHRASE)
    press(card, "The stick “2026-11-23” is lost")
    qtbot.waitUntil(lambda: "You have none." in said(card), timeout=10_000)


def test_a_volunteer_is_asked_for_dates_and_peers_in_custody_never_get_an_account(program: Program, qtbot: Any) -> None:
    program.window.show_page("settings", tab="staff")
    settle()
    tab = page(program).staff
    assert "A woman in custody never gets an account" in said(tab)
    form = tab.form
    assert not form.rows["clearance_until"].isVisible()
    form.editors["name"].set("vi")
    form.editors["role"].set(Role.VOLUNTEER)
    form.changed.emit("role")
    settle()
    assert form.rows["clearance_until"].isVisible()
    press(tab, "Add")
    qtbot.waitUntil(lambda: "A volunteer needs this date" in said(tab), timeout=10_000)
    form.editors["clearance_until"].set(DAY)
    form.editors["prea_until"].set(DAY - dt.timedelta(days=1))
    press(tab, "Add")
    qtbot.waitUntil(lambda: "This day is past" in said(form.rows["prea_until"]), timeout=10_000)
    assert "This day is past" not in said(form.rows["clearance_until"])
    form.editors["prea_until"].set(DAY)
    press(tab, "Add")
    qtbot.waitUntil(lambda: "For vi, to be used once:" in said(tab), timeout=10_000)
    assert button(tab, "Print the slip").isVisible()
    assert "Cleared until" in said(tab)
    press(tab, "I wrote it down")


def test_a_slip_is_printed_once(program: Program, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(
        "reentry_desktop.ui.printing.print_pdf", lambda _parent, data: printed.append(data) or ("Office", 1)
    )
    program.window.show_page("settings", tab="staff")
    tab = page(program).staff
    tab.form.editors["name"].set("bo")
    press(tab, "Add")
    qtbot.waitUntil(tab.handed.isVisible, timeout=10_000)
    press(tab, "Print the slip")
    assert len(printed) == 1
    assert printed[0].startswith(b"%PDF")
    assert program.store is not None
    assert entries(program.store, "print_words") == 1, "what becomes paper is an entry"
    assert not tab.handed.isVisible()
    program.window.show_page("today")
    program.window.show_page("settings", tab="staff")
    assert not page(program).staff.handed.isVisible()


def test_the_accounts_are_reviewed_and_today_says_when(program: Program, clock: Clock, qtbot: Any) -> None:
    import datetime as dt

    assert "A year has passed" not in said(page(program))
    clock.now += dt.timedelta(days=366)
    page(program).refresh()
    assert "A year has passed" in said(page(program))
    press(page(program), "Look at them")
    tab = page(program).staff
    assert "not reviewed yet" in said(tab)
    press(tab, "I have looked at every account")
    assert "by lead" in said(tab)
    program.window.show_page("today")
    assert "A year has passed" not in said(page(program))


def test_an_account_that_was_closed_is_opened_again(program: Program, qtbot: Any) -> None:
    assert program.store is not None
    staff.disable_user(program.store, "odette")
    program.window.show_page("settings", tab="staff")
    settle()
    tab = page(program).staff
    again = next(b for b in tab.findChildren(type(tab.saving[USER])) if b.accessibleName() == "Open it again: odette")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.handed.isVisible, timeout=10_000)
    assert "odette" in [slot.name for slot in program.store.slots.users()]


@ON_EVERY_SCREEN
def test_nothing_is_cut_on_any_screen(
    qapp: QApplication, program: Program, screen: tuple[int, int, int], tongue: str
) -> None:
    if tongue == "es" and screen[2] == 100:
        pytest.skip("English is the longer one there")
    program.window.speak(tongue)
    program.window.show_page("settings")
    resize(qapp, program.window, screen)
    for tab in ("you", "staff"):
        program.window.show_page("settings", tab=tab)
        settle()
        check_page(page(program))


# Going away


@pytest.mark.controls("AC-11", "164.312(a)(2)(iii)")
@pytest.mark.parametrize(
    ("message", "what", "locks"),
    [
        (away.SESSION_CHANGE, 0x7, True), (away.SESSION_CHANGE, 0x2, True), (away.SESSION_CHANGE, 0x4, True),
        (away.SESSION_CHANGE, 0x6, True), (away.SESSION_CHANGE, 0x8, False), (away.SESSION_CHANGE, 0x1, False),
        (away.POWER, 0x4, True), (away.POWER, 0x12, False), (0x0112, 0x7, False),
    ],
)  # fmt: skip
def test_what_windows_says_locks_and_keeps_every_typed_word(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, message: int, what: int, locks: bool
) -> None:
    woman, _episode = enrolled(facility)
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    program.window.show_page("participant", participant=woman)
    step = page(program).step.editors["next_step"].edit
    step.setFocus()
    type_keys(step, "Bring the map")
    said_ = wintypes.MSG(message=message, wParam=what)
    kept = program.window._away.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(said_))
    assert kept == (False, 0)  # Qt gets it too
    settle()
    assert isinstance(program.window.stack.currentWidget(), UnlockPage) == locks
    if locks:
        unlock(program, qtbot)
        assert "Bring the map" in said(page(program))


def test_messages_of_other_systems_are_let_by(program: Program) -> None:
    assert program.window._away.nativeEventFilter(b"xcb_generic_event_t", 1) == (False, 0)


@pytest.mark.controls("AC-11")
@pytest.mark.parametrize("jump", [SLEPT + 5, 86_400, -SLEPT - 5, -86_400])
def test_a_clock_that_jumps_locks(qapp: QApplication, jump: int) -> None:
    now, wall, over = [1000.0], [5000.0], []
    idle = Idle(qapp, 300, now=lambda: now[0], wall=lambda: wall[0])
    idle.over.connect(lambda: over.append(True))
    for _second in range(5):
        now[0] += 1
        wall[0] += 1
        idle.look()
    assert not over
    now[0] += 1
    wall[0] += 1 + jump
    idle.look()
    assert over
    assert idle.slept
    idle.deleteLater()


@pytest.mark.controls("AC-11", "AC-7")
def test_five_wrong_passphrases_at_the_cover_lock_program_and_account(program: Program, qtbot: Any) -> None:
    keys(program.window, Qt.Key.Key_F12, NO_KEYS)
    cover: Any = program.window.stack.currentWidget()
    cover.ask()
    for _try in range(4):
        type_keys(cover.passphrase.edit, WRONG)
        QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: cover.button.isEnabled() and cover.problem.isVisible(), timeout=10_000)
        cover.problem.clear()
    type_keys(cover.passphrase.edit, WRONG)
    QTest.keyClick(cover.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window.session is None, timeout=10_000)
    settle()
    assert "locked after five wrong passphrases" in said(locked(program))
    assert accounts.tries.read(program.folder).locked
