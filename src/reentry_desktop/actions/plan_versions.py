"""What her plan said on any day, and what changed: versions, comparing them, bringing a wording back, finding words.

A version is the fold of the log up to the entries it names (``PlanVersion.entries``), so that nothing can alter it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from sqlalchemy.orm import class_mapper

from ..base.clock import stamp
from ..base.folding import fold as fold_text
from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import LANGUAGES, _
from ..exchange.moving import begun_at
from ..records.base import Record, defaults, fields, from_wire, kinds
from ..records.change import Change, Place, fold, from_payload
from ..records.pack import Part
from ..records.participant import Participant
from ..records.plan import OtherWording, Plan, PlanAnswer, PlanSignature, PlanVersion, Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem, ToolUse
from ..records.standing import standing
from ..store import Unit
from ..store.log import partings
from .packs import pack_seen
from .plan_states import versions
from .plans import Contents, add_item, add_supporter, answer, contents, gathered
from .registrations import ids_of, stands_for

_PARTS_OF_A_PLAN = (PlanAnswer, PlanItem, ToolUse, Supporter, OtherWording, PlanSignature)


def version_numbered(unit: Unit, plan_id: Id, number: int) -> PlanVersion:
    """That version of a plan. Raises ``NotFound``."""
    for version in versions(unit, plan_id):
        if version.number == number:
            return version
    raise NotFound(_("There is no version {n} of this plan. Nothing was changed.").format(n=number))


def at_version(unit: Unit, plan_id: Id, number: int = 0) -> Contents:
    """The plan as it was when that version was done for now; 0 is as it stands now."""
    return at_versions(unit, plan_id, number)[0]


def at_versions(unit: Unit, plan_id: Id, *numbers: int) -> list[Contents]:
    """The plan at several versions, read from the log once. A record that is the same in two is one object."""
    known = {number: limits_of(unit, version_numbered(unit, plan_id, number)) for number in numbers if number}
    holds = [partial(_holds, known[number]) for number in known]
    made = dict(zip(known, _gathered(unit, plan_id, holds), strict=True))
    return [made[number] if number else contents(unit, plan_id) for number in numbers]


def limits_of(unit: Unit, version: PlanVersion) -> dict[int, int]:
    """Device -> its last entry that belongs to *version*, by the numbers those entries have here."""
    known = partings(unit.connection)
    return known.limits(begun_at(unit, version.id), version.limits) if known.all else version.limits


def on_day(unit: Unit, plan_id: Id, day: dt.date) -> Contents:
    """The plan as it stood at the end of *day*, by the clocks of the PCs it was written on; drafts are none of it."""
    end = stamp(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()).astimezone())
    return _gathered(unit, plan_id, [lambda _place, change: change.at < end])[0]


def _holds(limits: dict[int, int], place: Place, _change: Change) -> bool:
    return place[1] <= limits.get(place[0], 0)


def _gathered(unit: Unit, plan_id: Id, holds: Sequence[Callable[[Place, Change], bool]]) -> list[Contents]:
    """For each of *holds*, the plan made of the entries that belong to it."""
    plan = unit.get(Plan, plan_id)
    records: list[list[Record]] = [[] for _one in holds]
    for entries in _histories(unit, plan.participant) if holds else ():
        known: dict[tuple[Place, ...], Record | None] = {}
        for held, found in zip(holds, records, strict=True):
            through = [(place, change) for place, change in entries if held(place, change)]
            places = tuple(place for place, _change in through)
            if places not in known:
                known[places] = _folded(through)
            if (record := known[places]) is not None and getattr(record, "plan", plan_id) == plan_id:
                found.append(record)
    woman, pack = unit.get(Participant, stands_for(unit, plan.participant)), pack_seen(unit, plan.pack)
    return [gathered(plan, woman, pack, found) for found in records]


def _histories(unit: Unit, woman: Id) -> Iterator[list[tuple[Place, Change]]]:
    """The entries of each record of her plans that stand."""
    rows = unit.connection.exec_driver_sql(
        "SELECT record, device, number, payload FROM entry "
        "WHERE participant = ? AND share = 'plan' AND payload IS NOT NULL ORDER BY record, seq",
        (woman,),
    )
    known = partings(unit.connection)
    for _record, group in itertools.groupby(rows, key=lambda row: row[0]):
        told = (((device, number), from_payload(payload)) for _r, device, number, payload in group)
        yield standing(told, known).entries


def _folded(entries: list[tuple[Place, Change]]) -> Record | None:
    """The record those entries make; None where they do not begin it, or it is none of a plan's."""
    cls = kinds().get(entries[0][1].kind) if entries else None
    if cls not in _PARTS_OF_A_PLAN:
        return None
    folded = fold(entries)
    if not folded.born:
        return None
    blank = _blank(cls)
    known = {key: value for key, value in folded.values.items() if key in blank}
    # As a reading session makes one: setting forty fields through the mapper costs four times all the rest.
    record: Record = class_mapper(cls).class_manager.new_instance()
    record.__dict__.update({"id": entries[0][1].record, "heads": "{}"} | blank | from_wire(cls, known))
    return record


