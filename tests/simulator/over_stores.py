"""The same acts over real encrypted stores, through the program's own actions, bundles and files."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from reentry_desktop.actions import (
    checking,
    conflicts,
    enrolling,
    parting,
    plans,
    recalling,
    setup,
    sync,
    taking_back,
    trust,
    women,
)
from reentry_desktop.base.ids import Id, new_id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import identity, incoming, outgoing
from reentry_desktop.records import Participant, PlanItem, kinds
from reentry_desktop.records.change import Change, Place, from_payload
from reentry_desktop.records.local import Device
from reentry_desktop.store import Store, Unit, log
from reentry_desktop.store.projection import Intake

from ..stores import DAY, PASSPHRASE, USER, Clock, Template, assert_whole, done_for_now, exchange_cards
from . import checks
from .acts import Step
from .checks import Look
from .memory import FACILITIES, LINKS, NAMES, OFFICES

# What a person is told and takes for an answer.
_ANSWERS = ("refused", "open", "enrol", "limits", "released", "pick", "behind", "revoked", "not-found")
_HISTORY = "SELECT seq, device, number, record, payload FROM entry ORDER BY seq"


@contextmanager
def offices(templates: dict[str, Template], folder: Path, sites: int) -> Iterator[Offices]:
    """The stores of a schedule, open; afterwards nothing is left of them."""
    world = Offices(templates, folder, sites)
    try:
        yield world
    finally:
        world.close()


def quartet(base: Path) -> dict[str, Template]:
    """Two facilities and two offices that trust each other's cards, closed."""
    made = {
        name: Template.make(base / f"{name}-0", "office" if name in OFFICES else "facility", name.title(), name)
        for name in NAMES
    }
    stores = {name: template.open(base / name) for name, template in made.items()}
    exchange_cards(*stores.values())
    for store in stores.values():
        store.close()
    return {name: Template(base / name, t.keys, t.person, t.kit) for name, t in made.items()}


class Letter:
    """A bundle on a stick."""

    def __init__(self, sender: str, to: str, file: Path, *, by_copy: bool) -> None:
        self.sender, self.to, self.file, self.by_copy = sender, to, file, by_copy


