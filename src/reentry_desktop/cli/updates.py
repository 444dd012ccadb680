"""Updates by stick: what a release is, and laying it out."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ..actions import updating
from ..base.words import _
from .answers import Answer


def inspect(args: argparse.Namespace) -> Answer:
    """What a release is and changes; nothing is done."""
    found = updating.inspect(args.file)
    args.say(_("Signed by the publisher. {sentence}").format(sentence=found.sentence()))
    args.say(found.changes)
    return Answer({**asdict(found), "sentence": found.sentence()})


def stage(args: argparse.Namespace) -> Answer:
    """Lay a newer release out, every file proved."""
    done = updating.stage(args.file, into=args.into)
    args.say(done.what_it_does())
    return Answer({"folder": str(done.folder), "version": done.version, "swap": done.swap})


def swap(args: argparse.Namespace) -> Answer:
    """Put what was laid out in the place of the program, which does not run."""
    old = updating.swap(args.program, args.staged)
    args.say(_("The new program is in its place. The one before is kept as {folder}.").format(folder=old))
    return Answer({"program": str(args.program), "before": str(old)})


def back(args: argparse.Namespace) -> Answer:
    """Put the program from before the update back."""
    updating.back(args.program)
    args.say(_("The program from before the update is back."))
    return Answer({"program": str(args.program)})
