"""What a site may give another one, by the rule as ``docs/sharing.md`` states it."""

from __future__ import annotations

from reentry_desktop.base.ids import Id
from reentry_desktop.records.change import Place

from . import oracle_moves as moved
from .oracle import Here


def may_leave(here: Here, to: Id, to_kind: str) -> set[Place]:
    """The entries that *here* may give the site *to*."""
    if to == here.site:  # its other PC
        return {place for entries in here.history.values() for place in entries}
    if to_kind == here.kind == "facility":
        return moved.may_leave(here, to)
    agreed, latest, done = set[Id](), dict[Id, tuple[str, Id, str]](), dict[Id, int]()
    dates_only: dict[Id, tuple[str, Id, str]] = {}
    for episode, said, _entries in here.records("enrolment"):
        if not said.get("removed"):
            woman = said["participant"]
            agreed.update([woman] if said.get("agreed_on") else [])
            place = (said.get("offered_on") or "", episode, said.get("office_has", "dates"))
            latest[woman] = max(latest.get(woman, place), place)
            if place[2] != "words":
                dates_only[woman] = max(dates_only.get(woman, place), place)
    for _record, said, entries in here.records("plan_version"):
        if not said.get("removed"):
            said_here = (place for place in entries if place[0] not in here.others and place[0] not in here.beside)
            last = max((here.order[place] for place in said_here), default=0)
            done[said["participant"]] = max(done.get(said["participant"], 0), last)
    hers = {record for record, said, _entries in here.records("participant") if said.get("site") == to}
    sharing = agreed & {woman for woman, (_day, _episode, what) in latest.items() if what == "words"}
    for one, group in moved.groups_of(moved.ties(here)).items():  # her last word holds for all of her registrations
        if any(dates_only[other] > latest.get(one, ("",)) for other in group & dates_only.keys() - {one}):
            sharing.discard(one)
    taken_over = moved.held_after_a_move(here) if here.kind == "facility" else set()
    found = set()
    for entries in here.history.values():
        for place, change in entries.items():
            woman = change.participant
            if here.wrote(place[0]) != here.site and (woman not in taken_over or here.wrote(place[0]) == to):
                continue
            if woman and to_kind == "facility" and woman not in hers:
                continue
            if to_kind == "facility":  # an office's words about her go home
                goes = change.share in ("dates", "words", "plan")
            elif change.share == "dates":
                goes = not woman or woman in agreed
            elif change.share == "words":
                goes = woman in sharing
            else:
                goes = change.share == "plan" and woman in sharing and here.order[place] <= done.get(woman, 0)
            if goes:
                found.add(place)
    return found


def held_back(here: Here, to: Id) -> dict[Place, Id]:
    """What a facility keeps from the office *to*, and about whom: whoever wrote it, if it hands hers on."""
    goes, taken_over = may_leave(here, to, "office"), moved.held_after_a_move(here)
    return {
        place: change.participant
        for entries in here.history.values()
        for place, change in entries.items()
        if change.participant and change.share in ("dates", "words", "plan") and place not in goes
        and (here.wrote(place[0]) == here.site or (change.participant in taken_over and here.wrote(place[0]) != to))
    }  # fmt: skip
