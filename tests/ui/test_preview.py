"""Before paper: who it is for comes first, what is shown is what is printed, and either act is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from reentry_desktop.actions import copies, plan_states, plans, recovery, women
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.records.paper import Became, CopyGiven
from reentry_desktop.records.people import Person, Site
from reentry_desktop.records.plan_item import PlanItem
from reentry_desktop.records.recovery import Domain
from reentry_desktop.store import Store
from reentry_desktop.ui import imposition
from reentry_desktop.ui import printers as machines
from reentry_desktop.ui.days import show_day
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.copies import CopiesPage
from reentry_desktop.ui.pages.preview import PreviewPage
from reentry_desktop.ui.pages.preview_pages import Paper
from reentry_desktop.ui.window import MainWindow

from ..consents import consented, for_an_official
from ..stores import DAY, enrolled, payloads
from .desks import ON_EVERY_SCREEN, check_page, open_window, press, resize
from .paper import FRONT_DESK, Tray, alike, is_empty, set_up
from .plan_pages import complete
from .programs import button, reach, said, settle

SECRET = "river lantern orchard stone"


class CallOutStand(Page):
    """Stands where the call-out sheet will be."""

    key, title = "callout", "Call-out sheet"

    def open(self, **args: Any) -> None:
        self.opened = args


class PlanStand(CallOutStand):
    """Stands where her plan will be."""

    key, title = "plan", "Plan"


class RecoveryStand(CallOutStand):
    """Stands where the recovery support plan will be."""

    key, title = "recovery", "Recovery support plan"


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tray:
    return set_up(monkeypatch, tmp_path)


@pytest.fixture
def woman(facility: Store) -> Id:
    return enrolled(facility, language="es")[0]


@pytest.fixture
def plan(facility: Store, woman: Id) -> Id:
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "well", "Me río con mi niña.")
        for number in range(40):
            plans.add_item(unit, plan, "tools", words=f"Herramienta número {number}", in_custody="yes")
        plans.add_item(unit, plan, "crisis_helps", words="Una voz tranquila.")
        plans.add_item(unit, plan, "every_day", words="Tender la cama.")
        plans.add_item(unit, plan, "h72_ride", words="Mi tía me recoge.")
        recovery.add_goal(unit, woman, Domain.HOUSING, "Un cuarto propio")
        return plan


@pytest.fixture
def window(qapp: Any, qtbot: Any, facility: Store, tray: Tray) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, facility, [PreviewPage, CopiesPage, CallOutStand, PlanStand, RecoveryStand])
    yield made
    made.lock()


@pytest.fixture
def page(window: MainWindow, woman: Id, plan: Id) -> Any:
    window.show_page("preview", participant=woman)
    return window.page


def _choose(page: Any, qtbot: Any, key: str = "property") -> None:
    press(page.who.buttons[key])
    _made(page, qtbot)


def _made(page: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: page.made is not None and not page.wait.isVisible(), timeout=20_000)
    settle()


def _again(page: Any, qtbot: Any, act: QWidget) -> None:
    """Press what has the pages made anew, and wait for those."""
    before = page.made
    act.click() if isinstance(act, QAbstractButton) else press(act)
    qtbot.waitUntil(lambda: page.made is not before and page.made is not None, timeout=20_000)
    settle()


def _told(store: Store) -> list[dict[str, Any]]:
    with store.read() as unit:
        return [e["values"] for e in payloads(unit.connection) if e.get("act") == "print_plan" and e["kind"] == "plan"]


def _copies(store: Store, woman: Id) -> list[CopyGiven]:
    with store.read() as unit:
        return list(copies.copies_of(unit, woman))


def _print(page: Any, qtbot: Any, facility: Store) -> None:
    count = len(_told(facility))
    press(page.go)
    qtbot.waitUntil(lambda: len(_told(facility)) > count, timeout=60_000)
    settle()


def _words(page: Any) -> str:
    return "\n".join(page.pages.paper.text(number) for number in range(page.made.pdf.pages))


# Who it is for


def test_it_begins_with_who_it_is_for(page: Any, window: MainWindow, woman: Id) -> None:
    assert page.made is None
    assert "Who is this for?" in said(page)
    assert not page.body.isVisible()
    assert not page.go.isVisible()
    assert page.who.buttons["keep"].hasFocus()
    page.who.elsewhere.emit()
    assert window.page is not None
    assert window.page.opened == {"participant": woman}  # type: ignore[attr-defined]
    window.back()
    assert page.reader is None
    assert page.who.isVisible()


@pytest.mark.parametrize(
    ("key", "layout", "for_whom"),
    [
        ("keep", "keep-with-me", "her"),
        ("wallet", "wallet", "her"),
        ("property", "full", "her"),
        ("release", "first-72-hours", "her"),
        ("daily", "check-in", "her"),
        ("recovery", "recovery", "her"),
        ("office", "full", "office"),
    ],
)
def test_every_reader_gets_a_layout_and_an_entry(
    page: Any, qtbot: Any, facility: Store, woman: Id, plan: Id, key: str, layout: str, for_whom: str
) -> None:
    with facility.work("fine_in_my_room") as unit:
        plans.fine_in_my_room(unit, plans.contents(unit, plan).items["tools"][0].id, on=True)
    _choose(page, qtbot, key)
    assert page.go.hasFocus() or key in ("daily", "keep")  # there, something comes first
    _print(page, qtbot, facility)
    (told,), (copy,) = _told(facility), _copies(facility, woman)
    assert (told["layout"], told["for_whom"]) == (layout, for_whom)
    assert (copy.layout, copy.for_whom, copy.printed_on) == (layout, for_whom, DAY)
    press(page.whom.other)
    assert page.made is None
    assert page.who.isVisible()


def test_another_page_may_say_the_layout(window: MainWindow, woman: Id, plan: Id, qtbot: Any) -> None:
    window.show_page("preview", participant=woman, layout="first-72-hours")
    page: Any = window.page
    _made(page, qtbot)
    assert page.made.layout == "first-72-hours"
    window.show_page("preview", participant=woman, layout="full")  # for whom a whole plan is must be said
    assert page.reader is None


def test_a_version_is_shown_as_it_was(window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any) -> None:
    with facility.work("done_for_now") as unit:
        for key, part in plans.contents(unit, plan).pack.parts().items():
            if part.required and not plans.contents(unit, plan).written(key):
                if part.kind == "answer":
                    plans.answer(unit, plan, key, "Sí.")
                elif part.kind == "supporter":
                    plans.add_supporter(unit, plan, name="Odette")
                else:
                    plans.add_item(unit, plan, key, words="Sí.", person="Odette")
        plan_states.done_for_now(unit, plan)
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "well", "Ahora canto.")
    window.show_page("preview", participant=woman, version=1)
    page: Any = window.page
    _choose(page, qtbot)
    assert f"This is version 1, as it was on {show_day(DAY)}." in said(page)
    assert "Me río con mi niña." in _words(page)
    assert "Ahora canto." not in _words(page)


def test_it_takes_her_language_and_leaves_her_name_out(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    assert "Plan de bienestar" in _words(page)
    assert "Núñez" not in _words(page)
    assert page.look.line.text() == "Standard · Español · without her name"
    press(page.whom.other)
    _choose(page, qtbot, "office")
    assert not page.look.with_name()
    assert "Núñez" not in page.pages.paper.text(0)
    _again(page, qtbot, page.look.name)
    assert "Núñez" in page.pages.paper.text(0)


def test_only_a_supporter_who_may_have_a_copy_is_offered_one(
    page: Any, qtbot: Any, facility: Store, plan: Id, woman: Id, window: MainWindow
) -> None:
    press(page.who.buttons["supporter"])
    assert "No supporter stands in her plan yet." in said(page)
    assert "Nobody may have a copy yet." in said(page)
    with facility.work("add_supporter") as unit:
        plans.add_supporter(unit, plan, name="Odette", agreed=True, agreed_to_copy=True)
        plans.add_supporter(unit, plan, name="Tamsin", agreed=True)
        plans.add_supporter(unit, plan, name="Amaro", agreed_to_copy=True)
    page.refresh()
    odette, tamsin, amaro = page.whom.asked.buttons.values()
    with facility.work("sign_consent") as unit:
        consented(unit, woman, kinds="crisis", to_whom="supporter", recipient="Odette")
    assert odette.isEnabled()
    assert not tamsin.isEnabled()
    assert not amaro.isEnabled()
    assert "This person has not agreed to help yet." in said(page)
    assert "She has not said that this person may have a copy." in said(page)
    assert page.made is None
    odette.click()
    _made(page, qtbot)
    page.refresh()
    _made(page, qtbot)
    assert page.whom.values()["supporter"] == page.made.supporter
    assert "Una voz tranquila." in _words(page)
    assert "Herramienta número 1" not in _words(page)
    _print(page, qtbot, facility)
    (copy,) = _copies(facility, woman)
    assert (copy.for_whom, copy.supporter) == ("supporter", page.made.supporter)
    window.show_page("copies", participant=woman)
    assert "For a supporter, through her · Odette" in said(window)


def test_a_week_or_a_month_of_check_ins(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot, "daily")
    week = page.made.pdf.pages
    _again(page, qtbot, page.whom.asked.choice.chips["31"])
    assert page.made.pdf.pages > week


def test_blank_pages_are_those_she_wants(page: Any, qtbot: Any, facility: Store, woman: Id) -> None:
    press(page.who.buttons["blank"])
    assert "Choose the pages she wants to write on." in said(page)
    checks = page.whom.asked.checks
    checks["toolbox"].click()
    _made(page, qtbot)
    few = page.made.pdf.pages
    assert "Cosas que ayudan" in _words(page)
    assert "Herramienta número" not in _words(page)
    _again(page, qtbot, checks["crisis"])
    assert page.made.pdf.pages > few
    _print(page, qtbot, facility)
    assert (_told(facility)[0]["layout"], _copies(facility, woman)[0].layout) == ("worksheet", "worksheet")
    checks["toolbox"].click()
    checks["crisis"].click()
    assert page.made is None


# What may lie in her room


def test_each_line_for_her_room_is_gone_through(page: Any, qtbot: Any, facility: Store, plan: Id) -> None:
    with facility.work("fine_in_my_room") as unit:
        whole = plans.contents(unit, plan)
        first, second = (item.id for item in whole.items["tools"][:2])
        helps = whole.items["crisis_helps"][0].id
        for record in (first, second, helps):
            plans.fine_in_my_room(unit, record, on=True)
    _choose(page, qtbot, "keep")
    assert set(page.room.checks) == {first, second}
    assert "2 lines are on this print." in said(page)
    assert "Una voz tranquila." in said(page.left_out)
    assert len(said(page.left_out).splitlines()) >= 3  # the heading, her words, the reason
    assert "Herramienta número 1" in _words(page)
    _again(page, qtbot, page.room.checks[second])
    with facility.read() as unit:
        assert not unit.get(PlanItem, second).in_my_room
    assert page.room.checks[second].isVisible()
    assert "1 line is on this print." in said(page)
    assert "Herramienta número 1" not in _words(page)
    _again(page, qtbot, page.room.checks[second])  # she changed her mind
    assert "Herramienta número 1" in _words(page)
    (line,) = [label for label in page.room.lines.findChildren(QLabel) if label.text() == "Herramienta número 0"]
    _again(page, qtbot, line)  # the words are as good as the box
    assert not page.room.checks[first].isChecked()


def test_of_an_earlier_version_the_lines_are_those_on_the_print(
    window: MainWindow, qtbot: Any, facility: Store, woman: Id, plan: Id
) -> None:
    with facility.work("fill") as unit:
        first, second = (item.id for item in plans.contents(unit, plan).items["tools"][:2])
        for record in (first, second):
            plans.fine_in_my_room(unit, record, on=True)
    complete(facility, plan)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
        plans.revise_item(unit, second, words="Otras palabras")
        later = plans.add_item(unit, plan, "tools", words="Más tarde")
        for record in (second, later):
            plans.fine_in_my_room(unit, record, on=True)
    window.show_page("preview", participant=woman, layout="keep-with-me", version=1)
    page: Any = window.page
    _made(page, qtbot)
    assert [(record, check.isChecked()) for record, check in page.room.checks.items()] == [(first, True)]
    assert "Herramienta número 0" in _words(page)
    assert "Más tarde" not in said(page.room) + _words(page)
    page.room.checks[first].click()
    qtbot.waitUntil(lambda: page.made is None and page.wait.isVisible(), timeout=20_000)
    with facility.read() as unit:
        assert not unit.get(PlanItem, first).in_my_room
        assert unit.get(PlanItem, second).in_my_room
    assert not page.room.checks[first].isChecked()


def test_until_she_marked_a_line_nothing_goes_to_her_room(
    page: Any, qtbot: Any, facility: Store, plan: Id, window: MainWindow
) -> None:
    press(page.who.buttons["keep"])
    qtbot.waitUntil(lambda: "No line is marked as fine for her room yet." in said(page), timeout=20_000)
    assert not page.go.isVisible()
    with facility.work("fine_in_my_room") as unit:
        plans.fine_in_my_room(unit, plans.contents(unit, plan).items["crisis_helps"][0].id, on=True)
    page.refresh()
    qtbot.waitUntil(lambda: "Una voz tranquila." in said(page.left_out), timeout=20_000)
    assert not page.room.checks
    press(button(page, "Mark more lines in her plan"))
    assert window.page is not None
    assert window.page.key == "plan"


# Officials


def test_nothing_goes_to_a_parole_board_without_her_signature_for_it(
    page: Any, qtbot: Any, facility: Store, woman: Id, tray: Tray
) -> None:
    with facility.work("sign_consent") as unit:
        for_an_official(unit, woman, "parole-board")
    _choose(page, qtbot, "official")
    asked = page.signature
    assert not page.go.isEnabled()
    assert not page.save_button.isEnabled()
    page.print_page()
    assert "First say who gets it and when she signed for it." in page.problem.text()
    asked.day.set(DAY)
    asked.day.changed.emit()
    assert not page.go.isEnabled()  # for whom?
    press(asked.to.chips["parole-board"])
    assert asked.signed_on() is None  # that signature was for nobody
    _sign(page, DAY + dt.timedelta(days=1))
    assert not page.go.isEnabled()
    assert "This day is still to come." in said(asked)
    _sign(page, DAY)
    assert page.go.isEnabled()
    _again(page, qtbot, page.look.size_of_letters.chips["large"])
    assert not page.go.isEnabled()  # these are other pages
    _sign(page, DAY)
    press(page.signature.to.chips["court"])
    _sign(page, DAY, "warden")
    page.print_page()
    assert "for somebody else" in page.problem.text()  # her consent is for the board alone
    press(page.signature.to.chips["parole-board"])
    _sign(page, DAY, "parole-board")
    _print(page, qtbot, facility)
    (copy,) = _copies(facility, woman)
    assert (copy.for_whom, copy.signed_on) == ("official", DAY)
    assert _told(facility)[0]["to"] == "parole-board"
    press(button(page, "Yes"))
    assert not page.go.isEnabled()  # the next one is another print
    assert tray.jobs() == 1


def _sign(page: Any, day: dt.date, then: str = "court") -> None:
    page.signature.day.edit.setFocus()
    page.signature.day.edit.selectAll()
    QTest.keyClicks(page.signature.day.edit, day.isoformat())
    page.signature.to.chips[then].setFocus()
    settle()


def test_that_she_would_rather_not_stands_nowhere(
    page: Any, qtbot: Any, facility: Store, window: MainWindow, woman: Id
) -> None:
    with facility.read() as unit:
        before = unit.connection.execute(sa.text("SELECT count(*) FROM entry")).scalar_one()
    _choose(page, qtbot, "official")
    press(page.signature.to.chips["court"])
    press(button(page, "She would rather not: close"))
    assert window.page is not page
    with facility.read() as unit:
        assert unit.connection.execute(sa.text("SELECT count(*) FROM entry")).scalar_one() == before
    assert not _copies(facility, woman)


# The pages


def test_the_last_choice_is_the_one_shown(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    few = page.made.pdf.pages
    press(page.look.button)
    page.look.size_of_letters.chips["large"].click()
    _again(page, qtbot, page.look.size_of_letters.chips["extra-large"])
    assert page.made.pdf.pages > few
    assert len(page.pages.paper.sizes) == page.made.pdf.pages
    assert page.go.text() == f"Print {page.made.pdf.pages} pages"
    page.on_paper.number.setValue(3)
    assert page.go.text() == f"Print {3 * page.made.pdf.pages} pages"


def test_pages_are_drawn_when_they_come_into_sight_and_can_be_read(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    qtbot.wait(50)
    drawn = {number for number, _width in page.pages._drawn}
    assert 0 in drawn
    assert page.made.pdf.pages - 1 not in drawn
    bar = page.pages.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.wait(50)
    assert page.made.pdf.pages - 1 in {number for number, _width in page.pages._drawn}
    assert not page.pages.drawn(0, 400).allGray()
    press(page.as_text)
    assert "Herramienta número 39" in page.pages.text.toPlainText()
    assert page.pages.text.hasFocus()


def test_letters_no_paper_can_show_are_named_with_the_way_to_each(
    page: Any, window: MainWindow, qtbot: Any, facility: Store, plan: Id
) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "post_feel", "Fuerte \U0001f98b")
        tool = plans.add_item(unit, plan, "tools", words="Caminar \U0001f600")
        plans.add_supporter(unit, plan, name="Rosa \U0001f98b")
        titles = {key: part.title["en"] for key, part in plans.contents(unit, plan).pack.parts().items()}
    press(page.who.buttons["property"])
    qtbot.waitUntil(lambda: "\U0001f98b" in said(page), timeout=20_000)
    assert page.made is None
    assert not page.go.isVisible()
    for part, letter in (("post_feel", "\U0001f98b"), ("tools", "\U0001f600"), ("crisis_supporters", "\U0001f98b")):
        assert button(page, f"{titles[part]}: {letter}").isVisible()
    assert page.wait.isAncestorOf(QApplication.focusWidget())
    press(button(page, f"{titles['tools']}: \U0001f600"))
    shown: Any = window.page
    assert (shown.key, shown.opened) == ("plan", {"participant": page.woman, "part": "tools", "focus": tool})


def test_without_a_plan_there_is_nothing_to_print(window: MainWindow, facility: Store) -> None:
    with facility.work("register") as unit:
        other = women.register(unit, department_number="R9", first_name="Luz", last_name="Vega")
    window.show_page("preview", participant=other)
    assert window.page is not None
    assert "No plan was started" in window.page.problem.text()
    assert "For her to keep" not in said(window.page)


@pytest.mark.parametrize(
    ("key", "words", "part"),
    [
        ("property", "Nothing is written in her plan yet.", "tools"),
        ("office", "Nothing is written in her plan yet.", "tools"),
        ("keep", "No line is marked as fine for her room yet.", ""),
        ("wallet", "No tool and nobody to call is written in her plan yet.", "tools"),
        ("release", "Nothing is written for the first 72 hours yet.", "h72_meet"),
        ("daily", "No habit is written in her plan yet.", "every_day"),
        ("recovery", "No goal is written in the recovery support plan yet.", None),
    ],
)
def test_where_nothing_is_written_it_says_so_and_leads_on(
    window: MainWindow, facility: Store, qtbot: Any, key: str, words: str, part: str | None
) -> None:
    other, _episode = enrolled(facility, "R2002", first="Luz", last="Vega")
    with facility.work("start_plan") as unit:
        plans.start_plan(unit, other)
    window.show_page("preview", participant=other)
    page: Any = window.page
    page.choose(key)
    qtbot.waitUntil(lambda: words in said(page), timeout=20_000)
    assert "Nothing was printed" not in said(page)
    assert page.made is None
    assert not page.go.isVisible()
    first = "Open her plan" if key == "keep" else "Write it first"
    assert button(page, first).hasFocus()
    press(button(page, "Blank pages to write on"))
    assert page.reader.key == "blank"
    page.choose(key)
    qtbot.waitUntil(lambda: words in said(page), timeout=20_000)
    press(button(page, first))
    shown: Any = window.page
    if part is None:
        assert shown.key == "recovery"
    else:
        assert (shown.key, shown.opened.get("part", "")) == ("plan", part)


def test_in_a_small_window_the_way_on_is_brought_into_sight(
    window: MainWindow, facility: Store, qtbot: Any, qapp: QApplication
) -> None:
    other, _episode = enrolled(facility, "R2002", first="Luz", last="Vega")
    with facility.work("start_plan") as unit:
        plans.start_plan(unit, other)
    resize(qapp, window, (1024, 560, 150))
    window.show_page("preview", participant=other)
    page: Any = window.page
    page.choose("keep")
    qtbot.waitUntil(lambda: "No line is marked" in said(page), timeout=20_000)
    QTest.qWait(50)
    act = button(page, "Open her plan")
    assert act.hasFocus()
    assert page.viewport().rect().contains(act.mapTo(page.viewport(), act.rect().center()))
    resize(qapp, window, (1366, 768, 100))


def test_the_focus_is_on_the_main_act(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    assert page.go.hasFocus()
    press(page.whom.other)
    _choose(page, qtbot, "daily")
    assert page.whom.asked.choice.chips["7"].hasFocus()
    press(page.whom.other)
    _choose(page, qtbot, "official")
    assert page.signature.to.chips["parole-board"].hasFocus()


def test_each_reader_is_named_as_what_she_gets_and_opens_at_the_top(
    page: Any, qtbot: Any, qapp: QApplication, window: MainWindow
) -> None:
    assert button(page, "Her daily check-in sheet")
    assert button(page, "A wallet card for her")
    resize(qapp, window, (1024, 560, 150))
    page.ensureWidgetVisible(page.who.buttons["official"])
    _choose(page, qtbot, "official")
    QTest.qWait(50)
    assert page.verticalScrollBar().value() == 0
    day = page.signature.day.edit
    room = day.width() - day.fontMetrics().horizontalAdvance(day.placeholderText())
    assert room > 2 * 16
    resize(qapp, window, (1366, 768, 100))


@pytest.mark.parametrize(
    ("back", "words"),
    [("", "Back to the plan"), ("leaving", "Back to the first 72 hours"), ("participant", "Back to her page")],
)
def test_the_way_back_is_named_as_it_is(window: MainWindow, woman: Id, plan: Id, back: str, words: str) -> None:
    window.show_page("preview", participant=woman, **({"back": back} if back else {}))
    page: Any = window.page
    assert page.way_back.text() == words
    page.choose("property")
    assert page.way_back.text() == words


def test_locking_while_pages_are_made_is_quiet(window: MainWindow, page: Any, qtbot: Any) -> None:
    page.choose("property")
    window.lock()
    qtbot.wait(300)
    assert window.session is None


# Paper


def test_a_print_is_written_down_and_asked_about(
    page: Any, qtbot: Any, facility: Store, tray: Tray, woman: Id, window: MainWindow
) -> None:
    _choose(page, qtbot)
    page.on_paper.number.setValue(2)
    _print(page, qtbot, facility)
    (told,) = _told(facility)
    assert (told["how"], told["copies"], told["printer"], told["to"]) == ("printed", 2, FRONT_DESK, "property")
    assert told["sha256"] == page.made.sha256
    assert "Did it print well?" in said(page)
    made = tray.made[0]
    assert made.wanted == FRONT_DESK
    assert (made.docName(), made.resolution()) == ("Document", 300)
    assert made.colorMode() == QPrinter.ColorMode.GrayScale
    sides, paper = tray.sides(), Paper(page.made.pdf.data)
    assert alike(sides[0], paper.image(0, 300)) > 0.9
    paper.close()
    press(button(page, "Yes"))
    assert "Noted under her copies." in said(page)
    press(button(page, "Her copies"))
    assert isinstance(window.page, CopiesPage)
    assert _copies(facility, woman)[0].copies == 2


def test_pages_that_did_not_print_well_are_noted_as_destroyed(
    page: Any, qtbot: Any, facility: Store, woman: Id, tray: Tray
) -> None:
    _choose(page, qtbot)
    _print(page, qtbot, facility)
    press(button(page, "Print again"))
    qtbot.waitUntil(lambda: len(_told(facility)) == 2, timeout=60_000)
    assert sorted(copy.became for copy in _copies(facility, woman)) == ["", Became.DESTROYED]
    assert tray.jobs() == 2


def test_a_stopped_print_is_no_print(page: Any, qtbot: Any, facility: Store) -> None:
    _choose(page, qtbot)
    page.print_page()
    assert page.press.bar.isVisible()
    assert not page.side.isEnabled()
    press(page.press.stop_button)
    assert not page.press.bar.isVisible()
    assert not _told(facility)
    assert page.side.isEnabled()


@pytest.mark.qt_log_ignore("QPdf|Print|QPainter|open")
@pytest.mark.parametrize("fault", ["gone", "out of paper", "busy", "refuses", "stops"])
def test_a_printer_that_does_not_print(
    page: Any, qtbot: Any, facility: Store, woman: Id, tray: Tray, fault: str, capfd: Any
) -> None:
    _choose(page, qtbot)
    said_of = {
        "gone": "not there any more",
        "out of paper": "out of paper",
        "busy": "takes no work",
        "refuses": "refused",
        "stops": "stopped",
    }
    if fault == "gone":
        del tray.drivers[FRONT_DESK]
    elif fault == "refuses":
        tray.refuses = True
    elif fault == "stops":
        tray.stops_after = 1
    else:
        tray.state = QPrinter.PrinterState.Error if fault == "out of paper" else QPrinter.PrinterState.Aborted
    press(page.go)
    qtbot.waitUntil(lambda: said_of[fault] in page.press.notice.text(), timeout=20_000)
    settle()
    assert "er words are safe" in page.press.notice.text()
    assert not _told(facility)
    assert not _copies(facility, woman)
    assert page.side.isEnabled()
    assert page.go.isEnabled()
    if fault in ("out of paper", "busy"):  # some say so and print
        press(button(page, "Print all the same"))
        qtbot.waitUntil(lambda: len(_told(facility)) == 1, timeout=60_000)
    else:
        assert "Print all the same" not in said(page)


def test_without_a_printer_it_says_so(
    page: Any, window: MainWindow, qtbot: Any, facility: Store, tray: Tray, woman: Id
) -> None:
    gone = {FRONT_DESK: tray.drivers.pop(FRONT_DESK)}
    window.show_page("participants")
    window.back()
    _choose(page, qtbot)
    why = "No paper printer was found. Connect one and look again, or save as PDF."
    assert why in said(page)
    assert not page.go.isEnabled()
    assert page.go.toolTip() == page.go.accessibleDescription() == why
    assert page.save_button.isEnabled()
    assert page.save_button.hasFocus()
    page.print_page()
    assert page.problem.text() == why
    assert not _told(facility)
    press(button(page, "Look again"))
    assert why in said(page)
    tray.drivers |= gone
    press(button(page, "Look again"))
    assert why not in said(page.side)
    assert page.go.isEnabled()
    assert not page.go.toolTip()


def test_printers_that_make_files_are_offered_only_where_the_site_says_so(
    page: Any, window: MainWindow, facility: Store
) -> None:
    assert [page.on_paper.chosen_printer.itemText(n) for n in range(page.on_paper.chosen_printer.count())] == [
        FRONT_DESK
    ]
    with facility.work("set_site") as unit:
        unit.revise(Site, facility.site, virtual_printers=True)
    window.show_page("participants")
    window.back()
    assert page.on_paper.chosen_printer.count() == 2


@pytest.mark.parametrize(
    ("name", "driver", "virtual"),
    [
        ("Microsoft Print to PDF", "Microsoft Print To PDF", True),
        ("Microsoft XPS Document Writer", "", True),
        ("OneNote (Desktop)", "Send to Microsoft OneNote 16 Driver", True),
        ("Fax", "Microsoft Shared Fax Driver", True),
        ("Office", "Generic CUPS-PDF Printer", True),
        ("Reception", "CutePDF Writer v4", True),
        ("Front desk", "HP LaserJet Pro M404", False),
        ("Copy room", "Ricoh MP C3004 PDF", False),
        ("Unit B", "HP LaserJet Faxless 3", False),
    ],
)
def test_which_printers_make_files(name: str, driver: str, virtual: bool) -> None:
    assert machines.is_virtual(name, driver) is virtual


def _like(page: Any, side: Any) -> int:
    """The page a side, or half of one, looks like."""
    paper = Paper(page.made.pdf.data)
    scores = [alike(side, paper.image(number, 300)) for number in range(len(paper.sizes))]
    paper.close()
    return max(range(len(scores)), key=scores.__getitem__)


def test_both_sides_in_two_steps(page: Any, qtbot: Any, facility: Store, tray: Tray) -> None:
    _choose(page, qtbot)
    count = page.made.pdf.pages
    press(page.on_paper.button)
    press(page.on_paper.sides.chips["both-sides"])
    assert "This printer does not turn the paper." in said(page)
    press(page.go)
    qtbot.waitUntil(lambda: "One side is printed." in said(page), timeout=60_000)
    assert not _told(facility)
    assert [_like(page, side) for side in tray.sides()] == list(range(0, count, 2))
    press(button(page, "Print the other side"))
    qtbot.waitUntil(lambda: len(_told(facility)) == 1, timeout=60_000)
    backs = tray.sides()
    assert len(backs) == len(range(0, count, 2))
    assert [_like(page, side) for side in backs][: count // 2] == list(range(1, count, 2))


def test_stopping_between_the_sides_leaves_paper_and_so_an_entry(
    page: Any, qtbot: Any, facility: Store, woman: Id
) -> None:
    _choose(page, qtbot)
    page.on_paper.sides.chips["both-sides"].click()
    press(page.go)
    qtbot.waitUntil(lambda: "One side is printed." in said(page), timeout=60_000)
    press(button(page, "Stop"))
    assert "They are noted as a copy." in said(page)
    assert len(_told(facility)) == len(_copies(facility, woman)) == 1


def test_a_printer_that_turns_the_paper_gets_one_job(page: Any, qtbot: Any, facility: Store, tray: Tray) -> None:
    tray.turns = True
    _choose(page, qtbot)
    page.on_paper.sides.chips["both-sides"].click()
    _print(page, qtbot, facility)
    assert tray.made[0].way == QPrinter.DuplexMode.DuplexLongSide
    assert len(tray.made) == 1
    assert len(tray.sides()) % 2 == 0


def test_a_booklet_in_two_steps_says_how_to_put_the_stack_back(
    page: Any, qtbot: Any, facility: Store, tray: Tray
) -> None:
    _choose(page, qtbot)
    page.on_paper.sides.chips["booklet"].click()
    press(page.go)
    qtbot.waitUntil(lambda: "One side is printed." in said(page), timeout=60_000)
    assert not _told(facility)
    fronts = tray.sides()
    press(button(page, "Print the other side"))
    qtbot.waitUntil(lambda: len(_told(facility)) == 1, timeout=60_000)
    backs = tray.sides()
    assert len(fronts) == len(backs) == -(-page.made.pdf.pages // 4)
    for front, back in zip(fronts, backs, strict=True):
        assert _half(page, front, 1) + 1 == _half(page, back, 0)


def test_the_print_queue_is_named_before_anything_goes_there(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    press(page.on_paper.button)
    assert "A copy passes through this computer's print queue, under the name “Document”." in said(page)


def test_a_booklet_comes_last_and_is_folded(page: Any, qtbot: Any, facility: Store, tray: Tray) -> None:
    tray.turns = True
    _choose(page, qtbot)
    assert list(page.on_paper.sides.chips)[-1] == "booklet"
    page.on_paper.sides.chips["booklet"].click()
    _print(page, qtbot, facility)
    assert tray.made[0].way == QPrinter.DuplexMode.DuplexShortSide
    sides, count = tray.sides(), page.made.pdf.pages
    whole = -(-count // 4) * 4
    assert len(sides) == whole // 2
    assert sides[0].width() > sides[0].height()
    found = [(_half(page, side, 0), _half(page, side, 1)) for side in sides]
    for front, back in zip(found[::2], found[1::2], strict=True):
        assert front[1] + 1 == back[0]  # the right of a front is turned to the left of its back
    assert [number for pair in found for number in pair if number is not None] == imposition.pages_on(
        imposition.sides_of(count, imposition.BOOKLET)
    )


def _half(page: Any, side: QImage, place: int) -> int | None:
    """The page in the left or right half of a side; None where it is empty."""
    width, height = side.width() // 2, round(side.width() / 2 * 11 / 8.5)
    half = side.copy(place * width, (side.height() - height) // 2, width, height)
    return None if is_empty(half) else _like(page, half)


@pytest.mark.parametrize("count", range(1, 14))
def test_a_folded_booklet_is_read_in_order(count: int) -> None:
    """Sheets laid on each other and folded: the fronts' right halves, then the backs' left ones, turn after turn."""
    sides = imposition.sides_of(count, imposition.BOOKLET)
    fronts, backs = sides[::2], sides[1::2]
    first_half = [page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])]
    second_half = [page for front, back in zip(fronts, backs, strict=True) for page in (front[0], back[1])]
    read = first_half + second_half[::-1]
    assert [page for page in read if page is not None] == list(range(count))
    assert read[count:] == [None] * (len(read) - count)
    assert imposition.sheets(count, imposition.BOOKLET) == -(-count // 4)


# A file


def _type(page: Any, first: str, again: str) -> None:
    for line, text in ((page.saving.first.edit, first), (page.saving.again.edit, again)):
        line.clear()
        QTest.keyClicks(line, text)
    settle()


def test_a_file_is_locked_and_written_down(
    page: Any, qtbot: Any, facility: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, woman: Id
) -> None:
    from reentry_desktop.ui.pages import preview_saving

    offered: list[Path] = []

    def choose(_parent: Any, _title: str, _kinds: str, start: Path) -> Path:
        offered.append(start)
        return tmp_path / "Document"

    monkeypatch.setattr(preview_saving, "choose_new_file", choose)
    _choose(page, qtbot)
    press(page.save_button)
    assert page.saving.first.edit.hasFocus()
    assert not page.saving.open_file.isVisible()
    assert "Write it on paper" in said(page)
    _type(page, "river1", "river1")
    assert page.saving.strength.text().startswith("Weak")
    press(page.saving.go)
    assert page.saving.wrong.text()
    assert not _told(facility)
    _type(page, SECRET, SECRET + "x")
    assert page.saving.strength.text() == "Strong."
    press(page.saving.go)
    assert "not the same" in page.saving.wrong.text()
    _type(page, SECRET, SECRET)
    press(page.saving.go)
    assert offered[-1].name == "Document.pdf"
    assert "Only the passphrase opens it" in said(page)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(str(tmp_path / "Document.pdf"))
    with pypdfium2.PdfDocument(str(tmp_path / "Document.pdf"), password=SECRET) as document:
        assert len(document) == page.made.pdf.pages
    assert (_told(facility)[0]["how"], _told(facility)[0]["sha256"]) == ("saved", page.made.sha256)
    assert len(_copies(facility, woman)) == 1
    press(page.save_button)
    assert page.saving.first.edit.text() == page.saving.again.edit.text() == ""


def test_show_is_for_both_lines(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    press(page.save_button)
    page.saving.first.show_typed.click()
    assert page.saving.again.edit.echoMode() == page.saving.first.edit.EchoMode.Normal
    QTest.keyClick(page.saving.first.edit, Qt.Key.Key_Return)
    assert page.saving.again.edit.hasFocus()
    press(button(page, "Do not save"))
    assert page.pages.isVisible()


def test_an_open_file_only_for_whom_may_and_warned_of(
    page: Any, qtbot: Any, facility: Store, woman: Id, tmp_path: Path
) -> None:
    _choose(page, qtbot)
    page.save(tmp_path / "Sneaked.pdf", "")
    assert not (tmp_path / "Sneaked.pdf").exists()
    assert not _told(facility)
    with facility.work("set_person") as unit:
        unit.revise(Person, facility.who.id, saves_open=True)
    press(page.save_button)
    page.saving.open_file.click()
    assert "not locked" in page.saving.warning.text()
    assert not page.saving.first.isVisible()
    page.save(tmp_path / "Document", "")
    assert (tmp_path / "Document.pdf").read_bytes() == page.made.pdf.data
    assert "delete it when it is no longer needed" in said(page)
    page.save(tmp_path / "nowhere" / "Document.pdf", "")
    assert "could not be written, and is noted as destroyed" in page.saving.wrong.text()
    assert len(_told(facility)) == 2
    assert [copy.became for copy in _copies(facility, woman)] == [Became.DESTROYED, ""]


def test_no_file_stands_anywhere_that_is_not_written_down(
    page: Any, qtbot: Any, facility: Store, plan: Id, tmp_path: Path
) -> None:
    with facility.work("add_supporter") as unit:
        odette = plans.add_supporter(unit, plan, name="Odette", agreed=True, agreed_to_copy=True)
    press(page.who.buttons["supporter"])
    page.refresh()
    page.whom.asked.buttons[odette].click()
    _made(page, qtbot)
    with facility.work("revise_supporter") as unit:
        plans.revise_supporter(unit, odette, agreed_to_copy=False)
    page.save(tmp_path / "Document.pdf", SECRET)
    assert page.saving.wrong.text()
    assert not (tmp_path / "Document.pdf").exists()
    assert not _told(facility)


# How it stands on the screen


@ON_EVERY_SCREEN
def test_it_fits_every_screen(
    qapp: Any, window: MainWindow, facility: Store, woman: Id, plan: Id, qtbot: Any, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    with facility.work("add_supporter") as unit:
        plans.add_supporter(unit, plan, name="Reverend Tamsin Oyelaran-Whitcombe", agreed=True)
        plans.fine_in_my_room(unit, plans.contents(unit, plan).items["tools"][0].id, on=True)
    window.show_page("preview", participant=woman)
    page: Any = window.page
    resize(qapp, window, screen)
    check_page(page)
    for key in ("supporter", "blank", "daily", "keep", "official"):
        page.choose(key)
        if not page.whom.missing():
            _made(page, qtbot)
        check_page(page)
    page.look.unfold()
    page.on_paper.unfold()
    page.on_paper.sides.chips["both-sides"].click()
    check_page(page)
    page.choose("property")
    _made(page, qtbot)
    page.press._ask()
    check_page(page)
    if screen[:1] == (1366,):
        assert not page.verticalScrollBar().maximum()  # the choices and the pages scroll, each by itself
    assert page.press.visibleRegion().boundingRect().height() == page.press.height()
    page._ask_save()
    QTest.keyClicks(page.saving.first.edit, "river lantern")
    check_page(page)


def test_a_print_needs_no_mouse(page: Any, qtbot: Any, facility: Store) -> None:
    """Chosen, made, printed and answered by keys alone."""
    reach("Her, for the day of release")
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    _made(page, qtbot)
    assert page.go.hasFocus()
    QTest.keyClick(page.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Did it print well?" in said(page), timeout=60_000)
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    assert "Noted under her copies." in said(page)
    assert len(_told(facility)) == 1
