"""Over real stores: women who are moved to another facility, and women who were registered twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from reentry_desktop.actions import moves, same_woman, staff, transfers, women
from reentry_desktop.base.ids import Id
from reentry_desktop.records import Participant, SameWoman
from reentry_desktop.store import Store, Unit

from .over_stores_women import WithWomen
from .world import FACILITIES, site_of


class WithMoves(WithWomen):
    """Acts between facilities, and about two registrations. Each looks for a desk that can do it, from hers on."""

    def _from(self, name: str, store: Store) -> Iterator[Store]:
        """The facilities' desks, hers first."""
        if name in FACILITIES:
            yield store
        yield from (self.desks[one] for one in self.desks if one in FACILITIES and one != name)

    def _other_facilities(self, store: Store) -> list[Id]:
        own = self.name_of(store)
        return [self.desks[one].site for one in FACILITIES if one in self.desks and site_of(one) != site_of(own)]

    def _one_held(self, unit: Unit, b: int) -> Id | None:
        held = [woman for woman in self.women(unit) if moves.held(unit, woman).writable]
        return held[b % len(held)] if held else None

    def do_release(self, name: str, store: Store, b: int, c: int) -> None:
        for at in self._from(name, store):
            others = self._other_facilities(at)
            with at.work("release_record") as unit:
                if others and (woman := self._one_held(unit, b)):
                    transfers.release_record(unit, woman, others[c % len(others)], "Closer" if c % 3 else "")
                    return

    def do_take_over(self, name: str, store: Store, b: int, c: int) -> None:
        for at in self._from(name, store):
            with at.work("take_over") as unit:
                here = [one.id for one in moves.moves(unit).coming if one.state == "here"]
                if here:
                    transfers.take_over(unit, here[b % len(here)])
                    return

    def do_call_off(self, name: str, store: Store, b: int, c: int) -> None:
        """She stays after all, or is not asked for any more."""
        with store.work("call_off_move") as unit:
            known = moves.moves(unit)
            begun = [one.id for one in (*known.out, *known.asked) if one.state not in ("taken", "off", "void")]
            if begun:
                transfers.call_off_move(unit, begun[b % len(begun)])

    def do_night(self, name: str, store: Store, b: int, c: int) -> None:
        """A woman came before her record: she is registered at once, and it is asked for."""
        if name in FACILITIES:
            others = [one for one in self._from(name, store) if one.site != store.site]
            number = next(filter(None, (self._a_number(one, b) for one in others)), f"{name[0]}N{self.count}")
            with store.work("register") as unit:
                woman = women.register(unit, department_number=number, first_name="Anna", last_name="Sol")
            with store.work("ask_for_record") as unit, contextlib.suppress(IndexError):
                transfers.ask_for_record(unit, woman, others[b % len(others)].site if others and c % 2 else "")

    def _a_number(self, store: Store, b: int) -> str:
        with store.read() as unit:
            found = list(unit.session.scalars(sa.select(Participant.department_number)))
        return found[b % len(found)] if found else ""

    def do_answer(self, name: str, store: Store, b: int, c: int) -> None:
        """Whoever is asked for a record releases it, or says no."""
        for at in self._from(name, store):
            with at.work("release_record") as unit:
                asked = [one for one in moves.moves(unit).asked_here if one.state == "open"]
                woman = self._one_held(unit, b)
                if asked and woman and c % 4:
                    transfers.release_record(unit, woman, asked[0].site, request=asked[0].id)
                    return
                if asked:
                    transfers.refuse_record(unit, asked[0].id, "She is here")
                    return

    def do_policy(self, name: str, store: Store, b: int, c: int) -> None:
        """What the site keeps of women who move away is decided, once."""
        with store.work("set_site") as unit:
            if self.look_at(store).policy == "keep" and name in FACILITIES:
                staff.set_site(unit, after_move=("dates", "delete")[c % 2])

    # Registered twice

    def do_link(self, name: str, store: Store, b: int, c: int) -> None:
        """Two registrations are said to be one woman, or two."""
        with store.work("same_woman") as unit:
            here = self.women(unit)
            if len(here) < 2:
                return
            say = same_woman.two_women if c % 7 == 0 else same_woman.same_woman
            say(unit, here[b % len(here)], here[(b + 1 + c % (len(here) - 1)) % len(here)])

    def do_apart(self, name: str, store: Store, b: int, c: int) -> None:
        """It is taken back, or said again."""
        with store.work("take_apart") as unit:
            said = unit.all(sa.select(SameWoman).order_by(SameWoman.id))
            one = said[b % len(said)] if said else None
            if one is not None and c % 4 and not one.removed:
                same_woman.take_apart(unit, one.id)
            elif one is not None:
                same_woman.say_again(unit, one.id)
