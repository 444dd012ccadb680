"""Two facilities and two offices: random acts, random bundles, any order of delivery, clocks off by years.

At the end all has been delivered. Then each store is whole, both offices are equal, and each office holds exactly what
the rule of sharing let out of the others at some moment. The simulator (``tests/simulator``) plays more of a state;
this one also counts what each bundle says it brings, and what its preview and its trial say.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import enrolling, plans, recalling, taking_back, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Enrolment, Participant, PlanItem, PlanVersion
from reentry_desktop.records.change import Place
from reentry_desktop.store import Store

from ..stores import Clock, Template, assert_whole, conflicts, done_for_now, exchange_cards, tables

DAY = dt.date(2026, 11, 1)
NAMES = ("NORTH", "SOUTH", "OFFICE", "SECOND")
FACILITIES, OFFICES = NAMES[:2], NAMES[2:]


@pytest.fixture(scope="module")
def quartet(
    facility_template: Template, office_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Template]:
    """Two facilities and two offices that trust each other's cards, closed."""
    base = tmp_path_factory.mktemp("quartet")
    made = {
        "NORTH": facility_template,
        "SOUTH": Template.make(base / "south-0", "facility", "South Facility", "SOUTH"),
        "OFFICE": office_template,
        "SECOND": Template.make(base / "second-0", "office", "Second Office", "SECOND"),
    }
    stores = {name: template.open(base / name) for name, template in made.items()}
    exchange_cards(*stores.values())
    for store in stores.values():
        store.close()
    return {name: Template(base / name, t.keys, t.person, t.kit) for name, t in made.items()}


@dataclass
class Letter:
    """A bundle on a stick: the entries in it, all that is there once it arrived, and what it says was received."""

    sender: str
    to: str
    number: int
    file: Path
    places: set[Place]
    whole: set[Place]
    receipt: Letter | None


