"""Writing her plan. A draft is not an entry: words become one when the person leaves the question."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id, named_id
from ..base.problems import NotFound, Problem, Refused
from ..base.words import _
from ..records.base import clean
from ..records.local import Draft
from ..records.pack import Pack, load_pack
from ..records.participant import Enrolment, Participant
from ..records.plan import ITEM_COLUMNS, HowWritten, Plan, PlanAnswer, PlanItem, Supporter, ToolUse
from ..records.position import between
from ..store import Unit
from .women import current_episode, current_plan


class Contents(msgspec.Struct):
    """A whole plan as a page shows it and a print takes it. Entries of each part stand in their order."""

    plan: Plan
    woman: Participant
    pack: Pack
    answers: dict[str, PlanAnswer]
    items: dict[str, list[PlanItem]]
    uses: dict[Id, list[Id]]  # step -> the tools linked into it
    used_in: dict[Id, list[Id]]  # tool -> the steps it is linked into
    supporters: list[Supporter]

    def written(self, part: str) -> bool:
        """Whether anything stands in a part."""
        if self.pack.parts()[part].kind == "supporter":
            return bool(self.supporters)
        return bool(self.items.get(part)) or (part in self.answers and bool(self.answers[part].words))

    def missing(self) -> list[str]:
        """The parts "done for now" asks for that have no words yet, in the pack's order."""
        return [key for key, part in self.pack.parts().items() if part.required and not self.written(key)]


def start_plan(unit: Unit, woman: Id, language: str = "") -> Id:
    """Begin her plan, or give the one she has. She must be enrolled and have been told what must be passed on."""
    episode = current_episode(unit, woman)
    if episode is None or not episode.enrolled_on or episode.closed_on:
        raise Problem(
            _("She is not enrolled yet. Nothing was changed. Enroll her first; then her plan can begin."), code="enrol"
        )
    if not episode.limits_told_on:
        raise Problem(
            _("First tell her what must be passed on, and note the day. Then her first words can be written."),
            code="limits",
        )
    plan = current_plan(unit, woman)
    if plan is not None and plan.enrolment == episode.id:
        return plan.id
    participant = unit.get(Participant, woman)
    return unit.create(
        Plan, named_id(episode.id, "plan"), participant=woman, enrolment=episode.id, pack=load_pack().id,
        language=language or participant.language or "en", started_on=unit.today(),
    )  # fmt: skip


def contents(unit: Unit, plan_id: Id) -> Contents:
    """Everything in her plan, in three reads."""
    plan = unit.get(Plan, plan_id)
    alive = (PlanItem.plan == plan_id, PlanItem.removed.is_(False))
    items: dict[str, list[PlanItem]] = {}
    for item in unit.all(sa.select(PlanItem).where(*alive).order_by(PlanItem.position, PlanItem.id)):
        items.setdefault(item.part, []).append(item)
    answers = {a.part: a for a in unit.all(sa.select(PlanAnswer).where(PlanAnswer.plan == plan_id))}
    present = {item.id for group in items.values() for item in group}
    uses: dict[Id, list[Id]] = {}
    used_in: dict[Id, list[Id]] = {}
    for use in unit.all(sa.select(ToolUse).where(ToolUse.participant == plan.participant, ToolUse.removed.is_(False))):
        if use.item in present and use.tool in present:
            uses.setdefault(use.item, []).append(use.tool)
            used_in.setdefault(use.tool, []).append(use.item)
    supporters = unit.all(
        sa.select(Supporter)
        .where(Supporter.plan == plan_id, Supporter.removed.is_(False))
        .order_by(Supporter.position, Supporter.id)
    )
    return Contents(
        plan, unit.get(Participant, plan.participant), load_pack(plan.pack.split("/")[0]), answers, items, uses,
        used_in, list(supporters),
    )  # fmt: skip


