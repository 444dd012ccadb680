"""The bundle of a week: 2,000 changes for an office that holds 50,000, plugged in to imported; and its bytes.

    python3 dev.py bench weekly [--size 50000] [--rounds 7] [--keep FOLDER]

The facility knows, from a bundle of the office, that everything before was taken in. Then come the sessions of a week
with women whose plans were written lately: each begins with a look at her page (an entry that stays), goes on with six
to fourteen changes, of which six in ten edit an answer or an entry of her plan, three begin one, one sets a date, and
ends with the plan done for now. All are saved one by one, under a clock that goes from Monday to Friday.

Timed is what happens from the stick on: finding the bundle, looking into it (signature, key, manifest), the trial that
says what it would bring, and taking it in; in an interpreter of its own, with the office's store unlocked. The floor
of the bytes is the same run's: the JSON of the changed values alone, one after the other, as one frame of zstd at its
level 19. What a bundle adds is who, when, which record, in which act, what was seen, the salts, keys and signatures.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import shutil
import statistics
import sys
import time
from pathlib import Path

import sqlalchemy as sa
import zstandard

from benchmarks.filling import PASSPHRASE, RECENT, USER, People, facility_and_office
from benchmarks.table import Line, asked, fresh, scratch, show
from reentry_desktop.actions import sync
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.exchange.knowledge import known_by
from reentry_desktop.exchange.looking import look
from reentry_desktop.records import Enrolment, Participant, Plan, PlanAnswer, PlanItem, PlanVersion
from reentry_desktop.records.change import from_payload
from reentry_desktop.records.local import Peer
from reentry_desktop.store import Store, Unit, log, open_store

CHANGES = 2_000
SECONDS, BYTES = 1.0, 50
_WOMEN = 120  # seen in the week
_ITEMS = ("tool", "habit", "stressor", "sign", "step", "line")


def prepare(folder: Path) -> None:
    """In *folder*: an office that holds what its name says, the bundle of the week for it, and what it is made of."""
    if (folder / "stick").exists():
        return
    with facility_and_office(folder) as (sender, office):
        for store, other, to in ((sender, office, "SO"), (office, sender, "MH")):
            taken = incoming.take_in(other, outgoing.send(store, to, folder).file)
            assert taken.status == incoming.APPLIED, taken
    week = _Week()
    stick = folder / "stick.part"
    stick.mkdir(exist_ok=True)
    with open_store(folder / "facility", USER, PASSPHRASE, week.clock) as store:
        week.work(store)
        with store.read() as unit:
            office_site = unit.first(sa.select(Peer.site))
            base = known_by(unit, office_site).heads[store.device].number
            values = _values(unit, base)
        sent = outgoing.send(store, "SO", stick)
    assert sent.changes == len(values) == CHANGES, (sent.changes, len(values))
    bare = len(zstandard.ZstdCompressor(level=19).compress(b"".join(values)))
    kinds = {"edits": week.edits, "begun": CHANGES - week.edits, "sessions": week.sessions}
    (folder / "told.json").write_text(json.dumps({"bytes": sent.bytes, "bare": bare, **kinds}))
    stick.rename(folder / "stick")


def _values(unit: Unit, base: int) -> list[bytes]:
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE device = ? AND number > ? AND share <> 'site' ORDER BY number",
        (unit.store.device, base),
    )
    return [bytes(from_payload(payload).values) for (payload,) in rows]


class _Week:
    """Sessions from Monday on, saved as the window saves."""

    def __init__(self) -> None:
        self.people = People(3)
        self.dice: random.Random = self.people.dice
        self.now = dt.datetime(2026, 12, 7, 14, tzinfo=dt.UTC)
        self.edits = self.sessions = self.done = 0

    def clock(self) -> dt.datetime:
        return self.now

    def wait(self, least: float, most: float) -> None:
        self.now += dt.timedelta(seconds=self.dice.uniform(least, most))

    def work(self, store: Store) -> None:
        """Sessions until there are enough changes."""
        women = self._women(store)
        while (left := CHANGES - self.done) > 0:
            many = self.dice.randint(6, 14)
            self.session(store, *self.dice.choice(women), left - 2 if left - 2 - many < 8 else many)
            self.sessions += 1
            self.wait(300, 1800)
            if self.now.hour >= 22:
                self.now = self.now.replace(hour=14) + dt.timedelta(days=1)

    def _women(self, store: Store) -> list[tuple[Id, Id]]:
        """Women whose plans were written last, each with her plan."""
        with store.read() as unit:
            rows = unit.connection.exec_driver_sql(
                "SELECT DISTINCT p.participant, p.id FROM plan p JOIN (SELECT participant FROM entry "
                "WHERE share = 'plan' ORDER BY seq DESC LIMIT ?) e ON e.participant = p.participant ORDER BY p.id DESC",
                (RECENT,),
            ).all()
        return [(Id(woman), Id(plan)) for woman, plan in rows[:_WOMEN]]

    def session(self, store: Store, her: Id, plan: Id, many: int) -> None:
        """*many* changes, then her plan is done for now: two more."""
        with store.work("view") as unit:
            unit.tell("participant", her, her)
        with store.read() as unit:
            of = PlanItem.participant == her, PlanItem.removed.is_(False)
            written = [(PlanItem, row.id) for row in unit.rows(sa.select(PlanItem.id).where(*of))]
            written += [
                (PlanAnswer, row.id) for row in unit.rows(sa.select(PlanAnswer.id).where(PlanAnswer.participant == her))
            ]
            episode = unit.first(sa.select(Enrolment.id).where(Enrolment.participant == her))
            number = unit.first(sa.select(sa.func.max(PlanVersion.number)).where(PlanVersion.plan == plan))
        for _turn in range(many):
            self.wait(15, 150)
            self._change(store, her, plan, episode, written)
        self.wait(15, 60)
        with store.work("done_for_now") as unit:
            end = f"{store.device}:{log.head(unit.connection, store.device).number}"
            day = self.now.date()
            about = {"done_on": day, "look_again_on": day + dt.timedelta(days=self.dice.randint(14, 90))}
            assert unit.revise(Plan, plan, **about)
            unit.create(PlanVersion, participant=her, plan=plan, number=number + 1, done_on=day, entries=end)
        self.edits += 1
        self.done += many + 2

    def _change(self, store: Store, her: Id, plan: Id, episode: Id, written: list[tuple[type, Id]]) -> None:
        dice, people = self.dice, self.people
        turn = dice.random()
        if turn < 0.6:
            cls, record = dice.choice(written)
            with store.work("revise_item" if cls is PlanItem else "answer") as unit:
                assert unit.revise(cls, record, words=people.prose(dice.randint(30, 300)))
        elif turn < 0.9:
            kind = dice.choice(_ITEMS)
            with store.work("add_item") as unit:
                item = unit.create(
                    PlanItem, self._id(), participant=her, plan=plan, part=f"{kind}s", kind=kind,
                    position=f"{len(written):02}V", words=people.prose(dice.randint(30, 200)),
                )  # fmt: skip
            written.append((PlanItem, item))
            return
        else:
            day = dt.date.fromisoformat(people.day(2029, 2040))
            with store.work("revise") as unit:
                if dice.random() < 0.5:
                    assert unit.revise(Participant, her, parole_hearing=day)
                else:
                    assert unit.revise(Enrolment, episode, next_step_on=day)
        self.edits += 1

    def _id(self) -> Id:
        """A UUIDv7 of the moment it is in that week."""
        millis, tail = int(self.now.timestamp() * 1000), self.dice.getrandbits(74)
        return Id(f"{millis << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1:032x}")


def plugged(folder: Path) -> None:
    """From the stick to the tables. Prints the seconds of each step."""
    work = folder / f"work-{os.getpid()}"
    shutil.copytree(folder / "office", work)
    with open_store(work, USER, PASSPHRASE) as office:
        marks = [time.perf_counter()]
        found = sync.bundles_in(folder / "stick")
        looked = look(found[0], store=office)
        marks.append(time.perf_counter())
        trial = sync.take_in(office, found, trial=True)
        marks.append(time.perf_counter())
        taken = sync.take_in(office, found)
        marks.append(time.perf_counter())
    shutil.rmtree(work)
    assert looked.can_open
    assert trial == taken
    assert (taken[0].status, taken[0].changes) == (sync.APPLIED, CHANGES), taken
    print(json.dumps([after - before for before, after in itertools.pairwise(marks)]))


def main() -> int:
    given = asked(__doc__, 7, prepare, plugged, size=50_000, of="changes the office holds")
    this = "benchmarks.weekly"
    with scratch(given.keep) as place:
        folder = place / f"weekly-{given.size}"
        folder.mkdir(exist_ok=True)
        fresh(this, "--part", "prepare", folder)
        rounds = [fresh(this, "--part", "plugged", folder) for _round in range(given.rounds)]
        told = json.loads((folder / "told.json").read_text())
    looked, trial, taken = (statistics.median(steps) for steps in zip(*rounds, strict=True))
    print(
        f"  {told['edits']:,} edits and {told['begun']:,} new entries in {told['sessions']} sessions; "
        f"found and looked into {looked:.3f} s, trial {trial:.3f} s, taken in {taken:.3f} s\n"
        f"  bundle {told['bytes']:,} bytes, bare values {told['bare']:,} bytes"
    )
    return show(
        [
            Line(f"{CHANGES:,} changes, plugged in to imported", None, statistics.median(map(sum, rounds)), SECONDS),
            Line(
                "a change in the bundle, over bare values", None, (told["bytes"] - told["bare"]) / CHANGES, BYTES, "B"
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
