"""Moves of a woman between facilities: released, asked for, taken over; and who holds her record."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..actions import moves, transfers, women
from ..actions.moves import ASKED, CARRIED, COMING, RELEASED, Moved
from ..base.folding import plain_number
from ..base.ids import Id
from ..base.problems import NotFound
from ..base.words import N_, _
from ..store import Unit
from .answers import Answer, opened, seen, typed_id

_FAMILIES = {
    "out": (N_("Released here"), RELEASED),
    "coming": (N_("Released to this site"), COMING),
    "asked_here": (N_("Asked of this site"), ASKED),
    "asked": (N_("Asked by this site"), ASKED),
}


def release(args: argparse.Namespace) -> Answer:
    """Release her record to another facility, or, as a trial, say what would go."""
    with opened(args) as store, store.work("release_record") as unit:
        woman = women.by_number(unit, args.participant).id
        going = moves.preview(unit, woman)
        to = transfers.facility_named(unit, args.to)[0].name
        made = None
        if not args.dry_run:
            made = transfers.release_record(
                unit, woman, args.to, args.why, typed_id(args.request) if args.request else None
            )
    args.say(
        _("{n} entries of {records} records go, sealed for {site}.").format(
            n=going.entries, records=going.records, site=to
        )
    )
    if made is None:
        args.say(_("A trial: nothing was changed."))
    else:
        args.say(_("Released. From now on it is read here, not changed. It goes with the next bundle for the office."))
    return Answer({"transfer": made, "to": to, "dry_run": args.dry_run, "going": asdict(going)})


def ask(args: argparse.Namespace) -> Answer:
    """Ask for the record of a woman who came before it."""
    with opened(args) as store, store.work("ask_for_record") as unit:
        made = transfers.ask_for_record(unit, women.by_number(unit, args.participant).id, args.of)
    args.say(_("Asked. It goes with the next bundle for the office."))
    return Answer({"request": made, "participant": args.participant, "of": args.of or None})


def refuse(args: argparse.Namespace) -> Answer:
    """Say no to what another facility asked for."""
    with opened(args) as store, store.work("refuse_record") as unit:
        transfers.refuse_record(unit, typed_id(args.request), args.why)
    args.say(_("Noted. The next bundles tell them."))
    return Answer({"request": args.request, "why": args.why})


def accept(args: argparse.Namespace) -> Answer:
    """Take a record over that was released to this site."""
    with opened(args) as store, store.work("take_over") as unit:
        found = [one for one in moves.moves(unit).coming if one.state in ("here", "on_the_way")]
        mine = [one for one in found if one.number == plain_number(args.participant)]
        if not mine:
            raise NotFound(
                _("No record of number {number} is on its way to this site. Nothing was changed.").format(
                    number=args.participant
                )
            )
        transfers.take_over(unit, mine[0].id)
    args.say(_("Taken over. This site holds her record now; the next bundles tell the other facility."))
    return Answer({"transfer": mine[0].id, "participant": args.participant, "from": mine[0].other})


def call_off(args: argparse.Namespace) -> Answer:
    """She stays after all, or is no longer asked for."""
    with opened(args) as store, store.work("call_off_move") as unit:
        transfers.call_off_move(unit, typed_id(args.id))
    args.say(_("Called off. The next bundles tell the other facility."))
    return Answer({"id": args.id})


def rest(args: argparse.Namespace) -> Answer:
    """An office gave her record on in this site's place: the rest goes too."""
    with opened(args) as store, store.work("let_rest_go") as unit:
        transfers.let_rest_go(unit, typed_id(args.id))
    args.say(_("Released. It goes with the next bundle for the office, sealed for the facility that holds her record."))
    return Answer({"id": args.id})


def again(args: argparse.Namespace) -> Answer:
    """Give a sealed record to the office once more."""
    with opened(args) as store, store.work("seal_again") as unit:
        transfers.seal_again(unit, typed_id(args.id))
    args.say(_("It goes with the next bundle for the office once more."))
    return Answer({"id": args.id})


def holder(args: argparse.Namespace) -> Answer:
    """Who holds her record."""
    with opened(args) as store, store.read() as unit:
        found = moves.held(unit, _one(unit, args.participant))
    args.say(_("Held by: {site}").format(site=found.by or _("this site")))
    if found.to:
        args.say(_("On its way to: {site}").format(site=found.to))
    return Answer({"participant": args.participant} | asdict(found))


def _one(unit: Unit, number: str) -> Id:
    return women.by_number(unit, number).id


def list_all(args: argparse.Namespace) -> Answer:
    """Every move this site has part in; of an office, the sealed files it carries; and the facilities known here."""
    with seen(args, "release_record") as unit:
        found, carried = moves.moves(unit), moves.carried(unit)
        known = transfers.other_facilities(unit)
    data: dict[str, Any] = {}
    for name, (title, states) in _FAMILIES.items():
        rows: Sequence[Moved] = getattr(found, name)
        data[name] = [asdict(row) for row in rows]
        if rows:
            args.say(_(title))
        for row in rows:
            who = "  ".join(filter(None, (row.number, row.name, row.other)))
            args.say(f"  {who}  {_(states[row.state])}  {row.on or ''}".rstrip())
            args.say("    " + "  ".join(filter(None, (row.id, row.why))))
    for one in carried:
        args.say(f"{one.sender} → {one.to}: {_(CARRIED[one.state])}")
    for site in known:
        by = _("brought by {site}").format(site=site.introduced_by) if site.introduced_by else _("compared by people")
        args.say(f"{site.name}: {' '.join(site.fingerprint)} ({by})")
    if not any(data.values()) and not carried:
        args.say(_("Nobody moves."))
    data["carried"] = [asdict(one) for one in carried]
    data["facilities"] = [asdict(site) | {"fingerprint": " ".join(site.fingerprint)} for site in known]
    return Answer(data)
