"""Settings: what each person may change, what needs an administrator, what keeps the records safe."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit

from reentry_desktop.actions import checking, packs, setup, staff
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange.packs import sign_pack
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui.pages.safety import CALL, STEPS
from reentry_desktop.ui.pages.unlock import UnlockPage

from ..packs import pack_text
from ..stores import PASSPHRASE, Clock, exchange_cards
from .desks import SCREENS, check_page, resize
from .programs import begin, button, page, press, said, settle, type_keys, unlock

NEW = "four words that differ"


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock) -> Program:
    """Settings in sight, of an administrator."""
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    made.window.show_page("settings")
    settle()
    return made


def _tab(program: Program, name: str) -> Any:
    program.window.show_page("settings", tab=name)
    settle()
    return getattr(page(program), name)


def _change(program: Program, qtbot: Any, old: str, new: str, again: str) -> str:
    you = page(program).you
    for editor, text in ((you.old, old), (you.new, new), (you.again, again)):
        editor.edit.setText(text)
    press(page(program), "Change the passphrase")
    qtbot.waitUntil(you.go.isEnabled, timeout=10_000)
    settle()
    return str(you.state.text())


def test_my_passphrase_is_changed(program: Program, qtbot: Any, facility: Store, clock: Clock) -> None:
    words = _change(program, qtbot, PASSPHRASE, NEW, NEW)
    assert words.startswith("Your passphrase is changed.")
    assert "Backups made before still open with it." in words
    assert ("another PC" in words) == bool(facility.slots.database)
    assert page(program).you.new.edit.text() == ""
    program.window.lock()
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    with pytest.raises(Problem):
        open_store(facility.folder, "lead", PASSPHRASE, clock)
    unlock(program, qtbot, NEW)


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong passphrase here", NEW, NEW, "The passphrase you have is another one."),
        (PASSPHRASE, NEW, NEW + "s", "not the same"),
        (PASSPHRASE, "short", "short", "at least 12"),
        ("", NEW, NEW, "Type the one you have"),
        (PASSPHRASE, "", "", "Type the one you have"),
    ],
)
def test_a_change_that_is_not_right_changes_nothing(
    program: Program, qtbot: Any, facility: Store, old: str, new: str, again: str, told: str
) -> None:
    before = facility.slots
    assert told.casefold() in _change(program, qtbot, old, new, again).casefold()
    assert facility.slots == before


def _add(program: Program, qtbot: Any, name: str, *, administrator: bool = False) -> str:
    tab = _tab(program, "staff")
    tab.form.editors["name"].set(name)
    tab.form.editors["administrator"].set(administrator)
    press(page(program), "Add")
    qtbot.waitUntil(tab.isEnabled, timeout=10_000)
    settle()
    if not tab.handed.isVisible():
        return ""
    return next(line for line in said(tab.handed).splitlines() if len(line.split()) == 5 and "." not in line)


def test_a_new_member_of_staff_gets_a_passphrase_that_is_shown_once(program: Program, qtbot: Any) -> None:
    once = _add(program, qtbot, "odette")
    assert "odette" in said(page(program).staff.people)
    press(page(program), "I wrote it down")
    assert once not in said(program.window)
    program.window.show_page("today")
    assert once not in said(_tab(program, "staff"))
    program.window.lock()
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    locked.choose("odette")
    unlock(program, qtbot, once)
    assert page(program).key == "settings"
    assert "Choose your own now." in said(page(program))
    program.window.show_page("today")
    assert page(program).key == "settings"  # there is nothing else before that
    assert not page(program).tabs.isTabVisible(1)
    you = page(program).you
    for editor, text in ((you.old, once), (you.new, NEW), (you.again, NEW)):
        editor.edit.setText(text)
    press(page(program), "Change the passphrase")
    qtbot.waitUntil(lambda: page(program).key == "today", timeout=10_000)
    assert "Choose your own now." not in said(_tab(program, "you"))
    program.window.lock()
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    assert locked.name() == "odette"


def test_a_passphrase_in_sight_is_gone_when_the_page_is_left(program: Program, qtbot: Any) -> None:
    once = _add(program, qtbot, "odette")
    assert once
    program.window.show_page("today")
    program.window.show_page("settings", tab="staff")
    assert once not in said(page(program))


@pytest.mark.parametrize("name", ["LEAD", "", "  "])
def test_a_name_that_is_taken_or_missing_is_told_beside_it(program: Program, qtbot: Any, name: str) -> None:
    assert _add(program, qtbot, name) == ""
    assert page(program).staff.form.rows["name"].error.text()


def test_an_account_is_closed_after_a_question(program: Program, qtbot: Any, facility: Store, clock: Clock) -> None:
    once = _add(program, qtbot, "odette")
    tab = page(program).staff
    press(page(program), "Close the account: odette")
    press(page(program), "Leave it open")
    assert len(facility.slots.users()) == 2
    press(page(program), "Close the account: odette")
    assert "What odette wrote stays." in said(tab)
    press(tab.problem, "Close the account")
    qtbot.waitUntil(tab.isEnabled, timeout=10_000)
    settle()
    assert "Closed on Nov 23, 2026" in said(tab)
    program.window.lock()
    with pytest.raises(Problem):
        open_store(facility.folder, "odette", once, clock)


def test_a_forgotten_passphrase_is_given_anew(program: Program, qtbot: Any, facility: Store) -> None:
    staff.add_user(facility, name="odette", passphrase=PASSPHRASE)
    tab = _tab(program, "staff")
    press(page(program), "New passphrase: odette")
    qtbot.waitUntil(tab.handed.isVisible, timeout=10_000)
    assert "For odette, to be used once:" in said(tab.handed)


def test_who_is_no_administrator_reads_and_changes_nothing(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock
) -> None:
    staff.add_user(facility, name="odette", passphrase=PASSPHRASE, role=Role.COORDINATOR)
    folder = facility.folder
    facility.close()
    store = open_store(folder, "odette", PASSPHRASE, clock)
    program = begin(qapp, qtbot, folder, clock, store)
    staff_tab = _tab(program, "staff")
    assert "Only an administrator adds staff" in said(staff_tab)
    words_in_sight = said(staff_tab)
    assert "Close the account" not in words_in_sight
    assert "Allow saving without a passphrase" not in words_in_sight
    assert "New passphrase" not in words_in_sight
    site_tab = _tab(program, "site")
    assert "Only an administrator changes these values." in said(site_tab)
    assert not any(edit.isEnabled() for form in site_tab.forms for edit in form.findChildren(QLineEdit))
    plans_tab = _tab(program, "plans")
    assert "Only an administrator changes these values." in said(plans_tab)
    assert "Take in a pack" not in said(plans_tab)
    assert not any(
        edit.isEnabled()
        for form in plans_tab.forms
        for kind in (QLineEdit, QPlainTextEdit)
        for edit in form.findChildren(kind)
    )
    program.window.show_page("kit")
    press(page(program), "Make a new kit")
    assert "Only an administrator may do this." in said(page(program))


def _site(store: Store) -> Site:
    with store.read() as unit:
        return unit.get(Site, store.site)


def test_values_of_the_site_are_kept_as_they_are_typed(program: Program, facility: Store, tmp_path: Path) -> None:
    tab = _tab(program, "site")
    form = tab.forms[0]
    assert form.typed()["due_months"] == "12"
    form.editors["due_months"].edit.setFocus()
    form.editors["due_months"].edit.selectAll()
    type_keys(form.editors["due_months"].edit, "6")
    form.editors["listed_days"].edit.setFocus()
    settle()
    site = _site(facility)
    assert (site.due_months, site.listed_days, site.lock_minutes, site.name) == (6, 365, 5, "North Facility")


def test_leaving_without_a_change_writes_nothing(program: Program, facility: Store) -> None:
    _tab(program, "site")
    before = checking.verify_log(facility)["entries"]
    program.window.show_page("today")
    assert checking.verify_log(facility)["entries"] == before + 1  # that Today was opened


@pytest.mark.parametrize(("field", "typed"), [("due_months", "0"), ("lock_minutes", "99"), ("listed_days", "99999")])
def test_a_value_out_of_bounds_is_told_and_not_kept(program: Program, facility: Store, field: str, typed: str) -> None:
    form = _tab(program, "site").forms[0]
    form.editors[field].edit.setFocus()
    form.editors[field].edit.selectAll()
    type_keys(form.editors[field].edit, typed)
    form.editors["banner"].edit.setFocus()
    settle()
    assert form.rows[field].error.text()
    assert (_site(facility).due_months, _site(facility).lock_minutes, _site(facility).listed_days) == (12, 5, 365)


def test_the_name_wrap_carries_a_word_about_its_right(program: Program, facility: Store) -> None:
    tab = _tab(program, "plans")
    assert not tab.wrap.isVisible()
    form = tab.named
    form.editors["plan_title"].set("wrap")
    form.editors["plan_title"].changed.emit()
    form.editors["plan_title"].left.emit()
    settle()
    assert "registered name" in said(tab)
    assert str(_site(facility).plan_title) == "wrap"


def test_what_to_do_at_once_and_whom_to_call_are_kept(program: Program, facility: Store) -> None:
    tab = _tab(program, "plans")
    steps = tab.help.editors["safety_steps"].edit
    steps.setFocus()
    type_keys(steps, "Stay with her")
    tab.help.editors["safety_call"].edit.setFocus()
    type_keys(tab.help.editors["safety_call"].edit, "Ext. 4410")
    program.window.show_page("today")  # leaving keeps what was typed
    site = _site(facility)
    assert (site.safety_steps, site.safety_call) == ("Stay with her", "Ext. 4410")
    assert "Stay with her" in said(_tab(program, "plans"))


def test_what_holds_until_the_facility_writes_its_own_words_is_shown(program: Program, facility: Store) -> None:
    tab = _tab(program, "plans")
    told = said(tab)
    assert told.count("Used until you write your own:") == 2
    for line in (*STEPS, *CALL):
        assert line in told
    type_keys(tab.help.editors["safety_steps"].edit, "Press the button")
    told = said(tab)
    assert STEPS[0] not in told
    assert CALL[0] in told
    tab.help.editors["safety_steps"].edit.setPlainText("")
    assert STEPS[0] in said(tab)


@pytest.mark.parametrize("field", ["keyboard_hers", "virtual_printers"])
def test_what_is_off_unless_the_site_says_so(program: Program, facility: Store, field: str) -> None:
    editor = _tab(program, "plans").together.editors[field]
    assert editor.get() is False
    editor.yes.click()
    settle()
    assert getattr(_site(facility), field) is True
    other = {"keyboard_hers", "virtual_printers"} - {field}
    assert getattr(_site(facility), other.pop()) is False


def test_days_a_backup_is_kept(program: Program, facility: Store) -> None:
    tab = _tab(program, "safety")
    for typed, kept in (("30", 30), ("0", 30), ("", None)):
        edit = tab.days.editors["backup_days"].edit
        edit.setFocus()
        edit.selectAll()
        if typed:
            type_keys(edit, typed)
        else:
            QTest.keyClick(edit, Qt.Key.Key_Delete)
        page(program).tabs.setFocus()
        settle()
        assert _site(facility).backup_days == kept
        assert bool(tab.days.rows["backup_days"].error.text()) == (typed == "0")


def test_who_may_save_without_a_passphrase(program: Program, facility: Store) -> None:
    staff.add_user(facility, name="odette", passphrase=PASSPHRASE)
    tab = _tab(program, "staff")
    assert "May save without" not in said(tab.people)
    press(page(program), "Allow saving without a passphrase: odette")
    assert "odette may save a print that everybody can open." in said(tab)
    with facility.read() as unit:
        assert {one["name"]: one["saves_open"] for one in staff.users(unit)} == {"lead": False, "odette": True}
    assert said(tab.people).count("May save without a passphrase") == 1
    now = QApplication.focusWidget()
    assert now is not None
    assert now.accessibleName() == "Save with a passphrase only: odette"
    press(page(program), "Save with a passphrase only: odette")
    press(page(program), "Allow saving without a passphrase: lead")  # one's own as well
    with facility.read() as unit:
        assert {one["name"]: one["saves_open"] for one in staff.users(unit)} == {"lead": True, "odette": False}


def test_who_may_copy_records_out(program: Program, facility: Store) -> None:
    staff.add_user(facility, name="odette", passphrase=PASSPHRASE)
    tab = _tab(program, "staff")
    assert said(tab.people).count("May copy records out") == 1  # this store is as the command line makes one
    press(page(program), "Allow copying records out: odette")
    assert "odette may copy records out into a file that everybody can open." in said(tab)
    now = QApplication.focusWidget()
    assert now is not None
    assert now.accessibleName() == "No more copying out of records: odette"
    press(page(program), "No more copying out of records: odette")
    press(page(program), "No more copying out of records: lead")
    with facility.read() as unit:
        assert {one["name"]: one["copies_out"] for one in staff.users(unit)} == {"lead": False, "odette": False}


# Template packs


def _answer_dialogs(*paths: Path) -> None:
    """Type each path into the file window that comes next."""
    waiting = [str(path) for path in paths]

    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QFileDialog) and widget.isVisible() and waiting:
                widget.findChildren(QLineEdit)[0].setText(waiting.pop(0))
                widget.accept()
        if waiting:
            QTimer.singleShot(50, answer)

    QTimer.singleShot(50, answer)


@pytest.fixture
def signed(facility: Store, office: Store, tmp_path: Path) -> Path:
    """A pack that the office signed; the facility trusts the office."""
    exchange_cards(facility, office)
    file = tmp_path / "larkspur.pack"
    file.write_bytes(sign_pack(office, pack_text()))
    return file


def test_a_pack_is_taken_in_and_used_for_new_plans(
    signed: Path, qapp: QApplication, qtbot: Any, facility: Store, clock: Clock
) -> None:
    program = begin(qapp, qtbot, facility.folder, clock, facility)
    tab = _tab(program, "plans")
    assert "wellness/1, comes with the program" in said(tab.packs)
    assert "Sign a pack" not in said(tab)  # a facility signs none
    _answer_dialogs(signed)
    press(page(program), "Take in a pack")
    assert "“My Larkspur plan” is here now." in said(tab.packs)
    assert "larkspur/1, signed by State Office" in said(tab.packs)
    assert said(tab.packs).count("Used for new plans") == 1
    program.window.activateWindow()  # the file window has left
    qtbot.waitUntil(program.window.isActiveWindow)
    press(page(program), "Use for new plans: My Larkspur plan, larkspur/1")
    assert "New plans begin with “My Larkspur plan” from now on." in said(tab.packs)
    assert QApplication.focusWidget() is tab.packs.take
    assert _site(facility).plan_pack == "larkspur/1"
    check_page(page(program))


def test_a_file_that_is_no_pack_is_told_and_changes_nothing(program: Program, facility: Store, tmp_path: Path) -> None:
    tab = _tab(program, "plans")
    file = tmp_path / "some.pack"
    file.write_bytes(pack_text())
    _answer_dialogs(file)
    before = said(tab.packs.list)
    press(page(program), "Take in a pack")
    assert "This file is not a signed template pack." in said(tab.packs)
    assert said(tab.packs.list) == before


def test_at_the_office_a_pack_is_signed(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, clock: Clock, tmp_path: Path
) -> None:
    program = begin(qapp, qtbot, office.folder, clock, office)
    tab = _tab(program, "plans")
    source, target = tmp_path / "larkspur.json", tmp_path / "out.pack"
    source.write_bytes(b"{}")
    _answer_dialogs(source, target)
    press(page(program), "Sign a pack")
    assert "cannot be read" in said(tab)
    assert not target.exists()
    source.write_bytes(pack_text())
    _answer_dialogs(source, target)
    press(page(program), "Sign a pack")
    assert "“My Larkspur plan” is signed, in out.pack." in said(tab)
    exchange_cards(facility, office)
    with facility.work("take_pack") as unit:
        assert packs.take_pack(unit, target.read_bytes()).id == "larkspur/1"


@pytest.mark.parametrize("tab", ["staff", "site", "plans", "safety"])
def test_every_tab_holds_at_every_size(program: Program, qapp: QApplication, tab: str) -> None:
    _tab(program, tab)
    for screen in SCREENS:
        resize(qapp, program.window, screen)
        check_page(page(program))


def test_a_program_is_added_once(program: Program) -> None:
    tab = _tab(program, "site")
    for _time in range(2):
        tab.new.setText("Bridges")
        press(page(program), "Add the program")
    assert said(tab.programs).splitlines().count("Bridges") == 1


def _answer_dialog(path: str) -> None:
    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QFileDialog) and widget.isVisible():
                widget.findChildren(QLineEdit)[0].setText(path)
                widget.accept()
                return
        QTimer.singleShot(50, answer)

    QTimer.singleShot(50, answer)


def test_a_backup_says_its_size_and_sum(program: Program, qtbot: Any, tmp_path: Path) -> None:
    tab = _tab(program, "safety")
    assert "No backup was made yet." in said(tab)
    out = tmp_path / "one.backup"
    _answer_dialog(str(out))
    press(page(program), "Make a backup")
    qtbot.waitUntil(tab.backup.isEnabled, timeout=10_000)
    words_in_sight = said(tab)
    assert "The backup is written and was read back" in words_in_sight
    assert "The last backup is of Nov 23, 2026, 0 days ago." in words_in_sight
    import hashlib

    assert hashlib.sha256(out.read_bytes()).hexdigest() in words_in_sight.replace(" ", "")
    _answer_dialog(str(out))
    QTimer.singleShot(300, _accept_question)
    press(page(program), "Make a backup")
    qtbot.waitUntil(lambda: "already there" in said(tab), timeout=10_000)


def _accept_question() -> None:
    from PySide6.QtWidgets import QMessageBox

    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QMessageBox) and widget.isVisible():
            widget.button(QMessageBox.StandardButton.Yes).click()


def test_a_check_says_that_all_is_well_or_what_is_not(program: Program, qtbot: Any, facility: Store) -> None:
    tab = _tab(program, "safety")
    facility.folder.chmod(0o700)
    press(page(program), "Check everything")
    qtbot.waitUntil(tab.check.isEnabled, timeout=10_000)
    assert "All is well" in said(tab)
    facility.folder.chmod(0o755)
    press(page(program), "Check everything")
    qtbot.waitUntil(lambda: "Other people of this PC can read" in said(tab), timeout=10_000)


def test_the_keepers_of_the_kit_stand_there(program: Program, facility: Store) -> None:
    setup.note_keepers(facility, {"A": "Odette", "B": "Amaro", "C": "Tamsin"})
    words_in_sight = said(_tab(program, "safety"))
    assert "Part B: Amaro" in words_in_sight
    assert "The kit was tested." in words_in_sight


def test_the_language_of_the_screen_changes_at_once(program: Program) -> None:
    press(page(program), "Language: Español")
    try:
        assert words.language() == "es"
        assert page(program).key == "settings"
        assert program.window.session is not None
    finally:
        program.window.speak("en")
    assert "My passphrase" in said(page(program))


def test_the_size_of_the_text_changes_at_once(program: Program) -> None:
    press(page(program), "Size of the text: 150 %")
    assert program.window.text.percent() == 150
    assert button(page(program), "Size of the text: 150 %").isChecked()


def test_help_opens_at_the_topic_of_the_page(program: Program) -> None:
    from reentry_desktop.ui.pages.help import TOPICS

    program.window.session.acts["help"]()  # type: ignore[union-attr]
    assert page(program).key == "help"
    assert page(program).list.currentItem().text() == "A forgotten passphrase"
    for number, topic in enumerate(TOPICS):
        page(program).list.setCurrentRow(number)
        settle()
        assert all(step in said(page(program).card) for step in topic.steps)
    assert {key for topic in TOPICS for key in topic.pages} <= {kind.key for kind in program.window.session.pages}  # type: ignore[union-attr]


def test_about_names_the_licenses(program: Program) -> None:
    program.window.show_page("about")
    told = said(page(program))
    for name in ("GNU Lesser General Public License 3", "SIL Open Font License", "Apache License 2.0", "trademark"):
        assert name in told


def test_days_are_those_of_the_clock(program: Program, clock: Clock) -> None:
    clock.now += dt.timedelta(days=2)
    program.window.show_page("today")
    assert "Nov 25, 2026" in said(page(program))