@dataclass
class Play:
    """Four stores, sticks on their way, and what should have arrived."""

    stores: dict[str, Store]
    folder: Path
    clocks: dict[str, Clock]
    letters: list[Letter] = field(default_factory=list)
    arrived: dict[str, set[Place]] = field(default_factory=lambda: {name: set() for name in NAMES})
    known: dict[tuple[str, str], set[Place]] = field(default_factory=dict)
    """(sender, receiver) -> what the sender was told that the receiver has."""
    latest: dict[tuple[str, str], Letter] = field(default_factory=dict)
    """(receiver, sender) -> the newest letter of that sender that was taken in."""
    count: int = 0
    seen: set[tuple[str, ...]] = field(default_factory=set)
    gaps: set[tuple[str, int, int]] = field(default_factory=set)

    def step(self, act: str, a: int, b: int, c: int) -> None:
        name = NAMES[a % 4]
        store = self.stores[name]
        try:
            getattr(self, f"do_{act}")(name, store, b, c)
        except Problem as problem:
            assert problem.code in ("refused", "open", "enrol", "limits"), problem.sentence  # noqa: PT017

    def _woman(self, store: Store, b: int) -> Id | None:
        with store.read() as unit:
            found = unit.session.scalars(sa.select(Participant.id).order_by(Participant.department_number)).all()
        return found[b % len(found)] if found else None

    # The acts

    def do_register(self, name: str, store: Store, b: int, c: int) -> None:
        if name in OFFICES:
            return
        self.count += 1
        with store.work("register") as unit:
            program = enrolling.add_program(unit, name="Bridges")
            woman = women.register(unit, department_number=f"{name[0]}{self.count}", first_name="Ana", last_name="Sol")
            episode = enrolling.offer(unit, woman, program, DAY)
            enrolling.told_limits(unit, episode, DAY, "en")
            share = ("dates", "words")[b % 2]
            enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY, office_has=share)
            if c % 2:
                plan = plans.start_plan(unit, woman)
                plans.add_item(unit, plan, "tools", words="Walk")
                done_for_now(unit, plan)

    def do_write(self, name: str, store: Store, b: int, c: int) -> None:
        woman = self._woman(store, b)
        if woman is None:
            return
        with store.work("write") as unit:
            plan = plans.start_plan(unit, woman)
            if c % 3 == 0:
                plans.answer(unit, plan, "well", f"words {c}")
            elif c % 3 == 1:
                plans.add_item(unit, plan, "tools", words=f"tool {c}")
                if c % 2:
                    done_for_now(unit, plan)
            elif episode := women.current_episode(unit, woman):
                enrolling.set_next_step(unit, episode.id, f"step {c}", DAY)

    def do_change_item(self, name: str, store: Store, b: int, c: int) -> None:
        with store.work("change_item") as unit:
            items = unit.session.scalars(sa.select(PlanItem.id).order_by(PlanItem.id)).all()
            if not items:
                return
            item = items[b % len(items)]
            if c % 4 == 0:
                plans.remove_item(unit, item)
            else:
                plans.revise_item(unit, item, words=f"words {c % 3}", removed=False)

    def do_take_back(self, name: str, store: Store, b: int, c: int) -> None:
        """Words of the plan are erased, as far as no version of it holds them."""
        with store.work("take_back") as unit:
            items = unit.all(sa.select(PlanItem).order_by(PlanItem.id))
            if items and taking_back.can_take_back(unit, items[b % len(items)].participant, items[b % len(items)].id):
                taking_back.take_back(unit, items[b % len(items)].participant, items[b % len(items)].id)

    def do_correct(self, name: str, store: Store, b: int, c: int) -> None:
        if woman := self._woman(store, b):
            values = (
                {"unit": f"Ward {c % 3}"},
                {"first_name": "Anna"},
                {"parole_hearing": DAY},
                {"large_print": bool(c % 2)},
            )
            with store.work("correct") as unit:
                women.correct(unit, woman, **values[c % 4])

    def do_clash(self, name: str, store: Store, b: int, c: int) -> None:
        """The same field at a facility and an office, unaware of each other; or a removal beside a change."""
        office, facility = self.stores[OFFICES[c % 2]], self.stores[FACILITIES[c // 2 % 2]]
        woman = self._woman(facility, b)
        with facility.work("correct") as unit, office.work("correct") as there:
            if woman is None or there.find(Participant, woman) is None:
                return
            women.correct(there, woman, unit=f"Ward {c % 4}", removed=False)
            if c % 5 == 0:
                unit.remove(Participant, woman)
            else:
                women.correct(unit, woman, unit=f"Wing {c % 3}")

    def do_settle(self, name: str, store: Store, b: int, c: int) -> None:
        with store.work("settle") as unit:
            found = sorted(found for found in conflicts(unit.connection) if found[0] == "participant")
            if found:
                woman, what = Id(found[b % len(found)][1]), found[b % len(found)][2]
                women.correct(
                    unit, woman, **({"removed": bool(c % 2)} if what == "removed" else {"unit": f"settled {c}"})
                )

    def do_remove_woman(self, name: str, store: Store, b: int, c: int) -> None:
        if c % 3 == 0 and (woman := self._woman(store, b)):
            with store.work("remove") as unit:
                unit.remove(Participant, woman)

    def do_consent(self, name: str, store: Store, b: int, c: int) -> None:
        woman = self._woman(store, b)
        if woman is None or name in OFFICES:
            return
        with store.work("consent") as unit:
            episode = women.current_episode(unit, woman)
            if episode is None:
                return
            if c % 5 == 4:  # a new episode, with its own word on sharing
                enrolling.close(unit, episode.id, DAY, "completed")
                again = enrolling.offer(unit, woman, episode.program, DAY + dt.timedelta(days=c))
                recalling.share(unit, again, ("dates", "words")[c % 2])
            else:
                recalling.share(unit, episode.id, ("dates", "words")[c % 2])

    def do_clock(self, name: str, store: Store, b: int, c: int) -> None:
        self.clocks[name].now = dt.datetime((1980, 2026, 2099)[c % 3], 1 + b % 12, 1, tzinfo=dt.UTC)

    def do_send(self, name: str, store: Store, b: int, c: int) -> None:
        others = OFFICES if name in FACILITIES else tuple(n for n in NAMES if n != name)
        self.send(name, others[b % len(others)])

    def do_deliver(self, name: str, store: Store, b: int, c: int) -> None:
        if self.letters:
            self.deliver(self.letters[-1 - b % len(self.letters)])

    def do_pass(self, name: str, store: Store, b: int, c: int) -> None:
        self.do_send(name, store, b, c)
        self.deliver(self.letters[-1])

    def look(self, met: set[str]) -> None:
        """Note what this play has met, and what of it is gone again."""
        for name, store in self.stores.items():
            with store.read() as unit:
                for kind, record, what in (found := conflicts(unit.connection)):
                    met.add("removed" if what == "removed" else "conflict")
                    self.seen.add((name, kind, record, what))
                settled = {c for c in self.seen if c[0] == name and len(c) == 4} - {(name, *c) for c in found}
                met |= {"settled"} if settled else set()
                for table in ("gap", "waiting"):
                    count = unit.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                    met |= {table} if count else set()
                for device, first, last in unit.connection.exec_driver_sql("SELECT device, first, last FROM gap"):
                    self.gaps |= {(name, device, number) for number in range(first, last + 1)}
            if {(name, *place) for place in here(store)} & self.gaps:
                met.add("gap filled")
        met |= {"receipt"} if any(self.known.values()) else set()
        met |= {"offered again"} if self.again() else set()

    def again(self) -> bool:
        """Whether any letter brings what an earlier one, confirmed since, had left behind."""
        return any(
            place[1]
            <= max((number for device, number in letter.whole - letter.places if device == place[0]), default=0)
            for letter in self.letters
            for place in letter.places
        )

    # Sending

    def send(self, name: str, to: str) -> Letter:
        store = self.stores[name]
        folder = self.folder / f"{name}-{to}"
        folder.mkdir(exist_ok=True)
        store.sign_off()
        known = self.known.get((name, to), set())
        with store.read() as unit:
            assert outgoing.preview(unit, to).changes == len(let_out(store, self.stores[to]) - known)
        sent = outgoing.send(store, to, folder)
        places = let_out(store, self.stores[to])  # what was written since is of this site alone
        assert sent.changes == len(places - known)
        receipt = self.latest.get((name, to))
        letter = Letter(name, to, sent.number, sent.file, places - known, places | known, receipt)
        self.letters.append(letter)
        return letter

    def deliver(self, letter: Letter) -> None:
        store = self.stores[letter.to]
        trial = incoming.take_in(store, letter.file, trial=True)
        taken = incoming.take_in(store, letter.file)
        assert (taken.status, taken.changes, taken.records, taken.conflicts, taken.waiting) == (
            trial.status, trial.changes, trial.records, trial.conflicts, trial.waiting
        )  # fmt: skip
        assert taken.status in (incoming.APPLIED, incoming.ALREADY), taken.reason
        fresh = letter.places - self.arrived[letter.to]
        if taken.status == incoming.APPLIED:
            assert taken.changes == len(fresh)
        else:
            assert not fresh
        self.arrived[letter.to] |= letter.places
        way = (letter.to, letter.sender)
        if taken.status == incoming.APPLIED and letter.number > (self.latest[way].number if way in self.latest else 0):
            self.latest[way] = letter
            if letter.receipt is not None:
                self.known[way] = letter.receipt.whole


def let_out(store: Store, to: Store) -> set[Place]:
    """What may leave this store for *to* now, by the rule as it is stated: to an office what is about no woman, the
    dates of those who agreed to take part, and the words of those who share them; to a facility all of its women."""
    with store.read() as unit:
        theirs = set(
            unit.connection.exec_driver_sql("SELECT device FROM device WHERE site <> ?", (store.site,)).scalars()
        )
        entries = unit.connection.exec_driver_sql(
            "SELECT device, number, share, participant, seq FROM entry WHERE payload IS NOT NULL"
        ).all()
        episodes: dict[str, tuple[tuple[str, str], str]] = {}
        agreed: set[str] = {""}
        for episode in unit.all(sa.select(Enrolment).where(Enrolment.removed.is_(False))):
            agreed.update([episode.participant] if episode.agreed_on else [])
            place = (episode.offered_on.isoformat() if episode.offered_on else "", episode.id)
            if place > episodes.get(episode.participant, (("", ""), ""))[0]:
                episodes[episode.participant] = (place, str(episode.office_has))
        done: dict[str, int] = {}
        for version in unit.all(sa.select(PlanVersion).where(PlanVersion.removed.is_(False))):
            place = unit.connection.exec_driver_sql(
                "SELECT max(seq) FROM entry WHERE record = ?", (version.id,)
            ).scalar()
            done[version.participant] = max(place or 0, done.get(version.participant, 0))
        if to.slots.kind == "facility":
            hers = {"", *unit.session.scalars(sa.select(Participant.id).where(Participant.site == to.site))}
            return {
                (device, number)
                for device, number, share, woman, _seq in entries
                if device not in theirs and share in ("dates", "words", "plan") and (woman or "") in hers
            }
    return {
        (device, number)
        for device, number, share, woman, seq in entries
        if device not in theirs
        and (
            (share == "dates" and (woman or "") in agreed)
            or (share == "words" and woman in agreed and episodes.get(woman, (0, ""))[1] == "words")
            or (
                share == "plan"
                and woman in agreed
                and episodes.get(woman, (0, ""))[1] == "words"
                and seq <= done.get(woman, 0)
            )
        )
    }


def here(store: Store) -> set[Place]:
    """The entries of other sites that are in this store's log."""
    with store.read() as unit:
        rows = unit.connection.exec_driver_sql("SELECT device, number FROM entry WHERE device <> ?", (store.device,))
        return {(device, number) for device, number in rows}


ACTS = [  # noqa: RUF005
    "register",
    "write",
    "take_back",
    "write",
    "take_back",
    "change_item",
    "correct",
    "correct",
    "consent",
    "consent",
    "clash",
    "clash",
    "clash",
] + ["settle", "settle", "remove_woman", "clock", "send", "deliver", "deliver", "pass", "pass", "pass", "pass"]
FIRST = [("register", 0, 1, 1), ("register", 1, 0, 1), ("pass", 0, 0, 0), ("pass", 1, 1, 0), ("register", 0, 0, 1)]


def _play(quartet: dict[str, Template], folder: Path) -> Iterator[Play]:
    folder.mkdir()
    clocks = {name: Clock() for name in NAMES}
    stores = {name: template.open(folder / name, clocks[name]) for name, template in quartet.items()}
    try:
        yield Play(stores, folder, clocks)
    finally:
        for store in stores.values():
            store.close()


@pytest.mark.long
def test_whatever_happens_the_stores_agree_when_all_is_delivered(quartet: dict[str, Template], tmp_path: Path) -> None:
    met: set[str] = set()
    for seed in range(200):
        dice = random.Random(seed)
        steps = [(dice.choice(ACTS), *(dice.randrange(12) for _number in range(3))) for _step in range(40)]
        try:
            _whatever_happens(quartet, tmp_path / f"play-{seed}", steps, met)
        except BaseException as error:
            error.add_note(f"play {seed}: {steps}")
            raise
        shutil.rmtree(tmp_path / f"play-{seed}")
    # The plays met what they are for.
    assert {"conflict", "removed", "gap", "waiting", "settled", "gap filled", "receipt", "offered again"} <= met


def _whatever_happens(
    quartet: dict[str, Template], folder: Path, steps: list[tuple[str, int, int, int]], met: set[str]
) -> None:
    for play in _play(quartet, folder):
        for step in [*FIRST, *steps]:
            play.step(*step)
            play.look(met)
        for letter in reversed(play.letters):  # those that were lost are found, the newest first
            play.deliver(letter)
            play.look(met)
        for name, to in [*itertools.product(FACILITIES, OFFICES), ("SECOND", "OFFICE"), ("OFFICE", "SECOND")]:
            play.deliver(play.send(name, to))
        for name, to in itertools.product(OFFICES, FACILITIES):
            play.deliver(play.send(name, to))
        play.look(met)
        for name, store in play.stores.items():
            assert_whole(store)
            assert here(store) == play.arrived[name]
        _assert_offices_agree(play)
        _assert_facilities_agree(play)


def _assert_offices_agree(play: Play) -> None:
    """Compared on all that both may have: what one office had sent before consent ended, the other may never get."""
    first, second = (play.stores[name] for name in OFFICES)
    differing = play.arrived["OFFICE"] ^ play.arrived["SECOND"]
    own = {first.device, second.device, *(0,)}
    apart = set()
    for store in (first, second):
        with store.read() as unit:
            rows = unit.connection.exec_driver_sql(
                "SELECT device, number, record FROM entry WHERE record IS NOT NULL"
            ).all()
            words = unit.connection.exec_driver_sql(
                "SELECT device, number FROM entry WHERE share IN ('words', 'plan')"
            ).all()
            apart |= {record for device, number, record in rows if (device, number) in differing and device not in own}
            apart |= {
                record
                for device, number, record in rows
                if device in own and (device, number) in set(map(tuple, words))
            }
    with first.read() as unit, second.read() as there:
        mine, theirs = tables(unit.connection), tables(there.connection)
    for kind, rows in mine.items():
        skipped = {
            key for key in rows.keys() | theirs[kind].keys() if key.split("/")[1 if kind == "conflict" else 0] in apart
        }
        assert _without(rows, skipped) == _without(theirs[kind], skipped), kind


def _without(rows: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    return {key: row for key, row in rows.items() if key not in left_out}


def _assert_facilities_agree(play: Play) -> None:
    """A facility and the office have the same dates of its women, and the same conflicts about them."""
    office = play.stores["OFFICE"]
    for name in FACILITIES:
        store = play.stores[name]
        with store.read() as unit, office.read() as there:
            for woman in unit.all(sa.select(Participant)):
                theirs = there.find(Participant, woman.id)
                assert theirs is not None
                assert {c.key: getattr(woman, c.key) for c in Participant.__table__.columns} == {
                    c.key: getattr(theirs, c.key) for c in Participant.__table__.columns
                }
            mine = {c for c in conflicts(unit.connection) if c[0] == "participant"}
            assert mine <= conflicts(there.connection)
