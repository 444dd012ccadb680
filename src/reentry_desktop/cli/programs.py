"""The programs women are enrolled under."""

from __future__ import annotations

import argparse

from ..actions import enrolling
from ..base.words import _
from ..store import Store
from .answers import Answer, as_values, opened


def list_all(args: argparse.Namespace) -> Answer:
    """Every program of this site."""
    with opened(args) as store:
        return _programs(store, args)


def add(args: argparse.Namespace) -> Answer:
    """A further program; the same name twice is one."""
    with opened(args) as store:
        with store.work("add_program") as unit:
            enrolling.add_program(unit, name=args.name, funder=args.funder)
        return _programs(store, args)


def _programs(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        found = [as_values(program) for program in enrolling.programs(unit)]
    for program in found:
        args.say("  ".join(filter(None, (program["name"], program["funder"]))))
    if not found:
        args.say(_("No program is here yet."))
    return Answer({"programs": found})
