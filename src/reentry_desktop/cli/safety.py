"""What had to be passed on: three facts and nothing else. Only the author and administrators see a report."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import safety, withholding, women
from ..base.words import _
from ..records.safety import SafetyReport
from ..store import Store
from .answers import Answer, as_values, opened, typed_id


def steps(args: argparse.Namespace) -> Answer:
    """What this facility wants done if abuse or a wish to die comes up, and whom to call."""
    with opened(args) as store, store.read() as unit:
        found = safety.safety_steps(unit)
    args.say(found.steps or _("Nobody has written the steps yet. An administrator does, under Settings, Plans."))
    if found.call:
        args.say(_("Call: {whom}").format(whom=found.call))
    return Answer({"steps": found.steps, "call": found.call})


def list_reports(args: argparse.Namespace) -> Answer:
    """The reports that whoever asks may see: of one woman, or all that were not handed over yet."""
    with opened(args) as store, store.work("open_page") as unit:
        if args.participant:
            woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
            found = [as_values(one) for one in safety.reports_of(unit, woman.id)]
        else:
            found = [as_values(one) for one in safety.open_reports(unit)]
    for one in found:
        closed = (
            _("handed over on {day}").format(day=one["closed_on"]) if one["closed_on"] else _("not handed over yet")
        )
        args.say("  ".join(filter(None, (str(one["made_on"]), one["made_at"], one["to_whom"], closed, one["id"]))))
    if not found:
        args.say(_("There is no report here that you may see."))
    return Answer({"reports": found})


def pass_on(args: argparse.Namespace) -> Answer:
    """Note that a report was made: when, and to whom. What happened is never written here."""
    with opened(args) as store:
        with store.work("pass_on") as unit:
            woman = women.by_number(unit, args.participant).id
            made = safety.pass_on(unit, woman, args.to, args.on, args.at)
            warned = [match.sentence for match in withholding.matches(unit, woman, args.to)]
        for sentence in warned:
            args.say(sentence)
        return _shown(store, args, made)


def hand_over(args: argparse.Namespace) -> Answer:
    """Somebody else has taken it on: the hand-off is closed."""
    with opened(args) as store:
        with store.work("hand_over") as unit:
            safety.hand_over(unit, typed_id(args.report), args.on)
        return _shown(store, args, args.report)


def _shown(store: Store, args: argparse.Namespace, report: str) -> Answer:
    with store.read() as unit:
        values: dict[str, Any] = as_values(unit.get(SafetyReport, typed_id(report)))
    args.say(_("Noted: {day}, {whom}. Nothing else is kept.").format(day=values["made_on"], whom=values["to_whom"]))
    return Answer(values)