def answer(unit: Unit, plan_id: Id, part: str, words: str, how: str = HowWritten.TOGETHER) -> None:
    """Her words for one question; they replace what stood there. Ends the draft of it."""
    plan = unit.get(Plan, plan_id)
    answer_id = named_id(plan_id, part)
    drop_draft(unit, answer_id, "words")
    if unit.find(PlanAnswer, answer_id) is not None:
        unit.revise(PlanAnswer, answer_id, words=words, how_written=how)
    elif clean(words):
        unit.create(
            PlanAnswer, answer_id, participant=plan.participant, plan=plan_id, part=part, words=words, how_written=how
        )


def add_item(unit: Unit, plan_id: Id, part: str, *, after: Id | None = None, **values: Any) -> Id:
    """A new entry of a part, at its end or behind another one. Raises ``Refused`` for one without words."""
    plan = unit.get(Plan, plan_id)
    kind = load_pack(plan.pack.split("/")[0]).parts()[part].kind
    drop_draft(unit, Id(f"{plan_id}/{part}"), "words")
    values = {k: v for k, v in values.items() if k in ITEM_COLUMNS.get(kind, ()) or k in ("words", "how_written")}
    return unit.create(
        PlanItem, participant=plan.participant, plan=plan_id, part=part, kind=kind,
        position=_place(unit, PlanItem, plan_id, part, after), **values,
    )  # fmt: skip


def _place(
    unit: Unit, cls: type[PlanItem | Supporter], plan: Id, part: str, after: Id | None, *, first: bool = False
) -> str:
    """A position behind *after*, at the end, or *first*. Removed entries keep theirs: they may come back."""
    where = [cls.plan == plan]
    if cls is PlanItem:
        where.append(PlanItem.part == part)
    rows = unit.rows(sa.select(cls.id, cls.position).where(*where).order_by(cls.position, cls.id))
    positions = [row[1] for row in rows]
    if first:
        return between("", positions[0] if positions else "")
    if after is None:
        return between(positions[-1] if positions else "", "")
    here = next((row[1] for row in rows if row[0] == after), None)
    if here is None:
        raise NotFound(_("This record is not here (any more). Nothing was changed."))
    return between(here, min((p for p in positions if p > here), default=""))


def revise_item(unit: Unit, item: Id, **values: Any) -> bool:
    """Change an entry. Renaming a tool renames it wherever it is linked."""
    drop_draft(unit, item, "words")
    return unit.revise(PlanItem, item, **values)


def move_item(unit: Unit, item: Id, after: Id | None) -> None:
    """Put an entry behind another one of its part, or first."""
    found = unit.get(PlanItem, item)
    position = _place(unit, PlanItem, found.plan, found.part, after, first=after is None)
    unit.revise(PlanItem, item, position=position)


def remove_item(unit: Unit, item: Id) -> None:
    """Take an entry out; it stays in the history and can be brought back."""
    unit.remove(PlanItem, item)


def restore_item(unit: Unit, item: Id) -> None:
    """Bring a removed entry back where it stood."""
    unit.revise(PlanItem, item, removed=False)


def link_tool(unit: Unit, step: Id, tool: Id) -> None:
    """Name a tool in a step; twice is once."""
    found = unit.get(PlanItem, step)
    use = named_id(step, tool)
    if unit.find(ToolUse, use) is None:
        unit.create(ToolUse, use, participant=found.participant, item=step, tool=tool)
    else:
        unit.revise(ToolUse, use, removed=False)


def unlink_tool(unit: Unit, step: Id, tool: Id) -> None:
    """Take a tool out of a step; the tool itself stays."""
    unit.revise(ToolUse, named_id(step, tool), removed=True)


def add_supporter(unit: Unit, plan_id: Id, **values: Any) -> Id:
    """Somebody who stands by her. Raises ``Refused`` without a name."""
    plan = unit.get(Plan, plan_id)
    position = _place(unit, Supporter, plan_id, "", None)
    return unit.create(Supporter, participant=plan.participant, plan=plan_id, position=position, **values)


