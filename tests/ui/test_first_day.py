"""The first day of a site, without a mouse: from nothing to a woman who is enrolled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QStorageInfo, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import setup
from reentry_desktop.app import Program
from reentry_desktop.records.participant import Enrolment, Participant
from reentry_desktop.ui.pages.unlock import UnlockPage
from reentry_desktop.ui.pages.welcome import WelcomePage

from ..stores import DAY, PASSPHRASE, Clock, Template
from .programs import begin, button, do, keys, page, press, reach, said, settle, show_second_proof, unlock, write


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, tmp_path: Path, clock: Clock) -> Program:
    """A PC without a store."""
    return begin(qapp, qtbot, tmp_path / "store", clock)


def _welcome(program: Program) -> Any:
    found = program.window.stack.currentWidget()
    assert isinstance(found, WelcomePage)
    return found


def _answer(passphrase: str = PASSPHRASE, again: str = PASSPHRASE) -> None:
    write("Name of this site", "North Facility")
    write("Short code", "NORTH")
    write("Sign-in name", "rosalind")
    write("Passphrase", passphrase)
    write("Passphrase again", again)
    do("Make the store")


def test_the_first_day_without_a_mouse(
    program: Program, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = program.window
    do("Set up")
    _answer()
    qtbot.waitUntil(lambda: window.session is not None, timeout=10_000)
    assert page(program).key == "kit"
    for part, keeper in zip("ABC", ("Odette", "Reverend Amaro", "Tamsin"), strict=True):
        write(f"Who keeps part {part}", keeper)
        do(f"Write by hand: part {part}")
        card = next(card for card in page(program).cards if card.part == part)
        shown = [word.split("\u00a0")[1] for word in card.words.text().split("   ")]
        assert len(shown) == 24
        do(f"I wrote it down: part {part}")
        assert not card.words.isVisible()
        assert not card.words.text()
        write(f"The words of part {part}, typed from the paper", " ".join(word[:4] for word in shown))
    do("Test the kit")
    assert "second proof" in said(page(program))
    show_second_proof(program, qtbot, tmp_path / "stick", PASSPHRASE, then="second_way")
    assert "somebody else must be able to help" in said(page(program))
    do("Later")
    assert page(program).key == "today", said(page(program))
    assert "Only you can get in" in said(page(program))
    store = program.store
    assert store is not None
    assert store.kit_tested
    with store.read() as unit:
        assert setup.keepers(unit) == {"A": "Odette", "B": "Reverend Amaro", "C": "Tamsin"}

    keys(window, Qt.Key.Key_N)
    assert page(program).key == "register"
    write("First name", "Ana")
    write("Last name", "Núñez")
    write("Department number", "r-1001")
    write("Date of birth", "1/2/1990")
    do("Register")
    assert page(program).key == "enrol", said(page(program))
    write("Name of the program", "Bridges")
    do("Add the program")
    do("Note the offer")
    do("It was read out")
    do("Enroll")
    do("Open the page")
    assert page(program).key == "participant"
    assert "Ana Núñez" in said(page(program))
    assert "Number R1001, born 1990" in said(page(program))
    with store.read() as unit:
        woman = unit.all(sa.select(Participant))[0]
        episode = unit.all(sa.select(Enrolment))[0]
    assert (woman.last_name, woman.department_number, str(woman.date_of_birth)) == ("Núñez", "R1001", "1990-01-02")
    assert (episode.offered_on, episode.limits_told_on, episode.agreed_on, episode.enrolled_on) == (DAY,) * 4
    assert episode.limits_told_by == store.who.id
    assert str(episode.office_has) == "dates"

    keys(window, Qt.Key.Key_L)
    assert isinstance(window.stack.currentWidget(), UnlockPage)
    assert program.store is None
    monkeypatch.setattr(QStorageInfo, "mountedVolumes", list)  # nobody's own stick is in
    locked: Any = window.stack.currentWidget()
    QTest.keyClicks(locked.passphrase.edit, PASSPHRASE)
    QTest.keyClick(locked.passphrase.edit, Qt.Key.Key_Return)
    assert "Show your second proof too" in said(locked)
    monkeypatch.setattr("reentry_desktop.ui.second.choose_file", lambda *_args: next((tmp_path / "stick").iterdir()))
    do("Choose the key file")
    QTest.keyClick(locked.passphrase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session is not None, timeout=10_000)
    settle()
    assert page(program).key == "participant"


def test_two_different_passphrases_are_told_and_nothing_is_made(program: Program) -> None:
    do("Set up")
    _answer(again="correct horse batteries")
    assert "The two passphrases are not the same" in said(_welcome(program))
    assert not program.folder.exists()


def test_a_weak_passphrase_is_told_and_nothing_is_made(program: Program, qtbot: Any) -> None:
    do("Set up")
    _answer("short", "short")
    qtbot.waitUntil(lambda: "at least 12" in said(_welcome(program)).casefold())
    qtbot.waitUntil(lambda: _welcome(program).isEnabled())
    assert _welcome(program).site.typed()["site"] == "North Facility"
    assert not (program.folder / "store.db").exists()


def test_what_is_missing_stands_beside_its_field(program: Program, qtbot: Any) -> None:
    do("Set up")
    write("Passphrase", PASSPHRASE)
    write("Passphrase again", PASSPHRASE)
    do("Make the store")
    qtbot.waitUntil(lambda: _welcome(program).isEnabled())
    form = _welcome(program).site
    assert form.rows["site"].error.text() == "Please fill this in."
    assert _welcome(program).person.rows["user"].error.text() == "Please fill this in."


def test_a_folder_with_something_in_it_is_not_used(program: Program, qtbot: Any) -> None:
    program.folder.mkdir()
    (program.folder / "letter.txt").write_text("mine")
    do("Set up")
    _answer()
    qtbot.waitUntil(lambda: "not empty" in said(_welcome(program)), timeout=10_000)
    assert [path.name for path in program.folder.iterdir()] == ["letter.txt"]


def _new_kit(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> Any:
    from reentry_desktop.ui.pages import kit

    new = setup.NewStore(tmp_path / "new", "facility", "North", "rosalind", PASSPHRASE)
    store, made = setup.create(new, clock)
    kit.keep(store, made)
    program.opened(store, "kit")
    settle()
    return page(program)


def test_a_kit_with_one_wrong_word_is_not_taken(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    kit = _new_kit(program, qtbot, tmp_path, clock)
    for card in kit.cards:
        card.keeper.setText("Somebody")
        press(kit, f"Write by hand: part {card.part}")
        press(kit, f"I wrote it down: part {card.part}")
        words = list(kit.kit.parts[card.part])
        if card.part == "B":
            words[3], words[4] = words[4], words[3]
        card.typed.setPlainText(" ".join(words))
    press(kit, "Test the kit")
    assert kit.problem.isVisible()
    assert page(program).key == "kit"
    assert program.store is not None
    assert not program.store.kit_tested


def test_a_part_that_nobody_keeps_is_asked_for(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    kit = _new_kit(program, qtbot, tmp_path, clock)
    press(kit, "Test the kit")
    assert "First write who keeps this part." in said(kit.cards[0])
    assert "First write" not in said(kit.cards[1])


def test_two_keepers_of_the_facility_are_warned_of(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    kit = _new_kit(program, qtbot, tmp_path, clock)
    kit.cards[0].inside.setChecked(True)
    assert not kit.warning.isVisible()
    kit.cards[2].inside.setChecked(True)
    assert "Together they could open the records" in kit.warning.text()
    assert kit.warning.isVisible()


def test_before_the_kit_is_tested_nobody_is_registered(
    program: Program, qtbot: Any, tmp_path: Path, clock: Clock
) -> None:
    _new_kit(program, qtbot, tmp_path, clock)
    keys(program.window, Qt.Key.Key_N)
    write("First name", "Ana")
    write("Department number", "R1001")
    do("Register")
    assert "Test the recovery kit first" in said(page(program))
    assert page(program).form.typed()["first_name"] == "Ana"
    with program.store.read() as unit:  # type: ignore[union-attr]
        assert not unit.all(sa.select(Participant))


def test_a_lost_kit_is_made_anew_before_work(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    _new_kit(program, qtbot, tmp_path, clock)
    program.window.lock()
    unlock(program, qtbot)
    assert page(program).key == "kit"
    assert "not tested yet" in said(page(program))
    press(page(program), "Make a new kit")
    assert len(page(program).cards) == 3


def test_the_recovery_kit_gives_a_new_passphrase(
    qapp: QApplication, qtbot: Any, facility_template: Template, tmp_path: Path, clock: Clock
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    program = begin(qapp, qtbot, folder, clock)
    locked = program.window.stack.currentWidget()
    assert isinstance(locked, UnlockPage)
    locked.forgot.setFocus()
    do("Forgot it?")
    do("No administrator is left: use the recovery kit")
    kit = facility_template.kit
    reach("Words of part 1").setPlainText(kit.text("C").decode())  # type: ignore[attr-defined]
    write("Words of part 2", " ".join(kit.parts["A"]))
    write("Sign-in name", "lead")
    write("Passphrase", "a new long passphrase")
    write("Passphrase again", "a new long passphrase")
    do("Give the new passphrase")
    qtbot.waitUntil(lambda: isinstance(program.window.stack.currentWidget(), UnlockPage), timeout=15_000)
    unlock(program, qtbot, "a new long passphrase")
    assert "The recovery kit of this store was used" in said(page(program))
    press(page(program), "I have read this")
    assert "recovery kit" not in said(page(program))


def test_one_part_alone_opens_nothing(
    qapp: QApplication, qtbot: Any, facility_template: Template, tmp_path: Path, clock: Clock
) -> None:
    program = begin(qapp, qtbot, facility_template.copy(tmp_path / "store"), clock)
    program.recover()
    settle()
    welcome = _welcome(program)
    kit = facility_template.kit
    for part in welcome.restoring.kit.parts:
        part.setPlainText(" ".join(kit.parts["A"]))
    welcome.restoring.person.editors["user"].set("lead")
    for edit in (welcome.restoring.new.first.edit, welcome.restoring.new.again.edit):
        edit.setText("a new long passphrase")
    press(welcome, "Give the new passphrase")
    qtbot.waitUntil(welcome.isEnabled, timeout=15_000)
    assert welcome.problem.isVisible()
    press(welcome, "Back to the lock")
    assert isinstance(program.window.stack.currentWidget(), UnlockPage)


def test_esc_and_words_lead_back_from_setting_up(program: Program) -> None:
    do("Set up")
    press(_welcome(program), "Back to the beginning")
    assert button(_welcome(program), "Set up")


def test_the_first_page_speaks_spanish_when_asked(program: Program) -> None:
    do("Español")
    assert program.window.settings.language == "en"  # nothing is remembered without a file
    from reentry_desktop.base import words

    assert words.language() == "es"
    assert reach("Español")
    QTest.keyClick(reach("English"), Qt.Key.Key_Space)
    assert words.language() == "en"


def test_a_backup_is_brought_back_as_a_new_device(
    program: Program, qtbot: Any, facility_template: Template, tmp_path: Path, clock: Clock
) -> None:
    from reentry_desktop.actions import checking

    with facility_template.open(tmp_path / "lost", clock) as lost:
        checking.backup(lost, tmp_path / "one.backup")
        device = lost.device
    welcome = _welcome(program)
    welcome.restoring.show_backup(tmp_path / "one.backup")
    settle()
    welcome.restoring.person.editors["user"].set("lead")
    welcome.restoring.first.edit.setText("not the passphrase")
    press(welcome, "Bring back")
    qtbot.waitUntil(lambda: welcome.isEnabled() and welcome.problem.isVisible(), timeout=10_000)
    assert not program.folder.exists() or not any(program.folder.iterdir())
    welcome.restoring.first.edit.setText(PASSPHRASE)
    press(welcome, "Bring back")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=15_000)
    assert program.store is not None
    assert program.store.device != device
    assert page(program).key == "today"


def test_a_file_that_is_no_backup_is_told(program: Program, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "letter.backup").write_text("Dear all")
    welcome = _welcome(program)
    welcome.restoring.show_backup(tmp_path / "letter.backup")
    settle()
    welcome.restoring.person.editors["user"].set("lead")
    welcome.restoring.first.edit.setText(PASSPHRASE)
    press(welcome, "Bring back")
    qtbot.waitUntil(lambda: "not a whole backup" in said(welcome), timeout=10_000)


def test_two_parts_never_lie_on_one_drive(program: Program, qtbot: Any, tmp_path: Path, clock: Clock) -> None:
    kit = _new_kit(program, qtbot, tmp_path, clock)
    kit.cards[0].save_to(tmp_path / "stick")
    assert "Saved." in said(kit.cards[0])
    kit.cards[1].save_to(tmp_path / "other")
    assert "Part A already lies on this drive." in said(kit.cards[1])
    assert not (tmp_path / "other").exists()
    assert kit.cards[0].read_back().split()[-24:] == list(kit.kit.parts["A"])


@pytest.mark.parametrize("there", [False, True])
def test_the_program_starts_as_a_process(facility_template: Template, tmp_path: Path, there: bool) -> None:
    folder = facility_template.copy(tmp_path / "store") if there else tmp_path / "none"
    code = (
        "from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication; import sys;"
        "app = QApplication([]); QTimer.singleShot(300, app.quit);"
        "from reentry_desktop.__main__ import window; code = window([sys.argv[1]]);"
        "print([m for m in ('sqlalchemy', 'cryptography', 'reportlab') if m in sys.modules]); sys.exit(code)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    if there:  # the lock comes fast: what opens the records is loaded after it
        assert done.stdout.strip() == "[]"
