"""What people set without knowing of each other, side by side, and how it is settled."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import conflicts, record_files
from ..actions.conflicts import Disagreement, Version
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import _
from ..records.base import kinds
from .answers import Answer, opened, typed_id


def conflict_id(text: str) -> tuple[Id, str]:
    """What ``conflicts list`` calls one: the record's id, a slash, the field."""
    record, slash, field = text.partition("/")
    if not (record and slash and field):
        raise argparse.ArgumentTypeError(f"{text!r} is not RECORD/FIELD, as conflicts list names it")
    return typed_id(record), field


def list_all(args: argparse.Namespace) -> Answer:
    """Everything a person has to settle, each with its values. Looking is an entry too."""
    with opened(args) as store, store.work("show_conflicts") as unit:
        found = conflicts.show_conflicts(unit)
    for one in found:
        args.say("  ".join(filter(None, (one.name, one.number, one.about, f"{one.title}: {one.label}", one.id))))
        for version in one.versions:
            pick = _("stands") if version.stands else str(one.others.index(version) + 1)
            said, who = version.words or _("nothing"), version.full_name or version.who
            args.say("  " + "  ".join(filter(None, (f"{pick}:", said, who, version.site, version.at))))
    if not found:
        args.say(_("Nothing stands in two versions."))
    return Answer({"conflicts": [_told(one) for one in found]})


def _told(one: Disagreement) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "title": one.title, "field": one.field, "label": one.label,
        "record": one.record, "participant": one.participant, "number": one.number, "name": one.name,
        "about": one.about, "long": one.long, "values": [_value(one, version) for version in one.versions],
    }  # fmt: skip


def _value(one: Disagreement, version: Version) -> dict[str, Any]:
    return {
        "value": version.words if one.field == "removed" else version.value, "words": version.words,
        "who": version.who, "full_name": version.full_name, "site": version.site, "at": version.at,
        "stands": version.stands, "pick": None if version.stands else one.others.index(version) + 1,
    }  # fmt: skip


def settle(args: argparse.Namespace) -> Answer:
    """Say which value is to stand; the others stay in the history."""
    record, field = args.id
    if args.pick and args.keep != conflicts.THEIRS:
        raise Problem(_("A --pick goes with --keep theirs. Nothing was changed."), code="pick")
    with opened(args) as store, store.work("settle_conflict") as unit:
        found = conflicts.disagreement(unit, record, field)
        cls, value = kinds()[found.kind], None
        if args.value is not None and found.writable:
            value = record_files.read_fields(cls, {field: args.value}, [field])[field]
        conflicts.settle_conflict(
            unit, record, field, "" if args.value is not None else args.keep, pick=args.pick, value=value
        )
        kept = getattr(unit.get(cls, record), field)
    args.say(_("Settled. The other version stays in the history."))
    return Answer({"id": found.id, "kind": found.kind, "record": record, "field": field, "value": kept})
