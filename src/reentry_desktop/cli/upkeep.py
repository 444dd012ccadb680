"""Whether all is well, the record of use, and the program's goals."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from ..actions import checking, health
from ..actions import measures as goals
from ..base.problems import Problem
from ..base.words import _
from .answers import DONE, FAILED, Answer, how_to_repair, opened


def check(args: argparse.Namespace) -> Answer:
    """Everything that is not well with a store; also that it cannot be opened because it is damaged."""
    try:
        with opened(args) as store:
            found = [asdict(one) for one in checking.check(store)]
    except Problem as problem:
        if problem.code not in ("damaged", "missing", "foreign"):
            raise
        found = [{"code": problem.code, "sentence": problem.sentence}]
    if not found:
        args.say(_("All is well."))
        return Answer({"ok": True, "problems": []})
    for one in found[1:]:
        args.say(one["sentence"])
    first = found[0]["sentence"]
    if found[0]["code"] in ("database", "damaged"):
        first = f"{first}\n{how_to_repair()}"
    return Answer({"ok": False, "problems": found}, FAILED, first)


def show_health(args: argparse.Namespace) -> Answer:
    """How the store is: each thing in one sentence, with one thing to do."""
    with opened(args) as store:
        found = health.quick(store) if args.quick else health.look(store)
    for sign in found:
        args.say(" ".join(filter(None, (f"{sign.title}:", sign.sentence, sign.act))))
        if sign.page == "repair":
            args.say("  " + how_to_repair())
    worst = next((sign for sign in found if sign.state == health.BAD), None)
    data = {"ok": worst is None, "signs": [asdict(sign) for sign in found]}
    return Answer(data, FAILED if worst else DONE, worst.sentence if worst else "")


def measures(args: argparse.Namespace) -> Answer:
    """The six goals; what is not measured yet says why."""
    with opened(args) as store, store.whole("measures") as unit:
        day = args.as_of or unit.today()
        found = goals.measures(unit, as_of=day, site=args.site, program=args.program, cohort=args.cohort or "")
    for line in told(found):
        args.say(line)
    return Answer({"as_of": day, "measures": {key: goal.to_json() for key, goal in found.items()}})


def told(found: dict[str, goals.Measure]) -> list[str]:
    """The goals in words, marked so that nobody passes on what could point to a woman."""
    lines = [_("Internal: not for passing on.")]
    for goal in found.values():
        shown: Any = goal.to_json()
        target = (_("at least {n} %") if goal.direction == "at_least" else _("at most {n} %")).format(
            n=round(goal.target * 100)
        )
        lines.append(_("{goal} (target: {target})").format(goal=_(goal.title), target=target))
        if goal.status != "measured":
            lines.append("  " + _("Not measured yet. {reason}").format(reason=_(goal.reason)))
            continue
        lines.append(
            "  "
            + _("{yes} of {known}; not known: {unknown}").format(
                yes=goal.numerator, known=goal.denominator, unknown=goal.unknown
            )
        )
        if goal.rate is not None:
            percent = {key: f"{shown[key] * 100:.1f}" for key in ("rate", "low", "high")}
            lines.append("  " + _("{rate} %, likely between {low} and {high} %").format(**percent))
        if goal.too_few:
            lines.append("  " + _("Too few to say much."))
        lines += [
            "  " + _("Left out: {n}, {reason}").format(n=n, reason=_(reason)) for reason, n in goal.excluded.items()
        ]
    return lines
