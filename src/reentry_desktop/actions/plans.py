"""Writing her plan: its answers, its entries in their order, the tools linked into steps, and her supporters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..records.base import Record, clean
from ..records.pack import Pack
from ..records.participant import Participant
from ..records.plan import HowWritten, OtherWording, Plan, PlanAnswer, PlanSignature, SignerRole, Supporter, words_mark
from ..records.plan_item import ITEM_COLUMNS, PlanItem, ToolUse
from ..records.position import between
from ..store import Unit
from .drafts import drop_draft
from .packs import pack_for_new_plans, pack_seen
from .registrations import stands_for
from .women import current_episode, current_plan

_ROLES = {str(role): place for place, role in enumerate(SignerRole)}  # she signs before anybody else


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
    wordings: dict[tuple[Id, str], str]  # (whose words, language) -> what a person wrote in that language
    signatures: list[PlanSignature]

    def written(self, part: str) -> bool:
        """Whether anything stands in a part."""
        if (known := self.pack.parts().get(part)) is not None and known.kind == "supporter":
            return bool(self.supporters)
        return bool(self.items.get(part)) or (part in self.answers and bool(self.answers[part].words))

    def missing(self) -> list[str]:
        """The parts "done for now" asks for that have no words yet, in the pack's order."""
        return [key for key, part in self.pack.parts().items() if part.required and not self.written(key)]

    def astray(self) -> list[str]:
        """Parts with words that the pack at hand does not have: they are shown all the same."""
        known = self.pack.parts()
        return sorted({*self.items, *(part for part, answer in self.answers.items() if answer.words)} - known.keys())


def start_plan(unit: Unit, woman: Id, language: str = "", on: dt.date | None = None) -> Id:
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
        if plan.started_on is None or plan.resting:
            begun = plan.started_on or on or unit.today()
            unit.revise(Plan, plan.id, started_on=begun, declined_on=None, not_now_on=None, withdrawn_on=None)
        return plan.id
    participant = unit.get(Participant, stands_for(unit, woman))
    return unit.create(
        Plan, named_id(episode.id, "plan"), participant=episode.participant, enrolment=episode.id,
        pack=pack_for_new_plans(unit), language=language or participant.language or "en",
        started_on=on or unit.today(),
    )  # fmt: skip


def contents(unit: Unit, plan_id: Id) -> Contents:
    """Everything in her plan, in a handful of reads."""
    plan = unit.get(Plan, plan_id)
    mine = plan.participant
    uses = unit.all(sa.select(ToolUse).where(ToolUse.participant == mine))
    return gathered(
        plan, unit.get(Participant, stands_for(unit, mine)), pack_seen(unit, plan.pack),
        [
            *unit.all(sa.select(PlanAnswer).where(PlanAnswer.plan == plan_id)),
            *unit.all(sa.select(PlanItem).where(PlanItem.plan == plan_id)),
            *unit.all(sa.select(Supporter).where(Supporter.plan == plan_id)),
            *unit.all(sa.select(OtherWording).where(OtherWording.plan == plan_id)),
            *unit.all(sa.select(PlanSignature).where(PlanSignature.plan == plan_id)),
            *uses,
        ],
    )  # fmt: skip


def gathered(plan: Plan, woman: Participant, pack: Pack, records: Iterable[Record]) -> Contents:
    """*records* of a plan, put where they stand; what was removed is left out."""
    whole = Contents(plan, woman, pack, {}, {}, {}, {}, [], {}, [])
    uses: list[ToolUse] = []
    wordings: list[OtherWording] = []
    said: dict[str, str] = {}
    for record in records:
        if record.removed:
            continue
        said[record.id] = _said(record)
        if isinstance(record, PlanItem):
            whole.items.setdefault(record.part, []).append(record)
        elif isinstance(record, PlanAnswer):
            whole.answers[record.part] = record
        elif isinstance(record, Supporter):
            whole.supporters.append(record)
        elif isinstance(record, OtherWording):
            wordings.append(record)
        elif isinstance(record, PlanSignature):
            whole.signatures.append(record)
        elif isinstance(record, ToolUse):
            uses.append(record)
    for wording in wordings:  # one that was written for other words is hers no longer
        if wording.of in said and wording.written_for == words_mark(said[wording.of]):
            whole.wordings[Id(wording.of), wording.language] = wording.words
    for group in whole.items.values():
        group.sort(key=lambda item: (item.position, item.id))
    whole.signatures.sort(key=lambda name: (str(name.signed_on), _ROLES.get(str(name.role), 9), name.id))
    whole.supporters.sort(key=lambda supporter: (supporter.position, supporter.id))
    place = {item.id: at for at, item in enumerate(i for group in whole.items.values() for i in group)}
    for use in sorted((u for u in uses if u.item in place and u.tool in place), key=lambda u: (place[u.tool], u.id)):
        whole.uses.setdefault(use.item, []).append(use.tool)
        whole.used_in.setdefault(use.tool, []).append(use.item)
    return whole


