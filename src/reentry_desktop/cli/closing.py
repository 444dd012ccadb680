"""Facilities that are closed, at the office: noted as such, and their women's records given on."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ..actions import closing, women
from ..base.words import _, ngettext
from .answers import Answer, opened, seen, typed_id


def list_all(args: argparse.Namespace) -> Answer:
    """Every closed facility, and the women whose records it holds."""
    with seen(args, "give_on") as unit:
        found = [(one, closing.women_there(unit, one.site)) for one in closing.closed_sites(unit)]
    for one, hers in found:
        args.say(f"{one.name}  {one.closed_on}  {one.why}  {one.closure}")
        for her in hers:
            there = _("to {site}").format(site=her.to) if her.to else _("not given on")
            shared = _("with words") if her.words else _("dates only")
            args.say(f"  {her.number}  {her.name}  {shared}  {there}  {her.move}".rstrip())
    if not found:
        args.say(_("No facility is noted as closed."))
    return Answer({"closed": [asdict(one) | {"women": [asdict(her) for her in hers]} for one, hers in found]})


def note(args: argparse.Namespace) -> Answer:
    """A facility is closed or gone for good."""
    with opened(args) as store, store.work("close_site") as unit:
        made = closing.close_site(unit, args.site, args.why, args.on)
    args.say(_("Noted. The next bundles tell every site. What still comes from there is taken in as before."))
    return Answer({"closure": made, "site": args.site, "why": args.why})


def open_again(args: argparse.Namespace) -> Answer:
    """It was a slip, or the facility is there again."""
    with opened(args) as store, store.work("open_again") as unit:
        closing.open_again(unit, typed_id(args.closure))
    args.say(_("Taken back. What was given on stays so, until each is called off."))
    return Answer({"closure": args.closure})


def give_on(args: argparse.Namespace) -> Answer:
    """Records of a closed facility go to another one."""
    with opened(args) as store, store.work("give_on") as unit:
        chosen = None if args.all else {women.by_number(unit, number).id for number in args.participant}
        made = closing.give_on(unit, args.site, args.to, chosen)
    words = ngettext("{n} record is given on.", "{n} records are given on.", len(made)).format(n=len(made))
    args.say(words)
    args.say(_("They go with the next bundle for {site}: what this office holds. It is taken over there.").format(
        site=args.to))  # fmt: skip
    return Answer({"transfers": made, "site": args.site, "to": args.to})
