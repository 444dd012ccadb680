"""The versions of her plan at the window: read, compared in her words, and a wording brought back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from reentry_desktop.actions import enrolling, plan_states, plan_versions, plans, women
from reentry_desktop.base.ids import Id
from reentry_desktop.records import PlanItem
from reentry_desktop.records.pack import load_pack
from reentry_desktop.store import Store
from reentry_desktop.ui.page import Page
from reentry_desktop.ui.pages.versions import VersionsPage
from reentry_desktop.ui.pages.versions_words import HerWords
from reentry_desktop.ui.window import MainWindow

from ..stores import DAY, enrolled
from .desks import SCREENS, check_page, open_window, press, resize
from .programs import name_of, reach, said, settle

LONG = "Pneumonoultramicroscopic" * 9


class PreviewPage(Page):
    """Notes what it was asked to print."""

    key, title, under = "preview", "Preview", "participants"
    opened: dict[str, Any]

    def open(self, **args: Any) -> None:
        self.opened = args


def fill(store: Store, plan: Id) -> None:
    """A few words wherever the pack asks for them."""
    with store.work("write") as unit:
        for part in load_pack().parts().values():
            if part.required and part.kind == "supporter":
                plans.add_supporter(unit, plan, name="Odette Marchetti", relation="Aunt")
            elif part.required and part.kind == "answer":
                plans.answer(unit, plan, part.key, "I laugh easily")
            elif part.required:
                plans.add_item(unit, plan, part.key, words="Walk the yard before count")


@pytest.fixture
def her(facility: Store) -> tuple[Id, Id]:
    """A woman whose plan was done for now twice: one entry changed, one taken out, one new."""
    woman, _episode = enrolled(facility, first="Ana", last="Núñez")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
    fill(facility, plan)
    with facility.work("add_item") as unit:
        plans.add_item(unit, plan, "tools", words="Crochet", helpful=2)
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, DAY, how="signed")
    with facility.work("write") as unit:
        walk, crochet = plans.contents(unit, plan).items["tools"]
        plans.revise_item(unit, walk.id, words="Walk the yard after count", helpful=4)
        plans.remove_item(unit, crochet.id)
        plans.add_item(unit, plan, "tools", words="Call my sister")
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan, DAY)
    return woman, plan


@pytest.fixture
def window(qapp: QApplication, qtbot: Any, facility: Store) -> MainWindow:
    """The window on the facility."""
    return open_window(qapp, qtbot, facility, [VersionsPage, PreviewPage])


def shown(window: MainWindow, woman: Id, **where: Any) -> Any:
    """The page, once all of it is laid out."""
    window.show_page("versions", participant=woman, **where)
    page: Any = window.page
    for _round in range(20):
        settle()
        if not page._next.isActive():
            break
    return page


def button(page: QWidget, name: str) -> QPushButton:
    """The button with this name for a screen reader."""
    found = [b for b in page.findChildren(QPushButton) if b.isVisible() and name in (b.text(), b.accessibleName())]
    assert found, [b.accessibleName() or b.text() for b in page.findChildren(QPushButton) if b.isVisible()]
    return found[0]


def test_each_version_is_listed_with_its_day_who_was_there_and_how(window: MainWindow, her: tuple[Id, Id]) -> None:
    page = shown(window, her[0])
    words = said(page)
    assert words.index("As it stands now") < words.index("Version 2") < words.index("Version 1")
    assert "Nov 23, 2026 · with lead · Signed on paper" in words
    assert "She said so" in words
    press(button(page, "Print: Version 1"))
    assert window.page.opened == {"participant": her[0], "version": 1, "back": "versions"}  # type: ignore[union-attr]


def test_a_version_reads_as_it_was_and_cannot_be_typed_into(window: MainWindow, her: tuple[Id, Id]) -> None:
    page = shown(window, her[0], version=1)
    words = said(page)
    assert "Walk the yard before count" in words
    assert "Crochet" in words
    assert "How much it helps, 1 to 5: 2" in words
    assert "Odette Marchetti" in words
    assert "Call my sister" not in words
    titles = [s.title["en"] for s in load_pack().sections]
    assert [t for t in words.splitlines() if t in titles] == [t for t in titles if t in words.splitlines()]
    from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

    assert not page.findChildren(QLineEdit)
    assert not page.findChildren(QPlainTextEdit)
    press(button(page, "Print this version"))
    assert window.page.opened["version"] == 1  # type: ignore[union-attr]


def test_two_versions_side_by_side_show_what_changed_by_more_than_color(window: MainWindow, her: tuple[Id, Id]) -> None:
    page = shown(window, her[0], earlier=1, later=2)
    words = said(page)
    for pill in ("Different: 1", "Added: 1", "Taken out: 1"):
        assert pill in words
    marked = {w.text(): w for w in page.findChildren(HerWords)}
    old, new = marked["Walk the yard before count"], marked["Walk the yard after count"]
    assert ("removed", "before ") in list(old.runs)
    assert ("added", "after ") in list(new.runs)
    assert name_of(old) == "Walk the yard; taken out: before; count"
    assert name_of(new) == "Walk the yard; new: after; count"
    block = new._paper.firstBlock().begin()
    looks = []
    while not block.atEnd():
        looks.append((block.fragment().text(), block.fragment().charFormat().fontUnderline()))
        block += 1
    assert looks == [("Walk the yard ", False), ("after ", True), ("count", False)]
    assert "How much it helps, 1 to 5: 4" in words
    assert "No longer there." in words
    assert "Not there yet." in words


def test_any_two_can_be_chosen_and_the_earlier_stands_first(window: MainWindow, her: tuple[Id, Id]) -> None:
    page = shown(window, her[0], earlier=2, later=1)
    assert "Different: 1" in said(page)
    assert name_of(page.findChildren(HerWords)[0]).startswith("Walk the yard; taken out: before")
    assert "Nothing changed between the two." in said(shown(window, her[0], earlier=2, later=0))
    assert "Choose two that differ." in said(shown(window, her[0], earlier=2, later=2))


def test_an_earlier_wording_comes_back_and_undo_takes_it_away_again(
    window: MainWindow, her: tuple[Id, Id], facility: Store
) -> None:
    woman, plan = her

    def tools() -> list[tuple[str, int | None]]:
        with facility.read() as unit:
            return [(item.words, item.helpful) for item in plans.contents(unit, plan).items["tools"]]

    page = shown(window, woman, earlier=1, later=2)
    press(button(page, "Bring this wording back: Walk the yard before count"))
    assert tools() == [("Walk the yard before count", None), ("Call my sister", None)]
    assert "The earlier wording is back in the plan." in said(window)
    window.undo()
    assert tools() == [("Walk the yard after count", 4), ("Call my sister", None)]
    page = shown(window, woman, version=1)
    press(button(page, "Bring this wording back: Crochet"))
    assert ("Crochet", 2) in tools()
    window.undo()
    assert ("Crochet", 2) not in tools()
    with facility.read() as unit:
        assert [len(plan_versions.at_version(unit, plan, n).items["tools"]) for n in (1, 2)] == [2, 2]


def test_words_that_come_back_are_not_at_once_fine_in_her_room(her: tuple[Id, Id], facility: Store) -> None:
    _woman, plan = her
    with facility.work("write") as unit:
        walk = plans.contents(unit, plan).items["tools"][0].id
        plans.fine_in_my_room(unit, walk, on=True)
    with facility.work("restore_words") as unit:
        before = plan_versions.restore_words(unit, plan, walk, 1)
    with facility.read() as unit:
        assert not unit.get(PlanItem, walk).in_my_room
    with facility.work("undo_restore") as unit:
        plan_versions.undo_restore(unit, walk, before)
    with facility.read() as unit:
        assert unit.get(PlanItem, walk).in_my_room
        assert unit.get(PlanItem, walk).words == "Walk the yard after count"


def test_without_a_version_the_page_says_what_makes_one(window: MainWindow, facility: Store) -> None:
    woman, _episode = enrolled(facility)
    assert "No plan yet." in said(shown(window, woman))
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        plans.add_item(unit, plan, "tools", words="Crochet")
    page = shown(window, woman)
    assert "There is no version yet." in said(page)
    press(button(page, "Read the plan as it stands"))
    assert "Crochet" in said(window)


def test_the_plan_of_a_closed_episode_stays_readable_and_is_not_changed(
    window: MainWindow, her: tuple[Id, Id], facility: Store
) -> None:
    woman, plan = her
    with facility.work("close") as unit:
        episode = women.current_episode(unit, woman)
        assert episode is not None
        enrolling.close(unit, episode.id, DAY, "completed")
    page = shown(window, woman, version=1)
    assert "for reading only" in said(page)
    assert "Bring this wording back" not in said(page)
    with facility.work("enrol") as unit:
        again = enrolling.offer(unit, woman, enrolling.programs(unit)[0].id, DAY)
        enrolling.told_limits(unit, again, DAY, "en")
        enrolling.enrol(unit, again, agreed_on=DAY, on=DAY)
        plan_states.offer_plan(unit, woman)
        current = women.current_plan(unit, woman)
        assert current is not None
        assert current.id != plan
    page = shown(window, woman)
    assert "There is no version yet." in said(page)
    press(button(page, "Open: Started Nov 23, 2026"))
    assert "Version 2" in said(window)
    assert "Print" not in said(window)  # paper is of the plan she has now
    press(button(window, "Read: Version 2"))
    assert "Call my sister" in said(window)


def test_a_linked_tool_is_a_change_of_the_step(window: MainWindow, her: tuple[Id, Id], facility: Store) -> None:
    woman, plan = her
    with facility.work("write") as unit:
        tool = plans.contents(unit, plan).items["tools"][0].id
        step = plans.add_item(unit, plan, "stressor_steps", words="Leave the room")
    with facility.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    with facility.work("link_tool") as unit:
        plans.link_tool(unit, step, tool)
    words = said(shown(window, woman, earlier=3, later=0))
    assert "Tools: nothing" in words
    assert "Tools: Walk the yard after count" in words


def test_no_letter_is_lost_however_long_the_word(
    qapp: QApplication, window: MainWindow, her: tuple[Id, Id], facility: Store
) -> None:
    woman, plan = her
    with facility.work("write") as unit:
        plans.add_item(unit, plan, "tools", words=LONG)
    for screen in SCREENS:
        resize(qapp, window, screen)
        page = shown(window, woman, earlier=2, later=0)
        words = next(w for w in page.findChildren(HerWords) if w.text() == LONG)
        assert words.height() >= words.heightForWidth(words.width())
        assert words._paper.idealWidth() <= words.width()


@pytest.mark.parametrize("where", [{}, {"version": 1}, {"earlier": 1, "later": 2}], ids=["list", "read", "compare"])
def test_it_fits_every_screen_and_every_control_has_a_name(
    qapp: QApplication, window: MainWindow, her: tuple[Id, Id], where: dict[str, int]
) -> None:
    for screen in SCREENS:
        resize(qapp, window, screen)
        page = shown(window, her[0], **where)
        check_page(page)
        for words in page.findChildren(HerWords):
            assert words.height() >= words.heightForWidth(words.width())
        for label in page.findChildren(QLabel):
            assert label.width() <= page.viewport().width()


def test_by_keys_alone(window: MainWindow, her: tuple[Id, Id]) -> None:
    shown(window, her[0])
    reach("Read: As it stands now")
    reach("What changed since: Version 1")
    shown(window, her[0], earlier=1, later=2)
    reach("Version 1, Nov 23, 2026")
    reach("Bring this wording back: Crochet")


def test_many_differences_are_all_there_in_the_end(window: MainWindow, her: tuple[Id, Id], facility: Store) -> None:
    woman, plan = her
    with facility.work("write") as unit:
        for number in range(60):
            plans.add_item(unit, plan, "tools", words=f"Tool {number}")
    page = shown(window, woman, earlier=2, later=0)
    shown_words = {w.text() for w in page.findChildren(HerWords)}
    assert {f"Tool {n}" for n in range(60)} <= shown_words