def answer(unit: Unit, plan_id: Id, part: str, words: str, how: str = HowWritten.TOGETHER) -> None:
    """Her words for one question; they replace what stood there. Ends the draft of it."""
    plan = unit.get(Plan, plan_id)
    answer_id = named_id(plan_id, part)
    drop_draft(unit, answer_id, "words", words)
    if unit.find(PlanAnswer, answer_id) is not None:
        unit.revise(PlanAnswer, answer_id, words=words, how_written=how)
    elif clean(words):
        unit.create(
            PlanAnswer, answer_id, participant=plan.participant, plan=plan_id, part=part, words=words, how_written=how
        )


def add_item(unit: Unit, plan_id: Id, part: str, *, after: Id | None = None, **values: Any) -> Id:
    """A new entry of a part, at its end or behind another one. Raises ``Refused`` for one without words."""
    plan = unit.get(Plan, plan_id)
    parts = pack_seen(unit, plan.pack).parts()
    if part not in parts:
        raise Problem(_("This plan's template pack has no part {part}. Nothing was changed.").format(part=part))
    kind = parts[part].kind
    drop_draft(unit, Id(f"{plan_id}/{part}"), "words", str(values.get("words", "")))
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
    """Change an entry. Renaming a tool renames it wherever it is linked; new words bring a removed entry back.

    *in_my_room* says whether she is fine with the words as they then stand on paper in her room.
    """
    if "in_my_room" in values:
        on = values.pop("in_my_room")
        values["room_mark"] = words_mark(clean(values.get("words", unit.get(PlanItem, item).words))) if on else ""
    if "words" in values:
        drop_draft(unit, item, "words", values["words"])
        values.setdefault("removed", False)
    return unit.revise(PlanItem, item, **values)


def move_item(unit: Unit, item: Id, after: Id | None) -> None:
    """Put an entry behind another one of its part, or first."""
    found = unit.get(PlanItem, item)
    plan, part = found.plan, found.part
    if after is not None:
        _part_twins(unit, plan, part, item, after)
    unit.revise(PlanItem, item, position=_place(unit, PlanItem, plan, part, after, first=after is None))


def _part_twins(unit: Unit, plan: Id, part: str, item: Id, after: Id) -> None:
    """Two people may have put entries in one place: whatever stands there behind *after* gets a place of its own."""
    here = unit.get(PlanItem, after).position
    twins = unit.rows(
        sa.select(PlanItem.id)
        .where(PlanItem.plan == plan, PlanItem.part == part, PlanItem.position == here, PlanItem.id > after)
        .order_by(PlanItem.id)
    )
    last = after
    for (twin,) in twins:
        if twin != item:
            unit.revise(PlanItem, twin, position=_place(unit, PlanItem, plan, part, last))
            last = twin


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
    """Change what is known of a supporter; a name brings back one that was removed."""
    if "name" in values:
        values.setdefault("removed", False)
    return unit.revise(Supporter, supporter, **values)


def remove_supporter(unit: Unit, supporter: Id) -> None:
    """Take somebody off; it stays in the history."""
    unit.remove(Supporter, supporter)


def set_language(unit: Unit, plan_id: Id, language: str) -> None:
    """The language of the program's words around hers; hers stay as she said them."""
    unit.revise(Plan, plan_id, language=language)


def fine_in_my_room(unit: Unit, record: Id, *, on: bool) -> None:
    """She says of one answer or entry, as it stands now, that it is fine on paper in her room, or no longer."""
    found = unit.find(PlanItem, record) or unit.get(PlanAnswer, record)
    unit.revise(type(found), record, room_mark=words_mark(found.words) if on else "")


def set_other_wording(unit: Unit, plan_id: Id, of: Id, language: str, words: str) -> None:
    """Her words as they stand now, in the other language, as a person wrote them; none takes the wording away."""
    plan = unit.get(Plan, plan_id)
    hers = unit.find(PlanItem, of) or unit.find(PlanAnswer, of) or unit.get(Supporter, of)
    wording = named_id(of, language)
    values: dict[str, Any] = {"words": words, "written_for": words_mark(_said(hers))}
    if unit.find(OtherWording, wording) is not None:
        unit.revise(OtherWording, wording, **values, removed=not clean(words))
    elif clean(words):
        unit.create(
            OtherWording, wording, participant=plan.participant, plan=plan_id, of=of, language=language, **values
        )


def _said(record: Record) -> str:
    """The words that a wording in the other language is for."""
    if isinstance(record, Supporter):
        return record.role
    return record.words if isinstance(record, PlanItem | PlanAnswer) else ""
