"""The versions of her plan: each as it was, any two side by side, and an earlier wording brought back."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ...actions import plan_versions
from ...actions.plan_history import Made, Shelf, shelf
from ...actions.plan_versions import Difference
from ...actions.registrations import named
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, in_language
from ...records.base import Right, choice_label
from ...records.participant import Language
from ...records.plan import Plan
from .. import tokens as t
from ..day_editor import Day
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow
from ..layouts import Columns, Flow, Reading, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Pill, PrimaryButton, Rule, Sentence
from .versions_words import LOOKS, ChangeRow, HerWords, details, headline, name_of

if TYPE_CHECKING:
    from ...actions.plans import Contents
    from ...store import Unit
    from ..window import MainWindow

AT_ONCE = 8
"""Rows that are there when the page opens; the others follow while it is read."""
SLICE = 0.02
"""Seconds of laying out further rows before keys and mouse are looked at again."""


class VersionsPage(Page):
    """``show_page("versions", participant=ID)`` lists them; with ``version=`` one is read, with ``earlier=`` two are.

    ``day="2026-11-23"`` reads the plan as it stood at the end of that day. 0 is the plan as it stands now. ``plan=``
    names another plan of hers than the current one.
    """

    key = "versions"
    title = N_("Versions of the plan")
    needs = Right.SEE
    icon = "history"
    under = "participants"
    of_one = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.plan_id: Id | None = None
        self.args: dict[str, Any] = {}
        self.shelf: Shelf
        self._steps: Iterator[None] = iter(())
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    def open(self, **args: Any) -> None:
        self.woman, self.args = Id(args["participant"]), args
        self.plan_id = args.get("plan")
        self.refresh()

    def refresh(self) -> None:
        self._stop()
        self.clear()
        self.shelf = self.shell.desk.read(shelf, self.woman, self.plan_id)
        plan = self.shelf.plan
        if plan is None:
            self._none()
        elif "version" in self.args:
            self._read(plan, int(self.args["version"]))
        elif "day" in self.args:
            self._read_day(plan, dt.date.fromisoformat(self.args["day"]))
        elif "earlier" in self.args:
            self._compare(plan, int(self.args["earlier"]), int(self.args.get("later", 0)))
        else:
            self._list(plan)

    def put_away(self) -> None:
        self._stop()

    def begin(self) -> None:
        """Once what was just laid out is shown: the page may have been in sight already."""
        QTimer.singleShot(0, self, super().begin)

    def print_page(self) -> None:
        if self.shelf.current:
            self._print(int(self.args.get("version", 0)))

    def _go(self, **where: int | str) -> None:
        more = {"plan": self.plan_id} if self.plan_id else {}
        self.shell.show_page("versions", participant=self.woman, **more, **where)

    def _print(self, number: int) -> None:
        more = {"version": number} if number else {}
        self.shell.show_page("preview", participant=self.woman, back=self.key, **more)

    # The list

    def _none(self) -> None:
        self.set_head(_(self.title), self.shelf.woman.name, way_back=_("Back"))
        woman = self.woman
        go = Button(_("Open her page"), lambda: self.shell.show_page("participant", participant=woman))
        self.add(Card("", EmptyState("book-open", _("No plan yet."), go)))

    def _list(self, plan: Plan) -> None:
        made = self.shelf.versions
        acts = []
        if made:
            pair = (made[1].number, made[0].number) if len(made) > 1 else (made[0].number, 0)
            acts = [PrimaryButton(_("See what changed"), lambda: self._go(earlier=pair[0], later=pair[1]),
                                  icon_name="history")]  # fmt: skip
        self.set_head(_(self.title), self._whose(plan), *acts, way_back=_("Back"))
        if not made:
            more = _("Each time she says “done for now”, the plan is kept as it is that day. Nothing can alter it.")
            go = Button(_("Read the plan as it stands"), lambda: self._go(version=0), icon_name="book-open")
            self.add(Card("", EmptyState("sprout", _("There is no version yet."), go, more=more)))
        else:
            note = _("Each “done for now” is kept as it was that day. Nothing can alter it.")
            card = Card(_("Every version"), self._row(0, _("As it stands now"), ""), note=note)
            for version in made:
                card.add(Rule())
                card.add(self._row(version.number, name_of(version.number), told(version)))
            self.add(card)
        if plan.started_on:
            self.add(self._any_day(plan.started_on))
        if self.shelf.others:
            self.add(self._others())

    def _row(self, number: int, name: str, more: str) -> QWidget:
        read = Button(_("Read"), lambda: self._go(version=number), icon_name="book-open")
        acts = Flow(read, space=t.S2, right=True)
        if number:
            changed = Button(_("What changed since"), lambda: self._go(earlier=number, later=0), icon_name="history")
            acts.add(changed)
        if self.shelf.current:
            acts.add(Button(_("Print"), lambda: self._print(number), icon_name="printer"))
        for button in acts.findChildren(Button):
            button.setAccessibleName(f"{button.text()}: {name}")
        whole = QWidget()
        split = SplitLayout(whole, least=14, space=t.S3)
        said = Stack(Sentence(name, role="strong"), space=0)
        if more:
            said.add(Sentence(more, tone="muted", role="small"))
        split.addWidget(said)
        split.addWidget(acts)
        return whole

    def _any_day(self, started: dt.date) -> Card:
        """A day to be chosen: what the plan said then, version or not."""
        desk = self.shell.desk
        self.day = Day(today=lambda: desk.read(lambda unit: unit.today()))
        self.day.set(started)
        self.day_row = FieldRow(_("On which day"), self.day)

        def read() -> None:
            try:
                day = self.day.get()
            except Problem as problem:
                self.day_row.show_problem(problem.sentence)
                return
            if day is not None:
                self._go(day=day.isoformat())

        act = Button(_("Read it as it was"), read, icon_name="book-open")
        return Card(_("What the plan said on any day"), Reading(Stack(self.day_row, Flow(act), space=t.S3), width=24))

    def _others(self) -> Card:
        """Her plans of other times: they stay readable."""
        card = Card(_("Her other plans"))
        registrations = self.shell.desk.read(named, self.woman)
        for plan in self.shelf.others:
            day = show_day(plan.started_on or plan.offered_on)
            words = _("Started {day}").format(day=day) if plan.started_on else _("Offered {day}").format(day=day)
            words = " · ".join(filter(None, (words, registrations.get(plan.participant, ""))))
            go = Button(_("Open"), icon_name="book-open")
            go.setAccessibleName(f"{go.text()}: {words}")
            go.clicked.connect(
                lambda _on=False, plan=plan.id: self.shell.show_page("versions", participant=self.woman, plan=plan)
            )
            whole = QWidget()
            split = SplitLayout(whole, space=t.S3)
            split.addWidget(Sentence(words))
            split.addWidget(go)
            card.add(whole)
        return card

    def _whose(self, plan: Plan) -> str:
        """Whose plan, and since when where it is not the one she writes now."""
        said = [self.shelf.woman.name]
        if not self.shelf.living and plan.started_on:
            said.append(_("Started {day}").format(day=show_day(plan.started_on)))
            said.append(_("for reading only"))
        return " · ".join(said)

    # One version, or one day

    def _read_day(self, plan: Plan, day: dt.date) -> None:
        def look(unit: Unit) -> tuple[Contents, Contents]:
            return plan_versions.on_day(unit, plan.id, day), plan_versions.at_version(unit, plan.id)

        then, now = self.shell.desk.read(look)
        told = _("As it stood at the end of that day, by the clock of the PC it was written on")
        self.set_head(show_day(day), f"{self._whose(plan)} · {told}", way_back=_("Back"))
        self._run(self._reading(then, now, 0))

    def _read(self, plan: Plan, number: int) -> None:
        def look(unit: Unit) -> tuple[Contents, Contents]:
            then, now = plan_versions.at_versions(unit, plan.id, number, 0)
            return then, now

        then, now = self.shell.desk.read(look)
        acts: list[Button] = []
        if self.shelf.current:
            acts.append(PrimaryButton(_("Print this version"), lambda: self._print(number), icon_name="printer"))
        subtitle = self._whose(plan)
        if number:
            version = next(v for v in self.shelf.versions if v.number == number)
            subtitle += f" · {told(version)}"
            compare = Button(_("What changed since"), lambda: self._go(earlier=number, later=0), icon_name="history")
            acts.append(compare)
        self.set_head(name_of(number), subtitle, *acts, way_back=_("Back"))
        self._run(self._reading(then, now, number))

    def _reading(self, then: Contents, now: Contents, number: int) -> Iterator[None]:
        """Sections in the pack's order, written parts only, each wording with the way to bring it back."""
        language = str(then.plan.language) or "en"
        say = in_language(language).gettext
        differs = {d.record for d in plan_versions.differences(then, now)} if number and self.shelf.living else set()
        anything = False
        for title, parts in _sections(then, language):
            card: Card | None = None
            for part, name in parts:
                records = _records(then, part)
                if not records:
                    continue
                if card is None:
                    card = Card(title)
                    self.add(card)
                card.add(Sentence(name, role="strong", tone="primary"))
                for record in records:
                    card.add(self._entry(then, record, differs, number, say, language))
                    anything = True
                    yield
        if not anything:
            self.add(Card("", EmptyState("sprout", _("Nothing is written here."))))

    def _entry(self, then: Contents, record: Any, differs: set[Id], number: int, say: Any, language: str) -> QWidget:
        words = Stack(HerWords(headline(record)), space=t.S1)
        for tongue in (code for of, code in then.wordings if of == record.id):
            label = choice_label(Language, tongue)
            words.add(HerWords(f"{label}: {then.wordings[record.id, tongue]}", small=True))
        more = details(record, say, language)
        if tools := plan_versions.linked_tools(then, record.id):
            more = " · ".join(filter(None, (more, f"{say(N_('Tools'))}: {', '.join(tools)}")))
        if more:
            words.add(Sentence(more, tone="muted", role="small"))
        if record.id in differs:
            words.add(Flow(self.restoring(record.id, headline(record), number)))
        return words

    def restoring(self, record: Id, words: str, number: int) -> Button:
        """The way to bring a wording back."""
        back = LinkButton(_("Bring this wording back"), lambda: self._bring_back(record, number), icon_name="undo-2")
        back.setAccessibleName(f"{back.text()}: {words[:60]}")
        return back

    def _bring_back(self, record: Id, number: int) -> None:
        plan = self.shelf.plan
        assert plan is not None
        before = self.shell.desk.do(self, plan_versions.restore_words, plan.id, record, number)
        self.refresh()
        self.begin()

        def undo() -> None:
            self.shell.desk.do(self, plan_versions.undo_restore, record, before)
            self.refresh()

        self.shell.toast(_("The earlier wording is back in the plan."), undo, act=_("bring a wording back"))

    # Two, side by side

    def _compare(self, plan: Plan, earlier: int, later: int) -> None:
        if later and earlier > later:
            earlier, later = later, earlier
        numbers = list(dict.fromkeys((earlier, later, 0)))

        def look(unit: Unit) -> dict[int, Contents]:
            return dict(zip(numbers, plan_versions.at_versions(unit, plan.id, *numbers), strict=True))

        found = self.shell.desk.read(look)
        differences = plan_versions.differences(found[earlier], found[later])
        back: set[Id] = set()
        if self.shelf.living:
            now = differences if later == 0 else plan_versions.differences(found[earlier], found[0])
            back = {d.record for d in now if d.how != "added"}
        self.set_head(_("What changed"), self._whose(plan), way_back=_("Back"))
        self.add(self._choice(earlier, later, differences))
        if not differences:
            same = _("Choose two that differ.") if earlier == later else _("Nothing changed between the two.")
            self.add(Card("", EmptyState("circle-check", same)))
            return
        self._run(self._side_by_side(found[later], differences, earlier, later, back))

    def _choice(self, earlier: int, later: int, differences: list[Difference]) -> Card:
        """The two that are compared, each to be chosen anew, and how much is not the same."""
        every = [(str(v.number), f"{name_of(v.number)}, {show_day(v.done_on)}") for v in self.shelf.versions]
        boxes = []
        columns = Columns()
        for column, label, chosen, choices in (
            (columns.left, _("Earlier"), earlier, every),
            (columns.right, _("Later"), later, [("0", _("As it stands now")), *every]),
        ):
            box = ChoiceBox(choices, required=True)
            box.set(str(chosen))
            boxes.append(box)
            column.add(FieldRow(label, box))
        for box in boxes:
            box.changed.connect(lambda: self._go(earlier=int(boxes[0].get()), later=int(boxes[1].get())))
        pills = Flow()
        for how, (word, tone, icon) in LOOKS.items():
            if count := sum(d.how == how for d in differences):
                pills.add(Pill(f"{_(word)}: {count}", tone, icon_name=icon))
        card = Card("", columns)
        if differences:
            card.add(pills)
        return card

    def _side_by_side(
        self, after: Contents, differences: list[Difference], earlier: int, later: int, back: set[Id]
    ) -> Iterator[None]:
        language = str(after.plan.language) or "en"
        parts = after.pack.parts()
        for part, group in itertools.groupby(differences, key=lambda d: d.part):
            title = parts[part].title if part in parts else {}
            card = Card(title.get(language) or title.get("en") or _("Other words"))
            self.add(card)
            for place, difference in enumerate(group):
                if place:
                    card.add(Rule())
                restorable = difference.record in back and difference.how != "added"
                button = self.restoring(difference.record, difference.before, earlier) if restorable else None
                card.add(ChangeRow(difference, earlier, later, language, button))
                yield

    # Rows that follow

    def _run(self, steps: Iterator[None]) -> None:
        """Lay out the first rows at once, the others while she reads."""
        self._steps = steps
        for _step in itertools.islice(steps, AT_ONCE):
            pass
        self._next.start()

    def _go_on(self) -> None:
        until = time.perf_counter() + SLICE
        for _step in self._steps:
            if time.perf_counter() > until:
                self._next.start()
                return

    def _stop(self) -> None:
        self._next.stop()
        self._steps = iter(())


def told(version: Made) -> str:
    """Its day, who was with her, and how she said so."""
    with_whom = _("with {name}").format(name=version.confirmed_with) if version.confirmed_with else ""
    return " · ".join(filter(None, (show_day(version.done_on), with_whom, version.how)))


def _sections(whole: Contents, language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(section's title, its parts with their titles), in the pack's order; then words the pack has no place for."""
    for section in whole.pack.everything:
        named = [(part.key, part.title.get(language) or part.title["en"]) for part in section.parts]
        yield section.title.get(language) or section.title["en"], named
    if astray := whole.astray():
        yield _("Other words"), [(key, key) for key in astray]


def _records(whole: Contents, part: str) -> list[Any]:
    """What stands in a part: its answer, its entries, her supporters."""
    known = whole.pack.parts().get(part)
    if known is not None and known.kind == "supporter":
        return list(whole.supporters)
    answer = whole.answers.get(part)
    return [*([answer] if answer is not None and answer.words else []), *whole.items.get(part, ())]
