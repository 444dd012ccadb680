"""Over real stores: what is written about women, what they let out, and what they call back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from reentry_desktop.actions import conflicts, enrolling, plans, recalling, taking_back, trust, women
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.records import Participant, PlanItem
from reentry_desktop.records.change import Place
from reentry_desktop.records.transfer import why_not_ours
from reentry_desktop.store import Store, Unit
from reentry_desktop.store.rebuild import rebuild

from ..newer import write_as_newer
from ..stores import DAY, Clock, done_for_now
from .sticks import Stick
from .world import FACILITIES, OFFICES, Sites, site_of


class WithWomen(Sites[Store, Stick]):
    """Acts at one desk."""

    def women(self, unit: Unit) -> list[Id]:
        return list(unit.session.scalars(sa.select(Participant.id).order_by(Participant.department_number)))

    @contextmanager
    def woman(self, store: Store, b: int, act: str) -> Iterator[tuple[Unit, Id]]:
        with store.work(act) as unit:
            found = self.women(unit)
            if not found:
                raise Problem("", code="not-found")
            yield unit, found[b % len(found)]

    # Writing

    def do_register(self, name: str, store: Store, b: int, c: int) -> None:
        if name in OFFICES:
            return
        self.count += 1
        with store.work("register") as unit:
            program = enrolling.add_program(unit, name="Bridges")
            number = f"{name[0]}{self.count}"
            woman = women.register(unit, department_number=number, first_name="Ana", last_name="Sol", site=store.site)
            episode = enrolling.offer(unit, woman, program, DAY)
            enrolling.told_limits(unit, episode, DAY, "en")
            if c % 4:
                enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY, office_has=("dates", "words")[b % 2])
            if c % 3:
                plan = plans.start_plan(unit, woman)
                plans.add_item(unit, plan, "tools", words="Walk")
                if c % 3 == 1:
                    done_for_now(unit, plan)

    def do_agree(self, name: str, store: Store, b: int, c: int) -> None:
        if name in FACILITIES:
            with self.woman(store, b, "enrol") as (unit, woman):
                if (episode := women.current_episode(unit, woman)) and episode.agreed_on is None:
                    enrolling.enrol(unit, episode.id, agreed_on=DAY, on=DAY)

    def do_correct(self, name: str, store: Store, b: int, c: int) -> None:
        with self.woman(store, b, "correct") as (unit, woman):
            field = ("unit", "first_name", "county_of_return", "preferred_name")[c % 4]
            women.correct(unit, woman, **{field: f"value {c // 4 % 3}"})

    def do_clash(self, name: str, store: Store, b: int, c: int) -> None:
        """The same field at two sites, unaware of each other; or a removal beside a change."""
        others = [other for other in self.desks.values() if other is not store and other.device != store.device]
        other = others[b % len(others)]
        with self.woman(store, b, "correct") as (unit, woman), other.work("correct") as there:
            if there.find(Participant, woman) is None:
                return
            women.correct(there, woman, unit=f"Wing {c % 3}")
            if c % 5 == 0:
                unit.remove(Participant, woman)
            else:
                women.correct(unit, woman, unit=f"Ward {c % 3}")

    def do_next_step(self, name: str, store: Store, b: int, c: int) -> None:
        with self.woman(store, b, "set_next_step") as (unit, woman):
            if episode := women.current_episode(unit, woman):
                enrolling.set_next_step(unit, episode.id, f"step {c % 4}", DAY)

    def _items(self, unit: Unit) -> list[PlanItem]:
        return list(unit.all(sa.select(PlanItem).order_by(PlanItem.id)))

    def do_item(self, name: str, store: Store, b: int, c: int) -> None:
        with self.woman(store, b, "change_item") as (unit, woman):
            items = self._items(unit)
            if items and c % 3:
                plans.revise_item(unit, items[b % len(items)].id, words=f"words {c % 5}", removed=False)
            else:
                plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Rest")

    def do_done(self, name: str, store: Store, b: int, c: int) -> None:
        with self.woman(store, b, "done") as (unit, woman):
            done_for_now(unit, plans.start_plan(unit, woman))

    def do_take_back(self, name: str, store: Store, b: int, c: int) -> None:
        """Words since her plan was last done for now are erased where they were written."""
        with store.work("take_back") as unit:
            items = self._items(unit)
            if not items:
                return
            item = items[b % len(items)]
            before = self._entries_of(unit, item.id)
            if taking_back.can_take_back(unit, item.participant, item.id):
                taking_back.take_back(unit, item.participant, item.id)
            gone = before - self._entries_of(unit, item.id)
        self.note_taken_back(name, store, gone)

    def _entries_of(self, unit: Unit, record: Id) -> set[Place]:
        rows = "SELECT device, number FROM entry WHERE record = ? AND payload IS NOT NULL"
        return {(device, number) for device, number in unit.connection.exec_driver_sql(rows, (record,))}

    def do_remove(self, name: str, store: Store, b: int, c: int) -> None:
        with self.woman(store, b, "remove") as (unit, woman):
            items = self._items(unit)
            if items and c % 2:
                plans.remove_item(unit, items[b % len(items)].id)
            elif not c % 2:
                unit.remove(Participant, woman)

    def do_settle(self, name: str, store: Store, b: int, c: int) -> None:
        with store.work("settle") as unit:
            if found := conflicts.inbox(unit):
                one = found[b % len(found)]
                conflicts.settle_conflict(
                    unit, one.record, one.field, (conflicts.OURS, conflicts.THEIRS)[c % 2], pick=1
                )

    def do_newer(self, name: str, store: Store, b: int, c: int) -> None:
        """A newer program wrote a kind of record, of dates or of words, or a field that this one does not know."""
        with self.woman(store, b, "newer") as (unit, woman):
            if why_not_ours(unit.connection, woman, store.site):
                return
            items = [one.id for one in self._items(unit) if one.participant == woman]
            if c % 4 == 0:
                write_as_newer(unit, "session_of_2031", new_id(), woman, "dates", {"minutes": c})
            elif c % 4 == 1:
                write_as_newer(unit, "letter_of_2031", new_id(), woman, "words", {"text": "Dear"})
            elif c % 4 == 2 and items:
                said = {"mood": c // 4 % 3, "words": f"Run {c % 5}"}
                write_as_newer(unit, "plan_item", items[0], woman, "plan", said)
            else:
                write_as_newer(unit, "participant", woman, woman, "dates", {"favorite_color": c // 4 % 3})

    def do_look(self, name: str, store: Store, b: int, c: int) -> None:
        with store.work("look") as unit:
            unit.tell()

    def do_clock(self, name: str, store: Store, b: int, c: int) -> None:
        store.clock = Clock(dt.datetime((1980, 2026, 2099)[c % 3], 1 + b % 12, 1, tzinfo=dt.UTC))

    def do_update(self, name: str, store: Store, b: int, c: int) -> None:
        """An update makes the tables anew from the log."""
        with store.work("update") as unit:
            rebuild(unit.connection)

    # What she lets out, and calls back

    def do_episode(self, name: str, store: Store, b: int, c: int) -> None:
        if name in FACILITIES:
            with self.woman(store, b, "enrol") as (unit, woman):
                if episode := women.current_episode(unit, woman):
                    enrolling.close(unit, episode.id, DAY, "completed")
                    again = enrolling.offer(unit, woman, episode.program, DAY + dt.timedelta(days=c % 28))
                    recalling.share(unit, again, ("dates", "words")[c % 2])

    def do_share(self, name: str, store: Store, b: int, c: int) -> None:
        if name in FACILITIES:
            with self.woman(store, b, "share") as (unit, woman):
                if episode := women.current_episode(unit, woman):
                    recalling.share(unit, episode.id, "words" if episode.office_has == "dates" else "dates")

    def do_delete(self, name: str, store: Store, b: int, c: int) -> None:
        """Whoever is asked to delete words does so."""
        for one in [store, *self.desks.values()]:
            with one.work("delete_here") as unit:
                asked = recalling.to_delete(unit)
                if asked:
                    recalling.delete_here(unit, asked[0].recall)
                    break

    def do_revoke(self, name: str, store: Store, b: int, c: int) -> None:
        """The first office says that a site's PC is not to be believed."""
        of = list(self.desks)[b % len(self.desks)]
        if name == OFFICES[0] and of != name:
            with store.work("revoke") as unit:
                trust.revoke(unit, site_of(of), "", "lost", DAY)

    def do_believe(self, name: str, store: Store, b: int, c: int) -> None:
        if self.name_of(store) == OFFICES[0]:
            with store.work("believe") as unit:
                for revocation in trust.revocations(unit):
                    trust.trust_again(unit, revocation.id)
