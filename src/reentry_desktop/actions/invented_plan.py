"""The invented plans, rich and whole, and how one is written: for practice, the demo, tests and benchmarks.

They lie as data in ``resources/demo``, one a language, and are written by the actions a person uses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec

from ..base.ids import Id
from ..base.paths import resource
from ..records.base import fields
from ..records.participant import Participant
from ..records.plan import HowWritten, Plan, SignerRole
from ..records.plan_item import PlanItem
from ..store import Unit
from . import plan_states, plans, recovery

Entry = dict[str, Any]
"""An entry as the file has it: its columns by name, and ``tool``, the words of the tool that is linked into it."""
Choose = Callable[[Sequence[Entry]], Sequence[Entry]]

_DAYS = {name for name, spec in fields(PlanItem).items() if spec.editor == "day"}


class InventedStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step to a goal."""

    words: str
    owner: str
    due_on: dt.date | None = None
    done_on: dt.date | None = None
    tool: str = ""


class InventedGoal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A goal of the recovery support plan."""

    domain: str
    words: str
    steps: tuple[InventedStep, ...]
    state: str = ""


class Later(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What she changes in her plan some weeks after it was done for now."""

    answers: dict[str, str]
    reworded: dict[str, str]
    added: dict[str, tuple[Entry, ...]]
    removed: tuple[str, ...]


class InventedPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file. Its days were written on ``as_of``; a plan written on another day has them moved with it."""

    as_of: dt.date
    answers: dict[str, str]
    items: dict[str, tuple[Entry, ...]]
    supporters: tuple[Entry, ...]
    signatures: tuple[Entry, ...]
    in_my_room: frozenset[str]
    goals: tuple[InventedGoal, ...]
    later: Later

    def has(self, part: str) -> bool:
        """Whether it has words for a part; the supporters' part has no words of its own."""
        return part in self.answers or part in self.items or part == "crisis_supporters"


@cache
def invented_plan(language: str) -> InventedPlan:
    """The invented plan in *language*, ``en`` or ``es``."""
    return msgspec.json.decode(resource("demo", f"plan-{language}.json").read_bytes(), type=InventedPlan)


def fill_plan(unit: Unit, plan_id: Id, language: str = "en") -> None:
    """Write the whole invented plan of *language* into a plan: every part of the bundled pack."""
    writer = PlanWriter(plan_id, language, unit.today())
    for part in plans.contents(unit, plan_id).pack.parts():
        if writer.words.has(part):
            writer.write(unit, part)


def all_of_them(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The choice that leaves nothing out."""
    return entries


class PlanWriter:
    """Writes an invented plan part by part, in one sitting or in several. ``today`` is the day its days lie around."""

    def __init__(
        self,
        plan_id: Id,
        language: str,
        today: dt.date,
        *,
        how: str = HowWritten.TOGETHER,
        choose: Choose = all_of_them,
    ) -> None:
        self.plan, self.how, self.choose = plan_id, how, choose
        self.words = invented_plan(language)
        self._moved = today - self.words.as_of
        self._items: dict[str, Id] = {}  # words -> the entry that was written with them
        self._tools: dict[str, Id] = {}

    def write(self, unit: Unit, part: str) -> None:
        """Write one part. Each act bears its own name in the log, as when a page does it."""
        if part == "crisis_supporters":
            unit.act = "add_supporter"
            for person in self.choose(self.words.supporters):
                asked = unit.today() if person["agreed"] else None
                plans.add_supporter(unit, self.plan, asked_on=asked, **person)
        elif part in self.words.answers:
            unit.act = "answer"
            plans.answer(unit, self.plan, part, self.words.answers[part], how=self.how)
        else:
            for entry in self.choose(self.words.items[part]):
                self._add(unit, part, entry)

    def sign(self, unit: Unit) -> None:
        """Her own name under it, then those of the witnesses and of whoever else signs."""
        unit.act = "sign"
        woman = unit.get(Participant, unit.get(Plan, self.plan).participant)
        plan_states.sign(unit, self.plan, SignerRole.HERSELF, woman.name)
        for name in self.words.signatures:
            plan_states.sign(unit, self.plan, **name)

    def set_goals(self, unit: Unit) -> None:
        """Her recovery support plan: goals with their steps, each with the tool that helps."""
        woman = unit.get(Plan, self.plan).participant
        for goal in self.words.goals:
            unit.act = "add_goal"
            made = recovery.add_goal(unit, woman, goal.domain, goal.words)
            for step in goal.steps:
                unit.act = "add_step"
                recovery.add_step(
                    unit, made, step.words, owner=step.owner, due_on=self._on(step.due_on),
                    done_on=self._on(step.done_on), tool=self._tools.get(step.tool, ""),
                )  # fmt: skip
            if goal.state:
                unit.act = "revise_goal"
                recovery.revise_goal(unit, made, state=goal.state)

    def change(self, unit: Unit) -> None:
        """What she changes some weeks later: words, a new entry here and there, and what no longer fits."""
        later = self.words.later
        unit.act = "answer"
        for part, words in later.answers.items():
            plans.answer(unit, self.plan, part, words, how=self.how)
        for part, entries in later.added.items():
            for entry in entries:
                self._add(unit, part, entry)
        unit.act = "revise_item"
        for old, new in later.reworded.items():
            plans.revise_item(unit, self._items[old], words=new)
        unit.act = "remove_item"
        for words in later.removed:
            plans.remove_item(unit, self._items[words])

    def _add(self, unit: Unit, part: str, entry: Entry) -> None:
        values: Entry = {
            name: self._on(dt.date.fromisoformat(value)) if name in _DAYS else value for name, value in entry.items()
        }
        tool, words = values.pop("tool", ""), values["words"]
        unit.act = "add_item"
        item = plans.add_item(unit, self.plan, part, how_written=self.how, **values)
        self._items[words] = item
        if part == "tools":
            self._tools[words] = item
        elif tool in self._tools:
            unit.act = "link_tool"
            plans.link_tool(unit, item, self._tools[tool])
        if words in self.words.in_my_room:
            unit.act = "fine_in_my_room"
            plans.fine_in_my_room(unit, item, on=True)

    def _on(self, day: dt.date | None) -> dt.date | None:
        return day + self._moved if day else None