@cache
def _blank(cls: type[Record]) -> dict[str, Any]:
    return {key: value for key, value in defaults(cls).items() if key in fields(cls)}


# Comparing


@dataclass(frozen=True)
class Difference:
    """One answer, entry or supporter that is not the same in two versions.

    ``how`` is added, removed or changed. ``fields`` are those besides the words: (name, before, after); "tools" are the
    words of the tools linked into a step, in the order of the toolbox, "wording" is the one in the other language,
    "place" is where an entry stands in its part, counted from 1, where it was moved.
    """

    part: str
    kind: str
    record: Id
    how: str
    before: str = ""
    after: str = ""
    fields: tuple[tuple[str, Any, Any], ...] = field(default=())


def compare(unit: Unit, plan_id: Id, earlier: int, later: int = 0) -> list[Difference]:
    """What changed between two versions, in the pack's order; 0 is as it stands now."""
    return differences(*at_versions(unit, plan_id, earlier, later))


def differences(before: Contents, after: Contents) -> list[Difference]:
    """What is not the same in *before* and *after*, in the order of the pack's parts."""
    parts = dict.fromkeys([*after.pack.parts(), *after.astray(), *before.astray()])
    order = {part: place for place, part in enumerate(parts)}
    was, now, moved = _all_of(before), _all_of(after), _moved(before, after)
    found = []
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key), now.get(key)
        part, kind = key[0], (new or old).__tablename__  # type: ignore[union-attr]
        if old is None or new is None:
            how = "added" if old is None else "removed"
            found.append(Difference(part, kind, key[1], how, _words_of(old), _words_of(new)))
            continue
        changed = [] if old is new else [
            (name, getattr(old, name), getattr(new, name))
            for name in _COMPARED[kind]
            if getattr(old, name) != getattr(new, name)
        ]  # fmt: skip
        if before.uses.get(key[1], []) != after.uses.get(key[1], []):
            changed.append(("tools", linked_tools(before, key[1]), linked_tools(after, key[1])))
        if (worded := _wordings(before, key[1])) != (worded_now := _wordings(after, key[1])):
            changed.append(("wording", worded, worded_now))
        if key[1] in moved:
            changed.append(("place", *moved[key[1]]))
        if changed or (old is not new and _words_of(old) != _words_of(new)):
            found.append(Difference(part, kind, key[1], "changed", _words_of(old), _words_of(new), tuple(changed)))
    return sorted(found, key=lambda d: order.get(d.part, len(order)))


def _wordings(whole: Contents, record: Id) -> str:
    return "\n".join(whole.wordings[record, code] for code in LANGUAGES if whole.wordings.get((record, code)))


def _moved(before: Contents, after: Contents) -> dict[Id, tuple[int, int]]:
    """The entries that somebody put elsewhere in their part: entry -> (place before, place after), from 1."""
    found: dict[Id, tuple[int, int]] = {}
    for part, group in after.items.items():
        then = [item.id for item in before.items.get(part, ())]
        now = [item.id for item in group]
        common = set(then) & set(now)
        kept_then, kept_now = [i for i in then if i in common], [i for i in now if i in common]
        if kept_then == kept_now:
            continue
        still = {
            kept_now[at]
            for block in difflib.SequenceMatcher(None, kept_then, kept_now, autojunk=False).get_matching_blocks()
            for at in range(block.b, block.b + block.size)
        }
        found |= {i: (then.index(i) + 1, now.index(i) + 1) for i in kept_now if i not in still}
    return found


def linked_tools(whole: Contents, step: Id) -> tuple[str, ...]:
    """The words of the tools linked into a step."""
    linked = whole.uses.get(step, ())
    return tuple(item.words for group in whole.items.values() for item in group if item.id in linked) if linked else ()


_NOT_COMPARED = {
    "participant", "plan", "part", "kind", "position", "words", "name", "how_written", "room_mark", "removed",
}  # fmt: skip
_COMPARED = {
    cls.__tablename__: [name for name in fields(cls) if name not in _NOT_COMPARED]
    for cls in (PlanAnswer, PlanItem, Supporter)
}


def _all_of(whole: Contents) -> dict[tuple[str, Id], Record]:
    found: dict[tuple[str, Id], Record] = {(part, a.id): a for part, a in whole.answers.items() if a.words}
    found |= {(part, item.id): item for part, group in whole.items.items() for item in group}
    seat = next((key for key, part in whole.pack.parts().items() if part.kind == "supporter"), "")
    return found | {(seat, supporter.id): supporter for supporter in whole.supporters}


def _words_of(record: Any) -> str:
    if record is None:
        return ""
    return str(record.name if isinstance(record, Supporter) else record.words or getattr(record, "person", ""))


def word_changes(before: str, after: str) -> list[tuple[str, str]]:
    """Her words side by side: runs of ("same" | "removed" | "added", words), blanks kept with the words."""
    old, new = _cut(before), _cut(after)
    runs: list[tuple[str, str]] = []
    for how, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            runs.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            runs.append(("removed", "".join(old[a:b])))
        if c < d:
            runs.append(("added", "".join(new[c:d])))
    return runs


