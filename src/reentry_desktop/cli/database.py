"""Where an office's records lie."""

from __future__ import annotations

import argparse

from ..actions import database
from ..base.words import _, ngettext
from ..store.moving import MOVED
from .answers import Answer, opened


def show(args: argparse.Namespace) -> Answer:
    """Where the records of a store lie."""
    with opened(args) as store:
        address = database.address_of(store)
    args.say(address or _("The records lie in the store's own folder."))
    return Answer({"database": address})


def move(args: argparse.Namespace) -> Answer:
    """All records into PostgreSQL."""
    with opened(args) as store:
        count = database.move(store, args.to)
        address = database.address_of(store)
    said = ngettext("{n} row was moved and compared.", "{n} rows were moved, each compared.", count).format(n=count)
    kept = _("The file stays in the folder as {file}. Delete it once the database has a backup.")
    args.say(f"{said} {kept.format(file=MOVED)}")
    return Answer({"rows": count, "database": address})


def folder(args: argparse.Namespace) -> Answer:
    """A folder with keys for one worker."""
    with opened(args) as store:
        database.folder_for(store, args.name, args.out)
    args.say(
        _("The folder for {name} is ready: {folder}. It opens with the passphrase she has now.").format(
            name=args.name, folder=args.out
        )
    )
    return Answer({"user": args.name, "store": str(args.out)})
