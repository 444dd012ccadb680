"""She leaves tomorrow: the least of a plan for the first 72 hours, in the parts of the plan itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..base.ids import Id, named_id
from ..records.pack import Pack, Part
from ..records.participant import Participant
from ..records.plan import HowWritten
from ..store import Unit
from .packs import pack_for_new_plans, pack_seen
from .plan_history import comes_first
from .plans import Contents, add_item, answer, contents, revise_item, start_plan
from .registrations import stands_for
from .women import current_episode, current_plan

FIRST_72 = ("h72_bed", "h72_ride", "h72_medicine", "h72_report", "h72_call")
"""Where she sleeps, how she gets there, her medicine, where she reports first, whom she calls first."""


@dataclass(frozen=True)
class First72:
    """What stands so far. ``first`` is what has to come before; ``plan`` is her plan's id, also before it is begun.

    ``resting`` says that she chose not to write a plan, or not now: then she is asked before anything is written.
    """

    woman: Participant
    first: str
    plan: Id
    resting: bool
    language: str
    pack: Pack
    whole: Contents | None

    @property
    def parts(self) -> list[Part]:
        """The questions of this page, as far as the plan's pack has them."""
        known = self.pack.parts()
        return [known[key] for key in FIRST_72 if key in known]

    def record(self, part: Part) -> Any:
        """The answer, or the first entry, that stands in a part; None where nothing does."""
        if self.whole is None:
            return None
        if part.kind == "answer":
            found = self.whole.answers.get(part.key)
            return found if found is not None and found.words else None
        return next(iter(self.whole.items.get(part.key, ())), None)

    def more(self, part: Part) -> int:
        """How many entries stand in a part besides the first."""
        return max(0, len(self.whole.items.get(part.key, ())) - 1) if self.whole is not None else 0


def first_72(unit: Unit, woman: Id) -> First72:
    """What is known of her first 72 hours, and what has to come first."""
    her = unit.get(Participant, stands_for(unit, woman))
    episode = current_episode(unit, woman)
    plan = current_plan(unit, woman)
    if plan is not None and (episode is None or plan.enrolment != episode.id):
        plan = None
    plan_id = plan.id if plan is not None else named_id(episode.id, "plan") if episode is not None else Id("")
    return First72(
        her, comes_first(unit, woman), plan_id, plan is not None and plan.resting,
        str((plan.language if plan else "") or her.language or "en"),
        pack_seen(unit, plan.pack if plan is not None else pack_for_new_plans(unit)),
        contents(unit, plan.id) if plan is not None else None,
    )  # fmt: skip


def write_first_72(unit: Unit, woman: Id, part: Part, record: Id | None, values: dict[str, Any]) -> Id:
    """Her words for one of the questions, over *record* where one stands. Begins her plan where there is none.

    Raises ``Refused`` for an entry without words, ``Problem`` where something has to come first.
    """
    plan = start_plan(unit, woman)
    if part.kind == "answer":
        answer(unit, plan, part.key, values["words"], HowWritten.TOGETHER)
        return named_id(plan, part.key)
    if record is None:
        return add_item(unit, plan, part.key, how_written=HowWritten.TOGETHER, **values)
    revise_item(unit, record, **values)
    return record
