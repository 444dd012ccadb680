"""The stick between two sites: cards by twelve words, a copy that was checked, and taking in without harm."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from shiboken6 import isValid

from reentry_desktop.actions import enrolling, plans, sync, trust, waiting, women
from reentry_desktop.actions.sites import site_states
from reentry_desktop.base.ids import new_id, show_device
from reentry_desktop.base.words import _
from reentry_desktop.records import Participant
from reentry_desktop.records.change import Change
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.sync import SyncPage
from reentry_desktop.ui.pages.sync_in import SyncInPage
from reentry_desktop.ui.pages.sync_out import SyncOutPage
from reentry_desktop.ui.widgets import Notice, Sentence
from reentry_desktop.ui.window import MainWindow

from ..stores import DAY, Template, enrolled, exchange_cards, too_long_a_name, write_as_newer
from .desks import EVERY_SCREEN, SCREENS, check_page, open_window, press, resize, type_into
from .programs import press as press_words
from .programs import said

PAGES = [SyncPage, SyncOutPage, SyncInPage]


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, facility, PAGES)
    yield made
    made.lock()


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def _open(window: MainWindow, key: str) -> Any:
    window.show_page(key)
    assert window.page is not None
    assert window.page.key == key
    return window.page


def _with_words(store: Store) -> None:
    """One woman shares her dates only and has a plan; her words stay here."""
    woman, _episode = enrolled(store)
    with store.work("start_plan") as unit:
        plans.answer(unit, plans.start_plan(unit, woman), "well", "I laugh easily")


def _to_check(page: Any, qtbot: Any, usb: Path) -> None:
    page.choice.take(usb)
    press(page.next)
    qtbot.waitUntil(lambda: hasattr(page, "copy") and isValid(page.copy) and page.copy.isVisible(), timeout=10_000)


def _copy(page: Any, qtbot: Any, usb: Path) -> None:
    _to_check(page, qtbot, usb)
    press(page.copy)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)


@contextmanager
def _held(window: MainWindow) -> Iterator[None]:
    """Work that is asked for does not begin before the end of this: something else is under way."""
    go_on = threading.Event()
    assert window.page is not None
    window.page.later(lambda _job: go_on.wait(10), lambda _done: None)
    try:
        yield
    finally:
        go_on.set()


def _card(store: Store, folder: Path) -> Path:
    path = folder / "other.card"
    sync.save_card(store, path)
    return path


# Cards


def test_without_a_trusted_site_nothing_can_be_copied(window: MainWindow) -> None:
    page = _open(window, "sync")
    assert not page.copy.isEnabled()
    assert "No other site is trusted yet." in said(page)
    assert "Exchange cards" in said(_open(window, "sync-out"))


def test_our_twelve_words_stand_there_and_the_card_is_saved(
    window: MainWindow, facility: Store, usb: Path, monkeypatch: pytest.MonkeyPatch, office: Store
) -> None:
    page = _open(window, "sync")
    card, _data = sync.own_card(facility)
    assert page.own.card.fingerprint == card.fingerprint
    path = usb / "NORTH.card"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(path), ""))
    press(page.own.save)
    assert sync.read_card(office, path)[0].fingerprint == card.fingerprint


def test_a_card_is_trusted_by_the_first_letters_of_its_words(
    window: MainWindow, facility: Store, office: Store, usb: Path
) -> None:
    page = _open(window, "sync")
    page.other.read_card(_card(office, usb))
    card, _data = sync.own_card(office)
    for edit, word in zip(page.other.edits, card.fingerprint, strict=True):
        assert edit.hasFocus()
        QTest.keyClicks(edit, word[:4].upper())
        QTest.keyClick(edit, Qt.Key.Key_Space)
        assert edit.text() == word
    assert page.other.trust.hasFocus()
    QTest.keyClick(page.other.trust, Qt.Key.Key_Space)
    with facility.read() as unit:
        assert [state.site for state in site_states(unit)] == ["State Office"]
    assert page.copy.isEnabled()
    assert not any(edit.text() for edit in page.other.edits)


def test_wrong_words_trust_nobody(window: MainWindow, facility: Store, office: Store, usb: Path) -> None:
    page = _open(window, "sync")
    page.other.read_card(_card(office, usb))
    first = page.other.edits[0]
    type_into(first, "zzzz ")
    assert first.property("wrong")
    assert "not a word of the list" in page.other.wrong.text()
    own, _data = sync.own_card(facility)  # twelve good words, of another site
    first.clear()
    first.setFocus()
    QApplication.clipboard().setText(" ".join(own.fingerprint))
    QTest.keyClick(first, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [edit.text() for edit in page.other.edits] == list(own.fingerprint)
    press(page.other.trust)
    assert "not those of the card" in page.other.wrong.text()
    page.other.edits[11].clear()
    press(page.other.trust)
    assert "Word 12 is missing" in page.other.wrong.text()
    with facility.read() as unit:
        assert not site_states(unit)


def test_our_own_card_or_a_broken_one_is_refused(window: MainWindow, facility: Store, usb: Path) -> None:
    page = _open(window, "sync")
    page.other.read_card(_card(facility, usb))
    assert "own card" in page.other.wrong.text()
    assert not page.other.trust.isVisibleTo(page)
    (usb / "bad.card").write_bytes(b"no card")
    page.other.read_card(usb / "bad.card")
    assert page.other.wrong.text()
    assert not page.other.trust.isVisibleTo(page)


# Out


def test_what_goes_and_what_stays_is_seen_before_it_is_copied(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    _with_words(facility)
    page = _open(window, "sync-out")
    _to_check(page, qtbot, usb)
    words = said(page)
    fingerprint = sync.own_card(office)[0].fingerprint
    assert f"Only State Office (fingerprint {' '.join(fingerprint[:3])} …) has the key." in words
    assert "I laugh" not in words
    assert not page.held_table.isVisibleTo(page)
    qtbot.waitUntil(page.copy.hasFocus)
    press(page.held)
    row = page.held_table.rows.row(0)
    assert (row.name, row.reason) == ("Ana Núñez", "She shares her dates only.")
    assert not list(usb.iterdir())
    press(page.copy)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    assert "Take the stick out now." in page.result.text()
    (bundle,) = usb.iterdir()
    qtbot.waitUntil(lambda: bundle.name in said(page))
    whole = hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert whole in said(page).replace(" ", "")
    assert _open(window, "sync").sites.findChildren(Sentence)[1].text() == "State Office"


def test_a_stick_that_is_gone_leaves_everything_as_it_was(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    page = _open(window, "sync-out")
    _to_check(page, qtbot, usb)
    usb.rmdir()
    press(page.copy)
    qtbot.waitUntil(lambda: bool(page.problem.text()), timeout=10_000)
    assert "Nothing was copied" in page.problem.text()
    assert page.steps.now == 0
    with facility.read() as unit:
        assert site_states(unit)[0].last_sent is None


def test_a_copy_that_is_cancelled_leaves_nothing_on_the_stick(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    page = _open(window, "sync-out")
    _to_check(page, qtbot, usb)
    with _held(window):
        press(page.copy)
        check_page(page)
        press(page.underway.cancel)
        assert "Stopping" in said(page)
    qtbot.waitUntil(lambda: page.steps.now == 0, timeout=10_000)
    assert page.problem.text() == "Nothing was copied. The records here are safe."
    assert not list(usb.iterdir())
    with facility.read() as unit:
        assert site_states(unit)[0].last_sent is None
    _copy(page, qtbot, usb)  # and again, to the end
    assert len(list(usb.iterdir())) == 1


def test_a_copy_tells_how_far_it_is(window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any) -> None:
    exchange_cards(facility, office)
    page = _open(window, "sync-out")
    _to_check(page, qtbot, usb)
    told: list[tuple[str, int]] = []
    with _held(window):
        press(page.copy)
        shown = page.underway
        shown._job.progress.connect(lambda *_told: told.append((shown.words.text(), shown.bar.value())))
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    assert told[0] == ("Done: 0 %", 0)
    assert told[-1] == ("Done: 100 %", 100)


def test_for_whom_is_asked_where_there_are_several(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any, tmp_path: Path
) -> None:  # fmt: skip
    with Template.make(tmp_path / "east", "facility", "East Facility", "EAST").open(tmp_path / "east-open") as east:
        exchange_cards(facility, office)
        exchange_cards(facility, east)
    page = _open(window, "sync-out")
    page.choice.take(usb)
    press(page.next)
    assert "for whom" in page.problem.text()
    page.whom.button(0).click()
    press(page.next)
    qtbot.waitUntil(lambda: hasattr(page, "copy"), timeout=10_000)
    assert page.to == "East Facility"


# In


def test_bringing_in_is_tried_first_and_twice_does_no_harm(
    qapp: QApplication, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    _with_words(facility)
    with facility.read() as unit:
        changes = sync.preview(unit, "State Office").changes
    sync.send(facility, "State Office", usb)
    (usb / "broken.bundle").write_bytes(b"nothing of ours" * 50)
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync-in")
    page.offer(sync.bundles_in(usb))
    assert len(page.boxes) == 2
    press(page.next)
    qtbot.waitUntil(lambda: hasattr(page, "go"), timeout=10_000)
    rows = {Path(row.file).name: row for n in range(2) if (row := page.table.rows.row(n))}
    assert rows["broken.bundle"].status == sync.SET_ASIDE
    assert any("not a bundle of this program" in notice.text() for notice in page.findChildren(Notice))
    good = next(row for name, row in rows.items() if name != "broken.bundle")
    assert (good.sender, good.number, good.changes) == ("North Facility", 1, changes)
    with office.read() as unit:
        assert site_states(unit)[0].last_received is None
    assert page.go.text() == "Bring in 1 bundle"
    press(page.go)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    assert f"{changes} changes are brought in, about 1 woman." in page.result.text()
    page.ask_files()
    page.offer([path for path in sync.bundles_in(usb) if path.name != "broken.bundle"])
    (box,) = page.boxes.values()
    assert "here already" in box.text()
    assert "All of these are here already." in said(page)
    press(page.next)
    assert "Choose at least one bundle." in said(page)
    box.setChecked(True)
    press(page.next)
    qtbot.waitUntil(lambda: "nothing to bring in" in said(page), timeout=10_000)
    assert page.table.rows.row(0).status == sync.ALREADY
    window.lock()


def test_a_woman_is_counted_once_whatever_of_hers_comes_and_in_how_many_bundles(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path
) -> None:
    exchange_cards(facility, office)
    woman, episode = enrolled(facility, share="words")
    sync.take_in(office, [sync.send(facility, "State Office", usb).file])
    files = []
    for step in ("Bank", "Clinic"):
        with facility.work("step") as unit:
            enrolling.set_next_step(unit, episode, step, DAY)
        files.append(sync.send(facility, "State Office", usb).file)
    with facility.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 1", last_name="Paz")
    with office.work("correct") as unit:
        women.correct(unit, woman, unit="Ward 2", last_name="Pan")
    files.append(sync.send(facility, "State Office", usb).file)
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync-in")
    page.look_into(files)
    qtbot.waitUntil(lambda: hasattr(page, "go"), timeout=10_000)
    assert [page.table.rows.row(n).women for n in range(3)] == [1, 1, 1]
    assert "In 1 record two people wrote different things." in said(page)
    press(page.go)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    assert page.result.text().endswith("are brought in, about 1 woman.")
    window.lock()


def test_what_is_not_here_yet_stands_first_and_the_rest_can_be_shown(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path
) -> None:
    exchange_cards(facility, office)
    files = [sync.send(facility, "State Office", usb).file for _number in range(4)]
    for number, file in enumerate(files):
        os.utime(file, (number, number))
    sync.take_in(office, files[2:])  # the newest two
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync-in")
    page.offer(sync.bundles_in(usb), 3)
    assert [(path, box.isChecked()) for path, box in page.boxes.items()] == [
        (files[1], True), (files[0], True), (files[3], False),
    ]  # fmt: skip
    page.boxes[files[1]].setChecked(False)
    press_words(page, "Show 1 more")
    assert [box.isChecked() for box in page.boxes.values()] == [False, True, False, False]
    assert page.boxes[files[2]].hasFocus()
    assert not page.more.isVisible()
    window.lock()


def test_what_is_cancelled_while_it_comes_in_is_not_here(
    qapp: QApplication, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    _with_words(facility)
    files = [sync.send(facility, "State Office", usb).file for _number in range(2)]
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync-in")
    with _held(window):  # while they are looked at
        page.look_into(files[:1])
        press(page.underway.cancel)
    qtbot.waitUntil(lambda: page.steps.now == 0, timeout=10_000)
    assert page.problem.text() == "Nothing was brought in. The records here are safe."
    for some in (files[:1], files):
        page.look_into(some)
        qtbot.waitUntil(lambda: hasattr(page, "go") and isValid(page.go) and page.go.isVisible(), timeout=10_000)
        with _held(window):  # while they are brought in
            press(page.go)
            check_page(page)
            press(page.underway.cancel)
        qtbot.waitUntil(lambda: page.steps.now == 0, timeout=10_000)
        assert ("Any that were finished before it stay." in page.problem.text()) == (len(some) > 1)
        with office.read() as unit:
            assert site_states(unit)[0].last_received is None
            assert not unit.all(sa.select(Participant))
    window.lock()


def test_a_bundle_for_another_site_is_set_aside(
    window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    path = sync.send(facility, "State Office", usb).file
    page = _open(window, "sync-in")
    page.look_into([path, usb / "gone.bundle"])
    qtbot.waitUntil(lambda: "nothing to bring in" in said(page), timeout=10_000)
    assert [page.table.rows.row(n).status for n in range(2)] == [sync.SET_ASIDE, sync.SET_ASIDE]


def test_what_cannot_be_brought_in_alone_is_kept_by_one_press(
    qapp: QApplication, facility: Store, office: Store, usb: Path, qtbot: Any
) -> None:
    exchange_cards(facility, office)
    sync.take_in(office, [sync.send(facility, "State Office", usb).file])
    with office.work("revoke") as unit:
        trust.revoke(unit, "NORTH", show_device(facility.device), "It was stolen")
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync-in")
    page.look_into([sync.send(facility, "State Office", usb).file])
    qtbot.waitUntil(lambda: "Keep 1 file here" in said(page), timeout=10_000)
    assert "Keep the file: somebody in charge can look" in said(page)
    with office.read() as unit:
        assert not sync.set_aside(unit)
    check_page(page)
    press_words(page, "Keep 1 file here")
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    assert "Nothing was brought in.\n" in said(page)
    assert "1 file is kept here: USB sync, Set aside." in said(page)
    page = _open(window, "sync")
    press_words(page, "Look inside")
    qtbot.waitUntil(lambda: "It holds" in page.problem.text(), timeout=10_000)
    window.lock()


def test_nothing_chosen_issaid(window: MainWindow, usb: Path) -> None:
    page = _open(window, "sync-in")
    page.offer([])
    assert not page.next.isEnabled()
    assert "No bundle is on a stick" in page.none.text()
    (usb / "a.bundle").write_bytes(b"x")
    page.offer([usb / "a.bundle"])
    page.boxes[usb / "a.bundle"].setChecked(False)
    press(page.next)
    assert "at least one" in page.problem.text()


@EVERY_SCREEN
def test_every_screen_holds_it(
    window: MainWindow, qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path,
    screen: tuple[int, int, int],
) -> None:  # fmt: skip
    resize(qapp, window, screen)
    check_page(_open(window, "sync"))
    exchange_cards(facility, office)
    _with_words(facility)
    page = _open(window, "sync-out")
    check_page(page)
    _to_check(page, qtbot, usb)
    press(page.held)
    check_page(page)
    press(page.copy)
    qtbot.waitUntil(lambda: page.steps.now == 4, timeout=10_000)
    check_page(page)
    page = _open(window, "sync")
    page.other.read_card(_card(office, usb))
    check_page(page)
    page = _open(window, "sync-in")
    page.offer(sync.bundles_in(usb))
    check_page(page)
    press(page.next)
    qtbot.waitUntil(lambda: "nothing to bring in" in said(page), timeout=10_000)
    check_page(page)


# What each side knows


def _sent_and_taken(facility: Store, office: Store, usb: Path) -> None:
    """A bundle of the facility is at the office."""
    enrolled(facility)
    sync.take_in(office, [sync.send(facility, "OFFICE", usb).file])


def test_a_code_by_phone_confirms(window: MainWindow, facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    _sent_and_taken(facility, office, usb)
    page = _open(window, "sync")
    assert "changes were copied and are not confirmed yet." in said(page)
    with office.read() as unit:
        _number, code = sync.phone_code(unit, "NORTH")
    press_words(page, "Confirm by phone")
    assert "By phone with State Office" in said(page)
    assert "there is nothing to confirm" in said(page)  # nothing came from there yet
    assert page.phone.editor.target().hasFocus()
    QTest.keyClicks(page.phone.editor.target(), "WRONG-CODE1")
    QTest.keyClick(page.phone.editor.target(), Qt.Key.Key_Return)
    assert "confirms none of the bundles" in said(page)
    page.phone.editor.set("")
    QTest.keyClicks(page.phone.editor.target(), code.lower())
    QTest.keyClick(page.phone.editor.target(), Qt.Key.Key_Return)
    assert not page.phone.isVisible()
    assert "It confirmed our number 1" in said(page)
    assert "not confirmed yet" not in said(page)


def test_the_code_to_read_out_is_shown(window: MainWindow, facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    sync.take_in(facility, [sync.send(office, "NORTH", usb).file])
    page = _open(window, "sync")
    press_words(page, "Confirm by phone")
    with facility.read() as unit:
        number, code = sync.phone_code(unit, "OFFICE")
    assert f"It confirms their bundle {number}." in said(page)
    assert code in said(page)
    press_words(page.phone, "Close")
    assert not page.phone.isVisible()


@EVERY_SCREEN
def test_what_is_set_aside_is_listed_and_tried_again(
    qapp: QApplication, window: MainWindow, facility: Store, office: Store, usb: Path, qtbot: Any, screen: Any
) -> None:
    exchange_cards(facility, office)
    page = _open(window, "sync")
    assert not page.aside.isVisible()
    file = sync.send(office, "NORTH", usb).file
    whole = file.read_bytes()
    with facility.read() as unit:
        card = unit.session.get(Peer, office.site)
        known = {column.key: getattr(card, column.key) for column in Peer.__table__.columns}
    with facility.work("trust_card") as unit:
        unit.local(sa.delete(Peer))
    sync.take_in(facility, [file])
    file.write_bytes(whole[:-30])
    sync.take_in(facility, [file])
    later = sync.send(office, "NORTH", usb).file
    later.write_bytes(later.read_bytes()[:-30])
    sync.take_in(facility, [later])
    page.refresh()
    resize(qapp, window, screen)
    words = said(page)
    assert words.count(file.name) == 2
    assert "a site whose card is not trusted here" in words
    assert "the copy was not finished" in words
    check_page(page)
    press_words(page, "Copy a report for support (no names)")
    assert "truncated" in QApplication.clipboard().text()
    assert "North" not in QApplication.clipboard().text()
    with facility.work("trust_card") as unit:
        unit.local(sa.insert(Peer).values(**known))
    press_words(page, "Try them again")
    qtbot.waitUntil(lambda: "1 file is brought in now." in said(window), timeout=10_000)
    assert file.name not in said(page)  # neither the whole one nor the one that was cut short: it came
    assert said(page).count(later.name) == 1
    for answer in ("Keep the file", "Let it go"):
        press_words(page, f"Let it go: {later.name}")
        assert "The next bundle of State Office brings what is in it again" in said(page)
        check_page(page)
        press_words(page.aside.asked, answer)
        assert not page.aside.asked.isVisible()
    assert not page.aside.isVisible()


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_waits_is_told_as_it_comes_and_listed(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path, language: str
) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility)
    write_as_newer(
        facility,
        too_long_a_name(facility, woman),
        Change(
            at="2031-01-01T00:00:00.000Z", act="offer", kind="enrolment", record=new_id(), participant=woman,
            share="dates", depth=1, new=True,
            values=msgspec.Raw(msgspec.json.encode({"participant": woman, "program": new_id()})),
        ),
    )  # fmt: skip
    file = sync.send(facility, "OFFICE", usb).file
    window = open_window(qapp, qtbot, office, PAGES)
    window.speak(language)
    page = _open(window, "sync")
    assert not page.waiting.isVisible()
    coming = _open(window, "sync-in")
    coming.look_into([file])
    qtbot.waitUntil(lambda: coming.steps.now == 1 and hasattr(coming, "go"), timeout=10_000)
    told = waiting.count_words(2)
    assert told in said(coming)
    coming.write()
    qtbot.waitUntil(lambda: coming.steps.now == 4, timeout=10_000)
    assert told in said(coming)
    page = _open(window, "sync")
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    page.refresh()
    first, second = (said(page.waiting).index(one) for one in (_("Enrollment"), f"R1001 · {_('Participant')}"))
    assert first < second  # in the same order however often it is shown
    assert "Ana Núñez · R1001" in said(page.waiting)
    assert "North Facility" in said(page.waiting)
    with office.read() as unit:
        assert all(one.words in said(page.waiting) for one in waiting.held(unit))
    press_words(page.waiting, _("Her page"))
    assert window.page is not None
    assert window.page.opened == {"participant": woman}  # type: ignore[attr-defined]
    window.lock()


def test_the_office_sees_how_much_stays_and_why(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, usb: Path
) -> None:
    exchange_cards(facility, office)
    _with_words(facility)
    sync.take_in(office, [sync.send(facility, "OFFICE", usb).file])
    window = open_window(qapp, qtbot, office, PAGES)
    page = _open(window, "sync")
    words = "1 change: She shares her dates only."
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
        assert words in said(page)
    window.lock()