def revise_supporter(unit: Unit, supporter: Id, **values: Any) -> bool:
    """Change what is known of a supporter."""
    return unit.revise(Supporter, supporter, **values)


def remove_supporter(unit: Unit, supporter: Id) -> None:
    """Take somebody off; it stays in the history."""
    unit.remove(Supporter, supporter)


def set_language(unit: Unit, plan_id: Id, language: str) -> None:
    """The language of the program's words around hers; hers stay as she said them."""
    unit.revise(Plan, plan_id, language=language)


def done_for_now(unit: Unit, plan_id: Id, on: dt.date | None = None) -> None:
    """She says the plan is done for now. Raises ``Refused`` naming the parts the pack asks for that are empty."""
    whole = contents(unit, plan_id)
    if missing := whole.missing():
        parts = whole.pack.parts()
        names = ", ".join(parts[key].title.get(str(whole.plan.language), parts[key].title["en"]) for key in missing)
        raise Refused(
            dict.fromkeys(missing, _("Still empty.")),
            _("Her words are safe. Before it is done for now, these parts ask for a few words: {names}.").format(
                names=names
            ),
        )
    written = " ".join(key for key in whole.pack.parts() if whole.written(key))
    day = on or unit.today()
    first = whole.plan.first_done_on or day
    unit.revise(Plan, plan_id, first_done_on=first, done_on=day, confirmed_by=unit.store.who.id, parts_written=written)


def not_done_yet(unit: Unit, plan_id: Id) -> None:
    """Take "done for now" back. The day it first was done stands, unless it is this one that was a slip."""
    plan = unit.get(Plan, plan_id)
    first = None if plan.first_done_on == plan.done_on else plan.first_done_on
    unit.revise(Plan, plan_id, first_done_on=first, done_on=None, confirmed_by="", parts_written="")


# Drafts


@dataclass(frozen=True)
class Unfinished:
    """Words somebody was typing when the program ended: where, since when."""

    record: str
    field: str
    participant: Id
    name: str
    text: str
    at: str


def save_draft(unit: Unit, record: str, field: str, participant: Id, text: str) -> None:
    """Keep what is being typed, over what was kept before. It has no history and is in no bundle."""
    if not text.strip():
        drop_draft(unit, record, field)
        return
    unit.connection.exec_driver_sql(
        "INSERT INTO draft (person, record, field, participant, text, at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (person, record, field) DO UPDATE SET text = excluded.text, at = excluded.at",
        (unit.store.who.id, record, field, participant, text, stamp(unit.store.clock())),
    )


def drop_draft(unit: Unit, record: str, field: str) -> None:
    """Forget a draft: its words became an entry, or were taken back and never existed."""
    mine = (Draft.person == unit.store.who.id, Draft.record == record, Draft.field == field)
    unit.local(sa.delete(Draft).where(*mine))


def draft_of(unit: Unit, record: str, field: str) -> str:
    """The words kept for one field by whoever is at the desk, or ``""``."""
    mine = (Draft.person == unit.store.who.id, Draft.record == record, Draft.field == field)
    return unit.first(sa.select(Draft.text).where(*mine)) or ""


def unfinished(unit: Unit) -> list[Unfinished]:
    """Her own unfinished words: nobody else is offered them."""
    rows = unit.rows(
        sa.select(Draft, Participant)
        .outerjoin(Participant, Participant.id == Draft.participant)
        .where(Draft.person == unit.store.who.id)
        .order_by(Draft.at.desc())
    )
    return [Unfinished(d.record, d.field, d.participant, p.short_name if p else "", d.text, d.at) for d, p in rows]


def plan_day(episode: Enrolment, plan: Plan | None, today: dt.date) -> int | None:
    """Day n of the program's 30 days from enrolment; None where they do not run (not enrolled, done, closed)."""
    if not episode.enrolled_on or episode.closed_on or (plan and plan.done_on):
        return None
    return (today - episode.enrolled_on).days
