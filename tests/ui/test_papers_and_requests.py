"""Scanned papers, her own copy and requests for information at the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reentry_desktop.actions import attachments, copies, disclosures, her_copy, requests, staff, withholding
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.people import Role
from reentry_desktop.reports import read_scan
from reentry_desktop.store import Store, open_store
from reentry_desktop.ui import printing as paper
from reentry_desktop.ui.pages.her_copy import HerCopyPage
from reentry_desktop.ui.pages.papers import PaperPage, PapersPage
from reentry_desktop.ui.pages.requests import AnswerPage, RequestsPage
from reentry_desktop.ui.pages.today import TodayPage
from reentry_desktop.ui.window import MainWindow

from .. import papers
from ..consents import consented
from ..stores import DAY, PASSPHRASE
from .desks import SCREENS, WomanPage, check_page, entries, open_window, press, resize, type_into
from .programs import button, said, settle

PHRASE = "seven quiet boats at noon"


@pytest.fixture
def window(qapp: Any, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(
        qapp, qtbot, facility, [TodayPage, WomanPage, PapersPage, PaperPage, HerCopyPage, RequestsPage, AnswerPage]
    )
    yield made
    made.lock()


def _page(window: MainWindow) -> Any:
    return window.page


def _add(window: MainWindow, qtbot: Any, file: Path) -> None:
    page = _page(window)
    page.take(file)
    qtbot.waitUntil(lambda: page.scan is not None or "checked" not in page.problem.text(), timeout=10_000)
    settle()


@pytest.fixture
def kept(facility: Store, woman: Id) -> Id:
    with facility.work("attach") as unit:
        return attachments.attach(unit, woman, read_scan(papers.pdf(pages=2), 5 << 20), "Letter to the board")


def test_a_paper_is_added_from_a_file_and_looked_at(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, tmp_path: Path
) -> None:
    file = tmp_path / "scan.jpg"
    file.write_bytes(papers.with_a_place())
    window.show_page("papers", participant=woman)
    assert "No paper was scanned for her yet." in said(window.page)
    _add(window, qtbot, file)
    page = _page(window)
    press(button(page, "Keep this paper"))
    assert page.form.rows["name"].error.text() == "Please fill this in."
    page.form.editors["name"].set("Consent of May")
    press(button(page, "Keep this paper"))
    assert "1 paper" in said(page)
    with facility.read() as unit:
        (found,) = attachments.papers(unit, woman)
    assert (found.record.name, found.record.taken_on, found.here) == ("Consent of May", DAY, True)
    before = entries(facility, "look_at_paper")
    press(button(page, "Look: Consent of May"))
    assert _page(window).key == "paper"
    assert len(_page(window).pages.paper.sizes) == 1
    assert entries(facility, "look_at_paper") == before + 1
    window.page.go_back()  # type: ignore[union-attr]
    assert _page(window).key == "papers"


@pytest.mark.parametrize("make", [papers.zipped, papers.pdf_bomb])
def test_what_is_no_paper_is_told_on_the_page(
    window: MainWindow, qtbot: Any, woman: Id, tmp_path: Path, make: Any
) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(make())
    window.show_page("papers", participant=woman)
    _add(window, qtbot, file)
    assert "Nothing was kept" in _page(window).problem.text()
    assert _page(window).scan is None


def test_a_paper_is_taken_out_with_a_reason_brought_back_and_erased(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, kept: Id
) -> None:
    window.show_page("papers", participant=woman)
    page = _page(window)
    press(button(page, "Take out: Letter to the board"))
    press(button(page, "Take it out"))
    assert "Write why it is taken out." in said(page)
    press(button(page, "Leave it"))
    press(button(page, "Take out: Letter to the board"))
    page.why.set("The wrong woman")
    press(button(page, "Take it out"))
    assert "Why: The wrong woman" in said(page)
    press(button(page, "Bring it back: Letter to the board"))
    assert "Taken out" not in said(page)
    press(button(page, "Take out: Letter to the board"))
    page.why.set("The wrong woman")
    press(button(page, "Take it out"))
    press(button(page, "Erase for good: Letter to the board"))
    assert "Nobody can bring it back" in page.problem.text()
    press(button(page, "Erase it"))
    settle()
    with facility.read() as unit:
        assert attachments.papers(unit, woman) == attachments.papers(unit, woman, removed=True) == []
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM attachment_piece").scalar() == 0


def test_a_paper_is_printed_or_saved_locked_and_each_is_an_entry(
    window: MainWindow, facility: Store, kept: Id, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_page("paper", paper=kept)
    page = _page(window)
    monkeypatch.setattr(paper, "print_pdf", lambda _page, _data: ("Laser", 1))
    before = entries(facility, "print_paper")
    press(button(page, "Print"))
    assert entries(facility, "print_paper") == before + 1
    page.save(tmp_path / "open", "")  # this person may not save without a passphrase
    assert not list(tmp_path.glob("open*"))
    page.save(tmp_path / "letter", PHRASE)
    with pikepdf.open(tmp_path / "letter.pdf", password=PHRASE) as document:
        assert len(document.pages) == 2
    assert entries(facility, "print_paper") == before + 2
    press(button(page, "Save as PDF…"))
    page.save(tmp_path / "none" / "letter.pdf", PHRASE)
    assert "could not be written" in said(page.saving)


def test_a_paper_for_somebody_outside_asks_for_her_consent(
    window: MainWindow, facility: Store, woman: Id, kept: Id, monkeypatch: pytest.MonkeyPatch
) -> None:
    with facility.work("sign_consent") as unit:
        consented(unit, woman)
        consented(unit, woman, recipient="Delta Housing")
    printed: list[bytes] = []
    monkeypatch.setattr(paper, "print_pdf", lambda _page, data: (printed.append(data), ("Laser", 1))[1])
    window.show_page("paper", paper=kept)
    page = _page(window)
    press(page.whom.chips["outside"])
    press(button(page, "Print"))
    assert "First choose the consent" in page.problem.text()
    assert printed == []
    next(b for b in page.covering.buttons.values() if b.text() == "Delta Housing").click()
    assert len(page.pages.paper.sizes) == 3, "the notice lies before it"
    press(button(page, "Print"))
    assert len(printed) == 1
    with facility.read() as unit:
        (line,) = disclosures.disclosures_of(unit, woman)
        assert (line.recipient, line.what) == ("Delta Housing", "Letter to the board")
    press(page.whom.chips["her"])
    assert len(page.pages.paper.sizes) == 2


# Her copy


def test_her_copy_is_shown_in_her_language_printed_and_noted(
    window: MainWindow, facility: Store, woman: Id, kept: Id, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_page("her-copy", participant=woman)
    page = _page(window)
    page.as_text.click()
    told = page.pages.text.toPlainText()
    assert "What is kept about you" in told
    assert "Letter to the board" in told
    page.letters.set("extra-large")
    page.letters.changed.emit()
    assert len(page.pages.paper.sizes) > 1
    monkeypatch.setattr(paper, "print_pdf", lambda _page, _data: ("Laser", 2))
    press(button(page, "Print"))
    with facility.read() as unit:
        (copy,) = copies.copies_of(unit, woman)
    assert (copy.layout, copy.copies, copy.for_whom) == ("her-record", 2, "her")
    assert entries(facility, "print_her_record") > 0
    page.save(tmp_path / "hers.pdf", PHRASE)
    with pikepdf.open(tmp_path / "hers.pdf", password=PHRASE) as document:
        assert "/StructTreeRoot" in document.Root


# Requests


def test_a_request_is_noted_beside_what_the_rule_says_and_decided(
    window: MainWindow, facility: Store, woman: Id, qtbot: Any
) -> None:
    window.show_page("requests", participant=woman)
    press(button(window.page, "Note a request"))
    page = _page(window)
    press(button(page, "Keep this request"))
    assert page.form.rows["who"].error.text() == "Please fill this in."
    for name, value in {
        "asker": "police",
        "who": "Sheriff Dale",
        "what": "Everything",
        "authority": "subpoena",
    }.items():
        page.form.editors[name].set(value)
        page.form.changed.emit(name)
    page.form.editors["by_when"].set(DAY + dt.timedelta(days=3))
    assert "A subpoena alone is not enough." in said(page.rules)
    assert "neither confirm nor deny" in said(page.rules)
    press(button(page, "Keep this request"))
    (asked,) = _asked(facility)
    assert (asked.record.participant, asked.record.who) == (woman, "Sheriff Dale")
    with facility.work("withhold") as unit:
        withholding.withhold(unit, woman, "Raymond Dale")
    window.show_page("requests", request=asked.record.id)
    assert "This may be Raymond Dale" in said(window.page)
    window.show_page("today")
    assert "Requests to answer (1)" in said(window.page)
    assert "Sheriff Dale" not in said(window.page)  # whoever sits down next reads it too
    press(button(window.page, "Open: Police, sheriff or prosecutor"))
    page = _page(window)
    press(button(page, "Keep this decision"))
    assert page.form.rows["decision"].error.text()
    page.form.editors["decision"].set("refused")
    press(button(page, "Keep this decision"))
    assert page.form.rows["why"].error.text() == "Write why it was refused."
    page.form.editors["why"].set("A subpoena alone")
    press(button(page, "Keep this decision"))
    assert _asked(facility)[0].record.decision == "refused"
    press(button(page, "The answer as a letter"))
    page = _page(window)
    page.as_text.click()
    letter = page.pages.text.toPlainText()
    assert "neither confirm nor deny" in letter
    assert "Núñez" not in letter
    window.show_page("today")
    assert "Requests to answer" not in said(window.page)


def _asked(store: Store) -> list[requests.Asked]:
    with store.read() as unit:
        return requests.requests(unit)


def test_words_of_a_request_that_were_typed_come_back(window: MainWindow, facility: Store) -> None:
    window.show_page("requests", new=True)
    page = _page(window)
    type_into(page.form.editors["what"].target(), "Whether she is there")
    window.show_page("today")
    window.show_page("requests")
    assert "A request that you began is kept." in said(window.page)
    press(button(window.page, "Go on writing"))
    assert _page(window).form.typed()["what"] == "Whether she is there"
    assert _asked(facility) == []


def test_what_may_be_given_is_a_page_of_its_own(window: MainWindow) -> None:
    window.show_page("requests", guide=True)
    page = _page(window)
    page.authority.set("emergency")
    page.authority.changed.emit()
    assert "To medical staff only" in said(page)
    assert "2.51" in said(page)
    assert "not legal advice" in said(page)


@pytest.mark.controls("AC-3", "164.312(a)(1)")
def test_who_may_not_answer_requests_is_refused_by_the_writer(facility: Store, woman: Id) -> None:
    """A peer supporter and an auditor: neither notes a request nor prints her whole record."""
    for name, role in (("pia", Role.PEER_SUPPORTER), ("audra", Role.AUDITOR)):
        staff.add_user(facility, name=name, passphrase=PASSPHRASE, role=role)
    folder = facility.folder
    facility.close()
    for name in ("pia", "audra"):
        with open_store(folder, name, PASSPHRASE) as store:
            with pytest.raises(Problem) as told, store.work("add_request") as unit:
                requests.add_request(unit, asker="family", who="A caller", what="Where she is")
            assert told.value.code == "not-allowed"
            with pytest.raises(Problem), store.work("print_her_record") as unit:
                her_copy.record_her_copy(unit, her_copy.her_copy(unit, woman), how="printed")


@pytest.mark.parametrize(("screen", "language"), [*((one, "en") for one in SCREENS), (SCREENS[2], "es")])
def test_every_page_has_room(
    window: MainWindow, qapp: Any, facility: Store, woman: Id, kept: Id, screen: tuple[int, int, int], language: str
) -> None:  # fmt: skip
    words.use(language)
    with facility.work("add_request") as unit:
        asked = requests.add_request(unit, woman, asker="board", who="Parole Board", what="A letter", by_when=DAY)
    resize(qapp, window, screen)
    pages: list[tuple[str, dict[str, Any]]] = [
        ("papers", {"participant": woman}),
        ("paper", {"paper": kept}),
        ("her-copy", {"participant": woman}),
        ("requests", {}),
        ("requests", {"new": True}),
        ("requests", {"request": asked}),
        ("requests", {"guide": True}),
        ("answer", {}),
    ]
    for key, args in pages:
        window.show_page(key, **args)
        settle()
        assert window.page is not None
        check_page(window.page)
