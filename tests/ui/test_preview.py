"""Before paper: who it is for comes first, what is shown is what is printed, and either act is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtPrintSupport import QPrinter

from reentry_desktop.actions import plans, women
from reentry_desktop.base import words
from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store
from reentry_desktop.ui import printing as paper
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.preview import PreviewPage
from reentry_desktop.ui.window import MainWindow

from ..stores import enrolled, payloads
from .desks import SCREENS, check_page, open_window, press, resize


class CallOutStand(Page):
    """Stands where the call-out sheet will be."""

    key, title = "callout", "Call-out sheet"

    def open(self, **args: Any) -> None:
        self.opened = args


@pytest.fixture
def woman(facility: Store) -> Id:
    return enrolled(facility, language="es")[0]


@pytest.fixture
def plan(facility: Store, woman: Id) -> Id:
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.answer(unit, plan, "well", "Me río con mi niña.")
        for number in range(60):
            plans.add_item(unit, plan, "tools", words=f"Herramienta número {number}")
        return plan


@pytest.fixture
def window(qapp: Any, qtbot: Any, facility: Store) -> Iterator[MainWindow]:
    made = open_window(qapp, qtbot, facility, [PreviewPage, CallOutStand])
    yield made
    made.lock()


@pytest.fixture
def page(window: MainWindow, woman: Id, plan: Id) -> Any:
    window.show_page("preview", participant=woman)
    return window.page


def _choose(page: Any, qtbot: Any, button: str = "her") -> None:
    page.made = None
    getattr(page.options, button).click()
    qtbot.waitUntil(lambda: page.made is not None, timeout=20_000)


def _told(store: Store) -> list[dict[str, Any]]:
    with store.read() as unit:
        return [e["values"] for e in payloads(unit.connection) if e.get("act") == "print_plan"]


class _Sheets(QPrinter):
    """A printer of Qt's own that puts its pages into a file."""

    file = ""
    made: list[QPrinter] = []  # noqa: RUF012

    def setPrinterName(self, name: str) -> None:  # noqa: N802
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(self.file)
        _Sheets.made.append(self)


@pytest.fixture
def printer(page: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(_Sheets, "file", str(tmp_path / "out.pdf"))
    _Sheets.made.clear()
    monkeypatch.setattr(paper, "QPrinter", _Sheets)
    page.options._printer.addItem("Front desk")
    return tmp_path / "out.pdf"


def test_it_begins_with_who_it_is_for(page: Any, window: MainWindow, woman: Id) -> None:
    assert page.made is None
    assert not page.options.rest.isVisible()
    assert not page.options.go.isVisible()
    assert page.options.her.hasFocus()
    page.options.elsewhere.emit()
    assert window.page is not None
    assert window.page.opened == {"participant": woman}  # type: ignore[attr-defined]
    window.back()
    assert page.options.who() == ""


def test_it_takes_her_language_and_leaves_her_name_out(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    text = page.pages.paper.text(0) + page.pages.paper.text(1)
    assert "Plan de bienestar" in text
    assert "Núñez" not in text
    assert page.options.line.text().endswith("Español, without her name.")
    _choose(page, qtbot, "office")
    assert page.options.with_name()
    assert "Núñez" in page.pages.paper.text(0)


def test_the_last_choice_is_the_one_shown(page: Any, qtbot: Any) -> None:
    _choose(page, qtbot)
    few = page.made.pdf.pages
    page.made = None
    page.options._size.chips["large"].click()
    page.options._size.chips["extra-large"].click()
    qtbot.waitUntil(lambda: page.made is not None, timeout=20_000)
    assert page.made.pdf.pages > few
    assert len(page.pages.paper.sizes) == page.made.pdf.pages
    assert page.options.go.text() == f"Print {page.made.pdf.pages} pages"
    page.options._copies.setValue(3)
    assert page.options.go.text() == f"Print {3 * page.made.pdf.pages} pages"


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
    assert "Herramienta número 59" in page.pages.text.toPlainText()
    assert page.pages.text.hasFocus()


def test_a_print_is_written_down_and_asked_about(page: Any, qtbot: Any, facility: Store, printer: Path) -> None:
    _choose(page, qtbot)
    page.options._copies.setValue(2)
    page.print_page()
    qtbot.waitUntil(lambda: bool(_told(facility)), timeout=60_000)
    (told,) = _told(facility)
    assert (told["how"], told["copies"], told["printer"], told["to"]) == ("printed", 2, "Front desk", "her")
    assert told["sha256"] == page.made.sha256
    assert "Did it print well?" in page.notice.text()
    made = _Sheets.made[0]
    assert made.docName() == "Document"
    assert made.resolution() == 300
    assert printer.stat().st_size > 10_000
    page._printed_well()
    assert not page.notice.isVisible()


def test_a_stopped_print_is_no_print(page: Any, qtbot: Any, facility: Store, printer: Path) -> None:
    _choose(page, qtbot)
    page.print_page()
    assert page.working.isVisible()
    press(page.stop_button)
    assert not page.working.isVisible()
    assert not _told(facility)
    assert page.options.isEnabled()


def test_without_an_answering_printer_it_says_so(page: Any, qtbot: Any, facility: Store) -> None:
    _choose(page, qtbot)
    if not paper.printers():
        assert not page.options.go.isEnabled()
        page.print_page()
        assert "no printer" in page.problem.text()
    assert not _told(facility)


def test_saving_is_warned_of_and_written_down(page: Any, qtbot: Any, facility: Store, tmp_path: Path) -> None:
    _choose(page, qtbot)
    page._ask_save()
    assert "not locked" in page.notice.text()
    page.save(tmp_path / "Document")
    assert (tmp_path / "Document.pdf").read_bytes() == page.made.pdf.data
    assert _told(facility)[0]["how"] == "saved"
    page.save(tmp_path / "nowhere" / "Document.pdf")
    assert "could not be written" in page.problem.text()
    assert len(_told(facility)) == 1


def test_letters_no_paper_can_show_are_named(page: Any, qtbot: Any, facility: Store, plan: Id) -> None:
    with facility.work("answer") as unit:
        plans.answer(unit, plan, "post_feel", "Fuerte \U0001f98b")
    page.options.her.click()
    qtbot.waitUntil(lambda: bool(page.problem.text()), timeout=20_000)
    assert "\U0001f98b" in page.problem.text()
    assert page.made is None
    assert not page.options.go.isVisible()


def test_without_a_plan_there_is_nothing_to_print(window: MainWindow, facility: Store) -> None:
    with facility.work("register") as unit:
        other = women.register(unit, department_number="R9", first_name="Luz", last_name="Vega")
    window.show_page("preview", participant=other)
    assert window.page is not None
    assert "No plan was started" in window.page.problem.text()


def test_locking_while_pages_are_made_is_quiet(window: MainWindow, page: Any, qtbot: Any) -> None:
    page.options.her.click()
    window.lock()
    qtbot.wait(300)
    assert window.session is None


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("tongue", ["en", "es"])
def test_it_fits_every_screen(
    qapp: Any, window: MainWindow, woman: Id, plan: Id, qtbot: Any, screen: Any, tongue: str
) -> None:
    words.use(tongue)
    window.show_page("preview", participant=woman)
    page: Any = window.page
    resize(qapp, window, screen)
    check_page(page)
    _choose(page, qtbot)
    page.options._printer.addItem("Front desk")
    page.options.paper_rows.show()
    check_page(page)
    page._ask_save()
    check_page(page)


def test_what_is_told_can_be_read_again(facility: Store) -> None:
    assert msgspec.json.decode(b"[]") == _told(facility)