def _cut(text: str) -> list[str]:
    """*text* in words, each with the blanks behind it."""
    found: list[str] = []
    for blank, letters in itertools.groupby(text, str.isspace):
        piece = "".join(letters)
        if blank and found:
            found[-1] += piece
        else:
            found.append(piece)
    return found


def restore_words(unit: Unit, plan_id: Id, record: Id, number: int) -> dict[str, Any]:
    """An answer, entry or supporter as it was in an earlier version: a new change, the history stays.

    Returns what stood there, for ``undo_restore``.
    """
    then = {key[1]: found for key, found in _all_of(at_version(unit, plan_id, number)).items()}
    if record not in then:
        raise NotFound(_("These words are not in that version. Nothing was changed."))
    old = then[record]
    cls = type(old)
    now = unit.get(cls, record)
    before = {name: getattr(now, name) for name in (*_wording(old), "removed")}
    unit.revise(cls, record, **{name: getattr(old, name) for name in _wording(old)} | {"removed": False})
    return before


def undo_restore(unit: Unit, record: Id, before: dict[str, Any]) -> None:
    """It was a slip: the words stand again as they did."""
    found = unit.find(PlanItem, record) or unit.find(PlanAnswer, record) or unit.get(Supporter, record)
    unit.revise(type(found), record, **before)


def _wording(record: Any) -> tuple[str, ...]:
    if isinstance(record, PlanItem):
        return ("words", "how_written", *ITEM_COLUMNS.get(record.kind, ()))
    if isinstance(record, Supporter):
        return ("name", *_COMPARED["supporter"])
    return ("words", "how_written")


# From an earlier plan, and within this one


def earlier_plans(unit: Unit, plan_id: Id) -> list[Plan]:
    """Her other plans, the latest first."""
    import sqlalchemy as sa

    plan = unit.get(Plan, plan_id)
    hers = ids_of(unit, plan.participant)
    others = sa.select(Plan).where(Plan.participant.in_(hers), Plan.id != plan_id, Plan.removed.is_(False))
    return list(unit.all(others.order_by(Plan.started_on.desc(), Plan.id.desc())))


def copy_from(unit: Unit, plan_id: Id, earlier: Id, parts: list[str]) -> int:
    """Her words of an earlier plan, put behind what stands here, part by part. Returns how many were copied.

    An answer is copied only where this plan has none yet. Words that already stand here are not doubled.
    """
    old, new = contents(unit, earlier), contents(unit, plan_id)
    known, copied = new.pack.parts(), 0
    for part in parts:
        for record in _going(known[part], old, new) if part in known else ():
            copied += 1
            if isinstance(record, PlanAnswer):
                answer(unit, plan_id, part, record.words, str(record.how_written))
            elif isinstance(record, Supporter):  # whether this person agrees is asked anew
                known_of = ("name", "relation", "phone", "role")
                add_supporter(unit, plan_id, **{name: getattr(record, name) for name in known_of})
            elif isinstance(record, PlanItem):
                names = ("words", "how_written", *ITEM_COLUMNS.get(record.kind, ()))
                add_item(unit, plan_id, part, **{name: getattr(record, name) for name in names})
    return copied


def what_copies(old: Contents, new: Contents) -> dict[str, list[str]]:
    """Part -> the words that ``copy_from`` would put there, for each part where there are any."""
    found = {key: [_words_of(record) for record in _going(part, old, new)] for key, part in new.pack.parts().items()}
    return {key: words for key, words in found.items() if words}


def _going(part: Part, old: Contents, new: Contents) -> list[Record]:
    """What stands in that part of the old plan, and not in the new one."""
    if part.kind == "supporter":
        names = {supporter.name for supporter in new.supporters}
        return [supporter for supporter in old.supporters if supporter.name not in names]
    if part.kind == "answer":
        said = old.answers.get(part.key)
        return [said] if said is not None and said.words and not new.written(part.key) else []
    here = {(item.words, item.person) for item in new.items.get(part.key, ())}
    return [item for item in old.items.get(part.key, ()) if (item.words, item.person) not in here]


def find_words(whole: Contents, wanted: str) -> list[tuple[str, Id, str]]:
    """Where words stand in a plan, accents and capitals ignored: (part, record, the words there)."""
    needle = fold_text(wanted).strip()
    if not needle:
        return []
    found = []
    order = list(whole.pack.parts())
    for (part, record), there in _all_of(whole).items():
        columns = [name for name, spec in fields(type(there)).items() if spec.editor in ("line", "note")]
        texts = [str(getattr(there, name)) for name in columns if name not in ("part", "kind", "position", "room_mark")]
        texts.append(_wordings(whole, record))
        if any(needle in fold_text(text) for text in texts):
            found.append((part, record, _words_of(there)))
    return sorted(found, key=lambda f: order.index(f[0]) if f[0] in order else len(order))
