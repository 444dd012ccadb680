"""The same acts over real encrypted stores, through the program's own actions, bundles and files."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reentry_desktop.actions import checking, keys, parting, restoring, setup, sync, women
from reentry_desktop.actions.registrations import gave_way, ids_of
from reentry_desktop.actions.sites import site_states, there_of_her
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import identity, incoming, joining, outgoing
from reentry_desktop.exchange.incoming import Taken
from reentry_desktop.records import Participant, Site, kinds
from reentry_desktop.records.change import Change, Place, from_payload
from reentry_desktop.records.local import Device
from reentry_desktop.records.transfer import may_write, moves_of
from reentry_desktop.store import Store

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, exchange_cards
from . import checks
from .checks import Look
from .oracle import Here
from .oracle_sharing import held_back
from .over_stores_moves import WithMoves
from .sticks import Stick, written_by
from .world import FACILITIES, NAMES, OFFICES, site_of

_HISTORY = "SELECT seq, device, number, record, participant, share, payload FROM entry ORDER BY seq"


@contextmanager
def offices(templates: dict[str, Template], folder: Path, sites: tuple[str, ...]) -> Iterator[Offices]:
    """The stores of a schedule, open; afterwards nothing is left of them."""
    world = Offices(templates, folder, sites)
    try:
        yield world
    finally:
        world.close()


def state_of_sites(base: Path) -> dict[str, Template]:
    """Facilities and offices that trust each other's cards, and a second PC of the first; closed."""
    made = {
        name: Template.make(base / f"{name}-0", "office" if name in OFFICES else "facility", name.title(), name)
        for name in NAMES
        if site_of(name) == name
    }
    stores = {name: template.open(base / name) for name, template in made.items()}
    exchange_cards(*stores.values())
    for store in stores.values():
        with store.work("set") as unit:  # what an office keeps for a facility is an act of its own
            unit.revise(Site, store.site, office_keeps="none")
    words = joining.write_file(stores["NORTH"], base / "joining")
    found = joining.read_file((base / "joining").read_bytes(), " ".join(words))
    second, kit = setup.create(setup.second_pc(base / "NORTH2", found, USER, PASSPHRASE), Clock())
    setup.test_kit(second, {part: kit.text(part).decode() for part in "ABC"})
    joined = Template(base / "NORTH2", second.keys, second.who.id, kit)
    for store in (second, *stores.values()):
        store.close()
    return {name: Template(base / name, t.keys, t.person, t.kit) for name, t in made.items()} | {"NORTH2": joined}


