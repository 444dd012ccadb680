"""Who works with a woman, and records that were opened with a reason."""

from __future__ import annotations

import argparse
import dataclasses

from ..actions import assigning, women
from ..base.ids import Id
from ..base.words import _
from ..store import Unit
from .answers import Answer, opened, seen


def _workers(unit: Unit, args: argparse.Namespace, woman: Id) -> Answer:
    found = assigning.workers_of(unit, woman)
    for one in found:
        args.say("  ".join(filter(None, (one.name, one.full_name, str(one.since or "")))))
    return Answer({"workers": [dataclasses.asdict(one) for one in found]})


def add(args: argparse.Namespace) -> Answer:
    """Somebody works with her from today."""
    with opened(args) as store, store.work("assign") as unit:
        woman = women.by_number(unit, args.participant).id
        assigning.assign(unit, woman, assigning.person_named(unit, args.name))
        return _workers(unit, args, woman)


def end(args: argparse.Namespace) -> Answer:
    """Somebody no longer works with her."""
    with opened(args) as store, store.work("unassign") as unit:
        woman = women.by_number(unit, args.participant).id
        assigning.unassign(unit, woman, assigning.person_named(unit, args.name))
        return _workers(unit, args, woman)


def list_all(args: argparse.Namespace) -> Answer:
    """Who works with her."""
    with opened(args) as store, store.read() as unit:
        return _workers(unit, args, women.by_number(unit, args.participant).id)


def open_beyond(args: argparse.Namespace) -> Answer:
    """Open a record beyond one's own list, with a reason."""
    with opened(args) as store:
        woman = assigning.break_glass(store, args.participant, args.reason)
        args.say(
            _("Her record can be read until the end of the day. The reason is kept, and a supervisor looks at it.")
        )
        return Answer({"participant": woman})


def list_beyond(args: argparse.Namespace) -> Answer:
    """What was opened so."""
    with seen(args, "look_at_break_glass") as unit:
        found = assigning.beyond(unit)
    for one in found:
        looked = _("looked at by {name}").format(name=one.looked_at_by) if one.looked_at_by else ""
        args.say(
            "  ".join(filter(None, (one.id, str(one.through), one.who, one.department_number, one.reason, looked)))
        )
    return Answer({"beyond": [dataclasses.asdict(one) for one in found]})


def looked(args: argparse.Namespace) -> Answer:
    """Note that one of them was looked at."""
    with opened(args) as store, store.work("look_at_break_glass") as unit:
        assigning.look_at_break_glass(unit, Id(args.id), args.finding)
    return Answer({"looked": args.id})