class Offices:
    """Open stores, sticks on their way, and what may befall them."""

    def __init__(self, templates: dict[str, Template], folder: Path, sites: int) -> None:
        self.templates, self.folder = templates, folder
        folder.mkdir()
        self.stores = {name: templates[name].open(folder / name, Clock()) for name in NAMES[:sites]}
        self.cards = {name: identity.own_card(store)[0] for name, store in self.stores.items()}
        self.links = [(a, b) for a, b in LINKS if a in self.stores and b in self.stores]
        self.letters: list[Letter] = []
        self.seen: dict[Place, frozenset[Place]] = {}
        self.read: dict[Path, int] = {}
        self.allowed: dict[tuple[str, str], set[Place]] = {}
        self.erased: set[Place] = set()
        self.saved: dict[str, Path] = {}
        self.restored: set[str] = set()
        self.copy: tuple[str, Store] | None = None
        self.copied = False
        self.told: set[tuple[str, str, str]] = set()
        self.count = 0
        self.asked = 0
        self._inboxes: dict[str, set[tuple[Id, str]]] = {}

    def close(self) -> None:
        for store in [*self.stores.values(), *([self.copy[1]] if self.copy else [])]:
            store.close()
        shutil.rmtree(self.folder)

    def step(self, step: Step) -> None:
        act, a, b, c = step
        name = list(self.stores)[a % len(self.stores)]
        store = self.stores[name]
        if self.copy is not None and self.copy[0] == name and a & 64:  # whoever has the copy goes on with it
            store = self.copy[1]
        try:
            getattr(self, f"do_{act}")(name, store, b, c)
        except Problem as problem:
            assert problem.code in _ANSWERS, problem.sentence  # noqa: PT017
        self.look()

    # How it is looked at

    def look(self) -> None:
        """What each author had on her desk is noted as she writes; each inbox is looked through."""
        for name, store in self.stores.items():
            with store.read() as unit:
                last = unit.connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one()
            if last == self.read.get(store.folder):  # nothing happens to a store without an entry
                continue
            look = self._look(store)
            if not self.copied:
                checks.inbox_is_whole(look, look.history, self.seen)
            self.asked += len(set(look.inbox) - self._inboxes.get(name, set()))
            self._inboxes[name] = set(look.inbox)

    def _look(self, store: Store) -> Look:
        with store.read() as unit:
            run = unit.connection.exec_driver_sql
            history: dict[Id, dict[Place, Change]] = {}
            order: dict[Place, int] = {}
            noted = self.read.get(store.folder, 0)
            for seq, device, number, record, payload in run(_HISTORY):
                place = (device, number)
                order[place] = seq
                if record is None or payload is None:
                    continue
                change = from_payload(payload)
                if not change.depth:
                    continue
                entries = history.setdefault(record, {})
                if device == store.device and seq > noted:
                    self.seen[place] = frozenset(p for p, other in entries.items() if other.share == change.share)
                entries[place] = change
            self.read[store.folder] = max(order.values(), default=0)
            inbox = {(Id(record), name) for record, name in run("SELECT record, field FROM conflict")}
            waiting = set(run("SELECT record FROM waiting").scalars())
            rows: dict[Id, dict[str, Any]] = {}
            for kind in {change.kind for entries in history.values() for change in entries.values()} & kinds().keys():
                rows |= {row["id"]: dict(row) for row in run(f'SELECT * FROM "{kind}"').mappings()}
            others = set(unit.session.scalars(sa.select(Device.device).where(Device.site != store.site)))
            ours = {device for device, _number in order} - others
            called = run(
                "SELECT e.device, e.number FROM entry e JOIN recall r ON r.participant = e.participant "
                "JOIN recall_answer a ON a.recall = r.id WHERE a.site = ? AND r.ended_on IS NULL "
                "AND e.share IN ('words', 'plan')", (store.site,),
            )  # fmt: skip
            deleted = {(device, number) for device, number in called if device in others}

        def shown(record: Id) -> dict[str, Any] | None:
            row = None if record in waiting else rows.get(record)
            said = {name for change in history[record].values() for name in change.read_values()}
            return row and {name: row[name] for name in said if name in row and name != "heads"}

        return Look(self.cards[self._name(store)], history, order, inbox, shown, ours, deleted)

    def _name(self, store: Store) -> str:
        return next(name for name, card in self.cards.items() if card.site == store.site)

    def _women(self, unit: Unit) -> list[Id]:
        return list(unit.session.scalars(sa.select(Participant.id).order_by(Participant.department_number)))

    @contextmanager
    def _woman(self, store: Store, b: int, act: str) -> Iterator[tuple[Unit, Id]]:
        with store.work(act) as unit:
            found = self._women(unit)
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
            with self._woman(store, b, "enrol") as (unit, woman):
                if (episode := women.current_episode(unit, woman)) and episode.agreed_on is None:
                    enrolling.enrol(unit, episode.id, agreed_on=DAY, on=DAY)

    def do_correct(self, name: str, store: Store, b: int, c: int) -> None:
        with self._woman(store, b, "correct") as (unit, woman):
            field = ("unit", "first_name", "county_of_return", "preferred_name")[c % 4]
            women.correct(unit, woman, **{field: f"value {c // 4 % 3}"})

    def do_clash(self, name: str, store: Store, b: int, c: int) -> None:
        """The same field at two sites, unaware of each other; or a removal beside a change."""
        others = [other for other in self.stores.values() if other is not store and other.device != store.device]
        other = others[b % len(others)]
        with self._woman(store, b, "correct") as (unit, woman), other.work("correct") as there:
            if there.find(Participant, woman) is None:
                return
            women.correct(there, woman, unit=f"Wing {c % 3}")
            if c % 5 == 0:
                unit.remove(Participant, woman)
            else:
                women.correct(unit, woman, unit=f"Ward {c % 3}")

    def do_next_step(self, name: str, store: Store, b: int, c: int) -> None:
        with self._woman(store, b, "set_next_step") as (unit, woman):
            if episode := women.current_episode(unit, woman):
                enrolling.set_next_step(unit, episode.id, f"step {c % 4}", DAY)

    def _items(self, unit: Unit) -> list[PlanItem]:
        return list(unit.all(sa.select(PlanItem).order_by(PlanItem.id)))

    def do_item(self, name: str, store: Store, b: int, c: int) -> None:
        with self._woman(store, b, "change_item") as (unit, woman):
            items = self._items(unit)
            if items and c % 3:
                plans.revise_item(unit, items[b % len(items)].id, words=f"words {c % 5}", removed=False)
            else:
                plans.add_item(unit, plans.start_plan(unit, woman), "tools", words="Rest")

    def do_done(self, name: str, store: Store, b: int, c: int) -> None:
        with self._woman(store, b, "done") as (unit, woman):
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
        if name not in self.restored and store is self.stores[name]:
            self.erased |= gone

    def _entries_of(self, unit: Unit, record: Id) -> set[Place]:
        rows = "SELECT device, number FROM entry WHERE record = ? AND payload IS NOT NULL"
        return {(device, number) for device, number in unit.connection.exec_driver_sql(rows, (record,))}

    def do_remove(self, name: str, store: Store, b: int, c: int) -> None:
        with self._woman(store, b, "remove") as (unit, woman):
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
        """A newer program wrote a kind of record that this one does not know."""
        with self._woman(store, b, "newer") as (unit, woman):
            change = Change(
                at="2031-01-01T00:00:00.000Z", act="create", kind="session_of_2031", record=new_id(), share="dates",
                participant=woman, depth=1, new=True, values=msgspec.Raw(b'{"minutes":45}'),
            )  # fmt: skip
            end = log.append(unit.connection, store.device, log.head(unit.connection, store.device), change)
            intake = Intake(unit.connection)
            intake.apply([((store.device, end.number), change)])
            intake.finish()

    def do_look(self, name: str, store: Store, b: int, c: int) -> None:
        with store.work("look") as unit:
            unit.tell()

    def do_clock(self, name: str, store: Store, b: int, c: int) -> None:
        store.clock = Clock(dt.datetime((1980, 2026, 2099)[c % 3], 1 + b % 12, 1, tzinfo=dt.UTC))

    def do_update(self, name: str, store: Store, b: int, c: int) -> None:
        """An update makes the tables anew from the log."""
        from reentry_desktop.store.rebuild import rebuild

        with store.work("update") as unit:
            rebuild(unit.connection)

    # What she lets out, and calls back

    def do_episode(self, name: str, store: Store, b: int, c: int) -> None:
        if name in FACILITIES:
            with self._woman(store, b, "enrol") as (unit, woman):
                if episode := women.current_episode(unit, woman):
                    enrolling.close(unit, episode.id, DAY, "completed")
                    again = enrolling.offer(unit, woman, episode.program, DAY + dt.timedelta(days=c % 28))
                    recalling.share(unit, again, ("dates", "words")[c % 2])

    def do_share(self, name: str, store: Store, b: int, c: int) -> None:
        if name in FACILITIES:
            with self._woman(store, b, "share") as (unit, woman):
                if episode := women.current_episode(unit, woman):
                    recalling.share(unit, episode.id, "words" if episode.office_has == "dates" else "dates")

    def do_delete(self, name: str, store: Store, b: int, c: int) -> None:
        """Whoever is asked to delete words does so."""
        for one in [store, *self.stores.values()]:
            with one.work("delete_here") as unit:
                asked = recalling.to_delete(unit)
                if asked:
                    recalling.delete_here(unit, asked[0].recall)
                    break

    def do_revoke(self, name: str, store: Store, b: int, c: int) -> None:
        """The first office says that a site's PC is not to be believed."""
        of = list(self.stores)[b % len(self.stores)]
        if name == OFFICES[0] and of != name:
            with store.work("revoke") as unit:
                trust.revoke(unit, of, "", "lost", DAY)

    def do_believe(self, name: str, store: Store, b: int, c: int) -> None:
        if self._name(store) == OFFICES[0]:
            with store.work("believe") as unit:
                for revocation in trust.revocations(unit):
                    trust.trust_again(unit, revocation.id)

    # Sticks

    def _others(self, name: str) -> list[str]:
        return [to for sender, to in self.links if sender == name]

    def do_send(self, name: str, store: Store, b: int, c: int) -> None:
        self.send(store, self._others(name)[b % len(self._others(name))])

    def do_deliver(self, name: str, store: Store, b: int, c: int) -> None:
        """Any stick there ever was: late, out of its turn, or once more."""
        if self.letters:
            self.deliver(self.letters[-1 - b % len(self.letters)])

    def do_pass(self, name: str, store: Store, b: int, c: int) -> None:
        self.deliver(self.send(store, self._others(name)[b % len(self._others(name))]))

    def do_cut(self, name: str, store: Store, b: int, c: int) -> None:
        """A stick that lost the end of its file."""
        if self.letters:
            letter = self.letters[-1]
            part = self.folder / "cut.bundle"
            part.write_bytes(letter.file.read_bytes()[: -1 - b])
            store = self.stores[letter.to]
            before = self._look(store).held
            (taken,) = sync.take_in(store, [part])
            assert (taken.status, self._look(store).held) == (incoming.SET_ASIDE, before)

    def send(self, store: Store, to: str) -> Letter:
        """Raises ``Problem`` where this site was revoked."""
        self.count += 1
        folder = self.folder / f"stick-{self.count}"
        folder.mkdir()
        by_copy = self.copy is not None and store is self.copy[1]
        sent = outgoing.send(store, to, folder)
        name = self._name(store)
        letter = Letter(name, to, sent.file, by_copy=by_copy)
        if not by_copy:
            self.allowed.setdefault((name, to), set()).update(self._look(store).may_leave(self.cards[to]))
        self.letters.append(letter)
        return letter

    def deliver(self, letter: Letter, store: Store | None = None) -> int:
        """Returns how many entries were new."""
        (taken, *more) = sync.take_in(store or self.stores[letter.to], [letter.file])
        if taken.status == incoming.APPLIED:
            self.copied |= letter.by_copy
        elif taken.status == incoming.SET_ASIDE and taken.code != "revoked":
            self.told.add((letter.to, letter.sender, taken.code))
        return taken.changes + sum(one.changes for one in more)

    # What befalls a PC

    def do_backup(self, name: str, store: Store, b: int, c: int) -> None:
        self.count += 1
        self.saved[name] = self.folder / f"backup-{self.count}"
        checking.backup(self.stores[name], self.saved[name])

    def do_restore(self, name: str, store: Store, b: int, c: int) -> None:
        """The latest backup is laid out, as a new device. What was written since is lost here."""
        if name not in self.saved:
            name = next((name for name in self.saved if b % 2), name)
        with self.stores[name].read() as unit:
            lifts = name == OFFICES[0] and unit.connection.exec_driver_sql("SELECT 1 FROM revocation").first()
        if name in self.saved and not lifts:
            self.stores.pop(name).close()
            self.count += 1
            self.restored.add(name)
            store = setup.restore(self.saved[name], self.folder / f"{name}-{self.count}", USER, PASSPHRASE, Clock())
            self.stores = {one: store if one == name else self.stores[one] for one in self.cards}
            self.erased -= self._look(store).held  # a backup made before still holds what was taken back

    def do_clone(self, name: str, store: Store, b: int, c: int) -> None:
        """Somebody copies the folder past the program: one device, two histories."""
        if self.copy is None and b % 4 == 0 and name not in self.restored:
            template = self.templates[name]
            store = self.stores[name]
            store.close()
            folder = shutil.copytree(store.folder, self.folder / "copy")
            self.stores[name] = template.open(store.folder, Clock())
            self.copy = (name, template.open(folder, Clock()))
            for one in (self.stores[name], self.copy[1]):
                self.do_look(name, one, 0, 0)

    # When all is over

    def finish(self) -> None:
        """Everybody hears of everything; then it is looked at whether all is as it must be."""
        for store in self.stores.values():
            self.do_believe("", store, 0, 0)
        self.look()
        if self.count % 2:  # the sticks that were lost are found, the newest first
            for letter in reversed(self.letters):
                self.deliver(letter)
                self.look()
        checks.come_to_rest(self.everybody_sends)
        if self.copy is None:
            assert not self.told, f"somebody was told of what is not so: {self.told}"
        else:
            self._try_the_copy(*self.copy)
            if self.copy[0] not in self.restored:  # a new device by then: the copy alone goes on as the old one
                checks.copies_are_told(self.told, self.copy[0])
                self._part(*self.copy)
        for store in self.stores.values():
            assert_whole(store)
        if self.copied:
            return
        looks = {name: self._look(store) for name, store in self.stores.items()}
        for sender, receiver in self.links:
            checks.has_what_it_may(looks[sender], looks[receiver], self.allowed.get((sender, receiver), ()))
        for name, look in looks.items():
            assert not self.erased & look.held, f"what was taken back is at {name}"
        checks.all_agree(list(looks.values()))

    def everybody_sends(self) -> int:
        """Returns how much of it was news."""
        news = 0
        for name, to in self.links:
            try:
                news += self.deliver(self.send(self.stores[name], to))
            except Problem as problem:
                assert problem.code == "revoked"  # noqa: PT017
                news += 1
            self.look()
        return 0 if self.copied else news

    def _try_the_copy(self, name: str, copy: Store) -> None:
        """Both histories go everywhere, and everything comes to both."""
        for to in self._others(name):
            for store in (self.stores[name], copy):
                self.do_believe("", store, 0, 0)
                for sender, receiver, at in ((store, to, None), (self.stores[to], name, store)):
                    try:
                        self.deliver(self.send(sender, receiver), at)
                    except Problem as problem:
                        assert problem.code == "revoked"  # noqa: PT017

    def _part(self, name: str, copy: Store) -> None:
        """Whoever is told that it was copied goes on as a new device; then the work of both is everywhere."""
        both = (self.stores[name], copy)
        for _round in range(4):
            for to in self._others(name):
                for store in both:
                    try:
                        self.deliver(self.send(store, to))
                        self.deliver(self.send(self.stores[to], name), store)
                    except Problem as problem:
                        assert problem.code == "revoked"  # noqa: PT017
                        return
                    with store.read() as unit:
                        told = [one for one in parting.copied(unit) if one.ours]
                    for _one in told:
                        parting.go_on(store)
                        assert_whole(store)
        for to in self._others(name):
            there = self._look(self.stores[to])
            assert_whole(self.stores[to])
            for store in both:
                lacking = self._look(store).may_leave(self.cards[to]) - there.held - set(there.deleted)
                assert not lacking, f"{to} never got of a copied {name}: {lacking}"
