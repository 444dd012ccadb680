"""In memory: women who are moved to another facility, and women who were registered twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reentry_desktop.actions.registrations import gave_way
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.same_woman import id_of, in_order
from reentry_desktop.records.transfer import custody, moves_of

from .memory_women import WithWomen
from .post import DeskWithPost as Desk
from .world import FACILITIES, IDS, site_of

DAY = "2026-11-23"


class WithMoves(WithWomen):
    """Acts between facilities, and about two registrations. Each looks for a desk that can do it, from hers on."""

    def _from(self, name: str, desk: Desk) -> Iterator[tuple[str, Desk]]:
        """The facilities' desks, hers first."""
        if name in FACILITIES:
            yield name, desk
        yield from ((one, self.desks[one]) for one in self.desks if one in FACILITIES and one != name)

    def _transfers(self, desk: Desk) -> list[tuple[Id, dict[str, Any]]]:
        return [(one, desk.kept.folded[one].values) for one in desk.records("transfer")]

    def do_release(self, name: str, desk: Desk, b: int, c: int) -> None:
        for one, at in self._from(name, desk):
            held = [woman for woman in at.records("participant") if at.writes(woman)]
            if held:
                self._release(one, at, held[b % len(held)], c)
                return

    def _release(self, name: str, desk: Desk, woman: Id, c: int, request: Id = Id(""), to: Id = Id("")) -> None:
        others = [IDS[one] for one in FACILITIES if one in self.desks and IDS.get(one, desk.site) != desk.site]
        if others and desk.writes(woman):
            known = moves_of(desk.connection, woman, desk.site)  # type: ignore[arg-type]
            said = {
                "participant": woman, "from_site": desk.site, "to_site": to or others[c % len(others)],
                "released_on": DAY, "epoch": 1 + max((move.epoch for move in known), default=0), "answers": request,
            }  # fmt: skip
            desk.write("transfer", self.new_id(), said | ({"why": "Closer"} if c % 3 else {}), woman, new=True)

    def do_take_over(self, name: str, desk: Desk, b: int, c: int) -> None:
        for _one, at in self._from(name, desk):
            women = at.records("participant")
            for record, said in self._transfers(at):
                woman = said["participant"]
                coming = custody(moves_of(at.connection, woman, at.site)).coming  # type: ignore[arg-type]
                if coming is not None and (coming.id, coming.to_site) == (record, at.site) and woman in women:
                    at.revise(record, accepted_on=DAY)
                    at.revise(woman, site=at.site)
                    return

    def do_call_off(self, name: str, desk: Desk, b: int, c: int) -> None:
        """She stays after all, or is not asked for any more."""
        for record, said in self._transfers(desk):
            began = said["from_site"] if said.get("released_on") else said["to_site"]
            if began == desk.site and not said.get("accepted_on") and not said.get("called_off_on"):
                desk.revise(record, called_off_on=DAY)
                return

    def do_night(self, name: str, desk: Desk, b: int, c: int) -> None:
        """A woman came before her record: she is registered at once, and it is asked for."""
        if name in FACILITIES:
            self.do_register(name, desk, b, c)
            woman = desk.records("participant")[-1]
            said = {"participant": woman, "to_site": desk.site, "asked_on": DAY, "name": "Ana"}
            of = [IDS[one] for one in FACILITIES if one in self.desks and IDS.get(one, desk.site) != desk.site]
            if of and c % 2:
                said["from_site"] = of[b % len(of)]
            desk.write("transfer", self.new_id(), said, woman, new=True)

    def do_answer(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Whoever is asked for a record releases it, or says no."""
        for one, at in self._from(name, desk):
            held = [woman for woman in at.records("participant") if at.writes(woman)]
            for request, said in self._transfers(at):
                asked = not said.get("released_on") and said["to_site"] != at.site and not said.get("refused_on")
                if held and asked and said.get("from_site", "") in ("", at.site):
                    if c % 4:
                        self._release(one, at, held[b % len(held)], c, request, said["to_site"])
                    else:
                        at.revise(request, refused_on=DAY, refused_why="She is here")
                    return

    def do_policy(self, name: str, desk: Desk, b: int, c: int) -> None:
        """What the site keeps of women who move away is decided, once."""
        if desk.kept.policy == "keep":
            for one, at in self.desks.items():
                if site_of(one) == site_of(name):
                    at.kept.policy = ("dates", "delete")[c % 2]
                at.version += 1  # the program writes it down for all: the next stick from any of them carries it out

    # Registered twice

    def do_link(self, name: str, desk: Desk, b: int, c: int) -> None:
        """Two registrations are said to be one woman, or two."""
        women = desk.records("participant")
        if len(women) < 2:
            return
        away = gave_way(desk)  # type: ignore[arg-type]
        one, other = women[b % len(women)], women[(b + 1 + c % (len(women) - 1)) % len(women)]
        one, other = away.get(one, one), away.get(other, other)
        if one == other:
            raise Problem("", code="same")
        record, (first, second) = id_of(one, other), in_order(one, other)
        said = "two" if c % 7 == 0 else "first" if first == one else "second"
        if record in desk.kept.folded:
            desk.revise(record, settle=True, said=said, removed=False)
        else:
            values = {"participant": first, "other": second, "said": said, "found_by": "person"}
            desk.write("same_woman", record, values, first, new=True)

    def do_apart(self, name: str, desk: Desk, b: int, c: int) -> None:
        """It is taken back, or said again."""
        if link := self.one(desk, "same_woman", b):
            desk.revise(link, removed=c % 4 > 0)
