"""The look: contrast, names for screen readers, size of targets, nothing wider than the smallest screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPushButton, QWidget

from reentry_desktop.base.paths import resource
from reentry_desktop.base.problems import Problem
from reentry_desktop.ui import icons, style, tokens
from reentry_desktop.ui.layouts import Columns, Flow
from reentry_desktop.ui.page import Stepper
from reentry_desktop.ui.toast import Toast
from reentry_desktop.ui.widgets import Button, Card, InlineProblem, Pill, Sentence
from reentry_desktop.ui.window import MainWindow

from .conftest import PAGES, asking, session

SCREENS = [(1366, 768, 100), (1366, 768, 150), (1024, 560, 100), (1024, 560, 150), (1024, 560, 200)]
COLOURS = {value for name, value in vars(tokens).items() if name.isupper() and re.fullmatch("#.{6}", str(value))}


@pytest.mark.parametrize("pair", tokens.PAIRS, ids=lambda pair: pair[0])
def test_colours_that_meet_can_be_told_apart(pair: tuple[str, str, str, float]) -> None:
    what, front, ground, least = pair
    assert tokens.contrast(front, ground) >= least, what


def test_contrast_is_computed_as_wcag_does() -> None:
    assert tokens.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert tokens.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


def test_the_sheet_uses_no_colour_but_the_tokens() -> None:
    assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", style.sheet(16))) <= COLOURS
    for mark in resource("icons", "marks").glob("*.svg"):
        assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", mark.read_text())) <= COLOURS, mark.name


def test_no_text_is_smaller_than_14_pixels() -> None:
    for percent in tokens.SCALES:
        sizes = re.findall(r"font-size: (\d+)px", style.sheet(round(16 * percent / 100)))
        assert sizes
        assert min(map(int, sizes)) >= 14


def test_every_icon_is_drawn_in_its_colour(qapp: QApplication) -> None:
    names = [file.stem for file in resource("icons").glob("*.svg")]
    assert len(names) > 40
    assert set(tokens.TONE_ICONS.values()) <= set(names)
    for name in names:
        image = icons.pixmap(name, tokens.DANGER, 24).toImage()
        seen = {
            image.pixelColor(x, y).name() for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 250
        }
        assert tokens.DANGER.lower() in seen, name


def test_without_our_colours_everything_keeps_its_size(qapp: QApplication, qtbot: Any) -> None:
    style.apply(qapp, 150, plain=True)
    button = Button("Open")
    qtbot.addWidget(button)
    button.show()
    assert "background" not in qapp.styleSheet()
    assert button.height() >= tokens.TARGET
    assert button.fontMetrics().height() >= 24


def _named(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _reachable(root: QWidget) -> list[QWidget]:
    found = []
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or (
            widget.parent() is not None and isinstance(widget.parent(), QComboBox)
        )
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(root) and not inner:
            found.append(widget)
    return found


def _every_screen(window: MainWindow) -> list[str]:
    return ["unlock", *(page.key for page in PAGES), "shortcuts", "cover"]


def _go(window: MainWindow, screen: str) -> QWidget:
    if screen != "unlock":
        if window.session is None:
            window.open_session(session(practice=True))
        if screen == "cover":
            window.cover()
            assert window._cover is not None
            window._cover.ask()
        else:
            window.show_page(screen)
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("screen", ["unlock", "today", "participants", "referrals", "shortcuts", "cover"])
def test_whatever_takes_the_focus_has_a_name(window: MainWindow, screen: str) -> None:
    QAccessible.setActive(True)
    root = _go(window, screen)
    reachable = _reachable(root)
    assert reachable
    nameless = [widget for widget in reachable if not _named(widget)]
    assert not nameless


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("screen", ["unlock", "today", "participants", "referrals", "cover"])
def test_what_is_pressed_is_at_least_44_pixels_high(
    qapp: QApplication, window: MainWindow, screen: str, percent: int
) -> None:
    style.apply(qapp, percent, plain=False)
    root = _go(window, screen)
    pressed = [w for w in _reachable(root) if isinstance(w, QAbstractButton | QLineEdit | QComboBox)]
    assert pressed
    low = [(w, w.height()) for w in pressed if w.height() < tokens.TARGET]
    assert not low
    narrow = [(w, w.width()) for w in pressed if isinstance(w, QPushButton) and w.width() < tokens.TARGET]
    assert not narrow


@pytest.mark.parametrize(("width", "height", "percent"), SCREENS)
@pytest.mark.parametrize("screen", ["unlock", "today", "participants", "referrals", "shortcuts", "cover"])
def test_nothing_is_wider_than_the_screen(
    qapp: QApplication, window: MainWindow, screen: str, width: int, height: int, percent: int
) -> None:
    style.apply(qapp, percent, plain=False)
    root = _go(window, screen)
    root.resize(width, height)
    QApplication.processEvents()
    assert window.minimumSizeHint().width() <= width
    assert window.minimumSizeHint().height() <= height
    assert (window.width(), window.height()) == (width, height)
    shown: Any = window.stack.currentWidget() if screen in {"unlock", "cover"} else window.page
    assert shown.horizontalScrollBar().maximum() == 0
    assert shown.widget().minimumSizeHint().width() <= shown.viewport().width()


@pytest.mark.parametrize(("width", "height", "percent"), SCREENS)
def test_no_words_are_cut(qapp: QApplication, window: MainWindow, width: int, height: int, percent: int) -> None:
    style.apply(qapp, percent, plain=False)
    for screen in ("unlock", "today", "referrals", "shortcuts", "cover"):
        root = _go(window, screen)
        root.resize(width, height)
        QApplication.processEvents()
        for words in root.findChildren(Sentence):
            if words.isVisible() and words.text():
                assert words.height() >= words.heightForWidth(words.width()), (screen, words.text())
        for button in root.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width(), (screen, button.text())
    window._uncover()


def test_two_columns_become_one_where_it_is_narrow(qtbot: Any) -> None:
    columns = Columns()
    qtbot.addWidget(columns)
    columns.left.add(Card("One", Sentence("Some words that may wrap.")))
    columns.right.add(Card("Two", Sentence("Other words.")))
    columns.resize(1000, 500)
    columns.show()
    assert columns.left.y() == columns.right.y()
    assert abs(columns.left.width() - columns.right.width()) <= 1
    columns.resize(500, 900)
    QApplication.processEvents()
    assert columns.right.y() >= columns.left.geometry().bottom()
    assert columns.left.width() == 500
    assert columns.heightForWidth(500) > columns.heightForWidth(1000)


def test_chips_break_into_lines(qtbot: Any) -> None:
    chips = [Button(f"Idea number {n}") for n in range(6)]
    flow = Flow(*chips)
    qtbot.addWidget(flow)
    flow.resize(320, flow.heightForWidth(320))
    flow.show()
    assert len({chip.y() for chip in chips}) > 1
    assert all(chip.geometry().right() <= 320 for chip in chips)
    assert max(chip.geometry().bottom() for chip in chips) < flow.height()


def test_a_pill_keeps_its_size_and_says_its_word(qtbot: Any) -> None:
    pill = Pill("Plan not printed", "warn")
    card = Card("", pill)
    qtbot.addWidget(card)
    card.resize(900, 300)
    card.show()
    assert pill.width() < 250
    assert pill.height() < 40
    assert pill.accessibleName() == "Plan not printed"


def test_words_are_never_markup(qtbot: Any) -> None:
    hers = Sentence("<b>&amp; <img src='file:///etc/passwd'>")
    qtbot.addWidget(hers)
    assert hers.textFormat() == Qt.TextFormat.PlainText
    assert Pill("<b>x</b>")._words.textFormat() == Qt.TextFormat.PlainText


def test_a_problem_shows_its_sentence_and_a_code_without_names(qtbot: Any) -> None:
    shown = InlineProblem()
    qtbot.addWidget(shown)
    assert not shown.isVisibleTo(None)
    shown.show_problem(Problem("The stick is full. Nothing was copied.", code="stick-full"))
    assert shown.text() == "The stick is full. Nothing was copied."
    copy = shown.findChildren(QPushButton)
    assert len(copy) == 1
    copy[0].click()
    assert QApplication.clipboard().text() == "Code: stick-full"
    shown.clear()
    assert shown.text() == ""
    assert shown.isHidden()


def test_the_steps_say_where_she_is(qtbot: Any) -> None:
    steps = Stepper(["Insert the stick", "Check", "Copy"])
    qtbot.addWidget(steps)
    assert steps.accessibleName() == "Step 1 of 3: Insert the stick"
    steps.show_step(2)
    assert steps.accessibleName() == "Step 3 of 3: Copy"
    steps.show_step(3)
    assert steps.accessibleName() == "Step 3 of 3: Copy"


def test_undo_is_offered_once(qtbot: Any) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    place.resize(800, 400)
    place.show()
    undone: list[str] = []
    toast = Toast(place)
    toast.say("Removed one row.", lambda: undone.append("row"))
    assert toast.isVisible()
    assert place.rect().contains(toast.geometry())
    toast.undo.click()
    toast._undo()
    assert undone == ["row"]
    assert not toast.isVisible()
    toast.say("Saved.")
    assert not toast.undo.isVisible()


def test_many_people_are_a_list_few_are_buttons(window: MainWindow) -> None:
    window.show_locked(asking([f"Person {n}" for n in range(20)]))
    assert window.stack.currentWidget().findChildren(QComboBox)
    window.show_locked(asking())
    assert not window.stack.currentWidget().findChildren(QComboBox)
