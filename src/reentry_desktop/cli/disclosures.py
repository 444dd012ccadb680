"""What was told about her, the account of it for her, and who is never told."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import consent_papers, disclosures, told_without, withholding, women
from ..actions.disclosures import Allowed
from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import _
from ..records.base import choice_label
from ..records.disclosure import Disclosure, Ground
from .answers import Answer, as_values, opened, seen, typed_id
from .consents import saved
from .prints import hear_protection


def add(args: argparse.Namespace) -> Answer:
    """Something was told outside the program."""
    with opened(args) as store:
        with store.work("note_disclosure") as unit:
            woman = women.by_number(unit, args.participant).id
            more = {"told_by": args.by} if args.by else {}
            made = disclosures.note_disclosure(
                unit, woman, by=Allowed(typed_id(args.consent), args.ground, args.why), recipient=args.to,
                place=args.place, what=args.what, purpose=args.purpose, told_on=args.on, how=args.how, **more,
            )  # fmt: skip
            warned = [match.sentence for match in withholding.matches(unit, woman, args.to, args.place)]
        with store.read() as unit:
            values = as_values(unit.get(Disclosure, made))
    args.say(_("Noted: {day}, {who}.").format(day=values["told_on"], who=values["recipient"]))
    for sentence in warned:
        args.say(sentence)
    return Answer(values | {"warnings": warned})


def list_all(args: argparse.Namespace) -> Answer:
    """What was told about her; without a woman, everything that had no consent."""
    if not args.participant:
        with seen(args, "show_overrides", entry="show_overrides") as unit:
            unit.tell()
            found = [
                as_values(one.disclosure)
                | {"participant": one.department_number, "looked_at_by": one.looked_at_by, "finding": one.finding}
                for one in told_without.told_without(unit)
            ]
    else:
        with opened(args) as store, store.work("open_page") as unit:
            woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
            years = disclosures.YEARS.get(args.years, 0)
            found = [as_values(one) for one in disclosures.disclosures_of(unit, woman.id, years)]
    for one in found:
        ground = choice_label(Ground, one["ground"])
        args.say("  ".join(map(str, (one["told_on"], one["recipient"], one["what"], ground, one["id"]))))
    if not found:
        args.say(_("Nothing was told to anybody outside."))
    return Answer({"disclosures": found})


def looked(args: argparse.Namespace) -> Answer:
    """Somebody else than who wrote it down has looked at what was told without a consent."""
    with opened(args) as store, store.work("look_at_telling") as unit:
        told_without.look_at_telling(unit, typed_id(args.id), args.finding)
    args.say(_("Noted: you looked at it."))
    return Answer({"looked": args.id})


def print_account(args: argparse.Namespace) -> Answer:
    """The account, for her."""
    said = hear_protection(args)
    with opened(args) as store, store.work("save_account") as unit:
        woman = women.by_number(unit, args.participant).id
        made = consent_papers.account_print(
            unit, woman, years=disclosures.YEARS[args.years], language=args.language, size=args.size
        )
        return saved(unit, args, made, said)


def back(args: argparse.Namespace) -> Answer:
    """It came back, or was destroyed."""
    with opened(args) as store:
        with store.work("came_back") as unit:
            woman = women.by_number(unit, args.participant).id
            wanted = typed_id(args.disclosure)
            if wanted not in [one.id for one in disclosures.disclosures_of(unit, woman)]:
                raise NotFound(_("Nothing of that id was told about her. Nothing was changed."))
            disclosures.came_back(unit, wanted, args.on)
        with store.read() as unit:
            values: dict[str, Any] = as_values(unit.get(Disclosure, wanted))
    args.say(_("Noted: {what}.").format(what=values["back_on"]))
    return Answer(values)


def withhold(args: argparse.Namespace) -> Answer:
    """A person or place that must never be told."""
    with opened(args) as store, store.work("withhold") as unit:
        made = withholding.withhold(unit, women.by_number(unit, args.participant).id, args.name, args.phone)
    args.say(_("Noted. {name} is never told or given anything about her.").format(name=args.name))
    return Answer({"id": made, "name": args.name})


def withheld(args: argparse.Namespace) -> Answer:
    """Everybody on her list."""
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        found = [as_values(one) for one in withholding.withheld_from(unit, woman.id)]
    for one in found:
        args.say("  ".join(filter(None, (one["name"], one["phone"], one["id"]))))
    if not found:
        args.say(_("Nobody is on her list."))
    return Answer({"withheld": found})


def unwithhold(args: argparse.Namespace) -> Answer:
    """She wants it otherwise."""
    with opened(args) as store, store.work("take_off_withheld") as unit:
        woman = women.by_number(unit, args.participant).id
        entry: Id = typed_id(args.id)
        if entry not in [one.id for one in withholding.withheld_from(unit, woman)]:
            raise NotFound(_("Nobody of that id is on her list. Nothing was changed."))
        withholding.take_off_withheld(unit, entry)
    args.say(_("Taken off her list."))
    return Answer({"id": entry})
