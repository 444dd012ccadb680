"""The sealed backups that an office keeps for its facilities."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ..actions import backups
from ..base.media import show_size
from ..base.words import _
from .answers import Answer, opened


def list_all(args: argparse.Namespace) -> Answer:
    """Whose backups lie here."""
    with opened(args) as store, store.read() as unit:
        found = backups.backups(unit)
    for one in found:
        args.say(f"{one.name}: {one.at[:10]}, {show_size(one.size)}. {_(backups.STATES[one.state])}")
    if not found:
        args.say(_("No backup of another site is kept here."))
    return Answer({"backups": [asdict(one) for one in found]})


def hand_out(args: argparse.Namespace) -> Answer:
    """A copy for the facility that lost its PC."""
    with opened(args) as store:
        file, sha256 = backups.hand_out(store, args.site, args.out)
    args.say(_("The sealed backup of {site} is in {file}, read back and compared.").format(site=args.site, file=file))
    args.say(
        _("There it is brought back with “restore”, and a passphrase of that site or two parts of its recovery kit.")
    )
    return Answer({"site": args.site, "file": str(file), "sha256": sha256})
