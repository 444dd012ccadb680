"""Her consents in the window: built, read, signed by hand or on paper, taken back; what was told; who is never told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from reentry_desktop.actions import consents, disclosures, plans, today, withholding
from reentry_desktop.actions.disclosures import Allowed
from reentry_desktop.base import strokes, words
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Consent
from reentry_desktop.store import Store
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.consent import ConsentPage
from reentry_desktop.ui.pages.consents import ConsentsPage
from reentry_desktop.ui.pages.disclosures import DisclosuresPage
from reentry_desktop.ui.pages.plan import PlanPage
from reentry_desktop.ui.pages.today import TodayPage
from reentry_desktop.ui.pages.told_without import ToldWithoutPage
from reentry_desktop.ui.signature import SignaturePad
from reentry_desktop.ui.window import MainWindow

from ..consents import consented, drafted
from ..stores import DAY
from .desks import SCREENS, check_page, open_window, press, resize, type_into
from .programs import button, said, settle


class PreviewStand(Page):
    """Stands where a print begins."""

    key, title = "preview", "Preview"


@pytest.fixture
def window(qapp: Any, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(
        qapp, qtbot, facility, [ConsentsPage, ConsentPage, DisclosuresPage, PreviewStand, PlanPage, ToldWithoutPage]
    )
    yield made
    made.lock()


def kept(store: Store, woman: Id) -> list[Consent]:
    with store.read() as unit:
        return [paper.consent for paper in consents.consents_of(unit, woman)]


def statuses(store: Store, woman: Id) -> list[str]:
    with store.read() as unit:
        return [str(paper.status) for paper in consents.consents_of(unit, woman)]


def draw(pad: SignaturePad) -> None:
    """A name, as a hand draws it with the mouse."""
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(pad, left, pos=QPoint(20, 40))
    for x in range(25, 160, 6):
        QTest.mouseMove(pad, QPoint(x, 40 + x % 25))
    QTest.mouseRelease(pad, left, pos=QPoint(160, 60))
    settle()


def choose(box: Any, value: str) -> None:
    """As a person chooses from a list, by key, and goes on."""
    box.box.setFocus()
    for _step in range(box.box.findData(value) - box.box.currentIndex()):
        QTest.keyClick(box.box, Qt.Key.Key_Down)
    settle()


def test_a_consent_is_built_read_and_signed_with_the_mouse(window: MainWindow, facility: Store, woman: Id) -> None:
    window.show_page("consents", participant=woman)
    page: Any = window.page
    assert "She has no consent yet." in said(page)
    press(button(page, "New consent"))
    page = window.page
    assert page.key == "consent"
    assert not page.signing.go.isEnabled()
    assert "Say who may be told." in page.signing.missing.text()
    choose(page.to_whom, "provider")
    for kind in ("plan", "goals"):
        page.checks[kind].click()
    for name, text in (
        ("recipient", "Magnolia Clinic"), ("what", "All but why I was sent here."),
        ("purpose", "So that they can help."),
        ("expires_on", "05/22/2027"),
    ):  # fmt: skip
        type_into(page.form.editors[name].target(), text)
    page.form.editors["place"].target().setFocus()
    settle()
    told = said(page)
    for piece in ("Magnolia Clinic", "All but why I was sent here.", "May 22, 2027", "You need not say why"):
        assert piece in told
    assert page.signing.go.isEnabled(), page.signing.missing.text()
    press(page.signing.go)
    assert statuses(facility, woman) == ["draft"], "nobody signed"
    page.signing.heard.click()
    draw(page.signing.pad)
    press(page.signing.go)
    (paper,) = kept(facility, woman)
    assert statuses(facility, woman) == ["active"]
    assert strokes.is_signature(paper.strokes)
    assert (paper.told(), paper.expires_on, paper.read_to_her) == (["plan", "goals"], dt.date(2027, 5, 22), True)
    assert "What she signed" in said(page)
    assert "In force" in said(page)
    press(button(page, "She takes it back"))
    assert statuses(facility, woman) == ["revoked"]
    assert "Nothing is told under it any more." in said(page)


def test_a_paper_signed_by_hand_is_known_by_its_place_and_who_saw_it(
    window: MainWindow, facility: Store, woman: Id
) -> None:
    with facility.work("draft_consent") as unit:
        made = drafted(unit, woman)
    window.show_page("consent", participant=woman, consent=made)
    page: Any = window.page
    press(page.signing.way.chips["paper"])
    assert not page.signing.pad.isVisible()
    press(page.signing.go)
    assert "where the signed paper is kept" in said(page.signing.kept_row)
    type_into(page.signing.kept.edit, "Red binder")
    page.signing.seen.set("")
    press(page.signing.go)
    assert "Say who saw her sign" in said(page.signing.seen_row)
    type_into(page.signing.seen.edit, "J. Reyes")
    press(page.signing.go)
    (paper,) = kept(facility, woman)
    assert (paper.paper_kept, paper.seen_by, paper.signed_on, paper.strokes) == ("Red binder", "J. Reyes", DAY, "")


def test_words_typed_are_kept_when_the_page_is_left_and_a_half_date_is_said(
    window: MainWindow, facility: Store, woman: Id
) -> None:
    with facility.work("draft_consent") as unit:
        made = drafted(unit, woman)
    window.show_page("consent", participant=woman, consent=made)
    page: Any = window.page
    purpose = page.form.editors["purpose"].target()
    purpose.selectAll()
    QTest.keyClicks(purpose, "Help with rent")
    window.show_page("consents", participant=woman)
    assert kept(facility, woman)[0].purpose == "Help with rent"
    window.show_page("consent", participant=woman, consent=made)
    page = window.page
    when = page.form.editors["expires_on"].target()
    when.setFocus()
    when.selectAll()
    QTest.keyClicks(when, "someday")
    purpose = page.form.editors["purpose"].target()
    purpose.setFocus()
    settle()
    assert page.form.rows["expires_on"].error.text()


def test_a_name_on_her_list_is_warned_of_where_somebody_is_about_to_tell(
    window: MainWindow, facility: Store, woman: Id
) -> None:
    window.show_page("consents", participant=woman)
    page: Any = window.page
    press(button(page, "Put on the list"))
    assert "Please fill this in." in said(page)
    type_into(page.name.edit, "Raymond Dunn")
    press(button(page, "Put on the list"))
    assert "Raymond Dunn" in said(page)
    with facility.work("draft_consent") as unit:
        made = drafted(unit, woman, recipient="Ray Dunn")
        plan = plans.start_plan(unit, woman)
        plans.add_supporter(unit, plan, name="RAYMOND DUNN")
    window.show_page("consent", participant=woman, consent=made)
    page = window.page
    assert "This may be Raymond Dunn" in page.warning.text()
    recipient = page.form.editors["recipient"].target()
    recipient.setFocus()
    recipient.selectAll()
    QTest.keyClicks(recipient, "raymond dunn")
    page.form.editors["place"].target().setFocus()
    settle()
    assert "She said that Raymond Dunn must never be told" in page.warning.text()
    draw(page.signing.pad)
    press(page.signing.go)
    assert "take the name off her list first" in page.problem.text()
    assert statuses(facility, woman) == ["draft"]
    window.show_page("disclosures", participant=woman)
    page = window.page
    type_into(page.form.editors["recipient"].target(), "Raymond Dun")
    page.form.editors["place"].target().setFocus()
    settle()
    assert "This may be Raymond Dunn" in page.warning.text()
    window.show_page("plan", participant=woman, part="crisis_supporters")
    settle()
    assert window.page is not None
    assert "She said that Raymond Dunn must never be told" in said(window.page)
    window.show_page("consents", participant=woman)
    press(button(window.page, "Take off"))  # type: ignore[arg-type]
    with facility.read() as unit:
        assert withholding.withheld_from(unit, woman) == []


def test_the_account_shows_all_and_takes_a_line_by_hand(window: MainWindow, facility: Store, woman: Id) -> None:
    with facility.work("sign_consent") as unit:
        made = consented(unit, woman)
    window.show_page("disclosures", participant=woman)
    page: Any = window.page
    assert "Nothing was told to anybody outside." in said(page)
    type_into(page.form.editors["recipient"].target(), "Magnolia Clinic")
    type_into(page.form.editors["what"].target(), "Her release day")
    press(page.note)
    assert "which consent allowed it" in said(page.consent_row)
    choose(page.consent, made)
    press(page.note)
    with facility.read() as unit:
        (one,) = disclosures.disclosures_of(unit, woman)
        assert (one.recipient, one.consent, one.told_on, one.how) == ("Magnolia Clinic", made, DAY, "spoken")
    assert "Her consent of November 23, 2026" in said(page)
    choose(page.form.editors["ground"], "court_order")
    assert not page.consent_row.isVisible()
    assert page.form.rows["why"].isVisible()


def test_what_was_told_under_a_consent_is_asked_back(window: MainWindow, facility: Store, woman: Id) -> None:
    with facility.work("sign_consent") as unit:
        made = consented(unit, woman)
        for how in ("sent", "spoken"):
            disclosures.note_disclosure(
                unit, woman, by=Allowed(made), recipient="Magnolia Clinic", what=f"Her plan, {how}", how=how
            )
        consents.revoke_consent(unit, made)
    window.show_page("consent", participant=woman, consent=made)
    page: Any = window.page
    assert button(page, "Print letters that ask for it back").isVisible()
    assert "what somebody heard cannot be called back" in said(page)
    press(button(page, "It came back or was destroyed"))
    assert "Back or destroyed on Nov 23, 2026" in said(page)


def test_a_supervisor_looks_at_what_was_told_without_a_consent(window: MainWindow, facility: Store, woman: Id) -> None:
    with facility.work("note_disclosure") as unit:
        disclosures.note_disclosure(
            unit, woman, by=Allowed(ground="none", why="He insisted"), recipient="Warden Holloway", what="Her dates"
        )
    window.show_page("told-without")
    assert "You wrote this down, so somebody else looks at it." in said(window.page)  # type: ignore[arg-type]
    facility.who = facility.who._replace(id=Id("5" * 32))
    window.show_page("told-without")
    page: Any = window.page
    told = said(page)
    for piece in ("told to Warden Holloway", "Her dates", "No consent and no other ground. He insisted"):
        assert piece in told
    (line,) = page.findings.values()
    type_into(line.target(), "Talked with the warden")
    press(button(page, "I looked at it"))
    told = said(page)
    assert "Looked at by" in told
    assert "Talked with the warden" in told
    assert not page.findings
    press(button(page, "See all that was told: Ana N."))
    assert window.page is not None
    assert window.page.key == "disclosures"


def test_what_ends_soon_is_on_today_without_a_word_of_what_it_says(facility: Store, woman: Id) -> None:
    with facility.work("sign_consent") as unit:
        consented(unit, woman, expires_on=DAY + dt.timedelta(days=20))
    with facility.read() as unit:
        found = today.today(unit).consents
        assert [(row.id, row.on, row.words) for row in found.rows] == [(woman, DAY + dt.timedelta(days=20), "")]
        assert found.count == 1
    assert TodayPage.key == "today"


@pytest.mark.parametrize("screen", [SCREENS[0], SCREENS[2], SCREENS[3]], ids=str)
@pytest.mark.parametrize("tongue", ["en", "es"])
def test_the_pages_fit_every_screen(
    qapp: Any, window: MainWindow, facility: Store, woman: Id, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    with facility.work("sign_consent") as unit:
        signed = consented(unit, woman, expires_on=DAY + dt.timedelta(days=20), expires_event="When she has a home")
        draft = drafted(unit, woman, recipient="Ray Dunn")
        withholding.withhold(unit, woman, "Raymond Dunn", "601-555-0199")
        disclosures.note_disclosure(unit, woman, by=Allowed(signed), recipient="Magnolia Clinic", what="Her plan")
    resize(qapp, window, screen)
    for key, args in (
        ("consents", {}), ("consent", {"consent": draft}), ("consent", {"consent": signed}), ("disclosures", {}),
    ):  # fmt: skip
        window.show_page(key, participant=woman, **args)
        page: Any = window.page
        check_page(page)
        if key == "consent" and page.signing is not None:
            press(page.signing.way.chips["paper"])
            check_page(page)
