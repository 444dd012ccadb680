"""What is true of women who are moved, and of women who were registered twice, as ADR 17 and ADR 18 state it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from reentry_desktop.base.ids import Id
from reentry_desktop.records.change import Place

from .oracle import Here, read

GO_BY_POLICY = {"keep": (), "dates": ("words", "plan"), "delete": ("dates", "words", "plan")}
"""The classes of entries that do not stay where she was, by what that site decided."""
BY_ANYBODY = ("transfer", "recall_answer", "safety_report", "same_woman")
"""What a site may write about a woman whose record it does not hold."""
CALLED_BACK = ("recall", "recall_answer")
"""What is told wherever she ever was: her words may be there still."""
ABOUT_NOBODY = ("program", "person", "site", "template_pack")


class Move(NamedTuple):
    """A release: by the old site's word. Taken over by the new one's, called off by the old one's."""

    epoch: int
    id: Id
    woman: Id
    old: Id
    new: Id
    taken: bool
    off: bool


def moves(here: Here) -> list[Move]:
    """Every release that is known, in order."""
    found = []
    for record, said, entries in here.records("transfer"):
        by: dict[str, set[Id]] = {}
        for place, change in entries.items():
            for name, value in read(change).items():
                by.setdefault(name, set()).update([here.wrote(place[0])] if value else [])
        old, new = said.get("from_site", ""), said["to_site"]
        if not said.get("removed") and old in by.get("released_on", ()):
            taken, off = new in by.get("accepted_on", ()), old in by.get("called_off_on", ())
            found.append(Move(said.get("epoch") or 1, record, said["participant"], old, new, taken, off))
    return sorted(found)


def holder(hers: list[Move]) -> tuple[Id, Move | None]:
    """Who holds her record, and the move under way: a release by the holder, after the last that was taken over."""
    taken = [move for move in hers if move.taken]
    holds = taken[-1].new if taken else hers[0].old
    later = [move for move in hers if move.old == holds and (not taken or move.epoch > taken[-1].epoch)]
    return holds, next((move for move in reversed(later) if not move.taken and not move.off), None)


def lost_words(all_of: Collection[Here]) -> set[Id]:
    """The women of whose moves a facility that began anew has no more what it wrote itself, and others know."""
    by_site: dict[Id, set[Place]] = {}
    for here in all_of:
        if here.kind == "facility":
            by_site.setdefault(here.site, set()).update(here.held)
    return {
        said["participant"]
        for here in all_of
        for _record, said, entries in here.records("transfer")
        if any(place not in by_site.get(here.wrote(place[0]), {place}) for place in entries)
    }


def by_woman(known: Iterable[Move]) -> dict[Id, list[Move]]:
    found: dict[Id, list[Move]] = {}
    for move in known:
        found.setdefault(move.woman, []).append(move)
    return found


def held_after_a_move(here: Here) -> set[Id]:
    """The women whose record this site took over, holds and has not released: it hands on what others wrote."""
    found = set()
    for woman, hers in by_woman(moves(here)).items():
        holds, under_way = holder(hers)
        if holds == here.site and under_way is None and any(move.taken and move.new == here.site for move in hers):
            found.add(woman)
    return found


def may_leave(here: Here, to: Id) -> set[Place]:
    """What a facility may give another: all of the women it released to it last, and all moves that one has part in.

    Not of those that came back, or went on to another facility from here.
    """
    known = moves(here)
    theirs = {move.woman for move in known if to in (move.old, move.new)}
    released, back = set(), set()
    for woman, hers in by_woman(known).items():
        holds, under_way = holder(hers)
        if under_way is not None and (holds, under_way.new) == (here.site, to):
            released.add(woman)
            back.add(woman)
        elif holds != here.site and [m.new for m in hers if m.old == here.site and m.taken][-1:] == [to]:
            released.add(woman)
    found = set()
    for _record, said, entries in here.records("transfer"):
        between = to in (said.get("from_site"), said["to_site"])
        if said["participant"] in theirs:  # but what it wrote itself: an office gives that back
            found.update(place for place in entries if here.wrote(place[0]) != to)
        elif between or (
            not said.get("from_site") and said["to_site"] == here.site
        ):  # not what others asked or answered
            found.update(place for place in entries if here.wrote(place[0]) == here.site)
    were_there = {move.woman for move in known if move.taken and to in (move.old, move.new)}
    for entries in here.history.values():
        for place, change in entries.items():
            woman = change.participant
            if change.kind in CALLED_BACK and woman in were_there and here.wrote(place[0]) == here.site:
                found.add(place)
            if woman in released and (woman in back or here.wrote(place[0]) != to):
                found.add(place)
    by_others = {device for device, _number in found}
    for entries in here.history.values():
        for place, change in entries.items():
            of = here.wrote(place[0])
            named = change.kind in ABOUT_NOBODY and place[0] in by_others and of != to
            if not change.participant and change.share == "dates" and (of == here.site or named):
                found.add(place)
    return found


def does_not_stay(here: Here, policy: str) -> dict[Id, tuple[str, ...]]:
    """Of women who moved away from here, and of those who never came, the classes of entries that go."""
    found: dict[Id, tuple[str, ...]] = {}
    for woman, hers in by_woman(moves(here)).items():
        holds, under_way = holder(hers)
        if under_way is not None and under_way.new == here.site:
            continue
        was_here = any(here.site in (move.old, move.new if move.taken else "") for move in hers)
        if not was_here and any(move.new == here.site and move.off for move in hers):
            found[woman] = ("dates", "words", "plan", "site")
        elif was_here and holds != here.site and any(move.taken and move.old == here.site for move in hers):
            found[woman] = GO_BY_POLICY[policy]
    return found


def ties(here: Here) -> list[tuple[Id, Id, str]]:
    """Two registrations that were said to be one woman, and which of them stands."""
    said_of = [said for _record, said, _entries in here.records("same_woman") if not said.get("removed")]
    return [(said["participant"], said["other"], said["said"]) for said in said_of if said["said"] != "two"]


def groups_of(tied: list[tuple[Id, Id, str]]) -> dict[Id, set[Id]]:
    """Each registration that is tied to another -> all that are one woman with it, itself among them."""
    groups: dict[Id, set[Id]] = {}
    for first, second, _said in tied:
        joined = groups.get(first, {first}) | groups.get(second, {second})
        groups |= dict.fromkeys(joined, joined)
    return groups


def registered_once(here: Here) -> dict[Id, Id]:
    """Each registration that gave way -> the one that stands for it."""
    women = {record for record, said, _entries in here.records("participant") if not said.get("removed")}
    tied = ties(here)
    groups = groups_of(tied)
    gives_way = {second if said == "first" else first for first, second, said in tied}
    found = {}
    for one, group in groups.items():
        here_of_them = group & women
        stands = min(here_of_them - gives_way or here_of_them, default=one)
        if one in women and stands != one:
            found[one] = stands
    return found
