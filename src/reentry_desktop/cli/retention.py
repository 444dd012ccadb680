"""Legal holds, how long records are kept, and erasing a woman's whole record by two persons."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from ..actions import disposing, retention, women
from ..base.problems import NotFound
from ..base.words import _
from .answers import Answer, opened, seen, typed_id


def hold_add(args: argparse.Namespace) -> Answer:
    """Nothing of her record is erased from now on."""
    with opened(args) as store, store.work("add_hold") as unit:
        woman = women.by_number(unit, args.participant).id
        made = retention.add_hold(
            unit, woman, authority=args.authority, reason=args.reason, since=args.since, until=args.until
        )
    args.say(_("A legal hold stands on her record now. Nothing of it is erased until the hold is lifted."))
    return Answer({"hold": made, "participant": args.participant})


def hold_lift(args: argparse.Namespace) -> Answer:
    """End every hold that stands on her."""
    with opened(args) as store:
        with store.work("lift_hold") as unit:
            hers = retention.holds_of(unit, women.by_number(unit, args.participant).id)
            if not hers:
                raise NotFound(_("No legal hold stands on her record. Nothing was changed."))
            count = sum(retention.lift_hold(unit, one.id, args.why) for one in hers)
        done = disposing.finish_erasing(store, count)
    args.say(_("Lifted. Her record is kept as long as every other one."))
    return Answer({"lifted": [one.id for one in hers], **_done(args, done)})


def hold_list(args: argparse.Namespace) -> Answer:
    """Every hold that stands."""
    with opened(args) as store:
        with store.read() as unit:
            found, day = retention.holds(unit), unit.today()
        with store.whole("count_holds") as unit:  # also for whoever sees none of these women
            women_held = retention.count_holds(unit)
    for one in found:
        again = "  " + _("ask whether it still stands") if one.ask_again(day) else ""
        args.say(f"{one.number}  {one.name}  {one.since}  {one.authority}{again}")
    args.say(retention.counted_words(women_held))
    return Answer({"holds": [asdict(one) for one in found], "women_held": women_held})


def schedule(args: argparse.Namespace) -> Answer:
    """How long each kind of record is kept, and on what authority; or decide it."""
    with opened(args) as store:
        if args.set:
            with store.work("set_rule") as unit:
                retention.set_rule(unit, args.set, args.years, args.authority)
        with store.read() as unit:
            found = retention.schedule(unit)
    for one in found:
        args.say(f"{one.what}: {one.time}. {one.authority}")
    return Answer({"schedule": [asdict(one) for one in found]})


def dispose_list(args: argparse.Namespace) -> Answer:
    """Whose record is over the time it is kept, and what was proposed."""
    with seen(args, "command") as unit:
        due, proposed = disposing.due(unit), disposing.proposals(unit)
    for one in due:
        kept = "  " + _("legal hold: {authority}").format(authority=one.held) if one.held else ""
        args.say(
            _("{number}  {name}: kept until {day}").format(number=one.number, name=one.name, day=one.due_on) + kept
        )
    for other in proposed:
        args.say(f"{other.id}  {other.number}  {other.name}  {_(disposing.STATES[other.state])}")
    if not due and not proposed:
        args.say(_("No record is over its time, and nothing was proposed."))
    return Answer({"due": [asdict(one) for one in due], "proposed": [asdict(one) for one in proposed]})


def dispose_propose(args: argparse.Namespace) -> Answer:
    """Propose to erase all of a woman's record."""
    with opened(args) as store:
        with store.work("propose_erasure") as unit:
            woman = women.by_number(unit, args.participant).id
            made = disposing.propose_erasure(unit, woman, args.why, args.authority)
        with store.read() as unit:
            alone = disposing.needs_office(unit)
    args.say(_("Proposed. Nothing is erased before a second person agrees."))
    if alone:
        args.say(_("Nobody else here can. Copy a bundle for the office; its next one brings the answer."))
    return Answer({"proposed": made, "needs_office": alone})


def dispose_approve(args: argparse.Namespace) -> Answer:
    """The second person agrees."""
    with opened(args) as store:
        with store.work("agree_to_erase") as unit:
            count = sum(disposing.agree_to_erase(unit, one) for one in map(typed_id, args.id))
        done = disposing.finish_erasing(store, count)
    if not count:
        args.say(_("Agreed. It goes with the next bundle, and her site erases the record then."))
    return Answer(_done(args, done))


def dispose_refuse(args: argparse.Namespace) -> Answer:
    """The second person says no."""
    with opened(args) as store, store.work("refuse_to_erase") as unit:
        for one in map(typed_id, args.id):
            disposing.refuse_to_erase(unit, one)
    args.say(_("Noted. The record stays."))
    return Answer({"refused": args.id})


def dispose_call_off(args: argparse.Namespace) -> Answer:
    """It is not erased after all."""
    with opened(args) as store, store.work("call_off_erasure") as unit:
        for one in map(typed_id, args.id):
            disposing.call_off_erasure(unit, one)
    args.say(_("Called off. The record stays."))
    return Answer({"called_off": args.id})


def _done(args: argparse.Namespace, done: disposing.Erased) -> dict[str, Any]:
    if done.entries:
        args.say(_("Entries erased: {n}. Where it may still be:").format(n=done.entries))
    for words in done.still_in:
        args.say("  " + words)
    return {"erased": done.entries, "still_in": done.still_in}
