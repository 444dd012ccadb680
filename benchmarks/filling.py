"""Invented sites of any size: a facility whose log tells of women, plans and edits, and an office that trusts it.

The facility's entries are written in bulk, past the rules that a save checks, and are what saves would have written:
chained, each naming what its author had seen. Half of them begin a record; half change one of the last 10,000.

    python -m benchmarks.filling FOLDER COUNT              makes the facility with COUNT changes, unless it is there
    python -m benchmarks.filling FOLDER COUNT --women      the same with COUNT women, each enrolled, and nothing else
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from reentry_desktop.actions import setup
from reentry_desktop.base.ids import Id
from reentry_desktop.base.wordlist import word_list
from reentry_desktop.exchange import identity
from reentry_desktop.records import Plan, PlanVersion
from reentry_desktop.records.change import Change, Heads, Place, to_payload
from reentry_desktop.records.entry import digest, next_hash
from reentry_desktop.records.people import OfficeKeeps, Site
from reentry_desktop.store import Store, Unit, log, open_store, vault
from reentry_desktop.store.projection import Intake

USER, PASSPHRASE = "lead", "an invented phrase for measuring"
RECENT = 10_000
_BATCH = 10_000
_BEGINS = 1_700_000_000_000  # milliseconds since 1970: when the first invented record is made

_NAMES = """
Ana Luz Maria Dolores Keisha Tamika Shanice Latoya Linda Patricia Barbara Jennifer Susan Jessica Sarah Karen Nancy Lisa
Betty Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Cynthia Amy
Kathleen Angela Shirley Brenda Pamela Emma Nicole Samantha Katherine Christine Rachel Carolyn Janet Yolanda Guadalupe
Rosa Marisol Xiomara Thuy Linh Mei Aaliyah Ebony Imani Precious Destiny Tiffany Crystal Brandi Misty
"""
_SYLLABLES = """
al an ar bar bel ber bro cal can car cas col cor dal dan del den dor el er far fer fin gal gar gol gra hal ham har hen
hol jen kel ken lan lar len lin lo mac mal man mar mc mel men mil mon mor nel nor o par pel per pol quin ram ran rey rob
ro ros ruiz sal san ser sil sol son ster ston tal tay tor val van vas ver vil wal war wel wil win
"""
_TELLING = """
I walk in the yard before count and breathe slowly until my hands are still my sister writes every week and her letters
help me when the news is bad I read them again I sleep with the light on and that is fine music helps when it is quiet I
pray with Mrs Odom on Sundays talking to my daughter is the best part of the day I keep a list on the wall and cross
things off when people shout I go to the library or wash my face and count to twenty
"""
FIRST, _SOUNDS, _WORDS = _NAMES.split(), _SYLLABLES.split(), _TELLING.split()
_PARTS = (
    "well",
    "down_limit",
    "crisis_well",
    "crisis_disagree",
    "crisis_home",
    "post_ready",
    "post_feel",
    "crisis_danger",
)
_ITEMS = ("tool", "habit", "stressor", "sign", "step", "line")


_Birth = tuple[str, Id, Id, str, dict[str, Any], str]  # kind, record, woman, share, values, act


class People:
    """Invented women: names with a long tail, numbers, days; the same for the same *seed*."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        pick = self.dice.choice
        self._last = [
            "".join(pick(_SOUNDS) for _ in range(self.dice.choice((2, 2, 3)))).capitalize() for _ in range(6_000)
        ]
        self._number = 100_000
        self._vocabulary = list(dict.fromkeys((*_WORDS, *word_list())))
        self._often = list(itertools.accumulate(1 / (place + 4) for place in range(len(self._vocabulary))))

    def woman(self) -> dict[str, Any]:
        """The values of a new participant."""
        dice, last = self.dice, self._last
        self._number += dice.randint(1, 9)
        surname = last[int(len(last) * dice.random() ** 2)]
        if dice.random() < 0.15:
            surname = f"{surname}-{dice.choice(last)}"
        found = {
            "department_number": f"R{self._number}", "first_name": dice.choice(FIRST), "last_name": surname,
            "date_of_birth": self.day(1950, 2005), "unit": dice.choice("ABCDEFGH") + str(dice.randint(1, 9)),
            "admitted_on": self.day(2015, 2025), "parole_hearing": self.day(2026, 2028),
            "expected_release": self.day(2027, 2031), "county_of_return": dice.choice(last),
        }  # fmt: skip
        if dice.random() < 0.6:
            found["middle_name"] = dice.choice(FIRST)
        if dice.random() < 0.1:
            found["aliases"] = f"{dice.choice(FIRST)} {dice.choice(last)}"
        return found

    def day(self, first: int, last: int) -> str:
        """A day of the years *first* to *last*, as it is kept."""
        return f"{self.dice.randint(first, last)}-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}"

    def words(self, least: int = 8, most: int = 30) -> str:
        """A sentence of so many words."""
        start = self.dice.randrange(len(_WORDS))
        return " ".join((_WORDS * 2)[start : start + self.dice.randint(least, most)]).capitalize() + "."

    def prose(self, size: int) -> str:
        """About *size* letters that pack like prose: 2,100 words, some of them often and most of them seldom."""
        words = self.dice.choices(self._vocabulary, cum_weights=self._often, k=size // 5)
        return " ".join(words)[:size].rstrip().capitalize() + "."


def changes(
    device: int, start: int, count: int, person: Id, site: Id, *, women: bool = False
) -> Iterator[tuple[Place, Change]]:
    """*count* entries of *device* from number *start* on; of *women* alone, new ones with their enrolments."""
    people = People(1)
    dice = people.dice
    heads: dict[tuple[Id, str], Heads] = {}
    recent: list[tuple[str, Id, Id, str]] = []
    births = _births(people, person, site, start, plans=not women)
    for number in range(start, start + count):
        if women or len(recent) < 40 or dice.random() < 0.5:
            kind, record, about, share, values, act, new = *next(births), True
        else:
            kind, record, about, share = dice.choice(recent)
            values, act, new = _edit(people, kind), f"revise_{kind}", False
        before = heads.get((record, share), Heads())
        yield (device, number), Change(
            at=f"2026-11-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:07.{number % 1000:03}Z",
            act=act, by=person, kind=kind, record=record, participant=about, share=share,
            depth=before.depth + 1, seen=before.places, new=new, values=msgspec.Raw(msgspec.json.encode(values)),
        )  # fmt: skip
        heads[record, share] = Heads(before.depth + 1, ((device, number),))
        recent.append((kind, record, about, share))
        if len(recent) > RECENT:
            recent.pop(0)


def _births(people: People, person: Id, site: Id, start: int, *, plans: bool) -> Iterator[_Birth]:
    """New records, woman after woman: her, her enrolment, her plan, and what stands in it."""
    new = partial(new_id, people.dice, iter(range(start, 1 << 40)))
    program = new()
    yield "program", program, Id(""), "dates", {"name": "Second start"}, "add_program"
    while True:
        her, episode, plan = new(), new(), new()
        yield "participant", her, her, "dates", {**people.woman(), "site": site}, "register"
        yield "enrolment", episode, her, "dates", {
            "participant": her, "program": program, "offered_on": "2026-09-01", "limits_told_on": "2026-09-02",
            "limits_told_by": person, "limits_language": "en", "agreed_on": "2026-09-03", "enrolled_on": "2026-09-03",
            "office_has": "words",
        }, "enrol"  # fmt: skip
        if not plans:
            continue
        about = {"participant": her, "plan": plan}
        yield "plan", plan, her, "dates", {
            "participant": her, "enrolment": episode, "pack": "wellness", "started_on": "2026-09-10",
        }, "start_plan"  # fmt: skip
        for part in people.dice.sample(_PARTS, 5):
            yield "plan_answer", new(), her, "plan", {**about, "part": part, "words": people.words()}, "answer"
        for place in range(people.dice.randint(8, 16)):
            kind = people.dice.choice(_ITEMS)
            yield "plan_item", new(), her, "plan", {
                **about, "part": f"{kind}s", "kind": kind, "position": f"{place:02}V", "words": people.words(4, 16),
            }, "add_item"  # fmt: skip


def new_id(dice: random.Random, count: Iterator[int]) -> Id:
    """A UUIDv7 as a busy morning makes them."""
    tail = dice.getrandbits(74)
    return Id(
        f"{(_BEGINS + 40 * next(count)) << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1:032x}"
    )


def _edit(people: People, kind: str) -> dict[str, Any]:
    match kind:
        case "participant":
            return people.dice.choice(
                ({"parole_hearing": people.day(2026, 2028)}, {"unit": f"W{people.dice.randint(1, 99)}"})
            )
        case "enrolment":
            return {"follow_up_on": people.day(2026, 2027)}
        case "plan":
            return {"done_on": "2026-10-09", "confirmed_by": ""}
        case "program":
            return {"funder": people.words(2, 4)}
        case _:
            return {"words": people.words()}


def fill(store: Store, count: int, *, women: bool = False) -> None:
    """Write *count* invented entries into *store*, as if saved here one by one."""
    with store.work("fill") as unit:
        start = log.head(unit.connection, store.device).number + 1
        write(unit, changes(store.device, start, count, store.who.id, store.site, women=women))
    with store.work("done_for_now") as unit:  # else no word of a plan would leave
        for plan, woman in unit.rows(sa.select(Plan.id, Plan.participant)):
            unit.create(PlanVersion, participant=woman, plan=plan, number=1, done_on=dt.date(2026, 12, 1))


def write(unit: Unit, told: Iterable[tuple[Place, Change]]) -> None:
    """Write entries of this device that go on from its last one, in bulk."""
    end = log.head(unit.connection, unit.store.device)
    intake = Intake(unit.connection)
    rows: list[tuple[object, ...]] = []
    batch: list[tuple[Place, Change]] = []
    for (device, number), change in told:
        payload, salt = to_payload(change), os.urandom(16)
        end = log.Head(number, next_hash(end.hash, number, digest(salt, payload)))
        rows.append((device, number, change.record, change.participant or None, change.share, salt, payload, end.hash))
        batch.append(((device, number), change))
        if len(batch) == _BATCH:
            log.insert_many(unit.connection, rows)
            intake.apply(batch)
            rows, batch = [], []
    log.insert_many(unit.connection, rows)
    intake.apply(batch)
    intake.finish()


def new_store(folder: Path, kind: str, name: str, code: str) -> Store:
    """An empty site that is ready for records."""
    vault.TARGET_SECONDS = 0.01
    store, kit = setup.create(setup.NewStore(folder, kind, name, USER, PASSPHRASE, code=code))
    setup.test_kit(store, {part: kit.text(part).decode() for part in "ABC"})
    with store.work("set_site") as unit:  # a backup that goes along once a week is no part of what is measured
        unit.revise(Site, store.site, office_keeps=OfficeKeeps.NONE)
    return store


def facility(folder: Path, count: int, *, women: bool = False) -> Store:
    """A facility with *count* entries or women; the one that is already in *folder*, if there is one."""
    if folder.exists():
        return open_store(folder, USER, PASSPHRASE)
    part = folder.with_name(folder.name + ".part")
    with new_store(part, "facility", "Magnolia Hall", "MH") as store:
        fill(store, 2 * count + 1 if women else count, women=women)
    part.rename(folder)
    return open_store(folder, USER, PASSPHRASE)


@contextmanager
def facility_and_office(folder: Path) -> Iterator[tuple[Store, Store]]:
    """In *folder*: a facility with as many changes as its name says, and an empty office, each trusting the other."""
    count = int(folder.name.split("-")[-1])
    with (
        facility(folder / "facility", count) as sender,
        new_store(folder / "office", "office", "State office", "SO") as office,
    ):
        acquaint(sender, office)
        yield sender, office


def acquaint(*stores: Store) -> None:
    """Let each site trust the others' cards."""
    for store in stores:
        for other in stores:
            if other is not store:
                card, data = identity.own_card(other)
                with store.work("trust_card") as unit:
                    identity.trust(unit, card, data, " ".join(card.fingerprint))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("count", type=int)
    asked.add_argument("--women", action="store_true")
    given = asked.parse_args()
    facility(given.folder, given.count, women=given.women).close()
