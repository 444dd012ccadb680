"""What her plan said on any day, and what changed: versions, comparing them, bringing a wording back, finding words.

A version is the fold of the log up to the entries it names (``PlanVersion.entries``), so that nothing can alter it.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..base.folding import fold as fold_text
from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import _
from ..records.base import Record, defaults, fields, from_wire, kinds
from ..records.change import Change, Place, fold, from_payload
from ..records.participant import Participant
from ..records.plan import OtherWording, Plan, PlanAnswer, PlanVersion, Supporter
from ..records.plan_item import ITEM_COLUMNS, PlanItem, ToolUse
from ..store import Unit
from .packs import pack_named
from .plan_states import versions
from .plans import Contents, add_item, add_supporter, answer, contents, gathered

_PARTS_OF_A_PLAN = (PlanAnswer, PlanItem, ToolUse, Supporter, OtherWording)


def version_numbered(unit: Unit, plan_id: Id, number: int) -> PlanVersion:
    """That version of a plan. Raises ``NotFound``."""
    for version in versions(unit, plan_id):
        if version.number == number:
            return version
    raise NotFound(_("There is no version {n} of this plan. Nothing was changed.").format(n=number))


def at_version(unit: Unit, plan_id: Id, number: int = 0) -> Contents:
    """The plan as it was when that version was done for now; 0 is as it stands now."""
    if not number:
        return contents(unit, plan_id)
    plan = unit.get(Plan, plan_id)
    limits = version_numbered(unit, plan_id, number).limits
    records = []
    for entries in _histories(unit, plan.participant):
        known = [(place, change) for place, change in entries if place[1] <= limits.get(place[0], 0)]
        if (record := _folded(known)) is not None and getattr(record, "plan", plan_id) == plan_id:
            records.append(record)
    return gathered(plan, unit.get(Participant, plan.participant), pack_named(unit, plan.pack), records)


def _histories(unit: Unit, woman: Id) -> Iterator[list[tuple[Place, Change]]]:
    """The entries of each record of her plans."""
    rows = unit.connection.exec_driver_sql(
        "SELECT record, device, number, payload FROM entry "
        "WHERE participant = ? AND share = 'plan' AND payload IS NOT NULL ORDER BY record, seq",
        (woman,),
    )
    for _record, group in itertools.groupby(rows, key=lambda row: row[0]):
        yield [((device, number), from_payload(payload)) for _r, device, number, payload in group]


def _folded(entries: list[tuple[Place, Change]]) -> Record | None:
    """The record those entries make; None where they do not begin it, or it is none of a plan's."""
    cls = kinds().get(entries[0][1].kind) if entries else None
    if cls not in _PARTS_OF_A_PLAN:
        return None
    folded = fold(entries)
    if not folded.born:
        return None
    blank = {key: value for key, value in defaults(cls).items() if key in fields(cls)}
    known = {key: value for key, value in folded.values.items() if key in blank}
    return cls(id=entries[0][1].record, heads="{}", **blank | from_wire(cls, known))


# Comparing


@dataclass(frozen=True)
class Difference:
    """One answer, entry or supporter that is not the same in two versions.

    ``how`` is added, removed or changed. ``fields`` are those besides the words: (name, before, after).
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
    before, after = at_version(unit, plan_id, earlier), at_version(unit, plan_id, later)
    return differences(before, after)


def differences(before: Contents, after: Contents) -> list[Difference]:
    """What is not the same in *before* and *after*, in the order of the pack's parts."""
    order = [*after.pack.parts(), *after.astray(), *before.astray()]
    was, now = _all_of(before), _all_of(after)
    found = []
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key), now.get(key)
        part, kind = key[0], (new or old).__tablename__  # type: ignore[union-attr]
        if old is None or new is None:
            how = "added" if old is None else "removed"
            found.append(Difference(part, kind, key[1], how, _words_of(old), _words_of(new)))
            continue
        changed = tuple(
            (name, getattr(old, name), getattr(new, name))
            for name in _COMPARED[kind]
            if getattr(old, name) != getattr(new, name)
        )
        if changed or _words_of(old) != _words_of(new):
            found.append(Difference(part, kind, key[1], "changed", _words_of(old), _words_of(new), changed))
    return sorted(found, key=lambda d: order.index(d.part) if d.part in order else len(order))