def quick_place() -> str | None:
    """A folder in memory, where this system has one with room: how slow a disk is says nothing here."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and shutil.disk_usage(place).free > 1 << 28 else None


class Offices(WithMoves):
    """Open stores, sticks on their way, and what may befall them."""

    facilities_meet = False

    def __init__(self, templates: dict[str, Template], folder: Path, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.templates, self.folder = templates, folder
        folder.mkdir()
        self.desks = {name: templates[name].open(folder / name, Clock()) for name in names}
        self.cards = {name: identity.own_card(store)[0] for name, store in self.desks.items()}
        self.kits = {name: templates[name].kit for name in names}
        self.versions = 3
        """How many programs take turns at writing bundles: this one, an older and a newer one."""
        self.read: dict[Path, int] = {}
        self.last: dict[tuple[str, str], Stick] = {}
        self.news: Counter[str] = Counter()
        """How many bundles each PC took in that had something new, or were the first of one that began anew."""
        self.heard: set[tuple[str, Path]] = set()
        self.codes: list[tuple[str, str, str]] = []
        """What offices read out by phone: to whom, who, and the code."""
        self._inboxes: dict[str, set[tuple[Id, str]]] = {}

    def close(self) -> None:
        for store in [*self.desks.values(), *([self.copy[1]] if self.copy else [])]:
            store.close()
        shutil.rmtree(self.folder)

    # How it is looked at

    def look(self) -> None:
        """What each author had on her desk is noted as she writes; each inbox is looked through."""
        for name, store in self.desks.items():
            with store.read() as unit:
                last = unit.connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one()
            if last == self.read.get(store.folder):  # nothing happens to a store without an entry
                continue
            noted = set(self.seen)
            look = self.look_at(store)
            checks.the_holder_wrote(look, self.seen.keys() - noted)
            self.had[name] |= look.held
            if not self.copied:
                checks.inbox_is_whole(look, look.history, self.seen, self.taken_back)
            self.asked += len(set(look.inbox) - self._inboxes.get(name, set()))
            self._inboxes[name] = set(look.inbox)

    def look_at(self, store: Store) -> Look:
        with store.read() as unit:
            run = unit.connection.exec_driver_sql
            history: dict[Id, dict[Place, Change]] = {}
            order: dict[Place, int] = {}
            gone: dict[Place, tuple[Id, str]] = {}
            noted = self.read.get(store.folder, 0)
            for seq, device, number, record, about, share, payload in run(_HISTORY):
                place = (device, number)
                order[place] = seq
                if payload is None:
                    gone[place] = (Id(about or ""), share)
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
            known = dict(unit.rows(sa.select(Device.device, Device.site)))
            others = {device: site for device, site in known.items() if site != store.site}
            beside = known.keys() - others.keys()
            called = run(
                "SELECT e.device, e.number, r.ended_on IS NULL FROM entry e JOIN recall r "
                "ON r.participant = e.participant JOIN recall_answer a ON a.recall = r.id WHERE a.site = ? "
                "AND e.share IN ('words', 'plan')", (store.site,),
            )  # fmt: skip
            ever = {(device, number): stands for device, number, stands in called if device in others}
            policy = str(unit.get(Site, store.site).after_move)

        def shown(record: Id) -> dict[str, Any] | None:
            row = None if record in waiting else rows.get(record)
            said = {name for change in history[record].values() for name in change.read_values()}
            return row and {name: row[name] for name in said if name in row and name != "heads"}

        def writes(woman: Id) -> bool:
            with store.read() as unit:
                return may_write(moves_of(unit.connection, woman, store.site), store.site)

        def stands_for() -> dict[Id, Id]:
            """The registrations that gave way; and no list shows one of them."""
            with store.read() as unit:
                away = gave_way(unit)
                assert away.keys().isdisjoint(row.id for row in women.search(unit, "", limit=500).rows)
                return away

        name = self.name_of(store)
        return Look(
            self.cards[name], Here(store.site, self.cards[name].kind, history, order, others, beside), inbox, shown,
            {place for place, stands in ever.items() if stands}, ever, gone, policy, writes, stands_for,
        )  # fmt: skip

    def pages_are_true(self, looks: dict[str, Look]) -> None:
        """Nothing waits for an office or is on its way there; what is said to stay is what it does not have."""
        for name, to in self.links:
            if name in OFFICES or to not in OFFICES or looks[name].here.beside:
                continue  # one of two PCs may not have heard yet what the other one brought there
            here, there, card = looks[name].here, looks[to], self.cards[to]
            kept = held_back(here, Id(card.site))
            with self.desks[name].read() as unit:
                for woman in here.history:
                    if unit.find(Participant, woman) is None:
                        continue
                    ids = ids_of(unit, woman)
                    (told,) = [one for one in there_of_her(unit, woman) if one.site == card.name]
                    hers = {place for place, of in kept.items() if of in ids}
                    assert (told.waiting, told.on_the_way) == (0, 0), f"{name} of {to}: {told}"
                    # Of a woman who came the office may have it from where she was.
                    assert len(hers - there.held) <= told.stays <= len(hers), f"{name} of {to}: {told}, {hers}"
                (site,) = [one for one in site_states(unit) if one.site == card.name]
                assert (site.waiting, site.unconfirmed) == (0, 0), f"{name} of {to}: {site.waiting}, {site.unconfirmed}"

    def assert_whole(self, desk: Store) -> None:
        assert_whole(desk)

    def up_to_date(self, desk: Store) -> None:
        self.do_believe("", desk, 0, 0)

    def has_news(self, name: str, to: str) -> bool:
        """Not where nothing has happened at a store since its last stick to the other, which was read there."""
        last = self.last.get((name, to))
        return last is None or not last.read or last.told != self._state(name)

    def _state(self, name: str) -> tuple[Any, ...]:
        """What changes with all that a bundle may tell: entries, what was erased, what came, what is carried, keys."""
        with self.desks[name].read() as unit:
            run = unit.connection.exec_driver_sql
            counts = run("SELECT count(payload), count(digest) FROM entry WHERE share <> 'site'").one()
            parcels = run("SELECT sha256, from_site FROM parcel ORDER BY sha256").all()
        return self.desks[name].folder, *counts, tuple(parcels), self.news[name], len(self.new_keys)

    # Sticks

    def do_cut(self, name: str, desk: Store, b: int, c: int) -> None:
        """A stick that lost the end of its file."""
        if self.letters:
            letter = self.letters[-1]
            part = self.folder / "cut.bundle"
            part.write_bytes(letter.file.read_bytes()[: -1 - b])
            store = self.desks[letter.to]
            before = self.look_at(store).held
            with store.read() as unit:
                came = sync.here_already(unit, [letter.file])
            (taken,) = sync.take_in(store, [part])
            status = incoming.ALREADY if came else incoming.SET_ASIDE
            assert (taken.status, self.look_at(store).held) == (status, before)

    def send(self, desk: Store, to: str) -> Stick:
        self.count += 1
        folder = self.folder / f"stick-{self.count}"
        folder.mkdir()
        with written_by(self.count % self.versions):
            sent = outgoing.send(desk, site_of(to), folder)
        name = self.name_of(desk)
        stick = Stick(name, to, sent.file, self.is_copy(desk))
        if not stick.by_copy:
            look = self.look_at(desk)
            sealed = [one for one in self.desks if (name, one) in self.meetings] if to in OFFICES else []
            for one in (to, *sealed):
                self.allowed[site_of(one)] |= look.may_leave(self.cards[one])
        self.letters.append(stick)
        self.last[name, to], stick.told = stick, self._state(name)
        return stick

    def do_phone(self, name: str, desk: Store, b: int, c: int) -> None:
        """An office reads out what has come from a facility, which types it in; or what it wrote down some time ago."""
        offices = [one for one in OFFICES if one in self.desks]
        facilities = [name] if name in FACILITIES else [one for one in FACILITIES if one in self.desks]
        facility, office = facilities[b % len(facilities)], offices[c % len(offices)]
        with self.desks[office].read() as unit:
            _number, code = sync.phone_code(unit, site_of(facility))
        self.codes.append((facility, office, code))
        facility, office, code = self.codes[-1 if c % 3 else b % len(self.codes)]
        with self.desks[facility].work("receipt_by_phone") as unit:
            sync.receipt_by_phone(unit, office, code)

    def deliver(self, letter: Stick, desk: Store | None = None) -> int:
        store = desk or self.desks[letter.to]
        same_site = site_of(letter.to) == site_of(letter.sender)
        before = self.look_at(store).held if same_site else set()
        answers = sync.take_in(store, [letter.file])
        letter.read |= answers[0].status in (incoming.APPLIED, incoming.ALREADY)
        of = (letter.to, letter.told[0])  # it may lack, by then, what it had confirmed
        self.news[letter.to] += sum(taken.changes > 0 for taken in answers) or of not in self.heard
        self.heard.add(of)
        if answers[0].status == incoming.APPLIED:
            self.copied |= letter.by_copy
        for taken in answers:
            if taken.status == incoming.SET_ASIDE and not self._is_expected(letter, taken):
                self.told.add((letter.to, letter.sender, taken.code))
        if same_site:  # everything goes, and there is always a new line of who did what
            return len(self.look_at(store).held - before)
        return sum(taken.changes for taken in answers)

    def _is_expected(self, letter: Stick, taken: Taken) -> bool:
        """Who is revoked is not believed; what was signed or sealed under keys of before comes once more."""
        if taken.code in ("keys-before", "bad-certificate", "old-key", "wrong-receiver"):
            return bool(self.new_keys)
        return taken.code == "revoked"

    # What befalls a PC

    def do_backup(self, name: str, desk: Store, b: int, c: int) -> None:
        self.count += 1
        self.saved[name] = self.folder / f"backup-{self.count}"
        checking.backup(self.desks[name], self.saved[name])

    def _lifts(self, name: str) -> bool:
        """Whether a revocation would be lost: whoever does not know of it cannot lift it."""
        with self.desks[name].read() as unit:
            began = unit.connection.exec_driver_sql("SELECT 1 FROM revocation").first()
        return name == OFFICES[0] and began is not None

    def do_restore(self, name: str, desk: Store, b: int, c: int) -> None:
        """The latest backup is laid out, as a new device. What was written since is lost here."""
        if name not in self.saved:
            name = next((name for name in self.saved if b % 2), name)
        if name in self.saved and not self._lifts(name):
            self._anew(name, lambda folder: restoring.restore(self.saved[name], folder, USER, PASSPHRASE, Clock()))

    def _anew(self, name: str, make: Callable[[Path], Store]) -> None:
        """That PC is lost, and another one takes its place."""
        self.desks[name].close()
        self.count += 1
        self.restored.add(name)
        self.desks[name] = make(self.folder / f"{name}-{self.count}")
        held = self.look_at(self.desks[name]).held
        self.had[name] &= held
        self.erased -= held  # a backup made before still holds what was taken back

    def do_clone(self, name: str, desk: Store, b: int, c: int) -> None:
        """Somebody copies the folder past the program: one device, two histories."""
        if self.copy is None and b % 4 == 0 and name not in self.restored:
            template = self.templates[name]
            store = self.desks[name]
            store.close()
            folder = shutil.copytree(store.folder, self.folder / "copy")
            self.desks[name] = template.open(store.folder, Clock())
            self.copy = (name, template.open(folder, Clock()))
            for one in (self.desks[name], self.copy[1]):
                self.do_look(name, one, 0, 0)

    def _try_the_copy(self, name: str, copy: Store) -> None:
        """By this program: the first one's bundles do not say where a chain ends, so a copy of before hears nothing.

        It may be all that hears: others find two histories where what both wrote can be compared.
        """
        self.versions = 1
        super()._try_the_copy(name, copy)
        self.versions = 3

    def part(self, name: str, copy: Store) -> None:
        """Whoever is told that it was copied goes on as a new device; then the work of both is everywhere."""
        if site_of(name) + "2" in self.desks or name.endswith("2"):
            return
        both = (self.desks[name], copy)
        for _round in range(4):
            for to in self.others(name):
                for store in both:
                    try:
                        self.deliver(self.send(store, to))
                        self.deliver(self.send(self.desks[to], name), store)
                    except Problem as problem:
                        assert problem.code == "revoked"  # noqa: PT017
                        return
                    with store.read() as unit:
                        told = [one for one in parting.copied(unit) if one.ours]
                    for _one in told:
                        parting.go_on(store)
                        self.assert_whole(store)
        for to in self.others(name):
            there = self.look_at(self.desks[to])
            for store in both:
                lacking = self.look_at(store).may_leave(self.cards[to]) - there.held - set(there.ever_deleted)
                assert not lacking, f"{to} never got of a copied {name}: {lacking}"

    # Keys

    def _has_one_pc(self, name: str) -> bool:
        """Of a site with two the second would have to join anew; a copied folder has the keys too."""
        return site_of(name) + "2" not in self.desks and self.copy is None

    def do_keys(self, name: str, desk: Store, b: int, c: int) -> None:
        """New keys of a site. A backup made before holds keys that nobody believes any more: it is of no use."""
        if self._has_one_pc(name):
            keys.renew(desk)
            self.new_keys.add(name)
            self.saved.pop(name, None)

    def do_restart(self, name: str, desk: Store, b: int, c: int) -> None:
        """A site lost its PC and has no backup: it begins anew, by two parts of its kit."""
        if not self._has_one_pc(name) or self._lifts(name):
            return
        card, before = identity.own_card(desk)
        parts = [self.kits[name].text(part).decode() for part in ("AB", "BC", "AC")[c % 3]]

        def make(folder: Path) -> Store:
            new = setup.NewStore(
                folder, card.kind, card.name, USER, PASSPHRASE, code=card.code, before=before, parts=parts
            )
            store, self.kits[name] = setup.create(new, Clock())
            setup.test_kit(store, {part: self.kits[name].text(part).decode() for part in "ABC"})
            for other in {site_of(one): one for one in self.desks if one != name}.values():
                theirs, data = identity.own_card(self.desks[other])
                with store.work("trust_card") as unit:
                    identity.trust(unit, theirs, data, " ".join(theirs.fingerprint))
            with store.work("set") as unit:
                unit.revise(Site, store.site, office_keeps="none")
            return store

        self._anew(name, make)
        self.new_keys.add(name)
        self.saved.pop(name, None)
