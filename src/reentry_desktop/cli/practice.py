"""The demo with invented women, and the program's own test of itself."""

from __future__ import annotations

import argparse

from ..actions import demo as demos
from ..actions import selftest as tests
from ..base.words import _
from . import upkeep
from .answers import FAILED, Answer, Window


def demo(args: argparse.Namespace) -> Answer:
    """Two offices in a folder of its own, told step by step; then the facility's window."""
    made = demos.make_demo(args.folder, args.people, args.seed, args.say)
    for line in upkeep.told(made.measures):
        args.say(line)
    args.say(_("Everything is in {folder}. How to open it stands in README.txt.").format(folder=args.folder))
    data = {
        "facility": str(made.facility), "office": str(made.office), "participants": made.participants,
        "enrolled": made.enrolled, "plans": made.plans, "bundle": str(made.bundle),
        "prints": [str(path) for path in made.prints], "roster": str(made.roster), "readme": str(made.readme),
        "measures": {key: goal.to_json() for key, goal in made.measures.items()},
    }  # fmt: skip
    return Answer(data, window=None if args.headless else Window(made.facility, made.facility_user))


def selftest(args: argparse.Namespace) -> Answer:
    """Each step of a small round trip, in a temporary folder."""
    steps = tests.selftest()
    for step in steps:
        args.say(f"{step.name}: {_('yes') if step.ok else step.reason} ({step.seconds:.1f} s)")
    data = {
        "ok": all(step.ok for step in steps),
        "steps": [{"step": s.name, "ok": s.ok, "reason": s.reason, "seconds": round(s.seconds, 2)} for s in steps],
    }
    if data["ok"]:
        return Answer(data)
    return Answer(data, FAILED, _("The program does not work on this PC: {step} failed.").format(step=steps[-1].name))