_NOT_COMPARED = {"participant", "plan", "part", "kind", "position", "words", "name", "how_written", "removed"}
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


def restore_words(unit: Unit, plan_id: Id, record: Id, number: int) -> bool:
    """An answer, entry or supporter as it was in an earlier version: a new change, the history stays."""
    then = {key[1]: found for key, found in _all_of(at_version(unit, plan_id, number)).items()}
    if record not in then:
        raise NotFound(_("These words are not in that version. Nothing was changed."))
    old = then[record]
    cls = type(old)
    names = (ITEM_COLUMNS.get(old.kind, ()) if isinstance(old, PlanItem) else _COMPARED[cls.__tablename__])  # fmt: skip
    values = {name: getattr(old, name) for name in (*names, "words" if cls is not Supporter else "name")}
    if hasattr(old, "how_written"):
        values["how_written"] = old.how_written
    return unit.revise(cls, record, **values | {"removed": False})


# From an earlier plan, and within this one


def earlier_plans(unit: Unit, plan_id: Id) -> list[Plan]:
    """Her other plans, the latest first."""
    import sqlalchemy as sa

    plan = unit.get(Plan, plan_id)
    others = sa.select(Plan).where(Plan.participant == plan.participant, Plan.id != plan_id, Plan.removed.is_(False))
    return list(unit.all(others.order_by(Plan.started_on.desc(), Plan.id.desc())))


def copy_from(unit: Unit, plan_id: Id, earlier: Id, parts: list[str]) -> int:
    """Her words of an earlier plan, put behind what stands here, part by part. Returns how many were copied.

    An answer is copied only where this plan has none yet. Words that already stand here are not doubled.
    """
    old, new = contents(unit, earlier), contents(unit, plan_id)
    known = new.pack.parts()
    copied = 0
    for part in parts:
        if part not in known:
            continue
        if known[part].kind == "supporter":
            copied += _copy_supporters(unit, plan_id, old, new)
        elif known[part].kind == "answer":
            if part in old.answers and old.answers[part].words and not new.written(part):
                answer(unit, plan_id, part, old.answers[part].words, str(old.answers[part].how_written))
                copied += 1
        else:
            copied += _copy_items(unit, plan_id, part, old, new)
    return copied


def _copy_supporters(unit: Unit, plan_id: Id, old: Contents, new: Contents) -> int:
    here, names = {s.name for s in new.supporters}, ("name", *_COMPARED["supporter"])
    going = [s for s in old.supporters if s.name not in here]
    for supporter in going:
        add_supporter(unit, plan_id, **{name: getattr(supporter, name) for name in names})
    return len(going)


def _copy_items(unit: Unit, plan_id: Id, part: str, old: Contents, new: Contents) -> int:
    here = {(i.words, i.person) for i in new.items.get(part, ())}
    going = [i for i in old.items.get(part, ()) if (i.words, i.person) not in here]
    for item in going:
        names = ("words", "how_written", *ITEM_COLUMNS[item.kind])
        add_item(unit, plan_id, part, **{name: getattr(item, name) for name in names})
    return len(going)


def find_words(whole: Contents, wanted: str) -> list[tuple[str, Id, str]]:
    """Where words stand in a plan, accents and capitals ignored: (part, record, the words there)."""
    needle = fold_text(wanted).strip()
    if not needle:
        return []
    found = []
    order = list(whole.pack.parts())
    for (part, record), there in _all_of(whole).items():
        columns = [name for name, spec in fields(type(there)).items() if spec.editor in ("line", "note")]
        texts = [str(getattr(there, name)) for name in columns if name not in ("part", "kind", "position")]
        if any(needle in fold_text(text) for text in texts):
            found.append((part, record, _words_of(there)))
    return sorted(found, key=lambda f: order.index(f[0]) if f[0] in order else len(order))
