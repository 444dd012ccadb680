"""Settings: what each person may change, what needs an administrator, what keeps the records safe."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from reentry_desktop.actions import checking, setup, staff
from reentry_desktop.app import Program
from reentry_desktop.base import words
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.people import Role, Site
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui.pages.unlock import UnlockPage

from ..stores import PASSPHRASE, Clock
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
    return page(program).tabs.currentWidget()


def _change(program: Program, qtbot: Any, old: str, new: str, again: str) -> str:
    you = page(program).you
    for editor, text in ((you.old, old), (you.new, new), (you.again, again)):
        editor.edit.setText(text)
    press(page(program), "Change the passphrase")
    qtbot.waitUntil(you.go.isEnabled, timeout=10_000)
    settle()
    return str(you.state.text())


def test_my_passphrase_is_changed(program: Program, qtbot: Any, facility: Store, clock: Clock) -> None:
    assert "is changed" in _change(program, qtbot, PASSPHRASE, NEW, NEW)
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
    assert "is changed" in _change(program, qtbot, once, NEW, NEW)
    assert "Choose your own now." not in said(page(program))
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
    assert "New passphrase" not in words_in_sight
    site_tab = _tab(program, "site")
    assert "Only an administrator changes these values." in said(site_tab)
    assert not any(edit.isEnabled() for form in site_tab.forms for edit in form.findChildren(QLineEdit))
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
    assert checking.verify_log(facility)["entries"] == before


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
    tab = _tab(program, "site")
    assert not tab.title.isVisible()
    form = tab.forms[0]
    form.editors["plan_title"].set("wrap")
    form.editors["plan_title"].changed.emit()
    form.editors["plan_title"].left.emit()
    settle()
    assert "registered name" in said(tab)
    assert str(_site(facility).plan_title) == "wrap"


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
    assert program.window.settings_size() == 150
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
