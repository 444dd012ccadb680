"""What other sites may have of a woman, and words that are called back."""

from __future__ import annotations

import argparse

from ..actions import recalling, taking_back, women
from ..actions.registrations import ids_of
from ..base.problems import Problem
from ..base.words import _
from ..records.participant import Participant
from .answers import Answer, opened


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
    sites = [{"site": one.site, "deleted_on": one.deleted_on} for one in called.sites] if called else []
    args.say(_("Noted: {what}.").format(what=args.what))
    for one in sites:
        args.say(_("{site} is asked to delete her words.").format(site=one["site"]))
    asked = called.asked_on if called else None
    return Answer({"participant": args.participant, "share": args.what, "called_back_on": asked, "sites": sites})


def asked(args: argparse.Namespace) -> Answer:
    """Whose words are to be deleted here."""
    with opened(args) as store, store.read() as unit:
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
