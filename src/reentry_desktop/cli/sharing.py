"""What other sites may have of a woman, and words that are called back."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from ..actions import recalling, taking_back, women
from ..actions.registrations import ids_of
from ..actions.sites import there_of_her
from ..base.problems import Problem
from ..base.words import _
from ..records.participant import Participant, WhatOfficeHas
from .answers import Answer, opened, seen


def set_share(args: argparse.Namespace) -> Answer:
    """What other sites may have of her from now on."""
    with opened(args) as store:
        with store.work("share") as unit:
            woman = women.by_number(unit, args.participant).id
            episode = women.current_episode(unit, woman)
            if episode is None:
                raise Problem(_("She was not offered the program yet. Nothing was changed."), code="enrol")
            recalling.share(unit, episode.id, args.what)
        with store.read() as unit:
            called = recalling.called_back(unit, woman)
    args.say(_("Noted: {what}.").format(what=args.what))
    return Answer({"participant": args.participant, "share": args.what, **_called_back(args, called)})


def status(args: argparse.Namespace) -> Answer:
    """What each site has of what was written here about her, and who deleted the words she called back."""
    with opened(args) as store, store.read() as unit:
        woman = women.by_number(unit, args.participant).id
        page = women.page(unit, unit.get(Participant, woman))
        there, called = there_of_her(unit, woman), recalling.called_back(unit, woman)
    share = None if page.episode is None else WhatOfficeHas.WORDS if page.shares_words else WhatOfficeHas.DATES
    args.say(_("What the office may have: {what}").format(what=share or _("nothing yet")))
    if page.words_stopped:
        args.say(_(women.WORDS_STOPPED))
    for one in there:
        args.say(f"{one.site}: {' '.join(one.words())}")
    return Answer(
        {"participant": args.participant, "share": share, "there": [asdict(one) for one in there],
         **_called_back(args, called)}
    )  # fmt: skip


def _called_back(args: argparse.Namespace, called: recalling.Called | None) -> dict[str, Any]:
    """Who was asked to delete her words and who said that it did, and what nobody can call back."""
    if called is None:
        return {"called_back_on": None, "sites": []}
    args.say(_("She called her words back on {day}.").format(day=called.asked_on))
    for one in called.sites:
        if one.had_none:
            args.say("  " + _("{site} had none of them.").format(site=one.site))
        elif one.deleted_on:
            args.say("  " + _("{site} deleted them on {day}.").format(site=one.site, day=one.deleted_on))
        else:
            words = _("{site} is asked with the next copy, and has not said so yet.")
            args.say("  " + words.format(site=one.site))
    args.say("  " + _("Paper that was printed, and what was done because of it, cannot be called back."))
    return {"called_back_on": called.asked_on, "sites": [asdict(one) for one in called.sites]}


def asked(args: argparse.Namespace) -> Answer:
    """Whose words are to be deleted here."""
    with seen(args, "delete_here") as unit:
        found = [
            {"participant": unit.get(Participant, one.participant).department_number, "name": one.name,
             "asked_on": one.asked_on}
            for one in recalling.to_delete(unit)
        ]  # fmt: skip
    for one in found:
        args.say(f"{one['participant']}  {one['name']}  {one['asked_on']}")
    if not found:
        args.say(_("Nobody called her words back."))
    return Answer({"asked": found})


def delete(args: argparse.Namespace) -> Answer:
    """Delete the words of a woman who called them back."""
    with opened(args) as store:
        with store.work("delete_here") as unit:
            woman = women.by_number(unit, args.participant)
            ids = ids_of(unit, woman.id)
            hers = [one for one in recalling.to_delete(unit) if one.participant in ids]
            if not hers:
                raise Problem(_("She did not call her words back. Nothing was changed."), code="nothing")
            count = sum(recalling.delete_here(unit, one.recall) for one in hers)
        taking_back.finish_taking_back(store)
    args.say(_("Entries deleted: {n}. The next bundle tells her site.").format(n=count))
    return Answer({"participant": args.participant, "deleted": count})
