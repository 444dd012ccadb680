"""From her name to the paper in her hand without a mouse: found, written, done for now, printed, saved, noted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from reentry_desktop.actions import plan_states, women
from reentry_desktop.app import Program
from reentry_desktop.records.pack import Section
from reentry_desktop.records.paper import CopyGiven
from reentry_desktop.store import Store
from reentry_desktop.ui.pages import preview_saving
from reentry_desktop.ui.pages.plan_answer import Answer

from ..stores import Clock, enrolled
from .paper import Tray, set_up
from .programs import begin, keys, page, reach, said, settle, type_keys

PASSPHRASE = "river lantern orchard stone"


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tray:
    return set_up(monkeypatch, tmp_path)


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tray: Tray) -> Iterator[Program]:
    made = begin(qapp, qtbot, facility.folder, clock, facility)
    yield made
    made.window.lock()


def _press(name: str) -> None:
    """Tab to what is called *name*, and press it."""
    QTest.keyClick(reach(name), Qt.Key.Key_Space)
    settle()


def _write(program: Program, sections: tuple[Section, ...]) -> None:
    """Words into every part of *sections*, each where the page puts the focus, and on to the next."""
    for key in (part.key for section in sections for part in section.parts):
        plan = page(program)
        if plan.body.view is None:  # the kind word before the crisis parts
            _press("Go on")
        assert plan.body.here == key
        settle()
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        type_keys(field, f"mine {key}")
        if not isinstance(plan.body.view.body, Answer):
            QTest.keyClick(field, Qt.Key.Key_Return)
        _press(plan.body.next_button.accessibleName())


def test_from_her_name_to_the_paper_in_her_hand_without_a_mouse(
    program: Program, facility: Store, qtbot: Any, tray: Tray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    woman, _episode = enrolled(facility, first="Ana", last="Vega")
    window = program.window
    keys(window, Qt.Key.Key_K)
    settle()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    type_keys(field, "vega")
    for _twice in range(2):  # into the list, and to her
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        settle()
    assert page(program).key == "participant"
    _press("Start the plan")
    _press("Begin her plan")
    pack = page(program).writing.whole.pack
    _write(program, pack.sections)
    assert page(program).key == "preview"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    settle()
    _press("Done for now")
    reach("She told me")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)  # to the next of the ways
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    _press("Done for now")
    with facility.read() as unit:
        plan = women.current_plan(unit, woman)
        assert plan is not None
        (version,) = plan_states.versions(unit, plan.id)
    assert (version.number, version.how_confirmed) == (1, "signed")

    keys(window, Qt.Key.Key_P)
    settle()
    _press("Her, the whole plan")
    qtbot.waitUntil(lambda: page(program).made is not None)
    count = page(program).made.pdf.pages
    _press("Save as PDF…")
    monkeypatch.setattr(preview_saving, "choose_new_file", lambda *_given: tmp_path / "hers.pdf")
    for field in ("Passphrase", "The same passphrase again"):
        type_keys(reach(field), PASSPHRASE)
    _press("Choose where to save")
    with pypdfium2.PdfDocument(str(tmp_path / "hers.pdf"), password=PASSPHRASE) as saved:
        assert len(saved) == count
    _press(f"Print {count} pages")
    qtbot.waitUntil(lambda: "Did it print well?" in said(page(program)))
    assert len(tray.sides()) == count
    _press("Yes")
    with facility.read() as unit:
        given = unit.all(sa.select(CopyGiven))
    assert [(copy.layout, copy.version, copy.pages) for copy in given] == [("full", 1, count)] * 2
    _press("Her copies")
    assert page(program).key == "copies"
