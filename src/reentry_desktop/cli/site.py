"""This site's own values."""

from __future__ import annotations

import argparse

from ..actions import record_files, staff
from ..base.words import _
from ..records.base import fields
from ..records.people import Site
from ..store import Store
from .answers import Answer, as_values, opened, typed_fields

VALUES = tuple(name for name in fields(Site) if name not in ("kind", "removed"))


def show(args: argparse.Namespace) -> Answer:
    """What this site has set."""
    with opened(args) as store:
        return _shown(store, args)


def set_values(args: argparse.Namespace) -> Answer:
    """Change values of the site, all of them or none."""
    values = record_files.read_fields(Site, typed_fields(args.values), VALUES)
    with opened(args) as store:
        with store.work("set_site") as unit:
            staff.set_site(unit, **values)
        return _shown(store, args)


def _shown(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        values = as_values(unit.get(Site, store.site))
    for name, value in values.items():
        if name in VALUES:
            args.say(f"{name}: {_(fields(Site)[name].label)}: {'' if value is None else value}")
    return Answer(values)
